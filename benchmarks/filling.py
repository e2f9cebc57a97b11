"""A store full of cases: copies of a real one, made by the database itself.

To open a million cases one by one takes far longer than what is then measured. Only the id differs
between the copies. Knows no columns: they are read from the tables.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

TABLES = ("pk_case_head", "pk_event", "pk_notice", "pk_answer")
"""What belongs to a case, first what the others refer to."""

_NUMBERS = """WITH RECURSIVE copy (n) AS
    (SELECT 10000000 UNION ALL SELECT n + 1 FROM copy WHERE n + 1 < {end})"""
"""Numbers of eight digits: the last seven are the number of a copy. Both databases take this."""


def fill(url: str, case: str, copies: int) -> None:
    """Copy a case that is in a store; the new ones are `<case>-0000000` and so on.

    Its id must not stand for anything else in its texts: it is replaced wherever it stands.
    """
    if copies <= 0:
        return
    with closing(_connection(url)) as connection:
        cursor = connection.cursor()
        cursor.execute("BEGIN")
        for table in TABLES:
            where = f"WHERE case_id = {_text(case)}"
            rows = cursor.execute(f"SELECT * FROM {table} {where}").fetchall()
            if not rows:
                continue
            columns = [str(one[0]) for one in cursor.description or ()]
            pairs = zip(columns, rows[0], strict=True)
            texts = {name for name, value in pairs if isinstance(value, str)}
            kept = [name for name in columns if name != "number"]  # the database gives it
            values = ", ".join(_copied(name, case, name in texts) for name in kept)
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(kept)}) "
                f"{_NUMBERS.format(end=10_000_000 + copies)} "
                f"SELECT {values} FROM {table} CROSS JOIN copy {where}"
            )
        cursor.execute("COMMIT")
        if not url.startswith("sqlite:"):
            cursor.execute("ANALYZE")  # what the server does by itself some time later


def rows(url: str, question: str) -> list[tuple[Any, ...]]:
    """What a database answers to a question of somebody who reads its tables."""
    with closing(_connection(url)) as connection:
        return list(connection.execute(question).fetchall())


def _copied(column: str, case: str, is_text: bool) -> str:
    number = "substr(CAST(n AS TEXT), 2)"
    if column == "key":  # unique in the store, and not made from the case
        return f"key || '-' || {number}"
    if not is_text:
        return column
    return f"replace({column}, {_text(case)}, {_text(case + '-')} || {number})"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _connection(url: str) -> Any:
    if url.startswith("sqlite:///"):
        return sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    import psycopg

    return psycopg.connect(url, autocommit=True)
