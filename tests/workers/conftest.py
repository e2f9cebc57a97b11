"""Every test of the workers runs on every kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from protocolkit.store.base import Store
from protocolkit.store.opening import open_store

KINDS = ("memory", "sqlite", "postgres")


@pytest.fixture
def address(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> str:
    """Where a store of a kind is to be, which several can open."""
    if kind == "postgres":
        found: str = request.getfixturevalue("database")
        return found
    return f"sqlite:///{tmp_path / 'cases.db'}"


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each kind of store."""
    found: str = request.param
    return found


@pytest.fixture
def store(request: pytest.FixtureRequest, kind: str) -> Iterator[Store]:
    """An empty store of each kind."""
    address = "memory:" if kind == "memory" else request.getfixturevalue("address")
    with closing(open_store(address)) as opened:
        opened.clock = _no_clock  # type: ignore[method-assign]
        yield opened


def _no_clock() -> None:
    """Tests that set their own clocks must not be asked by that of a database."""
