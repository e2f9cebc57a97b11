"""Clocks: aware, in UTC, and never backwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from protocolkit.ground.clock import Clock, SystemClock, VirtualClock

START = datetime(2025, 11, 2, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("clock", [SystemClock(), VirtualClock(START)])
def test_every_clock_tells_utc(clock: Clock) -> None:
    """Both clocks answer with an aware instant in UTC."""
    assert clock.now().tzinfo is UTC


def test_the_system_clock_goes_on() -> None:
    """Asked twice, the machine's clock does not go back."""
    clock = SystemClock()
    assert clock.now() <= clock.now()


def test_a_virtual_clock_stands_still_until_it_is_moved() -> None:
    """Time passes only through `move_to`; the same instant again is allowed."""
    clock = VirtualClock(START)
    assert START == clock.now()
    for _ in range(2):
        clock.move_to(START + timedelta(hours=1))
        assert START + timedelta(hours=1) == clock.now()


def test_a_virtual_clock_takes_any_zone() -> None:
    """01:30 in Chicago before the clocks go back is 06:30 UTC."""
    local = datetime(2025, 11, 2, 1, 30, tzinfo=ZoneInfo("America/Chicago"))
    clock = VirtualClock(local)
    assert START == clock.now()
    clock.move_to(local.replace(fold=1))
    assert START + timedelta(hours=1) == clock.now()


def test_a_virtual_clock_refuses_to_go_back() -> None:
    """Not even by a microsecond, and a refused move changes nothing."""
    clock = VirtualClock(START)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.move_to(START - timedelta.resolution)
    assert START == clock.now()


def test_an_instant_without_zone_is_refused() -> None:
    """Nobody can tell when a local time without a zone is."""
    naive = START.replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        VirtualClock(naive)
    with pytest.raises(ValueError, match="no time zone"):
        VirtualClock(START).move_to(naive)
