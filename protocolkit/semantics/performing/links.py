"""Answering a hand-over: doing its name as an act accepts it, declining turns it down.

Imports acts and vetoes, whose ways of acting it widens, and hand-overs.
"""

from __future__ import annotations

from collections.abc import Callable

from protocolkit.ground.findings import Reason
from protocolkit.semantics import changes as ch
from protocolkit.semantics import links
from protocolkit.semantics.performing.acts import Acts
from protocolkit.semantics.performing.vetoes import Vetoes


class Links(Acts, Vetoes):
    """Acts and refusals that may mean a hand-over."""

    def _act(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        link = self.protocol.links.get(self.request.what)
        if link is None:
            return super()._act()
        program, case, request = self.program, self.case, self.request
        self.role = links.role_of(program, case, link, self.actor)
        offer = links.offer_of(case, link.id)
        reasons = links.against_accepting(program, case, link, request, self.at, self.now)

        def go() -> None:
            assert offer is not None
            there = links.linked_case(case, link.id)
            self.step.hand_over(
                link,
                offer,
                self.at,
                there if request.opens else next(iter(request.evidence.values())),
            )

        return tuple(reasons), go

    def _decline(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        link = self.protocol.links.get(self.request.what)
        if link is None:
            return super()._decline()
        self.role = links.role_of(self.program, self.case, link, self.actor)
        offer = links.offer_of(self.case, link.id)
        reasons = links.against_answering(
            self.program, self.case, link, self.actor, self.at, self.now
        )

        def go() -> None:
            assert offer is not None
            self.step.do(ch.HandedOver(link=link.id, opener=offer.opener, at=self.at))

        return tuple(reasons), go
