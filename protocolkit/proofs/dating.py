"""The requests of a search as people really make them: with dates, with names that exist.

Imports the case, calendars and requests.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from protocolkit.ground.calendars import is_open, next_open
from protocolkit.ground.zones import instant_of, midnight, zone
from protocolkit.proofs.plans import MINUTE
from protocolkit.proofs.ties import Knob
from protocolkit.proofs.values import A_NUMBER
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request

OPEN_FROM = 2300
"""Dates from this year on are such as a search leaves open: any will do that fits the story."""

_MORNING = time(9)
_ABOUT_OWED = ("complete", "waive", "decline", "extend")


def named(case: Case, request: Request) -> Request:
    """The request about the instance that is open here: numbers may be others."""
    name, _, number = request.what.rpartition("/")
    if request.opens:
        return request.replace(opens=False, evidence={"reference": A_NUMBER})
    if request.kind not in _ABOUT_OWED or not number or request.what in case.open:
        return request
    alike = [one for one in case.open.values() if one.follow_up == name]
    found = min(alike, key=lambda one: (one.due is None, one.due, one.id), default=None)
    return request if found is None else request.replace(what=found.id)


def dated(
    program: Program,
    case: Case,
    request: Request,
    at: datetime,
    ahead: timedelta,
    bounds: dict[str, datetime],
) -> Request:
    """The request with the dates that it leaves open: so far `ahead`, not before their bounds."""
    if request.kind in ("set", "move") and _is_left_open(request.planned_at):
        planned = bounds.get("planned", at + ahead)
        request = request.replace(planned_at=max(planned, at + ahead))
    if request.kind == "extend" and _is_left_open(request.until):
        least = max(_due_of(case, request) or at, at) + (ahead or MINUTE)
        request = request.replace(until=max(bounds.get("until", least), least))
    where = zone(program.zone)
    first = at.astimezone(where).date() + timedelta(days=1 if ahead else -1)
    facts: dict[str, FactValue] = {}
    for name, value in request.facts.items():
        fact = program.fact(name)
        facts[name] = value
        if isinstance(value, date) and value.year >= OPEN_FROM:
            bound = bounds.get(f"day {name}")
            facts[name] = max(first, bound.astimezone(where).date()) if bound else first
        elif fact is not None and fact.type == "reference" and " " in str(value):
            facts[name] = A_NUMBER
    return request.replace(facts=facts)


def value_of(knob: Knob, request: Request | None, at: datetime, zone_name: str) -> datetime:
    """Where a knob stands: of a request that was made at an instant."""
    what = knob[1]
    if request is None or what == "at":
        return at
    if what == "planned" and request.planned_at is not None:
        return request.planned_at
    if what == "until" and request.until is not None:
        return request.until
    day = request.facts.get(what.removeprefix("day "))
    return midnight(day, zone(zone_name)) if isinstance(day, date) else at


def by_day(program: Program, at: datetime, knob: Knob) -> datetime:
    """Where a knob is turned that must not stand before an instant: meetings are by day."""
    at = shown_at(at, past=False)
    return morning(program, at, 0) if knob[1] == "planned" else at


def morning(program: Program, at: datetime, days: int) -> datetime:
    """The morning so many days later; the first one from an instant on for none."""
    where = zone(program.zone)
    day = at.astimezone(where).date() + timedelta(days=days)
    found = instant_of(datetime.combine(day, _MORNING), where)
    return found if found >= at else morning(program, at, days + 1)


def midnight_after(program: Program, at: datetime, days: int) -> datetime:
    """The beginning of the day so many days later."""
    where = zone(program.zone)
    return midnight(at.astimezone(where).date() + timedelta(days=days), where)


def edge(program: Program, at: datetime) -> datetime:
    """The next instant from which days, or the hours of offices, count otherwise."""
    found = [midnight_after(program, at, 1)]
    for calendar in program.calendars.values():
        if is_open(calendar, at):
            found.append(program.closing(calendar, at))
        elif (opening := next_open(calendar, at)) is not None:
            found.append(opening)
    return min(found)


def flip(program: Program, name: str, now: datetime) -> datetime | None:
    """When an office opens or closes next."""
    calendar = program.calendars[name]
    if not is_open(calendar, now):
        return next_open(calendar, now)
    at = program.closing(calendar, now)
    for _ in range(10):
        if not is_open(calendar, at):
            return at
        at = program.closing(calendar, at)
    return None


def shown_at(at: datetime, *, past: bool) -> datetime:
    """The first full minute at which what came at an instant is to be seen."""
    rest = timedelta(seconds=at.second, microseconds=at.microsecond)
    return at if not (rest or past) else at - rest + MINUTE


def _is_left_open(at: datetime | None) -> bool:
    """Whether an instant is one that the story may choose."""
    return at is None or at.year >= OPEN_FROM


def _due_of(case: Case, request: Request) -> datetime | None:
    found = [
        one.due
        for one in case.open.values()
        if request.what in (one.id, one.follow_up) and one.due is not None
    ]
    return max(found, default=None)
