"""A database file of our own: made private, set to survive a power cut, shared politely.

One connection per store, behind a lock. SQLite lets one writer in at a time whatever we do, so
a connection per thread would gain little, and one can be closed for certain. Between processes
SQLite locks the file; whoever finds it taken tries again after a random wait, up to a bound.

SQLite must not be carried across a fork, not even to be closed there (its locks belong to the
process). So every connection is closed before a fork and opened again where it is next needed.

Imports copy, faults, schema and work.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from protocolkit.ground.errors import StoreError
from protocolkit.store.sqlite_copy import keep_copy
from protocolkit.store.sqlite_faults import is_busy, plain
from protocolkit.store.sqlite_schema import MIGRATIONS, migrate, tables, version_of
from protocolkit.store.sqlite_work import Dialect, SqliteWork

T = TypeVar("T")

SETTINGS: Mapping[str, str | int] = MappingProxyType(
    {
        # How long SQLite itself waits, in milliseconds; short, so that our wait is random.
        "busy_timeout": 250,
        "journal_mode": "wal",
        # 2 is FULL: a commit is on the disk before it returns. With NORMAL a process may be
        # killed without loss, but a power cut loses commits that were acknowledged.
        "synchronous": 2,
        # On a Mac a plain sync leaves data in the drive's memory; elsewhere these do nothing.
        "fullfsync": 1,
        "checkpoint_fullfsync": 1,
        # What is deleted is overwritten, not only unlinked.
        "secure_delete": 1,
        "foreign_keys": 1,
    }
)

_LINKS: weakref.WeakSet[FileLink] = weakref.WeakSet()
_FORKING = threading.Lock()
_OPENING = threading.Lock()
"""Taken in this order, a link's own lock between the two."""


class FileLink(Dialect):
    """The one connection of a store to its file; any thread may use it.

    Raises: StoreError: the file cannot be used, from here and from every method.
    """

    lasting = True

    def __init__(self, path: str | os.PathLike[str], patience: float) -> None:
        self.where = os.fspath(path)
        self._path = Path(os.path.abspath(path))  # noqa: PTH100, links stay as they are written
        self._patience = patience
        self.lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._cursor: sqlite3.Cursor | None = None
        self._journal = Path()
        self._identities: dict[Path, tuple[int, int]] = {}
        self._process = os.getpid()
        self._closed = False
        with _FORKING:
            _LINKS.add(self)
        self._persist(_touch)

    def read(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """The rows of a question."""
        try:
            return self._persist(lambda link: link.execute(statement, values).fetchall())
        except UnicodeEncodeError:
            return []  # no row can bear such a text

    def write(self, work: Callable[[SqliteWork], T]) -> T:
        """Do some work in one transaction, which is on the disk on return, or undo all of it."""
        with self.transaction() as opened:
            return work(opened)

    @contextmanager
    def transaction(self) -> Iterator[SqliteWork]:
        """A transaction for a block; other threads wait, the one that holds it may read."""
        connection = self._begun()
        try:
            try:
                self._cursor = connection.cursor()
                self._require_same_file()
                yield SqliteWork(self._cursor)
                if connection is not self._connection:
                    raise self._split()
                connection.execute("COMMIT")
            except BaseException:
                if connection is self._connection:
                    connection.rollback()
                raise
        except (sqlite3.Error, UnicodeDecodeError) as fault:
            if connection is not self._connection:
                raise self._split() from fault
            raise plain(fault, self.where) from fault
        finally:
            self._drop_cursor()
            self.lock.release()

    def close(self) -> None:
        """Close the connection; the store cannot be used any more."""
        with self.lock:
            self._closed = True
            if self._process == os.getpid():
                self.let_go()

    def let_go(self) -> None:
        """Close the connection until it is needed again; the caller holds the lock."""
        if self._connection is not None:
            self._drop_cursor()
            self._connection.close()
            self._connection = None
            self._identities.pop(self._journal, None)  # it goes with the last connection

    def _drop_cursor(self) -> None:
        """Before the connection may be closed: with a cursor it would stay open, unseen."""
        if self._cursor is not None:
            self._cursor.close()
            self._cursor = None

    def after_fork(self) -> None:
        """The connection was closed before the process was split: this one may open its own."""
        self._process = os.getpid()

    def _split(self) -> StoreError:
        return StoreError(
            f"Nothing was written to the store {self.where}: this process was split in the middle "
            "of it. Try again."
        )

    def _begun(self) -> sqlite3.Connection:
        """The connection with a transaction on it, and the lock taken."""

        def begin(connection: sqlite3.Connection) -> sqlite3.Connection:
            if connection.in_transaction and self._cursor is None:
                connection.rollback()  # begun by a thread that was interrupted at once (Ctrl-C)
            if connection.in_transaction:
                raise StoreError(
                    "Nothing was written: this thread holds a claim, and may only read until it "
                    "has ended."
                )
            connection.execute("BEGIN IMMEDIATE")
            self.lock.acquire()  # once more: the outer one is given back on return
            return connection

        return self._persist(begin)

    def _persist(self, work: Callable[[sqlite3.Connection], T]) -> T:
        give_up = time.monotonic() + self._patience
        wait = 0.002
        while True:
            try:
                with self.lock:
                    return work(self._connected())
            except sqlite3.Error as fault:
                if not is_busy(fault) or time.monotonic() > give_up:
                    raise plain(fault, self.where) from fault
            except UnicodeDecodeError as fault:
                raise plain(fault, self.where) from fault
            time.sleep(random.uniform(0, wait))
            wait = min(2 * wait, 0.1)

    def _connected(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreError(f"The store {self.where} was closed. Open it again.")
        if self._process != os.getpid():
            raise StoreError(
                f"The store {self.where} was opened before this process was split off. "
                "Open it again in the new process."
            )
        if self._connection is None:
            with _OPENING:
                self._connection = self._open()
        return self._connection

    def _open(self) -> sqlite3.Connection:
        if not self._identities:
            self._make_file()
        else:
            self._require_same_file()  # opened again after a fork: never a new, empty file
        # mode=rw: SQLite is never the one that makes the file, it would let everybody read it.
        connection = sqlite3.connect(
            f"{self._path.as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._identities[self._path] = _identity(self._path)
            self._require_ours(connection)
            apply_settings(connection, self.where)
            connection.execute("BEGIN IMMEDIATE")
            cursor = connection.cursor()
            if 0 < version_of(cursor, self.where) < len(MIGRATIONS):
                keep_copy(self._path, len(MIGRATIONS), self.where)
            migrate(cursor, self.where)
            # Changes nothing, but fails where nothing may be written: better now than later.
            connection.execute("DELETE FROM pk_schema WHERE 0")
            connection.execute("COMMIT")
            self._know_journal()
        except BaseException:
            connection.close()
            raise
        return connection

    def _know_journal(self) -> None:
        """After a fault of the disk SQLite may say that it keeps one and have none."""
        self._journal = Path(f"{os.path.realpath(self._path)}-wal")
        try:
            self._identities[self._journal] = _identity(self._journal)
        except OSError as fault:
            raise StoreError(
                f"The store {self.where} is not safe now: the file {self._journal} could not be "
                "made. Check the disk and try again."
            ) from fault

    def _make_file(self) -> None:
        """Make the file, for its owner alone, unless it is there.

        A file that is there is not opened: closing it again would drop the locks that another
        connection of this process holds on it.
        """
        try:
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            self._require_plain_file()
        except FileNotFoundError as fault:
            raise StoreError(
                f"The store {self.where} cannot be made: there is no folder {self._path.parent}. "
                "Make the folder first, or name a file in one that is there."
            ) from fault
        except NotADirectoryError as fault:
            raise StoreError(
                f"The store {self.where} cannot be made: {self._path.parent} is not a folder. "
                "Name a file in a folder."
            ) from fault
        except PermissionError as fault:
            raise StoreError(
                f"The store {self.where} cannot be made: you may not write in the folder "
                f"{self._path.parent}. Ask for the right to, or name a file in another folder."
            ) from fault
        except (OSError, ValueError) as fault:
            reason = getattr(fault, "strerror", None) or fault
            raise StoreError(
                f"The store {self.where!r} cannot be made ({reason}). Name another file."
            ) from fault

    def _require_plain_file(self) -> None:
        if self._path.is_dir():
            raise StoreError(
                f"The store {self.where} is a folder. Name a file in it, "
                f"for example {Path(self.where) / 'cases.db'}."
            )
        if not self._path.is_file():
            raise StoreError(f"The store {self.where} is not an ordinary file. Name another one.")
        if self._path.stat().st_nlink > 1:
            # Each name would have a journal of its own, and nobody would see what is in the other.
            raise StoreError(
                f"The store {self.where} has a second name on this disk (a hard link). Used under "
                "two names it would be spoilt. Take one name away, or make a copy and name that."
            )

    def _require_ours(self, connection: sqlite3.Connection) -> None:
        """Look before anything is changed: it may be another program's database."""
        cursor = connection.cursor()
        if version_of(cursor, self.where) == 0 and tables(cursor):
            raise StoreError(
                f"The store {self.where} is a database of another program. Nothing was changed. "
                "Name another file."
            )

    def _require_same_file(self) -> None:
        """Refuse to write into files that no longer have their names: nobody would find it there,
        or not after a power cut.
        """
        for path, known in self._identities.items():
            try:
                same = known == _identity(path)
            except OSError:
                same = False
            if not same:
                raise StoreError(
                    f"The store {self.where} was moved, deleted or replaced while it was in use. "
                    "Nothing was written. Put the file back and open it again."
                    if path == self._path
                    else f"The file {path} belongs to the store {self.where} and was taken away "
                    "while it was in use. Nothing was written. End every program that uses the "
                    "store, not by force: then what they know gets into it. Then open it again."
                )


def apply_settings(connection: sqlite3.Connection, where: str) -> None:
    """Set every one of SETTINGS and read it back.

    Raises: StoreError: one did not take, so the promises of the store would not hold.
    """
    for name, wanted in SETTINGS.items():
        connection.execute(f"PRAGMA {name} = {wanted}")
    for name, wanted in SETTINGS.items():
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != wanted:
            raise StoreError(
                f"The store {where} is not safe here: the setting {name} should be {wanted} but "
                f"is {found[0] if found else 'unknown'}. Keep the file on a disk of this machine."
            )


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _touch(connection: sqlite3.Connection) -> None:
    """Work for `_persist` when only the opening is wanted."""


_held: list[FileLink] = []


def _before_fork() -> None:
    _FORKING.acquire()
    for link in list(_LINKS):
        link.lock.acquire()
        _held.append(link)
        link.let_go()
    _OPENING.acquire()


def _after_fork() -> None:
    _OPENING.release()
    while _held:
        link = _held.pop()
        link.after_fork()
        link.lock.release()
    _FORKING.release()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(
        before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork
    )
