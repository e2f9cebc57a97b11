"""The loop of a worker: let time come to cases, deliver notices, show a sign of life.

Firing and delivering go on side by side, so that a receiver that lets us wait holds up no
deadline. Any number of workers may work on one store. Imports the engine, guard, outbox.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event

from protocolkit import __version__
from protocolkit.api import Engine
from protocolkit.engine.sweeping import BATCH, Swept
from protocolkit.ground.clock import Clock, steady
from protocolkit.ground.errors import Conflict, StoreError
from protocolkit.ground.record import Record
from protocolkit.semantics.time import FOREVER
from protocolkit.store.base import Worker as SignOfLife
from protocolkit.workers.channels import Channel
from protocolkit.workers.guard import Guard
from protocolkit.workers.log import Log, kind_of
from protocolkit.workers.outbox import Delivered, Outbox

INTERVAL = timedelta(seconds=5)
"""So long a worker sleeps at most."""

BEAT = timedelta(seconds=10)
"""So often it shows a sign of life."""

LATE = timedelta(minutes=1)
"""What comes later than this is said to be late."""

FIRST_WAIT = 1.0
LONGEST_WAIT = 60.0
"""Seconds to wait when the store cannot be used: at first, and at most."""

SHORTEST_PAUSE = 0.2
"""Seconds: what somebody else has in hand just now is not asked for without a break."""

CASE_WAIT = 5.0
CASE_LONGEST_WAIT = 600.0
"""Seconds until a case that could not go on is tried again: at first, and at most."""


class Fired(Record):
    """What time did: to how many cases, by how many events; which could not go on."""

    cases: int = 0
    events: int = 0
    aside: int = 0
    held: bool = False


class Worker:
    """One worker on the store of an engine.

    Without `channels` it only fires. `guard` None: the clock is not watched and no sign of life
    is shown, as in training. `chance` gives numbers from 0 to 1. `id` is made up if none is given.
    """

    def __init__(
        self,
        engine: Engine,
        channels: Sequence[Channel] = (),
        *,
        guard: Guard | None = None,
        interval: timedelta = INTERVAL,
        batch: int = BATCH,
        log: Log | None = None,
        steady_seconds: Callable[[], float] = steady,
        chance: Callable[[], float] = random.random,
        id: str = "",
    ) -> None:
        self._engine = engine
        self._clock: Clock = engine.clock
        self._guard = guard
        self._interval = interval
        self._batch = batch
        self._log = log or Log(None, self._clock)
        self._steady = steady_seconds
        self._outbox = (
            Outbox(engine, channels, self._clock, self._log, chance, steady_seconds)
            if channels
            else None
        )
        self._stop = Event()
        self._fresh = Event()
        self._aside: dict[str, tuple[int, float]] = {}
        self._life: SignOfLife | None = None
        self._next_beat = self._steady()
        self._was_held = False
        self._id = id or secrets.token_hex(8)

    # -- once ----------------------------------------------------------------------------

    def fire(self) -> Fired:
        """Let time come to every case that is due, batch by batch.

        Raises: StoreError: the store cannot be used.
        """
        cases = events = aside = 0
        while not self._stop.is_set():
            now = self._now()
            if now is None:
                return Fired(cases=cases, events=events, aside=aside, held=True)
            self._beat(now)
            swept = self._engine.sweep(now, limit=self._batch, without=self._left_alone())
            cases += swept.cases
            events += swept.events
            aside += len(swept.aside)
            store = _lies_with_the_store(swept)
            self._set_aside(swept.aside, store=store)
            if store:
                raise StoreError(str(next(iter(swept.aside.values()))))
            if swept.cases:
                self._fresh.set()
                lag = now - (swept.due_since or now)
                self._log.say(
                    "warning" if lag > LATE else "info",
                    "late" if lag > LATE else "fired",
                    cases=swept.cases,
                    events=swept.events,
                    lag_seconds=round(lag.total_seconds(), 3),
                )
            if not swept.found:
                break
        return Fired(cases=cases, events=events, aside=aside)

    def deliver(self) -> Delivered:
        """Try every notice that may be tried now.

        Raises: StoreError: the store cannot be used.
        """
        total = Delivered()
        while self._outbox is not None and not self._stop.is_set():
            now = self._now()
            if now is None:
                break
            some = self._outbox.deliver(now, self._stop)
            total = Delivered(
                **{name: getattr(total, name) + getattr(some, name) for name in Delivered._fields}
            )
            if not some.taken:
                break
        return total

    # -- for ever ------------------------------------------------------------------------

    def run(self) -> None:
        """Work until `stop`; whatever the store does, go on."""
        self._log.say("info", "started", release=__version__, sends=self._outbox is not None)
        try:
            if self._outbox is None:
                self._log.say("warning", "nothing is sent: there is no channel")
                self._forever(self.fire, self._until_due)
            else:
                with ThreadPoolExecutor(1) as beside:
                    sender = beside.submit(self._forever, self.deliver, self._until_fresh)
                    self._forever(self.fire, self._until_due)
                    sender.result()
        finally:
            self.end()

    def stop(self) -> None:
        """End soon; a handler of signals may call it."""
        self._stop.set()
        self._fresh.set()

    def end(self) -> None:
        """Leave word that it ended as it should. Raises nothing: there is nobody to tell."""
        if self._life is not None:
            # A clock in doubt says nothing: then its last sign of life is when it ended.
            now = self._life.beat_at if self._was_held else self._clock.now()
            try:
                self._engine.store.beat(self._life.replace(beat_at=now, stopped_at=now))
            except StoreError as error:
                self._log.say("error", "store", why=kind_of(error))
        self._log.say("info", "stopped")

    def _forever(self, work: Callable[[], object], rest: Callable[[], object]) -> None:
        wait = FIRST_WAIT
        while not self._stop.is_set():
            try:
                work()
                rest()
            except (Conflict, StoreError) as error:
                self._log.say("error", "store", why=kind_of(error), again_in_seconds=wait)
                self._stop.wait(wait)
                wait = min(2 * wait, LONGEST_WAIT)
            except BaseException:
                self.stop()  # neither of the two goes on without the other
                raise
            else:
                wait = FIRST_WAIT

    def _until_due(self) -> None:
        """Sleep until time does something next, or for the interval; never past a sign of life."""
        longest = min(self._interval, BEAT) / _SECOND
        pause = longest
        if not self._was_held:
            left_alone = self._left_alone()
            due = self._engine.store.due(FOREVER, len(left_alone) + 1)
            at = next((one.next_at for one in due if one.case not in left_alone), None)
            if at is not None:
                pause = min(max((at - self._clock.now()) / _SECOND, SHORTEST_PAUSE), longest)
        self._stop.wait(pause)

    def _until_fresh(self) -> None:
        """Sleep until there are notices that this worker wrote, or for the interval."""
        self._fresh.wait(self._interval / _SECOND)
        if not self._stop.is_set():
            self._fresh.clear()

    # -- inside --------------------------------------------------------------------------

    def _now(self) -> datetime | None:
        """What now is; None when nobody may act until a person has looked at the clock."""
        now = self._clock.now() if self._guard is None else self._guard.now()
        if now is None and not self._was_held:
            self._log.say("error", "held: the clock is in doubt; protocolkit doctor tells more")
        self._was_held = now is None
        return now

    def _beat(self, now: datetime) -> None:
        """Show a sign of life, if it is time."""
        if self._guard is None or self._steady() < self._next_beat:
            return
        if self._life is None:
            self._life = SignOfLife(id=self._id, release=__version__, started_at=now, beat_at=now)
        # The clock may have been put back, and a person has said that it is right now.
        self._life = self._life.replace(started_at=min(now, self._life.started_at), beat_at=now)
        self._engine.store.beat(self._life)
        self._next_beat = self._steady() + BEAT / _SECOND

    def _left_alone(self) -> frozenset[str]:
        """Cases whose turn to be tried again has not come."""
        now = self._steady()
        return frozenset(case for case, (_, at) in self._aside.items() if at > now)

    def _set_aside(self, aside: Mapping[str, Exception | None], *, store: bool) -> None:
        """Leave cases alone for a while that could not go on; each is told of once.

        `store`: it lies with the store, which is told of as a whole.
        """
        now = self._steady()
        for case, error in aside.items():
            tries, _ = self._aside.get(case, (0, 0.0))
            if not (tries or store or error is None or isinstance(error, Conflict)):
                self._log.say("error", "case cannot go on", case=case, why=kind_of(error))
            wait = min(CASE_WAIT * 2 ** min(tries, 20), CASE_LONGEST_WAIT)
            self._aside[case] = (tries + 1, now + wait)
        for case, (_, at) in list(self._aside.items()):
            if at + 2 * CASE_LONGEST_WAIT < now:  # it went on long ago
                del self._aside[case]


def _lies_with_the_store(swept: Swept) -> bool:
    """Nothing went on, and of several cases none for a reason of its own."""
    faults = swept.aside.values()
    return (
        not swept.cases
        and len(faults) > 1
        and all(isinstance(error, StoreError) for error in faults)
    )


_SECOND = timedelta(seconds=1)
