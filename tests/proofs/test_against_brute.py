"""`verify` against brute force on random protocols: the same verdicts, stories as short, and true.

The first protocols and those that once were judged wrongly are compared each time, all twenty
thousand with `PROTOCOLKIT_SOAK=1` (`make soak`). The seeds stand in parts, so that several
processes can share them: `PROTOCOLKIT_PART=1/2` takes every other part. What counts as a move, and
so the length of a story, stands in `brute.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import datetime

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Refused
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs import verify
from protocolkit.proofs.results import Result
from protocolkit.proofs.stories import Story
from protocolkit.semantics.requests import Request
from protocolkit.store.memory import MemoryStore
from tests.proofs.brute import Answer, Brute
from tests.proofs.plain import Now
from tests.proofs.random_protocols import protocol_text
from tests.proofs.walks import Course

SOAK = os.environ.get("PROTOCOLKIT_SOAK") == "1"
FIRST = 600
"""How many of the first are compared each time."""

ONCE_WRONG = (707, 716, 1821, 2133, 2599, 2729, 3881)
"""Those above in which long runs found a fault: a verdict, a length, or how a story ends."""

SEEDS = tuple(range(20_000)) if SOAK else (*range(FIRST), *ONCE_WRONG)
"""Each takes about a fifth of a second: brute force a third of that, the rest `verify`."""

EACH = 20
"""How many protocols one test compares."""


def _parts() -> list[int]:
    """The parts that this process takes."""
    mine, _, all_ = os.environ.get("PROTOCOLKIT_PART", "1/1").partition("/")
    return list(range(0, len(SEEDS), EACH))[int(mine) - 1 :: int(all_)]


def _read(seed: int) -> Protocol:
    reading = read_text(protocol_text(seed), f"{seed}.yaml")
    assert reading.ok, seed
    assert reading.protocol is not None
    return reading.protocol


def _results(protocol: Protocol) -> Mapping[tuple[str, str], Result]:
    """The answers of `verify` by what they are about; properties by their kind."""
    kinds = {one.id: one.kind for one in protocol.properties.values()}
    return {
        (kinds.get(one.about, one.question), one.about): one for one in verify(protocol).results
    }


def _is_not_asked(protocol: Protocol, answer: Answer) -> bool:
    """Whether `verify` has no such question: an act with one move is asked of as a whole, and what
    carries over never holds a case up.
    """
    if answer.question == "nothing-dead" and "#" in answer.about:
        return len(protocol.triggers[answer.about.partition("#")[0]].moves) < 2
    owed = protocol.follow_ups.get(answer.about)
    return answer.question == "never-blocks-forever" and owed is not None and owed.carries_over


def deeds_of(story: Story) -> list[Request]:
    """What people do in a story after the opening; not what is refused at its end."""
    return [
        step.request
        for step in story.steps
        if step.request is not None and step.request.kind != "open" and not step.reasons
    ]


def _differences(seed: int) -> Iterator[str]:
    """Where the two say different things about one protocol."""
    protocol = _read(seed)
    results = _results(protocol)
    brute = Brute(protocol)
    for answer in brute.answers():
        result = results.get((answer.question, answer.about))
        what = f"seed {seed}: {answer.question} {answer.about}".rstrip()
        if result is None:
            if not _is_not_asked(protocol, answer):
                yield f"{what}: not asked, brute force says {answer.verdict}"
            continue
        # What no case can test holds of all that there are.
        verdict = "proved" if result.verdict == "vacuous" else result.verdict
        if verdict != answer.verdict:
            yield f"{what}: {result.verdict}, brute force says {answer.verdict} ({answer.length})"
        elif answer.verdict == "violated" and answer.length is not None:
            if result.story is None:
                yield f"{what}: no story, brute force has one of {answer.length}"
                continue
            length = len(deeds_of(result.story))
            if answer.exact and length != answer.length:
                yield f"{what}: a story of {length}, brute force has one of {answer.length}"
            told = _told_wrongly(protocol, brute, answer, result.story)
            yield from (f"{what}: {said}" for said in told)


def _told_wrongly(protocol: Protocol, brute: Brute, answer: Answer, story: Story) -> Iterator[str]:
    """What of a story does not come about when the engine is asked the same at the same times; and
    whether the case that it comes to is one that brute force finds fault with.
    """
    clock = VirtualClock(story.start)
    engine = Engine([protocol], MemoryStore(), clock)
    course = Course(brute.rules, story.start)
    for step in story.steps:
        engine.advance(step.at)
        course.advance(step.at)
        if step.request is not None:
            try:
                _ask(engine, protocol, step.request)
            except Refused as refused:
                if not step.reasons:
                    yield f"step {step.number} is refused: {refused}"
            else:
                if step.reasons:
                    yield f"step {step.number} is not refused"
                _play(course, step.request, step.at)
    engine.advance(story.until)
    course.advance(story.until)
    found = engine.case("told")
    if dict(found.states) != dict(story.states):
        yield f"it ends in {dict(found.states)}, not in {dict(story.states)}"
    still = {one.instance for one in found.open}
    if still != set(story.open):
        yield f"{sorted(still)} is open at its end, not {sorted(story.open)}"
    if not _is_shown(brute, answer, course):
        yield "what it comes to is nothing that brute force finds fault with"


def _play(course: Course, request: Request, at: datetime) -> None:
    if request.kind != "open":
        name = "" if request.kind == "record" else request.what.partition("/")[0]
        name = name or next(iter(request.facts))
        course.do((request.kind, name, tuple(request.facts.items())), at)


def _is_shown(brute: Brute, answer: Answer, course: Course) -> bool:
    """Whether what a question asks about has come to pass."""
    if answer.question == "outside-events":
        trigger = brute.protocol.triggers[answer.about]
        return not course.case[2] and Now(brute.rules, course.case).allowed(trigger) is None
    if (cases := brute.shown.get((answer.question, answer.about))) is not None:
        return course.case in cases
    kind = "dropped" if answer.question == "finishes-cleanly" else "broken"
    return (kind, answer.about, 0) in course.labels


def _ask(engine: Engine, protocol: Protocol, request: Request) -> None:
    """Ask the engine what somebody asks in a story."""
    by, case = request.actor, "told"
    match request.kind:
        case "open":
            engine.open(protocol.id, by=by, facts=request.facts, id=case)
        case "act":
            engine.fire(case, request.what, by=by, facts=request.facts)
        case "record":
            engine.record(case, request.facts, by=by)
        case "complete":
            engine.complete(case, request.what, by=by)
        case "waive":
            engine.waive(case, request.what, by=by)
        case "decline":
            engine.decline(case, request.what, by=by)
        case kind:
            raise AssertionError(f"{kind} is nothing that people do in these stories")


@pytest.mark.parametrize("start", _parts())
def test_verify_agrees_with_brute_force(start: int) -> None:
    """Every verdict is that of brute force, every story as short, and it happens in the engine."""
    found = [said for seed in SEEDS[start : start + EACH] for said in _differences(seed)]

    assert [] == found, "\n".join(found)
