"""What a child process does around each statement to its database: tell, and perhaps die.

Production code has no hooks for this. In the child alone, the connections of the driver are
replaced by ones that note in shared memory whether a transaction is open, and count the places
at which the process could be killed. Imports the driver of SQLite; PostgreSQL's is in
`watching_postgres`.
"""

from __future__ import annotations

import functools
import mmap
import os
import re
import signal
import sqlite3
import time
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Self

from protocolkit.store import sqlite_file

_OPEN, _END, _BEGUN = 0, 1, 8
_TABLE = re.compile(r"\bpk_\w+")


class Shared:
    """A few bytes that parent and child both see; what the child wrote last stays after a kill."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)

    @property
    def open(self) -> bool:
        """Whether a transaction is open."""
        return self._memory[_OPEN] == 1

    @open.setter
    def open(self, now: bool) -> None:
        if now and not self.open:
            begun = self.begun + 1
            self._memory[_BEGUN : _BEGUN + 8] = begun.to_bytes(8, "little")
        self._memory[_OPEN] = int(now)

    @property
    def begun(self) -> int:
        """How many transactions were begun."""
        return int.from_bytes(self._memory[_BEGUN : _BEGUN + 8], "little")

    def ask_to_end(self) -> None:
        """The parent asks the child to come to an end."""
        self._memory[_END] = 1

    @property
    def is_asked_to_end(self) -> bool:
        """Whether it did."""
        return self._memory[_END] == 1

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()


class Watch:
    """Counts the places a process passes; at number `die_at` it kills itself (0: nowhere).

    `seconds_open` is for how long transactions were open, all together.

    `split` is planted: before the first statement of a transaction that names this table, what
    was done so far is committed, so that one transaction becomes two.
    """

    def __init__(self, shared: Shared, die_at: int = 0, split: str = "") -> None:
        self.shared = shared
        self.die_at = die_at
        self.split = split
        self.passed: list[str] = []
        self.seconds_open = 0.0
        self._inside = False
        self._whole = True
        self._began = 0.0

    def reach(self, place: str) -> None:
        """The process is at a place that has a name."""
        self.passed.append(place)
        if len(self.passed) == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def note(self, is_open: bool) -> None:
        """A transaction is open from now on, or none is."""
        if is_open and not self.shared.open:
            self._began = time.monotonic()
        elif self.shared.open and not is_open:
            self.seconds_open += time.monotonic() - self._began
        self.shared.open = is_open

    def around(self, statement: str, run: Callable[[], Any], plainly: Callable[[str], Any]) -> Any:
        """Run a statement between two places; `plainly` runs another without any."""
        if self._inside:  # a driver's short cut that uses its long way
            return run()
        self._inside = True
        try:
            name = named(statement)
            if self.split and self.split in statement and self.shared.open and self._whole:
                self._whole = False
                plainly("COMMIT")
                self.note(False)
                self.reach("between the two halves")
                plainly("BEGIN IMMEDIATE")
                self.note(True)
            self.reach(f"before {name}")
            if name in ("COMMIT", "ROLLBACK"):
                self._whole = True
            found = run()
            if name in ("BEGIN", "COMMIT", "ROLLBACK"):
                self.note(name == "BEGIN")
            self.reach(f"after {name}")
            return found
        finally:
            self._inside = False


def named(statement: str) -> str:
    """A statement in two words: what it does, and to which table."""
    words = statement.split()
    table = _TABLE.search(statement)
    if words[0].upper() in ("BEGIN", "COMMIT", "ROLLBACK"):
        return words[0].upper()
    if words[0].upper() == "PRAGMA":
        return f"PRAGMA {words[1]}"
    return f"{words[0].upper()} {table.group() if table else ''}".strip()


def with_synchronous(wanted: int) -> None:
    """Let the SQLite stores of this process set this instead of 2, which is FULL.

    1 (NORMAL) is planted. 0 (OFF) saves time where nothing rests on it: after a kill, unlike
    after a power cut, the files hold whatever was written.
    """
    settings = {**sqlite_file.SETTINGS, "synchronous": wanted}
    sqlite_file.SETTINGS = MappingProxyType(settings)


def watch_sqlite(watch: Watch) -> None:
    """From now on every connection of this process to SQLite is watched."""

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, values: Any = ()) -> Self:
            run = functools.partial(super().execute, sql, values)
            watch.around(sql, run, super().execute)
            return self

        def executemany(self, sql: str, values: Any) -> Self:
            run = functools.partial(super().executemany, sql, values)
            watch.around(sql, run, super().execute)
            return self

    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = Cursor) -> Any:
            return super().cursor(factory)

        def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
            run = functools.partial(super().execute, sql, values)
            return watch.around(sql, run, super().execute)  # type: ignore[no-any-return]

        def executemany(self, sql: str, values: Any) -> sqlite3.Cursor:
            run = functools.partial(super().executemany, sql, values)
            return watch.around(sql, run, super().execute)  # type: ignore[no-any-return]

        def rollback(self) -> None:
            watch.around("ROLLBACK", super().rollback, super().execute)

        def commit(self) -> None:
            watch.around("COMMIT", super().commit, super().execute)

    sqlite3.connect = functools.partial(sqlite3.connect, factory=Connection)  # type: ignore[assignment]
