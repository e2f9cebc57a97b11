"""The PostgreSQL store: its settings, its connections, and what goes wrong on the way."""

from __future__ import annotations

import ctypes
import os
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from protocolkit.ground.errors import Conflict, StoreError
from protocolkit.store.postgres import PostgresStore, connect
from protocolkit.store.postgres_schema import MIGRATIONS
from tests.contract.samples import at, commit, notice
from tests.postgres import Server


@pytest.fixture
def store(database: str) -> Iterator[PostgresStore]:
    """An empty store."""
    with closing(PostgresStore(database)) as opened:
        yield opened


@pytest.fixture
def other(database: str) -> Iterator[psycopg.Connection]:
    """Somebody else at the same database, each of whose statements counts at once."""
    with closing(psycopg.connect(database, autocommit=True)) as connection:
        yield connection


def cut_off(other: psycopg.Connection) -> None:
    """End every connection of ours, as a server does that is stopped."""
    other.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
        "WHERE application_name = 'protocolkit'"
    )


def wait_until_somebody_waits(other: psycopg.Connection) -> None:
    """Until one of ours stands before a lock."""
    waiting = (
        b"SELECT 1 FROM pg_stat_activity "
        b"WHERE application_name = 'protocolkit' AND wait_event_type = 'Lock'"
    )
    while not other.execute(waiting).fetchall():
        time.sleep(0.01)


class TestSettings:
    """What the promises rest on."""

    def test_read_back(self, store: PostgresStore) -> None:
        """A commit is on the server's disk before it returns."""
        found = store.settings()
        assert isinstance(found.pop("server_version"), str)
        expected = {
            "fsync": "on",
            "full_page_writes": "on",
            "psycopg": psycopg.__version__,
            "schema": len(MIGRATIONS),
            "server_encoding": "UTF8",
            "synchronous_commit": "on",
        }
        assert expected == found

    def test_set_whatever_the_user_is_set_to(self, server: Server, database: str) -> None:
        """What somebody else chose for this user counts for their sessions, not for ours."""
        server.do(
            "CREATE ROLE hasty LOGIN SUPERUSER; ALTER ROLE hasty SET synchronous_commit = off"
        )
        try:
            with closing(PostgresStore(database.replace("postgres@", "hasty@"))) as hasty:
                assert "on" == hasty.settings()["synchronous_commit"]
                hasty.close()
        finally:
            server.do("DROP OWNED BY hasty CASCADE; DROP ROLE hasty")

    @pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
    def test_a_server_that_is_not_safe(self, server: Server, setting: str) -> None:
        """Where a power cut may lose what was acknowledged, the store is refused."""

        def become(word: str, shown: str) -> None:
            server.do(f"ALTER SYSTEM {word}")
            server.do("SELECT pg_reload_conf()")
            while server.do(f"SHOW {setting}") != [(shown,)]:
                time.sleep(0.01)

        become(f"SET {setting} = off", "off")
        try:
            with pytest.raises(StoreError, match=f"the setting {setting} should be on but is off"):
                PostgresStore(server.url("postgres"))
        finally:
            become(f"RESET {setting}", "on")

    def test_another_encoding(self, server: Server) -> None:
        """A database that cannot hold every letter is refused, before any table is made."""
        server.do("CREATE DATABASE old ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        with pytest.raises(StoreError, match="server_encoding should be UTF8 but is LATIN1"):
            PostgresStore(server.url("old"))
        server.do("DROP DATABASE old WITH (FORCE)")

    def test_nothing_waits_for_ever(self, database: str) -> None:
        """Statements, locks and transactions that sleep have an end."""
        with closing(connect(database)) as connection:
            for name in ("statement", "lock", "idle_in_transaction_session"):
                (shown,) = connection.execute(f"SHOW {name}_timeout".encode()).fetchone() or ("0",)
                assert shown not in ("", "0")


class TestTables:
    """The tables and their version."""

    def test_a_newer_schema(self, store: PostgresStore, other: psycopg.Connection) -> None:
        """What a later release made is not touched."""
        other.execute("INSERT INTO pk_schema VALUES (99)")
        with pytest.raises(StoreError, match="version 99.*Install the newer release"):
            PostgresStore(store._link._url)  # type: ignore[attr-defined]

    def test_made_by_many_at_once(self, database: str) -> None:
        """Of those that start together one makes the tables."""
        with ThreadPoolExecutor(4) as pool:
            stores = list(pool.map(PostgresStore, [database] * 4))
        for number, opened in enumerate(stores):
            opened.commit(commit(f"c{number}"))
            opened.close()

    @pytest.mark.parametrize("table", ["pk_event", "pk_answer", "pk_protocol"])
    @pytest.mark.parametrize(
        "statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0}"]
    )
    def test_append_only(
        self, store: PostgresStore, other: psycopg.Connection, table: str, statement: str
    ) -> None:
        """The database refuses to change or remove what was written, and says why."""
        store.commit(commit("c", key="k"))
        column = {"pk_event": "body", "pk_answer": "key", "pk_protocol": "text"}[table]
        with pytest.raises(psycopg.errors.RaiseException, match=f"{table} is never changed"):
            other.execute(statement.format(table, column).encode())
        with pytest.raises(StoreError, match="does not let what was written be changed"):
            store._link.write(lambda work: work.tell(statement.format(table, column), [()]))
        assert 1 == len(store.events("c"))

    @pytest.mark.parametrize(
        ("question", "index"),
        [
            (
                "SELECT * FROM pk_case_head WHERE next_at <= 5 ORDER BY next_at, case_id LIMIT 9",
                "pk_case_head_due",
            ),
            (
                "SELECT body FROM pk_event WHERE case_id = 'c' AND sequence > 1 ORDER BY sequence",
                "pk_event_pkey",
            ),
            ("SELECT id FROM pk_notice WHERE case_id = 'c' ORDER BY number", "pk_notice_case"),
            (
                "SELECT id FROM pk_notice WHERE outcome = '' AND try_at <= 7 "
                "ORDER BY try_at, number LIMIT 9",
                "pk_notice_due",
            ),
        ],
    )
    @pytest.mark.usefixtures("store")
    def test_frequent_questions_use_an_index(
        self, other: psycopg.Connection, question: str, index: str
    ) -> None:
        """No table is read through, and nothing is sorted, however many cases there are."""
        other.execute("SET enable_seqscan = off")
        other.execute("SET enable_bitmapscan = off")
        plan = "\n".join(row[0] for row in other.execute(f"EXPLAIN {question}".encode()))
        assert index in plan
        assert "Sort" not in plan


class TestConnections:
    """Connections that come and go."""

    def test_a_server_that_was_started_again(
        self, store: PostgresStore, other: psycopg.Connection
    ) -> None:
        """A connection that broke while nobody used it is replaced, for a reader or a writer."""
        store.commit(commit("c"))
        cut_off(other)
        assert 1 == len(store.events("c"))
        cut_off(other)
        store.commit(commit("c", 1))
        cut_off(other)
        with store.claim(at(1)) as claim:
            assert () == claim.heads
        assert 2 == len(store.events("c"))

    def test_lost_before_the_last_word(
        self, store: PostgresStore, other: psycopg.Connection
    ) -> None:
        """Work that was cut off in the middle is done again from its beginning, once."""
        times: list[int] = []

        def work(work: object) -> None:
            times.append(len(store.marks()))
            if len(times) == 1:
                cut_off(other)
            work.ask(("SELECT 1", ()))  # type: ignore[attr-defined]
            work.tell("INSERT INTO pk_mark VALUES ('a', 'b')", [()])  # type: ignore[attr-defined]

        store._link.write(work)
        assert 2 == len(times)
        assert {"a": "b"} == store.marks()

    def test_lost_in_the_middle_of_a_claim(
        self, store: PostgresStore, other: psycopg.Connection
    ) -> None:
        """Nothing of it was written, the case is free for the next one, and an error says so."""
        store.commit(commit("c", next_at=at(1)))

        def sweep() -> None:
            with store.claim(at(5)) as claim:
                claim.commit([commit("c", 1)])
                cut_off(other)

        with pytest.raises(StoreError, match="cannot be (reached|used).*Nothing was written"):
            sweep()
        with store.claim(at(5)) as claim:
            assert ["c"] == [head.case for head in claim.heads]
        assert 1 == len(store.events("c"))

    def test_lost_with_the_last_word(self, store: PostgresStore, other: psycopg.Connection) -> None:
        """Whether it was written is not known; with the same key it is found out."""
        other.execute(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'"
        )
        other.execute(
            "CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON pk_event "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()"
        )
        with pytest.raises(StoreError, match="not known. Send the request again with the same key"):
            store.commit(commit("c", key="k"))
        other.execute("DROP TRIGGER dies ON pk_event")
        assert store.answered("k") is None
        store.commit(commit("c", key="k"))

    def test_a_case_that_somebody_holds(
        self, store: PostgresStore, other: psycopg.Connection
    ) -> None:
        """A claim passes it over; a commit waits for it, but not for ever."""
        for case in "ab":
            store.commit(commit(case, next_at=at(1)))
        with other.transaction():
            other.execute("SELECT * FROM pk_case_head WHERE case_id = 'a' FOR UPDATE")
            with store.claim(at(5)) as claim:
                assert ["b"] == [head.case for head in claim.heads]
            for waiting in store._link._idle:  # type: ignore[attr-defined]
                waiting.execute("SET lock_timeout = '50ms'")
            with pytest.raises(StoreError, match="kept busy by another program"):
                store.commit(commit("a", 1))
        store.commit(commit("a", 1))

    def test_a_worker_that_stands_still(self, store: PostgresStore, database: str) -> None:
        """Who holds cases and is heard of no more loses them to the others, and writes nothing."""
        store.commit(commit("c", next_at=at(1)))
        store._link.read("SELECT set_config('idle_in_transaction_session_timeout', '0.2s', false)")

        def stand_still(another: PostgresStore) -> None:
            with store.claim(at(2)) as claim:
                claim.events()
                time.sleep(0.6)
                with another.claim(at(2)) as free:
                    assert claim.heads == free.heads
                claim.commit([commit("c", 1)])

        with closing(PostgresStore(database)) as another, pytest.raises(StoreError):
            stand_still(another)
        assert [1] == [event.sequence for event in store.events("c")]

    def test_a_case_that_appears_between_two_questions(
        self, store: PostgresStore, database: str
    ) -> None:
        """Who wanted to make it hears that it is there, not that its notice is."""
        wanted = commit("c", key="k", notices=(notice("c"),))
        with psycopg.connect(database) as host, ThreadPoolExecutor(1) as thread:
            host.execute("LOCK TABLE pk_answer IN ACCESS EXCLUSIVE MODE")
            PostgresStore.on(host).commit(wanted.replace(key="", answer=None))
            late = thread.submit(store.commit, wanted)
            with closing(psycopg.connect(database, autocommit=True)) as looking:
                wait_until_somebody_waits(looking)
            host.commit()
            with pytest.raises(Conflict, match="has 1 entries, not 0"):
                late.result(timeout=10)

    def test_nothing_else_is_written_in_a_claim(self, store: PostgresStore) -> None:
        """The thread that holds one is told so, and its claim goes on."""
        store.commit(commit("c", next_at=at(1)))
        with store.claim(at(5)) as claim:
            with pytest.raises(StoreError, match="this thread holds a claim"):
                store.mark("a", "b")
            claim.commit([commit("c", 1)])
        assert 2 == len(store.events("c"))

    def test_threads_do_not_share_one(self, store: PostgresStore) -> None:
        """What one thread has not finished, another does not see and does not wait for."""
        store.commit(commit("c", next_at=at(1)))
        with ThreadPoolExecutor(1) as pool, store.claim(at(5)) as claim:
            claim.commit([commit("c", 1)])
            pool.submit(store.commit, commit("e")).result(10)
            assert 1 == len(pool.submit(store.events, "c").result(10))

    @pytest.mark.parametrize("fork", [os.fork, ctypes.PyDLL(None).fork])
    def test_a_fork(self, store: PostgresStore, fork: Callable[[], int]) -> None:
        """Both sides go on, each with connections of its own, however the process was split."""
        store.commit(commit("c"))
        child = fork()
        if not child:
            code = 1
            try:
                store.commit(commit("c", 1))
                store.close()
                code = 0
            finally:
                os._exit(code)
        assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        store.commit(commit("c", 2))
        assert [1, 2, 3] == [found.sequence for found in store.events("c")]

    def test_closed(self, store: PostgresStore) -> None:
        """Closing twice is fine, using it afterwards is not."""
        store.close()
        store.close()
        with pytest.raises(StoreError, match="was closed. Open it again"):
            store.head("c")


class TestRefusals:
    """What cannot be reached or used: said in plain words, without a password."""

    def refuse(self, url: str, *said: str) -> None:
        """Opening fails, and neither the error nor what caused it repeats the password."""
        with pytest.raises(StoreError) as caught:
            PostgresStore(url)
        assert [] == [words for words in said if words not in str(caught.value)]
        assert "geheim" not in "".join(traceback.format_exception(caught.value)[1:])

    def test_nobody_there(self, tmp_path: Path) -> None:
        """No server, at a socket or at a port."""
        self.refuse(
            f"postgresql://u:geheim@/cases?host={tmp_path}", "cannot be reached", "cases on"
        )
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
            self.refuse(f"postgresql://u:geheim@127.0.0.1:{port}/cases", "cases on 127.0.0.1")

    def test_no_such_database(self, server: Server) -> None:
        """The name is wrong, or it was not made yet."""
        url = server.url("nowhere").replace("postgres@", "postgres:geheim@")
        self.refuse(url, "nowhere on", "is not there")

    def test_no_such_user(self, server: Server) -> None:
        """The server's words about the user are ours."""
        self.refuse(server.url("postgres").replace("postgres@", "who:geheim@"), "on")

    def test_a_user_who_may_not(self, server: Server, database: str) -> None:
        """Tables cannot be made, or not be written to."""
        server.do("CREATE ROLE guest LOGIN")
        try:
            self.refuse(database.replace("postgres@", "guest@"), "Ask whoever runs the database")
        finally:
            server.do("DROP ROLE guest")

    def test_a_user_whose_sessions_only_read(self, database: str) -> None:
        """What is set for them does not count: our transactions say that they write."""
        option = quote("-c default_transaction_read_only=on")
        with closing(PostgresStore(database)) as store:
            store.commit(commit("c"))
        with closing(PostgresStore(f"{database}%20{option}")) as store:
            assert 1 == len(store.events("c"))
            store.commit(commit("c", 1))

    def test_what_is_in_a_row_is_not_repeated(
        self, store: PostgresStore, other: psycopg.Connection
    ) -> None:
        """A fault of the server that quotes a row is told without it."""
        other.execute("ALTER TABLE pk_mark ADD CHECK (text <> 'u-17')")
        with pytest.raises(StoreError, match="did not do as it should") as caught:
            store.mark("a", "u-17")
        # The last lines, as those before them show the lines of this test.
        assert "u-17" not in "".join(traceback.format_exception_only(caught.value))
        assert caught.value.__suppress_context__


class TestHost:
    """On a host application's own connection."""

    @pytest.fixture
    def host(self, database: str) -> Iterator[psycopg.Connection[Any]]:
        """An application with a table of its own, and its own idea of a row."""
        with closing(psycopg.connect(database, row_factory=psycopg.rows.dict_row)) as connection:
            connection.execute("CREATE TABLE event (note TEXT)")
            connection.commit()
            yield connection

    def test_both_or_neither(
        self, host: psycopg.Connection[Any], other: psycopg.Connection
    ) -> None:
        """The host's row and our events are committed together, or rolled back together."""
        store = PostgresStore.on(host)
        host.execute("INSERT INTO event VALUES ('dropped')")
        store.commit(commit("c", key="k", notices=(notice("c"),)))
        assert 1 == len(store.events("c"))
        host.rollback()
        assert [] == store.events("c")
        host.execute("INSERT INTO event VALUES ('kept')")
        store.commit(commit("c"))
        store.close()
        assert [] == other.execute("SELECT note FROM event").fetchall()
        host.commit()
        assert [("kept",)] == other.execute("SELECT note FROM event").fetchall()
        assert [("c",)] == other.execute("SELECT case_id FROM pk_event").fetchall()

    def test_a_conflict_leaves_the_hosts_row(self, host: psycopg.Connection[Any]) -> None:
        """What we refuse is undone alone; the host decides about its own part."""
        store = PostgresStore.on(host)
        store.commit(commit("c"))
        host.execute("INSERT INTO event VALUES ('mine')")
        with pytest.raises(Conflict):
            store.commit(commit("c"))
        with pytest.raises(StoreError, match="already is a notice"):
            store.commit(commit("c", 1, notices=(notice("c"), notice("c"))))
        host.commit()
        assert 1 == len(store.events("c"))
        assert [{"note": "mine"}] == host.execute("SELECT note FROM event").fetchall()

    def test_its_commit_is_on_the_disk(self, host: psycopg.Connection[Any]) -> None:
        """With our writes in it; what it chose for the rest of its work stays."""
        host.execute("SET synchronous_commit = off")
        host.commit()
        store = PostgresStore.on(host)
        store.commit(commit("c"))
        assert "on" == store.settings()["synchronous_commit"]
        host.commit()
        assert "off" == store.settings()["synchronous_commit"]

    def test_no_transaction(self, host: psycopg.Connection[Any]) -> None:
        """Where each statement commits by itself, the host must have begun."""
        host.rollback()
        host.autocommit = True
        store = PostgresStore.on(host)
        with pytest.raises(StoreError, match='no open transaction.*"BEGIN"'):
            store.commit(commit("c"))
        with host.transaction():
            store.commit(commit("c"))
        assert 1 == len(store.events("c"))

    def test_tables_made_within_a_transaction(self, host: psycopg.Connection[Any]) -> None:
        """They go when the host rolls back, and come again with the next write."""
        host.execute("SELECT 1")
        store = PostgresStore.on(host)
        host.rollback()
        store.commit(commit("c"))
        host.commit()
        assert 1 == len(store.events("c"))

    def test_the_same_key_from_elsewhere(
        self, host: psycopg.Connection[Any], database: str
    ) -> None:
        """A key that somebody else used meanwhile is a conflict, and the host's row stays."""
        store = PostgresStore.on(host)
        host.execute("INSERT INTO event VALUES ('mine')")
        with closing(PostgresStore(database)) as elsewhere:
            elsewhere.commit(commit("e", key="k", request="r"))
        with pytest.raises(Conflict, match="already done"):
            store.commit(commit("c", key="k", request="r"))
        host.commit()
        assert [{"note": "mine"}] == host.execute("SELECT note FROM event").fetchall()

    @pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
    def test_a_connection_that_cannot_carry_every_text(self, database: str, encoding: str) -> None:
        """It is refused before a text comes back as another one."""
        with (
            closing(psycopg.connect(database, client_encoding=encoding)) as narrow,
            pytest.raises(StoreError, match="should be UTF8"),
        ):
            PostgresStore.on(narrow)

    def test_a_closed_connection(self, host: psycopg.Connection[Any]) -> None:
        """It is a StoreError."""
        store = PostgresStore.on(host)
        host.close()
        with pytest.raises(StoreError, match="application's database"):
            store.head("c")
        with pytest.raises(StoreError, match="application's database"):
            store.commit(commit("c"))
