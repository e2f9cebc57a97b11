"""The store in a SQLite file, and in the database of a host application.

What is asked and written stands in `sql`; how a file is opened and shared in `sqlite_file`,
how a host's connection is used in `sqlite_host`. Imports these.
"""

from __future__ import annotations

import os
import sqlite3
from typing import Self

from protocolkit.store.sql import SqlStore
from protocolkit.store.sqlite_file import SETTINGS, FileLink
from protocolkit.store.sqlite_host import HostLink


class SqliteStore(SqlStore):
    """The interface of `base.Store` on one SQLite file; threads and processes may share it.

    `patience` is for how many seconds a busy file is tried again. A file that an earlier release
    made is brought to this release's tables; a copy of it, with `.before-` and the version of
    the new tables behind its name, is made first.

    Raises: StoreError: the file cannot be used, from here and from every method.
    """

    def __init__(self, path: str | os.PathLike[str], *, patience: float = 15.0) -> None:
        self._link = FileLink(path, patience)

    @classmethod
    def on(cls, connection: sqlite3.Connection) -> Self:
        """A store on a host application's own connection, for one row and our events together.

        Writes go into the transaction that the host has open, and are refused when there is
        none; the host commits or rolls back. The tables, named `pk_...`, are made if they are
        missing, and brought to this release's version; no copy is made of a host's database.
        Settings, threads, forks and closing are the host's: for the promises of a file of our
        own it needs `PRAGMA synchronous = FULL`.

        Raises: StoreError: the database cannot be used.
        """
        store = cls.__new__(cls)
        store._link = HostLink(connection)
        return store

    def settings(self) -> dict[str, str | int]:
        """What SQLite says now about the settings that our promises rest on, and versions."""
        found = {name: self._link.read(f"PRAGMA {name}")[0][0] for name in SETTINGS}
        ((version, schema),) = self._link.read(
            "SELECT sqlite_version(), max(version) FROM pk_schema"
        )
        return {**found, "schema": schema, "sqlite_version": version}
