"""Time zones: from a name to a zone, from a local date and time to an instant.

The two odd cases have one answer each, everywhere. A local time that is skipped when clocks
go forward is the first valid instant after it; a local time that comes twice when clocks go
back is the first of the two. Zone tables come from the machine or from the tzdata package.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from protocolkit.ground.spans import LimitSyntaxError, near

_MIDNIGHT = datetime.min.time()
_SECOND = timedelta(seconds=1)

# Only place names and UTC. `EST` knows no summer time, `right/...` counts leap seconds, and
# some file systems would open `america/chicago`, which then fails on another machine.
_NAME = re.compile(r"UTC|(?!SystemV/)[A-Z][A-Za-z_]*(/[A-Z][A-Za-z0-9_+-]*)+", re.ASCII)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of that name, such as `America/Chicago`.

    Raises: LimitSyntaxError (a ValueError): there is no such zone; the help has a near name.
    """
    if _NAME.fullmatch(name):
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):  # OSError: the name of a folder
            pass
    ours = [known for known in available_timezones() if _NAME.fullmatch(known)]
    raise LimitSyntaxError(
        f"`{name[:60]}` is not a time zone",
        near(name, ours, "write a region and a city, such as `America/Chicago`"),
        length=len(name),
    )


def to_utc(instant: datetime) -> datetime:
    """The same instant in UTC.

    Raises: ValueError: the instant has no zone, so nobody can tell when it is.
    """
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        raise ValueError(f"{instant.isoformat()} has no time zone")
    return instant.astimezone(UTC)


def instant_of(local: datetime, where: ZoneInfo) -> datetime:
    """The UTC instant of a local date and time (given without a zone)."""
    first = local.replace(tzinfo=where, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=where, fold=1).astimezone(UTC)
    # For a skipped local time the two readings stand on either side of the jump.
    return first if first <= second else change_between(second, first, where)


def midnight(day: date, where: ZoneInfo) -> datetime:
    """The instant at which a local day begins, which is 24:00 of the day before."""
    return instant_of(datetime.combine(day, _MIDNIGHT), where)


def change_between(low: datetime, high: datetime, where: ZoneInfo) -> datetime:
    """The instant in (low, high] at which the one change of clocks between them happens."""
    before = _offset(low, where)
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if _offset(middle, where) == before:
            low = middle
        else:
            high = middle
    return high


def _offset(instant: datetime, where: ZoneInfo) -> timedelta:
    return instant.astimezone(where).replace(tzinfo=None) - instant.replace(tzinfo=None)
