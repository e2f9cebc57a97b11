"""What is owed: opened, for whom and by whom; recurrences.

Imports the model, the arithmetic of limits and what is done.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.ground.limits import Moment, add
from protocolkit.model.case import FollowUp
from tests.reference.doing import Doing
from tests.reference.ledger import Now, Owed, Series, Thing, Told, Visit
from tests.reference.people import name_of
from tests.reference.truth import Truth, calendar_of

Pair = tuple[str, str]
"""For whom, and who of several."""


class Owing(Doing):
    """Follow-ups of a case."""

    # -- opening ---------------------------------------------------------------------------

    def open_with(self, thing: Thing) -> None:
        """An occurrence opens what it opens."""
        for follow_up in self.follow_ups:
            if any(self.fits(ref, thing) for ref in follow_up.opens_with):
                self.begin(follow_up, thing, None, thing.moment)

    def bars(self, follow_up: FollowUp, visit: Visit | None) -> bool:
        """Whether nothing of it opens: it would end at once, or is not carried over."""
        if self.closed_at is not None and (follow_up.every or not follow_up.carries_over):
            return True
        if visit is not None and not self.applies_in(visit.strand):
            return True
        return self.is_over(follow_up) or not self.applies(follow_up)

    def is_over(self, follow_up: FollowUp) -> bool:
        """Whether one of its endings is true."""
        return any(Truth(self, self.now).of(one.if_) is True for one in follow_up.ends_when)

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
        if self.bars(follow_up, visit):
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
            first = not any(one.follow_up == follow_up.id for one in self.owed)
            adopted = [one for one in self.things if one.name == "adopted"]
            if every.after_last and first and adopted:
                series.origin = adopted[0].moment
            if series.origin is not None:
                self.open_period(series, series.origin, moment.at)
            return
        meeting = self.meeting_of(follow_up, opener)
        caused_by = opener.number if opener else len(self.things)
        anchor = self.anchor_of(follow_up, opener, moment, meeting)
        for pair in self.pairs(follow_up, moment.at):
            owed = self.new(follow_up, opener, visit, moment.at, pair)
            owed.meeting = meeting
            if opener is not None and opener.event in ("set", "moved") and not meeting:
                owed.meeting = opener.of
            owed.anchor = anchor
            self.date(owed)
            if self.stands_still(follow_up):
                self.pause(owed)
            self.done_already(owed, 0 if late else caused_by)
            self.tell_that_nobody_owes(owed)

    def pairs(self, follow_up: FollowUp, at: datetime) -> list[Pair]:
        """For each recipient who is not left out, and each of those who owe it."""
        holders = [name_of(one) for one in follow_up.who.each_of] if follow_up.who else []
        return [
            (item, holder)
            for item in follow_up.for_each or ("",)
            if not item or not self.leaves_out(follow_up, item, at)
            for holder in holders or [""]
        ]

    def leaves_out(self, follow_up: FollowUp, role: str, at: datetime) -> bool:
        """Whether a recipient is left out, as at the opening, as far as is now known."""
        rule = follow_up.exclude.get(role)
        if rule is None:
            return False
        verdict = Truth(self, Now(at=at), as_at=True).of(rule.if_)
        is_out = rule.if_unknown == "exclude" if verdict is None else verdict
        if is_out:
            self.left_out.append((follow_up.id, role))
        return is_out

    def new(
        self,
        follow_up: FollowUp,
        opener: Thing | None,
        visit: Visit | None,
        at: datetime,
        pair: Pair,
    ) -> Owed:
        """One more of a follow-up."""
        number = 1 + sum(one.follow_up == follow_up.id for one in self.owed)
        owed = Owed(f"{follow_up.id}/{number}", follow_up.id, at, self.now.at)
        owed.opener = opener
        owed.visit = visit
        owed.item, owed.holder = pair
        self.owed.append(owed)
        self.opened.append(owed)
        self.happen(follow_up.id, "opened", at, of=owed.id, item=owed.item)
        return owed

    def tell_that_nobody_owes(self, owed: Owed) -> None:
        """If nobody can owe it, everybody its ladders would tell is told now (ruling 21)."""
        if not owed.is_open or not self.is_vacant(owed):
            return
        roles: list[str] = []
        for escalation in self.escalations:
            watches = escalation.watches
            if watches and owed.follow_up in watches.follow_up and self.applies(escalation):
                for level in escalation.levels:
                    roles += [name_of(holder) for holder in level.tell]
                    roles += [level.hand_to] if level.hand_to else []
        for role in dict.fromkeys(roles):
            self.told.append(Told(role=role, at=self.now.at))

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

    # -- recurrences -----------------------------------------------------------------------

    def open_period(
        self, series: Series, anchor: Moment, at: datetime, only: Pair | None = None
    ) -> None:
        """One more period of a recurrence (ruling 15): of a rolling one, for the one pair."""
        follow_up = self.protocol.follow_ups[series.follow_up]
        every = follow_up.every
        assert every is not None
        assert every.within is not None
        series.period += 1
        series.next = None
        caused_by = len(self.things)
        if series.opener is not None and series.period == 1:
            caused_by = series.opener.number
        end: Moment | None = None
        if not every.after_last:
            assert series.origin is not None
            calendar = calendar_of(self.protocol, every.within)
            where = self.protocol.timezone
            end = add(series.origin, every.within, where, calendar, series.period)
            series.next = end
            series.fixed = self.now.at
        pairs = self.pairs(follow_up, at)
        opened: list[Owed] = []
        for pair in pairs:
            if only not in (None, pair):
                continue
            owed = self.new(follow_up, series.opener, series.visit, at, pair)
            opened.append(owed)
            owed.series = series
            owed.anchor = anchor
            self.date(owed)
            if end is not None:
                owed.starts, owed.ends = anchor.at, end.at
                if self.dated_by(follow_up) is every:
                    owed.due, owed.end_of_day = end.at, end.end_of_day
            if self.stands_still(follow_up):
                self.pause(owed)
            self.done_already(owed, caused_by)
            self.tell_that_nobody_owes(owed)
        alive = [one for one in self.owed if one.series is series and one.is_open]
        if every.after_last and not alive:
            series.is_over = True

    def wake(self, thing: Thing) -> None:
        """What a recurrence counts from has come."""
        for series in self.series:
            every = self.protocol.follow_ups[series.follow_up].every
            assert every is not None
            waits = series.origin is None and not series.is_over
            if waits and every.anchor is not None and self.fits(every.anchor, thing):
                series.origin = thing.moment
                self.open_period(series, thing.moment, self.now.at)

    def end(
        self,
        owed: Owed,
        status: str,
        at: datetime,
        by: str = "",
        role: str = "",
        because: str = "",
    ) -> None:
        """It is no longer owed; what rolls goes on from here."""
        super().end(owed, status, at, by, role, because)
        every = self.follow_up(owed).every
        series = owed.series
        if series is None or every is None or not every.after_last or status == "cancelled":
            return
        if self.bars(self.follow_up(owed), series.visit):
            series.is_over = True
        if not series.is_over:
            self.open_period(series, Moment(at=at), at, (owed.item, owed.holder))

    def next_period(self, series: Series, moment: Moment) -> None:
        """The next period of a grid opens, unless the recurrence has ended."""
        if self.bars(self.protocol.follow_ups[series.follow_up], series.visit):
            series.is_over = True
        if not series.is_over:
            self.open_period(series, moment, moment.at)
