"""What is pending: every instant ahead, and what it will do if nobody acts.

The case is played on to find out. Imports time, the case and ground.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from heapq import merge

from protocolkit.ground.record import Record
from protocolkit.semantics import changes as ch
from protocolkit.semantics.answers.page import Page, no_place, page
from protocolkit.semantics.answers.prospects import Prospects
from protocolkit.semantics.answers.words import level_in_words
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import Change, instant_from, instant_text
from protocolkit.semantics.program import Program
from protocolkit.semantics.time import Item, come, next_item

FORESEEN = 25
"""How many things `pending` tells on a page, unless more are asked for."""

AHEAD = timedelta(days=366)
"""How far `pending` looks ahead, unless another horizon is given."""

COUNTED = 1000
"""How many things ahead `pending` looks at, at most: a rhythm of minutes never ends."""


class Coming(Record):
    """Something that an instant will do: when, what, and to what.

    `kind` is overdue, level, property, opened, ended, paused, resumed, moved, closed, or one of
    two that are not done by time: `fact`, a value that runs out, and `meeting`, one that is
    planned.
    """

    case: str
    at: datetime
    kind: str
    of: str
    what: str
    text: str


def pending(
    program: Program,
    case: Case,
    until: datetime | None = None,
    limit: int | None = FORESEEN,
    after: str = "",
    *,
    now: datetime | None = None,
) -> Page[Coming]:
    """What will come of a case if nobody acts, the earliest first; what nobody would notice is
    left out.

    The case is played on, so it must be one that is not needed any more. Shape: from `now`
    (None: its last event) up to `until` (None: for a year), at most `limit` things (None: all),
    at most `COUNTED` in all; then there is no `total`.

    Raises: UsageError: `after` is no cursor, `limit` is less than 1.
    """
    start = now or case.recorded_at
    assert start is not None
    horizon = until or start + AHEAD
    still = sorted(_not_done_by_time(program, case, start, horizon), key=_at)
    found: list[Coming] = []
    for one in merge(still, _played(program, case, horizon), key=_at):
        if len(found) == COUNTED:
            return _page(found, None, limit, after)
        found.append(one)
    return _page(found, len(found), limit, after)


def _page(found: list[Coming], total: int | None, limit: int | None, after: str) -> Page[Coming]:
    numbered = {id(one): number for one, number in _numbered(found)}
    rest = found
    if after:
        place = _place_of(after)
        rest = [one for one, number in _numbered(found) if (one.at, number) > place]
    return page(rest, total, limit, lambda one: f"{instant_text(one.at)},{numbered[id(one)]}")


def _numbered(found: list[Coming]) -> Iterator[tuple[Coming, int]]:
    """Each thing with its number among those of the same instant."""
    number, before = 0, None
    for one in found:
        number = number + 1 if one.at == before else 1
        before = one.at
        yield one, number


def _place_of(after: str) -> tuple[datetime, int]:
    at, _, number = after.partition(",")
    try:
        return instant_from(at), int(number)
    except ValueError:
        no_place(after)


def _at(one: Coming) -> datetime:
    return one.at


def _not_done_by_time(
    program: Program, case: Case, start: datetime, horizon: datetime
) -> Iterator[Coming]:
    """What lies ahead all the same: values that run out, meetings that are planned."""
    for meeting in case.meetings.values():
        if meeting.status == "set" and start <= meeting.planned_at <= horizon:
            title = program.protocol.meetings[meeting.name].name
            yield Coming(
                case=case.id,
                at=meeting.planned_at,
                kind="meeting",
                of=meeting.id,
                what=meeting.name,
                text=f"{title} is planned",
            )
    prospects = Prospects(program, case, start)
    for fact in case.facts:
        end = prospects.expiry(fact)
        if end is not None and start <= end <= horizon and not case.is_closed:
            text = f"{program.protocol.facts[fact].name} is unknown again, unless recorded anew"
            yield Coming(case=case.id, at=end, kind="fact", of=fact, what=fact, text=text)


def _played(program: Program, case: Case, horizon: datetime) -> Iterator[Coming]:
    """What time does, one thing after the other."""
    while (item := next_item(case, horizon)) is not None:
        text = _text(program, case, item)
        event = come(program, case, item)
        skipped = any(isinstance(one, ch.LevelReached) and one.skipped for one in event.changes)
        told: list[tuple[str, str, str, str]] = []
        if text and not skipped:
            told.append((item.kind, item.id, item.what, text))
        told += [said for change in event.changes for said in _consequence(program, case, change)]
        for kind, of, what, said in told:
            yield Coming(case=case.id, at=item.dated, kind=kind, of=of, what=what, text=said)


def _text(program: Program, case: Case, item: Item) -> str:
    """What a thing that time does is; "" when only what follows from it is worth telling."""
    if item.kind == "overdue":
        return f"{program.follow_ups[item.what].name} is late if not done"
    if item.kind == "level":
        run = case.runs[item.id]
        escalation = program.protocol.escalations[run.escalation]
        return f"{escalation.name}: {level_in_words(program, escalation.levels[run.level])}"
    if item.kind == "property":
        return f"{program.monitors[item.what].property.name} is broken if nobody acts"
    return ""


def _consequence(
    program: Program, case: Case, change: Change
) -> Iterator[tuple[str, str, str, str]]:
    """What a change is, as far as people notice it: kind, of what, which rule, in words."""
    match change:
        case ch.Opened():
            yield _of(program, case, change.instance, "opened", "opens")
        case ch.Ended():
            yield _of(program, case, change.instance, "ended", "ends")
        case ch.Paused():
            yield _of(program, case, change.instance, "paused", "has its clock stopped")
        case ch.Redated(because="resumed"):
            yield _of(program, case, change.instance, "resumed", "has its clock going on")
        case ch.Moved():
            state = program.protocol.strands[change.strand].states[change.to].name
            yield "moved", change.strand, change.to, f"the case goes on to {state}"
        case ch.CaseClosed():
            yield "closed", case.id, "", "the case is closed"


def _of(
    program: Program, case: Case, instance: str, kind: str, does: str
) -> tuple[str, str, str, str]:
    follow_up = program.follow_ups[case.instances[instance].follow_up]
    return kind, instance, follow_up.id, f"{follow_up.name} {does}"
