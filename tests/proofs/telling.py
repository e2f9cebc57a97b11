"""Stories of tiny counties for tests: moves in short, and what the engine makes of a story.

Imports the scenarios and the stories.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from protocolkit.model.protocol import Protocol
from protocolkit.proofs.moves import Move, Timer
from protocolkit.proofs.stories import End, Story, concretise
from protocolkit.scenarios import run_text
from protocolkit.scenarios.stories import scenarios_text
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from tests.stories import tiny, tiny_text

TWO_LIMITS = """
    triggers:
      ask: {who: [officer]}
      call: {who: [officer]}
      see: {who: [officer]}
    follow_ups:
      slow: {opens_with: ask, who: officer, due: within 3 hours, met_by: [see]}
      quick: {opens_with: call, who: officer, due: within 1 hours, met_by: [see]}
"""


BLOCKED = """
    states: {begun: {initial: true}, closed: {final: true}}
    facts: {number: {type: reference}, danger: {type: boolean, recorded_by: [officer]}}
    triggers:
      ask: {who: [officer]}
      see: {who: [detective], records: [{fact: number, required: true}]}
      call: {who: [caseworker]}
      end: {who: [judge], moves: [{from: begun, to: closed}]}
    follow_ups:
      look: {opens_with: ask, who: detective, due: within 3 hours, met_by: [see], blocks: [end]}
      prepare: {opens_with: ask, who: officer, due: within 3 hours, blocks: [see],
        parts: [health, school]}
      speak: {opens_with: ask, who: caseworker, due: within 3 hours, met_by: [call]}
"""


def act(what: str, by: str, **more: Any) -> Move:
    """Somebody does something; the id of a person is the name of their role."""
    return asked("act", what, by, **more)


def asked(kind: str, what: str, by: str, **more: Any) -> Move:
    """Somebody asks for something."""
    actor = Actor(id=by, roles={by})
    return Move(request=Request(kind=kind, what=what, actor=actor, **more))


def late(name: str, nth: int = 1) -> Move:
    """A follow-up is not done in time."""
    return Move(timer=Timer(kind="overdue", name=name, nth=nth))


OPENED = asked("open", "", "officer")


def differences(
    stories: Mapping[str, Story], protocol: Protocol, file: str, folder: Path
) -> list[str]:
    """What differs when stories are kept as scenarios and acted out by the engine."""
    text = scenarios_text(stories, protocol, file, {})
    results = run_text(text, "story.scenarios.yaml", folder)
    found = [f"{one.code} {one.message}" for one in results.findings]
    return found + [str(one) for outcome in results.outcomes for one in outcome.differences]


def a_story(rules: str, moves: list[Move], folder: Path, **more: Any) -> Story:
    """The story of some moves in a tiny county; the engine acts it out too."""
    protocol = tiny(rules)
    story, why = concretise(protocol, moves, **more)
    assert story is not None, why
    folder.joinpath("tiny.yaml").write_text(tiny_text(rules), encoding="utf-8")
    assert [] == differences({"story": story}, protocol, "tiny.yaml", folder)
    return story


def at(story: Story) -> list[datetime]:
    """The instants of the steps."""
    return [one.at for one in story.steps]


def is_late(name: str) -> End:
    """The end of a story in which something is late."""

    def end(case: Case, _: Program) -> bool:
        return any(one.follow_up == name and one.status == "overdue" for one in case.open.values())

    return end
