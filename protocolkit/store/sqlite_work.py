"""A transaction on SQLite, whoever's connection it is.

Imports nothing of ours; what a fault means is said by the links that use this.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

Row = tuple[Any, ...]


class Dialect:
    """How SQLite says what differs between databases (see `links.Link`)."""

    one_of = "IN (SELECT value FROM json_each(?))"
    # A transaction that writes is the only one from its beginning on.
    hold = ""
    skip = ""

    def listed(self, texts: list[str]) -> Any:
        """Texts as one value."""
        return json.dumps(texts, ensure_ascii=False)


class SqliteWork:
    """What `links.Work` says; everything is done at once."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self._cursor = cursor

    def ask(self, *questions: tuple[str, Row]) -> list[list[Row]]:
        """The rows of each question."""
        return [self._cursor.execute(*question).fetchall() for question in questions]

    def tell(self, statement: str, rows: Iterable[Row]) -> None:
        """Do a statement with each of these rows."""
        self._cursor.executemany(statement, rows)
