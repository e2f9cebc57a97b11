"""The clock of this machine, watched: what it shows is compared with what cannot be set.

A clock that went forward by days would let everything fall due at once; one that went back
would let nothing fall due. So a worker whose clock is in doubt does nothing until a person has
looked. Imports the clock and the store's interface.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from protocolkit.ground.clock import Clock, steady
from protocolkit.semantics.changes import instant_from, instant_text
from protocolkit.store.base import Store

MARK = "clock"
"""The name of the mark in the store that holds every worker."""

CONFIRMED = "clock_confirmed"
"""The mark that says when a person last looked at the clock."""

BACK = timedelta(seconds=5)
"""So far a clock may be put back while a worker runs."""

FORWARD = timedelta(hours=24)
"""So far it may be put forward: clocks that were behind are set right."""

APART = timedelta(minutes=5)
"""So far it may be from the clock of the database, either way."""


IDLE = timedelta(days=7)
"""After so long without any worker a person looks before one begins: with a clock that stands
years ahead the record of every case would run ahead with it."""


NEXT_TRY = timedelta(hours=2)
"""So far ahead no worker puts the next try of a notice."""


class Guard:
    """Tells what now is, or that it cannot be told. Any number of threads may ask.

    `steady` counts seconds and cannot be set. What the clock may do is counted from the start of
    the worker, or from when a person last confirmed it; so small steps add up.
    """

    def __init__(
        self, store: Store, clock: Clock, steady_seconds: Callable[[], float] = steady
    ) -> None:
        self._store = store
        self._clock = clock
        self._steady = steady_seconds
        self._lock = Lock()
        self._held = False
        self._started = False
        self._apart = timedelta()
        _, self._first = self._read()
        self._highest = self._first

    def now(self) -> datetime | None:
        """The present instant; None: every worker of the store is held.

        Raises: StoreError: the store cannot be read.
        """
        with self._lock:
            marks = self._store.marks()
            if MARK in marks:
                self._held = True
                return None
            now, offset = self._read()
            doubt = ""
            if self._held:
                doubt = _ahead_of(marks.get(CONFIRMED), now)
                _forget_the_future(self._store, now)
                self._first = self._highest = offset
                self._apart = self._from_database(now)
                self._held, self._started = False, True
            doubt = doubt or self._doubt(now, offset)
            if doubt:
                self._store.mark(MARK, f"{instant_text(now)} {doubt}")
                self._held = True
                return None
            self._started = True
            return now

    def _read(self) -> tuple[datetime, timedelta]:
        """What the clock shows, and how far that is ahead of the count of seconds."""
        while True:
            before = self._steady()
            now = self._clock.now().astimezone(UTC)
            if self._steady() - before < _AT_ONCE:  # else we were stopped in between
                return now, now - _ZERO - timedelta(seconds=before)

    def _from_database(self, now: datetime) -> timedelta:
        there = self._store.clock()
        return timedelta() if there is None else now - there

    def _doubt(self, now: datetime, offset: timedelta) -> str:
        """Why the clock cannot be believed; "" when it can."""
        back, forward = self._highest - offset, offset - self._first
        if back > BACK:
            return f"the clock of a worker went back by {_seconds(back)} seconds"
        if forward > FORWARD:
            return f"the clock of a worker went forward by {_seconds(forward)} seconds"
        self._highest = max(self._highest, offset)
        apart = self._from_database(now) - self._apart
        if abs(apart) > APART:
            where = "ahead of" if apart > timedelta() else "behind"
            return (
                f"the clock of a worker is {_seconds(abs(apart))} seconds {where} that of the "
                "database"
            )
        return "" if self._started else self._since_last(now)

    def _since_last(self, now: datetime) -> str:
        """At the start: whether some worker saw a later time, or none was at work for long."""
        newest = self._store.workers()[:1]
        if not newest:
            return ""
        seen = newest[0].beat_at
        has_clock = self._store.clock() is not None
        # Workers on several machines may each be a little from the clock of the database.
        if seen - now > (2 * APART if has_clock else BACK):
            return (
                f"the clock of a worker is {_seconds(seen - now)} seconds behind the last sign of "
                "life of a worker"
            )
        looked = self._store.marks().get(CONFIRMED)
        since = max(seen, instant_from(looked)) if looked else seen
        if now - since > IDLE and not has_clock:
            return f"no worker was at work for {(now - since).days} days: is the clock right?"
        return ""


def _ahead_of(confirmed: str | None, now: datetime) -> str:
    """Whether it was the clock of another machine that a person found right, and this one is not;
    "" when that cannot be.
    """
    ahead = now - instant_from(confirmed) if confirmed else timedelta()
    if ahead <= FORWARD:
        return ""
    return f"the clock of a worker is {_seconds(ahead)} seconds ahead of the one that was confirmed"


def confirm(store: Store, now: datetime) -> None:
    """A person has looked at the clock: workers go on."""
    _forget_the_future(store, now)
    for one in store.deliveries():
        # What was tried already is tried again within the hour, by a clock that is right.
        if one.tries and one.try_at is not None and one.try_at - now > NEXT_TRY:
            store.settle(one.replace(try_at=now))
    store.mark(CONFIRMED, instant_text(now))
    store.mark(MARK, None)


def _forget_the_future(store: Store, now: datetime) -> None:
    """Signs of life that lie in the future came from a clock that was wrong; they are of now."""
    for one in store.workers():
        if one.beat_at > now:
            stopped = one.stopped_at and min(one.stopped_at, now)
            started = min(one.started_at, now)
            store.beat(one.replace(started_at=started, beat_at=now, stopped_at=stopped))


def _seconds(span: timedelta) -> int:
    return round(span / timedelta(seconds=1))


_ZERO = datetime(1970, 1, 1, tzinfo=UTC)

_AT_ONCE = 1.0
