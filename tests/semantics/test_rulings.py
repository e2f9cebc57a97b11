"""The rulings on what a protocol means, each on a county just large enough to show it.

A case is acted out as a scenario; in it nothing else is open than what it says.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from protocolkit.language.reading import read_text
from tests.stories import act_out, tiny_text


def test_ruling_01_needs_ask_before_the_act_and_openings_after_it(tmp_path: Path) -> None:
    """A need of fewer than three lets the third through; "the third" opens on the third."""
    rules = """
    triggers:
      flee: {who: officer, needs: {few: count(flee) < 3}}
    follow_ups:
      third_flight: {opens_with: flee, if: count(flee) >= 3, who: officer, due: unspecified}
      first_flight: {opens_with: flee, who: officer, due: unspecified, met_by: {trigger: flee,
          if: count(flee) >= 2}}
    """
    steps = """
    - {open: {by: officer}}
    - {do: flee, by: officer, at: 2025-03-04 10:00}
    - expect: {open: {first_flight: {}}}
    - {do: flee, by: officer, at: 2025-03-04 11:00}
    - expect: {open: {first_flight/2: {}}, ended: {first_flight/1: met}}
    - {do: flee, by: officer, at: 2025-03-04 12:00}
    - expect: {open: {first_flight/3: {}, third_flight: {}}}
    - {refused: flee, by: officer, because: [need-not-met]}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_02_is_not_with_an_unknown_value_is_unknown(tmp_path: Path) -> None:
    """`is not` refuses as unknown; `is false or unknown` says what was meant."""
    rules = """
    facts: {there: {type: boolean, recorded_by: officer}}
    triggers:
      step_in: {who: officer, needs: {away: there is not true}}
      step_in_now: {who: officer, needs: {away: there is false or unknown}}
    """
    steps = """
    - {open: {by: officer}}
    - {refused: step_in, by: officer, because: [need-unknown]}
    - {do: step_in_now, by: officer}
    - {record: {there: true}, by: officer}
    - {refused: step_in, by: officer, because: [need-not-met]}
    - {refused: step_in_now, by: officer, because: [need-not-met]}
    """
    assert [] == act_out(tmp_path, rules, steps)


_DANGER = """
facts: {danger: {type: boolean, recorded_by: officer}}
triggers: {notice: {who: officer}}
follow_ups:
  protect: {opens_with: notice, if: danger is true, who: officer, due: within 3 hours}
"""


def test_ruling_03_the_first_recording_decides_a_pending_opening(tmp_path: Path) -> None:
    """Noticed at 10:00, the fact at 11:30: it opens and is due from 10:00."""
    steps = """
    - {open: {by: officer}}
    - {do: notice, by: officer, at: 2025-03-04 10:00}
    - expect: {undecided: [protect]}
    - {record: {danger: true}, by: officer, at: 2025-03-04 11:30}
    - expect: {undecided: [], open: {protect: {opened: 2025-03-04 10:00, due: 2025-03-04 13:00}}}
    - {record: {danger: false}, by: officer, at: 2025-03-04 11:40}
    - expect: {open: {protect: {}}}
    """
    assert [] == act_out(tmp_path, _DANGER, steps)


def test_ruling_03_a_later_change_opens_nothing(tmp_path: Path) -> None:
    """What was decided with no stays no, until the opener comes again."""
    steps = """
    - {open: {by: officer}}
    - {do: notice, by: officer}
    - {record: {danger: false}, by: officer, at: 2025-03-04 11:30}
    - {record: {danger: true}, by: officer, at: 2025-03-04 11:40}
    - expect: {undecided: []}
    - {do: notice, by: officer, at: 2025-03-04 12:00}
    - expect: {open: {protect: {due: 2025-03-04 15:00}}}
    """
    assert [] == act_out(tmp_path, _DANGER, steps)


def test_ruling_03_values_are_those_of_the_occurrence(tmp_path: Path) -> None:
    """An act recorded late is judged on the value that the fact had when it happened."""
    steps = """
    - {open: {by: officer, facts: {danger: false}}}
    - {record: {danger: true}, by: officer, at: 2025-03-04 11:00}
    - {do: notice, by: officer, at: 2025-03-04 10:30}
    - expect: {undecided: []}
    - {do: notice, by: officer, at: 2025-03-04 11:00}
    - expect: {open: {protect: {}}}
    """
    assert [] == act_out(tmp_path, _DANGER, steps)


def test_ruling_03_a_value_that_ran_out_later_still_held_then(tmp_path: Path) -> None:
    """Consent that was valid when the act happened decides, even if it has run out by now."""
    rules = """
    facts:
      consent: {type: boolean, recorded_by: officer, valid_for: 2 hours}
      danger: {type: boolean, recorded_by: officer}
    triggers: {notice: {who: officer}}
    follow_ups:
      tell: {opens_with: notice, if: consent is true and danger is true, who: officer,
          due: unspecified}
    """
    steps = """
    - {open: {by: officer, facts: {consent: true}}}
    - {do: notice, by: officer, at: 2025-03-04 11:00}
    - {record: {danger: true}, by: officer, at: 2025-03-04 15:00}
    - expect: {facts: {consent: unknown}, open: {tell: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_03_what_a_state_opens_waits_for_its_fact_too(tmp_path: Path) -> None:
    """Entering a state is an opening like any other; leaving it before settles the matter."""
    rules = """
    facts: {danger: {type: boolean, recorded_by: officer}}
    states: {begun: {initial: true}, watched: {}, closed: {final: true}}
    triggers:
      watch: {who: officer, moves: {from: begun, to: watched}}
      leave: {who: officer, moves: {from: watched, to: begun}}
    follow_ups:
      guard: {opens_in: watched, if: danger is true, who: officer, due: within 3 hours}
      greet: {opens_in: begun, if: danger is false, who: officer, due: within 3 hours}
    """
    steps = """
    - {open: {by: officer}}
    - expect: {undecided: [greet]}
    - {do: watch, by: officer}
    - expect: {undecided: [guard]}
    - {do: leave, by: officer, at: 2025-03-04 11:00}
    - expect: {undecided: [greet]}
    - {do: watch, by: officer, at: 2025-03-04 12:00}
    - {record: {danger: true}, by: officer, at: 2025-03-04 12:30}
    - expect: {undecided: [], open: {guard: {due: 2025-03-04 15:00}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


_VISIT = """
triggers:
  ask: {who: officer}
  visit: {who: officer}
follow_ups:
  see: {opens_with: ask, who: officer, due: within 2 hours, met_by: visit}
escalations:
  not_seen: {watches: {follow_up: see}, levels: [{at: due, tell: supervisor}, {after: 1 hour,
      tell: judge}]}
"""


def test_ruling_05_what_happened_in_time_is_in_time_however_late_it_is_recorded(
    tmp_path: Path,
) -> None:
    """Due 12:00, done 11:50, told 12:30: met, and the level that came stays."""
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {do: visit, by: officer, at: 2025-03-04 11:50, recorded: 2025-03-04 12:30}
    - expect:
        ended: {see: {status: met, late: false, at: 2025-03-04 11:50}}
        told: [supervisor]
        levels: [{level: not_seen.1, at: 2025-03-04 12:00}]
    """
    assert [] == act_out(tmp_path, _VISIT, steps)


def test_ruling_05_what_counts_is_when_it_happened(tmp_path: Path) -> None:
    """Needs are asked when it is recorded; windows count by when it happened."""
    rules = """
    states: {begun: {initial: true}, seen: {}, closed: {final: true}}
    triggers:
      see: {who: officer, moves: {from: begun, to: seen}}
      talk: {who: officer, needs: {seen: case is seen}}
      count_up: {who: officer, needs: {often: count(talk within 1 hour) >= 1}}
    """
    steps = """
    - {open: {by: officer}}
    - {refused: talk, by: officer, because: [need-not-met]}
    - {do: see, by: officer, at: 2025-03-04 12:00}
    - {do: talk, by: officer, at: 2025-03-04 10:30}
    - {refused: count_up, by: officer, because: [need-not-met]}
    - {do: talk, by: officer, at: 2025-03-04 11:00}
    - {do: count_up, by: officer}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_06_at_one_instant_arrivals_then_acts_then_lateness(tmp_path: Path) -> None:
    """An act at the due instant is in time; letting time come to that instant is not late."""
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {wait_until: 2025-03-04 12:00}
    - expect: {told: [], open: {see: {status: open}}}
    - {do: visit, by: officer}
    - {wait_until: 2025-03-04 18:00}
    - expect: {told: [], ended: {see: met}}
    """
    assert [] == act_out(tmp_path, _VISIT, steps)


def test_ruling_06_a_period_and_a_day_arrive_before_the_acts_of_their_instant(
    tmp_path: Path,
) -> None:
    """What arrives at an instant is there for whoever acts at it."""
    rules = """
    facts: {birthday: {type: date, recorded_by: officer}}
    triggers: {ask: {who: officer}, talk: {who: officer, needs: {old: happened(is_18.opened)}}}
    follow_ups:
      is_18: {opens_when: reached(birthday), who: officer, due: unspecified}
      write: {opens_with: ask, who: officer, every: 2 hours after ask}
    """
    steps = """
    - {open: {by: officer, facts: {birthday: 2025-03-05}}}
    - {do: ask, by: officer, at: 2025-03-04 20:00}
    - {do: talk, by: officer, at: 2025-03-05 00:00}
    - expect:
        open:
          is_18: {opened: 2025-03-05 00:00}
          write: [{due: 2025-03-04 22:00, status: overdue}, {due: 2025-03-04 24:00, status: open},
            {due: 2025-03-05 02:00}]
    """
    assert [] == act_out(tmp_path, rules, steps)


_HEARING = """
triggers: {paper: {who: officer}}
meetings: {hearing: {called_by: judge}}
follow_ups:
  brief: {opens_with: hearing.set, who: officer, due: 2 calendar days before hearing}
escalations:
  unbriefed: {watches: {follow_up: brief}, levels: [{at: due, tell: supervisor}, {after: 1 hour,
      tell: judge}]}
"""


def test_ruling_07_nothing_is_dated_before_its_cause(tmp_path: Path) -> None:
    """A hearing is moved so that the due instant lies in the past: late and told now."""
    steps = """
    - {open: {by: officer}}
    - {set: hearing, by: judge, meeting: h-1, for: 2025-03-10 09:00}
    - expect: {open: {brief: {due: 2025-03-08 24:00, status: open}}}
    - {move: h-1, by: judge, for: 2025-03-05 09:00, at: 2025-03-04 11:00}
    - expect:
        open: {brief: {due: 2025-03-03 24:00, status: overdue}}
        levels: [{level: unbriefed.1, at: 2025-03-04 11:00}]
    - {wait_until: 2025-03-04 12:01}
    - expect:
        open: {brief: {}}
        levels: [{level: unbriefed.1, at: 2025-03-04 11:00}, {level: unbriefed.2,
            at: 2025-03-04 12:00}]
    """
    assert [] == act_out(tmp_path, _HEARING, steps)


def test_ruling_08_a_level_comes_once_in_each_spell_of_lateness(tmp_path: Path) -> None:
    """Late, given more time, late again: told twice."""
    rules = """
    triggers: {ask: {who: officer}}
    follow_ups:
      see: {opens_with: ask, who: officer, due: within 2 hours, extend: {who: supervisor}}
    escalations:
      not_seen: {watches: {follow_up: see}, levels: [{at: due, tell: supervisor},
          {after: 1 hour, tell: judge}]}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {wait_until: 2025-03-04 12:30}
    - expect: {told: [supervisor], open: {see: {status: overdue}}}
    - {extend: see, by: supervisor, until: 2025-03-04 15:00, at: 2025-03-04 12:30}
    - expect: {told: [supervisor], open: {see: {status: open, due: 2025-03-04 15:00}}}
    - {wait_until: 2025-03-04 17:00}
    - expect: {told: [supervisor, supervisor, judge], open: {see: {status: overdue}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_08_a_date_that_is_past_already_starts_no_new_spell(tmp_path: Path) -> None:
    """From late to late: what was told is not told again, the next level keeps its instant."""
    steps = """
    - {open: {by: officer}}
    - {set: hearing, by: judge, meeting: h-1, for: 2025-03-07 09:00}
    - {wait_until: 2025-03-06 00:10}
    - expect: {told: [supervisor], open: {brief: {status: overdue, due: 2025-03-05 24:00}}}
    - {move: h-1, by: judge, for: 2025-03-06 09:00, at: 2025-03-06 00:20}
    - expect: {told: [supervisor], open: {brief: {status: overdue, due: 2025-03-04 24:00}}}
    - {wait_until: 2025-03-06 02:00}
    - expect:
        told: [supervisor, {role: judge, at: 2025-03-06 01:00}]
        open: {brief: {status: overdue}}
    """
    assert [] == act_out(tmp_path, _HEARING, steps)


def test_ruling_09_each_opening_is_its_own(tmp_path: Path) -> None:
    """Two disruptions: two screenings, and a number is never given twice."""
    rules = """
    triggers: {move_out: {who: officer}}
    follow_ups:
      screen: {opens_with: move_out, who: officer, due: within 2 hours}
      look: {opens_with: move_out, if_again: ignore, who: officer, due: unspecified}
    """
    steps = """
    - {open: {by: officer}}
    - {do: move_out, by: officer}
    - {complete: screen, by: officer, at: 2025-03-04 10:30}
    - {do: move_out, by: officer, at: 2025-03-04 11:00}
    - {do: move_out, by: officer, at: 2025-03-04 11:30}
    - expect:
        open: {screen/2: {due: 2025-03-04 13:00}, screen/3: {due: 2025-03-04 13:30}, look/1: {}}
    - {complete: screen/3, by: officer}
    - {refused: {complete: screen/3}, by: officer, because: [not-open]}
    - expect: {open: {screen/2: {}, look/1: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ("open_another", "{see/1: {due: 2025-03-04 12:00}, see/2: {due: 2025-03-04 13:00}}"),
        ("ignore", "{see/1: {due: 2025-03-04 12:00}}"),
        ("redate", "{see/1: {due: 2025-03-04 13:00}}"),
    ],
)
def test_ruling_10_what_happens_when_the_opener_comes_again(
    tmp_path: Path, again: str, expected: str
) -> None:
    """Another one, nothing, or another date."""
    rules = f"""
    triggers: {{ask: {{who: officer}}}}
    follow_ups:
      see: {{opens_with: ask, if_again: {again}, who: officer, due: within 2 hours}}
    """
    steps = f"""
    - {{open: {{by: officer}}}}
    - {{do: ask, by: officer}}
    - {{do: ask, by: officer, at: 2025-03-04 11:00}}
    - expect: {{open: {expected}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


@pytest.mark.parametrize(
    ("anchor", "before", "after"),
    [
        ("talk", "11:00", "11:00"),
        ("first(talk)", "10:30", "10:30"),
        ("last(talk)", "11:00", "12:00"),
    ],
)
def test_ruling_10_only_the_last_of_several_moves_what_is_open(
    tmp_path: Path, anchor: str, before: str, after: str
) -> None:
    """A bare name is the last one before the opening, fixed then; `first` never changes."""
    rules = f"""
    triggers: {{talk: {{who: officer}}, ask: {{who: officer}}}}
    follow_ups:
      see: {{opens_with: ask, who: officer, due: within 1 hour after {anchor}}}
    """
    due = {"10:30": "11:30", "11:00": "12:00", "12:00": "13:00"}
    steps = f"""
    - {{open: {{by: officer}}}}
    - {{do: talk, by: officer, at: 2025-03-04 10:30}}
    - {{do: talk, by: officer, at: 2025-03-04 11:00}}
    - {{do: ask, by: officer, at: 2025-03-04 11:10}}
    - expect: {{open: {{see: {{due: 2025-03-04 {due[before]}}}}}}}
    - {{do: talk, by: officer, at: 2025-03-04 12:00}}
    - expect: {{open: {{see: {{due: 2025-03-04 {due[after]}}}}}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_11_an_act_meets_the_one_that_is_due_first(tmp_path: Path) -> None:
    """One act meets one; another act the next; `all_open` widens that."""
    rules = """
    triggers: {ask: {who: officer}, visit: {who: officer}}
    follow_ups:
      see: {opens_with: ask, who: officer, due: within 2 hours, met_by: visit}
      see_all: {opens_with: ask, who: officer, due: within 2 hours, met_by: visit,
          counts_for: all_open}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {do: ask, by: officer, at: 2025-03-04 10:30}
    - {do: visit, by: officer, at: 2025-03-04 11:00}
    - expect: {open: {see/2: {}}}
    - {do: visit, by: officer, at: 2025-03-04 11:00}
    - expect: {}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_11_an_act_counts_from_the_anchor_on(tmp_path: Path) -> None:
    """Not one before it; but one after it also for a follow-up that opened later."""
    rules = """
    facts: {danger: {type: boolean, recorded_by: officer}}
    triggers: {notice: {who: officer}, visit: {who: officer}}
    follow_ups:
      see: {opens_with: notice, if: danger is true, who: officer, due: within 2 hours,
          met_by: visit}
    """
    steps = """
    - {open: {by: officer}}
    - {do: visit, by: officer, at: 2025-03-04 10:00}
    - {do: notice, by: officer, at: 2025-03-04 10:10}
    - {record: {danger: true}, by: officer, at: 2025-03-04 10:20}
    - expect: {open: {see: {}}}
    - {do: visit, by: officer, at: 2025-03-04 10:05, recorded: 2025-03-04 10:30}
    - expect: {open: {see: {}}}
    - {do: visit, by: officer, at: 2025-03-04 10:10}
    - expect: {ended: {see: met}}
    """
    assert [] == act_out(tmp_path, rules, steps)
    learnt_of_later = """
    - {open: {by: officer}}
    - {do: notice, by: officer, at: 2025-03-04 10:00}
    - {do: visit, by: officer, at: 2025-03-04 11:00}
    - {record: {danger: true}, by: officer, at: 2025-03-04 12:30}
    - expect: {ended: {see: {status: met, late: false, at: 2025-03-04 11:00}}}
    """
    assert [] == act_out(tmp_path, rules, learnt_of_later)


def test_ruling_11_of_several_earlier_acts_the_first_counts(tmp_path: Path) -> None:
    """Whichever is named first; so the follow-up was in time."""
    rules = """
    facts: {danger: {type: boolean, recorded_by: officer}}
    triggers: {notice: {who: officer}, visit: {who: officer}, call: {who: officer}}
    follow_ups:
      see:
        {opens_with: notice, if: danger is true, who: officer, due: within 2 hours,
          met_by: [visit, call]}
    """
    steps = """
    - {open: {by: officer}}
    - {do: notice, by: officer}
    - {do: call, by: officer, at: 2025-03-04 11:00}
    - {do: visit, by: officer, at: 2025-03-04 13:00}
    - {record: {danger: true}, by: officer}
    - expect: {ended: {see: {status: met, at: 2025-03-04 11:00}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_11_what_opens_a_follow_up_does_not_also_do_it(tmp_path: Path) -> None:
    """However it is opened: with the act, by the state it leads to, or by what becomes true."""
    rules = """
    states: {begun: {initial: true}, out: {}, closed: {final: true}}
    triggers: {flee: {who: officer, moves: [{from: begun, to: out}, {from: out, to: closed,
        if: count(flee) > 5}]}, call: {who: officer}}
    follow_ups:
      with_it: {opens_with: flee, if_again: ignore, who: officer, due: unspecified, met_by: flee}
      in_it: {opens_in: out, who: officer, due: unspecified, met_by: [flee, call]}
      when_it: {opens_when: happened(flee), who: officer, due: unspecified, met_by: [flee, call]}
    """
    steps = """
    - {open: {by: officer}}
    - {do: flee, by: officer}
    - expect: {open: {with_it: {}, in_it: {}, when_it: {}}}
    - {do: call, by: officer}
    - expect: {open: {with_it: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_11_an_act_for_one_of_several_meetings_must_name_it(tmp_path: Path) -> None:
    """One invitation never counts for another meeting, nor does one that names none."""
    rules = """
    triggers: {invite: {who: officer}}
    meetings: {hearing: {called_by: judge}}
    follow_ups:
      invite_them: {opens_with: hearing.set, who: officer, due: 2 calendar days before hearing,
          met_by: invite}
      minute_it: {opens_with: hearing.set, who: officer, due: within 9 calendar days,
          met_by: hearing.held}
    """
    steps = """
    - {open: {by: officer}}
    - {set: hearing, by: judge, meeting: h-1, for: 2025-03-10 09:00}
    - {set: hearing, by: judge, meeting: h-2, for: 2025-03-11 09:00}
    - {do: invite, by: officer, meeting: h-2}
    - expect: {open: {invite_them/1: {}, minute_it: [{}, {}]}}
    - {do: invite, by: officer}
    - expect: {open: {invite_them/1: {}, minute_it: [{}, {}]}}
    - {refused: invite, by: officer, meeting: h-3, because: [unknown-meeting]}
    - {hold: h-2, by: judge, attended: {judge: judge}, at: 2025-03-04 11:00}
    - expect: {open: {invite_them/1: {}, minute_it/1: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_12_leaving_a_state_ends_only_what_belongs_to_it(tmp_path: Path) -> None:
    """Its follow-ups and the ladder of that visit; the late one stays late, not lost."""
    rules = """
    states: {begun: {initial: true}, missing: {}, closed: {final: true}}
    triggers:
      vanish: {who: officer, moves: {from: begun, to: missing}}
      found: {who: officer, moves: {from: missing, to: begun}}
    follow_ups:
      inform: {opens_with: vanish, who: officer, due: within 1 hour}
      search: {opens_in: missing, who: detective, due: within 1 hour, because: is_found}
    escalations:
      still_missing: {watches: {state: missing}, levels: [{after: 2 hours, tell: judge}]}
    """
    steps = """
    - {open: {by: officer}}
    - {do: vanish, by: officer}
    - {do: found, by: officer, at: 2025-03-04 11:30}
    - {wait_until: 2025-03-04 15:00}
    - expect:
        open: {inform: {status: overdue}}
        ended: {search: {status: cancelled, because: is_found}}
        told: []
    - {do: vanish, by: officer, at: 2025-03-04 15:00}
    - {wait_until: 2025-03-04 17:01}
    - expect:
        open: {inform: [{}, {}], search/2: {}}
        told: [{role: judge, at: 2025-03-04 17:00}]
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_13_what_becomes_true_opens_once_until_it_was_not_true(tmp_path: Path) -> None:
    """At the opening of the case too; done and still true is not opened again."""
    rules = """
    facts: {danger: {type: boolean, recorded_by: officer}, over: {type: boolean,
        recorded_by: officer}}
    follow_ups:
      protect: {opens_when: danger is true, ends_when: over is true, who: officer, due: unspecified}
    """
    steps = """
    - {open: {by: officer, facts: {danger: true}}}
    - expect: {open: {protect/1: {}}}
    - {complete: protect, by: officer}
    - {record: {danger: true}, by: officer}
    - expect: {}
    - {record: {danger: false}, by: officer, at: 2025-03-04 11:00}
    - {record: {danger: true}, by: officer, at: 2025-03-04 12:00}
    - expect: {open: {protect/2: {}}}
    - {record: {over: true}, by: officer}
    - expect: {ended: {protect/2: {status: cancelled, because: ends_when}}}
    - {record: {danger: false}, by: officer, at: 2025-03-04 13:00}
    - {record: {danger: true}, by: officer, at: 2025-03-04 14:00}
    - expect: {}
    """
    assert [] == act_out(tmp_path, rules, steps)


_CLOSING = """
triggers: {ask: {who: officer}, close: {who: officer, moves: {from: begun, to: closed}}}
follow_ups:
  see: {opens_with: ask, who: officer, due: within 2 hours, extend: {who: supervisor}}
  write: {opens_with: ask, who: officer, strength: should, due: within 2 hours}
  report: {opens_with: ask, who: officer, every: 7 calendar days after ask}
  pay: {opens_with: ask, who: officer, due: within 2 hours, carries_over: true}
  look_back: {opens_with: pay.overdue, who: judge, due: within 2 hours}
escalations:
  unpaid: {watches: {follow_up: pay}, levels: [{at: due, tell: judge}]}
  unwritten: {watches: {follow_up: write}, levels: [{at: due, tell: supervisor}]}
"""


def test_ruling_14_what_must_be_done_keeps_a_case_from_closing(tmp_path: Path) -> None:
    """Weaker ones and recurrences end with it; what carries over keeps its timers, alone."""
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {refused: close, by: officer, because: [open-follow-up]}
    - {complete: see, by: officer}
    - {do: close, by: officer}
    - expect:
        closed: true
        open: {pay: {status: open}}
        ended: {write: {status: cancelled, because: closed}, report: {status: cancelled}}
    - {wait_until: 2025-03-20 10:00}
    - expect: {told: [judge], open: {pay: {status: overdue}}}
    - {refused: ask, by: officer, because: [case-closed]}
    - {complete: pay, by: officer}
    - expect: {ended: {pay: met-late}}
    """
    assert [] == act_out(tmp_path, _CLOSING, steps)


def test_ruling_14_the_closing_act_may_do_one_but_not_a_second(tmp_path: Path) -> None:
    """An act meets one instance; another one of the same kind still keeps the case open."""
    rules = """
    triggers: {ask: {who: officer}, close: {who: officer, moves: {from: begun, to: closed}}}
    follow_ups:
      wrap_up: {opens_with: ask, who: officer, due: unspecified, met_by: close}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {do: ask, by: officer}
    - {refused: close, by: officer, because: [open-follow-up]}
    """
    assert [] == act_out(tmp_path, rules, steps)
    one = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {do: close, by: officer}
    - expect: {closed: true, ended: {wrap_up: met}}
    """
    assert [] == act_out(tmp_path, rules, one)


def test_ruling_15_a_grid_counts_from_its_first_anchor(tmp_path: Path) -> None:
    """31 January, then 28 February, 31 March; a missed period opens the next all the same."""
    rules = """
    triggers: {ask: {who: officer}, stop: {who: officer}}
    follow_ups:
      look: {opens_with: ask, who: officer, every: 1 calendar month after ask,
          ends_when: happened(stop)}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - expect: {open: {look/1: {due: 2025-02-28 24:00}}}
    - {complete: look, by: officer, at: 2025-02-10 10:00}
    - {wait_until: 2025-03-01 00:00}
    - expect: {open: {look/2: {due: 2025-03-31 24:00}}}
    - {wait_until: 2025-04-01 00:01}
    - expect: {open: {look/2: {status: overdue}, look/3: {due: 2025-04-30 24:00}}}
    - {do: stop, by: officer}
    - {wait_until: 2025-06-01 00:00}
    - expect: {ended: {look/2: cancelled, look/3: cancelled}}
    """
    assert [] == act_out(tmp_path, rules, steps, start="2025-01-31 10:00")


def test_ruling_15_a_rolling_recurrence_counts_from_the_last(tmp_path: Path) -> None:
    """Held early moves the next one; the first counts from the opening."""
    rules = """
    triggers: {ask: {who: officer}, visit: {who: officer}, stop: {who: officer}}
    follow_ups:
      look: {opens_with: ask, who: officer, every: "7 calendar days after the last,
          at most 9 calendar days",
        met_by: [visit, stop], ends_when: happened(stop)}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - expect: {open: {look/1: {due: 2025-03-11 24:00, outer: 2025-03-13 24:00}}}
    - {do: visit, by: officer, at: 2025-03-06 15:00}
    - expect: {open: {look/2: {due: 2025-03-13 24:00}}, ended: {look/1: met}}
    - {do: visit, by: officer, at: 2025-03-15 15:00}
    - expect: {open: {look/3: {due: 2025-03-22 24:00}}, ended: {look/2: met-late}}
    - {do: stop, by: officer, at: 2025-03-16 15:00}
    - expect: {ended: {look/3: met}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_16_at_once_alone_is_no_limit() -> None:
    """It is an aim and never late; from when on it is late must be said too."""
    rules = """
    triggers: {ask: {who: officer}}
    follow_ups:
      see: {opens_with: ask, who: officer, due: at once}
    """
    found = read_text(tiny_text(rules), "tiny.yaml").findings
    assert [("PK006", "`at once` is what to aim for; by itself it is never late.")] == [
        (one.code, one.message) for one in found
    ]


def test_ruling_16_the_aim_is_never_late(tmp_path: Path) -> None:
    """Only the limit behind it is."""
    rules = """
    triggers: {ask: {who: officer}}
    follow_ups:
      see: {opens_with: ask, who: officer, due: "at once, within 2 hours, at most 4 hours"}
    escalations:
      not_seen: {watches: {follow_up: see}, levels: [{at: due, tell: supervisor}, {at: at_most,
          tell: judge}]}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {wait_until: 2025-03-04 11:00}
    - expect:
        told: []
        open: {see: {status: open, aim: 2025-03-04 10:00, due: 2025-03-04 12:00,
            outer: 2025-03-04 14:00}}
    - {wait_until: 2025-03-04 16:00}
    - expect:
        told: [{role: supervisor, at: 2025-03-04 12:00}, {role: judge, at: 2025-03-04 14:00}]
        open: {see: {status: overdue}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_18_the_end_of_a_day_counts_on_from_that_day(tmp_path: Path) -> None:
    """One business day from Monday ends Tuesday; two more end Thursday, not Friday."""
    rules = """
    triggers: {ask: {who: officer}}
    follow_ups:
      see: {opens_with: ask, who: officer, due: within 1 business day}
      look_into: {opens_with: see.overdue, who: supervisor, due: within 2 business days}
      remind: {opens_with: see.overdue, who: supervisor, every: 2 business days after see.overdue}
    escalations:
      not_seen: {watches: {follow_up: see}, levels: [{at: due, tell: supervisor},
          {after: 2 business days, tell: judge}]}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {wait_until: 2025-03-07 00:01}
    - expect:
        open:
          see: {due: 2025-03-04 24:00, status: overdue}
          look_into: {due: 2025-03-06 24:00}
          remind: [{due: 2025-03-06 24:00}, {due: 2025-03-10 24:00}]
        told: [{role: supervisor, at: 2025-03-04 24:00}, {role: judge, at: 2025-03-06 24:00}]
    """
    assert [] == act_out(tmp_path, rules, steps, start="2025-03-03 10:00")


def test_ruling_18_before_counts_back_from_the_day_of_the_event(tmp_path: Path) -> None:
    """Two days before a hearing on the 10th end with the 8th."""
    steps = """
    - {open: {by: officer}}
    - {set: hearing, by: judge, meeting: h-1, for: 2025-03-10 00:30}
    - expect: {open: {brief: {due: 2025-03-08 24:00}}}
    - {call_off: h-1, by: judge}
    - expect: {ended: {brief: {status: cancelled, because: called_off}}}
    """
    assert [] == act_out(tmp_path, _HEARING, steps)


def test_ruling_19_a_level_fires_only_what_the_clock_may_do(tmp_path: Path) -> None:
    """A refusal is recorded, the level is spent and has told, the ladder goes on."""
    rules = """
    facts: {safe: {type: boolean, recorded_by: officer}}
    states: {begun: {initial: true}, paused: {}, closed: {final: true}}
    triggers:
      pause: {who: [officer, clock], needs: {safe: safe is true}, moves: {from: begun, to: paused}}
      alarm: {who: officer}
      ring: {who: [officer, clock]}
    escalations:
      idle:
        watches: {state: begun}
        levels:
          - {after: 1 hour, fire: alarm, tell: officer}
          - {after: 1 hour, fire: pause, tell: supervisor}
          - {after: 1 hour, fire: ring}
          - {after: 1 hour, fire: pause, tell: judge}
          - {after: at once, tell: deputy}
    follow_ups:
      answer: {opens_with: [alarm, ring], who: officer, due: unspecified}
    """
    steps = """
    - {open: {by: officer}}
    - {wait_until: 2025-03-04 13:30}
    - expect:
        states: {case: begun}
        told: [officer, supervisor]
        levels: [idle.1, idle.2, {level: idle.3, at: 2025-03-04 13:00}]
        open: {answer: {opened: 2025-03-04 13:00}}
    - {record: {safe: true}, by: officer}
    - {wait_until: 2025-03-04 15:00}
    - expect:
        states: {case: paused}
        told: [officer, supervisor, judge]
        open: {answer: {}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_20_hand_to_adds_an_actor_for_that_visit(tmp_path: Path) -> None:
    """The others may still act; the limit stays; the next visit starts without."""
    rules = """
    states: {begun: {initial: true}, reported: {}, closed: {final: true}}
    triggers:
      report: {who: officer, moves: {from: begun, to: reported}}
      engage: {who: supervisor, moves: {from: reported, to: begun}}
    follow_ups:
      engage_them: {opens_with: report, who: supervisor, due: within 4 hours, met_by: engage}
    escalations:
      away: {watches: {state: reported}, levels: [{after: 1 hour, hand_to: detective}]}
    """
    steps = """
    - {open: {by: officer}}
    - {do: report, by: officer}
    - {refused: engage, by: detective, because: [wrong-role]}
    - {wait_until: 2025-03-04 11:01}
    - expect: {told: [detective], open: {engage_them: {due: 2025-03-04 14:00}}}
    - {do: engage, by: detective}
    - expect: {ended: {engage_them: satisfied-by}}
    - {do: report, by: officer, at: 2025-03-04 12:00}
    - {refused: engage, by: detective, because: [wrong-role]}
    - {wait_until: 2025-03-04 14:00}
    - {do: engage, by: supervisor}
    - expect: {ended: {engage_them/2: met}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_20_hand_to_adds_an_actor_for_that_follow_up(tmp_path: Path) -> None:
    """Whoever is let in may say it is done, or do the act that does it; of that one only."""
    rules = """
    triggers: {ask: {who: officer}, visit: {who: supervisor}}
    follow_ups:
      see: {opens_with: ask, who: supervisor, due: within 1 hour, met_by: visit}
      note: {opens_with: ask, who: supervisor, due: within 1 hour}
    escalations:
      not_seen: {watches: {follow_up: see}, levels: [{at: due, hand_to: detective}]}
      not_noted: {watches: {follow_up: note}, levels: [{at: due, hand_to: detective}]}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {refused: visit, by: detective, because: [wrong-role]}
    - {refused: {complete: note}, by: detective, because: [wrong-role]}
    - {wait_until: 2025-03-04 11:01}
    - expect: {open: {see: {who: [supervisor, detective]}, note: {who: [supervisor, detective]}}}
    - {do: visit, by: detective}
    - {complete: note, by: detective}
    - expect: {ended: {see: {late: true}, note: met-late}}
    - {refused: visit, by: detective, because: [wrong-role]}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_20_a_new_holder_takes_over_what_is_open(tmp_path: Path) -> None:
    """At acceptance, with the limit unchanged; the one before may no longer do it."""
    rules = """
    triggers:
      take_over: {who: [{role: caseworker, any_holder: true}], assigns: {caseworker: actor}}
    follow_ups:
      plan: {opens_with: take_over, if_again: ignore, who: caseworker, due: within 5 hours}
    """
    steps = """
    - {open: {by: officer}}
    - {do: take_over, by: caseworker, as: c-1}
    - {do: take_over, by: caseworker, as: c-2, at: 2025-03-04 12:00}
    - expect: {holders: {caseworker: c-2}, open: {plan: {due: 2025-03-04 15:00}}}
    - {refused: {complete: plan}, by: caseworker, as: c-1, because: [wrong-role]}
    - {complete: plan, by: caseworker, as: c-2}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_21_one_of_several_does_it_for_all(tmp_path: Path) -> None:
    """An act by somebody who did not owe it counts too, and is told apart; so is lateness."""
    rules = """
    triggers: {ask: {who: officer}, visit: {who: [officer, guardian, detective]}}
    follow_ups:
      see: {opens_with: ask, who: {any_of: [officer, guardian]}, due: within 1 hour, met_by: visit}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {do: visit, by: guardian}
    - expect: {ended: {see: met}}
    - {do: ask, by: officer}
    - {do: visit, by: detective, at: 2025-03-04 12:00}
    - expect: {ended: {see: {status: satisfied-by, late: true}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_21_actor_of_is_the_person_of_the_opening(tmp_path: Path) -> None:
    """Not a later one; who owes it is a person, and others are not."""
    rules = """
    triggers: {report: {who: officer}}
    follow_ups:
      write_up: {opens_with: report, if_again: ignore, who: {actor_of: report},
          owed_to: supervisor, due: within 1 hour}
      thank: {opens_with: report, if_again: ignore, who: supervisor,
          owed_to: {actor_of: report}, due: unspecified}
    escalations:
      unwritten: {watches: {follow_up: write_up}, levels: [{at: due, tell: {actor_of: report}}]}
    """
    steps = """
    - {open: {by: officer, as: o-1}}
    - {do: report, by: officer, as: o-1}
    - {do: report, by: officer, as: o-2}
    - expect: {open: {write_up: {owed_to: supervisor}, thank: {owed_to: o-1}}}
    - {refused: {complete: write_up}, by: officer, as: o-2, because: [wrong-role]}
    - {wait_until: 2025-03-04 11:01}
    - expect: {told: [{person: o-1}], open: {write_up: {}, thank: {}}}
    - {complete: write_up, by: officer, as: o-1}
    - expect: {open: {thank: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


_TEAM = """
facts: {safe: {type: boolean, recorded_by: officer}}
states: {begun: {initial: true}, agreed: {}, closed: {final: true}}
triggers:
  agree: {who: attendees, decided_at: team, moves: {from: begun, to: agreed}}
  dissent: {who: attendees, during: team, if_ignored: x}
meetings:
  team: {required: [officer], asked: [detective, guardian], called_by: supervisor,
    quorum: {all_of: [officer], at_least: 2, of: members},
    exceptions: {go_ahead: {waives: [quorum], who: supervisor, reason: required,
        if: count(team.short since team.quorate) < 1}}}
follow_ups:
  new_date: {opens_with: team.adjourned, who: supervisor, due: within 7 business days,
      met_by: team.held}
  review: {opens_with: go_ahead.used, who: judge, due: within 10 business days}
""".replace(", if_ignored: x", "")


def test_ruling_22_the_outcome_of_a_meeting_follows_from_who_was_there(tmp_path: Path) -> None:
    """Short of a quorum it is adjourned and cannot decide; held with one, it can."""
    steps = """
    - {open: {by: officer}}
    - {set: team, by: supervisor, meeting: t-1, for: 2025-03-05 10:00}
    - {hold: t-1, by: officer, as: o-1, at: 2025-03-05 10:00, attended: {officer: o-1, judge: j-1}}
    - expect: {meetings: {t-1: adjourned}, open: {new_date: {due: 2025-03-14 24:00}}}
    - {refused: agree, by: officer, as: o-1, meeting: t-1, because: [not-decided]}
    - {do: dissent, by: officer, as: o-1, meeting: t-1}
    - {set: team, by: supervisor, meeting: t-2, for: 2025-03-06 10:00}
    - {hold: t-2, by: officer, as: o-1, at: 2025-03-06 10:00, attended: {officer: o-1,
        detective: d-1}}
    - expect: {meetings: {t-2: {status: held, attended: {officer: o-1, detective: d-1}}}}
    - {refused: agree, by: guardian, as: g-1, meeting: t-2, because: [not-at-meeting]}
    - {do: agree, by: detective, as: d-1, meeting: t-2}
    - {refused: agree, by: detective, as: d-1, meeting: t-2, because: [not-enabled]}
    - expect: {states: {case: agreed}}
    """
    assert [] == act_out(tmp_path, _TEAM, steps)


def test_ruling_22_an_exception_is_used_only_where_it_is_needed(tmp_path: Path) -> None:
    """By who may, with a reason, and here not twice in a row; it opens its own follow-up."""
    steps = """
    - {open: {by: officer}}
    - {set: team, by: supervisor, meeting: t-1, for: 2025-03-05 10:00}
    - {refused: {hold: t-1}, by: officer, as: o-1, attended: {officer: o-1}, exception: go_ahead,
       because: [wrong-role, missing-reason]}
    - {hold: t-1, by: supervisor, attended: {officer: o-1}, exception: go_ahead, reason: R-7}
    - expect: {meetings: {t-1: held}, open: {review: {}}}
    - {set: team, by: supervisor, meeting: t-2, for: 2025-03-06 10:00}
    - {refused: {hold: t-2}, by: supervisor, attended: {officer: o-1}, exception: go_ahead,
       reason: R-7, because: [need-not-met]}
    - {hold: t-2, by: supervisor, attended: {officer: o-1, detective: d-1}}
    - {set: team, by: supervisor, meeting: t-3, for: 2025-03-07 10:00}
    - {hold: t-3, by: supervisor, attended: {officer: o-1, guardian: g-1}, exception: go_ahead,
        reason: R-7}
    - expect: {meetings: {t-3: held}, open: {review/1: {}}}
    """
    assert [] == act_out(tmp_path, _TEAM, steps)


def test_ruling_22_nobody_takes_a_seat_of_an_office_they_do_not_hold(tmp_path: Path) -> None:
    """Whoever records a meeting acts in an office of their own."""
    steps = """
    - {open: {by: officer}}
    - {set: team, by: supervisor, meeting: t-1, for: 2025-03-05 10:00}
    - {refused: {hold: t-1}, by: guardian, as: g-1, attended: {officer: g-1}, because: [wrong-role]}
    """
    assert [] == act_out(tmp_path, _TEAM, steps)


def test_ruling_24_each_strand_moves_by_what_matches(tmp_path: Path) -> None:
    """Enabled if any strand can move; an act without moves always is."""
    rules = """
    strands:
      case: {states: {begun: {initial: true}, screened: {}, closed: {final: true}}}
      whereabouts: {states: {safe: {initial: true, final: true}, missing: {}}}
    triggers:
      vanish: {who: officer, moves: {strand: whereabouts, from: safe, to: missing}}
      found:
        who: officer
        moves: [{strand: whereabouts, from: missing, to: safe}, {strand: case, from: begun,
            to: screened}]
      talk: {who: officer}
    """
    steps = """
    - {open: {by: officer}}
    - {do: vanish, by: officer}
    - {do: found, by: officer}
    - expect: {states: {whereabouts: safe, case: screened}}
    - {refused: found, by: officer, because: [not-enabled]}
    - {do: vanish, by: officer}
    - {do: found, by: officer}
    - {do: talk, by: officer}
    - expect: {states: {whereabouts: safe, case: screened}, closed: false}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_25_nothing_blocks_a_protective_act(tmp_path: Path) -> None:
    """Not an open follow-up; what it needs itself still holds."""
    rules = """
    facts: {danger: {type: boolean, recorded_by: officer}}
    triggers:
      ask: {who: officer}
      interview: {who: officer, needs: {danger: danger is true}}
      shelter: {who: officer, protective: true, needs: {danger: danger is true}}
    follow_ups:
      hear: {opens_with: ask, who: officer, due: unspecified, blocks: [interview, shelter]}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {refused: interview, by: officer, because: [blocked, need-unknown]}
    - {refused: shelter, by: officer, because: [need-unknown]}
    - {record: {danger: true}, by: officer}
    - {refused: interview, by: officer, because: [blocked]}
    - {do: shelter, by: officer}
    - expect: {open: {hear: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_27_windows_include_both_ends(tmp_path: Path) -> None:
    """Elapsed spans to the instant, calendar spans by local days."""
    rules = """
    triggers:
      flee: {who: officer}
      by_hour: {who: officer, needs: {one: count(flee within 2 hours) is 1}}
      by_day: {who: officer, needs: {one: count(flee within 2 calendar days) is 1}}
    """
    steps = """
    - {open: {by: officer}}
    - {do: flee, by: officer, at: 2025-03-04 10:00}
    - {do: by_hour, by: officer, at: 2025-03-04 12:00}
    - {wait_until: 2025-03-04 12:01}
    - {refused: by_hour, by: officer, because: [need-not-met]}
    - {do: by_day, by: officer, at: 2025-03-06 23:59}
    - {wait_until: 2025-03-07 00:00}
    - {refused: by_day, by: officer, because: [need-not-met]}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_27_a_follow_up_is_its_latest_one(tmp_path: Path) -> None:
    """`not_opened` before; `is met` includes met late and done by somebody else."""
    rules = """
    triggers:
      ask: {who: officer}
      visit: {who: [officer, detective]}
      first_thing: {who: officer, needs: {x: see is not_opened}}
      last_thing: {who: officer, needs: {x: see is met}}
    follow_ups:
      see: {opens_with: ask, who: officer, due: within 1 hour, met_by: visit}
    """
    steps = """
    - {open: {by: officer}}
    - {do: first_thing, by: officer}
    - {do: ask, by: officer}
    - {refused: first_thing, by: officer, because: [need-not-met]}
    - {refused: last_thing, by: officer, because: [need-not-met]}
    - {do: visit, by: detective}
    - {do: last_thing, by: officer}
    - {do: ask, by: officer}
    - {refused: last_thing, by: officer, because: [need-not-met]}
    - {do: visit, by: officer, at: 2025-03-04 15:00}
    - {do: last_thing, by: officer}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_27_a_window_wakes_the_case_only_when_it_changes(tmp_path: Path) -> None:
    """What a condition counts by days opens and ends by itself, on the right midnight."""
    rules = """
    triggers: {flee: {who: officer}}
    follow_ups:
      watch: {opens_when: count(flee within 1 calendar month) >= 1,
          ends_when: count(flee within 1 calendar month) is 0,
        who: officer, due: unspecified}
    """
    steps = """
    - {open: {by: officer}}
    - {do: flee, by: officer}
    - expect: {open: {watch: {}}}
    - {wait_until: 2025-02-28 23:59}
    - expect: {open: {watch: {}}}
    - {wait_until: 2025-03-01 00:00}
    - expect: {ended: {watch: {status: cancelled, at: 2025-03-01 00:00}}}
    """
    assert [] == act_out(tmp_path, rules, steps, start="2025-01-31 10:00")


def test_ruling_29_the_order_within_a_step(tmp_path: Path) -> None:
    """Met before opened, opened before ladders; what is opened can be met in the same step."""
    rules = """
    facts: {danger: {type: boolean, recorded_by: officer}}
    triggers: {ask: {who: officer}, visit: {who: officer, records: danger}}
    follow_ups:
      see: {opens_with: ask, if_again: ignore, who: officer, due: within 1 hour, met_by: visit}
      again: {opens_with: see.met, who: officer, due: within 1 hour, met_by: visit}
      guard: {opens_with: ask, if: danger is true, who: officer, due: within 1 hour, met_by: visit}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer}
    - {do: visit, by: officer, facts: {danger: true}}
    - expect: {open: {again: {}}, ended: {see: met, guard: met}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_ruling_30_what_is_unspecified_is_open_to_all_and_never_late(tmp_path: Path) -> None:
    """No limit: never late. Nobody named: anyone who holds an office here may do it."""
    rules = """
    triggers: {ask: {who: unspecified}}
    follow_ups:
      see: {opens_with: ask, who: unspecified, due: unspecified}
    escalations:
      not_seen: {watches: {follow_up: see}, levels: [{at: due, tell: judge}]}
    """
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: guardian}
    - {wait_until: 2026-03-04 10:00}
    - expect: {told: [], open: {see: {who: unspecified, due: unspecified, status: open}}}
    - {refused: {complete: see}, by: caseworker, because: [wrong-role]}
    - {complete: see, by: guardian}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_a_span_may_end_where_the_next_begins(tmp_path: Path) -> None:
    """A ladder from one report to the next starts anew with each."""
    rules = """
    triggers: {report: {who: officer}}
    escalations:
      silent: {watches: {from: report, to: report}, levels: [{after: 2 hours, tell: judge}]}
    """
    steps = """
    - {open: {by: officer}}
    - {do: report, by: officer}
    - {do: report, by: officer, at: 2025-03-04 11:00}
    - {wait_until: 2025-03-04 18:00}
    - expect: {told: [{role: judge, at: 2025-03-04 13:00}]}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_what_is_named_twice_opens_once(tmp_path: Path) -> None:
    """A meeting and its being held are one occurrence."""
    rules = """
    meetings: {team: {called_by: officer}}
    follow_ups: {write: {opens_with: [team, team.held], who: officer, due: unspecified}}
    """
    steps = """
    - {open: {by: officer}}
    - {set: team, by: officer, meeting: t-1, for: 2025-03-05 10:00}
    - {hold: t-1, by: officer, attended: {judge: j-1}}
    - expect: {open: {write/1: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)
