"""Who does an act: in which role, together with whom, with whose agreement, at which meeting.

Imports what every judgement shares, and agreement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from protocolkit.ground.findings import Reason
from protocolkit.ground.nearest import did_you_mean
from protocolkit.model.people import Holder, Who
from protocolkit.semantics.actors import handed_roles, in_words
from protocolkit.semantics.deciding.agreement import content_of, sign_off
from protocolkit.semantics.deciding.judging import Judging
from protocolkit.semantics.deciding.reasons import or_, reason


class People(Judging):
    """The persons of an act."""

    def who(self) -> Iterator[Reason]:
        """The actor holds a role that may, and none that may never."""
        trigger = self.trigger
        handed = handed_roles(self.case, self.protocol, trigger)
        self._sign(handed)
        if self.is_for_attendees():
            yield from self._never()
            return  # `at_meeting` judges who was there
        may = self._may()
        if self.sign_off is not None:
            self.role = self.sign_off.role
        else:
            self.role = self.permission.role_for(may, self.actor, handed)
        if not self.role:
            yield reason(
                "wrong-role",
                f"`{trigger.id}` is for {in_words(may, self.protocol)}"
                f"{self._let_in(handed)}; {self._acting()}.",
                help=self._vacant(may),
                element=trigger,
                path=trigger.below("agreed_by" if self.joint and not trigger.who else "who"),
                needs="role",
                supplied_by=(*(may.roles if may else ()), *handed),
            )
        elif self.sign_off is not None and not self.sign_off.changes:
            waits = (
                in_words(Who(any_of=(Holder(role=role),)), self.protocol)
                for role in self.sign_off.missing
            )
            said = or_(waits) or in_words(trigger.who, self.protocol)
            yield reason(
                "already-signed",
                f"You have nothing to add to `{trigger.id}`: it waits for {said}.",
                element=trigger,
                path=trigger.below("agreed_by" if trigger.agreed_by else "who"),
                needs="role",
                supplied_by=self.sign_off.missing or (may.roles if may else ()),
            )
        yield from self._never()

    def _never(self) -> Iterator[Reason]:
        """Holders of these roles may not, whoever else they are."""
        trigger = self.trigger
        for role in trigger.never:
            if self.permission.holds(role, self.actor):
                yield reason(
                    "exclusion",
                    f"Whoever is {self.protocol.roles[role].name} may not do `{trigger.id}`.",
                    element=trigger,
                    path=trigger.below("never"),
                )

    def _sign(self, handed: Collection[str]) -> None:
        """Nothing waits for a protective act's sign-offs."""
        trigger = self.trigger
        if self.joint is None or trigger.protective:
            return
        proposal = self.case.proposals.get(trigger.id)
        content = content_of(self.request, self.meeting)
        if self.asking and proposal is not None:
            content = proposal.content
        self.sign_off = sign_off(
            self.permission, trigger.id, self.joint, self.actor, content, self.at, handed
        )

    def _may(self) -> Who | None:
        """Whoever may do it, propose it or sign it."""
        if self.joint is None or (self.joint.who is not None and self.sign_off is None):
            return self.trigger.who
        return self.joint.everybody

    def _let_in(self, roles: Collection[str]) -> str:
        """The roles that a ladder let in, in words."""
        names = [self.protocol.roles[role].name for role in roles]
        return f", and now also for {or_(names)}" if names else ""

    def _acting(self) -> str:
        roles = [
            self.protocol.roles[role].name
            for role in self.protocol.roles
            if role in self.actor.roles
        ]
        return "you act as " + " and ".join(roles) if roles else "you hold no role here"

    def _vacant(self, who: Who | None) -> str:
        for role in who.roles if who else ():
            declared = self.protocol.roles[role]
            if declared.per_case and role not in self.case.holders:
                return f"nobody is assigned as {declared.name} in this case yet"
            if role in self.actor.roles and declared.per_case:
                return f"another {declared.name} is assigned to this case"
        return ""

    def separation(self) -> Iterator[Reason]:
        """Whoever does it did not do what another person must have done; nor, when it takes
        effect, did anybody who signed it.
        """
        persons = {self.actor.id}
        if self.sign_off is not None and self.sign_off.takes_effect:
            persons |= self.sign_off.persons
        for name in self.trigger.different_from:
            last = self.case.last(name)
            if last is not None and last.by in persons:
                yield reason(
                    "same-person",
                    f"Whoever did `{name}` may not also do `{self.trigger.id}`.",
                    help="another person must do it",
                    element=self.trigger,
                    path=self.trigger.below("different_from"),
                )

    def together(self) -> Iterator[Reason]:
        """Everybody who must be there too was there, each in a seat of their own."""
        attended = self.request.attended
        for role in sorted(set(attended.values())):
            if role not in self.protocol.roles:
                yield reason(
                    "unknown-role",
                    f"There is no role `{role}` in this protocol.",
                    help=did_you_mean(role, self.protocol.roles),
                )
        seats = {
            role: self.permission.seated(role, attended, but=self.actor.id)
            for role in self.trigger.together_with
        }
        for role in unfilled(seats):
            declared = self.protocol.roles[role]
            helps = "say who was there, and in which role"
            if declared.per_case and role not in self.case.holders:
                helps = f"nobody is assigned as {declared.name} in this case yet"
            elif declared.per_case and role in attended.values():
                helps = f"another {declared.name} is assigned to this case"
            yield reason(
                "not-together",
                f"`{self.trigger.id}` is done together with {declared.name}.",
                help=helps,
                element=self.trigger,
                path=self.trigger.below("together_with"),
                needs="role",
                supplied_by=(role,),
            )

    def at_meeting(self) -> Iterator[Reason]:
        """The meeting that it belongs to took place, and the actor was there."""
        trigger, named = self.trigger, self.request.meeting
        if named and named not in self.case.meetings:
            yield reason(
                "unknown-meeting",
                f"This case has no meeting `{named}`.",
                help=did_you_mean(named, self.case.meetings),
            )
            return
        names = trigger.at_meetings
        if not names:
            return
        key = "decided_at" if trigger.decided_at else "during"
        meeting = self.case.meetings.get(self.meeting)
        held = meeting is not None and meeting.status in ("held", "adjourned")
        if meeting is None or meeting.name not in names or not held:
            title = or_(self.protocol.meetings[name].name for name in names)
            yield reason(
                "not-decided" if trigger.decided_at else "not-at-meeting",
                f"`{trigger.id}` belongs to a meeting: {title}. None was held yet.",
                help="set the meeting and record that it was held, with who was there",
                element=trigger,
                path=trigger.below(key),
            )
            return
        title = self.protocol.meetings[meeting.name].name
        if trigger.decided_at and meeting.status != "held":
            yield reason(
                "not-decided",
                f"{title} `{meeting.id}` had no quorum, so it cannot decide.",
                element=trigger,
                path=trigger.below(key),
            )
        seat = meeting.attended.get(self.actor.id, "")
        self.role = self.role or seat
        if not seat and (self.is_for_attendees() or trigger.during):
            yield reason(
                "not-at-meeting",
                f"`{trigger.id}` is for those who were at {title} `{meeting.id}`; "
                "you are not among them.",
                element=trigger,
                path=trigger.below(key),
            )


def unfilled(seats: Mapping[str, Collection[str]]) -> list[str]:
    """The roles that find nobody when each person fills one of them only.

    `seats` maps each role to the persons who could fill it; as few roles as can be are left.
    """
    taken: dict[str, str] = {}

    def finds(role: str, asked: set[str]) -> bool:
        for person in seats[role]:
            if person in asked:
                continue
            asked.add(person)
            if person not in taken or finds(taken[person], asked):
                taken[person] = role
                return True
        return False

    return [role for role in seats if not finds(role, set())]
