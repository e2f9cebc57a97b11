"""Which notices are moot, by where the case stands, against what the record says of each.

The record is read change by change; here it is asked of the case as it has become: a level stands
while a ladder of its escalation watches the same thing and is past it. Random days of a county
that does little but be late, and puts right what it entered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Refused, UsageError
from protocolkit.semantics import changes as ch
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.notices import is_moot
from protocolkit.store.memory import MemoryStore
from tests.stories import OFFICER, SUPERVISOR, local, tiny

PROTOCOL = tiny("""
states: {begun: {initial: true}, waiting: {}, closed: {final: true}}
triggers:
  ask: {who: officer}
  answer: {who: supervisor}
  wait: {who: officer, moves: {from: begun, to: waiting}}
  go_on: {who: officer, moves: {from: waiting, to: begun}}
  close: {who: officer, moves: {from: begun, to: closed}}
follow_ups:
  reply: {opens_with: ask, who: supervisor, owed_to: officer, met_by: answer, due: within 2 hours,
    extend: {who: supervisor}, waive: {who: supervisor}}
escalations:
  no_reply:
    watches: {follow_up: reply}
    levels:
      - {id: first, at: due, tell: supervisor}
      - {id: second, after: 1 hour, tell: judge}
      - {id: third, after: 1 hour, tell: [judge, supervisor]}
  too_long:
    watches: {state: waiting}
    levels: [{id: first, after: 1 hour, tell: supervisor}, {after: 2 hours, tell: judge}]
""")
START = local("2025-03-04 10:00")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["ask", "answer", "wait", "go_on", "close", "waive", "extend", *["void", "time"] * 4]
        ),
        st.integers(1, 8),
    ),
    max_size=14,
)


@settings(max_examples=3 * settings().max_examples)
@given(STEPS)
@example([("ask", 1), ("time", 5), ("answer", 1), ("void", 1), ("time", 2), ("answer", 1)])
@example([("wait", 1), ("time", 3), ("go_on", 1)])
def test_a_notice_is_moot_when_its_level_does_not_stand(steps: list[tuple[str, int]]) -> None:
    """Never one that stands is moot, and each that does not stand is, after every step."""
    engine = Engine([PROTOCOL], MemoryStore(), VirtualClock(START))
    engine.open("tiny", by=OFFICER, id="c")
    for what, number in steps:
        try:
            _do(engine, what, number)
        except (Refused, UsageError):
            continue
        _agree(engine.store.events("c"))


def _do(engine: Engine, what: str, number: int) -> None:
    match what:
        case "time":
            engine.advance(engine.clock.now() + timedelta(minutes=30 * number))
        case "void":
            event = engine.store.events("c")[-number:][0]
            engine.void("c", event.sequence, by=OFFICER if number % 2 else SUPERVISOR)
        case "waive":
            engine.waive("c", f"reply/{number}", by=SUPERVISOR)
        case "extend":
            until = engine.clock.now() + timedelta(hours=number)
            engine.extend("c", f"reply/{number}", by=SUPERVISOR, until=until)
        case _:
            engine.fire("c", what, by=SUPERVISOR if what == "answer" else OFFICER)


def _agree(events: Sequence[Event]) -> None:
    case = replay("c", events)
    watched: dict[str, tuple[str, str]] = {}
    latest: dict[tuple[str, str, int], ch.LevelReached] = {}
    told: list[tuple[int, int, ch.LevelReached]] = []
    for event in events:
        level = None
        for number, change in enumerate(event.changes):
            match change:
                case ch.LadderStarted():
                    watched[change.run] = (change.escalation, change.of)
                case ch.LevelReached():
                    level = change
                    latest[*watched[change.run], change.level] = change
                case ch.Told():
                    assert level is not None
                    told.append((event.sequence, number, level))
    for entry, number, level in told:
        what = watched[level.run]
        stands = latest[*what, level.level] is level and any(
            (run.escalation, run.of) == what and run.level > level.level
            for run in case.runs.values()
        )
        assert stands != is_moot(events, entry, number)
