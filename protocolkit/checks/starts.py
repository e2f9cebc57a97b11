"""Does one stretch of time end after another one, for some start? Exact, with that start.

A chain is spans one after the other. Where days end depends on the local day alone, so between
two midnights either end stands still or moves with the start: what is true somewhere in such a
piece is true at its first or at its last minute. Imports ground and the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from heapq import merge
from itertools import pairwise
from typing import TypeAlias

from protocolkit.ground.calendars import Calendar, business_days
from protocolkit.ground.limits import (
    Duration,
    Limit,
    Moment,
    add,
    bounds,
    shorter_for_every_start,
    subtract,
)
from protocolkit.ground.record import Record
from protocolkit.ground.zones import instant_of, midnight
from protocolkit.ground.zones import zone as zone_named
from protocolkit.model.protocol import Protocol

FIRST_DAY = date(2024, 1, 8)
DAYS = 28 * 1461 // 4
"""28 years bring every weekday to every date; they begin with a plain week."""

_CLAMPED = ("calendar months", "calendar years")
"""Units that end earlier in short months: twice one is not the same as two at once."""
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_NOON = time(12)


_Spans: TypeAlias = tuple[Duration, ...]


class Overrun(Record):
    """A start from which a first chain of spans ends after a second one, and the two ends."""

    start: datetime
    first: Moment
    second: Moment


class Starts:
    """Compares chains of spans, in the time zone and on the calendars of a protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self.zone = protocol.timezone
        self.facts = protocol.facts
        self.calendars = {
            name: office.calendar
            for name, office in protocol.calendars.items()
            if office.calendar is not None and office.calendar.open
        }
        only = next(iter(protocol.calendars)) if len(protocol.calendars) == 1 else ""
        self._default = protocol.business_days or only
        self._known: dict[tuple[_Spans, _Spans, bool, bool], Overrun | None] = {}

    def calendar(self, span: Duration) -> Calendar | None:
        """The calendar that a span's business days follow; None for other spans."""
        if span.unit != "business days":
            return None
        return self.calendars.get(span.calendar or self._default)

    def zone_of(self, span: Duration) -> str:
        """Where the days of a span begin and end."""
        calendar = self.calendar(span)
        return calendar.zone if calendar is not None else self.zone

    def from_a_day(self, limit: Limit) -> bool:
        """Whether a limit counts from the day that a fact names, so from its first instant."""
        anchor = limit.anchor
        return anchor is not None and anchor.name in self.facts and not anchor.event

    def end(self, start: datetime, chain: Sequence[Duration], *, back: bool = False) -> Moment:
        """When a chain of spans from a start is over; `back` counts a single span backwards."""
        moment = Moment(at=start)
        for span in chain:
            count = subtract if back else add
            moment = count(moment, span, self.zone, self.calendar(span))
        return moment

    def overrun(
        self,
        first: Sequence[Duration],
        second: Sequence[Duration],
        *,
        back: bool = False,
        at_midnight: bool = False,
    ) -> Overrun | None:
        """The first start from which `first` ends after `second`; None when there is none.

        Looked for among every minute, or among the beginnings of local days. None also when days
        cannot be counted: no zone, no calendar, or one on which they take thousands of years. The
        reader says so.
        """
        question = (_merged(first), _merged(second), back, at_midnight)
        if question not in self._known:
            self._known[question] = self._looked_for(*question)
        return self._known[question]

    def days(self, span: Duration) -> Iterator[tuple[datetime, datetime, datetime]]:
        """The beginning and the end of each local day that is looked at, and when a span of days
        ends that starts in it.
        """
        for dawn, dusk in pairwise(self._midnights(self.zone_of(span), timedelta())):
            yield dawn, dusk, self.end(dawn, (span,)).at

    def day_after(self, day: date, span: Duration) -> date | None:
        """The day on which a span ends that counts from a day; None when it cannot be counted."""
        if self._is_endless(span):
            return None
        try:
            start = midnight(day, zone_named(self.zone))
            return self.end(start, (span,)).day(self.zone)
        except (ValueError, OverflowError):
            return None

    def _is_endless(self, span: Duration) -> bool:
        """Whether business days would take more than a hundred years, which takes long to find."""
        calendar = self.calendar(span)
        years = range(FIRST_DAY.year, FIRST_DAY.year + 10)
        return calendar is not None and span.amount > 10 * sum(
            len(business_days(calendar, year)) for year in years
        )

    def _looked_for(
        self, first: _Spans, second: _Spans, back: bool, at_midnight: bool
    ) -> Overrun | None:
        if any(self._is_endless(span) for span in (*first, *second)):
            return None
        try:
            return self._first_overrun(first, second, back, at_midnight)
        except (ValueError, OverflowError):
            return None

    def _first_overrun(
        self, first: _Spans, second: _Spans, back: bool, at_midnight: bool
    ) -> Overrun | None:
        spans = (*first, *second)
        if not back and self._never(first, second):
            return None
        pieces = self._pieces(first, second)
        if all(span.is_elapsed for span in spans):
            pieces = iter([(self._noon(FIRST_DAY),) * 2])
        elif at_midnight:
            pieces = ((at, at) for at in self._midnights(self.zone_of(first[0]), timedelta()))
        moves = any(span.is_elapsed for span in spans)
        for low, high in pieces:
            looked_at = (low, high) if moves else (low,)
            ends = [self._ends(at, first, second, back) for at in looked_at]
            if all(one.at <= other.at for one, other in ends):
                continue
            noon = self._noon(low.astimezone(zone_named(self.zone)).date())
            for at in (min(max(low, noon), high), low, high):
                one, other = self._ends(at, first, second, back)
                if one.at > other.at:
                    return Overrun(start=at, first=one, second=other)
        return None

    def _ends(
        self, at: datetime, first: Sequence[Duration], second: Sequence[Duration], back: bool
    ) -> tuple[Moment, Moment]:
        return self.end(at, first, back=back), self.end(at, second, back=back)

    def _never(self, first: Sequence[Duration], second: Sequence[Duration]) -> bool:
        """Whether a look at the longest and the shortest is enough to say that it never does."""
        if len(first) == len(second) == 1:
            calendars = {self.calendar(span) for span in (*first, *second)} - {None}
            if len(calendars) <= 1:
                calendar = next(iter(calendars), None)
                return shorter_for_every_start(first[0], second[0], self.zone, calendar) is True
        longest = sum((self._bounds(span)[1] for span in first), timedelta())
        return longest <= sum((self._bounds(span)[0] for span in second), timedelta())

    def _bounds(self, span: Duration) -> tuple[timedelta, timedelta]:
        return bounds(span, self.zone, self.calendar(span))

    # -- the pieces ----------------------------------------------------------------------

    def _pieces(
        self, first: Sequence[Duration], second: Sequence[Duration]
    ) -> Iterator[tuple[datetime, datetime]]:
        """The first and the last minute of every piece between two places where an end jumps."""
        jumps = {(self.zone, timedelta()), self._jump(first), self._jump(second)}
        cuts = merge(*(self._midnights(*jump) for jump in sorted(jumps)))
        yield from ((low, high - _MINUTE) for low, high in pairwise(cuts) if low < high)

    def _jump(self, chain: Sequence[Duration]) -> tuple[str, timedelta]:
        """In whose days, and how long before midnight, a start moves the end by a day."""
        before = timedelta()
        for span in chain:
            if not span.is_elapsed:
                return self.zone_of(span), before
            before += self._bounds(span)[0]
        return self.zone, timedelta()

    def _midnights(self, zone: str, before: timedelta) -> Iterator[datetime]:
        """The beginnings of the local days, each so much earlier."""
        where = zone_named(zone)
        for day in range(DAYS):
            yield midnight(FIRST_DAY + day * _DAY, where) - before

    def _noon(self, day: date) -> datetime:
        where = zone_named(self.zone)
        return instant_of(datetime.combine(day, _NOON), where)

    # -- words ---------------------------------------------------------------------------

    def words(self, moment: Moment) -> str:
        """A moment as people say it: `Fri 2024-01-12 16:50`; a day that is over ends at 24:00."""
        local = moment.at.astimezone(zone_named(self.zone))
        if moment.end_of_day and local.time() == time():
            day = local.date() - _DAY
            return f"{_WEEKDAYS[day.weekday()]} {day} 24:00"
        return f"{_WEEKDAYS[local.weekday()]} {local:%Y-%m-%d %H:%M}"


def _merged(chain: Sequence[Duration]) -> _Spans:
    """The same chain with fewer spans: hours go on from hours, and days of one kind from days."""
    merged: list[Duration] = []
    for span in chain:
        before = merged[-1] if merged else None
        kind = (span.unit, span.calendar)
        if before is None or (before.unit, before.calendar) != kind or span.unit in _CLAMPED:
            merged.append(span)
        else:
            merged[-1] = span.replace(amount=before.amount + span.amount)
    return tuple(merged)
