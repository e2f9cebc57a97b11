"""What is owed: opened, dated, met, ended; recurrences.

Imports the model, the arithmetic of limits and the course.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.ground.limits import Limit, Moment, add, due
from protocolkit.model.case import FollowUp, Trigger
from tests.reference.course import Course
from tests.reference.ledger import Now, Owed, Series, Thing, Visit
from tests.reference.truth import Truth, calendar_of


class Owing(Course):
    """Follow-ups of a case."""

    # -- opening ---------------------------------------------------------------------------

    def open_with(self, thing: Thing) -> None:
        """An occurrence opens what it opens."""
        for follow_up in self.follow_ups:
            if any(self.fits(ref, thing) for ref in follow_up.opens_with):
                self.begin(follow_up, thing, None, thing.moment)

    def bars(self, follow_up: FollowUp) -> bool:
        """Whether nothing of it opens: it would end at once, or is not carried over."""
        if self.closed_at is not None and (follow_up.every or not follow_up.carries_over):
            return True
        ends = follow_up.ends_when
        return ends is not None and Truth(self, self.now).of(ends) is True

    def begin(
        self,
        follow_up: FollowUp,
        opener: Thing | None,
        visit: Visit | None,
        moment: Moment,
        *,
        late: bool = False,
    ) -> None:
        """A follow-up opens, if its condition held then, as far as is now known."""
        if self.bars(follow_up):
            return
        verdict = Truth(self, Now(at=moment.at), as_at=True).of(follow_up.if_)
        if verdict is None:
            self.pending.append((follow_up, opener, visit, moment))
        if verdict is not True:
            return
        alive = [one for one in self.owed if one.follow_up == follow_up.id and one.is_open]
        running = [one for one in self.series if one.follow_up == follow_up.id and not one.is_over]
        if (alive or running) and follow_up.if_again == "ignore":
            return
        if running and follow_up.if_again == "redate":
            return  # a rhythm keeps its first anchor (ruling 15)
        if alive and follow_up.if_again == "redate":
            for owed in alive:
                self.anchor_again(owed, self.anchor_of(follow_up, opener, moment, owed.meeting))
            return
        if follow_up.every is not None and not follow_up.every.unspecified:
            series = Series(follow_up.id, opener, None)
            series.visit = visit
            self.series.append(series)
            every = follow_up.every
            series.origin = (
                moment if every.after_last else self.anchor_of(follow_up, opener, moment, "")
            )
            series.period = 0
            if series.origin is not None:
                self.open_period(series, series.origin, moment.at)
            return
        meeting = self.meeting_of(follow_up, opener)
        caused_by = opener.number if opener else len(self.things)
        anchor = self.anchor_of(follow_up, opener, moment, meeting)
        owed = self.new(follow_up, opener, visit, moment.at)
        owed.meeting = meeting
        if opener is not None and opener.event in ("set", "moved") and not meeting:
            owed.meeting = opener.of
        owed.anchor = anchor
        self.date(owed)
        self.done_already(owed, 0 if late else caused_by)

    def new(
        self, follow_up: FollowUp, opener: Thing | None, visit: Visit | None, at: datetime
    ) -> Owed:
        """One more of a follow-up."""
        number = 1 + sum(one.follow_up == follow_up.id for one in self.owed)
        owed = Owed(f"{follow_up.id}/{number}", follow_up.id, at, self.now.at)
        owed.opener = opener
        owed.visit = visit
        self.owed.append(owed)
        self.opened.append(owed)
        self.happen(follow_up.id, "opened", at, of=owed.id)
        return owed

    def done_already(self, owed: Owed, caused_by: int) -> None:
        """What happened before it was opened may have done it (ruling 11); not what led to
        its opening in this very step, which are the things up to `caused_by`."""
        follow_up = self.follow_up(owed)
        all_open = follow_up.counts_for == "all_open" and owed.series is None
        used = [thing for one in self.owed if one.follow_up == owed.follow_up for thing in one.used]
        for thing in sorted(self.things, key=lambda one: one.order):
            if (
                owed.is_open
                and thing not in self.fresh
                and not self.first <= thing.number <= caused_by
                and self.is_met_by(follow_up, thing)
                and self.counts(thing, owed)
                and (all_open or thing not in used)
            ):
                self.met(owed, thing)

    def decidable(self) -> list[tuple[FollowUp, Thing | None, Visit | None, Moment]]:
        """Openings that hung on an unknown fact which is known now (ruling 3)."""
        return [
            one
            for one in self.pending
            if Truth(self, Now(at=one[3].at), as_at=True).of(one[0].if_) is not None
        ]

    def decide_pending(self) -> bool:
        """Openings that hung on an unknown fact which is known now (ruling 3)."""
        found = self.decidable()
        for one in found:
            self.pending.remove(one)
            self.begin(*one, late=True)
        return bool(found)

    # -- meeting ---------------------------------------------------------------------------

    def meet_with(self, thing: Thing) -> None:
        """An occurrence may do what is owed (ruling 11)."""
        for follow_up in self.follow_ups:
            if self.is_met_by(follow_up, thing):
                for owed in self.meant_by(thing, follow_up):
                    self.met(owed, thing)

    def is_met_by(self, follow_up: FollowUp, thing: Thing) -> bool:
        """Whether an occurrence is one that does this follow-up."""
        return any(
            met.trigger is not None
            and self.fits(met.trigger, thing)
            and Truth(self, Now(at=thing.at), as_at=True).of(met.if_) is True
            for met in follow_up.met_by
        )

    def meant_by(self, thing: Thing, follow_up: FollowUp) -> list[Owed]:
        """Which of the open ones an occurrence does: the one due first, or all of them."""
        found = [
            owed
            for owed in self.owed
            if owed.is_open and owed.follow_up == follow_up.id and self.counts(thing, owed)
        ]
        found.sort(key=lambda owed: owed.earliest)
        return found if follow_up.counts_for == "all_open" else found[:1]

    def counts(self, thing: Thing, owed: Owed) -> bool:
        """It counts if it happened at or after what the limit counts from; with a `before`
        limit or no date yet, at or after the opening."""
        limit = self.limit_of(self.follow_up(owed))
        if owed.meeting and thing.of != owed.meeting:
            return False
        if owed.opener is thing:
            return False
        if owed.starts is not None:
            assert owed.due is not None
            return owed.starts <= thing.at <= owed.due
        before = limit is not None and limit.direction == "before"
        start = owed.at if owed.anchor is None or before else owed.anchor.at
        return thing.at >= start

    def met(self, owed: Owed, thing: Thing) -> None:
        """An occurrence did it; by somebody who does not owe it: satisfied."""
        who = self.follow_up(owed).who
        owed.used.append(thing)
        owns = who is None or any(self.is_of(role, thing) for role in owed.handed)
        for holder in who.holders if who else ():
            if holder.actor_of:
                person = self.actor_of(holder.actor_of, owed)
                owns = owns or (person != "" and person == thing.by)
            else:
                owns = owns or self.is_of(holder.role, thing)
        self.end(owed, "met" if owns else "satisfied-by", thing.at, thing.by, thing.role)

    def is_of(self, role: str, thing: Thing) -> bool:
        """Done in a role or by a substitute, or by whom this case has in that role."""
        declared = self.protocol.roles.get(role)
        substitutes = declared.substitutes if declared else ()
        return thing.role in (role, *substitutes) or any(
            self.holders.get(one) == thing.by for one in (role, *substitutes)
        )

    def actor_of(self, name: str, owed: Owed) -> str:
        """Who did what opened it, else who did the last one."""
        event = "held" if name in self.protocol.meetings else ""
        if owed.opener is not None and owed.opener.name == name:
            return owed.opener.by
        found = [one for one in self.things if (one.name, one.event) == (name, event)]
        return max(found, key=lambda one: one.order).by if found else ""

    def ended_by(self, trigger: Trigger, at: datetime, meeting: str) -> list[Owed]:
        """What an act would surely end: what it does, and what belongs to a state it leaves."""
        act = Thing(0, trigger.id, "", at, "", "", meeting, False)
        found: list[Owed] = []
        for follow_up in self.follow_ups:
            for met in follow_up.met_by:
                if met.if_ is None and met.trigger is not None and self.fits(met.trigger, act):
                    found.extend(self.meant_by(act, follow_up))
        left = [state for _, state, _ in self.moves_of(trigger, Truth(self, self.now))]
        found.extend(owed for owed in self.owed if owed.visit and owed.visit.state in left)
        return found

    def end(self, owed: Owed, status: str, at: datetime, by: str = "", role: str = "") -> None:
        """It is no longer owed."""
        owed.status = status
        owed.late = owed.due is not None and at > owed.due
        for ladder in self.ladders:
            if ladder.of is owed:
                ladder.is_over = True
        event = "met" if status == "satisfied-by" else status
        self.happen(owed.follow_up, event, at, by, role, owed.id)
        series = owed.series
        if series is not None and self.rolls(owed) and event != "cancelled":
            self.next_period(series, Moment(at=at))

    def leave(self, visit: Visit) -> None:
        """Leaving a state ends what was opened in it, and nothing else (ruling 12)."""
        for owed in self.owed:
            if owed.is_open and owed.visit is visit:
                self.end(owed, "cancelled", self.now.at)
        for series in self.series:
            if series.visit is visit:
                series.is_over = True
        for ladder in self.ladders:
            if ladder.of is visit:
                ladder.is_over = True
        self.pending = [one for one in self.pending if one[2] is not visit]

    # -- limits ----------------------------------------------------------------------------

    def limit_of(self, follow_up: FollowUp) -> Limit | None:
        """Its limit, or its rhythm."""
        return follow_up.every or follow_up.due

    def meeting_of(self, follow_up: FollowUp, opener: Thing | None) -> str:
        """The meeting whose date a limit counts from: the one it was opened with, else the
        next one that is set."""
        limit = self.limit_of(follow_up)
        ref = limit.anchor if limit else None
        if ref is None or ref.event or ref.name not in self.protocol.meetings:
            return ""
        if opener is not None and opener.name == ref.name and self.meeting_or_none(opener.of):
            return opener.of
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

    def date(self, owed: Owed) -> None:
        """Its instants, from its anchor."""
        limit = self.limit_of(self.follow_up(owed))
        owed.aim = owed.due = owed.outer = None
        owed.end_of_day = False
        if limit is None or limit.unspecified or owed.anchor is None:
            return
        inner, outer = limit.within, limit.at_most
        calendar = calendar_of(self.protocol, inner) if inner else None
        other = calendar_of(self.protocol, outer) if outer else None
        found = due(limit, owed.anchor, self.protocol.timezone, calendar or other, other)
        owed.aim, owed.due, owed.outer = found.aim, found.due, found.outer
        owed.end_of_day = found.end_of_day

    def redate_with(self, thing: Thing) -> None:
        """A meeting moved, an anchor came, or the last of something is another one now."""
        for owed in self.owed:
            limit = self.limit_of(self.follow_up(owed))
            ref = limit.anchor if limit else None
            if not owed.is_open or ref is None or owed.series is not None:
                continue
            if ref.name in self.protocol.meetings and not ref.event:
                if thing.name != ref.name:
                    continue
                owed.meeting = owed.meeting or self.meeting_of(self.follow_up(owed), None)
                if owed.meeting == thing.of:
                    again = self.anchor_of(
                        self.follow_up(owed), owed.opener, Moment(at=owed.at), owed.meeting
                    )
                    if again != owed.anchor:
                        self.anchor_again(owed, again)
            elif self.fits(ref, thing):
                if owed.anchor is None:
                    self.anchor_again(owed, thing.moment)
                elif ref.pick == "last":
                    last = self.anchor_of(self.follow_up(owed), None, Moment(at=owed.at), "")
                    if last != owed.anchor:
                        self.anchor_again(owed, last)
        for series in self.series:
            every = self.protocol.follow_ups[series.follow_up].every
            assert every is not None
            waits = series.origin is None and not series.is_over
            if waits and every.anchor is not None and self.fits(every.anchor, thing):
                series.origin = thing.moment
                self.open_period(series, thing.moment, self.now.at)

    def anchor_again(self, owed: Owed, anchor: Moment | None) -> None:
        """It counts from something else now."""
        owed.anchor = anchor
        self.date(owed)
        self.redate(owed, owed.due, owed.aim, owed.outer, end_of_day=owed.end_of_day)
        self.done_already(owed, 0)

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

    # -- recurrences -----------------------------------------------------------------------

    def rolls(self, owed: Owed) -> bool:
        """Whether the next period counts from when this one was met."""
        every = self.follow_up(owed).every
        return every is not None and every.after_last

    def open_period(self, series: Series, anchor: Moment, at: datetime) -> None:
        """One more period of a recurrence (ruling 15)."""
        follow_up = self.protocol.follow_ups[series.follow_up]
        every = follow_up.every
        assert every is not None
        assert every.within is not None
        series.period += 1
        series.next = None
        caused_by = len(self.things)
        if series.opener is not None and series.period == 1:
            caused_by = series.opener.number
        owed = self.new(follow_up, series.opener, series.visit, at)
        owed.series = series
        owed.anchor = anchor
        self.date(owed)
        if not every.after_last:
            assert series.origin is not None
            calendar = calendar_of(self.protocol, every.within)
            where = self.protocol.timezone
            end = add(series.origin, every.within, where, calendar, series.period)
            owed.due, owed.end_of_day = end.at, end.end_of_day
            owed.starts = anchor.at
            series.next = end
            series.fixed = self.now.at
        self.done_already(owed, caused_by)

    def next_period(self, series: Series, moment: Moment) -> None:
        """The next period opens, unless the recurrence has ended."""
        if self.bars(self.protocol.follow_ups[series.follow_up]):
            series.is_over = True
        if not series.is_over:
            self.open_period(series, moment, moment.at)
