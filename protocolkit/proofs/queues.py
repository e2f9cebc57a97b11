"""In which order a search goes on: which of the situations still to go on from comes next.

Imports the graph.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush

from protocolkit.proofs.graph import Node

Far = Callable[[Node], int | None]
"""How many deeds a situation is off from what is looked for, or fewer; None: no way leads there."""


class Nearest:
    """Situations still to go on from, those with the fewest deeds first."""

    def __init__(self) -> None:
        self._rows: dict[int, deque[Node]] = {}
        self.least = 0

    def __len__(self) -> int:
        return len(self._rows)

    def push(self, node: Node, *, at_once: bool) -> None:
        """One more; `at_once` before others with as many deeds."""
        row = self._rows.setdefault(node.deeds, deque())
        if at_once:
            row.appendleft(node)
        else:
            row.append(node)

    def pop(self) -> Node:
        """The next one."""
        self.least = deeds = min(self._rows)
        row = self._rows[deeds]
        node = row.popleft()
        if not row:
            del self._rows[deeds]
        return node


class Promising:
    """Situations still to go on from, those first that seem nearest to what is looked for, from
    where they are or, if not `hasty`, from the beginning; those that never come there not at all.
    `least` is how many deeds it takes from now on, at the least.
    """

    def __init__(self, far: Far, *, hasty: bool) -> None:
        self._far = far
        self._hasty = hasty
        self._heap: list[tuple[int, int, int, Node]] = []
        self.least = 0

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, node: Node, *, at_once: bool) -> None:  # noqa: ARG002
        """One more."""
        far = self._far(node)
        if far is not None:
            place = (far, node.deeds) if self._hasty else (far + node.deeds, far)
            heappush(self._heap, (*place, node.number, node))

    def pop(self) -> Node:
        """The next one."""
        least, _, _, node = heappop(self._heap)
        self.least = node.deeds if self._hasty else least
        return node


class Heaviest:
    """Situations still to go on from, those with the most burdens first."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Node]] = []
        self.least = 0

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, node: Node, *, at_once: bool) -> None:  # noqa: ARG002
        """One more; how near it is does not matter."""
        heappush(self._heap, (-sum(node.load.values()), node.number, node))

    def pop(self) -> Node:
        """The next one."""
        return heappop(self._heap)[2]
