"""The same as `watching`, around what goes to a PostgreSQL server and comes back from it.

Imports the driver of PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeAlias

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.waiting import Ready, Wait

from tests.faults.watching import Watch, named

_Talk: TypeAlias = Generator[Wait, Ready | int, Any]


def watch_postgres(watch: Watch) -> None:
    """From now on every connection of this process to PostgreSQL is watched.

    The places are those before a statement is handed to the driver, and those in which something
    was sent and not yet answered, which is where a commit may be done and nobody knows.
    """
    last = [""]
    execute, executemany = psycopg.Cursor.execute, psycopg.Cursor.executemany
    wait = psycopg.Connection.wait

    def on_statement(statement: bytes | str) -> None:
        text = statement.decode() if isinstance(statement, bytes) else str(statement)
        last[0] = named(text)
        watch.reach(f"before {last[0]}")

    def on_execute(cursor: Any, query: Any, *values: Any, **more: Any) -> Any:
        on_statement(query)
        return execute(cursor, query, *values, **more)

    def on_executemany(cursor: Any, query: Any, *values: Any, **more: Any) -> Any:
        on_statement(query)
        return executemany(cursor, query, *values, **more)

    def on_wait(connection: Any, talk: Any, *values: Any, **more: Any) -> Any:
        found: Any = wait(connection, through(talk), *values, **more)
        if not connection.closed:
            watch.note(connection.pgconn.transaction_status != TransactionStatus.IDLE)
        return found

    def through(talk: _Talk) -> _Talk:
        try:
            state = next(talk)
            while True:
                if state == Wait.R:
                    watch.reach(f"sent and not answered: {last[0]}")
                state = talk.send((yield state))
        except StopIteration as end:
            return end.value

    ours: tuple[tuple[type, str, Any], ...] = (
        (psycopg.Cursor, "execute", on_execute),
        (psycopg.Cursor, "executemany", on_executemany),
        (psycopg.Connection, "wait", on_wait),
    )
    for owner, name, method in ours:
        setattr(owner, name, method)
