"""A case at an instant, as conditions ask about it.

Answers the atoms of `conditions.situation.Situation` from a case, and notes when time alone
could change an answer, so that a watched condition is judged again then and not before.
Imports the case, conditions and ground.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from protocolkit.ground.calendars import is_open, next_open
from protocolkit.ground.limits import Duration, Moment, OccurrenceRef, add, subtract
from protocolkit.ground.zones import midnight
from protocolkit.ground.zones import zone as zone_named
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import FactValue, Happened

if TYPE_CHECKING:
    from protocolkit.semantics.program import Program

_DAY = timedelta(days=1)


class CaseSituation:
    """A case at `now`; `past` means just after that instant, when what ends at it has ended.

    `at` judges facts as they were at an occurrence, as far as is now known (ruling 3).
    `wakes` collects (instant, past) at which an answer given here may change.
    """

    def __init__(
        self,
        case: Case,
        program: Program,
        now: datetime,
        *,
        past: bool = False,
        at: datetime | None = None,
        attendee: str | None = None,
    ) -> None:
        self.case = case
        self.program = program
        self.now = now
        self.past = past
        self.at = at
        self._attendee = attendee
        self.wakes: list[tuple[datetime, bool]] = []

    def over(self, instant: datetime) -> bool:
        """Whether an instant has passed; until then, note that it will."""
        if instant < self.now or (instant == self.now and self.past):
            return True
        self.wakes.append((instant, True))
        return False

    def come(self, instant: datetime) -> bool:
        """Whether an instant has come, itself included; until then, note that it will."""
        if instant <= self.now:
            return True
        self.wakes.append((instant, False))
        return False

    # -- facts, strands, follow-ups ----------------------------------------------------

    def fact(self, name: str) -> FactValue | None:
        """The value now, or as at `at`; None when unknown or expired."""
        entry = self.case.value(name, self.at)
        if entry is None:
            return None
        valid_for = self.program.protocol.facts[name].valid_for
        if valid_for is not None and self.over(
            add(Moment(at=entry.at), valid_for, self.program.zone, self.program.calendar(valid_for)).at
        ):
            return None
        return entry.value

    def fact_at(self, name: str, at: OccurrenceRef) -> FactValue | None:
        """The value when something happened, as far as is now known."""
        found = self.occurrence(at)
        entry = self.case.value(name, found.at) if found else None
        return entry.value if entry else None

    def state(self, strand: str) -> str:
        """The state a strand is in."""
        return self.case.states[strand]

    def status(self, follow_up: str) -> str:
        """The status of its latest opened instance."""
        latest = self.case.latest.get(follow_up)
        return latest.shown_status if latest else "not_opened"

    # -- what happened -----------------------------------------------------------------

    def occurrence(self, ref: OccurrenceRef) -> Happened | None:
        """The occurrence meant: the first, or the last."""
        name, event = self.program.key(ref.name, ref.event)
        if ref.pick == "first":
            return self.case.first(name, event)
        return self.case.last(name, event)

    def _since(self, name: str, event: str, since: OccurrenceRef | None) -> list[Happened]:
        found = self.case.by_name.get(self.program.key(name, event), [])
        start = self.occurrence(since) if since else None
        if start is None:
            return found
        return [one for one in found if (one.at, one.number) > (start.at, start.number)]

    def happened(self, name: str, event: str, since: OccurrenceRef | None) -> bool | None:
        """Whether it happened, ever or since something else."""
        return bool(self._since(name, event, since))

    def count(
        self, name: str, event: str, since: OccurrenceRef | None, within: Duration | None
    ) -> int | None:
        """How often; a calendar span compares local days, both ends included (ruling 27)."""
        found = self._since(name, event, since)
        if within is None:
            return len(found)
        zone, calendar = self.program.zone, self.program.calendar(within)
        if within.is_elapsed:
            ends = (add(Moment(at=one.at), within, zone, calendar).at for one in found)
            return sum(not self.over(end) for end in ends)
        first_day = subtract(Moment(at=self.now), within, zone, calendar).day(zone)
        days = [Moment(at=one.at, end_of_day=one.end_of_day).day(zone) for one in found]
        inside_days = [day for day in days if day >= first_day]
        if inside_days:
            # The span back from tomorrow may start later; judging again at midnight is exact.
            today = self.now.astimezone(zone_named(zone)).date()
            self.wakes.append((midnight(today + _DAY, zone_named(zone)), False))
        return len(inside_days)

    def by(self, name: str) -> frozenset[str] | None:
        """The role of whoever did the last one."""
        last = self.case.last(*self.program.key(name, ""))
        return frozenset({last.role}) if last and last.role else None

    def missed(
        self, name: str, event: str, within: Duration, after: OccurrenceRef
    ) -> bool | None:
        """Whether the span after something is over and it did not happen in it."""
        start = self.occurrence(after)
        if start is None:
            return False
        calendar = self.program.calendar(within)
        moment = Moment(at=start.at, end_of_day=start.end_of_day)
        end = add(moment, within, self.program.zone, calendar).at
        for one in self.case.by_name.get(self.program.key(name, event), ()):
            if start.at <= one.at <= end and one is not start:
                return False
        return self.over(end)

    def reached(self, fact: str) -> bool | None:
        """Whether the local day of a date fact has begun."""
        day = self.fact(fact)
        if not isinstance(day, date):
            return None
        return self.come(midnight(day, zone_named(self.program.zone)))

    def days_between(self, a: str | OccurrenceRef, b: str | OccurrenceRef) -> int | None:
        """Calendar days from one to the other."""
        first, second = self._day(a), self._day(b)
        return None if first is None or second is None else second - first

    def _day(self, item: str | OccurrenceRef) -> int | None:
        """The number of a local day, for counting."""
        if isinstance(item, str):
            value = self.fact(item)
            return value.toordinal() if isinstance(value, date) else None
        one = self.occurrence(item)
        if one is None:
            return None
        return Moment(at=one.at, end_of_day=one.end_of_day).day(self.program.zone).toordinal()

    def available(self, role: str) -> bool | None:
        """Whether the office is open now; unknown when its hours are not stated."""
        hours = self.program.protocol.roles[role].available
        if hours is None:
            return None
        calendar = self.program.calendars.get(hours)
        if calendar is None:
            return True
        if is_open(calendar, self.now):
            self.wakes.append((self.program.closing(calendar, self.now), False))
            return True
        opening = next_open(calendar, self.now)
        if opening is not None:
            self.wakes.append((opening, False))
        return False

    def attendee(self) -> str | None:
        """The role of the person at the meeting whom the condition is asked about."""
        return self._attendee
