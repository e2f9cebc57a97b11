"""Nothing is lost and nothing takes effect twice, whatever people, workers and faults do.

The machine of `keeping.py`, over every kind of store.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.store.memory import MemoryStore
from tests.postgres import Server
from tests.properties.keeping import KeepingCases, Where
from tests.properties.places import in_a_file, in_memory, on_a_server
from tests.properties.test_workers import START, programs
from tests.stories import JUDGE, OFFICER

EXAMPLES = settings().max_examples
STEPS = 12 if EXAMPLES == 100 else 40

pytestmark = pytest.mark.hypothesis


def run(where: Where, examples: int) -> None:
    """Try the machine over one kind of store."""
    machine = type("Kept", (KeepingCases,), {"where": staticmethod(where)})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=STEPS)
    )


def test_each_thing_takes_effect_once_in_memory() -> None:
    """Over a store in memory."""
    run(in_memory, EXAMPLES // 6)


def test_each_thing_takes_effect_once_in_a_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Over SQLite files, each worker with a connection of its own."""
    folder = tmp_path_factory.mktemp("keeping")
    run(lambda: in_a_file(folder), EXAMPLES // 20)


def test_each_thing_takes_effect_once_on_a_server(server: Server) -> None:
    """Over PostgreSQL, each worker with a connection of its own."""
    run(lambda: on_a_server(server), EXAMPLES // 40)


def test_an_answer_stays_as_it_was_when_the_programme_learns_more() -> None:
    """What a case waited for came after the answer: who repeats the request does not hear of it."""
    clock = VirtualClock(START)
    engine = Engine(programs(), MemoryStore(), clock)
    engine.adopt("tiny", by=JUDGE)
    engine.open("tiny", by=OFFICER, id="c-1")
    first = engine.fire("c-1", "notice", by=OFFICER, key="k-1")
    clock.move_to(START + timedelta(hours=1))
    engine.record("tiny.programme", {"pact": True}, by=JUDGE)
    assert first == engine.fire("c-1", "notice", by=OFFICER, key="k-1")
