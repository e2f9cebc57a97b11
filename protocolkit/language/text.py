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
from unicodedata import normalize

import yaml

from protocolkit.ground.findings import Finding, Place, Position, Related
from protocolkit.language.faults import FAULTS
from protocolkit.language.signs import meant, pasted, unseen
from protocolkit.language.tree import Entry, Map, Scalar, Sequence, Tree
from protocolkit.language.unreadable import (
    ADD_SPACE,
    LONG_KEY,
    MAX_KEY,
    NO_SPACE,
    explain,
)

MAX_BYTES = 2_000_000
MAX_EVENTS = 200_000
MAX_DEPTH = 40
MAX_SCALAR = 8_000
MAX_FINDINGS = 50

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_AMBIGUOUS = re.compile(
    r"(?:y|Y|yes|Yes|YES|n|N|no|No|NO|on|On|ON|off|Off|OFF|True|TRUE|False|FALSE"
    r"|~|null|Null|NULL"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"  # 17:00 is a number in base 60
    r"|[-+]?0[0-9_]+|[-+]?0[xbo][0-9a-fA-F_]+|[-+]?[0-9]+_[0-9_]*"
    r"|[-+]?(?:[0-9][0-9_]*)?\.[0-9_]+(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?[0-9][0-9_]*\.?[eE][-+]?[0-9]+|[-+]?[0-9][0-9_]*\."
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|=|<<)\Z"
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
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") or (0 in data[:1] + data[1:2] and data[2:]):
            raise _Stop(
                fault("PK001", "This file is saved as UTF-16.", start, "save it again as UTF-8")
            )
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            good = data[: error.start].decode("utf-8").removeprefix("\ufeff")
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
    if sign := unseen(text):
        raise _Stop(fault("PK001", sign.says, _where(file, text, sign.offset), sign.help))
    return text.replace("\r\n", "\n")


def _broken(error: yaml.MarkedYAMLError, file: str, text: str) -> Finding:
    mark, context = error.problem_mark or error.context_mark, error.context_mark
    found = explain(
        str(error.problem or ""),
        str(error.context or ""),
        (mark.line + 1, mark.column + 1) if mark else (1, 1),
        (context.line + 1, context.column + 1) if context else None,
        text,
    )
    related: tuple[Related, ...] = ()
    if found.other:
        related = (Related(place=_point(file, *found.other), label="the bracket in question"),)
    place = _point(file, found.line, found.column)
    return fault("PK001", found.says, place, found.help, related=related)


class _Builder:
    """Puts the tree together from events, without recursion: a stack of the open parts."""

    def __init__(self, file: str, findings: list[Finding]) -> None:
        self.file = file
        self.findings = findings
        self.top: Tree | None = None
        self.stack: list[Map | Sequence] = []
        self.keys: list[Scalar | None] = []
        self.documents = 0
        self.pasted: list[Finding] = []

    def take(self, event: Any) -> None:
        """One event of the parser."""
        kind = type(event)
        start, end = event.start_mark, event.end_mark
        line, column = start.line + 1, start.column + 1
        if kind is yaml.ScalarEvent:
            self.refuse_extras(event, line, column)
            self.put(self.scalar(event, line, column))
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self.refuse_extras(event, line, column)
            self.open(Map if kind is yaml.MappingStartEvent else Sequence, line, column)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self.keys.pop()
            _close(self.stack.pop(), end.line + 1, end.column + 1)
        elif kind is yaml.AliasEvent:
            self.refuse_extras(event, line, column)
        elif kind is yaml.DocumentStartEvent:
            self.document(event, line, column)

    def scalar(self, event: Any, line: int, column: int) -> Scalar:
        text = event.value
        if len(text) > MAX_SCALAR:
            raise self.stop(
                f"This text is longer than {MAX_SCALAR:,} characters.", line, column, "shorten it"
            )
        style = event.style
        end = event.end_mark
        if style == '"' and (sign := unseen(text)):  # written as `\x00`
            raise self.stop(sign.says, line, column, sign.help)
        if not style and (sign := pasted(text)):
            if sign.indents:
                raise self.stop(sign.says, line, column, sign.help)
            place = _point(self.file, line, column + (sign.offset if end.line + 1 == line else 0))
            self.pasted.append(fault("PK001", sign.says, place, sign.help))
            text = meant(text)
        return Scalar(self.file, line, column, end.line + 1, end.column + 1, text, not style)

    def open(self, kind: type[Map | Sequence], line: int, column: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise self.stop(
                f"Maps and lists are nested more than {MAX_DEPTH} deep here.",
                line,
                column,
                "a protocol needs six levels or so",
            )
        branch = kind(self.file, line, column)
        self.put(branch)
        self.stack.append(branch)
        self.keys.append(None)

    def put(self, node: Tree) -> None:
        """A node where it belongs: at the top, in a list, as a key, as the value of one."""
        if not self.stack:
            self.top = node
            return
        parent = self.stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self.keys[-1]
        if key is None:
            self.keys[-1] = self.key(node)
            return
        self.keys[-1] = None
        if key.plain and ":" in key.text and isinstance(node, Scalar) and not node.text:
            key, node = self.split(key, node)
        name = key.text if key.text.isascii() else normalize("NFC", key.text)
        first = parent.entries.get(name)
        if first is None:
            parent.entries[name] = Entry(key, node)
            return
        parent.dropped.append(Entry(key, node))
        self.findings.append(
            fault(
                "PK002",
                f"`{key.text}` stands here a second time; the first is in line {first.key.line}.",
                key.place,
                "rename one of the two, or make them one",
                related=(Related(place=first.key.place, label="the first one"),),
            )
        )

    def key(self, node: Tree) -> Scalar:
        if not isinstance(node, Scalar):
            raise self.stop(
                "A key must be a single word.",
                node.line,
                node.column,
                "put the text in quotes if it starts with a bracket",
            )
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
            raise self.stop(
                "A key is missing before this colon.", node.line, node.column, "write the key"
            )
        if len(text) > MAX_KEY:
            raise _Stop(
                fault(
                    "PK001",
                    f"This key is longer than {MAX_KEY} characters.",
                    node.place,
                    LONG_KEY,
                )
            )
        if node.plain and is_ambiguous(text):
            self.findings.append(
                fault(
                    "PK003",
                    f"The key `{text}` is not read as that text by many YAML tools.",
                    node.place,
                    "choose another name",
                )
            )
        return node

    def split(self, key: Scalar, node: Scalar) -> tuple[Scalar, Scalar]:
        """In brackets `key:value` is one word; it is reported, and read as it was meant."""
        name, _, text = key.text.partition(":")
        if not name or not text or not node.plain or not key.raw:
            return key, node
        middle = key.column + len(name)
        if text[0] != " ":  # else it was a no-break space, and is reported
            place = _point(self.file, key.line, middle)
            self.pasted.append(fault("PK001", NO_SPACE, place, ADD_SPACE))
        line = key.line
        return (
            Scalar(self.file, line, key.column, line, middle, name),
            Scalar(self.file, line, middle + 1, line, key.end_column, text.strip()),
        )

    def document(self, event: Any, line: int, column: int) -> None:
        self.documents += 1
        if self.documents > 1:
            raise self.stop(
                "A second document starts here; one file holds one protocol.",
                line,
                column,
                "move it to a file of its own and take out the `---`",
                3,
            )
        if event.version or event.tags:
            raise self.stop(
                "A line that starts with `%` is not part of this language.",
                line,
                column,
                "take it out",
            )

    def refuse_extras(self, event: Any, line: int, column: int) -> None:
        if event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise self.stop(
                f"`{sign}{event.anchor[:40]}` refers to another part of the file; "
                "that is not part of this language.",
                line,
                column,
                "write the part out again; what a reader sees is then all there is",
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            tag = str(tag).replace("tag:yaml.org,2002:", "!!")
            raise self.stop(
                f"`{tag[:40]}` is a tag; tags are not part of this language.",
                line,
                column,
                "take it out, or put the text in quotes",
            )

    def stop(self, message: str, line: int, column: int, help: str, length: int = 1) -> _Stop:
        return _Stop(fault("PK001", message, _point(self.file, line, column, length), help))


def _build(text: str, file: str, findings: list[Finding]) -> Tree | None:
    """The tree that a text says; None for a text without content."""
    builder = _Builder(file, findings)
    parser = _PARSER(text)
    events = 0
    try:
        while event := parser.get_event():
            events += 1
            if events > MAX_EVENTS:
                mark = event.start_mark
                raise builder.stop(
                    f"This file has more than {MAX_EVENTS:,} parts, the most that is read.",
                    mark.line + 1,
                    mark.column + 1,
                    "a protocol has a few thousand; is this the right file?",
                )
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        raise _Stop(_broken(error, file, text)) from None
    finally:
        parser.dispose()
    findings.extend(builder.pasted)  # of a text that cannot be read only the cause is told
    return builder.top


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


def is_ambiguous(text: str) -> bool:
    """Whether tools that read YAML 1.1, or 1.2, take this text for something else."""
    return _AMBIGUOUS.match(text) is not None
