"""What belongs to no state: acts, follow-ups and meetings at any time, and beside the cases.

Imports the model and its neighbours for order, homes and words. The process figure shows it
below the cards.
"""

from __future__ import annotations

from collections.abc import Iterable

from protocolkit.diagrams.facts import fact, lines
from protocolkit.diagrams.graph import Line, Panel
from protocolkit.diagrams.homes import Homes
from protocolkit.diagrams.order import Order, by_rank
from protocolkit.diagrams.wording import NOT_STATED, Wording, listed, named
from protocolkit.model.case import FollowUp, Meeting, Trigger
from protocolkit.model.protocol import Protocol

_Entry = tuple[str, ...]


def beside(protocol: Protocol, order: Order, homes: Homes) -> tuple[Panel, ...]:
    """The panels of a process figure; none where everything has a card."""
    teller = _Beside(protocol, order, homes)
    panels = (
        ("At any time", teller.in_scope("case")),
        ("Beside the cases", teller.in_scope("programme")),
    )
    return tuple(Panel(title=title, items=tuple(items)) for title, items in panels if items)


class _Beside:
    def __init__(self, protocol: Protocol, order: Order, homes: Homes) -> None:
        self.protocol, self.order, self.homes = protocol, order, homes
        self.say = Wording(protocol)

    def in_scope(self, scope: str) -> list[tuple[Line, ...]]:
        protocol, homes = self.protocol, self.homes
        triggers = [
            protocol.triggers[name]
            for name in by_rank(protocol.triggers, self.order.triggers)
            if protocol.triggers[name].scope == scope
        ]
        free = [one for one in homes.follow_ups_at(None) if one.scope == scope]
        meetings = [one for one in homes.meetings_at(None) if one.scope == scope]
        told = self.told_elsewhere()
        never = [one for one in triggers if one.strength == "must_not"]
        acts = [one for one in triggers if not one.moves and one.id not in told]
        items = [
            *_entries("Never:", [self.act(one) for one in never]),
            *_entries("Acts:", [self.act(one) for one in acts if one not in never]),
        ]
        for heading, follow_ups in self.by_opening(free).items():
            items += _entries(heading, [self.follow_up(one) for one in follow_ups])
        items += _entries("Meetings:", [self.meeting(one) for one in meetings])
        others = [
            (f"{named(ladder)}: {self.climbs(ladder.id)}",)
            for ladder in homes.escalations_at(None)
            if scope == "case" and not (ladder.watches and ladder.watches.follow_up)
        ]
        return [*items, *_entries("If nothing happens:", others)]

    def told_elsewhere(self) -> set[str]:
        """The acts that open or meet a follow-up: they are named there."""
        told = set()
        for follow_up in self.protocol.follow_ups.values():
            told |= {ref.name for ref in follow_up.opens_with}
            told |= {by.trigger.name for by in follow_up.met_by if by.trigger}
        return told

    def by_opening(self, follow_ups: list[FollowUp]) -> dict[str, list[FollowUp]]:
        groups: dict[str, list[FollowUp]] = {}
        for follow_up in follow_ups:
            opened = listed(self.say.occurrence(ref) for ref in follow_up.opens_with)
            heading = f"After {opened}:" if opened else "When a condition comes true:"
            groups.setdefault(heading, []).append(follow_up)
        return groups

    def act(self, trigger: Trigger) -> _Entry:
        weaker = "" if trigger.strength == "must_not" else self.say.strength(trigger)
        return (f"{named(trigger)}{weaker}: {self.say.who(trigger.who)}",)

    def follow_up(self, follow_up: FollowUp) -> _Entry:
        late = [
            f"If late: {self.climbs(ladder.id)}"
            for ladder in self.homes.escalations_at(None)
            if ladder.watches and follow_up.id in ladder.watches.follow_up
        ]
        return (*self.say.follow_up(follow_up), *late)

    def climbs(self, escalation: str) -> str:
        ladder = self.protocol.escalations[escalation]
        return "; ".join(
            f"{self.say.instant(ladder, place)} {self.say.level_act(level)}"
            for place, level in enumerate(ladder.levels)
        )

    def meeting(self, meeting: Meeting) -> _Entry:
        members = self.say.roles(by_rank(meeting.members, self.order.roles), "and")
        silent = bool(meeting.every and meeting.every.unspecified)
        often = "" if silent else self.say.every(meeting.every)
        told = ", ".join(part for part in (members, often) if part)
        first = f"{named(meeting)}: {told}" if told else named(meeting)
        return (first, f"How often: {NOT_STATED}") if silent else (first,)


def _entries(heading: str, entries: Iterable[_Entry]) -> list[tuple[Line, ...]]:
    """Each entry as an item; the heading stays with the first."""
    items = []
    for place, (first, *rest) in enumerate(entries):
        head = lines(heading, tone="strong") if place == 0 else ()
        more = tuple(line for text in rest for line in fact(text))
        items.append((*head, *lines(f"• {first}"), *more))
    return items
