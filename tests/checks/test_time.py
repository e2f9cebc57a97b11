"""Time: spans compared with a count that goes minute by minute and shares nothing with ours.

The brute force here knows a week, a list of days off and a table of when the clocks change. It
imports no module of the project.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.checks.starts import Starts
from protocolkit.ground.limits import Moment, parse_duration
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from tests.checks.harness import complete, judged

DAYS_OFF = {date(2024, 1, 15), date(2024, 1, 16), date(2024, 3, 11)}
ZONE = ZoneInfo("America/Chicago")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WHICH = ("first", "second", "third", "fourth", "last")

CALENDARS = """\
calendars:
  office:
    open: mon-fri 08:30-16:30
    closed: [2024-01-15, 2024-01-16, 2024-03-11]
"""


def _protocol(text: str) -> Protocol:
    reading = read_text(complete(text))
    assert () == reading.findings
    assert reading.protocol is not None
    return reading.protocol


PROTOCOL = _protocol(CALENDARS)
STARTS = Starts(PROTOCOL)

# -- the brute force ---------------------------------------------------------------------


def _works(day: date) -> bool:
    return day.weekday() < 5 and day not in DAYS_OFF


def _midnight_after(day: date) -> datetime:
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=ZONE).astimezone(UTC)


def _plain_end(start: datetime, chain: Sequence[str]) -> datetime:
    """When a chain is over: hours on the clock, days one by one on a calendar."""
    at, day_that_ends = start, None
    for text in chain:
        number, unit = text.split(" ", 1)
        if unit.rstrip("s") == "hour":
            at += timedelta(hours=int(number))
            day_that_ends = None
            continue
        day = day_that_ends or at.astimezone(ZONE).date()
        left = int(number)
        while left:
            day += timedelta(days=1)
            left -= unit.startswith("calendar") or _works(day)
        at, day_that_ends = _midnight_after(day), day
    return at


def _plain_fault(first: Sequence[str], second: Sequence[str], days: Sequence[date]) -> bool:
    """Whether `first` ends after `second` from any minute of these days."""
    for day in days:
        minute = datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)
        while minute < _midnight_after(day):
            if _plain_end(minute, first) > _plain_end(minute, second):
                return True
            minute += timedelta(minutes=1)
    return False


SPANS = st.one_of(
    st.integers(1, 200).map(lambda number: f"{number} hours"),
    st.integers(1, 8).map(lambda number: f"{number} business days"),
    st.integers(1, 10).map(lambda number: f"{number} calendar days"),
)
TWO_WEEKS = [date(2024, 1, 8) + timedelta(days=number) for number in range(14)]
"""Two weeks with a long weekend in the middle: every kind of day that the calendar knows."""


@settings(max_examples=15, deadline=None)
@given(
    first=st.lists(SPANS, min_size=1, max_size=2), second=st.lists(SPANS, min_size=1, max_size=2)
)
def test_every_minute_of_two_weeks_agrees(first: list[str], second: list[str]) -> None:
    """What one minute shows is found, and what is found is shown by its start."""
    found = STARTS.overrun(
        [parse_duration(text) for text in first], [parse_duration(text) for text in second]
    )
    if found is None:
        assert not _plain_fault(first, second, TWO_WEEKS)
    else:
        ends = (found.first.at, found.second.at)
        assert (_plain_end(found.start, first), _plain_end(found.start, second)) == ends
        assert ends[0] > ends[1]
        assert _plain_fault(first, second, [found.start.astimezone(ZONE).date()])


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (["1380 minutes"], ["1 calendar day"], None),
        (["1381 minutes"], ["1 calendar day"], None),
        (["24 hours"], ["1 calendar day"], "Sat 2024-03-09 23:59"),
        (["1442 minutes"], ["1 calendar day"], "Mon 2024-01-08 23:59"),
        (["6 business days"], ["12 calendar days"], None),
        (["6 business days"], ["11 calendar days"], "Wed 2024-01-10 12:00"),
        (["5 calendar days"], ["119 hours"], "Mon 2024-01-08 12:00"),
    ],
)
def test_the_last_minute_and_the_days_off_count(
    first: list[str], second: list[str], expected: str | None
) -> None:
    """A day of the clock change has 23 hours; what is too long only from within the last minute
    of a day does not count.
    """
    found = STARTS.overrun(
        [parse_duration(text) for text in first], [parse_duration(text) for text in second]
    )
    assert expected == (found and STARTS.words(Moment(at=found.start)))


def test_days_are_longer_than_their_hours() -> None:
    """Two days from a first minute are 72 hours, or 73 when the clocks go back on the way."""
    found = STARTS.overrun([parse_duration("2 calendar days")], [parse_duration("72 hours")])
    assert found is not None
    begin = found.start.astimezone(ZONE)
    assert timedelta(hours=73) == found.first.at - found.start
    assert (0, 0, 11) == (begin.hour, begin.minute, begin.month)


def test_days_that_end_in_two_zones() -> None:
    """Business days of an office in London end hours before the days of Chicago do."""
    protocol = _protocol(
        "calendars:\n  london: {open: mon-sun 09:00-17:00, timezone: Europe/London}\n"
    )
    starts = Starts(protocol)
    one, day = parse_duration("1 business day"), parse_duration("1 calendar day")
    found = starts.overrun([day], [one])
    assert found is not None
    assert found.first.at - found.second.at == timedelta(hours=6)
    later = starts.overrun([one], [day])
    assert later is not None
    local = later.start.astimezone(ZONE)
    assert local.hour >= 18  # in London it is the next day already


# -- what waits for what -----------------------------------------------------------------

NAMES = ("a", "b", "c", "d")


@settings(max_examples=80, deadline=None)
@given(
    hours=st.lists(st.integers(1, 9), min_size=4, max_size=4),
    opened_by=st.tuples(*(st.sampled_from([None, *range(me)]) for me in range(4))),
    waits_for=st.lists(st.sampled_from([None, *range(4)]), min_size=4, max_size=4),
)
def test_limits_that_add_up_to_more_are_found(
    hours: list[int], opened_by: Sequence[int | None], waits_for: list[int | None]
) -> None:
    """Played through with everybody at the last moment: who is late though nobody else is?"""
    lines = [
        f"  {NAMES[me]}: {{opens_with: "
        + ("report" if opener is None else f"{NAMES[opener]}.met")
        + f", who: djo, due: within {hours[me]} hours"
        + ("" if wanted is None else f", met_by: {NAMES[wanted]}.met")
        + "}\n"
        for me, (opener, wanted) in enumerate(zip(opened_by, waits_for, strict=True))
    ]
    found = judged(
        "triggers:\n  report: {who: djo}\n"
        "  close: {who: djo, moves: {from: identified, to: closed}}\n"
        "follow_ups:\n" + "".join(lines)
    ).findings
    late = {one.path[1] for one in found if one.code == "PK507"}
    assert late == {NAMES[me] for me in range(4) if _is_late(me, hours, opened_by, waits_for)}


def _before(me: int, opened_by: Sequence[int | None]) -> list[int]:
    """Those that are done before one opens, the last one first."""
    found: list[int] = []
    opener = opened_by[me]
    while opener is not None:
        found.append(opener)
        opener = opened_by[opener]
    return found


def _is_late(
    me: int, hours: list[int], opened_by: Sequence[int | None], waits_for: list[int | None]
) -> bool:
    other = waits_for[me]
    if other is None or other == me:
        return False
    mine, theirs = _before(me, opened_by), _before(other, opened_by)
    if other in mine or me in theirs:
        return False
    due = sum(hours[one] for one in (*mine, me))
    return sum(hours[one] for one in (*theirs, other)) > due


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(CALENDARS.replace("mon-fri", "mon-fry"), id="hours in error"),
        pytest.param(
            "calendars:\n  office:\n    open: mon 08:30-16:30\n    closed: ["
            + ", ".join(f"{which} monday of {month}" for month in MONTHS for which in WHICH)
            + "]\n",
            id="never a business day",
        ),
        pytest.param(
            "calendars:\n  office:\n    open: mon 08:30-16:30\n    closed: ["
            + ", ".join(
                f"{which} monday of {month}"
                for month in MONTHS
                for which in WHICH
                if month != "may"
            )
            + "]\n",
            id="days that take thousands of years",
        ),
        pytest.param("timezone: America/Chicgo\n" + CALENDARS, id="no such zone"),
        pytest.param("business_days: offic\n" + CALENDARS, id="no such calendar"),
        pytest.param("", id="no calendar"),
    ],
)
def test_what_cannot_be_counted_is_left_to_the_reader(broken: str) -> None:
    """Nothing raises, and nothing is told but what the reader says."""
    found = judged(
        broken + "triggers:\n  report: {who: djo}\n  call: {who: djo}\n"
        "  close: {who: djo, moves: {from: identified, to: closed}}\n"
        "follow_ups:\n"
        '  a: {opens_with: report, who: djo, due: "within 20000 business days, at most 2 hours", '
        "blocks: call}\n"
        "  b: {opens_with: report, who: djo, due: within 1 calendar day, met_by: call}\n"
        "escalations:\n  late:\n    watches: {follow_up: a}\n"
        "    levels: [{at: due, tell: djo}, {at: at_most, hand_to: djo, fire: close}]\n"
        "review: {last: 2020-01-01, every: 20000 business days}\n"
    ).findings
    assert found
    assert {finding.code[:3] for finding in found} <= {"PK0", "PK1", "PK3"}
