"""The tables in SQLite, as a numbered list of migrations.

The names begin with `pk_` and the version stands in a table, not in `PRAGMA user_version`,
because the tables may live in the database of a host application, which has names and a
version of its own. Imports ground.
"""

from __future__ import annotations

import sqlite3

from protocolkit.ground.errors import StoreError

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
