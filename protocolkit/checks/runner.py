"""Judging what was read: run the checks, mute consequences, fill in places, mark what was
accepted.

Imports the catalogue and the reader's result.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from protocolkit.checks._base import WHOLE, Check, Found, Subject
from protocolkit.checks.catalogue import CHECKS, OFF
from protocolkit.checks.suppressions import accepted, suppressions
from protocolkit.ground.findings import Finding, Path, Place, Related, in_order
from protocolkit.ground.record import Record
from protocolkit.language.reading import Places, Reading
from protocolkit.language.vocabulary import KINDS
from protocolkit.model.protocol import Protocol
from protocolkit.model.silences import silences

SECTIONS = tuple(key.name for key in KINDS["protocol"].keys)
OVERLAY = ("extends", "set", "add", "change", "remove")
"""Keys of a file that changes another."""


class Report(Record):
    """What was found in one file and the files that it builds on, in order.

    `findings` holds the accepted ones too: their `suppressed` gives the reason. `silences` are
    the places that say `unspecified`: nothing is wrong with them, and they are worth knowing.
    """

    findings: tuple[Finding, ...]
    texts: Mapping[str, str]
    silences: tuple[Path, ...] = ()

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nobody has accepted."""
        return tuple(finding for finding in self.findings if not finding.suppressed)


def run(reading: Reading, *, off: Collection[str] = OFF, today: date | None = None) -> Report:
    """Everything that is wrong with a protocol: the reader's faults and what the checks find.

    `off` names the codes of checks that do not run. `today` lets accepted findings come back
    when their last day is over, and tells which days of the protocol are over; without it they
    stay accepted, and no day is.
    """
    findings = list(reading.findings)
    if reading.protocol is not None:
        subject = Subject(reading.protocol, reading.parameters_used, today)
        faults = _Faults(reading)
        for check in CHECKS:
            if check.info.code in off or faults.mute(check):
                continue
            findings.extend(
                finding(check, found, reading.places)
                for found in check.find(subject)
                if not faults.touch(found)
            )
        comments = tuple(suppressions(reading.texts))
        findings = [
            found.replace(
                suppressed=accepted(found, comments, reading.places, reading.protocol, today)
            )
            for found in findings
        ]
    return Report(
        findings=tuple(in_order(findings)),
        texts=reading.texts,
        silences=tuple(silences(reading.protocol)),
    )


def finding(check: Check, found: Found, places: Places) -> Finding:
    """A finding: what was found, with its page and its places."""
    page = check.info
    if found.at_key:
        place = places.key(found.path)
    else:
        place = places.part(found.path, *found.part) if found.part else places.of(found.path)
    return Finding(
        code=page.code,
        name=page.name,
        severity=page.severity,
        message=found.message,
        help=found.help,
        path=found.path,
        place=place,
        related=tuple(
            Related(place=place, label=label)
            for path, label in found.also
            if (place := places.of(path)) is not None
        ),
        witness=found.witness,
        trace=found.trace,
        confidence=page.confidence,
        source=page.source,
    )


class _Faults:
    """Where the reader found errors, so that checks can be quiet about their consequences."""

    def __init__(self, reading: Reading) -> None:
        assert reading.protocol is not None
        self.paths = {
            _whereabouts(fault, reading.protocol, reading.places)
            for fault in reading.findings
            if fault.severity == "error"
        }
        self.sections = {path[0] for path in self.paths if path}

    def mute(self, check: Check) -> bool:
        """Whether something that the check judges as a whole is broken."""
        if WHOLE in check.reads:
            return bool(self.paths)
        return () in self.paths or not self.sections.isdisjoint(check.reads)

    def touch(self, found: Found) -> bool:
        """Whether what was found is about an element that is broken itself."""
        return any(path[:2] in self.paths for path in (found.path, *(p for p, _ in found.also)))


def _whereabouts(fault: Finding, protocol: Protocol, places: Places) -> Path:
    """The section, and the element in it, that a fault stands in; () when it may be anywhere.

    Some faults are found before there are paths: then their place tells.
    """
    if fault.path or fault.code == "PK005":
        return fault.path[:2] or ("",)  # a key that the protocol itself lacks is in no section
    if fault.place is None or fault.code == "PK104":
        return ()
    sections: list[Path] = [(name,) for name in SECTIONS]
    section = _last_before(fault.place, sections, places)
    if not section or section[0] in OVERLAY:
        return ()  # in what changes another file, which may be any part of that
    elements = getattr(protocol, str(section[0]), None)
    if section == ("states",) or not isinstance(elements, Mapping):
        return section
    return _last_before(fault.place, [(*section, name) for name in elements], places) or section


def _last_before(place: Place, paths: list[Path], places: Places) -> Path:
    """The path whose key stands last at or before a place in the same file."""
    found: Path = ()
    latest = (0, 0)
    for path in paths:
        key = places.key(path)
        if key is None or key == places.key(path[:-1]) or key.file != place.file:
            continue  # not in the file at all: then the key is the one above
        start = (key.start.line, key.start.column)
        if latest < start <= (place.start.line, place.start.column):
            found, latest = path, start
    return found
