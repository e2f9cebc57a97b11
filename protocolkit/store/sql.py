"""What every SQL store asks and writes, said once for all of them.

The statements keep to what SQLite and PostgreSQL both understand. How a statement reaches a
database stands behind `links.Link`: `sqlite_file` and `sqlite_host`, `postgres_server` and
`postgres_host`. Imports the interface, forms, links and records; knows no driver.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from protocolkit.ground.errors import Conflict, StoreError
from protocolkit.semantics.events import Event
from protocolkit.store.base import (
    WORKERS,
    Answer,
    Claim,
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
    damaged,
    event_of,
    is_storable,
    key_taken,
    microseconds,
    moved_on,
    notice_taken,
    refused_text,
    require_storable,
)
from protocolkit.store.links import Link, Row, Work
from protocolkit.store.records import (
    DELIVERY,
    HEAD,
    WORKER,
    delivery_of,
    delivery_row,
    entry_of,
    figures_of,
    head_of,
    head_row,
    notice_row,
    settled,
    worker_of,
    worker_row,
)

_HEADS = f"SELECT {HEAD} FROM pk_case_head"
_DELIVERIES = f"SELECT {DELIVERY} FROM pk_notice"
_PAGE = 500


class SqlStore:
    """The interface of `base.Store` over a link; a backend adds what its settings are."""

    _link: Link

    @property
    def lasting(self) -> bool:
        """Whether what was written stays; on a host's connection the host may still undo it."""
        return self._link.lasting

    def commit(self, commit: Commit) -> None:
        """Write all of it, durably, or nothing.

        Raises: Conflict: the case has moved on, or the key is taken. StoreError: not written.
        """
        sound = [_Sound(commit)]
        self._link.write(lambda work: _write(work, self._link, sound))

    @contextmanager
    def claim(
        self, until: datetime, limit: int = 100, without: Collection[str] = ()
    ) -> Iterator[Claim]:
        """Take the cases to which time does something by an instant, the earliest first."""
        link = self._link
        question = (
            f"{_HEADS} WHERE next_at <= ? AND NOT (case_id {link.one_of}) "
            f"ORDER BY next_at, case_id LIMIT ? {link.skip}",
            (microseconds(until), _listed(link, without), limit),
        )
        with link.transaction() as work:
            (rows,) = work.ask(question)
            claim = _Claim(link, work, _readable(rows))
            yield claim
            if claim.spoilt:
                raise StoreError("Nothing was written: the claim was spoilt and kept all the same.")

    def events(self, case: str, after: int = 0) -> list[Event]:
        """The events of a case in order, from the one after a sequence number."""
        rows = self._link.read(
            "SELECT sequence, body FROM pk_event "
            "WHERE case_id = ? AND sequence > ? ORDER BY sequence",
            (case, after),
        )
        _require_no_gap(case, after, rows)
        return [event_of(case, sequence, body) for sequence, body in rows]

    def entries(self, case: str, after: int = 0) -> list[Entry]:
        """The same, each with what the clock showed when it was written."""
        rows = self._link.read(
            "SELECT sequence, body, written_at FROM pk_event "
            "WHERE case_id = ? AND sequence > ? ORDER BY sequence",
            (case, after),
        )
        _require_no_gap(case, after, rows)
        return [entry_of(case, row) for row in rows]

    def head(self, case: str) -> Head | None:
        """Where a case stands; None when there is no such case."""
        rows = self._link.read(f"{_HEADS} WHERE case_id = ?", (case,))
        return head_of(rows[0]) if rows else None

    def heads(self, *, protocol: str = "", include_closed: bool = True) -> Iterator[Head]:
        """Every case, by id; read in pages, so that writers need not wait for the reader."""
        wanted = "case_id > ?"
        values: Row = ()
        if protocol:
            wanted += " AND protocol = ?"
            values += (protocol,)
        if not include_closed:
            wanted += " AND closed = 0"
        last = ""
        while rows := self._link.read(
            f"{_HEADS} WHERE {wanted} ORDER BY case_id LIMIT {_PAGE}", (last, *values)
        ):
            yield from map(head_of, rows)
            last = rows[-1][0]

    def due(self, until: datetime, limit: int = 1000) -> list[Head]:
        """Cases to which time does something by an instant, the earliest first."""
        rows = self._link.read(
            f"{_HEADS} WHERE next_at <= ? ORDER BY next_at, case_id LIMIT ?",
            (microseconds(until), limit),
        )
        return [head_of(row) for row in rows]

    def answered(self, key: str) -> tuple[str, Answer] | None:
        """The request digest and answer kept under a key."""
        rows = self._link.read(
            "SELECT request_digest, case_id, sequence, refused FROM pk_answer WHERE key = ?",
            (key,),
        )
        if not rows:
            return None
        digest, case, sequence, refused = rows[0]
        return digest, answer_of(case, sequence, refused)

    def keep_protocol(self, digest: str, id: str, version: str, text: str) -> None:
        """Keep a protocol's text under its digest; what is there already stays.

        Raises: StoreError: not written.
        """
        require_storable(digest, id, version, text)
        if self.protocol_text(digest) is not None:
            return  # the usual case, and it needs no write
        self._tell(
            "INSERT INTO pk_protocol (digest, id, version, text) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (digest) DO NOTHING",
            (digest, id, version, text),
        )

    def protocol_text(self, digest: str) -> str | None:
        """The text that was kept."""
        rows = self._link.read("SELECT text FROM pk_protocol WHERE digest = ?", (digest,))
        return rows[0][0] if rows else None

    def digests(self) -> list[str]:
        """The digests of all protocols that are kept, by digest."""
        return [row[0] for row in self._link.read("SELECT digest FROM pk_protocol ORDER BY digest")]

    def notices(self, case: str = "", *, unsent: bool = False) -> list[Notice]:
        """Notices in the order in which they were written."""
        return [one.notice for one in self._deliveries(case, "outcome = ''" if unsent else "")]

    def deliveries(self, case: str = "") -> list[Delivery]:
        """The same notices, with where their sending stands."""
        return self._deliveries(case)

    def take_notices(self, now: datetime, until: datetime, limit: int = 100) -> list[Delivery]:
        """Take notices that may be tried now, first those that could be tried the longest."""
        question = (
            f"{_DELIVERIES} WHERE outcome = '' AND try_at <= ? "
            f"ORDER BY try_at, number LIMIT ? {self._link.skip}",
            (microseconds(now), limit),
        )

        def work(work: Work) -> list[Delivery]:
            (rows,) = work.ask(question)
            found = map(delivery_of, rows)
            taken = [one.replace(tries=one.tries + 1, try_at=until) for one in found]
            _tell_deliveries(work, taken)
            return taken

        return self._link.write(work)

    def settle(self, delivery: Delivery) -> None:
        """Write where the sending of a notice stands now; a first outcome stays."""
        require_storable(delivery.notice.id, delivery.outcome, *delivery.reached)
        question = (f"{_DELIVERIES} WHERE id = ? {self._link.hold}", (delivery.notice.id,))

        def work(work: Work) -> None:
            (rows,) = work.ask(question)
            _tell_deliveries(work, [settled(delivery_of(row), delivery) for row in rows])

        self._link.write(work)

    def beat(self, worker: Worker) -> None:
        """A sign of life of a worker, in place of its last one."""
        require_storable(worker.id, worker.release)
        self._tell(
            f"INSERT INTO pk_worker ({WORKER}) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET release = excluded.release, "
            "started_at = excluded.started_at, beat_at = excluded.beat_at, "
            "stopped_at = excluded.stopped_at",
            worker_row(worker),
        )

    def workers(self) -> list[Worker]:
        """The workers seen last, the last one first."""
        rows = self._link.read(
            f"SELECT {WORKER} FROM pk_worker ORDER BY beat_at DESC, id LIMIT {WORKERS}"
        )
        return [worker_of(row) for row in rows]

    def mark(self, name: str, text: str | None) -> None:
        """Keep a word for all who use this store, or take it away."""
        require_storable(name, text or "")
        if text is None:
            self._tell("DELETE FROM pk_mark WHERE name = ?", (name,))
            return
        self._tell(
            "INSERT INTO pk_mark (name, text) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET text = excluded.text",
            (name, text),
        )

    def marks(self) -> dict[str, str]:
        """These words by name."""
        return dict(self._link.read("SELECT name, text FROM pk_mark ORDER BY name"))

    def figures(self, now: datetime) -> Figures:
        """How much there is, and how far behind, as one statement sees it."""
        # A head counts the events of its case; to count the events themselves takes far longer.
        (row,) = self._link.read(
            "SELECT * FROM (SELECT count(*), coalesce(sum(1 - closed), 0), "
            "CAST(coalesce(sum(version), 0) AS BIGINT) FROM pk_case_head) AS cases, "
            "(SELECT count(*), min(next_at) FROM pk_case_head WHERE next_at <= ?) AS due, "
            "(SELECT count(*), min(at) FROM pk_notice WHERE outcome = '') AS unsent",
            (microseconds(now),),
        )
        return figures_of(row)

    def clock(self) -> datetime | None:
        """None: a file has no clock but this machine's."""
        return None

    def close(self) -> None:
        """Let go of files and connections; of a host's connection: nothing."""
        self._link.close()

    def _deliveries(self, case: str, wanted: str = "") -> list[Delivery]:
        conditions = [*(["case_id = ?"] if case else []), *([wanted] if wanted else [])]
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self._link.read(f"{_DELIVERIES} {where} ORDER BY number", (case,) if case else ())
        return [delivery_of(row) for row in rows]

    def _tell(self, statement: str, row: Row) -> None:
        self._link.write(lambda work: work.tell(statement, [row]))


class _Claim:
    """What `base.Claim` says, within a transaction that holds these heads."""

    def __init__(self, link: Link, work: Work, heads: tuple[Head, ...]) -> None:
        self._link = link
        self._work = work
        self.heads = heads
        self.spoilt = False

    def events(self) -> Mapping[str, list[Event]]:
        """The events of every claimed case, in order."""
        found: dict[str, list[Event]] = {head.case: [] for head in self.heads}
        (rows,) = self._work.ask(
            (
                f"SELECT case_id, sequence, body FROM pk_event WHERE case_id {self._link.one_of} "
                "ORDER BY case_id, sequence",
                (_listed(self._link, found),),
            )
        )
        for case, sequence, body in rows:
            found[case].append(event_of(case, sequence, body))
            if sequence != len(found[case]):
                raise _gap(case)
        return found

    def commit(self, commits: Iterable[Commit]) -> None:
        """Write what time did to some of these cases.

        Raises: Conflict, StoreError: the claim is spoilt and must be left by an exception.
        """
        self.spoilt = True
        _write(self._work, self._link, [_Sound(commit) for commit in commits])
        self.spoilt = False


class _Sound:
    """A commit that does not contradict itself, with its texts as they are stored."""

    def __init__(self, commit: Commit) -> None:
        self.commit = commit
        self.bodies = bodies_of(commit)
        self.refused = refused_text(commit.answer) if commit.answer else ""


def _write(work: Work, link: Link, sound: Sequence[_Sound]) -> None:
    """Write some commits, each on what the ones before it left; all of them fit, or it raises."""
    commits = [one.commit for one in sound]
    versions, taken, told = _known(work, link, commits)
    fresh = {commit.head.case for commit in commits} - versions.keys()
    for commit in commits:
        if commit.key in taken:
            raise key_taken(commit, taken[commit.key])
        version = versions.get(commit.head.case, 0)
        if version != commit.expected_version:
            raise moved_on(commit, version)
        versions[commit.head.case] = commit.head.version
        if commit.key:
            taken[commit.key] = commit.request_digest
        for notice in commit.notices:
            if notice.id in told:
                raise _taken(work, commit, notice.id, fresh)
            told.add(notice.id)
    heads = {commit.head.case: commit.head for commit in commits}
    work.tell(
        f"INSERT INTO pk_case_head ({HEAD}) VALUES (?, ?, ?, ?, ?, ?)",
        [head_row(head) for case, head in heads.items() if case in fresh],
    )
    work.tell(
        "UPDATE pk_case_head SET protocol = ?, digest = ?, version = ?, next_at = ?, closed = ? "
        "WHERE case_id = ?",
        [
            (*row[1:], row[0])
            for case, head in heads.items()
            if case not in fresh and (row := head_row(head))
        ],
    )
    work.tell(
        "INSERT INTO pk_event (case_id, sequence, kind, recorded_at, written_at, body) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                event.case,
                event.sequence,
                event.kind,
                microseconds(event.recorded_at),
                microseconds(one.commit.written_at),
                body,
            )
            for one in sound
            for event, body in zip(one.commit.events, one.bodies, strict=True)
        ],
    )
    work.tell(
        "INSERT INTO pk_notice "
        "(id, case_id, role, person, about, at, tries, reached, try_at, outcome) "
        "VALUES (?, ?, ?, ?, ?, ?, 0, '[]', ?, '')",
        [notice_row(notice) for commit in commits for notice in commit.notices],
    )
    work.tell(
        "INSERT INTO pk_answer (key, request_digest, case_id, sequence, refused) "
        "VALUES (?, ?, ?, ?, ?)",
        [
            (one.commit.key, one.commit.request_digest, answer.case, answer.sequence, one.refused)
            for one in sound
            if (answer := one.commit.answer)
        ],
    )


def _known(
    work: Work, link: Link, commits: Sequence[Commit]
) -> tuple[dict[Any, Any], dict[Any, Any], set[str]]:
    """What stands in the way of some commits: versions, keys with their request, notices.

    Heads are asked for first and held, so that what the later questions find is of no earlier
    time than the versions.
    """
    cases = sorted({commit.head.case for commit in commits})
    keys = [commit.key for commit in commits if commit.key]
    notices = [notice.id for commit in commits for notice in commit.notices]
    asked = [
        (
            f"SELECT case_id, version FROM pk_case_head WHERE case_id {link.one_of} "
            f"ORDER BY case_id {link.hold}",
            cases,
        ),
        (f"SELECT key, request_digest FROM pk_answer WHERE key {link.one_of}", keys),
        (f"SELECT id FROM pk_notice WHERE id {link.one_of}", notices),
    ]
    found = iter(work.ask(*((said, (link.listed(texts),)) for said, texts in asked if texts)))
    versions, taken, told = (next(found) if texts else [] for _, texts in asked)
    return dict(versions), dict(taken), {id for (id,) in told}


def _taken(work: Work, commit: Commit, notice: str, fresh: set[str]) -> Conflict | StoreError:
    """Why a notice is there already: it is given twice, or the case came to be after we asked for
    it. A head that is not there cannot be held.
    """
    if commit.head.case in fresh:
        question = "SELECT version FROM pk_case_head WHERE case_id = ?"
        (rows,) = work.ask((question, (commit.head.case,)))
        if rows:
            return moved_on(commit, rows[0][0])
    return notice_taken(notice)


def _require_no_gap(case: str, after: int, rows: Sequence[Row]) -> None:
    """Raises: StoreError: an entry between the others is not there; its number comes first."""
    if rows and rows[-1][0] != max(after, 0) + len(rows):
        raise _gap(case)


def _gap(case: str) -> StoreError:
    return damaged(f"The record of case {case} has a gap. It")


def _readable(rows: Iterable[Row]) -> tuple[Head, ...]:
    """The heads that can be read, so that a damaged one does not keep time from other cases.

    Raises: StoreError: there are damaged ones alone.
    """
    heads: list[Head] = []
    faults: list[StoreError] = []
    for row in rows:
        try:
            heads.append(head_of(row))
        except StoreError as fault:
            faults.append(fault)
    if faults and not heads:
        raise faults[0]
    return tuple(heads)


def _listed(link: Link, texts: Iterable[str]) -> Any:
    return link.listed([text for text in texts if is_storable(text)])


def _tell_deliveries(work: Work, deliveries: Iterable[Delivery]) -> None:
    work.tell(
        "UPDATE pk_notice SET tries = ?, reached = ?, try_at = ?, outcome = ?, done_at = ? "
        "WHERE id = ?",
        map(delivery_row, deliveries),
    )
