"""Which names a condition reads, and whether the clock can change it.

Imports only `ground`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from protocolkit.conditions.syntax import (
    Attended,
    Available,
    By,
    Compare,
    Condition,
    Count,
    DaysBetween,
    FactAt,
    Includes,
    Is,
    IsKnown,
    Missed,
    Name,
    Number,
    Occurrence,
    Phrase,
    Reached,
    Span,
    Within,
    Word,
    inner,
)
from protocolkit.conditions.terms import all_atoms
from protocolkit.ground.record import EMPTY, Record

ReferenceKind = Literal["name", "fact", "occurrence", "moment", "role", "parameter"]


class Reference(Record):
    """A name that a condition reads, and where.

    The kind is what its place in the text tells: `name` is a fact, strand, follow-up or term
    (`Names.kind_of` knows which), `moment` a date fact or an occurrence. `event` is the part
    of an occurrence behind the dot.
    """

    kind: ReferenceKind
    name: str
    offset: int
    length: int
    event: str = ""


def references(condition: Condition) -> list[Reference]:
    """The names that a condition reads, in the order of the text."""
    found: list[Reference] = []
    _collect(condition, found)
    return sorted(found, key=lambda reference: reference.offset)


def reads_time(condition: Condition, terms: Mapping[str, Condition] = EMPTY) -> bool:
    """Whether time alone, with nothing recorded, can change what a condition says.

    A follow-up that becomes overdue is an occurrence, and the expiry of a fact belongs to
    the fact: neither counts here.
    """
    for atom in all_atoms([condition], terms):
        if isinstance(atom, Missed | Reached | Available):
            return True
        if isinstance(atom, Is | IsKnown | Compare):
            subject = atom.subject
            if isinstance(subject, Count) and subject.within:
                return True
    return False


def _collect(phrase: Phrase, found: list[Reference]) -> None:
    def add(kind: ReferenceKind, at: Phrase, name: str) -> None:
        found.append(Reference(kind=kind, name=name, offset=at.start, length=at.end - at.start))

    match phrase:
        case Name(name=name):
            add("name", phrase, name)
        case FactAt(fact=fact, at=at):
            add("fact", fact, fact.name)
            _occurrence(at, found)
        case Reached(fact=fact):
            add("fact", fact, fact.name)
        case By(of=of) | Attended(of=of):
            add("occurrence", of, of.name)
        case Available(role=role) | Includes(role=Word() as role):
            add("role", role, role.text)
        case Occurrence():
            _occurrence(phrase, found)
        case DaysBetween(first=first, second=second) | Within(first=first, second=second):
            for end in (first, second):
                plain = end.ref.pick == "opening" and not end.ref.event
                _occurrence(end, found, "moment" if plain else "occurrence")
        case Number(parameter=parameter) | Span(parameter=parameter) if parameter:
            add("parameter", phrase, parameter)
    if isinstance(phrase, Is) and isinstance(phrase.subject, By):
        for value in phrase.values:
            if isinstance(value, Word):
                add("role", value, value.text)
    if isinstance(phrase, Within):
        _collect(phrase.span, found)
    elif not isinstance(phrase, FactAt | Reached | By | DaysBetween | Attended):
        for part in inner(phrase):
            _collect(part, found)


def _occurrence(at: Occurrence, found: list[Reference], kind: ReferenceKind = "occurrence") -> None:
    for one, start in at.named:
        found.append(
            Reference(kind=kind, name=one.name, offset=start, length=len(str(one)), event=one.event)
        )
