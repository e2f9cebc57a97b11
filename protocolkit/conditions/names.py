"""The names a condition may use, and what each stands for.

Filled in by whoever reads a protocol; the type checker and the compiler look names up
here. Imports only `ground`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from protocolkit.ground.record import EMPTY, Record

if TYPE_CHECKING:
    from protocolkit.conditions.syntax import Condition

FactKind = Literal["boolean", "integer", "choice", "date", "set of roles", "reference"]
NameKind = Literal["fact", "term", "strand", "follow-up"]

STATUSES: Mapping[str, frozenset[str]] = {
    "not_opened": frozenset({"not_opened"}),
    "open": frozenset({"open", "overdue"}),
    "overdue": frozenset({"overdue"}),
    "met": frozenset({"met", "met-late", "satisfied-by"}),
    "declined": frozenset({"declined"}),
    "waived": frozenset({"waived"}),
    "cancelled": frozenset({"cancelled"}),
}
"""What a condition may ask of a follow-up, and the statuses each word includes."""


class FactType(Record):
    """What values a fact takes.

    Shape: `values` for a choice; `lowest` and `highest`, both included, for an integer.
    """

    type: FactKind
    values: tuple[str, ...] = ()
    lowest: int | None = None
    highest: int | None = None
    unit: str = ""


class Names(Record):
    """Everything that conditions of one protocol may name.

    Facts, terms, strands and follow-ups share one set of names: no two may have the same.

    Shape: `strands` maps a strand to its states. `occurrences` maps a name to the events
    that may follow its dot; the empty text among them allows the bare name.
    """

    facts: Mapping[str, FactType] = EMPTY
    strands: Mapping[str, tuple[str, ...]] = EMPTY
    follow_ups: frozenset[str] = frozenset()
    triggers: frozenset[str] = frozenset()
    gatherings: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    terms: Mapping[str, Condition] = EMPTY
    occurrences: Mapping[str, frozenset[str]] = EMPTY

    def kind_of(self, name: str) -> NameKind | None:
        """What a name on the left of a condition stands for; None when nothing has it."""
        if name in self.terms:
            return "term"
        if name in self.facts:
            return "fact"
        if name in self.strands:
            return "strand"
        if name in self.follow_ups:
            return "follow-up"
        return None

    def booleans(self) -> frozenset[str]:
        """The names that may stand alone: boolean facts and terms, as `parse` wants them."""
        facts = {name for name, fact in self.facts.items() if fact.type == "boolean"}
        return frozenset(facts | set(self.terms))
