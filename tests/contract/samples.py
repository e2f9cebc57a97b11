"""Commits to write: small, complete, and each telling which case and number it is.

Used by the contract suite and by the processes that the store's tests start.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from protocolkit.semantics.changes import CaseOpened, Moved, Recorded, Told
from protocolkit.semantics.events import Event
from protocolkit.store.base import Answer, Commit, Head, Notice

START = datetime(2024, 3, 4, 9, 30, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """An instant some minutes after the first one."""
    return START + timedelta(minutes=minutes)


def event(case: str, sequence: int, **values: Any) -> Event:
    """One entry with changes of several kinds."""
    moved = Moved(strand="case", from_="" if sequence == 1 else "open", to="open", at=START)
    opened = CaseOpened(protocol="site-a", version="1", digest="d" * 64, at=START)
    recorded = Recorded(fact="informed", value=frozenset({"nurse", "école"}), at=at(sequence))
    told = Told(role="supervisor", about="report", at=at(sequence))
    return Event(
        case=case,
        sequence=sequence,
        kind="opened" if sequence == 1 else "act",
        what="" if sequence == 1 else "report",
        happened_at=at(sequence),
        recorded_at=at(sequence) + timedelta(microseconds=sequence),
        actor="u-17",
        role="djo",
        data={"b": [1, "zwei"], "a": {"x": True}},
        changes=(opened, moved) if sequence == 1 else (recorded, told),
    ).replace(**values)


def notice(case: str, number: int = 1, **values: Any) -> Notice:
    """A notice whose id says which one it is."""
    return Notice(
        id=f"{case}/{number}",
        case=case,
        role="supervisor",
        person="",
        about="report",
        at=at(number),
    ).replace(**values)


def commit(
    case: str,
    expected: int = 0,
    *,
    add: int = 1,
    next_at: datetime | None = None,
    closed: bool = False,
    protocol: str = "site-a",
    key: str = "",
    request: str = "",
    refused: tuple[dict[str, Any], ...] = (),
    notices: tuple[Notice, ...] = (),
) -> Commit:
    """A sound commit of some entries to a case that has `expected` of them."""
    version = expected + add
    return Commit(
        head=Head(
            case=case,
            protocol=protocol,
            digest="d" * 64,
            version=version,
            next_at=next_at,
            closed=closed,
        ),
        expected_version=expected,
        events=tuple(event(case, number) for number in range(expected + 1, version + 1)),
        written_at=at(version + 0.5),
        notices=notices,
        key=key,
        request_digest=request,
        answer=Answer(case=case, sequence=version, refused=refused) if key else None,
    )
