"""What nothing reads, and what could not fail: each is an error at its place."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from protocolkit.scenarios import read_text, run_text
from tests.stories import tiny_text

RULES = """
facts:
  danger: {type: boolean, recorded_by: officer}
  colour: {type: reference, recorded_by: officer}
triggers:
  ask: {who: officer, records: [danger, {fact: colour, required: true}]}
  look: {who: {role: detective, with: forensic_interview}, records: [danger, colour]}
  talk: {who: officer, together_with: detective, needs: {calm: danger is false},
    exceptions: {urgent: {waives: calm}}}
meetings: {team: {called_by: officer}}
follow_ups: {see: {opens_with: ask, who: officer, due: within 2 hours}}
""".replace("colour, required: true", "danger, required: true").replace(
    "records: [danger, {", "records: [colour, {"
)
OPEN = "- {open: {by: officer}}\n"
LOOK = "- {do: look, by: detective, can: forensic_interview"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the tiny county's protocol is."""
    tmp_path.joinpath("tiny.yaml").write_text(tiny_text(RULES), encoding="utf-8")
    return tmp_path


def _story(steps: str) -> str:
    head = "protocol: tiny.yaml\nscenarios:\n  story:\n    start: 2025-03-04 10:00\n    steps:\n"
    return head + "".join(f"      {line}\n" for line in dedent(steps).strip().splitlines())


def _found(text: str, folder: Path) -> list[tuple[str, str, int, int, str]]:
    return [
        (one.code, one.severity, one.place.start.line, one.place.start.column, one.message)
        for one in read_text(text, "s.yaml", folder).findings
        if one.place is not None
    ]


@pytest.mark.parametrize(
    ("steps", "place", "message"),
    [
        (
            OPEN + "- {record: {colour: a-1}, by: officer}",
            (7, 27),
            "No rule reads the fact `colour`, and no step expects it.",
        ),
        (
            "- open: {by: officer, facts: {colour: a-1}}",
            (6, 45),
            "No rule reads the fact `colour`, and no step expects it.",
        ),
        (
            "- {open: {by: officer, history: {record: {colour: a-1}, by: officer,\n"
            "   at: 2025-03-03 10:00}}}",
            (6, 57),
            "No rule reads the fact `colour`, and no step expects it.",
        ),
        (
            OPEN + "- {do: ask, by: officer, facts: {danger: true}, label: first}",
            (7, 62),
            "No later step puts `first` right, so nothing reads this label.",
        ),
        (
            OPEN + "- {wait_until: 2025-03-05 10:00}",
            (7, 10),
            "Nothing comes after this wait, so nothing can show what it did.",
        ),
        (
            OPEN + "- {do: look, by: detective, can: [forensic_interview, driving]}",
            (7, 40),
            "No rule asks who can do `driving`.",
        ),
        (
            OPEN + LOOK + ", attended: {officer: o-1}}",
            (7, 60),
            "Nothing about `look` reads `attended`.",
        ),
        (OPEN + LOOK + ", reason: r-1}", (7, 60), "Nothing about `look` reads `reason`."),
    ],
)
def test_what_nothing_reads(folder: Path, steps: str, place: tuple[int, int], message: str) -> None:
    """It is an error, so that nobody takes it for tested; nothing is run."""
    text = _story(steps)
    assert [("PK102", "error", *place, message)] == _found(text, folder)
    assert () == run_text(text, "s.yaml", folder).outcomes


@pytest.mark.parametrize(
    "steps",
    [
        OPEN + "- {record: {colour: a-1}, by: officer}\n- expect: {facts: {colour: a-1}}",
        OPEN + "- {record: {danger: true}, by: officer}",
        OPEN + "- {refused: {record: {colour: a-1}}, by: judge, because: wrong-role}",
        OPEN
        + "- {do: talk, by: officer, attended: {detective: d-1}, exception: urgent, reason: r-1}",
    ],
)
def test_what_somebody_reads_is_fine(folder: Path, steps: str) -> None:
    """A rule, an expectation, or the refusal."""
    assert [] == _found(_story(steps), folder)


def test_a_rule_may_read_only_that_a_fact_was_recorded(tmp_path: Path) -> None:
    """The number that a follow-up waits for is read, whatever it is."""
    rules = RULES.replace("due: within 2 hours", "due: within 2 hours, met_by: colour.recorded")
    tmp_path.joinpath("tiny.yaml").write_text(tiny_text(rules), encoding="utf-8")
    assert [] == _found(_story(OPEN + "- {record: {colour: a-1}, by: officer}"), tmp_path)


@pytest.mark.parametrize(
    ("steps", "place", "message"),
    [
        (OPEN + "- expect: {ended: {}}", (7, 25), "`ended` says nothing here."),
        (OPEN + "- expect: {states: {}}", (7, 26), "`states` says nothing here."),
        (OPEN + "- expect: {facts: {}}", (7, 25), "`facts` says nothing here."),
        (OPEN + "- expect: {holders: }", (7, 27), "`holders` says nothing here."),
        (OPEN + "- expect: {ended: {see: {}}}", (7, 31), "An ended follow-up says nothing here."),
        (OPEN + "- expect: {meetings: {t-1: {}}}", (7, 34), "A meeting says nothing here."),
        (OPEN + "- expect: {told: [{}]}", (7, 25), "The role says nothing here."),
        (OPEN + "- {record: {}, by: officer}", (7, 18), "`record` says nothing here."),
        (OPEN + "- {do: ask, by: []}", (7, 23), "`by` names nothing here."),
    ],
)
def test_what_could_not_fail(
    folder: Path, steps: str, place: tuple[int, int], message: str
) -> None:
    """A map or a list that says nothing is an error."""
    assert [("PK005", "error", *place, message)] == _found(_story(steps), folder)


def test_a_scenario_without_a_step_could_not_fail(folder: Path) -> None:
    """It would be counted as passed."""
    text = "protocol: tiny.yaml\nscenarios:\n  a: {start: 2025-03-04 10:00, steps: []}\n"
    message = "This scenario has no step, so it could not fail."
    assert [("PK005", "error", 3, 39, message)] == _found(text, folder)


@pytest.mark.parametrize(
    ("steps", "code", "message", "help"),
    [
        (
            OPEN + "- expect: {open: {see/guardian: {}}}",
            "PK006",
            "`see/guardian` does not end in a number.",
            "write `see/2`",
        ),
        (
            OPEN + '- expect: {open: {"see[guardian]": {}}}',
            "PK006",
            "`see[guardian]` is not how one of several is named.",
            "write `see/guardian`",
        ),
        (
            OPEN + "- {void: first, by: officer}",
            "PK101",
            "There is no label `first`.",
            "",
        ),
        (
            OPEN + "- {do: talk, by: officer, exception: late}",
            "PK101",
            "There is no exception `late`.",
            "use one of `urgent`",
        ),
        (
            OPEN + "- {do: ask, by: officer, exception: urgent}",
            "PK101",
            "`ask` has no exception `urgent`.",
            "",
        ),
        (
            OPEN + "- {do: ask, by: officer, in: programm}",
            "PK101",
            "There is no linked case `programm`.",
            "did you mean `programme`?",
        ),
        (
            OPEN + "- {do: ask, by: officer, in: programme}",
            "PK005",
            "The protocol is not adopted yet.",
            "start with `adopt: {by: ROLE}`",
        ),
        (
            OPEN + "- {close_days: office, days: tomorrow, by: officer}",
            "PK006",
            "`tomorrow` is not a day.",
            "write it as `2025-03-05`",
        ),
        (
            "- {open: {by: officer, history: [{do: ask, by: officer, facts: {danger: true}}]}}",
            "PK005",
            "`at` is missing here.",
            "add `at: ...`",
        ),
        (
            "- {open: {by: officer, history: [{expect: {}}]}}",
            "PK005",
            "This does not say what was done then.",
            "one of `do`, `record`, `assign`, `complete`, `set`, `move`, `call_off`, `hold`",
        ),
        (
            OPEN + "- {do: ask, by: officer, facts: {danger: true}, label: a}\n"
            "- {do: ask, by: officer, facts: {danger: true}, label: a}\n- {void: a, by: officer}",
            "PK002",
            "`a` is the label of an earlier step already.",
            "choose another one",
        ),
    ],
)
def test_a_slip_in_one_of_the_forms(
    folder: Path, steps: str, code: str, message: str, help: str
) -> None:
    """One finding that says what to do."""
    found = read_text(_story(steps), "s.yaml", folder).findings
    assert [(code, message)] == [(one.code, one.message) for one in found]
    assert help in found[0].help
