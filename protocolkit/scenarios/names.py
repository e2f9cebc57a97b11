"""The names that a step may use: of the protocol of its case, and of earlier steps.

Imports the model and semantics.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from protocolkit.model.case import FollowUp, Meeting, Trigger
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.shares import holder_id, shares

WORDS = {
    "act": "act",
    "link": "link",
    "calendar": "calendar",
    "exception": "exception",
    "fact": "fact",
    "follow_up": "follow-up",
    "instance": "follow-up",
    "item": "recipient, holder or part",
    "label": "label",
    "level": "level",
    "meeting": "meeting",
    "person": "person",
    "place": "linked case",
    "property": "property",
    "protocol": "protocol",
    "role": "role",
    "strand": "strand",
}
"""What people call each kind of name."""


class Names:
    """The names of one protocol, with the other protocols that the scenario knows."""

    def __init__(self, protocol: Protocol, others: Collection[str]) -> None:
        self.protocol = protocol
        self.others = others
        self.labels: dict[str, str] = {}
        """The label of each earlier step, with the place of its case."""
        self.persons: set[str] = set()
        """Whoever did an earlier step under a name of their own."""

    def known(self, kind: str) -> Collection[str]:
        """The names of a kind."""
        protocol = self.protocol
        match kind:
            case "act":
                return protocol.triggers
            case "link":
                return protocol.links
            case "calendar":
                return protocol.calendars
            case "property":
                return [one.id for one in protocol.properties.values() if one.is_of_one_case]
            case "fact":
                return protocol.facts
            case "follow_up" | "instance":
                return self.follow_ups
            case "meeting":
                return protocol.meetings
            case "role":
                return protocol.roles
            case "strand":
                return protocol.strands
            case "label":
                return self.labels
            case "person":
                return sorted(self.persons)
            case "protocol":
                return self.others
            case "place":
                return protocol.links
            case _:
                return self._made[kind]

    @cached_property
    def follow_ups(self) -> Collection[str]:
        """The follow-ups, those of meetings that are held again and again among them."""
        again = (
            f"{meeting.id}.again"
            for meeting in self.protocol.meetings.values()
            if meeting.every is not None and not meeting.every.unspecified
        )
        return (*self.protocol.follow_ups, *again)

    @cached_property
    def _made(self) -> dict[str, Collection[str]]:
        protocol = self.protocol
        items: Iterable[str] = (
            item for one in protocol.follow_ups.values() for item in _items(one)
        )
        acts: tuple[Trigger | Meeting, ...] = (
            *protocol.triggers.values(),
            *protocol.meetings.values(),
        )
        return {
            "item": tuple(dict.fromkeys(items)),
            "exception": tuple(dict.fromkeys(name for one in acts for name in one.exceptions)),
            "level": tuple(
                f"{ladder.id}.{level.id or number}"
                for ladder in protocol.escalations.values()
                for number, level in enumerate(ladder.levels, 1)
            ),
        }

    def items(self, follow_up: str) -> Collection[str]:
        """The recipients and holders of a follow-up that opens once for each of them."""
        found = self.protocol.follow_ups.get(follow_up)
        return tuple(dict.fromkeys(_each(found))) if found else ()


def _each(follow_up: FollowUp) -> Iterator[str]:
    yield from (name for share in shares(follow_up) for name in share if name)


def _items(follow_up: FollowUp) -> Iterator[str]:
    """What an act may name of a follow-up: a recipient, a holder or a part."""
    yield from _each(follow_up)
    if follow_up.who is not None:
        yield from map(holder_id, follow_up.who.all_of)
    yield from follow_up.parts
