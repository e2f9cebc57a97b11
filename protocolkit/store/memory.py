"""A store in memory: for tests, rehearsals and examples. It ends with the process.

It keeps JSON text, as the databases do, so that what comes back shares nothing with what was
handed in and nothing works here that would fail on a disk. Imports forms.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from heapq import nsmallest
from threading import Lock

from protocolkit.semantics.events import Event
from protocolkit.store.base import Answer, Commit, Head, Notice
from protocolkit.store.forms import (
    answer_of,
    bodies_of,
    event_of,
    key_taken,
    microseconds,
    moved_on,
    notice_taken,
    refused_text,
    require_storable,
)


class MemoryStore:
    """The interface of `base.Store` without a disk; any number of threads may share one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._heads: dict[str, Head] = {}
        self._bodies: dict[str, list[str]] = {}
        self._answers: dict[str, tuple[str, Answer, str]] = {}
        self._protocols: dict[str, str] = {}
        self._notices: dict[str, Notice] = {}
        self._sent: dict[str, datetime] = {}

    def commit(self, commit: Commit) -> None:
        """Write all of it or nothing.

        Raises: Conflict: the case has moved on, or the key is taken. StoreError: not written.
        """
        bodies = bodies_of(commit)
        refused = refused_text(commit.answer) if commit.answer else ""
        head = commit.head
        with self._lock:
            if commit.key in self._answers:
                raise key_taken(commit, self._answers[commit.key][0])
            found = self._heads.get(head.case)
            version = found.version if found else 0
            if version != commit.expected_version:
                raise moved_on(commit, version)
            fresh: dict[str, Notice] = {}
            for notice in commit.notices:
                if notice.id in self._notices or notice.id in fresh:
                    raise notice_taken(notice.id)
                fresh[notice.id] = notice
            self._heads[head.case] = head
            self._bodies.setdefault(head.case, []).extend(bodies)
            self._notices.update(fresh)
            if commit.answer:
                self._answers[commit.key] = (commit.request_digest, commit.answer, refused)

    def events(self, case: str, after: int = 0) -> list[Event]:
        """The events of a case in order, from the one after a sequence number."""
        with self._lock:
            bodies = self._bodies.get(case, [])[:]
        first = max(after, 0)
        return [
            event_of(case, sequence, body)
            for sequence, body in enumerate(bodies[first:], first + 1)
        ]

    def head(self, case: str) -> Head | None:
        """Where a case stands; None when there is no such case."""
        with self._lock:
            return self._heads.get(case)

    def heads(self, *, protocol: str = "", include_closed: bool = True) -> Iterator[Head]:
        """Every case, by id."""
        with self._lock:
            found = sorted(self._heads.values(), key=lambda head: head.case)
        for head in found:
            if protocol in ("", head.protocol) and (include_closed or not head.closed):
                yield head

    def due(self, until: datetime, limit: int = 1000) -> list[Head]:
        """Cases to which time does something by an instant, the earliest first."""
        last = microseconds(until)
        with self._lock:
            waiting = [
                (at, head.case, head)
                for head in self._heads.values()
                if head.next_at is not None and (at := microseconds(head.next_at)) <= last
            ]
        return [head for _, _, head in nsmallest(limit, waiting, key=lambda found: found[:2])]

    def answered(self, key: str) -> tuple[str, Answer] | None:
        """The request digest and answer kept under a key."""
        with self._lock:
            found = self._answers.get(key)
        if found is None:
            return None
        digest, answer, refused = found
        return digest, answer_of(answer.case, answer.sequence, refused)

    def keep_protocol(self, digest: str, id: str, version: str, text: str) -> None:
        """Keep a protocol's text under its digest; what is there already stays.

        Raises: StoreError: not written.
        """
        require_storable(digest, id, version, text)
        with self._lock:
            self._protocols.setdefault(digest, text)

    def protocol_text(self, digest: str) -> str | None:
        """The text that was kept."""
        with self._lock:
            return self._protocols.get(digest)

    def notices(self, case: str = "", *, unsent: bool = False) -> list[Notice]:
        """Notices in the order in which they were written."""
        with self._lock:
            return [
                notice
                for notice in self._notices.values()
                if case in ("", notice.case) and not (unsent and notice.id in self._sent)
            ]

    def mark_sent(self, ids: list[str], at: datetime) -> None:
        """These notices were delivered; the first delivery is the one that counts."""
        require_storable(*ids)
        with self._lock:
            for id in ids:
                if id in self._notices:
                    self._sent.setdefault(id, at)

    def close(self) -> None:
        """Nothing to let go of."""
