"""Judging what was read: run the checks, mute consequences, fill in places, mark what was
accepted.

Imports the catalogue and the reader's result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from protocolkit.checks._base import WHOLE, Check, Found, Subject
from protocolkit.checks.catalogue import CHECKS, OF_ROSTER
from protocolkit.checks.edits import without_item
from protocolkit.checks.settings import NUMBERS, STANDARD, Settings
from protocolkit.checks.suppressions import Acceptances
from protocolkit.ground.findings import (
    SEVERITIES,
    Finding,
    Fix,
    Path,
    Place,
    Related,
    Severity,
    in_order,
)
from protocolkit.ground.nearest import nearest
from protocolkit.ground.record import Record
from protocolkit.language.reading import Places, Reading
from protocolkit.language.text import MAX_FINDINGS
from protocolkit.language.vocabulary import KINDS
from protocolkit.model.protocol import Protocol
from protocolkit.model.silences import silences

if TYPE_CHECKING:
    from protocolkit.semantics.actors import Actor

SECTIONS = tuple(key.name for key in KINDS["protocol"].keys)
OVERLAY = ("extends", "set", "add", "change", "remove")
"""Keys of a file that changes another."""


class Report(Record):
    """What was found in one file and the files that it builds on, in order.

    `findings` holds the accepted ones too: their `suppressed` gives the reason. `silences` are
    the places that say `unspecified`: nothing is wrong with them, and they are worth knowing.
    `fails_on` is the mildest finding that makes the answer no. `ran` are the codes of the checks
    that judged the file; `muted` of those that would have, but
    that the file has a fault which comes first.
    """

    findings: tuple[Finding, ...]
    texts: Mapping[str, str]
    silences: tuple[Path, ...] = ()
    fails_on: Severity = "error"
    ran: frozenset[str] = frozenset()
    muted: frozenset[str] = frozenset()

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nobody has accepted."""
        return tuple(finding for finding in self.findings if not finding.suppressed)

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The open findings that make the answer no."""
        grave = SEVERITIES[: SEVERITIES.index(self.fails_on) + 1]
        return tuple(finding for finding in self.open if finding.severity in grave)


def run(
    reading: Reading,
    settings: Settings = STANDARD,
    *,
    off: Collection[str] | None = None,
    today: date | None = None,
    people: Sequence[Actor] | None = None,
    most: int = MAX_FINDINGS,
) -> Report:
    """Everything that is wrong with a protocol: the reader's faults and what the checks find.

    `off` names the codes of checks that do not run, if others than the settings say. `today`
    lets accepted findings come back when their last day is over, and tells which days of the
    protocol are over; without it they stay accepted, and no day is. `people` are those of a
    roster; without one, what needs it does not run. `most` is how many findings of a code are
    listed.
    """
    off = settings.off if off is None else off
    if people is None:
        off = {*off, *OF_ROSTER}
    findings = [_left_out(fault, off, settings) for fault in reading.findings]
    ran: set[str] = set()
    if reading.protocol is not None:
        subject = Subject(
            reading.protocol,
            reading.parameters_used,
            today,
            {**NUMBERS, **settings.thresholds},
            None if people is None else tuple(people),
        )
        faults = _Faults(reading)
        for check in CHECKS:
            if check.info.code in off or faults.mute(check):
                continue
            ran.add(check.info.code)
            findings.extend(
                finding(check, found, reading)
                for found in check.find(subject)
                if not faults.touch(found)
            )
        accepted = Acceptances(reading, ran, today)
        findings = [accepted.mark(found) for found in findings]
        findings += [found for found in accepted.findings(most) if found.code not in off]
    graver = settings.severities
    return Report(
        findings=_few(
            in_order(
                [one.replace(severity=graver.get(one.code, one.severity)) for one in findings]
                if graver
                else findings
            ),
            most,
        ),
        texts=reading.texts,
        silences=tuple(silences(reading.protocol)),
        fails_on=settings.fails_on,
        ran=frozenset(ran),
        muted=frozenset(check.info.code for check in CHECKS).difference(off, ran),
    )


def _few(findings: Sequence[Finding], most: int) -> tuple[Finding, ...]:
    """At most so many open ones of each code; the last of them says how many there are."""
    counts = Counter(one.code for one in findings if not one.suppressed)
    seen: Counter[str] = Counter()
    kept = []
    for one in findings:
        seen[one.code] += not one.suppressed
        if one.suppressed or seen[one.code] < most:
            kept.append(one)
        elif seen[one.code] == most:
            more = counts[one.code] - most
            told = f" Not listed: {more} more of {one.code}." if more else ""
            kept.append(one.replace(message=one.message + told))
    return tuple(kept)


def _left_out(fault: Finding, off: Collection[str], settings: Settings) -> Finding:
    """A fault of the reader, marked when the settings leave it out: it is there all the same."""
    if fault.code not in off:
        return fault
    by = settings.by or f"the profile {settings.profile}"
    return fault.replace(suppressed=f"left out by {by}", suppressed_by="config")


def finding(check: Check, found: Found, reading: Reading) -> Finding:
    """A finding: what was found, with its page and its places."""
    page, places = check.info, reading.places
    removal = found.removes and without_item(found.removes, places, reading.texts)
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
        fix=Fix(applicability="safe", title="take it out", edits=(removal,)) if removal else None,
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
        self.sections = {_meant(str(path[0])) for path in self.paths if path}

    def mute(self, check: Check) -> bool:
        """Whether something that the check judges as a whole is broken."""
        if WHOLE in check.reads:
            return bool(self.paths)
        return () in self.paths or not self.sections.isdisjoint(check.reads)

    def touch(self, found: Found) -> bool:
        """Whether what was found is about an element that is broken itself."""
        return any(path[:2] in self.paths for path in (found.path, *(p for p, _ in found.also)))


def _meant(section: str) -> str:
    """The section that a key at the top stands for, which may hold a slip."""
    return section if section in SECTIONS else nearest(section, SECTIONS) or section


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
