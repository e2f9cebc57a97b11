"""Who may act: does this person hold one of the roles that a rule names, in this case, now?

Imports the case, the model and ground. Who holds which office is asserted by the host or its
roster; who holds a per-case role stands in the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from protocolkit.ground.record import Record
from protocolkit.model import words
from protocolkit.model.case import Trigger
from protocolkit.model.people import Holder, Who
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.case import Case, Instance


class Actor(Record):
    """A person as the host names them: an opaque id, the roles they hold, what they can do."""

    id: str
    roles: frozenset[str] = frozenset()
    can: frozenset[str] = frozenset()

    def __init__(self, id: str, *, roles: Iterable[str] = (), can: Iterable[str] = ()) -> None:
        if isinstance(roles, str) or isinstance(can, str):
            raise TypeError("roles and can are sets of words, not one text")
        super().__init__(id=id, roles=frozenset(roles), can=frozenset(can))


def as_who(roles: Iterable[str]) -> Who:
    """One of several roles."""
    return Who(any_of=tuple(Holder(role=role) for role in roles))


CLOCK = Actor(id=words.CLOCK, roles=frozenset({words.CLOCK}))
"""The actor of what only time does."""


class Permission(Record):
    """Where a rule is judged: the case, its protocol, the meeting and instance it is about."""

    protocol: Protocol
    case: Case
    meeting: str = ""
    instance: Instance | None = None

    def role_for(self, who: Who | None, actor: Actor, extra: Iterable[str] = ()) -> str:
        """The role in which an actor may do what `who` may do; "" when they may not.

        `who` None (not stated): anyone who holds a role of the protocol.
        """
        if who is None:
            return self._any_role(actor)
        for holder in (*who.holders, *(Holder(role=role) for role in extra)):
            for role in self._as(holder, actor):
                return role
        return ""

    def _any_role(self, actor: Actor) -> str:
        """A role of the protocol that the actor holds, the first by id."""
        return next((role for role in sorted(self.protocol.roles) if self.holds(role, actor)), "")

    def holds(self, role: str, actor: Actor, *, any_holder: bool = False) -> bool:
        """Whether the actor holds a role: assigned in this case, if it is a per-case role."""
        declared = self.protocol.roles.get(role)
        if declared is None:
            return role in actor.roles
        if declared.per_case and not any_holder:
            return self.case.holders.get(role) == actor.id
        return role in actor.roles

    def _as(self, holder: Holder, actor: Actor) -> Iterator[str]:
        if holder.actor_of:
            if self.person_of(holder.actor_of) == actor.id:
                yield self._any_role(actor)
        elif holder.role == words.ATTENDEES:
            meeting = self.case.meetings.get(self.meeting)
            if meeting is not None:
                seat = meeting.attended.get(actor.id)
                if seat:
                    yield seat
        elif holder.with_ and holder.with_ not in actor.can:
            return
        elif self.holds(holder.role, actor, any_holder=holder.any_holder):
            yield holder.role
        elif holder.role in self.protocol.roles:
            for substitute in self.protocol.roles[holder.role].substitutes:
                if self.holds(substitute, actor):
                    yield substitute

    def seated(self, role: str, attended: Mapping[str, str], *, but: str = "") -> tuple[str, ...]:
        """Who of those present was there in a role, or as a substitute; not the person `but`."""
        declared = self.protocol.roles.get(role)
        if declared is None:
            return ()
        return tuple(
            person
            for person, seat in attended.items()
            if person != but
            and (
                seat in declared.substitutes
                or (
                    seat == role
                    and (not declared.per_case or self.case.holders.get(role) == person)
                )
            )
        )

    def decides(self, who: Who, actor: Actor, attended: Mapping[str, str]) -> bool:
        """Whether the actor, or somebody who was there, is one of `who`; of `all_of` all are."""
        found = (
            bool(self.role_for(Who(any_of=(holder,)), actor))
            or bool(holder.role and not holder.with_ and self.seated(holder.role, attended))
            for holder in who.holders
        )
        return all(found) if who.all_of else any(found)

    def person_of(self, name: str) -> str:
        """Who did it: the occurrence that opened the instance, else the last one."""
        opener = self.case.occurrence(self.instance.opener) if self.instance else None
        if opener is not None and opener.name == name:
            return opener.by
        event = "held" if name in self.protocol.meetings else ""
        last = self.case.last(name, event)
        return last.by if last else ""


def handed_roles(case: Case, protocol: Protocol, trigger: Trigger) -> list[str]:
    """The roles that ladders let in: for the state from which this trigger moves the case,
    and for an open follow-up that it does.
    """
    found: list[str] = []
    for strand, (visit, _) in case.visits.items():
        state = case.states[strand]
        if any(state in move.from_ for move in trigger.moves):
            found.extend(case.handed.get(visit, ()))
    for instance in case.open.values():
        follow_up = protocol.follow_ups.get(instance.follow_up)
        met_by = follow_up.met_by if follow_up else ()
        if any(one.trigger is not None and one.trigger.name == trigger.id for one in met_by):
            found.extend(case.handed.get(instance.id, ()))
    return found


def in_words(who: Who | None, protocol: Protocol) -> str:
    """Who it is, for people: "supervisor", "officer or guardian", "anyone with a role here"."""
    if who is None:
        return "anyone who holds a role here"
    names = [_holder_in_words(holder, protocol) for holder in who.holders]
    joint = " and " if who.all_of else " or "
    if len(names) <= 2:
        return joint.join(names)
    return ", ".join(names[:-1]) + joint + names[-1]


def _holder_in_words(holder: Holder, protocol: Protocol) -> str:
    if holder.actor_of:
        return f"whoever did `{holder.actor_of}`"
    if holder.role == words.ATTENDEES:
        return "somebody who was at the meeting"
    if holder.role == words.CLOCK:
        return "the clock"
    role = protocol.roles.get(holder.role)
    name = role.name if role else holder.role
    return f"{name} who can do {holder.with_}" if holder.with_ else name
