"""An independent reckoning of limits and calendars: plain loops over minutes and days.

It shares with `protocolkit.ground` the records that say what to count, and nothing else. A
local time is looked for by walking along the clock, a day by walking along the days; slow on
purpose, so that there is nothing clever in it that could be wrong in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from protocolkit.ground.calendars import Calendar
from protocolkit.ground.closed_days import ClosedRule, Easter, Fixed, OneDay, WeekdayOfMonth
from protocolkit.ground.limits import Due, Duration, Limit, Moment, Unit

TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

FIRST_YEAR, LAST_YEAR = 1988, 2060
"""The years in which days are known to be closed: beyond what the tests count."""

_MONTHS_IN = {"calendar months": 1, "calendar years": 12}


_zone = lru_cache(ZoneInfo)


def wall(instant: datetime, zone: str) -> datetime:
    """What the clock on the wall shows."""
    return instant.astimezone(_zone(zone)).replace(tzinfo=None)


@lru_cache(maxsize=200_000)
def first_showing(shown: datetime, zone: str) -> datetime:
    """The first instant at which the clock on the wall shows this time or a later one."""
    hour = shown.replace(minute=0, second=0, microsecond=0, tzinfo=UTC) - 16 * HOUR
    while wall(hour, zone) < shown:
        hour += HOUR
    # The clock may have shown it before, in an hour that it then went through again.
    instant = hour - 2 * HOUR
    while wall(instant, zone) < shown:
        instant += MINUTE
    return instant


@lru_cache(maxsize=64)
def changes(zone: str, years: range) -> tuple[datetime, ...]:
    """Every instant at which the clocks of a zone are changed."""
    return tuple(_changes(zone, years))


def _changes(zone: str, years: range) -> Iterator[datetime]:
    instant = datetime(years[0], 1, 1, tzinfo=UTC)
    end = datetime(years[-1] + 1, 1, 1, tzinfo=UTC)

    def ahead(at: datetime) -> timedelta:
        return wall(at, zone) - at.replace(tzinfo=None)

    while instant < end:
        following = instant + 12 * HOUR
        if ahead(following) != ahead(instant):
            minute = instant
            while ahead(minute) == ahead(instant):
                minute += MINUTE
            yield minute
        instant = following


# -- days off --------------------------------------------------------------------------


def _easter(year: int) -> date:
    """Easter Sunday: the Sunday after the paschal full moon, looked for day by day.

    Source: the moon of each year of the 19-year cycle as the Gregorian tables give it for
    1900 to 2199.
    """
    moons = (
        *("04-14", "04-03", "03-23", "04-11", "03-31", "04-18", "04-08", "03-28", "04-16"),
        *("04-05", "03-25", "04-13", "04-02", "03-22", "04-10", "03-30", "04-17", "04-07"),
        "03-27",
    )
    day = date.fromisoformat(f"{year}-{moons[year % 19]}") + DAY
    while day.weekday() != 6:
        day += DAY
    return day


def _is_ruled(rule: ClosedRule, day: date) -> bool:
    """Whether a rule closes this very day, before any shift off a weekend."""
    if rule.first_year is not None and day.year < rule.first_year:
        return False
    if rule.last_year is not None and day.year > rule.last_year:
        return False
    match rule:
        case Fixed():
            return (day.month, day.day) == (rule.month, rule.day)
        case Easter():
            near = (day.year - 1, day.year, day.year + 1)
            return any(
                _easter(year) + rule.offset * DAY == day
                and (rule.first_year is None or year >= rule.first_year)
                and (rule.last_year is None or year <= rule.last_year)
                for year in near
            )
        case WeekdayOfMonth():
            if day.weekday() != rule.weekday or day.month != rule.month:
                return False
            if rule.nth == 0:
                return (day + 7 * DAY).month != day.month
            return rule.nth == (day.day - 1) // 7 + 1
        case OneDay():
            return day == rule.on
        case _:
            raise AssertionError(rule)


@lru_cache(maxsize=64)
def closed_days(calendar: Calendar) -> frozenset[date]:
    """Every closed day: first what the rules say, then what is moved on, day after day."""
    closed: set[date] = set()
    waiting_from: list[date] = []
    day, end = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    while day <= end:
        for rule in calendar.closed:
            if not _is_ruled(rule, day):
                continue
            closed.add(day)
            observed = rule.observed if isinstance(rule, Fixed) else ""
            if day.weekday() == 5 and observed == "observed":
                closed.add(day - DAY)
            if day.weekday() == 6 and observed == "observed":
                closed.add(day + DAY)
            if day.weekday() >= 5 and observed == "observed forward":
                waiting_from.append(day)
        day += DAY
    for weekend in waiting_from:
        day = weekend
        while day.weekday() >= 5 or day in closed:
            day += DAY
        closed.add(day)
    return frozenset(closed)


def is_business_day(calendar: Calendar, day: date) -> bool:
    """The office has hours on that weekday, and no rule closes it."""
    has_hours = any(weekday == day.weekday() for weekday, _, _ in calendar.open)
    return has_hours and day not in closed_days(calendar)


def is_open(calendar: Calendar, instant: datetime) -> bool:
    """Somebody is there at that instant."""
    shown = wall(instant, calendar.zone)
    minute = shown.hour * 60 + shown.minute
    return is_business_day(calendar, shown.date()) and any(
        weekday == shown.weekday() and start <= minute < end
        for weekday, start, end in calendar.open
    )


def next_open(calendar: Calendar, instant: datetime) -> datetime:
    """The first instant from this one on at which somebody is there, minute by minute."""
    if is_open(calendar, instant):
        return instant
    minute = instant.replace(second=0, microsecond=0)
    while not is_open(calendar, minute) or minute < instant:
        minute += MINUTE
    return minute


# -- counting --------------------------------------------------------------------------


def count(
    start: Moment, span: Duration, zone: str, calendar: Calendar | None, back: bool = False
) -> Moment:
    """The moment a span after another, or before it."""
    if span.unit in ("minutes", "hours"):
        step = MINUTE if span.unit == "minutes" else HOUR
        return Moment(at=start.at - span.amount * step if back else start.at + span.amount * step)
    if span.unit == "business days":
        assert calendar is not None
        zone = calendar.zone
    day = wall(_inside(start), zone).date()
    match span.unit:
        case "calendar days" | "calendar weeks":
            for _ in range(span.amount * (7 if span.unit == "calendar weeks" else 1)):
                day = day - DAY if back else day + DAY
        case "business days":
            assert calendar is not None
            left = span.amount
            while left:
                day = day - DAY if back else day + DAY
                left -= is_business_day(calendar, day)
        case _:
            day = _months_on(day, span.amount * _MONTHS_IN[span.unit], back)
    midnight = datetime(day.year, day.month, day.day) + DAY  # noqa: DTZ001 (the time on a wall)
    return Moment(at=first_showing(midnight, zone), end_of_day=True)


def left(now: Moment, end: Moment, span: Duration, zone: str, calendar: Calendar) -> int:
    """What is left of a span when its clock stops: the days counted after today, up to the last
    one; microseconds for a span that elapses.
    """
    if span.unit in ("minutes", "hours"):
        return int((end.at - now.at) / TICK)
    zone = calendar.zone if span.unit == "business days" else zone
    day, last = (wall(_inside(one), zone).date() for one in (now, end))
    found = 0
    while day < last:
        day += DAY
        found += span.unit != "business days" or is_business_day(calendar, day)
    return found


def go_on(now: Moment, left: int, span: Duration, zone: str, calendar: Calendar) -> Moment:
    """When it ends if its clock goes on now."""
    if span.unit in ("minutes", "hours"):
        return Moment(at=now.at + left * TICK)
    unit: Unit = "business days" if span.unit == "business days" else "calendar days"
    return count(now, Duration(amount=left, unit=unit), zone, calendar)


def _inside(moment: Moment) -> datetime:
    """An instant of the day that a moment belongs to."""
    return moment.at - TICK if moment.end_of_day else moment.at


def _months_on(day: date, months: int, back: bool) -> date:
    year, month, number = day.year, day.month, day.day
    for _ in range(months):
        month += -1 if back else 1
        if month == 0:
            year, month = year - 1, 12
        if month == 13:
            year, month = year + 1, 1
    while True:
        try:
            return date(year, month, number)
        except ValueError:  # that month is shorter
            number -= 1


def due(
    limit: Limit,
    anchor: Moment,
    zone: str,
    calendar: Calendar | None,
    outer_calendar: Calendar | None,
) -> Due:
    """The instants of a limit."""
    back = limit.direction == "before"
    inner = count(anchor, limit.within, zone, calendar, back) if limit.within else None
    outer = count(anchor, limit.at_most, zone, outer_calendar, back) if limit.at_most else None
    main = inner or outer
    return Due(
        aim=anchor.at if limit.at_once else None,
        due=main.at if main else None,
        outer=outer.at if outer else None,
        end_of_day=main.end_of_day if main else False,
    )
