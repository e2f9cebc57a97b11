"""The interface of a store, and the one unit it writes.

A commit is all or nothing: events, when time next does something to the case, notices to
send, and the answer that an idempotency key stands for. Whatever else is kept here serves
the workers: what is to be delivered, who is at work, what an operator was told. Imports
events and ground.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Literal, Protocol

from protocolkit.ground.record import Record
from protocolkit.semantics.events import Event

Outcome = Literal["", "sent", "moot"]
"""What became of a notice: it waits, every channel took it, or it was no longer true."""


WORKERS = 100
"""How many workers are told of; a worker that starts again and again must not fill a screen."""


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


class Delivery(Record):
    """Where the sending of a notice stands.

    `tries` counts how often a worker took it; `reached` are the channels that accepted it;
    `try_at` is when it may be taken next, None once there is an `outcome`; `done_at` is when
    that came.
    """

    notice: Notice
    tries: int = 0
    reached: tuple[str, ...] = ()
    try_at: datetime | None = None
    outcome: Outcome = ""
    done_at: datetime | None = None


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
    case. `head` is where it stands after the commit. `written_at` is what the clock showed, as
    it was: an event may be dated earlier (it was due while nobody looked) or later (the clock
    went back).
    """

    head: Head
    expected_version: int
    events: tuple[Event, ...]
    written_at: datetime
    notices: tuple[Notice, ...] = ()
    key: str = ""
    request_digest: str = ""
    answer: Answer | None = None


class Entry(Record):
    """An event as it stands in a store, and what the clock showed when it was written."""

    event: Event
    written_at: datetime


class Worker(Record):
    """A sign of life: which worker, since when, seen last when, doing what release.

    `id` is made up at each start and says nothing of the machine. `stopped_at` is set by one
    that ended as it should.
    """

    id: str
    release: str
    started_at: datetime
    beat_at: datetime
    stopped_at: datetime | None = None


class Figures(Record):
    """How much a store holds and how far behind it is, as of one instant.

    `due` counts the cases to which time should have done something by then, `due_since` is the
    earliest of these instants. `unsent` counts notices without an outcome, `unsent_since` is
    the instant of the earliest.
    """

    cases: int
    open: int
    events: int
    due: int
    due_since: datetime | None
    unsent: int
    unsent_since: datetime | None


class Claim(Protocol):
    """Some cases that are due, held so that no other worker takes them.

    What is committed becomes lasting, all of it together, when the claim ends without an
    exception; else nothing of it.
    """

    heads: tuple[Head, ...]

    def events(self) -> Mapping[str, list[Event]]:
        """The events of every claimed case, in order."""

    def commit(self, commits: Iterable[Commit]) -> None:
        """Write what time did to some of these cases.

        Raises: Conflict, StoreError: the claim is spoilt and must be left by an exception.
        """


class Store(Protocol):
    """What every backend does. Instants are aware UTC."""

    @property
    def lasting(self) -> bool:
        """Whether what was written stays; on a host's connection the host may still undo it."""

    def commit(self, commit: Commit) -> None:
        """Write all of it, durably, or nothing.

        Raises: Conflict: the case has moved on, or the key is taken. StoreError: not written.
        """

    def claim(
        self, until: datetime, limit: int = 100, without: Collection[str] = ()
    ) -> AbstractContextManager[Claim]:
        """Take the cases to which time does something by an instant, the earliest first.

        Those that another worker holds are passed over, and those in `without`. Nothing else of
        this store may be written in the thread that holds a claim; it may read.
        """

    def events(self, case: str, after: int = 0) -> list[Event]:
        """The events of a case in order, from the one after a sequence number."""

    def entries(self, case: str, after: int = 0) -> list[Entry]:
        """The same, each with what the clock showed when it was written."""

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

    def digests(self) -> list[str]:
        """The digests of all protocols that are kept, by digest."""

    def notices(self, case: str = "", *, unsent: bool = False) -> list[Notice]:
        """Notices in the order in which they were written."""

    def deliveries(self, case: str = "") -> list[Delivery]:
        """The same notices, with where their sending stands."""

    def take_notices(self, now: datetime, until: datetime, limit: int = 100) -> list[Delivery]:
        """Take notices that may be tried now, first those that could be tried the longest: so what
        fails again and again keeps no new one from its turn.

        Nobody else gets them before `until`; so a worker that dies delays them and loses none.
        """

    def settle(self, delivery: Delivery) -> None:
        """Write where the sending of a notice stands now.

        What has an outcome keeps its first one; `reached` only grows.
        """

    def beat(self, worker: Worker) -> None:
        """A sign of life of a worker, in place of its last one."""

    def workers(self) -> list[Worker]:
        """The workers seen last, the last one first; at most `WORKERS` of them."""

    def mark(self, name: str, text: str | None) -> None:
        """Keep a word for all who use this store, or take it away: sending is held, a backup was
        made. It is never about a case.
        """

    def marks(self) -> dict[str, str]:
        """These words by name."""

    def figures(self, now: datetime) -> Figures:
        """How much there is, and how far behind."""

    def settings(self) -> dict[str, str | int]:
        """The settings that the promises rest on, as the database says them now."""

    def clock(self) -> datetime | None:
        """What the clock of the database shows, if it is not the clock of this machine."""

    def close(self) -> None:
        """Let go of files and connections."""
