"""Many cases fall due at once; several workers take them, and are killed while they do.

The cases are copies of one real case, so that afterwards all must have the same story, and the
database can compare millions of them in a few questions. The workers are the real ones, with a
real receiver. Imports children, the county and the filler.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from benchmarks.filling import fill
from protocolkit.engine.sweeping import BATCH
from protocolkit.store.base import Delivery
from protocolkit.store.opening import open_store
from protocolkit.workers.webhook import Webhook
from protocolkit.workers.worker import Worker
from tests.faults import checking
from tests.faults.children import Child
from tests.faults.county import LAST, START, TOLD_IN_ALL, engine_on, grant, wishes
from tests.faults.places import ask, rest, watch
from tests.faults.receiving import SECRET, got, receiver
from tests.faults.watching import Shared, Watch

CASE = "c-first"
NOW = START + LAST
LATER = NOW + timedelta(days=1)
"""When every lease has ended."""


def fall_due(
    url: str,
    *,
    copies: int,
    workers: int,
    kills: int,
    seed: int,
    lean: bool = False,
    batch: int = BATCH,
    slack: float = 0.3,
) -> dict[str, Any]:
    """Make the cases, let them fall due, and kill workers until enough were killed.

    `batch` is how many cases a worker claims at once; it is killed after `slack` seconds at most.
    `lean`: each case is only opened, so that one thing is due in it and one notice comes of it,
    and notices are written but not delivered.
    """
    with closing(open_store(url)) as store:
        engine = engine_on(store, START)
        for wish in wishes(CASE)[: 1 if lean else None]:
            grant(engine, wish)
    fill(url, CASE, copies)
    dice = random.Random(seed)
    total: Counter[str] = Counter(due=copies + 1)
    post, address = receiver()
    begun = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(post)

        def start(now: datetime) -> Child:
            shared = Shared()
            work = partial(_work, url, "" if lean else address, batch, now, shared)
            return stack.enter_context(Child(work, shared))

        running = [start(NOW) for _ in range(workers)]
        while running:
            post.said()
            child = dice.choice(running)
            if total["kills"] < kills and not child.ended(dice.uniform(0, slack)):
                child.kill()
                total["kills"] += 1
                total["open"] += child.shared.open
                running.append(start(NOW))
            else:
                total["finished"] += _finished(child, post)
            running.remove(child)
            child.close()
        total["seconds"] = round(time.monotonic() - begun)
        with start(LATER) as child:
            total["finished"] += _finished(child, post)
        received = got(post)
    total["received"] = len(received)
    rest(url)
    complaints = _complaints(url, copies + 1, lean)
    if total["finished"] != workers + 1:
        complaints.append(f"{workers + 1 - total['finished']} workers fell")
    if not lean:
        with closing(open_store(url)) as store:
            complaints += _undelivered(store.deliveries(), set(received))
    return {**total, "complaints": complaints}


def _work(
    url: str, address: str, batch: int, now: datetime, shared: Shared, _: Callable[[str], None]
) -> None:
    """A worker, until nothing is left to do."""
    watch(url, Watch(shared))
    with closing(open_store(url)) as store:
        channels = [Webhook("post", address, [SECRET])] if address else []
        worker = Worker(engine_on(store, now), channels, batch=batch)
        worker.fire()
        worker.deliver()


def _finished(child: Child, post: Child) -> bool:
    """Whether a worker ends as it should, however long it takes; the receiver is heard meanwhile,
    as it waits for whoever listens to it.
    """
    while not child.ended(0.5):
        post.said()
    return child.finish() == 0


def _complaints(url: str, cases: int, lean: bool) -> list[str]:
    """Complaints unless each case has the usual story, by a few questions about all of them."""
    events, notices = (2, 1) if lean else (len(checking.USUAL), TOLD_IN_ALL)
    found = []
    for what, wanted, question in (
        (
            "heads",
            1,
            "SELECT version, coalesce(next_at, 0), closed, count(*) FROM pk_case_head "
            "GROUP BY version, next_at, closed",
        ),
        (
            "events",
            events,
            "SELECT sequence, replace(body, case_id, '*'), count(*) FROM pk_event GROUP BY 1, 2",
        ),
        (
            "notices",
            notices,
            "SELECT replace(id, case_id, '*'), role, about, at, count(*) "
            "FROM pk_notice GROUP BY 1, 2, 3, 4",
        ),
    ):
        rows = ask(url, question)
        if len(rows) != wanted or any(row[-1] != cases for row in rows):
            found.append(f"{cases} cases, and {what} differ: {rows[:10]}")
    return found


def _undelivered(deliveries: list[Delivery], received: set[str]) -> list[str]:
    kept = {one.notice.id for one in deliveries}
    found = [f"{one.notice.id}: {one.outcome!r}" for one in deliveries if one.outcome != "sent"]
    found += [f"{id}: never received" for id in kept - received]
    return found + [f"{id}: received, and no such notice is kept" for id in received - kept]
