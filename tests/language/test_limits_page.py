"""The page on limits is true: its examples are read, and its table of moments is counted."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from protocolkit.ground.calendars import Calendar, parse_open
from protocolkit.ground.closed_days import parse_closed
from protocolkit.ground.limits import Moment, due, parse_duration, parse_limit
from protocolkit.language.reading import read_text
from protocolkit.model.words import (
    EXCEPTION_EVENTS,
    FACT_EVENTS,
    FOLLOW_UP_EVENTS,
    MEETING_EVENTS,
)
from tests.language.samples import GOOD, shown

PAGE = (Path(__file__).parents[2] / "docs/reference/limits.md").read_text("utf-8")
BLOCKS = re.findall(r"```limits\n(.*?)```", PAGE, re.DOTALL)
LIMITS = [line for block in BLOCKS for line in block.splitlines()]
SPANS = {
    "inform_limit": parse_duration("6 hours"),
    "outer_limit": parse_duration("2 calendar days"),
}
ZONE = "America/Chicago"
OFFICE = Calendar(name="office", zone=ZONE, open=parse_open("mon-fri 08:30-16:30"))
WHEN = r"\w+ (\d+) (\w+) (\d{4}), (\d\d):(\d\d)"
MOMENTS = re.findall(rf"\| ({WHEN}) \| `([^`]+)` \| ({WHEN}) \|", PAGE)


def _limits_in(section: str) -> list[str]:
    """The limits in the first column of the tables of a section."""
    text = PAGE.partition(f"## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def _instant(text: str) -> datetime:
    """`Tue 10 June 2025, 24:00` in the zone of the page, as UTC."""
    weekday, day, month, year, clock = text.replace(",", "").split()
    found = datetime.strptime(f"{day} {month[:3]} {year}", "%d %b %Y").replace(
        tzinfo=ZoneInfo(ZONE)
    )
    assert weekday == found.strftime("%a"), text
    hour, minute = map(int, clock.split(":"))
    found = found + timedelta(days=1) if hour == 24 else found.replace(hour=hour, minute=minute)
    return found.astimezone(UTC)


@pytest.mark.parametrize(
    "text",
    [*LIMITS, *_limits_in("What the clock counts from"), *_limits_in("What comes again and again")],
)
def test_an_example_is_a_limit(text: str) -> None:
    """Whoever copies it from the page gets no finding from the grammar."""
    limit = parse_limit(text, SPANS)
    assert limit.unspecified == ("unspecified" in text)
    assert bool(limit.anchor) == bool(re.search(r"after (?!the last)|before", text))


def test_the_page_shows_every_kind_of_limit() -> None:
    """So the blocks of examples cannot get lost from the page without a word."""
    found = [parse_limit(text, SPANS) for text in LIMITS]
    assert {True, False} == {limit.at_once for limit in found}
    assert {"after", "before"} == {limit.direction for limit in found}
    assert {"opening", "first", "last"} == {limit.anchor.pick for limit in found if limit.anchor}
    assert {True, False} == {limit.after_last for limit in found}
    assert {"inform_limit", "outer_limit"} == {name for one in found for name in one.parameters}


def test_each_form_of_a_closed_day_is_a_rule() -> None:
    """Those of the table on closed days, and the one with years."""
    table = PAGE.partition("| Write | Closed on |")[2].partition("\n\n")[0]
    forms = re.findall(r"`([^`]+)`", "".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE)))
    assert 8 == len(forms)
    years = "fixed 06-19, observed from 2021 until 2030"
    assert f"`{years}`" in PAGE
    kinds = {type(parse_closed(text)).__name__ for text in (*forms, years)}
    assert {"Fixed", "Easter", "WeekdayOfMonth", "OneDay"} == kinds


@pytest.mark.parametrize("row", MOMENTS, ids=lambda row: f"{row[0]} {row[6]}")
def test_a_moment_of_the_table_is_right(row: tuple[str, ...]) -> None:
    """What the engine would count is what the page says."""
    start, limit, end = row[0], row[6], row[7]
    found = due(parse_limit(limit), Moment(at=_instant(start)), ZONE, OFFICE)
    assert _instant(end) == found.due
    assert ("24:00" in end) == found.end_of_day


def test_the_table_of_moments_was_found() -> None:
    """Each row of it, whatever its words."""
    assert PAGE.partition("| The clock starts |")[2].partition("\n\n")[0].count("\n| ") == len(
        MOMENTS
    )


def test_days_before_end_with_a_day() -> None:
    """Two business days before a Thursday: Tuesday, 24:00."""
    anchor = Moment(at=_instant("Thu 12 June 2025, 10:00"))
    found = due(parse_limit("2 business days before hearing"), anchor, ZONE, OFFICE)
    assert _instant("Tue 10 June 2025, 24:00") == found.due


def test_every_thing_that_happens_is_listed() -> None:
    """All events of meetings, follow-ups and exceptions, and no other."""
    section = PAGE.partition("## What happens\n")[2]
    found = re.findall(r"\| `(\w+)\.(\w+)` \|", section)
    assert [
        *(("hearing", event) for event in MEETING_EVENTS),
        *(("inform_police", event) for event in FOLLOW_UP_EVENTS),
        *(("in_danger", event) for event in EXCEPTION_EVENTS),
        *(("case_number", event) for event in FACT_EVENTS),
    ] == found


@pytest.mark.parametrize(
    ("key", "limit"),
    [
        ("due", "at once"),
        ("due", "6 calendar months after the last"),
        ("due", "within 5 calendar days, at most 1 calendar day"),
        ("due", "1 calendar day 6 hours"),
        ("due", "within 2 days"),
        ("due", "at once, 2 hours before team"),
        ("every", "2 calendar days before team"),
        ("every", "at once, within 2 calendar days"),
        ("every", "at once, unspecified"),
    ],
)
def test_what_the_page_says_is_refused(key: str, limit: str) -> None:
    """One finding, at the limit."""
    assert 1 == GOOD.count("due: within 2 business days\n")
    text = GOOD.replace("due: within 2 business days\n", f"{key}: {limit}\n")
    findings = read_text(text).findings
    assert [("PK006", ("follow_ups", "tell_the_reporter", key))] == [
        (finding.code, finding.path) for finding in findings
    ], shown(findings)
