"""What time it is: asked of a clock that is passed in, so that tests and replays decide.

The only module that asks the machine for the time. Imports `zones` for the one rule about
instants: aware, and in UTC.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

from protocolkit.ground.zones import to_utc


class Clock(Protocol):
    """Anything that tells the present instant, aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until it is moved, and never goes back.

    Raises: ValueError: `start` has no zone.
    """

    def __init__(self, start: datetime) -> None:
        self._now = to_utc(start)

    def now(self) -> datetime:
        """The instant the clock was last moved to, in UTC."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Let it be `instant`.

        Raises: ValueError: `instant` is earlier than now, or has no zone.
        """
        target = to_utc(instant)
        if target < self._now:
            raise ValueError(f"the clock stands at {self._now} and cannot go back to {target}")
        self._now = target


_STEADY = getattr(time, "CLOCK_BOOTTIME", None)


def steady() -> float:
    """Seconds since some instant, by the clock of the machine that nobody can set.

    It goes on while the machine sleeps where the system has such a clock (Linux); elsewhere a
    sleep looks as if the other clock had gone forward.
    """
    return time.monotonic() if _STEADY is None else time.clock_gettime(_STEADY)
