"""How far off something seems to be: a guess that tells a search where to look first.

Nothing rests on it. What must happen before something can is counted as if each thing, once it has
happened, stayed so, and hindered nothing. Imports the model and conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from protocolkit.conditions.syntax import (
    And,
    Condition,
    Happened,
    Holds,
    Is,
    Name,
    Not,
    Or,
    Word,
)
from protocolkit.conditions.terms import term_read
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.model.case import FollowUp, Trigger
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.goals import Goal
from protocolkit.proofs.graph import Node
from protocolkit.proofs.outlook import keeps_open

FAR = 1000
"""So many deeds for what seems never to come about."""

Thing = tuple[str, str]
"""A state of a strand, an act `done`, a meeting `held`, a follow-up `opened` or `ended`."""


class Aim:
    """How many deeds off a goal seems to be from a situation."""

    def __init__(self, protocol: Protocol, goal: Goal) -> None:
        self._protocol = protocol
        self._goal = goal
        self._known: dict[object, int] = {}

    def __call__(self, node: Node) -> int:
        """The guess."""
        there = frozenset(self._there(node))
        if there not in self._known:
            self._known[there] = self._far(there)
        return self._known[there]

    def _there(self, node: Node) -> Iterator[Thing]:
        """What is so already."""
        case, protocol = node.case, self._protocol
        yield from (("state", state) for state in case.states.values())
        for name in protocol.triggers:
            if case.last(name) is not None:
                yield "done", name
        for meeting in case.meetings.values():
            if meeting.status in ("set", "held"):
                yield meeting.status, meeting.name
        for one in case.open.values():
            yield "opened", one.follow_up

    def _far(self, there: frozenset[Thing]) -> int:
        costs: dict[Thing, int] = dict.fromkeys(there, 0)
        more = True
        while more:
            more = False
            for thing, cost in self._steps(costs, there):
                if cost < costs.get(thing, FAR):
                    costs[thing] = cost
                    more = True
        return self._to_goal(costs, there)

    def _to_closing(self, costs: Mapping[Thing, int], there: frozenset[Thing]) -> int:
        """Every strand at an end, and nothing open that keeps the case open."""
        protocol = self._protocol
        far = sum(
            min(costs.get(("state", one.id), FAR) for one in strand.states.values() if one.final)
            for strand in protocol.strands.values()
            if strand.applies_while is None
        )
        return far + sum(
            costs.get(("ended", one.id), FAR)
            for one in protocol.follow_ups.values()
            if keeps_open(one) and ("opened", one.id) in there
        )

    def _to_goal(self, costs: Mapping[Thing, int], there: frozenset[Thing]) -> int:
        kind, name = self._goal
        what, _, number = name.partition("#")
        match kind:
            case "closed":
                return self._to_closing(costs, there)
            case "act":
                return self._act(self._protocol.triggers[what], costs, there)
            case "move":
                trigger = self._protocol.triggers[what]
                return self._act(trigger, costs, there, trigger.moves[int(number) - 1].from_)
            case "state":
                return costs.get(("state", name.partition(".")[2]), FAR)
            case "level":
                watches = self._protocol.escalations[what].watches
                watched = watches.follow_up if watches is not None else ()
                return min((costs.get(("opened", one), FAR) for one in watched), default=0)
        return costs.get(("ended" if kind == "ended" else "opened", name), FAR)

    def _steps(
        self, costs: Mapping[Thing, int], there: frozenset[Thing]
    ) -> Iterator[tuple[Thing, int]]:
        """What can happen next, and how many deeds it takes."""
        for trigger in self._protocol.triggers.values():
            cost = self._act(trigger, costs, there)
            if cost < FAR:
                yield ("done", trigger.id), cost
                for move in trigger.moves:
                    start = min((costs.get(("state", one), FAR) for one in move.from_), default=FAR)
                    if start < FAR:
                        yield ("state", move.to), cost
        for meeting in self._protocol.meetings:
            yield ("held", meeting), costs.get(("set", meeting), 1) + 1
        for one in self._protocol.follow_ups.values():
            opens = self._opens(one, costs)
            yield ("opened", one.id), opens
            ended = [self._occurs(met_by.trigger, costs) for met_by in one.met_by if met_by.trigger]
            yield ("ended", one.id), opens + (min(ended) if ended else 1)

    def _act(
        self,
        trigger: Trigger,
        costs: Mapping[Thing, int],
        there: frozenset[Thing],
        starts: Iterable[str] | None = None,
    ) -> int:
        """What it takes until somebody has done it, from one of these states if any are given."""
        if trigger.strength == "must_not":
            return FAR
        cost = 1 + sum(self._true(one.condition, costs) for one in trigger.needs.values())
        if starts is None:
            starts = [state for move in trigger.moves for state in move.from_]
        if trigger.moves and trigger.elsewhere != "allowed":
            cost += min((costs.get(("state", one), FAR) for one in starts), default=FAR)
        if trigger.at_meetings:
            cost += min(costs.get(("held", one), FAR) for one in trigger.at_meetings)
        cost += sum(
            costs.get(("ended", one.id), FAR)
            for one in self._protocol.follow_ups.values()
            if trigger.id in one.blocks and ("opened", one.id) in there
        )
        return min(cost, FAR)

    def _opens(self, one: FollowUp, costs: Mapping[Thing, int]) -> int:
        ways = [self._occurs(ref, costs) for ref in one.opens_with]
        ways += [costs.get(("state", state), FAR) for state in one.opens_in]
        if one.opens_when is not None:
            ways.append(self._true(one.opens_when, costs))
        return min(ways, default=FAR)

    def _occurs(self, ref: OccurrenceRef, costs: Mapping[Thing, int]) -> int:
        protocol, name = self._protocol, ref.name
        if name in protocol.triggers:
            return costs.get(("done", name), FAR)
        if name in protocol.meetings:
            return 1 if ref.event == "set" else costs.get(("held", name), FAR)
        if name in protocol.follow_ups:
            lasts = ref.event in ("overdue", "opened")
            return costs.get(("opened" if lasts else "ended", name), FAR)
        return 1

    def _true(self, condition: Condition | None, costs: Mapping[Thing, int]) -> int:
        """What it takes until a condition is true, as far as it asks for what was to happen."""
        match condition:
            case And(parts=parts):
                return min(sum(self._true(part, costs) for part in parts), FAR)
            case Or(parts=parts):
                return min(self._true(part, costs) for part in parts)
            case Happened(of=of):
                return min(self._occurs(ref, costs) for ref in of.ref.each)
            case Is(subject=Name(name=name), values=values, negated=False):
                said = [one.text for one in values if isinstance(one, Word)]
                if name in self._protocol.strands:
                    return min((costs.get(("state", one), FAR) for one in said), default=FAR)
                if name in self._protocol.follow_ups:
                    lasts = {"open", "overdue"} & set(said)
                    return costs.get(("opened" if lasts else "ended", name), FAR)
            case Holds():
                term = term_read(condition, self._protocol.all_terms)
                if term is not None:
                    return self._true(self._protocol.all_terms[term], costs)
            case Not():
                return 0
        return 0
