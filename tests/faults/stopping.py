"""A PostgreSQL server that stops in the middle of work, and comes back.

Somebody works on without a pause and, when a call fails, makes the same request again with the
same key. Imports children, checking, the county and the server of the tests.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from typing import Any

import psycopg

from protocolkit.ground.errors import StoreError
from protocolkit.store.base import Store
from protocolkit.store.opening import open_store
from tests.faults import checking
from tests.faults.children import Child
from tests.faults.county import EVERY, LAST, START, engine_on, grant, send, wishes
from tests.faults.watching import Shared, Watch
from tests.faults.watching_postgres import watch_postgres
from tests.postgres import Server, running

WAYS = ("at once", "killed", "one connection killed")
"""`at once` is pg_ctl's immediate stop; the other two are kill -9."""
_THEIRS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'protocolkit' LIMIT 1"
PAUSE = 0.2
LONGEST = 0.005
"""Seconds: so long it works after each stop, and so long after a transaction began it stops."""


def stops(*, times: int, seed: int) -> dict[str, Any]:
    """Stop a server of our own so often, in every way in turn, while somebody works."""
    dice = random.Random(seed)
    total: Counter[str] = Counter()
    with running() as server:
        server.do("CREATE DATABASE cases")
        url = server.url("cases")
        shared = Shared()
        with Child(partial(_work, url, shared), shared) as child:
            for number in range(times):
                time.sleep(PAUSE)
                child.wait_for_transaction(shared.begun + 1)
                time.sleep(dice.uniform(0, LONGEST))
                total["open"] += shared.open
                _stop(server, WAYS[number % len(WAYS)])
                total["stops"] += 1
            time.sleep(PAUSE)
            shared.ask_to_end()
            assert child.finish() == 0, "who worked did not get on"
            said = child.said()
        heard = [line.split(" ", 1) for line in said]
        errors = [what for word, what in heard if word == "failed"]
        cases = sorted({what for word, what in heard if word == "case"})
        delivered = {what for word, what in heard if word == "got"}
        done = {what for word, what in heard if word == "done"}
        with closing(open_store(url)) as store:
            complaints = _complaints(store, cases, done, delivered)
    complaints += [f"not in plain words: {one}" for one in errors if not one.endswith(".")]
    return {
        **total,
        "errors": len(errors),
        "acknowledged": len(done),
        "cases": len(cases),
        "complaints": complaints,
    }


def _stop(server: Server, way: str) -> None:
    if way == "one connection killed":
        # The server ends all others too, and recovers by itself.
        with psycopg.connect(server.url("postgres"), autocommit=True) as mine:
            for (process,) in mine.execute(_THEIRS).fetchall():
                os.kill(process, signal.SIGKILL)
                with suppress(psycopg.OperationalError):
                    while True:  # until this one is ended as well
                        mine.execute("SELECT pg_sleep(0.01)")
        _when_there(lambda: server.do("SELECT 1"))
        return
    server.stop(signal.SIGQUIT if way == "at once" else signal.SIGKILL)
    _when_there(server.start)  # what is left of the old one may still be ending


def _when_there(work: Callable[[], object]) -> None:
    """Do something as soon as the server is there for it."""
    give_up = time.monotonic() + 60
    while True:
        try:
            work()
        except psycopg.OperationalError:
            assert time.monotonic() < give_up, "the server does not come back"
            time.sleep(0.05)
        else:
            return


def _work(url: str, shared: Shared, say: Callable[[str], None]) -> None:
    """Rounds, one after the other, until asked to end; whatever fails is asked for again."""
    watch_postgres(Watch(shared))

    def until_done(work: Callable[[], object]) -> None:
        give_up = time.monotonic() + 60
        while True:
            try:
                work()
            except StoreError as fault:
                say(f"failed {fault}")
                assert time.monotonic() < give_up, "it does not come back"
                time.sleep(0.1)
            else:
                return

    stores: list[Store] = []
    until_done(lambda: stores.append(open_store(url)))
    (store,) = stores
    number = 0
    while not shared.is_asked_to_end:
        now = START + EVERY * number
        case = f"c-{number:05}"
        say(f"case {case}")
        until_done(partial(_round, store, now, case, say))
        number += 1
    store.close()


def _round(store: Store, now: Any, case: str, say: Callable[[str], None]) -> None:
    """A round, from its beginning each time: what is done already is done once."""
    engine = engine_on(store, now)
    for wish in wishes(case):
        grant(engine, wish)
        say(f"done {wish.key}")
    engine.advance()
    for _place in send(store, now, lambda id: say(f"got {id}")):
        pass


def _complaints(store: Store, cases: list[str], done: set[str], delivered: set[str]) -> list[str]:
    asked = [wish for case in cases for wish in wishes(case)]
    found = checking.acknowledged(store, [wish for wish in asked if wish.key in done])
    for case in cases:
        found += checking.whole(store, case)
    last = START + EVERY * len(cases) + 2 * LAST
    engine_on(store, last).advance()
    for _ in send(store, last, delivered.add):
        pass
    return found + checking.ended(store, cases, delivered)
