"""Calendars: hours, closed days by rule, business days, zones."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.ground.calendars import (
    Calendar,
    ClosedRule,
    Easter,
    Fixed,
    OneDay,
    WeekdayOfMonth,
    business_days,
    digest,
    is_business_day,
    is_open,
    next_open,
    parse_closed,
    parse_open,
    print_open,
    zone,
)
from protocolkit.ground.limits import LimitSyntaxError
from protocolkit.ground.zones import instant_of


def calendar(
    hours: str = "mon-fri 08:30-16:30", *closed: str, where: str = "America/Halifax"
) -> Calendar:
    """A calendar from texts."""
    rules = tuple(parse_closed(rule) for rule in closed)
    return Calendar(name="office", zone=where, open=parse_open(hours), closed=rules)


def local(text: str, where: str, fold: int = 0) -> datetime:
    """The UTC instant of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(where), fold=fold).astimezone(UTC)


# -- closed days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("fixed 01-01", ["2024-01-01", "2025-01-01", "2026-01-01"]),
        ("fixed 02-29", ["2024-02-29"]),
        ("easter", ["2024-03-31", "2025-04-20", "2026-04-05"]),
        ("easter -2", ["2024-03-29", "2025-04-18", "2026-04-03"]),
        ("easter 1", ["2024-04-01", "2025-04-21", "2026-04-06"]),
        ("last monday of may", ["2024-05-27", "2025-05-26", "2026-05-25"]),
        ("first monday of may", ["2024-05-06", "2025-05-05", "2026-05-04"]),
        ("third thursday of november", ["2024-11-21", "2025-11-20", "2026-11-19"]),
        ("fifth friday of may", ["2024-05-31", "2025-05-30", "2026-05-29"]),
        ("fifth monday of february", []),
        ("last thursday of february", ["2024-02-29", "2025-02-27", "2026-02-26"]),
        ("2025-04-18", ["2025-04-18"]),
        ("fixed 06-19 from 2025", ["2025-06-19", "2026-06-19"]),
        ("fixed 06-19 until 2025", ["2024-06-19", "2025-06-19"]),
        ("easter -2, from 2025 until 2025", ["2025-04-18"]),
    ],
)
def test_the_days_of_a_rule(text: str, days: list[str]) -> None:
    """Each form names the right day of each year, and no day where there is none."""
    rule = parse_closed(text)
    found = [rule.day_in(year) for year in (2024, 2025, 2026)]
    assert days == [day.isoformat() for day in found if day]


@pytest.mark.parametrize(
    ("rules", "year", "closed"),
    [
        # Saturday: the Friday before, in the year before as well.
        (["fixed 07-04, observed"], 2026, ["07-03", "07-04"]),
        (["fixed 01-01, observed"], 2021, ["01-01", "12-31"]),
        (["fixed 01-01, observed"], 2022, ["01-01"]),
        # Sunday: the Monday after.
        (["fixed 06-19, observed"], 2022, ["06-19", "06-20"]),
        # The United Kingdom: Christmas on Saturday, Sunday, and a free Monday.
        (
            ["fixed 12-25, observed forward", "fixed 12-26, observed forward"],
            2021,
            ["12-25", "12-26", "12-27", "12-28"],
        ),
        (
            ["fixed 12-26, observed forward", "fixed 12-25, observed forward"],
            2022,
            ["12-25", "12-26", "12-27"],
        ),
        (["fixed 12-26, observed forward"], 2020, ["12-26", "12-28"]),
        (
            ["fixed 12-25, observed forward", "fixed 12-26, observed"],
            2021,
            ["12-25", "12-26", "12-27", "12-28"],  # the one that cannot move takes Monday
        ),
        (["fixed 01-01, observed forward"], 2022, ["01-01", "01-03"]),
        (["fixed 12-25, observed from 2027"], 2021, []),
    ],
)
def test_days_observed(rules: list[str], year: int, closed: list[str]) -> None:
    """A fixed day on a weekend closes a weekday too; an office open all week shows both."""
    open_always = calendar("always", *rules)
    days = [date(year, 1, 1) + timedelta(days=ahead) for ahead in range(365)]
    found = [day for day in days if not is_business_day(open_always, day)]
    assert closed == [day.isoformat()[5:] for day in found]


def test_easter_by_another_rule() -> None:
    """Easter Sunday from 1900 to 2299 is what the Meeus, Jones and Butcher steps give."""

    def butcher(year: int) -> date:
        a, (b, c) = year % 19, divmod(year, 100)
        d, e = divmod(b, 4)
        g = (8 * b + 13) // 25
        h = (19 * a + b - d - g + 15) % 30
        i, k = divmod(c, 4)
        weekday = (32 + 2 * e + 2 * i - h - k) % 7
        m = (a + 11 * h + 19 * weekday) // 433
        month = (h + weekday - 7 * m + 90) // 25
        return date(year, month, (h + weekday - 7 * m + 33 * month + 19) % 32)

    years = range(1900, 2300)
    assert [butcher(year) for year in years] == [Easter().day_in(year) for year in years]


years = st.none() | st.integers(1, 9999)


@st.composite
def rules(draw: st.DrawFn) -> ClosedRule:
    """Any rule, with or without years."""
    leap_day = draw(st.dates(date(2024, 1, 1), date(2024, 12, 31)))
    rule: ClosedRule = draw(
        st.one_of(
            st.builds(
                Fixed,
                month=st.just(leap_day.month),
                day=st.just(leap_day.day),
                observed=st.sampled_from(["", "observed", "observed forward"]),
            ),
            st.builds(Easter, offset=st.integers(-99, 99)),
            st.builds(
                WeekdayOfMonth,
                nth=st.integers(0, 5),
                weekday=st.integers(0, 6),
                month=st.integers(1, 12),
            ),
            st.builds(OneDay, on=st.dates()),
        )
    )
    first, last = draw(years), draw(years)
    if first is not None and last is not None:
        first, last = min(first, last), max(first, last)
    return rule.replace(first_year=first, last_year=last)


@given(rules())
def test_a_rule_prints_what_reads_back(rule: ClosedRule) -> None:
    """`str` of a rule is read as the same rule."""
    assert rule == parse_closed(str(rule))


@pytest.mark.parametrize(
    ("text", "offset", "length", "help"),
    [
        ("", 0, 1, "fixed 12-25"),
        ("fixd 12-25", 0, 4, "did you mean `fixed`?"),
        ("fixed", 5, 1, "two digits"),
        ("fixed 13-01", 6, 5, "month comes first"),
        ("fixed 02-30", 6, 5, "month comes first"),
        ("fixed 1-1", 6, 3, "two digits"),
        ("easter two", 7, 3, "easter -2"),
        ("last mondy of may", 5, 5, "did you mean `monday`?"),
        ("last monday in may", 12, 2, "last monday of may"),
        ("last monday of augst", 15, 5, "did you mean `august`?"),
        ("2025-02-29", 0, 10, "check"),
        ("easter -2, observed", 11, 8, "leave out"),
        ("fixed 01-01 from", 16, 1, "four digits"),
        ("fixed 01-01 from 21", 17, 2, "four digits"),
        ("fixed 01-01 from 2030 until 2021", 0, 32, "swap"),
        ("fixed 01-01,", 12, 1, "comma"),
        ("fixed 01-01 backward", 12, 8, "observed"),
    ],
)
def test_a_bad_rule_says_what_to_write(text: str, offset: int, length: int, help: str) -> None:
    """The error points at the word and helps."""
    with pytest.raises(LimitSyntaxError) as caught:
        parse_closed(text)
    assert (offset, length) == (caught.value.offset, caught.value.length)
    assert help in caught.value.help


# -- hours


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("mon-fri 08:30-16:30", "mon-fri 08:30-16:30"),
        ("fri 08:00-12:00, mon-thu 08:00-17:00", "mon-thu 08:00-17:00, fri 08:00-12:00"),
        ("mon 08:00-12:00, mon 13:00-24:00", "mon 08:00-12:00, mon 13:00-24:00"),
        ("sun-tue 09:00-15:00", "mon-tue 09:00-15:00, sun 09:00-15:00"),
        ("always", "always"),
        ("mon-sun 00:00-24:00", "always"),
        ("fri 22:00-24:00, sat 00:00-06:00", "fri 22:00-24:00, sat 00:00-06:00"),
    ],
)
def test_hours_print_in_one_way(text: str, printed: str) -> None:
    """Hours print in order of day and time, and read back."""
    spans = parse_open(text)
    assert printed == print_open(spans)
    assert spans == parse_open(printed) == parse_open(text.split(", "))


@given(st.dictionaries(st.integers(0, 6), st.sets(st.integers(0, 1440), min_size=2), min_size=1))
def test_any_hours_print_what_reads_back(cuts: dict[int, set[int]]) -> None:
    """Spans between any cut points of any days survive printing and reading."""
    spans = tuple(
        (weekday, start, end)
        for weekday in sorted(cuts)
        for start, end in zip(sorted(cuts[weekday])[::2], sorted(cuts[weekday])[1::2], strict=False)
    )
    assert spans == parse_open(print_open(spans))


@pytest.mark.parametrize(
    ("text", "item", "offset", "help"),
    [
        ("", 0, 0, "mon-fri"),
        ([], 0, 0, "mon-fri"),
        ("monday 08:00-12:00", 0, 0, "write `mon`"),
        ("mon-fry 08:00-12:00", 0, 0, "mon-fri"),
        ("mon-wed-fri 08:00-12:00", 0, 0, "mon-fri"),
        ("mon", 0, 3, "two digits"),
        ("mon 8:00-12:00", 0, 4, "two digits"),
        ("mon 22:00-06:00", 0, 4, "fri 22:00-24:00, sat 00:00-06:00"),
        ("mon 08:00-08:00", 0, 4, "midnight"),
        ("mon 08:00-24:30", 0, 4, "24:00"),
        ("mon 24:00-24:00", 0, 4, "24:00"),
        ("mon 08:00-12:00 tue 08:00-12:00", 0, 16, "comma"),
        ("mon-wed 08:00-12:00, tue 11:00-13:00", 0, 25, "once"),
        (["mon 08:00-12:00", "tue 08:00-25:00"], 1, 4, "two digits"),
        (["mon 08:00-12:00", "always"], 1, 0, "keep one"),
        ("always mon", 0, 7, "alone"),
    ],
)
def test_bad_hours_say_what_to_write(
    text: str | list[str], item: int, offset: int, help: str
) -> None:
    """The error points into the right entry and helps."""
    with pytest.raises(LimitSyntaxError) as caught:
        parse_open(text)
    assert (item, offset) == (caught.value.item, caught.value.offset)
    assert help in caught.value.help


OFFICE = calendar("mon-fri 08:30-16:30", "easter -2", "fixed 12-25, observed")


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2025-04-16 12:00", "2025-04-16 12:00"),
        ("2025-04-16 08:29:59", "2025-04-16 08:30"),
        ("2025-04-16 08:30", "2025-04-16 08:30"),
        ("2025-04-16 16:29:59", "2025-04-16 16:29:59"),
        ("2025-04-16 16:30", "2025-04-17 08:30"),
        ("2025-04-17 22:34", "2025-04-21 08:30"),  # Good Friday, then the weekend
        ("2027-12-24 09:00", "2027-12-27 08:30"),  # Christmas on Saturday, observed
    ],
)
def test_open_and_next_open(at: str, opens: str) -> None:
    """The first minute counts, the last does not; nights, weekends and closed days wait."""
    instant = local(at, "America/Halifax")
    assert local(opens, "America/Halifax") == next_open(OFFICE, instant)
    assert is_open(OFFICE, instant) == (at == opens)


@pytest.mark.parametrize(
    ("where", "hours", "begin"),
    [
        ("America/Chicago", "sun 01:30-03:30, mon 00:15-01:00", "2025-11-02 00:00"),
        ("America/Chicago", "sun 00:30-01:30, sun 02:10-02:20", "2025-11-02 00:00"),
        (
            "America/Chicago",
            "sun 02:15-02:45, sun 02:50-04:00, mon 23:00-24:00",
            "2025-03-09 00:00",
        ),
        ("America/Havana", "sun 00:00-00:30, sun 23:00-24:00", "2025-03-08 20:00"),
        ("America/Havana", "sun 00:10-00:40, sun 23:00-24:00", "2025-11-01 20:00"),
        ("America/Nuuk", "sat 23:10-23:50, sun 00:00-00:20", "2024-10-26 21:00"),
        ("Australia/Lord_Howe", "sun 01:45-02:15, sun 02:40-03:00", "2025-04-05 22:00"),
        ("Australia/Lord_Howe", "sun 01:45-02:15, sun 02:20-02:40", "2025-10-04 22:00"),
    ],
)
def test_next_open_minute_by_minute(where: str, hours: str, begin: str) -> None:
    """On nights when the clocks change it is what looking at the wall every minute gives."""
    weird = calendar(hours, where=where)
    wall = ZoneInfo(where)
    start = local(begin, where)
    random_minutes = random.Random(3).sample(range(600), 15)

    def plainly_open(instant: datetime) -> bool:
        now = instant.astimezone(wall)
        minute = now.hour * 60 + now.minute
        return any(day == now.weekday() and a <= minute < b for day, a, b in weird.open)

    for ahead in random_minutes:
        instant = start + timedelta(minutes=ahead)
        expected = instant
        while not plainly_open(expected):
            expected += timedelta(minutes=1)
        assert expected == next_open(weird, instant)


def test_a_calendar_that_never_opens() -> None:
    """After ten years of closed days the answer is None."""
    # Every Monday of the year, and the hours are on Mondays only.
    nths = ("first", "second", "third", "fourth", "last")
    months = [f"{date(2025, month, 1):%B}".lower() for month in range(1, 13)]
    mondays = [f"{nth} monday of {month}" for month in months for nth in nths]
    never = calendar("mon 09:00-10:00", *mondays)
    assert next_open(never, local("2025-01-01 00:00", "America/Halifax")) is None
    assert () == business_days(never, 2025)


def test_business_days_of_a_year() -> None:
    """The table of a year holds the days that `is_business_day` names, in order."""
    sunday_week = calendar("sun-thu 08:00-15:00", "fixed 12-25, observed", "easter -3")
    for year in (2024, 2027):
        days = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
        expected = [day for day in days if is_business_day(sunday_week, date.fromordinal(day))]
        assert expected == list(business_days(sunday_week, year))


def test_the_digest_is_of_what_the_calendar_says() -> None:
    """Another name changes nothing; another rule, hour or zone does."""
    same = calendar("mon-fri 08:30-16:30", "easter -2", "fixed 12-25, observed")
    assert digest(OFFICE) == digest(same.replace(name="court"))
    others = [
        OFFICE.replace(zone="America/Chicago"),
        OFFICE.replace(open=parse_open("mon-fri 08:30-16:31")),
        OFFICE.replace(closed=OFFICE.closed[:1]),
    ]
    assert 4 == len({digest(other) for other in [OFFICE, *others]})


def test_the_digest_stays() -> None:
    """Digests stand in the records of cases, so the same calendar gives the same one for ever."""
    text = (
        "zone America/Halifax\nopen mon-fri 08:30-16:30\nclosed easter -2\n"
        "closed fixed 12-25, observed"
    )
    assert text == str(OFFICE)
    assert "9040a9f358029d06f3f7a53217d1e3c5d44e824e1ba1ffe0d5e3026d625d813b" == digest(OFFICE)


# -- zones


def test_a_zone_is_found_once() -> None:
    """The same name gives the same zone."""
    assert zone("America/Chicago") is zone("America/Chicago")
    assert zone("UTC").key == "UTC"


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("America/Chicgo", "did you mean `America/Chicago`?"),
        ("Europe/london", "did you mean `Europe/London`?"),
        ("EST", "America/Chicago"),
        ("America", "America/Chicago`"),
        ("right/America/Chicago", "America/Chicago`"),
        ("../../etc/passwd", "America/Chicago"),
        ("", "America/Chicago"),
        ("x" * 10_000, "America/Chicago"),
    ],
)
def test_a_bad_zone_helps(name: str, help: str) -> None:
    """Misspelt names, abbreviations, folders and paths are no zones."""
    with pytest.raises(ValueError, match="is not a time zone") as caught:
        zone(name)
    assert isinstance(caught.value, LimitSyntaxError)
    assert help in caught.value.help


@pytest.mark.parametrize(
    ("where", "wall", "utc"),
    [
        ("America/Chicago", "2025-11-02 01:30", "2025-11-02 06:30"),  # twice: the first
        ("America/Chicago", "2025-03-09 02:30", "2025-03-09 08:00"),  # skipped: 03:00
        ("America/Havana", "2025-03-09 00:00", "2025-03-09 05:00"),  # skipped midnight
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00"),  # a skipped day
    ],
)
def test_local_times_that_come_twice_or_never(where: str, wall: str, utc: str) -> None:
    """Twice means the first; never means the next valid instant."""
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert expected == instant_of(datetime.fromisoformat(wall), zone(where))


@pytest.mark.parametrize("where", ["America/Chicago", "America/Havana", "Australia/Lord_Howe"])
def test_local_times_around_every_change(where: str) -> None:
    """From 2000 to 2037: the first instant that shows the time, else the end of the jump."""
    wall, chance = ZoneInfo(where), random.Random(where)

    def shown(instant: datetime) -> datetime:
        return instant.astimezone(wall).replace(tzinfo=None)

    skipped = 0
    for day in range(date(2000, 1, 1).toordinal(), date(2038, 1, 1).toordinal()):
        begin = instant_of(datetime.fromordinal(day), wall)
        if instant_of(datetime.fromordinal(day + 1), wall) - begin == timedelta(days=1):
            continue
        for _ in range(20):
            asked = datetime.fromordinal(day) + timedelta(minutes=chance.randrange(240))
            found = instant_of(asked, wall)
            if shown(found) == asked:
                assert asked not in [shown(found - timedelta(minutes=ago)) for ago in (30, 60)]
            else:
                skipped += 1
                assert shown(found - timedelta.resolution) < asked < shown(found)
    assert skipped > 0
