"""Whether a case can still come somewhere, asked of one situation after another.

For searches that are too large to be gone through first and looked at afterwards. What is found out
about one situation is kept for the next: whatever lies on a way that leads there can come there
too, and so can whatever is like it with fewer burdens. Imports the search.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable

from protocolkit.proofs.graph import Edge, Graph, Node
from protocolkit.proofs.keys import is_lighter
from protocolkit.proofs.queues import Far
from protocolkit.proofs.search import Budget, Search

A_WAY = Budget(situations=1500, seconds=10.0)
"""How far to look for a way from one situation."""

MOST_DOUBTS = 2
"""Of how many situations it may stay open if a way leads on, before the question is given up."""


class Onward:
    """Asks whether some way leads to a `goal`, by moves `through` which it may go (None: all).

    A goal that is reached with some burdens must be reached with fewer as well. `far` guesses how
    many deeds off it is; None where no way leads there.
    """

    def __init__(
        self,
        search: Search,
        goal: Callable[[Node], bool],
        through: Callable[[Edge], bool] | None = None,
        far: Far = lambda _node: 0,
    ) -> None:
        self._search = search
        self._goal = goal
        self._through = through
        self._far = far
        self._able: dict[Hashable, list[Node]] = {}

    def is_able(self, start: Node) -> bool | None:
        """Whether some way leads there; None: that was not found out."""
        if self._is_there(start):
            return True
        search = self._search.onward(start, self._through, self._far)
        looked = 1
        found: list[Node] = []

        def enough(graph: Graph) -> bool:
            nonlocal looked
            while looked < len(graph.nodes) and not found:
                node = graph.nodes[looked]
                looked += 1
                if self._is_there(node):
                    found.append(node)
            return bool(found)

        graph = search.run(A_WAY, enough)
        if not found:
            return False if graph.whole else None
        on_way: Node | None = found[0]
        while on_way is not None:
            self._able.setdefault(on_way.key, []).append(on_way)
            on_way = on_way.parent
        return True

    def lost(self, graph: Graph, nodes: Iterable[Node]) -> tuple[Node | None, bool]:
        """The first of these situations from which no way leads there; and whether, if there is
        none, that is certain. What was found out is carried back along the moves of the graph: a
        situation that stands for others has the most burdens of them.
        """
        before: dict[int, list[int]] = {}
        alike: dict[Hashable, list[Node]] = {}
        for node in graph.nodes:
            alike.setdefault(node.key, []).append(node)
            for edge in node.edges or ():
                if self._through is None or self._through(edge):
                    before.setdefault(edge.target, []).append(node.number)
        able: set[int] = set()

        def spread(waiting: list[int]) -> None:
            while waiting:
                number = waiting.pop()
                if number not in able:
                    able.add(number)
                    waiting.extend(before.get(number, ()))

        spread([node.number for node in graph.nodes if self._goal(node)])
        in_doubt = 0
        for node in nodes:
            if node.number in able:
                continue
            known = {key: len(ways) for key, ways in self._able.items()}
            found = self.is_able(node)
            if found is False:
                return node, False
            in_doubt += found is None
            if in_doubt == MOST_DOUBTS:
                break
            new = [key for key, ways in self._able.items() if len(ways) > known.get(key, 0)]
            like = [one for key in new for one in alike.get(key, ()) if self._is_there(one)]
            spread([one.number for one in like])
        return None, not in_doubt

    def _is_there(self, node: Node) -> bool:
        return self._goal(node) or any(
            is_lighter(node.load, able.load) and node.zone.within(able.zone)
            for able in self._able.get(node.key, ())
        )
