"""Judges what a protocol says about time: calendars, business days, outer limits, floors.

Takes the reader with the durations and limits that it kept aside, and reports to it. Imports the
reader, the model and ground.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from protocolkit.ground.calendars import Calendar, business_days
from protocolkit.ground.findings import Place, Related
from protocolkit.ground.limits import Duration, Limit, shorter_for_every_start
from protocolkit.ground.record import Record
from protocolkit.language import wording
from protocolkit.language.grammars import Said
from protocolkit.language.reader import Reader
from protocolkit.model.programme import Parameter
from protocolkit.model.protocol import Protocol

_LOOKED_AT = range(2024, 2034)
_AT_MOST = re.compile(r"at\s+most\s+(?:\d+\s+(?:(?:calendar|business)\s+)?\w+(?:\s+of\s+\w+)?|\w+)")
_LONGEST_YEARS = 100


class NewValue(Record):
    """A parameter's value that an overlay set, and where."""

    parameter: str
    place: Place


def judge_time(reader: Reader, protocol: Protocol, set_values: tuple[NewValue, ...] = ()) -> None:
    """Report what is wrong with calendars, business days and floors."""
    usable = _calendars(reader, protocol)
    _business_days(reader, protocol, usable)
    _floors(reader, protocol, usable, {new.parameter: new.place for new in set_values})
    _outer_limits(reader, protocol, usable)


def _calendars(reader: Reader, protocol: Protocol) -> dict[str, Calendar]:
    """The calendars on which days can be counted; the others are reported."""
    usable: dict[str, Calendar] = {}
    for name, office in protocol.calendars.items():
        if office.calendar is None or not office.calendar.open:
            continue  # its hours are in error
        if any(business_days(office.calendar, year) for year in _LOOKED_AT):
            usable[name] = office.calendar
            continue
        reader.report(
            "PK006",
            f"The calendar `{name}` has no business day: every day that it opens is closed.",
            reader.where(office.below("closed")),
            office.below("closed"),
            "take out a rule, or add hours on another day",
        )
    return usable


def _business_days(reader: Reader, protocol: Protocol, usable: dict[str, Calendar]) -> None:
    """Business days need a calendar; without a name there must be just one to take."""
    declared = reader.declared.names["calendar"]
    default = protocol.business_days or (next(iter(declared)) if len(declared) == 1 else "")
    a_year = {
        name: sum(len(business_days(calendar, year)) for year in _LOOKED_AT) / len(_LOOKED_AT)
        for name, calendar in usable.items()
    }
    unclear: list[Said] = []
    for said in reader.durations:
        span: Duration = said.what
        if span.unit != "business days":
            continue
        named = span.calendar or default
        if not named:
            unclear.append(said)
        elif not reader.declared.knows(("calendar",), named):
            found = re.search(rf"(?<!\w)of\s+({re.escape(named)})(?!\w)", said.node.text)
            reader.report(
                "PK101",
                f"There is no calendar `{named}`.",
                reader.part(said.node, found.start(1) if found else 0, len(named)),
                said.path,
                reader.guess(named, declared) or "declare it under `calendars`",
            )
        elif named in a_year and span.amount > a_year[named] * _LONGEST_YEARS:
            reader.report(
                "PK006",
                f"On the calendar `{named}` these {span.amount} business days take more than "
                f"{_LONGEST_YEARS} years.",
                _days_in(reader, said),
                said.path,
                "check the number, and when the calendar is open",
            )
    if unclear and ("business_days",) not in reader.nodes:  # else that is reported already
        _no_calendar(reader, unclear, list(declared))


def _no_calendar(reader: Reader, unclear: list[Said], declared: list[str]) -> None:
    """One fault, however many places wait for the same line."""
    if "calendar" in reader.declared.unread:
        return
    first = min(unclear, key=lambda said: (said.node.line, said.node.column))
    message = "Business days need a calendar, and there is none."
    help = "add `calendars: {office: {open: mon-fri 08:30-16:30}}`"
    if declared:
        message = "Which calendar do these business days follow?"
        help = f"add `business_days: {declared[0]}` at the top, or write `business days of ...`"
    if len(unclear) > 1:
        message += f" (There are {len(unclear)} such places.)"
    reader.report("PK101", message, _days_in(reader, first), first.path, help)


def _days_in(reader: Reader, said: Said) -> Place:
    found = re.search(r"business\s+days?", said.node.text)
    start, end = found.span() if found else (0, len(said.node.text))
    return reader.part(said.node, start, end - start)


def _outer_limits(reader: Reader, protocol: Protocol, usable: dict[str, Calendar]) -> None:
    """`at most` is the last moment of all, so it cannot come before the due time."""
    at_fault = {finding.path for finding in reader.findings}
    doubtful = {path[1] for path in at_fault if path[:1] == ("parameters",) and len(path) > 1}
    for said in reader.limits:
        limit: Limit = said.what
        within, at_most = limit.within, limit.at_most
        if within is None or at_most is None:
            continue
        if said.path in at_fault or not doubtful.isdisjoint(limit.parameters):
            continue
        if not _comes_first(at_most, within, limit.direction == "before", protocol, usable):
            continue
        found = _AT_MOST.search(said.node.text)
        start, end = found.span() if found else (0, len(said.node.text))
        reader.report(
            "PK006",
            f"`at most {at_most}` never comes after `{within}`, so it adds nothing.",
            reader.part(said.node, start, end - start),
            said.path,
            f"make `at most` later than `{within}`, or leave one of the two out",
        )


def _comes_first(
    outer: Duration, inner: Duration, back: bool, protocol: Protocol, usable: dict[str, Calendar]
) -> bool:
    """Does the outer instant come before the inner one, or with it, for every start?

    Not when the two are always the same. Counting back is compared within one unit only.
    """
    if (outer.unit, outer.calendar) == (inner.unit, inner.calendar):
        return outer.amount > inner.amount if back else outer.amount < inner.amount
    if back:
        return False
    return (
        _never_longer(outer, inner, protocol, usable) is True
        and _never_longer(inner, outer, protocol, usable) is False
    )


# -- floors ----------------------------------------------------------------------------


def _floors(
    reader: Reader, protocol: Protocol, usable: dict[str, Calendar], set_at: dict[str, Place]
) -> None:
    """A parameter keeps to its floor: its own value, and above all one that an overlay set."""
    for parameter in protocol.parameters.values():
        if parameter.floor is None or parameter.value == "":
            continue
        for bound, message in _beyond(parameter, protocol, usable):
            place = set_at.get(parameter.id) or reader.where(parameter.below("value"))
            floor = reader.where(parameter.below("floor", bound))
            reader.report(
                "PK104" if parameter.id in set_at else "PK006",
                message,
                place,
                parameter.below("value"),
                "choose a value that keeps to the floor in every case",
                related=(Related(place=floor, label="the floor"),) if floor else (),
            )


def _beyond(
    parameter: Parameter, protocol: Protocol, usable: dict[str, Calendar]
) -> Iterator[tuple[str, str]]:
    """Each bound of the floor that the value does not keep to, with a message."""
    floor, value = parameter.floor, parameter.value
    if floor is None:
        return
    limits = (("no_longer_than", True), ("no_shorter_than", False))
    for bound, longest in limits:
        other = getattr(floor, bound)
        if other is None:
            continue
        if not isinstance(value, Duration):
            yield bound, f"`{value}` is no length of time, and the floor is `{other}`."
            continue
        first, second = (value, other) if longest else (other, value)
        verdict = _never_longer(first, second, protocol, usable)
        word = "longer" if longest else "shorter"
        if verdict is None:
            yield bound, f"`{value}` cannot be compared with the floor `{other}`."
        elif not verdict:
            yield bound, f"`{value}` can be {word} than the floor `{other}`."
    if floor.one_of and value not in floor.one_of:
        yield "one_of", f"`{value}` is none of {wording.listed(floor.one_of)}."
    for bound, sign in (("at_least", 1), ("at_most", -1)):
        number = getattr(floor, bound)
        if number is None:
            continue
        if not isinstance(value, int):
            yield bound, f"`{value}` is no number, and the floor is {number}."
        elif value * sign < number * sign:
            yield bound, f"{value} is {'less' if sign == 1 else 'more'} than the floor {number}."


def _never_longer(
    a: Duration, b: Duration, protocol: Protocol, usable: dict[str, Calendar]
) -> bool | None:
    """Is `a` never longer than `b`, with business days on the calendar that they name?"""
    default = protocol.business_days or (next(iter(usable)) if len(usable) == 1 else "")
    a, b = (
        span.replace(calendar=span.calendar or default) if span.unit == "business days" else span
        for span in (a, b)
    )
    if a == b:
        return True
    calendar = usable.get(a.calendar or b.calendar or "")
    return shorter_for_every_start(a, b, protocol.timezone or "UTC", calendar)
