"""The interface of a store, and the one unit it writes.

A commit is all or nothing: events, when time next does something to the case, notices to
send, and the answer that an idempotency key stands for. Imports events and ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from protocolkit.ground.record import Record
from protocolkit.semantics.events import Event


class Notice(Record):
    """Somebody is to be told: who, about what, when; never any content.

    `id` is stable: the same notice delivered twice bears the same one.
    """

    id: str
    case: str
    role: str
    person: str
    about: str
    at: datetime


class Answer(Record):
    """What a request came to, kept under its key: up to which event, and the refusal if any."""

    case: str
    sequence: int
    refused: tuple[Mapping[str, Any], ...] = ()


class Head(Record):
    """Where a case stands for whoever does not need its events."""

    case: str
    protocol: str
    digest: str
    version: int
    next_at: datetime | None = None
    closed: bool = False


class Commit(Record):
    """One transaction on one case.

    `expected_version` is the number of events the case had when it was read; 0 makes the
    case. `head` is where it stands after the commit.
    """

    head: Head
    expected_version: int
    events: tuple[Event, ...]
    notices: tuple[Notice, ...] = ()
    key: str = ""
    request_digest: str = ""
    answer: Answer | None = None


class Store(Protocol):
    """What every backend does. Instants are aware UTC."""

    def commit(self, commit: Commit) -> None:
        """Write all of it, durably, or nothing.

        Raises: Conflict: the case has moved on, or the key is taken. StoreError: not written.
        """

    def events(self, case: str, after: int = 0) -> list[Event]:
        """The events of a case in order, from the one after a sequence number."""

    def head(self, case: str) -> Head | None:
        """Where a case stands; None when there is no such case."""

    def heads(self, *, protocol: str = "", include_closed: bool = True) -> Iterator[Head]:
        """Every case, by id."""

    def due(self, until: datetime, limit: int = 1000) -> list[Head]:
        """Cases to which time does something by an instant, the earliest first."""

    def answered(self, key: str) -> tuple[str, Answer] | None:
        """The request digest and answer kept under a key."""

    def keep_protocol(self, digest: str, id: str, version: str, text: str) -> None:
        """Keep a protocol's text under its digest, so that its cases can always be read."""

    def protocol_text(self, digest: str) -> str | None:
        """The text that was kept."""

    def notices(self, case: str = "", *, unsent: bool = False) -> list[Notice]:
        """Notices in the order in which they were written."""

    def mark_sent(self, ids: list[str], at: datetime) -> None:
        """These notices were delivered."""

    def close(self) -> None:
        """Let go of files and connections."""
