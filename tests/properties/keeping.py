"""What cases, keys and notices must be after anything that people, workers and faults do.

One machine for every kind of store: people who ask with and without keys, workers that sweep
and send, engines that are thrown away, connections that break. The model is the plain
reference, the answers that were given under keys, and a list of what is to be sent. Imports the
engine and the reference, and knows no store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from protocolkit.bundled import bundled
from protocolkit.engine.engine import Engine
from protocolkit.ground.errors import Conflict, Refused
from protocolkit.ground.record import Record
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.answers import Standing
from protocolkit.semantics.changes import Told
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.program import Program
from protocolkit.semantics.time import next_instant
from protocolkit.store.base import Delivery, Head, Outcome
from tests.properties import test_year
from tests.properties.breaking import Break, Breaking, Broken
from tests.properties.pairs import CASE, Pair, agree, id_of, tell
from tests.properties.places import Place
from tests.properties.telling import PEOPLE, STARTS, Dice, Teller
from tests.properties.test_engine_equals_reference import drawn_protocol
from tests.reference.ledger import Ask

RESIDENTS = test_year.PEOPLE
WORKERS = 3
SEED = st.integers(0, 2**32 - 1)
WORKER = st.integers(0, WORKERS - 1)
HOW = st.sampled_from(["key", "key", "version", ""])
BREAKS = st.lists(st.sampled_from(["", "before", "after"]), max_size=3)


@cache
def larkspur() -> Protocol:
    """The county that uses every part of the language at once."""
    text = bundled("protocols", "examples", "larkspur.yaml").read_text(encoding="utf-8")
    protocol = read_text(text).protocol
    assert protocol is not None
    return protocol


Where = Callable[[], AbstractContextManager[Place]]
"""What makes an empty store of the kind that is tried."""


class Answered(Record):
    """What somebody was told under a key: where the case stood, or the names of a refusal."""

    ask: Ask
    standing: Standing | None = None
    refused: tuple[str, ...] = ()


class Died(Exception):
    """A worker ended in the middle of its work."""


class KeepingCases(RuleBasedStateMachine):
    """Whatever happens, in whatever order: each thing took effect once."""

    where: Where
    pair: Pair

    def __init__(self) -> None:
        super().__init__()
        self.begun = False
        self.count = 0
        self.turn = 0
        self.meetings = 0
        self.answered: dict[str, Answered] = {}
        self.asked = {"case": 0, "programme": 0}
        self.deliveries: dict[str, Delivery] = {}
        self.held: list[Delivery] = []

    # -- how it begins -----------------------------------------------------------------------

    @initialize(data=st.data(), seed=SEED)
    def begin(self, data: st.DataObject, seed: int) -> None:
        """A programme is adopted, perhaps; a case opens."""
        dice = self._dice(seed)
        protocol = larkspur() if dice.maybe(50) else drawn_protocol(data)[1]
        self.people = RESIDENTS if protocol.id == "larkspur" else PEOPLE
        self._standing_by = self.where()
        self.place = self._standing_by.__enter__()
        self.pair = pair = Pair(protocol, dice.one(STARTS))
        self.begun = True
        self.program = Program(protocol)
        self.engines: list[Engine] = []
        self.stores: list[Breaking] = []
        for worker in range(WORKERS):
            self._make(worker)
        pair.engine = self.engines[0]
        facts = protocol.facts.values()
        if any(fact.scope == "programme" for fact in facts) and dice.maybe(80):
            self._tell(
                dice,
                Ask(
                    kind="adopt",
                    by=self.people[4 if self.people is RESIDENTS else 0],
                    scope="programme",
                ),
                "k-adopt",
            )
        opening = self._teller(dice).opening()
        self._tell(dice, opening, "k-open")
        if pair.reference.opened_at is None:
            self._tell(dice, opening.replace(by=self.people[0], facts={}), "k-open-again")

    def _dice(self, seed: int) -> Dice:
        """Choices that are others each time, whatever small seeds are drawn."""
        self.turn += 1
        return Dice(seed * 1_000 + self.turn)

    def _make(self, worker: int) -> None:
        store = Breaking(self.place.open())
        self.stores[worker : worker + 1] = [store]
        self.engines[worker : worker + 1] = [Engine([self.program], store, self.pair.clock)]

    def _teller(self, dice: Dice, scope: str = "case") -> Teller:
        teller = Teller(dice, self.pair.meant(scope), self.people)
        teller.count = self.meetings
        return teller

    def _drawn(self, dice: Dice) -> Ask:
        """Something that somebody tries, in the case or beside it."""
        has_programme = self.pair.beside.opened_at is not None
        scope = "programme" if has_programme and dice.maybe(15) else "case"
        teller = self._teller(dice, scope)
        ask = teller.ask(self.pair.now)
        self.meetings = teller.count
        return ask

    # -- people ------------------------------------------------------------------------------

    @rule(seed=SEED, how=HOW, times=st.integers(2, 8), breaks=BREAKS)
    def somebody_asks(self, seed: int, how: str, times: int, breaks: list[Break]) -> None:
        """Right or wrong, with a key, the version they saw, or neither; time passes, nobody looks.

        The connection may break, then they try again. What time does by the same hand meanwhile
        is no reason to turn away somebody who saw the last version.
        """
        dice = self._dice(seed)
        for _ in range(times):
            self.count += 1
            ask = self._drawn(dice)
            if how == "version":
                self._tell(dice, ask, "", version=self._head(ask.scope).version)
            else:
                self._tell(dice, ask, f"k-{self.count}" if how == "key" else "", breaks)
            if dice.maybe(40):
                self._wait(dice)
            if dice.maybe(25):
                self._send(dice)

    @rule(seed=SEED, worker=WORKER, behind=st.sampled_from([-1, 1, 2]))
    def somebody_asks_who_saw_another_version(self, seed: int, worker: int, behind: int) -> None:
        """They are told so, and nothing is written."""
        ask = self._drawn(self._dice(seed))
        seen = max(0, self._head(ask.scope).version - behind)
        with self._nothing_is_written(), pytest.raises(Conflict):
            tell(self.engines[worker], self.pair.protocol, ask, expected_version=seen)

    @precondition(lambda self: self.answered)
    @rule(seed=SEED, worker=WORKER)
    def somebody_repeats_what_was_answered(self, seed: int, worker: int) -> None:
        """The same key and request: the same answer, and nothing is written."""
        key = self._dice(seed).one(sorted(self.answered))
        with self._nothing_is_written():
            assert self.answered[key] == self._answer(worker, self.answered[key].ask, key)

    @precondition(lambda self: self.answered)
    @rule(seed=SEED, worker=WORKER)
    def somebody_uses_a_key_twice(self, seed: int, worker: int) -> None:
        """The same key for another request is refused, and nothing is written."""
        key = self._dice(seed).one(sorted(self.answered))
        self.count += 1
        at = self.pair.now - timedelta(seconds=self.count)
        other = Ask(kind="record", by=self.answered[key].ask.by, at=at)
        with self._nothing_is_written(), pytest.raises(Conflict):
            self._answer(worker, other, key)

    def _answer(self, worker: int, ask: Ask, key: str, **more: Any) -> Answered:
        try:
            standing = tell(self.engines[worker], self.pair.protocol, ask, key=key, **more)
        except Refused as refused:
            names = sorted({reason.name for reason in refused.reasons})
            return Answered(ask=ask, refused=tuple(names))
        return Answered(ask=ask, standing=standing)

    def _tell(
        self,
        dice: Dice,
        ask: Ask,
        key: str,
        breaks: list[Break] | None = None,
        version: int | None = None,
    ) -> None:
        """Somebody asks until there is an answer; the reference is asked once."""
        note(f"{self.pair.now} {key} {ask}")
        more = {} if version is None else {"expected_version": version}
        worker = dice.one(range(WORKERS))
        wanted = tuple(sorted(self.pair.meant(ask.scope).ask(ask, self.pair.now)))
        self.stores[worker].breaks = list(breaks or ())
        while True:
            store = self.stores[worker]
            store.written.clear()
            try:
                answer = self._answer(worker, ask, key, **more)
            except Broken:
                done = [event.kind for event in store.written if event.kind != "time"]
                left, store.breaks = store.breaks, []
                if done and not key:  # they look, see that it came through, and leave it at that
                    assert [bool(wanted)] == [kind == "refused" for kind in done]
                    break
                worker = dice.one(range(WORKERS))
                self.stores[worker].breaks = left
                continue
            store.breaks = []
            assert wanted == answer.refused
            if key and not (wanted and ask.kind in ("open", "adopt")):
                self.answered[key] = answer
            break
        self.asked[ask.scope] += not (wanted and ask.kind in ("open", "adopt"))

    # -- time and workers --------------------------------------------------------------------

    def _wait(self, dice: Dice) -> None:
        self.pair.clock.move_to(dice.one(self._teller(dice).instants(self.pair.now)))

    @rule(seed=SEED, worker=WORKER, breaks=BREAKS)
    def a_worker_sweeps(self, seed: int, worker: int, breaks: list[Break]) -> None:
        """After a while, until it comes through; then nothing is due any more."""
        dice = self._dice(seed)
        if dice.maybe(70):
            self._wait(dice)
        self._sweep(worker, breaks)

    def _sweep(self, worker: int, breaks: list[Break]) -> None:
        self.stores[worker].breaks = list(breaks)
        while True:
            try:
                self.engines[worker].advance()
            except Broken:
                continue
            break
        self.stores[worker].breaks = []
        self.pair.beside.advance(self.pair.now)
        self.pair.reference.advance(self.pair.now)
        assert [] == self.stores[worker].due(self.pair.now)

    @rule(worker=WORKER)
    def somebody_looks(self, worker: int) -> None:
        """Time comes to a case that is asked about, and to no other."""
        self.engines[worker].pending(CASE)
        self.pair.reference.advance(self.pair.now)

    @rule(worker=WORKER)
    def a_worker_dies_with_cases_in_its_hands(self, worker: int) -> None:
        """They are what was due; another worker finds them as they were."""
        now = self.pair.now
        due = tuple(self.stores[worker].due(now))
        with (
            self._nothing_is_written(),
            suppress(Died),
            self.stores[worker].claim(now) as claim,
        ):
            assert due == claim.heads
            assert {head.case: head.version for head in due} == {
                case: len(events) for case, events in claim.events().items()
            }
            raise Died
        with self.stores[worker - 1].claim(now) as claim:
            assert due == claim.heads

    @rule(worker=WORKER, everything=st.booleans())
    def an_engine_is_made_anew(self, worker: int, everything: bool) -> None:
        """What it knew is gone; perhaps only the store is left."""
        if not everything:
            self._make(worker)
            return
        self.place.leave()
        for one in range(WORKERS):
            self._make(one)

    # -- notices -----------------------------------------------------------------------------

    @rule(seed=SEED)
    def workers_send(self, seed: int) -> None:
        """Each takes some that may be tried now, and time passes or not."""
        dice = self._dice(seed)
        for _ in range(WORKERS):
            self._send(dice)
            if dice.maybe(50):
                self._wait(dice)

    def _send(self, dice: Dice) -> None:
        """A worker takes those that may be tried now, the longest first, and that no other holds;
        what became of some that were ever taken is written, perhaps long after the time was up.
        """
        self.the_notices_are_what_became_of_them()
        now, limit = self.pair.now, dice.one([1, 3, 100])
        lease = timedelta(hours=dice.one([0, 1, 20]), minutes=1)
        free = [one for one in self.deliveries.values() if one.try_at and one.try_at <= now]
        free.sort(key=lambda one: str(one.try_at))  # what was written first stays before
        wanted = [one.replace(tries=one.tries + 1, try_at=now + lease) for one in free[:limit]]
        store = self.stores[dice.one(range(WORKERS))]
        assert wanted == store.take_notices(now, now + lease, limit)
        self.deliveries |= {one.notice.id: one for one in wanted}
        self.held += wanted
        while self.held and dice.maybe(40):
            self._settle(dice, self.held[dice.one(range(len(self.held)))])

    def _settle(self, dice: Dice, taken: Delivery) -> None:
        """The first outcome stays; what was reached only grows."""
        now = self.pair.now
        outcome: Outcome = dice.one(["sent", "moot", "", ""])
        said = taken.replace(
            reached=dice.one([(), ("desk",), ("phone",), ("desk", "phone")]),
            outcome=outcome,
            try_at=None if outcome else now + timedelta(minutes=dice.one([0, 5, 600])),
            done_at=now if outcome else None,
        )
        self.stores[dice.one(range(WORKERS))].settle(said)
        known = self.deliveries[taken.notice.id]
        grown = (*known.reached, *(one for one in said.reached if one not in known.reached))
        kept = known if known.outcome else said
        tries = max(known.tries, said.tries)
        self.deliveries[taken.notice.id] = kept.replace(reached=grown, tries=tries)

    # -- what holds after everything -----------------------------------------------------------

    @invariant()
    def the_cases_stand_where_the_reference_does(self) -> None:
        """States, follow-ups, levels, notices, facts; as told by the stored events."""
        if self.begun:
            self.pair.engine = self.engines[self.count % WORKERS]
            agree(self.pair)

    @invariant()
    def each_thing_is_in_the_record_once(self) -> None:
        """As many entries of people as there were, the heads as the events say, and each
        notice of the events once.
        """
        if not self.begun:
            return
        store = self.stores[0]
        told = []
        for scope in self.asked:
            case = id_of(scope, self.pair.protocol)
            events = store.events(case)
            assert self.asked[scope] == sum(event.kind != "time" for event in events)
            assert list(range(1, len(events) + 1)) == [event.sequence for event in events]
            told += [
                (case, change.role, change.person, change.about, change.at)
                for event in events
                for change in event.changes
                if isinstance(change, Told)
            ]
            if events:
                self._the_head_is_right(self._head(scope), scope, events)
        assert sorted(told) == sorted(
            (one.case, one.role, one.person, one.about, one.at) for one in store.notices()
        )

    def _the_head_is_right(self, head: Head, scope: str, events: list[Event]) -> None:
        case = replay(head.case, events)
        assert (case.events, case.digest, case.is_closed) == (
            head.version,
            head.digest,
            head.closed,
        )
        if scope == "programme" or not self.program.has_programme_facts:
            assert next_instant(case) == head.next_at

    @invariant()
    def the_notices_are_what_became_of_them(self) -> None:
        """Each as it was left, in the order in which they were written; new ones wait."""
        if not self.begun:
            return
        found = self.stores[-1].deliveries()
        for one in found:
            if one.notice.id not in self.deliveries:
                self.deliveries[one.notice.id] = Delivery(notice=one.notice, try_at=one.notice.at)
        assert list(self.deliveries.values()) == found

    def teardown(self) -> None:
        """In the end every engine gives the same answers, and each key its own."""
        if not self.begun:
            return
        try:
            self._in_the_end()
        finally:
            self._standing_by.__exit__(None, None, None)

    def _in_the_end(self) -> None:
        if self.pair.reference.opened_at is None:
            return
        self._sweep(0, [])
        fresh = Engine([Program(self.pair.protocol)], self.place.open(), self.pair.clock)
        for answer in ("case", "pending", "todo", "undecided"):
            expected = getattr(fresh, answer)(CASE)
            assert [expected] * WORKERS == [getattr(one, answer)(CASE) for one in self.engines]
        for key, answered in list(self.answered.items())[-12:]:
            assert answered == self._answer(0, answered.ask, key)

    # -- inside --------------------------------------------------------------------------------

    def _head(self, scope: str) -> Head:
        head: Head | None = self.stores[0].head(id_of(scope, self.pair.protocol))
        assert head is not None
        return head

    @contextmanager
    def _nothing_is_written(self) -> Iterator[None]:
        before = self._all()
        yield
        assert before == self._all()

    def _all(self) -> list[Any]:
        store = self.stores[0]
        heads = list(store.heads())
        return [heads, [store.entries(head.case) for head in heads], store.deliveries()]
