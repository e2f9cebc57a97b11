"""Delivering what was written to be told: at least once, until every channel took it.

A notice is leased in a short transaction, handed over outside of any, and what became of it is
written down at once. Whoever dies in between delays it; the next one delivers it again under
the same id. Imports the engine, channels and the store's interface.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event

from protocolkit.api import Engine
from protocolkit.engine.sweeping import SPOILT
from protocolkit.ground.clock import Clock, steady
from protocolkit.ground.record import Record
from protocolkit.store.base import Delivery, Notice, Outcome
from protocolkit.workers.channels import Channel, serves
from protocolkit.workers.log import Log, kind_of

LEASE = timedelta(minutes=5)
"""So long nobody else takes a notice that a worker is about to deliver."""

AT_ONCE = 10
"""How many are leased together: what is left of them when a worker dies waits for the lease."""

MARGIN = timedelta(minutes=1)
"""So long before the lease ends no further one is begun: sending may take its time."""

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
UNSERVED_WAIT = timedelta(minutes=5)
"""So often what no channel serves is looked at again: somebody may have added one."""

JITTER = 0.2
"""A wait is shorter by up to this share, so that many do not come back at one instant."""


PATIENCE = 1.0
REST = 10
"""A channel that took more seconds than this and failed is left alone for so many times as long:
else those for whom another channel is at hand would wait with those who wait for this one."""


class Delivered(Record):
    """What came of some notices: how many were taken in hand and what became of them."""

    taken: int = 0
    sent: int = 0
    moot: int = 0
    failed: int = 0
    nobody: int = 0


class Outbox:
    """Delivers notices over channels. `chance` gives numbers from 0 to 1."""

    def __init__(
        self,
        engine: Engine,
        channels: Sequence[Channel],
        clock: Clock,
        log: Log,
        chance: Callable[[], float],
        steady_seconds: Callable[[], float] = steady,
    ) -> None:
        self._engine = engine
        self._store = engine.store
        self._channels = tuple(channels)
        self._clock = clock
        self._log = log
        self._chance = chance
        self._steady = steady_seconds
        self._rests: dict[str, float] = {}
        self._unserved: set[str] = set()

    def deliver(self, now: datetime, stop: Event | None = None) -> Delivered:
        """Take some notices that may be tried now, and try them.

        Raises: StoreError: the store cannot be used; what was taken comes again after its lease.
        """
        until = now + LEASE
        found = self._store.take_notices(now, until, AT_ONCE)
        became: Counter[str] = Counter()
        for delivery in found:
            if stop is not None and stop.is_set():
                self._give_back(delivery, now)
                continue
            if self._clock.now() > until - MARGIN:
                break  # the others come again; somebody else may be quicker
            became[self._one(delivery)] += 1
        return Delivered(taken=len(found), **became)

    def _one(self, delivery: Delivery) -> str:
        """Try one notice; what became of it."""
        notice = delivery.notice
        ids = {"case": notice.case, "notice": notice.id}
        if not delivery.reached and self._is_moot(notice):
            self._end(delivery, "moot")
            self._log.say("info", "moot", **ids)
            return "moot"
        channels = [one for one in self._channels if serves(one, notice)]
        if not channels:
            self._store.settle(delivery.replace(try_at=self._clock.now() + UNSERVED_WAIT))
            if notice.role not in self._unserved:  # once is enough: each of them would say the same
                self._unserved.add(notice.role)
                self._log.say("warning", "no channel", role=notice.role, **ids)
            return "nobody"
        for channel in channels:
            resting = self._rests.get(channel.name, 0.0) > self._steady()
            if resting or channel.name in delivery.reached:
                continue
            why = self._send(channel, notice)
            if why:
                self._log.say(
                    "warning",
                    "not taken",
                    channel=channel.name,
                    why=why,
                    tries=delivery.tries,
                    **ids,
                )
                continue
            delivery = delivery.replace(reached=(*delivery.reached, channel.name))
            self._log.say("info", "taken", channel=channel.name, tries=delivery.tries, **ids)
            if any(one.name not in delivery.reached for one in channels):
                self._store.settle(delivery)  # whatever happens to us, it is not sent there again
        if all(one.name in delivery.reached for one in channels):
            self._end(delivery, "sent")
            return "sent"
        wait = waiting(delivery.tries, self._chance())
        self._store.settle(delivery.replace(try_at=self._clock.now() + wait))
        return "failed"

    def _send(self, channel: Channel, notice: Notice) -> str:
        """Hand a notice to a channel, whatever that runs into; why it was not taken, or ""."""
        begun = self._steady()
        try:
            why = channel.send(notice, self._clock.now())
        except (*SPOILT, OSError) as error:
            why = kind_of(error)
        took = self._steady() - begun
        if why and took > PATIENCE:
            self._rests[channel.name] = self._steady() + REST * took
        return why

    def _is_moot(self, notice: Notice) -> bool:
        """Whether it is not true any more; what cannot be told counts as true."""
        try:
            return self._engine.is_moot(notice)
        except SPOILT as error:
            said = {"case": notice.case, "notice": notice.id, "why": kind_of(error)}
            self._log.say("error", "case cannot be read", **said)
            return False

    def _end(self, delivery: Delivery, outcome: Outcome) -> None:
        done = delivery.replace(outcome=outcome, try_at=None, done_at=self._clock.now())
        self._store.settle(done)

    def _give_back(self, delivery: Delivery, now: datetime) -> None:
        """What was not tried need not wait for the end of its lease."""
        self._store.settle(delivery.replace(try_at=now))


def waiting(tries: int, chance: float) -> timedelta:
    """How long to wait after so many tries: 5 seconds, then each time twice as long, at most an
    hour.
    """
    doublings = min(max(tries - 1, 0), 20)
    wait = min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
    return wait * (1 - JITTER * chance)
