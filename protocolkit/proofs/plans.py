"""Ways to look for the instants of a story: when it begins, how far apart its steps are.

Imports calendars and the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from protocolkit.ground.calendars import Calendar, is_business_day
from protocolkit.ground.record import Record
from protocolkit.ground.zones import instant_of, zone
from protocolkit.proofs.moves import Move
from protocolkit.semantics.program import Program

MINUTE = timedelta(minutes=1)


class Plan(Record):
    """How a course is tried: when it begins, how far apart deeds are (0: at one instant), how far
    ahead meetings are set, and of one move that waits (its place) which of several instants it
    means.
    """

    start: datetime
    tick: timedelta = MINUTE
    ahead: timedelta = timedelta(days=1)
    choice: tuple[int, int] = (0, 0)


def plans(program: Program, moves: Sequence[Move], first: datetime) -> Iterator[Plan]:
    """Ways to try it, the plainest first: another choice, other dates, another day and hour."""
    waits = [n for n, one in enumerate(moves) if one.timer and one.timer.kind in ("wake", "office")]
    yield Plan(start=first)
    for place in reversed(waits):
        for choice in (1, 2):
            yield Plan(start=first, choice=(place, choice))
    none = timedelta(0)
    yield from (
        Plan(start=first, ahead=none),
        Plan(start=first, tick=none),
        Plan(start=first, tick=none, ahead=none),
    )
    for start in _starts(program, first):
        yield Plan(start=start)


def _starts(program: Program, first: datetime) -> Iterator[datetime]:
    """Other days and hours to begin: over a week, and before days on which offices are closed."""
    where = zone(program.zone)
    monday = first.astimezone(where).date()
    hours = ((4, 16), (5, 23), (0, 3), (3, 23), (2, 12), (6, 12), (1, 7), (4, 9))
    for ahead, hour in hours:
        yield _local(monday + timedelta(days=ahead), hour, program)
    for calendar in program.calendars.values():
        for day in _closed(calendar, monday):
            yield _local(day - timedelta(days=1), 15, program)
            yield _local(day, 9, program)


def _closed(calendar: Calendar, monday: date) -> list[date]:
    """The first few weekdays of the year ahead on which an office is closed, others are not."""
    open_weekdays = {weekday for weekday, _, _ in calendar.open}
    days = (monday + timedelta(days=n) for n in range(366))
    found = [
        day for day in days if day.weekday() in open_weekdays and not is_business_day(calendar, day)
    ]
    return found[:3]


def _local(day: date, hour: int, program: Program) -> datetime:
    return instant_of(datetime.combine(day, time(hour)), zone(program.zone))
