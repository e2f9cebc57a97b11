"""Which facts are known for certain: in a state, before an act and after it.

A fact is known once an act was done that is refused without it. In a state it is known if every
way there has such an act. What expires is never known for certain. Imports the graphs and the
model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

from protocolkit.checks.graph import Graph, strand_of
from protocolkit.model.case import FollowUp, Trigger
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import CASE

Facts = frozenset[str]


class Recorded:
    """The facts that are known for certain, for one protocol."""

    def __init__(self, protocol: Protocol, graphs: Mapping[str, Graph]) -> None:
        self.protocol = protocol
        self.graphs = graphs
        self.lasting = frozenset(
            fact.id
            for fact in protocol.facts.values()
            if fact.valid_for is None and fact.scope == CASE
        )
        self._in: dict[tuple[str, str], Facts] = {}
        for graph in graphs.values():
            self._fill(graph)

    def _fill(self, graph: Graph) -> None:
        """What is known in each state of a strand: all facts at first, then fewer and fewer."""
        known = {
            state: frozenset[str]() if state in graph.initial else self.lasting
            for state in graph.states
        }
        changed = True
        while changed:
            changed = False
            for edge in graph.edges:
                brings = known[edge.source] | self._asked(edge.trigger)
                if not known[edge.target] <= brings:
                    known[edge.target] &= brings
                    changed = True
        reached = graph.reached()
        self._in.update(
            ((graph.strand, state), facts if state in reached else frozenset())
            for state, facts in known.items()
        )

    def _asked(self, trigger: str) -> Facts:
        """What an act is refused without."""
        records = self.protocol.triggers[trigger].records
        return self.lasting & {one.fact for one in records if one.required}

    def in_state(self, state: str) -> Facts:
        """What is known in a state, by its name."""
        return self._in.get((self.protocol.strand_of(state), state), frozenset())

    def at_the_end(self) -> Facts:
        """What is known when a case is closed: then every strand is in a final state."""
        ends = [
            _all([self._in[graph.strand, state] for state in graph.final])
            for graph in self.graphs.values()
        ]
        return frozenset[str]().union(*ends)

    def before(self, trigger: Trigger) -> Facts:
        """What is known whenever an act can be done."""
        if trigger.elsewhere == "allowed":
            return frozenset()
        strands: dict[str, list[Facts]] = {}
        for move in trigger.moves:
            strand = strand_of(self.protocol, move)
            known = (self._in.get((strand, state), frozenset()) for state in move.from_)
            strands.setdefault(strand, []).extend(known)
        # Of several strands it moves at least one.
        return _all([_all(known) for known in strands.values()])

    def after(self, trigger: Trigger) -> Facts:
        """What is known once an act was done."""
        return self.before(trigger) | self._asked(trigger.id)

    def when_open(self, follow_up: FollowUp) -> Facts:
        """What is known when a follow-up opens, and so as long as it is open."""
        ways = [self.in_state(state) for state in follow_up.opens_in]
        for ref in follow_up.opens_with:
            trigger = self.protocol.triggers.get(ref.name)
            plain = trigger is not None and not ref.event
            ways.append(self.after(trigger) if trigger is not None and plain else frozenset())
        return _all(ways)


def _all(several: Iterable[Facts]) -> Facts:
    """What is in each of them; nothing if there are none."""
    found = list(several)
    return reduce(frozenset.intersection, found) if found else frozenset()
