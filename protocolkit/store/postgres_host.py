"""Cases in the PostgreSQL database of a host application, inside its own transactions.

The connection, its threads and every commit are the host's. Imports faults, schema and work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from protocolkit.ground.errors import StoreError
from protocolkit.store.forms import is_storable
from protocolkit.store.postgres_faults import plain
from protocolkit.store.postgres_schema import migrate
from protocolkit.store.postgres_work import Connection, Dialect, PostgresWork, Row, ask

T = TypeVar("T")

_WHERE = "in the application's database"
# The host's commit is on the disk before it returns, whatever it does elsewhere.
_FIRST = ("SAVEPOINT protocolkit", "SET LOCAL synchronous_commit = on")
_TRIES = 3


class HostLink(Dialect):
    """A connection that somebody else opened and will commit, roll back and close."""

    lasting = False

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        if connection.info.encoding != "utf-8":
            raise StoreError(
                f"The store {_WHERE} cannot be used: the connection's client_encoding should be "
                "UTF8, so that every text can be kept. Set it before."
            )
        self._lasting = self._status() is TransactionStatus.IDLE
        with self._plain():
            if self._lasting:
                # Nobody's transaction is open, so the tables are made and committed at once.
                with connection.transaction():
                    migrate(connection, _WHERE)
            else:
                self.write(_nothing)

    def read(self, statement: str, values: Row = ()) -> list[Row]:
        """The rows of a question, those of the open transaction among them."""
        if not all(is_storable(value) for value in values if isinstance(value, str)):
            return []  # no row can bear such a text
        with self._plain():
            return ask(self._connection, statement, values).fetchall()

    def write(self, work: Callable[[PostgresWork], T]) -> T:
        """Do some work within the host's transaction, all of it or nothing."""
        with self._plain():
            for _ in range(_TRIES - 1):
                try:
                    return self._whole(work)
                except psycopg.errors.UniqueViolation:
                    continue  # somebody else was quicker: now the work finds what they wrote
            return self._whole(work)

    @contextmanager
    def transaction(self) -> Iterator[PostgresWork]:
        """A part of the host's transaction, done as a whole or not at all."""
        with self._plain(), self._part() as opened:
            yield opened

    def close(self) -> None:
        """Nothing: the connection is the host's."""

    def _whole(self, work: Callable[[PostgresWork], T]) -> T:
        with self._part() as opened:
            return work(opened)

    @contextmanager
    def _part(self) -> Iterator[PostgresWork]:
        if self._connection.autocommit and self._status() is TransactionStatus.IDLE:
            raise StoreError(
                "Nothing was written: the application has no open transaction. "
                'Run "BEGIN" on its connection first and commit afterwards.'
            )
        for words in _FIRST:
            ask(self._connection, words)
        try:
            if not self._lasting:
                # Made here again in case the host rolled back the transaction that made them.
                migrate(self._connection, _WHERE)
            opened = PostgresWork(self._connection, (), "RELEASE protocolkit")
            yield opened
            opened.end()
        except BaseException:
            if self._status() in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
                ask(self._connection, "ROLLBACK TO protocolkit")
                ask(self._connection, "RELEASE protocolkit")
            raise

    def _status(self) -> TransactionStatus:
        return self._connection.info.transaction_status

    @contextmanager
    def _plain(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as fault:
            raise plain(fault, _WHERE) from None


def _nothing(work: PostgresWork) -> None:
    """Work for `write` when only the tables are wanted."""
