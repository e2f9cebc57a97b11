"""The tables of a store as they are, to be carried from one store to another.

One transaction over a database of either kind: of reading, then it is one moment of the store
while others write on; or of writing, then it is all or nothing. What the rows mean is left to
`backup`. Imports the backends, PostgreSQL only when it is asked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeAlias

from protocolkit.ground.errors import UsageError
from protocolkit.store.sqlite_faults import plain
from protocolkit.store.sqlite_file import apply_settings
from protocolkit.store.sqlite_schema import version_of

Row: TypeAlias = tuple[Any, ...]

_FILE = "sqlite:///"
_PATIENCE = 15.0


class Snapshot(Protocol):
    """The tables of a store in one transaction; question marks in statements stand for values."""

    where: str

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def read(self, table: str, columns: Iterable[str], key: Iterable[str]) -> Iterator[Row]:
        """All rows, by the key, texts in the order of their code points."""

    def write(self, statement: str, rows: Iterable[Row]) -> None:
        """Do a statement with each row."""

    def version(self) -> int:
        """The version of the tables, 0 if there are none.

        Raises: StoreError: a later release made them.
        """


class SqliteSnapshot:
    """A SQLite file. `alone`: it is left as one file that can be read where nothing can be
    written, with no journal beside it.

    Raises: StoreError: it cannot be read or written, also when the transaction ends.
    """

    def __init__(self, path: str | Path, *, writing: bool = False, alone: bool = False) -> None:
        self.where = str(path)
        self._writing = writing
        self._alone = alone
        mode = "rw" if writing else "ro"
        try:
            self._connection = sqlite3.connect(
                f"{Path(path).absolute().as_uri()}?mode={mode}",
                uri=True,
                isolation_level=None,
                timeout=_PATIENCE,
            )
        except sqlite3.Error as fault:
            raise plain(fault, self.where) from fault

    def __enter__(self) -> Self:
        try:
            if self._writing:
                apply_settings(self._connection, self.where)
                self._connection.execute(f"PRAGMA busy_timeout = {int(_PATIENCE * 1000)}")
            if self._alone:
                # A row that belongs to nothing is taken along, for whoever examines the copy.
                self._connection.execute("PRAGMA foreign_keys = OFF")
            self._connection.execute("BEGIN IMMEDIATE" if self._writing else "BEGIN")
            # The moment that a reader sees is that of its first question.
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException as fault:
            self._connection.close()
            if isinstance(fault, sqlite3.Error):
                raise plain(fault, self.where) from fault
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._connection.execute("COMMIT" if error is None else "ROLLBACK")
            if self._alone:
                self._connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as fault:
            error = error or fault
        finally:
            self._connection.close()
        if isinstance(error, sqlite3.Error | UnicodeDecodeError):
            raise plain(error, self.where) from error

    def read(self, table: str, columns: Iterable[str], key: Iterable[str]) -> Iterator[Row]:
        """All rows, by the key."""
        question = f"SELECT {', '.join(columns)} FROM {table} ORDER BY {', '.join(key)}"
        return iter(self._connection.execute(question))

    def write(self, statement: str, rows: Iterable[Row]) -> None:
        """Do a statement with each row."""
        self._connection.executemany(statement, rows)

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns; none if there is no such table."""
        return tuple(row[1] for row in self._connection.execute(f"PRAGMA table_info({table})"))

    def version(self) -> int:
        """The version of the tables. Raises: StoreError: a later release made them."""
        return version_of(self._connection.cursor(), self.where)

    def complaints(self) -> list[str]:
        """What SQLite finds wrong with the file, or with rows that belong to others."""
        found = [text for (text,) in self._connection.execute("PRAGMA integrity_check")]
        lost = {row[0] for row in self._connection.execute("PRAGMA foreign_key_check")}
        return [*(text for text in found if text != "ok"), *sorted(lost)]


def snapshot(url: str, *, writing: bool = False) -> Snapshot:
    """The tables of the store at an address.

    Raises: UsageError: it ends with the process. StoreError: it cannot be reached.
    """
    if url.startswith(_FILE):
        return SqliteSnapshot(url.removeprefix(_FILE), writing=writing)
    if url.startswith(("postgresql://", "postgres://")):
        from protocolkit.store.postgres_snapshot import PostgresSnapshot

        return PostgresSnapshot(url, writing=writing)
    raise UsageError("A store in memory ends with the process: there is nothing to keep.")
