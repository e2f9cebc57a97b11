"""Cases that the search takes for one another really are alike: the same can be done in both."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

import pytest

from protocolkit.bundled import bundled
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.graph import Node
from protocolkit.proofs.moves import Move
from protocolkit.proofs.search import Budget, Search
from protocolkit.proofs.slices import slice_for
from protocolkit.proofs.world import Coming, Imagined
from protocolkit.proofs.zones import Zone
from protocolkit.semantics.requests import Request
from tests.proofs.random_protocols import protocol_text

BUNDLED = (
    "site_a.yaml",
    "site_b.yaml",
    "recommended.yaml",
    "examples/larkspur.yaml",
    "examples/osprey_bend.yaml",
    "examples/marlock.yaml",
    "examples/quarry_falls.yaml",
)
MOST = 60
"""Situations to go through in each protocol; each case that is alike to one is looked at."""


class Doubting(Search):
    """A search that keeps every case which it took for one already met."""

    def __init__(self, protocol: Protocol, **more: object) -> None:
        super().__init__(protocol, **more)  # type: ignore[arg-type]
        self.taken: list[tuple[Imagined, Node]] = []

    def _meet(
        self,
        case: Imagined,
        zone: Zone,
        ahead: list[Coming],
        labels: list[tuple[str, str, int]],
        deeds: int,
        parent: Node | None,
        move: Move | None,
    ) -> Node:
        known = len(self.graph.nodes)
        node = super()._meet(case, zone, ahead, labels, deeds, parent, move)
        if len(self.graph.nodes) == known and len(self.taken) < 4 * MOST:
            self.taken.append((case, node))
        return node

    def possible(self, case: Imagined) -> set[Hashable]:
        """What people can do in a case, and where that leads."""
        found: set[Hashable] = set()
        for request in self.deeds.of(case):
            for way in self.deeds.beforehand(case, request):
                twin = case.copied()
                self.world.enter(twin)
                first = self.deeds.first(case, request)
                if self.world.do_all(twin, first, way.facts, request):
                    for name in self.deeds.free:
                        twin.facts.pop(name, None)
                    found.add((_plain(request), tuple(way.facts.items()), self.keys.of(twin)))
        return found


def _plain(request: Request) -> Hashable:
    what = request.what.partition("/")[0]
    facts = tuple(sorted((name, str(value)) for name, value in request.facts.items()))
    return request.kind, what, request.actor.id, facts, request.item, request.exception


def protocol(text: str, file: str) -> Protocol:
    """A protocol that reads without errors."""
    found = read_text(text, file).protocol
    assert found is not None
    return found


def assert_alike(model: Protocol) -> None:
    """In every case that was taken for another, the same can be done, and leads as far."""
    cut = slice_for(model)
    search = Doubting(cut.protocol, free=cut.free, held=cut.held, plain=cut.plain)
    search.run(Budget(situations=MOST))
    assert search.taken
    for case, node in search.taken:
        assert search.possible(case) == search.possible(node.case), node.way


@pytest.mark.parametrize("name", BUNDLED)
def test_what_is_taken_for_alike_is_alike(name: str) -> None:
    """In the bundled protocols, as far as a short search goes."""
    path = Path(str(bundled("protocols", *name.split("/"))))
    assert_alike(protocol(path.read_text(encoding="utf-8"), name))


@pytest.mark.parametrize("seed", range(20))
def test_drawn_protocols(seed: int) -> None:
    """In protocols drawn at random."""
    assert_alike(protocol(protocol_text(seed), f"{seed}.yaml"))
