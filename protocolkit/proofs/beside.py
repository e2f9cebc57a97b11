"""The programme beside the case of a story: a search takes its facts for facts of the case.

In real life they are recorded in the standing case, which somebody adopts first. Imports
semantics.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from protocolkit.ground.findings import Reason
from protocolkit.model.scopes import PROGRAMME, standing_case
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case
from protocolkit.semantics.events import Event, absorb
from protocolkit.semantics.performing.perform import perform
from protocolkit.semantics.program import Program
from protocolkit.semantics.programme import Programme, ProgrammeFacts
from protocolkit.semantics.requests import Request
from protocolkit.semantics.time import advance


class Beside:
    """The standing case of a protocol, as far as a story needs it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.case = Case(standing_case(program.whole.id))
        self.facts = ProgrammeFacts()
        self.view = Programme(self.facts, program.waits_for_programme)

    @property
    def is_adopted(self) -> bool:
        """Whether there is a standing case."""
        return self.case.events > 0

    def is_meant(self, request: Request) -> bool:
        """Whether a request belongs there."""
        if request.kind == "adopt":
            return True
        facts = self.program.protocol.facts
        return request.kind == "record" and any(
            name in facts and self.program.is_beside(name) for name in request.facts
        )

    def adoption(self) -> Request:
        """How it begins."""
        role = min(self.program.protocol.roles, default="")
        actor = Actor(id=role, roles={role})
        return Request(kind="adopt", what=self.program.whole.id, actor=actor)

    def does(self, request: Request, at: datetime) -> tuple[list[Event], tuple[Reason, ...]]:
        """Somebody does it there."""
        rules = Program(self.program.whole, PROGRAMME)
        events = advance(rules, self.case, at) if self.is_adopted else []
        event, reasons = perform(rules, self.case, request, at)
        events.append(event)
        if not reasons:
            self._learn(events)
        return events, reasons

    def take(self, events: Sequence[Event]) -> None:
        """The same again, as it is kept."""
        for event in events:
            absorb(self.case, event)
        self._learn(events)

    def _learn(self, events: Sequence[Event]) -> None:
        for event in events:
            self.facts.add(event.sequence, event.recorded_at, event.changes)
