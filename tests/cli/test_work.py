"""`protocolkit work`, and what commands on cases say when nobody does it."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import ClassVar

import pytest

from protocolkit.ground.clock import SystemClock
from protocolkit.store.base import Worker
from protocolkit.store.opening import open_store
from protocolkit.workers.guard import MARK
from protocolkit.workers.worker import Worker as Work
from tests.cli.conftest import Command
from tests.workers.harness import SECRET, SetClock, county, receiver
from tests.workers.test_sweep import ask

DJO = ("--as", "u-1", "--role", "djo")
START = ("--clock", "2025-03-04 10:00")
LATE = "2025-03-04 13:00"


@pytest.fixture
def case(pk: Command, tiny: str) -> str:
    """A case in which an answer is due at noon of a day long past."""
    assert 0 == pk("case", "open", tiny, "--id", "c-1", *DJO, *START).code
    facts = ("--fact", "age=12", "--fact", "danger=true")
    assert 0 == pk("case", "do", "c-1", "report", *facts, *DJO, *START).code
    return "c-1"


def _config(folder: Path, url: str) -> str:
    (folder / "pager.secret").write_text(SECRET)
    (folder / "worker.toml").write_text(
        f'[[channel]]\nname = "pager"\nkind = "webhook"\nurl = "{url}"\n'
        'secret_file = "pager.secret"\n'
    )
    return "worker.toml"


class TestOnce:
    """One turn, for training and for timers."""

    def test_it_says_what_was_done(self, pk: Command, case: str) -> None:
        """In one line on stdout; on stderr a line of JSON for each thing."""
        ran = pk("work", "--once", "--clock", LATE)
        assert 0 == ran.code
        assert "2 events of time in 1 case; nothing sent, there is no --config.\n" == ran.out
        lines = [json.loads(line) for line in ran.err.splitlines()]
        assert ["late"] == [line["what"] for line in lines]
        assert "0 events of time in 0 cases" in pk("work", "--once", "--clock", LATE).out
        log = pk("case", "log", case, "--clock", LATE).out
        assert "12:00 CST: time passed (60 minutes late: seen Tue 4 Mar 2025, 13:00 CST)" in log

    def test_it_sends(self, pk: Command, case: str, tmp_path: Path) -> None:
        """What was written goes out; a second turn has nothing left."""
        with receiver() as there:
            words = ("work", "--once", "--clock", LATE, "--config", _config(tmp_path, there.url))
            assert "1 notice sent, 0 no longer true.\n" == pk(*words).out.partition("; ")[2]
            assert "0 notices sent, 0 no longer true.\n" == pk(*words).out.partition("; ")[2]
        assert [case] == [json.loads(one.body)["data"]["case"] for one in there.got]

    def test_nobody_takes_it(self, pk: Command, case: str, tmp_path: Path) -> None:
        """What could not be delivered is counted; it waits."""
        with receiver() as there:
            url = there.url
        words = ("work", "--once", "--clock", LATE, "--config", _config(tmp_path, url))
        assert "1 could not be delivered yet.\n" in pk(*words).out
        assert case in pk("case", "notices", "--clock", LATE).out

    def test_a_clock_ahead_of_now(self, pk: Command, case: str) -> None:
        """It is done as for training, and said: what comes is recorded for good."""
        assert "recorded for good" not in pk("work", "--once", "--clock", LATE).err
        ran = pk("work", "--once", "--clock", "2090-01-02 08:00")
        assert (0, True) == (ran.code, "recorded for good" in ran.err)
        assert "level 1 of no_answer" in pk("case", "log", case).out

    def test_a_timer_that_calls_it_is_a_worker(self, pk: Command, tiny: str) -> None:
        """As long as it comes back in time, the doctor misses nobody."""
        assert 0 == pk("case", "open", tiny, *DJO).code
        assert 1 == pk("doctor").code
        assert 0 == pk("work", "--once").code
        assert 0 == pk("doctor").code

    def test_spoilt_cases_keep_no_notice_back(self, pk: Command, tmp_path: Path) -> None:
        """Two that cannot be read look like trouble with the store; what was written goes out."""
        now = SystemClock().now()
        with closing(open_store("sqlite:///cases.db")) as store:
            engine = county(store, SetClock(now - timedelta(hours=2.5)))
            ask(engine, "c-1", "c-2", "c-3")
            engine.clock = SetClock(now)
            engine.todo("c-3")
        with closing(sqlite3.connect("cases.db")) as file:
            for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                file.execute(f"DROP TRIGGER {name}")
            file.execute("UPDATE pk_event SET body = '{' WHERE case_id IN ('c-1', 'c-2')")
            file.commit()
        with receiver() as there:
            ran = pk("work", "--once", "--config", _config(tmp_path, there.url))
        assert (3, ["c-3/4/1"]) == (ran.code, there.ids)
        assert "is damaged and cannot be read" in ran.err

    def test_training_leaves_no_sign_of_life(self, pk: Command, case: str) -> None:
        """A clock of one's own says nothing about who is awake now."""
        pk("work", "--once", "--clock", LATE)
        with closing(open_store("sqlite:///cases.db")) as store:
            assert [] == store.workers()
            assert case == next(store.heads()).case

    def test_a_clock_in_doubt(self, pk: Command, case: str) -> None:
        """Nothing is done, and it ends with 3."""
        with closing(open_store("sqlite:///cases.db")) as store:
            store.mark(MARK, "2025-03-07T08:00:00Z a clock went back by 9 seconds")
        ran = pk("work", "--once")
        assert (3, "Nothing done: the clock is in doubt. See `protocolkit doctor`.\n") == (
            ran.code,
            ran.out,
        )
        ran = pk("case", "show", case)
        assert "because a clock is in doubt (a clock went back by 9 seconds)." in ran.err
        with closing(open_store("sqlite:///cases.db")) as store:
            assert [] == store.notices()[1:]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--clock", LATE), "it goes with --once only"),
        (("--once", "--clock", "noon"), "`noon` is no time"),
        (("--interval", "fast"), "--interval: write a number with ms, s, m or h"),
        (("--interval", "0s"), "--interval: write a number"),
        (("--interval", "2h"), "up to 1h"),
        (("--batch", "0"), "--batch: a number from 1 to 1000"),
        (("--db", "postgresql://me:secret@host/cases"), "has a password in it"),
        (("--db", "postgresql://host/cases?password=secret"), "has a password in it"),
    ],
)
@pytest.mark.usefixtures("case")
def test_what_makes_no_sense(pk: Command, words: tuple[str, ...], message: str) -> None:
    """It ends with 2 before anything is done."""
    ran = pk("work", *words)
    assert (2, "") == (ran.code, ran.out)
    assert message in ran.err
    assert "secret" not in ran.err


def test_a_store_that_is_not_there(pk: Command) -> None:
    """A slip in the name must not make a worker watch an empty store for ever."""
    ran = pk("work", "--db", "sqlite:///none.db")
    assert 3 == ran.code
    assert not Path("none.db").exists()


def test_cases_of_several_zones(pk: Command, tiny: str) -> None:
    """A local time would be two instants; with an offset it is one."""
    text = Path(tiny).read_text(encoding="utf-8")
    other = text.replace("id: tiny", "id: other").replace("America/Chicago", "America/Denver")
    Path("other.yaml").write_text(other, encoding="utf-8")
    for file in (tiny, "other.yaml"):
        assert 0 == pk("case", "open", file, *DJO, *START).code
    assert "write an offset" in pk("work", "--once", "--clock", LATE).err
    assert 0 == pk("work", "--once", "--clock", f"{LATE}-06:00").code


def test_the_store_of_the_environment(
    pk: Command, tiny: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is taken where --db is not given, for every command, and may have a password."""
    monkeypatch.setenv("PROTOCOLKIT_DB", "sqlite:///elsewhere.db")
    assert 0 == pk("case", "open", tiny, "--id", "c-1", *DJO, *START).code
    assert Path("elsewhere.db").exists()
    assert 0 == pk("work", "--once", "--clock", LATE).code
    monkeypatch.setenv("PROTOCOLKIT_DB", "postgresql://me:secret@127.0.0.1:1/cases")
    ran = pk("case", "list")
    assert 3 == ran.code
    assert "secret" not in ran.err


class TestNobodyWatches:
    """A dead worker is never silent."""

    def test_no_worker_ever(self, pk: Command, case: str) -> None:
        """Once cases wait for time, every command says that nobody waits with them."""
        said = (
            "Careful: no worker has ever been at work, so nobody is told of what is late. Start "
            "one: `protocolkit work`\n"
        )
        assert said == pk("case", "show", case).err
        assert pk("case", "list", "--db", "sqlite:///./cases.db").err.endswith(
            "`protocolkit work --db sqlite:///./cases.db`\n"
        )
        assert said in pk("case", "do", case, "report", *DJO).err

    def test_a_dead_worker(self, pk: Command, case: str) -> None:
        """For ten minutes it may be silent; then its last sign of life is named."""
        now = datetime.now(UTC)
        for silent, is_told in ((9, False), (11, True)):
            seen = now - timedelta(minutes=silent)
            with closing(open_store("sqlite:///cases.db")) as store:
                store.beat(Worker(id="w", release="0", started_at=seen, beat_at=seen))
            said = f"no worker has been at work since {seen:%Y-%m-%d %H:%M} UTC"
            assert is_told == (said in pk("case", "show", case).err)

    def test_a_turn_now_and_then_is_a_sign_of_life(self, pk: Command, case: str) -> None:
        """Who calls --once every minute is at work."""
        assert 0 == pk("work", "--once").code
        assert "" == pk("case", "show", case).err

    def test_nothing_waits(self, pk: Command, tiny: str) -> None:
        """With nothing to watch nobody need watch."""
        assert 0 == pk("case", "open", tiny, "--id", "c-2", "--key", "k", *DJO).code
        assert "" == pk("case", "show", "c-2").err

    def test_in_training_nobody_is_warned(self, pk: Command, case: str) -> None:
        """With a clock of one's own, and in memory."""
        assert "" == pk("case", "show", case, "--clock", LATE).err
        assert 0 == pk("case", "open", "tiny.yaml", *DJO, "--key", "k", "--db", "memory:").code


class InItsLock(Work):
    """A worker that is told to stop while the very thread that is told holds its lock."""

    lock = Lock()
    could_stop: ClassVar[list[bool]] = []

    def run(self) -> None:
        """Be told, as by `systemctl stop`, and go on when that has come through."""
        with self.lock:
            signal.raise_signal(signal.SIGTERM)
        end = time.monotonic() + 10
        while not self.could_stop and time.monotonic() < end:
            time.sleep(0.01)

    def stop(self) -> None:
        """Needs the lock, as an event does that wakes who waits for it."""
        self.could_stop.append(self.lock.acquire(timeout=1))


@pytest.mark.usefixtures("case")
def test_a_signal_comes_at_any_moment(pk: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in the middle of what the signal needs: the worker does not wait for itself."""
    monkeypatch.setattr("protocolkit.cli.work.Worker", InItsLock)
    assert 0 == pk("work").code
    assert [True] == InItsLock.could_stop
