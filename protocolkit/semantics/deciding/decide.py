"""May this act happen? Every reason against it at once, made by the code that decides.

Pure: reads a case, changes nothing. Each thing that can speak against an act is a method of the
classes put together here. Imports them, the program and the situation.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.ground.findings import Reason
from protocolkit.ground.record import Record
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import Change
from protocolkit.semantics.deciding.content import Content
from protocolkit.semantics.deciding.course import Course
from protocolkit.semantics.deciding.people import People
from protocolkit.semantics.deciding.reasons import unknown
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.semantics.situation import CaseSituation


class Decision(Record):
    """The answer: `reasons` against the act (none: it may happen), and how it would go.

    `role` is the role in which the actor acts; `moves` are (strand, from, to); `used` the
    exceptions that are used, by id; `at` when it counts as done. Where several must agree,
    `agreeing` are the changes of signing, and with `takes_effect` false that is all: the roles
    in `missing` must agree too.
    """

    reasons: tuple[Reason, ...] = ()
    role: str = ""
    moves: tuple[tuple[str, str, str], ...] = ()
    meeting: str = ""
    used: tuple[str, ...] = ()
    agreeing: tuple[Change, ...] = ()
    takes_effect: bool = True
    missing: tuple[str, ...] = ()
    at: datetime

    @property
    def allowed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


def decide(
    program: Program,
    case: Case,
    request: Request,
    *,
    now: datetime,
    past: bool = False,
    asking: bool = False,
) -> Decision:
    """Whether somebody may do the trigger that a request names, with every reason if not.

    Units: the request's `at` is when it happened, `now` when it is recorded; both aware UTC.
    `past` means just after `now`, for what the clock does. `asking`: nobody says yet with what;
    what was proposed is taken for it.
    """
    trigger = program.trigger(request.what)
    if trigger is None:
        against = unknown("unknown-trigger", request.what, program, program.protocol.triggers)
        return Decision(reasons=(against,), at=request.at or now)
    situation = CaseSituation(case, program, now, past=past)
    return _Judgement(situation, trigger, request, asking=asking).decision()


class _Judgement(People, Course, Content):
    """Everything that can speak against an act."""

    def decision(self) -> Decision:
        """Ask all of it. A sign-off that is not the last is judged for itself only: what the
        act needs counts when it takes effect.
        """
        reasons = [*self.time(), *self.strength(), *self.open_case(), *self.who()]
        reasons += self.separation()
        signed = self.sign_off
        if signed is not None:
            self.at = max(self.at, signed.at)
        merely = signed is not None and not signed.takes_effect
        if not merely:
            for judge in (
                self.applies,
                self.together,
                self.at_meeting,
                self.enabled,
                self.needs,
                self.blocks,
            ):
                reasons += judge()
        reasons += self.data()
        if not merely:
            reasons += self.closing()
        return Decision(
            reasons=tuple(reasons),
            role=self.role,
            moves=self.moves,
            meeting=self.meeting,
            used=self.used,
            agreeing=signed.changes if signed else (),
            takes_effect=not merely,
            missing=signed.missing if signed else (),
            at=self.at,
        )
