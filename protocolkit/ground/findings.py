"""What is wrong, where, why it matters, what to do: one shape for findings and reasons.

A *finding* is about a protocol file, a *reason* is about an act that a case refused. Both
are values made by the code that decides; nothing re-derives them from text later.
Imports nothing but `record`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from protocolkit.ground.record import EMPTY, Record

Severity = Literal["error", "warning", "advice"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")
"""From the gravest to the mildest."""
Confidence = Literal["exact", "heuristic", "bounded"]
Applicability = Literal["safe", "unsafe", "display"]
AcceptedBy = Literal["comment", "not_applicable", "config"]
Path = tuple[str | int, ...]
"""Where in the protocol: keys and 0-based list positions from the top."""


class Position(Record):
    """A point in a text: line and column count from 1, in code points; offset from 0."""

    line: int
    column: int
    offset: int = 0


class Place(Record):
    """A stretch of a file, end-exclusive."""

    file: str
    start: Position
    end: Position


class Related(Record):
    """A second place that helps to understand a finding, with a few words on what it shows."""

    place: Place
    label: str


class Edit(Record):
    """A stretch of a file, and what to put in its place; an empty stretch is where to add."""

    place: Place
    text: str


class Fix(Record):
    """How a finding can be mended by changing the text of its file.

    `safe`: the file says the same afterwards; `unsafe`: it is a guess at what was meant;
    `display`: to look at only. `title` says what it does: "put `ON` in quotes".
    """

    applicability: Applicability
    title: str
    edits: tuple[Edit, ...]


class CheckInfo(Record):
    """The page of one check. `wrong` and `right` are YAML texts that the tests run.

    `fix` is how far `check --fix` can mend what it finds. A check that compares with a number
    has it as `threshold`, and says in `threshold_is` what it counts; the config can change it.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    why: str
    source: str
    wrong: str
    right: str
    how: str = ""
    confidence: Confidence = "exact"
    fix: Applicability | None = None
    threshold: int | None = None
    threshold_is: str = ""


class Finding(Record):
    """One thing that is wrong, or one reason against an act.

    `path` is where in the model, `place` where in the file (None until somebody who holds
    the side table of positions fills it in). `witness` holds concrete values that show the
    fault, by name. `source` is a citation: a section of the paper, a statute, a standard.
    For a reason, `needs` names the fact or role that is missing and `supplied_by` the roles
    that can supply it; `by_when` is the instant at which that is due, planned, possible or was
    over, `by_when_is` says which of these, `otherwise` what follows if it does not come.
    `suppressed` is the reason with which somebody accepted it, `suppressed_by` where that
    stands, `suppressed_until` the last day of it.
    """

    code: str
    name: str
    severity: Severity
    message: str
    help: str = ""
    path: Path = ()
    place: Place | None = None
    related: tuple[Related, ...] = ()
    witness: Mapping[str, str] = EMPTY
    trace: tuple[str, ...] = ()
    confidence: Confidence = "exact"
    source: str = ""
    needs: str = ""
    supplied_by: tuple[str, ...] = ()
    by_when: datetime | None = None
    by_when_is: str = ""
    otherwise: tuple[str, ...] = ()
    fix: Fix | None = None
    suppressed: str = ""
    suppressed_by: AcceptedBy | None = None
    suppressed_until: date | None = None


Reason = Finding
"""A reason against an act has the shape of a finding: rule, place, citation, what is missing."""


def in_order(findings: list[Finding]) -> list[Finding]:
    """Findings by file, line, column, code; the order every output uses."""

    def key(finding: Finding) -> tuple[str, int, int, str, str]:
        place = finding.place
        if place is None:
            return ("", 0, 0, finding.code, finding.message)
        return (place.file, place.start.line, place.start.column, finding.code, finding.message)

    return sorted(findings, key=key)
