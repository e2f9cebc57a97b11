"""When a search has seen enough: something bad was met, and nothing as bad comes with fewer deeds.

Imports the graph.
"""

from __future__ import annotations

from collections.abc import Callable

from protocolkit.proofs.graph import Edge, Graph, Node

Bad = Callable[[Graph, Node], int | None]
"""How many deeds lead to what is bad at a situation, if that is so; None: nothing is."""


BadMove = Callable[[Graph, Node, Edge], bool]
"""Whether a move from a situation is bad."""


def moves_that(bad: BadMove) -> Bad:
    """Moves that are bad."""

    def fewest(graph: Graph, node: Node) -> int | None:
        found = [edge.deeds for edge in node.edges or () if bad(graph, node, edge)]
        return node.deeds + min(found) if found else None

    return fewest


def nearest(graph: Graph, bad: BadMove) -> tuple[Node, Edge] | None:
    """The move that is bad and comes with the fewest deeds; None: there is none."""
    return min(
        (pair for pair in graph.edges() if bad(graph, *pair)),
        key=lambda pair: (pair[0].deeds + pair[1].deeds, pair[0].number),
        default=None,
    )


class Until:
    """Ends a search when something bad was met, and nothing as bad can be left with fewer deeds;
    or when nothing can be left that takes fewer than `below`.
    """

    def __init__(self, bad: Bad, below: int | None = None) -> None:
        self._bad = bad
        self._below = below
        self._best: int | None = None
        self._next = 0

    def __call__(self, graph: Graph) -> bool:
        while self._next < graph.expanded:
            deeds = self._bad(graph, graph.order[self._next])
            self._next += 1
            if deeds is not None:
                self._best = deeds if self._best is None else min(self._best, deeds)
        known = [most for most in (self._best, self._below) if most is not None]
        return bool(known) and graph.least >= min(known)
