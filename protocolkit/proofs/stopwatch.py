"""A stopwatch for the search: how much time may go by from one thing to the first of another.

Two more names stand in the zones: when it was started, bounded only by the longest time since, and
the same bounded only by the shortest. Neither says anything about other instants, so a case goes on
as it would without them. Imports the search.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import pairwise

from protocolkit.proofs.graph import Graph, Node
from protocolkit.proofs.milestones import Milestone
from protocolkit.proofs.moves import Move
from protocolkit.proofs.zones import FREE, NOW, Bound, Zone, at_most
from protocolkit.semantics.changes import Change

_LONGEST, _SHORTEST = "longest since", "shortest since"


class Stopwatch:
    """Measures from `start` to the first `stop` after it, and goes no further. Nobody is late with
    the follow-ups `on_time`, and nobody waives or declines.

    `without_end` is the first move found that stops it and may come any time after the start.

    Units: `best` and `worst` in seconds.
    """

    names: tuple[Hashable, ...] = (_LONGEST, _SHORTEST)
    most_clocks = 12
    most_alike = 2

    def __init__(self, start: Milestone, stop: Milestone, on_time: frozenset[str]) -> None:
        self._start = start
        self._stop = stop
        self._on_time = on_time
        self._loops: dict[int, tuple[Move, tuple[str, ...]]] = {}
        self.best: int | None = None
        self.worst = 0
        self.without_end: tuple[Node, Move] | None = None

    def is_settled(self, _graph: Graph) -> bool:
        """Whether no more can be found out."""
        return self.without_end is not None and self.best == 0

    def allows(self, move: Move) -> bool:
        """Whether people do it, and time lets it come."""
        if move.timer is not None:
            return move.timer.kind != "overdue" or move.timer.name not in self._on_time
        return move.request is None or move.request.kind not in ("waive", "decline")

    def noted(
        self, node: Node | None, move: Move, changes: Sequence[Change], zone: Zone, at: Hashable
    ) -> Zone | None:
        """Start it, or read it."""
        found: Zone | None = zone
        for change in changes:
            assert found is not None
            if _LONGEST in found.names:
                if self._stop.comes_with(change):
                    self._read(node, move, found, at)
                    return None
            elif self._start.comes_with(change):
                bounds = [(at, _LONGEST, at_most(0)), (_SHORTEST, at, at_most(0))]
                found = found.adding(self.names, bounds)
        return found

    def _read(self, node: Node | None, move: Move, zone: Zone, at: Hashable) -> None:
        shortest = -(zone.bound(_SHORTEST, at) >> 1)
        self.best = shortest if self.best is None else min(self.best, shortest)
        longest = zone.bound(at, _LONGEST)
        if longest < FREE:
            self.worst = max(self.worst, longest >> 1)
        elif self.without_end is None and node is not None:
            self.without_end = node, move

    def widened(self, alike: Sequence[Node], zone: Zone, parent: Node, move: Move) -> Zone:
        """Where a case has come back to where it was, only later, and nothing else is narrower,
        it can come back again and again: no bound is left.
        """
        if zone.bound(NOW, _LONGEST) >= FREE:
            return zone
        way = since_start(parent)
        places = {one.number: place for place, one in enumerate(way)}
        for known in alike:
            if known.number in places and _grows(known.zone, zone):
                after = [one.move for one in way[places[known.number] + 1 :]]
                loop = tuple(called(one) for one in (*after, move) if one is not None)
                self._loops[id(move)] = move, loop
                return _without_bound(zone)
        return zone

    # -- why there is no end -----------------------------------------------------------

    def first_endless(self) -> tuple[Node, Move] | None:
        """The first move on the way that may come any time after the start, and where."""
        if self.without_end is None:
            return None
        way = since_start(self.without_end[0])
        for earlier, later in pairwise(way):
            if later.zone.bound(NOW, _LONGEST) >= FREE:
                assert later.move is not None
                return earlier, later.move
        return self.without_end

    def loop_of(self, move: Move) -> tuple[str, ...]:
        """What goes round, if this move closes a loop."""
        return self._loops[id(move)][1] if id(move) in self._loops else ()


def since_start(node: Node) -> list[Node]:
    """The situations on the way to one, from the first after the start."""
    found: list[Node] = []
    back: Node | None = node
    while back is not None and _LONGEST in back.zone.names:
        found.append(back)
        back = back.parent
    return found[::-1]


def called(move: Move) -> str:
    """What a move is of, by its id."""
    if move.timer is not None:
        return move.timer.name or "time"
    assert move.request is not None
    return move.request.what.partition("/")[0] or ", ".join(move.request.facts)


def _grows(old: Zone, new: Zone) -> bool:
    """Whether the later of two situations alike is the earlier one, moved on in time."""
    names = [name for name in old.names if name not in (_LONGEST, _SHORTEST)]
    if any(new.bound(a, b) < old.bound(a, b) for a in names for b in names):
        return False
    return all(
        new.bound(name, _LONGEST) > old.bound(name, _LONGEST)
        for name in names
        if old.bound(name, _LONGEST) < FREE and not _is_past(name)
    )


def _is_past(name: Hashable) -> bool:
    """Whether it stands for something that has happened, from which a limit may count."""
    return isinstance(name, tuple) and name[0] in ("first", "last")


def _without_bound(zone: Zone) -> Zone:
    """The zone without a bound on how long ago the start was."""
    place = zone.names.index(_LONGEST)
    rows: list[list[Bound]] = [list(row) for row in zone.rows]
    for number, row in enumerate(rows):
        if number != place:
            row[place] = FREE
    return Zone(zone.names, rows)
