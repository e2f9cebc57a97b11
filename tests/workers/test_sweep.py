"""A sweep: the cases of a claim become lasting together, and one that is spoilt hinders nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from protocolkit.api import Engine, loads
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Conflict, StoreError
from protocolkit.semantics.changes import CaseOpened
from protocolkit.semantics.time import advance
from protocolkit.store.base import Commit, Store
from protocolkit.store.memory import MemoryStore
from tests.stories import JUDGE, OFFICER, SUPERVISOR, tiny_text
from tests.workers.harness import LATE, START, county, stranger


def ask(engine: Engine, *cases: str) -> None:
    """Open cases in which somebody waits for a reply."""
    for case in cases:
        engine.open("tiny", by=OFFICER, id=case)
        engine.fire(case, "ask", by=OFFICER)


def texts(store: Store) -> dict[str, list[dict[str, Any]]]:
    """All that was recorded, by case."""
    return {
        head.case: [event.to_json() for event in store.events(head.case)] for head in store.heads()
    }


def test_a_stranger_fires_what_is_due(store: Store) -> None:
    """An engine that was given no protocol reads it from the store and does what is due."""
    ask(county(store), "c-1", "c-2")
    swept = stranger(store, VirtualClock(LATE)).sweep(LATE)
    assert (2, 4, 2) == (swept.cases, swept.events, swept.found)
    assert START + timedelta(hours=2, microseconds=1) == swept.due_since
    assert ["c-1", "c-2"] == [notice.case for notice in store.notices()]


def test_a_sweep_is_bounded(store: Store) -> None:
    """No more cases than asked for, the earliest first; then the others; then nothing."""
    clock = VirtualClock(START)
    engine = county(store, clock)
    for case in ("c-3", "c-2", "c-1"):
        ask(engine, case)
        clock.move_to(clock.now() + timedelta(seconds=1))
    worker = stranger(store, VirtualClock(LATE))
    found = [worker.sweep(LATE, limit=2).found for _ in range(3)]
    assert [2, 1, 0] == found
    assert ["c-3", "c-2", "c-1"] == [notice.case for notice in store.notices()]


def test_nothing_comes_before_its_instant(store: Store) -> None:
    """At the due instant itself there is still time; just after it there is none."""
    ask(county(store), "c-1")
    due = START + timedelta(hours=2)
    worker = stranger(store, VirtualClock(due))
    assert 0 == worker.sweep(due).found
    assert 1 == worker.sweep(due + timedelta(microseconds=1)).cases


def test_however_it_is_swept_it_is_the_same(store: Store) -> None:
    """One big sweep, many small ones, two engines in turn: the same events, to the byte."""
    other = MemoryStore()
    for one in (store, other):
        ask(county(one), *(f"c-{number}" for number in range(5)))
    late = START + timedelta(hours=9)
    workers = [stranger(store, VirtualClock(late)) for _ in range(2)]
    for minutes in (119, 121, 150, 300, 540):
        at = START + timedelta(minutes=minutes)
        while sum(worker.sweep(at, limit=2).found for worker in workers):
            pass
    county(other, VirtualClock(late)).advance()
    assert texts(other) == texts(store)
    assert sorted(one.id for one in other.notices()) == sorted(one.id for one in store.notices())


class Spoilt(MemoryStore):
    """A store in which the events of some cases cannot be read."""

    bad: frozenset[str] = frozenset()

    def entries(self, case: str, after: int = 0) -> Any:
        """Raises: StoreError: the case is one of them."""
        if case in self.bad:
            raise StoreError(f"Entry 1 of case {case} is damaged and cannot be read.")
        return super().entries(case, after)


def test_a_case_that_cannot_be_read_is_set_aside() -> None:
    """The others of its claim go on, singly; it is named with the reason."""
    store = Spoilt()
    ask(county(store), "c-1", "c-2", "c-3")
    store.bad = frozenset({"c-2"})
    worker = stranger(store, VirtualClock(LATE))
    swept = worker.sweep(LATE)
    assert ["c-2"] == list(swept.aside)
    assert ["c-1", "c-3"] == [notice.case for notice in store.notices()]
    assert 0 == worker.sweep(LATE, without=frozenset({"c-2"})).found


def test_a_case_of_an_unknown_protocol_is_set_aside(store: Store) -> None:
    """Without its text nobody knows what time does to it; the others go on together."""
    ask(county(store), "c-1", "c-2")
    event = store.events("c-1")[0]
    opened = event.changes[0]
    assert isinstance(opened, CaseOpened)
    changes = (opened.replace(digest="unknown"), *event.changes[1:])
    head = store.head("c-1")
    assert head is not None
    store.commit(
        Commit(
            head=head.replace(case="c-0", version=1, digest="unknown"),
            expected_version=0,
            events=(event.replace(case="c-0", changes=changes),),
            written_at=START,
        )
    )
    swept = stranger(store, VirtualClock(LATE)).sweep(LATE)
    assert (["c-0"], 2) == (list(swept.aside), swept.cases)
    assert "another text of the protocol" in str(swept.aside["c-0"])


def test_a_fault_of_ours_in_one_case_hinders_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only one case makes the rules stumble over does not keep time from the others."""
    store = MemoryStore()
    ask(county(store), "c-1", "c-2")

    def stumbling(program: Any, case: Any, *more: Any) -> Any:
        if case.id == "c-1":
            raise KeyError("what nobody thought of")
        return advance(program, case, *more)

    monkeypatch.setattr("protocolkit.engine.sweeping.advance", stumbling)
    swept = stranger(store, VirtualClock(LATE)).sweep(LATE)
    assert (["c-1"], 1) == (list(swept.aside), swept.cases)
    with pytest.raises(KeyError):  # whoever asks for all of it hears of it at the end
        county(store, VirtualClock(LATE + timedelta(hours=2))).advance()
    assert ["c-2", "c-2"] == [notice.case for notice in store.notices()]


class Quarrelling(MemoryStore):
    """A store in which somebody gets in between at the end of a claim, once."""

    quarrels = 0
    ends_with: type[BaseException] | None = None

    @contextmanager
    def claim(
        self, until: datetime, limit: int = 100, without: Collection[str] = ()
    ) -> Iterator[Any]:
        """Raises: Conflict: the first time."""
        with super().claim(until, limit, without) as claim:
            yield claim
            if self.ends_with:
                raise self.ends_with
            if self.quarrels:
                self.quarrels -= 1
                raise Conflict("somebody was faster")


def test_a_claim_that_fails_is_tried_case_by_case() -> None:
    """Nothing of it became lasting, and nothing of it is remembered as if it had."""
    store = Quarrelling()
    engine = county(store)
    ask(engine, "c-1", "c-2")
    store.quarrels = 1
    engine.clock.move_to(LATE)  # type: ignore[attr-defined]
    swept = engine.sweep(LATE)
    assert (2, 4, 2) == (swept.cases, swept.events, swept.found)
    assert ["c-1", "c-2"] == [notice.case for notice in store.notices()]
    assert [event.sequence for event in store.events("c-1")] == [1, 2, 3, 4]
    engine.fire("c-1", "answer", by=SUPERVISOR)
    assert not engine.todo("c-1")


def test_what_a_broken_claim_did_is_forgotten() -> None:
    """The case in memory is that of the store, also when the claim ended by an exception."""
    store = Quarrelling()
    engine = county(store)
    ask(engine, "c-1")

    class Stopped(BaseException):
        pass

    store.ends_with = Stopped
    engine.clock.move_to(LATE)  # type: ignore[attr-defined]
    with pytest.raises(Stopped):
        engine.sweep(LATE)
    store.ends_with = None
    assert 2 == engine.case("c-1").version
    engine.advance()
    assert 4 == engine.case("c-1").version


WAITS = """
facts:
  shares: {type: boolean, scope: programme, recorded_by: judge}
triggers:
  notice: {who: officer}
follow_ups:
  tell_partner: {opens_with: notice, if: shares, who: officer, due: within 5 hours}
"""


def test_cases_that_wait_for_their_programme(store: Store) -> None:
    """What the programme learns reaches every case that waits for it, a few in each sweep, also
    one that began to wait while the news came.
    """
    clock = VirtualClock(START)
    engine = county(store, clock, WAITS)
    engine.adopt("tiny", by=JUDGE)
    for number in range(5):
        engine.open("tiny", by=OFFICER, id=f"c-{number}")
        engine.fire(f"c-{number}", "notice", by=OFFICER)
    worker = stranger(store, clock)
    while worker.sweep(START).found:
        pass
    engine.record("tiny.programme", {"shares": True}, by=JUDGE)
    sweeps = [worker.sweep(START, limit=2) for _ in range(4)]
    # The last one found is the programme itself, which waits for nothing.
    assert [(2, 2), (2, 2), (2, 1), (0, 0)] == [(one.found, one.cases) for one in sweeps]
    assert all(len(engine.todo(f"c-{number}")) == 1 for number in range(5))


class Hasty(MemoryStore):
    """A store in which a command looked at the programme just before the news came there."""

    hides = ""

    def head(self, case: str) -> Any:
        """Of one case: not yet."""
        return None if case == self.hides else super().head(case)


def test_a_case_that_began_to_wait_while_the_news_came() -> None:
    """A worker looks a second time a minute later, and finds it."""
    store = Hasty()
    clock = VirtualClock(START)
    engine = county(store, clock, WAITS)
    engine.adopt("tiny", by=JUDGE)
    engine.open("tiny", by=OFFICER, id="c-1")
    engine.record("tiny.programme", {"shares": True}, by=JUDGE)
    worker = stranger(store, clock)
    while worker.sweep(START).found:
        pass
    late = county(store, clock, WAITS)
    store.hides = "tiny.programme"
    late.fire("c-1", "notice", by=OFFICER)
    store.hides = ""
    assert 0 == worker.sweep(START).found
    clock.move_to(START + timedelta(minutes=1))
    assert 1 == worker.sweep(clock.now()).cases
    assert ["tell_partner"] == [one.follow_up for one in engine.case("c-1").open]
    clock.move_to(START + timedelta(hours=1))
    assert 0 == worker.sweep(clock.now()).found


def test_a_programme_that_is_spoilt_hinders_no_other() -> None:
    """It is set aside as a case is, once a minute; what another programme learns reaches its cases,
    and nobody takes it for trouble with the whole store.
    """
    store = Spoilt()
    clock = VirtualClock(START)
    both = [loads(tiny_text(WAITS).replace("id: tiny", f"id: {name}")) for name in ("a", "b")]
    engine = Engine(both, store, clock)
    for name in ("a", "b"):
        engine.adopt(name, by=JUDGE)
        engine.open(name, by=OFFICER, id=f"{name}-1")
        engine.fire(f"{name}-1", "notice", by=OFFICER)
        engine.record(f"{name}.programme", {"shares": True}, by=JUDGE)
    store.bad = frozenset({"a.programme"})
    worker = stranger(store, clock)
    sweeps = []
    while (swept := worker.sweep(START)).found:
        sweeps.append(swept)
        assert len(sweeps) < 9
    assert 1 == sum("a.programme" in swept.aside for swept in sweeps)
    assert ["tell_partner"] == [one.follow_up for one in engine.case("b-1").open]
    assert 0 == worker.sweep(START).found
    clock.move_to(START + timedelta(minutes=1))
    assert ["a.programme"] == list(worker.sweep(clock.now()).aside)
