"""Cuts the values of each fact into finitely many cases, one representative for each.

Within a case every condition says the same, so a search over the representatives is a
search over all values. Imports only `ground`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from protocolkit.conditions.names import FactType, Names
from protocolkit.conditions.syntax import (
    Atom,
    Attendee,
    Compare,
    Condition,
    Day,
    DaysBetween,
    FactAt,
    Holds,
    Includes,
    Is,
    IsKnown,
    Name,
    Number,
    Occurrence,
    Reached,
    Within,
    Word,
)
from protocolkit.conditions.terms import all_atoms

if TYPE_CHECKING:
    from protocolkit.conditions.situation import FactValue

MAX_ROLES = 10
"""Roles that conditions may look for in one fact; each doubles the number of cases."""

A_REFERENCE = "a reference"
"""Stands for any recorded value of a fact of type reference."""

_SOME_DAY = date(2025, 1, 1).toordinal()


class TooManyRegions(ValueError):
    """A fact falls into more cases than a search could go through; `fact` names it."""

    def __init__(self, fact: str, roles: int) -> None:
        self.fact = fact
        super().__init__(f"conditions look for {roles} roles in {fact}; {MAX_ROLES} is the most")


def cut_points(
    conditions: Iterable[Condition], names: Names
) -> Mapping[str, tuple[FactValue | None, ...]]:
    """Representative values of every fact that the conditions, or their terms, read.

    Whatever value a fact has (in its declared range), there is a representative with which
    every condition says the same, all else being equal. `attendee` needs one more word: the
    roles that no `includes` names are alike, so the same one of them stands for all of them
    in every fact, and as the attendee.

    What `reached`, `days_between` and `within` say depends on the clock or on two dates together,
    not on the value of one fact, what `known since` says on when it was recorded, and `attended`
    on who came: a search treats them as answers of their own.

    Shape: None (unknown) is the last of each. Numbers and dates are the first of their
    case, where it has a first.
    Raises: TooManyRegions: conditions look for too many roles in one fact.
    """
    cuts: dict[str, _Cuts] = {}
    for atom in all_atoms(conditions, names.terms):
        for fact in _facts_read(atom):
            if fact in names.facts:
                cuts.setdefault(fact, _Cuts()).add(atom)
    named = frozenset().union(*(cut.roles for cut in cuts.values()))
    attendees = sorted(named) + sorted(names.roles - named)[:1]
    for cut in cuts.values():
        if cut.attendee:
            cut.roles.update(attendees)
    return {fact: (*_values(fact, names.facts[fact], cut), None) for fact, cut in cuts.items()}


class _Cuts:
    """Where the conditions cut one fact: the first number of each case, the roles named."""

    def __init__(self) -> None:
        self.starts: set[int] = set()
        self.roles: set[str] = set()
        self.attendee = False

    def add(self, atom: Atom) -> None:
        match atom:
            case Compare(subject=Name() | FactAt(), sign=sign, bound=bound):
                self.starts.add(_ordinal(bound) + (sign in ("<=", ">")))
            case Is(subject=Name() | FactAt(), values=values):
                for value in values:
                    if isinstance(value, Number | Day):
                        self.starts |= {_ordinal(value), _ordinal(value) + 1}
            case Includes(role=Attendee()):
                self.attendee = True
            case Includes(role=Word(text=role)):
                self.roles.add(role)


def _facts_read(atom: Atom) -> tuple[str, ...]:
    match atom:
        case Reached(fact=fact):
            return (fact.name,)
        case Within(first=first, second=second):
            return _facts_between(first, second)
        case Holds() | Is() | IsKnown() | Compare() | Includes():
            match atom.subject:
                case Name(name=name) | FactAt(fact=Name(name=name)):
                    return (name,)
                case DaysBetween(first=first, second=second):
                    return _facts_between(first, second)
    return ()


def _facts_between(first: Occurrence, second: Occurrence) -> tuple[str, ...]:
    ends = (first.ref, second.ref)
    return tuple(end.name for end in ends if end.pick == "opening" and not end.event)


def _ordinal(bound: Number | Day) -> int:
    return bound.value if isinstance(bound, Number) else bound.value.toordinal()


def _values(fact: str, kind: FactType, cuts: _Cuts) -> tuple[FactValue, ...]:
    match kind.type:
        case "boolean":
            return (False, True)
        case "choice":
            return kind.values
        case "reference":
            return (A_REFERENCE,)
        case "integer":
            return tuple(_firsts(cuts.starts, kind.lowest, kind.highest, 0))
        case "date":
            days = _firsts(cuts.starts, None, date.max.toordinal(), _SOME_DAY)
            return tuple(date.fromordinal(day) for day in days if day >= 1)
        case "set of roles":
            roles = sorted(cuts.roles)
            if len(roles) > MAX_ROLES:
                raise TooManyRegions(fact, len(roles))
            return tuple(
                frozenset(some)
                for size in range(len(roles) + 1)
                for some in combinations(roles, size)
            )


def _firsts(starts: set[int], lowest: int | None, highest: int | None, otherwise: int) -> list[int]:
    """The first number of each case between two ends; one below all cuts if there is no end."""
    inside = sorted(
        start
        for start in starts
        if (lowest is None or start > lowest) and (highest is None or start <= highest)
    )
    if lowest is not None:
        first = lowest
    elif inside:
        first = inside[0] - 1
    else:
        first = otherwise if highest is None else min(otherwise, highest)
    return [first, *inside] if highest is None or first <= highest else inside
