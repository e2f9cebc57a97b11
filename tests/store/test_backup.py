"""Backups: what is in them, that they are proved, how they come back, and what is refused."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from protocolkit.api import open_store
from protocolkit.ground.errors import StoreError, UsageError
from protocolkit.store.backup import CARRIED, LEFT_BEHIND, back_up, examine, restore
from protocolkit.store.base import Store
from tests.cli.harness import ROOT, environment
from tests.store.county import DJO, MORNING, SUPERVISOR, engine, fill

SOAK = os.environ.get("PROTOCOLKIT_SOAK") == "1"

ALL = {"protocols": 1, "cases": 3, "events": 9, "keys": 6, "notices": 1}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that holds a little of everything, and a backup of it."""
    folder = tmp_path_factory.mktemp("made")
    url = f"sqlite:///{folder / 'cases.db'}"
    with closing(open_store(url)) as store:
        fill(store)
    back_up(url, str(folder / "backup.db"))
    return folder


@pytest.fixture
def url(made: Path, tmp_path: Path) -> str:
    """The store, for one test alone."""
    shutil.copy2(made / "cases.db", tmp_path)
    return f"sqlite:///{tmp_path / 'cases.db'}"


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    """Its backup, for one test alone."""
    shutil.copy2(made / "backup.db", tmp_path)
    return tmp_path / "backup.db"


def _held(store: Store) -> dict[str, Any]:
    """Everything that a store can be asked, but who works on it and what they were told."""
    heads = list(store.heads())
    keys = [f"{what}-{n}" for what in ("open-c", "report", "close") for n in (1, 2, 3)]
    return {
        "heads": heads,
        "entries": [store.entries(head.case) for head in heads],
        "deliveries": store.deliveries(),
        "answers": [store.answered(key) for key in keys],
        "protocols": [(digest, store.protocol_text(digest)) for digest in store.digests()],
    }


def _all_of(url: str) -> dict[str, Any]:
    with closing(open_store(url)) as store:
        return _held(store)


def _other(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'other.db'}"


# -- what a backup is ----------------------------------------------------------------------


def test_a_backup_holds_all_of_a_store(url: str, tmp_path: Path) -> None:
    """It is a store file itself; what is said of workers and clocks stays behind."""
    proof = back_up(url, str(tmp_path / "backup.db"))
    assert ALL == dict(proof.counts)
    with closing(open_store(f"sqlite:///{tmp_path / 'backup.db'}")) as copy:
        assert _all_of(url) == _held(copy)
        assert ([], {}) == (copy.workers(), copy.marks())


def test_a_backup_is_one_private_file(url: str, tmp_path: Path) -> None:
    """Nobody else may read it, and nothing is left beside it."""
    copy = tmp_path / "backup.db"
    back_up(url, str(copy))
    assert 0o600 == copy.stat().st_mode & 0o777
    assert ["backup.db", "cases.db"] == sorted(path.name for path in tmp_path.iterdir())


def test_two_backups_of_the_same_are_equal(url: str, copy: Path, tmp_path: Path) -> None:
    """The SHA-256 is that of the content: it can be compared years later."""
    assert examine(copy) == back_up(url, str(tmp_path / "second.db"))
    with closing(open_store(url)) as store:
        engine(store, MORNING + timedelta(hours=4)).fire("c-1", "report", by=DJO)
    assert examine(copy).digest != back_up(url, str(tmp_path / "third.db")).digest


def test_no_table_is_forgotten(url: str) -> None:
    """Every table of a store is carried, or left behind for a reason."""
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
        names = {
            name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type='table'")
        }
    assert names == CARRIED.keys() | LEFT_BEHIND


@pytest.mark.parametrize("link", [False, True])
def test_nothing_is_written_over(url: str, tmp_path: Path, link: bool) -> None:
    """A file that is there stays as it is, and a link that leads nowhere too."""
    file = tmp_path / "backup.db"
    if link:
        file.symlink_to(tmp_path / "nowhere")
    else:
        file.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="is there already and is left as it is"):
        back_up(url, str(file))
    assert link or "mine" == file.read_text(encoding="utf-8")
    assert not (tmp_path / "nowhere").exists()


def test_a_disk_without_links_will_do(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A memory stick knows no links: the file gets its name by another way."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    proof = back_up(url, str(tmp_path / "backup.db"))
    assert proof == examine(tmp_path / "backup.db")
    assert ["backup.db", "cases.db"] == sorted(path.name for path in tmp_path.iterdir())


def test_a_store_in_memory_has_no_backup(tmp_path: Path) -> None:
    """It ends with the process."""
    with pytest.raises(UsageError, match="A store in memory ends with the process"):
        back_up("memory:", str(tmp_path / "backup.db"))
    assert [] == list(tmp_path.iterdir())


def test_there_must_be_a_folder(url: str, tmp_path: Path) -> None:
    """A backup cannot be made where there is none."""
    with pytest.raises(StoreError, match="there is no folder"):
        back_up(url, str(tmp_path / "nowhere" / "backup.db"))


# -- the way back --------------------------------------------------------------------------


def test_a_backup_comes_back_into_an_empty_store(url: str, copy: Path, tmp_path: Path) -> None:
    """All of it; the cases go on, and a key is still known."""
    proof = restore(str(copy), _other(tmp_path))
    assert ALL == dict(proof.counts)
    assert _all_of(url) == _all_of(_other(tmp_path))
    with closing(open_store(_other(tmp_path))) as store:
        at_work = engine(store, MORNING + timedelta(hours=3))
        at_work.open("tiny", by=DJO, id="c-1", key="open-c-1")
        assert "reported" == at_work.fire("c-1", "report", by=DJO).states["case"]


def test_restoring_twice_is_the_same_as_once(url: str, copy: Path) -> None:
    """Into the very store that it was made of it changes nothing."""
    before = _all_of(url)
    restore(str(copy), url)
    restore(str(copy), url)
    assert before == _all_of(url)


def test_a_store_that_is_behind_catches_up(url: str, copy: Path, tmp_path: Path) -> None:
    """An older backup was brought back; a newer one may follow."""
    with closing(open_store(url)) as store:
        at_work = engine(store, MORNING + timedelta(hours=3))
        at_work.fire("c-1", "report", by=DJO, key="report-1")
        at_work.open("tiny", by=DJO, id="c-0", key="open-c-0")
    back_up(url, str(tmp_path / "newer.db"))
    restore(str(copy), _other(tmp_path))
    restore(str(tmp_path / "newer.db"), _other(tmp_path))
    assert _all_of(url) == _all_of(_other(tmp_path))


def test_a_longer_record_is_not_written_over(url: str, copy: Path) -> None:
    """What was recorded after the backup would be lost: nothing happens, and cases are counted."""
    with closing(open_store(url)) as store:
        engine(store, MORNING + timedelta(hours=3)).fire("c-1", "report", by=DJO)
    before = _all_of(url)
    with pytest.raises(StoreError, match="has entries in 1 case that the backup has not"):
        restore(str(copy), url)
    assert before == _all_of(url)


def test_other_cases_are_not_written_over(copy: Path, tmp_path: Path) -> None:
    """A store with cases that the backup does not know stays as it is."""
    with closing(open_store(_other(tmp_path))) as store:
        for case in ("x-1", "c-1"):  # the second by a name that the backup has, but another case
            engine(store, MORNING + timedelta(days=1)).open("tiny", by=SUPERVISOR, id=case)
    before = _all_of(_other(tmp_path))
    with pytest.raises(StoreError, match="has entries in 2 cases that the backup has not"):
        restore(str(copy), _other(tmp_path))
    assert before == _all_of(_other(tmp_path))


@pytest.mark.parametrize("sent_in", ["the backup", "the store"])
def test_what_was_sent_stays_sent(url: str, copy: Path, tmp_path: Path, sent_in: str) -> None:
    """Wherever a notice was seen off, it is not sent again."""
    restore(str(copy), _other(tmp_path))
    now = MORNING + timedelta(hours=4)
    place = url if sent_in == "the backup" else _other(tmp_path)
    with closing(open_store(place)) as store:
        (taken,) = store.take_notices(now, now + timedelta(minutes=5))
        store.settle(taken.replace(outcome="sent", reached=("web",), try_at=None, done_at=now))
    newer = tmp_path / "newer.db"
    back_up(url, str(newer))
    restore(str(newer), _other(tmp_path))
    with closing(open_store(_other(tmp_path))) as store:
        (found,) = store.deliveries()
        assert ("sent", ("web",), now) == (found.outcome, found.reached, found.done_at)
        assert [] == store.take_notices(now + timedelta(days=1), now + timedelta(days=2))


def test_there_must_be_a_backup(tmp_path: Path) -> None:
    """A slip in its name makes no store."""
    with pytest.raises(UsageError, match="There is no file"):
        restore(str(tmp_path / "nothing.db"), _other(tmp_path))
    assert [] == list(tmp_path.iterdir())


HISTORY = sorted(Path(__file__).with_name("history").glob("sqlite-*.sql"))


@pytest.mark.parametrize("script", HISTORY, ids=lambda path: path.stem)
def test_backups_of_earlier_releases_come_back(script: Path, tmp_path: Path) -> None:
    """A file with the tables of any release; the file itself is not touched."""
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as file:
        file.executescript(script.read_text(encoding="utf-8"))
    before = old.read_bytes()
    proof = restore(str(old), _other(tmp_path))
    assert before == old.read_bytes()
    with closing(open_store(_other(tmp_path))) as store:
        assert proof.counts["cases"] == len(list(store.heads()))


# -- a backup that is no good --------------------------------------------------------------

DAMAGE = {
    "an entry is gone": "DELETE FROM pk_event WHERE case_id = 'c-2' AND sequence = 2",
    "the last entry is gone": "DELETE FROM pk_event WHERE case_id = 'c-2' AND sequence = 4",
    "a case is gone": "DELETE FROM pk_case_head WHERE case_id = 'c-2'",
    "its entries are gone": "DELETE FROM pk_event WHERE case_id = 'c-1'",
    "an entry cannot be read": "UPDATE pk_event SET body = '{' WHERE case_id = 'c-2'",
    "an entry does nothing any more": (
        "UPDATE pk_event SET body = json_set(body, '$.changes', json('[]')) "
        "WHERE case_id = 'c-3' AND sequence = 2"
    ),
    "an entry is that of another case": (
        "UPDATE pk_event SET body = (SELECT body FROM pk_event WHERE case_id = 'c-2' AND "
        "sequence = 1) WHERE case_id = 'c-1'"
    ),
    "an entry is said to be of another time": (
        "UPDATE pk_event SET recorded_at = recorded_at + 1 WHERE case_id = 'c-1'"
    ),
    "a case is said to be closed": "UPDATE pk_case_head SET closed = 1 WHERE case_id = 'c-1'",
    "a case is under another text": "UPDATE pk_case_head SET digest = 'd' WHERE case_id = 'c-1'",
    "a case is said to be longer": "UPDATE pk_case_head SET version = 9 WHERE case_id = 'c-1'",
}


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_backup_is_refused(copy: Path, tmp_path: Path, what: str) -> None:
    """Before anything is written; not even the tables of the store are made."""
    _change(copy, DAMAGE[what])
    with pytest.raises(StoreError, match=r"is not whole|is damaged"):
        restore(str(copy), _other(tmp_path))
    assert not (tmp_path / "other.db").exists()


def test_a_broken_file_is_refused(copy: Path, tmp_path: Path) -> None:
    """Zeros in the midst of it, as a failing disk leaves them."""
    content = bytearray(copy.read_bytes())
    content[4096 * 3 : 4096 * 12] = bytes(4096 * 9)
    copy.write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged"):
        restore(str(copy), _other(tmp_path))


@pytest.mark.parametrize("content", [b"", b"not a database" * 300])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    """It is told that it is no backup."""
    file = tmp_path / "note.db"
    file.write_bytes(content)
    with pytest.raises(StoreError, match=r"is no file of cases|is not a file of cases"):
        restore(str(file), _other(tmp_path))


@pytest.mark.parametrize("what", ["an entry is gone", "a case is gone", "an entry cannot be read"])
def test_a_damaged_store_gives_no_backup(url: str, tmp_path: Path, what: str) -> None:
    """What is not whole is not passed on as a backup; no file is left behind."""
    _change(Path(url.removeprefix("sqlite:///")), DAMAGE[what])
    with pytest.raises(StoreError, match=r"is not whole|is damaged"):
        back_up(url, str(tmp_path / "backup.db"))
    assert ["cases.db"] == sorted(path.name for path in tmp_path.iterdir())


def _change(file: Path, statement: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        triggers = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)


# -- the other kind of store ---------------------------------------------------------------


def test_a_store_moves_to_a_server_and_back(url: str, tmp_path: Path, database: str) -> None:
    """By a backup and a restore each way; nothing is lost, and the digest stays the same."""
    there, back = tmp_path / "there.db", tmp_path / "back.db"
    proof = back_up(url, str(there))
    assert proof == restore(str(there), database)
    assert _all_of(url) == _all_of(database)
    assert proof == back_up(database, str(back))
    restore(str(back), _other(tmp_path))
    assert _all_of(url) == _all_of(_other(tmp_path))


def test_a_server_goes_on_after_it_was_moved_to(copy: Path, database: str) -> None:
    """New cases, new notices, in the order in which they are written."""
    restore(str(copy), database)
    with closing(open_store(database)) as store:
        at_work = engine(store, MORNING + timedelta(hours=3))
        at_work.fire("c-1", "report", by=DJO)
        at_work.clock.move_to(MORNING + timedelta(hours=9))  # type: ignore[attr-defined]
        at_work.advance()
        assert ["c-2", "c-1"] == [one.case for one in store.notices()]


def test_a_longer_record_on_a_server_is_not_written_over(copy: Path, database: str) -> None:
    """As with a file: all or nothing."""
    restore(str(copy), database)
    with closing(open_store(database)) as store:
        engine(store, MORNING + timedelta(hours=3)).fire("c-1", "report", by=DJO)
    before = _all_of(database)
    with pytest.raises(StoreError, match="has entries in 1 case that the backup has not"):
        restore(str(copy), database)
    assert before == _all_of(database)


@pytest.mark.parametrize("sent_in", ["the backup", "the store"])
def test_what_was_sent_stays_sent_on_a_server(
    url: str, copy: Path, tmp_path: Path, database: str, sent_in: str
) -> None:
    """Wherever it was seen off."""
    restore(str(copy), database)
    now = MORNING + timedelta(hours=4)
    with closing(open_store(url if sent_in == "the backup" else database)) as store:
        (taken,) = store.take_notices(now, now + timedelta(minutes=5))
        store.settle(taken.replace(outcome="sent", reached=("web",), try_at=None, done_at=now))
    back_up(url, str(tmp_path / "newer.db"))
    restore(str(tmp_path / "newer.db"), database)
    with closing(open_store(database)) as store:
        assert ["sent"] == [one.outcome for one in store.deliveries()]


# -- while others write --------------------------------------------------------------------


@pytest.fixture(params=["file", "server"])
def busy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A store of each kind in which two processes open cases and work on them."""
    on_server = request.param == "server"
    url = request.getfixturevalue("database") if on_server else f"sqlite:///{tmp_path / 'busy.db'}"
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.county", url, name],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for name in ("a", "b")
    ]
    for process in processes:
        assert process.stdout is not None
        assert b"begun\n" == process.stdout.readline()
    yield url
    for process in processes:
        process.communicate()
        assert 0 == process.returncode


def test_backups_while_others_write(busy: str, tmp_path: Path) -> None:
    """Each is one moment of the store, comes back whole, and holds no less than the one before."""
    seen = [0]
    for number in range(100 if SOAK else 2):
        with closing(open_store(busy)) as store:
            for _ in range(3000):  # on a busy machine the others may not have had their turn
                if store.figures(datetime.now(UTC)).events > seen[-1]:
                    break
                sleep(0.01)
        file = tmp_path / f"backup-{number}.db"
        proof = back_up(busy, str(file))
        other = tmp_path / f"restored-{number}.db"
        assert proof == restore(str(file), f"sqlite:///{other}")
        assert proof.digest == examine(other).digest
        seen.append(proof.counts["events"])
        file.unlink()
        other.unlink()
    assert sorted(set(seen)) == seen
