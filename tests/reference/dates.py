"""When what is owed is due: from what it counts, other dates, and clocks that stand still.

Imports the model, the arithmetic of limits and the course.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from protocolkit.ground.calendars import is_business_day
from protocolkit.ground.limits import Duration, Limit, Moment, OccurrenceRef, due
from protocolkit.ground.zones import midnight, zone
from protocolkit.model.case import FollowUp
from tests.reference.course import Course
from tests.reference.ledger import Owed, Thing
from tests.reference.truth import Truth, calendar_of

_DAY = timedelta(days=1)
_KEYS = ("aim", "due", "outer")


class Dates(Course):
    """The instants of follow-ups."""

    def limit_of(self, follow_up: FollowUp) -> Limit | None:
        """What says from when it counts: its rhythm, else its limit."""
        return follow_up.every or follow_up.due

    def dated_by(self, follow_up: FollowUp) -> Limit | None:
        """What says until when: its limit; of a recurrence without one, its rhythm."""
        due = follow_up.due
        return follow_up.every if follow_up.every and (not due or due.unspecified) else due

    def meeting_of(self, follow_up: FollowUp, opener: Thing | None) -> str:
        """The meeting whose date a limit counts from: the one it was opened with, else the
        next one that is set."""
        limit = self.limit_of(follow_up)
        ref = limit.anchor if limit else None
        if ref is None or ref.event or ref.name not in self.protocol.meetings:
            return ""
        own = self.meeting_or_none(opener.of) if opener and opener.name == ref.name else None
        if own is not None and own.status != "called_off":
            return own.id
        found = [one for one in self.planned if one.name == ref.name and one.status == "set"]
        return min(found, key=lambda one: (one.planned_at, one.id)).id if found else ""

    def anchor_of(
        self, follow_up: FollowUp, opener: Thing | None, moment: Moment, meeting: str
    ) -> Moment | None:
        """What a limit counts from (ruling 10); None: that has no date yet."""
        limit = self.limit_of(follow_up)
        ref = limit.anchor if limit else None
        if ref is None:
            return moment
        if ref.name in self.protocol.meetings and not ref.event:
            planned = self.meeting_or_none(meeting)
            if planned is None or planned.status == "called_off":
                return None
            return Moment(at=planned.planned_at)
        if self.is_day(ref):
            return self.beginning_of(ref.name, limit)
        found = sorted(
            (thing for thing in self.things if self.fits(ref, thing)),
            key=lambda thing: thing.order,
        )
        if ref.pick == "first":
            return found[0].moment if found else None
        if ref.pick == "last":
            return found[-1].moment if found else None
        if opener is not None and opener in found:
            return opener.moment
        before = [thing for thing in found if thing.at <= moment.at]
        return before[-1].moment if before else None

    def is_day(self, ref: OccurrenceRef) -> bool:
        """Whether it is a date that somebody writes down, and nothing that happens."""
        fact = self.whole.facts.get(ref.name)
        happens = ref.name in self.whole.triggers or ref.name in self.whole.meetings
        plain = not ref.event and ref.pick == "opening"
        return fact is not None and fact.type == "date" and plain and not happens

    def beginning_of(self, fact: str, limit: Limit | None) -> Moment | None:
        """Where a day begins that was written down; an office counts its own days."""
        said = Truth(self, self.now).in_force(fact, self.now.at)
        span = limit.within or limit.at_most if limit else None
        if said is None:
            return None
        where = self.protocol.timezone
        if span is not None and span.unit == "business days":
            where = calendar_of(self.protocol, span).zone
        return Moment(at=midnight(said.value, zone(where)))

    def date(self, owed: Owed) -> None:
        """Its instants, from its anchor."""
        limit = self.dated_by(self.follow_up(owed))
        owed.aim = owed.due = owed.outer = None
        owed.end_of_day = False
        owed.left = {}
        if limit is None or limit.unspecified or owed.anchor is None:
            return
        inner, outer = limit.within, limit.at_most
        calendar = calendar_of(self.protocol, inner) if inner else None
        other = calendar_of(self.protocol, outer) if outer else None
        found = due(limit, owed.anchor, self.protocol.timezone, calendar or other, other)
        owed.aim, owed.due, owed.outer = found.aim, found.due, found.outer
        owed.end_of_day = found.end_of_day

    def redate(
        self,
        owed: Owed,
        due_at: datetime | None,
        aim: datetime | None,
        outer: datetime | None,
        *,
        end_of_day: bool,
    ) -> None:
        """Other instants; one that is not past ends a spell of lateness (ruling 8)."""
        owed.due, owed.aim, owed.outer = due_at, aim, outer
        owed.end_of_day = end_of_day
        owed.fixed = self.now.at
        spell_is_over = owed.status == "overdue" and (due_at is None or due_at >= self.now.at)
        if spell_is_over:
            owed.status = "open"
        for ladder in self.ladders:
            if ladder.of is owed:
                ladder.fixed = self.now.at
                if spell_is_over:
                    ladder.level = 0
                    ladder.before = None

    # -- clocks that stand still (ruling 17) -----------------------------------------------

    def stands_still(self, follow_up: FollowUp) -> bool:
        """Whether its clock stands still now; what counts back from something never does."""
        limit = self.dated_by(follow_up)
        if follow_up.pauses_while is None or (limit and limit.direction == "before"):
            return False
        return Truth(self, self.now).of(follow_up.pauses_while) is True

    def pause(self, owed: Owed) -> None:
        """What is still ahead of it is set aside; what is left is kept."""
        owed.paused = True
        for key in _KEYS:
            at: datetime | None = getattr(owed, key)
            if at is None or at < self.now.at:
                continue
            if key == "due" and owed.status == "overdue":
                continue
            owed.left[key] = self.left(owed, key, at)
            setattr(owed, key, None)

    def resume(self, owed: Owed) -> None:
        """Its clock goes on with what was left; today is day 0 again."""
        owed.paused = False
        instants = {key: getattr(owed, key) for key in _KEYS}
        end_of_day = owed.end_of_day
        for key, left in owed.left.items():
            instants[key] = self.on(owed, key, left)
            if key == "due":
                span = self.span_of(owed, key)
                end_of_day = span is not None and not span.is_elapsed
        if owed.left:
            owed.left = {}
            self.redate(
                owed,
                instants["due"],
                instants["aim"],
                instants["outer"],
                end_of_day=end_of_day,
            )

    def span_of(self, owed: Owed, key: str) -> Duration | None:
        """The span by which one of its instants is counted."""
        limit = self.dated_by(self.follow_up(owed))
        if limit is None or key == "aim":
            return None
        return limit.at_most if key == "outer" else limit.within or limit.at_most

    def left(self, owed: Owed, key: str, at: datetime) -> int:
        """Microseconds, or the days after today on which the span counts."""
        span = self.span_of(owed, key)
        if span is None or span.is_elapsed:
            return (at - self.now.at) // timedelta(microseconds=1)
        calendar = calendar_of(self.protocol, span)
        business = span.unit == "business days"
        where = calendar.zone if business else self.protocol.timezone
        ends_a_day = owed.end_of_day if key == "due" else True
        last = Moment(at=at, end_of_day=ends_a_day).day(where)
        day = Moment(at=self.now.at).day(where)
        count = 0
        while day < last:
            day += _DAY
            count += not business or is_business_day(calendar, day)
        return count

    def on(self, owed: Owed, key: str, left: int) -> datetime:
        """So much later than now."""
        span = self.span_of(owed, key)
        if span is None or span.is_elapsed:
            return self.now.at + timedelta(microseconds=left)
        calendar = calendar_of(self.protocol, span)
        business = span.unit == "business days"
        where = calendar.zone if business else self.protocol.timezone
        day = Moment(at=self.now.at).day(where)
        while left:
            day += _DAY
            left -= not business or is_business_day(calendar, day)
        return midnight(day + _DAY, zone(where))
