"""What becomes of a case that goes on under another text, rule by rule."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from protocolkit.ground.errors import Refused, UsageError
from protocolkit.semantics.actors import Actor
from tests.migration.counties import CASE, County
from tests.stories import OFFICER, local

ASK = "triggers: {ask: {who: officer}, see: {who: [officer, detective]}}\n"
SIX = f"{ASK}follow_ups:\n  look: {{opens_with: ask, who: officer, due: within 6 hours}}\n"
TWO = SIX.replace("6 hours", "2 hours")


def asked(old: str, new: str) -> County:
    """The act was done at ten, and it is eleven."""
    county = County(old, new)
    county.open()
    county.engine.fire(CASE, "ask", by=OFFICER)
    county.at("2025-03-04 11:00")
    return county


TIMES: list[tuple[str, dict[str, Any]]] = [
    ("keep", {"look/1": local("2025-03-04 16:00")}),
    ("restart", {"look/1": local("2025-03-04 13:00")}),
    ("drop", {}),
]


@pytest.mark.parametrize(("timers", "owed"), TIMES)
@pytest.mark.parametrize("by_name", [False, True])
def test_running_time(timers: str, owed: dict[str, Any], by_name: bool) -> None:
    """What was promised stays; or counts anew, under the new limit; or is cancelled."""
    county = asked(SIX, TWO)
    county.migrate(of={"timers_of": {"look": timers}} if by_name else {"timers": timers})
    assert owed == county.owed
    if timers == "drop":
        instance = county.case.instances["look/1"]
        assert ("cancelled", "migrated") == (instance.status, instance.because)


def test_what_opens_later_has_the_new_limit() -> None:
    """Only what was promised stays as it was."""
    county = asked(SIX, TWO)
    county.migrate()
    county.engine.fire(CASE, "ask", by=OFFICER)
    assert {
        "look/1": local("2025-03-04 16:00"),
        "look/2": local("2025-03-04 13:00"),
    } == county.owed


def test_where_nothing_was_promised_the_new_limit_counts_from_now() -> None:
    """The old text said nothing of when."""
    county = asked(SIX.replace("within 6 hours", "unspecified"), TWO)
    county.migrate()
    assert {"look/1": local("2025-03-04 13:00")} == county.owed


def test_what_does_not_go_on_is_cancelled_and_nothing_follows() -> None:
    """The record keeps it; the case does not."""
    county = asked(SIX, ASK)
    done = county.migrate(follow_ups={"look": "drop"})
    assert {"look/1": "migrated"} == done.moved[0].ended
    assert ({}, {}) == (county.owed, county.case.instances)
    county.at("2025-03-06 11:00")
    assert "migrate" == county.engine.history(CASE)[-1].kind


def test_two_go_on_under_one_name() -> None:
    """Their numbers are given anew, in the order in which they opened."""
    two = SIX + "  listen: {opens_with: ask, who: officer, due: within 8 hours}\n"
    county = asked(two, SIX)
    county.migrate(follow_ups={"listen": "look"})
    assert {
        "look/1": local("2025-03-04 18:00"),
        "look/2": local("2025-03-04 16:00"),
    } == county.owed
    county.engine.fire(CASE, "ask", by=OFFICER)
    assert "look/3" in county.owed


LADDER = """escalations:
  late: {watches: {follow_up: look}, levels: [{id: first, at: due, tell: supervisor},
    {id: second, after: 1 hour, tell: judge}]}
"""


def test_a_ladder_at_work_keeps_the_instant_of_its_next_level() -> None:
    """Though the new text says another span."""
    county = asked(SIX + LADDER, SIX + LADDER.replace("1 hour", "5 minutes"))
    county.at("2025-03-04 16:30")
    county.migrate()
    county.at("2025-03-05 10:00")
    times = local("2025-03-04 16:00"), local("2025-03-04 17:00")
    assert [("supervisor", times[0]), ("judge", times[1])] == county.told


def test_a_ladder_counts_anew_if_that_is_said() -> None:
    """Its levels come again, from what it watches."""
    county = asked(SIX + LADDER, SIX + LADDER)
    county.at("2025-03-04 16:30")
    county.migrate(of={"timers_of": {"late": "restart"}})
    county.at("2025-03-05 10:00")
    assert ["supervisor", "supervisor", "judge"] == [role for role, _ in county.told]


def test_a_level_that_is_dropped_makes_way_for_the_next() -> None:
    """At the instant at which it would have come."""
    new = LADDER.replace("{id: second, after: 1 hour, tell: judge}", "{id: third, after: 9 hours,")
    new = new.replace("9 hours,", "9 hours, tell: deputy}")
    old = LADDER.replace("judge}]", "judge}, {id: third, after: 9 hours, tell: deputy}]")
    county = asked(SIX + old, SIX + new)
    county.at("2025-03-04 16:30")
    assert [
        "escalations.late: `late` has no level `second` in the new text, and the plan does not say "
        "what becomes of it."
    ] == county.misfits()
    county.migrate(of={"levels": {"late": {"second": "drop"}}})
    county.at("2025-03-05 10:00")
    times = local("2025-03-04 16:00"), local("2025-03-04 17:00")
    assert [("supervisor", times[0]), ("deputy", times[1])] == county.told


def test_a_ladder_that_is_new_watches_what_is_open() -> None:
    """What is late already is told at once."""
    county = asked(SIX, SIX + LADDER)
    county.at("2025-03-04 20:00")
    done = county.migrate()
    assert ("late/1",) == done.moved[0].started
    county.at("2025-03-05 10:00")
    times = local("2025-03-04 20:00"), local("2025-03-04 21:00")
    assert [("supervisor", times[0]), ("judge", times[1])] == county.told


WHEN = """
facts: {danger: {type: boolean}, alone: {type: boolean}}
follow_ups: {guard: {opens_when: CONDITION, who: officer, due: within 1 hour}}
"""


@pytest.mark.parametrize(
    ("old", "new", "owed"),
    [
        ("danger is true", "danger is true", {"guard/1"}),
        ("danger is true", "danger is true or alone is true", {"guard/1"}),
        ("alone is true", "danger is true", {"guard/1"}),
        ("alone is true", "alone is true", set()),
    ],
)
def test_an_old_truth_opens_nothing_twice(old: str, new: str, owed: set[str]) -> None:
    """What was true under the old text opened then; what only the new one asks opens now."""
    county = County(WHEN.replace("CONDITION", old), WHEN.replace("CONDITION", new))
    county.open({"danger": True, "alone": False})
    county.migrate()
    assert owed == county.owed.keys()
    assert len(owed) == len(county.case.instances)


def test_what_is_new_for_where_a_case_stands_is_asked_from_now_on() -> None:
    """By a condition that is true, or by the state that it is in; not by what has happened."""
    new = """
    follow_ups:
      stay: {opens_in: begun, who: officer, due: within 3 hours}
      care: {opens_when: happened(ask), who: officer, due: within 1 hour}
      late: {opens_with: ask, who: officer, due: within 1 hour}
    """
    county = asked(ASK, ASK + dedent(new))
    done = county.migrate()
    assert {"stay/1", "care/1"} == {one.instance for one in done.moved[0].opened}
    assert {
        "stay/1": local("2025-03-04 14:00"),
        "care/1": local("2025-03-04 12:00"),
    } == county.owed


def test_what_the_old_text_opened_in_this_state_is_not_asked_again() -> None:
    """Though it was done long ago."""
    rules = f"{ASK}follow_ups: {{stay: {{opens_in: begun, who: officer, due: within 3 hours}}}}\n"
    county = asked(rules, rules)
    county.engine.complete(CASE, "stay", by=OFFICER)
    county.migrate()
    assert {} == county.owed


def test_a_new_strand_begins_and_an_old_one_ends() -> None:
    """In its initial state, with what that opens; what belonged to the other is not owed."""
    old = """
    strands:
      case: {begun: {initial: true}, closed: {final: true}}
      school: {enrolled: {initial: true, final: true}}
    follow_ups: {ring: {opens_in: enrolled, who: officer, due: within 3 hours}}
    """
    new = """
    strands:
      case: {begun: {initial: true}, closed: {final: true}}
      home: {unseen: {initial: true, final: true}}
    follow_ups: {visit: {opens_in: unseen, who: officer, due: within 3 hours}}
    """
    county = County(old, new)
    county.open()
    assert [
        "follow_ups.ring: The follow-up `ring` is not in the new text, and the plan does not say "
        "what becomes of it.",
        "states.enrolled: The state `enrolled` is not in the new text, and the plan does not say "
        "what becomes of it.",
    ] == county.misfits()
    done = county.migrate(states={"enrolled": "drop"}, follow_ups={"ring": "drop"})
    (outlook,) = done.moved
    assert ({"case": "begun", "school": ""}, {"home": "unseen"}) == (outlook.goes_to, outlook.begun)
    assert {"case": "begun", "home": "unseen"} == county.case.states
    assert {"visit/1": local("2025-03-04 13:00")} == county.owed


def test_a_plan_closes_no_case() -> None:
    """Whoever wants it closed closes it."""
    states = "states: {begun: {initial: true}, asked: {}, closed: {final: true}}\n"
    moves = "triggers: {ask: {who: officer, moves: {from: begun, to: asked}}}\n"
    county = County(states + moves, "triggers: {ask: {who: officer}}\n")
    county.open()
    county.open(case="c-2")
    county.engine.fire(CASE, "ask", by=OFFICER)
    done = county.migrate(states={"asked": "closed"})
    assert (["c-2"], [CASE]) == (
        [one.case for one in done.moved],
        [one.case for one in done.refused],
    )
    assert ["does-not-fit"] == [one.name for one in done.refused[0].refused]
    assert ("act", county.old.digest) == (county.engine.history(CASE)[-1].kind, county.case.digest)


MOOD = "facts: {mood: {type: choice, values: [calm, afraid]}, age: {type: integer, range: 0..20}}\n"


def test_values_are_called_otherwise() -> None:
    """A value of a choice may have another name, or none."""
    new = MOOD.replace("afraid", "scared, worried")
    county = County(MOOD, new)
    county.open({"mood": "afraid"})
    assert [
        "facts.mood: `mood` has no value `afraid` in the new text, and the plan does not say what "
        "becomes of it."
    ] == county.misfits()
    county.migrate(of={"values": {"mood": {"afraid": "scared"}}})
    assert {"mood": "scared"} == county.engine.case(CASE).facts


def test_a_value_that_does_not_fit_keeps_its_case_back() -> None:
    """With the reason; the others go on."""
    county = County(MOOD, MOOD.replace("0..20", "0..17"))
    county.open({"age": 19})
    county.open({"age": 12}, case="c-2")
    done = county.migrate()
    assert (["c-2"], [CASE]) == (
        [one.case for one in done.moved],
        [one.case for one in done.refused],
    )
    assert "19" in done.refused[0].refused[0].message


def test_names_of_another_kind_are_not_the_same() -> None:
    """Neither by their type, nor by what they watch, nor by whose they are."""
    old = f"{SIX}{LADDER}facts: {{danger: {{type: boolean}}, pact: {{type: boolean}}}}\n"
    new = (
        f"{SIX}  hear: {{opens_with: ask, who: officer, due: within 1 hour}}\n"
        f"{LADDER.replace('follow_up: look', 'follow_up: hear')}"
        "facts: {danger: {type: date}, pact: {type: boolean, scope: programme}}\n"
    )
    found = County(old, new).misfits()
    assert [
        "facts.danger: The fact `danger` cannot go on as `danger`: in the new text that is of the "
        "type date, not boolean.",
        "escalations.late: The escalation `late` cannot go on as `late`: in the new text that is "
        "one that watches something else.",
        "facts.pact: The fact `pact` cannot go on as `pact`: in the new text that is a matter of "
        "the whole programme.",
    ] == found
    assert [] == County(old, new).misfits(
        facts={"danger": "drop", "pact": "drop"}, escalations={"late": "drop"}
    )


def test_a_name_that_was_formerly_another_needs_no_line() -> None:
    """The new text says it."""
    new = SIX.replace("look: {", "inspect: {formerly: look, ")
    county = asked(SIX, new)
    county.migrate()
    assert {"inspect/1": local("2025-03-04 16:00")} == county.owed


EVERY = f"{ASK}follow_ups: {{call: {{opens_with: ask, who: officer, every: 2 hours after ask}}}}\n"


def test_a_rhythm_goes_on_from_its_next_period() -> None:
    """What comes next comes when it was promised; from there the new rhythm counts."""
    county = asked(EVERY, EVERY.replace("2 hours", "5 hours"))
    county.migrate()
    assert {"call/1": local("2025-03-04 12:00")} == county.owed
    county.at("2025-03-04 12:00")
    assert local("2025-03-04 17:00") == county.owed["call/2"]


def test_another_kind_of_rhythm_must_be_settled() -> None:
    """It cannot keep its time; counted anew it begins now."""
    county = asked(EVERY, EVERY.replace("2 hours after ask", "5 hours after the last"))
    assert [
        "follow_ups.call: The follow-up `call` cannot keep its time: it was owed again and again "
        "on fixed days and is now owed so long after the last."
    ] == county.misfits()
    county.migrate(of={"timers": "restart"})
    assert {"call/2": local("2025-03-04 16:00")} == county.owed


def test_a_clock_that_stands_keeps_what_is_left() -> None:
    """Also where the new text counts in days, or lets no clock stand."""
    pauses = "facts: {ill: {type: boolean}}\n" + SIX.replace(
        "within 6 hours", "within 6 hours, pauses_while: ill is true"
    )
    for new in (pauses, pauses.replace(", pauses_while: ill is true", "")):
        county = asked(pauses, new)
        county.engine.record(CASE, {"ill": True}, by=OFFICER)
        county.at("2025-03-04 13:00")
        county.migrate()
        if new is pauses:
            county.at("2025-03-04 15:00")
            county.engine.record(CASE, {"ill": False}, by=OFFICER)
            assert {"look/1": local("2025-03-04 20:00")} == county.owed
        else:
            assert {"look/1": local("2025-03-04 18:00")} == county.owed
    days = pauses.replace("within 6 hours", "within 2 calendar days")
    county = asked(pauses, days)
    county.engine.record(CASE, {"ill": True}, by=OFFICER)
    county.migrate()
    county.engine.record(CASE, {"ill": False}, by=OFFICER)
    assert local("2025-03-05 24:00".replace("05 24", "06 00")) >= county.owed["look/1"]


def test_people_keep_their_roles_under_other_names() -> None:
    """Two people cannot come to hold one role."""
    rules = "triggers: {name: {who: officer, assigns: {caseworker: named, guardian: named}}}\n"
    for guardian, moved in (("k-1", [CASE]), ("k-2", [])):
        county = County(rules, rules)
        county.open()
        given = {"caseworker": "k-1", "guardian": guardian}
        county.engine.fire(CASE, "name", by=OFFICER, assign=given)
        done = county.migrate(roles={"guardian": "caseworker"})
        assert moved == [one.case for one in done.moved]
        assert (county.case.holders == {"caseworker": "k-1"}) == bool(moved)


def test_properties_are_read_again_from_the_record() -> None:
    """What happened before counts under the new words."""
    old = f"{ASK}properties: {{asked: {{kind: precedence, before: see, need: ask}}}}\n"
    new = (
        "triggers: {inquire: {who: officer}, see: {who: [officer, detective]}}\n"
        "properties: {asked: {kind: precedence, before: see, need: inquire}}\n"
    )
    county = asked(old, new)
    county.migrate(triggers={"ask": "inquire"})
    county.engine.fire(CASE, "see", by=OFFICER)
    assert "broken" not in {one.verdict for one in county.case.monitors.values()}


# -- the record ------------------------------------------------------------------------


def test_it_is_an_event_with_everything_in_it() -> None:
    """Who did it, by which plan, why, who approved; read again the case is the same."""
    county = asked(SIX, TWO.replace("look", "inspect"))
    plan = county.plan(follow_ups={"look": "inspect"})
    county.engine.migrate(plan, by=OFFICER)
    event = county.engine.history(CASE)[-1]
    assert ("migrate", "o-1", "officer") == (event.kind, event.actor, event.role)
    assert {
        "from": county.old.digest,
        "to": county.new.digest,
        "plan": plan.digest,
        "reason": "R-1",
        "approved_by": "u-9",
    } == dict(event.data)
    again = event.from_json(event.to_json())
    assert event == again
    head = county.engine.store.head(CASE)
    assert head is not None
    assert (county.new.digest, local("2025-03-04 16:00")) == (head.digest, county.owed["inspect/1"])


def test_a_run_can_be_repeated() -> None:
    """A case that went on is passed over; one that failed is tried again."""
    county = asked(SIX, TWO)
    county.open(case="c-2")
    plan = county.plan()
    assert [CASE] == [
        one.case for one in county.engine.migrate(plan, by=OFFICER, cases=[CASE]).moved
    ]
    done = county.engine.migrate(plan, by=OFFICER)
    assert (["c-2"], (CASE,)) == ([one.case for one in done.moved], done.passed)
    assert 1 == sum(event.kind == "migrate" for event in county.engine.history(CASE))


def test_closed_cases_stay_where_they_are() -> None:
    """For ever, and whoever asks for one is told."""
    rules = "triggers: {end: {who: officer, moves: {from: begun, to: closed}}}\n"
    county = County(rules, rules)
    county.open()
    county.engine.fire(CASE, "end", by=OFFICER)
    assert () == county.migrate().moved
    assert county.old.digest == county.case.digest
    with pytest.raises(UsageError, match="closed"):
        county.engine.migrate(county.plan(), by=OFFICER, cases=[CASE])


def test_time_comes_first() -> None:
    """What the old text promised by now has come before a case goes on."""
    county = asked(SIX + LADDER, SIX)
    county.clock.move_to(local("2025-03-04 20:00"))
    county.migrate(escalations={"late": "drop"})
    assert ["supervisor", "judge"] == [role for role, _ in county.told]


def test_somebody_without_a_role_takes_nothing_over() -> None:
    """Each case says so."""
    county = asked(SIX, TWO)
    done = county.engine.migrate(county.plan(), by=Actor("x-1", roles={"visitor"}))
    assert ["wrong-role"] == [one.name for one in done.refused[0].refused]


def test_what_was_told_before_stands() -> None:
    """It can be neither corrected nor void; what was told since can."""
    rules = f"{SIX}facts: {{danger: {{type: boolean}}}}\n"
    county = asked(rules, rules.replace("look", "inspect"))
    county.engine.record(CASE, {"danger": True}, by=OFFICER)
    county.migrate(follow_ups={"look": "inspect"})
    with pytest.raises(Refused) as refused:
        county.engine.correct(CASE, {"danger": False}, by=OFFICER)
    assert ["before-migration"] == [one.name for one in refused.value.reasons]
    with pytest.raises(Refused) as refused:
        county.engine.void(CASE, 2, by=OFFICER)
    assert ["before-migration"] == [one.name for one in refused.value.reasons]
    county.engine.fire(CASE, "ask", by=OFFICER)
    assert {"inspect/1", "inspect/2"} == county.owed.keys()
    county.engine.void(CASE, county.case.events, by=OFFICER)
    assert {"inspect/1": local("2025-03-04 16:00")} == county.owed
    county.engine.complete(CASE, "inspect", by=OFFICER)
    assert {} == county.owed
    county.engine.void(CASE, county.case.events, by=OFFICER)
    assert {"inspect/1": local("2025-03-04 16:00")} == county.owed


def test_the_programme_goes_on_first_and_its_facts_are_known_by_both_names() -> None:
    """A case that stays behind still reads them."""
    old = """
    facts: {pact: {type: boolean, scope: programme, recorded_by: officer}}
    triggers: {act: {who: officer, needs: {agreed: pact is true}}}
    """
    county = County(old, old.replace("pact", "treaty"))
    county.engine.adopt("tiny", by=OFFICER)
    county.engine.record("tiny.programme", {"pact": True}, by=OFFICER)
    county.open()
    county.open(case="c-2")
    plan = county.plan(facts={"pact": "treaty"})
    assert ["tiny.programme", CASE, "c-2"] == [one.case for one in county.engine.rehearse(plan)]
    county.engine.migrate(plan, by=OFFICER, cases=["tiny.programme", CASE])
    for case in (CASE, "c-2"):
        county.engine.fire(case, "act", by=OFFICER)
    county.engine.record("tiny.programme", {"treaty": False}, by=OFFICER)
    for case in (CASE, "c-2"):
        with pytest.raises(Refused):
            county.engine.fire(case, "act", by=OFFICER)


def test_a_notice_stays_true_under_another_name() -> None:
    """As long as what its ladder watches is not over."""
    inspect = (SIX + LADDER).replace("look", "inspect").replace("late", "too_late")
    county = asked(SIX + LADDER, inspect)
    county.at("2025-03-04 16:30")
    (notice,) = county.engine.store.notices(CASE)
    county.migrate(follow_ups={"look": "inspect"}, escalations={"late": "too_late"})
    assert not county.engine.is_moot(notice)
    county.engine.complete(CASE, "inspect", by=OFFICER)
    assert county.engine.is_moot(notice)


def test_what_a_dropped_ladder_told_is_moot() -> None:
    """Nobody is sent after it any more."""
    county = asked(SIX + LADDER, SIX)
    county.at("2025-03-04 16:30")
    (notice,) = county.engine.store.notices(CASE)
    county.migrate(escalations={"late": "drop"})
    assert county.engine.is_moot(notice)
