"""Processes that race for the same cases, each request delivered to two of them.

Half of the requests say which version of the case they were decided on; who is too late reads
again. Imports children, checking and the county.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial
from typing import Any

from protocolkit.api import Engine
from protocolkit.ground.errors import Conflict
from protocolkit.store.base import Store
from protocolkit.store.opening import open_store
from tests.faults import checking
from tests.faults.children import Child
from tests.faults.county import START, Wish, engine_on, grant
from tests.faults.watching import Shared

EACH = 160
"""Requests to one case; all processes come to the next case at about the same time."""
LONGEST = 3600
"""Seconds that a race may take."""
APART = 3
"""So many numbers apart are the two processes that get the same request."""


def race(url: str, *, racers: int, appends: int) -> dict[str, Any]:
    """Let processes race until every request is done."""
    cases = [f"c-{number:04}" for number in range(-(-appends // EACH))]
    with closing(open_store(url)) as store:
        engine = engine_on(store, START)
        for case in cases:
            grant(engine, Wish(kind="open", case=case, key=f"{case}-open"))
    total: Counter[str] = Counter()
    with ExitStack() as stack:
        running = [
            stack.enter_context(Child(partial(_run, url, number, racers, appends), Shared()))
            for number in range(racers)
        ]
        for child in running:
            assert child.finish(LONGEST) == 0, "a racer fell"
            for line in child.said():
                word, count = line.split()
                total[word] += int(count)
    with closing(open_store(url)) as store:
        complaints = _complaints(store, cases, appends)
    return {**total, "complaints": complaints}


def _request(number: int) -> Wish:
    return Wish(kind="note", case=f"c-{number // EACH:04}", key=f"r-{number:06}")


def _mine(racer: int, racers: int, appends: int) -> Iterator[int]:
    """The numbers of the requests that one process gets."""
    for number in range(appends):
        if racer in (number % racers, (number + APART) % racers):
            yield number


def _run(url: str, racer: int, racers: int, appends: int, say: Callable[[str], None]) -> None:
    done = late = 0
    with closing(open_store(url)) as store:
        engine = engine_on(store, START)
        for number in _mine(racer, racers, appends):
            while not _done(store, engine, number):
                late += 1
            done += 1
    say(f"deliveries {done}")
    say(f"conflicts {late}")


def _done(store: Store, engine: Engine, number: int) -> bool:
    """Try a request once; False when somebody else wrote to the case first."""
    wish = _request(number)
    expected = None
    if number % 2:
        head = store.head(wish.case)
        assert head is not None
        expected = head.version
    try:
        grant(engine, wish, expected=expected)
    except Conflict:
        return False
    return True


def _complaints(store: Store, cases: list[str], appends: int) -> list[str]:
    found = []
    marks: Counter[str] = Counter()
    for case in cases:
        found += checking.whole(store, case)
        marks.update(
            event.data["evidence"]["reference"]
            for event in store.events(case)
            if event.kind != "open"
        )
    for number in range(appends):
        wish = _request(number)
        if marks[wish.key] != 1:
            found.append(f"{wish.key}: asked for twice, and there are {marks[wish.key]} events")
        if store.answered(wish.key) is None:
            found.append(f"{wish.key}: no answer is kept")
    if marks.total() != appends:
        found.append(f"{marks.total()} events of {appends} requests")
    return found
