"""Rows of the tables as the records of the interface, and back.

Imports the interface and forms; knows no statement and no database.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from protocolkit.store.base import Delivery, Entry, Figures, Head, Notice, Worker
from protocolkit.store.forms import canonical, damaged, event_of, instant_of, microseconds

Row = tuple[Any, ...]

HEAD = "case_id, protocol, digest, version, next_at, closed"
"""The columns of `head_of` and `head_row`."""

DELIVERY = "id, case_id, role, person, about, at, tries, reached, try_at, outcome, done_at"
"""The columns of `delivery_of`."""

WORKER = "id, release, started_at, beat_at, stopped_at"
"""The columns of `worker_of` and `worker_row`."""


def head_of(row: Row) -> Head:
    """Where a case stands.

    Raises: StoreError: the row is damaged.
    """
    case, protocol, digest, version, next_at, closed = row
    try:
        return Head(
            case=case,
            protocol=protocol,
            digest=digest,
            version=version,
            next_at=at_or_none(next_at),
            closed=bool(closed),
        )
    except (OverflowError, TypeError) as fault:
        raise damaged(f"The head of case {case}") from fault


def head_row(head: Head) -> Row:
    """The same as a row."""
    next_at = count_or_none(head.next_at)
    return head.case, head.protocol, head.digest, head.version, next_at, int(head.closed)


def entry_of(case: str, row: Row) -> Entry:
    """An event of a case, from its number, body and instant of writing.

    Raises: StoreError: the row is damaged, or a later release wrote it.
    """
    sequence, body, written_at = row
    event = event_of(case, sequence, body)
    try:
        return Entry(event=event, written_at=instant_of(written_at))
    except (OverflowError, TypeError) as fault:
        raise damaged(f"Entry {sequence} of case {case}") from fault


def notice_row(notice: Notice) -> Row:
    """A notice that is new, with the instant from which on it may be sent."""
    at = microseconds(notice.at)
    return notice.id, notice.case, notice.role, notice.person, notice.about, at, at


def delivery_of(row: Row) -> Delivery:
    """A notice and where its sending stands.

    Raises: StoreError: the row is damaged.
    """
    id, case, role, person, about, at, tries, reached, try_at, outcome, done_at = row
    try:
        notice = Notice(id=id, case=case, role=role, person=person, about=about, at=instant_of(at))
        return Delivery(
            notice=notice,
            tries=tries,
            reached=tuple(json.loads(reached)),
            try_at=at_or_none(try_at),
            outcome=outcome,
            done_at=at_or_none(done_at),
        )
    except (OverflowError, TypeError, ValueError) as fault:
        raise damaged(f"A notice about case {case}") from fault


def delivery_row(delivery: Delivery) -> Row:
    """What may change of it, and its id at the end."""
    return (
        delivery.tries,
        canonical(delivery.reached),
        count_or_none(delivery.try_at),
        delivery.outcome,
        count_or_none(delivery.done_at),
        delivery.notice.id,
    )


def settled(known: Delivery, told: Delivery) -> Delivery:
    """What is kept of a delivery when a worker tells where it stands."""
    reached = (*known.reached, *(name for name in told.reached if name not in known.reached))
    latest = known if known.outcome else told
    return latest.replace(
        notice=known.notice, tries=max(known.tries, latest.tries), reached=reached
    )


def worker_of(row: Row) -> Worker:
    """A sign of life.

    Raises: StoreError: the row is damaged.
    """
    id, release, started_at, beat_at, stopped_at = row
    try:
        return Worker(
            id=id,
            release=release,
            started_at=instant_of(started_at),
            beat_at=instant_of(beat_at),
            stopped_at=at_or_none(stopped_at),
        )
    except (OverflowError, TypeError) as fault:
        raise damaged("What is known of a worker") from fault


def worker_row(worker: Worker) -> Row:
    """The same as a row."""
    return (
        worker.id,
        worker.release,
        microseconds(worker.started_at),
        microseconds(worker.beat_at),
        count_or_none(worker.stopped_at),
    )


def figures_of(row: Row) -> Figures:
    """How much there is, in the order of the record's fields.

    Raises: StoreError: an instant among the rows that were counted is damaged.
    """
    cases, open_, events, due, due_since, unsent, unsent_since = row
    try:
        return Figures(
            cases=cases,
            open=open_,
            events=events,
            due=due,
            due_since=at_or_none(due_since),
            unsent=unsent,
            unsent_since=at_or_none(unsent_since),
        )
    except (OverflowError, TypeError) as fault:
        raise damaged("An instant in the store") from fault


def at_or_none(count: int | None) -> datetime | None:
    """An instant that may be missing, from its column."""
    return None if count is None else instant_of(count)


def count_or_none(instant: datetime | None) -> int | None:
    """The same, as a column holds it."""
    return None if instant is None else microseconds(instant)
