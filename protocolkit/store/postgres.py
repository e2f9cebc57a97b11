"""The store in a PostgreSQL database, our own or that of a host application.

What is asked and written stands in `sql`; how connections are opened and kept in
`postgres_server`, how a host's connection is used in `postgres_host`. Imports these.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Self

import psycopg

from protocolkit.store.postgres_host import HostLink
from protocolkit.store.postgres_server import SETTINGS, ServerLink, connect
from protocolkit.store.sql import SqlStore

__all__ = ["PostgresStore", "connect"]


class PostgresStore(SqlStore):
    """The interface of `base.Store` on a PostgreSQL server; threads and machines may share it.

    The address is a `postgresql://` one, with all that libpq reads in it or in the environment.
    The tables, named `pk_...`, stand in the first schema of the search path.

    Raises: UsageError: this is no address. StoreError: the database cannot be used, from here
    and from every method.
    """

    def __init__(self, url: str) -> None:
        self._link = ServerLink(url)

    @classmethod
    def on(cls, connection: psycopg.Connection[Any]) -> Self:
        """A store on a host application's own connection, for one row and our events together.

        Each write is a savepoint in the transaction that the host has open (psycopg opens one by
        itself, unless the connection commits each statement); the host commits or rolls back,
        and what it commits with our writes in it is on the disk before it goes on. The tables,
        named `pk_...`, are made if they are missing. Threads, forks and closing are the host's.

        Raises: StoreError: the database cannot be used.
        """
        store = cls.__new__(cls)
        store._link = HostLink(connection)
        return store

    def settings(self) -> dict[str, str | int]:
        """What the server says now about the settings of our promises, and versions."""
        asked = ", ".join(f"current_setting('{name}')" for name in (*SETTINGS, "server_version"))
        (row,) = self._link.read(f"SELECT {asked}, max(version) FROM pk_schema")
        names = (*SETTINGS, "server_version", "schema")
        return {**dict(zip(names, row, strict=True)), "psycopg": psycopg.__version__}

    def clock(self) -> datetime:
        """What the clock of the server shows."""
        ((now,),) = self._link.read("SELECT clock_timestamp()")
        return now.astimezone(UTC)  # type: ignore[no-any-return]
