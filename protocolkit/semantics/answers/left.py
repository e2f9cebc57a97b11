"""What is left until a case can be closed: per strand the acts on the shortest way to an end,
and what is still owed that keeps the case open.

Imports decisions, closing and what is owed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from protocolkit.ground.findings import Path, Reason
from protocolkit.ground.record import Record
from protocolkit.semantics.actors import CLOCK, in_words
from protocolkit.semantics.answers.owed import Owed, todo
from protocolkit.semantics.answers.prospects import Prospects, is_about_state
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.deciding.agreement import joint_act
from protocolkit.semantics.deciding.closing import holds_open
from protocolkit.semantics.deciding.decide import decide
from protocolkit.semantics.effects import MoveTo
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.semantics.shares import holder_id
from protocolkit.semantics.situation import CaseSituation

_IN_THE_WAY = ("need-unknown", "need-not-met", "blocked", "does-not-apply", "not-decided")
"""Reasons against an act that do not go by who does it, or where the case stands."""


class Leg(Record):
    """One act on the way: whose it is, from which state to which, and what it still needs."""

    trigger: str
    title: str
    before: str
    after: str
    who: str
    roles: tuple[str, ...] = ()
    agreed_by: tuple[str, ...] = ()
    needs: tuple[Reason, ...] = ()
    source: str = ""
    path: Path = ()


class Way(Record):
    """One strand: where it stands, and the acts on the shortest way to an end. `ended`: it is
    there. `waited_for` False: it does not apply, so that nobody waits for it. Without acts, not
    ended: no act leads to an end.
    """

    strand: str
    title: str
    state: str
    ended: bool
    waited_for: bool = True
    acts: tuple[Leg, ...] = ()


class Left(Record):
    """What is left until a case can be closed. `holding` are the open follow-ups that keep it
    open and that no act on the way would do.
    """

    case: str
    closed: bool
    ways: tuple[Way, ...] = ()
    holding: tuple[Owed, ...] = ()


def left(program: Program, case: Case, now: datetime) -> Left:
    """What is left until a case can be closed."""
    if case.is_closed:
        return Left(case=case.id, closed=True)
    finder = _Finder(program, case, now)
    ways = tuple(finder.way(strand) for strand in program.protocol.strands)
    return Left(case=case.id, closed=False, ways=ways, holding=tuple(finder.holding(ways)))


class _Finder:
    def __init__(self, program: Program, case: Case, now: datetime) -> None:
        self.program = program
        self.protocol = program.protocol
        self.case = case
        self.now = now
        self.situation = CaseSituation(case, program, now)
        self.prospects = Prospects(program, case, now)

    def way(self, name: str) -> Way:
        """The shortest way of one strand."""
        strand, state = self.protocol.strands[name], self.case.states[name]
        ended = strand.states[state].final
        applies = self.program.does_apply("strands", name, self.situation)
        legs = [] if ended or not applies else self._shortest(name, state)
        return Way(
            strand=name,
            title=strand.name,
            state=state,
            ended=ended,
            waited_for=applies,
            acts=tuple(self._leg(trigger, before, after) for trigger, before, after in legs),
        )

    def _shortest(self, strand: str, state: str) -> list[tuple[str, str, str]]:
        """Fewest acts; what is known to be barred now only if there is no other way."""
        return self._search(strand, state, barred=False) or self._search(strand, state, barred=True)

    def _search(self, strand: str, state: str, *, barred: bool) -> list[tuple[str, str, str]]:
        states = self.protocol.strands[strand].states
        known: dict[str, list[tuple[str, str, str]]] = {state: []}
        for here in (queue := [state]):  # which grows while it is gone through
            for trigger, move in self._moves(strand, here, barred=barred):
                to = move.move.to
                if to not in known:
                    known[to] = [*known[here], (trigger, here, to)]
                    if states[to].final:
                        return known[to]
                    queue.append(to)
        return []

    def _moves(self, strand: str, state: str, *, barred: bool) -> Iterator[tuple[str, MoveTo]]:
        for trigger in self.protocol.triggers.values():
            if trigger.strength == "must_not":
                continue
            for move in self.program.moves[trigger.id]:
                if move.strand != strand or state not in move.move.from_:
                    continue
                if barred or move.judge is None or move.judge(self.situation) is not False:
                    yield trigger.id, move

    def _leg(self, name: str, before: str, after: str) -> Leg:
        trigger = self.protocol.triggers[name]
        joint, who = joint_act(trigger), trigger.who
        request = Request(kind="act", what=name, actor=CLOCK)
        decision = decide(self.program, self.case, request, now=self.now, asking=True)
        needs = [
            self.prospects.explained(one, trigger)
            for one in decision.reasons
            if one.name in _IN_THE_WAY or (one.name == "not-enabled" and not is_about_state(one))
        ]
        return Leg(
            trigger=name,
            title=trigger.name,
            before=before,
            after=after,
            who=in_words(who, self.protocol) if who or not joint else "",
            roles=who.roles if who else (),
            agreed_by=tuple(holder_id(one) for one in joint.signers) if joint else (),
            needs=tuple(needs),
            source=trigger.source,
            path=trigger.path,
        )

    def holding(self, ways: Collection[Way]) -> Iterator[Owed]:
        """What is owed and keeps the case open, the earliest due first."""
        acts = {leg.trigger for way in ways for leg in way.acts}
        left = {self.case.visits[way.strand][0] for way in ways if way.acts}
        ends = {way.strand: way.acts[-1].after for way in ways if way.acts}
        then = self.situation.with_states(dict(self.case.states) | ends)
        for one in todo(self.program, self.case):
            instance = self.case.open[one.instance]
            follow_up = self.program.follow_ups[instance.follow_up]
            endings = self.program.endings.get(follow_up.id, ())
            if (
                holds_open(follow_up.strength, follow_up.carries_over, instance)
                and instance.visit not in left
                and not self._is_done_by(instance, acts)
                and not any(one.judge(then) is True for one in endings)
            ):
                yield one

    def _is_done_by(self, instance: Instance, acts: Collection[str]) -> bool:
        """Whether an act on the way does all of it, without condition."""
        follow_up = self.program.follow_ups[instance.follow_up]
        if instance.item or instance.meeting or follow_up.parts:
            return False
        if follow_up.who is not None and follow_up.who.all_of:
            return False
        return any(
            one.trigger is not None
            and not one.trigger.event
            and one.trigger.name in acts
            and one.if_ is None
            for one in follow_up.met_by
        )
