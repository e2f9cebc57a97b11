"""The SQLite file: what is in it, its settings, and what damage does."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import stat
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

import pytest

from protocolkit.ground.errors import StoreError
from protocolkit.store.links import Work
from protocolkit.store.sqlite import SqliteStore
from protocolkit.store.sqlite_file import apply_settings
from protocolkit.store.sqlite_schema import MIGRATIONS
from tests.contract.samples import at, commit, notice
from tests.store.files import opened


class TestFile:
    """The file and what is beside it."""

    def test_what_was_written_is_there_after_reopening(self, file: Path) -> None:
        """Everything comes back from the disk as it went in."""
        written = commit("Fall-Ä", add=3, next_at=at(7), key="k", request="r")
        with opened(file) as store:
            store.keep_protocol("d", "site-a", "1", "protocol: ä")
            store.commit(written.replace(notices=(notice("Fall-Ä", 1), notice("Fall-Ä", 2))))
            (first, _) = store.take_notices(at(8), at(9))
            store.settle(first.replace(try_at=None, outcome="sent", done_at=at(8)))
            waiting = store.deliveries()
        with opened(file) as store:
            assert list(written.events) == store.events("Fall-Ä")
            assert [written.head] == list(store.heads()) == store.due(at(7))
            assert ("r", written.answer) == store.answered("k")
            assert ["Fall-Ä/2"] == [found.id for found in store.notices(unsent=True)]
            assert waiting == store.deliveries()
            assert [at(3.5)] * 3 == [entry.written_at for entry in store.entries("Fall-Ä")]
            assert "protocol: ä" == store.protocol_text("d")

    def test_only_the_owner_may_read_it(self, file: Path) -> None:
        """The file and those that SQLite makes beside it are private, whatever the umask."""
        before = os.umask(0)
        try:
            with opened(file) as store:
                store.commit(commit("c"))
                modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in _beside(file)}
        finally:
            os.umask(before)
        assert modes == dict.fromkeys(("cases.db", "cases.db-shm", "cases.db-wal"), 0o600)

    def test_a_file_that_was_made_in_advance(self, file: Path) -> None:
        """An empty file is used, with the rights it was given."""
        file.touch(mode=0o640)
        with opened(file) as store:
            store.commit(commit("c"))
        assert 0o640 == stat.S_IMODE(file.stat().st_mode)

    def test_odd_names(self, tmp_path: Path) -> None:
        """A name means a file, also where it looks like a setting of SQLite."""
        for name in (":memory:", "a?mode=ro", "b%41#x", "file:x", "ä 'b"):
            with opened(tmp_path / name) as store:
                store.commit(commit("c"))
            assert (tmp_path / name).is_file()

    def test_the_folder_is_that_of_the_opening(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A program that changes its folder goes on with the same file."""
        monkeypatch.chdir(tmp_path)
        with opened(Path("cases.db")) as store:
            monkeypatch.chdir("/")
            store.commit(commit("c"))
        with opened(tmp_path / "cases.db") as store:
            assert 1 == len(store.events("c"))

    def test_deleted_words_are_overwritten(self, file: Path) -> None:
        """What was removed from a table cannot be found in the file."""
        with opened(file) as store:
            store.commit(commit("c", notices=(notice("c", person="find-me-1984"),)))
        assert b"find-me-1984" in file.read_bytes()
        with opened(file) as store:
            _do(store, "DELETE FROM pk_notice")
        assert b"find-me-1984" not in file.read_bytes()

    def test_many_cases_come_in_pages(self, file: Path) -> None:
        """More cases than one page holds are all met once, in order."""
        cases = [f"c{number:04}" for number in range(1001)]
        with opened(file) as store:
            store._link.write(
                lambda work: work.tell(
                    "INSERT INTO pk_case_head VALUES (?, 'p', 'd', 0, NULL, 0)",
                    [(case,) for case in cases],
                )
            )
            assert cases == [head.case for head in store.heads()]

    @pytest.mark.parametrize(
        ("statement", "index"),
        [
            (
                "SELECT case_id FROM pk_case_head WHERE next_at <= 5 "
                "ORDER BY next_at, case_id LIMIT 9",
                "pk_case_head_due",
            ),
            (
                "SELECT sequence, body FROM pk_event "
                "WHERE case_id = 'c' AND sequence > 1 ORDER BY sequence",
                "sqlite_autoindex_pk_event_1",
            ),
            (
                "SELECT id FROM pk_notice WHERE case_id = 'c' ORDER BY number",
                "pk_notice_case",
            ),
            (
                "SELECT id FROM pk_notice WHERE outcome = '' ORDER BY number",
                "pk_notice_waiting",
            ),
            (
                "SELECT id FROM pk_notice WHERE outcome = '' AND try_at <= 7 "
                "ORDER BY try_at, number LIMIT 9",
                "pk_notice_due",
            ),
        ],
    )
    def test_frequent_questions_use_an_index(self, file: Path, statement: str, index: str) -> None:
        """No table is read through, and nothing is sorted, however many cases there are."""
        with opened(file) as store:
            plan = [row[3] for row in store._link.read(f"EXPLAIN QUERY PLAN {statement}")]
        assert 1 == len(plan)
        assert f"INDEX {index}" in plan[0]


class TestSettings:
    """What the promises rest on."""

    def test_read_back(self, file: Path) -> None:
        """A commit is on the disk before it returns, also when the power fails."""
        expected = {
            "busy_timeout": 250,
            "checkpoint_fullfsync": 1,
            "foreign_keys": 1,
            "fullfsync": 1,
            "journal_mode": "wal",
            "secure_delete": 1,
            "synchronous": 2,
        }
        versions = {"schema": len(MIGRATIONS), "sqlite_version": sqlite3.sqlite_version}
        for _ in range(2):
            with opened(file) as store:
                assert expected | versions == store.settings()

    def test_a_setting_that_does_not_take(self) -> None:
        """Where SQLite cannot do as it is told, the store is refused instead of hoped for."""
        with (
            closing(sqlite3.connect(":memory:", isolation_level=None)) as connection,
            pytest.raises(StoreError, match="journal_mode should be wal but is memory"),
        ):
            apply_settings(connection, "x")

    def test_the_disk_has_it_when_commit_returns(self, file: Path, tmp_path: Path) -> None:
        """The files as they are after a commit hold it, without help from this process."""
        with opened(file) as store:
            for number in range(5):
                store.commit(commit("c", number))
                copy = tmp_path / f"copy-{number}.db"
                shutil.copy(file, copy)
                shutil.copy(f"{file}-wal", f"{copy}-wal")
                with opened(copy) as other:
                    assert number + 1 == len(other.events("c"))


class TestClaims:
    """What is special about claims where one writes at a time."""

    def test_nothing_else_is_written_in_it(self, file: Path) -> None:
        """The thread that holds one is told so, and its claim goes on."""
        with opened(file) as store:
            store.commit(commit("c", next_at=at(1)))
            with store.claim(at(5)) as claim:
                with pytest.raises(StoreError, match="this thread holds a claim"):
                    store.mark("a", "b")
                with pytest.raises(StoreError, match="this thread holds a claim"):
                    store.commit(commit("e"))
                claim.commit([commit("c", 1)])
            assert 2 == len(store.events("c"))
            assert {} == store.marks()

    def test_other_threads_wait_for_its_end(self, file: Path) -> None:
        """A commit from another thread comes after it, not into it."""
        with opened(file) as store, ThreadPoolExecutor(1) as pool:
            store.commit(commit("c", next_at=at(1)))
            with pytest.raises(KeyError), store.claim(at(5)) as claim:  # noqa: PT012
                claim.commit([commit("c", 1)])
                waits = pool.submit(store.commit, commit("e"))
                assert not wait([waits], 0.05).done
                raise KeyError
            waits.result()
            assert 1 == len(store.events("c"))
            assert 1 == len(store.events("e"))


class TestAppendOnly:
    """What was written stays, whoever comes with which statement."""

    @pytest.mark.parametrize("table", ["pk_event", "pk_answer", "pk_protocol"])
    @pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}"])
    def test_neither_changed_nor_removed(self, file: Path, table: str, statement: str) -> None:
        """The database refuses, to us and to any other program, and says why."""
        with opened(file) as store:
            store.commit(commit("c", key="k"))
            store.keep_protocol("d", "site-a", "1", "text")
            ((column,),) = store._link.read(
                f"SELECT name FROM pragma_table_info('{table}') LIMIT 1"
            )
            refused = statement.format(table, f"{column} = 'x'")
            with pytest.raises(StoreError, match=f"{table} is never changed or removed"):
                _do(store, refused)
        with (
            closing(sqlite3.connect(file)) as other,
            pytest.raises(sqlite3.IntegrityError, match="never changed or removed"),
        ):
            other.execute(refused)


class TestDamage:
    """Files that were fine once."""

    def test_bytes_that_changed(self, file: Path) -> None:
        """Whatever happened to the file, a method answers or raises StoreError, which
        repeats nothing of what stands in the file.
        """
        with opened(file) as store:
            for number in range(60):
                told = (notice("c", number),)
                store.commit(commit("c", number, next_at=at(1), key=f"{number}", notices=told))
        content = file.read_bytes()
        said: list[str] = []
        dice = random.Random(7)
        for _ in range(60):
            damaged = bytearray(content)
            begin = dice.randrange(len(content))
            for place in range(begin, min(begin + dice.choice((1, 40, 4096)), len(content))):
                damaged[place] = dice.randrange(256)
            file.write_bytes(damaged)
            try:
                with opened(file, patience=0) as store:
                    _ask_everything(store)
            except StoreError as fault:
                said.append(str(fault))
        assert len(said) > 20
        assert [] == [text for text in said if "u-17" in text]

    def test_half_a_file(self, file: Path) -> None:
        """A copy that broke off is damaged, and the error says to bring back a backup."""
        with opened(file) as store:
            store.commit(commit("c", add=100))
        file.write_bytes(file.read_bytes()[:20_480])
        with pytest.raises(StoreError, match="damaged.* backup"), opened(file) as store:
            _ask_everything(store)

    @pytest.mark.parametrize(
        "body", ["", "{", "[]", "7", '{"version":1}', '{"version":1,"changes":[{"change":"x"}]}']
    )
    def test_an_event_that_is_not_one(self, file: Path, body: str) -> None:
        """A body that no release wrote is damage."""
        with opened(file) as store:
            store.commit(commit("c"))
            _do(store, "DROP TRIGGER pk_event_no_update", f"UPDATE pk_event SET body = '{body}'")
            with pytest.raises(StoreError, match="damaged|has version"):
                store.events("c")

    def test_an_answer_that_is_not_one(self, file: Path) -> None:
        """Damaged reasons are not taken for none."""
        with opened(file) as store:
            store.commit(commit("c", key="k"))
            _do(store, "DROP TRIGGER pk_answer_no_update", "UPDATE pk_answer SET refused = '{'")
            with pytest.raises(StoreError, match="answer about case c is damaged"):
                store.answered("k")

    def test_a_file_that_is_gone(self, file: Path) -> None:
        """Nothing is written to a file that nobody could find any more."""
        with opened(file) as store:
            store.commit(commit("c"))
            file.rename(file.with_name("elsewhere.db"))
            with pytest.raises(StoreError, match="moved, deleted or replaced"):
                store.commit(commit("c", 1))
            file.touch()
            with pytest.raises(StoreError, match="moved, deleted or replaced"):
                store.commit(commit("c", 1))

    def test_a_journal_that_is_gone(self, file: Path) -> None:
        """Nothing more is said to be written; what was is there once the store is closed."""
        with opened(file) as store:
            store.commit(commit("c", add=3))
            file.with_name(f"{file.name}-wal").unlink()
            with pytest.raises(StoreError, match="-wal belongs to the store"):
                store.commit(commit("c", 3))
        with opened(file) as store:
            assert 3 == len(store.events("c"))

    def test_a_second_name(self, file: Path) -> None:
        """A store is not opened under two names; a name that leads to another is no second one."""
        other, link = file.with_name("other.db"), file.with_name("link.db")
        link.symlink_to(file)
        with opened(file) as store:
            store.commit(commit("c"))
            with opened(link) as same:
                same.commit(commit("c", 1))
            os.link(file, other)
            with pytest.raises(StoreError, match="a second name"):
                SqliteStore(other)
            store.commit(commit("c", 2))

    def test_entries_that_are_missing(self, file: Path) -> None:
        """A record with a gap is not read as if nothing had been there."""
        with opened(file) as store:
            store.commit(commit("c", add=4, next_at=at(1)))
            remove = "DELETE FROM pk_event WHERE sequence = 3"
            _do(store, "DROP TRIGGER pk_event_no_delete", remove)
            for ask in (store.events, store.entries):
                with pytest.raises(StoreError, match="has a gap"):
                    ask("c")
                assert [4] == [one.sequence for one in store.events("c", 3)]
            with pytest.raises(StoreError, match="has a gap"), store.claim(at(1)) as claim:
                claim.events()

    def test_a_head_that_is_damaged(self, file: Path) -> None:
        """It does not keep the others from being claimed; alone it is told of."""
        with opened(file) as store:
            store.commit(commit("c", next_at=at(1)))
            store.commit(commit("d", next_at=at(1)))
            _do(store, "UPDATE pk_case_head SET next_at = -9e18 WHERE case_id = 'c'")
            with store.claim(at(1)) as claim:
                assert ["d"] == [head.case for head in claim.heads]
            with pytest.raises(StoreError, match="damaged"), store.claim(at(1), without=["d"]):
                pass

    def test_a_full_disk(self, file: Path) -> None:
        """The commit that found no room is undone; with room it can be sent again."""
        with opened(file) as store:
            store.commit(commit("c"))
            pages = store._link.read("PRAGMA page_count")[0][0]
            store._link.read(f"PRAGMA max_page_count = {pages}")
            begun = time.monotonic()
            with pytest.raises(StoreError, match="the disk is full.*Make room"):
                store.commit(commit("c", 1, add=500))
            assert time.monotonic() - begun < 10  # it is not tried again, as a busy file is
            assert 1 == len(store.events("c"))
            store._link.read("PRAGMA max_page_count = 100000")
            store.commit(commit("c", 1, add=500))
            assert 501 == len(store.events("c"))

    def test_a_store_that_was_closed(self, file: Path) -> None:
        """Closing twice is fine, using it afterwards is not."""
        store = SqliteStore(file)
        store.close()
        store.close()
        with pytest.raises(StoreError, match="was closed. Open it again"):
            store.head("c")


def _do(store: SqliteStore, *statements: str) -> None:
    """Do some statements in one transaction."""

    def work(work: Work) -> None:
        for statement in statements:
            work.tell(statement, [()])

    store._link.write(work)


def _beside(file: Path) -> list[Path]:
    return list(file.parent.iterdir())


def _ask_everything(store: SqliteStore) -> None:
    for head in store.heads():
        store.entries(head.case)
    store.due(at(1e6))
    store.deliveries()
    store.figures(at(1e6))
    for number in range(30):
        store.answered(f"{number}")
