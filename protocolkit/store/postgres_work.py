"""A transaction on PostgreSQL, whoever's connection it is.

What is asked together, and what is told with the last word, goes to the server in one go: the
way there and back is most of what a statement costs. Imports nothing of ours; what a fault
means is said by the links that use this.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.rows import tuple_row

Row = tuple[Any, ...]
Connection = psycopg.Connection[Any]


class Dialect:
    """How PostgreSQL says what differs between databases (see `links.Link`)."""

    one_of = "= ANY (?)"
    hold = "FOR UPDATE"
    skip = "FOR UPDATE SKIP LOCKED"

    def listed(self, texts: list[str]) -> Any:
        """Texts as one value."""
        return texts


class PostgresWork:
    """What `links.Work` says, between some first words and a last one."""

    def __init__(self, connection: Connection, first: tuple[str, ...], last: str) -> None:
        self._connection = connection
        self._told: list[tuple[str, list[Row]]] = [(words, [()]) for words in first]
        self._last = last
        self.ending = False
        """Whether the last word may have reached the server."""

    def ask(self, *questions: tuple[str, Row]) -> list[list[Row]]:
        """The rows of each question, after what was told before."""
        if len(questions) == 1 and not self._told:
            # Not in one go: that ends with a word after which the server does not count any
            # more for how long it hears nothing from us.
            return [ask(self._connection, *questions[0]).fetchall()]
        with self._connection.pipeline():
            self._send()
            asked = [ask(self._connection, *question) for question in questions]
        return [cursor.fetchall() for cursor in asked]

    def tell(self, statement: str, rows: Iterable[Row]) -> None:
        """Do a statement with each of these rows, with the next question or the last word."""
        if ready := list(rows):
            self._told.append((statement, ready))

    def end(self) -> None:
        """Send what was told, and the last word."""
        with self._connection.pipeline():
            self._send()
            self.ending = True
            cursor = ask(self._connection, self._last)
        if cursor.statusmessage != self._last.split()[0]:
            # A transaction that failed is rolled back when it should be committed.
            raise psycopg.errors.InFailedSqlTransaction

    def _send(self) -> None:
        told, self._told = self._told, []
        for statement, rows in told:
            if len(rows) == 1:
                ask(self._connection, statement, rows[0])
            else:
                _cursor(self._connection).executemany(_said(statement), rows)


def ask(connection: Connection, statement: str, values: Row = ()) -> psycopg.Cursor[Row]:
    """A cursor that has done a statement, whatever the connection's own idea of one is."""
    # With no values to put in, a % in a statement means nothing.
    return _cursor(connection).execute(_said(statement), values or None)


def _cursor(connection: Connection) -> psycopg.Cursor[Row]:
    return psycopg.Cursor(connection, row_factory=tuple_row)


@lru_cache(maxsize=256)
def _said(statement: str) -> bytes:
    """A statement with the marks that psycopg knows in the place of question marks."""
    return statement.replace("?", "%s").encode()
