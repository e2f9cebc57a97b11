"""Where the stores of these tests are: in a file, or on a server; what is done by hand in either.

Imports both drivers.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Any

from tests.faults.watching import Watch, watch_sqlite, with_synchronous

_FILE = "sqlite:///"
_OTHERS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend' AND state <> 'idle'"""


def path_of(url: str) -> str:
    """The file of a store; "" if it is on a server."""
    return url.removeprefix(_FILE) if url.startswith(_FILE) else ""


def watch(url: str, watch: Watch) -> None:
    """Watch the connections of this process to a store, which has the settings it ought to."""
    if path_of(url):
        with_synchronous(2)
        watch_sqlite(watch)
    else:
        from tests.faults.watching_postgres import watch_postgres

        watch_postgres(watch)


def rest(url: str) -> None:
    """Wait until a server has let go of whoever was killed; a file has at once."""
    give_up = time.monotonic() + 60
    while not path_of(url) and ask(url, _OTHERS) != [(0,)]:
        assert time.monotonic() < give_up, "the server does not let go"
        time.sleep(0.002)


def empty(url: str) -> None:
    """Take everything out of a database; a file is one that was not there."""
    if not path_of(url):
        import psycopg

        with psycopg.connect(url) as server:
            ((name,),) = server.execute("SELECT current_schema()").fetchall()
            server.execute(f"DROP SCHEMA {name} CASCADE".encode())
            server.execute(f"CREATE SCHEMA {name}".encode())


def ask(url: str, question: str) -> list[tuple[Any, ...]]:
    """The rows of a question, past the store."""
    if path := path_of(url):
        with closing(sqlite3.connect(path)) as link:
            return link.execute(question).fetchall()
    import psycopg

    with psycopg.connect(url) as server:
        return server.execute(question).fetchall()
