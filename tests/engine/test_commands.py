"""Commands: done once, refused with every reason, and nothing in between."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.engine.machine import Machines
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import (
    Conflict,
    NotRunnable,
    ProtocolkitError,
    Refused,
    UsageError,
)
from protocolkit.ground.zones import zone
from protocolkit.semantics.changes import ReasonGiven
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.store.base import Store
from tests.stories import DETECTIVE, JUDGE, OFFICER, SUPERVISOR, ZONE, engine_with, local, tiny

RULES = """
facts: {danger: {type: boolean, recorded_by: officer, source: "§2"}}
states: {begun: {initial: true}, seen: {}, closed: {final: true}}
triggers:
  see:
    who: supervisor
    needs: {danger: danger is true}
    moves: {from: seen, to: closed}
    source: "§1"
  visit: {who: officer, moves: {from: begun, to: seen}}
  ask: {who: officer}
follow_ups:
  call: {opens_with: ask, who: officer, due: within 2 hours, blocks: [see], source: "§3"}
  muse: {opens_with: ask, if: danger is true, who: detective, due: within 1 hour}
escalations:
  not_called: {watches: {follow_up: call}, levels: [{at: due, tell: [supervisor, judge]}]}
"""


def _stored(store: Store, case: str) -> dict[str, Any]:
    return {
        "head": store.head(case),
        "events": [event.to_json() for event in store.events(case)],
        "notices": store.notices(),
    }


def _but_the_record(case: Any) -> dict[str, Any]:
    """Everything that a case is, but for its count of events and refusals."""
    left_out = {"events", "recorded_at", "refusals"}
    return {name: _plain(value) for name, value in vars(case).items() if name not in left_out}


def _plain(value: Any) -> Any:
    """A value by its content, that of its objects included."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    slots = getattr(type(value), "__slots__", None)
    return {name: getattr(value, name) for name in slots} if slots else value


class TestKeys:
    """A key stands for one request, answered once."""

    def test_the_same_request_is_done_once(self, store: Store) -> None:
        """Sent again, also to an engine that knows nothing of it, it gets the same answer."""
        engine, clock = engine_with(RULES, store=store)
        case = engine.open("tiny", by=OFFICER, key="k-1")
        assert case == engine.open("tiny", by=OFFICER, key="k-1")
        asked = engine.fire(case.id, "ask", by=OFFICER, key="k-2")
        other = Engine([tiny(RULES)], store, clock)
        assert asked == other.fire(case.id, "ask", by=OFFICER, key="k-2")
        assert ["open", "act"] == [event.kind for event in store.events(case.id)]

    def test_the_answer_is_of_then(self, store: Store) -> None:
        """However far the case has gone on and whatever time did, the answer stays as it was."""
        engine, clock = engine_with(RULES, store=store)
        case = engine.open("tiny", by=OFFICER, key="k-1")
        asked = engine.fire(case.id, "ask", by=OFFICER, key="k-2")
        clock.move_to(clock.now() + timedelta(days=2))
        engine.fire(case.id, "visit", by=OFFICER)
        assert asked != engine.case(case.id)
        assert case == engine.open("tiny", by=OFFICER, key="k-1")
        assert asked == engine.fire(case.id, "ask", by=OFFICER, key="k-2")

    def test_a_refusal_is_the_answer_too(self, store: Store) -> None:
        """The same request is refused again with the same reasons, though it might do now."""
        engine, _ = engine_with(RULES, store=store)
        case = engine.open("tiny", by=OFFICER)
        with pytest.raises(Refused) as first:
            engine.fire(case.id, "see", by=SUPERVISOR, key="k-1")
        engine.fire(case.id, "visit", by=OFFICER)
        engine.record(case.id, {"danger": True}, by=OFFICER)
        with pytest.raises(Refused) as again:
            engine.fire(case.id, "see", by=SUPERVISOR, key="k-1")
        shown = [
            [(one.name, one.message, one.path, one.source, one.needs) for one in error.reasons]
            for error in (first.value, again.value)
        ]
        assert shown[0] == shown[1]
        assert engine.fire(case.id, "see", by=SUPERVISOR, key="k-2").is_closed

    def test_a_key_belongs_to_one_request(self, store: Store) -> None:
        """Another request under it is a conflict, and changes nothing."""
        engine, _ = engine_with(RULES, store=store)
        case = engine.open("tiny", by=OFFICER)
        engine.fire(case.id, "ask", by=OFFICER, key="k-1")
        before = _stored(store, case.id)
        with pytest.raises(Conflict, match="was used for another request"):
            engine.fire(case.id, "visit", by=OFFICER, key="k-1")
        assert before == _stored(store, case.id)


class TestVersions:
    """Writing to a case that has moved on."""

    def test_an_expected_version_is_held_to(self, store: Store) -> None:
        """Another number of events is a conflict; the right one is fine."""
        engine, _ = engine_with(RULES, store=store)
        case = engine.open("tiny", by=OFFICER)
        with pytest.raises(Conflict, match="has 1 events and not 7"):
            engine.fire(case.id, "ask", by=OFFICER, expected_version=7)
        done = engine.fire(case.id, "ask", by=OFFICER, expected_version=case.version)
        assert 2 == done.version

    def test_two_engines_write_to_one_case(self, store: Store) -> None:
        """Each sees what the other wrote, though both keep the case at hand."""
        engine, clock = engine_with(RULES, store=store)
        other = Engine([tiny(RULES)], store, clock)
        case = engine.open("tiny", by=OFFICER)
        assert 1 == other.case(case.id).version
        engine.fire(case.id, "ask", by=OFFICER)
        done = other.fire(case.id, "visit", by=OFFICER)
        assert (3, {"case": "seen"}) == (done.version, done.states)
        assert done == engine.case(case.id)

    def test_after_a_conflict_the_case_is_read_again(self, store: Store) -> None:
        """A command that loses the race is tried anew on what the winner wrote."""
        rival, clock = engine_with(RULES, store=store)
        case = rival.open("tiny", by=OFFICER)
        engine = Engine([tiny(RULES)], _Raced(store, rival, case.id), clock)
        done = engine.fire(case.id, "ask", by=OFFICER)
        assert {"case": "seen"} == done.states
        assert ["open", "act", "act"] == [event.kind for event in store.events(case.id)]
        assert done == engine.case(case.id) == rival.case(case.id)

    def test_a_case_id_is_given_once(self, store: Store) -> None:
        """Opening another case under it is a conflict."""
        engine, _ = engine_with(RULES, store=store)
        engine.open("tiny", by=OFFICER, id="c-1")
        with pytest.raises(Conflict, match="already a case `c-1`"):
            engine.open("tiny", by=OFFICER, id="c-1")


class _Raced:
    """A store in which somebody else is a moment faster, once."""

    def __init__(self, store: Store, rival: Engine, case: str) -> None:
        self._store = store
        self._rival = rival
        self._case = case
        self._raced = False

    def commit(self, commit: Any) -> None:
        """First the rival's act, then this commit, which then comes too late."""
        if not self._raced:
            self._raced = True
            self._rival.fire(self._case, "visit", by=OFFICER)
        self._store.commit(commit)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class TestRefusals:
    """An act that may not be done."""

    def test_every_reason_comes_at_once(self, store: Store) -> None:
        """Each with the rule's place and citation, what is missing and who can supply it."""
        engine, _ = engine_with(RULES, store=store)
        case = engine.open("tiny", by=OFFICER)
        engine.fire(case.id, "ask", by=OFFICER)
        tomorrow = local("2025-03-05 10:00")
        with pytest.raises(Refused) as refused:
            engine.fire(case.id, "see", by=DETECTIVE, facts={"danger": True}, happened_at=tomorrow)
        found = {
            one.name: (one.path, one.source, one.needs, one.supplied_by)
            for one in refused.value.reasons
        }
        see: tuple[str, ...] = ("triggers", "see")
        assert {
            "in-the-future": ((), "", "", ()),
            "wrong-role": ((*see, "who"), "§1", "role", ("supervisor",)),
            "not-enabled": ((*see, "moves"), "§1", "", ()),
            "need-unknown": ((*see, "needs", "danger"), "§1", "danger", ("officer",)),
            "blocked": (("follow_ups", "call", "blocks"), "§3", "call/1", ("officer",)),
            "unknown-fact": ((*see, "records"), "§1", "", ()),
        } == found
        assert all(one.message for one in refused.value.reasons)

    def test_a_refusal_is_in_the_record_and_nowhere_else(self, store: Store) -> None:
        """One event with the names and places of the reasons; the case is what it was."""
        engine, _ = engine_with(RULES, store=store)
        case = engine.open("tiny", by=OFFICER)
        engine.fire(case.id, "ask", by=OFFICER)
        before = replay(case.id, store.events(case.id))
        with pytest.raises(Refused):
            engine.fire(case.id, "see", by=SUPERVISOR)
        after = replay(case.id, store.events(case.id))
        assert _but_the_record(before) == _but_the_record(after)
        event = store.events(case.id)[-1]
        assert ("refused", "see", "s-1", {"kind": "act"}) == (
            event.kind,
            event.what,
            event.actor,
            event.data,
        )
        assert [
            ReasonGiven(name="not-enabled", path=("triggers", "see", "moves")),
            ReasonGiven(name="need-unknown", path=("triggers", "see", "needs", "danger")),
            ReasonGiven(name="blocked", path=("follow_ups", "call", "blocks")),
        ] == list(event.changes)

    def test_a_refusal_by_one_who_may_not_open(self, store: Store) -> None:
        """There is no case to keep it in, so nothing is kept."""
        engine, _ = engine_with(RULES, store=store)
        stranger = OFFICER.replace(roles=frozenset({"nobody"}))
        with pytest.raises(Refused, match="You hold no role"):
            engine.open("tiny", by=stranger)
        assert [] == list(store.heads())

    @pytest.mark.parametrize(
        ("evidence", "is_fine"),
        [("DOC-17", True), ("a child told me", False), ("x" * 65, False), ("a\nb", False)],
    )
    def test_no_text_about_a_child_gets_in(
        self, store: Store, evidence: str, is_fine: bool
    ) -> None:
        """Evidence is a code or a reference."""
        engine, _ = engine_with(RULES, store=store)
        case = engine.open("tiny", by=OFFICER)
        engine.fire(case.id, "ask", by=OFFICER)
        names: list[str] = []
        try:
            engine.complete(case.id, "call", by=OFFICER, evidence=evidence)
        except Refused as refused:
            names = [one.name for one in refused.reasons]
        assert ([] if is_fine else ["free-text"]) == names


class TestWhatCannotRun:
    """A protocol under which no case can begin."""

    def test_a_case_starts_in_one_state_of_each_strand(self, store: Store) -> None:
        """Two starts are told with their place, and nothing is written."""
        rules = """
        strands: {case: {a: {initial: true}, b: {initial: true}, closed: {final: true}}}
        """
        engine, _ = engine_with(rules, store=store)
        with pytest.raises(NotRunnable) as refused:
            engine.open("tiny", by=OFFICER)
        assert [("strands", "case", "b")] == [one.path for one in refused.value.findings]
        assert [] == list(store.heads())


class TestFaultsOfOurs:
    """What must never be written."""

    def test_two_ways_of_moving_must_agree(self, store: Store) -> None:
        """If the state machines go another way the act is not done and the store unchanged."""
        engine, _ = engine_with(RULES, store=store)
        case = engine.open("tiny", by=OFFICER)
        wrong = Program(tiny(RULES.replace("{from: begun, to: seen}", "{from: begun, to: closed}")))
        engine._machines[case.digest] = Machines(wrong)
        before = _stored(store, case.id)
        with pytest.raises(ProtocolkitError, match="two ways of moving `visit` disagree"):
            engine.fire(case.id, "visit", by=OFFICER)
        assert before == _stored(store, case.id)
        assert {"case": "begun"} == engine.case(case.id).states

    @pytest.mark.parametrize("name", ["happened_at", "planned_at", "until"])
    def test_an_instant_has_a_zone(self, store: Store, name: str) -> None:
        """Without one nobody can tell when it is."""
        engine, _ = engine_with(RULES, store=store)
        case = engine.open("tiny", by=OFFICER)
        naive = datetime(2025, 3, 4, 10, 0)  # noqa: DTZ001
        calls: dict[str, Any] = {
            "happened_at": lambda: engine.fire(case.id, "ask", by=OFFICER, happened_at=naive),
            "planned_at": lambda: engine.set(case.id, "team", by=OFFICER, planned_at=naive),
            "until": lambda: engine.advance(naive),
        }
        with pytest.raises(UsageError, match="has no time zone"):
            calls[name]()

    def test_what_is_not_there_is_said(self, store: Store) -> None:
        """No such case, no such protocol."""
        engine, _ = engine_with(RULES, store=store)
        with pytest.raises(UsageError, match="There is no case `c-9`"):
            engine.fire("c-9", "ask", by=OFFICER)
        with pytest.raises(UsageError, match="There is no protocol `tyni` here; use one of `tiny`"):
            engine.open("tyni", by=OFFICER)


class TestNotices:
    """Who is told."""

    def test_notices_are_written_once_with_what_caused_them(self, store: Store) -> None:
        """However often time is swept, and by whatever engine."""
        engine, clock = engine_with(RULES, store=store)
        case = engine.open("tiny", by=OFFICER)
        engine.fire(case.id, "ask", by=OFFICER)
        due = local("2025-03-04 12:00")
        assert 0 == engine.advance(due).events
        assert 2 == engine.advance(due + timedelta(seconds=1)).events
        assert 0 == Engine([tiny(RULES)], store, clock).advance().events
        assert [
            ("supervisor", "not_called.1", due),
            ("judge", "not_called.1", due),
        ] == [(one.role, one.about, one.at) for one in store.notices(case.id)]


def test_the_json_of_events_reads_back() -> None:
    """Every kind of event and of change that a long story makes."""
    engine, clock = engine_with(RULES)
    case = engine.open("tiny", by=OFFICER, facts={"danger": False})
    engine.fire(case.id, "ask", by=OFFICER, happened_at=clock.now() - timedelta(minutes=5))
    engine.advance(clock.now() + timedelta(hours=3))
    engine.complete(case.id, "call", by=OFFICER)
    engine.fire(case.id, "visit", by=OFFICER)
    with pytest.raises(Refused):
        engine.fire(case.id, "see", by=JUDGE)
    engine.record(case.id, {"danger": True}, by=OFFICER)
    engine.fire(case.id, "see", by=SUPERVISOR)
    events = engine.history(case.id)
    assert {"open", "act", "time", "complete", "refused", "record"} == {one.kind for one in events}
    assert list(events) == [Event.from_json(event.to_json()) for event in events]


def test_a_clock_that_cannot_be_moved_is_not_moved() -> None:
    """Time ahead can only be looked at with a virtual clock."""

    class Standing:
        """A clock of the host."""

        def now(self) -> datetime:
            return local("2025-03-04 10:00")

    engine, _ = engine_with(RULES)
    other = Engine([tiny(RULES)], engine.store, Standing())
    with pytest.raises(UsageError, match="time cannot be moved ahead"):
        other.advance(local("2025-03-04 11:00"))
    assert isinstance(engine.clock, VirtualClock)


def test_instants_in_a_local_zone_are_the_same_instants() -> None:
    """In the hour that comes twice 01:10 may be later than 01:30: what was done then counts."""
    rules = """
    triggers: {ask: {who: officer}, look: {who: officer}}
    follow_ups: {see: {opens_with: ask, who: officer, due: within 24 hours, met_by: look}}
    """
    engine, clock = engine_with(rules, start="2025-11-01 10:00")
    case = engine.open("tiny", by=OFFICER).id
    clock.move_to(local("2025-11-02 10:00"))
    asked = datetime(2025, 11, 2, 1, 30, tzinfo=zone(ZONE))
    seen = datetime(2025, 11, 2, 1, 10, tzinfo=zone(ZONE), fold=1)
    engine.fire(case, "ask", by=OFFICER, happened_at=asked)
    assert () == engine.fire(case, "look", by=OFFICER, happened_at=seen).open
    past = [
        Request(kind="act", what="look", actor=OFFICER, at=seen),
        Request(kind="act", what="ask", actor=OFFICER, at=asked),
    ]
    assert () == engine.open("tiny", by=OFFICER, history=past).open
