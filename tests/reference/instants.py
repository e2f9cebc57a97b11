"""The instants at which a condition could change by time alone, found by trying them all.

Imports conditions' syntax, calendars and ground.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from protocolkit.conditions import syntax
from protocolkit.ground.calendars import is_open
from protocolkit.ground.limits import Moment
from protocolkit.ground.zones import midnight, zone
from tests.reference.course import Course
from tests.reference.truth import end_of

_DAY = timedelta(days=1)


def interesting(case: Course, until: datetime) -> list[datetime]:
    """Every instant up to `until` at which a condition could change by time alone."""
    found: list[datetime] = []
    spans: list[Any] = []
    for condition in watched(case):
        for phrase in phrases(condition):
            if isinstance(phrase, syntax.Span):
                spans.append(phrase.length)
            if isinstance(phrase, syntax.Available):
                found.extend(hours_of(case, phrase.role.text, until))
    for thing in case.things:
        found.extend(end_of(case.protocol, thing.moment, span).at for span in spans)
    for said in case.facts:
        span = case.protocol.facts[said.fact].valid_for
        if span is not None:
            found.append(end_of(case.protocol, Moment(at=said.at), span).at)
        if isinstance(said.value, date):
            found.append(midnight(said.value, zone(case.protocol.timezone)))
    if spans:
        found.extend(midnights(case, until))
    return sorted({at for at in found if case.now.at <= at <= until})


def watched(case: Course) -> Iterable[syntax.Condition]:
    """The conditions that act by becoming true or false."""
    found: list[syntax.Condition | None] = [case.protocol.applies_while]
    for follow_up in case.follow_ups:
        found += [follow_up.opens_when, follow_up.pauses_while, follow_up.applies_while]
        found += [ending.if_ for ending in follow_up.ends_when]
    found += [one.applies_while for one in case.protocol.strands.values()]
    found += [one.applies_while for one in case.escalations]
    found += [term.condition for term in case.protocol.terms.values()]
    return [condition for condition in found if condition is not None]


def midnights(case: Course, until: datetime) -> list[datetime]:
    """The beginning of every local day from here on."""
    where = zone(case.protocol.timezone)
    day = case.now.at.astimezone(where).date()
    found: list[datetime] = []
    while midnight(day, where) <= until:
        found.append(midnight(day, where))
        day += _DAY
    return found


def hours_of(case: Course, role: str, until: datetime) -> list[datetime]:
    """Every minute at which an office opens or closes."""
    hours = case.protocol.roles[role].available
    if hours is None or hours == "always":
        return []
    calendar = case.protocol.calendars[hours].calendar
    assert calendar is not None
    where = zone(calendar.zone)
    found: list[datetime] = []
    for at in [case.now.at, *midnights(case, until)]:
        start = midnight(at.astimezone(where).date(), where)
        quarters = [start + timedelta(minutes=15) * n for n in range(-1, 26 * 4)]
        found += [b for a, b in pairwise(quarters) if is_open(calendar, a) != is_open(calendar, b)]
    return found


def phrases(phrase: syntax.Phrase) -> Iterable[syntax.Phrase]:
    """A phrase and all it is made of."""
    yield phrase
    for part in syntax.inner(phrase):
        yield from phrases(part)
