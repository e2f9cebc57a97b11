"""Every form of a step and of an expectation, acted out in a tiny county."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories import act_out

RULES = """
facts:
  danger: {type: boolean, recorded_by: officer}
  kin: {type: set of roles, recorded_by: officer}
  pact: {type: date, scope: programme, recorded_by: judge}
  held_up: {type: boolean, recorded_by: officer}
triggers:
  ask: {who: officer, records: danger}
  talk: {who: officer, together_with: detective, needs: {safe: danger is false},
    exceptions: {urgent: {waives: safe, reason: required}}}
  plan: {agreed_by: {all_of: [officer, detective], veto: judge}}
  name: {who: supervisor, assigns: {caseworker: named}}
  move_away: {who: officer}
  found: {who: officer}
  sign_pact: {scope: programme, who: judge}
meetings: {team: {called_by: supervisor}}
follow_ups:
  see: {opens_with: ask, who: officer, due: within 1 business day,
    waive: {who: supervisor}, extend: {who: supervisor}}
  notify: {opens_with: found, who: officer, for_each: [guardian, judge], due: within 2 hours,
    exclude: {guardian: {if: kin includes guardian, if_unknown: include}}, decline: {who: judge},
    waive: {who: supervisor}, extend: {who: supervisor}}
  assess: {opens_with: name, who: {all_of: [caseworker, officer]}, parts: [health, school],
    due: within 10 calendar days, pauses_while: held_up is true}
  check: {opens_with: plan, who: {each_of: [officer, detective]}, due: within 2 hours}
  visit: {opens_with: move_away, who: caseworker, due: within 2 hours}
  renew: {scope: programme, opens_with: sign_pact, who: judge, due: within 30 calendar days}
links: {transfer: {protocol: next-county, opens_with: move_away, accepted_by: supervisor,
  hands_over: visit}}
"""

ITEMS = """
- {open: {by: officer}}
- {do: found, by: officer}
- expect:
    open:
      notify/guardian: {item: guardian, due: 2025-03-04 12:00}
      notify/judge: {}
- {refused: {complete: notify}, by: officer, because: [which-one]}
- {complete: notify, item: guardian, by: officer}
- {extend: notify, item: judge, until: 2025-03-04 15:00, by: supervisor}
- expect: {open: {notify: {item: judge, due: 2025-03-04 15:00}}, ended: {notify/guardian: met}}
- {decline: notify, item: judge, by: judge}
- expect: {ended: {notify/judge: declined}, left_out: []}
"""
WAIVED = """
- {open: {by: officer}}
- {do: found, by: officer}
- {waive: notify, item: guardian, by: supervisor}
- expect: {open: {notify/judge: open}, ended: {notify/guardian: waived}}
"""
LEFT_OUT = """
- {open: {by: officer, facts: {kin: [guardian]}}}
- {do: found, by: officer}
- expect: {open: {notify/judge: {}}, left_out: [notify/guardian]}
"""
PARTS = """
- {open: {by: officer}}
- {do: name, by: supervisor, assign: {caseworker: c-1}}
- expect: {open: {assess: {missing: [health, school, caseworker, officer], vacant: false}}}
- {complete: assess, item: health, by: officer}
- {refused: {complete: assess}, by: officer, because: [which-part]}
- expect: {open: {assess: {missing: [school, caseworker]}}}
- {complete: assess, item: school, by: caseworker, as: c-1}
- expect: {ended: {assess: met}}
"""
PAUSED = """
- {open: {by: officer}}
- {do: name, by: supervisor, assign: {caseworker: c-1}}
- {record: {held_up: true}, by: officer, at: 2025-03-06 10:00}
- expect: {open: {assess: {paused: true, due: paused, aim: unspecified}}}
- {record: {held_up: false}, by: officer, at: 2025-03-10 10:00}
- expect: {open: {assess: {paused: false, due: 2025-03-19 00:00}}}
"""
TOGETHER = """
- {open: {by: officer, facts: {danger: true}}}
- {refused: talk, by: officer, as: o-1, because: [not-together, need-not-met]}
- {refused: talk, by: officer, as: o-1, attended: {detective: d-1}, because: [need-not-met]}
- {do: talk, by: officer, as: o-1, attended: {detective: d-1}, exception: urgent, reason: r-1}
- expect: {open: {}}
"""
SIGN_OFFS = """
- {open: {by: officer}}
- expect: {sign_offs: {plan: none}}
- {do: plan, by: officer, as: o-1, evidence: doc-1}
- expect: {sign_offs: {plan: {signed: officer, missing: detective}}}
- {decline: plan, by: judge}
- expect: {sign_offs: {plan: none}}
- {do: plan, by: officer, as: o-1, evidence: doc-2}
- {do: plan, by: detective, as: d-1, evidence: doc-2}
- expect: {open: {check/officer: {holder: officer}, check/detective: {}}, sign_offs: {plan: none}}
"""
PROGRAMME = """
- {adopt: {by: judge}}
- {do: sign_pact, in: programme, by: judge}
- expect: {open: {renew: {due: 2025-04-04 00:00}}}
  in: programme
- {record: {pact: 2025-03-04}, in: programme, by: judge}
- {open: {by: officer}}
- expect: {open: {}}
- {complete: renew, in: programme, by: judge}
- {expect: {ended: {renew: met}, facts: {pact: 2025-03-04}}, in: programme}
"""
CORRECT = """
- {open: {by: officer}}
- {record: {kin: [judge]}, by: officer}
- {correct: {kin: [guardian]}, by: officer}
- expect: {facts: {kin: [guardian]}}
"""
VOID = """
- {open: {by: officer}}
- {do: found, by: officer, label: first}
- {do: found, by: officer, label: again}
- expect: {open: {notify: [{}, {}, {}, {}]}}
- {void: again, same_as: first, by: officer}
- expect: {open: {notify: [{}, {}]}}
"""
CLOSED = """
- {open: {by: officer}}
- {do: ask, by: officer}
- expect: {open: {see: {due: 2025-03-06 00:00}}}
- {close_days: office, days: [2025-03-05], by: supervisor}
- expect: {open: {see: {due: 2025-03-07 00:00}}}
"""
HISTORY = """
- open:
    by: officer
    history:
      - {do: ask, by: officer, as: o-2, at: 2025-03-03 09:00}
      - {record: {danger: true}, by: officer, at: 2025-03-03 09:30}
- expect: {open: {see: {opened: 2025-03-03 09:00, due: 2025-03-05 00:00}}, facts: {danger: true},
    told: []}
"""
VACANT = """
- {open: {by: officer}}
- {do: move_away, by: officer}
- expect: {open: {visit: {vacant: true}}}
- {assign: {caseworker: c-1}, by: supervisor}
- expect: {open: {visit: {vacant: false}}, holders: {caseworker: c-1}}
"""


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(steps, id=name)
        for name, steps in {
            "items": ITEMS,
            "waived": WAIVED,
            "left out": LEFT_OUT,
            "parts": PARTS,
            "paused": PAUSED,
            "together": TOGETHER,
            "sign-offs": SIGN_OFFS,
            "programme": PROGRAMME,
            "correct": CORRECT,
            "void": VOID,
            "closed": CLOSED,
            "history": HISTORY,
            "vacant": VACANT,
        }.items()
    ],
)
def test_it_comes_out_as_it_says(tmp_path: Path, steps: str) -> None:
    """Each form does what it says, and each expectation can be met."""
    assert [] == act_out(tmp_path, RULES, steps)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            ITEMS.partition("- {refused")[0] + "- expect: {open: {notify/judge: {}}}",
            "`notify/1` for `guardian`: expected it not open, "
            "found open since 2025-03-04 10:00, due 2025-03-04 12:00",
        ),
        (
            WAIVED.partition("- expect")[0] + "- expect: {open: {notify: {item: guardian}}}",
            "item of `notify`: expected guardian, found judge",
        ),
        (
            LEFT_OUT.partition("- expect")[0] + "- expect: {open: {notify: {}}, left_out: []}",
            "left out: expected nobody, found notify/guardian",
        ),
        (
            PARTS.partition("- {complete")[0] + "- expect: {open: {assess: {missing: school}}}",
            "missing of `assess`: expected school, "
            "found caseworker and health and officer and school",
        ),
        (
            PAUSED.partition("- expect")[0] + "- expect: {open: {assess: {due: unspecified}}}",
            "due of `assess`: expected unspecified, found paused",
        ),
        (
            PAUSED.partition("- expect")[0] + "- expect: {open: {assess: {paused: false}}}",
            "paused of `assess`: expected false, found true",
        ),
        (
            SIGN_OFFS.partition("- {decline")[0] + "- expect: {sign_offs: {plan: none}}",
            "status for `plan`: expected none, found waiting",
        ),
        (
            SIGN_OFFS.partition("- {decline")[0]
            + "- expect: {sign_offs: {plan: {missing: officer}}}",
            "missing for `plan`: expected officer, found detective",
        ),
        (
            SIGN_OFFS.partition("- {do")[0] + "- expect: {sign_offs: {plan: {signed: officer}}}",
            "signed for `plan`: expected officer, found none",
        ),
        (
            VACANT.partition("- {assign")[0] + "- expect: {open: {visit: {vacant: false}}}",
            "vacant of `visit`: expected false, found true",
        ),
        (
            "- {open: {by: officer}}\n- expect: {links: {transfer: {status: accepted, case: c-2}}}",
            "status of hand-over `transfer`: expected accepted, found none; "
            "case of hand-over `transfer`: expected c-2, found none",
        ),
        (
            "- {open: {by: officer}}\n- {do: move_away, by: officer}\n"
            "- {decline: transfer, by: supervisor}\n"
            "- expect: {open: {visit: {}}, links: {transfer: offered}}",
            "status of hand-over `transfer`: expected offered, found declined",
        ),
        (
            "- {open: {by: officer}}\n- {expect: {}, in: transfer}",
            "the case in `transfer`: expected it open, found no such case",
        ),
    ],
)
def test_what_differs_is_said(tmp_path: Path, steps: str, expected: str) -> None:
    """Both sides, in the words of a scenario."""
    found = [one.split(": ", 1)[1] for one in act_out(tmp_path, RULES, steps)]
    assert expected == "; ".join(found)


def test_whoever_may_not_see_a_fact_is_refused(tmp_path: Path) -> None:
    """Looking up a fact is an act too; that it was read stays in the record."""
    steps = """
    - {open: {by: officer, facts: {kin: [guardian]}}}
    - {read: kin, by: detective, purpose: safety}
    - {refused: {read: kin}, by: guardian, because: not-shared}
    - expect: {facts: {kin: [guardian]}}
    """
    rules = (
        RULES
        + "sharing: {kin: {detective: {release: always, purposes: safety}, guardian: never}}\n"
    )
    assert [] == act_out(tmp_path, rules, steps)
