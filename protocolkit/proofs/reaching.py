"""From where can a case still come somewhere? Backwards through a graph of imagined cases.

Two answers, because a situation stands for many choices of instants. *Maybe*: some way leads
there for some of them; where there is not even that, there is none. *Surely*: there is a way
whatever the instants are. They differ only where the order of limits decides. Imports the search.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

from protocolkit.proofs.graph import Edge, Graph, Node
from protocolkit.proofs.zones import NOW


def maybe(
    graph: Graph, goal: Collection[int], allowed: Callable[[Edge], bool] | None = None
) -> set[int]:
    """The situations from which some way of allowed moves leads to one of `goal`."""
    before: dict[int, list[int]] = {}
    for node, edge in graph.edges():
        if allowed is None or allowed(edge):
            before.setdefault(edge.target, []).append(node.number)
    found = set(goal)
    waiting = list(goal)
    while waiting:
        for number in before.get(waiting.pop(), ()):
            if number not in found:
                found.add(number)
                waiting.append(number)
    return found


def surely(
    graph: Graph, goal: Collection[int], allowed: Callable[[Edge], bool] | None = None
) -> set[int]:
    """The situations from which people can come to `goal` whatever the instants are.

    Somebody does the right thing, before time does anything; or time does something, and
    whatever it is, it leads there.
    """
    before: dict[int, list[Node]] = {}
    for node, edge in graph.edges():
        before.setdefault(edge.target, []).append(node)
    found = set(goal)
    waiting = list(goal)
    leads = partial(_leads, allowed=allowed)
    while waiting:
        for node in before.get(waiting.pop(), ()):
            if node.number not in found and leads(node, found):
                found.add(node.number)
                waiting.append(node.number)
    return found


def _leads(node: Node, found: set[int], allowed: Callable[[Edge], bool] | None) -> bool:
    edges = node.edges or []
    timers = [edge for edge in edges if edge.move.timer is not None]
    if timers and all(edge.target in found for edge in timers):
        return True
    by_deed: dict[int, bool] = {}  # where a deed leads to may depend on what is late by then
    for edge in edges:
        if edge.move.timer is None and (allowed is None or allowed(edge)):
            way = id(edge.move)
            by_deed[way] = by_deed.get(way, True) and edge.target in found
    if not any(by_deed.values()):
        return False
    urgent = _may_be_now(node)
    return all(edge.target in found for edge in timers if edge.move.timer in urgent)


def _may_be_now(node: Node) -> list[object]:
    """The timers that may run out at this very instant, before anybody can act."""
    return [
        coming.timer
        for coming, label in zip(node.ahead, node.labels, strict=True)
        if label not in node.zone.names
        or node.zone.bound(label, NOW) <= 1
        or (node.zone.bound(NOW, label) >= 1 and node.case.late)
    ]
