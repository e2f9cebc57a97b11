"""Stopping what waits for sign-offs: by a veto, or by somebody who takes their name back.

Imports powers, whose `decline` it widens, and agreement.
"""

from __future__ import annotations

from collections.abc import Callable

from protocolkit.ground.findings import Reason
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import as_who
from protocolkit.semantics.deciding.reasons import closed, future, or_, reason
from protocolkit.semantics.performing.performing import nothing
from protocolkit.semantics.performing.powers import Powers


class Vetoes(Powers):
    """Declining an act."""

    def _decline(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        trigger = self.protocol.triggers.get(self.request.what)
        if trigger is None:
            return super()._decline()
        key = "agreed_by" if trigger.agreed_by else "who"
        basics = (*future(self.at, self.now), *closed(self.case))
        proposal = self.case.proposals.get(trigger.id)
        if proposal is None:
            none = reason(
                "not-proposed",
                f"`{trigger.id}` does not wait for anybody's agreement, so nobody can stop it.",
                element=trigger,
                path=trigger.below(key),
            )
            return (*basics, none), nothing
        vetoes = trigger.agreed_by.veto if trigger.agreed_by else ()
        self.role = self._permission().role_for(as_who(vetoes), self.actor)
        because = "veto" if self.role else "taken-back"
        mine = [one for one in proposal.signatures if one.person == self.actor.id]
        if not self.role and not mine:
            names = [*(self.protocol.roles[role].name for role in vetoes), "whoever signed it"]
            wrong = reason(
                "wrong-role",
                f"`{trigger.id}` is stopped by {or_(names)}.",
                element=trigger,
                path=trigger.below(key),
                needs="role",
                supplied_by=vetoes,
            )
            return (*basics, wrong), nothing
        if not self.role:
            proposed = self._permission().role_for(trigger.who, self.actor)
            self.role = max(one.role for one in mine) or proposed

        def go() -> None:
            self.kind = "vetoed"
            self.step.do(ch.ProposalEnded(trigger=trigger.id, because=because))

        return basics, go
