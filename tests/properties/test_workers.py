"""Any number of workers write what one would: however they take turns, in threads or processes.

Cases with ladders, recurrences and late follow-ups sleep for days. One engine sweeps them once
at the end; others sweep the same cases at any instants, at the same time, over connections of
their own. The events are the same to the byte, and each notice is there once.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.semantics.program import Program
from protocolkit.store.base import Store
from protocolkit.store.forms import canonical
from protocolkit.store.opening import open_store
from tests.properties.places import Place, in_a_file, in_memory, on_a_server
from tests.properties.telling import Dice
from tests.stories import JUDGE, OFFICER, tiny

CASES = 16
START = datetime(2025, 3, 3, 14, 0, tzinfo=UTC)
END = START + timedelta(days=10)
RULES = """
facts:
  pact: {type: boolean, scope: programme, recorded_by: judge}
triggers:
  notice: {who: officer}
  sound_alarm: {who: [clock, officer]}
follow_ups:
  look_in: {opens_with: notice, who: officer, every: 1 calendar day, due: within 6 hours}
  protect: {opens_with: notice, who: officer, due: within 3 hours}
  tell_partners: {opens_with: notice, if: pact is true, who: officer, due: within 2 business days}
  ask_why: {opens_with: sound_alarm, who: supervisor, due: within 1 business day}
escalations:
  unprotected:
    watches: {follow_up: protect}
    levels:
      - {at: due, tell: [judge]}
      - {after: 6 hours, tell: [supervisor, detective]}
      - {after: 1 business day, fire: sound_alarm}
  not_looked_in:
    watches: {follow_up: look_in}
    levels: [{at: due, tell: [supervisor]}]
  partners_not_told:
    watches: {follow_up: tell_partners}
    levels: [{at: due, tell: [judge]}]
"""
ROUNDS = 40 if os.environ.get("PROTOCOLKIT_SOAK") else 2

Where = Callable[[Path, pytest.FixtureRequest], AbstractContextManager[Place]]


@cache
def programs() -> list[Program]:
    """The protocol of the cases, compiled."""
    return [Program(tiny(RULES))]


def begin(store: Store) -> None:
    """Cases that were opened one after the other, each with much that time will do; a day later
    their programme learns what each of them waits for.
    """
    clock = VirtualClock(START)
    engine = Engine(programs(), store, clock)
    engine.adopt("tiny", by=JUDGE)
    for number in range(CASES):
        clock.move_to(START + timedelta(minutes=7 * number))
        engine.open("tiny", by=OFFICER, id=f"c-{number}")
        engine.fire(f"c-{number}", "notice", by=OFFICER)
    clock.move_to(START + timedelta(days=1))
    engine.record("tiny.programme", {"pact": True}, by=JUDGE)


def work(store: Store, instants: Sequence[datetime], limit: int) -> None:
    """A worker: it sweeps at some instants, in small bites, until nothing is left to do."""
    engine = Engine(programs(), store, VirtualClock(END))
    for until in (*instants, END):
        while engine.sweep(until, limit=limit).found:
            pass


def record(store: Store) -> dict[str, Any]:
    """The events of every case, where it stands, and who is to be told."""
    heads = list(store.heads())
    return {
        "events": {
            head.case: [canonical(event.to_json()) for event in store.events(head.case)]
            for head in heads
        },
        "heads": heads,
        "notices": sorted(map(str, store.notices())),
    }


@cache
def by_one() -> dict[str, Any]:
    """What one engine writes that sweeps once at the end."""
    (place,) = [Place("memory:")]
    begin(place.open())
    Engine(programs(), place.open(), VirtualClock(END)).advance()
    return record(place.open())


def instants_of(dice: Dice) -> list[datetime]:
    """Some instants on the way."""
    hours = sorted(dice.random.randrange(24 * 10) for _ in range(dice.one([0, 1, 4])))
    return [START + timedelta(hours=hour) for hour in hours]


def test_the_cases_have_much_to_do() -> None:
    """Else the tests below would show nothing."""
    found = by_one()
    assert sum(map(len, found["events"].values())) > 10 * CASES
    assert len(found["notices"]) > CASES


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize(
    "where",
    [
        pytest.param(lambda _, __: in_memory(), id="in memory"),
        pytest.param(lambda folder, _: in_a_file(folder), id="in a file"),
        pytest.param(
            lambda _, request: on_a_server(request.getfixturevalue("server")), id="on a server"
        ),
    ],
)
def test_workers_at_the_same_time_write_what_one_would(
    where: Where, seed: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Three of them in threads, each with a connection of its own."""
    dice = Dice(seed)
    with where(tmp_path, request) as place:
        begin(place.open())
        failed: list[BaseException] = []

        def worker(store: Store, instants: list[datetime], limit: int) -> None:
            try:
                work(store, instants, limit)
            except BaseException as error:
                failed.append(error)
                raise

        plans = [(place.open(), instants_of(dice), dice.one([1, 2, 5])) for _ in range(3)]
        threads = [Thread(target=worker, args=plan) for plan in plans]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [] == failed
        assert by_one() == record(place.open())


@pytest.mark.parametrize("seed", range(ROUNDS // 2))
def test_workers_in_processes_of_their_own_write_what_one_would(seed: int, tmp_path: Path) -> None:
    """Two of them over one file."""
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    store = open_store(url)
    begin(store)
    command = [sys.executable, "-m", __name__, url]
    folder = Path(__file__).parents[2]
    running = [
        subprocess.Popen([*command, str(10 * seed + n)], cwd=folder, stderr=subprocess.PIPE)
        for n in range(2)
    ]
    said = [one.communicate(timeout=100)[1].decode() for one in running]
    assert [(0, "")] * 2 == [
        (one.returncode, text) for one, text in zip(running, said, strict=True)
    ]
    assert by_one() == record(store)
    store.close()


def main(url: str, seed: str) -> None:
    """A worker in a process of its own."""
    dice = Dice(int(seed))
    store = open_store(url)
    work(store, instants_of(dice), dice.one([1, 2, 5]))
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
