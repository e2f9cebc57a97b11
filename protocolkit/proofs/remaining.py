"""What can still be done when some people are not there: acts, meetings, states, follow-ups.

Judged by who is left, not by the values of facts: a condition stands in the way only if what
it needs can never happen or be recorded any more. So what is called impossible here is
impossible in every case; what is called possible is so as far as people decide it.

The least set is grown from nothing: who is there does acts, acts lead to states, states and
acts let other acts be done, until nothing is added. Imports people, the model, conditions and
ground.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from protocolkit.conditions.syntax import (
    And,
    Compare,
    Condition,
    Count,
    Happened,
    Holds,
    Is,
    IsKnown,
    Name,
    Or,
    Truth,
    Unknown,
    Word,
)
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.model import words
from protocolkit.model.case import FollowUp, Trigger
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import PROGRAMME
from protocolkit.proofs.people import Gone, People

_HELD = ("held", "quorate")
_NOT_DONE = ("", "opened", "overdue")
"""What can happen to a follow-up without anybody doing something about it."""


class Remaining(People):
    """What a new case can come to when some are gone, and some things are not done.

    `not_done` names acts and meetings that are left out; `team_meeting.held` is one that is set
    and does not come about. `acts` and `meetings` map each that
    is possible to the roles that can do it, call it.
    """

    def __init__(
        self, protocol: Protocol, gone: Gone, not_done: Collection[str] = frozenset()
    ) -> None:
        super().__init__(protocol, gone)
        self.not_done = frozenset(not_done)
        self.acts: dict[str, tuple[str, ...]] = {}
        self.meetings: dict[str, tuple[str, ...]] = {}
        self.quorate: set[str] = set()
        self.states: set[str] = {
            state.id
            for strand in self.protocol.strands.values()
            for state in strand.states.values()
            if state.initial
        }
        self.opens: set[str] = set()
        self.done: set[str] = set()
        self.let_in: dict[str, tuple[str, ...]] = {}
        while self._grow():
            pass

    def without(self, *names: str) -> Remaining:
        """The same when some acts and meetings are not done."""
        return Remaining(self.protocol, self.gone, self.not_done | set(names))

    # -- what is asked ------------------------------------------------------------------

    @cached_property
    def stuck(self) -> tuple[FollowUp, ...]:
        """Follow-ups that can open and that nobody can bring to an end while a case lasts."""
        return tuple(
            one
            for one in self.protocol.follow_ups.values()
            if one.id in self.opens and not self._can_end(one)
        )

    def openers(self, follow_up: FollowUp) -> frozenset[str]:
        """The acts and meetings with which it opens for certain."""
        if follow_up.if_ is not None or follow_up.exclude or self._may_not_apply(follow_up):
            return frozenset()
        acts = {ref.name for ref in follow_up.opens_with if not ref.event}
        held = {ref.name for ref in follow_up.opens_with if ref.event in _HELD}
        set_ = {ref.name for ref in follow_up.opens_with if ref.event == "set"}
        return frozenset(
            {act for act in acts if act in self.protocol.triggers}
            | {f"{name}.held" for name in acts | held if name in self.protocol.meetings}
            | {name for name in set_ if name in self.protocol.meetings}
        )

    @cached_property
    def can_close(self) -> bool:
        """Whether a case can be closed, as far as people decide it: a way leads to its end on
        which nothing opens that must be done and that nobody can do.
        """
        in_the_way = [
            opener
            for one in self.stuck
            if one.strength == "must" and not one.carries_over and one.every is None
            for opener in self.openers(one)
            if opener not in self._closing  # what opens as the case closes is not in the way
        ]
        reached = self.without(*in_the_way) if in_the_way else self
        strands = self.protocol.strands.values()
        return bool(strands) and all(
            strand.applies_while is not None
            or any(state.final and state.id in reached.states for state in strand.states.values())
            for strand in strands
        )

    @cached_property
    def _closing(self) -> frozenset[str]:
        final = {
            state.id
            for strand in self.protocol.strands.values()
            for state in strand.states.values()
            if state.final
        }
        return frozenset(
            act.id
            for act in self.protocol.triggers.values()
            if any(move.to in final for move in act.moves)
        )

    def _may_not_apply(self, one: FollowUp) -> bool:
        return one.applies_while is not None or self.protocol.applies_while is not None

    def holders(self, follow_up: FollowUp) -> tuple[str, ...]:
        """The roles that owe a follow-up or were let in by a ladder, of those who are there."""
        return self.doers(follow_up.who, self.let_in.get(follow_up.id, ()))

    def movers(self, state: str, *, by_ladders: bool = True) -> Mapping[str, tuple[str, ...]]:
        """The acts that lead a case on from a state, by who can do them there, whatever happened
        before; with those whom ladders let in, or without.
        """
        let_in = self.let_in_at(state) if by_ladders else ()
        return {
            act.id: roles
            for act in self.protocol.triggers.values()
            if any(state in move.from_ and move.to != state for move in act.moves)
            and (roles := self.may(act, let_in))
        }

    def let_in_at(self, state: str) -> tuple[str, ...]:
        """The roles that ladders let act in a state, whatever the facts are."""
        return tuple(
            level.hand_to
            for ladder in self.protocol.escalations.values()
            if ladder.watches is not None and ladder.watches.state == state
            for level in ladder.levels
            if level.hand_to
        )

    # -- growing ------------------------------------------------------------------------

    def _grow(self) -> bool:
        before = self._size()
        for id_, follow_up in self.protocol.follow_ups.items():
            if id_ not in self.opens and self._can_open(follow_up):
                self.opens.add(id_)
            if id_ in self.opens and id_ not in self.done and self._can_be_done(follow_up):
                self.done.add(id_)
        for id_, meeting in self.protocol.meetings.items():
            if id_ not in self.not_done and (callers := self.callers(meeting)):
                self.meetings[id_] = self.doers_of[id_] = callers
                if f"{id_}.held" not in self.not_done and self.can_be_held(meeting, quorate=True):
                    self.quorate.add(id_)
        self._climb()
        for id_, act in self.protocol.triggers.items():
            if id_ in self.not_done:
                continue
            moves = [
                move
                for move in act.moves
                if self.states & {*move.from_} and self.may_hold(move.if_)
            ]
            if act.moves and not moves and act.elsewhere != "allowed":
                continue
            roles = self._able(act)
            if roles:
                self.acts[id_] = self.doers_of[id_] = roles
                self.states.update(move.to for move in moves)
        return self._size() != before

    def _size(self) -> tuple[int, ...]:
        return (
            len(self.states),
            sum(map(len, self.acts.values())),
            len(self.opens),
            len(self.done),
            len(self.quorate),
            sum(map(len, self.let_in.values())),
        )

    def _able(self, act: Trigger) -> tuple[str, ...]:
        """The roles that can do an act in a new case, as far as it has come."""
        needs = (
            need.condition
            for name, need in act.needs.items()
            if not any(name in rule.waives for rule in act.exceptions.values())
        )
        if not all(map(self.may_hold, needs)):
            return ()
        held = self.quorate if act.decided_at else self.meetings.keys()
        if act.at_meetings and not (held & {*act.at_meetings}):
            return ()
        extra = [
            role
            for state in self.states
            if any(state in move.from_ for move in act.moves)
            for role in self.let_in.get(state, ())
        ]
        extra += [
            role
            for one in self.protocol.follow_ups.values()
            if any(met.trigger is not None and met.trigger.name == act.id for met in one.met_by)
            for role in self.let_in.get(one.id, ())
        ]
        roles = self.may(act, [role for role in self.protocol.roles if role in extra])
        by_clock = act.who is not None and any(one.role == words.CLOCK for one in act.who.holders)
        if not roles and by_clock and self._is_fired(act):
            return (words.CLOCK,)
        return roles

    def _is_fired(self, act: Trigger) -> bool:
        return any(
            level.fire == act.id and self._is_watched(ladder.id) and self.may_hold(level.if_)
            for ladder in self.protocol.escalations.values()
            for level in ladder.levels
        )

    def _is_watched(self, ladder: str) -> bool:
        watches = self.protocol.escalations[ladder].watches
        assert watches is not None
        if watches.state:
            return watches.state in self.states
        if watches.follow_up:
            return any(name in self.opens for name in watches.follow_up)
        return watches.from_ is not None and any(map(self.happens, watches.from_.each))

    def _climb(self) -> None:
        """Ladders let others act."""
        for ladder in self.protocol.escalations.values():
            watches = ladder.watches
            assert watches is not None
            if not self._is_watched(ladder.id):
                continue
            for level in ladder.levels:
                if level.hand_to and self.may_hold(level.if_):
                    for of in (watches.state, *watches.follow_up):
                        known = self.let_in.get(of, ())
                        self.let_in[of] = tuple(dict.fromkeys((*known, level.hand_to)))

    def _can_open(self, one: FollowUp) -> bool:
        if one.opens_when is not None:
            return self.may_hold(one.opens_when)
        if self.states & {*one.opens_in}:
            return True
        return any(map(self.happens, one.opens_with)) and self.may_hold(one.if_)

    def _can_be_done(self, one: FollowUp) -> bool:
        if not one.met_by:
            return self.can_do_all(one, self.let_in.get(one.id, ()))
        return any(
            met.trigger is not None and self.happens(met.trigger) and self.may_hold(met.if_)
            for met in one.met_by
        )

    def _can_end(self, one: FollowUp) -> bool:
        """Whether it can be brought to an end, done or not, before the case ends."""
        if one.id in self.done or one.opens_in:
            return True
        if self._may_not_apply(one) or any(self.may_hold(end.if_) for end in one.ends_when):
            return True
        if any(one.id in link.hands_over for link in self.protocol.links.values()):
            return True
        powers = [power for power in (one.waive, one.decline) if power is not None]
        return any(self.doers(power.who) and self.may_hold(power.if_) for power in powers)

    # -- what can come true -------------------------------------------------------------

    def happens(self, ref: OccurrenceRef) -> bool:
        """Whether it can happen in a new case, or any of several."""
        return any(self._happens(one.name, one.event) for one in ref.each)

    def _happens(self, name: str, event: str) -> bool:
        if not event and name in self.protocol.triggers:
            return name in self.acts
        if name in self.protocol.meetings:
            return name in (self.quorate if event in ("", *_HELD) else self.meetings)
        if name in self.protocol.follow_ups:
            return name in (self.opens if event in _NOT_DONE else self.done | self.opens)
        if name in self.protocol.facts:
            return self._is_recorded(name)
        return True

    def _is_recorded(self, name: str) -> bool:
        fact = self.protocol.facts[name]
        if fact.scope == PROGRAMME or not fact.recorded_by:
            return True
        return any(self.seats(role, any_holder=True) for role in fact.recorded_by) or any(
            one.fact == name for act in self.acts for one in self.protocol.triggers[act].records
        )

    def may_hold(self, condition: Condition | None) -> bool:
        """Whether a condition can come true; what is not known and not done comes by itself."""
        match condition:
            case And(parts=parts):
                return all(map(self.may_hold, parts))
            case Or(parts=parts):
                return any(map(self.may_hold, parts))
            case Happened(of=of):
                return self.happens(of.ref)
            case Compare(subject=Count(of=of), sign=">" | ">="):
                return self.happens(of.ref)
            case Compare(subject=Name(name=name)):
                return self._can_be_known(name)
            case Holds(subject=Name(name=name)):
                return self._can_be(name)
            case IsKnown(subject=Name(name=name), negated=False):
                return self._can_be_known(name)
            case Is(subject=Name(name=name), values=values, negated=negated):
                if name in self.protocol.strands:
                    among = {one.text for one in values if isinstance(one, Word)}
                    return self._stands(name, among, negated)
                if any(isinstance(one, Unknown) for one in values):
                    return True
                if name in self.protocol.all_terms:
                    only_true = values == (Truth(value=True),) and not negated
                    return self._can_be(name) if only_true else True
                return self._can_be_known(name)
            case _:
                return True

    def _stands(self, strand: str, among: Collection[str], negated: bool) -> bool:
        states = [state for state in self.protocol.strands[strand].states if state in self.states]
        return any((state in among) != negated for state in states)

    def _can_be(self, name: str) -> bool:
        term = self.protocol.all_terms.get(name)
        return self.may_hold(term) if term is not None else self._can_be_known(name)

    def _can_be_known(self, name: str) -> bool:
        return self._is_recorded(name) if name in self.protocol.facts else True


def remaining(protocol: Protocol, gone: Gone) -> Remaining:
    """What a new case can come to when some are gone.

    An act that waits for a follow-up which nobody can end is not possible either, unless a way
    leads around that follow-up.
    """
    found = Remaining(protocol, gone)
    while blocked := _blocked(found):
        found = found.without(*blocked)
    return found


def _blocked(found: Remaining) -> set[str]:
    """The acts to which every way leads through the opening of what then holds them up."""
    return {
        act
        for one in found.stuck
        for act in one.blocks
        if act in found.acts
        and not found.protocol.triggers[act].protective
        # The first time an act is done, what only it opens is not open yet.
        and (openers := found.openers(one) - {act})
        and act not in found.without(*openers).acts
    }
