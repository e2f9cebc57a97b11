"""Who is left when some are not there: who can sit in for whom, do an act, hold a meeting.

Judged from the protocol alone, whatever a case has come to. Imports the model and ground.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

from protocolkit.ground.record import Record
from protocolkit.model import words
from protocolkit.model.case import FollowUp, Meeting, Quorum, Trigger
from protocolkit.model.people import Holder, Who
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import CASE, part_of


class Gone(Record):
    """Who is not there: `roles` that nobody holds, and `skills` (a role and what its holders can
    do) that nobody has who holds the role.
    """

    roles: frozenset[str] = frozenset()
    skills: frozenset[tuple[str, str]] = frozenset()


class People:
    """Who is left of the roles of a protocol, for its cases."""

    def __init__(self, protocol: Protocol, gone: Gone) -> None:
        self.protocol = part_of(protocol, CASE)
        self.gone = gone
        self.roles = tuple(role for role in protocol.roles if role not in gone.roles)
        self.doers_of: dict[str, tuple[str, ...]] = {}

    @cached_property
    def anyone(self) -> tuple[str, ...]:
        """Every role that somebody can hold in a case: a per-case role only if whoever names its
        holder is there too.
        """
        given: set[str] = set()
        while more := {
            role for role in self.roles if role not in given and self._given(role, given)
        }:
            given |= more
        return tuple(role for role in self.roles if role in given)

    def _given(self, role: str, given: Collection[str]) -> bool:
        if not self.protocol.roles[role].per_case:
            return True
        givers = [one for one in self.protocol.triggers.values() if role in one.assigns]
        return not givers or any(
            one.who is None
            or any(
                holder.role == role
                or (holder.any_holder and holder.role in self.roles)
                or any(seat in given for seat in self._offices(holder.role))
                for holder in one.who.holders
            )
            for one in givers
        )

    def _offices(self, role: str) -> tuple[str, ...]:
        declared = self.protocol.roles.get(role)
        return (role, *declared.substitutes) if declared is not None else ()

    def seats(self, role: str, skill: str = "", *, any_holder: bool = False) -> tuple[str, ...]:
        """The roles in which somebody can act as a role: the office itself, its substitutes."""
        return tuple(
            one
            for one in self._offices(role)
            if (one in self.anyone or (any_holder and one == role and one in self.roles))
            and (one, skill) not in self.gone.skills
        )

    def doers(self, who: Who | None, extra: Iterable[str] = ()) -> tuple[str, ...]:
        """The roles that can do what `who`, or one of the roles `extra`, may do.

        Not stated: anyone. Of `all_of` each must be there, else only the extra ones can.
        """
        more = [seat for role in extra for seat in self.seats(role)]
        if who is None:
            return _once(self.anyone, more)
        found = [self.fill(holder) for holder in who.holders]
        if who.all_of and not all(found):
            return _once(more)
        return _once(*found, more)

    def fill(self, holder: Holder) -> tuple[str, ...]:
        """The roles in which somebody is what a rule names; of whoever did something, those that
        could have done it.
        """
        if holder.actor_of:
            return self.doers_of.get(holder.actor_of, ())
        if holder.role in (words.CLOCK, words.ATTENDEES):
            return ()
        return self.seats(holder.role, holder.with_, any_holder=holder.any_holder)

    def can_do_all(self, follow_up: FollowUp, extra: Iterable[str] = ()) -> bool:
        """Whether each who owes a share of a follow-up is there, or somebody let in."""
        who = follow_up.who
        if who is not None and who.each_of:
            return all(map(self.fill, who.each_of))
        return bool(self.doers(who, extra))

    def may(self, act: Trigger, extra: Iterable[str] = ()) -> tuple[str, ...]:
        """The roles in which somebody can do an act, all others that it takes being there too."""
        if act.strength == "must_not":
            return ()
        meetings = [self.protocol.meetings[name] for name in act.at_meetings]
        held = [one for one in meetings if self.can_be_held(one, quorate=bool(act.decided_at))]
        if meetings and not held:
            return ()
        if not all(map(self.seats, act.together_with)):
            return ()
        joint = act.agreed_by
        if joint is not None and act.protective:
            extra = (*extra, *joint.all_of, *joint.any_of)
        elif joint is not None:
            signers = [self.seats(role) for role in joint.all_of]
            either = [self.seats(role) for role in joint.any_of]
            if not all(signers) or (either and not any(either)):
                return ()
            if act.who is None:
                return _once(*signers, *either)
        if act.who is not None and words.ATTENDEES in {one.role for one in act.who.holders}:
            return _once(*(self._attendees(meeting) for meeting in held))
        return self.doers(act.who, extra)

    def callers(self, meeting: Meeting) -> tuple[str, ...]:
        """The roles that can set a meeting: who calls it, who leads it."""
        chair = self.seats(meeting.chair.role) if meeting.chair is not None else ()
        return _once(self.doers(meeting.called_by), chair)

    def can_be_held(self, meeting: Meeting, *, quorate: bool) -> bool:
        """Whether it can take place; `quorate`: so that it may decide, or by an exception."""
        if not self.callers(meeting):
            return False
        if not quorate or self._makes_quorum(meeting, meeting.quorum):
            return True
        return any(
            (rule.who is None or self.doers(rule.who))
            and (rule.quorum is None or self._makes_quorum(meeting, rule.quorum))
            for rule in meeting.exceptions.values()
        )

    def _attendees(self, meeting: Meeting) -> Iterable[str]:
        if not meeting.members:
            return self.anyone
        return (seat for role in meeting.members for seat in self.seats(role))

    def _makes_quorum(self, meeting: Meeting, quorum: Quorum | None) -> bool:
        """Whether those who are left can make a quorum; several persons may hold one office."""
        there = frozenset(self.anyone)
        if quorum is None:
            return "quorum" in meeting.unspecified or all(
                one.role in there for one in meeting.required if one.if_ is None
            )
        groups = meeting.counting or {role: (role,) for role in (meeting.members or there)}
        members = {*meeting.members, *(role for roles in groups.values() for role in roles)}
        present = {name for name, roles in groups.items() if there & {*roles}}
        if not all(name in present or name in there & members for name in quorum.all_of):
            return False
        needed = quorum.at_least or 0
        return len(present) >= needed if quorum.of == "groups" else bool(there & members)


def _once(*several: Iterable[str]) -> tuple[str, ...]:
    """The words of several lists in their order, each once."""
    return tuple(dict.fromkeys(word for words_ in several for word in words_))
