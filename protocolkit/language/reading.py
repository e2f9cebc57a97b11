"""From a file to a protocol: parse, take in the base, read by the vocabulary, judge the whole.

`read_file` and `read_text` never raise on bad content; they return what could be read and
every fault found. Imports the other parts of the language, the model and ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from protocolkit.ground.calendars import Calendar, parse_closed, parse_open, zone
from protocolkit.ground.collecting import no_collections
from protocolkit.ground.findings import Finding, Place, Position, in_order
from protocolkit.ground.findings import Path as ModelPath
from protocolkit.ground.limits import LimitSyntaxError
from protocolkit.ground.record import Record
from protocolkit.language.overlay import merged
from protocolkit.language.reader import Reader
from protocolkit.language.text import MAX_FINDINGS, fault, parse, read_bytes
from protocolkit.language.tree import Map, Scalar, Sequence, plain_data
from protocolkit.language.whole import judge
from protocolkit.model.case import Strand
from protocolkit.model.content import Content
from protocolkit.model.programme import OfficeHours
from protocolkit.model.protocol import Protocol


class Places:
    """Where in the files the parts of a protocol stand: the side table of positions."""

    def __init__(self, reader: Reader | None = None, start: Place | None = None) -> None:
        self._reader = reader
        self._start = start

    def of(self, path: ModelPath) -> Place | None:
        """The token to point at: a text, else the key of the part, else the nearest above."""
        found = self._reader.where(path) if self._reader else None
        return found or self._start

    def part(self, path: ModelPath, start: int, end: int) -> Place | None:
        """Some characters of the text of a part; the whole of it when that cannot be told."""
        nodes = self._reader.nodes if self._reader else {}
        while path not in nodes and path:
            path = path[:-1]  # a short form: the text stands for the element
        _, value = nodes.get(path, (None, None))
        if self._reader is None or not isinstance(value, Scalar):
            return self.of(path)
        return self._reader.part(value, start, end - start)

    def key(self, path: ModelPath) -> Place | None:
        """The key of a part, else the nearest above."""
        found = self._reader.nodes.get(path) if self._reader else None
        if found is not None and found[0] is not None:
            return found[0].place
        return self.key(path[:-1]) if path else self._start

    def text(self, path: ModelPath) -> str:
        """The text that stands at a path; "" if none does."""
        found = self._reader.nodes.get(path) if self._reader else None
        return found[1].text if found is not None and isinstance(found[1], Scalar) else ""

    def items(self, path: ModelPath) -> list[Place]:
        """Where the items of a list stand, each as a whole; none if it is no list."""
        found = self._reader.nodes.get(path) if self._reader else None
        if found is None or not isinstance(found[1], Sequence):
            return []
        return [item.place for item in found[1].items]

    def below(self, name: str) -> list[ModelPath]:
        """The paths of all that stands below a key of some name, wherever that is."""
        nodes = self._reader.nodes if self._reader else {}
        return [path for path in nodes if path[-2:-1] == (name,)]


class Reading(Record):
    """What came of reading a file.

    `protocol` holds whatever could be read (None only if the text is no map at all); with
    `ok` it is whole. `texts` are the texts by file name, `parameters_used` the parameters
    whose values were put in.
    """

    file: str
    protocol: Protocol | None
    findings: tuple[Finding, ...]
    places: Places
    texts: Mapping[str, str]
    parameters_used: frozenset[str] = frozenset()

    @property
    def ok(self) -> bool:
        """Whether the protocol can be used: no finding is an error."""
        return self.protocol is not None and not any(
            finding.severity == "error" for finding in self.findings
        )


_OTHER_FILES: Mapping[str, tuple[str, str]] = {
    "people": (
        "This is a roster, and a protocol belongs here.",
        "name the protocol, and this file after `--roster`",
    ),
    "scenarios": (
        "This file holds scenarios, and a protocol belongs here.",
        "name the protocol; `protocolkit test` acts out scenarios",
    ),
}
"""By the key at the top: files that stand beside a protocol, and what to do with them."""


def read_file(path: str | Path) -> Reading:
    """Read a protocol file.

    Raises: OSError: the file cannot be opened. Whatever its bytes are, they give findings.
    """
    path = Path(path)
    with no_collections():
        return _read(read_bytes(path), path.as_posix(), path.parent)


def read_text(text: str | bytes, file: str = "<text>", folder: Path | None = None) -> Reading:
    """Read a protocol from a text; `folder` is where a file that it extends is looked for."""
    with no_collections():
        return _read(text, file, folder)


def _read(data: str | bytes, file: str, folder: Path | None) -> Reading:
    start = Place(file=file, start=Position(line=1, column=1), end=Position(line=1, column=2))
    tree, text, findings = parse(data, file)
    texts = {file: text}

    def broken(*more: Finding) -> Reading:
        return Reading(
            file=file,
            protocol=None,
            findings=_bounded([*findings, *more]),
            places=Places(start=start),
            texts=texts,
        )

    if tree is None or (isinstance(tree, Scalar) and tree.plain and not tree.text):
        help = "`protocolkit new` writes a first one"
        return broken(*(() if findings else (fault("PK005", "This file is empty.", start, help),)))
    if not isinstance(tree, Map):
        help = 'start with `protocolkit: "1"`'
        return broken(fault("PK006", "A protocol is a map: `key: value` lines.", start, help))
    for sign, (message, help) in _OTHER_FILES.items():
        if sign in tree.entries and tree.entries.keys() <= {sign, "protocol"}:
            return broken(fault("PK006", message, tree.entries[sign].key.place, help))
    whole, new_values = merged(tree, folder, texts, findings)
    if whole is None:
        return broken()
    reader = Reader(whole, texts)
    reader.nodes[()] = (None, whole)
    content = _content(whole)
    for step in ("set", "add", "change", "remove"):
        whole.entries.pop(step, None)
    protocol = reader.element("protocol", whole, ())
    protocol = _assembled(protocol, reader, "states" in whole.entries).replace(content=content)
    states = whole.get("states")
    if isinstance(states, Map) and not states.entries:
        help = "add `identified: {initial: true}` and the states that follow"
        reader.report("PK005", "No state stands here.", states.place, ("states",), help)
    judge(reader, protocol, new_values)
    return Reading(
        file=file,
        protocol=protocol,
        findings=_bounded([*findings, *reader.findings], reader.uncounted),
        places=Places(reader, start),
        texts=texts,
        parameters_used=frozenset(reader.parameters_used),
    )


def _bounded(findings: list[Finding], uncounted: int = 0) -> tuple[Finding, ...]:
    """At most `MAX_FINDINGS`, in order; the last says how many are not listed."""
    ordered = in_order(findings)
    missing = len(ordered) - MAX_FINDINGS + uncounted
    if missing <= 0:
        return tuple(ordered)
    last = ordered[MAX_FINDINGS - 1]
    message = f"{last.message} {missing} more faults are not listed."
    return (*ordered[: MAX_FINDINGS - 1], last.replace(message=message))


def _content(tree: Map) -> Content:
    """The content as plain data, whatever it was put together from."""
    content = plain_data(tree)
    assert isinstance(content, dict)
    overlay = ("extends", "set", "add", "change", "remove")
    return Content({key: value for key, value in content.items() if key not in overlay})


def _assembled(protocol: Protocol, reader: Reader, has_states: bool) -> Protocol:
    """The protocol with `states` as the strand `case`, and calendars ready for arithmetic."""
    strands: dict[str, Strand] = {}
    if has_states:
        strands["case"] = Strand(id="case", path=("states",), states=reader.states)
    strands.update(protocol.strands)
    if "case" in protocol.strands and has_states:
        reader.report(
            "PK002",
            "`states` is the strand `case`, and `strands` has another `case`.",
            reader.where(("strands", "case")),
            ("strands", "case"),
            "keep one of the two",
        )
    if reader.declared.stateless:
        reader.report(
            "PK005",
            "This protocol has no states: where can a case stand?",
            reader.where(()),
            (),
            "add them, such as `states: {identified: {initial: true}, closed: {final: true}}`",
        )
    zone_name = protocol.timezone
    if not zone_name or not _zone_is_known(reader, zone_name, ("timezone",)):
        zone_name = "UTC"
    calendars = {
        name: _calendar(reader, office, zone_name) for name, office in protocol.calendars.items()
    }
    return protocol.replace(
        strands=MappingProxyType(strands),
        calendars=MappingProxyType(calendars),
        timezone=zone_name,
    )


def _zone_is_known(reader: Reader, name: str, path: ModelPath) -> bool:
    try:
        zone(name)
    except LimitSyntaxError as error:
        reader.report("PK006", error.message + ".", reader.where(path), path, error.help)
        return False
    return True


def _calendar(reader: Reader, office: OfficeHours, zone_name: str) -> OfficeHours:
    own = office.timezone
    if own and _zone_is_known(reader, own, office.below("timezone")):
        zone_name = own
    try:
        hours = parse_open(office.open) if office.open else ()
    except LimitSyntaxError as error:  # each entry is well formed, but two of them overlap
        path = office.below("open", error.item)
        reader.report("PK006", error.message + ".", reader.where(path), path, error.help)
        hours = ()
    return office.replace(
        calendar=Calendar(
            name=office.id,
            zone=zone_name,
            open=hours,
            closed=tuple(parse_closed(rule) for rule in office.closed),
        )
    )
