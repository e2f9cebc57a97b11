"""Times as somebody says them in a walk: "+2 days", "tomorrow 09:00", "friday", an instant.

Imports the reader of times and ground.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from protocolkit.cli.times import Times
from protocolkit.ground.errors import UsageError

FARTHEST = timedelta(days=400)
"""How far a walk goes on at once."""
MORNING = "09:00"
"""The hour of a day that is named without one."""
HOW = "Say +2 days, 90 minutes, tomorrow 09:00, friday, 14:30, 2025-03-04 or 2025-03-04 22:34."

_SPAN = re.compile(r"(?:in\s+|\+\s*)?([0-9]{1,6})\s*([a-z]+)")
_DAY = re.compile(r"(today|tomorrow|[a-z]{3,9}|[0-9]{4}-[0-9]{2}-[0-9]{2})(?:\s+(\S+))?")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ELAPSED = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def moment(text: str, now: datetime, times: Times) -> datetime:
    """The instant that is meant, in UTC; days and months keep the hour on the clock.

    Raises: UsageError: it is no time, or one that lies too far away.
    """
    said = " ".join(text.lower().split())
    local = now.astimezone(times.zone)
    found = _after(said, local) or _on_day(said, local) or text
    at = times.read(found, "the time") if isinstance(found, str) else found
    if abs(at - now) > FARTHEST:
        raise UsageError(f"A walk goes on by {FARTHEST.days} days at once, at most.")
    if at.microsecond or at.second:  # a scenario tells times by the second
        at = at.replace(microsecond=0) + timedelta(seconds=bool(at.microsecond))
    return at


def looks_like_a_time(text: str) -> bool:
    """Whether a line that begins with no command may be a time."""
    said = text.strip().lower()
    first = said.split(" ")[0]
    return bool(
        re.match(r"\+|[0-9]{4}-|[0-9]{1,2}:[0-9]{2}", said)
        or _SPAN.fullmatch(said)
        or first in ("today", "tomorrow")
        or _weekday(first) is not None
    )


def _after(said: str, local: datetime) -> str | datetime | None:
    found = _SPAN.fullmatch(said)
    if found is None:
        return None
    number, unit = int(found[1]), found[2].removesuffix("s")
    if unit in _ELAPSED:
        return local.astimezone(UTC) + min(number, 100_000) * _ELAPSED[unit]
    if unit in _DAYS:
        return _written(local + timedelta(days=min(number, 100_000) * _DAYS[unit]))
    if unit in _MONTHS:
        month = local.month - 1 + min(number, 1000) * _MONTHS[unit]
        year, month = local.year + month // 12, month % 12 + 1
        day = local.day
        while day > 28:
            try:
                return _written(local.replace(year=year, month=month, day=day))
            except ValueError:
                day -= 1
        return _written(local.replace(year=year, month=month, day=day))
    raise UsageError(f"`{unit}` is no span of time. {HOW}")


def _on_day(said: str, local: datetime) -> str | None:
    clock = _CLOCK.fullmatch(said)
    if clock is not None:
        said = said.rjust(5, "0")
        later = said > local.strftime("%H:%M:%S")[: len(said)]
        return _written(local + timedelta(days=not later), said)
    found = _DAY.fullmatch(said)
    if found is None:
        return None
    name, hour = found[1], found[2] or MORNING
    if not _CLOCK.fullmatch(hour):
        raise UsageError(f"`{hour[:20]}` is no hour. {HOW}")
    weekday = _weekday(name)
    if name in ("today", "tomorrow"):
        return _written(local + timedelta(days=name == "tomorrow"), hour)
    if weekday is not None:
        return _written(local + timedelta(days=(weekday - local.weekday() - 1) % 7 + 1), hour)
    if name[0].isalpha():
        raise UsageError(f"`{name}` is no day. {HOW}")
    return f"{name} {hour.rjust(5, '0')}"


def _weekday(name: str) -> int | None:
    fits = [place for place, day in enumerate(_WEEKDAYS) if len(name) > 2 and day.startswith(name)]
    return fits[0] if fits else None


def _written(local: datetime, clock: str = "") -> str:
    return f"{local:%Y-%m-%d} {clock.rjust(5, '0') if clock else f'{local:%H:%M:%S}'}"
