"""A guess how far off something is: right at the goal, quick on a long way; nothing rests on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocolkit.bundled import bundled
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.aims import FAR, Aim
from protocolkit.proofs.goals import Goal
from protocolkit.proofs.graph import Node
from protocolkit.proofs.questions import ALWAYS, Asker, asking
from protocolkit.proofs.questions.looked import Looked
from protocolkit.proofs.queues import Far
from protocolkit.proofs.search import Budget, explore
from tests.proofs.twisted_protocols import twisted_text

COUNTY = """
protocolkit: "1"
id: county
title: A county
jurisdiction: Nowhere (invented)
timezone: UTC
organizations: {court: {kind: court}}
roles:
  officer: {kind: juvenile_officer, organization: court, available: always}
states: {noted: {initial: true}, met: {}, planned: {}, closed: {final: true}}
triggers:
  meet: {who: officer, moves: [{from: noted, to: met}]}
  plan: {who: officer, decided_at: team, moves: [{from: met, to: planned}]}
  close: {who: officer, needs: {called: happened(call)}, moves: [{from: planned, to: closed}]}
  call: {who: officer}
  thank: {who: officer, strength: must_not}
meetings:
  team: {required: [officer], called_by: [officer]}
follow_ups:
  write: {opens_with: meet, who: officer, due: within 2 hours}
"""


def read(text: str) -> Protocol:
    """A protocol that reads without errors."""
    found = read_text(text, "read.yaml").protocol
    assert found is not None
    return found


def begun(protocol: Protocol) -> Node:
    """A case at its beginning."""
    return explore(protocol, budget=Budget(situations=1)).nodes[0]


@pytest.mark.parametrize(
    ("goal", "deeds"),
    [
        (("act", "meet"), 1),
        (("state", "case.met"), 1),
        (("opened", "write"), 1),
        (("ended", "write"), 2),
        (("act", "plan"), 4),  # to meet, to set the meeting and hold it, and to plan
        (("move", "plan#1"), 4),
        (("closed", ""), 6),  # and to call before closing
        (("act", "thank"), FAR),
    ],
)
def test_what_must_happen_before_is_counted(goal: Goal, deeds: int) -> None:
    """Each deed that must come before, whether or not another one needs it as well."""
    protocol = read(COUNTY)
    assert deeds == Aim(protocol, goal)(begun(protocol))


def test_nothing_is_left_to_do_at_the_goal() -> None:
    """Where a case is closed, its closing is no deed off; where a state is, that state is not."""
    protocol = read(COUNTY)
    closed, met = Aim(protocol, ("closed", "")), Aim(protocol, ("state", "case.met"))
    nodes = explore(protocol).nodes
    ended = [node for node in nodes if node.case.closed_at is not None]
    there = [node for node in nodes if node.case.states["case"] == "met"]
    assert ended
    assert there
    assert {0} == {closed(node) for node in ended}
    assert {0} == {met(node) for node in there}


def test_a_state_far_off_is_found_with_few_situations() -> None:
    """One that takes many deeds: in search of everything it comes after thousands of situations."""
    path = Path(str(bundled("protocols", "examples", "marlock.yaml")))
    asker = Asker(read(path.read_text(encoding="utf-8")))
    goal: Goal = ("state", "case.no_plan")

    looked, seen = asker.looked([("states", "no_plan")], goals=[goal])

    assert goal in seen.found
    assert len(looked.graph.nodes) < 150
    assert [asking.AT_FIRST] == [len(one.graph.nodes) for one in asker.all_looked()]


class Misled(Asker):
    """An asker that guesses the wrong way: the nearer, the farther."""

    guesses = 0

    def aim(self, looked: Looked, goal: Goal) -> Far:
        """What is far off seems near."""
        guess = Aim(looked.slice.protocol, goal)

        def silly(node: Node) -> int:
            self.guesses += 1
            return FAR - guess(node)

        return silly


def verdicts(asker: Asker) -> dict[tuple[str, str], str]:
    """The verdict of each question."""
    return {(one.question, one.about): one.verdict for ask in ALWAYS for one in ask(asker)}


def test_nothing_rests_on_it() -> None:
    """With a guess that points the wrong way all verdicts are the same."""
    guesses = 0
    for seed in range(12):
        protocol = read(twisted_text(seed))
        misled = Misled(protocol, patience=1)
        assert verdicts(Asker(protocol, patience=1)) == verdicts(misled)
        guesses += misled.guesses
    assert guesses > 100
