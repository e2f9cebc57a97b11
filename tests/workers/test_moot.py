"""When a notice that nobody has sent yet is not true any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from protocolkit.api import Engine
from protocolkit.store.base import Store
from protocolkit.store.memory import MemoryStore
from tests.stories import OFFICER, SUPERVISOR
from tests.workers.harness import LATE, START, county, notice

IN_A_STATE = """
states: {begun: {initial: true}, waiting: {}, closed: {final: true}}
triggers:
  begin: {who: officer, moves: {from: begun, to: waiting}}
  give_up: {who: [officer, clock], moves: {from: waiting, to: closed}}
escalations:
  too_long:
    watches: {state: waiting}
    levels:
      - {id: first, after: 1 hour, tell: supervisor}
      - {id: last, after: 1 hour, tell: judge, fire: give_up}
"""
VACANT = """
triggers:
  ask: {who: officer}
  name: {who: officer, assigns: {caseworker: named}}
follow_ups:
  visit: {opens_with: ask, who: caseworker, owed_to: officer, due: within 2 hours,
    waive: {who: supervisor}}
escalations:
  no_visit: {watches: {follow_up: visit}, levels: [{id: first, at: due, tell: judge}]}
"""


@pytest.fixture
def asked() -> Engine:
    """A case in which the reply is late and the supervisor is to be told."""
    engine = county(MemoryStore())
    engine.open("tiny", by=OFFICER, id="c-1")
    engine.fire("c-1", "ask", by=OFFICER)
    engine.advance(LATE)
    return engine


def moot(engine: Engine) -> dict[str, bool]:
    """Whether each notice of the case is moot."""
    return {one.about: engine.is_moot(one) for one in engine.store.notices("c-1")}


def test_it_is_true_as_long_as_it_is_owed(asked: Engine) -> None:
    """Late is late, also when the next level has come."""
    assert {"no_reply.first": False} == moot(asked)
    asked.advance(LATE + timedelta(hours=2))
    assert {"no_reply.first": False, "no_reply.second": False} == moot(asked)


def test_it_is_moot_once_it_was_done(asked: Engine) -> None:
    """The reply came: nobody need be told that it is missing."""
    asked.fire("c-1", "answer", by=SUPERVISOR)
    assert {"no_reply.first": True} == moot(asked)


def test_more_time_makes_it_moot(asked: Engine) -> None:
    """With a later limit it is not late; when that has passed, the new notice is true."""
    asked.extend("c-1", "reply/1", by=SUPERVISOR, until=START + timedelta(hours=5))
    assert {"no_reply.first": True} == moot(asked)
    asked.advance(START + timedelta(hours=5, minutes=1))
    notices = asked.store.notices("c-1")
    assert [True, False] == [asked.is_moot(one) for one in notices]


def test_an_error_that_is_put_right_makes_it_moot(asked: Engine) -> None:
    """Nobody had asked: the entry was made in error."""
    asked.void("c-1", 2, by=OFFICER)
    assert {"no_reply.first": True} == moot(asked)


def test_a_reply_in_error_lets_it_stand(asked: Engine) -> None:
    """The reply was entered in the wrong case: what was reached stands."""
    asked.fire("c-1", "answer", by=SUPERVISOR)
    asked.void("c-1", 5, by=SUPERVISOR)
    assert {"no_reply.first": False} == moot(asked)


def test_a_state_that_was_left() -> None:
    """A ladder over a state is moot once somebody left the state, but not by what its own levels
    do.
    """
    by_a_person, by_the_clock = (county(MemoryStore(), rules=IN_A_STATE) for _ in range(2))
    for engine in (by_a_person, by_the_clock):
        engine.open("tiny", by=OFFICER, id="c-1")
        engine.fire("c-1", "begin", by=OFFICER)
        engine.advance(START + timedelta(hours=1, minutes=1))
        assert {"too_long.first": False} == moot(engine)
    by_a_person.fire("c-1", "give_up", by=OFFICER)
    assert {"too_long.first": True} == moot(by_a_person)
    by_the_clock.advance(START + timedelta(hours=2, minutes=1))
    assert by_the_clock.case("c-1").is_closed
    assert {"too_long.first": False, "too_long.last": False} == moot(by_the_clock)


def test_nobody_was_there(store: Store) -> None:
    """That nobody can owe it is true until somebody is named."""
    engine = county(store, rules=VACANT)
    engine.open("tiny", by=OFFICER, id="c-1")
    engine.fire("c-1", "ask", by=OFFICER)
    assert {"visit.vacant": False} == moot(engine)
    engine.fire("c-1", "name", by=OFFICER, assign={"caseworker": "w-1"})
    assert {"visit.vacant": True} == moot(engine)


def test_nobody_was_there_and_it_is_owed_no_more() -> None:
    """With the follow-up ends what was said of it."""
    engine = county(MemoryStore(), rules=VACANT)
    engine.open("tiny", by=OFFICER, id="c-1")
    engine.fire("c-1", "ask", by=OFFICER)
    engine.waive("c-1", "visit/1", by=SUPERVISOR)
    assert {"visit.vacant": True} == moot(engine)


@pytest.mark.parametrize("id", ["c-1", "c-1/x/0", "c-1/99/0", "c-1/4/99", "c-1/1/0", "c-1/0/0"])
def test_what_cannot_be_told_is_true(asked: Engine, id: str) -> None:
    """One notice too many is better than one too few."""
    assert not asked.is_moot(notice(id, case="c-1"))


ONLY_THE_CLOCK = IN_A_STATE.replace("tell: judge, fire: give_up", "fire: give_up")
ENDS_BY_ITSELF = """
triggers:
  ask: {who: officer}
  name: {who: officer, assigns: {caseworker: named}}
  forget: {who: [officer, clock]}
follow_ups:
  visit: {opens_with: ask, who: caseworker, owed_to: officer, due: within 2 hours,
    ends_when: [{if: happened(forget), because: forgotten}]}
escalations:
  no_visit:
    watches: {follow_up: visit}
    levels: [{id: first, at: due, tell: judge}, {id: last, after: 1 hour, fire: forget}]
"""


def test_time_alone_silences_nobody() -> None:
    """No worker was there for hours, and time itself ended the case: nobody has looked at it, and
    nobody was told. A person who acts has.
    """
    engine = county(MemoryStore(), rules=ONLY_THE_CLOCK)
    engine.open("tiny", by=OFFICER, id="c-1")
    engine.fire("c-1", "begin", by=OFFICER)
    engine.advance(START + timedelta(hours=5))
    assert engine.case("c-1").is_closed
    assert {"too_long.first": False} == moot(engine)


def test_time_alone_names_nobody() -> None:
    """The same for what nobody could owe, until time ended that too."""
    engine = county(MemoryStore(), rules=ENDS_BY_ITSELF)
    engine.open("tiny", by=OFFICER, id="c-1")
    engine.fire("c-1", "ask", by=OFFICER)
    engine.advance(START + timedelta(hours=5))
    assert not engine.todo("c-1")
    assert {"visit.vacant": False, "no_visit.first": False} == moot(engine)
