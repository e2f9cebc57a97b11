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
from protocolkit.proofs import verify
from protocolkit.proofs.graph import Edge, Graph, Node
from protocolkit.proofs.outlook import Outlook
from protocolkit.proofs.reaching import maybe
from protocolkit.proofs.search import Budget, Search
from protocolkit.proofs.slices import slice_for
from protocolkit.semantics import changes as ch
from tests.proofs.drawing import STEPS, WAY
from tests.proofs.random_protocols import Faulty, protocol_text
from tests.proofs.test_reduced_as_whole import closed_over
from tests.proofs.twisted_protocols import twisted_text

BUNDLED = ("site_a", "site_b", "recommended")
SEEDS = range(36)
TWISTED = range(12)

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


@cache
def twisted() -> tuple[Graph, ...]:
    """Those of protocols with meetings, and with strands that need not apply."""
    readings = [read_text(twisted_text(seed), "twisted.yaml") for seed in TWISTED]
    models = [one.protocol for one in readings if one.ok and one.protocol is not None]
    graphs = (Search(one, remembers=True).run(Budget(situations=MOST)) for one in models)
    return tuple(graph for graph in graphs if graph.whole)


def truly(graph: Graph) -> dict[int, int]:
    """With how many deeds the closing can be come to, from where it can; time costs nothing."""
    there = {node.number: 0 for node in graph.nodes if node.case.closed_at is not None}
    return deeds_to(graph, there)


def deeds_to(graph: Graph, there: dict[int, int]) -> dict[int, int]:
    """With how many deeds the end of something can be come to, that some are so far from."""
    before: dict[int, list[tuple[int, int]]] = {}
    for node, edge in graph.edges():
        before.setdefault(edge.target, []).append((node.number, edge.deeds))
    far = dict(there)
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


def test_twisted_protocols() -> None:
    """Of those in which a strand need not apply: the act that says so may close a case, also over
    what can never be done.
    """
    found = [hopeful(graph) for graph in twisted()]
    assert sum(just for just, _ in found) > 15
    assert sum(seen for _, seen in found) > 15


ONE_NEED_NOT_APPLY = """
protocolkit: "1"
id: county
title: A county
jurisdiction: Nowhere (invented)
timezone: UTC
organizations: {court: {kind: court}}
roles: {judge: {kind: judge, organization: court, available: always}}
facts: {ill: {type: boolean, recorded_by: [judge]}}
states: {noted: {initial: true}, closed: {final: true}}
strands:
  health:
    states: {hurt: {initial: true}, seen: {}, cared: {}, better: {}, well: {final: true}}
    applies_while: ill is true or unknown
triggers:
  visit: {who: judge}
  see: {who: judge, moves: [{from: hurt, to: seen}]}
  care: {who: judge, moves: [{from: seen, to: cared}]}
  help_on: {who: judge, moves: [{from: cared, to: better}]}
  heal: {who: judge, moves: [{from: better, to: well}, {from: noted, to: closed}]}
  close:
    who: judge
    needs: {seen: happened(visit)}
    records: [{fact: ill, required: true}]
    moves: [{from: noted, to: closed}]
follow_ups:
  write: {opens_with: [close, heal], who: judge, due: unspecified}
"""


def test_a_strand_that_need_not_apply_is_not_waited_for() -> None:
    """The nearest closing over something is the one in which that strand comes to apply no more."""
    results = verify(read(ONE_NEED_NOT_APPLY, "county.yaml")).results
    found = next(one for one in results if one.question == "finishes-cleanly")

    assert found.story is not None
    assert ["visit", "close"] == [one.what for one in found.story.steps if one.kind == "act"]


def test_over() -> None:
    """Never more deeds than it takes to close over something; none only where that never comes."""
    just = never = 0
    for graph in (*drawn(), *twisted()):
        outlook = Outlook(graph.protocol)
        for name, one in graph.protocol.follow_ups.items():
            if one.strength != "must" or one.carries_over:
                continue
            there: dict[int, int] = {}
            for node, edge in graph.edges():
                if name in closed_over(node, edge):
                    there[node.number] = min(edge.deeds, there.get(node.number, edge.deeds))
            far = deeds_to(graph, there)
            for node in graph.nodes:
                if node.case.closed_at is not None:
                    continue
                least = outlook.over(name, node.case)
                never += least is None
                if node.number in far:
                    assert least is not None, (graph.protocol.id, name, node.way)
                    assert least <= far[node.number], (graph.protocol.id, name, node.way)
                    just += least == far[node.number]
    assert just > 50
    assert never > 500


def open_of(node: Node, name: str) -> int:
    """How many are open of a follow-up."""
    return sum(one.follow_up == name for one in node.case.open.values())


SEVERAL = """
protocolkit: "1"
id: county
title: A county
jurisdiction: Nowhere (invented)
timezone: UTC
organizations: {court: {kind: court}}
roles: {officer: {kind: juvenile_officer, organization: court, available: always}}
states: {noted: {initial: true}, met: {}, heard: {}, closed: {final: true}}
triggers:
  call: {who: officer, needs: {few: count(call) < 5}}
  meet: {who: officer, moves: [{from: noted, to: met}]}
  hear: {who: officer, moves: [{from: met, to: heard}]}
  close: {who: officer, moves: [{from: heard, to: closed}]}
follow_ups:
  write: {opens_with: call, who: officer, due: unspecified, met_by: [meet, hear]}
"""

CALL = "  call: {who: officer, needs: {few: count(call) < 5}}"


@pytest.mark.parametrize(
    ("edits", "state", "count", "left"),
    [
        ((), "noted", 3, 1),  # three are open, two acts can each be done once
        ((), "met", 3, 2),
        ((), "heard", 3, 3),
        (
            ((CALL, f"{CALL}\n  back: {{who: officer, moves: [{{from: met, to: noted}}]}}"),),
            "met",
            3,
            0,
        ),
        ((("met_by", "counts_for: all_open, met_by"),), "met", 2, 0),
        (((CALL, f"{CALL}\n  thank: {{who: officer}}"), ("[meet", "[thank, meet")), "heard", 3, 0),
        ((("met_by", "ends_when: case is heard, met_by"),), "met", 3, 0),
    ],
)
def test_what_can_be_done_once_ends_one(
    edits: tuple[tuple[str, str], ...], state: str, count: int, left: int
) -> None:
    """Of several that are open as many stay open as there are too few acts; fewer may, where an act
    can be done again, or ends more than one.
    """
    text = SEVERAL
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    graph = Search(read(text, "several.yaml")).run(Budget(situations=2000))
    outlook = Outlook(graph.protocol)
    cases = [one.case for one in graph.nodes if open_of(one, "write") == count]
    found = [case for case in cases if case.states["case"] == state]

    assert found
    assert {left} == {
        min(n for n in range(4) if outlook.can_end("write", case, n)) for case in found
    }


def test_what_is_left_open() -> None:
    """Where it is said that so many stay open, no way leads to fewer in a case that is open."""
    stuck = 0
    for graph in (*drawn(), *twisted()):
        outlook = Outlook(graph.protocol)
        for name in graph.protocol.follow_ups:
            for left in (0, 1):
                few = {
                    node.number
                    for node in graph.nodes
                    if open_of(node, name) <= left and node.case.closed_at is None
                }
                able = maybe(graph, few)
                for node in graph.nodes:
                    is_open = node.case.closed_at is None and open_of(node, name) > left
                    if is_open and not outlook.can_end(name, node.case, left):
                        stuck += 1
                        assert node.number not in able, (graph.protocol.id, name, node.way)
    assert stuck > 80


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
