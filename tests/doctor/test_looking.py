"""What the doctor remarks on, and what not: each thing that can be wrong, alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from protocolkit.cli.doctor.looking import Health, look, shown
from protocolkit.semantics.events import Event
from protocolkit.store.base import Commit, Head, Notice, Worker
from protocolkit.store.memory import MemoryStore

NOW = datetime(2025, 3, 4, 14, 0, tzinfo=UTC)
MAX_LAG = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)


class Store(MemoryStore):
    """A store in memory that says it is a database of its own, with settings and a clock."""

    said: Mapping[str, str | int] = {}
    shows: datetime | None = None

    def settings(self) -> dict[str, str | int]:
        """What a test lets it say."""
        return dict(self.said)

    def clock(self) -> datetime | None:
        """What a test lets it show."""
        return self.shows


def _commit(*, next_at: datetime | None = None, told_at: datetime | None = None) -> Commit:
    event = Event(case="c-1", sequence=1, kind="open", happened_at=NOW, recorded_at=NOW)
    head = Head(case="c-1", protocol="p", digest="d", version=1, next_at=next_at)
    told = Notice(id="c-1/1/0", case="c-1", role="djo", person="", about="x", at=told_at or NOW)
    return Commit(
        head=head,
        expected_version=0,
        events=(event,),
        written_at=NOW,
        notices=(told,) if told_at else (),
    )


def _worker(beat: timedelta, *, stopped: bool = False) -> Worker:
    seen = NOW - beat
    return Worker(
        id="w-1",
        release="0.1.0",
        started_at=NOW - timedelta(days=1),
        beat_at=seen,
        stopped_at=seen if stopped else None,
    )


@pytest.fixture
def store() -> Store:
    """One open case that nothing waits for, a worker at work, a backup of last night."""
    store = Store()
    store.commit(_commit())
    store.beat(_worker(MINUTE))
    store.mark("backup", "2025-03-03T23:00:00Z 1 case, 1 event, 0a1b2c3d4e5f")
    return store


def _names(found: Health) -> dict[str, str]:
    """What was remarked on, with its weight; what is about this machine's figures is left out."""
    about_figures = ("no-layout", "no-font")
    return {one.name: one.weight for one in found.remarks if one.name not in about_figures}


def test_all_is_well(store: Store) -> None:
    """A store where nothing is late, nobody is silent and a backup is at hand."""
    found = look("memory:", store, NOW, MAX_LAG)
    assert ({}, True) == (_names(found), found.well)
    assert (1, 1, 1) == (found.figures.cases, found.figures.open, found.figures.events)
    assert "1 case, 1 event, 0a1b2c3d4e5f" == found.backup
    assert datetime(2025, 3, 3, 23, tzinfo=UTC) == found.backup_at


def _held(store: Store) -> None:
    store.mark("clock", "2025-03-04T12:00:00Z the clock of a worker went back by 70 seconds")


def _silent(store: Store) -> None:
    store.beat(_worker(11 * MINUTE))


def _from_the_future(store: Store) -> None:
    store.beat(_worker(-timedelta(days=2)))


def _stopped(store: Store) -> None:
    store.beat(_worker(MINUTE, stopped=True))


def _apart(store: Store) -> None:
    store.shows = NOW - timedelta(seconds=6)


def _no_fsync(store: Store) -> None:
    store.said = {"fsync": "off"}


def _old_sqlite(store: Store) -> None:
    store.said = {"sqlite_version": "3.51.2"}


def _old_backup(store: Store) -> None:
    store.mark("backup", "2025-02-20T23:00:00Z 1 case, 1 event, 0a1b2c3d4e5f")


def _no_backup(store: Store) -> None:
    store.mark("backup", None)


@pytest.mark.parametrize(
    ("trouble", "remark", "weight"),
    [
        (_held, "clock-held", "wrong"),
        (_silent, "worker-silent", "wrong"),
        (_from_the_future, "worker-silent", "wrong"),
        (_stopped, "worker-silent", "wrong"),
        (_apart, "clocks-apart", "wrong"),
        (_no_fsync, "setting-fsync", "wrong"),
        (_old_sqlite, "sqlite-old", "advice"),
        (_old_backup, "backup-old", "advice"),
        (_no_backup, "no-backup", "advice"),
    ],
)
def test_one_trouble_is_one_remark(
    store: Store, trouble: Callable[[Store], None], remark: str, weight: str
) -> None:
    """It is told with what to do; advice alone leaves all well."""
    trouble(store)
    found = look("memory:", store, NOW, MAX_LAG)
    assert ({remark: weight}, weight == "advice") == (_names(found), found.well)
    (one,) = [one for one in found.remarks if one.name == remark]
    assert one.says.endswith(".")
    assert one.do


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        ("the clock went back by 70 seconds", "is sent: the clock went back by 70 seconds."),
        ("8 days: is the clock right?", "is sent: 8 days: is the clock right?"),
    ],
)
def test_a_hold_is_told_as_it_was_marked(store: Store, mark: str, says: str) -> None:
    """As the end of a sentence, whatever it ends with."""
    store.mark("clock", f"2025-03-04T12:00:00Z {mark}")
    (one,) = [x for x in look("memory:", store, NOW, MAX_LAG).remarks if x.name == "clock-held"]
    assert one.says.endswith(says)


@pytest.mark.parametrize(("minutes", "names"), [(10, {}), (11, {"late": "wrong"})])
def test_time_may_be_a_little_late(minutes: int, names: dict[str, str]) -> None:
    """Up to `--max-lag`; then the doctor says so."""
    store = Store()
    store.mark("backup", "2025-03-03T23:00:00Z 1 case")
    store.beat(_worker(MINUTE))
    store.commit(_commit(next_at=NOW - minutes * MINUTE))
    found = look("memory:", store, NOW, MAX_LAG)
    assert (names, 1) == (_names(found), found.figures.due)


@pytest.mark.parametrize(("minutes", "names"), [(10, {}), (11, {"unsent": "wrong"})])
def test_notices_may_be_a_little_late(minutes: int, names: dict[str, str]) -> None:
    """The same for those who are to be told."""
    store = Store()
    store.mark("backup", "2025-03-03T23:00:00Z 1 case")
    store.beat(_worker(MINUTE))
    store.commit(_commit(told_at=NOW - minutes * MINUTE))
    found = look("memory:", store, NOW, MAX_LAG)
    assert (names, 1) == (_names(found), found.figures.unsent)


def test_an_open_case_needs_a_worker() -> None:
    """A store that no worker has ever looked at is not well once a case is open."""
    store = Store()
    assert {} == _names(look("memory:", store, NOW, MAX_LAG))
    store.commit(_commit())
    found = _names(look("memory:", store, NOW, MAX_LAG))
    assert {"no-worker": "wrong", "no-backup": "advice"} == found


def test_one_of_several_workers_is_enough(store: Store) -> None:
    """Somebody is at work while others were stopped or died."""
    store.beat(_worker(timedelta(hours=3), stopped=True).replace(id="w-2"))
    store.beat(_worker(timedelta(hours=5)).replace(id="w-3"))
    store.beat(_worker(-timedelta(days=2)).replace(id="w-4"))  # its clock was wrong
    assert {} == _names(look("memory:", store, NOW, MAX_LAG))


@pytest.mark.parametrize(
    ("release", "may_lose"),
    [
        ("3.51.3", False),
        ("3.51.2", True),
        ("3.53.0", False),
        ("3.50.7", False),
        ("3.50.6", True),
        ("3.44.6", False),
        ("3.40.1", True),
    ],
)
def test_which_sqlite_is_safe(store: Store, release: str, may_lose: bool) -> None:
    """From 3.51.3 on, and where the mending was brought back to."""
    store.said = {"sqlite_version": release}
    assert may_lose == ("sqlite-old" in _names(look("memory:", store, NOW, MAX_LAG)))


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("memory:", "memory:"),
        ("sqlite:///a/cases.db", "sqlite:///a/cases.db"),
        (
            "postgresql://me:secret@db.county/cases?sslmode=verify-full",
            "postgresql://db.county/cases",
        ),
        ("postgresql:///cases?password=secret", "postgresql:///cases"),
        ("postgresql://me:sec?ret@db/cases", "postgresql://db/cases"),
        ("postgresql://me:s@c@db/cases?password=x@y", "postgresql://db/cases"),
        ("postgresql://me:sec/ret@db/cases", "postgresql://db/cases"),
    ],
)
def test_no_secret_is_shown(url: str, says: str) -> None:
    """The doctor's answer is sent to others: neither user nor password stands in it."""
    assert says == shown(url)


def test_the_room_that_is_left(store: Store, tmp_path: Any) -> None:
    """Of a store in a file: the disk's free bytes, and how large the file is."""
    (tmp_path / "cases.db").write_bytes(b"12345")
    found = look(f"sqlite:///{tmp_path}/cases.db", store, NOW, MAX_LAG)
    assert 5 == found.size
    assert found.free is not None
    assert found.free > 0
