"""What opens a follow-up, and what its limit counts from.

Pure: reads a case, changes nothing. Imports the program and the case.
"""

from __future__ import annotations

from datetime import date

from protocolkit.ground.limits import Limit, Moment
from protocolkit.ground.zones import midnight, zone
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import Happened
from protocolkit.semantics.program import Program


class Opening:
    """What opens a follow-up: an occurrence, a visit to a state, or (neither) a condition.

    `moment` is its instant. `deferred`: it came in an earlier step and waited for a fact.
    """

    __slots__ = ("deferred", "moment", "opener", "visit")

    def __init__(
        self,
        moment: Moment,
        opener: Happened | None = None,
        visit: str = "",
        *,
        deferred: bool = False,
    ) -> None:
        self.moment = moment
        self.opener = opener
        self.visit = visit
        self.deferred = deferred

    @property
    def number(self) -> int:
        """The number of the occurrence; 0 for none."""
        return self.opener.number if self.opener else 0


def anchor_of(
    program: Program, case: Case, limit: Limit | None, opening: Opening, meeting: str = ""
) -> tuple[Moment | None, str]:
    """What a limit counts from, and the meeting it is tied to; None: no date yet."""
    ref = limit.anchor if limit is not None else None
    if ref is None:
        return opening.moment, ""
    if planned := program.planned(ref):
        return _meeting_anchor(case, planned, opening.opener, meeting)
    if limit is not None and (fact := program.day_named(ref)):
        return day_anchor(program, case, limit, fact), meeting
    keys = [program.key(one.name, one.event) for one in ref.each]
    known = [one for key in keys for one in case.by_name.get(key, ())]
    opener = opening.opener
    if ref.pick == "opening":
        known = [one for one in known if one.at <= opening.moment.at]
        if opener is not None and program.key(opener.name, opener.event) in keys:
            known = [opener]
    pick = min if ref.pick == "first" else max
    found = pick(known, key=lambda one: (one.at, one.number), default=None)
    if found is None:
        return None, ""
    return Moment(at=found.at, end_of_day=found.end_of_day), ""


def day_anchor(program: Program, case: Case, limit: Limit, fact: str) -> Moment | None:
    """The beginning of the day that a date fact names, where the limit counts its days.

    That day is day 0. What the fact was last recorded to be counts, also when it has expired.
    """
    entry = case.value(fact)
    if entry is None or not isinstance(entry.value, date):
        return None
    return Moment(at=midnight(entry.value, zone(program.zone_of(limit))))


def _meeting_anchor(
    case: Case, name: str, opener: Happened | None, meeting: str
) -> tuple[Moment | None, str]:
    """The date of a meeting: the one tied to, that of the opening, or the next one set."""
    meetings = case.meetings
    if not meeting and opener is not None and opener.name == name:
        meeting = opener.of if meetings[opener.of].status != "called_off" else ""
    if not meeting:
        planned = [one for one in meetings.values() if one.name == name and one.status == "set"]
        if not planned:
            return None, ""
        meeting = min(planned, key=lambda one: (one.planned_at, one.id)).id
    found = meetings[meeting]
    return (None if found.status == "called_off" else Moment(at=found.planned_at)), meeting


def planned_meeting(opener: Happened | None) -> str:
    """The planned meeting that an opening is about."""
    planned = opener is not None and opener.event in ("set", "moved")
    return opener.of if planned and opener is not None else ""
