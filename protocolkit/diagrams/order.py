"""An order of things that depends on what they are, never on their names or on the file.

So two protocols that say the same in other words, ids and order give the same figure.
Imports the model. Where two things are alike in everything looked at, the file decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from protocolkit.ground.limits import Limit
from protocolkit.model import words
from protocolkit.model.case import Escalation, FollowUp, Meeting, Trigger
from protocolkit.model.people import Relationship, Role, Who
from protocolkit.model.protocol import Protocol

T = TypeVar("T")


def ranks(items: Mapping[str, T], key: Callable[[T], Any]) -> dict[str, int]:
    """The place of each item by its key; the same key keeps the order of the file."""
    return {name: rank for rank, name in enumerate(sorted(items, key=lambda n: key(items[n])))}


def by_rank(names: Iterable[str], places: Mapping[str, int]) -> list[str]:
    """The names in the order of their places, each once; unknown ones last."""
    return sorted(dict.fromkeys(names), key=lambda name: places.get(name, len(places)))


class Order:
    """The places of a protocol's roles, meetings, triggers and follow-ups.

    Shape: each mapping goes from an id to a place from 0.
    """

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self.roles = ranks(protocol.roles, self._role)
        self.meetings = ranks(protocol.meetings, self._meeting)
        self.triggers = ranks(protocol.triggers, self._trigger)
        self.follow_ups = ranks(protocol.follow_ups, self._follow_up)
        self.escalations = ranks(protocol.escalations, self._escalation)
        self.relationships = ranks(protocol.relationships, self._relationship)

    def organization_kind(self, role: str) -> str:
        """The kind of the organization that a role belongs to; empty when it is not stated."""
        found = self._protocol.roles.get(role)
        organization = self._protocol.organizations.get(found.organization) if found else None
        return organization.kind if organization else ""

    def who(self, who: Who | None) -> tuple[int, ...]:
        """The places of the roles that act, in order."""
        return tuple(sorted(self.roles[r] for r in (who.roles if who else ()) if r in self.roles))

    def _role(self, role: Role) -> tuple[Any, ...]:
        protocol, name = self._protocol, role.id
        acts = sorted(
            (_index(words.STRENGTHS, trigger.strength), len(trigger.moves), trigger.source)
            for trigger in protocol.triggers.values()
            if trigger.who and name in trigger.who.roles
        )
        seats = sorted(
            ("required", "asked", "optional").index(seat)
            for meeting in protocol.meetings.values()
            for seat in ("required", "asked", "optional")
            if name in meeting.seats(seat)
        )
        ties = sorted(
            (_index(words.TIES, tie.tie), tie.between.index(name), tie.one_way, tie.source)
            for tie in protocol.relationships.values()
            if name in tie.between
        )
        return (
            _index(words.ROLE_KINDS, role.kind),
            _index(words.ORGANIZATION_KINDS, self.organization_kind(name)),
            role.per_case,
            role.source,
            tuple(acts),
            tuple(seats),
            tuple(ties),
        )

    def _meeting(self, meeting: Meeting) -> tuple[Any, ...]:
        members = tuple(sorted(self.roles.get(role, -1) for role in meeting.members))
        return (meeting.scope, -len(members), members, self.who(meeting.called_by), meeting.source)

    def _trigger(self, trigger: Trigger) -> tuple[Any, ...]:
        return (
            trigger.scope,
            _index(words.STRENGTHS, trigger.strength),
            _index(words.HAPPENS, trigger.happens),
            trigger.formality,
            trigger.protective,
            self.who(trigger.who),
            len(trigger.moves),
            trigger.channel,
            len(trigger.needs),
            len(trigger.records),
            trigger.source,
        )

    def _follow_up(self, follow_up: FollowUp) -> tuple[Any, ...]:
        return (
            follow_up.scope,
            _index(words.STRENGTHS, follow_up.strength),
            _limit(follow_up.due),
            _limit(follow_up.every),
            self.who(follow_up.who),
            self.who(follow_up.owed_to),
            len(follow_up.met_by),
            len(follow_up.blocks),
            follow_up.source,
        )

    def _escalation(self, ladder: Escalation) -> tuple[Any, ...]:
        levels = tuple(
            (_limit(level.after), tuple(self.roles.get(one.role, -1) for one in level.tell))
            for level in ladder.levels
        )
        return (len(levels), levels, ladder.source)

    def _relationship(self, tie: Relationship) -> tuple[Any, ...]:
        ends = [self.roles.get(end, -1) for end in tie.between]
        return (
            tuple(ends if tie.one_way else sorted(ends)),
            _index(words.TIES, tie.tie),
            tie.rests_on,
            tie.persons or 0,
            tie.source,
        )


def _index(items: tuple[str, ...], item: str) -> int:
    return items.index(item) if item in items else len(items)


def _limit(limit: Limit | None) -> tuple[Any, ...]:
    # Without its anchor, calendar and parameters: those are names.
    if limit is None:
        return ()
    spans = tuple(
        (span.unit, span.amount) if span else ("", 0) for span in (limit.within, limit.at_most)
    )
    return (limit.unspecified, limit.at_once, limit.direction, limit.after_last, *spans)
