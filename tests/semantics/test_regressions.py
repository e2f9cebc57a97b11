"""Faults that random histories found, each as the shortest story that shows it.

`tests/properties/test_engine_equals_reference.py` looks for more of them.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from protocolkit.ground.calendars import parse_open
from protocolkit.ground.errors import ProtocolkitError, Refused
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.program import Program
from protocolkit.store.memory import MemoryStore
from tests.stories import OFFICER, SUPERVISOR, act_out, engine_with, local, tiny


def test_a_ladder_over_a_span_is_not_one_on_a_follow_up(tmp_path: Path) -> None:
    """A span that starts when a follow-up opens lasts on when that follow-up is done."""
    rules = """
    triggers: {ask: {who: officer}, answer: {who: officer}}
    follow_ups: {see: {opens_with: ask, who: officer, due: within 1 hour}}
    escalations:
      silent: {watches: {from: see.opened, to: answer}, levels: [{after: at once, tell: judge},
          {after: 2 hours, tell: supervisor}]}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - expect: {told: [judge], open: {see: {}}}
    - {complete: see, by: officer, at: 2025-03-04 10:30}
    - {wait_until: 2025-03-04 13:00}
    - expect: {told: [judge, {role: supervisor, at: 2025-03-04 12:00}]}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_a_level_jumped_to_waits_for_the_office_too(tmp_path: Path) -> None:
    """`start_at` jumps over the waits before a level, not over its `outside_hours`."""
    rules = """
    facts: {danger: {type: boolean, recorded_by: officer}}
    triggers: {ask: {who: officer, records: danger}}
    follow_ups: {see: {opens_with: ask, who: officer, due: within 30 hours}}
    escalations:
      unseen:
        watches: {follow_up: see}
        start_at: {level: grave, if: danger is true}
        levels: [{at: due, tell: judge},
          {id: grave, after: 1 hour, tell: officer, outside_hours: wait}]
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer, facts: {danger: true}, at: 2025-03-04 20:00}
    - expect: {told: [], open: {see: {}}}
    - {wait_until: 2025-03-05 09:00}
    - expect: {told: [{role: officer, at: 2025-03-05 08:30}], open: {see: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_a_second_extension_dates_the_first_level_again(tmp_path: Path) -> None:
    """Late, more time, still more time: the next notice counts from the last due time."""
    rules = """
    triggers: {ask: {who: officer}}
    follow_ups:
      see: {opens_with: ask, who: officer, due: within 1 hour, extend: {who: supervisor}}
    escalations: {unseen: {watches: {follow_up: see}, levels: [{after: 30 minutes, tell: judge}]}}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {wait_until: 2025-03-04 11:45}
    - expect: {told: [{role: judge, at: 2025-03-04 11:30}], open: {see: {}}}
    - {extend: see, by: supervisor, until: 2025-03-04 13:00}
    - {extend: see, by: supervisor, until: 2025-03-04 15:00}
    - {wait_until: 2025-03-04 16:00}
    - expect:
        told: [{role: judge, at: 2025-03-04 11:30}, {role: judge, at: 2025-03-04 15:30}]
        open: {see: {}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_a_rhythm_is_not_redated(tmp_path: Path) -> None:
    """When its opener comes again, a recurrence goes on as it was."""
    rules = """
    triggers: {ask: {who: officer}}
    follow_ups:
      look: {opens_with: ask, if_again: redate, who: officer, every: 3 calendar days}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {do: ask, by: officer, at: 2025-03-05 10:00}
    - expect: {open: {look/1: {due: 2025-03-07 24:00}}}
    - {wait_until: 2025-03-08 00:00}
    - expect: {open: {look/1: {}, look/2: {due: 2025-03-10 24:00}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_every_period_was_opened_by_what_opened_the_first(tmp_path: Path) -> None:
    """Who owes it as `actor_of` stays who it was, in the next period of a rolling rhythm too."""
    rules = """
    triggers: {ask: {who: [officer, detective]}}
    follow_ups:
      look: {opens_with: ask, if_again: ignore, who: {actor_of: ask},
        every: 3 calendar days after the last}
    """
    steps = """
    - {open: {by: officer, as: o-1}}
    - {do: ask, by: officer, as: o-1}
    - {do: ask, by: detective, as: d-1}
    - {complete: look, by: officer, as: o-1}
    - {refused: {complete: look}, by: detective, as: d-1, because: [wrong-role]}
    - {complete: look, by: officer, as: o-1}
    - expect: {open: {look/3: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_one_act_never_meets_the_next_period_as_well(tmp_path: Path) -> None:
    """Not even when it counts for all that is open: the next was not open yet."""
    rules = """
    triggers: {ask: {who: officer}, visit: {who: officer}}
    follow_ups:
      look: {opens_with: ask, who: officer, every: 3 calendar days after the last,
        met_by: visit, counts_for: all_open}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {do: visit, by: officer}
    - expect: {open: {look/2: {}}, ended: {look/1: met}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_of_two_due_together_the_one_opened_first_is_meant(tmp_path: Path) -> None:
    """Also when the earlier one was recorded later: what was done in between counts for it."""
    rules = """
    triggers: {ask: {who: officer}}
    follow_ups: {see: {opens_with: ask, who: officer, due: within 1 calendar day}}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer, at: 2025-03-04 12:00}
    - {do: ask, by: officer, at: 2025-03-04 10:30, recorded: 2025-03-04 13:00}
    - {complete: see, by: officer, at: 2025-03-04 11:00, recorded: 2025-03-04 13:00}
    - expect: {open: {see/1: {}}, ended: {see/2: met}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_what_carries_over_still_opens_by_time_in_a_closed_case(tmp_path: Path) -> None:
    """A condition that time makes true opens what carries over, and nothing else."""
    rules = """
    states: {begun: {initial: true}, closed: {final: true}}
    triggers: {close: {who: officer, moves: [{from: begun, to: closed}]}, call: {who: officer}}
    follow_ups:
      look_back: {opens_when: missed(call within 2 hours after close), who: officer,
        due: within 1 hour, carries_over: true}
      write: {opens_when: missed(call within 2 hours after close), who: officer,
        due: within 1 hour, strength: should}
    """
    steps = """
    - {open: {by: officer}}
    - {do: close, by: officer}
    - {wait_until: 2025-03-04 12:30}
    - expect: {closed: true, open: {look_back: {due: 2025-03-04 13:00}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_a_fact_is_recorded_by_somebody_of_the_protocol() -> None:
    """By whom it says or who stands in for them; if it does not say, by any of its roles."""
    rules = """
    facts: {danger: {type: boolean}, seen: {type: boolean, recorded_by: supervisor}}
    """
    engine, _ = engine_with(rules)
    case = engine.open("tiny", by=OFFICER).id
    with pytest.raises(Refused) as refused:
        engine.record(case, {"danger": True}, by=Actor(id="x-1", roles=frozenset({"visitor"})))
    assert ["wrong-role"] == [reason.name for reason in refused.value.reasons]
    engine.record(case, {"danger": True}, by=Actor(id="g-1", roles=frozenset({"guardian"})))
    engine.record(case, {"seen": True}, by=Actor(id="p-1", roles=frozenset({"deputy"})))
    assert {"danger": True, "seen": True} == engine.case(case).facts


def test_nobody_named_as_holder_is_no_fault_of_the_file(tmp_path: Path) -> None:
    """`who: unspecified` is read as silence, and whoever holds a role may do it."""
    rules = """
    triggers: {ask: {who: unspecified}}
    follow_ups: {see: {opens_with: ask, who: unspecified, due: unspecified}}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: guardian}
    - {complete: see, by: officer}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_time_that_stands_still_is_an_error_and_nothing_is_kept() -> None:
    """Late as soon as it opens, and being late opens the next: said, and not for ever."""
    rules = """
    triggers: {ask: {who: [officer, clock]}}
    follow_ups: {see: {opens_with: ask, who: officer, due: within 1 hour after first(ask)}}
    escalations: {unseen: {watches: {follow_up: see}, levels: [{at: due, fire: ask}]}}
    """
    engine, _ = engine_with(rules)
    case = engine.open("tiny", by=OFFICER).id
    kept = engine.fire(case, "ask", by=OFFICER).version
    with pytest.raises(ProtocolkitError, match="does not come to rest"):
        engine.advance(local("2025-03-04 12:00"))
    assert kept == engine.case(case).version


@pytest.mark.parametrize("day", ["2025-03-09", "2025-11-02"])
def test_an_office_closes_by_the_clock_on_the_wall_when_clocks_change(day: str) -> None:
    """Open since midnight, with a change of clocks at 02:00: it still closes at 17:00."""
    program = Program(tiny("triggers: {ask: {who: officer}}"))
    hotline = program.calendars["office"].replace(open=parse_open("mon-sun 00:00-17:00"))
    assert local(f"{day} 17:00") == program.closing(hotline, local(f"{day} 00:30"))


def test_an_office_that_closes_in_the_hour_that_comes_twice_closes_both_times() -> None:
    """At 01:10 for the second time it closes at 01:30 for the second time."""
    program = Program(tiny("triggers: {ask: {who: officer}}"))
    hotline = program.calendars["office"].replace(open=parse_open("mon-sun 00:00-01:30"))
    once = local("2025-11-02 01:10")
    hour, minutes = timedelta(hours=1), timedelta(minutes=20)
    assert once + minutes == program.closing(hotline, once)
    assert once + hour + minutes == program.closing(hotline, once + hour)


def test_a_case_read_again_tells_those_who_were_there_in_the_same_order() -> None:
    """Who is told first does not depend on whether the engine was started anew meanwhile."""
    rules = """
    triggers: {ask: {who: officer}}
    meetings: {team: {called_by: supervisor}}
    follow_ups: {see: {opens_with: team.held, who: officer, due: within 1 hour}}
    escalations: {unseen: {watches: {follow_up: see}, levels: [{at: due, tell: attendees}]}}
    """
    told: list[list[str]] = []
    for is_started_anew in (False, True):
        store = MemoryStore()
        engine, _ = engine_with(rules, store=store)
        case = engine.open("tiny", by=OFFICER).id
        engine.set(case, "team", by=SUPERVISOR, planned_at=local("2025-03-04 10:00"))
        seats = {"o-1": "officer", "a-1": "judge", "d-1": "detective"}
        engine.hold(case, "team", by=SUPERVISOR, attended=seats)
        if is_started_anew:
            engine, _ = engine_with(rules, store=store)
        engine.advance(local("2025-03-04 12:00"))
        told.append([one.person for one in store.notices(case)])
    assert [["a-1", "d-1", "o-1"]] * 2 == told


def test_a_strand_that_does_not_apply_tells_nobody(tmp_path: Path) -> None:
    """A ladder on the state in which it would begin is barred with it, also `at once`."""
    rules = """
    strands:
      case: {applies_while: happened(ask), states: {begun: {initial: true}, over: {final: true}}}
    triggers: {ask: {who: officer}, end: {who: officer, moves: {from: begun, to: over}}}
    escalations:
      waiting: {watches: {state: begun}, levels: [{after: at once, tell: judge}]}
    """
    steps = """
    - {open: {by: officer}}
    - expect: {told: []}
    """
    assert [] == act_out(tmp_path, rules, steps)
