"""The tables of a PostgreSQL database as they are, in one transaction.

The counterpart of `SqliteSnapshot`. Imports the server's connections and faults.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Self

import psycopg

from protocolkit.store.postgres_faults import plain
from protocolkit.store.postgres_schema import version_of
from protocolkit.store.postgres_server import connect
from protocolkit.store.postgres_work import Row, ask

_PAGE = 2_000
"""How many rows are fetched at a time: the whole of a table need not fit into memory."""

_READING = ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",)
_WRITING = (
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
    # Nobody writes meanwhile, workers included; reading goes on.
    "LOCK TABLE pk_case_head IN EXCLUSIVE MODE",
)
_TAKING_TIME = (
    "SET LOCAL statement_timeout = 0",
    "SET LOCAL idle_in_transaction_session_timeout = '15min'",
)
"""A million rows may take longer than a command may."""


class PostgresSnapshot:
    """A PostgreSQL database.

    Raises: StoreError: it cannot be read or written, also when the transaction ends.
    """

    def __init__(self, url: str, *, writing: bool = False) -> None:
        self._connection = connect(url)
        info = self._connection.info
        self.where = f"{info.dbname} on {info.host}" if info.host else info.dbname
        self._writing = writing
        self._cursors = 0

    def __enter__(self) -> Self:
        first, *rest = _WRITING if self._writing else _READING
        try:
            for statement in (first, *_TAKING_TIME, *rest):
                ask(self._connection, statement)
        except psycopg.Error as fault:
            self._connection.close()
            raise plain(fault, self.where) from fault
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                ask(self._connection, "COMMIT")
        except psycopg.Error as fault:
            error = fault
        finally:
            self._connection.close()  # which undoes what was not committed
        if isinstance(error, psycopg.Error):
            raise plain(error, self.where) from error

    def read(self, table: str, columns: Iterable[str], key: Iterable[str]) -> Iterator[Row]:
        """All rows, by the key."""
        self._cursors += 1
        with psycopg.ServerCursor(self._connection, f"pk_{self._cursors}") as cursor:
            cursor.itersize = _PAGE
            names, order = ", ".join(columns), ", ".join(key)
            cursor.execute(f"SELECT {names} FROM {table} ORDER BY {order}".encode())
            yield from cursor

    def write(self, statement: str, rows: Iterable[Row]) -> None:
        """Do a statement with each row."""
        with self._connection.cursor() as cursor:
            cursor.executemany(statement.replace("?", "%s").encode(), rows)

    def version(self) -> int:
        """The version of the tables. Raises: StoreError: a later release made them."""
        return version_of(self._connection, self.where)
