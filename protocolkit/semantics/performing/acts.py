"""Opening a case, doing an act, recording a fact, naming who holds a role in the case.

Imports what every way of acting shares, and decisions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocolkit.ground.findings import Reason
from protocolkit.ground.nearest import did_you_mean
from protocolkit.model.people import Holder, Who
from protocolkit.semantics.actors import in_words
from protocolkit.semantics.deciding.decide import decide
from protocolkit.semantics.deciding.reasons import closed, future, reason, unknown, wrong_value
from protocolkit.semantics.performing.performing import Performing


class Acts(Performing):
    """Cases, acts, facts, assignments."""

    def _open(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        # Nobody is assigned yet, so a role that is given out case by case counts by its office.
        self.role = next((role for role in self.protocol.roles if role in self.actor.roles), "")
        reasons = [*future(self.at, self.now), *self._facts_fit(opening=True)]
        linked_from = self.request.linked_from
        if not self.role and not linked_from:  # a hand-over was accepted by a role of the sender
            said = "You hold no role of this protocol, so you cannot open a case."
            reasons.append(reason("wrong-role", said))

        def go() -> None:
            self.step.open_case(self.at, self.actor.id, self.role, linked_from)
            self.step.record(self.request.facts, self.actor.id, self.role, self.at)

        return tuple(reasons), go

    def _adopt(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        """A programme begins: its standing case opens."""
        return self._open()

    def _act(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        request = self.request
        decision = decide(self.program, self.case, request, now=self.now)
        self.role = decision.role

        def go() -> None:
            self.at = decision.at
            if not decision.takes_effect:
                self.kind = "signed"
                self.data["kind"] = request.kind
            if decision.used:
                self.data["used"] = list(decision.used)
            if request.attended:
                self.data["attended"] = dict(sorted(request.attended.items()))
            self.step.act(request, decision)

        return decision.reasons, go

    def _record(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        reasons = [*future(self.at, self.now), *closed(self.case), *self._facts_fit()]
        if not self.request.facts:
            reasons.append(reason("missing-fact", "No fact was given to record."))
        self.role = self.role or self._permission().role_for(None, self.actor)

        def go() -> None:
            self.step.record(self.request.facts, self.actor.id, self.role, self.at)

        return tuple(reasons), go

    def _facts_fit(self, *, opening: bool = False) -> Iterator[Reason]:
        permission = self._permission()
        for name, value in self.request.facts.items():
            fact = self.protocol.facts.get(name)
            if fact is None or self.program.is_beside(name):
                yield unknown("unknown-fact", name, self.program, self.protocol.facts)
                continue
            yield from wrong_value(fact, value, self.protocol.roles)
            who = Who(
                any_of=tuple(Holder(role=role, any_holder=opening) for role in fact.recorded_by)
            )
            mine = self.role if opening else permission.role_for(None, self.actor)
            if fact.recorded_by:
                mine = permission.role_for(who, self.actor)
            if mine:
                self.role = self.role or mine
            else:
                said = in_words(who if fact.recorded_by else None, self.protocol)
                yield reason(
                    "wrong-role",
                    f"`{name}` is recorded by {said}.",
                    element=fact,
                    path=fact.below("recorded_by"),
                    needs="role",
                    supplied_by=fact.recorded_by,
                )

    def _assign(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        reasons = [*future(self.at, self.now), *closed(self.case)]
        permission = self._permission()
        self.role = permission.role_for(None, self.actor)
        for role in self.request.assign:
            declared = self.protocol.roles.get(role)
            if declared is None or not declared.per_case:
                per_case = [one.id for one in self.protocol.roles.values() if one.per_case]
                reasons.append(
                    reason(
                        "unknown-role",
                        f"`{role}` is not a role that is assigned case by case.",
                        help=did_you_mean(role, per_case),
                        element=declared,
                    )
                )
                continue
            givers = [one for one in self.protocol.triggers.values() if role in one.assigns]
            may = (
                not givers
                or self.case.holders.get(role) == self.actor.id
                or any(permission.role_for(one.who, self.actor) for one in givers)
            )
            if not may:
                reasons.append(
                    reason(
                        "wrong-role",
                        f"You may not say who is {declared.name} in this case.",
                        help="this goes with " + " or ".join(f"`{one.id}`" for one in givers),
                        element=declared,
                        supplied_by=tuple(r for one in givers if one.who for r in one.who.roles),
                    )
                )
        if not self.request.assign:
            reasons.append(reason("missing-fact", "No role and person were given."))

        def go() -> None:
            for role, person in self.request.assign.items():
                self.step.assign(role, person)

        return tuple(reasons), go
