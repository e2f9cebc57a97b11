"""Contingency: what becomes of cases when somebody is not there, as one matrix.

Each role vacant, each agency silent, each person of a roster away, everybody off duty at each
hour of the week; beside them the hours at which nobody is there for what a case waits for, and
the ties that rest on a few persons. It shows where the cover is thin, so it is internal.
Imports absences, duty, the model and ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from protocolkit.ground.record import Record
from protocolkit.model.case import FollowUp
from protocolkit.model.people import Relationship
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.absences import WORKING, Absence, Absences, Outcome
from protocolkit.proofs.duty import DAY, WHOLE, Duty, Shift, Stretch, Wait, stretches
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.changes import instant_text

VERSION = 1
"""Counts changes of the JSON shape that could break a reader."""

ASSUMPTIONS = (
    "What is said to be impossible is so in every case. What is said to be possible is so as far "
    "as people decide it; facts of a case can still stand in its way.",
    "Whoever is there does what the protocol asks. Substitutes act as the office they stand in "
    "for; a notice goes only to the office that it names.",
    "A role that stands nowhere in a roster is held by somebody outside it.",
    "An office that states no hours is not counted as there, and not as away.",
    "Lengths of time are the longest there can be: the longest that each limit lasts, and the "
    "longest time in which everybody who would hear is off duty, holidays included. Clocks that "
    "are stopped, and more time that is given, are not counted.",
)
"""What the matrix takes for granted."""

HOUR = 60
COVERED, LET_IN, UNSTATED, HOLE, PART = ".", "o", "?", "X", "x"
"""The signs of an hour: somebody is on duty; only somebody whom a ladder lets in; nobody for
certain, hours that are not stated; nobody; nobody for a part of it."""


class Cover(Record):
    """Who is there, hour by hour, for something that waits: a state, or a follow-up that is due
    within hours.

    `roles` can take it up, `let_in` only when a ladder lets them. `week` has a line of 24 signs
    for each day from Monday on, `closed_day` one for a day on which the offices are closed.
    `hole` are the stretches of the week at which nobody is there, `wait` is the longest that
    it can take until somebody is, over all years.
    """

    kind: str
    about: str
    title: str
    roles: tuple[str, ...]
    let_in: tuple[str, ...]
    week: tuple[str, ...]
    closed_day: str
    hole: tuple[Stretch, ...]
    wait: Wait

    @property
    def empty_hours(self) -> float:
        """How much of a week nobody is there. Units: hours."""
        return sum(one.end - one.start for one in self.hole) / HOUR


class Tie(Record):
    """A tie that rests on persons: when they go, it goes. `persons` None: how many is not said.

    `only`: nothing else joins the two. `carries`: what goes over it, follow-ups and acts, each
    with its section (`triggers.refer`).
    """

    id: str
    title: str
    between: tuple[str, ...]
    tie: str
    persons: int | None
    only: bool
    carries: tuple[str, ...]
    source: str


class Matrix(Record):
    """All absences of a protocol, and the hours and ties that bear them.

    `names` holds titles, such as that of `roles.judge`, `ends` whom each relationship joins.
    `before` is with everybody there. `hours` pairs hours of the week, at which the same roles
    are on duty, with what can be done then. `ties` are those of the `working_ties` that rest on
    persons. `unstated`: roles that state no hours.
    """

    protocol: str
    title: str
    timezone: str
    names: Mapping[str, str]
    ends: Mapping[str, tuple[str, ...]]
    before: Outcome
    hours: tuple[tuple[Shift, Outcome], ...]
    absences: tuple[Outcome, ...]
    covers: tuple[Cover, ...]
    ties: tuple[Tie, ...]
    working_ties: int
    ladders: int
    unstated: tuple[str, ...]

    def name(self, section: str, id: str) -> str:
        """The title of an element of a section, for people."""
        return self.names.get(f"{section}.{id}", id)

    def of(self, id: str) -> Outcome | None:
        """What becomes of cases without a role, an agency or a person, by its id."""
        return next((one for one in self.absences if one.absence.id == id), None)

    @property
    def lifelines(self) -> tuple[Outcome, ...]:
        """The absences in which no new case can be closed any more, though now it can."""
        return tuple(one for one in self.absences if self.before.can_close and not one.can_close)

    def differs(self, one: Outcome) -> bool:
        """Whether cases go another way than with everybody there, apart from ties."""
        return bool(
            one.can_close != self.before.can_close
            or one.stops
            or one.not_reached
            or one.undone
            or one.untold
            or one.hears
            or any(
                now.how != then.how
                for now, then in zip(one.standings, self.before.standings, strict=True)
            )
        )

    def to_json(self) -> dict[str, Any]:
        """The matrix as JSON values. Units: lengths of time are whole minutes."""
        return {
            "version": VERSION,
            "internal": True,
            "assumptions": list(ASSUMPTIONS),
            **_json(self),
        }


def contingency(protocol: Protocol, roster: Iterable[Actor] = ()) -> Matrix:
    """What becomes of cases when somebody is not there, one absence after the other."""
    absences = Absences(protocol, roster)
    alone = (*absences.roles(), *absences.agencies(), *absences.persons())
    return Matrix(
        protocol=protocol.id,
        title=protocol.name,
        timezone=protocol.timezone,
        names=_names(absences.protocol),
        ends={tie.id: tie.between for tie in protocol.relationships.values()},
        before=absences.before,
        hours=tuple(_hours(absences)),
        absences=tuple(map(absences.outcome, alone)),
        covers=tuple(_covers(absences)),
        ties=tuple(_ties(absences)),
        working_ties=sum(one.tie in WORKING for one in protocol.relationships.values()),
        ladders=len(absences.protocol.escalations),
        unstated=absences.duty.unstated,
    )


def _names(protocol: Protocol) -> dict[str, str]:
    sections: dict[str, Mapping[str, Any]] = {
        "relationships": protocol.relationships,
        "organizations": protocol.organizations,
        "roles": protocol.roles,
        "triggers": protocol.triggers,
        "follow_ups": protocol.follow_ups,
        "escalations": protocol.escalations,
        "meetings": protocol.meetings,
    }
    return {
        f"{section}.{id_}": one.name
        for section, elements in sections.items()
        for id_, one in elements.items()
    }


# -- the hours of the week ------------------------------------------------------------------


def _hours(absences: Absences) -> Iterator[tuple[Shift, Outcome]]:
    """The hours at which the same offices are open: everybody else who states hours is gone.

    Nothing to tell where no office closes.
    """
    duty = absences.duty
    shifts = duty.shifts()
    if len(shifts) < 2:
        return
    for number, shift in enumerate(shifts, start=1):
        off = tuple(role for role in duty.weeks if role not in shift.roles)
        title = "Off duty" if off else "All on duty"
        absence = Absence(kind="hours", id=f"hours-{number}", title=title, roles=off)
        yield shift, absences.outcome(absence)


def _covers(absences: Absences) -> Iterator[Cover]:
    left, hearings = absences.all_there, absences.hearings
    for state in absences.states:
        roles = hearings.waits_for(state)
        let_in = [seat for role in left.let_in_at(state.id) for seat in left.seats(role)]
        yield _cover(absences.duty, "state", state.id, state.name, roles, let_in)
    for one in absences.protocol.follow_ups.values():
        if one.id in left.opens and _is_urgent(one):
            roles = left.doers(one.who)
            let_in = [role for role in left.holders(one) if role not in roles]
            yield _cover(absences.duty, "follow-up", one.id, one.name, roles, let_in)


def _is_urgent(one: FollowUp) -> bool:
    """Whether it is due within hours, so that it may be late before an office opens."""
    within = one.due.within if one.due is not None else None
    return within is not None and within.is_elapsed


def _cover(
    duty: Duty, kind: str, about: str, title: str, roles: tuple[str, ...], let_in: Iterable[str]
) -> Cover:
    let_in = tuple(dict.fromkeys(role for role in let_in if role not in roles))
    everybody = (*roles, *let_in)
    unknown = WHOLE if duty.is_unstated(everybody) else 0
    lines: dict[bool, list[str]] = {}
    for closed_day in (False, True):
        there = duty.week(roles, closed_day=closed_day)
        more = duty.week(let_in, closed_day=closed_day)
        lines[closed_day] = [_line(day, there, more, unknown) for day in range(7)]
    hole = WHOLE & ~(duty.week(everybody) | unknown)
    worst = [max(signs, key=_WORST.index) for signs in zip(*lines[True], strict=True)]
    return Cover(
        kind=kind,
        about=about,
        title=title,
        roles=roles,
        let_in=let_in,
        week=tuple(lines[False]),
        closed_day="".join(worst) if duty.has_closed_days else "",
        hole=stretches(hole),
        wait=duty.wait(everybody),
    )


_WORST = (COVERED, LET_IN, UNSTATED, PART, HOLE)


def _line(day: int, there: int, let_in: int, unknown: int) -> str:
    """A day's 24 signs, each the worst of its hour."""
    signs = []
    for start in range(day * DAY, day * DAY + DAY, HOUR):
        hour = (1 << HOUR) - 1
        here, more, may_be = (week >> start & hour for week in (there, let_in, unknown))
        if here == hour:
            signs.append(COVERED)
        elif here | more == hour:
            signs.append(LET_IN)
        elif may_be:
            signs.append(UNSTATED)
        else:
            signs.append(PART if here | more else HOLE)
    return "".join(signs)


# -- ties -----------------------------------------------------------------------------------


def _ties(absences: Absences) -> Iterator[Tie]:
    relationships = absences.protocol.relationships
    for one in relationships.values():
        if one.rests_on == "persons" and one.tie in WORKING:
            yield Tie(
                id=one.id,
                title=one.name if one.title else "",
                between=one.between,
                tie=one.tie,
                persons=one.persons,
                only=not any(_joins(other, one) for other in relationships.values())
                and not _meet(absences.protocol, one),
                carries=tuple(dict.fromkeys(_carried(absences, one))),
                source=one.source,
            )


def _joins(other: Relationship, one: Relationship) -> bool:
    """Whether another tie, which rests on no single person, joins the same two."""
    return (
        other.tie in WORKING and other.rests_on != "persons" and {*other.between} == {*one.between}
    )


def _meet(protocol: Protocol, one: Relationship) -> bool:
    """Whether the two come together in a meeting of the case."""
    return any({*one.between} <= {*meeting.members} for meeting in protocol.meetings.values())


def _carried(absences: Absences, tie: Relationship) -> Iterator[str]:
    """What one of the two owes the other; and the informal act that opens it, since no rule but
    the tie brings it to the one who then owes.
    """
    left, pair = absences.all_there, {*tie.between}
    for one in absences.protocol.follow_ups.values():
        owing = {*left.doers(one.who)} & pair if one.who is not None else set()
        owed = {*left.doers(one.owed_to)} & pair if one.owed_to is not None else set()
        if not (owing and owed and owing | owed == pair):
            continue
        for ref in one.opens_with:
            act = absences.protocol.triggers.get(ref.name)
            doing = {*left.acts.get(ref.name, ())} & pair
            if act is not None and act.formality == "informal" and doing and doing != owing:
                yield f"triggers.{act.id}"
        yield f"follow_ups.{one.id}"


# -- JSON -----------------------------------------------------------------------------------


def _json(value: Any) -> Any:
    if isinstance(value, Record):
        return {name: _json(getattr(value, name)) for name in value._fields}
    if isinstance(value, Mapping):
        return {str(name): _json(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_json(item) for item in value]
    if isinstance(value, timedelta):
        return value // timedelta(minutes=1)
    if isinstance(value, datetime):
        return instant_text(value)
    return value
