"""The graph of imagined cases: situations, the moves between them, and what is still to be met.

Imports the world and keys.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from protocolkit.model.protocol import Protocol
from protocolkit.proofs.keys import NO_LOAD, Label
from protocolkit.proofs.moves import Move
from protocolkit.proofs.ways import NOTHING, Way
from protocolkit.proofs.world import Coming, Imagined
from protocolkit.proofs.zones import Zone
from protocolkit.semantics.changes import Change
from protocolkit.semantics.requests import Request

NOWHERE = -1
"""The target of a move that is not made yet."""


class Edge:
    """One move from a situation to another; `owed`: people must make it, or time does. `way` tells
    with which values of free facts it goes so.
    """

    __slots__ = ("changes", "move", "owed", "target", "way")

    def __init__(
        self, move: Move, target: int, owed: bool, changes: tuple[Change, ...], way: Way = NOTHING
    ) -> None:
        self.move = move
        self.target = target
        self.owed = owed
        self.changes = changes
        self.way = way

    @property
    def deeds(self) -> int:
        """How many deeds it is: none, if time makes it."""
        return 0 if self.move.request is None else 1 + len(self.move.before)


class Node:
    """A situation: an imagined case, what is known of its instants, and a shortest way to it.

    `edges` is None as long as nobody has gone on from here. `load` are the burdens that are open;
    `key` is what else tells it from others. `many` is how many are open of what counts as many.
    """

    __slots__ = (
        "ahead",
        "case",
        "deeds",
        "edges",
        "key",
        "labels",
        "load",
        "many",
        "move",
        "number",
        "parent",
        "zone",
    )

    def __init__(
        self,
        number: int,
        case: Imagined,
        zone: Zone,
        ahead: list[Coming],
        labels: list[Label],
        deeds: int,
        parent: Node | None,
        move: Move | None,
    ) -> None:
        self.number = number
        self.case = case
        self.zone = zone
        self.ahead = ahead
        self.labels = labels
        self.deeds = deeds
        self.parent = parent
        self.move = move
        self.key: Hashable = None
        self.load = NO_LOAD
        self.many = 0
        self.edges: list[Edge] | None = None

    @property
    def way(self) -> tuple[Move, ...]:
        """The moves from the opening of the case to here, the opening left out."""
        found: list[Move] = []
        node: Node = self
        while node.parent is not None:
            assert node.move is not None
            found.append(node.move.replace(before=()))
            found.extend(Move(request=one) for one in reversed(node.move.before))
            node = node.parent
        return tuple(reversed(found))


class Graph:
    """All situations that were met, the first is the beginning. `whole`: there are no others.

    `restless` are the moves after which one thing leads to the next without end; `least` is with
    how many deeds the search has come to an end: what is still to be met takes as many or more.
    """

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.nodes: list[Node] = []
        self.order: list[Node] = []
        self.opening: Request | None = None
        self.beginning: list[Move] = []
        self.first: list[Change] = []
        self.restless: list[tuple[Node, Move]] = []
        self.whole = True
        self.timed = True
        self.stopped = ""
        self.least = 0

    @property
    def expanded(self) -> int:
        """How many situations were gone on from, in `order`."""
        return len(self.order)

    def edges(self) -> Iterator[tuple[Node, Edge]]:
        """Every move that was made, from where."""
        for node in self.nodes:
            for edge in node.edges or ():
                yield node, edge
