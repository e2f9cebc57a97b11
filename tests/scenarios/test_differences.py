"""What did not come out as a scenario says: where it stands, and both sides in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from protocolkit.scenarios import run_text
from tests.stories import act_out, tiny_text

RULES = """
facts: {danger: {type: boolean, recorded_by: officer}}
states: {begun: {initial: true}, seen: {}, closed: {final: true}}
triggers:
  invite: {who: officer}
  ask: {who: officer, records: danger}
  look: {who: supervisor, moves: {from: begun, to: seen}}
  take_over: {who: [{role: caseworker, any_holder: true}], assigns: {caseworker: actor}}
meetings: {team: {called_by: supervisor}}
follow_ups:
  see: {opens_with: ask, who: officer, owed_to: judge, due: within 2 hours}
  guard: {opens_with: ask, if: danger is true, who: officer, due: unspecified}
  brief: {opens_with: team.set, who: officer, due: 1 calendar day before team}
  plan: {opens_with: invite, who: officer, due: 1 calendar day before team}
escalations:
  late: {watches: {follow_up: see}, levels: [{id: first, at: due, tell: supervisor}]}
"""
START = "- {open: {by: officer}}\n- {do: ask, by: officer, as: o-1}\n"
LATE = START + "- {wait_until: 2025-03-04 13:00}\n"
MEETING = (
    "- {open: {by: officer}}\n- {set: team, by: supervisor, meeting: t-1, for: 2025-03-06 10:00}\n"
)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (
            START + "- expect: {states: {case: seen}, open: {see: {}}}",
            "state of `case`: expected seen, found begun",
        ),
        (
            START + "- expect: {}",
            "`see/1`: expected it not open, "
            "found open since 2025-03-04 10:00, due 2025-03-04 12:00",
        ),
        (
            START + "- expect: {open: {see: {due: 2025-03-04 12:01}}}",
            "due of `see`: expected 2025-03-04 12:01, found 2025-03-04 12:00",
        ),
        (
            START + "- expect: {open: {see: {who: judge}}}",
            "who of `see`: expected judge, found officer",
        ),
        (
            START + "- expect: {open: {see: {owed_to: officer}}}",
            "owed_to of `see`: expected officer, found judge",
        ),
        (
            START + "- expect: {open: {see: {status: overdue}}}",
            "status of `see`: expected overdue, found open",
        ),
        (
            START + "- expect: {open: {see: {}, guard: {}}}",
            "`guard`: expected it open, found never opened",
        ),
        (
            START + "- {complete: see, by: officer}\n- expect: {open: {see: {}}}",
            "`see`: expected it open, found met on 2025-03-04 10:00",
        ),
        (
            START + "- {do: ask, by: officer}\n- expect: {open: {see: {}}}",
            "`see`: expected it open, found `see/1`, `see/2`; write a list, or name one of them",
        ),
        (
            START + "- expect: {open: {see: [{}, {}]}}",
            "`see`: expected 2 of them open, found `see/1`",
        ),
        (
            START
            + "- {do: ask, by: officer}\n- expect: {open: {see: [{}, {aim: 2025-03-04 10:00}]}}",
            "aim of `see/2`: expected 2025-03-04 10:00, found unspecified",
        ),
        (
            "- {open: {by: officer}}\n- {do: invite, by: officer}\n"
            "- expect: {open: {plan: {due: unspecified}}}",
            "due of `plan`: expected unspecified, found unanchored",
        ),
        (
            START + "- expect: {open: {see: {}}, undecided: []}",
            "undecided: expected nobody, found guard",
        ),
        (
            START + "- expect: {open: {see: {}}, ended: {see: met}}",
            "status of `see`: expected met, found open",
        ),
        (
            START + "- expect: {open: {see: {}}, ended: {guard: {at: 2025-03-04 10:00}}}",
            "at of `guard`: expected 2025-03-04 10:00, found never opened",
        ),
        (START + "- expect: {open: {see: {}}, closed: true}", "closed: expected true, found false"),
        (
            START + '- expect: {open: {see: {}}, version: "7"}',
            "version: expected 7, found none",
        ),
        (
            START + "- expect: {open: {see: {}}, facts: {danger: true}}",
            "fact `danger`: expected true, found unknown",
        ),
        (
            START + "- expect: {open: {see: {}}, holders: {caseworker: c-1}}",
            "holder of `caseworker`: expected c-1, found nobody",
        ),
        (LATE + "- expect: {open: {see: {}}, told: []}", "told: expected nobody, found supervisor"),
        (
            LATE + "- expect: {open: {see: {}}, told: [{role: supervisor, at: 2025-03-04 12:30}]}",
            "told: expected supervisor at 2025-03-04 12:30, found supervisor at 2025-03-04 12:00",
        ),
        (
            LATE + "- expect: {open: {see: {}}, levels: []}",
            "levels: expected nobody, found late.first",
        ),
        (
            MEETING + "- expect: {open: {brief: {}}, meetings: {t-1: held}}",
            "status of meeting `t-1`: expected held, found set",
        ),
        (
            MEETING + "- expect: {open: {brief: {}}, meetings: {t-1: {for: 2025-03-07 10:00}}}",
            "for of meeting `t-1`: expected 2025-03-07 10:00, found 2025-03-06 10:00",
        ),
        (
            MEETING + "- expect: {open: {brief: {}}, meetings: {t-2: set}}",
            "status of meeting `t-2`: expected set, found never set",
        ),
    ],
)
def test_an_expectation_that_fails_says_both_sides(
    tmp_path: Path, steps: str, expected: str
) -> None:
    """One difference, with the line of what was expected."""
    (found,) = act_out(tmp_path, RULES, steps)
    where, said = found.split(": ", 1)
    assert expected == said
    assert f"story.yaml:{5 + len(steps.splitlines())}" == where.rpartition(":")[0]


WHO = """
states: {begun: {initial: true}, closed: {final: true}}
triggers: {ask: {who: officer}, tell: {who: supervisor}}
follow_ups:
  write: {opens_with: ask, who: {actor_of: ask}, owed_to: unspecified, due: within 2 hours}
  answer: {opens_with: ask, who: {actor_of: tell}, owed_to: judge, due: within 2 hours}
  think: {opens_with: ask, who: unspecified, due: within 2 hours}
"""


def test_a_person_who_owes_is_expected_by_name(tmp_path: Path) -> None:
    """Who is meant by what they did; nobody before that; and what the rule leaves open."""
    before = (
        "- expect: {open: {write: {who: o-1, owed_to: unspecified}, answer: {who: nobody},"
        " think: {who: unspecified}}}\n"
    )
    after = (
        "- {do: tell, by: supervisor}\n"
        "- expect: {open: {write: {who: o-1}, answer: {who: supervisor, owed_to: judge},"
        " think: {}}}\n"
    )
    assert [] == act_out(tmp_path, WHO, START + before + after)
    wrong = "- expect: {open: {write: {who: supervisor}, answer: {}, think: {}}}\n"
    (said,) = act_out(tmp_path, WHO, START + wrong)
    assert said.endswith("who of `write`: expected supervisor, found o-1")
    silent = "- expect: {open: {write: {owed_to: o-1}, answer: {}, think: {}}}\n"
    (said,) = act_out(tmp_path, WHO, START + silent)
    assert said.endswith("owed_to of `write`: expected o-1, found unspecified")


def test_an_act_that_is_refused_ends_the_story(tmp_path: Path) -> None:
    """With every reason; what follows builds on it, so it is not judged."""
    steps = START + "- {do: look, by: officer}\n- expect: {states: {case: seen}}"
    assert [
        "story.yaml:8:10: do look: expected it to be done, found it refused: `look` is for "
        "supervisor; you act as officer. (wrong-role)"
    ] == act_out(tmp_path, RULES, steps)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            "{refused: look, by: officer, because: [not-enabled]}",
            ["do look: expected it refused: not-enabled, found it refused: wrong-role"],
        ),
        (
            "{refused: look, by: supervisor, because: [wrong-role]}",
            ["do look: expected it refused: wrong-role, found it done"],
        ),
        ("{refused: {complete: see}, by: judge, because: [wrong-role]}", []),
        ("{refused: {record: {danger: true}}, by: judge, because: [wrong-role]}", []),
        ("{refused: {do: talk}, by: judge, because: [unknown-trigger]}", []),
        ("{refused: {hold: t-9}, by: judge, attended: {judge: j-1}, because: [not-set]}", []),
    ],
)
def test_a_refusal_must_come_for_just_these_reasons(
    tmp_path: Path, step: str, expected: list[str]
) -> None:
    """Any way of acting can be expected to be refused."""
    found = act_out(tmp_path, RULES, f"{START}- {step}")
    assert expected == [one.split(": ", 1)[1] for one in found]


NEEDS = """
facts:
  danger: {type: boolean, recorded_by: officer}
  away: {type: boolean, recorded_by: officer}
triggers:
  call: {who: officer}
  visit: {who: officer, needs: {calm: danger is false, there: away is false}}
follow_ups: {see: {opens_with: call, who: officer, due: unspecified, blocks: visit}}
"""
FACTS = "- open: {by: officer, facts: {danger: true, away: true}}\n"


@pytest.mark.parametrize(
    ("because", "found"),
    [
        ("need-not-met", ""),
        ("[need-not-met/calm, need-not-met/there]", ""),
        ("[need-not-met/calm, need-not-met]", ""),
        ("[need-not-met/danger, need-not-met/away]", ""),
        ("need-not-met/calm", "need-not-met/calm, need-not-met/there"),
        (
            "[need-not-met/calm, need-not-met/there, need-not-met/quiet]",
            "need-not-met/calm, need-not-met/there",
        ),
        ("[need-unknown/calm, need-unknown/there]", "need-not-met/calm, need-not-met/there"),
    ],
)
def test_a_refusal_may_name_its_rules(tmp_path: Path, because: str, found: str) -> None:
    """The rule that refuses, or the fact that it asks for, stands behind a slash."""
    steps = FACTS + f"- {{refused: visit, by: officer, because: {because}}}"
    said = [one.rpartition(", found it refused: ")[2] for one in act_out(tmp_path, NEEDS, steps)]
    assert ([found] if found else []) == said


def test_a_refusal_may_name_what_holds_it_up(tmp_path: Path) -> None:
    """The follow-up that is still owed."""
    steps = """
    - {open: {by: officer, facts: {danger: false, away: false}}}
    - {do: call, by: officer}
    - {refused: visit, by: officer, because: blocked/see}
    - expect: {open: {see: {}}}
    """
    assert [] == act_out(tmp_path, NEEDS, steps)


def test_a_story_that_may_not_begin_can_be_told_too(tmp_path: Path) -> None:
    """Opening is an act like others."""
    steps = """
    - {refused: {open: {by: officer, facts: {danger: perhaps}}}, because: [wrong-value]}
    - {open: {by: officer, facts: {danger: true}}}
    - expect: {facts: {danger: true}}
    """
    assert [] == act_out(tmp_path, RULES, steps)


def test_an_earlier_hour_is_when_it_happened(tmp_path: Path) -> None:
    """A later one lets time come to it; `recorded` says when it is entered."""
    steps = """
    - {open: {by: officer}}
    - {do: ask, by: officer, at: 2025-03-04 11:00}
    - expect: {open: {see: {opened: 2025-03-04 11:00}}}
    - {do: ask, by: officer, at: 2025-03-04 10:30}
    - expect: {open: {see/1: {}, see/2: {opened: 2025-03-04 10:30}}}
    - {do: ask, by: officer, at: 2025-03-04 12:00, recorded: 2025-03-04 15:00}
    - expect:
        open: {see/1: {status: overdue}, see/2: {status: overdue}, see/3: {status: overdue,
            opened: 2025-03-04 12:00}}
        levels: [{level: late.first, at: 2025-03-04 12:30}, {level: late.first,
            at: 2025-03-04 13:00},
          {level: late.first, at: 2025-03-04 15:00}]
    """
    assert [] == act_out(tmp_path, RULES, steps)


def test_a_case_runs_under_the_version_in_force(tmp_path: Path) -> None:
    """Several versions may be known; the one at the start counts."""
    for version, hours, force in (("1", 24, "until: 2025-03-03"), ("2", 2, "from: 2025-03-04")):
        text = tiny_text(RULES.replace("within 2 hours", f"within {hours} hours"))
        text += f'version: "{version}"\nin_force: {{{force}}}\n'
        tmp_path.joinpath(f"v{version}.yaml").write_text(text, encoding="utf-8")
    story = """
protocol: [v1.yaml, v2.yaml]
scenarios:
  old: {start: 2025-03-03 23:00, steps: [{open: {by: officer}},
    {do: ask, by: officer}, {expect: {open: {see: {due: 2025-03-04 23:00}}}}]}
  new: {start: 2025-03-04 00:00, steps: [{open: {by: officer}},
    {do: ask, by: officer}, {expect: {open: {see: {due: 2025-03-04 02:00}}}}]}
"""
    results = run_text(story, "story.yaml", tmp_path)
    assert ((), 2, 0) == (results.findings, results.passed, results.failed)


def test_results_count_what_passed(tmp_path: Path) -> None:
    """Of a file with one story that passes and one that does not."""
    tmp_path.joinpath("tiny.yaml").write_text(tiny_text(RULES), encoding="utf-8")
    story = """
protocol: tiny.yaml
scenarios:
  good: {title: All is well, start: 2025-03-03 23:00, steps: [{open: {by: officer}}, {expect: {}}]}
  bad: {start: 2025-03-04 00:00, steps: [{open: {by: officer}}, {expect: {closed: true}}]}
"""
    results = run_text(story, "story.yaml", tmp_path)
    assert (1, 1, False) == (results.passed, results.failed, results.ok)
    good, bad = results.outcomes
    assert ("All is well", True, 2) == (good.title, good.passed, good.steps)
    assert ("bad", False, 2) == (bad.title, bad.passed, bad.steps)
