"""What a condition can come to at the very moment of an act: true, false, not known.

Parts are taken one by one, so that it may seem to come to more than it can, never to less. Imports
the model and conditions.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from protocolkit.conditions.syntax import (
    And,
    By,
    Compare,
    Condition,
    Happened,
    Holds,
    Includes,
    Is,
    IsKnown,
    Name,
    Not,
    Or,
)
from protocolkit.conditions.terms import term_read
from protocolkit.model.protocol import Protocol

Verdicts = frozenset[bool | None]

_ANYTHING: Verdicts = frozenset({True, False, None})
_KNOWN: Verdicts = frozenset({True, False})


def verdicts_at(protocol: Protocol, condition: Condition, act: str) -> Verdicts:
    """What a condition may come to just after an act that is the last thing that happened."""
    match condition:
        case Not(part=part):
            found = verdicts_at(protocol, part, act)
            return frozenset(None if one is None else not one for one in found)
        case And(parts=parts):
            return _together(protocol, parts, act, weakest=False)
        case Or(parts=parts):
            return _together(protocol, parts, act, weakest=True)
        case Happened(of=of, since=since):
            if act in {one.name for one in of.ref.each if not one.event}:
                same = since is not None and act in {one.name for one in since.ref.each}
                return _KNOWN if same else frozenset({True})
            if since is not None and since.ref.pick != "first":
                newest = any(one.name == act and not one.event for one in since.ref.each)
                return frozenset({False}) if newest else _KNOWN
            return _KNOWN
        case Is(subject=By(of=of)):
            return _KNOWN if of.name == act else _ANYTHING
        case IsKnown(since=None):
            return _KNOWN
        case Holds() | Is() | Includes() | Compare():
            term = term_read(condition, protocol.all_terms)
            if term is not None:
                inner = verdicts_at(protocol, protocol.all_terms[term], act)
                return inner if isinstance(condition, Holds) else _ANYTHING
            subject = condition.subject
            if isinstance(subject, Name) and subject.name in protocol.strands:
                return _KNOWN
            trigger = protocol.triggers.get(act)
            said = {one.fact for one in trigger.records if one.required} if trigger else set()
            if isinstance(subject, Name) and subject.name in said:
                return _KNOWN
    return _ANYTHING


def _together(
    protocol: Protocol, parts: Iterable[Condition], act: str, *, weakest: bool
) -> Verdicts:
    """Of several parts: false if one is (or true, for the `weakest`), else unknown if one is."""
    found: set[bool | None] = set()
    for some in product(*(verdicts_at(protocol, part, act) for part in parts)):
        found.add(weakest if weakest in some else None if None in some else not weakest)
    return frozenset(found)
