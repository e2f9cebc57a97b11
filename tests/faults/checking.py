"""What must hold of a store after a fault, whatever the fault was: the one checker of them all.

It gives complaints instead of raising, because the planted bugs must make it complain. Imports
the stores' interface and the county.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import closing
from datetime import datetime
from typing import Any

from protocolkit.ground.errors import ProtocolkitError
from protocolkit.semantics.changes import LevelReached, Told
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.time import next_instant
from protocolkit.store.base import Store
from protocolkit.store.memory import MemoryStore
from tests.faults.county import LAST, START, TOLD_IN_ALL, Wish, engine_on, grant, wishes


def whole(store: Store, case: str) -> list[str]:
    """Complaints if a case is there in part: events, head, notices and levels must agree."""
    events = store.events(case)
    head = store.head(case)
    if head is None:
        return [f"{case}: events without a head"] if events else []
    found = []
    numbers = [event.sequence for event in events]
    if numbers != list(range(1, head.version + 1)):
        found.append(f"{case}: the head says {head.version} events, there are {numbers}")
        return found
    story = replay(case, events)
    if (head.next_at, head.closed) != (next_instant(story), story.is_closed):
        found.append(f"{case}: next {head.next_at} in the head, {next_instant(story)} by events")
    due = Counter(_told(events))
    kept = Counter((one.id, one.role, one.person, one.about, one.at) for one in store.notices(case))
    found += [f"{case}: a notice is missing: {one[0]}" for one in (due - kept).elements()]
    found += [f"{case}: a notice nobody owes: {one[0]}" for one in (kept - due).elements()]
    levels = Counter(
        (change.run, change.level)
        for event in events
        for change in event.changes
        if isinstance(change, LevelReached)
    )
    found += [f"{case}: level {level} came {n} times" for level, n in levels.items() if n > 1]
    return found


def _told(events: Iterable[Event]) -> list[tuple[Any, ...]]:
    return [
        (
            f"{event.case}/{event.sequence}/{number}",
            change.role,
            change.person,
            change.about,
            change.at,
        )
        for event in events
        for number, change in enumerate(event.changes)
        if isinstance(change, Told)
    ]


def granted(store: Store, wish: Wish) -> int:
    """How many events a request made."""
    events = store.events(wish.case)
    if wish.kind == "open":
        return sum(event.kind == "open" for event in events)
    return sum(event.data.get("evidence") == {"reference": wish.key} for event in events)


def acknowledged(store: Store, asked: Collection[Wish], keys: bool = True) -> list[str]:
    """Complaints about requests that were acknowledged: each made one event and an answer."""
    found = []
    for wish in asked:
        if (made := granted(store, wish)) != 1:
            found.append(f"{wish.key}: acknowledged, and there are {made} events of it")
        elif keys and store.answered(wish.key) is None:
            found.append(f"{wish.key}: acknowledged, and its answer is not kept")
    return found


def again(store: Store, asked: Iterable[Wish], now: datetime, *, keys: bool = True) -> list[str]:
    """Make requests again, as a caller does who heard no answer; each must have one event."""
    asked = tuple(asked)
    engine = engine_on(store, now)
    for wish in asked:
        try:
            grant(engine, wish, key=keys)
        except ProtocolkitError as no:
            return [f"{wish.key}: not done on the second try: {no}"]
    return [
        f"{wish.key}: asked for until it was done, and there are {made} events of it"
        for wish in asked
        if (made := granted(store, wish)) != 1
    ]


def story(store: Store, case: str) -> list[tuple[Any, ...]]:
    """What happened to a case, told without its name and its date."""
    events = store.events(case)
    return [
        (
            event.kind,
            event.what,
            (event.happened_at - events[0].happened_at).total_seconds(),
            str(event.data.get("evidence", "")).replace(case, "*"),
            [change.kind for change in event.changes],
        )
        for event in events
    ]


def _told_without_faults() -> list[tuple[Any, ...]]:
    store = MemoryStore()
    engine = engine_on(store, START)
    for wish in wishes("c-usual"):
        grant(engine, wish)
    engine.advance(START + LAST)
    return story(store, "c-usual")


USUAL = _told_without_faults()
"""The story of every case once time has done all it does."""


def ended(store: Store, cases: Collection[str], delivered: Collection[str]) -> list[str]:
    """Complaints after the last round: every story is the usual one, every notice arrived."""
    found = [
        f"{case}: its story is another: {now}"
        for case in cases
        if (now := story(store, case)) != USUAL
    ]
    sent = set()
    for one in store.deliveries():
        sent.add(one.notice.id)
        if one.outcome != "sent":
            found.append(f"{one.notice.id}: never settled")
        if one.notice.id not in delivered:
            found.append(f"{one.notice.id}: settled as sent and never delivered")
    found += [f"{id}: delivered, and no such notice is kept" for id in set(delivered) - sent]
    if len(sent) != TOLD_IN_ALL * len(cases):
        found.append(f"{len(sent)} notices of {len(cases)} cases")
    return found


def sound_file(path: str) -> list[str]:
    """Complaints of SQLite itself about a file."""
    with closing(sqlite3.connect(path)) as link:
        said = [row[0] for row in link.execute("PRAGMA integrity_check")]
        lost = [f"{row}" for row in link.execute("PRAGMA foreign_key_check")]
    return [] if said == ["ok"] and not lost else [*said, *lost]
