"""A store in memory: for tests, rehearsals and examples. It ends with the process.

It keeps JSON text, as the databases do, so that what comes back shares nothing with what was
handed in and nothing works here that would fail on a disk. Imports forms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from heapq import nsmallest
from threading import RLock

from protocolkit.semantics.events import Event
from protocolkit.store.base import (
    WORKERS,
    Answer,
    Commit,
    Delivery,
    Entry,
    Figures,
    Head,
    Notice,
    Worker,
)
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
from protocolkit.store.records import settled


class MemoryStore:
    """The interface of `base.Store` without a disk; any number of threads may share one."""

    lasting = True

    def __init__(self) -> None:
        self._lock = RLock()
        self._heads: dict[str, Head] = {}
        self._bodies: dict[str, list[tuple[str, datetime]]] = {}
        self._answers: dict[str, tuple[str, Answer, str]] = {}
        self._protocols: dict[str, str] = {}
        self._deliveries: dict[str, Delivery] = {}
        self._workers: dict[str, Worker] = {}
        self._marks: dict[str, str] = {}

    def commit(self, commit: Commit) -> None:
        """Write all of it or nothing.

        Raises: Conflict: the case has moved on, or the key is taken. StoreError: not written.
        """
        with self._lock:
            self._write([commit])

    @contextmanager
    def claim(
        self, until: datetime, limit: int = 100, without: Collection[str] = ()
    ) -> Iterator[_Claim]:
        """Take the cases to which time does something by an instant, the earliest first."""
        with self._lock:
            found = self.due(until, limit + len(without))
            heads = tuple(head for head in found if head.case not in without)[:limit]
            claim = _Claim(self, heads)
            yield claim
            self._write(claim.commits)

    def _write(self, commits: Iterable[Commit]) -> None:
        """All of these or none; the caller holds the lock."""
        ready = []
        versions: dict[str, int] = {}
        keys: set[str] = set()
        fresh: dict[str, Delivery] = {}
        for commit in commits:
            bodies = bodies_of(commit)
            refused = refused_text(commit.answer) if commit.answer else ""
            case = commit.head.case
            if commit.key in self._answers or commit.key in keys:
                taken = self._answers.get(commit.key)
                raise key_taken(commit, taken[0] if taken else commit.request_digest)
            found = self._heads.get(case)
            version = versions.get(case, found.version if found else 0)
            if version != commit.expected_version:
                raise moved_on(commit, version)
            versions[case] = commit.head.version
            keys |= {commit.key} - {""}
            for notice in commit.notices:
                if notice.id in self._deliveries or notice.id in fresh:
                    raise notice_taken(notice.id)
                fresh[notice.id] = Delivery(notice=notice, try_at=notice.at)
            ready.append((commit, bodies, refused))
        for commit, bodies, refused in ready:
            case = commit.head.case
            self._heads[case] = commit.head
            self._bodies.setdefault(case, []).extend((body, commit.written_at) for body in bodies)
            if commit.answer:
                self._answers[commit.key] = (commit.request_digest, commit.answer, refused)
        self._deliveries.update(fresh)

    def events(self, case: str, after: int = 0) -> list[Event]:
        """The events of a case in order, from the one after a sequence number."""
        return [entry.event for entry in self.entries(case, after)]

    def entries(self, case: str, after: int = 0) -> list[Entry]:
        """The same, each with what the clock showed when it was written."""
        first = max(after, 0)
        with self._lock:
            bodies = self._bodies.get(case, [])[first:]
        return [
            Entry(event=event_of(case, sequence, body), written_at=written_at)
            for sequence, (body, written_at) in enumerate(bodies, first + 1)
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

    def digests(self) -> list[str]:
        """The digests of all protocols that are kept, by digest."""
        with self._lock:
            return sorted(self._protocols)

    def notices(self, case: str = "", *, unsent: bool = False) -> list[Notice]:
        """Notices in the order in which they were written."""
        return [one.notice for one in self.deliveries(case) if not (unsent and one.outcome)]

    def deliveries(self, case: str = "") -> list[Delivery]:
        """The same notices, with where their sending stands."""
        with self._lock:
            return [one for one in self._deliveries.values() if case in ("", one.notice.case)]

    def take_notices(self, now: datetime, until: datetime, limit: int = 100) -> list[Delivery]:
        """Take notices that may be tried now, first those that could be tried the longest."""
        with self._lock:
            free = [
                (at, number, one)
                for number, one in enumerate(self._deliveries.values())
                if (at := one.try_at) is not None and at <= now
            ]
            taken = [
                one.replace(tries=one.tries + 1, try_at=until)
                for _, _, one in nsmallest(limit, free, key=lambda found: found[:2])
            ]
            self._deliveries.update((one.notice.id, one) for one in taken)
        return taken

    def settle(self, delivery: Delivery) -> None:
        """Write where the sending of a notice stands now; a first outcome stays."""
        id = delivery.notice.id
        require_storable(id, delivery.outcome, *delivery.reached)
        with self._lock:
            known = self._deliveries.get(id)
            if known is None:
                return
            self._deliveries[id] = settled(known, delivery)

    def beat(self, worker: Worker) -> None:
        """A sign of life of a worker, in place of its last one."""
        require_storable(worker.id, worker.release)
        with self._lock:
            self._workers[worker.id] = worker

    def workers(self) -> list[Worker]:
        """The workers seen last, the last one first."""
        with self._lock:
            found = sorted(self._workers.values(), key=lambda one: one.id)
        return sorted(found, key=lambda one: one.beat_at, reverse=True)[:WORKERS]

    def mark(self, name: str, text: str | None) -> None:
        """Keep a word for all who use this store, or take it away."""
        require_storable(name, text or "")
        with self._lock:
            self._marks.pop(name, None)
            if text is not None:
                self._marks[name] = text

    def marks(self) -> dict[str, str]:
        """These words by name."""
        with self._lock:
            return dict(sorted(self._marks.items()))

    def figures(self, now: datetime) -> Figures:
        """How much there is, and how far behind."""
        with self._lock:
            closed = Counter(head.closed for head in self._heads.values())
            due = [at for head in self._heads.values() if (at := head.next_at) and at <= now]
            unsent = [one.notice.at for one in self._deliveries.values() if not one.outcome]
            return Figures(
                cases=len(self._heads),
                open=closed[False],
                events=sum(map(len, self._bodies.values())),
                due=len(due),
                due_since=min(due, default=None),
                unsent=len(unsent),
                unsent_since=min(unsent, default=None),
            )

    def settings(self) -> dict[str, str | int]:
        """Nothing: what is here ends with the process."""
        return {}

    def clock(self) -> datetime | None:
        """None: there is no other clock."""
        return None

    def close(self) -> None:
        """Nothing to let go of."""


class _Claim:
    """What `base.Claim` says; written when the claim ends."""

    def __init__(self, store: MemoryStore, heads: tuple[Head, ...]) -> None:
        self._store = store
        self.heads = heads
        self.commits: list[Commit] = []

    def events(self) -> Mapping[str, list[Event]]:
        """The events of every claimed case, in order."""
        return {head.case: self._store.events(head.case) for head in self.heads}

    def commit(self, commits: Iterable[Commit]) -> None:
        """Write what time did to some of these cases, when the claim ends."""
        self.commits.extend(commits)
