"""What is done first when something is in the way of a deed, and what must go with it.

A search looks at a part of a protocol; in the whole of it a deed may have to wait for something
that the part leaves out. Whoever owes that does it first. Imports semantics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from protocolkit.ground.findings import Reason
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.model import words
from protocolkit.model.case import FollowUp, Trigger
from protocolkit.model.people import Holder, Who
from protocolkit.proofs.values import smallest
from protocolkit.semantics.actors import Actor, Permission
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.deciding.agreement import joint_act
from protocolkit.semantics.performing.perform import consider
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.semantics.shares import missing_parts, who_owes

A_CODE = "r-1"
"""The code that people give where a reason or a number is asked for."""

IN_THE_WAY = frozenset({"blocked", "open-follow-up"})
NOBODY_THERE = frozenset({"wrong-role", "not-together"})
_CAN_WAIT = IN_THE_WAY | NOBODY_THERE | {"missing-fact", "missing-reason", "missing-evidence"}
"""Reasons against a deed that something else can take out of the way."""


def amended(
    program: Program, case: Case, request: Request, reasons: Iterable[Reason]
) -> Request | None:
    """The request with what must go with it; None when nothing is missing that could."""
    facts, assign = dict(request.facts), dict(request.assign)
    found = request
    for one in reasons:
        if one.name == "missing-fact" and one.needs in program.protocol.facts:
            facts[one.needs] = smallest(program.protocol.facts[one.needs])
        elif one.name == "missing-fact" and one.needs in program.protocol.roles:
            assign[one.needs] = case.holders.get(one.needs, one.needs)
        elif one.name == "missing-reason":
            found = found.replace(reason=A_CODE)
        elif one.name == "missing-evidence":
            found = found.replace(evidence={"reference": A_CODE})
    found = found.replace(facts=facts, assign=assign)
    return None if found == request else found


def in_the_way(
    program: Program, case: Case, request: Request, reasons: Sequence[Reason], now: datetime
) -> Request | None:
    """Something that somebody can do first, so that fewer of these reasons are left."""
    likely: list[Request] = []
    for one in reasons:
        if one.name in IN_THE_WAY and one.needs in case.open:
            found = _endings(program, case, case.open[one.needs])
        elif one.name in NOBODY_THERE:
            found = _assignments(program, case, request, one)
        else:
            continue
        for deed in found:
            against = consider(program, case, deed, now)[1]
            if not against:
                return deed
            if all(reason.name in _CAN_WAIT for reason in against):
                likely.append(deed)
    return likely[0] if likely else None


def _endings(program: Program, case: Case, instance: Instance) -> Iterator[Request]:
    """The ways to be rid of something that is owed, the best first: it is done, or set aside."""
    follow_up = program.follow_ups[instance.follow_up]
    permission = Permission(protocol=program.protocol, case=case, instance=instance)
    items = [*missing_parts(follow_up, instance), instance.item or instance.holder]
    if not follow_up.met_by:
        who = who_owes(follow_up, instance)
        for actor in _actors(program, permission, who, case.handed.get(instance.id, ())):
            item = items[0] if items[0] in follow_up.parts else ""
            yield Request(kind="complete", what=instance.id, actor=actor, item=item)
    acting = [one.trigger for one in follow_up.met_by if one.trigger is not None]
    if any(_opens_more(program, ref) for ref in acting):  # to set it aside is one deed, not two
        yield from _set_aside(program, permission, follow_up, instance)
    for met_by in follow_up.met_by:
        ref = met_by.trigger
        trigger = program.trigger(ref.name) if ref is not None and not ref.event else None
        if trigger is not None:
            yield from acts(program, case, trigger, item=items[0])
        elif ref is not None and ref.name in program.protocol.meetings:
            yield from _meetings(program, case, ref.name)
    yield from _set_aside(program, permission, follow_up, instance)


def _opens_more(program: Program, ref: OccurrenceRef) -> bool:
    """Whether something else comes to be owed with what would do it."""
    return any(ref in one.opens_with for one in program.follow_ups.values())


def _set_aside(
    program: Program, permission: Permission, follow_up: FollowUp, instance: Instance
) -> Iterator[Request]:
    for kind in ("waive", "decline"):
        right = getattr(follow_up, kind)
        if right is not None:
            for actor in _actors(program, permission, right.who):
                yield Request(kind=kind, what=instance.id, actor=actor, reason=A_CODE)


def acts(program: Program, case: Case, trigger: Trigger, *, item: str = "") -> Iterator[Request]:
    """Somebody does an act, with the least that goes with it."""
    permission = Permission(protocol=program.protocol, case=case)
    facts = {
        one.fact: smallest(program.protocol.facts[one.fact])
        for one in trigger.records
        if one.required
    }
    assign = {
        role: case.holders.get(role, role)
        for role, way in trigger.assigns.items()
        if way == "named"
    }
    attended = {case.holders.get(role, role): role for role in trigger.together_with}
    joint = joint_act(trigger)
    who = joint.everybody if joint is not None else trigger.who
    for actor in _actors(program, permission, who):
        beside = {person: role for person, role in attended.items() if person != actor.id}
        yield Request(
            kind="act",
            what=trigger.id,
            actor=actor,
            facts=facts,
            assign=assign,
            attended=beside,
            item=item,
        )


def _meetings(program: Program, case: Case, name: str) -> Iterator[Request]:
    """A meeting is held, or set first."""
    meeting = program.protocol.meetings[name]
    permission = Permission(protocol=program.protocol, case=case)
    planned = [one for one in case.meetings.values() if one.name == name and one.status == "set"]
    who = meeting.called_by
    if who is None and meeting.chair is not None:
        who = Who(any_of=(Holder(role=meeting.chair.role),))
    seats = dict.fromkeys(
        (*meeting.members, *(role for group in meeting.counting.values() for role in group))
    )
    attended = {case.holders.get(role, role): role for role in seats}
    for actor in _actors(program, permission, who):
        if planned:
            came = attended or {actor.id: min(actor.roles)}
            yield Request(kind="hold", what=planned[0].id, actor=actor, attended=came)
        else:
            yield Request(kind="set", what=name, actor=actor)


def _assignments(
    program: Program, case: Case, request: Request, reason: Reason
) -> Iterator[Request]:
    """A role that is given out case by case, and that nobody holds, is given to somebody."""
    roles = program.protocol.roles
    persons = {role: person for person, role in request.attended.items()}
    for role in reason.supplied_by:
        if role not in roles or not roles[role].per_case or role in case.holders:
            continue
        person = persons.get(role) or (request.actor.id if role in request.actor.roles else role)
        for trigger in program.protocol.triggers.values():
            if role in trigger.assigns:
                yield from acts(program, case, trigger)
        for name in roles:
            if not roles[name].per_case:
                actor = Actor(id=name, roles={name}, can=roles[name].can)
                yield Request(kind="assign", actor=actor, assign={role: person})


def _actors(
    program: Program, permission: Permission, who: Who | None, more: Iterable[str] = ()
) -> Iterator[Actor]:
    """Those who may, one person for each role; the id of whoever holds an office is its name."""
    roles = program.protocol.roles
    names: list[tuple[str, str, str]] = []
    holders = who.holders if who is not None else tuple(Holder(role=role) for role in roles)
    for holder in (*holders, *(Holder(role=role) for role in more)):
        if holder.actor_of:
            person = permission.person_of(holder.actor_of)
            names.append((person, _role_of(person, roles), ""))
        elif holder.role in roles:
            for role in (holder.role, *roles[holder.role].substitutes):
                person = permission.case.holders.get(role, role) if roles[role].per_case else role
                names.append((person, role, holder.with_))
    for person, role, ability in dict.fromkeys(names):
        if person and person != words.CLOCK:
            can = {*roles[role].can, *([ability] if ability else [])} if role in roles else set()
            yield Actor(id=person, roles={role} if role else (), can=can)


def _role_of(person: str, roles: Iterable[str]) -> str:
    """The office that the id of a person names: `officer`, `officer-2`."""
    known = set(roles)
    return person if person in known else person.rpartition("-")[0]


__all__ = ["A_CODE", "acts", "amended", "in_the_way"]
