"""Bytes -> YAML events -> positioned tree, hardened. The one door to the `yaml` package.

A protocol file is data of people who may be careless or hostile: sizes and depth are bounded
before anything recursive sees the text, and what YAML can do beyond plain maps, lists and
texts (anchors, aliases, tags, several documents, typed values) is refused with its line.
Only the parser's events are used, never its loader: the C loader crashes the process on deep
nesting, and any loader turns `no` into false and `17:00` into 1020.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from protocolkit.ground.findings import Finding, Place, Position
from protocolkit.language.faults import FAULTS
from protocolkit.language.tree import Entry, Map, Scalar, Sequence, Tree

MAX_BYTES = 2_000_000
MAX_EVENTS = 200_000
MAX_DEPTH = 40
MAX_SCALAR = 8_000
MAX_KEY = 64
MAX_FINDINGS = 50

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, the next-line character among them
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\u2028\u2029\ufeff"  # unseen, direction, line breaks
    "\ufff9-\ufffb\U000e0000-\U000e007f]"  # annotations and tag characters
    "|\r(?!\n)"
)
_AMBIGUOUS = re.compile(
    r"(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|True|TRUE|False|FALSE"
    r"|~|null|Null|NULL"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"  # 17:00 is a number in base 60
    r"|[-+]?0[0-9_]+|[-+]?0[xb][0-9a-fA-F_]+|[-+]?[0-9]+_[0-9_]*"
    r"|[-+]?(?:[0-9][0-9_]*)?\.[0-9_]+(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*\.(?:[eE][-+][0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|=|<<)\Z"
)

_CAUSES = (
    (
        "mapping values are not allowed",
        "A colon followed by a space starts a value, and there is already one on this line.",
        "put the text in quotes, or start a new line for the new key",
    ),
    (
        "found character '\\t'",
        "This line is indented with a tab.",
        "use spaces, two for each level",
    ),
    (
        "found character that cannot start any token",
        "A text cannot start with this character.",
        "put the text in quotes",
    ),
    (
        "did not find expected key",
        "This line does not line up with the lines above it.",
        "give keys of one level the same number of spaces, and quote a text that holds `: ` or `#`",
    ),
    (
        "could not find expected ':'",
        "A key needs a colon and a space after it.",
        "write `key: value`",
    ),
    (
        "did not find expected ',' or",
        "A bracket `[` or `{` is opened here and the list goes wrong before it is closed.",
        "separate the entries with commas and close every bracket",
    ),
    (
        "unexpected end of stream",
        "A quote is opened and never closed.",
        "close it",
    ),
    (
        "did not find expected '-' indicator",
        "This line stands where the next `-` of a list should be.",
        "line it up with the list above, or with the key that the list belongs to",
    ),
    (
        "block sequence entries are not allowed",
        "A list item `-` cannot stand here.",
        "start the list on a new line below its key",
    ),
    (
        "did not find expected node content",
        "A value was expected here.",
        "write the value, or take out the comma or bracket too many",
    ),
)


class _Stop(Exception):
    """Reading the text cannot go on; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding


def fault(code: str, message: str, place: Place | None, help: str = "", **more: Any) -> Finding:
    """A finding of the reader, with the name and severity of its page."""
    info = FAULTS[code]
    return Finding(
        code=code,
        name=info.name,
        severity=info.severity,
        message=message,
        help=help,
        place=place,
        confidence=info.confidence,
        source=info.source,
        **more,
    )


def read_bytes(path: str | Path) -> bytes:
    """The bytes of a regular file, at most one more than the limit.

    Raises: OSError: it cannot be opened, or is a folder or a device.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        raise OSError(f"{path} is not a file")
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def parse(data: bytes | str, file: str) -> tuple[Tree | None, str, list[Finding]]:
    """A YAML text as a tree, the text itself, and what is wrong with it.

    The tree is None when the text is not readable at all. Nothing raises on bad input.
    """
    findings: list[Finding] = []
    try:
        text = _decode(data, file)
        tree = _build(text, file, findings)
    except _Stop as stop:
        text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
        return None, text, [*findings, stop.finding]
    return tree, text, findings


def _point(file: str, line: int, column: int, length: int = 1) -> Place:
    return Place(
        file=file,
        start=Position(line=line, column=column),
        end=Position(line=line, column=column + length),
    )


def _where(file: str, text: str, offset: int) -> Place:
    line = text.count("\n", 0, offset) + 1
    return _point(file, line, offset - (text.rfind("\n", 0, offset) + 1) + 1)


def _decode(data: bytes | str, file: str) -> str:
    start = _point(file, 1, 1)
    if len(data) > MAX_BYTES:
        raise _Stop(
            fault(
                "PK001",
                f"This file is larger than {MAX_BYTES:,} bytes, the most that is read.",
                start,
                "a protocol is a few hundred lines; is this the right file?",
            )
        )
    if isinstance(data, bytes):
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise _Stop(
                fault("PK001", "This file is saved as UTF-16.", start, "save it again as UTF-8")
            )
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            good = data[: error.start].decode("utf-8")
            raise _Stop(
                fault(
                    "PK001",
                    "This file is not saved as UTF-8: a character cannot be read.",
                    _where(file, good, len(good)),
                    "open it in an editor and save it again as UTF-8",
                )
            ) from None
    else:
        text = data
    text = text.removeprefix("\ufeff")
    if found := _FORBIDDEN.search(text):
        raise _Stop(
            fault(
                "PK001",
                f"There is an unseen character here (U+{ord(found.group()[0]):04X}).",
                _where(file, text, found.start()),
                "delete it and type the text again; such characters can hide what a line says",
            )
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise _Stop(
            fault(
                "PK001",
                "There is half a character here.",
                _where(file, text, error.start),
                "delete it and type it again",
            )
        ) from None
    return text.replace("\r\n", "\n")


def _broken(error: yaml.MarkedYAMLError, file: str, text: str) -> Finding:
    problem = str(error.problem or error.context or "")
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.split("\n")
    if line > len(lines) or (line == len(lines) and not lines[-1]):  # at the end of the file
        last = max((n for n, content in enumerate(lines, 1) if content.strip()), default=1)
        line, column = last, len(lines[last - 1]) + 1
    related = error.context_mark
    wording = next(
        ((says, helps) for words, says, helps in _CAUSES if words in problem),
        ("This line is not valid YAML.", "compare it with the lines above: spaces, colons, quotes"),
    )
    says, helps = wording
    if "\t" in lines[line - 1][: column + 1]:
        says, helps = _CAUSES[1][1:]
    elif related and "quoted scalar" in str(error.context):
        line, column = related.line + 1, related.column + 1
        says, helps = "A quote is opened here and never closed.", "close it at the end of the text"
    return fault("PK001", says, _point(file, line, column), helps)


def _build(text: str, file: str, findings: list[Finding]) -> Tree | None:
    """The tree from the events, without recursion: a stack of the open maps and lists."""
    stack: list[Map | Sequence] = []
    keys: list[Scalar | None] = []
    top: Tree | None = None
    documents = events = 0
    note = findings.append

    def put(node: Tree) -> None:
        nonlocal top
        if not stack:
            top = node
            return
        parent = stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = keys[-1]
        if key is None:
            if isinstance(node, Scalar):
                keys[-1] = _key(node, note)
            else:
                raise _Stop(fault("PK001", "A key must be a single word.", node.place))
            return
        keys[-1] = None
        first = parent.entries.get(key.text)
        if first is not None:
            note(
                fault(
                    "PK002",
                    f"`{key.text}` stands here a second time; the first is in line "
                    f"{first.key.line}.",
                    key.place,
                    "rename one of the two, or make them one",
                    related=(_related(first.key.place, "the first one"),),
                )
            )
            return
        parent.entries[key.text] = Entry(key, node)

    parser = _PARSER(text)
    try:
        while parser.check_event():
            event = parser.get_event()
            events += 1
            if events > MAX_EVENTS:
                mark = event.start_mark
                raise _Stop(
                    fault(
                        "PK001",
                        f"This file has more than {MAX_EVENTS:,} parts, the most that is read.",
                        _point(file, mark.line + 1, mark.column + 1),
                    )
                )
            start, end = event.start_mark, event.end_mark
            line, column = start.line + 1, start.column + 1
            kind = type(event)
            if kind is yaml.ScalarEvent:
                _refuse_extras(event, file)
                if len(event.value) > MAX_SCALAR:
                    raise _Stop(
                        fault(
                            "PK001",
                            f"This text is longer than {MAX_SCALAR:,} characters.",
                            _point(file, line, column),
                        )
                    )
                plain = event.style is None or event.style == ""
                end_line, end_column = end.line + 1, end.column + 1
                node = Scalar(file, line, column, end_line, end_column, event.value, plain)
                put(node)
            elif kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent):
                _refuse_extras(event, file)
                if len(stack) >= MAX_DEPTH:
                    raise _Stop(
                        fault(
                            "PK001",
                            f"Maps and lists are nested more than {MAX_DEPTH} deep here.",
                            _point(file, line, column),
                        )
                    )
                branch: Map | Sequence
                if kind is yaml.MappingStartEvent:
                    branch = Map(file, line, column)
                else:
                    branch = Sequence(file, line, column)
                put(branch)
                stack.append(branch)
                keys.append(None)
            elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
                closed = stack.pop()
                keys.pop()
                _close(closed, end.line + 1, end.column + 1)
            elif kind is yaml.AliasEvent:
                _refuse_extras(event, file)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise _Stop(
                        fault(
                            "PK001",
                            "A second document starts here; one file holds one protocol.",
                            _point(file, line, column, 3),
                            "move it to a file of its own and take out the `---`",
                        )
                    )
                if event.version or event.tags:
                    raise _Stop(
                        fault(
                            "PK001",
                            "A line that starts with `%` is not part of this language.",
                            _point(file, line, column),
                            "take it out",
                        )
                    )
    except yaml.MarkedYAMLError as error:
        raise _Stop(_broken(error, file, text)) from None
    except yaml.YAMLError:
        raise _Stop(
            fault("PK001", "This file holds characters that YAML forbids.", _point(file, 1, 1))
        ) from None
    finally:
        parser.dispose()
    return top


def _close(node: Map | Sequence, line: int, column: int) -> None:
    """A block ends at its last part, not at the blank lines that the parser counts in."""
    last: Any = None
    if isinstance(node, Map) and node.entries:
        last = next(reversed(node.entries.values())).value
    elif isinstance(node, Sequence) and node.items:
        last = node.items[-1]
    if last is not None and line > last.end_line:
        line, column = last.end_line, last.end_column
    node.end_line, node.end_column = line, column


def _related(place: Place, label: str) -> Any:
    from protocolkit.ground.findings import Related

    return Related(place=place, label=label)


def _key(node: Scalar, note: Any) -> Scalar:
    text = node.text
    if text == "<<" and node.plain:
        raise _Stop(
            fault(
                "PK001",
                "`<<` (taking over another map) is not part of this language.",
                node.place,
                "write the keys out",
            )
        )
    if not text:
        raise _Stop(fault("PK001", "A key is missing before this colon.", node.place))
    if len(text) > MAX_KEY:
        raise _Stop(
            fault("PK001", f"This key is longer than {MAX_KEY} characters.", node.place)
        )
    if node.plain and is_ambiguous(text):
        note(
            fault(
                "PK003",
                f"The key `{text}` is not read as that text by many YAML tools.",
                node.place,
                "choose another name",
            )
        )
    return node


def is_ambiguous(text: str) -> bool:
    """Whether YAML 1.1 tools read this unquoted text as something other than itself."""
    return _AMBIGUOUS.match(text) is not None


def _refuse_extras(event: Any, file: str) -> None:
    mark = event.start_mark
    place = _point(file, mark.line + 1, mark.column + 1)
    if event.anchor is not None:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        raise _Stop(
            fault(
                "PK001",
                f"`{sign}{event.anchor[:40]}` refers to another part of the file; "
                "that is not part of this language.",
                place,
                "write the part out again; what a reader sees is then all there is",
            )
        )
    if getattr(event, "tag", None) is not None:
        raise _Stop(
            fault(
                "PK001",
                f"`{str(event.tag)[:40]}` is a tag; tags are not part of this language.",
                place,
                "take it out, or put the text in quotes",
            )
        )
