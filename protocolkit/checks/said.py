"""Every condition of a protocol with its place, and what can be told of one by itself.

A condition that does not make sense is left out: the reader reports it. Imports conditions
and the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from protocolkit.conditions.names import Names
from protocolkit.conditions.satisfying import FALSE, UNKNOWN, Cases, Goal, TooHard
from protocolkit.conditions.syntax import Always, And, Condition, Phrase, atoms
from protocolkit.conditions.terms import all_atoms, oversized_term, term_cycle, term_read
from protocolkit.conditions.types import check_types
from protocolkit.ground.findings import Path
from protocolkit.ground.record import Record
from protocolkit.model.base import Element
from protocolkit.model.protocol import Protocol

MOST_PARTS = 12
"""Parts of a condition among which three that rule each other out are looked for."""


def said(protocol: Protocol, names: Names) -> Iterator[tuple[Path, Condition]]:
    """The conditions that make sense, terms first. What properties ask is for the proofs."""
    if term_cycle(names.terms) or oversized_term(names.terms) is not None:
        return
    found = [*_in(protocol.terms), *_in(protocol.replace(terms={}, properties={}))]
    for path, condition in found:
        if makes_sense(condition, names):
            yield path, condition


def makes_sense(condition: Condition, names: Names) -> bool:
    """Whether it can be judged: names and kinds fit, also in the terms that it reads."""
    if isinstance(condition, Always):
        return False
    return not any(check_types(atom, names) for atom in all_atoms([condition], names.terms))


def _in(value: object) -> Iterator[tuple[Path, Condition]]:
    if isinstance(value, Element):
        for field in value._fields:
            inner = getattr(value, field)
            if not inner or isinstance(inner, (str, bool)) or field == "path":
                continue
            if isinstance(inner, Condition):
                yield value.below(field.rstrip("_")), inner
            else:
                yield from _in(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _in(inner)
    elif isinstance(value, Record) and not isinstance(value, Phrase):
        for field in value._fields:
            yield from _in(getattr(value, field))
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _in(inner)


def terms_read(condition: Condition, names: Names) -> set[str]:
    """The terms that a condition stands on, also those behind other terms."""
    found: set[str] = set()
    waiting = [condition]
    for one in waiting:
        for atom in atoms(one):
            term = term_read(atom, names.terms)
            if term is not None and term not in found:
                found.add(term)
                waiting.append(names.terms[term])
    return found


def is_never_true(condition: Condition, cases: Cases) -> bool:
    """Whether no case makes it true; False if that was too hard to tell."""
    try:
        return cases.in_which([Goal(condition)]) is None
    except TooHard:
        return False


def is_always_true(condition: Condition, cases: Cases) -> bool:
    """Whether it is true whatever is known; False if that was too hard to tell."""
    try:
        return cases.in_which([Goal(condition, FALSE | UNKNOWN)]) is None
    except TooHard:
        return False


def core(condition: Condition, cases: Cases) -> tuple[Condition, ...]:
    """The fewest parts of a condition that is never true which rule each other out.

    At most three; empty if it is not one, two or three parts joined by `and`.
    """
    parts = list(_parts(condition))
    for size in (1, 2, 3) if len(parts) <= MOST_PARTS else (1, 2):
        for some in combinations(parts, size):
            whole = some[0] if size == 1 else And(parts=some)
            if is_never_true(whole, cases):
                return some
    return ()


def _parts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, And):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition
