"""The floor below a store: a driver alone, with the same settings, tables, batches and texts.

What somebody would write who needs no rules, no key and no protection but the version of a case:
the rows are ready, nothing is read back and nothing can go wrong but the database. Imports the
settings of the stores.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.work import batched
from protocolkit.semantics.events import Event
from protocolkit.store.base import Commit, Head
from protocolkit.store.forms import canonical, microseconds
from protocolkit.store.sqlite_file import SETTINGS

Row = tuple[Any, ...]

EVENT = (
    "INSERT INTO pk_event (case_id, sequence, kind, recorded_at, written_at, body) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
NOTICE = (
    "INSERT INTO pk_notice (id, case_id, role, person, about, at, tries, reached, try_at, outcome) "
    "VALUES (?, ?, ?, ?, ?, ?, 0, '[]', ?, '')"
)
HEAD = (
    "UPDATE pk_case_head SET version = ?, next_at = ?, closed = ? WHERE case_id = ? AND version = ?"
)
DUE = (
    "SELECT case_id, version FROM pk_case_head WHERE next_at <= ? ORDER BY next_at, case_id LIMIT ?"
)


class Written:
    """A commit as rows."""

    def __init__(self, commit: Commit) -> None:
        written_at = microseconds(commit.written_at)
        self.events = [_event(one, written_at) for one in commit.events]
        self.notices = [
            (one.id, one.case, one.role, one.person, one.about, at, at)
            for one in commit.notices
            for at in (microseconds(one.at),)
        ]
        self.head = _head(commit.head, commit.expected_version)


def _event(event: Event, written_at: int) -> Row:
    at = microseconds(event.recorded_at)
    body = canonical(event.to_json())
    return event.case, event.sequence, event.kind, at, written_at, body


def _head(head: Head, version: int) -> Row:
    next_at = None if head.next_at is None else microseconds(head.next_at)
    return head.version, next_at, int(head.closed), head.case, version


class Bare:
    """A connection to the database of a store."""

    def __init__(self, url: str) -> None:
        if url.startswith("sqlite:///"):
            path = url.removeprefix("sqlite:///")
            self._connection: Any = sqlite3.connect(path, isolation_level=None)
            for name, value in SETTINGS.items():
                self._connection.execute(f"PRAGMA {name} = {value}")
            self._begin, self._skip, self._sign = "BEGIN IMMEDIATE", "", "?"
        else:
            from protocolkit.store.postgres import connect

            self._connection = connect(url)
            self._begin, self._skip, self._sign = "BEGIN", " FOR UPDATE SKIP LOCKED", "%s"
        self._cursor = self._connection.cursor()

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def each(self, commits: Iterable[Written]) -> None:
        """One transaction for each."""
        for commit in commits:
            self._ask(self._begin)
            for row in commit.events:
                self._ask(EVENT, row)
            self._ask(HEAD, commit.head)
            assert self._cursor.rowcount == 1, "somebody else wrote to the case"
            self._ask("COMMIT")

    def in_batches(self, until: int, commits: Sequence[Written], size: int) -> None:
        """One transaction for so many at a time."""
        for batch in batched(commits, size):
            self.together(until, batch)

    def together(self, until: int, commits: Sequence[Written]) -> None:
        """One transaction for all, on cases that it takes because they are due."""
        self._ask(self._begin)
        self._ask(DUE + self._skip, (until, len(commits)))
        assert len(self._cursor.fetchall()) == len(commits), "too few cases are due"
        self._tell(EVENT, [row for one in commits for row in one.events])
        self._tell(NOTICE, [row for one in commits for row in one.notices])
        self._tell(HEAD, [one.head for one in commits])
        self._ask("COMMIT")

    def _ask(self, statement: str, row: Row = ()) -> None:
        self._cursor.execute(statement.replace("?", self._sign), row)

    def _tell(self, statement: str, rows: list[Row]) -> None:
        if rows:
            self._cursor.executemany(statement.replace("?", self._sign), rows)
