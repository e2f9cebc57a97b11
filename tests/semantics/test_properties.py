"""Each kind of property in a running case: every verdict, one row each; what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case, MonitorState
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.requests import Request
from protocolkit.store.memory import MemoryStore
from tests.stories import DETECTIVE, OFFICER, act_out, local, tiny

RULES = """
    facts: {{danger: {{type: boolean, recorded_by: [officer]}}}}
    triggers:
      ask: {{who: [officer, detective]}}
      see: {{who: [officer, detective]}}
      call: {{who: [officer, detective]}}
      stop: {{who: [officer], moves: [{{from: begun, to: closed}}]}}
    follow_ups:
      tell: {{opens_with: ask, who: [officer, detective], due: within 20 calendar days,
        carries_over: true}}
    properties:
      rule: {{{rule}}}
"""
BOTH = Actor("o-1", roles={"officer", "detective"})
BEGUN = "2025-03-04 10:00"


def lived(rule: str, story: str) -> tuple[Engine, VirtualClock]:
    """A case of a county with one property. A story is acts by the officer, `act!` by the
    detective, `+3` for hours that pass, `act-2` for what happened two hours ago, facts.
    """
    clock = VirtualClock(local(BEGUN))
    engine = Engine([tiny(RULES.format(rule=rule))], MemoryStore(), clock)
    engine.open("tiny", by=BOTH, id="c-1")
    for step in story.split():
        name, _, back = step.partition("-")
        by = DETECTIVE if name.endswith("!") else OFFICER
        at = clock.now() - timedelta(hours=int(back)) if back else None
        if step.startswith("+"):
            clock.move_to(clock.now() + timedelta(hours=int(step[1:])))
            engine.advance()
        elif name in ("danger", "calm"):
            engine.record("c-1", {"danger": name == "danger"}, by=OFFICER)
        elif name == "tell":
            engine.complete("c-1", "tell", by=by, happened_at=at)
        else:
            engine.fire("c-1", name.rstrip("!"), by=by, happened_at=at)
    return engine, clock


def verdict(rule: str, story: str) -> str:
    """How it stands with the property after a story."""
    engine, _ = lived(rule, story)
    (watched,) = engine.case("c-1").properties
    return watched.verdict


ANSWER = "kind: response, when: ask, then: see"
IN_TIME = f"{ANSWER}, within: 2 hours"
FIRST = "kind: precedence, before: call, need: see"
NEVER = "kind: never, what: call"
ONCE = "kind: at_most, what: call, times: 1"
CALM = "kind: never, condition: danger is true"
SAFE = "kind: always, condition: danger is false"
TOLD = "kind: at_end, condition: tell is met"
APART = "kind: different_people, steps: [ask, see, call]"
SPAN = "kind: within, from: ask, to: see, within: 2 hours"

ROWS: Mapping[str, Mapping[str, str]] = {
    ANSWER: {
        "": "holds",
        "see": "holds",
        "ask": "pending",
        "ask ask see": "holds",
        "see ask": "pending",
        "ask see ask": "pending",
        "ask +99": "pending",
        "ask stop": "broken",
        "stop": "kept",
        "ask see stop": "kept",
        "+5 ask-3 see-4": "pending",
        "+5 see-3 ask-4": "holds",
    },
    f"{ANSWER}, until: call": {
        "call": "kept",
        "call ask": "kept",
        "ask call": "pending",
        "ask call see": "kept",
        "ask call stop": "broken",
    },
    f"{ANSWER}, after: call": {
        "ask": "holds",
        "call ask": "pending",
        "ask call": "holds",
        "call call ask see": "holds",
    },
    f"{ANSWER}, after: call, until: tell.met": {
        "ask call tell ask": "holds",
        "call ask tell": "pending",
        "call ask tell call ask see": "holds",
    },
    IN_TIME: {
        "ask": "pending",
        "ask +2": "pending",
        "ask +2 see": "holds",
        "ask +1 ask +1 see": "holds",
        "ask +1 ask +2": "broken",
        "ask +3": "broken",
        "ask +3 see": "broken",
        "ask +3 see-2": "holds",
        "+5 ask-3": "broken",
        "+5 ask-1": "pending",
        "ask +1 see +9 stop": "kept",
        "ask stop": "pending",
        "ask stop +3": "broken",
    },
    SPAN: {"see": "holds", "ask": "pending", "ask +1 see": "holds", "ask +3": "broken"},
    "kind: within, from: ask, to: tell.met, within: 2 hours": {
        "ask stop tell": "kept",
        "ask stop +1 ": "pending",
        "ask stop +3 tell": "broken",
        "ask stop +3 tell-2": "kept",
    },
    FIRST: {
        "": "holds",
        "ask": "holds",
        "see": "kept",
        "see call": "kept",
        "call": "broken",
        "call see": "broken",
        "stop": "kept",
        "+5 call-3 see-4": "kept",
    },
    f"{FIRST}, after: ask": {
        "call": "holds",
        "see ask call": "broken",
        "ask see call": "holds",
        "ask see ask call": "broken",
    },
    f"{FIRST}, until: ask": {"ask": "kept", "ask call": "kept", "call ask": "broken"},
    NEVER: {"": "holds", "call": "broken", "ask stop": "kept"},
    f"{NEVER}, until: see": {"see": "kept", "see call": "kept", "call see": "broken"},
    f"{NEVER}, after: ask": {"call": "holds", "call ask": "holds", "ask call": "broken"},
    f"{NEVER}, after: ask, until: see": {"ask see call": "holds", "ask see ask call": "broken"},
    ONCE: {"": "holds", "call": "holds", "call call": "broken", "call stop": "kept"},
    f"{ONCE}, after: ask": {"call call": "holds", "ask call ask call": "holds"},
    CALM: {"": "holds", "calm": "holds", "danger": "broken", "danger calm": "broken"},
    f"{CALM}, after: ask": {"danger": "holds", "danger ask": "broken", "danger calm ask": "holds"},
    f"{CALM}, until: see": {"see danger": "kept", "danger see": "broken"},
    SAFE: {"": "holds", "calm": "holds", "danger": "broken", "stop": "kept"},
    TOLD: {
        "": "pending",
        "ask": "pending",
        "ask tell": "holds",
        "ask tell ask": "pending",
        "ask tell stop": "kept",
        "ask stop": "broken",
        "ask stop tell": "broken",
    },
    APART: {
        "": "holds",
        "ask ask": "holds",
        "ask see!": "holds",
        "ask see": "broken",
        "ask see! ask call": "broken",
        "ask see! stop": "kept",
    },
}


@pytest.mark.parametrize(
    ("rule", "story", "expected"),
    [
        pytest.param(rule, story, expected, id=f"{rule} | {story}")
        for rule, stories in ROWS.items()
        for story, expected in stories.items()
    ],
)
def test_how_it_stands_after_a_story(rule: str, story: str, expected: str) -> None:
    """Each kind, from the beginning to the end of a case and beyond."""
    assert expected == verdict(rule, story)


def judged(events: list[Event]) -> list[ch.PropertyJudged]:
    """What was recorded of properties."""
    return [one for event in events for one in event.changes if isinstance(one, ch.PropertyJudged)]


def test_a_limit_that_runs_out_is_an_event_of_time() -> None:
    """Dated when it ran out, however late anybody looked; and only once."""
    engine, clock = lived(IN_TIME, "ask")
    clock.move_to(local("2025-03-06 09:00"))
    engine.advance()
    engine.advance()
    (event,) = [one for one in engine.history("c-1") if one.data.get("came") == "property"]
    assert (local("2025-03-04 12:00"), "time", "rule") == (
        event.happened_at,
        event.kind,
        event.what,
    )
    assert [("pending", "holds"), ("broken", "pending")] == [
        (one.verdict, one.was) for one in judged(list(engine.history("c-1")))
    ]


def test_what_was_late_already_is_broken_at_once() -> None:
    """When it is told after its limit ran out, no other entry is needed."""
    engine, _ = lived(IN_TIME, "+5 ask-3")
    assert [("broken", "holds")] == [
        (one.verdict, one.was) for one in judged(list(engine.history("c-1")))
    ]


def test_what_is_recorded_brings_back_the_same_monitors() -> None:
    """From the stored form of the events, without reading the protocol."""
    engine, _ = lived(IN_TIME, "ask")
    events = [Event.from_json(one.to_json()) for one in engine.history("c-1")]
    expected = MonitorState(verdict="pending", state=("in", "owed"), due=local("2025-03-04 12:00"))
    assert {"rule": expected} == replay("c-1", events).monitors


def test_a_property_that_is_untouched_again_leaves_nothing_behind() -> None:
    """So a case has one form for one standing."""
    engine, _ = lived(ANSWER, "ask see")
    assert {} == replay("c-1", engine.history("c-1")).monitors


def test_who_can_still_act_and_until_when() -> None:
    """Of what is pending: the instant, and the roles that can do it."""
    engine, _ = lived("kind: response, when: ask, then: tell.met, within: 5 hours", "ask")
    (watched,) = engine.case("c-1").properties
    assert (local("2025-03-04 15:00"), ("officer", "detective")) == (watched.due, watched.roles)
    assert 'Whenever "ask" happens, "tell" is done within 5 hours after that.' == watched.sentence


def test_pending_tells_when_a_property_will_be_broken() -> None:
    """Beside what will be late."""
    engine, _ = lived(IN_TIME, "ask")
    (coming,) = [one for one in engine.pending("c-1") if one.kind == "property"]
    assert (local("2025-03-04 12:00"), "rule is broken if nobody acts") == (
        coming.at,
        coming.text,
    )


def test_time_alone_can_break_a_condition() -> None:
    """It is judged again at the instant at which time changes it, not before."""
    rule = "kind: never, condition: missed(see within 3 hours after ask)"
    assert "holds" == verdict(rule, "ask +3")
    engine, _ = lived(rule, "ask +9")
    (broken,) = [
        event
        for event in engine.history("c-1")
        for one in event.changes
        if isinstance(one, ch.PropertyJudged) and one.verdict == "broken"
    ]
    assert local("2025-03-04 13:00") == broken.happened_at


def test_a_void_entry_breaks_nothing() -> None:
    """Neither by what it said had happened nor by what was so for a while because of it."""
    for rule, story in ((NEVER, "call"), (CALM, "danger")):
        engine, _ = lived(rule, story)
        last = list(engine.history("c-1"))[-1]
        engine.void("c-1", last.sequence, by=OFFICER)
        assert {} == replay("c-1", engine.history("c-1")).monitors


def test_a_corrected_fact_breaks_nothing() -> None:
    """The property stands as in the story with the right value; what is put right again, too."""
    engine, _ = lived(CALM, "danger")
    engine.correct("c-1", {"danger": False}, by=OFFICER)
    assert "holds" == engine.case("c-1").properties[0].verdict
    engine.correct("c-1", {"danger": True}, by=OFFICER)
    assert "broken" == engine.case("c-1").properties[0].verdict


def test_days_that_are_closed_after_all_give_more_time() -> None:
    """A limit in business days is counted anew, also for what seemed broken."""
    rule = "kind: response, when: ask, then: see, within: 1 business day"
    engine, clock = lived(rule, "ask +60")
    assert "broken" == engine.case("c-1").properties[0].verdict
    days = (local("2025-03-05 12:00").date(), local("2025-03-06 12:00").date())
    engine.close_days("tiny", "office", days, by=OFFICER)
    (watched,) = engine.case("c-1").properties
    assert ("pending", local("2025-03-08 00:00")) == (watched.verdict, watched.due)
    assert clock.now() < local("2025-03-08 00:00")


def test_a_history_on_paper_is_judged_as_it_happened() -> None:
    """A case that is taken over knows what was broken before."""
    clock = VirtualClock(local("2025-03-10 10:00"))
    engine = Engine([tiny(RULES.format(rule=IN_TIME))], MemoryStore(), clock)
    history = [
        Request(kind="act", what=what, actor=OFFICER, at=local(at))
        for what, at in (("ask", "2025-03-04 10:00"), ("see", "2025-03-04 13:00"))
    ]
    engine.open("tiny", by=BOTH, id="c-1", history=history)
    assert "broken" == engine.case("c-1").properties[0].verdict


def test_what_only_a_search_can_tell_is_not_watched() -> None:
    """`always_possible` is no matter of one case."""
    engine, _ = lived("kind: always_possible, condition: case is closed", "ask")
    assert () == engine.case("c-1").properties


def test_a_protocol_without_properties_records_nothing_of_them() -> None:
    """Nor has it anything to judge."""
    rules = RULES.format(rule=ANSWER).partition("    properties:")[0]
    engine = Engine([tiny(rules)], MemoryStore(), VirtualClock(local(BEGUN)))
    engine.open("tiny", by=BOTH, id="c-1")
    engine.fire("c-1", "ask", by=OFFICER)
    assert [] == judged(list(engine.history("c-1")))
    assert {} == Case("c-1").monitors


def test_a_scenario_expects_a_verdict(tmp_path: Path) -> None:
    """What differs is said with both words; what is not named is not looked at."""
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - expect: {open: {tell: {}}}
    - expect: {open: {tell: {}}, properties: {rule: kept}}
    """
    (difference,) = act_out(tmp_path, RULES.format(rule=ANSWER), steps)
    assert "property `rule`: expected kept, found pending" in difference
