"""The reference step: a list of what happened so far, and plain loops over it.

Written from the rulings, independent of the engine; after every act or instant every rule of
the protocol is looked at again. Imports the other modules of the reference.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from protocolkit.ground.limits import Moment
from protocolkit.model.case import FollowUp
from tests.reference.against import Against, against
from tests.reference.instants import interesting
from tests.reference.ladders import Ladders
from tests.reference.ledger import Ask, Coming, Ladder, Now, Owed, Planned, Series
from tests.reference.people import is_quorate
from tests.reference.truth import Truth


class Reference(Ladders):
    """One case under one protocol: ask it, let time pass, and look at its lists."""

    def ask(self, ask: Ask, now: datetime) -> set[str]:
        """Do what is asked at an instant, or nothing; the names of what speaks against it."""
        if ask.kind not in ("open", "adopt"):
            self.advance(now)
        judged = against(self, ask, Now(at=now))
        if judged.names:
            return judged.names
        self.now = Now(at=now)
        getattr(self, f"_{ask.kind}")(ask, ask.at or now, judged)
        self.settle()
        self.advance(now)
        return set()

    # -- what people do --------------------------------------------------------------------

    def _open(self, ask: Ask, at: datetime, judged: Against) -> None:
        self.opened_at = at
        self.say(ask, at, judged.role)
        for name, strand in self.protocol.strands.items():
            for state in strand.states.values():
                if state.initial:
                    self.enter(name, state.id, at)

    def _adopt(self, ask: Ask, at: datetime, judged: Against) -> None:
        self.opened_at = at
        self.happen("adopted", "", at, ask.by.id, judged.role)
        self.say(ask, at, judged.role)

    def _act(self, ask: Ask, at: datetime, judged: Against) -> None:
        self.do(ask, at, judged)

    def _record(self, ask: Ask, at: datetime, judged: Against) -> None:
        self.say(ask, at, judged.role)

    def _assign(self, ask: Ask, at: datetime, judged: Against) -> None:
        del at, judged
        self.holders.update(ask.assign)

    def _complete(self, ask: Ask, at: datetime, judged: Against) -> None:
        owed = judged.the_owed
        self.tick(owed, judged.ticks, at, ask.by.id, judged.role, is_own=True)

    def _decline(self, ask: Ask, at: datetime, judged: Against) -> None:
        if self.proposal(ask.what) is not None:
            self.forget(ask.what)
        else:
            self.set_aside("declined", ask, at, judged)

    def _waive(self, ask: Ask, at: datetime, judged: Against) -> None:
        self.set_aside("waived", ask, at, judged)

    def set_aside(self, status: str, ask: Ask, at: datetime, judged: Against) -> None:
        """It ends without being done, when all agree who must."""
        at = self.signed(ask, at, judged)
        if judged.takes_effect:
            self.end(judged.the_owed, status, at, ask.by.id, judged.role, ask.reason)

    def _extend(self, ask: Ask, at: datetime, judged: Against) -> None:
        at = self.signed(ask, at, judged)
        owed = judged.the_owed
        if not judged.takes_effect:
            return
        assert ask.until is not None
        outer = max(owed.outer, ask.until) if owed.outer else None
        self.redate(owed, ask.until, owed.aim, outer, end_of_day=False)
        self.happen(owed.follow_up, "extended", at, ask.by.id, judged.role, owed.id)

    def _set(self, ask: Ask, at: datetime, judged: Against) -> None:
        assert ask.planned_at is not None
        self.planned.append(Planned(ask.meeting, ask.what, ask.planned_at))
        self.happen(ask.what, "set", at, ask.by.id, judged.role, ask.meeting)

    def the_meeting(self, ask: Ask) -> Planned:
        """The meeting that is meant."""
        return next(
            one for one in self.planned if one.status == "set" and ask.what in (one.id, one.name)
        )

    def _move(self, ask: Ask, at: datetime, judged: Against) -> None:
        assert ask.planned_at is not None
        meeting = self.the_meeting(ask)
        meeting.planned_at = ask.planned_at
        self.happen(meeting.name, "moved", at, ask.by.id, judged.role, meeting.id)

    def _call_off(self, ask: Ask, at: datetime, judged: Against) -> None:
        meeting = self.the_meeting(ask)
        meeting.status = "called_off"
        self.happen(meeting.name, "called_off", at, ask.by.id, judged.role, meeting.id)

    def _hold(self, ask: Ask, at: datetime, judged: Against) -> None:
        meeting = self.the_meeting(ask)
        declared = self.protocol.meetings[meeting.name]
        quorate = is_quorate(self, declared, ask.attended, self.now.at)
        meeting.status = "held" if quorate or judged.used else "adjourned"
        meeting.attended = dict(ask.attended)
        for exception in judged.used:
            self.happen(exception, "used", at, ask.by.id, judged.role, meeting.id)
        said = "quorate" if quorate else "short"
        self.happen(meeting.name, said, at, ask.by.id, judged.role, meeting.id)
        self.happen(meeting.name, meeting.status, at, ask.by.id, judged.role, meeting.id)

    # -- what follows from it --------------------------------------------------------------

    def settle(self) -> None:
        """What follows, until nothing more does; a condition acts on one follow-up once."""
        acted: list[str] = []
        while True:
            if self.fresh or self.arrivals or self.departures or self.opened:
                self.round()
            elif self.is_over_now():
                self.close()
            elif not self.decide_pending() and not self.conditions(acted):
                break
        self.moved = False
        self.first = len(self.things) + 1

    def round(self) -> None:
        """What happened leads on, in the order of ruling 29; what that brings is the next round."""
        things, self.fresh = self.fresh, []
        left, self.departures = self.departures, []
        entered = [visit for visit in self.arrivals if not visit.is_over]
        self.arrivals = []
        for thing in things:
            self.meet_with(thing)
        for thing in things:
            self.call_off_with(thing)
        for visit in left:
            self.leave(visit)
        for thing in things:
            self.open_with(thing)
        for visit in entered:
            for follow_up in self.follow_ups:
                if visit.state in follow_up.opens_in:
                    self.begin(follow_up, None, visit, Moment(at=visit.at))
        for thing in things:
            self.redate_with(thing)
            self.wake(thing)
        for thing in things:
            self.span_ladders(thing)
        for visit in entered:
            for escalation in self.escalations:
                if escalation.watches and escalation.watches.state == visit.state:
                    self.start_ladder(escalation, visit, Moment(at=visit.at))
        opened, self.opened = self.opened, []
        for owed in opened:
            for escalation in self.escalations:
                watches = escalation.watches
                if watches and owed.follow_up in watches.follow_up and owed.is_open:
                    self.start_ladder(escalation, owed, None)

    def conditions(self, acted: list[str]) -> bool:
        """Conditions that end, pause or open, by id; whether something ended or opened."""
        for name in sorted(self.protocol.follow_ups):
            follow_up = self.protocol.follow_ups[name]
            if self.closed_at is not None and not follow_up.carries_over:
                continue
            alive = [one for one in self.owed if one.follow_up == name and one.is_open]
            running = [one for one in self.series if one.follow_up == name and not one.is_over]
            because = self.over_because(follow_up)
            if because and (alive or running) and f"{name} ends" not in acted:
                acted.append(f"{name} ends")
                self.cancel(follow_up, because)
                return True
            for owed in alive:
                stands_still = self.stands_still(follow_up)
                if stands_still and not owed.paused:
                    self.pause(owed)
                if owed.paused and not stands_still:
                    self.resume(owed)
            if follow_up.opens_when is not None:
                is_true = Truth(self, self.now).of(follow_up.opens_when) is True
                if not is_true and name in self.was_true:
                    self.was_true.remove(name)
                if is_true and name not in self.was_true and f"{name} opens" not in acted:
                    self.was_true.append(name)
                    acted.append(f"{name} opens")
                    self.begin(follow_up, None, None, Moment(at=self.now.at))
                    return True
        for ladder in self.ladders:
            if not self.applies(self.protocol.escalations[ladder.escalation]):
                ladder.is_over = True
        return any(
            not self.applies_in(name) and self.stop_strand(name)
            for name in sorted(self.protocol.strands)
        )

    def over_because(self, follow_up: FollowUp) -> str:
        """Why it ends, if an ending is true or it does not apply any more."""
        for ending in follow_up.ends_when:
            if Truth(self, self.now).of(ending.if_) is True:
                return ending.because or follow_up.because or "ends_when"
        if self.applies(follow_up):
            return ""
        free = all(ending.because for ending in follow_up.ends_when)
        own = follow_up.because if follow_up.applies_while and free else ""
        return own or self.reason_of(follow_up.applies_while or self.protocol.applies_while)

    def stop_strand(self, strand: str) -> bool:
        """A strand does not apply: what its state opened ends; whether something did."""
        visit = [one for one in self.visits if one.strand == strand][-1]
        for ladder in self.ladders:
            if ladder.of is visit:
                ladder.is_over = True
        for series in self.series:
            if series.visit is visit:
                series.is_over = True
        found = [owed for owed in self.owed if owed.is_open and owed.visit is visit]
        for owed in found:
            condition = self.protocol.strands[strand].applies_while
            self.end(owed, "cancelled", self.now.at, because=self.reason_of(condition))
        return bool(found)

    def is_over_now(self) -> bool:
        """Whether the case closes: the last strand came to a final state, or does not apply any
        more and nothing holds the case open."""
        strands = self.protocol.strands.values()
        may_part = any(one.applies_while is not None for one in strands)
        is_free = may_part and not any(self.holds_open(owed) for owed in self.owed)
        if self.closed_at is not None or not strands or not (self.moved or is_free):
            return False
        return self.all_final(self.states)

    def close(self) -> None:
        """Every strand is in a final state (ruling 14)."""
        self.closed_at = max(visit.at for visit in self.visits)
        self.pending = []
        for series in self.series:
            series.is_over = True
        for owed in self.owed:
            if owed.is_open and not self.follow_up(owed).carries_over:
                self.end(owed, "cancelled", self.now.at, because="closed")
        for ladder in self.ladders:
            if not isinstance(ladder.of, Owed):
                ladder.is_over = True

    # -- time ------------------------------------------------------------------------------

    def advance(self, until: datetime) -> None:
        """Let time come to an instant: arrivals at it included, lateness of it not."""
        if self.opened_at is None:
            return
        target = Now(at=until)
        while True:
            found = [one for one in self.coming(until) if one.now.key <= target.key]
            if not found:
                break
            one = min(found, key=lambda one: one.order)
            self.now = max(one.now, self.now, key=lambda now: now.key)
            what = one.what
            if isinstance(what, Series):
                assert what.next is not None
                self.next_period(what, what.next)
            elif isinstance(what, Owed):
                what.status = "overdue"
                end_of_day = what.end_of_day and self.now.at == what.due
                self.happen(
                    what.follow_up, "overdue", self.now.at, of=what.id, end_of_day=end_of_day
                )
            elif isinstance(what, Ladder):
                found_now = self.level_now(what)
                assert found_now is not None
                self.level(what, self.now.at, found_now[1])
            self.settle()
        self.now = max(target, self.now, key=lambda now: now.key)

    def instants(self, until: datetime) -> list[datetime]:
        """When conditions could change; looked up again when something happened."""
        key = (len(self.things), len(self.facts), until)
        if self.looked_up != key:
            self.looked_up = key
            self.interesting = interesting(self, until)
        return self.interesting

    def coming(self, until: datetime) -> Iterable[Coming]:
        """Everything that time does from here on."""
        for series in self.series:
            if not series.is_over and series.next is not None:
                assert series.fixed is not None
                at = max(series.next.at, series.fixed)
                yield Coming(Now(at=at), series.next.at, 0, series.follow_up, series)
        for owed in self.owed:
            if owed.status == "open" and owed.due is not None:
                late = owed.due < owed.fixed
                now = Now(at=owed.fixed) if late else Now(at=owed.due, past=True)
                yield Coming(now, owed.due, 2, owed.id, owed)
        for ladder in self.ladders:
            level = self.level_now(ladder)
            if level is not None:
                yield Coming(level[0], level[2], 3, ladder.escalation, ladder)
        for at in self.instants(until):
            for past in (False, True):
                now = Now(at=at, past=past)
                if now.key > self.now.key:
                    yield Coming(now, at, 1, "", None)
