"""What the conditions of a protocol read, wherever they stand in it.

Imports the model and conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from protocolkit.conditions.references import Reference, reads_time, references
from protocolkit.conditions.syntax import (
    Always,
    And,
    Atom,
    Available,
    By,
    Compare,
    Condition,
    Holds,
    Includes,
    Is,
    IsKnown,
    Name,
    Not,
    Or,
    Phrase,
)
from protocolkit.conditions.terms import all_atoms
from protocolkit.ground.inside import inside
from protocolkit.ground.limits import Limit, OccurrenceRef
from protocolkit.ground.record import Record
from protocolkit.model.case import FollowUp
from protocolkit.model.names import noted_facts, occurrences_in
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.holding import Holding
from protocolkit.semantics.shares import is_shared

Part = tuple[str, str]
"""A section of a protocol and an id in it."""

_PARTS = ("strands", "triggers", "meetings", "follow_ups", "escalations", "links", "properties")


def conditions_in(value: object) -> Iterator[Condition]:
    """Every whole condition that an element, or a part of one, has."""
    for phrase in inside(value, Phrase):
        if isinstance(phrase, Atom | Not | And | Or):
            yield phrase


def atoms_of(protocol: Protocol) -> list[Atom]:
    """What the conditions of the rules ask, each question once, in the order of the rules."""
    found = [one for name in _PARTS for one in conditions_in(getattr(protocol, name))]
    if protocol.applies_while is not None:
        found.append(protocol.applies_while)
    atoms = all_atoms(found, protocol.all_terms)
    return list(dict.fromkeys(one for one in atoms if not isinstance(one, Always)))


def standing(protocol: Protocol) -> dict[str, FollowUp]:
    """The follow-ups without what they ask only at the very moment of an act that says it itself:
    nobody has to keep in mind what that was.
    """
    return {
        name: one.replace(
            if_=None if is_brought_along(protocol, one.if_, one.opens_with) else one.if_,
            met_by=tuple(
                met_by.replace(if_=None)
                if met_by.trigger and is_brought_along(protocol, met_by.if_, [met_by.trigger])
                else met_by
                for met_by in one.met_by
            ),
        )
        for name, one in protocol.follow_ups.items()
    }


def is_brought_along(
    protocol: Protocol, condition: Condition | None, acts: Iterable[OccurrenceRef]
) -> bool:
    """Whether each of these acts itself says all that a condition asks: who did it, and facts that
    must be recorded with it. Then nothing has to be waited for, and nothing older is asked.
    """
    acts = list(acts)
    if condition is None or not acts or any(ref.event for ref in acts):
        return False
    brought = [
        {recorded.fact for recorded in trigger.records if recorded.required}
        for ref in acts
        if (trigger := protocol.triggers.get(ref.name)) is not None
    ]
    if len(brought) < len(acts):
        return False
    known = set.intersection(*brought)
    for atom in all_atoms([condition], protocol.all_terms):
        subject = getattr(atom, "subject", None)
        if isinstance(subject, By):
            if {ref.name for ref in acts} != {subject.of.name}:
                return False
        elif (
            not isinstance(subject, Name)
            or subject.name not in known
            or not isinstance(atom, Holds | Is | IsKnown | Compare | Includes)
            or (isinstance(atom, IsKnown) and atom.since is not None)
            or protocol.facts[subject.name].valid_for
            or set(facts_of(atom, protocol)) != {subject.name}
        ):
            return False
    return True


def facts_of(atom: Atom, protocol: Protocol) -> list[str]:
    """The facts that it reads."""
    return [
        one.name
        for one in references(atom)
        if one.kind in ("name", "fact", "moment", "occurrence") and one.name in protocol.facts
    ]


def can_change(atom: Atom, protocol: Protocol) -> bool:
    """Whether time alone can change the answer."""
    return reads_time(atom, protocol.all_terms) or any(
        protocol.facts[name].valid_for is not None for name in facts_of(atom, protocol)
    )


def anchors_of(protocol: Protocol, *, running: bool = False) -> frozenset[tuple[str, str]]:
    """What limits count from by name, other than what opens the follow-up: (name, event). Those
    that are `running` have an end.
    """
    limits = [
        limit
        for one in protocol.follow_ups.values()
        for limit in (one.due, one.every)
        if isinstance(limit, Limit) and limit.anchor is not None
    ]
    limits += [one.every for one in protocol.meetings.values() if one.every and one.every.anchor]
    if running:
        limits = [one for one in limits if one.within is not None or one.at_most is not None]
    refs = [ref for limit in limits if limit.anchor for ref in limit.anchor.each]
    return frozenset((ref.name, ref.event) for ref in refs)


def offices_read(atoms: Iterable[Atom], protocol: Protocol) -> tuple[str, ...]:
    """The calendars of roles of which a question asks whether somebody is there now."""
    found = {
        protocol.roles[one.role.text].available or "" for one in atoms if isinstance(one, Available)
    }
    return tuple(sorted(found & set(protocol.calendars)))


def acts_by_somebody(protocol: Protocol, atoms: Iterable[Atom]) -> frozenset[str]:
    """Acts of which somebody asks who did them, or in which role."""
    found = {
        subject.of.name
        for atom in atoms
        if isinstance(subject := getattr(atom, "subject", None), By)
    }
    for trigger in protocol.triggers.values():
        if trigger.different_from:
            found |= {trigger.id, *trigger.different_from}
    for promise in protocol.properties.values():
        found |= {*promise.steps}
    for one in protocol.follow_ups.values():
        holders = one.who.holders if one.who else ()
        found |= {holder.actor_of for holder in holders if holder.actor_of}
        if is_shared(one) or (one.who and one.who.each_of):
            found |= {met_by.trigger.name for met_by in one.met_by if met_by.trigger}
    return frozenset(found)


class Reads:
    """What each part of one protocol reads, found out once and asked for many times."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.terms = protocol.all_terms
        self.noted = noted_facts(protocol)
        self.holding = Holding(protocol)
        self.standing = standing(protocol)
        self.momentary = self.standing != dict(protocol.follow_ups)
        self.by_somebody = acts_by_somebody(protocol, atoms_of(protocol))
        self._conditions: dict[int, tuple[Condition, ...]] = {}
        self._atoms: dict[int, tuple[Atom, ...]] = {}
        self._named: dict[int, tuple[Reference, ...]] = {}
        self._happens: dict[int, tuple[OccurrenceRef, ...]] = {}

    def conditions(self, element: Record) -> tuple[Condition, ...]:
        """The whole conditions of an element of the protocol, or of a condition itself."""
        found = self._conditions.get(id(element))
        if found is None:
            found = self._conditions[id(element)] = tuple(conditions_in(element))
        return found

    def atoms(self, element: Record) -> tuple[Atom, ...]:
        """What its conditions ask, terms written out."""
        found = self._atoms.get(id(element))
        if found is None:
            found = tuple(all_atoms(self.conditions(element), self.terms))
            self._atoms[id(element)] = found
        return found

    def named(self, element: Record) -> tuple[Reference, ...]:
        """The names that its conditions read."""
        found = self._named.get(id(element))
        if found is None:
            found = tuple(one for atom in self.atoms(element) for one in references(atom))
            self._named[id(element)] = found
        return found

    def happens(self, element: Record) -> tuple[OccurrenceRef, ...]:
        """What happens and is named in it, outside its conditions too."""
        found = self._happens.get(id(element))
        if found is None:
            found = self._happens[id(element)] = tuple(occurrences_in(element))
        return found
