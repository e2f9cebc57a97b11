"""What every way of acting shares: the request, who asks, and the event that comes of it.

The classes for acts, follow-ups and meetings build on this one. Imports the request, the step
and events.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from protocolkit.ground.findings import Reason
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import Permission
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.deciding.reasons import free_text
from protocolkit.semantics.events import Event, settle_head
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.semantics.stepping.step import Mover, Step

_ASKED_BEFORE = frozenset(
    {
        "blocked",
        "exclusion",
        "missing-reason",
        "need-not-met",
        "need-unknown",
        "not-together",
        "open-follow-up",
        "same-person",
        "wrong-role",
    }
)
"""Reasons that do not keep what was done on paper out of the record: whether it was allowed."""


class Performing:
    """One request to one case. A method `_<kind>` answers with the reasons against it and with
    what to do when there are none. `is_past`: it was done before the case was kept here.
    """

    is_past = False
    stepping: type[Step] = Step

    def __init__(
        self, program: Program, case: Case, request: Request, now: datetime, mover: Mover
    ) -> None:
        self.program = program
        self.protocol = program.protocol
        self.case = case
        self.request = request
        self.actor = request.actor
        self.now = now
        self.at = request.at or now
        self.step = self.stepping(program, case, now, mover=mover)
        self.role = ""
        self.kind = request.kind
        self.data: dict[str, Any] = {}
        for name in ("reason", "exception", "meeting", "item"):
            if getattr(request, name):
                self.data[name] = getattr(request, name)
        if request.evidence:
            self.data["evidence"] = dict(sorted(request.evidence.items()))

    def event(self) -> tuple[Event, tuple[Reason, ...]]:
        """Do it, or refuse it: the entry for the record, and the reasons; none when it is done."""
        self.case.programme.begin()
        reasons, go = self._prepared()
        references = [("reason", self.request.reason), ("purpose", self.request.purpose)]
        references += [
            ("evidence", text) for pair in self.request.evidence.items() for text in pair
        ]
        reasons = (
            *reasons,
            *(found for name, text in references for found in free_text(name, text)),
        )
        if self.is_past:
            reasons = tuple(one for one in reasons if one.name not in _ASKED_BEFORE)
        if reasons:
            self.kind = "refused"
            self.data = {"kind": self.request.kind}
            for found in reasons:
                path = tuple(str(part) for part in found.path)
                self.step.do(ch.ReasonGiven(name=found.name, path=path))
        else:
            go()
            self.step.settle()
        event = Event(
            case=self.case.id,
            sequence=self.case.events + 1,
            kind=self.kind,
            what=self.request.what,
            happened_at=self.now if reasons else self.at,
            recorded_at=self.now,
            actor=self.actor.id,
            role=self.role,
            data={**self.data, **self.case.programme.end(self.now)},
            changes=tuple(self.step.changes),
        )
        settle_head(self.case, event)
        return event, reasons

    def considered(self) -> tuple[Reason, ...]:
        """The reasons against it; nothing is done."""
        return self._prepared()[0]

    def _prepared(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        prepare: Callable[[], tuple[tuple[Reason, ...], Callable[[], None]]]
        prepare = getattr(self, f"_{self.request.kind}")
        return prepare()

    def _permission(self, instance: Instance | None = None) -> Permission:
        return Permission(
            protocol=self.protocol,
            case=self.case,
            meeting=self.request.meeting,
            instance=instance,
        )


def nothing() -> None:
    """What a refused request does."""
