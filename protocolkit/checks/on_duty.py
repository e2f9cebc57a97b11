"""When somebody of an office is there, to the minute, and the first start from which nobody is.

Office hours are laid out over 28 years, with days off and changes of the clock. In a gap between
two openings a limit ends the sooner the sooner it starts. So of all starts in a gap only the
first one counts, and what is not found there is not there. Times are whole minutes, in UTC.
Imports ground and the starts.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

from protocolkit.checks.starts import DAYS, FIRST_DAY
from protocolkit.ground.calendars import Calendar, business_days
from protocolkit.ground.limits import Moment
from protocolkit.ground.record import Record
from protocolkit.ground.zones import change_between, midnight, zone

Times: TypeAlias = tuple[tuple[int, int], ...]
"""Stretches of minutes in rising order that do not touch, each up to its end and without it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_MINUTES_A_DAY = 24 * 60
_MIDNIGHT = time()


class Gap(Record):
    """A start from which a limit ends while nobody is there: until then, and when somebody comes
    again.
    """

    start: datetime
    due: Moment
    again: datetime


Demand: TypeAlias = Sequence[Sequence[Times]]
"""Ways to meet something: one is enough. Of each way every part must be there at some minute."""


def minutes(at: datetime) -> int:
    """An instant in minutes."""
    return (at - _EPOCH) // _MINUTE


def instant(minute: int) -> datetime:
    """The instant of a minute."""
    return _EPOCH + minute * _MINUTE


@lru_cache(maxsize=64)
def open_times(calendar: Calendar) -> Times:
    """When an office is open, over 28 years."""
    where = zone(calendar.zone)
    hours: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for weekday, start, end in calendar.open:
        hours[weekday].append((start, end))
    first, last = FIRST_DAY.toordinal(), FIRST_DAY.toordinal() + DAYS
    days = [
        number
        for year in range(FIRST_DAY.year, date.fromordinal(last).year + 1)
        for number in business_days(calendar, year)
        if first <= number < last
    ]
    behind = {number: _behind(number, where) for one in days for number in (one, one + 1)}
    found: list[tuple[int, int]] = []
    for number in days:
        dawn = (number - _EPOCH.toordinal()) * _MINUTES_A_DAY + behind[number]
        todays = hours[(number - 1) % 7]  # ordinal 1 was a Monday
        if behind[number] == behind[number + 1]:
            found += ((dawn + start, dawn + end) for start, end in todays)
        else:
            found += _on_a_day_of_change(number, todays, where)
    return union([tuple(found)])


def _behind(day: int, where: ZoneInfo) -> int:
    """By how many minutes the clock there is behind UTC when a local day begins."""
    begins = datetime.combine(date.fromordinal(day), _MIDNIGHT, where)
    return -((begins.utcoffset() or timedelta()) // _MINUTE)


def _on_a_day_of_change(
    number: int, hours: list[tuple[int, int]], where: ZoneInfo
) -> Iterator[tuple[int, int]]:
    """When an office is open on a day on which the clock is changed: by the clock before, and by
    the clock after.
    """
    day = date.fromordinal(number)
    dawn, dusk = midnight(day, where), midnight(day + _DAY, where)
    cuts = [dawn, dusk]
    if dusk - dawn != _DAY:
        cuts.insert(1, change_between(dawn, dusk, where))
    for low, high in pairwise(cuts):
        behind = -((low.astimezone(where).utcoffset() or timedelta()) // _MINUTE)
        begin = (number - _EPOCH.toordinal()) * _MINUTES_A_DAY + behind
        for start, end in hours:
            from_, until = max(begin + start, minutes(low)), min(begin + end, minutes(high))
            if from_ < until:
                yield from_, until


def union(several: Iterable[Times]) -> Times:
    """The minutes of any of them."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(one for times in several for one in times):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def next_in(times: Times, at: int) -> int | None:
    """The first of these minutes from one on; None when there is none any more."""
    place = bisect_right(times, (at, 1 << 62))
    if place and at < times[place - 1][1]:
        return at
    return times[place][0] if place < len(times) else None


def first_gap(
    demand: Demand, starts: Times | None, due: Callable[[datetime], Moment], shortest: timedelta
) -> Gap | None:
    """The first start from which nobody is there until it is due; None when there is none.

    `starts` are the minutes at which it can start; None for all. Whatever the start, it is due
    after `shortest` at the least.
    """
    least = shortest // _MINUTE
    looked_at = set()
    for part in {part for way in demand for part in way}:
        for (_, closes), (opens, _) in pairwise(part):
            if opens - closes > least:
                at = closes if starts is None else next_in(starts, closes)
                if at is not None and at < opens:
                    looked_at.add(at)
    for at in sorted(looked_at):
        again = _met_first(demand, at)
        if again is None:
            return None  # the end of the years that are looked at
        ends = due(instant(at))
        if ends.at < instant(again):
            return Gap(start=instant(at), due=ends, again=instant(again))
    return None


def _met_first(demand: Demand, at: int) -> int | None:
    """The first minute at which somebody of every part of one way has been there."""
    ways = []
    for way in demand:
        there = [next_in(part, at) for part in way]
        known = [one for one in there if one is not None]
        if len(known) == len(there):
            ways.append(max(known, default=at))
    return min(ways, default=None)
