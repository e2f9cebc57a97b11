"""The tables in SQLite, as a numbered list of migrations.

The names begin with `pk_` and the version stands in a table, not in `PRAGMA user_version`,
because the tables may live in the database of a host application, which has names and a
version of its own. Imports ground.
"""

from __future__ import annotations

import sqlite3

from protocolkit.ground.errors import StoreError


def _append_only(table: str) -> tuple[str, ...]:
    """Have the database itself refuse to change or remove what was written."""
    return tuple(
        f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN
            SELECT RAISE(ABORT, 'what stands in {table} is never changed or removed');
        END"""
        for verb in ("update", "delete")
    )


MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE pk_schema (version INTEGER PRIMARY KEY)",
        # What cases began under; never changed, so that they can always be read.
        """CREATE TABLE pk_protocol (
            digest TEXT NOT NULL PRIMARY KEY,
            id TEXT NOT NULL,
            version TEXT NOT NULL,
            text TEXT NOT NULL
        )""",
        # Instants are microseconds since 1970 in UTC (see `forms.microseconds`).
        """CREATE TABLE pk_case_head (
            case_id TEXT NOT NULL PRIMARY KEY,
            protocol TEXT NOT NULL,
            digest TEXT NOT NULL,
            version INTEGER NOT NULL,
            next_at INTEGER,
            closed INTEGER NOT NULL
        ) WITHOUT ROWID""",
        """CREATE INDEX pk_case_head_due ON pk_case_head (next_at, case_id)
            WHERE next_at IS NOT NULL""",
        # The body is the whole event; kind and time stand beside it for questions about a span
        # of time that are asked with other tools.
        """CREATE TABLE pk_event (
            case_id TEXT NOT NULL REFERENCES pk_case_head (case_id),
            sequence INTEGER NOT NULL,
            kind TEXT NOT NULL,
            recorded_at INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (case_id, sequence)
        )""",
        """CREATE TABLE pk_answer (
            key TEXT NOT NULL PRIMARY KEY,
            request_digest TEXT NOT NULL,
            case_id TEXT NOT NULL REFERENCES pk_case_head (case_id),
            sequence INTEGER NOT NULL,
            refused TEXT NOT NULL
        ) WITHOUT ROWID""",
        # `number` is the order in which notices were written.
        """CREATE TABLE pk_notice (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            case_id TEXT NOT NULL REFERENCES pk_case_head (case_id),
            role TEXT NOT NULL,
            person TEXT NOT NULL,
            about TEXT NOT NULL,
            at INTEGER NOT NULL,
            sent_at INTEGER
        )""",
        "CREATE INDEX pk_notice_case ON pk_notice (case_id, number)",
        "CREATE INDEX pk_notice_unsent ON pk_notice (number) WHERE sent_at IS NULL",
    ),
    (
        # Tables are made anew where columns come that every row has: a default that no row
        # needs any more would stay for ever.
        """CREATE TABLE pk_event_2 (
            case_id TEXT NOT NULL REFERENCES pk_case_head (case_id),
            sequence INTEGER NOT NULL,
            kind TEXT NOT NULL,
            recorded_at INTEGER NOT NULL,
            written_at INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (case_id, sequence)
        )""",
        # What the clock showed was not kept; the instant that was recorded is nearest to it.
        """INSERT INTO pk_event_2
            SELECT case_id, sequence, kind, recorded_at, recorded_at, body
            FROM pk_event ORDER BY case_id, sequence""",
        "DROP TABLE pk_event",
        "ALTER TABLE pk_event_2 RENAME TO pk_event",
        # `reached` is a list of channels as JSON text. `try_at` is there as long as `outcome` is
        # empty, `done_at` from then on.
        """CREATE TABLE pk_notice_2 (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            case_id TEXT NOT NULL REFERENCES pk_case_head (case_id),
            role TEXT NOT NULL,
            person TEXT NOT NULL,
            about TEXT NOT NULL,
            at INTEGER NOT NULL,
            tries INTEGER NOT NULL,
            reached TEXT NOT NULL,
            try_at INTEGER,
            outcome TEXT NOT NULL,
            done_at INTEGER
        )""",
        """INSERT INTO pk_notice_2
            SELECT number, id, case_id, role, person, about, at, 0, '[]',
                CASE WHEN sent_at IS NULL THEN at END,
                CASE WHEN sent_at IS NULL THEN '' ELSE 'sent' END,
                sent_at
            FROM pk_notice ORDER BY number""",
        "DROP TABLE pk_notice",
        "ALTER TABLE pk_notice_2 RENAME TO pk_notice",
        "CREATE INDEX pk_notice_case ON pk_notice (case_id, number)",
        "CREATE INDEX pk_notice_waiting ON pk_notice (number) WHERE outcome = ''",
        "CREATE INDEX pk_notice_due ON pk_notice (try_at, number) WHERE outcome = ''",
        """CREATE TABLE pk_worker (
            id TEXT NOT NULL PRIMARY KEY,
            release TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            beat_at INTEGER NOT NULL,
            stopped_at INTEGER
        ) WITHOUT ROWID""",
        """CREATE TABLE pk_mark (
            name TEXT NOT NULL PRIMARY KEY,
            text TEXT NOT NULL
        ) WITHOUT ROWID""",
        *_append_only("pk_event"),
        *_append_only("pk_answer"),
        *_append_only("pk_protocol"),
    ),
)
"""Entry n takes a database from version n to n + 1; an entry that was released never changes."""


def version_of(cursor: sqlite3.Cursor, where: str) -> int:
    """The version of the tables in a database; 0 when it has none.

    Raises: StoreError: a later release made them.
    """
    if "pk_schema" not in tables(cursor):
        return 0
    version = int(cursor.execute("SELECT coalesce(max(version), 0) FROM pk_schema").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StoreError(
            f"The store {where} was made by a later release of protocolkit: its tables have "
            f"version {version}, this release knows {len(MIGRATIONS)}. Nothing was changed. "
            "Install the newer release."
        )
    return version


def tables(cursor: sqlite3.Cursor) -> set[str]:
    """The names of the tables in a database."""
    return {name for (name,) in cursor.execute("SELECT name FROM sqlite_master")}


def migrate(cursor: sqlite3.Cursor, where: str) -> None:
    """Bring the tables to this release's version, inside a transaction that is open.

    Raises: StoreError: a later release made them.
    """
    done = version_of(cursor, where)
    for number, statements in enumerate(MIGRATIONS[done:], done + 1):
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("INSERT INTO pk_schema VALUES (?)", (number,))
