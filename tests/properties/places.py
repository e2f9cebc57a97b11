"""Where cases are kept in a test: a place that can be left and come back to, as after a restart.

Imports the stores and the server of the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from protocolkit.store.base import Store
from protocolkit.store.memory import MemoryStore
from protocolkit.store.opening import open_store
from tests.postgres import Server


class Place:
    """A store that is opened again and again: `come_back` gives all that was not written up."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._memory = MemoryStore()
        self._opened: list[Store] = []

    def open(self) -> Store:
        """The store, as one more process would see it. What is kept in memory has only one."""
        if self._url == "memory:":
            return self._memory
        self._opened.append(open_store(self._url))
        return self._opened[-1]

    def leave(self) -> None:
        """Let go of all files and connections."""
        while self._opened:
            self._opened.pop().close()

    def come_back(self) -> Store:
        """The store as whoever starts anew finds it."""
        self.leave()
        return self.open()


@contextmanager
def in_memory() -> Iterator[Place]:
    """A place that lasts as long as this process."""
    yield Place("memory:")


@contextmanager
def in_a_file(folder: Path) -> Iterator[Place]:
    """An empty SQLite file, in a folder of its own."""
    place = Place(f"sqlite:///{Path(mkdtemp(dir=folder)) / 'cases.db'}")
    try:
        yield place
    finally:
        place.leave()


@contextmanager
def on_a_server(server: Server) -> Iterator[Place]:
    """An empty database of a PostgreSQL server."""
    with server.database() as url:
        place = Place(url)
        try:
            yield place
        finally:
            place.leave()
