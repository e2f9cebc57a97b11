"""What a search for ways calls lost is lost; and where it is sure, nothing is.

Compared with all situations of a slice, where burdens are like anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from functools import cache
from itertools import product

import pytest

from protocolkit.language.reading import read_text
from protocolkit.proofs import onward
from protocolkit.proofs.graph import Edge, Node
from protocolkit.proofs.keys import Keys
from protocolkit.proofs.onward import Onward
from protocolkit.proofs.reaching import maybe
from protocolkit.proofs.search import Budget, Search
from protocolkit.proofs.slices import Slice, slice_for
from tests.proofs.drawing import STEPS
from tests.proofs.random_protocols import Faulty, protocol_text

COUNTY = """
protocolkit: "1"
id: county
title: A county
jurisdiction: Nowhere (invented)
timezone: UTC
organizations: {court: {kind: court}}
roles:
  officer: {kind: juvenile_officer, organization: court, available: always}
strands:
  case: {noted: {initial: true}, met: {}, closed: {final: true}}
triggers:
  early: {who: [officer], needs: {here: case is noted}}
  call: {who: [officer]}
  meet: {who: [officer], moves: [{from: noted, to: met}]}
  close: {who: [officer], moves: [{from: met, to: closed}]}
follow_ups:
  write: {opens_with: call, who: officer, due: unspecified, met_by: early}
"""
"""Whoever calls after the meeting has to write, and that can only be done before."""

SEEDS = range(16)

MOST = 100
"""Situations of a slice; larger ones are left out."""


def slice_of(text: str) -> Slice:
    """All that matters of a drawn protocol."""
    protocol = read_text(text, "drawn.yaml").protocol
    assert protocol is not None
    return slice_for(protocol, in_full=True)


def is_closed(node: Node) -> bool:
    """What is looked for."""
    return node.case.closed_at is not None


def is_owed(edge: Edge) -> bool:
    """A move that people must make."""
    return edge.owed


class Truth:
    """All situations of a slice, without burdens: which have a way to the closing."""

    def __init__(self, cut: Slice) -> None:
        self._search = Search(cut.protocol, free=cut.free, held=cut.held, plain=cut.plain)
        self.graph = graph = self._search.run(Budget(situations=MOST))
        self.is_plain = graph.whole and all(len(node.zone.names) == 1 for node in graph.nodes)
        self._keys = {self._search.keys.of(node.case): node.number for node in graph.nodes}

    def able(self, through: Callable[[Edge], bool] | None) -> set[Hashable]:
        """The keys of those."""
        graph = self.graph
        goal = {node.number for node in graph.nodes if is_closed(node)}
        found = maybe(graph, goal, through)
        return {key for key, number in self._keys.items() if number in found}


def decided(cut: Slice, truth: Truth, *, patient: bool = True) -> Counter[str]:
    """Hold the law for searches of a slice that were stopped early; what they came to. With
    patience the first that is lost is found.
    """
    came_to: Counter[str] = Counter()
    for through, heavy, most in product((None, is_owed), (False, True), (1, 12)):
        search = Search(
            cut.protocol,
            free=cut.free,
            held=cut.held,
            plain=cut.plain,
            burdens=cut.burdens,
            heavy=heavy,
        )
        graph = search.run(Budget(situations=most))
        able, full = truth.able(through), Keys(search.world, (), search.deeds.free)
        nodes = sorted(graph.nodes, key=lambda node: (node.deeds, node.number))
        lost = [node for node in nodes if full.of(node.case) not in able]
        found, sure = Onward(search, is_closed, through).lost(graph, nodes)
        if found is not None:
            assert found is lost[0] if patient else found in lost, found.way
            came_to["lost"] += 1
        elif sure:
            assert not lost, lost[0].way
            came_to["sure"] += 1
        else:
            came_to["open"] += 1
    return came_to


class InVain(Faulty):
    """A drawn protocol without ladders, in which something may be owed in vain."""

    def draw_ladders(self) -> None:
        """None."""

    def draw_guards(self) -> None:
        """What is owed must be done, some of it by acts that are not always possible."""
        super().draw_guards()
        for one in self.follow_ups.values():
            one.update(strength="must")
            one.pop("blocks", None)
            if self.maybe(40):
                one["met_by"] = [self.one((*STEPS, "visit"))]


@cache
def slices() -> tuple[tuple[Slice, Truth], ...]:
    """Slices of drawn protocols in which no limit matters, and something can be owed in vain."""
    texts = [text for seed in SEEDS for text in (protocol_text(seed), InVain(seed).text())]
    both = [(cut, Truth(cut)) for cut in map(slice_of, [COUNTY, *texts]) if cut.burdens]
    return tuple((cut, truth) for cut, truth in both if truth.is_plain)


def test_what_is_lost_is_lost() -> None:
    """And where it is certain that nothing is, nothing is; whatever burdens there are."""
    came_to: Counter[str] = Counter()
    for cut, truth in slices():
        came_to += decided(cut, truth)
    assert came_to["lost"] > 30
    assert came_to["sure"] > 30


def test_in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is anything else said where a way is given up after a few steps: only less."""
    came_to: Counter[str] = Counter()
    for situations in (2, 5):
        monkeypatch.setattr(onward, "A_WAY", Budget(situations=situations))
        for cut, truth in slices():
            came_to += decided(cut, truth, patient=False)
    assert came_to["lost"]
    assert came_to["open"] > came_to["sure"]
