"""The county that is worked in while things fail, its story, and the work of one round.

One case: opened, two calls asked for, the first made. The second is never made, so its ladder
tells three roles, and the ladder of the case a fourth time. All cases have the same story, which
is what makes a loss, a double and a half visible. Imports the public
names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from protocolkit.api import Engine, loads
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.record import Record
from protocolkit.store.base import Store
from tests.stories import OFFICER, local, tiny_text

RULES = """
triggers:
  ask: {who: officer}
  note: {who: officer}
follow_ups:
  call: {opens_with: ask, who: officer, due: within 2 hours}
escalations:
  not_called:
    watches: {follow_up: call}
    levels: [{at: due, tell: supervisor}, {after: 1 hour, tell: [judge, detective]}]
  still_open: {watches: {state: begun}, levels: [{after: 6 hours, tell: judge}]}
"""
PROTOCOL = loads(tiny_text(RULES))
START = local("2025-03-04 10:00")
EVERY = timedelta(hours=4)
"""From one round to the next."""
LEASE = timedelta(minutes=1)
LAST = timedelta(hours=7)
"""After that nothing more comes of a case."""
TOLD_IN_ALL = 4
"""How many notices come of each case."""


class Wish(Record):
    """A request that somebody makes and may make again, with the same key."""

    kind: str
    case: str
    key: str


def wishes(case: str) -> tuple[Wish, ...]:
    """What is asked of one case, in order."""
    kinds = ("open", "ask", "ask", "call")
    return tuple(
        Wish(kind=kind, case=case, key=f"{case}-{number}") for number, kind in enumerate(kinds)
    )


def engine_on(store: Store, now: datetime) -> Engine:
    """An engine that runs the county, at an instant."""
    return Engine([PROTOCOL], store, VirtualClock(now))


def grant(engine: Engine, wish: Wish, *, key: bool = True, expected: int | None = None) -> None:
    """Do what is asked; the key also stands in the event, so that a double can be seen."""
    more: dict[str, Any] = {"by": OFFICER, "key": wish.key if key else ""}
    if wish.kind == "open":
        engine.open("tiny", id=wish.case, **more)
    elif wish.kind in ("ask", "note"):
        engine.fire(wish.case, wish.kind, evidence=wish.key, expected_version=expected, **more)
    else:
        engine.complete(wish.case, "call", item="call/1", evidence=wish.key, **more)


def send(store: Store, now: datetime, deliver: Callable[[str], None]) -> Iterator[str]:
    """Deliver what waits, as a worker does; gives the names of the places where it may die."""
    while taken := store.take_notices(now, now + LEASE, 10):
        for delivery in taken:
            yield "between taking and delivering"
            deliver(delivery.notice.id)
            yield "between delivering and settling"
            store.settle(
                delivery.replace(reached=("post",), try_at=None, outcome="sent", done_at=now)
            )
