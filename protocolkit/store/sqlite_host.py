"""Cases in the database of a host application, inside its own transactions.

The connection, its settings, its threads and every commit are the host's. Imports faults,
schema and work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from protocolkit.ground.errors import StoreError
from protocolkit.store.sqlite_faults import plain
from protocolkit.store.sqlite_schema import migrate
from protocolkit.store.sqlite_work import Dialect, SqliteWork

T = TypeVar("T")

_WHERE = "in the application's database"


class HostLink(Dialect):
    """A connection that somebody else opened and will commit, roll back and close."""

    lasting = False

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        if self._in_transaction():
            self.write(_nothing)
            return
        # Nobody's transaction is open, so the tables are made and committed at once.
        try:
            connection.execute("BEGIN IMMEDIATE")
            self.write(_nothing)
            connection.execute("COMMIT")
        except (sqlite3.Error, UnicodeDecodeError) as fault:
            raise plain(fault, _WHERE) from fault
        finally:
            if self._in_transaction():
                connection.execute("ROLLBACK")

    def read(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """The rows of a question, those of the open transaction among them."""
        try:
            return self._cursor().execute(statement, values).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as fault:
            raise plain(fault, _WHERE) from fault
        except UnicodeEncodeError:
            return []  # no row can bear such a text

    def write(self, work: Callable[[SqliteWork], T]) -> T:
        """Do some work within the host's transaction, all of it or nothing."""
        with self.transaction() as opened:
            return work(opened)

    @contextmanager
    def transaction(self) -> Iterator[SqliteWork]:
        """A part of the host's transaction, done as a whole or not at all."""
        if not self._in_transaction():
            raise StoreError(
                "Nothing was written: the application has no open transaction. "
                'Run "BEGIN IMMEDIATE" on its connection first and commit afterwards.'
            )
        cursor = self._cursor()
        try:
            cursor.execute("SAVEPOINT protocolkit")
            try:
                # Made here again in case the host rolled back the transaction that made them.
                migrate(cursor, _WHERE)
                yield SqliteWork(cursor)
            except BaseException:
                # A full disk takes the whole transaction with it, savepoint and all.
                if self._in_transaction():
                    cursor.execute("ROLLBACK TO protocolkit")
                    cursor.execute("RELEASE protocolkit")
                raise
            cursor.execute("RELEASE protocolkit")
        except (sqlite3.Error, UnicodeDecodeError) as fault:
            raise plain(fault, _WHERE) from fault

    def close(self) -> None:
        """Nothing: the connection is the host's."""

    def _in_transaction(self) -> bool:
        return self._connection.in_transaction

    def _cursor(self) -> sqlite3.Cursor:
        cursor = self._connection.cursor()
        cursor.row_factory = None  # the host may have its own idea of a row
        return cursor


def _nothing(work: SqliteWork) -> None:
    """Work for `write` when only the tables are wanted."""
