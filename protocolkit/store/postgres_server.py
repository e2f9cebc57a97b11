"""Connections of our own to a PostgreSQL server: set to survive a power cut, never shared.

A connection serves one thread at a time; between two uses it waits for the next one. One that
broke meanwhile (the server was restarted) is found out by its first use and replaced. None is
carried across a fork: what a process inherits it leaves alone, and opens its own. The settings
belong to a connection, so a pooler in between must give each of ours one to the server for itself.

Imports faults, schema and work.
"""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, TypeVar

import psycopg
from psycopg.conninfo import conninfo_to_dict

from protocolkit.ground.errors import StoreError, UsageError
from protocolkit.store.forms import is_storable
from protocolkit.store.postgres_faults import AGAIN, is_lost, not_known, plain
from protocolkit.store.postgres_schema import migrate
from protocolkit.store.postgres_work import Connection, Dialect, PostgresWork, Row, ask

T = TypeVar("T")

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        # A commit is on the disk of the server before it returns.
        "synchronous_commit": "on",
        # The server's own, which a session cannot change: read back only.
        "fsync": "on",
        "full_page_writes": "on",
        "server_encoding": "UTF8",
    }
)

_PATIENCE: Mapping[str, str] = MappingProxyType(
    {
        "statement_timeout": "60s",
        "lock_timeout": "15s",
        # A worker whose machine is gone must not keep cases from the others.
        "idle_in_transaction_session_timeout": "60s",
        # The same where nothing more is heard of the whole machine, in seconds.
        "tcp_keepalives_idle": "15",
        "tcp_keepalives_interval": "5",
        "tcp_keepalives_count": "3",
    }
)

_REACHING: Mapping[str, str | int] = MappingProxyType(
    {
        "application_name": "protocolkit",
        "connect_timeout": 10,
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
    }
)
"""What is said to the driver, unless the address says otherwise: nothing hangs for ever."""

_BEGIN = ("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",)
_TRIES = 6
_IDLE = 8

# What the driver would log goes into the errors; on a terminal it would stand between answers.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

_inherited: list[object] = []
"""Connections that came through a fork; kept, because to let go of one is to close it."""


def connect(url: str) -> Connection:
    """A connection with our settings on it, each read back; every statement commits by itself.

    Raises: UsageError: this is no address. StoreError: no connection, or not a safe one.
    """
    where, said = _parts(url)
    try:
        connection = psycopg.connect(url, autocommit=True, **{**_REACHING, **said})
    except psycopg.Error as fault:
        raise plain(fault, where) from None
    try:
        wanted = {"synchronous_commit": "on", "client_encoding": "UTF8", **_PATIENCE}
        settings = ", ".join(f"set_config('{name}', '{to}', false)" for name, to in wanted.items())
        connection.execute(f"SELECT {settings}".encode())
        require_safe(read_settings(connection), where)
    except psycopg.Error as fault:
        connection.close()
        raise plain(fault, where) from None
    except BaseException:
        connection.close()
        raise
    return connection


def read_settings(connection: Connection) -> dict[str, str | int]:
    """What the server says now about SETTINGS, on this connection."""
    asked = ", ".join(f"current_setting('{name}')" for name in SETTINGS)
    (row,) = ask(connection, f"SELECT {asked}").fetchall()
    return dict(zip(SETTINGS, row, strict=True))


def require_safe(found: Mapping[str, str | int], where: str) -> None:
    """Raises: StoreError: a setting is not as the promises of the store need it."""
    for name, wanted in SETTINGS.items():
        if found[name] != wanted:
            raise StoreError(
                f"The store {where} is not safe: the setting {name} should be {wanted} but is "
                f"{found[name]}. Ask whoever runs the database to change it."
            )


class ServerLink(Dialect):
    """The connections of a store to its database; any thread may use it.

    Raises: StoreError: the database cannot be used, from here and from every method.
    """

    lasting = True

    def __init__(self, url: str) -> None:
        self._url = url
        self.where, _ = _parts(url)
        self._idle: deque[Connection] = deque()
        self._own = threading.local()
        self._process = os.getpid()
        self._closed = False
        self._give_back(self._take())

    def read(self, statement: str, values: Row = ()) -> list[Row]:
        """The rows of a question; within a transaction of this thread, as that sees them."""
        if not all(is_storable(value) for value in values if isinstance(value, str)):
            return []  # no row can bear such a text
        held = self._held()
        if held is not None:
            with self._plain():
                return held.ask((statement, values))[0]
        return self._again_if_lost(lambda opened: ask(opened, statement, values).fetchall())

    def write(self, work: Callable[[PostgresWork], T]) -> T:
        """Do some work in one transaction, which is on the disk on return, or undo all of it.

        The work may be done several times, of which one counts.
        """

        def whole(connection: Connection) -> T:
            opened = PostgresWork(connection, _BEGIN, "COMMIT")
            result = work(opened)
            self._end(connection, opened)
            return result

        self._require_no_claim()
        for _ in range(_TRIES - 1):
            try:
                return self._again_if_lost(whole, AGAIN)
            except AGAIN:
                time.sleep(random.uniform(0, 0.02))
        return self._again_if_lost(whole)

    @contextmanager
    def transaction(self) -> Iterator[PostgresWork]:
        """A transaction for a block; what its thread reads meanwhile, it reads in it."""
        self._require_no_claim()
        self.read("SELECT 1")  # a block is not begun again, so what is broken is replaced before
        connection = self._take()
        opened = PostgresWork(connection, (), "COMMIT")
        self._own.held = opened, os.getpid()
        try:
            with self._plain():
                ask(connection, *_BEGIN)
                yield opened
                self._end(connection, opened)
        finally:
            self._own.held = None
            self._give_back(connection)

    def close(self) -> None:
        """Close the connections; the store cannot be used any more."""
        self._closed = True
        self._let_go()

    def _end(self, connection: Connection, opened: PostgresWork) -> None:
        if self._process != os.getpid():
            raise self._split()
        try:
            opened.end()
        except psycopg.Error as fault:
            if opened.ending and is_lost(fault, connection):
                raise not_known(self.where) from None
            raise

    def _again_if_lost(
        self, work: Callable[[Connection], T], let: tuple[type[psycopg.Error], ...] = ()
    ) -> T:
        """Do some work on a connection; on a new one if this one was broken, as far as it came.

        Faults in `let` come through as they are, others in plain words.
        """
        for last in (False, True):
            connection = self._take()
            try:
                return work(connection)
            except let:
                raise
            except psycopg.Error as fault:
                if last or not is_lost(fault, connection):
                    raise plain(fault, self.where) from None
                self._let_go()  # those that wait broke with it
            finally:
                self._give_back(connection)
        raise AssertionError  # the second time returns or raises

    def _take(self) -> Connection:
        if self._closed:
            raise StoreError(f"The store {self.where} was closed. Open it again.")
        if self._process != os.getpid():
            _inherited.append(self._idle)
            self._idle = deque()
            self._process = os.getpid()
        try:
            return self._idle.pop()
        except IndexError:
            return self._open()

    def _open(self) -> Connection:
        connection = connect(self._url)
        try:
            with self._plain(), connection.transaction():
                migrate(connection, self.where)
        except BaseException:
            connection.close()
            raise
        return connection

    def _give_back(self, connection: Connection) -> None:
        """Keep a connection for its next use, without anything half done on it."""
        if self._process != os.getpid():
            _inherited.append(connection)
            return
        status = connection.info.transaction_status
        if status in (psycopg.pq.TransactionStatus.INTRANS, psycopg.pq.TransactionStatus.INERROR):
            try:
                connection.rollback()
            except psycopg.Error:
                connection.close()
        elif status != psycopg.pq.TransactionStatus.IDLE:
            connection.close()
        if connection.closed or self._closed or len(self._idle) >= _IDLE:
            connection.close()
        else:
            self._idle.append(connection)

    def _let_go(self) -> None:
        """Close what waits."""
        if self._process != os.getpid():
            return
        while True:
            try:
                self._idle.pop().close()
            except IndexError:
                return

    def _held(self) -> PostgresWork | None:
        """The transaction that this thread holds."""
        opened, process = getattr(self._own, "held", None) or (None, os.getpid())
        if process != os.getpid():
            raise self._split()
        return opened

    def _require_no_claim(self) -> None:
        if self._held() is not None:
            raise StoreError(
                "Nothing was written: this thread holds a claim, and may only read until it has "
                "ended."
            )

    def _split(self) -> StoreError:
        return StoreError(
            f"Nothing was written to the store {self.where}: this process was split in the "
            "middle of it. Try again."
        )

    @contextmanager
    def _plain(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as fault:
            raise plain(fault, self.where) from None


def _parts(url: str) -> tuple[str, dict[str, Any]]:
    """What may be shown of an address, and what it says."""
    try:
        said = conninfo_to_dict(url)
    except psycopg.Error:
        raise UsageError(
            "This is not an address of a PostgreSQL database. Write "
            "postgresql://user@host:port/database; letters that mean something in an address, "
            "as in a password, are written with % and their number."
        ) from None
    name = said.get("dbname") or said.get("service") or os.environ.get("PGDATABASE") or "cases"
    host = said.get("host") or os.environ.get("PGHOST")
    return f"{name} on {host}" if host else str(name), said
