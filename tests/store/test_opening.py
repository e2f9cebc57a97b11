"""Addresses of stores."""

from __future__ import annotations

import sys
import traceback
from contextlib import closing
from pathlib import Path

import pytest

from protocolkit.ground.errors import StoreError, UsageError
from protocolkit.store.memory import MemoryStore
from protocolkit.store.opening import has_password, open_store
from protocolkit.store.sqlite import SqliteStore
from tests.contract.samples import commit


def test_memory() -> None:
    """Each opening gives a new, empty store."""
    store = open_store("memory:")
    assert isinstance(store, MemoryStore)
    store.commit(commit("c"))
    assert open_store("memory:").head("c") is None


@pytest.mark.parametrize("name", ["cases.db", "ä b.db", "cases.db#1", "100%41"])
def test_a_file_here_or_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Three strokes begin in this folder, four at the root; both are the same file here."""
    monkeypatch.chdir(tmp_path)
    with closing(open_store(f"sqlite:///{name}")) as store:
        assert isinstance(store, SqliteStore)
        store.commit(commit("c"))
    assert (tmp_path / name).is_file()
    with closing(open_store(f"sqlite:///{tmp_path}/{name}")) as store:
        assert 1 == len(store.events("c"))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "not the address of a store"),
        ("cases.db", "Did you mean sqlite:///cases.db?"),
        ("C:\\cases.db", "not the address of a store"),
        ("sqlite:cases.db", "Three strokes"),
        ("sqlite://cases.db", "Three strokes"),
        ("sqlite:///", "names no file"),
        ("sqlite:///cases.db?mode=ro", 'has a "?"'),
        ("memory", 'Write "memory:"'),
        ("memory:x", "with nothing after it"),
        ("postgresql:u:geheim@host/db", 'Two strokes come after "postgresql:"'),
        ("postgres:/u:geheim@host/db", 'Two strokes come after "postgres:"'),
        ("mysql://u:geheim@host/db", 'cannot be kept in "mysql"'),
        ("u:geheim@host/db", "not the address of a store"),
    ],
)
def test_no_such_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    """The error says what to write, makes no file and repeats no password."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        open_store(url)
    assert said in str(caught.value)
    assert "sqlite:///cases.db for a file here" in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert [] == list(tmp_path.iterdir())


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    """The store's own error comes through."""
    with pytest.raises(StoreError, match="is a folder"):
        open_store(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:geheim@[host/db",
        "postgresql://u:geheim@host/db?colour=red",
        "postgres://u:ge%heim@host/db",
    ],
)
def test_an_address_that_cannot_be_read(url: str) -> None:
    """The driver would repeat what it could not read; we do not."""
    with pytest.raises(UsageError, match="not an address of a PostgreSQL database") as caught:
        open_store(url)
    assert "heim" not in "".join(traceback.format_exception(caught.value))


def test_postgresql_without_its_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who did not install it hears how to."""
    for name in [name for name in sys.modules if name.startswith("protocolkit.store.postgres")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match=r'pip install "protocolkit\[postgres\]"'):
        open_store("postgresql://host/db")


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("postgresql://u:geheim@host/db", True),
        ("postgres://u:ge@heim@host", True),
        ("postgresql://host/db?user=u&password=geheim", True),
        ("postgresql://host/db?user=u&%70assword=geheim", True),
        ("postgresql://host/db?sslpassword=geheim", True),
        ("postgresql://u@host:5433/db", False),
        ("postgresql:///db?host=/run/postgresql", False),
        ("postgresql://host/db?passfile=/etc/pass", False),
        ("sqlite:////a:b@c/cases.db", False),
        ("memory:", False),
    ],
)
def test_a_password_in_the_address(url: str, found: bool) -> None:
    """Before the host or among the settings, however it is written."""
    assert found is has_password(url)
