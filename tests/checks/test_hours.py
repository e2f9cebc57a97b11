"""PK512, a limit that nobody on duty can keep: held against every minute of some weeks.

The plain way shares nothing with the check: it knows a week as a list of hours, walks over its
minutes and counts days by itself. One day is closed; the weeks after it are as all others.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.checks._base import Found, Subject
from protocolkit.checks.families.hours import nobody_on_duty
from protocolkit.checks.on_duty import instant, minutes, next_in, open_times
from protocolkit.ground.calendars import Calendar, parse_closed, parse_open
from protocolkit.ground.calendars import is_open as is_open_at
from protocolkit.language.reading import read_text
from protocolkit.semantics.actors import Actor
from tests.checks.harness import complete

BEGIN = datetime.fromisoformat("2024-01-08")
CLOSED = datetime.fromisoformat("2024-01-22")
DAY = 24 * 60
WEEKS = 6
"""Weeks that are laid out; starts are taken from the second to the fourth."""

SOAK = os.environ.get("PROTOCOLKIT_SOAK") == "1"

CALENDARS: Mapping[str, tuple[str, tuple[tuple[int, int, int], ...]]] = {
    "office": (
        "mon-fri 08:30-16:30",
        tuple((day, 8 * 60 + 30, 16 * 60 + 30) for day in range(5)),
    ),
    "weekend": ("sat-sun 09:00-21:00", tuple((day, 9 * 60, 21 * 60) for day in (5, 6))),
    "evening": (
        "mon 22:00-24:00, tue 00:00-02:00, thu 18:00-22:34",
        ((0, 22 * 60, DAY), (1, 0, 120), (3, 18 * 60, 22 * 60 + 34)),
    ),
}
HOURS = (*CALENDARS, "always", "")


def is_open(calendar: str, at: datetime) -> bool:
    """Whether an office is open at a minute."""
    minute = at.hour * 60 + at.minute
    return at.date() != CLOSED.date() and any(
        day == at.weekday() and start <= minute < end for day, start, end in CALENDARS[calendar][1]
    )


def due_of(at: datetime, amount: int, unit: str) -> datetime:
    """When a limit that starts at a minute ends; business days are those of the office."""
    if unit == "hours":
        return at + timedelta(hours=amount)
    day = at.replace(hour=0, minute=0)
    while amount:
        day += timedelta(days=1)
        if unit == "calendar days" or (day.weekday() < 5 and day != CLOSED):
            amount -= 1
    return day + timedelta(days=1)


MINUTES = [BEGIN + timedelta(minutes=number) for number in range(WEEKS * 7 * DAY)]
OPEN = {name: [is_open(name, at) for at in MINUTES] for name in CALENDARS}


@cache
def nexts(hours: frozenset[str]) -> list[int] | None:
    """From each minute, the number of the next one at which somebody is there; None if they may
    be at any time.
    """
    if hours & {"always", ""}:
        return None
    found, following = [0] * len(MINUTES), 1 << 30
    for number in range(len(MINUTES) - 1, -1, -1):
        following = number if any(OPEN[name][number] for name in hours) else following
        found[number] = following
    return found


@cache
def dues(amount: int, unit: str) -> list[int]:
    """For each start, the number of the minute at which a limit is over."""
    return [(due_of(at, amount, unit) - BEGIN) // timedelta(minutes=1) for at in MINUTES]


def bad_starts(
    opener: str, ways: list[list[frozenset[str]]], amount: int, unit: str
) -> set[datetime]:
    """The minutes of three weeks from which nobody does it in time."""
    begins, due = nexts(frozenset({opener})), dues(amount, unit)
    comes = [[row for row in map(nexts, way) if row is not None] for way in ways]
    return {
        MINUTES[number]
        for number in range(7 * DAY, 4 * 7 * DAY)
        if (begins is None or begins[number] == number)
        and min(max((row[number] for row in way), default=0) for way in comes) > due[number]
    }


def text(opener: str, offices: list[str], stands_in: str | None, joint: str, limit: str) -> str:
    """A protocol in which an act by one role starts a limit for others."""
    lines = ["calendars:"]
    for name, (open_, _) in CALENDARS.items():
        lines.append(f'  {name}: {{open: "{open_}", closed: [2024-01-22]}}')
    lines += ["timezone: America/Phoenix", "business_days: office", "roles:"]
    hours = {"opener": opener, **{f"r{n}": hours for n, hours in enumerate(offices)}}
    if stands_in is not None:
        hours["deputy"] = stands_in
    for role, when in hours.items():
        more = f", available: {when}" if when else ""
        more += ", substitutes: deputy" if role == "r0" and stands_in is not None else ""
        lines.append(f"  {role}: {{kind: other{more}}}")
    who = ", ".join(f"r{n}" for n in range(len(offices)))
    return complete(
        "\n".join(
            [
                *lines,
                "triggers:",
                "  start: {who: opener}",
                "  close: {who: [opener, r0], moves: {from: identified, to: closed}}",
                "follow_ups:",
                f"  it: {{opens_with: start, who: {{{joint}: [{who}]}}, due: within {limit}}}",
                "",
            ]
        )
    )


hours_of = st.sampled_from(HOURS)
limits = st.one_of(
    st.tuples(st.sampled_from((1, 2, 8, 14, 16, 17, 24, 40, 60, 64, 65, 90)), st.just("hours")),
    st.tuples(st.sampled_from((1, 2, 3, 4)), st.just("calendar days")),
    st.tuples(st.sampled_from((1, 2)), st.just("business days")),
)


@settings(max_examples=500 if SOAK else 30, deadline=None)
@given(
    hours_of,
    st.lists(hours_of, min_size=1, max_size=2),
    st.one_of(st.none(), hours_of),
    st.sampled_from(("any_of", "all_of", "each_of")),
    limits,
)
def test_found_is_what_every_minute_shows(
    opener: str, offices: list[str], stands_in: str | None, joint: str, limit: tuple[int, str]
) -> None:
    """A start is found if there is one, and what is found is one."""
    amount, unit = limit
    seats = [frozenset({hours}) for hours in offices]
    if stands_in is not None:
        seats[0] = seats[0] | {stands_in}
    ways = {
        "any_of": [[[frozenset[str]().union(*seats)]]],
        "all_of": [[seats]],
        "each_of": [[[seat]] for seat in seats],
    }[joint]
    bad = [bad_starts(opener, way, amount, unit) for way in ways]
    reading = read_text(text(opener, offices, stands_in, joint, f"{amount} {unit}"))
    assert reading.ok
    assert reading.protocol is not None
    found = list(nobody_on_duty.find(Subject(reading.protocol)))
    assert any(bad) == bool(found)
    if found:
        start = datetime.fromisoformat(found[0].witness["start"][4:])
        due = due_of(start, amount, unit)
        told = f"{due:%a %Y-%m-%d %H:%M}"
        if unit != "hours":
            told = f"{due - timedelta(days=1):%a %Y-%m-%d} 24:00"
        assert told == found[0].witness["due"]
        if start >= BEGIN + timedelta(weeks=1):
            assert any(start in some for some in bad)


@settings(max_examples=300 if SOAK else 15, deadline=None)
@given(hours_of, hours_of, limits, st.sampled_from((1, 8, 16, 17, 40, 65)))
def test_what_opens_when_something_is_late_starts_when_that_is(
    opener: str, office: str, limit: tuple[int, str], hours: int
) -> None:
    """Each minute at which the one can be late is a start of the other."""
    amount, unit = limit
    fragment = text(opener, [office], None, "any_of", f"{amount} {unit}").replace(
        "due: within", "strength: may, due: within"
    )
    late = f"  late: {{opens_with: it.overdue, who: r0, due: within {hours} hours}}\n"
    reading = read_text(fragment.replace("  it: {", late + "  it: {"))
    assert reading.ok
    assert reading.protocol is not None
    found = {str(one.path[1]) for one in nobody_on_duty.find(Subject(reading.protocol))}
    begins, comes = nexts(frozenset({opener})), nexts(frozenset({office}))
    due = dues(amount, unit)
    starts = {
        due[number]
        for number in range(4 * 7 * DAY)
        if (begins is None or begins[number] == number) and 7 * DAY <= due[number] < 4 * 7 * DAY
    }
    expected = comes is not None and any(comes[at] > at + hours * 60 for at in starts)
    assert expected == ("late" in found)


LADDER = """\
calendars:
  office: {open: mon-fri 08:30-16:30}
roles:
  djo: {kind: juvenile_officer}
  supervisor: {kind: supervisor, available: office%s}
  detective: {kind: investigator, available: always}
states:
  seen: {initial: true}
  reported: {}
  closed: {final: true}
triggers:
  report: {who: djo, moves: {from: seen, to: reported}}
  engage: {who: supervisor, moves: {from: reported, to: closed}}
  tell: {who: [djo, detective]}
follow_ups:
  engage_it: {opens_with: report, who: supervisor, due: within 2 hours, met_by: engage%s}
escalations:
  away: {watches: {state: reported}, levels: [{after: 1 hour, %s}]}
"""


def _found(text: str, people: tuple[Actor, ...] | None = None) -> list[str]:
    return [str(found.path[1]) for found in _all_found(text, people)]


def _all_found(text: str, people: tuple[Actor, ...] | None) -> list[Found]:
    reading = read_text(complete(text))
    assert reading.ok
    assert reading.protocol is not None
    subject = Subject(reading.protocol, people=people)
    return list(nobody_on_duty.find(subject))


def test_whom_a_ladder_lets_in_is_there_too() -> None:
    """Told is not enough; handed to is."""
    assert ["engage_it"] == _found(LADDER % ("", "", "tell: detective"))
    assert [] == _found(LADDER % ("", "", "hand_to: detective"))


def test_a_stand_in_whom_nobody_is_does_not_count() -> None:
    """By the roster the detective's office is empty, so at night nobody stands in."""
    text = LADDER % (", substitutes: detective", "", "tell: djo")
    alone = (Actor("u-17", roles={"djo"}), Actor("s-1", roles={"supervisor"}))
    assert [] == _found(text)
    assert [] == _found(text, (*alone, Actor("d-1", roles={"detective"})))
    assert ["engage_it"] == _found(text, alone)


def test_who_is_off_is_told_by_what_is_asked_of_them() -> None:
    """The detective is there all night, and cannot do what is asked."""
    text = (LADDER % (", substitutes: detective", "", "tell: djo")).replace(
        "who: supervisor, due", "who: {any_of: {role: supervisor, with: interview}}, due"
    )
    text = text.replace(", met_by: engage", "")
    people = (
        Actor("u-17", roles={"djo"}),
        Actor("s-1", roles={"supervisor"}, can={"interview"}),
        Actor("d-1", roles={"detective"}),
    )
    (one,) = _all_found(text, people)
    assert one.message.endswith("Until then `supervisor` is off, and so is who stands in.")


def test_a_condition_on_who_is_there_has_thought_of_it() -> None:
    """What opens only while somebody can be reached is not judged."""
    assert [] == _found(LADDER % ("", ", if: available(supervisor)", "tell: djo"))


@pytest.mark.parametrize(
    ("where", "hours"),
    [
        ("America/Chicago", "mon-fri 08:30-16:30, sun 00:00-03:00"),
        ("Australia/Lord_Howe", "sun 01:00-03:00, mon-sat 23:00-24:00"),
        ("Africa/Cairo", "thu-fri 22:00-24:00, fri-sat 00:00-02:00"),
    ],
)
def test_hours_are_laid_out_to_the_minute(where: str, hours: str) -> None:
    """Also on the days on which the clock is changed, as one minute after the other tells."""
    rules = ("fixed 12-25, observed", "last monday of may", "2025-11-02")
    calendar = Calendar(
        name="it", zone=where, open=parse_open(hours), closed=tuple(map(parse_closed, rules))
    )
    times = open_times(calendar)
    for day in ("2025-03-09", "2025-04-06", "2025-04-25", "2025-10-05", "2025-11-01", "2025-12-25"):
        begin = minutes(datetime.fromisoformat(f"{day}T00:00+00:00")) - DAY // 2
        for minute in range(begin, begin + 2 * DAY):
            assert is_open_at(calendar, instant(minute)) == (next_in(times, minute) == minute)
