"""Calendars: when an office is open, which days it is closed, what a business day is.

Days off are rules, never bare lists, so that a calendar does not run out. A business day is
a local day of the week on which the calendar has hours and that no rule closes. Imports the
standard library, `spans` for its scanner and error, `zones`; counting spans on a calendar is
`reckoning`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from protocolkit.ground.closed_days import (
    CALENDAR_TOKEN,
    WEEKDAYS,
    ClosedRule,
    Easter,
    Fixed,
    OneDay,
    WeekdayOfMonth,
    parse_closed,
)
from protocolkit.ground.record import Record
from protocolkit.ground.spans import LimitSyntaxError, Scanner
from protocolkit.ground.zones import change_between, instant_of, midnight, to_utc, zone

__all__ = [
    "Calendar",
    "ClosedRule",
    "Easter",
    "Fixed",
    "OneDay",
    "WeekdayOfMonth",
    "business_days",
    "digest",
    "is_business_day",
    "is_open",
    "next_open",
    "parse_closed",
    "parse_open",
    "print_open",
    "zone",
]

Span = tuple[int, int, int]
"""Weekday (Monday is 0), first minute of the day, minute at which it ends."""

YEARS_AHEAD = 10
"""How far to look for an open day before a calendar counts as never open."""

_SHORT_DAYS = tuple(name[:3] for name in WEEKDAYS)
_FULL_DAY = 24 * 60
_ALWAYS = tuple((weekday, 0, _FULL_DAY) for weekday in range(7))

_HOURS = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_OPEN_SHAPE = "write `mon-fri 08:30-16:30`, several with commas, or `always`"


class Calendar(Record):
    """Opening hours and closed days of an office, in its own zone.

    `str` prints one line for the zone, one for the hours and one for each rule.
    """

    name: str
    zone: str
    open: tuple[Span, ...]
    closed: tuple[ClosedRule, ...] = ()

    def __str__(self) -> str:
        lines = [f"zone {self.zone}", f"open {print_open(self.open)}"]
        return "\n".join(lines + [f"closed {rule}" for rule in self.closed])


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Does the calendar have hours on that local day, and is it not closed?"""
    return day.weekday() in _open_weekdays(calendar) and day not in _closed_days(calendar, day.year)


@lru_cache(maxsize=4096)
def business_days(calendar: Calendar, year: int) -> tuple[int, ...]:
    """Every business day of a year, as ordinals in rising order."""
    closed = {day.toordinal() for day in _closed_days(calendar, year)}
    weekdays = _open_weekdays(calendar)
    # Ordinal 1 was a Monday.
    days = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
    return tuple(day for day in days if (day - 1) % 7 in weekdays and day not in closed)


def is_open(calendar: Calendar, instant: datetime) -> bool:
    """Is the office open at that instant? The first minute counts, the closing one does not."""
    local = to_utc(instant).astimezone(zone(calendar.zone))
    minute = local.hour * 60 + local.minute
    return is_business_day(calendar, local.date()) and any(
        weekday == local.weekday() and start <= minute < end
        for weekday, start, end in calendar.open
    )


def next_open(calendar: Calendar, instant: datetime) -> datetime | None:
    """The first instant from `instant` on at which the office is open.

    Shape: `instant` itself if it is open then; None if it does not open for ten years.
    """
    instant = to_utc(instant)
    if is_open(calendar, instant):
        return instant
    where = zone(calendar.zone)
    today = instant.astimezone(where).date()
    for ahead in range(YEARS_AHEAD * 366):
        day = today + timedelta(days=ahead)
        if not is_business_day(calendar, day):
            continue
        openings = [at for at in _openings(calendar, day) if at >= instant]
        if found := [at for at in openings if is_open(calendar, at)]:
            return min(found)
    return None


def digest(calendar: Calendar) -> str:
    """What a calendar says, as a SHA-256 in hex; its name is no part of that."""
    from hashlib import sha256  # loads a large library, and few callers need it

    return sha256(str(calendar).encode()).hexdigest()


def parse_open(text: str | Sequence[str]) -> tuple[Span, ...]:
    """Opening hours from a text, or from a list of texts, in order of day and time.

    Raises: LimitSyntaxError: not hours, hours over midnight, or hours that overlap.
    """
    spans: list[Span] = []
    for item, entry in enumerate([text] if isinstance(text, str) else text):
        try:
            _read_open(Scanner(entry, CALENDAR_TOKEN), spans)
        except LimitSyntaxError as error:
            error.item = item
            raise
    if not spans:
        raise LimitSyntaxError("the opening hours are missing", _OPEN_SHAPE)
    return tuple(sorted(spans))


def print_open(spans: Sequence[Span]) -> str:
    """The text that `parse_open` reads as these spans."""
    if tuple(spans) == _ALWAYS:
        return "always"
    runs: list[tuple[int, int, int, int]] = []  # first day, start, end, last day
    for weekday, start, end in sorted(spans):
        before = next((run for run in runs if run[1:] == (start, end, weekday - 1)), None)
        if before:
            runs[runs.index(before)] = (before[0], start, end, weekday)
        else:
            runs.append((weekday, start, end, weekday))
    return ", ".join(
        f"{_SHORT_DAYS[first]}{'' if first == last else '-' + _SHORT_DAYS[last]} "
        f"{_clock_text(start)}-{_clock_text(end)}"
        for first, start, end, last in runs
    )


@lru_cache(maxsize=4096)
def _closed_days(calendar: Calendar, year: int) -> frozenset[date]:
    """The closed days of a year; neighbours count, since a day can be observed across."""
    days: set[date] = set()
    weekends: list[tuple[date, str]] = []
    for near_year in range(max(year - 1, 1), min(year + 1, 9999) + 1):
        for rule in calendar.closed:
            day = rule.day_in(near_year)
            if day is None:
                continue
            days.add(day)
            if isinstance(rule, Fixed) and rule.observed and day.weekday() >= 5:
                weekends.append((day, rule.observed))
    # First those with one day to go to, so that what is moved forward finds it taken.
    for day, observed in sorted(weekends, key=lambda one: (one[1] == "observed forward", one[0])):
        days.add(_observed_day(day, days if observed == "observed forward" else None))
    return frozenset(day for day in days if day.year == year)


def _observed_day(day: date, taken: set[date] | None) -> date:
    if taken is None:
        return day + timedelta(days=-1 if day.weekday() == 5 else 1)
    while day.weekday() >= 5 or day in taken:
        day += timedelta(days=1)
    return day


def _openings(calendar: Calendar, day: date) -> list[datetime]:
    """Every instant of a local day at which an office may begin to be open."""
    where = zone(calendar.zone)
    starts: list[datetime] = []
    for weekday, start, _ in calendar.open:
        if weekday == day.weekday():
            local = datetime.combine(day, time(start // 60, start % 60))
            starts.append(instant_of(local, where))
            # A time that comes twice may open the office twice.
            starts.append(local.replace(tzinfo=where, fold=1).astimezone(UTC))
    dawn, dusk = midnight(day, where), midnight(day + timedelta(days=1), where)
    if dusk - dawn != timedelta(days=1):
        # Setting the clocks back can land inside the hours.
        starts.append(change_between(dawn, dusk, where))
    return starts


def _open_weekdays(calendar: Calendar) -> frozenset[int]:
    return frozenset(weekday for weekday, _, _ in calendar.open)


def _read_open(scanner: Scanner, spans: list[Span]) -> None:
    if scanner.accept("always"):
        scanner.end("`always` stands alone")
        if spans:
            raise LimitSyntaxError("`always` and other hours overlap", "keep one of them")
        spans.extend(_ALWAYS)
        return
    while True:
        weekdays = _read_weekdays(scanner)
        word = scanner.peek()
        start, end = _read_hours(scanner)
        for weekday in weekdays:
            for other, other_start, other_end in spans:
                if other == weekday and start < other_end and other_start < end:
                    raise scanner.error(
                        f"`{word}` overlaps other hours on {_SHORT_DAYS[weekday]}",
                        "give each time of a day once",
                    )
            spans.append((weekday, start, end))
        scanner.take()
        if not scanner.accept(","):
            break
    scanner.end("put a comma between opening hours")


def _read_weekdays(scanner: Scanner) -> list[int]:
    word = scanner.peek()
    if not word:
        raise scanner.error("the days are missing", _OPEN_SHAPE)
    names = word.split("-")
    for name in names:
        if name not in _SHORT_DAYS:
            short = name.lower()[:3]
            raise scanner.error(
                f"`{word}` is not a day or a range of days",
                f"write `{short}`, as in `mon-fri 08:30-16:30`"
                if short in _SHORT_DAYS
                else _OPEN_SHAPE,
            )
    if len(names) > 2:
        raise scanner.error(f"`{word}` is not a day or a range of days", _OPEN_SHAPE)
    first, last = _SHORT_DAYS.index(names[0]), _SHORT_DAYS.index(names[-1])
    scanner.take()
    return [(first + ahead) % 7 for ahead in range((last - first) % 7 + 1)]


def _read_hours(scanner: Scanner) -> tuple[int, int]:
    """The hours that come next, not yet stepped over, so that an overlap can point at them."""
    word = scanner.peek()
    found = _HOURS.fullmatch(word)
    if not found:
        raise scanner.error(
            f"`{word}` is not a time of day from and to" if word else "the hours are missing",
            "write two digits for hours and minutes, as in `mon-fri 08:30-16:30`",
        )
    first_hour, first_minute, last_hour, last_minute = map(int, found.groups())
    start, end = first_hour * 60 + first_minute, last_hour * 60 + last_minute
    if end > _FULL_DAY or start >= _FULL_DAY:
        raise scanner.error(f"`{word}` goes past the end of the day", "a day ends at `24:00`")
    if start >= end:
        raise scanner.error(
            f"`{word}` ends before it starts",
            "for hours over midnight write two, such as `fri 22:00-24:00, sat 00:00-06:00`",
        )
    return start, end


def _clock_text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
