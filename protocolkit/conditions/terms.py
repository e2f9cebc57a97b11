"""Terms that stand on terms: what they read, circles, and towers too big to judge quickly.

Imports only `ground`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from protocolkit.conditions.syntax import (
    And,
    Atom,
    Condition,
    Holds,
    Is,
    IsKnown,
    Name,
    Not,
    Or,
    atoms,
)

MAX_ATOMS = 1_000
"""Phrases in one term, with the terms it reads written out in full."""

MAX_NESTING = 200
"""How deep one term nests, with the terms it reads written out in full."""


def term_read(atom: Atom, terms: Mapping[str, Condition]) -> str | None:
    """The term that a phrase reads, if it reads one."""
    if isinstance(atom, Holds | Is | IsKnown) and isinstance(atom.subject, Name):
        return atom.subject.name if atom.subject.name in terms else None
    return None


def all_atoms(conditions: Iterable[Condition], terms: Mapping[str, Condition]) -> Iterator[Atom]:
    """The phrases of the conditions and of every term they stand on, each term once."""
    waiting = list(conditions)
    seen: set[str] = set()
    while waiting:
        for atom in atoms(waiting.pop()):
            term = term_read(atom, terms)
            if term is None:
                yield atom
            elif term not in seen:
                seen.add(term)
                waiting.append(terms[term])


def term_cycle(terms: Mapping[str, Condition]) -> tuple[str, ...]:
    """Terms that read each other in a circle; empty when there is none.

    Shape: ("a", "b", "a"), from the one declared first; only one circle is told, because
    untying it may untie others.
    """
    try:
        TopologicalSorter(_graph(terms)).prepare()
    except CycleError as error:
        # graphlib lists each term before the one that reads it.
        circle = list(reversed(error.args[1]))[1:]
        order = {name: index for index, name in enumerate(terms)}
        first = min(range(len(circle)), key=lambda index: order[circle[index]])
        return (*circle[first:], *circle[:first], circle[first])
    return ()


def oversized_term(terms: Mapping[str, Condition]) -> str | None:
    """The first term, counting from the ground up, that is too big written out in full.

    Raises: graphlib.CycleError: the terms go in a circle (see `term_cycle`).
    """
    size: dict[str, int] = {}
    nesting: dict[str, int] = {}
    for name in TopologicalSorter(_graph(terms)).static_order():
        read = [term_read(atom, terms) for atom in atoms(terms[name])]
        size[name] = sum(size[term] if term else 1 for term in read)
        nesting[name] = _nesting(terms[name], terms, nesting)
        if size[name] > MAX_ATOMS or nesting[name] > MAX_NESTING:
            return name
    return None


def _graph(terms: Mapping[str, Condition]) -> dict[str, list[str]]:
    return {
        name: [term for atom in atoms(condition) if (term := term_read(atom, terms))]
        for name, condition in terms.items()
    }


def _nesting(condition: Condition, terms: Mapping[str, Condition], known: Mapping[str, int]) -> int:
    match condition:
        case Not(part=part):
            return 1 + _nesting(part, terms, known)
        case And(parts=parts) | Or(parts=parts):
            return 1 + max(_nesting(part, terms, known) for part in parts)
        case _:
            term = term_read(condition, terms)
            return 1 + known[term] if term else 1
