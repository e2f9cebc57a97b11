"""Limits: their text, and the instants they come to."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.ground.calendars import Calendar, parse_closed, parse_open
from protocolkit.ground.limits import (
    Due,
    Duration,
    Limit,
    LimitSyntaxError,
    Moment,
    OccurrenceRef,
    Unit,
    add,
    bounds,
    due,
    is_late,
    parse_duration,
    parse_limit,
    parse_occurrence,
    shorter_for_every_start,
    subtract,
)

CHICAGO, LONDON, NEW_YORK = "America/Chicago", "Europe/London", "America/New_York"


def calendar(where: str, *closed: str, hours: str = "mon-fri 09:00-17:00") -> Calendar:
    """A calendar from texts."""
    rules = tuple(parse_closed(rule) for rule in closed)
    return Calendar(name="office", zone=where, open=parse_open(hours), closed=rules)


DISTRICT = calendar(NEW_YORK, "fixed 04-16", "last monday of may", "fixed 06-19", "fixed 07-04")
ENGLAND = calendar(
    LONDON,
    "easter -2",
    "easter +1",
    "first monday of may",
    "last monday of may",
    "fixed 12-25, observed forward",
    "fixed 12-26, observed forward",
    "fixed 01-01, observed forward",
)
OFFICE = calendar(
    CHICAGO, "fixed 01-01", "easter -2", "last monday of may", "fixed 12-25, observed"
)


def at(text: str, where: str, fold: int = 0) -> datetime:
    """The UTC instant of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(where), fold=fold).astimezone(UTC)


def end_of(day: str, where: str) -> Moment:
    """24:00 of a local day, in a zone that has every midnight."""
    following = date.fromisoformat(day) + timedelta(days=1)
    return Moment(at=at(following.isoformat(), where), end_of_day=True)


# -- what limits come to


@pytest.mark.parametrize(
    ("case", "start", "span", "zone", "office", "day"),
    [
        ("DC-05", "2025-03-12 00:00", "30 calendar days", NEW_YORK, DISTRICT, "2025-04-11"),
        ("DC-05", "2025-03-12 23:59", "30 calendar days", NEW_YORK, DISTRICT, "2025-04-11"),
        ("DC-05 report", "2025-04-11 15:00", "5 business days", NEW_YORK, DISTRICT, "2025-04-21"),
        ("DC-09", "2025-06-02 09:00", "30 calendar days", NEW_YORK, DISTRICT, "2025-07-02"),
        ("EW-01", "2025-04-10 11:00", "15 business days", LONDON, ENGLAND, "2025-05-06"),
        ("EW-01 s47", "2025-04-10 11:00", "42 business days", LONDON, ENGLAND, "2025-06-13"),
        ("EW-02", "2025-04-14 11:00", "15 business days", LONDON, ENGLAND, "2025-05-08"),
        ("EW-03", "2025-12-18 11:00", "15 business days", LONDON, ENGLAND, "2026-01-13"),
        ("EW-04", "2025-04-17 11:00", "1 business day", LONDON, ENGLAND, "2025-04-22"),
        ("EW-07", "2025-05-06 14:00", "10 business days", LONDON, ENGLAND, "2025-05-20"),
        ("EW-10 next", "2025-05-19 10:00", "1 calendar month", LONDON, ENGLAND, "2025-06-19"),
        ("EW-10 outer", "2025-05-19 10:00", "6 calendar weeks", LONDON, ENGLAND, "2025-06-30"),
        ("EW-10 review", "2025-05-06 10:00", "3 calendar months", LONDON, ENGLAND, "2025-08-06"),
        ("EW-10 second", "2025-07-30 10:00", "6 calendar months", LONDON, ENGLAND, "2026-01-30"),
        ("EW-11", "2025-05-06 10:00", "28 calendar days", LONDON, ENGLAND, "2025-06-03"),
        ("EW-12", "2025-04-17 10:00", "15 business days", LONDON, ENGLAND, "2025-05-13"),
        ("leap day", "2024-02-29 10:00", "1 calendar year", CHICAGO, OFFICE, "2025-02-28"),
        ("leap day", "2024-02-29 10:00", "4 calendar years", CHICAGO, OFFICE, "2028-02-29"),
    ],
)
def test_days_of_the_published_cases(
    case: str, start: str, span: str, zone: str, office: Calendar, day: str
) -> None:
    """A day unit ends at 24:00 of the day that the case states."""
    moment = add(Moment(at=at(start, zone)), parse_duration(span), zone, office)
    assert end_of(day, zone) == moment, case


def test_levels_one_after_the_other_count_from_the_day_that_ends() -> None:
    """EW-14: each level starts at 24:00 of a day, and that day is its day 0."""
    moment = Moment(at=at("2025-04-17 10:00", LONDON))
    ends: list[Moment] = []
    for days in (1, 2, 5):
        moment = add(moment, Duration(amount=days, unit="business days"), LONDON, ENGLAND)
        ends.append(moment)
    assert [end_of(day, LONDON) for day in ("2025-04-22", "2025-04-24", "2025-05-01")] == ends


def test_the_end_of_tuesday_is_tuesday() -> None:
    """One business day that ends on Tuesday, then two more: Thursday, not Friday."""
    monday = Moment(at=at("2025-06-02 10:00", CHICAGO))
    tuesday = add(monday, parse_duration("1 business day"), CHICAGO, OFFICE)
    assert end_of("2025-06-03", CHICAGO) == tuesday
    two = parse_duration("2 business days")
    assert end_of("2025-06-05", CHICAGO) == add(tuesday, two, CHICAGO, OFFICE)
    assert end_of("2025-05-30", CHICAGO) == subtract(tuesday, two, CHICAGO, OFFICE)


@pytest.mark.parametrize(
    ("start", "fold", "limit", "zone"),
    [
        ("2025-11-01 23:30", 0, at("2025-11-02 01:30", CHICAGO, fold=0), CHICAGO),  # MO-01
        ("2025-11-02 00:30", 0, at("2025-11-02 01:30", CHICAGO, fold=1), CHICAGO),  # MO-03
        ("2025-11-02 01:30", 0, at("2025-11-02 02:30", CHICAGO), CHICAGO),
        ("2025-11-02 00:20", 0, at("2025-11-02 01:20", CHICAGO, fold=1), CHICAGO),  # MO-04
        ("2025-03-09 01:30", 0, at("2025-03-09 04:30", CHICAGO), CHICAGO),
    ],
)
def test_two_hours_are_two_hours(start: str, fold: int, limit: datetime, zone: str) -> None:
    """Elapsed hours count real time on nights when the clocks change."""
    two_hours = parse_limit("within 2 hours")
    found = due(two_hours, Moment(at=at(start, zone, fold)), zone, None)
    assert Due(due=limit) == found


def test_late_on_the_night_of_two_half_past_ones() -> None:
    """MO-03: 01:45 of the summer hour is on time, 01:45 of the winter hour is late."""
    limit = due(parse_limit("2 hours"), Moment(at=at("2025-11-02 00:30", CHICAGO)), CHICAGO, None)
    assert not is_late(at("2025-11-02 01:45", CHICAGO, fold=0), limit.due)
    assert is_late(at("2025-11-02 01:45", CHICAGO, fold=1), limit.due)


def test_late_is_later_by_any_amount() -> None:
    """On the instant is on time, a microsecond after is late, no limit is never late."""
    limit = at("2025-06-02 10:00", CHICAGO)
    assert not is_late(limit, limit)
    assert is_late(limit + timedelta.resolution, limit)
    assert not is_late(datetime.max.replace(tzinfo=UTC), None)


@pytest.mark.parametrize(
    ("start", "days"),
    [
        ("2025-11-01 23:30", ["2025-12-01", "2026-01-01", "2026-02-01"]),
        ("2026-01-31 08:00", ["2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2024-01-31 08:00", ["2024-02-29", "2024-03-31", "2024-04-30"]),
    ],
)
def test_a_grid_counts_from_the_original_day(start: str, days: list[str]) -> None:
    """MO-07: monthly from the 31st is 28 February, then 31 March."""
    anchor, month = Moment(at=at(start, CHICAGO)), parse_duration("1 calendar month")
    found = [add(anchor, month, CHICAGO, None, times=n) for n in (1, 2, 3)]
    assert [end_of(day, CHICAGO) for day in days] == found


@pytest.mark.parametrize("span", ["1 calendar day", "1 business day", "1 calendar month"])
def test_no_period_ends_with_the_day_of_the_anchor(span: str) -> None:
    """Period 0 of a grid is the anchor's own day, even a Sunday."""
    sunday = Moment(at=at("2025-06-01 10:00", CHICAGO))
    found = add(sunday, parse_duration(span), CHICAGO, OFFICE, times=0)
    assert end_of("2025-06-01", CHICAGO) == found


@pytest.mark.parametrize(
    ("hearing", "text", "expected"),
    [
        # DC-08, first as set, then as moved
        ("2025-05-30 09:30", "5 calendar days before hearing", end_of("2025-05-25", NEW_YORK)),
        ("2025-05-23 09:30", "5 calendar days before hearing", end_of("2025-05-18", NEW_YORK)),
        ("2025-05-27 09:30", "2 business days before hearing", end_of("2025-05-22", NEW_YORK)),
        ("2025-01-02 09:30", "2 business days before hearing", end_of("2024-12-31", NEW_YORK)),
        ("2025-03-31 09:30", "1 calendar month before hearing", end_of("2025-02-28", NEW_YORK)),
        (
            "2025-03-09 09:30",
            "12 hours before hearing",
            Moment(at=at("2025-03-08 20:30", NEW_YORK)),
        ),
    ],
)
def test_before_counts_back(hearing: str, text: str, expected: Moment) -> None:
    """`before` counts back from the day of the event and ends at 24:00; hours are exact."""
    found = due(parse_limit(text), Moment(at=at(hearing, NEW_YORK)), NEW_YORK, DISTRICT)
    assert Due(due=expected.at, end_of_day=expected.end_of_day) == found


START = Moment(at=at("2025-06-02 10:00", CHICAGO))
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unspecified", Due()),
        ("at once", Due(aim=START.at)),
        ("within 2 hours", Due(due=START.at + 2 * HOUR)),
        (
            "at once, within 2 hours, at most 12 hours",
            Due(aim=START.at, due=START.at + 2 * HOUR, outer=START.at + 12 * HOUR),
        ),
        (
            "at once, at most 2 hours",
            Due(aim=START.at, due=START.at + 2 * HOUR, outer=START.at + 2 * HOUR),
        ),
        (
            "2 hours, at most 1 business day",
            Due(due=START.at + 2 * HOUR, outer=end_of("2025-06-03", CHICAGO).at),
        ),
        (
            "1 calendar day, at most 72 hours",
            Due(
                due=end_of("2025-06-03", CHICAGO).at,
                outer=START.at + 72 * HOUR,
                end_of_day=True,
            ),
        ),
        (
            "2 calendar days before hearing, at most 12 hours",
            Due(
                due=end_of("2025-05-31", CHICAGO).at,
                outer=START.at - 12 * HOUR,
                end_of_day=True,
            ),
        ),
    ],
)
def test_up_to_three_instants(text: str, expected: Due) -> None:
    """Aim, due and outer stand apart; `at most` alone is also the due instant."""
    assert expected == due(parse_limit(text), START, CHICAGO, OFFICE)


def test_the_outer_span_may_count_on_its_own_calendar() -> None:
    """A court that is shut on Tuesdays ends its business day later."""
    court = calendar(CHICAGO, hours="wed-fri 09:00-12:00")
    limit = parse_limit("1 business day, at most 1 business day of court")
    found = due(limit, START, CHICAGO, OFFICE, outer_calendar=court)
    expected = (end_of("2025-06-03", CHICAGO).at, end_of("2025-06-04", CHICAGO).at)
    assert expected == (found.due, found.outer)


def test_business_days_end_where_their_office_is() -> None:
    """A protocol in Chicago that counts on a London calendar ends at London's midnight."""
    start = Moment(at=at("2025-06-02 22:00", CHICAGO))  # already Tuesday in London
    found = add(start, parse_duration("1 business day of unit"), CHICAGO, ENGLAND)
    assert end_of("2025-06-04", LONDON) == found


def test_business_days_need_a_calendar_that_has_some() -> None:
    """Without a calendar, or with one that never opens, there is nothing to count."""
    one = parse_duration("1 business day")
    # Every Monday of the year, and the hours are on Mondays only.
    nths = ("first", "second", "third", "fourth", "last")
    months = [f"{date(2025, month, 1):%B}".lower() for month in range(1, 13)]
    mondays = [f"{nth} monday of {month}" for month in months for nth in nths]
    never = calendar(CHICAGO, *mondays, hours="mon 09:00-10:00")
    calls: list[Callable[[Calendar | None], object]] = [
        partial(add, START, one, CHICAGO),
        partial(subtract, START, one, CHICAGO),
        partial(bounds, one, CHICAGO),
    ]
    for call in calls:
        with pytest.raises(ValueError, match="need a calendar"):
            call(None)
        with pytest.raises(ValueError, match="no business day in 10 years"):
            call(never)


# -- an independent count, plain and slow

ZONES = (
    CHICAGO,
    LONDON,
    "America/Halifax",
    "America/St_Johns",
    "America/Havana",  # clocks jump at midnight
    "America/Sao_Paulo",  # did so until 2019
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Africa/Casablanca",  # back for one month a year
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Apia",  # lost a day in 2011
)


def plain_end_of(day: date, where: str) -> datetime:
    """The first quarter of an hour whose local date is later than `day`."""
    wall = ZoneInfo(where)
    now = datetime(day.year, day.month, day.day, tzinfo=UTC)
    while now.astimezone(wall).date() <= day:
        now += timedelta(minutes=15)
    while (now - timedelta(minutes=15)).astimezone(wall).date() > day:
        now -= timedelta(minutes=15)
    return now


def plain_add(moment: Moment, span: Duration, where: str, closed: set[date]) -> datetime:
    """Minute by minute, day by day, month by month."""
    now, wall = moment.at, ZoneInfo(where)
    if span.unit in ("minutes", "hours"):
        for _ in range(span.amount * (60 if span.unit == "hours" else 1)):
            now += timedelta(minutes=1)
        return now
    day = now.astimezone(wall).date()
    if moment.end_of_day:
        day = (now - timedelta(seconds=1)).astimezone(wall).date()
    left = span.amount * {"calendar weeks": 7, "calendar years": 12}.get(span.unit, 1)
    if span.unit in ("calendar months", "calendar years"):
        year, month, number = day.year, day.month, day.day
        for _ in range(left):
            month += 1
            if month == 13:
                year, month = year + 1, 1
        lengths = [31, 29 if year % 4 == 0 else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return plain_end_of(date(year, month, min(number, lengths[month - 1])), where)
    while left:
        day += timedelta(days=1)
        if span.unit != "business days" or (day.weekday() < 5 and day not in closed):
            left -= 1
    return plain_end_of(day, where)


@pytest.mark.parametrize("where", ZONES)
def test_add_agrees_with_plain_counting(where: str) -> None:
    """On hundreds of random starts from 2000 to 2037, many near a change of the clock."""
    chance = random.Random(where)
    wall, office = ZoneInfo(where), calendar(where, "fixed 01-01", "fixed 07-01", "fixed 11-11")
    closed = {date(y, m, d) for y in range(1999, 2045) for m, d in ((1, 1), (7, 1), (11, 11))}
    units: list[Unit] = [
        "minutes",
        "hours",
        "calendar days",
        "business days",
        "calendar weeks",
        "calendar months",
        "calendar years",
    ]
    first = datetime(2000, 1, 1, tzinfo=UTC)
    days = [first + timedelta(days=ahead) for ahead in range(38 * 365)]
    offsets = [day.astimezone(wall).utcoffset() for day in days]
    changes = [days[n] for n in range(len(days) - 1) if offsets[n] != offsets[n + 1]]
    for turn in range(400):
        span = Duration(amount=chance.randint(1, 20), unit=chance.choice(units))
        start = first + timedelta(minutes=chance.randrange(38 * 365 * 24 * 60))
        if changes and turn % 2:
            # Start, or end a span of days, around the change.
            start = chance.choice(changes) + timedelta(minutes=chance.randrange(-1500, 3000))
            start -= timedelta(days=span.amount) * chance.randint(0, 1)
        moment = Moment(at=start)
        if turn % 5 == 0:
            moment = Moment(at=plain_end_of(start.astimezone(wall).date(), where), end_of_day=True)
        found = add(moment, span, where, office)
        assert plain_add(moment, span, where, closed) == found.at, (start, span)
        assert (span.unit not in ("minutes", "hours")) == found.end_of_day


def test_subtract_undoes_add_on_business_days() -> None:
    """From a business day forth and back is the same day, whatever lies between."""
    chance = random.Random(5)
    for _ in range(200):
        start = Moment(at=START.at + timedelta(days=chance.randrange(3000)))
        one, span = (Duration(amount=n, unit="business days") for n in (1, chance.randint(1, 400)))
        begin = add(start, one, CHICAGO, OFFICE)
        there = add(begin, span, CHICAGO, OFFICE)
        assert begin == subtract(there, span, CHICAGO, OFFICE)


# -- how long a span can be


@pytest.mark.parametrize(
    ("text", "zone", "least", "greatest"),
    [
        ("12 hours", CHICAGO, 12, 12),
        ("1 calendar day", "UTC", 24, 48),
        ("1 calendar day", CHICAGO, 23, 49),
        ("1 calendar month", "UTC", 28 * 24, 32 * 24),
        ("1 calendar year", "UTC", 365 * 24, 367 * 24),
    ],
)
def test_bounds(text: str, zone: str, least: int, greatest: int) -> None:
    """Least counts from the end of a day, greatest from its first instant, in hours."""
    found = bounds(parse_duration(text), zone, None)
    assert (timedelta(hours=least), timedelta(hours=greatest)) == found


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("1 business day", CHICAGO),
        ("7 business days", "America/Havana"),
        ("1 calendar month", "America/Nuuk"),
        ("2 calendar days", "Africa/Casablanca"),
        ("1 calendar week", "Australia/Lord_Howe"),
    ],
)
def test_bounds_are_reached_and_never_passed(text: str, where: str) -> None:
    """Adding the span to both ends of every local day of 28 years gives the same two lengths."""
    span, wall = parse_duration(text), ZoneInfo(where)
    office = OFFICE.replace(zone=where)
    lengths: list[timedelta] = []
    day = date(2024, 1, 1)
    begin = plain_end_of(day - timedelta(days=1), where)
    while day < date(2052, 1, 1):
        end = plain_next_midnight(begin, wall)
        lengths.append(add(Moment(at=begin), span, where, office).at - begin)
        lengths.append(add(Moment(at=end, end_of_day=True), span, where, office).at - end)
        day, begin = day + timedelta(days=1), end
    assert (min(lengths), max(lengths)) == bounds(span, where, office)


def plain_next_midnight(begin: datetime, wall: ZoneInfo) -> datetime:
    """The next beginning of a local day, from the beginning of one."""
    today = begin.astimezone(wall).date()
    now = begin + timedelta(hours=22)
    while now.astimezone(wall).date() == today:
        now += timedelta(minutes=30)
    return now


@pytest.mark.parametrize(
    ("a", "b", "answer"),
    [
        ("4 hours", "6 hours", True),
        ("6 hours", "360 minutes", True),
        ("361 minutes", "6 hours", False),
        ("1 business day", "12 hours", False),  # the example of the floor
        ("1 calendar day", "1 business day", True),
        ("1 business day", "1 calendar day", False),
        ("1 business day", "120 hours", True),
        ("1 business day", "119 hours", False),
        ("23 hours", "1 calendar day", True),
        ("24 hours", "1 calendar day", False),  # the short day in March
        ("4 calendar weeks", "1 calendar month", True),
        ("29 calendar days", "1 calendar month", False),
        ("31 calendar days", "1 calendar month", False),
        ("1 calendar month", "31 calendar days", True),
        ("12 calendar months", "1 calendar year", True),
        ("1 business day of court", "2 business days", None),
    ],
)
def test_which_span_is_shorter(a: str, b: str, answer: bool | None) -> None:
    """True only if it holds for every start; None if there is nothing to compare on."""
    spans = parse_duration(a), parse_duration(b)
    assert answer is shorter_for_every_start(*spans, CHICAGO, OFFICE)


def test_spans_that_cannot_be_compared() -> None:
    """Business days without a calendar, and days that end in two zones, give None."""
    business, days = parse_duration("1 business day"), parse_duration("1 calendar day")
    assert shorter_for_every_start(business, parse_duration("9 hours"), CHICAGO, None) is None
    assert shorter_for_every_start(days, business, LONDON, OFFICE) is None
    assert shorter_for_every_start(business, business, LONDON, OFFICE) is True


# -- text

names = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
units: st.SearchStrategy[Unit] = st.sampled_from(
    [
        "minutes",
        "hours",
        "calendar days",
        "business days",
        "calendar weeks",
        "calendar months",
        "calendar years",
    ]
)


@st.composite
def durations(draw: st.DrawFn) -> Duration:
    """Any span."""
    unit = draw(units)
    office = draw(st.none() | names) if unit == "business days" else None
    return Duration(amount=draw(st.integers(1, 100)), unit=unit, calendar=office)


named = st.builds(OccurrenceRef, name=names, event=st.just("") | names)


@st.composite
def several(draw: st.DrawFn) -> OccurrenceRef:
    """The first or the last of one or more."""
    found = draw(st.lists(named, min_size=1, max_size=3, unique=True))
    pick: Literal["first", "last"] = draw(st.sampled_from(["first", "last"]))
    return found[0].replace(pick=pick, others=tuple(found[1:]))


occurrences = named | several()


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    """Any limit that a text can say."""
    within, at_most = draw(st.none() | durations()), draw(st.none() | durations())
    at_once = draw(st.booleans())
    if not (within or at_most or at_once):
        return Limit(unspecified=True)
    unspecified = not (within or at_most) and draw(st.booleans())
    anchor, after_last = draw(st.none() | occurrences), False
    if anchor is None:
        after_last = draw(st.booleans())
    direction: Literal["after", "before"] = "after"
    if anchor and not at_once and draw(st.booleans()):
        direction = "before"
    return Limit(
        at_once=at_once,
        within=within,
        direction=direction,
        anchor=anchor,
        after_last=after_last,
        at_most=at_most,
        unspecified=unspecified,
    )


@given(durations())
def test_a_span_prints_what_reads_back(span: Duration) -> None:
    """`str` of a span is read as the same span."""
    assert span == parse_duration(str(span))


@given(occurrences)
def test_an_occurrence_prints_what_reads_back(occurrence: OccurrenceRef) -> None:
    """`str` of an occurrence is read as the same one."""
    assert occurrence == parse_occurrence(str(occurrence))


@given(limits())
def test_a_limit_prints_what_reads_back(limit: Limit) -> None:
    """`str` of a limit is read as the same limit, with or without the word `within`."""
    assert limit == parse_limit(str(limit)) == parse_limit(str(limit).removeprefix("within "))


@given(st.text(alphabet="12 0atbefornclmshdy,.()_-wi\n", max_size=60) | st.text(max_size=20))
def test_any_text_is_a_limit_or_an_error_inside_it(text: str) -> None:
    """No text breaks the reader; an error points into the text or just behind it."""
    found = reading(text)
    if isinstance(found, LimitSyntaxError):
        assert 0 <= found.offset <= len(text)
        assert found.length >= 1
        assert found.message
        assert found.help
    else:
        assert found == parse_limit(str(found))


def reading(text: str) -> Limit | LimitSyntaxError:
    """The limit that a text says, or the error."""
    try:
        return parse_limit(text)
    except LimitSyntaxError as error:
        return error


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2 hours", "within 2 hours"),
        ("within  1 hours", "within 1 hour"),
        ("at once,within 2 hours , at most 12 hours", "at once, within 2 hours, at most 12 hours"),
        ("at once after report, within 2 hours", "at once, within 2 hours after report"),
        ("2 business days of office before hearing", "2 business days of office before hearing"),
        ("14 calendar days after went_missing", "within 14 calendar days after went_missing"),
        ("6 calendar months after the last", "6 calendar months after the last"),
        ("30 minutes after last( x.met )", "within 30 minutes after last(x.met)"),
        ("at most 2 hours", "at most 2 hours"),
        ("at once", "at once"),
        ("unspecified", "unspecified"),
        ("at once , unspecified", "at once, unspecified"),
        ("at once after report, unspecified", "at once after report, unspecified"),
        ("2 hours after first( a,b.met )", "within 2 hours after first(a, b.met)"),
    ],
)
def test_limits_print_in_one_way(text: str, printed: str) -> None:
    """Spaces and order of speech are free, the printed text is not."""
    assert printed == str(parse_limit(text))


SPANS = {
    "inform_limit": parse_duration("6 hours"),
    "outer_limit": parse_duration("2 business days of court"),
}


def test_a_parameter_stands_for_its_span() -> None:
    """The value holds the span and remembers the names, each once, in order."""
    limit = parse_limit("at once, within inform_limit, at most outer_limit", SPANS)
    assert "at once, within 6 hours, at most 2 business days of court" == str(limit)
    assert ("inform_limit", "outer_limit") == limit.parameters
    assert ("inform_limit",) == parse_limit("inform_limit, at most inform_limit", SPANS).parameters
    assert SPANS["inform_limit"] == parse_duration("inform_limit", SPANS)


@pytest.mark.parametrize(
    ("text", "offset", "length", "help"),
    [
        ("2 days", 2, 4, "say `calendar days` or `business days`"),
        ("within 1 day", 9, 3, "say `calendar days` or `business days`"),
        ("2 weeks", 2, 5, "say `calendar weeks`"),
        ("2 months after x", 2, 6, "say `calendar months`"),
        ("2 years", 2, 5, "say `calendar years`"),
        ("2 working days", 2, 7, "say `business days`"),
        ("2 hrs", 2, 3, "say `hours`"),
        ("30 seconds", 3, 7, "smallest unit is `minutes`"),
        ("2 business hours", 2, 14, "count day and night"),
        ("2 business", 2, 8, "the units are"),
        ("2 Calendar Days", 2, 8, "small letters"),
        ("2 fortnights", 2, 10, "the units are"),
        ("2", 1, 1, "the units are"),
        ("24h", 0, 3, "24 hours"),
        ("1.5 hours", 0, 3, "whole number"),
        ("٣ hours", 0, 1, "a whole number, a space and a unit"),
        ("0 hours", 0, 1, "at once"),
        ("1000000 minutes", 0, 7, "larger unit"),
        ("9" * 5000 + " hours", 0, 5000, "larger unit"),
        ("101 calendar years", 0, 3, "check the number"),
        ("2 hours of office", 8, 2, "only `business days`"),
        ("2 business days of", 18, 1, "name of a calendar"),
        ("within inform_limt", 7, 11, "did you mean `inform_limit`?"),
        ("within " + "x" * 5000, 7, 5000, "number and a unit"),
        ("", 0, 1, "within 6 hours"),
        ("within", 6, 1, "number and a unit"),
        ("at once within 2 hours", 8, 6, "comma"),
        ("within 2 hours at most 3 hours", 15, 2, "comma"),
        ("2 hours, 3 hours", 9, 1, "at most"),
        ("at most 3 hours, within 2 hours", 17, 6, "comes last"),
        ("at least 5 calendar days before x", 0, 8, "5 calendar days before"),
        ("2 hours, no later than 3 hours", 9, 13, "say `at most`"),
        ("immediately", 0, 11, "say `at once`"),
        ("at once, 2 hours before x", 17, 6, "leave out `at once`"),
        ("2 hours after x, at most 3 hours after y", 33, 5, "one occurrence"),
        ("2 hours after first(x", 21, 1, "first(report)"),
        ("2 hours after x.", 16, 1, "name of an event"),
        ("2 hours after 3", 14, 1, "letters"),
        ("2 hours before the last", 19, 4, "within 6 hours"),
        ("unspecified, at most 2 hours", 11, 1, "stands alone"),
        ("at once, unspecified after x", 21, 5, "comes last"),
        ("2 hours after first(x, y", 24, 1, "last(report, referral)"),
        ("2 hours after first(x, y, x)", 26, 1, "only once"),
        ("2 hours after x, y", 17, 1, "write `after first(x, y)` or `after last(x, y)`"),
        ("at once after x, y, at most 2 hours", 17, 1, "write `after first(x, y)`"),
        ("at once, 2 hours after x, y.met", 26, 1, "write `after first(x, y)`"),
        ("2 hours after last(x), y", 23, 1, "write `after first(..., ...)`"),
    ],
)
def test_a_bad_limit_says_what_to_write(text: str, offset: int, length: int, help: str) -> None:
    """The error points at the words and helps."""
    with pytest.raises(LimitSyntaxError) as caught:
        parse_limit(text, SPANS)
    assert (offset, length) == (caught.value.offset, caught.value.length)
    assert help in caught.value.help
    assert len(caught.value.message) < 120


@pytest.mark.parametrize(
    "text", ["", "first()", "report met", "a.b.c", "2x", "a, b", "first(a,)", "last(a, a)"]
)
def test_a_bad_occurrence_is_refused(text: str) -> None:
    """Only a name, a name with an event, and the first or last of these."""
    with pytest.raises(LimitSyntaxError):
        parse_occurrence(text)


@pytest.mark.parametrize("text", ["", "within 2 hours", "2 hours after x"])
def test_a_span_is_only_a_span(text: str) -> None:
    """What belongs to a limit does not belong to a span."""
    with pytest.raises(LimitSyntaxError):
        parse_duration(text)
