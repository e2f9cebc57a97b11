"""What leads to the end of something that is owed, seen from the states alone: never too much."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.graph import Graph
from protocolkit.proofs.leading import is_led_to
from protocolkit.proofs.outlook import Outlook
from protocolkit.proofs.questions import Asker
from protocolkit.proofs.reaching import surely
from protocolkit.proofs.search import Budget, Search
from tests.proofs.drawing import STEPS
from tests.proofs.random_protocols import Faulty

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
facts: {ill: {type: boolean}}
states: {noted: {initial: true}, met: {}, heard: {}, planned: {}, closed: {final: true}}
triggers:
  meet: {who: officer, moves: [{from: noted, to: met}]}
  hear: {who: officer, moves: [{from: met, to: heard}]}
  plan: {who: officer, moves: [{from: heard, to: planned}]}
  back: {who: [judge], moves: [{from: heard, to: met}]}
  close: {who: judge, moves: [{from: planned, to: closed}]}
  visit: {who: officer}
follow_ups:
  write: {opens_with: meet, who: officer, due: unspecified, met_by: plan}
"""

HEAR = "  hear: {who: officer, moves: [{from: met, to: heard}]}"
PLAN = "  plan: {who: officer, moves: [{from: heard, to: planned}]}"
BACK = "  back: {who: [judge], moves: [{from: heard, to: met}]}"
CLOSE = "  close: {who: judge, moves: [{from: planned, to: closed}]}"
WRITE = "  write: {opens_with: meet, who: officer, due: unspecified, met_by: plan}"
LADDER = """
escalations:
  slow: {watches: {state: heard}, levels: [{after: at once, fire: back}]}
"""

SIDE = "strands: {side: {states: {heard: {initial: true}, planned: {final: true}}}}"

Edits = tuple[tuple[str, str], ...]


def read(text: str) -> Protocol:
    """A protocol that reads without errors."""
    reading = read_text(text, "read.yaml")
    assert reading.protocol is not None, reading.findings
    return reading.protocol


def county(edits: Edits) -> Protocol:
    """The county with some words changed."""
    text = COUNTY
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return read(text)


def is_led(protocol: Protocol, name: str) -> bool:
    """What the states alone show."""
    return is_led_to(Asker(protocol).rules, Outlook(protocol), protocol.follow_ups[name])


def always_ends(graph: Graph, name: str) -> bool:
    """Whether from every situation of an open case in which it is open, people can end it."""
    owed = [
        node.number
        for node in graph.nodes
        if node.case.closed_at is None
        and any(one.follow_up == name for one in node.case.open.values())
    ]
    others = {node.number for node in graph.nodes} - set(owed)
    return set(owed) <= surely(graph, others)


ANY_OF_TWO: Edits = ((WRITE, WRITE.replace("met_by: plan", "met_by: [plan, hear]")),)

LED: dict[str, Edits] = {
    "step by step": (),
    "one of two acts": ANY_OF_TWO,
    "a level that leaves time": (
        (WRITE, WRITE + LADDER.replace("at once", "2 hours")),
        ("who: [judge]", "who: [clock]"),
    ),
    "what is hindered is not on the way": (
        (BACK, BACK.replace("{who:", "{needs: {called: happened(visit)}, who:")),
        (CLOSE, CLOSE.replace("{who:", "{needs: {ill: ill is true}, who:")),
    ),
    "a byway that leads on again": (
        (HEAR, HEAR + "\n  lose: {who: judge, moves: [{from: met, to: noted}]}"),
        (WRITE, WRITE.replace("met_by", "if_again: ignore, met_by")),
    ),
}


@pytest.mark.parametrize("what", LED)
def test_led(what: str) -> None:
    """Acts that nothing can hinder lead on from wherever the case can be meanwhile."""
    protocol = county(LED[what])
    graph = Search(protocol).run(Budget(situations=2000))

    assert is_led(protocol, "write")
    assert graph.whole
    assert always_ends(graph, "write")


STUCK: dict[str, Edits] = {
    "an act on the way may not be done": (
        (HEAR, HEAR.replace("who:", "needs: {ill: happened(visit) and ill is true}, who:", 1)),
        ("facts: {ill: {type: boolean}}", "facts: {ill: {type: boolean, recorded_by: [judge]}}"),
        ("  visit: {who: officer}", "  visit: {who: officer, strength: must_not}"),
    ),
    "a byway that nothing leads back from": (
        (HEAR, HEAR + "\n  lose: {who: judge, moves: [{from: met, to: noted}]}"),
        (
            "  meet: {who: officer, moves: [{from: noted, to: met}]}",
            "  meet: {who: officer, needs: {new: not happened(meet)}, "
            "moves: [{from: noted, to: met}]}",
        ),
    ),
    "a level that is quicker": ((WRITE, WRITE + LADDER), ("who: [judge]", "who: [clock]")),
    "only the first of two moves is made": (
        (HEAR, HEAR.replace("moves: [", "first: true, moves: [{from: met, to: lost}, ")),
        ("heard: {}", "heard: {}, lost: {}"),
        (BACK, "  again: {who: judge, moves: [{from: lost, to: met}]}"),
    ),
    "two moves at once": (
        (HEAR, HEAR.replace("moves: [", "moves: [{from: met, to: lost}, ")),
        ("heard: {}", "heard: {}, lost: {}"),
        (BACK, "  again: {who: judge, moves: [{from: lost, to: met}]}"),
    ),
    "it holds up an act on the way": ((WRITE, WRITE.replace("met_by", "blocks: hear, met_by")),),
    "another strand moves, of which the states have the same names": (
        ("states: {", f"{SIDE}\nstates: {{"),
        (HEAR, HEAR.replace("from:", "strand: case, from:")),
        (BACK, BACK.replace("from:", "strand: case, from:")),
        (PLAN, PLAN.replace("who:", "needs: {once: happened(plan)}, who:")),
        ("moves: [{from: heard, to: planned", "moves: [{strand: side, from: heard, to: planned"),
        ("moves: [{from: planned", "moves: [{strand: case, from: planned"),
    ),
}


@pytest.mark.parametrize("what", STUCK)
def test_not_led(what: str) -> None:
    """Where a case can come to somewhere that nothing leads on from, the states do not say that it
    is led.
    """
    protocol = county(STUCK[what])
    graph = Search(protocol).run(Budget(situations=2000))

    assert graph.whole
    assert not is_led(protocol, "write")
    assert not always_ends(graph, "write")


class Leading(Faulty):
    """A drawn protocol in which steps of the course end what others open."""

    def draw_guards(self) -> None:
        """Fewer of them, so that more is free to be done."""
        steps = [name for name in STEPS if name in self.triggers]
        for name in self.random.sample(steps, 2):
            self.triggers[name].pop("needs", None)
        first, then = sorted(self.random.sample(range(len(steps)), 2))
        owed = {"who": self.who(), "due": "unspecified", "strength": "must", "if_again": "ignore"}
        owed.update(opens_with=steps[first], met_by=[steps[then]])
        self.follow_ups[self.one(list(self.follow_ups))] = owed


def led_in(seed: int) -> list[str]:
    """What is led in the protocol with this number; each holds in all of its situations."""
    protocol = read(Leading(seed).text())
    led = [name for name in protocol.follow_ups if is_led(protocol, name)]
    if not led:
        return led
    graph = Search(protocol).run(Budget(situations=700))
    for name in led:
        assert always_ends(graph, name) or not graph.whole, (seed, name)
    return led if graph.whole else []


def test_some_are_led() -> None:
    """The law below is about something: this many of the first are led."""
    assert sum(bool(led_in(seed)) for seed in range(60)) >= 5


@settings(max_examples=40, deadline=None)
@given(st.integers(60, 10_000))
def test_what_is_led_always_ends(seed: int) -> None:
    """What the states alone show is so in every situation of the whole protocol."""
    led_in(seed)
