"""Time in a case: what comes due, in which order, and what it does.

At one instant: first what arrives (the next period, a date that is reached), then acts, then
lateness (ruling 6). So whoever acts at an instant first lets time come to it: arrivals up to
it, lateness before it; the result does not depend on how often the clock is swept. Imports
the step.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from protocolkit.ground.errors import ProtocolkitError
from protocolkit.ground.record import Record
from protocolkit.semantics.actors import CLOCK
from protocolkit.semantics.case import Case
from protocolkit.semantics.events import Event, settle_head
from protocolkit.semantics.program import Program
from protocolkit.semantics.stepping.step import Mover, Step, moved_by_semantics

FOREVER = datetime.max.replace(tzinfo=UTC)

MAX_AT_ONCE = 1000
"""How many events of time are worked out before they are handed over to be kept."""

MAX_STANDING_STILL = 3000
"""More events than this at one instant are a protocol without end: what is late lets the clock
act, and that act makes the next thing late."""


class Item(Record):
    """Something that time will do. `at` is its instant; `dated` is never before its cause.

    `arrival`: it comes at the instant itself; else just after it, when nobody acted by then.
    """

    kind: Literal["period", "wake", "overdue", "level", "property"]
    at: datetime
    dated: datetime
    arrival: bool
    id: str
    what: str = ""


_RANK = {"period": 0, "wake": 1, "overdue": 2, "level": 3, "property": 4}


def _order(item: Item) -> tuple[datetime, datetime, bool, int, str]:
    return (item.dated, item.at, not item.arrival, _RANK[item.kind], item.id)


def items(case: Case, until: datetime = FOREVER) -> Iterator[Item]:
    """Everything that time will do to a case as it stands by an instant, in no order; lateness
    needs the instant to pass.
    """
    for series in case.series.values():
        if series.at is not None and series.at <= until:
            yield Item(
                kind="period",
                at=series.at,
                dated=max(series.at, _since(case)),
                arrival=True,
                id=series.series,
                what=series.follow_up,
            )
    news = case.programme.news(
        (one.follow_up for one in case.deferred.values()), case.programme_seen
    )
    if news is not None and news <= until:
        yield Item(
            kind="wake", at=news, dated=max(news, _since(case)), arrival=True, id="programme"
        )
    wake = case.wake_at
    if wake is not None and (wake < until if case.wake_past else wake <= until):
        yield Item(
            kind="wake",
            at=wake,
            dated=wake,
            arrival=not case.wake_past,
            id="conditions",
        )
    for instance in case.open.values():
        if instance.due is not None and instance.due < until and instance.status == "open":
            yield Item(
                kind="overdue",
                at=instance.due,
                dated=max(instance.due, instance.fixed_at),
                arrival=False,
                id=instance.id,
                what=instance.follow_up,
            )
    for run in case.runs.values():
        if run.next_at is not None and run.next_at < until:
            yield Item(
                kind="level",
                at=run.next_at,
                dated=max(run.next_at, run.fixed_at),
                arrival=False,
                id=run.id,
                what=run.escalation,
            )
    for name, judged in case.monitors.items():
        if judged.due is not None and judged.due < until:
            yield Item(
                kind="property",
                at=judged.due,
                dated=max(judged.due, _since(case)),
                arrival=False,
                id=name,
                what=name,
            )


def next_item(case: Case, until: datetime) -> Item | None:
    """What time does next, if it does so by an instant."""
    return min(items(case, until), key=_order, default=None)


def next_instant(case: Case) -> datetime | None:
    """The first instant at which a sweep would find something to do.

    Units: lateness waits until its instant has passed, so it is a microsecond later: whoever
    looks for cases with an instant up to now finds just those that have work.
    """
    return min(
        (item.at if item.arrival else item.at + timedelta.resolution for item in items(case)),
        default=None,
    )


def advance(
    program: Program, case: Case, until: datetime, mover: Mover = moved_by_semantics
) -> list[Event]:
    """Let time come to an instant; one event for each thing it does, dated when that was due.

    Shape: at most `MAX_AT_ONCE` events, or all of one instant; a case that slept for long has
    more, so whoever gets that many keeps them and asks again.

    Raises: ProtocolkitError: time does not get beyond an instant; the case is spoilt.
    """
    events: list[Event] = []
    still = 0
    while (len(events) < MAX_AT_ONCE or still) and (item := next_item(case, until)) is not None:
        event = come(program, case, item, mover)
        still = still + 1 if events and events[-1].recorded_at == event.recorded_at else 0
        if still > MAX_STANDING_STILL:
            raise ProtocolkitError(
                f"The protocol `{program.protocol.id}` does not come to rest: at one instant one "
                "thing leads to the next without end. Nothing was changed. Look for levels that "
                "fire what is late as soon as it opens; or this happened so long ago that too many "
                "periods have passed since."
            )
        events.append(event)
    return events


def _since(case: Case) -> datetime:
    assert case.recorded_at is not None
    return case.recorded_at


def come(program: Program, case: Case, item: Item, mover: Mover = moved_by_semantics) -> Event:
    """Let one thing happen that time does; the case has its changes."""
    now = max(item.dated, _since(case))
    # What was late before it was recorded comes at the recording, and acts at that instant
    # may still follow; only what is late as of now stands behind them.
    past = not item.arrival and item.at == now
    by_news = item.id == "programme"
    case.programme.begin(now if item.arrival and item.at == now and not by_news else None)
    step = Step(program, case, now, past=past, mover=mover)
    if item.kind == "period":
        step.open_period(case.series[item.id])
    elif item.kind == "overdue":
        step.turn_overdue(case.open[item.id], item.dated)
    elif item.kind == "level":
        step.reach_level(case.runs[item.id], item.dated)
    elif item.kind == "property":
        step.run_out(item.id)
    step.settle()
    event = Event(
        case=case.id,
        sequence=case.events + 1,
        kind="time",
        what=item.what,
        happened_at=item.dated,
        recorded_at=now,
        actor=CLOCK.id,
        data={
            "came": item.kind,
            "of": item.id,
            **case.programme.end(now, by_news=by_news),
        },
        changes=tuple(step.changes),
    )
    settle_head(case, event)
    return event
