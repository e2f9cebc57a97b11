"""Times as people write them in a scenario: the local date and hour of the protocol's zone.

Imports ground.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from protocolkit.ground.zones import midnight, zone

SHAPE = "write a local date and hour, such as `2025-03-04 09:30`"

_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2})(?::(\d{2}))?"
    r"(?: ?([A-Z]{2,5}|[+-]\d{2}(?::?\d{2})?))?\Z",
    re.ASCII,
)
_YEARS = (1000, 9000)  # outside them counting on leaves the calendar


def instant(text: str, zone_name: str) -> datetime:
    """The instant that a local time names, in UTC.

    `24:00` is the end of its day. A time that comes twice when clocks go back is the first of
    the two, unless `CDT`, `CST` or an offset such as `-06:00` behind it says which.

    Raises: ValueError: it is no time, or one that the clocks there never show; says why.
    """
    found = _TIME.match(text)
    if found is None:
        raise ValueError(f"`{text[:40]}` is not a time.")
    day_text, hour, minute, second, mark = found.groups()
    try:
        day = date.fromisoformat(day_text)
    except ValueError:
        raise ValueError(f"There is no day {day_text}.") from None
    if not _YEARS[0] <= day.year < _YEARS[1]:
        raise ValueError(f"The year {day.year} is out of reach.")
    where = zone(zone_name)
    if (hour, minute, int(second or 0)) == ("24", "00", 0):
        return midnight(day + timedelta(days=1), where)
    try:
        clock = time(int(hour), int(minute), int(second or 0))
    except ValueError:
        raise ValueError(f"There is no hour {hour}:{minute}.") from None
    readings = [datetime.combine(day, clock, where).replace(fold=fold) for fold in (0, 1)]
    first, last = (reading.astimezone(UTC) for reading in readings)
    if first > last:
        raise ValueError(f"Clocks in {zone_name} go forward then and skip this time.")
    if not mark:
        return first
    for reading in readings:
        if mark.replace(":", "") in _marks(reading):
            return reading.astimezone(UTC)
    names = " or ".join(dict.fromkeys(str(reading.tzname()) for reading in readings))
    raise ValueError(f"In {zone_name} this time is {names}, not {mark}.")


def shown(at: datetime, zone_name: str) -> str:
    """An instant as `instant` reads it, marked only where the local time comes twice."""
    local = at.astimezone(zone(zone_name))
    text = local.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        text += f" {local.tzname()}"
    return text


def with_weekday(at: datetime, zone_name: str) -> str:
    """An instant with its day of the week, for people: `Tue 2025-03-04 09:30`."""
    day = _WEEKDAYS[at.astimezone(zone(zone_name)).weekday()]
    return f"{day} {shown(at, zone_name)}"


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _marks(reading: datetime) -> tuple[str, str, str]:
    """The ways to say which of two readings is meant."""
    offset = reading.strftime("%z")[:5]
    return (str(reading.tzname()), offset, offset.removesuffix("00"))
