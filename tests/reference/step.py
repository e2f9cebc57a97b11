"""The reference step: a list of what happened so far, and plain loops over it.

Slow and obvious on purpose, and independent of the engine: no tables are prepared, nothing
is looked up by key that a loop can find, and after every act or instant every rule of the
protocol is looked at again. Rulings are those of docs/reference. Imports the model, the
arithmetic of limits and the other modules of the reference.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from protocolkit.conditions import syntax
from protocolkit.ground.calendars import is_open, next_open
from protocolkit.ground.limits import Limit, Moment, OccurrenceRef, add, due
from protocolkit.ground.zones import midnight, zone
from protocolkit.model.case import Escalation, FollowUp, Level, MetBy, Trigger
from protocolkit.model.protocol import Protocol
from tests.reference.ledger import (
    CLOCK,
    Ask,
    Coming,
    Ladder,
    Now,
    Owed,
    Planned,
    Reached,
    Said,
    Series,
    Thing,
    Told,
    Visit,
)
from tests.reference.people import against, is_quorate
from tests.reference.truth import Truth, calendar_of, end_of

_DAY = timedelta(days=1)


class Reference:
    """One case under one protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.now = Now(at=datetime.min.replace(tzinfo=UTC))
        self.things: list[Thing] = []
        self.fresh: list[Thing] = []
        self.facts: list[Said] = []
        self.visits: list[Visit] = []
        self.holders: dict[str, str] = {}
        self.planned: list[Planned] = []
        self.owed: list[Owed] = []
        self.series: list[Series] = []
        self.pending: list[tuple[FollowUp, Thing | None, Visit | None, Moment]] = []
        self.ladders: list[Ladder] = []
        self.reached: list[Reached] = []
        self.told: list[Told] = []
        self.was_true: list[str] = []
        self.opened: list[Owed] = []
        self.arrivals: list[Visit] = []
        self.departures: list[Visit] = []
        self.moved = False
        self.first = 1
        self.opened_at: datetime | None = None
        self.closed_at: datetime | None = None

    # -- what may be asked of it -------------------------------------------------------

    def ask(self, ask: Ask, now: datetime) -> set[str]:
        """Do what is asked at an instant, or nothing; the names of what speaks against it."""
        if ask.kind != "open":
            self.advance(now)
        names, role = against(self, ask, Now(at=now))
        if names:
            return names
        self.now = Now(at=now)
        getattr(self, f"_{ask.kind}")(ask, ask.at or now, role)
        self.settle()
        self.advance(now)
        return set()

    @property
    def states(self) -> dict[str, str]:
        """The state of each strand."""
        return {visit.strand: visit.state for visit in self.visits}

    def state_as_at(self, strand: str, at: datetime | None) -> str:
        """The state of a strand; of the moves that happened by then the one made last."""
        visits = [visit for visit in self.visits if visit.strand == strand]
        by_then = [visit for visit in visits if at is None or visit.at <= at]
        return (by_then or visits[:1])[-1].state

    def all_final(self, states: dict[str, str]) -> bool:
        """Whether a case that stands so is closed."""
        return all(self.protocol.strands[name].states[at].final for name, at in states.items())

    # -- looking things up -------------------------------------------------------------

    def fits(self, ref: OccurrenceRef, thing: Thing) -> bool:
        """Whether an occurrence is one of these; a bare meeting is a meeting that was held."""
        event = "held" if ref.name in self.protocol.meetings and not ref.event else ref.event
        return (thing.name, thing.event) == (ref.name, event)

    def meeting_or_none(self, id: str) -> Planned | None:
        """The meeting with an id."""
        return next((one for one in self.planned if one.id == id), None)

    def meeting(self, id: str) -> Planned:
        """The meeting with an id; an empty one if there is none."""
        return self.meeting_or_none(id) or Planned(id, "", datetime.min.replace(tzinfo=UTC))

    @property
    def follow_ups(self) -> list[FollowUp]:
        """What may be owed, by id: so ties are broken (ruling 29)."""
        return [one for _, one in sorted(self.protocol.follow_ups.items())]

    @property
    def escalations(self) -> list[Escalation]:
        """The ladders, by id."""
        return [one for _, one in sorted(self.protocol.escalations.items())]

    def follow_up(self, owed: Owed) -> FollowUp:
        """What the protocol says of it."""
        return self.protocol.follow_ups[owed.follow_up]

    def strand_of(self, from_: tuple[str, ...], strand: str) -> str:
        """The strand in which a move is made."""
        for name, declared in self.protocol.strands.items():
            if name == strand or (not strand and set(from_) <= set(declared.states)):
                return name
        raise AssertionError(from_)

    def moves_of(self, trigger: Trigger, truth: Truth) -> list[tuple[str, str, str]]:
        """The moves an act would make: per strand the one that fits, the first if several."""
        found: list[tuple[str, str, str]] = []
        for move in trigger.moves:
            strand = self.strand_of((*move.from_, move.to), move.strand)
            state = self.states[strand]
            if state not in move.from_ or any(strand == one for one, _, _ in found):
                continue
            if truth.of(move.if_) is True:
                found.append((strand, state, move.to))
        return found

    def handed_for(self, trigger: Trigger) -> list[str]:
        """The roles that ladders let in: for moving on from where the case stands, and for
        doing what somebody owes."""
        found: list[str] = []
        for visit in self.visits:
            if not visit.is_over and any(visit.state in move.from_ for move in trigger.moves):
                found.extend(visit.handed)
        for owed in self.owed:
            if owed.is_open and any(
                met.trigger is not None and met.trigger.name == trigger.id
                for met in self.follow_up(owed).met_by
            ):
                found.extend(owed.handed)
        return found

    def holds_open(self, owed: Owed) -> bool:
        """Whether it keeps the case from closing."""
        follow_up = self.follow_up(owed)
        return (
            owed.is_open
            and follow_up.strength == "must"
            and not follow_up.carries_over
            and owed.series is None
        )

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

    # -- doing -------------------------------------------------------------------------

    def happen(
        self,
        name: str,
        event: str,
        at: datetime,
        by: str = "",
        role: str = "",
        of: str = "",
        *,
        end_of_day: bool = False,
    ) -> Thing:
        """Something happened; its consequences come with `settle`."""
        thing = Thing(len(self.things) + 1, name, event, at, by, role, of, end_of_day)
        self.things.append(thing)
        self.fresh.append(thing)
        return thing

    def _open(self, ask: Ask, at: datetime, role: str) -> None:
        del role
        self.opened_at = at
        self.say(ask, at)
        for name, strand in self.protocol.strands.items():
            for state in strand.states.values():
                if state.initial:
                    self.enter(name, state.id, at)

    def _act(self, ask: Ask, at: datetime, role: str) -> None:
        self.act(self.protocol.triggers[ask.what], ask, at, role)

    def act(self, trigger: Trigger, ask: Ask, at: datetime, role: str) -> None:
        """The occurrence, facts, assigns, moves; moves are chosen on the case before."""
        moves = self.moves_of(trigger, Truth(self, self.now))
        name = trigger.decided_at or trigger.during
        met = [
            one.id
            for one in self.planned
            if one.name == name and one.status in ("held", "adjourned")
        ]
        meeting = ask.meeting or (met[-1] if met else "")
        self.happen(trigger.id, "", at, ask.by.id, role, meeting)
        self.say(ask, at)
        for assigned, way in trigger.assigns.items():
            self.holders[assigned] = ask.by.id if way == "actor" else ask.assign[assigned]
        for strand, _, to in moves:
            self.enter(strand, to, at)

    def say(self, ask: Ask, at: datetime) -> None:
        """Facts are recorded."""
        self.facts.extend(Said(fact, value, at) for fact, value in ask.facts.items())

    def enter(self, strand: str, state: str, at: datetime) -> None:
        """A strand goes to a state; what belongs to the state left is over."""
        for visit in self.visits:
            if visit.strand == strand and not visit.is_over:
                visit.is_over = True
                self.departures.append(visit)
                self.moved = True
        self.visits.append(Visit(strand, state, at))
        self.arrivals.append(self.visits[-1])

    def _record(self, ask: Ask, at: datetime, role: str) -> None:
        del role
        self.say(ask, at)

    def _assign(self, ask: Ask, at: datetime, role: str) -> None:
        del at, role
        self.holders.update(ask.assign)

    def the_owed(self, name: str) -> Owed:
        """The open follow-up that is meant."""
        found = [owed for owed in self.owed if owed.is_open and owed.id == name] or [
            owed for owed in self.owed if owed.is_open and owed.follow_up == name
        ]
        return min(found, key=lambda owed: owed.earliest)

    def _complete(self, ask: Ask, at: datetime, role: str) -> None:
        self.end(self.the_owed(ask.what), "met", at, ask.by.id, role)

    def _decline(self, ask: Ask, at: datetime, role: str) -> None:
        self.end(self.the_owed(ask.what), "declined", at, ask.by.id, role)

    def _waive(self, ask: Ask, at: datetime, role: str) -> None:
        self.end(self.the_owed(ask.what), "waived", at, ask.by.id, role)

    def _extend(self, ask: Ask, at: datetime, role: str) -> None:
        owed = self.the_owed(ask.what)
        assert ask.until is not None
        outer = max(owed.outer, ask.until) if owed.outer else None
        self.redate(owed, ask.until, owed.aim, outer, end_of_day=False)
        self.happen(owed.follow_up, "extended", at, ask.by.id, role, owed.id)

    def _set(self, ask: Ask, at: datetime, role: str) -> None:
        assert ask.planned_at is not None
        self.planned.append(Planned(ask.meeting, ask.what, ask.planned_at))
        self.happen(ask.what, "set", at, ask.by.id, role, ask.meeting)

    def the_meeting(self, ask: Ask) -> Planned:
        """The meeting that is meant."""
        return next(
            one for one in self.planned if one.status == "set" and ask.what in (one.id, one.name)
        )

    def _move(self, ask: Ask, at: datetime, role: str) -> None:
        assert ask.planned_at is not None
        meeting = self.the_meeting(ask)
        meeting.planned_at = ask.planned_at
        self.happen(meeting.name, "moved", at, ask.by.id, role, meeting.id)

    def _call_off(self, ask: Ask, at: datetime, role: str) -> None:
        meeting = self.the_meeting(ask)
        meeting.status = "called_off"
        self.happen(meeting.name, "called_off", at, ask.by.id, role, meeting.id)

    def _hold(self, ask: Ask, at: datetime, role: str) -> None:
        meeting = self.the_meeting(ask)
        declared = self.protocol.meetings[meeting.name]
        quorate = is_quorate(self, declared, ask.attended, self.now.at)
        meeting.status = "held" if quorate or ask.exception else "adjourned"
        meeting.attended = dict(ask.attended)
        if ask.exception and not quorate:
            self.happen(ask.exception, "used", at, ask.by.id, role, meeting.id)
        said = "quorate" if quorate else "short"
        self.happen(meeting.name, said, at, ask.by.id, role, meeting.id)
        self.happen(meeting.name, meeting.status, at, ask.by.id, role, meeting.id)

    # -- what follows from it ----------------------------------------------------------

    def settle(self) -> None:
        """What follows, until nothing more does; a condition acts on one follow-up once."""
        acted: list[str] = []
        while True:
            if self.fresh or self.arrivals or self.departures or self.opened:
                self.round()
            elif self.moved and self.closed_at is None and self.all_final(self.states):
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
                if watches and watches.follow_up == owed.follow_up and owed.is_open:
                    self.start_ladder(escalation, owed, None)

    def decide_pending(self) -> bool:
        """Openings that hung on an unknown fact which is known now (ruling 3)."""
        found = self.decidable()
        for one in found:
            self.pending.remove(one)
            self.begin(*one, late=True)
        return bool(found)

    def decidable(self) -> list[tuple[FollowUp, Thing | None, Visit | None, Moment]]:
        """Openings that hung on an unknown fact which is known now (ruling 3)."""
        return [
            one
            for one in self.pending
            if Truth(self, Now(at=one[3].at), as_at=True).of(one[0].if_) is not None
        ]

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
        roles = [*owed.handed]
        who = self.follow_up(owed).who
        for holder in who.holders if who else ():
            declared = self.protocol.roles.get(holder.role)
            roles += [holder.role, *(declared.substitutes if declared else ())]
            if holder.actor_of:
                person = self.actor_of(holder.actor_of, owed)
                roles += [thing.role] if person == thing.by else []
        owns = who is None or thing.role in roles
        owed.used.append(thing)
        self.end(owed, "met" if owns else "satisfied-by", thing.at, thing.by, thing.role)

    def actor_of(self, name: str, owed: Owed) -> str:
        """Who did what opened it, else who did the last one."""
        event = "held" if name in self.protocol.meetings else ""
        if owed.opener is not None and owed.opener.name == name:
            return owed.opener.by
        found = [one for one in self.things if (one.name, one.event) == (name, event)]
        return max(found, key=lambda one: one.order).by if found else ""

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

    def open_with(self, thing: Thing) -> None:
        """An occurrence opens what it opens."""
        for follow_up in self.follow_ups:
            if any(self.fits(ref, thing) for ref in follow_up.opens_with):
                self.begin(follow_up, thing, None, thing.moment)

    def bars(self, follow_up: FollowUp) -> bool:
        """Whether nothing of it opens: it would end at once, or is not carried over."""
        if self.closed_at is not None and not follow_up.carries_over:
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
        owed = self.new(follow_up, opener, visit, moment.at)
        owed.meeting = meeting
        if opener is not None and opener.event in ("set", "moved") and not meeting:
            owed.meeting = opener.of
        owed.anchor = self.anchor_of(follow_up, opener, moment, meeting)
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
        used = [thing for one in self.owed if one.follow_up == owed.follow_up for thing in one.used]
        for thing in sorted(self.things, key=lambda one: one.order):
            if (
                owed.is_open
                and thing not in self.fresh
                and not self.first <= thing.number <= caused_by
                and self.is_met_by(follow_up, thing)
                and self.counts(thing, owed)
                and (follow_up.counts_for == "all_open" or thing not in used)
            ):
                self.met(owed, thing)

    # -- limits ------------------------------------------------------------------------

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

    # -- recurrences -------------------------------------------------------------------

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
        caused_by = series.opener.number if series.opener else len(self.things)
        owed = self.new(follow_up, series.opener, series.visit, at)
        owed.series = series
        owed.anchor = anchor
        calendar = calendar_of(self.protocol, every.within)
        if every.after_last:
            end = end_of(self.protocol, anchor, every.within)
        else:
            assert series.origin is not None
            where = self.protocol.timezone
            end = add(series.origin, every.within, where, calendar, series.period)
            owed.starts = anchor.at
            series.next = end
            series.fixed = self.now.at
        owed.due, owed.end_of_day = end.at, end.end_of_day
        self.done_already(owed, caused_by)

    def next_period(self, series: Series, moment: Moment) -> None:
        """The next period opens, unless the recurrence has ended."""
        if self.closed_at is not None or self.bars(self.protocol.follow_ups[series.follow_up]):
            series.is_over = True
        if not series.is_over:
            self.open_period(series, moment, moment.at)

    # -- closing -----------------------------------------------------------------------

    def close(self) -> None:
        """Every strand is in a final state (ruling 14)."""
        self.closed_at = max(visit.at for visit in self.visits)
        self.pending = []
        for series in self.series:
            series.is_over = True
        for owed in self.owed:
            if owed.is_open and not self.follow_up(owed).carries_over:
                self.end(owed, "cancelled", self.now.at)
        for ladder in self.ladders:
            if not isinstance(ladder.of, Owed):
                ladder.is_over = True

    # -- conditions that are watched ---------------------------------------------------

    def conditions(self, acted: list[str]) -> bool:
        """Conditions that end or open, by id; whether one did."""
        for name in sorted(self.protocol.follow_ups):
            follow_up = self.protocol.follow_ups[name]
            if self.closed_at is not None and not follow_up.carries_over:
                continue
            alive = [one for one in self.owed if one.follow_up == name and one.is_open]
            running = [one for one in self.series if one.follow_up == name and not one.is_over]
            if follow_up.ends_when is not None and (alive or running):
                is_true = Truth(self, self.now).of(follow_up.ends_when) is True
                if is_true and f"{name} ends" not in acted:
                    acted.append(f"{name} ends")
                    for series in running:
                        series.is_over = True
                    for owed in alive:
                        self.end(owed, "cancelled", self.now.at)
                    return True
            if follow_up.opens_when is not None:
                is_true = Truth(self, self.now).of(follow_up.opens_when) is True
                if not is_true and name in self.was_true:
                    self.was_true.remove(name)
                if is_true and name not in self.was_true and f"{name} opens" not in acted:
                    self.was_true.append(name)
                    acted.append(f"{name} opens")
                    self.begin(follow_up, None, None, Moment(at=self.now.at))
                    return True
        return False

    # -- ladders -----------------------------------------------------------------------

    def start_ladder(
        self, escalation: Escalation, of: Visit | Owed | Thing, base: Moment | None
    ) -> None:
        """One ladder for each visit, each open follow-up, each span."""
        if any(one.of is of and one.escalation == escalation.id for one in self.ladders):
            return
        ladder = Ladder(escalation.id, of, base)
        ladder.fixed = self.now.at
        start = escalation.start_at
        if start is not None and Truth(self, self.now).of(start.if_) is True:
            names = [level.id for level in escalation.levels]
            ladder.level = names.index(start.level)
            ladder.jumped = True
        self.ladders.append(ladder)
        self.levels_at_once(ladder)

    def levels_at_once(self, ladder: Ladder) -> None:
        """Levels that belong to this step: jumped to, or `at once` after what came now."""
        while self.is_at_once(ladder):
            found = self.level_now(ladder)
            if found is None or found[0].at > self.now.at:
                return
            moment = found[1]
            self.level(
                ladder,
                self.now.at,
                moment if moment.at == self.now.at else Moment(at=self.now.at),
            )

    def span_ladders(self, thing: Thing) -> None:
        """Ladders over the time between two things."""
        for escalation in self.escalations:
            watches = escalation.watches
            assert watches is not None
            if watches.to is not None and self.fits(watches.to, thing):
                for ladder in self.ladders:
                    if ladder.escalation == escalation.id:
                        ladder.is_over = True
            starts = watches.from_ is not None and self.fits(watches.from_, thing)
            if starts and self.closed_at is None:
                self.start_ladder(escalation, thing, thing.moment)

    def next_level(self, ladder: Ladder) -> Level | None:
        """The level that comes next."""
        levels = self.protocol.escalations[ladder.escalation].levels
        return levels[ladder.level] if not ladder.is_over and ladder.level < len(levels) else None

    def is_at_once(self, ladder: Ladder) -> bool:
        """Whether the next level belongs to the step that came to it."""
        level = self.next_level(ladder)
        if level is None:
            return False
        if ladder.jumped:
            return True
        at_once = level.after is not None and level.after.at_once
        return at_once and (ladder.before is not None or not isinstance(ladder.of, Owed))

    def level_moment(self, ladder: Ladder) -> Moment | None:
        """The instant of the next level as written, before hours and recordings."""
        level = self.next_level(ladder)
        if level is None:
            return None
        if ladder.jumped:
            return Moment(at=ladder.fixed) if ladder.fixed else None
        base = ladder.base
        if isinstance(ladder.of, Owed):
            owed = ladder.of
            limit = self.limit_of(self.follow_up(owed))
            base = Moment(at=owed.due, end_of_day=owed.end_of_day) if owed.due else None
            if level.at == "due":
                return base
            if level.at == "at_most":
                if owed.outer is None or limit is None or limit.at_most is None:
                    return None
                return Moment(at=owed.outer, end_of_day=not limit.at_most.is_elapsed)
        base = ladder.before or base
        if base is None or level.after is None or level.after.unspecified:
            return None
        if level.after.within is None:
            return base
        return end_of(self.protocol, base, level.after.within)

    def level_now(self, ladder: Ladder) -> tuple[Now, Moment, datetime] | None:
        """When the next level comes, the moment to count on from, and its instant as such.

        It comes at its instant, if told to wait when an office opens, never before its cause.
        """
        moment = self.level_moment(ladder)
        level = self.next_level(ladder)
        if moment is None or level is None:
            return None
        assert ladder.fixed is not None
        at = max(moment.at, ladder.fixed)
        if level.outside_hours == "wait" and (opening := self.next_opening(level, at)) > at:
            return Now(at=opening, past=True), Moment(at=opening), opening
        if moment.at < ladder.fixed:
            return Now(at=ladder.fixed), Moment(at=ladder.fixed), moment.at
        return Now(at=moment.at, past=True), moment, moment.at

    def next_opening(self, level: Level, at: datetime) -> datetime:
        """When the first of those who are told is in the office."""
        roles = [holder.role for holder in level.tell] + ([level.hand_to] if level.hand_to else [])
        found: list[datetime] = []
        for role in roles:
            declared = self.protocol.roles.get(role)
            hours = declared.available if declared else None
            if hours is None or hours == "always":
                return at
            calendar = self.protocol.calendars[hours].calendar
            assert calendar is not None
            opening = next_open(calendar, at)
            if opening is not None:
                found.append(opening)
        return min(found) if found else at

    def level(self, ladder: Ladder, at: datetime, moment: Moment) -> None:
        """A level comes: judged once, done or skipped."""
        level = self.next_level(ladder)
        assert level is not None
        skipped = Truth(self, self.now).of(level.if_) is not True
        self.reached.append(
            Reached(escalation=ladder.escalation, level=ladder.level, at=at, skipped=skipped)
        )
        ladder.level += 1
        ladder.jumped = False
        ladder.before = moment
        ladder.fixed = at
        if not skipped:
            self.do_level(ladder, level, at)
        self.levels_at_once(ladder)

    def do_level(self, ladder: Ladder, level: Level, at: datetime) -> None:
        """Tell, hand to, fire."""
        for holder in level.tell:
            role = holder.role or f"actor_of {holder.actor_of}"
            self.told.append(Told(role=role, at=at))
        if level.hand_to:
            self.told.append(Told(role=level.hand_to, at=at))
            if not isinstance(ladder.of, Thing):
                ladder.of.handed.append(level.hand_to)
        if level.fire:
            ask = Ask(kind="act", what=level.fire, by=CLOCK, at=at)
            names, role = against(self, ask, self.now)
            if not names:
                self.act(self.protocol.triggers[level.fire], ask, at, role)

    # -- time --------------------------------------------------------------------------

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
        for at in self.interesting(until):
            for past in (False, True):
                now = Now(at=at, past=past)
                if now.key > self.now.key:
                    yield Coming(now, at, 1, "", None)

    def interesting(self, until: datetime) -> list[datetime]:
        """Every instant up to `until` at which a condition could change by time alone."""
        found: list[datetime] = []
        spans: list[Any] = []
        watched = [
            condition
            for follow_up in self.follow_ups
            for condition in (follow_up.opens_when, follow_up.ends_when)
            if condition is not None
        ]
        watched += [term.condition for term in self.protocol.terms.values() if term.condition]
        for condition in watched:
            for phrase in phrases(condition):
                if isinstance(phrase, syntax.Span):
                    spans.append(phrase.length)
                if isinstance(phrase, syntax.Available):
                    found.extend(self.hours_of(phrase.role.text, until))
        for thing in self.things:
            found.extend(end_of(self.protocol, thing.moment, span).at for span in spans)
        for said in self.facts:
            span = self.protocol.facts[said.fact].valid_for
            if span is not None:
                found.append(end_of(self.protocol, Moment(at=said.at), span).at)
            if isinstance(said.value, date):
                found.append(midnight(said.value, zone(self.protocol.timezone)))
        if spans:
            found.extend(self.midnights(until))
        return sorted({at for at in found if self.now.at <= at <= until})

    def midnights(self, until: datetime) -> list[datetime]:
        """The beginning of every local day from here on."""
        where = zone(self.protocol.timezone)
        day = self.now.at.astimezone(where).date()
        found: list[datetime] = []
        while midnight(day, where) <= until:
            found.append(midnight(day, where))
            day += _DAY
        return found

    def hours_of(self, role: str, until: datetime) -> list[datetime]:
        """Every minute at which an office opens or closes."""
        hours = self.protocol.roles[role].available
        if hours is None or hours == "always":
            return []
        calendar = self.protocol.calendars[hours].calendar
        assert calendar is not None
        where = zone(calendar.zone)
        found: list[datetime] = []
        for at in [self.now.at, *self.midnights(until)]:
            start = midnight(at.astimezone(where).date(), where)
            quarters = [start + timedelta(minutes=15) * n for n in range(-1, 26 * 4)]
            found += [
                b for a, b in pairwise(quarters) if is_open(calendar, a) != is_open(calendar, b)
            ]
        return found


def phrases(phrase: syntax.Phrase) -> Iterable[syntax.Phrase]:
    """A phrase and all it is made of."""
    yield phrase
    for part in syntax.inner(phrase):
        yield from phrases(part)


__all__ = ["MetBy", "Reference"]
