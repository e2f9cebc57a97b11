"""Who may act: roles, substitutes, those who did something; what makes a quorum.

Imports the model and the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from protocolkit.model.case import Fact, Meeting
from protocolkit.model.people import Holder, Who
from tests.reference.ledger import Now, Owed, Person
from tests.reference.truth import Truth

if TYPE_CHECKING:
    from tests.reference.owing import Owing


def name_of(holder: Holder) -> str:
    """A holder by a name: the role, or whose act it was."""
    return holder.role or f"actor_of {holder.actor_of}"


def holds(case: Owing, role: str, person: Person, *, any_holder: bool = False) -> bool:
    """A per-case role is held by whom an act assigned; every other as the host says."""
    declared = case.protocol.roles.get(role)
    if declared is not None and declared.per_case and not any_holder:
        return case.holders.get(role) == person.id
    return role in person.roles


def acting_as(case: Owing, role: str, person: Person, *, any_holder: bool = False) -> str:
    """The role itself, or that of a substitute."""
    if holds(case, role, person, any_holder=any_holder):
        return role
    declared = case.protocol.roles.get(role)
    for substitute in declared.substitutes if declared else ():
        if holds(case, substitute, person):
            return substitute
    return ""


def role_for(
    case: Owing,
    who: Who | None,
    person: Person,
    *,
    extra: Iterable[str] = (),
    owed: Owed | None = None,
    meeting: str = "",
) -> str:
    """The role in which somebody may do what `who` may do; "" when they may not."""
    if who is None:
        return next((role for role in sorted(case.protocol.roles) if holds(case, role, person)), "")
    for holder in who.holders:
        found = ""
        if holder.actor_of:
            found = _as_actor_of(case, holder.actor_of, person, owed)
        elif holder.role == "attendees":
            if meeting:
                found = case.meeting(meeting).attended.get(person.id, "")
        elif not holder.with_ or holder.with_ in person.can:
            found = acting_as(case, holder.role, person, any_holder=holder.any_holder)
        if found:
            return found
    for role in extra:
        if found := acting_as(case, role, person):
            return found
    return ""


def _as_actor_of(case: Owing, name: str, person: Person, owed: Owed | None) -> str:
    """The person who did what opened the follow-up, else who did the last one."""
    event = "held" if name in case.protocol.meetings else ""
    thing = owed.opener if owed else None
    if thing is None or thing.name != name:
        found = [one for one in case.things if (one.name, one.event) == (name, event)]
        thing = max(found, key=lambda one: one.order) if found else None
    return thing.role if thing is not None and thing.by == person.id else ""


def is_value(fact: Fact, value: Any, roles: Any) -> bool:
    """A value that the fact can have."""
    if fact.type == "boolean":
        return isinstance(value, bool)
    if fact.type == "integer":
        low, high = fact.range or (value, value)
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if fact.type == "choice":
        return value in fact.values
    if fact.type == "date":
        return isinstance(value, date)
    if fact.type == "set of roles":
        return isinstance(value, frozenset) and value <= set(roles)
    return isinstance(value, str) and 0 < len(value) <= 64 and " " not in value


def is_quorate(case: Owing, meeting: Meeting, attended: Any, now: datetime) -> bool:
    """Whether those who were there make a quorum; none stated: all who are required."""
    quorum = meeting.quorum
    named = case.holders
    attended = {who: r for who, r in attended.items() if r not in named or named[r] == who}
    if quorum is None:
        truth = Truth(case, Now(at=now))
        must = {one.role for one in meeting.required if truth.of(one.if_) is True}
        return "quorum" in meeting.unspecified or must <= set(attended.values())
    belong = {*meeting.members, *(r for roles in meeting.counting.values() for r in roles)}
    counted = [
        role
        for role in attended.values()
        if (not belong or role in belong)
        and Truth(case, Now(at=now), attendee=role).of(meeting.counts_if) is True
    ]
    groups = {name for name, roles in meeting.counting.items() if set(roles) & set(counted)}
    if not meeting.counting:
        groups = set(counted)
    if any(name not in groups and name not in counted for name in quorum.all_of):
        return False
    size = len(groups) if quorum.of == "groups" else len(counted)
    return quorum.at_least is None or size >= quorum.at_least
