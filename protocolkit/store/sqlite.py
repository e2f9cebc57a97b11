"""The store in a SQLite file, and in the database of a host application.

What is asked and written; how a file is opened and shared stands in `sqlite_file`, how a
host's connection is used in `sqlite_host`. Imports forms, schema and these two.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Protocol, Self

from protocolkit.semantics.events import Event
from protocolkit.store.base import Answer, Commit, Head, Notice
from protocolkit.store.forms import (
    answer_of,
    bodies_of,
    damaged,
    event_of,
    instant_of,
    key_taken,
    microseconds,
    moved_on,
    notice_taken,
    refused_text,
    require_storable,
)
from protocolkit.store.sqlite_file import SETTINGS, FileLink
from protocolkit.store.sqlite_host import HostLink

_HEAD = "SELECT case_id, protocol, digest, version, next_at, closed FROM pk_case_head"
_PAGE = 500


class _Link(Protocol):
    """How a store reaches its tables."""

    def read(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]: ...

    def write(self, work: Callable[[sqlite3.Cursor], object]) -> None: ...

    def close(self) -> None: ...


class SqliteStore:
    """The interface of `base.Store` on one SQLite file; threads and processes may share it.

    `patience` is for how many seconds a busy file is tried again.

    Raises: StoreError: the file cannot be used, from here and from every method.
    """

    _link: _Link

    def __init__(self, path: str | os.PathLike[str], *, patience: float = 15.0) -> None:
        self._link = FileLink(path, patience)

    @classmethod
    def on(cls, connection: sqlite3.Connection) -> Self:
        """A store on a host application's own connection, for one row and our events together.

        Writes go into the transaction that the host has open, and are refused when there is
        none; the host commits or rolls back. The tables, named `pk_...`, are made if they are
        missing. Settings, threads, forks and closing are the host's: for the promises of a
        file of our own it needs `PRAGMA synchronous = FULL`.

        Raises: StoreError: the database cannot be used.
        """
        store = cls.__new__(cls)
        store._link = HostLink(connection)
        return store

    def commit(self, commit: Commit) -> None:
        """Write all of it, durably, or nothing.

        Raises: Conflict: the case has moved on, or the key is taken. StoreError: not written.
        """
        bodies = bodies_of(commit)
        refused = refused_text(commit.answer) if commit.answer else ""

        def work(cursor: sqlite3.Cursor) -> None:
            _require_current(cursor, commit)
            _write_head(cursor, commit.head)
            cursor.executemany(
                "INSERT INTO pk_event VALUES (?, ?, ?, ?, ?)",
                [
                    (event.case, event.sequence, event.kind, microseconds(event.recorded_at), body)
                    for event, body in zip(commit.events, bodies, strict=True)
                ],
            )
            for notice in commit.notices:
                _write_notice(cursor, notice)
            if answer := commit.answer:
                cursor.execute(
                    "INSERT INTO pk_answer VALUES (?, ?, ?, ?, ?)",
                    (commit.key, commit.request_digest, answer.case, answer.sequence, refused),
                )

        self._link.write(work)

    def events(self, case: str, after: int = 0) -> list[Event]:
        """The events of a case in order, from the one after a sequence number."""
        rows = self._link.read(
            "SELECT sequence, body FROM pk_event "
            "WHERE case_id = ? AND sequence > ? ORDER BY sequence",
            (case, after),
        )
        return [event_of(case, sequence, body) for sequence, body in rows]

    def head(self, case: str) -> Head | None:
        """Where a case stands; None when there is no such case."""
        rows = self._link.read(f"{_HEAD} WHERE case_id = ?", (case,))
        return _head(rows[0]) if rows else None

    def heads(self, *, protocol: str = "", include_closed: bool = True) -> Iterator[Head]:
        """Every case, by id; read in pages, so that writers need not wait for the reader."""
        wanted = "case_id > ?"
        values: tuple[Any, ...] = ()
        if protocol:
            wanted += " AND protocol = ?"
            values += (protocol,)
        if not include_closed:
            wanted += " AND NOT closed"
        last = ""
        while rows := self._link.read(
            f"{_HEAD} WHERE {wanted} ORDER BY case_id LIMIT {_PAGE}", (last, *values)
        ):
            yield from map(_head, rows)
            last = rows[-1][0]

    def due(self, until: datetime, limit: int = 1000) -> list[Head]:
        """Cases to which time does something by an instant, the earliest first."""
        rows = self._link.read(
            f"{_HEAD} WHERE next_at <= ? ORDER BY next_at, case_id LIMIT ?",
            (microseconds(until), limit),
        )
        return [_head(row) for row in rows]

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
        self._link.write(
            lambda cursor: cursor.execute(
                "INSERT INTO pk_protocol VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING",
                (digest, id, version, text),
            )
        )

    def protocol_text(self, digest: str) -> str | None:
        """The text that was kept."""
        rows = self._link.read("SELECT text FROM pk_protocol WHERE digest = ?", (digest,))
        return rows[0][0] if rows else None

    def notices(self, case: str = "", *, unsent: bool = False) -> list[Notice]:
        """Notices in the order in which they were written."""
        wanted = ["case_id = ?"] if case else []
        if unsent:
            wanted.append("sent_at IS NULL")
        where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
        rows = self._link.read(
            f"SELECT id, case_id, role, person, about, at FROM pk_notice {where} ORDER BY number",
            (case,) if case else (),
        )
        return [_notice(row) for row in rows]

    def mark_sent(self, ids: list[str], at: datetime) -> None:
        """These notices were delivered; the first delivery is the one that counts."""
        require_storable(*ids)
        values = [(microseconds(at), id) for id in ids]

        def work(cursor: sqlite3.Cursor) -> None:
            cursor.executemany(
                "UPDATE pk_notice SET sent_at = ? WHERE id = ? AND sent_at IS NULL", values
            )

        self._link.write(work)

    def settings(self) -> dict[str, str | int]:
        """What SQLite says now about the settings that our promises rest on."""
        return {name: self._link.read(f"PRAGMA {name}")[0][0] for name in SETTINGS}

    def close(self) -> None:
        """Let go of the file; on a host's connection: nothing."""
        self._link.close()


def _require_current(cursor: sqlite3.Cursor, commit: Commit) -> None:
    if commit.key and (
        taken := _row(cursor, "SELECT request_digest FROM pk_answer WHERE key = ?", commit.key)
    ):
        raise key_taken(commit, taken[0])
    found = _row(cursor, "SELECT version FROM pk_case_head WHERE case_id = ?", commit.head.case)
    version = found[0] if found else 0
    if version != commit.expected_version:
        raise moved_on(commit, version)


def _write_head(cursor: sqlite3.Cursor, head: Head) -> None:
    next_at = None if head.next_at is None else microseconds(head.next_at)
    cursor.execute(
        "INSERT INTO pk_case_head VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (case_id) DO UPDATE SET "
        "protocol = excluded.protocol, digest = excluded.digest, version = excluded.version, "
        "next_at = excluded.next_at, closed = excluded.closed",
        (head.case, head.protocol, head.digest, head.version, next_at, head.closed),
    )


def _write_notice(cursor: sqlite3.Cursor, notice: Notice) -> None:
    if _row(cursor, "SELECT 1 FROM pk_notice WHERE id = ?", notice.id):
        raise notice_taken(notice.id)
    cursor.execute(
        "INSERT INTO pk_notice (id, case_id, role, person, about, at) VALUES (?, ?, ?, ?, ?, ?)",
        (
            notice.id,
            notice.case,
            notice.role,
            notice.person,
            notice.about,
            microseconds(notice.at),
        ),
    )


def _row(cursor: sqlite3.Cursor, statement: str, *values: Any) -> Any:
    return cursor.execute(statement, values).fetchone()


def _head(row: tuple[Any, ...]) -> Head:
    case, protocol, digest, version, next_at, closed = row
    try:
        return Head(
            case=case,
            protocol=protocol,
            digest=digest,
            version=version,
            next_at=None if next_at is None else instant_of(next_at),
            closed=bool(closed),
        )
    except (OverflowError, TypeError) as fault:
        raise damaged(f"The head of case {case}") from fault


def _notice(row: tuple[Any, ...]) -> Notice:
    id, case, role, person, about, at = row
    try:
        return Notice(id=id, case=case, role=role, person=person, about=about, at=instant_of(at))
    except (OverflowError, TypeError) as fault:
        raise damaged(f"A notice about case {case}") from fault
