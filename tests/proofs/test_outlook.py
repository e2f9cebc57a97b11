"""What the rules alone show of how far a case is from its closing: never more than is true."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from protocolkit.bundled import bundled
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.graph import Edge, Graph
from protocolkit.proofs.outlook import Outlook
from protocolkit.proofs.reaching import maybe
from protocolkit.proofs.search import Budget, Search
from protocolkit.proofs.slices import slice_for
from protocolkit.semantics import changes as ch
from tests.proofs.drawing import STEPS, WAY
from tests.proofs.random_protocols import Faulty, protocol_text

BUNDLED = ("site_a", "site_b", "recommended")
SEEDS = range(36)

MOST = 700
"""Graphs with more situations are left out."""


def read(text: str, name: str) -> Protocol:
    """A protocol that reads without errors."""
    found = read_text(text, name).protocol
    assert found is not None
    return found


def bundled_one(name: str) -> Protocol:
    """A protocol that comes with the package."""
    path = Path(str(bundled("protocols", *f"{name}.yaml".split("/"))))
    return read(path.read_text(encoding="utf-8"), name)


def graphs_of(model: Protocol) -> Iterator[Graph]:
    """All situations of its cases, with what can be cut out and without."""
    for in_full in (False, True):
        cut = slice_for(model, in_full=in_full)
        search = Search(cut.protocol, free=cut.free, held=cut.held, plain=cut.plain)
        graph = search.run(Budget(situations=MOST))
        if graph.whole:
            yield graph


class Trapping(Faulty):
    """A drawn protocol in which it matters more where a case stands: for an act, and for what ends
    something that is owed.
    """

    def draw_guards(self) -> None:
        """Some more of them."""
        super().draw_guards()
        for name in self.random.sample(STEPS, 2):
            state, other = self.random.sample(WAY, 2)
            places = (
                f"case is {state}",
                f"case is not {state}",
                f"not (case is {state} or case is {other})",
                f"case is not {state} and case is not {other}",
                f"case is {state} or happened(visit)",
            )
            self.triggers[name].setdefault("needs", {})["place"] = self.one(places)
        owed = self.follow_ups[self.one(list(self.follow_ups))]
        owed.update(met_by=[self.one((*STEPS, "visit"))], strength="must")
        if self.maybe(30):
            owed["ends_when"] = f"case is {self.one(WAY)}"


@cache
def drawn() -> tuple[Graph, ...]:
    """Those of protocols drawn at random."""
    texts = [protocol_text(seed) for seed in SEEDS] + [Trapping(seed).text() for seed in SEEDS]
    models = (read(text, "drawn.yaml") for text in texts)
    return tuple(graph for model in models for graph in graphs_of(model))


def truly(graph: Graph) -> dict[int, int]:
    """With how many deeds the closing can be come to, from where it can; time costs nothing."""
    before: dict[int, list[tuple[int, int]]] = {}
    for node, edge in graph.edges():
        before.setdefault(edge.target, []).append((node.number, edge.deeds))
    far = {node.number: 0 for node in graph.nodes if node.case.closed_at is not None}
    waiting = deque(far)
    while waiting:
        number = waiting.popleft()
        for start, deeds in before.get(number, ()):
            if start not in far or far[number] + deeds < far[start]:
                far[start] = far[number] + deeds
                waiting.append(start)
    return far


def hopeful(graph: Graph) -> tuple[int, int]:
    """Hold the law for one graph: of how many situations it is said just how far the closing is,
    of how many that there is no way to it.
    """
    outlook, far = Outlook(graph.protocol), truly(graph)
    just, seen = 0, 0
    for node in graph.nodes:
        lost = outlook.to_closing(node.case) is None
        least = outlook.at_least(node.case)
        assert lost == (least is None)
        if node.number in far:
            assert least is not None, node.way
            assert least <= far[node.number], node.way
            just += least == far[node.number] > 1
        seen += lost
    return just, seen


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_protocols(name: str) -> None:
    """Of bundled protocols, as far as all of their situations can be gone through."""
    found = [hopeful(graph) for graph in graphs_of(bundled_one(name))]
    assert found


def test_drawn_protocols() -> None:
    """Of drawn ones; in some of them the rules alone show that there is no way."""
    found = [hopeful(graph) for graph in drawn()]
    assert sum(just for just, _ in found) > 300
    assert sum(seen for _, seen in found) > 500


def done_by(graph: Graph) -> dict[str, list[tuple[int, Edge]]]:
    """The moves by which each act was done, by people or by the clock."""
    found: dict[str, list[tuple[int, Edge]]] = {}
    for node, edge in graph.edges():
        for one in edge.changes:
            if isinstance(one, ch.Happened) and not one.event:
                found.setdefault(one.name, []).append((node.number, edge))
    return found


def test_again() -> None:
    """Where it is said that acts are not done after one another, they never are."""
    never = 0
    for graph in drawn():
        outlook, done = Outlook(graph.protocol), done_by(graph)
        acts = [name for name in done if name in graph.protocol.triggers]
        for some in (*combinations(acts, 1), *combinations(acts, 2)):
            if outlook.again(some):
                continue
            never += 1
            moves = [move for name in some for move in done[name]]
            still = maybe(graph, {start for start, _ in moves})
            assert not any(edge.target in still for _, edge in moves), (graph.protocol.id, some)
    assert never > 300
