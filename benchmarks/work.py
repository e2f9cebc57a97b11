"""The work that stores are measured with: acts on one case, and cases with something late.

Imports the engine and the store in memory.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TypeVar

from benchmarks.round_trip import ROUND_TRIP
from protocolkit.api import Actor, Engine, VirtualClock, loads
from protocolkit.engine.sweeping import BATCH
from protocolkit.store.base import Commit, Store
from protocolkit.store.memory import MemoryStore

T = TypeVar("T")

CALL_BACK = """
protocolkit: "1"
id: call-back
title: A call that is owed
jurisdiction: nowhere
timezone: UTC
roles: {worker: {kind: caseworker}, supervisor: {kind: supervisor}}
states: {waiting: {initial: true}, done: {final: true}}
triggers:
  call: {who: worker, moves: [{from: waiting, to: done}]}
follow_ups:
  call_back: {opens_in: waiting, who: worker, due: within 2 hours, met_by: call}
escalations:
  late: {watches: {follow_up: call_back}, levels: [{at: due, tell: supervisor}]}
"""
"""After two hours a case gets two entries (it is late, a level has come) and one notice."""

COPIED = "case-to-copy"
"""The id of a case of which copies are made: no other text in it holds that word."""

START = datetime(2025, 1, 1, tzinfo=UTC)
LATER = START + timedelta(hours=3)
WORKER = Actor(id="w-1", roles=frozenset({"worker"}))

_ROUND_TRIP = loads(ROUND_TRIP)
_CALL_BACK = loads(CALL_BACK)


def engine_on(store: Store, now: datetime = START) -> Engine:
    """An engine that knows both protocols, at an instant."""
    return Engine([_ROUND_TRIP, _CALL_BACK], store, VirtualClock(now))


def act(engine: Engine, case: str, many: int) -> None:
    """So many acts on a case that is new; every other one meets what the one before opened."""
    for number in range(many):
        engine.fire(case, "back" if number % 2 else "go", by=WORKER)


def sweep(engine: Engine, wanted: int = 0) -> int:
    """Let time come to so many cases, or to all that are due; how many these were."""
    cases, found = 0, 1
    while found and (not wanted or cases < wanted):
        swept = engine.sweep(LATER, limit=min(BATCH, wanted - cases) if wanted else BATCH)
        cases, found = cases + swept.cases, swept.found
    return cases


class Kept(MemoryStore):
    """A store that also keeps the commits as they came."""

    def __init__(self) -> None:
        super().__init__()
        self.commits: list[Commit] = []

    def commit(self, commit: Commit) -> None:
        """Keep it."""
        super().commit(commit)
        self.commits.append(commit)


class Acts:
    """The commits of acts on one case, ready to be written: first the opening of the case."""

    def __init__(self) -> None:
        self._known: dict[int, list[Commit]] = {}

    def commits(self, many: int) -> list[Commit]:
        """The same for a case with another id each time."""
        if many not in self._known:
            store = Kept()
            engine = engine_on(store)
            act(engine, engine.open("round-trip", by=WORKER, id="acts").id, many)
            self._known[many] = store.commits
        case = f"acts-{secrets.token_hex(6)}"
        return [renamed(commit, case) for commit in self._known[many]]


def open_late(store: Store, protocol: str = "call-back") -> str:
    """A case in which something turns late within three hours; under `round-trip` it is told
    nobody and is one entry.
    """
    engine = engine_on(store)
    case = engine.open(protocol, by=WORKER, id=COPIED).id
    if protocol == "round-trip":
        act(engine, case, 1)
    return case


def turned_late(protocol: str = "call-back") -> Commit:
    """What time writes to such a case."""
    store = Kept()
    engine_on(store, LATER).todo(open_late(store, protocol))
    return store.commits[-1]


def write(store: Store, commits: Iterable[Commit]) -> None:
    """Each in a transaction of its own."""
    for commit in commits:
        store.commit(commit)


def renamed(commit: Commit, case: str) -> Commit:
    """The same commit for a case with another id."""
    was = commit.head.case
    return commit.replace(
        head=commit.head.replace(case=case),
        events=tuple(one.replace(case=case) for one in commit.events),
        notices=tuple(
            one.replace(case=case, id=one.id.replace(was, case, 1)) for one in commit.notices
        ),
    )


def copies() -> Iterator[str]:
    """The ids that `filling.fill` gives to copies of it, in their order."""
    return (f"{COPIED}-{number:07}" for number in count())


def batched(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Some at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))
