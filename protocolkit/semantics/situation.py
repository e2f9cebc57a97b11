"""A case at an instant, as conditions ask about it.

Answers the atoms of `conditions.situation.Situation` from a case, and notes when time alone
could change an answer, so that a watched condition is judged again then and not before.
Imports the case, conditions and ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from protocolkit.ground.calendars import is_open, next_open
from protocolkit.ground.limits import Duration, Moment, OccurrenceRef
from protocolkit.ground.record import EMPTY
from protocolkit.ground.zones import midnight
from protocolkit.ground.zones import zone as zone_named
from protocolkit.semantics.case import Case, Entry
from protocolkit.semantics.changes import FactValue, Happened

if TYPE_CHECKING:
    from protocolkit.semantics.program import Program


class CaseSituation:
    """A case at `now`; `past` means just after that instant, when what ends at it has ended.

    `at` judges everything as it was at an occurrence, as far as is now known (ruling 3).
    `states` puts strands elsewhere than they are.
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
        states: Mapping[str, str] = EMPTY,
    ) -> None:
        self.case = case
        self.program = program
        self.now = at or now
        self._known_at = now
        self.past = past and at is None
        self.at = at
        self._attendee = attendee
        self._states = states
        self.wakes: list[tuple[datetime, bool]] = []

    def with_states(self, states: Mapping[str, str]) -> CaseSituation:
        """The same, as if the strands already stood elsewhere."""
        return CaseSituation(self.case, self.program, self.now, past=self.past, states=states)

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
        return self._read(name)[0]

    def fact_since(self, name: str, since: OccurrenceRef) -> FactValue | None:
        """The same, if that value holds from when something happened or later."""
        value, entry = self._read(name)
        start = self.occurrence(since)
        is_older = start is not None and entry is not None and entry.at < start.at
        return None if is_older else value

    def _read(self, name: str) -> tuple[FactValue | None, Entry | None]:
        if not self.program.is_beside(name):
            entry = self.case.value(name, self.at)
            return self._unexpired(name, entry), entry
        entry = self._beside(name)
        found = self._unexpired(name, entry)
        self.case.programme.note(name, found)
        return found, entry

    def _beside(self, name: str) -> Entry | None:
        """The entry of a fact of the programme, as known at the instant of this situation."""
        standing = Case("")
        for learnt in self.case.programme.known(name, self._known_at):
            standing.apply(learnt.change, learnt.recorded_at)
        return standing.value(name, self.at)

    def fact_at(self, name: str, at: OccurrenceRef) -> FactValue | None:
        """The value when something happened, as far as is now known."""
        found = self.occurrence(at)
        if found is None:
            return None
        then = CaseSituation(self.case, self.program, self._known_at, at=found.at)
        return then.fact(name)

    def _unexpired(self, name: str, entry: Entry | None) -> FactValue | None:
        if entry is None:
            return None
        valid_for = self.program.protocol.facts[name].valid_for
        if valid_for is not None and self.over(self._end(Moment(at=entry.at), valid_for).at):
            return None
        return entry.value

    def _end(self, start: Moment, span: Duration) -> Moment:
        return self.program.add(start, span)

    def state(self, strand: str) -> str:
        """The state a strand is in."""
        if strand in self._states:
            return self._states[strand]
        return self.case.state(strand, self.at)

    def status(self, follow_up: str) -> str:
        """The status of its latest opened instance."""
        latest = self.case.latest.get(follow_up)
        return latest.shown_status if latest else "not_opened"

    # -- what happened -----------------------------------------------------------------

    def occurrence(self, ref: OccurrenceRef) -> Happened | None:
        """The occurrence meant: the first, or the last."""
        found = [one for each in ref.each for one in self._all(each.name, each.event)]
        order = min if ref.pick == "first" else max
        return order(found, key=lambda one: (one.at, one.number), default=None)

    def _all(self, name: str, event: str) -> list[Happened]:
        found = self.case.by_name.get(self.program.key(name, event), [])
        return found if self.at is None else [one for one in found if one.at <= self.at]

    def _since(self, name: str, event: str, since: OccurrenceRef | None) -> list[Happened]:
        found = self._all(name, event)
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
        """How often; both ends of a span are included, those of days as whole days
        (ruling 27).
        """
        found = self._since(name, event, since)
        if within is None:
            return len(found)
        ends = [self._end(Moment(at=one.at, end_of_day=one.end_of_day), within) for one in found]
        return sum(not (self.come(end.at) if end.end_of_day else self.over(end.at)) for end in ends)

    def by(self, name: str) -> frozenset[str] | None:
        """The role of whoever did the last one."""
        last = self.occurrence(OccurrenceRef(name=name))
        return frozenset({last.role}) if last and last.role else None

    def missed(self, name: str, event: str, within: Duration, after: OccurrenceRef) -> bool | None:
        """Whether the span after something is over and it did not happen in it."""
        start = self.occurrence(after)
        if start is None:
            return False
        end = self._end(Moment(at=start.at, end_of_day=start.end_of_day), within).at
        for one in self._all(name, event):
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

    def within(self, span: Duration, a: str | OccurrenceRef, b: str | OccurrenceRef) -> bool | None:
        """Whether one is no earlier than the other, and at most a span later; spans of days
        compare local days.
        """
        first, second = self._moment(a), self._moment(b)
        if first is None or second is None:
            return None
        end = self._end(first, span)
        if span.is_elapsed:
            return first.at <= second.at <= end.at
        zone = self.program.zone
        return first.day(zone) <= second.day(zone) <= end.day(zone)

    def _day(self, item: str | OccurrenceRef) -> int | None:
        """The number of a local day, for counting."""
        found = self._moment(item)
        return found.day(self.program.zone).toordinal() if found else None

    def _moment(self, item: str | OccurrenceRef) -> Moment | None:
        """When a day begins, or something happened."""
        if isinstance(item, str):
            value = self.fact(item)
            if not isinstance(value, date):
                return None
            return Moment(at=midnight(value, zone_named(self.program.zone)))
        one = self.occurrence(item)
        return Moment(at=one.at, end_of_day=one.end_of_day) if one else None

    def attended(self, meeting: str) -> frozenset[str] | None:
        """The roles of those who were at the last of a meeting that was held or adjourned."""
        held = OccurrenceRef(name=meeting, event="held")
        adjourned = OccurrenceRef(name=meeting, event="adjourned")
        last = self.occurrence(held.replace(pick="last", others=(adjourned,)))
        return frozenset(self.case.meetings[last.of].attended.values()) if last else None

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
