"""From a file to a protocol: parse, take in the base, read by the vocabulary, judge the whole.

`read_file` and `read_text` never raise on bad content; they return what could be read and
every fault found. Imports the other parts of the language, the model, conditions, ground.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from protocolkit.conditions.names import Names
from protocolkit.conditions.terms import term_cycle
from protocolkit.conditions.references import references
from protocolkit.conditions.types import check_types
from protocolkit.ground.calendars import Calendar, parse_closed, parse_open, zone
from protocolkit.ground.findings import Finding, Place, in_order
from protocolkit.ground.findings import Path as ModelPath
from protocolkit.ground.limits import LimitSyntaxError, OccurrenceRef
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import Record
from protocolkit.language.overlay import merged
from protocolkit.language.reader import BAD, Reader, Use
from protocolkit.language.text import MAX_FINDINGS, fault, parse, read_bytes
from protocolkit.language.tree import Map, Scalar, plain_data
from protocolkit.model.case import Strand
from protocolkit.model.names import names_of
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

    def key(self, path: ModelPath) -> Place | None:
        """The key of a part, else the nearest above."""
        found = self._reader.nodes.get(path) if self._reader else None
        if found is not None and found[0] is not None:
            return found[0].place
        return self.key(path[:-1]) if path else self._start


class Reading(Record):
    """What came of reading a file.

    `protocol` holds whatever could be read (None only if the text is no map at all); with
    `ok` it is whole. `texts` are the texts by file name, `uses` the names that refer to
    something declared, `parameters_used` the parameters whose values were put in.
    """

    file: str
    protocol: Protocol | None
    findings: tuple[Finding, ...]
    places: Places
    texts: Mapping[str, str]
    uses: tuple[Use, ...] = ()
    parameters_used: frozenset[str] = frozenset()

    @property
    def ok(self) -> bool:
        """Whether the protocol can be used: no finding is an error."""
        return self.protocol is not None and not any(
            finding.severity == "error" for finding in self.findings
        )


def read_file(path: str | Path) -> Reading:
    """Read a protocol file.

    Raises: OSError: the file cannot be opened. Whatever its bytes are, they give findings.
    """
    path = Path(path)
    return _read(read_bytes(path), str(path), path.parent)


def read_text(text: str | bytes, file: str = "<text>", folder: Path | None = None) -> Reading:
    """Read a protocol from a text; `folder` is where a file that it extends is looked for."""
    return _read(text, file, folder)


def _read(data: str | bytes, file: str, folder: Path | None) -> Reading:
    tree, text, findings = parse(data, file)
    texts = {file: text}

    def broken(*more: Finding, places: Places | None = None) -> Reading:
        return Reading(
            file=file,
            protocol=None,
            findings=_bounded([*findings, *more]),
            places=places or Places(),
            texts=texts,
        )

    if tree is None:
        if findings:
            return broken()
        return broken(
            fault("PK005", "This file is empty.", _start(file), "`protocolkit new` writes a first one")
        )
    if not isinstance(tree, Map):
        return broken(
            fault("PK006", "A protocol is a map: `key: value` lines.", tree.place, "start with `id:`")
        )
    whole = merged(tree, folder, texts, findings)
    if whole is None:
        return broken()
    reader = Reader(whole)
    reader.nodes[()] = (None, whole)
    data_digest = _digest(whole)
    for step in ("extends", "set", "add", "change", "remove"):
        whole.entries.pop(step, None)
    states = whole.entries.get("states")
    protocol = reader.element("protocol", whole, ())
    if protocol is BAD:
        return broken(*reader.findings)
    protocol = _assembled(protocol, reader, states is not None).replace(digest=data_digest)
    names = names_of(protocol)
    _judge_names(reader)
    _judge_occurrences(reader, names)
    _judge_conditions(reader, names)
    _judge_time(reader, protocol)
    return Reading(
        file=file,
        protocol=protocol,
        findings=_bounded([*findings, *reader.findings]),
        places=Places(reader, _start(file)),
        texts=texts,
        uses=tuple(reader.uses),
        parameters_used=frozenset(reader.parameters_used),
    )


def _start(file: str) -> Place:
    from protocolkit.ground.findings import Position

    return Place(
        file=file, start=Position(line=1, column=1), end=Position(line=1, column=2)
    )


def _bounded(findings: list[Finding]) -> tuple[Finding, ...]:
    """At most `MAX_FINDINGS`, in order, with a last one that says how many are not listed."""
    ordered = in_order(findings)
    if len(ordered) <= MAX_FINDINGS:
        return tuple(ordered)
    last = ordered[MAX_FINDINGS - 1]
    return (
        *ordered[: MAX_FINDINGS - 1],
        last.replace(
            message=f"{last.message} {len(ordered) - MAX_FINDINGS} more faults are not listed.",
        ),
    )


def _digest(tree: Map) -> str:
    content = json.dumps(
        plain_data(tree), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(content.encode()).hexdigest()


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
    if not strands:
        reader.report(
            "PK005",
            "This protocol has no states: where can a case stand?",
            reader.where(()),
            (),
            "add `states: {identified: {initial: true}, closed: {final: true}}`",
        )
    zone_name = protocol.timezone
    if zone_name and not _zone_is_known(reader, zone_name, ("timezone",)):
        zone_name = "UTC"
    calendars = {
        name: _calendar(reader, office, zone_name or "UTC")
        for name, office in protocol.calendars.items()
    }
    return protocol.replace(
        strands=MappingProxyType(strands), calendars=MappingProxyType(calendars)
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
    return office.replace(
        calendar=Calendar(
            name=office.id,
            zone=zone_name,
            open=parse_open(office.open) if office.open else (),
            closed=tuple(parse_closed(rule) for rule in office.closed),
        )
    )


def _judge_names(reader: Reader) -> None:
    """One name may not mean two things where a condition or a limit could mean either."""
    for kinds in (
        ("fact", "term", "strand", "follow_up"),
        ("trigger", "meeting", "follow_up", "exception"),
    ):
        seen: dict[str, tuple[str, Scalar]] = {}
        for kind in kinds:
            for name, node in reader.declared[kind].items():
                if name in seen and seen[name][1] is not node:
                    other, first = seen[name]
                    reader.report(
                        "PK002",
                        f"`{name}` is the name of a {kind.replace('_', '-')} here and of a "
                        f"{other.replace('_', '-')} in line {first.line}; a condition that says "
                        f"`{name}` could mean either.",
                        node.place,
                        (),
                        "rename one of the two",
                    )
                else:
                    seen[name] = (kind, node)


def _judge_occurrences(reader: Reader, names: Names) -> None:
    for found, path, node in reader.occurrences:
        problem = _occurrence_problem(found, reader, names)
        if problem:
            offset = max(node.text.find(found.name), 0)
            reader.report(
                "PK101", problem[0], node.part(offset, len(str(found.name))), path, problem[1]
            )


def _occurrence_problem(
    found: OccurrenceRef, reader: Reader, names: Names
) -> tuple[str, str] | None:
    events = names.occurrences.get(found.name)
    if events is None:
        if any(found.name in reader.declared[kind] for kind in ("trigger", "meeting", "follow_up")):
            return None  # declared, but in error itself: reported there
        return (
            f"Nothing that happens is called `{found.name}`.",
            did_you_mean(found.name, names.occurrences),
        )
    if found.event not in events:
        what = f"`{found.event}`" if found.event else "no event"
        usable = sorted(event for event in events if event)
        if not usable:
            return (
                f"`{found.name}` is an act: it happens, and nothing happens to it.",
                f"write just `{found.name}`",
            )
        return (
            f"What happens to `{found.name}` needs a word: {what} is none of them.",
            did_you_mean(found.event, [f"{found.name}.{event}" for event in usable]),
        )
    return None


def _judge_conditions(reader: Reader, names: Names) -> None:
    declared = {name for kind in reader.declared.values() for name in kind}
    for condition, path, node in reader.conditions:
        for problem in check_types(condition, names):
            if problem.kind == "undefined" and problem.name in declared - set(names.terms):
                if names.kind_of(problem.name) is None and not _declared_elsewhere(
                    reader, names, problem.name
                ):
                    continue  # the name is declared, but its element is in error itself
            code = "PK101" if problem.kind == "undefined" else "PK401"
            reader.report(
                code, problem.message, node.part(problem.offset, problem.length), path, problem.help
            )
        if path[-1] != "counts_if" and "attendee" in node.text.split():
            reader.report(
                "PK401",
                "`attendee` only means somebody in `counts_if` of a meeting.",
                node.part(node.text.find("attendee"), 8),
                path,
                "name a role instead",
            )
        for reference in references(condition):
            reader.uses.append(
                Use(
                    kinds=(reference.kind,),
                    name=reference.name,
                    path=path,
                    place=node.part(reference.offset, reference.length),
                )
            )
    cycle = term_cycle(names.terms)
    if cycle:
        path = ("terms", cycle[0])
        reader.report(
            "PK401",
            "These terms explain each other in a circle: " + " -> ".join(cycle) + ".",
            reader.where(path),
            path,
            "say one of them without the others",
        )


def _declared_elsewhere(reader: Reader, names: Names, name: str) -> bool:
    """Whether a name is readable as something else than what a condition may read."""
    return (
        name in names.roles
        or name in names.triggers
        or name in names.gatherings
        or any(name in states for states in names.strands.values())
    )


def _judge_time(reader: Reader, protocol: Protocol) -> None:
    """Business days need a calendar; without a name there must be just one to take."""
    calendars = protocol.calendars
    default = protocol.business_days or (next(iter(calendars)) if len(calendars) == 1 else "")
    for path, (_, node) in list(reader.nodes.items()):
        if not isinstance(node, Scalar) or "business day" not in node.text:
            continue
        named = node.text.partition(" of ")[2].split(",")[0].split(" ")[0]
        if named:
            if named not in reader.declared["calendar"] and " of " in node.text:
                reader.report(
                    "PK101",
                    f"There is no calendar `{named}`.",
                    node.part(node.text.find(named), len(named)),
                    path,
                    did_you_mean(named, calendars),
                )
        elif not default and not reader.declared["calendar"]:
            reader.report(
                "PK101",
                "Business days need a calendar, and there is none.",
                node.place,
                path,
                "add `calendars: {office: {open: mon-fri 08:30-16:30}}`",
            )
        elif not default:
            reader.report(
                "PK101",
                "Which calendar do these business days follow?",
                node.place,
                path,
                "add `business_days: " + next(iter(reader.declared["calendar"])) + "` at the top, "
                "or write `business days of ...`",
            )


