"""A store whose connection breaks: before a commit, so that nothing was written, or after it, so
that all was written and nobody heard.

Imports the store's interface.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

from protocolkit.ground.errors import StoreError
from protocolkit.semantics.events import Event
from protocolkit.store.base import Claim, Commit, Store

Break = Literal["", "before", "after"]


class Broken(StoreError):
    """The connection broke; whether it was written is not known."""


class Breaking:
    """A store that breaks as it is told: `breaks` says what becomes of each of the next commits.

    `written` are the events that came through since it was last emptied.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.breaks: list[Break] = []
        self.written: list[Event] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def _next(self) -> Break:
        return self.breaks.pop(0) if self.breaks else ""

    def commit(self, commit: Commit) -> None:
        """Write it, perhaps, and perhaps say so."""
        how = self._next()
        if how == "before":
            raise Broken("The connection broke.")
        self._store.commit(commit)
        self.written += commit.events
        if how == "after":
            raise Broken("The connection broke.")

    @contextmanager
    def claim(
        self, until: datetime, limit: int = 100, without: Collection[str] = ()
    ) -> Iterator[Claim]:
        """Hold what is due; what is committed to it is written, perhaps."""
        how = self._next()
        with self._store.claim(until, limit, without) as claim:
            yield claim
            if how == "before":
                raise Broken("The connection broke.")
        if how == "after":
            raise Broken("The connection broke.")
