"""Store files that are opened for a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from protocolkit.store.sqlite import SqliteStore


@contextmanager
def opened(file: Path, patience: float = 15) -> Iterator[SqliteStore]:
    """A store, closed afterwards."""
    with closing(SqliteStore(file, patience=patience)) as store:
        yield store
