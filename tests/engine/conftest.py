"""Every test of the engine runs on every kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from protocolkit.store.base import Store
from protocolkit.store.memory import MemoryStore
from protocolkit.store.sqlite import SqliteStore


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of each kind."""
    opened: Store = (
        MemoryStore() if request.param == "memory" else SqliteStore(tmp_path / "cases.db")
    )
    with closing(opened):
        yield opened
