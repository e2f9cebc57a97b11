"""Files that earlier releases made: brought to this release's tables, after a copy was kept."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from protocolkit.ground.errors import StoreError
from protocolkit.semantics.events import replay
from protocolkit.store.sqlite import SqliteStore
from protocolkit.store.sqlite_schema import MIGRATIONS
from tests.store.files import opened

VERSION_1 = (Path(__file__).parent / "history" / "sqlite-1.sql").read_text(encoding="utf-8")
"""What release 0.1.0 wrote, as SQLite dumps it."""


@pytest.fixture
def old(file: Path) -> Path:
    """A file as release 0.1.0 left it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(VERSION_1)
        connection.execute("PRAGMA journal_mode = WAL")
    return file


@pytest.fixture
def copy(file: Path) -> Path:
    """Where the copy is kept."""
    return file.with_name("cases.db.before-2")


def rows(file: Path, question: str) -> list[tuple[object, ...]]:
    """What stands in a file, asked without our code."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(question).fetchall()


def dump(file: Path) -> list[str]:
    """All of a file as SQL."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        return list(connection.iterdump())


class TestVersion1:
    """What the first release wrote."""

    def test_its_cases_are_told_again(self, old: Path) -> None:
        """Every case is replayed to where its head says that it stands."""
        events = rows(old, "SELECT case_id, sequence, body FROM pk_event ORDER BY 1, 2")
        with opened(old) as store:
            heads = list(store.heads())
            assert 2 == len(heads)
            for head in heads:
                case = replay(head.case, store.events(head.case))
                assert (head.version, head.digest, head.closed) == (
                    case.events,
                    case.digest,
                    case.is_closed,
                )
                assert store.protocol_text(head.digest) is not None
        assert events == rows(old, "SELECT case_id, sequence, body FROM pk_event ORDER BY 1, 2")

    def test_written_when_it_was_recorded(self, old: Path) -> None:
        """The clock's reading was not kept then; no event seems to be late."""
        with opened(old) as store:
            for head in store.heads():
                for entry in store.entries(head.case):
                    assert timedelta(0) == entry.written_at - entry.event.recorded_at

    def test_its_notices(self, old: Path) -> None:
        """What was marked as sent is sent, the rest waits for a worker from its instant on."""
        before = rows(old, "SELECT id, at, sent_at FROM pk_notice ORDER BY number")
        with opened(old) as store:
            found = store.deliveries()
            assert [id for id, _, _ in before] == [one.notice.id for one in found]
            sent = ["sent" if sent_at else "" for _, _, sent_at in before]
            assert sent == [one.outcome for one in found]
            assert {"sent", ""} == set(sent)
            for one in found:
                assert (one.try_at is None) == (one.done_at is not None) == (one.outcome == "sent")
                assert one.try_at in (None, one.notice.at)
            last = max(one.notice.at for one in found)
            assert sent.count("") == len(store.take_notices(last, last + timedelta(1)))

    def test_its_answers(self, old: Path) -> None:
        """A request that was answered then is not done again."""
        keys = [key for (key,) in rows(old, "SELECT key FROM pk_answer")]
        with opened(old) as store:
            assert 5 == len([key for key in keys if store.answered(str(key))])

    def test_it_becomes_what_a_new_file_is(self, old: Path, tmp_path: Path) -> None:
        """Tables, indexes and triggers are those of a file that this release makes."""
        shape = "SELECT type, name, replace(sql, '\"', '') FROM sqlite_master ORDER BY 1, 2"
        SqliteStore(old).close()
        SqliteStore(tmp_path / "new.db").close()
        assert rows(tmp_path / "new.db", shape) == rows(old, shape)
        assert [] == rows(old, "PRAGMA foreign_key_check")
        assert [("ok",)] == rows(old, "PRAGMA integrity_check")


class TestCopy:
    """The copy that is made first."""

    def test_it_is_what_the_file_was(self, old: Path, copy: Path) -> None:
        """Row by row, alone under its name, for its owner only; made once."""
        before = dump(old)
        SqliteStore(old).close()
        assert before == dump(copy)
        assert [("ok",)] == rows(copy, "PRAGMA integrity_check")
        assert 0o600 == stat.S_IMODE(copy.stat().st_mode)
        made = copy.stat().st_mtime_ns
        SqliteStore(old).close()
        assert ["cases.db", copy.name] == sorted(path.name for path in old.parent.iterdir())
        assert made == copy.stat().st_mtime_ns

    def test_it_can_be_used_in_the_place_of_the_file(self, old: Path, copy: Path) -> None:
        """Who wants to go back has a file that migrates again."""
        SqliteStore(old).close()
        elsewhere = copy.rename(old.with_name("again.db"))
        with opened(elsewhere) as store:
            assert 2 == len(list(store.heads()))

    def test_a_new_file_needs_none(self, file: Path) -> None:
        """There is nothing to lose."""
        SqliteStore(file).close()
        assert [file] == list(file.parent.iterdir())

    def test_one_that_is_there_already(self, old: Path, copy: Path) -> None:
        """If the last opening went no further than the copy, the copy is enough."""
        with closing(sqlite3.connect(old)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        content = copy.read_bytes()
        SqliteStore(old).close()
        assert content == copy.read_bytes()
        assert [(1,), (len(MIGRATIONS),)] == rows(old, "SELECT version FROM pk_schema")

    def test_half_a_copy(self, old: Path, copy: Path) -> None:
        """What an opening that was cut off left under its own name is made anew."""
        half = copy.with_name(f"{copy.name}.part")
        half.write_bytes(b"half")
        before = dump(old)
        SqliteStore(old).close()
        assert not half.exists()
        assert before == dump(copy)

    def test_something_else_with_its_name(self, old: Path, copy: Path) -> None:
        """It is not written over, and the file stays as it was."""
        copy.write_text("my notes")
        before = dump(old)
        with pytest.raises(StoreError, match="Nothing was changed.*move away") as caught:
            SqliteStore(old)
        assert str(copy) in str(caught.value)
        assert "my notes" == copy.read_text()
        assert before == dump(old)

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM pk_event WHERE sequence = 9",
            "UPDATE pk_case_head SET version = 3 WHERE case_id = 'case-2'",
            "DELETE FROM pk_notice WHERE number = 1",
            "UPDATE pk_event SET body = body || ' ' WHERE sequence = 1",
        ],
    )
    def test_a_copy_of_another_time(self, old: Path, copy: Path, statement: str) -> None:
        """A copy that lacks something is no copy of this file."""
        with closing(sqlite3.connect(old)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
            target.execute(statement)
            target.commit()
        before = dump(old)
        with pytest.raises(StoreError, match="is not a copy of it"):
            SqliteStore(old)
        assert before == dump(old)

    def test_a_file_that_is_damaged(self, old: Path, copy: Path) -> None:
        """Of a damaged file no copy is taken for sound, and it is not changed."""
        with closing(sqlite3.connect(old)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute(
                "UPDATE sqlite_master SET rootpage = "
                "(SELECT rootpage FROM sqlite_master WHERE name = 'pk_case_head_due') "
                "WHERE name = 'pk_notice_case'"
            )
            connection.commit()
        with pytest.raises(StoreError, match="Nothing was changed"):
            SqliteStore(old)
        assert not copy.exists()
        assert [(1,)] == rows(old, "SELECT version FROM pk_schema")


def test_a_migration_that_breaks_off(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each version is reached as a whole: a fault in the middle leaves the one before."""
    before = dump(old)
    broken = (*MIGRATIONS[:1], (*MIGRATIONS[1], "SELECT no_such_function()"))
    monkeypatch.setattr("protocolkit.store.sqlite_schema.MIGRATIONS", broken)
    with pytest.raises(StoreError):
        SqliteStore(old)
    assert before == dump(old)
    monkeypatch.undo()
    with opened(old) as store:
        assert len(MIGRATIONS) == store.settings()["schema"]


def test_in_the_database_of_a_host(old: Path, copy: Path) -> None:
    """They are brought up in the host's transaction; the host looks after its own copies."""
    with closing(sqlite3.connect(old, isolation_level=None)) as host:
        host.execute("BEGIN IMMEDIATE")
        assert 2 == len(list(SqliteStore.on(host).heads()))
        host.execute("ROLLBACK")
        assert [(1,)] == host.execute("SELECT version FROM pk_schema").fetchall()
        SqliteStore.on(host)
        assert [(1,), (2,)] == host.execute("SELECT version FROM pk_schema").fetchall()
    assert not copy.exists()
