"""Moves without instants from cases that really ran, so that stories can be found for them again.

Imports the scenarios, the engine's events and the reference's questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from protocolkit.ground.record import EMPTY
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.making import is_idle
from protocolkit.proofs.moves import Move, Timer
from protocolkit.scenarios import Scenario
from protocolkit.scenarios.form import Step
from protocolkit.scenarios.running import CASE, Rehearsal
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.requests import Request
from tests.reference.ledger import Ask

ANY_DAY = date(2900, 1, 1)
_TOLD_OTHERWISE = ("correct", "void", "close_days", "read", "adopt")
_RENAMED = {"for": "planned_at"}


def acted(scenario: Scenario) -> tuple[Protocol, list[Move], Case] | None:
    """What a scenario does, stripped; None when it does what no search does."""
    acts = [one for one in scenario.steps if one.by is not None and one.because is None]
    if any(one.kind in _TOLD_OTHERWISE or one.where or "history" in one.detail for one in acts):
        return None
    if not acts:
        return None
    rehearsal = Rehearsal(scenario)
    rehearsal.outcome()
    events = rehearsal.engine.history(CASE)
    moves = stripped(events, map(_request, acts))
    return rehearsal.engine.protocol_of(CASE), moves, replay(CASE, events)


def stripped(events: Iterable[Event], requests: Iterable[Request]) -> list[Move]:
    """The moves of a case by its events, and what was asked for those that people made."""
    asked = iter(requests)
    found: list[Move] = []
    for event in events:
        if event.kind == "time":
            found.extend(_timer(event))
        elif event.kind != "refused":
            found.append(Move(request=_without_instants(next(asked))))
    return found


def _timer(event: Event) -> Iterator[Move]:
    if is_idle(event):
        return
    came, of = event.data["came"], event.data["of"]
    nth, name = 1, event.what
    if came == "overdue":
        nth = int(of.rpartition("/")[2])
    elif came == "level":
        nth = 1 + next(one.level for one in event.changes if hasattr(one, "level"))
    elif came == "wake":
        name = ""
    yield Move(timer=Timer(kind=came, name=name, nth=nth))


def _without_instants(request: Request) -> Request:
    facts = {
        name: ANY_DAY if isinstance(value, date) else value for name, value in request.facts.items()
    }
    return request.replace(at=None, planned_at=None, until=None, facts=facts)


def _request(step: Step) -> Request:
    """What a step of a scenario asks for."""
    detail: dict[str, Any] = {_RENAMED.get(key, key): one for key, one in step.detail.items()}
    if "evidence" in detail:
        detail["evidence"] = {"reference": detail["evidence"]}
    if step.kind == "open":
        detail.pop("under", None)
    assert step.by is not None
    kind = "act" if step.kind == "do" else step.kind
    return Request(kind=kind, what=step.what, actor=step.by, **detail)


def request_of(ask: Ask) -> Request:
    """What a random history asks for."""
    return Request(
        kind=ask.kind,
        what=ask.what,
        actor=Actor(id=ask.by.id, roles=ask.by.roles, can=ask.by.can),
        facts=ask.facts,
        assign=ask.assign,
        meeting=ask.meeting,
        item=ask.item,
        attended=ask.attended,
        exception=ask.exception,
        reason=ask.reason,
        evidence={"reference": ask.evidence} if ask.evidence else EMPTY,
    )


def standing(case: Case) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Where a case stands: its states, and the names of what is open with how that stands."""
    return dict(case.states), sorted((one.follow_up, one.status) for one in case.open.values())
