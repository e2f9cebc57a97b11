"""Follow-ups for several: recipients, holders, parts; clocks that pause; rules that end.

Each story is acted out by the tiny county; what is open at the end is stated whole.
"""

from __future__ import annotations

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.ground.errors import Refused
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import Standing
from protocolkit.semantics.changes import LeftOut
from tests.stories import DETECTIVE, OFFICER, SUPERVISOR, engine_with, local

FLIGHT = """
    facts:
      implicated: {type: set of roles, recorded_by: [detective]}
      on_hold: {type: boolean, recorded_by: [officer]}
      age: {type: integer, range: 0..30, recorded_by: [officer]}
    terms: {is_young: age < 21}
    triggers:
      went_missing: {who: [officer]}
      told: {who: [officer, detective]}
      close: {who: [officer], moves: [{from: begun, to: closed}]}
"""


def _open(engine: Engine, case: str) -> list[tuple[str, str, str]]:
    """Every open instance with its recipient or holder."""
    loaded = engine._load(case)
    return [(one.id, one.item, one.holder) for one in loaded.open.values()]


def _begun(rules: str, **facts: object) -> tuple[Engine, Standing]:
    engine, _ = engine_with(FLIGHT + rules)
    return engine, engine.open("tiny", by=OFFICER, facts=facts)  # type: ignore[arg-type]


NOTIFY = """
    follow_ups:
      notify: {opens_with: went_missing, who: officer, for_each: [guardian, judge],
        due: within 2 calendar days,
        exclude: {guardian: {if: implicated includes guardian, if_unknown: UNKNOWN}}}
"""


@pytest.mark.parametrize(
    ("if_unknown", "implicated", "expected"),
    [
        ("include", None, ["guardian", "judge"]),
        ("exclude", None, ["judge"]),
        ("include", frozenset({"guardian"}), ["judge"]),
        ("exclude", frozenset({"judge"}), ["guardian", "judge"]),
    ],
)
def test_ruling_26_an_exclusion_that_is_unknown_does_what_the_protocol_says(
    if_unknown: str, implicated: frozenset[str] | None, expected: list[str]
) -> None:
    """Known: left out or not; unknown: as stated, and recorded when left out."""
    engine, case = _begun(NOTIFY.replace("UNKNOWN", if_unknown))
    if implicated is not None:
        engine.record(case.id, {"implicated": implicated}, by=DETECTIVE)
    engine.fire(case.id, "went_missing", by=OFFICER)
    assert expected == [item for _, item, _ in _open(engine, case.id)]
    left_out = [
        change.item
        for event in engine.history(case.id)
        for change in event.changes
        if isinstance(change, LeftOut)
    ]
    assert sorted({"guardian", "judge"} - set(expected)) == left_out


def test_nobody_left_to_notify_is_recorded_and_nothing_opens() -> None:
    """Everybody is left out: the record says so, no follow-up opens, nothing fails."""
    rules = NOTIFY.replace("[guardian, judge]", "[guardian]").replace("UNKNOWN", "exclude")
    engine, case = _begun(rules)
    engine.fire(case.id, "went_missing", by=OFFICER)
    assert [] == _open(engine, case.id)


def test_each_recipient_is_notified_for_itself() -> None:
    """A completion that names one recipient leaves the other open; naming none is refused."""
    engine, case = _begun(NOTIFY.replace("UNKNOWN", "include"))
    engine.fire(case.id, "went_missing", by=OFFICER)
    with pytest.raises(Refused) as refused:
        engine.complete(case.id, "notify", by=OFFICER)
    assert ["which-one"] == [one.name for one in refused.value.reasons]
    engine.complete(case.id, "notify", by=OFFICER, item="judge")
    assert [("notify/1", "guardian", "")] == _open(engine, case.id)
    engine.complete(case.id, "notify", by=OFFICER)
    assert [] == _open(engine, case.id)


def test_an_act_does_the_one_that_it_names_only() -> None:
    """Ruling 11: the act names its recipient; naming none it does none of them."""
    rules = NOTIFY.replace("UNKNOWN", "include").replace(
        "due: within", "met_by: [told], due: within"
    )
    engine, case = _begun(rules)
    engine.fire(case.id, "went_missing", by=OFFICER)
    engine.fire(case.id, "told", by=OFFICER)
    assert 2 == len(_open(engine, case.id))
    engine.fire(case.id, "told", by=OFFICER, item="guardian")
    assert [("notify/2", "judge", "")] == _open(engine, case.id)


EACH = """
    follow_ups:
      report: {opens_with: went_missing, who: {each_of: [officer, detective]},
        due: within 2 calendar days}
"""


def test_ruling_21_each_of_owes_an_instance_for_themselves() -> None:
    """Each holder completes their own; nobody else may."""
    engine, case = _begun(EACH)
    engine.fire(case.id, "went_missing", by=OFFICER)
    assert [("report/1", "", "officer"), ("report/2", "", "detective")] == _open(engine, case.id)
    engine.complete(case.id, "report", by=DETECTIVE)
    assert [("report/1", "", "officer")] == _open(engine, case.id)
    with pytest.raises(Refused) as refused:
        engine.complete(case.id, "report", by=DETECTIVE)
    assert ["wrong-role"] == [one.name for one in refused.value.reasons]


JOINT = """
    follow_ups:
      find_child: {opens_with: went_missing, who: {all_of: [officer, detective]},
        due: within 4 hours}
"""


def test_ruling_21_all_of_is_met_with_the_last_share() -> None:
    """One instance; the first completion leaves it open for the other; twice is refused."""
    engine, case = _begun(JOINT)
    engine.fire(case.id, "went_missing", by=OFFICER)
    engine.complete(case.id, "find_child", by=OFFICER)
    assert [("find_child/1", "", "")] == _open(engine, case.id)
    with pytest.raises(Refused) as refused:
        engine.complete(case.id, "find_child", by=OFFICER)
    assert {"already-done", "wrong-role"} & {one.name for one in refused.value.reasons}
    engine.complete(case.id, "find_child", by=DETECTIVE)
    assert [] == _open(engine, case.id)


@pytest.mark.parametrize("first", ["officer", "detective"])
def test_a_joint_follow_up_is_late_by_its_latest_share_in_any_order_of_entry(first: str) -> None:
    """Officer did it in time, detective late: met late, whoever is entered first."""
    engine, clock = engine_with(FLIGHT + JOINT)
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "went_missing", by=OFFICER)
    clock.move_to(local("2025-03-04 20:00"))
    shares = [(OFFICER, "2025-03-04 11:00"), (DETECTIVE, "2025-03-04 15:00")]
    for actor, at in shares if first == "officer" else reversed(shares):
        engine.complete(case.id, "find_child", by=actor, happened_at=local(at))
    instance = engine._load(case.id).instances["find_child/1"]
    assert ("met-late", local("2025-03-04 15:00")) == (instance.shown_status, instance.ended_at)


PARTS = """
    follow_ups:
      assessment: {opens_with: went_missing, who: {all_of: [officer, detective]},
        parts: [health, school], due: within 4 calendar days}
"""


def test_parts_are_done_one_by_one_and_say_which() -> None:
    """A part must be named; the last missing part or holder meets it."""
    engine, case = _begun(PARTS)
    engine.fire(case.id, "went_missing", by=OFFICER)
    with pytest.raises(Refused) as refused:
        engine.complete(case.id, "assessment", by=OFFICER)
    assert ["which-part"] == [one.name for one in refused.value.reasons]
    with pytest.raises(Refused) as refused:
        engine.complete(case.id, "assessment", by=OFFICER, item="helth")
    assert ["unknown-item"] == [one.name for one in refused.value.reasons]
    engine.complete(case.id, "assessment", by=OFFICER, item="health")
    engine.complete(case.id, "assessment", by=OFFICER, item="school")
    assert 1 == len(_open(engine, case.id))
    engine.complete(case.id, "assessment", by=DETECTIVE)
    assert [] == _open(engine, case.id)


PAUSE = """
    follow_ups:
      assess: {opens_with: went_missing, who: officer, due: "LIMIT",
        pauses_while: on_hold is true}
"""


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        # 20 days from 4 March, 8 used by 12 March; goes on 20 March with 12 left.
        ("within 20 calendar days", "2025-04-02 00:00"),
        # 10 business days: 5-7, 10-12 March are 6; 4 left from Thursday 20 March.
        ("within 10 business days", "2025-03-27 00:00"),
        # 240 hours from 4 March 10:00; 192 used (8 days, one hour lost in the night of 9 March).
        ("within 240 hours", "2025-03-22 11:00"),
    ],
)
def test_ruling_17_a_pause_keeps_what_is_consumed(limit: str, expected: str) -> None:
    """Elapsed time exactly, days by counted midnights; the day of going on is day 0."""
    engine, clock = engine_with(FLIGHT + PAUSE.replace("LIMIT", limit))
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "went_missing", by=OFFICER)
    clock.move_to(local("2025-03-12 10:00"))
    engine.record(case.id, {"on_hold": True}, by=OFFICER)
    paused = engine._load(case.id).instances["assess/1"]
    assert (True, None) == (paused.is_paused, paused.due)
    clock.move_to(local("2025-03-20 10:00"))
    engine.record(case.id, {"on_hold": False}, by=OFFICER)
    assert local(expected) == engine._load(case.id).instances["assess/1"].due


def test_what_is_late_stays_late_through_a_pause() -> None:
    """Overdue stays overdue; the outer limit that is ahead stands still."""
    limit = "within 2 hours, at most 6 hours"
    engine, clock = engine_with(FLIGHT + PAUSE.replace("LIMIT", limit))
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "went_missing", by=OFFICER)
    clock.move_to(local("2025-03-04 13:00"))
    engine.record(case.id, {"on_hold": True}, by=OFFICER)
    clock.move_to(local("2025-03-05 13:00"))
    engine.record(case.id, {"on_hold": False}, by=OFFICER)
    instance = engine._load(case.id).instances["assess/1"]
    assert ("overdue", local("2025-03-04 12:00"), local("2025-03-05 16:00")) == (
        instance.status,
        instance.due,
        instance.outer,
    )


def test_opened_during_a_pause_it_waits_with_all_its_time() -> None:
    """The clock starts when the pause is over."""
    engine, clock = engine_with(FLIGHT + PAUSE.replace("LIMIT", "within 2 hours"))
    case = engine.open("tiny", by=OFFICER, facts={"on_hold": True})
    engine.fire(case.id, "went_missing", by=OFFICER)
    assert engine._load(case.id).instances["assess/1"].is_paused
    with pytest.raises(Refused):
        engine.extend(case.id, "assess", by=SUPERVISOR, until=local("2025-03-05 10:00"))
    clock.move_to(local("2025-03-06 10:00"))
    engine.record(case.id, {"on_hold": False}, by=OFFICER)
    assert local("2025-03-06 12:00") == engine._load(case.id).instances["assess/1"].due


APPLIES = """
    follow_ups:
      visit: {opens_with: went_missing, who: officer, due: within 2 calendar days APPLIES}
"""


@pytest.mark.parametrize(
    ("applies", "because"),
    [
        (", applies_while: is_young", "is_young"),
        (", applies_while: is_young, because: age", "age"),
        (", applies_while: age < 21", "does_not_apply"),
    ],
)
def test_ruling_13_what_does_not_apply_any_more_ends_and_opens_no_more(
    applies: str, because: str
) -> None:
    """Only false ends and bars; unknown still protects."""
    engine, case = _begun(APPLIES.replace("APPLIES", applies))
    engine.fire(case.id, "went_missing", by=OFFICER)
    assert 1 == len(_open(engine, case.id))
    engine.record(case.id, {"age": 21}, by=OFFICER)
    instance = engine._load(case.id).instances["visit/1"]
    assert ("cancelled", because) == (instance.status, instance.because)
    engine.fire(case.id, "went_missing", by=OFFICER)
    assert [] == _open(engine, case.id)


def test_what_the_whole_protocol_applies_to_has_exceptions() -> None:
    """The protocol's `applies_while` ends every follow-up but those with their own."""
    rules = """
    applies_while: is_young
    follow_ups:
      visit: {opens_with: went_missing, who: officer, due: within 2 calendar days}
      erase: {opens_with: went_missing, who: officer, due: unspecified, applies_while: always}
    """
    engine, case = _begun(rules)
    engine.fire(case.id, "went_missing", by=OFFICER)
    engine.record(case.id, {"age": 21}, by=OFFICER)
    assert ["erase/1"] == [id_ for id_, _, _ in _open(engine, case.id)]
    closed = engine.why(case.id, "close", by=OFFICER)
    assert ["open-follow-up"] == [one.name for one in closed.reasons]


def test_a_strand_that_does_not_apply_is_not_waited_for() -> None:
    """Its acts are refused, its follow-ups end, and the case closes without it."""
    rules = """
    strands:
      case: {begun: {initial: true}, closed: {final: true}}
      inquiry: {states: {idle: {initial: true}, done: {final: true}}, applies_while: is_young}
    follow_ups:
      ask: {opens_in: idle, who: detective, due: within 9 calendar days}
    """
    rules = (
        FLIGHT.replace(
            "close: {who",
            "finish: {who: [detective], moves: [{from: idle, to: done}]}\n      close: {who",
        )
        + rules
    )
    engine, _ = engine_with(rules)
    case = engine.open("tiny", by=OFFICER)
    assert ["ask/1"] == [id_ for id_, _, _ in _open(engine, case.id)]
    engine.record(case.id, {"age": 25}, by=OFFICER)
    assert [] == _open(engine, case.id)
    with pytest.raises(Refused) as refused:
        engine.fire(case.id, "finish", by=DETECTIVE)
    assert ["does-not-apply"] == [one.name for one in refused.value.reasons]
    assert engine.fire(case.id, "close", by=OFFICER).is_closed


def test_ruling_21_nobody_can_owe_it_so_those_above_are_told_at_once() -> None:
    """A role that nobody was given: the levels' people hear of it when it opens."""
    rules = """
    follow_ups:
      visit: {opens_with: went_missing, who: caseworker, due: within 2 calendar days}
    escalations:
      late: {watches: {follow_up: visit}, levels: [{at: due, tell: [supervisor, judge]}]}
    """
    engine, case = _begun(rules)
    engine.fire(case.id, "went_missing", by=OFFICER)
    told = [(one.role, one.about) for one in engine._load(case.id).told]
    assert [("supervisor", "visit.vacant"), ("judge", "visit.vacant")] == told


def test_a_share_in_what_closes_is_not_enough() -> None:
    """The closing act does one of two shares: it is refused while the other is missing."""
    rules = """
    follow_ups:
      sign_off: {opens_with: went_missing, who: {all_of: [officer, detective]}, due: unspecified,
        met_by: [told, close]}
    """
    engine, case = _begun(rules)
    engine.fire(case.id, "went_missing", by=OFFICER)
    with pytest.raises(Refused) as refused:
        engine.fire(case.id, "close", by=OFFICER)
    assert ["open-follow-up"] == [one.name for one in refused.value.reasons]
    engine.fire(case.id, "told", by=DETECTIVE)
    assert engine.fire(case.id, "close", by=OFFICER).is_closed


def test_a_share_done_twice_is_said_to_be_done() -> None:
    """The officer's share is done: a second time is refused in those words."""
    engine, case = _begun(JOINT)
    engine.fire(case.id, "went_missing", by=OFFICER)
    engine.complete(case.id, "find_child", by=OFFICER)
    with pytest.raises(Refused) as refused:
        engine.complete(case.id, "find_child", by=OFFICER)
    assert ["already-done"] == [one.name for one in refused.value.reasons]


def test_whoever_stands_in_does_their_own_share_first() -> None:
    """The deputy owes a share and stands in for the supervisor: the own one comes first."""
    rules = """
    follow_ups:
      agree: {opens_with: went_missing, who: {all_of: [supervisor, deputy]}, due: unspecified}
    """
    engine, case = _begun(rules)
    engine.fire(case.id, "went_missing", by=OFFICER)
    deputy = Actor("p-1", roles={"deputy"})
    engine.complete(case.id, "agree", by=deputy)
    assert ["deputy"] == list(engine._load(case.id).instances["agree/1"].done)
    engine.complete(case.id, "agree", by=deputy)
    assert [] == _open(engine, case.id)


def test_what_is_done_for_one_is_not_done_for_another_by_mistake() -> None:
    """Naming a holder whose own is done never completes somebody else's."""
    engine, case = _begun(EACH)
    engine.fire(case.id, "went_missing", by=OFFICER)
    both = Actor("b-1", roles={"officer", "detective"})
    engine.complete(case.id, "report", by=both, item="officer")
    with pytest.raises(Refused) as refused:
        engine.complete(case.id, "report", by=both, item="officer")
    assert ["not-open"] == [one.name for one in refused.value.reasons]


@pytest.mark.parametrize(
    ("endings", "expected"),
    [
        ("because: no_longer", "no_longer"),
        ("because: no_longer, ends_when: age > 20", "left_state"),
    ],
)
def test_leaving_a_state_has_its_own_reason(endings: str, expected: str) -> None:
    """`because` names the ending that is stated; without one, that of leaving the state."""
    rules = f"""
    follow_ups:
      wait: {{opens_in: begun, who: officer, due: unspecified, strength: should, {endings}}}
    """
    engine, case = _begun(rules)
    engine.fire(case.id, "close", by=OFFICER)
    assert expected == engine._load(case.id).instances["wait/1"].because


def test_nobody_can_owe_it_and_whoever_is_let_in_hears_of_it() -> None:
    """A ladder that only hands over tells that role; one that does not apply tells nobody."""
    rules = """
    follow_ups:
      visit: {opens_with: went_missing, who: caseworker, due: within 2 calendar days}
    escalations:
      late: {watches: {follow_up: visit}, levels: [{at: due, hand_to: detective}]}
      old: {watches: {follow_up: visit}, applies_while: age < 10,
        levels: [{at: due, tell: [judge]}]}
    """
    engine, case = _begun(rules, age=15)
    engine.fire(case.id, "went_missing", by=OFFICER)
    assert ["detective"] == [one.role for one in engine._load(case.id).told]


def test_what_must_be_done_keeps_a_case_open_whose_last_strand_stops_applying() -> None:
    """No act was judged: the case closes only when nothing is owed any more."""
    rules = """
    strands:
      case: {states: {begun: {initial: true}, closed: {final: true}}, applies_while: is_young}
      whereabouts: {safe: {initial: true, final: true}, missing: {}}
    follow_ups:
      visit: {opens_with: told, who: officer, due: unspecified}
    """
    engine, case = _begun(rules)
    engine.fire(case.id, "told", by=OFFICER)
    assert not engine.record(case.id, {"age": 25}, by=OFFICER).is_closed
    assert engine.complete(case.id, "visit", by=OFFICER).is_closed


def test_one_person_is_not_two_at_an_act() -> None:
    """Somebody in one seat cannot be both of those who must be there too."""
    rules = FLIGHT.replace(
        "told: {who",
        "warn: {who: [officer], together_with: [supervisor, deputy]}\n      told: {who",
    )
    engine, _ = engine_with(rules)
    case = engine.open("tiny", by=OFFICER)
    with pytest.raises(Refused) as refused:
        engine.fire(case.id, "warn", by=OFFICER, attended={"p-1": "deputy"})
    assert ["not-together"] == [one.name for one in refused.value.reasons]
    engine.fire(case.id, "warn", by=OFFICER, attended={"p-1": "deputy", "p-2": "supervisor"})


HEARING = """
    facts: {ready: {type: boolean}}
    triggers: {place: {who: [officer]}}
    meetings: {hearing: {called_by: [judge]}}
    follow_ups:
      brief: {opens_with: hearing.set, who: officer, due: 2 business days before hearing,
        met_by: [hearing.held]}
      prepare: {opens_with: place, who: officer, due: 5 calendar days before hearing}
"""


def test_a_meeting_that_is_called_off_leaves_nothing_without_end() -> None:
    """What its setting opened is cancelled; what counts to its date waits for the next one."""
    engine, _ = engine_with(HEARING)
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "place", by=OFFICER)
    judge = Actor("j-1", roles={"judge"})
    engine.set(case.id, "hearing", by=judge, planned_at=local("2025-03-20 10:00"), id="h-1")
    engine.call_off(case.id, "h-1", by=judge)
    loaded = engine._load(case.id)
    brief, prepare = loaded.instances["brief/1"], loaded.instances["prepare/1"]
    assert ("cancelled", "called_off") == (brief.status, brief.because)
    assert ("", None) == (prepare.meeting, prepare.due)
    engine.set(case.id, "hearing", by=judge, planned_at=local("2025-03-27 10:00"), id="h-2")
    prepare = engine._load(case.id).instances["prepare/1"]
    assert ("h-2", local("2025-03-23 00:00")) == (prepare.meeting, prepare.due)
    assert ["brief/2", "prepare/1"] == sorted(engine._load(case.id).open)


@pytest.mark.parametrize("who", ["officer", "{each_of: [officer]}", "{all_of: [officer]}"])
def test_whoever_a_ladder_let_in_can_do_it_by_the_act(who: str) -> None:
    """Ruling 20: the actor who was added may do what is owed, however it is owed."""
    rules = f"""
    follow_ups:
      visit: {{opens_with: went_missing, who: {who}, due: within 2 hours, met_by: [told]}}
    escalations:
      late: {{watches: {{follow_up: visit}}, levels: [{{at: due, hand_to: detective}}]}}
    """
    engine, clock = engine_with(FLIGHT + rules)
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "went_missing", by=OFFICER)
    clock.move_to(local("2025-03-04 13:00"))
    engine.fire(case.id, "told", by=DETECTIVE)
    assert "met-late" == engine._load(case.id).instances["visit/1"].shown_status


def test_ruling_05_what_turns_out_to_have_been_done_sooner_was_in_time() -> None:
    """Entered late and out of order: the earlier doing decides, whichever was known first."""
    rules = """
    follow_ups:
      visit: {opens_with: went_missing, who: officer, due: within 2 hours, met_by: [told]}
    """
    engine, clock = engine_with(FLIGHT + rules)
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "went_missing", by=OFFICER)
    clock.move_to(local("2025-03-04 17:00"))
    engine.fire(case.id, "told", by=OFFICER, happened_at=local("2025-03-04 15:00"))
    assert "met-late" == engine._load(case.id).instances["visit/1"].shown_status
    engine.fire(case.id, "told", by=OFFICER, happened_at=local("2025-03-04 11:00"))
    assert "met" == engine._load(case.id).instances["visit/1"].shown_status


def test_what_was_displaced_by_something_sooner_does_another_one() -> None:
    """Asked twice, seen twice, entered out of order: each doing does one of them."""
    rules = """
    follow_ups:
      visit: {opens_with: went_missing, who: officer, due: within 2 hours, met_by: [told]}
    """
    engine, clock = engine_with(FLIGHT + rules)
    case = engine.open("tiny", by=OFFICER)
    clock.move_to(local("2025-03-04 17:00"))
    for act, at in (("went_missing", "10:00"), ("told", "12:00")):
        engine.fire(case.id, act, by=OFFICER, happened_at=local(f"2025-03-04 {at}"))
    for act, at in (("went_missing", "11:30"), ("told", "11:00")):
        engine.fire(case.id, act, by=OFFICER, happened_at=local(f"2025-03-04 {at}"))
    found = engine._load(case.id).instances
    assert ["met", "met"] == [found[f"visit/{n}"].shown_status for n in (1, 2)]
