"""The states of a strand and the moves between them, as a graph.

What is possible is judged generously: a move with a condition may be taken, and so may one
that only the clock or somebody outside brings about; only a trigger that is forbidden
(`must_not`) never happens. So what has no path here has none in any case. Imports the model.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from protocolkit.ground.findings import Path
from protocolkit.ground.record import Record
from protocolkit.model.case import Move, Strand
from protocolkit.model.protocol import Protocol

Arrows = Mapping[str, Collection[str]]
"""From each state to the states beside it."""


class Edge(Record):
    """A move of a trigger from one state to one other."""

    source: str
    target: str
    trigger: str
    path: Path

    def __str__(self) -> str:
        return f"{self.trigger}: {self.source} -> {self.target}"


class Graph(Record):
    """One strand: its states in the order of the file, possible moves, forbidden moves.

    `path` is where its states stand. `after` and `before` follow possible moves.
    """

    strand: str
    path: Path
    states: Mapping[str, Path]
    initial: tuple[str, ...]
    final: tuple[str, ...]
    edges: tuple[Edge, ...]
    forbidden: tuple[Edge, ...]
    after: Arrows
    before: Arrows

    def reached(self) -> Mapping[str, int]:
        """The states that a case can get to, with the least number of moves.

        With no start marked, every state counts: what is wrong then is the start.
        """
        return distances(self.initial or self.states, self.after)

    def story(self, state: str) -> tuple[str, ...]:
        """The moves of a shortest way from a start to a state; empty when there is none."""
        if state in self.initial:
            return ()
        return tuple(str(edge) for edge in way(self.initial, state, self.edges))

    def first(self, states: Iterable[str]) -> str:
        """The one that a case gets to first; of several, the first in the file."""
        reached = self.reached()
        order = {name: place for place, name in enumerate(self.states)}
        return min(states, key=lambda name: (reached.get(name, len(order)), order[name]))


def strand_of(protocol: Protocol, move: Move) -> str:
    """The strand that a move belongs to; empty when its states do not tell."""
    if move.strand:
        return move.strand
    return next(filter(None, map(protocol.strand_of, (move.to, *move.from_))), "")


def graphs(protocol: Protocol) -> Mapping[str, Graph]:
    """The graph of each strand, by name."""
    possible: dict[str, list[Edge]] = {name: [] for name in protocol.strands}
    forbidden: dict[str, list[Edge]] = {name: [] for name in protocol.strands}
    for trigger in protocol.triggers.values():
        kept = forbidden if trigger.strength == "must_not" else possible
        for move in trigger.moves:
            name = strand_of(protocol, move)
            if name not in kept:
                continue  # a state that nothing declares
            states = protocol.strands[name].states
            kept[name].extend(
                Edge(source=source, target=move.to, trigger=trigger.id, path=move.path)
                for source in move.from_
                if source in states and move.to in states and source != move.to
            )
    return MappingProxyType(
        {
            name: _graph(name, strand, possible[name], forbidden[name])
            for name, strand in protocol.strands.items()
        }
    )


def _graph(name: str, strand: Strand, edges: list[Edge], forbidden: list[Edge]) -> Graph:
    after: dict[str, list[str]] = {state: [] for state in strand.states}
    before: dict[str, list[str]] = {state: [] for state in strand.states}
    for edge in edges:
        after[edge.source].append(edge.target)
        before[edge.target].append(edge.source)
    states = {state: found.path for state, found in strand.states.items()}
    where = next(iter(states.values()), ())[:-1] or strand.path
    return Graph(
        strand=name,
        path=where,
        states=MappingProxyType(states),
        initial=tuple(state for state, found in strand.states.items() if found.initial),
        final=tuple(state for state, found in strand.states.items() if found.final),
        edges=tuple(edges),
        forbidden=tuple(forbidden),
        after=MappingProxyType(after),
        before=MappingProxyType(before),
    )


def distances(starts: Iterable[str], arrows: Arrows) -> Mapping[str, int]:
    """Every state that can be got to, with the least number of moves from a start."""
    found = dict.fromkeys(starts, 0)
    waiting = list(found)
    for state in waiting:  # grows while it is walked: breadth first
        for beside in arrows.get(state, ()):
            if beside not in found:
                found[beside] = found[state] + 1
                waiting.append(beside)
    return found


def components(states: Iterable[str], arrows: Arrows) -> list[tuple[str, ...]]:
    """The states in groups that can all get to each other, each group and all in order.

    Shape: every state is in one group; most groups have one state. Arrows that lead out of
    `states` do not count. Raises nothing and does not recurse, however long a strand is.
    """
    order = {state: place for place, state in enumerate(states)}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []  # Tarjan's stack: visited, not yet in a group
    is_open: set[str] = set()
    groups: list[tuple[str, ...]] = []
    for start in order:
        if start in index:
            continue
        walk = [(start, iter(arrows.get(start, ())))]
        index[start] = low[start] = len(index)
        open_.append(start)
        is_open.add(start)
        while walk:
            state, besides = walk[-1]
            beside = next((name for name in besides if name in order), None)
            if beside is None:
                walk.pop()
                if walk:
                    above = walk[-1][0]
                    low[above] = min(low[above], low[state])
                if low[state] == index[state]:
                    group = {state}
                    while (member := open_.pop()) != state:
                        group.add(member)
                    is_open -= group
                    groups.append(tuple(sorted(group, key=order.__getitem__)))
            elif beside not in index:
                index[beside] = low[beside] = len(index)
                open_.append(beside)
                is_open.add(beside)
                walk.append((beside, iter(arrows.get(beside, ()))))
            elif beside in is_open:
                low[state] = min(low[state], index[beside])
    return sorted(groups, key=lambda group: order[group[0]])


def way(
    starts: Collection[str], end: str, edges: Iterable[Edge], among: Collection[str] | None = None
) -> tuple[Edge, ...]:
    """The moves of a shortest way of at least one move; empty when there is none.

    `among` bounds the states on the way. With the end as the only start it is a way round.
    """
    leaving: dict[str, list[Edge]] = {}
    for edge in edges:
        if among is None or (edge.source in among and edge.target in among):
            leaving.setdefault(edge.source, []).append(edge)
    came: dict[str, Edge] = {}
    waiting = list(starts)
    for state in waiting:
        for edge in leaving.get(state, ()):
            if edge.target not in came:
                came[edge.target] = edge
                waiting.append(edge.target)
    steps: list[Edge] = []
    while end in came and (not steps or end not in starts):
        steps.append(came[end])
        end = came[end].source
    return tuple(reversed(steps))
