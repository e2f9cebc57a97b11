"""Real cases in a store, for tests of what is kept of them; and a process that goes on making
them.

`county.py URL NAME` opens cases and works on them until its input ends.
"""

from __future__ import annotations

import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

from protocolkit.api import Engine, loads, open_store
from protocolkit.ground.clock import VirtualClock
from protocolkit.semantics.actors import Actor
from protocolkit.store.base import Store, Worker
from tests.cli.harness import TINY

MORNING = datetime(2025, 3, 4, 15, 0, tzinfo=UTC)
_PAUSE = 0.05
"""Seconds between cases: a store that grows faster than it is copied would never be done."""
DJO = Actor(id="u-17", roles=frozenset({"djo"}))
SUPERVISOR = Actor(id="s-1", roles=frozenset({"supervisor"}))


def engine(store: Store, at: datetime = MORNING) -> Engine:
    """An engine over a store, at an instant."""
    return Engine([loads(TINY)], store, VirtualClock(at))


def fill(store: Store) -> None:
    """One case that waits, one that is late with a notice, one that is closed; and whatever else
    a store can hold: keys, a refusal, what became of a notice, a mark, a worker.
    """
    at_work = engine(store)
    for case in ("c-1", "c-2", "c-3"):
        at_work.open("tiny", by=DJO, id=case, key=f"open-{case}")
    at_work.fire("c-3", "report", by=DJO, key="report-3")
    at_work.complete("c-3", "answer", by=SUPERVISOR)
    at_work.fire("c-3", "close", by=SUPERVISOR, key="close-3")
    at_work.fire("c-2", "report", by=DJO, key="report-2")
    at_work.clock.move_to(MORNING + timedelta(hours=3))  # type: ignore[attr-defined]
    at_work.advance()
    store.mark("clock", "2025-03-04T18:00:00Z the clock of a worker went back by 70 seconds")
    store.beat(Worker(id="w-1", release="0.1.0", started_at=MORNING, beat_at=MORNING))


def work(url: str, name: str, stop: threading.Event) -> None:
    """Open cases and work on them until told to stop."""
    with closing(open_store(url)) as store:
        at_work = engine(store)
        number = 0
        while not stop.wait(_PAUSE):
            number += 1
            case = f"{name}-{number:05}"
            at_work.open("tiny", by=DJO, id=case, key=f"open-{case}")
            at_work.fire(case, "report", by=DJO, key=f"report-{case}")
            at_work.complete(case, "answer", by=SUPERVISOR)
            if number == 1:
                print("begun", flush=True)  # noqa: T201


if __name__ == "__main__":
    over = threading.Event()
    worker = threading.Thread(target=work, args=(sys.argv[1], sys.argv[2], over))
    worker.start()
    sys.stdin.read()
    over.set()
    worker.join()
