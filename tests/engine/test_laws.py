"""Laws of the engine, on random histories of the recommended protocol."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Refused
from protocolkit.language.reading import read_file
from protocolkit.model.protocol import Protocol
from protocolkit.semantics import answers
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.program import Program
from protocolkit.store.memory import MemoryStore

ROOT = Path(__file__).parents[2]
START = datetime(2025, 3, 6, 15, 0, tzinfo=UTC)  # clocks go forward three days later
CASE = "c-1"
EXAMPLES = settings().max_examples // 2

TOLD = {"certainty": "suspected", "supervisor_reachable": True}
ACTS: Sequence[tuple[str, str, str, dict[str, Any]]] = (
    ("fire", "report_to_supervisor", "djo", {"facts": TOLD}),
    ("fire", "report_to_supervisor", "djo", {"facts": {"certainty": "confirmed"}}),
    ("fire", "engage_team", "supervisor", {}),
    ("fire", "engage_team", "investigator", {}),
    ("fire", "child_missing", "parent_or_guardian", {}),
    ("fire", "child_found", "investigator", {}),
    ("fire", "take_over_case", "caseworker", {}),
    ("fire", "caseworker_leaves", "caseworker", {}),
    ("fire", "hotline_call", "djo", {}),
    ("fire", "agree_plan", "djo", {}),
    ("fire", "close_case", "supervisor", {}),
    ("fire", "punish_minor", "judge", {}),
    ("complete", "start_search", "investigator", {}),
    ("complete", "hear_the_minor", "djo", {}),
    ("complete", "tell_the_reporter", "investigator", {}),
    ("complete", "division_updates", "division_manager", {}),
    ("complete", "look_into_delay", "supervisor", {}),
    ("waive", "name_caseworker", "supervisor", {"reason": "R-1"}),
    ("decline", "hear_the_minor", "minor", {}),
    ("set", "team_meeting", "supervisor", {"planned_at": START + timedelta(days=4)}),
    (
        "hold",
        "team_meeting",
        "djo",
        {"attended": {"djo": "djo", "m": "minor", "s": "supervisor", "p": "service_provider"}},
    ),
    ("record", "", "djo", {"facts": {"supervisor_reachable": False}}),
)

history = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 20), st.integers(0, 300)),
        st.sampled_from(ACTS),
        st.sampled_from([0, 0, 0, 1, 26]),
    ),
    min_size=2,
    max_size=12,
)


@cache
def recommended() -> Protocol:
    """The recommended protocol."""
    reading = read_file(ROOT / "protocols" / "recommended.yaml")
    assert reading.ok
    assert reading.protocol is not None
    return reading.protocol


def new_engine() -> Engine:
    """An engine with one open case."""
    engine = Engine([recommended()], MemoryStore(), VirtualClock(START))
    engine.open("recommended", by=Actor(id="djo", roles=frozenset({"djo"})), id=CASE)
    return engine


def try_it(engine: Engine, act: tuple[str, str, str, dict[str, Any]], hours_ago: int) -> None:
    """Do it, or be refused."""
    method, what, role, more = act
    about = (what,) if what else ()
    by = Actor(id=role, roles=frozenset({role}))
    more = dict(more)
    if method == "record":
        about = (more.pop("facts"),)
    at = engine.clock.now() - timedelta(hours=hours_ago)
    with suppress(Refused):
        getattr(engine, method)(CASE, *about, by=by, happened_at=at, **more)


@settings(max_examples=EXAMPLES)
@given(history, st.data())
def test_any_schedule_of_sweeps_gives_the_same_events(
    steps: list[tuple[int, Any, int]], data: st.DataObject
) -> None:
    """Swept at any instants in between, or never: the same events, to the byte."""
    swept, plain = new_engine(), new_engine()
    for hours, act, hours_ago in steps:
        until = swept.clock.now() + timedelta(hours=hours)
        between = data.draw(st.lists(st.integers(0, hours * 60), max_size=4), label="sweeps")
        for minutes in sorted(between):
            swept.advance(until - timedelta(hours=hours) + timedelta(minutes=minutes))
        assert isinstance(plain.clock, VirtualClock)
        assert isinstance(swept.clock, VirtualClock)
        for engine in (swept, plain):
            engine.clock.move_to(until)  # type: ignore[attr-defined]
            try_it(engine, act, hours_ago)
    for engine in (swept, plain):
        engine.advance()
    assert [event.to_json() for event in plain.history(CASE)] == [
        event.to_json() for event in swept.history(CASE)
    ]


@settings(max_examples=EXAMPLES)
@given(history)
def test_the_events_are_the_case(steps: list[tuple[int, Any, int]]) -> None:
    """Read back from JSON and replayed without any rule, they stand where the engine does."""
    engine = new_engine()
    for hours, act, hours_ago in steps:
        engine.advance(engine.clock.now() + timedelta(hours=hours))
        try_it(engine, act, hours_ago)
    texts = [event.to_json() for event in engine.history(CASE)]
    case = replay(CASE, [Event.from_json(text) for text in texts])
    program = Program(recommended())
    assert engine.case(CASE) == answers.standing(program, case)
    told = [(one.role, one.about, one.at) for one in case.told]
    assert told == [(one.role, one.about, one.at) for one in engine.store.notices(CASE)]
    assert engine.pending(CASE) == answers.pending(program, case)


@settings(max_examples=EXAMPLES // 4)
@given(history)
def test_what_is_pending_then_happens(steps: list[tuple[int, Any, int]]) -> None:
    """Whatever is foreseen to be late is late then, if nobody acts, and nothing else is."""
    engine = new_engine()
    for hours, act, hours_ago in steps:
        engine.advance(engine.clock.now() + timedelta(hours=hours))
        try_it(engine, act, hours_ago)
    seen = len(engine.history(CASE))
    coming = engine.pending(CASE)
    if not coming:
        return
    until = coming[-1].at
    engine.advance(until)  # what is late at this very instant is late only after it
    happened = [
        (event.happened_at, event.data["of"])
        for event in engine.history(CASE)[seen:]
        if event.data["came"] == "overdue"
    ]
    foreseen = [(one.at, one.of) for one in coming if one.kind == "overdue" and one.at < until]
    assert foreseen == happened


@settings(max_examples=EXAMPLES)
@given(history)
def test_nothing_pending_is_past(steps: list[tuple[int, Any, int]]) -> None:
    """After every command what time still does lies ahead, or at this very instant."""
    engine = new_engine()
    for hours, act, hours_ago in steps:
        engine.advance(engine.clock.now() + timedelta(hours=hours))
        try_it(engine, act, hours_ago)
        assert [] == [one for one in engine.pending(CASE) if one.at < engine.clock.now()]
        assert 0 == engine.advance().events
