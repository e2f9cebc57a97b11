"""Limits and calendars agree with an independent reckoning by plain loops.

An ordinary run takes one in twenty of the instants; with PROTOCOLKIT_SOAK=1 it takes all.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from protocolkit.ground import calendars, limits, zones
from protocolkit.ground.calendars import Calendar, parse_closed, parse_open
from protocolkit.ground.limits import Duration, Limit, Moment, Unit
from tests.ground import oracle

ZONES = (
    "America/Halifax",
    "America/Chicago",
    "America/New_York",
    "America/Anchorage",
    "America/St_Johns",
    "Europe/London",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Apia",
    "America/Sao_Paulo",
)
YEARS = range(2000, 2038)

INSTANTS = 100_000
SOAK = bool(os.environ.get("PROTOCOLKIT_SOAK"))
BATCHES = 20
RUN = range(BATCHES) if SOAK else range(1)
"""A batch is one in twenty of the instants; the numbers of the batches are their seeds."""

TICK, SECOND, HOUR, DAY = (
    timedelta(microseconds=1),
    timedelta(seconds=1),
    timedelta(hours=1),
    timedelta(days=1),
)


def office(zone: str, hours: str, *closed: str) -> Calendar:
    """A calendar from texts."""
    rules = tuple(parse_closed(rule) for rule in closed)
    return Calendar(name="office", zone=zone, open=parse_open(hours), closed=rules)


OFFICES = (
    office("America/Halifax", "mon-fri 08:30-16:30", "fixed 01-01", "easter -2"),
    office(
        "America/Chicago",
        "mon-fri 08:00-12:00, mon-thu 13:00-17:00",
        "fixed 01-01, observed",
        "third monday of january",
        "last monday of may",
        "fixed 06-19, observed from 2021",
        "fixed 07-04, observed",
        "first monday of september",
        "fourth thursday of november",
        "fixed 12-25, observed",
        "2025-02-12",
    ),
    office(
        "Europe/London",
        "mon-fri 09:00-17:00",
        "fixed 01-01, observed forward",
        "easter -2",
        "easter +1",
        "first monday of may until 2019",
        "last monday of august",
        "fixed 12-25, observed forward",
        "fixed 12-26, observed forward",
        "fifth friday of march",
        "fixed 12-27, observed from 2024",
    ),
    office("America/St_Johns", "always", "fixed 02-29", "easter"),
    office("Australia/Lord_Howe", "sun 00:00-03:00, tue 23:00-24:00", "easter +50"),
    office("America/Sao_Paulo", "sat-sun 00:00-24:00, wed 00:30-01:00", "last sunday of october"),
    office("Pacific/Apia", "mon-sat 08:00-16:00", "2011-12-29", "easter -47 from 2010 until 2020"),
    office("Africa/Casablanca", "mon-thu 02:30-15:00", "fixed 07-30, observed forward"),
)

UNITS: tuple[tuple[Unit, int], ...] = (
    ("minutes", 3000),
    ("hours", 200),
    ("calendar days", 120),
    ("business days", 40),
    ("calendar weeks", 20),
    ("calendar months", 30),
    ("calendar years", 6),
)


def some_span(dice: random.Random) -> Duration:
    """A span of any unit."""
    unit, most = dice.choice(UNITS)
    return Duration(amount=dice.randint(1, most), unit=unit)


def some_limit(dice: random.Random) -> Limit:
    """A limit with any of its instants, after or before."""
    before = dice.random() < 0.3
    inner = dice.random() < 0.85
    return Limit(
        at_once=not before and dice.random() < 0.3,
        within=some_span(dice) if inner else None,
        at_most=some_span(dice) if not inner or dice.random() < 0.4 else None,
        direction="before" if before else "after",
    )


def some_instant(dice: random.Random) -> datetime:
    """An instant of the years looked at: any, or a whole minute or hour."""
    start = datetime(YEARS[0], 1, 1, tzinfo=UTC)
    at = start + dice.randrange((len(YEARS) * 365 + 9) * 86_400_000_000) * TICK
    match dice.randrange(4):
        case 0:
            return at.replace(second=0, microsecond=0)
        case 1:
            return at.replace(minute=0, second=0, microsecond=0)
        case _:
            return at


def some_anchor(dice: random.Random, zone: str) -> Moment:
    """An instant, or 24:00 of a local day."""
    at = some_instant(dice)
    if dice.random() < 0.7:
        return Moment(at=at)
    midnight = oracle.wall(at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Moment(at=oracle.first_showing(midnight, zone), end_of_day=True)


@pytest.mark.parametrize("batch", RUN)
def test_limits_at_random_instants(batch: int) -> None:
    """Aim, due and outer of any limit, from any instant, in any zone, on any calendar."""
    dice = random.Random(batch)
    for _ in range(INSTANTS // BATCHES):
        zone = dice.choice(ZONES)
        inner, outer = dice.choice(OFFICES), dice.choice(OFFICES)
        limit, anchor = some_limit(dice), some_anchor(dice, zone)
        expected = oracle.due(limit, anchor, zone, inner, outer)
        found = limits.due(limit, anchor, zone, inner, outer)
        assert expected == found, (limit, anchor, zone, inner.zone, outer.zone)


@pytest.mark.parametrize("batch", RUN)
def test_clocks_that_stop_and_go_on(batch: int) -> None:
    """What is left of a span when its clock stops, and when it ends after it goes on."""
    dice = random.Random(2_000 + batch)
    for _ in range(INSTANTS // BATCHES // 2):
        zone, where, span = dice.choice(ZONES), dice.choice(OFFICES), some_span(dice)
        start = some_anchor(dice, zone)
        end = oracle.count(start, span, zone, where)
        stop = Moment(at=start.at + dice.random() * (end.at - start.at))
        left = limits.left_of(span, stop, end, zone, where)
        asked = (zone, where.zone, span, stop)
        assert oracle.left(stop, end, span, zone, where) == left, asked
        again = Moment(at=stop.at + dice.randrange(90 * 86_400) * SECOND)
        expected = oracle.go_on(again, left, span, zone, where)
        assert expected == limits.go_on(span, again, left, zone, where), asked


@pytest.mark.parametrize("batch", RUN)
def test_offices_at_random_instants(batch: int) -> None:
    """Whether somebody is there, and for one in twenty when somebody is there next."""
    dice = random.Random(1_000 + batch)
    for number in range(INSTANTS // BATCHES):
        where, at = dice.choice(OFFICES), some_instant(dice)
        asked = (where.zone, at)
        assert oracle.is_open(where, at) == calendars.is_open(where, at), asked
        if number % 20 == 0:
            assert oracle.next_open(where, at) == calendars.next_open(where, at), asked


@pytest.mark.parametrize("where", OFFICES, ids=lambda where: where.zone)
def test_every_business_day(where: Calendar) -> None:
    """Every day of the years looked at, by rule."""
    for year in YEARS:
        days = [date(year, 1, 1) + number * DAY for number in range(366)]
        expected = [
            day.toordinal()
            for day in days
            if day.year == year and oracle.is_business_day(where, day)
        ]
        assert expected == list(calendars.business_days(where, year)), year


# -- changes of the clocks -------------------------------------------------------------


def spans() -> Iterator[Duration]:
    """Spans that end just before, at or after a change that they start near."""
    short: tuple[tuple[int, Unit], ...] = (
        (1, "minutes"),
        (1, "hours"),
        (1, "calendar days"),
        (1, "calendar months"),
        (1, "business days"),
    )
    for amount, unit in short:
        yield Duration(amount=amount, unit=unit)


@pytest.mark.parametrize("zone", ZONES)
def test_every_change_of_the_clocks(zone: str) -> None:
    """Just before, at and after every change, and a day around it, counting on and back."""
    where = office(zone, "mon-fri 00:00-03:00, sat-sun 00:30-24:00")
    for change in oracle.changes(zone, YEARS):
        for away in (-DAY, -TICK, timedelta(), TICK, HOUR):
            at = change + away
            asked = (zone, at)
            assert oracle.is_open(where, at) == calendars.is_open(where, at), asked
            assert oracle.next_open(where, at) == calendars.next_open(where, at), asked
            for span in spans():
                start = Moment(at=at)
                expected = oracle.count(start, span, zone, where)
                assert expected == limits.add(start, span, zone, where), (asked, span)
                expected = oracle.count(start, span, zone, where, back=True)
                assert expected == limits.subtract(start, span, zone, where), (asked, span)


@pytest.mark.parametrize("zone", ZONES)
def test_local_times_left_out_and_shown_twice(zone: str) -> None:
    """Around every change, each local time names the first instant that shows it, or that comes
    after it if none does; so does each midnight, and a day that ends there is counted on from.
    """
    info = zones.zone(zone)
    day = Duration(amount=1, unit="calendar days")
    for change in oracle.changes(zone, YEARS):
        shown = {oracle.wall(change - SECOND, zone), oracle.wall(change, zone)}
        for near in shown:
            for away in (-90, -60, -30, -1, 0, 1, 29, 30, 31, 59, 60, 61, 90):
                local = near.replace(second=0) + timedelta(minutes=away)
                expected = oracle.first_showing(local, zone)
                assert expected == zones.instant_of(local, info), (zone, local)
            for days in (-1, 0, 1):
                midnight = near.replace(hour=0, minute=0, second=0) + days * DAY
                expected = oracle.first_showing(midnight, zone)
                assert expected == zones.midnight(midnight.date(), info), (zone, midnight)
                anchor = Moment(at=expected, end_of_day=True)
                assert oracle.count(anchor, day, zone, None) == limits.add(
                    anchor, day, zone, None
                ), (zone, midnight)


def test_the_changes_are_all_there() -> None:
    """As many as the zones are known for, so that nothing above was tried on nothing."""
    found = {zone: len(oracle.changes(zone, YEARS)) for zone in ZONES}
    regular = {zone: 2 * len(YEARS) for zone in ZONES[:8]}
    assert regular == {zone: found[zone] for zone in regular}
    assert found["Asia/Kathmandu"] == 0
    assert found["Pacific/Apia"] > 20
    assert found["America/Sao_Paulo"] > 30
    assert found["Africa/Casablanca"] > 50
