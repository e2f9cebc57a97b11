"""Who of a roster holds which office, and who could do an act.

Without a roster every office counts as held. An office that is given out case by case, and
those of the young person and the family, are never looked for in a roster: their people are
others in each case. Imports the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from protocolkit.model.case import Trigger
from protocolkit.model.people import Holder
from protocolkit.model.protocol import Protocol
from protocolkit.model.words import ATTENDEES, CLOCK, FAMILY

if TYPE_CHECKING:
    from protocolkit.semantics.actors import Actor


class Staff:
    """The people of a roster, by the offices of a protocol; `people` None: no roster is given."""

    def __init__(self, protocol: Protocol, people: Iterable[Actor] | None) -> None:
        self.protocol = protocol
        self.people = None if people is None else tuple(people)

    def is_listed(self, role: str) -> bool:
        """Whether a roster is to say who holds an office."""
        declared = self.protocol.roles.get(role)
        return (
            self.people is not None
            and declared is not None
            and not declared.per_case
            and declared.kind not in FAMILY
        )

    def offices(self, role: str) -> tuple[str, ...]:
        """An office and those that stand in for it."""
        declared = self.protocol.roles.get(role)
        return (role, *declared.substitutes) if declared is not None else (role,)

    def in_office(self, role: str, skill: str = "") -> frozenset[str]:
        """Who holds an office, and has the ability if one is named."""
        return frozenset(
            one.id
            for one in self.people or ()
            if role in one.roles and (not skill or skill in one.can)
        )

    def is_held(self, role: str, skill: str = "") -> bool:
        """Whether somebody holds an office, as far as anyone can tell."""
        return not self.is_listed(role) or bool(self.in_office(role, skill))

    def persons(self, role: str, skill: str = "") -> frozenset[str] | None:
        """Who can act in an office, as a substitute too; None when others than those of the
        roster can.
        """
        found: frozenset[str] = frozenset()
        for office in self.offices(role):
            if not self.is_listed(office):
                return None
            found |= self.in_office(office, skill)
        return found

    def one_of(self, holders: Iterable[Holder]) -> frozenset[str] | None:
        """Who can act as one of several that a rule names; None when others can as well."""
        found: frozenset[str] = frozenset()
        for holder in holders:
            if not holder.role or holder.role in (CLOCK, ATTENDEES):
                return None
            some = self.persons(holder.role, holder.with_)
            if some is None:
                return None
            found |= some
        return found

    def may_do(self, trigger: Trigger) -> frozenset[str] | None:
        """Who can do an act, those left out whom `never` keeps out; None when others can too."""
        if trigger.who is None or "who" in trigger.who.unspecified or trigger.at_meetings:
            return None
        found = self.one_of(trigger.who.holders)
        return None if found is None else found - self.kept_out(trigger)

    def kept_out(self, trigger: Trigger) -> frozenset[str]:
        """Who may never do an act, because of an office that they hold."""
        listed = [role for role in trigger.never if self.is_listed(role)]
        return frozenset[str]().union(*(self.in_office(role) for role in listed))
