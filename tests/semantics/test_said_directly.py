"""What real protocols say in one line, and this language too, each acted out on a tiny county."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocolkit.model.silences import silences
from protocolkit.semantics.changes import Happened
from tests.stories import OFFICER, act_out, engine_with, tiny


@pytest.mark.parametrize(
    ("order", "status"),
    [("adult, safe", "adult"), ("safe, adult", "safe"), ("safe", "safe"), ("adult", "adult")],
)
def test_the_first_ending_that_is_true_names_the_reason(
    tmp_path: Path, order: str, status: str
) -> None:
    """Two reasons to end are told apart; one without a `because` takes that of the follow-up."""
    rules = """
    triggers: {notice: {who: officer}, adult: {who: officer}, safe: {who: officer}}
    follow_ups:
      protect:
        opens_with: notice
        who: officer
        due: unspecified
        because: safe
        ends_when: [{if: happened(adult), because: adult}, happened(safe)]
    """
    first, _, second = order.partition(", ")
    steps = f"""
    - {{open: {{by: officer}}}}
    - {{do: notice, by: officer}}
    - {{do: {first}, by: officer}}
    - expect: {{ended: {{protect: {{status: cancelled, because: {status}}}}}}}
    - {{do: {second or first}, by: officer}}
    - {{do: notice, by: officer}}
    - expect: {{open: {{}}, ended: {{protect: {{status: cancelled, because: {status}}}}}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_a_limit_counts_from_the_first_or_last_of_several(tmp_path: Path) -> None:
    """24 hours from the report or the referral, whichever came first; the last one moves on."""
    rules = """
    triggers: {report: {who: officer}, refer: {who: detective}, notice: {who: officer}}
    follow_ups:
      early: {opens_with: [report, refer], if_again: ignore, who: officer,
          due: "within 24 hours after first(report, refer)"}
      late: {opens_with: notice, who: officer, due: "within 24 hours after last(report, refer)"}
      each_month: {opens_with: notice, who: officer,
          every: "1 calendar month after first(refer, report)"}
    """
    steps = """
    - {open: {by: officer}}
    - {do: refer, by: detective, at: 2025-03-04 11:00}
    - {do: report, by: officer, at: 2025-03-04 12:00}
    - {do: notice, by: officer, at: 2025-03-04 13:00}
    - expect:
        open:
          early: {due: 2025-03-05 11:00}
          late: {due: 2025-03-05 12:00}
          each_month: {due: 2025-04-04 24:00}
    - {do: refer, by: detective, at: 2025-03-04 14:00}
    - expect:
        open: {early: {due: 2025-03-05 11:00}, late: {due: 2025-03-05 14:00}, each_month: {}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_several_names_are_counted_together(tmp_path: Path) -> None:
    """Two meetings in a row without a quorum, of whichever kind, since the last with one."""
    rules = """
    triggers:
      short_initial: {who: officer}
      short_review: {who: officer}
      quorate: {who: officer}
      go_ahead: {who: officer, needs:
          {not_twice: "count(short_initial, short_review since quorate) < 2"}}
      rest: {who: officer, needs:
          {none: "not happened(short_initial, short_review since last(quorate, go_ahead))"}}
    follow_ups:
      remind: {who: officer, due: unspecified, opens_when:
          "missed(quorate, go_ahead within 2 hours after first(short_initial, short_review))"}
    """
    steps = """
    - {open: {by: officer}}
    - {do: go_ahead, by: officer}
    - {do: short_initial, by: officer}
    - {refused: rest, by: officer, because: [need-not-met]}
    - {do: go_ahead, by: officer}
    - {do: rest, by: officer}
    - {do: short_review, by: officer}
    - {refused: go_ahead, by: officer, because: [need-not-met]}
    - {do: quorate, by: officer}
    - {do: go_ahead, by: officer}
    - {wait_until: 2025-03-04 16:00}
    - expect: {open: {}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_at_once_without_a_limit_shows_the_aim_and_is_never_late(tmp_path: Path) -> None:
    """The source says "immediately" and no more: what to aim for is known, the rest is a gap."""
    rules = """
    triggers: {notice: {who: officer}}
    follow_ups: {report: {opens_with: notice, who: officer, due: "at once, unspecified"}}
    """
    steps = """
    - {open: {by: officer}}
    - {do: notice, by: officer, at: 2025-03-04 10:30}
    - {wait_until: 2026-03-04 10:30}
    - expect: {open: {report: {status: open, aim: 2025-03-04 10:30, due: unspecified}}}
    """
    assert [] == act_out(tmp_path, rules, steps)
    assert [("follow_ups", "report", "due")] == list(silences(tiny(rules)))


def test_recording_a_fact_can_open_and_meet_and_start_a_limit(tmp_path: Path) -> None:
    """With an act or by itself: the number is what was owed; a new one counts again."""
    rules = """
    facts:
      case_number: {type: reference, recorded_by: [officer, detective]}
      finding: {type: choice, values: [confirmed, refuted], recorded_by: detective}
    triggers: {report: {who: officer, records: case_number}, talk: {who: officer}}
    follow_ups:
      write_number: {opens_with: report, who: officer, due: within 1 hour,
          met_by: case_number.recorded}
      tell_finding: {opens_with: finding.recorded, if: finding is confirmed, who: detective,
          due: within 2 hours}
      see_family: {opens_with: talk, who: officer, due: within 3 hours after last(finding.recorded)}
      read_twice: {opens_when: count(case_number.recorded) is 2, who: officer, due: unspecified}
    """
    steps = """
    - {open: {by: officer}}
    - {do: report, by: officer, at: 2025-03-04 10:00}
    - expect: {open: {write_number: {due: 2025-03-04 11:00}}}
    - {record: {case_number: R-1}, by: officer, at: 2025-03-04 10:30}
    - expect: {open: {}, ended: {write_number: met}}
    - {do: talk, by: officer, at: 2025-03-04 10:40}
    - expect: {open: {see_family: {due: unanchored}}}
    - {record: {finding: refuted}, by: detective, at: 2025-03-04 11:00}
    - expect: {open: {see_family: {due: 2025-03-04 14:00}}}
    - {record: {finding: confirmed}, by: detective, at: 2025-03-04 12:00}
    - {do: report, by: officer, facts: {case_number: R-2}, at: 2025-03-04 12:10}
    - expect:
        open:
          see_family: {due: 2025-03-04 15:00}
          tell_finding: {due: 2025-03-04 14:00}
          read_twice: {}
        ended: {write_number/2: met}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_only_facts_that_are_named_leave_a_trace_of_their_recording() -> None:
    """What no rule reads is not kept: the record of a case stays small."""
    rules = """
    facts:
      age: {type: integer, range: 0..20, recorded_by: officer}
      danger: {type: boolean, recorded_by: officer}
    follow_ups: {see: {opens_when: happened(danger.recorded), who: officer, due: unspecified}}
    """
    engine, _ = engine_with(rules)
    case = engine.open("tiny", by=OFFICER, facts={"age": 12, "danger": False})
    happened = [
        (change.name, change.event)
        for event in engine.history(case.id)
        for change in event.changes
        if isinstance(change, Happened)
    ]
    assert [("danger", "recorded"), ("see", "opened")] == happened


def test_an_act_that_moves_in_one_state_may_only_count_in_another(tmp_path: Path) -> None:
    """A second report is one more report; without `elsewhere` it would be refused."""
    rules = """
    facts: {danger: {type: boolean, recorded_by: officer}}
    states: {begun: {initial: true}, reported: {}, closed: {final: true}}
    triggers:
      report: {who: officer, moves: {from: begun, to: reported}, elsewhere: allowed}
      tell: {who: officer, moves: {from: begun, to: reported}}
      close: {who: officer, records: danger, elsewhere: allowed,
          moves: {from: reported, to: closed, if: danger is false}}
    follow_ups: {answer: {opens_with: report, who: detective, due: unspecified}}
    """
    steps = """
    - {open: {by: officer}}
    - {do: close, by: officer}
    - {do: report, by: officer}
    - expect: {states: {case: reported}, open: {answer/1: {}}}
    - {do: report, by: officer}
    - {refused: tell, by: officer, because: [not-enabled]}
    - {refused: close, by: officer, because: [not-enabled]}
    - expect: {states: {case: reported}, open: {answer/1: {}, answer/2: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_an_act_belongs_to_any_of_several_meetings(tmp_path: Path) -> None:
    """Dissent at the first meeting or at a review; a decision by whichever had its quorum."""
    rules = """
    triggers:
      dissent: {who: attendees, during: [team, review]}
      decide: {who: attendees, decided_at: [team, review]}
    meetings:
      team: {required: [officer, judge], called_by: officer}
      review: {required: officer, called_by: officer}
    follow_ups:
      answer: {opens_with: dissent, who: supervisor, owed_to: {actor_of: dissent}, due: unspecified}
    """
    steps = """
    - {open: {by: officer, as: o-1}}
    - {refused: dissent, by: detective, as: d-1, because: [not-at-meeting]}
    - {set: team, by: officer, as: o-1, meeting: t-1, for: 2025-03-05 10:00}
    - {hold: t-1, by: officer, as: o-1, attended: {officer: o-1, detective: d-1},
       at: 2025-03-05 11:00}
    - {do: dissent, by: detective, as: d-1}
    - {refused: decide, by: officer, as: o-1, because: [not-decided]}
    - {set: review, by: officer, as: o-1, meeting: r-1, for: 2025-03-06 10:00}
    - {hold: r-1, by: officer, as: o-1, attended: {officer: o-1}, at: 2025-03-06 11:00}
    - {do: decide, by: officer, as: o-1}
    - {do: dissent, by: officer, as: o-1}
    - {refused: dissent, by: detective, as: d-1, because: [not-at-meeting]}
    - {do: dissent, by: detective, as: d-1, meeting: t-1}
    - expect: {open: {answer/1: {}, answer/2: {}, answer/3: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_one_ladder_watches_several_follow_ups(tmp_path: Path) -> None:
    """A run for each that is open, each by its own due time; one that is done stops its own."""
    rules = """
    triggers: {notice: {who: officer}}
    follow_ups:
      see: {opens_with: notice, who: officer, due: within 1 hour}
      write: {opens_with: notice, who: officer, due: within 2 hours}
      call: {opens_with: notice, who: officer, due: within 1 hour}
    escalations:
      late:
        watches: {follow_up: [see, write]}
        levels: [{id: first, at: due, tell: supervisor}, {id: second, after: 2 hours, tell: judge}]
    """
    steps = """
    - {open: {by: officer}}
    - {do: notice, by: officer, at: 2025-03-04 10:00}
    - {wait_until: 2025-03-04 11:30}
    - expect:
        levels: [{level: late.first, at: 2025-03-04 11:00}]
        open: {see: {status: overdue}, call: {status: overdue}, write: {status: open}}
    - {complete: see, by: officer}
    - {wait_until: 2025-03-04 15:00}
    - expect:
        levels:
          - {level: late.first, at: 2025-03-04 11:00}
          - {level: late.first, at: 2025-03-04 12:00}
          - {level: late.second, at: 2025-03-04 14:00}
        open: {write: {status: overdue}, call: {status: overdue}}
        ended: {see: met-late}
        told: [supervisor, supervisor, judge]
    """
    assert [] == act_out(tmp_path, rules, steps)


_FEWER = """
facts: {complete: {type: boolean, recorded_by: officer}}
triggers: {decide: {who: attendees, decided_at: team}}
meetings:
  team:
    required: unspecified
    asked: [officer, detective, guardian, judge]
    called_by: officer
    quorum: {at_least: 3, of: members}
    exceptions:
      well_prepared: {quorum: {all_of: [detective], at_least: 2, of: members}, if: complete is true}
follow_ups: {look_again: {opens_with: well_prepared.used, who: judge, due: unspecified}}
"""


@pytest.mark.parametrize(
    ("complete", "there", "status"),
    [
        ("true", "officer, detective, judge", "held"),
        ("true", "officer, detective", "held by exception"),
        ("true", "officer, judge", "adjourned"),
        ("true", "detective", "adjourned"),
        ("false", "officer, detective", "adjourned"),
        ("false", "officer, detective, judge", "held"),
    ],
)
def test_an_exception_may_ask_for_a_smaller_quorum(
    tmp_path: Path, complete: str, there: str, status: str
) -> None:
    """Three, or two of whom one is the detective, if the information is complete."""
    attended = ", ".join(f"{role}: {role[0]}-1" for role in there.split(", "))
    owed = "look_again: {}" if status == "held by exception" else ""
    steps = f"""
    - {{open: {{by: officer, as: o-1, facts: {{complete: {complete}}}}}}}
    - {{set: team, by: officer, as: o-1, meeting: t-1, for: 2025-03-05 10:00}}
    - {{hold: t-1, by: officer, as: o-1, attended: {{{attended}}}, at: 2025-03-05 11:00}}
    - expect: {{meetings: {{t-1: {status.partition(" ")[0]}}}, open: {{{owed}}}}}
    """
    assert [] == act_out(tmp_path, _FEWER, steps)


def test_an_exception_that_is_named_says_what_its_quorum_lacks(tmp_path: Path) -> None:
    """Whoever asks for it learns why it does not help."""
    steps = """
    - {open: {by: officer, as: o-1, facts: {complete: true}}}
    - {set: team, by: officer, as: o-1, meeting: t-1, for: 2025-03-05 10:00}
    - {refused: {hold: t-1}, by: officer, as: o-1, attended: {officer: o-1, judge: j-1},
       exception: well_prepared, at: 2025-03-05 11:00, because: [need-not-met]}
    """
    assert [] == act_out(tmp_path, _FEWER, steps)


def test_who_was_at_the_last_meeting_can_be_asked(tmp_path: Path) -> None:
    """Unknown before there was one; one that was only adjourned counts, one called off does not."""
    rules = """
    triggers:
      plan: {who: officer, needs: {police: attended(team) includes detective}}
      plan_alone: {who: officer, needs: {no_police: not (attended(team) includes detective)}}
    meetings:
      team: {required: [officer, judge], called_by: officer}
    """
    steps = """
    - {open: {by: officer, as: o-1}}
    - {refused: plan, by: officer, as: o-1, because: [need-unknown]}
    - {set: team, by: officer, as: o-1, meeting: t-1, for: 2025-03-05 10:00}
    - {hold: t-1, by: officer, as: o-1, attended: {officer: o-1, detective: d-1},
       at: 2025-03-05 11:00}
    - expect: {meetings: {t-1: adjourned}}
    - {do: plan, by: officer, as: o-1}
    - {set: team, by: officer, as: o-1, meeting: t-2, for: 2025-03-06 10:00}
    - {call_off: t-2, by: officer, as: o-1}
    - {do: plan, by: officer, as: o-1}
    - {set: team, by: officer, as: o-1, meeting: t-3, for: 2025-03-07 10:00}
    - {hold: t-3, by: officer, as: o-1, attended: {officer: o-1, judge: j-1}, at: 2025-03-07 11:00}
    - {refused: plan, by: officer, as: o-1, because: [need-not-met]}
    - {do: plan_alone, by: officer, as: o-1}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_a_number_of_an_earlier_time_is_not_known_since_this_one(tmp_path: Path) -> None:
    """Missing a second time: the report number of the first does not count any more."""
    rules = """
    facts: {report_number: {type: reference, recorded_by: officer, valid_for: 30 calendar days}}
    triggers:
      missing: {who: officer, records: report_number}
      close_search: {who: officer, needs: {number: report_number is known since missing}}
    follow_ups:
      ask_number: {opens_when: happened(missing) and report_number is not known since missing,
          who: officer, due: unspecified, ends_when: report_number is known since missing}
    """
    steps = """
    - {open: {by: officer, facts: {report_number: R-0}}}
    - {do: close_search, by: officer}
    - {do: missing, by: officer, at: 2025-03-04 11:00}
    - expect: {open: {ask_number/1: {}}}
    - {refused: close_search, by: officer, because: [need-not-met]}
    - {record: {report_number: R-1}, by: officer, at: 2025-03-04 12:00}
    - {do: close_search, by: officer, at: 2025-03-04 12:00}
    - {do: missing, by: officer, at: 2025-03-10 11:00}
    - expect: {open: {ask_number/2: {}}}
    - {do: missing, by: officer, at: 2025-03-11 11:00, facts: {report_number: R-2}}
    - {do: close_search, by: officer, at: 2025-03-11 11:00}
    - {refused: close_search, by: officer, at: 2025-05-01 11:00, because: [need-not-met]}
    - expect: {open: {ask_number/3: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


@pytest.mark.parametrize(
    ("day", "refused"),
    [
        ("2026-05-10", []),
        ("2026-05-11", ["need-not-met"]),
        ("2025-03-10", []),
        ("2025-03-09", ["need-not-met"]),
    ],
)
def test_a_date_may_be_bound_in_months(tmp_path: Path, day: str, refused: list[str]) -> None:
    """At most 14 months after the placement, both days included; before it is no date at all."""
    rules = """
    facts: {projected_on: {type: date, recorded_by: officer}}
    triggers:
      place: {who: officer}
      plan: {who: officer, needs: {in_time: "within(14 calendar months, place, projected_on)"}}
    """
    last = f"refused: plan, because: {refused}" if refused else "do: plan"
    steps = f"""
    - {{open: {{by: officer, facts: {{projected_on: {day}}}}}}}
    - {{refused: plan, by: officer, because: [need-unknown]}}
    - {{do: place, by: officer, at: 2025-03-10 23:00}}
    - {{{last.replace("'", "")}, by: officer}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_hours_bind_what_happened_to_the_minute(tmp_path: Path) -> None:
    """Both ends are included."""
    rules = """
    triggers:
      notice: {who: officer}
      see: {who: officer}
      praise: {who: officer, needs: {quick: "within(2 hours, first(notice), last(see))"}}
    """
    steps = """
    - {open: {by: officer}}
    - {do: notice, by: officer, at: 2025-03-04 11:00}
    - {do: see, by: officer, at: 2025-03-04 13:00}
    - {do: praise, by: officer}
    - {do: see, by: officer, at: 2025-03-04 13:01}
    - {refused: praise, by: officer, because: [need-not-met]}
    """
    assert [] == act_out(tmp_path, rules, steps)


@pytest.mark.parametrize(
    ("named", "there", "status"),
    [
        ("true", "officer, judge", "held"),
        ("true", "officer", "adjourned"),
        ("false", "officer", "held"),
        ("", "officer", "held"),
        ("false", "judge", "adjourned"),
    ],
)
def test_a_member_may_be_required_only_at_times(
    tmp_path: Path, named: str, there: str, status: str
) -> None:
    """The judge must come where one is named; while that is not known, nobody waits for one."""
    rules = """
    facts: {named: {type: boolean, recorded_by: officer}}
    triggers: {decide: {who: attendees, decided_at: team}}
    meetings: {team: {required: [officer, {role: judge, if: named is true}], called_by: officer}}
    """
    attended = ", ".join(f"{role}: {role[0]}-1" for role in there.split(", "))
    facts = f", facts: {{named: {named}}}" if named else ""
    steps = f"""
    - {{open: {{by: officer, as: o-1{facts}}}}}
    - {{set: team, by: officer, as: o-1, meeting: t-1, for: 2025-03-05 10:00}}
    - {{hold: t-1, by: officer, as: o-1, attended: {{{attended}}}, at: 2025-03-05 11:00}}
    - expect: {{meetings: {{t-1: {status}}}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


def test_one_follow_up_may_apply_always(tmp_path: Path) -> None:
    """What holds for all but one is said once, at the top, and `always` says which one."""
    rules = """
    facts: {adult: {type: boolean, recorded_by: officer}}
    terms: {young: adult is false or unknown}
    applies_while: young
    triggers: {notice: {who: officer}}
    follow_ups:
      see: {opens_with: notice, who: officer, due: within 2 hours}
      clean_up: {opens_with: notice, who: officer, due: within 2 hours, applies_while: always}
    """
    steps = """
    - {open: {by: officer}}
    - {do: notice, by: officer, at: 2025-03-04 10:00}
    - {record: {adult: true}, by: officer, at: 2025-03-04 10:30}
    - expect:
        open: {clean_up/1: {}}
        ended: {see/1: {status: cancelled, because: young}}
    - {do: notice, by: officer, at: 2025-03-04 11:00}
    - expect: {open: {clean_up/1: {}, clean_up/2: {}}}
    """
    assert [] == act_out(tmp_path, rules, steps)


@pytest.mark.parametrize(("fact", "because"), [("adult", "age"), ("safe", "found")])
def test_endings_with_reasons_leave_because_to_what_applies(
    tmp_path: Path, fact: str, because: str
) -> None:
    """`because` beside `applies_while` keeps its meaning where each ending has its own."""
    rules = """
    facts:
      adult: {type: boolean, recorded_by: officer}
      safe: {type: boolean, recorded_by: officer}
    triggers: {notice: {who: officer}}
    follow_ups:
      look: {opens_with: notice, who: officer, due: unspecified, applies_while: adult is not true,
          because: age, ends_when: {if: safe, because: found}}
    """
    steps = f"""
    - {{open: {{by: officer}}}}
    - {{do: notice, by: officer}}
    - {{record: {{{fact}: true}}, by: officer}}
    - expect: {{ended: {{look: {{status: cancelled, because: {because}}}}}}}
    """
    assert [] == act_out(tmp_path, rules, steps)
