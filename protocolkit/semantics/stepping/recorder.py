"""What every part of a step does: make a change, note that something happened, look around.

The parts of a step build on each other: this, ladders, follow-ups, the step. Imports the
program, the situation and the case.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime

from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.changes import Change, Happened
from protocolkit.semantics.deciding.decide import Decision
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.semantics.situation import CaseSituation


class Recorder(ABC):
    """One step of one case as far as it has come. `now` is when it is recorded, never before
    the last event; `past` means just after that instant.
    """

    def __init__(self, program: Program, case: Case, now: datetime, *, past: bool = False) -> None:
        self.program = program
        self.case = case
        self.now = now
        self.past = past
        self.changes: list[Change] = []
        self.happened: list[Happened] = []
        self.opened: list[Instance] = []
        self.first = len(case.occurrences) + 1

    def do(self, change: Change) -> None:
        """Make a change: the case has it at once, the event will hold it."""
        self.case.apply(change, self.now)
        self.changes.append(change)

    def situation(self, at: datetime | None = None) -> CaseSituation:
        """The case as it is in this step; with `at`, as it was at that instant."""
        return CaseSituation(self.case, self.program, self.now, past=self.past, at=at)

    def happen(
        self,
        name: str,
        event: str,
        at: datetime,
        by: str = "",
        role: str = "",
        *,
        of: str = "",
        item: str = "",
        end_of_day: bool = False,
    ) -> Happened:
        """Something happened; what reacts to it follows when the step settles."""
        occurrence = Happened(
            number=len(self.case.occurrences) + 1,
            name=name,
            event=event,
            at=at,
            by=by,
            role=role,
            of=of,
            item=item,
            end_of_day=end_of_day,
        )
        self.do(occurrence)
        self.happened.append(occurrence)
        return occurrence

    def refuse(self, decision: Decision) -> None:
        """An act of the clock was refused: the reasons are recorded."""
        for reason in decision.reasons:
            path = tuple(str(part) for part in reason.path)
            self.do(ch.ReasonGiven(name=reason.name, path=path))

    @abstractmethod
    def act(self, request: Request, decision: Decision) -> None:
        """Do a trigger that was decided to be allowed: a level may fire one."""
