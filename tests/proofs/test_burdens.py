"""Burdens: follow-ups that hold up nothing but the closing of the case.

The law: with fewer of them people can do at least as much, and come as far with as few or fewer;
with more of them people can do all the same, save to close the case.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from itertools import product
from pathlib import Path

import pytest

from protocolkit.bundled import bundled
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.graph import Node
from protocolkit.proofs.keys import Keys, Load, is_lighter
from protocolkit.proofs.search import Budget, Search
from protocolkit.proofs.slices import Slice, slice_for
from protocolkit.proofs.world import Imagined
from protocolkit.semantics.requests import Request
from tests.proofs.random_protocols import protocol_text

SITUATIONS = 300
"""Situations of each protocol."""

PAIRS = 120
"""Pairs of situations that are compared in each."""

Deed = tuple[Hashable, ...]
"""What somebody does, without the numbers of what is owed."""

Outcome = tuple[Hashable, Load]
"""The key of the case that it leads to, and what is owed there of burdens."""


def read(text: str, name: str) -> Protocol:
    """A protocol that reads without errors."""
    reading = read_text(text, name)
    assert reading.protocol is not None, reading.findings
    assert not [one for one in reading.findings if one.severity == "error"], reading.findings
    return reading.protocol


class Weighing:
    """A search to which burdens are like anything else, and what it would be with burdens."""

    def __init__(self, cut: Slice) -> None:
        self.search = Search(cut.protocol, free=cut.free, held=cut.held, plain=cut.plain)
        self.lean = Keys(self.search.world, cut.burdens, self.search.deeds.free)
        self._possible: dict[int, dict[Deed, list[tuple[Outcome, bool]]]] = {}

    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """Situations that differ only in their burdens: one with a lighter load, and a heavier."""
        graph = self.search.run(Budget(situations=SITUATIONS))
        alike: dict[Hashable, list[Node]] = {}
        for node in graph.nodes:
            alike.setdefault(self.lean.of(node.case), []).append(node)
        for nodes in alike.values():
            for light, heavy in product(nodes, nodes):
                loads = self.lean.load(light.case), self.lean.load(heavy.case)
                if loads[0] != loads[1] and is_lighter(*loads):
                    yield light, heavy

    def outcome(self, case: Imagined) -> Outcome:
        """Where a case stands, and its load."""
        return self.lean.of(case), self.lean.load(case)

    def a_moment_later(self, case: Imagined) -> Outcome:
        """The same, where nobody did anything and time did nothing more."""
        twin = case.copied()
        twin.late = False
        return self.outcome(twin)

    def possible(self, node: Node) -> dict[Deed, list[tuple[Outcome, bool]]]:
        """What people and time can do in a situation, where that leads, and if it is closed."""
        known = self._possible.get(node.number)
        if known is not None:
            return known
        found: dict[Deed, list[tuple[Outcome, bool]]] = {}
        search, case = self.search, node.case
        for request in search.deeds.of(case):
            for way in search.deeds.beforehand(case, request):
                twin = case.copied()
                search.world.enter(twin)
                first = search.deeds.first(case, request)
                if not search.world.do_all(twin, first, way.facts, request):
                    continue
                for name in search.deeds.free:
                    twin.facts.pop(name, None)
                deed = (*plain(request), tuple(way.facts.items()))
                closed = twin.closed_at is not None
                found.setdefault(deed, []).append((self.outcome(twin), closed))
        for coming, label in zip(node.ahead, node.labels, strict=True):
            twin = case.copied()
            search.world.comes(twin, coming)
            ended = (self.outcome(twin), twin.closed_at is not None)
            found.setdefault(("time", label), []).append(ended)
        self._possible[node.number] = found
        return found


def plain(request: Request) -> Deed:
    """What is done, without the numbers of what is owed."""
    what = request.what.partition("/")[0]
    facts = tuple(sorted((name, str(value)) for name, value in request.facts.items()))
    return request.kind, what, request.actor.id, facts, request.item, request.exception


def weighed(cut: Slice) -> int:
    """Hold the law in the situations of a slice; how many pairs there were."""
    both, count = Weighing(cut), 0
    for light, heavy in both.pairs():
        count += 1
        here, there = both.a_moment_later(light.case), both.possible(light)
        for deed, outcomes in both.possible(heavy).items():
            for (key, load), _ in outcomes:
                reached = [here, *(one for one, _ in there.get(deed, ()))]
                assert any(one == key and is_lighter(some, load) for one, some in reached), (
                    deed,
                    heavy.way,
                )
        here, there = both.a_moment_later(heavy.case), both.possible(heavy)
        for deed, outcomes in both.possible(light).items():
            for (key, load), closed in outcomes:
                reached = [here, *(one for one, _ in there.get(deed, ()))]
                assert closed or any(
                    one == key and is_lighter(load, some) for one, some in reached
                ), (deed, light.way)
        if count == PAIRS:
            break
    return count


@pytest.mark.parametrize(
    "name", ["recommended", "examples/larkspur", "examples/osprey_bend", "examples/marlock"]
)
def test_bundled_protocols(name: str) -> None:
    """In the bundled protocols, as far as a short search goes, with nothing cut out."""
    path = Path(str(bundled("protocols", *f"{name}.yaml".split("/"))))
    model = read(path.read_text(encoding="utf-8"), name)
    assert weighed(slice_for(model, in_full=True)) > 30


def test_drawn_protocols() -> None:
    """In protocols drawn at random."""
    models = (read(protocol_text(seed), f"{seed}.yaml") for seed in range(60))
    assert sum(weighed(slice_for(model, in_full=True)) for model in models) > 500


COUNTY = """
protocolkit: "1"
id: county
title: A county
jurisdiction: Nowhere (invented)
timezone: UTC
organizations: {court: {kind: court}}
roles:
  officer: {kind: juvenile_officer, organization: court, available: always}
  judge: {kind: judge, organization: court, available: always}
  nurse: {kind: health, organization: court, available: always}
facts:
  told: {type: boolean, recorded_by: [officer]}
  hearing: {type: date, recorded_by: [judge]}
strands:
  case: {noted: {initial: true}, met: {}, closed: {final: true}}
triggers:
  meet: {who: [officer], moves: [{from: noted, to: met}]}
  call: {who: [officer]}
  close: {who: [judge], moves: [{from: met, to: closed}]}
meetings:
  team: {required: [officer, judge], called_by: [officer]}
follow_ups:
  write: {opens_with: call, who: officer, due: within 2 hours, WITH}
  thank: {opens_with: meet, who: nurse, due: unspecified}
"""


def burdens_of(
    edits: tuple[tuple[str, str], ...], more: str, late: Iterable[str] = ()
) -> frozenset[str]:
    """The burdens of the county, with some words changed, and `more` said of what is owed."""
    text = COUNTY
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    model = read(text.replace(", WITH", f", {more}" if more else ""), "county.yaml")
    wanted = [
        ("meetings", "team"),
        *(("escalations", name) for name in model.escalations),
        *(("links", name) for name in model.links),
    ]
    return slice_for(model, wanted, late=late, in_full=True).burdens


@pytest.mark.parametrize(
    ("edits", "more"),
    [
        pytest.param((), "", id="nothing more"),
        pytest.param((), "if_again: ignore", id="no second one"),
        pytest.param((), "met_by: meet", id="done by an act"),
        pytest.param((), "met_by: [{trigger: meet, if: told}]", id="that must say more"),
        pytest.param((), "if: told", id="only if something is so"),
        pytest.param((), "waive: {who: judge}", id="that is set aside"),
        pytest.param((), "ends_when: happened(meet)", id="that ends by itself"),
        pytest.param((), "pauses_while: case is met", id="with a clock that stands"),
        pytest.param((), "applies_while: case is not met", id="that goes away"),
        pytest.param((), "met_by: team.held", id="done by a meeting"),
        pytest.param((("who: officer, due", "who: [officer, judge], due"),), "", id="any of two"),
        pytest.param((("2 hours", "2 hours after first(meet)"),), "", id="counted"),
        pytest.param((("2 hours", "2 hours after team.set"),), "", id="counted from a planning"),
    ],
)
def test_a_burden(edits: tuple[tuple[str, str], ...], more: str) -> None:
    """It keeps the case open, and that is all."""
    assert {"write", "thank"} == burdens_of(edits, more)


@pytest.mark.parametrize(
    ("edits", "more"),
    [
        pytest.param((), "blocks: [meet]", id="holds up an act"),
        pytest.param((), "strength: should", id="holds up nothing"),
        pytest.param((), "carries_over: true", id="outlasts the case"),
        pytest.param((), "every: 2 calendar days", id="comes again and again"),
        pytest.param((), "for_each: [judge, nurse]", id="one for each"),
        pytest.param((), "parts: [one, two]", id="done in parts"),
        pytest.param((("opens_with: call", "opens_in: met"),), "", id="lasts as long as a state"),
        pytest.param((), "if_again: redate", id="gets another day"),
        pytest.param(
            (("who: officer, due", "who: {all_of: [officer, judge]}, due"),), "", id="by two"
        ),
        pytest.param(
            (("who: officer, due", "who: {each_of: [officer, judge]}, due"),), "", id="by each"
        ),
        pytest.param(
            (("who: officer, due", "who: {actor_of: call}, due"),), "", id="by who did it"
        ),
        pytest.param((("2 hours", "2 calendar days before team"),), "", id="before a meeting"),
        pytest.param((("2 hours", "2 calendar days before hearing"),), "", id="before a day"),
        pytest.param((("opens_with: call", "opens_with: team.set"),), "", id="to a plan"),
        pytest.param((("opens_with: call", "opens_with: team.moved"),), "", id="to another plan"),
        pytest.param((), "met_by: team.moved", id="done by another plan"),
        pytest.param(
            (("close: {who: [judge],", "close: {who: [judge], needs: {done: write is met},"),),
            "",
            id="an act asks",
        ),
        pytest.param((("opens_with: meet", "opens_with: write.met"),), "", id="another follows"),
        pytest.param(
            (("follow_ups:", "terms: {done: write is met}\nfollow_ups:"),),
            "ends_when: done",
            id="it asks itself",
        ),
        pytest.param(
            (
                (
                    "follow_ups:",
                    "escalations:\n  late: {watches: {follow_up: write}, levels: "
                    "[{at: due, tell: [judge]}]}\nfollow_ups:",
                ),
            ),
            "",
            id="a ladder watches",
        ),
        pytest.param(
            (("strands:", "applies_while: write is not met\nstrands:"),), "", id="all rules ask"
        ),
        pytest.param(
            (
                (
                    "follow_ups:",
                    "links: {away: {protocol: other, opens_with: call, hands_over: write}}\n"
                    "follow_ups:",
                ),
            ),
            "",
            id="it is handed over",
        ),
    ],
)
def test_not_a_burden(edits: tuple[tuple[str, str], ...], more: str) -> None:
    """More hangs on it than that the case stays open."""
    assert {"thank"} == burdens_of(edits, more)


def test_not_where_lateness_is_asked_for() -> None:
    """Whether one is late is not the same as whether another is."""
    assert {"thank"} == burdens_of((), "", late=["write"])
