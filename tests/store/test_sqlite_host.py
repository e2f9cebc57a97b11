"""The store on the SQLite connection of a host application."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from protocolkit.ground.errors import Conflict, StoreError
from protocolkit.store.sqlite import SqliteStore
from tests.contract.samples import commit, notice

_HOSTS = ("user_version", "journal_mode", "synchronous", "secure_delete", "foreign_keys")


class TestHost:
    """On a host application's own connection."""

    @pytest.fixture
    def host(self, file: Path) -> Iterator[sqlite3.Connection]:
        """An application with a table and rows of its own kind."""
        with closing(sqlite3.connect(file)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("CREATE TABLE event (note TEXT)")
            connection.execute("PRAGMA user_version = 4000")
            yield connection

    def test_both_or_neither(self, host: sqlite3.Connection, file: Path) -> None:
        """The host's row and our events are committed together, or rolled back together."""
        store = SqliteStore.on(host)
        host.execute("INSERT INTO event VALUES ('dropped')")
        store.commit(commit("c", key="k", notices=(notice("c"),)))
        assert 1 == len(store.events("c"))
        host.rollback()
        assert [] == store.events("c")
        host.execute("INSERT INTO event VALUES ('kept')")
        store.keep_protocol("d", "site-a", "1", "text")
        store.commit(commit("c"))
        store.close()
        with closing(sqlite3.connect(file)) as other:
            assert [] == other.execute("SELECT * FROM event").fetchall()
            host.commit()
            assert [("kept",)] == other.execute("SELECT * FROM event").fetchall()
            assert [commit("c").head] == list(SqliteStore.on(other).heads())

    def test_a_conflict_leaves_the_hosts_row(self, host: sqlite3.Connection) -> None:
        """What we refuse is undone alone; the host decides about its own part."""
        store = SqliteStore.on(host)
        host.execute("BEGIN")
        store.commit(commit("c"))
        host.execute("INSERT INTO event VALUES ('mine')")
        with pytest.raises(Conflict):
            store.commit(commit("c"))
        with pytest.raises(StoreError, match="already is a notice"):
            store.commit(commit("c", 1, notices=(notice("c"), notice("c"))))
        host.commit()
        assert 1 == len(store.events("c"))
        assert ["mine"] == [row["note"] for row in host.execute("SELECT note FROM event")]

    def test_no_transaction(self, host: sqlite3.Connection) -> None:
        """Without one of the host's there is nothing to write into."""
        store = SqliteStore.on(host)
        with pytest.raises(StoreError, match="no open transaction.*BEGIN IMMEDIATE"):
            store.commit(commit("c"))
        assert not host.in_transaction

    def test_tables_made_within_a_transaction(self, host: sqlite3.Connection) -> None:
        """They go when the host rolls back, and come again with the next write."""
        host.execute("BEGIN")
        store = SqliteStore.on(host)
        host.rollback()
        host.execute("BEGIN")
        store.commit(commit("c"))
        host.commit()
        assert 1 == len(store.events("c"))

    def test_what_is_the_hosts_stays(self, host: sqlite3.Connection) -> None:
        """Its settings, its version and its transactions are not touched."""
        before = [tuple(host.execute(f"PRAGMA {name}").fetchone()) for name in _HOSTS]
        SqliteStore.on(host)
        assert before == [tuple(host.execute(f"PRAGMA {name}").fetchone()) for name in _HOSTS]
        assert not host.in_transaction

    def test_a_newer_schema(self, host: sqlite3.Connection) -> None:
        """What a later release made is refused here too, and no transaction is left open."""
        SqliteStore.on(host)
        with host:
            host.execute("INSERT INTO pk_schema VALUES (99)")
        with pytest.raises(StoreError, match="version 99"):
            SqliteStore.on(host)
        assert not host.in_transaction

    def test_faults_in_plain_words(self, host: sqlite3.Connection, file: Path) -> None:
        """A connection that is busy, or closed, is a StoreError."""
        store = SqliteStore.on(host)
        host.execute("PRAGMA busy_timeout = 0")
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            host.execute("BEGIN")
            with pytest.raises(StoreError, match="kept busy"):
                store.commit(commit("c"))
            host.rollback()
            with pytest.raises(StoreError, match="kept busy"):
                SqliteStore.on(host)
        host.close()
        with pytest.raises(StoreError, match="closed database"):
            store.head("c")
