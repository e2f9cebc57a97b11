"""The clock guard: what it lets pass, what it stops, and how it goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from protocolkit.ground.clock import SystemClock, steady
from protocolkit.store.base import Store, Worker
from protocolkit.store.memory import MemoryStore
from protocolkit.workers.guard import APART, BACK, FORWARD, IDLE, MARK, Guard, confirm
from protocolkit.workers.outbox import LEASE
from protocolkit.workers.watch import warning
from protocolkit.workers.worker import Worker as Loop
from tests.stories import OFFICER
from tests.workers.harness import START, SetClock, county, stranger

SECOND = timedelta(seconds=1)
A_BIT = timedelta(microseconds=1)


class Machine:
    """A machine: true time, the clock that it shows, and the seconds it counts."""

    def __init__(self) -> None:
        self.true = START
        self.jumped = timedelta()

    def now(self) -> datetime:
        """What its clock shows."""
        return self.true + self.jumped

    def steady(self) -> float:
        """The seconds since it was started."""
        return (self.true - START) / SECOND

    def guard(self, store: Store) -> Guard:
        """A guard on this machine."""
        return Guard(store, self, self.steady)


def test_time_that_passes_is_no_jump(store: Store) -> None:
    """A minute or a year, also asleep: the clock shows what was counted."""
    machine = Machine()
    guard = machine.guard(store)
    for days in (0, 1, 30, 400):
        machine.true += timedelta(days=days)
        assert machine.true == guard.now()


@pytest.mark.parametrize(
    ("jump", "says"),
    [
        (-BACK, ""),
        (-BACK - A_BIT, "went back by 5 seconds"),
        (-timedelta(days=40), "went back by 3456000 seconds"),
        (FORWARD, ""),
        (FORWARD + A_BIT, "went forward by 86400 seconds"),
    ],
)
def test_the_bounds(store: Store, jump: timedelta, says: str) -> None:
    """To the microsecond; every worker of the store is held, and the store says why."""
    machine, other = Machine(), Machine()
    guard, beside = machine.guard(store), other.guard(store)
    assert guard.now()
    machine.jumped = jump
    assert (guard.now() is None) == bool(says)
    assert (beside.now() is None) == bool(says)
    assert says in store.marks().get(MARK, "")


def test_small_steps_add_up(store: Store) -> None:
    """Who puts the clock back by four seconds twice has put it back by eight."""
    machine = Machine()
    guard = machine.guard(store)
    machine.jumped = timedelta(seconds=-4)
    assert guard.now()
    machine.jumped = timedelta(seconds=-8)
    assert guard.now() is None


def test_back_counts_from_the_latest_it_showed(store: Store) -> None:
    """An hour forward, then back where it was: for an hour everything would come late."""
    machine = Machine()
    guard = machine.guard(store)
    machine.jumped = timedelta(hours=1)
    assert guard.now()
    machine.jumped = timedelta()
    assert guard.now() is None


def test_a_person_confirms_and_it_goes_on(store: Store) -> None:
    """From then on the clock as it is counts as right, here and beside."""
    machine, other = Machine(), Machine()
    guard, beside = machine.guard(store), other.guard(store)
    machine.jumped = timedelta(days=-2)
    assert (None, None) == (guard.now(), beside.now())
    confirm(store, other.now())
    assert (machine.now(), other.now()) == (guard.now(), beside.now())
    machine.jumped -= 6 * SECOND
    assert guard.now() is None


def test_notices_do_not_wait_for_a_time_that_was_wrong(store: Store) -> None:
    """What a worker took while its clock was ahead is tried again once a person has confirmed the
    right one; what was not due before is not sent early by that.
    """
    engine = county(store, SetClock(START))
    for case, hours in (("c-1", 3), ("c-2", 1)):
        engine.clock = SetClock(START - timedelta(hours=hours))
        engine.open("tiny", by=OFFICER, id=case)
        engine.fire(case, "ask", by=OFFICER)
    ahead = START + timedelta(hours=20)
    stranger(store, SetClock(ahead)).sweep(START + timedelta(hours=1, minutes=30))
    assert ["c-1", "c-1", "c-2"] == [one.case for one in store.notices()]
    (taken,) = store.take_notices(START, ahead + LEASE, 1)
    confirm(store, START)
    assert START == store.deliveries()[0].try_at
    assert [taken.notice.at, START, START + timedelta(hours=1)] == [
        one.notice.at for one in store.deliveries()
    ]
    assert [taken.notice.id, "c-1/5/1"] == [o.notice.id for o in store.take_notices(START, ahead)]


def test_a_clock_that_was_not_the_one_confirmed(store: Store) -> None:
    """A person has looked at the clock of another machine: who is days ahead of it stays held, and
    lets nothing come early.
    """
    machine, other = Machine(), Machine()
    guard, beside = machine.guard(store), other.guard(store)
    machine.jumped = timedelta(days=3)
    assert (None, None) == (guard.now(), beside.now())
    confirm(store, other.now())
    assert (None, None) == (guard.now(), beside.now())
    assert "259200 seconds ahead of the one that was confirmed" in store.marks()[MARK]
    machine.jumped = timedelta()
    confirm(store, other.now())
    assert (START, START) == (guard.now(), beside.now())


def beat(store: Store, at: datetime, **more: datetime) -> None:
    """A sign of life of some worker."""
    store.beat(Worker(id="w", release="0", started_at=at, beat_at=at, **more))


def test_at_the_start_the_last_sign_of_life_counts(store: Store) -> None:
    """A machine that wakes up with the date of last year does nothing."""
    machine = Machine()
    beat(store, START + BACK)
    assert machine.guard(store).now()
    beat(store, START + BACK + A_BIT)
    assert machine.guard(store).now() is None
    assert "behind the last sign of life" in store.marks()[MARK]


def test_a_sign_of_life_from_the_future_is_forgotten_when_confirmed(store: Store) -> None:
    """Else each start would ask again until that day has come."""
    machine = Machine()
    ahead = START + timedelta(days=300)
    beat(store, ahead, stopped_at=ahead)
    assert machine.guard(store).now() is None
    confirm(store, machine.now())
    (left,) = store.workers()
    assert [START] * 3 == [left.started_at, left.beat_at, left.stopped_at]
    assert machine.guard(store).now()


def test_after_a_long_time_without_workers_a_person_looks(store: Store) -> None:
    """A clock that stands in another year would take the record of every case along."""
    machine = Machine()
    beat(store, START)
    machine.true += IDLE
    assert machine.guard(store).now()
    machine.true += A_BIT
    assert machine.guard(store).now() is None
    assert "no worker was at work for 7 days" in store.marks()[MARK]
    confirm(store, machine.now())
    assert machine.guard(store).now()


class WithClock(MemoryStore):
    """A store whose database has a clock of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.there = Machine()

    def clock(self) -> datetime:
        """What the database shows."""
        return self.there.now()


def test_a_database_that_agrees_is_enough() -> None:
    """Then nobody need look after a long time without workers."""
    store, machine = WithClock(), Machine()
    beat(store, START)
    machine.true += 2 * IDLE
    store.there.true = machine.true
    assert machine.guard(store).now()


@pytest.mark.parametrize("side", [1, -1])
def test_the_clock_of_the_database(side: int) -> None:
    """Who is far from it, ahead or behind, is held; confirmed, that distance is the usual one."""
    store, machine = WithClock(), Machine()
    machine.jumped = side * APART
    guard = machine.guard(store)
    assert guard.now()
    machine.jumped += side * A_BIT
    assert machine.guard(store).now() is None
    assert "of the database" in store.marks()[MARK]
    confirm(store, machine.now())
    assert machine.guard(store).now() is None  # a new worker asks again
    store.mark(MARK, None)
    held = machine.guard(store)
    assert held.now() is None
    confirm(store, machine.now())
    assert held.now()


def test_a_command_on_a_machine_whose_clock_is_wrong() -> None:
    """Who records something there is told; a little apart is nothing."""
    store, machine = WithClock(), Machine()
    machine.jumped = APART
    assert "" == warning(store, machine.now(), "protocolkit work")
    for side, says in ((1, "4320 minutes ahead of"), (-1, "4320 minutes behind")):
        machine.jumped = side * timedelta(days=3)
        assert says in warning(store, machine.now(), "protocolkit work")


def test_a_machine_that_was_stopped_while_it_looked(store: Store) -> None:
    """Between reading the one and the other minutes may pass; that is no jump."""

    class Stopped(Machine):
        stops = 0

        def now(self) -> datetime:
            self.true += self.stops * SECOND
            self.stops = 0
            return self.true

    machine = Stopped()
    guard = machine.guard(store)
    assert guard.now()
    machine.stops = 100
    assert START + 100 * SECOND == guard.now()


def test_the_real_clocks_agree() -> None:
    """On this machine, with its own clocks."""
    store = MemoryStore()
    guard = Guard(store, SystemClock())
    before = steady()
    now = guard.now()
    assert now is not None
    assert abs(now - datetime.now(UTC)) < 60 * SECOND
    assert before <= steady()


JUMPS = st.one_of(
    st.integers(-20, 20),
    st.integers(-100_000, 100_000),
    st.sampled_from([86_400, 86_401, -5, -6, 400 * 86_400]),
)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 7_200), JUMPS, st.booleans()), max_size=12))
@example([(0, 86_400, False), (0, 86_400, False)])
@example([(7_200, -4, False), (7_200, -4, False), (7_200, 0, True), (7_200, 0, False)])
def test_whatever_the_clock_does(steps: list[tuple[int, int, bool]]) -> None:
    """Nothing comes more than 24 hours before its instant by the true clock, counted from when the
    clock was last known to be right; nothing comes twice; the record of a case never goes back.

    A person confirms only a clock that was set right.
    """
    store, machine = MemoryStore(), Machine()
    engine = county(store, SetClock(START))
    engine.open("tiny", by=OFFICER, id="c-1")
    engine.fire("c-1", "ask", by=OFFICER)
    due = [START + timedelta(hours=2), START + timedelta(hours=3)]
    worker_engine = stranger(store, machine)
    worker = Loop(worker_engine, guard=machine.guard(store), steady_seconds=machine.steady)
    for seconds, jump, is_confirmed in steps:
        machine.true += seconds * SECOND
        machine.jumped += jump * SECOND
        if is_confirmed and MARK in store.marks():
            machine.jumped = timedelta()
            confirm(store, machine.now())
        before = len(store.notices())
        fired = worker.fire()
        new = store.notices()[before:]
        assert not (fired.held and new)
        for one in new:
            assert one.at in due
            assert machine.true >= one.at - FORWARD
        recorded = [event.recorded_at for event in store.events("c-1")]
        assert sorted(recorded) == recorded
        assert len(store.notices()) == len({one.at for one in store.notices()})
    machine.true = max(machine.true, START + timedelta(days=3))
    machine.jumped = timedelta()
    if worker.fire().held:
        confirm(store, machine.now())
        worker.fire()
    assert due == [one.at for one in store.notices()]
