"""Putting right what was entered in error, and taking in what was kept on paper before.

Rulings 4, 31, 32 and 33, each on a county just large enough to show it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.ground.calendars import digest
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Refused, UsageError
from protocolkit.ground.zones import zone
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import Standing
from protocolkit.semantics.events import replay
from protocolkit.semantics.requests import Request
from protocolkit.store.memory import MemoryStore
from tests.stories import (
    DETECTIVE,
    JUDGE,
    OFFICER,
    SUPERVISOR,
    ZONE,
    engine_with,
    local,
    tiny,
)

STRANGER = Actor(id="x-1", roles=("guardian",))
CHIEF = Actor(id="b-1", roles=("officer", "supervisor"))
OTHER_OFFICER = Actor(id="o-2", roles=("officer",))


class Tale:
    """One case of a tiny county."""

    def __init__(self, rules: str, **facts: Any) -> None:
        self.engine, self.clock = engine_with(rules)
        self.id = self.engine.open("tiny", by=OFFICER, facts=facts, id="c").id

    def at(self, text: str) -> None:
        """Time passes until then."""
        self.clock.move_to(local(f"2025-03-{text}"))

    def do(self, act: str, *, by: Actor = OFFICER, at: str = "", **more: Any) -> int:
        """Somebody does an act; the number of its entry."""
        when = local(f"2025-03-{at}") if at else None
        self.engine.fire(self.id, act, by=by, happened_at=when, **more)
        return self.last("act")

    def last(self, kind: str) -> int:
        """The number of the last entry of a kind."""
        return [one.sequence for one in self.engine.history(self.id) if one.kind == kind][-1]

    def open(self) -> dict[str, str]:
        """What is owed, with the local hour at which it is due, or that it is late."""
        found = self.engine.todo(self.id)
        return {
            one.instance: "late" if one.status == "overdue" else _hour(one.due) for one in found
        }

    def ended(self) -> dict[str, str]:
        """How what is not owed any more ended, and why."""
        case = replay(self.id, self.engine.history(self.id))
        return {
            one.id: f"{one.shown_status} {one.because}".strip()
            for one in case.instances.values()
            if not one.is_open
        }

    def told(self) -> list[str]:
        """Who was told."""
        return [one.role for one in replay(self.id, self.engine.history(self.id)).told]

    def refused(self, command: Any, *words: Any, **more: Any) -> list[str]:
        """The names of the reasons against a command."""
        with pytest.raises(Refused) as caught:
            command(self.id, *words, **more)
        return [one.name for one in caught.value.reasons]


def _hour(at: Any) -> str:
    if at is None:
        return "no date"
    there = at.astimezone(zone(ZONE))
    if (there.hour, there.minute) == (0, 0):
        return f"{there - timedelta(days=1):%d} 24:00"
    return f"{there:%d %H:%M}"


DANGER = """
facts:
  danger: {type: boolean, recorded_by: officer}
  age: {type: integer, range: 0..20, recorded_by: [officer, detective]}
triggers:
  notice: {who: officer}
  look: {who: officer}
  reassure: {who: officer}
follow_ups:
  protect: {opens_with: notice, if: danger is true, who: officer, due: within 3 hours}
  thank: {opens_with: protect.met, who: supervisor, due: within 9 hours}
escalations:
  unprotected: {watches: {follow_up: protect}, levels: [{at: due, tell: [judge]}]}
"""


def test_ruling_04_correcting_a_fact_opens_what_was_missed_with_its_old_anchor() -> None:
    """Noticed at ten, corrected at eleven: due at one, as if it had been known."""
    tale = Tale(DANGER, danger=False)
    tale.do("notice")
    tale.at("04 11:00")
    tale.engine.correct("c", {"danger": True}, by=OFFICER)
    assert {"protect/1": "04 13:00"} == tale.open()


def test_ruling_04_what_is_missed_and_late_is_told_now() -> None:
    """Its limit has passed: it is late, and the levels that stand on that come now."""
    tale = Tale(DANGER, danger=False)
    tale.do("notice")
    tale.at("04 19:00")
    assert [] == tale.told()
    tale.engine.correct("c", {"danger": True}, by=OFFICER)
    assert {"protect/1": "late"} == tale.open()
    assert ["judge"] == tale.told()
    (level,) = replay("c", tale.engine.history("c")).levels
    assert local("2025-03-04 19:00") == level.at


def test_ruling_04_correcting_a_fact_cancels_what_is_open() -> None:
    """What should not be owed is not; a notice that was sent stays sent."""
    tale = Tale(DANGER, danger=True)
    tale.do("notice")
    tale.at("04 14:00")
    tale.engine.correct("c", {"danger": False}, by=OFFICER)
    assert ({}, {"protect/1": "cancelled corrected"}) == (tale.open(), tale.ended())
    assert ["judge"] == tale.told()
    tale.at("05 14:00")
    assert ["judge"] == tale.told()


def test_ruling_04_what_was_met_stays_met_with_what_followed() -> None:
    """Somebody did it, and is thanked for it, needed or not."""
    tale = Tale(DANGER, danger=True)
    tale.do("notice")
    tale.engine.complete("c", "protect", by=OFFICER)
    tale.engine.correct("c", {"danger": False}, by=OFFICER)
    assert ({"thank/1": "04 19:00"}, {"protect/1": "met"}) == (tale.open(), tale.ended())
    tale.engine.correct("c", {"danger": True}, by=OFFICER)
    assert ({"thank/1": "04 19:00"}, {"protect/1": "met"}) == (tale.open(), tale.ended())


def test_ruling_04_what_was_met_is_not_late_after_all() -> None:
    """The act that met it would not have, as is known now; but nobody is asked to do it again."""
    rules = """
    facts: {seen: {type: boolean, recorded_by: officer}}
    triggers: {begin: {who: officer}, visit: {who: officer}}
    follow_ups:
      see: {opens_with: begin, who: officer, due: within 1 hours,
          met_by: {trigger: visit, if: seen is true}}
      explain: {opens_with: see.overdue, who: officer, due: within 9 hours}
      note: {opens_with: begin, who: judge, due: within 9 hours,
          met_by: {trigger: visit, if: seen is false}}
    """.replace("1 hours", "1 hour")
    tale = Tale(rules, seen=True)
    tale.do("begin")
    tale.do("visit")
    tale.at("04 13:00")
    tale.engine.correct("c", {"seen": False}, by=OFFICER)
    assert ({}, {"see/1": "met", "note/1": "satisfied-by"}) == (tale.open(), tale.ended())
    tale.engine.correct("c", {"seen": True}, by=OFFICER)
    assert ({"note/1": "04 19:00"}, {"see/1": "met"}) == (tale.open(), tale.ended())


def test_ruling_04_correcting_back_and_forth_changes_nothing_but_the_record() -> None:
    """The same follow-up under its own id, and not another one."""
    tale = Tale(DANGER, danger=True)
    tale.do("notice")
    before = tale.engine.case("c")
    for value in (False, True, False, True):
        after = tale.engine.correct("c", {"danger": value}, by=OFFICER)
    assert _without_version(before) == _without_version(after)
    assert before.version + 4 == after.version


def _without_version(standing: Standing) -> Standing:
    return standing.replace(version=0, next_at=None)


def test_ruling_04_the_value_in_force_at_an_instant_is_corrected() -> None:
    """Of several values the last, unless an instant says which; moves stand."""
    tale = Tale(DANGER, danger=False)
    tale.do("notice")
    tale.at("04 12:00")
    tale.engine.record("c", {"danger": False}, by=OFFICER)
    tale.engine.correct("c", {"danger": True}, by=OFFICER)
    assert {} == tale.open()
    tale.engine.correct("c", {"danger": True}, by=OFFICER, happened_at=local("2025-03-04 11:00"))
    assert {"protect/1": "04 13:00"} == tale.open()


@pytest.mark.parametrize(
    ("facts", "by", "reasons"),
    [
        ({}, OFFICER, ["missing-fact"]),
        ({"weight": 3}, OFFICER, ["unknown-fact"]),
        ({"danger": "much"}, OFFICER, ["wrong-value"]),
        ({"danger": True}, OFFICER, ["same-value"]),
        ({"age": 12}, OFFICER, ["not-recorded"]),
        ({"danger": False}, DETECTIVE, ["wrong-role"]),
    ],
)
def test_a_correction_is_refused_in_words(
    facts: dict[str, Any], by: Actor, reasons: list[str]
) -> None:
    """Nothing to correct, or not theirs to correct."""
    tale = Tale(DANGER, danger=True)
    assert reasons == tale.refused(tale.engine.correct, facts, by=by)


def test_whoever_recorded_a_fact_may_correct_it() -> None:
    """Also when they do not hold the office any more."""
    tale = Tale(DANGER, danger=True)
    tale.engine.correct("c", {"danger": False}, by=Actor(id=OFFICER.id))
    assert {"danger": False} == tale.engine.case("c").facts


FLIGHT = """
facts: {seen: {type: boolean, recorded_by: officer}}
states: {home: {initial: true}, missing: {}, closed: {final: true}}
triggers:
  flee: {who: officer, moves: [{from: home, to: missing}, {from: missing, to: missing_still}]}
  note: {who: officer, records: [seen]}
  look: {who: officer}
  close: {who: supervisor, moves: {from: [home, missing], to: closed}}
follow_ups:
  find: {opens_with: note, who: officer, due: within 2 hours, met_by: [look], carries_over: true}
  report_late: {opens_with: find.overdue, who: supervisor, due: within 4 hours,
      carries_over: true}
  third_time: {opens_when: count(note) >= 3, who: judge, due: within 24 hours,
      carries_over: true}
""".replace(", {from: missing, to: missing_still}", "")


def test_ruling_31_a_void_act_does_not_count_any_more() -> None:
    """Typed twice: the second one opened a follow-up and made it three."""
    tale = Tale(FLIGHT)
    for _ in range(3):
        entry = tale.do("note", facts={"seen": True})
    assert {"find/1", "find/2", "find/3", "third_time/1"} == set(tale.open())
    tale.engine.void("c", entry, by=OFFICER, same_as=entry - 1)
    assert {"find/1", "find/2"} == set(tale.open())
    assert {"find/3": "cancelled voided", "third_time/1": "cancelled voided"} == tale.ended()


def test_ruling_31_ids_are_not_used_again() -> None:
    """The next one has the next number; both entries stay in the record."""
    tale = Tale(FLIGHT)
    first, again = (tale.do("note", facts={"seen": True}) for _ in range(2))
    tale.engine.void("c", again, by=OFFICER, same_as=first)
    tale.do("note", facts={"seen": True})
    assert {"find/1", "find/3"} == set(tale.open())
    events = tale.engine.history("c")
    assert ["note", "note", "note"] == [one.what for one in events if one.kind == "act"]
    (voided,) = [one for event in events for one in event.changes if isinstance(one, ch.Voided)]
    assert (again, first) == (voided.entry, voided.same_as)


def test_ruling_31_what_only_the_void_act_met_is_owed_again() -> None:
    """Late since its own limit, with what its lateness leads to."""
    tale = Tale(FLIGHT)
    tale.do("note", facts={"seen": False})
    entry = tale.do("look")
    tale.at("04 13:00")
    assert {"find/1": "met"} == tale.ended()
    tale.engine.void("c", entry, by=OFFICER)
    assert {"find/1": "late", "report_late/1": "04 16:00"} == tale.open()


def test_ruling_31_an_act_that_moved_the_case_leaves_it_there() -> None:
    """Moves stand; the act does not count."""
    tale = Tale(FLIGHT)
    entry = tale.do("flee")
    standing = tale.engine.void("c", entry, by=OFFICER)
    assert {"case": "missing"} == standing.states
    assert ["not-enabled"] == tale.refused(tale.engine.fire, "flee", by=OFFICER)
    (why,) = tale.engine.why("c", "flee", by=OFFICER).put_right
    assert f"entry {entry} is void since entry {entry + 1}; what it moved and sent stands" == why


def test_ruling_31_facts_of_a_void_entry_were_never_known() -> None:
    """The value before holds again."""
    tale = Tale(FLIGHT, seen=True)
    entry = tale.do("note", facts={"seen": False})
    standing = tale.engine.void("c", entry, by=OFFICER)
    assert {"seen": True} == standing.facts


def test_ruling_31_a_closed_case_can_be_put_right() -> None:
    """Only what carries over is owed again."""
    tale = Tale(FLIGHT)
    tale.do("note", facts={"seen": False})
    entry = tale.do("look")
    tale.do("close", by=SUPERVISOR)
    assert tale.engine.case("c").is_closed
    tale.engine.void("c", entry, by=OFFICER)
    assert {"find/1": "04 12:00"} == tale.open()
    tale.engine.correct("c", {"seen": True}, by=OFFICER)
    assert {"seen": True} == tale.engine.case("c").facts


def test_ruling_04_a_case_that_only_a_wrong_fact_has_closed_is_open() -> None:
    """No move closed it; what was cancelled with it is owed again, and its ladders go on."""
    rules = """
    facts: {age: {type: integer, range: 0..20, recorded_by: officer}}
    strands:
      case: {applies_while: age < 18, states: {begun: {initial: true}, over: {final: true}}}
    triggers: {begin: {who: officer}, end: {who: officer, moves: {from: begun, to: over}}}
    follow_ups:
      call: {opens_with: begin, who: officer, due: within 9 hours, strength: should}
    escalations:
      slow: {watches: {state: begun}, levels: [{after: 2 calendar days, tell: [judge]}]}
    """
    tale = Tale(rules, age=14)
    tale.do("begin")
    tale.engine.record("c", {"age": 18}, by=OFFICER)
    assert tale.engine.case("c").is_closed
    assert {"call/1": "cancelled closed"} == tale.ended()
    standing = tale.engine.correct("c", {"age": 15}, by=OFFICER)
    assert not standing.is_closed
    assert {"call/1": "04 19:00"} == tale.open()
    tale.engine.advance(local("2025-03-07 12:00"))
    assert ["judge"] == tale.told()
    assert tale.engine.correct("c", {"age": 19}, by=OFFICER).is_closed
    assert {"call/1": "cancelled closed"} == tale.ended()


MEETING = """
triggers:
  agree: {decided_at: team_meeting, who: officer}
meetings:
  team_meeting: {called_by: supervisor, required: [officer]}
follow_ups:
  invite: {opens_with: team_meeting.set, who: officer, due: 1 business day before team_meeting}
  minutes: {opens_with: team_meeting.held, who: officer, due: within 2 hours}
"""


def _met(tale: Tale) -> list[int]:
    engine = tale.engine
    engine.set("c", "team_meeting", by=SUPERVISOR, planned_at=local("2025-03-10 10:00"), id="m")
    engine.move("c", "m", by=SUPERVISOR, planned_at=local("2025-03-11 10:00"))
    engine.hold("c", "m", by=SUPERVISOR, attended={"o-1": "officer"})
    engine.fire("c", "agree", by=OFFICER)
    return [tale.last(kind) for kind in ("set", "move", "hold", "act")]


def test_ruling_31_what_later_entries_build_on_must_wait_for_them() -> None:
    """A meeting that was moved, held and decided at is undone from its end."""
    tale = Tale(MEETING)
    entries = _met(tale)
    for n, entry in enumerate(entries):
        if later := entries[n + 1 :]:
            with pytest.raises(Refused) as caught:
                tale.engine.void("c", entry, by=CHIEF)
            (one,) = caught.value.reasons
            assert "built-on" == one.name
            assert ", ".join(map(str, reversed(later))) in one.help
    assert {"invite/1": "10 24:00", "minutes/1": "04 12:00"} | tale.open() == tale.open()
    for entry in reversed(entries):
        standing = tale.engine.void("c", entry, by=CHIEF)
    assert ({}, ()) == (tale.open(), standing.meetings)


def test_ruling_31_a_meeting_that_was_not_held_is_planned_again() -> None:
    """Its date, and what counts from that, are those of before."""
    tale = Tale(MEETING)
    _, moved, held, act = _met(tale)
    for entry in (act, held):
        standing = tale.engine.void("c", entry, by=CHIEF)
    assert [("set", local("2025-03-11 10:00"))] == [
        (one.status, one.planned_at) for one in standing.meetings
    ]
    (before,) = tale.engine.void("c", moved, by=SUPERVISOR).meetings
    assert local("2025-03-10 10:00") == before.planned_at
    tale.engine.hold("c", "m", by=SUPERVISOR, attended={"o-1": "officer"})
    assert "minutes/2" in tale.open()


@pytest.mark.parametrize(
    ("entry", "more", "by", "reasons"),
    [
        (99, {}, OFFICER, ["unknown-entry"]),
        (1, {}, OFFICER, ["not-voidable"]),
        (3, {}, STRANGER, ["wrong-role"]),
        (3, {"same_as": 99}, OFFICER, ["unknown-entry"]),
        (3, {"same_as": 3}, OFFICER, ["not-the-same"]),
        (3, {"same_as": 2}, OFFICER, ["not-the-same"]),
        (4, {}, OFFICER, ["already-void"]),
        (5, {}, OFFICER, ["not-voidable"]),
        (6, {}, OFFICER, ["not-voidable"]),
    ],
)
def test_void_is_refused_in_words(
    entry: int, more: dict[str, int], by: Actor, reasons: list[str]
) -> None:
    """No such entry, one that cannot be void, or somebody else's."""
    tale = Tale(FLIGHT)
    tale.engine.record("c", {"seen": True}, by=OFFICER)
    tale.do("note", facts={"seen": True})
    tale.do("look")
    tale.engine.void("c", 4, by=OFFICER)
    tale.refused(tale.engine.fire, "look", by=STRANGER)
    assert reasons == tale.refused(tale.engine.void, entry, by=by, **more)


@pytest.mark.parametrize("by", [Actor(id=OFFICER.id), OTHER_OFFICER])
def test_whoever_did_it_or_could_do_it_may_declare_it_void(by: Actor) -> None:
    """The person who made the slip, and everybody who may make such entries."""
    tale = Tale(FLIGHT)
    entry = tale.do("note", facts={"seen": True})
    tale.engine.void("c", entry, by=by)
    assert {} == tale.open()


def test_every_kind_of_entry_can_be_void() -> None:
    """What was completed, waived, extended and assigned by mistake is as it was."""
    rules = """
    triggers: {begin: {who: officer}}
    follow_ups:
      call: {opens_with: begin, who: officer, due: within 2 hours,
          waive: {who: judge, reason: required}, extend: {who: judge}}
    """
    tale = Tale(rules)
    tale.do("begin")
    engine, before = tale.engine, tale.open()
    engine.assign("c", {"caseworker": "k-1"}, by=SUPERVISOR)
    engine.void("c", tale.last("assign"), by=SUPERVISOR)
    assert {} == engine.case("c").holders
    engine.extend("c", "call", by=JUDGE, until=local("2025-03-06 12:00"))
    assert before != tale.open()
    engine.void("c", tale.last("extend"), by=JUDGE)
    assert before == tale.open()
    engine.complete("c", "call", by=OFFICER)
    engine.void("c", tale.last("complete"), by=OFFICER)
    assert before == tale.open()
    engine.waive("c", "call", by=JUDGE, reason="R-1")
    engine.void("c", tale.last("waive"), by=JUDGE)
    assert before == tale.open()


def test_shares_that_were_ticked_by_mistake_are_missing_again() -> None:
    """One part of three was not done after all."""
    rules = """
    triggers: {begin: {who: officer}}
    follow_ups:
      assess: {opens_with: begin, who: {all_of: [officer, detective]}, parts: [health, school],
          due: within 9 hours}
    """
    tale = Tale(rules)
    tale.do("begin")
    tale.engine.complete("c", "assess", item="health", by=OFFICER)
    tale.engine.complete("c", "assess", item="school", by=DETECTIVE)
    assert {"assess/1": "met"} == tale.ended()
    tale.engine.void("c", tale.last("complete"), by=DETECTIVE)
    (owed,) = tale.engine.todo("c")
    assert {"detective", "school"} == set(owed.missing)
    tale.engine.complete("c", "assess", item="school", by=DETECTIVE)
    assert {"assess/1": "met"} == tale.ended()


def test_a_ladder_between_two_acts_follows_what_counts() -> None:
    """It stops when its beginning was an error, and goes on when its end was."""
    tale = Tale(STORM)
    begin = tale.do("begin")
    hear = tale.do("hear")
    tale.engine.void("c", hear, by=OFFICER)
    tale.at("06 09:00")
    tale.engine.advance()
    assert ["judge"] == tale.told()
    again = tale.do("begin")
    for entry in (begin, again):
        tale.engine.void("c", entry, by=OFFICER)
    tale.engine.advance(local("2025-03-12 12:00"))
    assert (["judge"], {}) == (tale.told(), tale.open())


OFFER = """
triggers: {ask: {who: officer}}
follow_ups:
  care: {opens_with: ask, who: officer, due: within 9 hours}
links:
  pass_on: {protocol: elsewhere, opens_with: ask, accepted_by: [supervisor], hands_over: [care]}
"""


def test_a_hand_over_that_was_accepted_stands() -> None:
    """Nor is the act void that offered it; one that was turned down is on offer again."""
    tale = Tale(OFFER)
    asked = tale.do("ask")
    tale.engine.decline("c", "pass_on", by=SUPERVISOR)
    tale.engine.void("c", tale.last("decline"), by=SUPERVISOR)
    accepted = tale.do("pass_on", by=SUPERVISOR, evidence="E-1")
    assert {"care/1": "cancelled handed_over"} == tale.ended()
    assert ["built-on"] == tale.refused(tale.engine.void, asked, by=OFFICER)
    assert ["not-voidable"] == tale.refused(tale.engine.void, accepted, by=SUPERVISOR)


def test_an_offer_that_was_made_in_error_is_withdrawn() -> None:
    """Nobody can accept it any more."""
    tale = Tale(OFFER)
    asked = tale.do("ask")
    tale.engine.void("c", asked, by=OFFICER)
    refused = tale.refused(tale.engine.fire, "pass_on", by=SUPERVISOR, evidence="E-1")
    assert ["not-offered"] == refused


LIMITS = """
facts: {certain: {type: boolean, recorded_by: officer}}
states: {begun: {initial: true}, sure: {}, closed: {final: true}}
triggers:
  notice: {who: officer, needs: {certain: certain is true}}
  learn: {who: officer, moves: {from: begun, to: sure}}
  call: {who: officer}
follow_ups:
  ring: {opens_with: notice, who: officer, due: within 2 hours, met_by: [call]}
  write: {opens_with: notice, who: officer, due: within 5 calendar days}
  watch: {opens_in: sure, who: officer, every: 1 calendar day after learn}
escalations:
  not_rung: {watches: {follow_up: ring}, levels: [{at: due, tell: [judge]},
      {after: 10 calendar days, tell: [supervisor]}]}
"""


def _past() -> list[Request]:
    return [
        Request(kind="act", what="notice", actor=OFFICER, at=local("2025-03-01 09:00")),
        Request(kind="act", what="learn", actor=OFFICER, at=local("2025-03-02 10:00")),
        Request(kind="act", what="call", actor=OFFICER, at=local("2025-03-01 12:00")),
    ]


def test_ruling_32_a_case_begun_on_paper_stands_where_it_would() -> None:
    """Limits count from what happened; what was late is late; nobody is told now."""
    engine, clock = engine_with(LIMITS)
    engine.open("tiny", by=OFFICER, history=_past(), id="c")
    case = replay("c", engine.history("c"))
    assert {
        "ring/1": "met-late",
        "write/1": "open",
        "watch/1": "overdue",
        "watch/2": "open",
    } == {one.id: one.shown_status for one in case.instances.values()}
    assert [] == list(engine.store.notices())
    assert [(True, local("2025-03-01 11:00"))] == [(one.past, one.at) for one in case.levels]
    assert {"case": "sure"} == case.states
    assert {clock.now()} == {one.recorded_at for one in engine.history("c")}


def test_ruling_32_what_comes_after_is_sent() -> None:
    """The next level of a ladder that runs comes at its time."""
    rules = LIMITS.replace("met_by: [call]", "met_by: [learn]")
    engine, _ = engine_with(rules)
    (notice, *_) = _past()
    engine.open("tiny", by=OFFICER, history=[notice], id="c")
    assert [] == list(engine.store.notices())
    engine.advance(local("2025-03-12 09:00"))
    assert ["supervisor"] == [one.role for one in engine.store.notices()]


def test_ruling_32_what_was_done_on_paper_is_not_asked_again() -> None:
    """Needs and roles are not asked; but what the protocol cannot tell is refused, with where."""
    engine, _ = engine_with(LIMITS)
    learn = _past()[1]
    stranger = learn.replace(actor=STRANGER)
    engine.open("tiny", by=OFFICER, history=[stranger], id="c")
    assert {"case": "sure"} == engine.case("c").states
    with pytest.raises(Refused) as caught:
        engine.open("tiny", by=OFFICER, history=[learn, learn], id="d")
    (one,) = caught.value.reasons
    assert ("not-enabled", True) == (one.name, "In the history, act learn" in one.message)
    ahead = learn.replace(at=local("2025-03-05 10:00"))
    with pytest.raises(Refused) as caught:
        engine.open("tiny", by=OFFICER, history=[ahead], id="e")
    assert ["in-the-future"] == [one.name for one in caught.value.reasons]
    assert ["c"] == [head.case for head in engine.store.heads()]


@pytest.mark.parametrize(
    "wrong", [{"at": None}, {"kind": "open"}, {"kind": "void"}, {"at": 3}, {"facts": "x"}]
)
def test_a_history_that_makes_no_sense_is_a_mistake(wrong: dict[str, Any]) -> None:
    """Each entry has its time, and tells something that can have happened."""
    engine, _ = engine_with(LIMITS)
    with pytest.raises(UsageError):
        engine.open("tiny", by=OFFICER, history=[_past()[0].replace(**wrong)])


def test_an_error_in_a_history_can_be_put_right() -> None:
    """Its entries are entries like others, told when they happened."""
    engine, _ = engine_with(LIMITS)
    engine.open("tiny", by=OFFICER, history=_past(), id="c")
    (call,) = [one.sequence for one in engine.history("c") if one.what == "call"]
    standing = engine.void("c", call, by=OFFICER)
    assert {"ring/1": "overdue"} == {
        one.instance: one.status for one in standing.open if one.follow_up == "ring"
    }


STORM = """
triggers: {begin: {who: officer}, hear: {who: officer}}
follow_ups:
  call: {opens_with: begin, who: officer, due: within 2 business days, extend: {who: judge}}
  visit: {opens_with: begin, who: officer, due: within 48 hours}
  weekly: {opens_with: begin, who: officer, every: 2 business days after begin}
escalations:
  unanswered: {watches: {from: begin, to: hear}, levels: [{after: 1 business day, tell: [judge]}]}
"""
DAYS = (date(2025, 3, 5), date(2025, 3, 6))


def test_ruling_33_closed_days_give_open_follow_ups_other_dates() -> None:
    """What counts in business days of that office, and nothing else."""
    tale = Tale(STORM)
    tale.do("begin")
    assert {"call/1": "06 24:00", "visit/1": "06 10:00", "weekly/1": "06 24:00"} == tale.open()
    (standing,) = tale.engine.close_days("tiny", "office", DAYS, by=OFFICER)
    assert {"call/1": "10 24:00", "visit/1": "06 10:00", "weekly/1": "10 24:00"} == tale.open()
    tale.engine.advance(local("2025-03-07 12:00"))
    assert [] == tale.told()
    tale.engine.advance(local("2025-03-08 12:00"))
    assert ["judge"] == tale.told()
    tale.engine.advance(local("2025-03-11 12:00"))
    assert {"call/1": "late", "weekly/1": "late", "weekly/2": "12 24:00"} | tale.open() == (
        tale.open()
    )
    assert standing.version == tale.last("close_days")


def test_ruling_33_later_counting_knows_the_closed_days() -> None:
    """Also after the case was read again; the event keeps what the calendar said then."""
    tale = Tale(STORM)
    tale.engine.close_days("tiny", "office", DAYS, by=OFFICER)
    other = Engine([tiny(STORM)], tale.engine.store, VirtualClock(tale.clock.now()))
    other.fire("c", "begin", by=OFFICER)
    assert {"call/1": "10 24:00", "visit/1": "06 10:00", "weekly/1": "10 24:00"} == tale.open()
    case = other._load("c")
    (closed,) = [
        one
        for event in other.history("c")
        for one in event.changes
        if isinstance(one, ch.DaysClosed)
    ]
    assert digest(other._program(case).calendars["office"]) == closed.digest
    assert {"office": ("2025-03-05", "2025-03-06")} == case.closures


def test_ruling_33_what_was_late_is_in_time_again() -> None:
    """The storm kept everybody at home: its spell of lateness ends."""
    tale = Tale(STORM)
    tale.do("begin")
    tale.at("07 09:00")
    tale.engine.advance()
    assert "late" == tale.open()["call/1"]
    tale.engine.close_days("tiny", "office", DAYS, by=OFFICER)
    assert "10 24:00" == tale.open()["call/1"]


def test_ruling_33_a_date_that_somebody_gave_stays() -> None:
    """An extension is no counting of days."""
    tale = Tale(STORM)
    tale.do("begin")
    tale.engine.extend("c", "call", by=JUDGE, until=local("2025-03-07 12:00"))
    tale.engine.close_days("tiny", "office", DAYS, by=OFFICER)
    assert "07 12:00" == tale.open()["call/1"]


def test_ruling_33_every_open_case_is_told_once() -> None:
    """Days that a case knows already are not told again; other protocols are left alone."""
    tale = Tale(STORM)
    tale.engine.open("tiny", by=OFFICER, id="d")
    assert ["c", "d"] == [
        one.id for one in tale.engine.close_days("tiny", "office", DAYS, by=OFFICER)
    ]
    assert () == tale.engine.close_days("tiny", "office", DAYS, by=OFFICER)
    assert () == tale.engine.close_days("other", "office", DAYS, by=OFFICER)


@pytest.mark.parametrize(
    ("calendar", "days", "by", "reasons"),
    [
        ("post", DAYS, OFFICER, ["unknown-calendar"]),
        ("office", (), OFFICER, ["missing-day"]),
        ("office", DAYS, Actor(id="y"), ["wrong-role"]),
    ],
)
def test_closing_days_is_refused_in_words(
    calendar: str, days: tuple[date, ...], by: Actor, reasons: list[str]
) -> None:
    """No such calendar, no day, no role."""
    tale = Tale(STORM)
    with pytest.raises(Refused) as caught:
        tale.engine.close_days("tiny", calendar, days, by=by)
    assert reasons == [one.name for one in caught.value.reasons]


def test_closed_days_and_an_error_before_them_go_together() -> None:
    """A story that is told again without an entry still knows the storm."""
    tale = Tale(STORM)
    first = tale.do("begin")
    tale.engine.close_days("tiny", "office", DAYS, by=OFFICER)
    tale.do("begin")
    tale.engine.void("c", first, by=OFFICER)
    assert {"call/2": "10 24:00", "visit/2": "06 10:00", "weekly/2": "10 24:00"} == tale.open()


def test_an_engine_that_knows_only_the_record_gives_the_same_answers() -> None:
    """A case that was put right in every way replays."""
    tale = Tale(FLIGHT, seen=True)
    first = tale.do("note", facts={"seen": False})
    tale.do("look")
    tale.engine.correct("c", {"seen": True}, by=OFFICER)
    tale.engine.void("c", first, by=OFFICER)
    store = MemoryStore()
    assert store is not tale.engine.store
    other = Engine([tiny(FLIGHT)], tale.engine.store, VirtualClock(tale.clock.now()))
    assert tale.engine.case("c") == other.case("c")
    assert tale.engine.pending("c") == other.pending("c")


def test_what_counted_to_a_date_that_was_an_error_gets_the_date_set_next() -> None:
    """A meeting was set in error: what counts to it waits, and the next one gives it a date."""
    rules = """
    triggers: {ask: {who: officer}}
    meetings: {team: {called_by: supervisor}}
    follow_ups: {prepare: {opens_with: ask, due: 24 hours before team, who: officer}}
    """
    engine, _ = engine_with(rules)
    case = engine.open("tiny", by=OFFICER).id
    engine.fire(case, "ask", by=OFFICER)
    wrong = engine.set(case, "team", by=SUPERVISOR, planned_at=local("2025-03-10 10:00"))
    without = engine.void(case, wrong.version, by=SUPERVISOR)
    right = engine.set(case, "team", by=SUPERVISOR, planned_at=local("2025-03-12 10:00"))
    assert [None] == [one.due for one in without.open]
    assert [local("2025-03-11 10:00")] == [one.due for one in right.open]


@pytest.mark.parametrize("start_at", ["", ", start_at: {level: second, if: danger is true}"])
def test_what_was_told_is_not_told_again_when_an_entry_is_void(start_at: str) -> None:
    """The follow-up is owed again and late since the same time: its ladder goes on."""
    rules = """
    facts: {danger: {type: boolean, recorded_by: officer}}
    triggers: {ask: {who: officer, records: danger}, look: {who: officer}}
    follow_ups: {see: {opens_with: ask, who: officer, due: within 2 hours, met_by: look}}
    escalations:
      late: {watches: {follow_up: see}START, levels: [{id: first, at: due, tell: supervisor},
        {id: second, after: 4 hours, tell: judge}]}
    """.replace("START", start_at)
    engine, clock = engine_with(rules)
    case = engine.open("tiny", by=OFFICER)
    engine.fire(case.id, "ask", by=OFFICER, facts={"danger": bool(start_at)})
    clock.move_to(local("2025-03-04 13:00"))
    engine.fire(case.id, "look", by=OFFICER)
    told = [one.role for one in engine._load(case.id).told]
    entry = engine.history(case.id)[-1].sequence
    engine.void(case.id, entry, by=OFFICER)
    assert told == [one.role for one in engine._load(case.id).told]
    clock.move_to(local("2025-03-04 17:00"))
    engine.advance()
    assert ["supervisor", "judge"][bool(start_at) :] == [
        one.role for one in engine._load(case.id).told
    ]
