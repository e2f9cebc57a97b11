"""One request, judged on the case before it: what holds for every kind of request.

Imports the model and who may act.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from protocolkit.model.case import ExceptionRule, Fact
from protocolkit.model.people import Who
from tests.reference.judging_joint import Joint
from tests.reference.ledger import Ask, Now
from tests.reference.people import is_value, role_for
from tests.reference.truth import Truth

if TYPE_CHECKING:
    from tests.reference.owing import Owing


class Judge:
    """What speaks against a request.

    Beside the reasons it finds out in which role it would be done, which exceptions it uses,
    what it ticks, and of an act that others must agree to whose signature it is and whether it
    takes effect.
    """

    def __init__(self, case: Owing, ask: Ask, now: Now) -> None:
        self.names: set[str] = set()
        self.used: list[str] = []
        self.ticks: list[str] = []
        self.agreement: Joint | None = None
        self.persons = [ask.by.id]
        self.signs_as = ""
        self.proposes = False
        self.takes_effect = True
        self.case = case
        self.protocol = case.protocol
        self.ask = ask
        self.by = ask.by
        self.now = now.at
        self.at = ask.at or now.at
        self.role = ""
        self.truth = Truth(case, now)

    def basics(self, *, even_when_closed: bool = False) -> Iterator[str]:
        if self.at > self.now:
            yield "in-the-future"
        if self.case.closed_at is not None and not even_when_closed:
            yield "case-closed"

    def unknown(self, section: str, otherwise: str) -> str:
        """There is no such thing, or it belongs to the other scope."""
        return "other-scope" if self.ask.what in getattr(self.case.whole, section) else otherwise

    def condition(self, condition: Any) -> Iterator[str]:
        verdict = self.truth.of(condition)
        if verdict is None:
            yield "need-unknown"
        elif not verdict:
            yield "need-not-met"

    def own_fact(self, name: str) -> Fact | None:
        """A fact of this scope."""
        fact = self.protocol.facts.get(name)
        return fact if fact is not None and fact.scope == self.case.scope else None

    def fact(self, name: str, value: Any) -> Iterator[str]:
        fact = self.own_fact(name)
        if fact is None:
            yield "other-scope" if name in self.protocol.facts else "unknown-fact"
        elif not is_value(fact, value, self.protocol.roles):
            yield "wrong-value"

    # -- ways around a need or a quorum (ruling 25) ----------------------------------------

    def waived(self, rules: Mapping[str, ExceptionRule], unmet: dict[str, str]) -> Iterator[str]:
        """Uses the exceptions that are needed, taking what they waive out of `unmet`; yields
        why the one that is named cannot be used."""
        named = self.ask.exception
        if named and named not in rules:
            yield "unknown-exception"
        for name, rule in sorted(rules.items()):
            if not unmet.keys() & set(rule.waives):
                continue
            reasons = set(self.unusable(rule))
            if name == named:
                yield from reasons
            elif rule.if_ is None or rule.reason == "required":
                continue
            if not reasons:
                self.used.append(name)
                for waived in rule.waives:
                    unmet.pop(waived, None)

    def unusable(self, rule: ExceptionRule) -> Iterator[str]:
        """What speaks against using an exception."""
        yield from self.condition(rule.if_)
        if rule.who is not None and not self.is_there(rule.who):
            yield "wrong-role"
        if rule.reason == "required" and not self.ask.reason:
            yield "missing-reason"

    def is_there(self, who: Who) -> bool:
        """Whether one of these acts or attends."""
        return bool(role_for(self.case, who, self.by)) or any(
            self.fills(person, role, seat) or self.stands_in(person, role, seat)
            for role in who.roles
            for person, seat in self.ask.attended.items()
        )

    def fills(self, person: str, role: str, seat: str) -> bool:
        """Whether somebody is there in a role; one that is given out is the person's it was
        given to."""
        declared = self.protocol.roles.get(role)
        is_given = declared is not None and declared.per_case
        return seat == role and (not is_given or self.case.holders.get(role) == person)

    def stands_in(self, person: str, role: str, seat: str) -> bool:
        """Whether somebody is there as the substitute of a role."""
        return any(self.fills(person, one, seat) for one in self.protocol.roles[role].substitutes)
