"""The plainest values of a fact, for stories: a search leaves open what nothing reads.

Imports the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from protocolkit.model.case import Fact
from protocolkit.semantics.changes import FactValue

A_NUMBER = "n-1"
"""The value of a fact that is a number or a code in somebody's files."""
A_DAY = date(2026, 3, 2)


def smallest(fact: Fact) -> FactValue:
    """The plainest value of a fact."""
    return next(smaller(fact))


def smaller(fact: Fact) -> Iterator[FactValue]:
    """The values of a fact that are worth a try, the plainest first."""
    match fact.type:
        case "boolean":
            yield from (False, True)
        case "integer":
            low, high = fact.range or (0, 0)
            yield low
            if high != low:
                yield high
        case "choice":
            yield from fact.values
        case "date":
            yield A_DAY
        case "set of roles":
            yield frozenset()
        case _:
            yield A_NUMBER
