"""The loop: what it does in one turn, what it says, what it survives, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest

from protocolkit.ground.clock import SystemClock
from protocolkit.ground.errors import StoreError
from protocolkit.store.base import Notice, Store
from protocolkit.store.memory import MemoryStore
from protocolkit.workers.guard import MARK, Guard, confirm
from protocolkit.workers.worker import BEAT, CASE_WAIT, Worker
from tests.stories import OFFICER
from tests.workers.harness import (
    LATE,
    START,
    Lines,
    Recorder,
    SetClock,
    county,
    stranger,
)
from tests.workers.test_sweep import Spoilt, ask

SECOND = timedelta(seconds=1)


class Bench:
    """A worker on a store, with clocks that tests set."""

    def __init__(self, store: Store, *channels: Any, **more: Any) -> None:
        self.store = store
        self.clock = SetClock(START)
        self.lines = Lines(self.clock)
        self.channels = channels
        self.more = more
        self.worker = self.another()

    def another(self) -> Worker:
        """One more worker on the store."""
        return Worker(
            stranger(self.store, self.clock),
            self.channels,
            guard=Guard(self.store, self.clock, self.seconds),
            log=self.lines.log,
            steady_seconds=self.seconds,
            chance=lambda: 0.0,
            **self.more,
        )

    def seconds(self) -> float:
        """The count of seconds, which goes with the clock."""
        return (self.clock.at - START) / SECOND


def test_one_turn(store: Store) -> None:
    """What is due is fired, what was written is delivered, and somebody was alive."""
    pager = Recorder()
    bench = Bench(store, pager)
    ask(county(store), "c-1", "c-2")
    bench.clock.at = LATE
    fired, delivered = bench.worker.fire(), bench.worker.deliver()
    assert (2, 4, 0, False) == (fired.cases, fired.events, fired.aside, fired.held)
    assert (2, 0) == (delivered.sent, delivered.failed)
    assert ["c-1/4/1", "c-2/4/1"] == pager.got
    assert [LATE] == [one.beat_at for one in store.workers()]
    bench.worker.end()
    assert [LATE] == [one.stopped_at for one in store.workers()]


def test_a_thousand_cases_in_batches(store: Store) -> None:
    """Whatever the size of a batch, each is fired once."""
    bench = Bench(store, batch=7)
    ask(county(store), *(f"c-{number}" for number in range(30)))
    bench.clock.at = LATE
    others = [bench.worker, bench.another()]
    assert 30 == sum(worker.fire().cases for worker in others)
    assert 30 == len({one.case for one in store.notices()})


def test_lateness_is_told(store: Store) -> None:
    """What comes late is dated when it was due; the log says by how much it is late."""
    bench = Bench(store)
    ask(county(store), "c-1")
    bench.clock.at = START + timedelta(hours=2, seconds=30)
    bench.worker.fire()
    bench.clock.at = START + timedelta(hours=5)
    bench.worker.fire()
    assert ["fired", "late"] == bench.lines.what()
    lags = [line["lag_seconds"] for line in bench.lines]
    assert [30.0, 7200.0] == lags
    written = [entry.written_at - entry.event.recorded_at for entry in store.entries("c-1", 2)]
    assert [timedelta(seconds=30)] * 2 + [timedelta(hours=2)] == written


def test_signs_of_life(store: Store) -> None:
    """One every ten seconds, under a name made up at each start."""
    bench = Bench(store)
    bench.worker.fire()
    bench.clock.at += BEAT - SECOND
    bench.worker.fire()
    assert [START] == [one.beat_at for one in store.workers()]
    bench.clock.at += SECOND
    bench.worker.fire()
    assert [(START, START + BEAT)] == [(one.started_at, one.beat_at) for one in store.workers()]
    bench.another().fire()
    assert 2 == len({one.id for one in store.workers()})


def test_a_clock_in_doubt_holds_everything(store: Store) -> None:
    """Nothing is fired, nothing sent, no sign of life given; one line says so."""
    pager = Recorder()
    bench = Bench(store, pager)
    ask(county(store), "c-1")
    bench.clock.at = LATE
    bench.worker.fire()
    store.mark(MARK, "somebody's clock")
    bench.clock.at += timedelta(hours=2)
    for _ in range(3):
        assert bench.worker.fire().held
        assert 0 == bench.worker.deliver().taken
    assert (1, []) == (len(store.notices()), pager.got)
    assert [LATE] == [one.beat_at for one in store.workers()]
    assert 1 == len(bench.lines.what("error"))
    store.mark(MARK, None)
    assert 1 == bench.worker.fire().cases
    assert 2 == bench.worker.deliver().sent


def test_a_clock_that_was_put_back_and_confirmed(store: Store) -> None:
    """From then on the signs of life are of now, also when they were ahead before."""
    bench = Bench(store)
    seconds = iter(range(0, 10_000, 100))
    worker = Worker(
        stranger(store, bench.clock),
        guard=Guard(store, bench.clock, lambda: 0.0),
        steady_seconds=lambda: next(seconds),
        log=bench.lines.log,
    )
    bench.clock.at = START + timedelta(hours=20)
    worker.fire()
    bench.clock.at = START
    assert worker.fire().held
    worker.end()
    assert [(START + timedelta(hours=20),) * 2] == [
        (one.beat_at, one.stopped_at) for one in store.workers()
    ]
    confirm(store, START)
    assert not worker.fire().held
    assert [(START, START)] == [(one.started_at, one.beat_at) for one in store.workers()]
    worker.end()
    assert [START] == [one.stopped_at for one in store.workers()]


def test_a_long_interval_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life come as often as ever."""
    import protocolkit.workers.worker as module

    monkeypatch.setattr(module, "BEAT", timedelta(milliseconds=20))
    store = MemoryStore()
    worker = Worker(
        stranger(store, SystemClock()),
        guard=Guard(store, SystemClock()),
        interval=timedelta(hours=1),
    )
    thread = _running(worker)
    _patiently(store.workers)
    first = store.workers()[0].beat_at
    _patiently(lambda: store.workers()[0].beat_at > first)
    worker.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_a_spoilt_case_is_told_of_once() -> None:
    """The others go on at once; it is tried again, less and less often, and is well some day."""
    store = Spoilt()
    bench = Bench(store)
    ask(county(store), "c-1", "c-2")
    store.bad = frozenset({"c-1"})
    bench.clock.at = LATE
    assert (1, 1) == ((fired := bench.worker.fire()).cases, fired.aside)
    for _ in range(5):
        bench.clock.at += timedelta(minutes=1)
        bench.worker.fire()
    assert ["c-1"] == [line["case"] for line in bench.lines if line["level"] == "error"]
    store.bad = frozenset()
    bench.clock.at += timedelta(minutes=10)
    bench.worker.fire()
    assert {"c-1", "c-2"} == {one.case for one in store.notices()}


def test_it_is_left_alone_for_a_while() -> None:
    """Not every turn is spent on what cannot go on."""
    store = Spoilt()
    bench = Bench(store)
    ask(county(store), "c-1")
    store.bad = frozenset({"c-1"})
    bench.clock.at = LATE
    tried = []
    for _ in range(30):
        tried.append(bench.worker.fire().aside)
        bench.clock.at += SECOND
    assert [0, 5, 15] == [turn for turn, aside in enumerate(tried) if aside]
    assert 5 == CASE_WAIT


def test_trouble_with_the_store_is_told_as_such() -> None:
    """When several cases fail for the store and none goes on, it is not the cases."""
    store = Spoilt()
    bench = Bench(store)
    ask(county(store), "c-1", "c-2", "c-3")
    store.bad = frozenset({"c-1", "c-2", "c-3"})
    bench.clock.at = LATE
    with pytest.raises(StoreError, match="cannot be read"):
        bench.worker.fire()
    assert [] == bench.lines.what()
    store.bad = frozenset()
    bench.clock.at += timedelta(seconds=CASE_WAIT)
    assert 3 == bench.worker.fire().cases


class Farewell(MemoryStore):
    """A store that takes signs of life only at first."""

    beats = 0

    def beat(self, worker: Any) -> None:
        """Raises: StoreError: from the second on."""
        self.beats += 1
        if self.beats > 1:
            raise StoreError("The disk is full.")
        super().beat(worker)


def test_it_ends_also_when_nobody_can_be_told() -> None:
    """The last sign of life cannot be written: so be it."""
    bench = Bench(Farewell())
    bench.worker.fire()
    bench.worker.end()
    assert ["store", "stopped"] == bench.lines.what()


class Down(MemoryStore):
    """A store that cannot be used for some time."""

    down = 0

    def claim(self, until: datetime, limit: int = 100, without: Collection[str] = ()) -> Any:
        """Raises: StoreError: it is down."""
        if self.down:
            self.down -= 1
            raise StoreError("The store cannot be reached.")
        return super().claim(until, limit, without)


def _patiently(done: Any) -> None:
    end = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end
        time.sleep(0.005)


def _running(worker: Worker) -> Thread:
    thread = Thread(target=worker.run)
    thread.start()
    return thread


def _now_in(store: Store, hours: float) -> Any:
    """A county in which somebody asked some hours ago."""
    now = SystemClock().now()
    engine = county(store, SetClock(now - timedelta(hours=hours)))
    ask(engine, "c-1")
    return engine


def test_a_store_that_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits, says so, and goes on by itself."""
    import protocolkit.workers.worker as module

    monkeypatch.setattr(module, "FIRST_WAIT", 0.01)
    store = Down()
    _now_in(store, 2.5)
    store.down = 3
    lines = Lines(SystemClock())
    pager = Recorder()
    worker = Worker(
        stranger(store, SystemClock()),
        [pager],
        guard=Guard(store, SystemClock()),
        interval=timedelta(milliseconds=20),
        log=lines.log,
    )
    thread = _running(worker)
    _patiently(lambda: pager.got)
    worker.stop()
    thread.join(5)
    assert not thread.is_alive()
    said = [line["again_in_seconds"] for line in lines if line["what"] == "store"]
    assert [0.01, 0.02, 0.04] == said
    assert all(one.stopped_at for one in store.workers())
    assert ["started", "stopped"] == [lines.what()[0], lines.what()[-1]]


def test_who_lets_us_wait_holds_up_no_deadline() -> None:
    """While a receiver says nothing, time comes to the cases all the same."""
    store = MemoryStore()
    engine = _now_in(store, 2.5)
    waiting, go_on = Event(), Event()

    def wait(_: Notice) -> str:
        waiting.set()
        go_on.wait(20)
        return ""

    worker = Worker(
        stranger(store, SystemClock()),
        [Recorder(answers=wait)],
        guard=Guard(store, SystemClock()),
        interval=timedelta(milliseconds=20),
    )
    thread = _running(worker)
    try:
        assert waiting.wait(20)
        ask(engine, "c-2")
        _patiently(lambda: 2 == len(store.notices()))
    finally:
        go_on.set()
        worker.stop()
        thread.join(5)
    assert not thread.is_alive()


def test_a_fault_of_ours_ends_it_loudly() -> None:
    """A worker that only half works would be worse than one that is started anew."""
    store = MemoryStore()
    _now_in(store, 2.5)

    def wrong(_: Notice) -> str:
        raise RuntimeError("what nobody thought of")

    worker = Worker(
        stranger(store, SystemClock()),
        [Recorder(answers=wrong)],
        guard=Guard(store, SystemClock()),
        interval=timedelta(milliseconds=20),
    )
    with pytest.raises(RuntimeError):
        worker.run()
    assert all(one.stopped_at for one in store.workers())


def test_without_channels_it_only_fires() -> None:
    """And says so once."""
    store = MemoryStore()
    _now_in(store, 2.5)
    lines = Lines(SystemClock())
    worker = Worker(
        stranger(store, SystemClock()), interval=timedelta(milliseconds=10), log=lines.log
    )
    thread = _running(worker)
    _patiently(store.notices)
    time.sleep(0.05)
    worker.stop()
    thread.join(5)
    assert ["nothing is sent: there is no channel"] == lines.what("warning")[:1]
    assert 1 == sum("no channel" in what for what in lines.what())
    assert [] == store.workers()


def test_it_wakes_when_something_is_due() -> None:
    """It does not sleep for its interval when time does something sooner."""
    store = MemoryStore()
    clock = SystemClock()
    now = clock.now()
    engine = county(store, SetClock(now - timedelta(hours=2) + timedelta(seconds=0.4)))
    engine.open("tiny", by=OFFICER, id="c-1")
    engine.fire("c-1", "ask", by=OFFICER)
    worker = Worker(stranger(store, clock), interval=timedelta(seconds=30))
    thread = _running(worker)
    _patiently(store.notices)
    worker.stop()
    thread.join(5)
    (entry,) = [one for one in store.entries("c-1") if one.event.data.get("came") == "level"]
    assert timedelta() < entry.written_at - entry.event.recorded_at < timedelta(seconds=5)


def test_a_log_nobody_reads_stops_nothing() -> None:
    """The work goes on when stderr is gone."""
    bench = Bench(MemoryStore())
    bench.lines.stream.write = _gone  # type: ignore[method-assign]
    ask(county(bench.store), "c-1")
    bench.clock.at = LATE
    assert 1 == bench.worker.fire().cases
    bench.worker.end()


def _gone(_: str) -> int:
    raise BrokenPipeError


def test_a_log_without_room_is_written_again_when_there_is() -> None:
    """What is said while the disk is full is lost; what is said later is not."""
    lines = Lines(SetClock(START))
    write, lines.stream.write = lines.stream.write, _gone  # type: ignore[method-assign]
    lines.log.say("info", "while it was full")
    lines.stream.write = write  # type: ignore[method-assign]
    lines.log.say("info", "later")
    assert ["later"] == lines.what()
