"""The one function through which everything is done to a case: `perform`.

Decided with every reason, then stepped, or refused and recorded as refused. Each way of acting
is a method of the classes put together here. Imports them, the step and events.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from protocolkit.ground.findings import Reason
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import LevelReached, Told, instant_text
from protocolkit.semantics.events import Event, absorb
from protocolkit.semantics.performing.corrections import Corrections
from protocolkit.semantics.performing.links import Links
from protocolkit.semantics.performing.meetings import Meetings
from protocolkit.semantics.performing.reading import Reading
from protocolkit.semantics.program import Program
from protocolkit.semantics.programme import Programme
from protocolkit.semantics.requests import Request
from protocolkit.semantics.retelling.retelling import HISTORY
from protocolkit.semantics.stepping.step import Mover, moved_by_semantics
from protocolkit.semantics.time import advance


def perform(
    program: Program,
    case: Case,
    request: Request,
    now: datetime,
    mover: Mover = moved_by_semantics,
    story: Sequence[Event] = (),
) -> tuple[Event, tuple[Reason, ...]]:
    """Do what is asked, or refuse it with every reason; the case has the changes either way.

    The case must already stand at `now` (see `time.advance`). `story` are its events so far, to
    put something right in it. A refusal changes nothing but the record.
    """
    performance = Performance(program, case, request, now, mover)
    performance.story = story
    return performance.event()


def begin(
    program: Program,
    case: Case,
    request: Request,
    now: datetime,
    mover: Mover = moved_by_semantics,
) -> tuple[list[Event], tuple[Reason, ...]]:
    """Open a case with what happened before it was kept here (ruling 32).

    The entries of its `history` are taken in the order in which they happened, each at its own
    instant, and time in between does what it would have done; but nothing is sent, levels are
    recorded as past, and nobody asks whether it was allowed. All is recorded now.
    """
    told = Case(case.id)
    told.programme = Programme(case.programme.facts, case.programme.waits)
    past = program.without_clock_acts()
    entries = sorted(request.history, key=lambda one: one.at or now)
    at = request.at or (entries[0].at if entries else None) or now
    events: list[Event] = []
    for entry in (request.replace(at=at, history=()), *entries):
        when = min(entry.at or now, now)
        while events and (came := advance(past, told, when, mover)):
            events += came
        performance = Performance(past, told, entry, when, mover)
        performance.is_past = bool(events)
        event, reasons = performance.event()
        if reasons:
            return [], _in_entry(entry, reasons) if events else reasons
        events.append(event)
    while came := advance(past, told, now, mover):
        events += came
    kept = [_as_past(event, now) for event in events]
    for event in kept:
        absorb(case, event)
    return kept, ()


def _as_past(event: Event, now: datetime) -> Event:
    """An entry of the time before, as it is recorded now: nothing is sent."""
    changes = [
        change.replace(past=True) if isinstance(change, LevelReached) else change
        for change in event.changes
        if not isinstance(change, Told)
    ]
    data = {**event.data, HISTORY: True}
    return event.replace(recorded_at=now, data=data, changes=tuple(changes))


def _in_entry(entry: Request, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The reasons, each with the entry of the history that it speaks of."""
    when = instant_text(entry.at) if entry.at else "now"
    said = f"In the history, {entry.kind} {entry.what}".rstrip() + f" at {when}: "
    return tuple(one.replace(message=said + one.message) for one in reasons)


def consider(
    program: Program, case: Case, request: Request, now: datetime
) -> tuple[str, tuple[Reason, ...]]:
    """The role in which somebody would do what is asked, and every reason against it; nothing
    is done and nothing recorded.
    """
    considered = Performance(program, case, request, now, moved_by_semantics)
    reasons = considered.considered()
    return considered.role, reasons


class Performance(Links, Meetings, Corrections, Reading):
    """Every way of acting; `stepping` is the step that it is done with."""

    def attempted(self) -> bool:
        """Do it and all that follows, without an entry for the record; whether it was allowed.

        For a search, which goes through cases that nobody keeps.
        """
        reasons, go = self._prepared()
        if reasons:
            return False
        go()
        self.step.settle()
        return True
