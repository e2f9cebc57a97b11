"""What becomes of cases when a role, an agency or a person is not there.

Judged as people decide it (see `remaining`): the acts of a protocol need roles, so that what is
called impossible is so in every case, whatever its facts. A case may be new, or may stand in
any state already when somebody goes. Imports who is left, who hears, the model and ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from protocolkit.conditions.text import str_of
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.ground.record import Record
from protocolkit.model import words
from protocolkit.model.case import FollowUp, State
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.duty import Duty
from protocolkit.proofs.hearing import Hearing, Hearings, Lengths
from protocolkit.proofs.people import Gone
from protocolkit.proofs.remaining import Remaining, remaining
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.program import Program

Kind = Literal["nobody", "role", "agency", "person", "hours"]
How = Literal["acts", "unstated", "others", "hears", "nobody"]
WORKING = ("formal", "informal")
"""Ties over which people work together."""


class Absence(Record):
    """Who is gone: a role vacant, an agency silent, a person of the roster away, or everybody who
    is off duty at some hours. `roles` are those that nobody holds then.
    """

    kind: Kind
    id: str = ""
    title: str = ""
    roles: tuple[str, ...] = ()
    skills: tuple[tuple[str, str], ...] = ()

    @property
    def gone(self) -> Gone:
        """The same as who is left is asked by it."""
        return Gone(roles=frozenset(self.roles), skills=frozenset(self.skills))


class Standing(Record):
    """A case that stands in a state: by which acts who can lead it on, and who hears of it.

    `how`: `acts` = somebody it waits for is there and it can go on; `others` = only somebody else
    can lead it on, or whom a ladder lets in; `unstated` (at hours of the week) = only somebody
    whose hours are not stated; `hears` = nobody can, but somebody hears of it;
    `nobody` = the case is not seen by anybody. `only_if`: on which condition a ladder lets them in,
    when nobody can lead it on without.
    """

    state: str
    title: str
    how: How
    movers: tuple[str, ...]
    acts: tuple[str, ...]
    waits_for: tuple[str, ...]
    hears: Hearing
    only_if: str = ""


class Outcome(Record):
    """What becomes of cases in an absence.

    `still`: acts that somebody can do. `stops`: acts that nobody can do any more. `not_reached`:
    acts that somebody could do, but no new case comes that far. `undone`: follow-ups that
    nobody can do. `untold`: levels that reach nobody (`ladder/2` for the second). `ties`: those
    that break. `hears`: what is heard of later than before, or never; the worst first.
    """

    absence: Absence
    can_close: bool
    still: tuple[str, ...]
    stops: tuple[str, ...] = ()
    not_reached: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    standings: tuple[Standing, ...]
    hears: tuple[Hearing, ...] = ()


class Absences:
    """Tells what becomes of the cases of one protocol, compared with everybody being there."""

    def __init__(self, protocol: Protocol, roster: Iterable[Actor] = ()) -> None:
        self.program = Program(protocol)
        self.protocol = self.program.protocol
        self.duty = Duty(protocol)
        self.lengths = Lengths(self.program)
        self.roster = tuple(roster)
        everybody = Absence(kind="nobody", title="Everybody is there", skills=self._lacking())
        self.all_there = remaining(protocol, everybody.gone)
        self.hearings = Hearings(self.lengths, self.duty, self.all_there)
        self.states = [
            state
            for strand in self.protocol.strands.values()
            for state in strand.states.values()
            if not state.final and state.id in self.all_there.states
        ]
        self._heard = {(one.kind, one.about): one for one in self._hears(self.hearings)}
        self.before = self.outcome(everybody)

    def roles(self) -> list[Absence]:
        """Each role vacant."""
        return [
            Absence(kind="role", id=role.id, title=role.name, roles=(role.id,))
            for role in self.protocol.roles.values()
        ]

    def agencies(self) -> list[Absence]:
        """Each agency silent that has a role."""
        found = []
        for agency in self.protocol.organizations.values():
            roles = tuple(
                role.id for role in self.protocol.roles.values() if role.organization == agency.id
            )
            if roles:
                found.append(Absence(kind="agency", id=agency.id, title=agency.name, roles=roles))
        return found

    def persons(self) -> list[Absence]:
        """Each person of the roster away. A role that stands nowhere in the roster is held by
        somebody outside it.
        """
        return [
            Absence(
                kind="person",
                id=person.id,
                title=person.id,
                roles=tuple(
                    role
                    for role in self.protocol.roles
                    if role in person.roles and not any(role in one.roles for one in others)
                ),
                skills=self._lacking(others),
            )
            for person in self.roster
            for others in [[one for one in self.roster if one is not person]]
        ]

    def outcome(self, absence: Absence) -> Outcome:
        """What becomes of cases then."""
        before, left = self.all_there, remaining(self.program.whole, absence.gone)
        hearings = Hearings(self.lengths, self.duty, left)
        acts = [act for act in self.protocol.triggers if act in before.acts]
        still = tuple(act for act in acts if _can_do(left, act))
        hears = [
            one
            for one in self._hears(hearings)
            if one.is_later_than(self._heard[one.kind, one.about])
        ]
        return Outcome(
            absence=absence,
            can_close=left.can_close,
            still=still,
            stops=tuple(act for act in acts if act not in still),
            not_reached=tuple(act for act in still if act not in left.acts),
            undone=tuple(
                one.id
                for one in self.protocol.follow_ups.values()
                if one.id in before.done and not _can_be_done(left, one)
            ),
            untold=tuple(self._untold(hearings)),
            ties=tuple(
                tie.id
                for tie in self.protocol.relationships.values()
                if tie.tie in WORKING and {*tie.between} & {*absence.roles}
            ),
            standings=tuple(
                self._standing(state, left, hearings, at_hours=absence.kind == "hours")
                for state in self.states
            ),
            hears=tuple(sorted(hears, key=lambda one: one.lateness, reverse=True)),
        )

    def _standing(
        self, state: State, left: Remaining, hearings: Hearings, *, at_hours: bool
    ) -> Standing:
        acts = left.movers(state.id)
        waits, hears = hearings.waits_for(state), hearings.of_state(state)
        movers = tuple(dict.fromkeys(role for roles in acts.values() for role in roles))
        how: How = "nobody"
        if movers:
            how = "acts" if waits else "others"
            if at_hours and not {*movers} - {*self.duty.unstated}:
                how = "unstated"
        elif hears.surely is not None or hears.sooner is not None:
            how = "hears"
        return Standing(
            state=state.id,
            title=state.name,
            how=how,
            movers=movers,
            acts=tuple(acts),
            waits_for=waits,
            hears=hears,
            only_if="" if left.movers(state.id, by_ladders=False) else self._let_in_if(state),
        )

    def _let_in_if(self, state: State) -> str:
        """On which condition a ladder lets somebody act in a state; "" for on none."""
        conditions = [
            level.if_
            for ladder in self.protocol.escalations.values()
            if ladder.watches is not None and ladder.watches.state == state.id
            for level in ladder.levels
            if level.hand_to
        ]
        if None in conditions:
            return ""
        return " or ".join(str_of(one) for one in conditions if one is not None)

    def _hears(self, hearings: Hearings) -> Iterator[Hearing]:
        """Who hears of everything that can wait when everybody is there."""
        yield from map(hearings.of_state, self.states)
        for one in self.protocol.follow_ups.values():
            if one.id in self.all_there.opens:
                yield hearings.of_follow_up(one)

    def _untold(self, hearings: Hearings) -> Iterator[str]:
        for ladder in self.protocol.escalations.values():
            for number, level in enumerate(ladder.levels, start=1):
                if self.hearings.told(level) and not hearings.told(level):
                    yield f"{ladder.id}/{number}"

    def _lacking(self, people: Iterable[Actor] | None = None) -> tuple[tuple[str, str], ...]:
        """What nobody of a roster can do who holds a role for which the protocol asks it."""
        people = self.roster if people is None else tuple(people)
        held = {role for person in self.roster for role in person.roles}
        asked = {
            (seat, holder.with_)
            for who in (
                *(act.who for act in self.protocol.triggers.values()),
                *(one.who for one in self.protocol.follow_ups.values()),
            )
            if who is not None
            for holder in who.holders
            if holder.with_ and holder.role in self.protocol.roles
            for seat in (holder.role, *self.protocol.roles[holder.role].substitutes)
        }
        return tuple(
            (role, skill)
            for role, skill in sorted(asked)
            if role in held
            and not any(role in person.roles and skill in person.can for person in people)
        )


def _can_do(left: Remaining, act: str) -> bool:
    """Whether somebody can do an act in a case that has come far enough, or the clock does it."""
    trigger = left.protocol.triggers[act]
    states = [state for move in trigger.moves for state in move.from_]
    let_in = [role for state in states for role in left.let_in_at(state)]
    let_in += [
        role
        for one in left.protocol.follow_ups.values()
        if any(met.trigger is not None and met.trigger.name == act for met in one.met_by)
        for role in left.let_in.get(one.id, ())
    ]
    return bool(left.may(trigger, let_in)) or left.acts.get(act) == (words.CLOCK,)


def _can_be_done(left: Remaining, one: FollowUp) -> bool:
    if not one.met_by:
        return left.can_do_all(one, left.let_in.get(one.id, ()))
    return any(met.trigger is not None and _can_happen(left, met.trigger) for met in one.met_by)


def _can_happen(left: Remaining, ref: OccurrenceRef) -> bool:
    if ref.name in left.protocol.triggers and not ref.event:
        return _can_do(left, ref.name)
    meeting = left.protocol.meetings.get(ref.name)
    if meeting is not None:
        return left.can_be_held(meeting, quorate=ref.event in ("", "held", "quorate"))
    return left.happens(ref)
