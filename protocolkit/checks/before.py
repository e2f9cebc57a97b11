"""What has always happened before an act: by the moves, by needs, by what holds the act up.

Judged generously, as everywhere: only what cannot be otherwise counts. Imports the model, the
graph and conditions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from protocolkit.checks.graph import Graph, distances
from protocolkit.conditions.names import Names
from protocolkit.conditions.references import references
from protocolkit.conditions.satisfying import FALSE, UNKNOWN, Cases, Goal, TooHard
from protocolkit.conditions.syntax import Condition, Happened, Is, Name, Occurrence, Word
from protocolkit.conditions.terms import all_atoms
from protocolkit.ground.findings import Path
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.model.case import FollowUp, Trigger
from protocolkit.model.protocol import Protocol

MOST_ROUNDS = 40
"""How long a chain of acts that wait for each other is followed."""
MOST_TRIED = 20_000
"""Answers tried for one protocol, over all its needs."""


class Before:
    """Tells which acts cannot be the first; remembers what was asked.

    `sensible` are the paths of the conditions that make sense; any other might be true.
    """

    def __init__(
        self,
        protocol: Protocol,
        graphs: Mapping[str, Graph],
        names: Names,
        sensible: Collection[Path],
    ) -> None:
        self.protocol = protocol
        self.graphs = graphs
        self.cases = Cases(names, in_all=MOST_TRIED)
        self.sensible = frozenset(sensible)
        self._known: dict[frozenset[str], frozenset[str]] = {}
        self._reads: dict[str, set[str]] = {}

    def only_after(self, earlier: Iterable[str]) -> frozenset[str]:
        """The acts that never happen unless one of these acts or meetings has.

        What waits for such an act waits for them as well. An act may be left out that was too
        hard to judge, never one be named that can be done without them.
        """
        wanted = frozenset(earlier)
        if wanted and wanted not in self._known:
            self._known[wanted] = self._after(wanted)
        return self._known.get(wanted, frozenset())

    def _after(self, earlier: frozenset[str]) -> frozenset[str]:
        barred = set(earlier)
        for _ in range(MOST_ROUNDS):
            reached = {name: _reached(graph, barred) for name, graph in self.graphs.items()}
            more = {
                name
                for name, act in self.protocol.triggers.items()
                if name not in barred
                and (
                    any(those <= barred for those in self._held_up_by.get(name, ()))
                    or self._has_no_place(act, reached, barred)
                )
            }
            if not more:
                break
            barred |= more
        return frozenset(barred) - earlier

    @cached_property
    def _held_up_by(self) -> Mapping[str, list[set[str]]]:
        """For each act, what has to be done first, one of each set.

        That is what meets a follow-up which blocks it (taken to be open till then), and what a
        property promises (that it is kept is a matter for the proofs).
        """
        found: dict[str, list[set[str]]] = {}
        for one in self.protocol.follow_ups.values():
            for name in one.blocks:
                act = self.protocol.triggers.get(name)
                if act is not None and not act.protective and meets(one):
                    found.setdefault(name, []).append(meets(one))
        for promise in self.protocol.properties.values():
            if promise.before is None or promise.need is None or promise.kind != "precedence":
                continue
            if promise.until is None and promise.after is None:
                first = {ref.name for ref in promise.need.each}
                found.setdefault(promise.before.name, []).append(first)
        return found

    def _has_no_place(
        self, act: Trigger, reached: Mapping[str, set[str]], barred: Collection[str]
    ) -> bool:
        """Whether no state that is reached without `barred` lets it happen.

        In each strand some state has to be there in which its needs can be; and in one of the
        strands that it moves, some such state from which it does.
        """
        from_here = {state for move in act.moves for state in move.from_}
        if act.elsewhere == "allowed":
            from_here = set()
        asked = self._asked(act)
        not_yet = [
            Goal(self._happened(name), FALSE | UNKNOWN) for name in sorted(asked & {*barred})
        ]
        moved = []
        for strand, states in reached.items():
            moves = from_here & self.graphs[strand].states.keys()
            if strand in asked:
                fits = {
                    one
                    for one in sorted(states)  # how much is tried in all has an end
                    if self.can_be(act, [_stands_at(strand, one), *not_yet])
                }
            else:
                fits = states if not not_yet or self.can_be(act, not_yet) else set()
            if not fits:
                return True
            if moves:
                moved.append(bool(fits & moves))
        return bool(moved) and not any(moved)

    def _asked(self, act: Trigger) -> set[str]:
        """The names that the needs of an act read."""
        if act.id not in self._reads:
            self._reads[act.id] = {
                reference.name
                for atom in all_atoms(self._needs(act), self.protocol.all_terms)
                for reference in references(atom)
            }
        return self._reads[act.id]

    def _needs(self, act: Trigger) -> list[Condition]:
        waived = {name for rule in act.exceptions.values() for name in rule.sets_aside}
        return [
            need.condition
            for name, need in act.needs.items()
            if need.condition is not None
            and need.below("condition") in self.sensible
            and name not in waived
        ]

    def can_be(self, act: Trigger, goals: Iterable[Goal]) -> bool:
        """Whether its needs can be there in a case of which something else holds."""
        try:
            return self.cases.in_which([*map(Goal, self._needs(act)), *goals]) is not None
        except TooHard:
            return True

    def _happened(self, name: str) -> Condition:
        event = "held" if name in self.protocol.meetings else ""
        return Happened(of=Occurrence(ref=OccurrenceRef(name=name, event=event)))


def _reached(graph: Graph, barred: Collection[str]) -> set[str]:
    """The states of a strand that a case gets to without some acts."""
    arrows: dict[str, list[str]] = {}
    for edge in graph.edges:
        if edge.trigger not in barred:
            arrows.setdefault(edge.source, []).append(edge.target)
    return {*distances(graph.initial or graph.states, arrows)}


def _stands_at(strand: str, state: str) -> Goal:
    return Goal(Is(subject=Name(name=strand), values=(Word(text=state),)))


def meets(follow_up: FollowUp) -> set[str]:
    """What counts as doing a follow-up."""
    return {one.trigger.name for one in follow_up.met_by if one.trigger is not None}
