"""The standing case of a programme, and what cases see of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Conflict, Refused, UsageError
from protocolkit.semantics.events import replay
from protocolkit.store.base import Store
from protocolkit.store.memory import MemoryStore
from protocolkit.store.sqlite import SqliteStore
from tests.stories import JUDGE, OFFICER, SUPERVISOR, engine_with, local

PACT = """
facts:
  pact_signed: {type: date, scope: programme, recorded_by: judge, valid_for: 2 calendar months}
  danger: {type: boolean, recorded_by: officer}
triggers:
  notice: {who: officer}
  share: {who: officer, needs: {pact: pact_signed is known}}
  join: {scope: programme, who: judge, records: pact_signed}
  close: {who: officer, moves: {from: begun, to: closed}}
meetings:
  pact_review: {scope: programme, called_by: judge, every: 6 calendar months after the last}
follow_ups:
  tell_partner: {opens_with: notice, if: pact_signed is known, who: officer, due: within 5 hours}
  renew: {scope: programme, opens_with: join, if_again: ignore, who: judge,
          due: within 30 calendar days}
  watch: {opens_in: begun, who: officer, due: within 1 hour}
escalations:
  too_late:
    watches: {follow_up: watch}
    levels: [{at: due, if: pact_signed is known, tell: [judge]}]
"""
SIGNED = {"pact_signed": date(2025, 3, 1)}
STANDING = "tiny.programme"


def _names(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [one.name for one in refused.value.reasons]


def test_adopting_opens_one_standing_case(store: Store) -> None:
    """It has no states, `adopted` happened in it, and a regular meeting is owed from then on."""
    engine, _ = engine_with(PACT, store=store)
    standing = engine.adopt("tiny", by=JUDGE, happened_at=local("2025-03-03 09:00"), key="k-1")
    assert STANDING == standing.id
    assert {} == standing.states
    assert ["pact_review.again"] == [one.follow_up for one in standing.open]
    assert local("2025-09-04 00:00") == standing.open[0].due
    assert standing == engine.adopt(
        "tiny", by=JUDGE, happened_at=local("2025-03-03 09:00"), key="k-1"
    )
    with pytest.raises(Conflict, match="adopted already"):
        engine.adopt("tiny", by=JUDGE)


def test_only_who_holds_a_role_may_adopt(store: Store) -> None:
    """And nothing is written when it is refused."""
    engine, _ = engine_with(PACT, store=store)
    with pytest.raises(Refused) as refused:
        engine.adopt("tiny", by=OFFICER.replace(roles=frozenset()))
    assert ["wrong-role"] == _names(refused)
    assert [] == list(store.heads())


def test_its_acts_facts_and_meetings_are_done_with_the_ordinary_commands(store: Store) -> None:
    """What was adopted first dates the first meeting; the next counts from when it was held."""
    engine, clock = engine_with(PACT, store=store)
    engine.adopt("tiny", by=JUDGE)
    done = engine.fire(STANDING, "join", by=JUDGE, facts=SIGNED)
    assert ["renew", "pact_review.again"] == [one.follow_up for one in done.open]
    engine.complete(STANDING, "renew", by=JUDGE)
    clock.move_to(local("2025-06-02 10:00"))
    engine.set(STANDING, "pact_review", by=JUDGE, planned_at=clock.now(), id="m-1")
    held = engine.hold(STANDING, "m-1", by=JUDGE, attended={"j-1": "judge"})
    assert [local("2025-12-03 00:00")] == [one.due for one in held.open]


@pytest.mark.parametrize(
    ("case", "ask"),
    [
        ("c", lambda engine: engine.fire("c", "join", by=JUDGE)),
        ("c", lambda engine: engine.record("c", SIGNED, by=JUDGE)),
        ("c", lambda engine: engine.complete("c", "renew", by=JUDGE)),
        (
            "c",
            lambda engine: engine.set(
                "c", "pact_review", by=JUDGE, planned_at=local("2025-04-01 10:00")
            ),
        ),
        (STANDING, lambda engine: engine.fire(STANDING, "notice", by=OFFICER)),
        (STANDING, lambda engine: engine.record(STANDING, {"danger": True}, by=OFFICER)),
    ],
)
def test_each_scope_refuses_what_belongs_to_the_other(
    case: str, ask: Callable[[Engine], object]
) -> None:
    """A case writes nothing in the programme and the programme nothing in a case."""
    engine, _ = engine_with(PACT)
    engine.adopt("tiny", by=JUDGE)
    engine.open("tiny", by=OFFICER, id="c")
    before = {head.case: head.version for head in engine.store.heads()}
    with pytest.raises(Refused) as refused:
        ask(engine)
    assert "other-scope" in _names(refused)
    after = {head.case: head.version for head in engine.store.heads()}
    assert {**before, case: before[case] + 1} == after  # the refusal


def test_a_need_reads_what_the_programme_knows_until_that_expires(store: Store) -> None:
    """Not adopted and not recorded are both unknown; what was read stands in the event."""
    engine, clock = engine_with(PACT, store=store)
    engine.open("tiny", by=OFFICER, id="c")
    with pytest.raises(Refused) as refused:
        engine.fire("c", "share", by=OFFICER)
    assert ["need-not-met"] == _names(refused)
    engine.adopt("tiny", by=JUDGE, facts=SIGNED)
    engine.fire("c", "share", by=OFFICER)
    clock.move_to(local("2025-05-06 10:00"))
    assert not engine.why("c", "share", by=OFFICER).allowed
    with pytest.raises(Refused):
        engine.fire("c", "share", by=OFFICER)
    read = [event.data["programme"] for event in engine.history("c") if event.what == "share"]
    assert [
        {"pact_signed": None},
        {"pact_signed": {"date": "2025-03-01"}},
        {"pact_signed": None},
    ] == read


def test_ruling_34_replay_reads_no_other_case(store: Store) -> None:
    """The events of a case alone give the case, whatever the programme learnt since."""
    engine, clock = engine_with(PACT, store=store)
    engine.adopt("tiny", by=JUDGE, facts=SIGNED)
    engine.open("tiny", by=OFFICER, id="c")
    engine.fire("c", "notice", by=OFFICER)
    alone = MemoryStore()
    clock.move_to(local("2025-03-04 12:00"))
    engine.advance()
    events = engine.history("c")
    assert {"tell_partner/1", "watch/1"} == set(replay("c", events).open)
    assert [] == alone.events(STANDING)
    assert all(
        {"pact_signed": {"date": "2025-03-01"}} == event.data["programme"]
        for event in events
        if event.what in ("notice", "too_late")
    )


WAITS = """
facts:
  shares: {type: boolean, scope: programme, recorded_by: judge, valid_for: 10 hours}
triggers:
  notice: {who: officer}
  close: {who: officer, moves: {from: begun, to: closed}}
follow_ups:
  tell_partner: {opens_with: notice, if: shares is true, who: officer, due: within 5 hours}
  look: {opens_with: notice, who: officer, every: 3 hours after notice}
escalations:
  late: {watches: {follow_up: look}, levels: [{at: due, if: shares is true, tell: judge}]}
"""


def test_an_opening_waits_for_a_fact_of_the_programme(store: Store) -> None:
    """Its recording there opens the follow-up here, dated by what opened it; a sweep finds it."""
    engine, clock = engine_with(WAITS, store=store)
    engine.adopt("tiny", by=JUDGE)
    engine.open("tiny", by=OFFICER, id="c")
    waiting = engine.fire("c", "notice", by=OFFICER)
    assert [("tell_partner", ("shares",), ("judge",))] == [
        (one.follow_up, one.needs, one.supplied_by) for one in waiting.undecided
    ]
    clock.move_to(local("2025-03-04 11:00"))
    engine.record(STANDING, {"shares": True}, by=JUDGE)
    before = len(store.events("c"))
    engine.advance()
    assert local("2025-03-04 15:00") in [one.due for one in engine.case("c").open]
    (event,) = store.events("c", before)
    assert (local("2025-03-04 11:00"), {"shares": True}) == (
        event.recorded_at,
        event.data["programme"],
    )
    engine.advance()
    assert before + 1 == len(store.events("c"))


def test_another_process_finds_what_waits_too(tmp_path: Path) -> None:
    """Also when the fact was recorded at the very instant at which the case began to wait."""
    engine, clock = engine_with(WAITS, store=SqliteStore(tmp_path / "cases.db"))
    engine.adopt("tiny", by=JUDGE)
    engine.open("tiny", by=OFFICER, id="c")
    engine.fire("c", "notice", by=OFFICER)
    engine.record(STANDING, {"shares": True}, by=JUDGE)
    other = Engine(engine.protocols, SqliteStore(tmp_path / "cases.db"), clock)
    other.advance()
    assert [] == list(other.case("c").undecided)
    assert "tell_partner" in [one.follow_up for one in other.case("c").open]
    other.store.close()
    engine.store.close()


_HOURS = st.lists(st.integers(0, 30), max_size=5, unique=True)


@given(recorded=st.dictionaries(st.integers(0, 30), st.booleans(), max_size=4), sweeps=_HOURS)
def test_it_does_not_matter_when_the_clock_is_swept(
    recorded: dict[int, bool], sweeps: list[int]
) -> None:
    """What the programme learnt counts from when it was recorded there: the same events."""

    def story(swept: list[int]) -> list[object]:
        engine, clock = engine_with(WAITS)
        start = clock.now()
        engine.adopt("tiny", by=JUDGE)
        engine.open("tiny", by=OFFICER, id="c")
        engine.fire("c", "notice", by=OFFICER)
        for hour in range(32):
            clock.move_to(start + timedelta(hours=hour))
            if hour in swept:
                engine.advance()
            if hour in recorded:
                engine.record(STANDING, {"shares": recorded[hour]}, by=JUDGE)
        engine.advance()
        return [event.to_json() for event in engine.history("c")]

    assert story([]) == story(sweeps)


class _Interrupting(VirtualClock):
    """A clock that lets something happen, once, while somebody asks for the time again."""

    def __init__(self, now: datetime, meanwhile: Callable[[], object]) -> None:
        super().__init__(now)
        self.meanwhile: list[Callable[[], object] | None] = [None, meanwhile]

    def now(self) -> datetime:
        """The time; whatever was to happen meanwhile has happened."""
        act = self.meanwhile.pop(0) if self.meanwhile else None
        if act is not None:
            act()
        return super().now()


def test_of_two_who_adopt_at_once_one_wins(store: Store) -> None:
    """The other is told, and the standing case is that of the first."""
    first, clock = engine_with(PACT, store=store)
    interrupting = _Interrupting(clock.now(), lambda: first.adopt("tiny", by=JUDGE))
    second = Engine(first.protocols, store, interrupting)
    with pytest.raises(Conflict, match="adopted already"):
        second.adopt("tiny", by=JUDGE.replace(id="j-2"))
    assert [] == interrupting.meanwhile
    (event,) = store.events(STANDING)
    assert "j-1" == event.actor


def test_the_id_of_the_standing_case_is_kept_for_it() -> None:
    """No other case can take it."""
    engine, _ = engine_with(PACT)
    with pytest.raises(UsageError):
        engine.open("tiny", by=OFFICER, id=STANDING)


def test_a_standing_case_is_left_open(store: Store) -> None:
    """It has no state to close in; everything that looks over cases takes it as it is."""
    engine, clock = engine_with(PACT, store=store)
    engine.adopt("tiny", by=JUDGE)
    clock.move_to(local("2027-03-04 10:00"))
    engine.advance()
    assert ["overdue"] == [one.status for one in engine.todo(role="judge")]
    assert engine.why(STANDING, "join", by=JUDGE).allowed
    assert ["join"] == [one.trigger for one in engine.possible(STANDING, by=JUDGE)]
    assert [] == [one.what for one in engine.pending(STANDING)]
    assert not engine.case(STANDING).is_closed
    assert "tiny" == engine.protocol_of(STANDING).id
    assert "notice" in engine.protocol_of(STANDING).triggers


def test_ruling_15_a_rolling_rhythm_of_the_programme_counts_from_adopted_first(
    store: Store,
) -> None:
    """Also when something else opens it later (ruling 15); then from when it was last done."""
    rules = """
    triggers: {join: {scope: programme, who: judge}}
    follow_ups:
      report: {scope: programme, opens_with: join, if_again: ignore, who: judge,
               every: 30 calendar days after the last}
    """
    engine, clock = engine_with(rules, store=store)
    engine.adopt("tiny", by=JUDGE)
    clock.move_to(local("2025-03-10 10:00"))
    joined = engine.fire(STANDING, "join", by=JUDGE)
    assert [local("2025-04-04 00:00")] == [one.due for one in joined.open]
    clock.move_to(local("2025-03-20 10:00"))
    done = engine.complete(STANDING, "report", by=JUDGE)
    assert [local("2025-04-20 00:00")] == [one.due for one in done.open]


def test_cases_of_a_protocol_that_was_adopted_run_as_before(store: Store) -> None:
    """Its states, closing and follow-ups are its own."""
    engine, _ = engine_with(PACT, store=store)
    engine.adopt("tiny", by=JUDGE, facts=SIGNED)
    engine.open("tiny", by=OFFICER, id="c")
    with pytest.raises(Refused):
        engine.fire("c", "notice", by=SUPERVISOR)
    assert engine.fire("c", "close", by=OFFICER).is_closed
    assert not engine.case(STANDING).is_closed


def test_a_fact_of_the_programme_as_it_was_when_something_happened(store: Store) -> None:
    """`at` asks for the value then, as known now."""
    rules = """
    facts: {shares: {type: boolean, scope: programme, recorded_by: judge}}
    triggers:
      notice: {who: officer}
      tell: {who: officer, needs: {shared: shares at notice is true}}
    """
    engine, clock = engine_with(rules, store=store)
    engine.adopt("tiny", by=JUDGE)
    engine.open("tiny", by=OFFICER, id="c")
    engine.fire("c", "notice", by=OFFICER)
    assert not engine.why("c", "tell", by=OFFICER).allowed
    clock.move_to(local("2025-03-04 12:00"))
    engine.record(STANDING, {"shares": True}, by=JUDGE, happened_at=local("2025-03-04 09:00"))
    clock.move_to(local("2025-03-04 13:00"))
    engine.record(STANDING, {"shares": False}, by=JUDGE)
    engine.fire("c", "tell", by=OFFICER)
    assert {"shares": True} == engine.history("c")[-1].data["programme"]


def test_an_undecided_follow_up_names_only_what_is_still_unknown(store: Store) -> None:
    """What the programme has learnt since is not asked for again."""
    rules = """
    facts:
      shares: {type: boolean, scope: programme, recorded_by: judge}
      danger: {type: boolean, recorded_by: officer}
    triggers: {notice: {who: officer}}
    follow_ups:
      tell: {opens_with: notice, if: shares and danger, who: officer, due: within 5 hours}
    """
    engine, clock = engine_with(rules, store=store)
    engine.adopt("tiny", by=JUDGE)
    engine.open("tiny", by=OFFICER, id="c")
    (waiting,) = engine.fire("c", "notice", by=OFFICER).undecided
    assert ("danger", "shares") == tuple(sorted(waiting.needs))
    clock.move_to(local("2025-03-04 11:00"))
    engine.record(STANDING, {"shares": True}, by=JUDGE)
    engine.advance()
    (waiting,) = engine.case("c").undecided
    assert ("danger",) == waiting.needs
    done = engine.record("c", {"danger": True}, by=OFFICER)
    assert [local("2025-03-04 15:00")] == [one.due for one in done.open]
