"""Looking at a fact: who may, by `sharing`; that they did is kept in the record.

Imports what every way of acting shares, and reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocolkit.ground.findings import Reason
from protocolkit.model.case import Fact
from protocolkit.model.programme import Release
from protocolkit.semantics.deciding.reasons import reason, unknown
from protocolkit.semantics.performing.performing import Performing, nothing


class Reading(Performing):
    """Reading one fact for a purpose."""

    def _read(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        fact = self.protocol.facts.get(self.request.what)
        if fact is None or self.program.is_beside(fact.id):
            known = self.protocol.facts
            return (unknown("unknown-fact", self.request.what, self.program, known),), nothing
        if self.request.purpose:
            self.data["purpose"] = self.request.purpose
        return tuple(self._why_not(fact)), nothing

    def _why_not(self, fact: Fact) -> Iterator[Reason]:
        """The first of the actor's roles that may read it; else the reasons of the nearest."""
        mine = [role for role in self.protocol.roles if self._permission().holds(role, self.actor)]
        rules = self.protocol.sharing.get(fact.id, {})
        refused: list[Reason] = []
        for role in mine:
            against = list(self._against(fact, role, rules.get(role)))
            if not against:
                self.role = role
                return
            refused = refused or against
        self.role = mine[0] if mine else ""
        if not mine:
            refused = [reason("wrong-role", "You hold no role in this case.", element=fact)]
        yield from refused

    def _against(self, fact: Fact, role: str, rule: Release | None) -> Iterator[Reason]:
        name = self.protocol.roles[role].name
        if rule is None:
            if fact.sensitive and role not in fact.recorded_by:
                yield reason(
                    "not-shared",
                    f"`{fact.id}` is sensitive, and the protocol does not share it with {name}.",
                    element=fact,
                    supplied_by=fact.recorded_by,
                )
        elif rule.release == "never":
            yield reason("not-shared", f"`{fact.id}` is never shared with {name}.", element=rule)
        elif rule.release == "with_consent" and not self.request.evidence:
            yield reason(
                "missing-consent",
                f"`{fact.id}` is shared with {name} only with consent.",
                help="give the reference of the consent",
                element=rule,
            )
        if rule is not None and rule.purposes and self.request.purpose not in rule.purposes:
            allowed = " or ".join(f"`{one}`" for one in rule.purposes)
            yield reason(
                "wrong-purpose",
                f"`{fact.id}` is shared with {name} only for {allowed}.",
                help="say for what you need it",
                element=rule,
                path=rule.below("purposes"),
            )
