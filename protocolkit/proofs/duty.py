"""Who is on duty when: each minute of a week, by the office hours that a protocol declares.

A week is a number whose bit n stands for minute n after Monday 00:00 in the protocol's own
zone, so that "somebody of these is there" is one `or`, exact to the minute. How long an office
stays empty at worst is looked up over every day of 28 years, holidays and changes of the clock
included. Imports the model and ground; what an empty hour means for a case is left to others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, reduce
from operator import and_, or_

from protocolkit.ground.calendars import Calendar, business_days
from protocolkit.ground.reckoning import HORIZON
from protocolkit.ground.record import Record
from protocolkit.ground.zones import instant_of, zone
from protocolkit.model.protocol import Protocol

DAY = 24 * 60
WEEK = 7 * DAY
WHOLE = (1 << WEEK) - 1
"""Every minute of the week."""

ALWAYS = "always"
_MINUTE = timedelta(minutes=1)
_CLOCK_CHANGE = 3 * 60
"""Minutes by which a wait on the clock of the wall may differ from the real one, and to spare."""


class Stretch(Record):
    """Minutes of the week from `start` up to `end`, without it; over Sunday night `end` is later
    than a week.
    """

    start: int
    end: int


class Wait(Record):
    """How long nobody of some offices is there, at worst. `length` None: nobody ever comes.

    `known` is False when an office states no hours, so that nobody can tell. `since` and `until`
    are the first instants at which that happens, aware UTC.
    """

    length: timedelta | None = timedelta()
    known: bool = True
    since: datetime | None = None
    until: datetime | None = None


class Shift(Record):
    """Hours of the week at which the same offices are open. `roles`: those on duty then."""

    roles: tuple[str, ...]
    stretches: tuple[Stretch, ...]


class Duty:
    """The week of every role of a protocol; offices that state no hours stand in `unstated`."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.calendars = {
            name: office.calendar
            for name, office in protocol.calendars.items()
            if office.calendar is not None
        }
        self._waits: dict[frozenset[str], Wait] = {}
        self.weeks: dict[str, int] = {}
        self.closed_days: dict[str, int] = {}
        for role in protocol.roles.values():
            calendar = self.calendars.get(role.available or "")
            if role.available == ALWAYS:
                self.weeks[role.id] = self.closed_days[role.id] = WHOLE
            elif calendar is not None:
                self.weeks[role.id] = open_week(calendar, protocol.timezone)
                self.closed_days[role.id] = 0 if calendar.closed else self.weeks[role.id]
        self.unstated = tuple(role for role in protocol.roles if role not in self.weeks)

    @property
    def has_closed_days(self) -> bool:
        """Whether some office is closed on certain days of the year."""
        return self.weeks != self.closed_days

    def week(self, roles: Iterable[str], *, closed_day: bool = False) -> int:
        """The minutes at which somebody of these roles is there for certain.

        `closed_day`: on a day on which every office is closed that has such days at all.
        """
        weeks = self.closed_days if closed_day else self.weeks
        return reduce(or_, (weeks.get(role, 0) for role in roles), 0)

    def is_unstated(self, roles: Iterable[str]) -> bool:
        """Whether one of these roles states no hours."""
        return any(role not in self.weeks for role in roles)

    def shifts(self) -> tuple[Shift, ...]:
        """The week cut into hours at which the same roles are on duty, in the order in which they
        first come; roles that state no hours are left out.
        """
        found: dict[tuple[str, ...], int] = {}
        cuts = sorted({0, *(at for week in self.weeks.values() for at in _edges(week))})
        for start, end in zip(cuts, [*cuts[1:], WEEK], strict=True):
            roles = tuple(role for role, week in self.weeks.items() if week >> start & 1)
            found[roles] = found.get(roles, 0) | (1 << end) - (1 << start)
        return tuple(Shift(roles=roles, stretches=stretches(week)) for roles, week in found.items())

    def wait(self, roles: Iterable[str]) -> Wait:
        """How long it takes at worst until somebody of these roles is there."""
        roles = tuple(roles)
        hours = frozenset(self.protocol.roles[role].available or "" for role in roles)
        if ALWAYS in hours:
            return Wait()
        offices = hours.intersection(self.calendars)
        if not offices:
            return Wait(length=timedelta() if roles else None, known=not roles)
        if offices not in self._waits:
            calendars = (self.calendars[name] for name in sorted(offices))
            self._waits[offices] = longest_wait(tuple(calendars))
        return self._waits[offices]


def stretches(week: int) -> tuple[Stretch, ...]:
    """The runs of minutes of a week; one that goes on over Sunday night is one run."""
    cuts = list(_edges(week))
    if len(cuts) % 2:
        cuts.append(WEEK)
    found = [Stretch(start=a, end=b) for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
    if len(found) > 1 and found[0].start == 0 and found[-1].end == WEEK:
        found[-1] = Stretch(start=found[-1].start, end=WEEK + found.pop(0).end)
    return tuple(found)


@lru_cache(maxsize=256)
def open_week(calendar: Calendar, where: str) -> int:
    """The minutes of a week, told in the zone `where`, at which an office is open.

    Where the two zones do not change their clocks together, a minute counts only if the office
    is open then all year.
    """
    week = 0
    for weekday, start, end in calendar.open:
        week |= (1 << weekday * DAY + end) - (1 << weekday * DAY + start)
    return reduce(and_, (_turned(week, ahead) for ahead in _ahead(calendar.zone, where)))


@lru_cache(maxsize=64)
def longest_wait(calendars: tuple[Calendar, ...]) -> Wait:
    """The longest time in which none of these offices is open, over every day of the horizon."""
    zones = {calendar.zone for calendar in calendars}
    one_clock = zones.pop() if len(zones) == 1 else "UTC"
    best, ended = Wait(), -1
    for start, end in sorted(
        hours for calendar in calendars for hours in _openings(calendar, one_clock)
    ):
        # Real time is reckoned only for what is long enough by the clock on the wall.
        if ended >= 0 and (start - ended + _CLOCK_CHANGE) * _MINUTE > (best.length or _MINUTE):
            since, until = _instant(ended, one_clock), _instant(start, one_clock)
            if until - since > (best.length or timedelta()):
                best = Wait(length=until - since, since=since, until=until)
        ended = max(ended, end)
    return best if ended >= 0 else Wait(length=None)


def _edges(week: int) -> Iterator[int]:
    """The minutes at which a week changes, from its beginning on (before it nobody is there)."""
    changes = (week ^ week << 1) & WHOLE
    while changes:
        lowest = changes & -changes
        yield lowest.bit_length() - 1
        changes ^= lowest


def _turned(week: int, ahead: int) -> int:
    """A week on a clock that is so many minutes ahead."""
    ahead %= WEEK
    return (week << ahead | week >> WEEK - ahead) & WHOLE


@lru_cache(maxsize=64)
def _ahead(zone_there: str, zone_here: str) -> tuple[int, ...]:
    """By how many minutes the clock here is ahead of the clock there, all that occur in a year."""
    if zone_there == zone_here:
        return (0,)
    noon = datetime(HORIZON[0], 1, 1, 12, tzinfo=UTC)
    found = set()
    for day in range(366):
        at = noon + timedelta(days=day)
        here, there = (at.astimezone(zone(name)).utcoffset() for name in (zone_here, zone_there))
        assert here is not None
        assert there is not None
        found.add((here - there) // _MINUTE)
    return tuple(sorted(found))


def _openings(calendar: Calendar, clock: str) -> Iterator[tuple[int, int]]:
    """The hours of an office on every day of the horizon, in minutes by a clock."""
    hours: Mapping[int, list[tuple[int, int]]] = {
        day: [(start, end) for weekday, start, end in calendar.open if weekday == day]
        for day in range(7)
    }
    for year in range(HORIZON[0], HORIZON[1] + 1):
        for day in business_days(calendar, year):
            for start, end in hours[(day - 1) % 7]:
                opens, closes = day * DAY + start, day * DAY + end
                if clock != calendar.zone:
                    opens, closes = (
                        _wall_minutes(_instant(minutes, calendar.zone))
                        for minutes in (opens, closes)
                    )
                yield opens, closes


def _instant(minutes: int, clock: str) -> datetime:
    """The instant of so many minutes on a clock on the wall, from ordinal day 0 on."""
    day, minute = divmod(minutes, DAY)
    local = datetime.combine(date.fromordinal(day), datetime.min.time()) + minute * _MINUTE
    return local.replace(tzinfo=UTC) if clock == "UTC" else instant_of(local, zone(clock))


def _wall_minutes(at: datetime) -> int:
    return at.toordinal() * DAY + at.hour * 60 + at.minute
