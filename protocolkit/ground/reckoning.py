"""Counting spans of time: from an instant and a span to an instant, and how long that can be.

Elapsed units run on the UTC axis, through nights, weekends and changes of the clock. Day
units count local days, the day of the anchor being day 0, and end at 24:00 local. Months
are calendar months, clamped to the month's end. Business days are counted, and end, in the
zone of their calendar. Imports `spans`, `zones` and `calendars`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from protocolkit.ground.calendars import (
    YEARS_AHEAD,
    Calendar,
    business_days,
    is_business_day,
)
from protocolkit.ground.record import Record
from protocolkit.ground.spans import Duration
from protocolkit.ground.zones import midnight, to_utc
from protocolkit.ground.zones import zone as zone_named

HORIZON = (2024, 2051)
"""The years of the starts that `bounds` looks at: 28 years bring every weekday to every date."""

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_ORIGIN = datetime(1, 1, 1, tzinfo=UTC)  # ordinal 1
_MINUTES = {"minutes": 1, "hours": 60}
_DAYS = {"calendar days": 1, "calendar weeks": 7}
_MONTHS = {"calendar months": 1, "calendar years": 12}


class Moment(Record):
    """An instant (aware UTC) to count from.

    With `end_of_day` it is 24:00 of a local day, which is 00:00 of the next one, and counting
    on from it starts at the day that ends.
    """

    at: datetime
    end_of_day: bool = False

    def day(self, zone: str) -> date:
        """The local day it belongs to."""
        at = to_utc(self.at)
        if self.end_of_day:
            at -= timedelta.resolution
        return at.astimezone(zone_named(zone)).date()


def add(
    moment: Moment, duration: Duration, zone: str, calendar: Calendar | None, times: int = 1
) -> Moment:
    """The moment `times` spans after `moment`.

    `times` is for grids, which count every period from the original anchor: 31 January plus
    twice one calendar month is 31 March, not 28 March.

    Raises: ValueError: business days without a calendar, or on one that has none.
    """
    return _count(moment, duration, zone, calendar, times)


def subtract(moment: Moment, duration: Duration, zone: str, calendar: Calendar | None) -> Moment:
    """The moment a span before `moment`: days are counted back, and end at 24:00 all the same.

    Raises: ValueError: business days without a calendar, or on one that has none.
    """
    return _count(moment, duration, zone, calendar, -1)


def left_of(
    duration: Duration, now: Moment, end: Moment, zone: str, calendar: Calendar | None
) -> int:
    """What is left of a span that ends at `end`, when its clock stops (ruling 17).

    Units: microseconds for an elapsed span; else counted days, those after today up to the last
    one: every day for calendar units, business days for business days.
    """
    if duration.is_elapsed:
        return (end.at - now.at) // timedelta.resolution
    where = _zone_of(duration, zone, calendar)
    today, last = now.day(where), end.day(where)
    if duration.unit != "business days":
        return max(0, (last - today).days)
    days = (today + timedelta(days=n) for n in range(1, (last - today).days + 1))
    return sum(is_business_day(_calendar(calendar), day) for day in days)


def go_on(
    duration: Duration, now: Moment, left: int, zone: str, calendar: Calendar | None
) -> Moment:
    """When a span ends whose clock goes on now, with so much left: today is day 0 again."""
    if duration.is_elapsed:
        return Moment(at=to_utc(now.at) + timedelta(microseconds=left))
    where = _zone_of(duration, zone, calendar)
    day = now.day(where)
    if duration.unit == "business days":
        day = _business_days_on(day, left, _calendar(calendar))
    else:
        day += timedelta(days=left)
    return Moment(at=midnight(day + _DAY, zone_named(where)), end_of_day=True)


@lru_cache(maxsize=1024)
def bounds(duration: Duration, zone: str, calendar: Calendar | None) -> tuple[timedelta, timedelta]:
    """The least and the greatest real length of a span, over every start in the horizon.

    The end of a day unit depends on the local day of the start alone, so the length is
    greatest from the first instant of a day and least from its end. Two numbers for each
    local day are therefore exact. The least is reached by an anchor that is itself the end of
    a day; from any earlier start of that day the span is longer.

    Raises: ValueError: business days without a calendar, or on one that has none.
    """
    if duration.is_elapsed:
        length = _elapsed(duration)
        return length, length
    where = _zone_of(duration, zone, calendar)
    first, last = _horizon()
    ends = [end + 1 for end in _end_days(duration, calendar)]
    begins = _midnights(where, first, max(last + 1, max(ends)))
    lengths = [(begins[end - first], day) for day, end in enumerate(ends)]
    return (
        timedelta(seconds=min(end - begins[day + 1] for end, day in lengths)),
        timedelta(seconds=max(end - begins[day] for end, day in lengths)),
    )


@lru_cache(maxsize=256)
def longest_from(duration: Duration, zone: str, calendar: Calendar | None) -> date | None:
    """The first day of the horizon from whose beginning a span is longest; None for one in hours.

    Raises: ValueError: business days without a calendar, or on one that has none.
    """
    if duration.is_elapsed:
        return None
    first, last = _horizon()
    ends = [end + 1 for end in _end_days(duration, calendar)]
    begins = _midnights(_zone_of(duration, zone, calendar), first, max(last + 1, max(ends)))
    longest = max(range(len(ends)), key=lambda day: (begins[ends[day] - first] - begins[day], -day))
    return date.fromordinal(first + longest)


def shorter_for_every_start(
    a: Duration, b: Duration, zone: str, calendar: Calendar | None
) -> bool | None:
    """Is `a` never longer than `b`, whatever instant of the horizon they start at?

    Shape: None when they cannot be compared: business days without a calendar or on two
    different ones, or days that end in two zones.
    """
    business = [span for span in (a, b) if span.unit == "business days"]
    if business and calendar is None:
        return None
    if len(business) == 2 and a.calendar != b.calendar:
        return None
    if a.is_elapsed or b.is_elapsed:
        return bounds(a, zone, calendar)[1] <= bounds(b, zone, calendar)[0]
    if _zone_of(a, zone, calendar) != _zone_of(b, zone, calendar):
        return None
    pairs = zip(_end_days(a, calendar), _end_days(b, calendar), strict=True)
    return all(end <= other for end, other in pairs)


def _count(
    moment: Moment, duration: Duration, zone: str, calendar: Calendar | None, times: int
) -> Moment:
    if duration.is_elapsed:
        return Moment(at=to_utc(moment.at) + _elapsed(duration) * times)
    where = _zone_of(duration, zone, calendar)
    day, steps = moment.day(where), duration.amount * times
    if duration.unit in _DAYS:
        day += timedelta(days=steps * _DAYS[duration.unit])
    elif duration.unit in _MONTHS:
        day = _months_on(day, steps * _MONTHS[duration.unit])
    else:
        day = _business_days_on(day, steps, _calendar(calendar))
    return Moment(at=midnight(day + _DAY, zone_named(where)), end_of_day=True)


def _elapsed(duration: Duration) -> timedelta:
    return timedelta(minutes=duration.amount * _MINUTES[duration.unit])


def _calendar(calendar: Calendar | None) -> Calendar:
    if calendar is None:
        raise ValueError("business days need a calendar to be counted on")
    return calendar


def _zone_of(duration: Duration, zone: str, calendar: Calendar | None) -> str:
    return _calendar(calendar).zone if duration.unit == "business days" else zone


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, _month_length(year, month + 1)))


def _month_length(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - date(year, month, 1)).days


def _business_days_on(day: date, steps: int, calendar: Calendar) -> date:
    """The business day `steps` after a day, before it if negative; the day itself for 0."""
    here, year, idle = day.toordinal(), day.year, 0
    while steps:
        days = business_days(calendar, year)
        if steps > 0:
            start = bisect_right(days, here)
            if start + steps <= len(days):
                return date.fromordinal(days[start + steps - 1])
            steps -= len(days) - start
            year += 1
        else:
            end = bisect_left(days, here)
            if end + steps >= 0:
                return date.fromordinal(days[end + steps])
            steps += end
            year -= 1
        idle = 0 if days else idle + 1
        _refuse_idle(calendar, idle)
    return day


def _refuse_idle(calendar: Calendar, idle_years: int) -> None:
    if idle_years >= YEARS_AHEAD:
        raise ValueError(f"calendar {calendar.name} has no business day in {idle_years} years")


def _horizon() -> tuple[int, int]:
    first, last = HORIZON
    return date(first, 1, 1).toordinal(), date(last, 12, 31).toordinal()


@lru_cache(maxsize=256)
def _end_days(duration: Duration, calendar: Calendar | None) -> tuple[int, ...]:
    """For every start day of the horizon the day on which the span ends, as ordinals."""
    first, last = _horizon()
    if duration.unit in _DAYS:
        shift = duration.amount * _DAYS[duration.unit]
        return tuple(range(first + shift, last + shift + 1))
    if duration.unit in _MONTHS:
        return tuple(_end_days_by_month(duration.amount * _MONTHS[duration.unit]))
    return tuple(_end_days_in_business(duration.amount, _calendar(calendar)))


def _end_days_by_month(months: int) -> list[int]:
    ends: list[int] = []
    for start in range(HORIZON[0] * 12, (HORIZON[1] + 1) * 12):
        year, month = divmod(start + months, 12)
        before = date(year, month + 1, 1).toordinal() - 1
        length = _month_length(year, month + 1)
        days = range(1, _month_length(start // 12, start % 12 + 1) + 1)
        ends.extend(before + min(day, length) for day in days)
    return ends


def _end_days_in_business(amount: int, calendar: Calendar) -> list[int]:
    first, last = _horizon()
    days: list[int] = []
    year, idle = HORIZON[0], 0
    while len(days) - bisect_right(days, last) < amount:
        found = business_days(calendar, year)
        days.extend(found)
        year += 1
        idle = 0 if found else idle + 1
        _refuse_idle(calendar, idle)
    ends: list[int] = []
    following = 0
    for day in range(first, last + 1):
        while days[following] <= day:
            following += 1
        ends.append(days[following + amount - 1])
    return ends


@lru_cache(maxsize=64)
def _midnights(zone: str, first: int, last: int) -> tuple[int, ...]:
    """The beginning of each local day from `first` to `last`, in seconds of the UTC axis."""
    where = zone_named(zone)
    plain = [datetime.fromordinal(day).replace(tzinfo=where) for day in range(first, last + 1)]
    offsets = [(local.utcoffset() or timedelta()) // _SECOND for local in plain]
    begins = [(day - 1) * 86_400 - offset for day, offset in enumerate(offsets, start=first)]
    # Where the offset changes, the jump itself may swallow the midnight.
    for place, offset in enumerate(offsets[:-1]):
        if offset != offsets[place + 1]:
            begins[place] = (midnight(plain[place].date(), where) - _ORIGIN) // _SECOND
    return tuple(begins)
