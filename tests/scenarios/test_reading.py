"""Faults of a scenario file: each found at its place, all at once, and nothing is run."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.scenarios import read_text, run_text
from tests.stories import tiny_text

RULES = """
facts: {danger: {type: boolean, recorded_by: officer}}
triggers: {ask: {who: officer, records: danger}}
meetings: {team: {called_by: officer}}
follow_ups: {see: {opens_with: ask, who: officer, due: within 2 hours, extend: {who: officer}}}
"""
HEAD = "protocol: tiny.yaml\nscenarios:\n  story:\n    start: 2025-03-04 10:00\n    steps:\n"
OPEN = "- open: {by: officer}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the tiny county's protocol is."""
    tmp_path.joinpath("tiny.yaml").write_text(tiny_text(RULES), encoding="utf-8")
    return tmp_path


def _found(text: str, folder: Path) -> list[tuple[str, int, int, str, str]]:
    return [
        (one.code, one.place.start.line, one.place.start.column, one.message, one.help)
        for one in read_text(text, "s.yaml", folder).findings
        if one.place is not None
    ]


def _steps(text: str) -> str:
    return HEAD + "".join(f"      {line}\n" for line in dedent(text).strip().splitlines())


@pytest.mark.parametrize(
    ("steps", "code", "line", "column", "message", "help"),
    [
        (
            "- do: ask\n  by: officer",
            "PK005",
            6,
            9,
            "No case is open yet.",
            "start with `open: {by: ROLE}`",
        ),
        (
            OPEN + "- do: askk\n  by: officer",
            "PK101",
            7,
            13,
            "There is no act `askk`.",
            "did you mean `ask`?",
        ),
        (
            OPEN + "- do: ask\n  by: oficer",
            "PK101",
            8,
            13,
            "There is no role `oficer`.",
            "did you mean `officer`?",
        ),
        (
            OPEN + "- do: ask",
            "PK005",
            7,
            9,
            "This step does not say who does it.",
            "add `by: ROLE`",
        ),
        (
            OPEN + "- do: ask\n  by: officer\n  fact: {danger: true}",
            "PK004",
            9,
            9,
            "`fact` is not a key of `do`.",
            "did you mean `facts`?",
        ),
        (
            OPEN + "- complete: see\n  by: officer\n  meeting: m-1",
            "PK004",
            9,
            9,
            "`meeting` is not a key of `complete`.",
            "use one of `as`, `at`, `by`, `can`, `complete`, `evidence`, `in`, `item`, `label`, "
            "`recorded`",
        ),
        (
            OPEN + "- do: ask\n  by: officer\n  facts: {dager: true}",
            "PK101",
            9,
            17,
            "There is no fact `dager`.",
            "did you mean `danger`?",
        ),
        (
            OPEN + "- do: ask\n  by: officer\n  facts: {danger: yes}",
            "PK003",
            9,
            25,
            "`yes` is not read as that text by many YAML tools.",
            "put it in quotes, or write it in another way",
        ),
        (
            OPEN + "- do: ask\n  by: officer\n  at: 2025-03-04",
            "PK006",
            9,
            13,
            "`2025-03-04` is not a time.",
            "write a local date and hour, such as `2025-03-04 09:30`",
        ),
        (
            OPEN + "- wait_until: 2025-03-04 12:00\n- wait_until: 2025-03-04 11:00",
            "PK006",
            8,
            21,
            "It is already 2025-03-04 12:00 then; time does not go back.",
            "steps stand in the order in which things are recorded",
        ),
        (
            OPEN + "- do: ask\n  by: officer\n  at: 2025-03-04 12:00\n  recorded: 2025-03-04 09:00",
            "PK006",
            10,
            19,
            "It is already 2025-03-04 10:00 then; time does not go back.",
            "steps stand in the order in which things are recorded",
        ),
        (
            OPEN + OPEN,
            "PK002",
            7,
            9,
            "A case is already open.",
            "tell another case in a scenario of its own",
        ),
        (
            OPEN + "- refused: ask\n  by: officer",
            "PK005",
            7,
            9,
            "This step does not say why it is refused.",
            "add `because: [wrong-role]`, with every reason",
        ),
        (
            OPEN + "- refused: askk\n  by: officer\n  because: [wrong-role]",
            "PK101",
            7,
            18,
            "There is no act `askk`.",
            "did you mean `ask`?",
        ),
        (
            OPEN + "- set: team\n  by: officer",
            "PK005",
            7,
            9,
            "`for` is missing here.",
            "add `for: ...`",
        ),
        (
            OPEN + "- hold: t-1\n  by: officer\n  attended: {officer: o-1, judge: o-1}",
            "PK002",
            9,
            41,
            "`o-1` already has the seat of `officer`.",
            "one person fills one seat",
        ),
        (
            OPEN + "- by: officer",
            "PK005",
            7,
            9,
            "This step does not say what is done.",
            "a step has one of `open`, `adopt`, `do`, `record`, `correct`, `void`, `read`, "
            "`assign`, `complete`, `decline`, `waive`, `extend`, `set`, `move`, `call_off`, "
            "`hold`, `close_days`, `refused`, `wait_until`, `expect`",
        ),
        (OPEN + "- ask", "PK006", 7, 9, "A step is a map, such as `{do: report}`.", ""),
        (
            OPEN + "- expect: {opened: {}}",
            "PK004",
            7,
            18,
            "`opened` is not a key of what is expected.",
            "did you mean `open`?",
        ),
        (
            OPEN + "- expect: {open: {sea: {}}}",
            "PK101",
            7,
            25,
            "There is no follow-up `sea`.",
            "did you mean `see`?",
        ),
        (
            OPEN + "- expect: {open: {see/two: {}}}",
            "PK006",
            7,
            25,
            "`see/two` does not end in a number.",
            "write `see/2`",
        ),
        (
            OPEN + "- expect: {open: {see: {till: 2025-03-04 12:00}}}",
            "PK004",
            7,
            31,
            "`till` is not a key of an open follow-up.",
            "use one of `aim`, `due`, `holder`, `item`, `missing`, `opened`, `outer`, `owed_to`, "
            "`paused`, `status`, `vacant`, `who`",
        ),
        (
            OPEN + "- expect: {open: {see: {status: met}}}",
            "PK101",
            7,
            39,
            "There is no status `met`.",
            "use one of `open`, `overdue`",
        ),
        (
            OPEN + "- expect: {states: {case: began}}",
            "PK101",
            7,
            33,
            "There is no state `began`.",
            "did you mean `begun`?",
        ),
        (OPEN + "- expect: {closed: maybe}", "PK006", 7, 26, "`closed` is `true` or `false`.", ""),
        (OPEN + "- expect: [open]", "PK006", 7, 17, "What is expected is a map: `key: value`.", ""),
    ],
)
def test_a_fault_in_a_step(
    folder: Path, steps: str, code: str, line: int, column: int, message: str, help: str
) -> None:
    """One clear finding at the right line and column."""
    text = _steps(steps)
    assert [(code, line, column, message, help)] == _found(text, folder)
    assert () == run_text(text, "s.yaml", folder).outcomes


@pytest.mark.parametrize(
    ("text", "code", "line", "message"),
    [
        ("", "PK006", 1, "A scenario file is a map: `key: value` lines."),
        ("[1", "PK001", 1, None),
        ("protocol: tiny.yaml\n", "PK005", 1, "This file has no scenario."),
        (
            "scenarios:\n  a: {start: 2025-03-04 10:00, steps: []}\n",
            "PK005",
            2,
            "`a` names no protocol.",
        ),
        (
            "protocol: tiny.yaml\nscenarios:\n  a: {steps: []}\n",
            "PK005",
            3,
            "`start` is missing in `a`.",
        ),
        (
            "protocol: other.yaml\nscenarios:\n  a: {start: 2025-03-04 10:00, steps: []}\n",
            "PK104",
            1,
            "The protocol `other.yaml` cannot be opened.",
        ),
        (
            "protocol: tiny.yaml\nscenario: {}\nscenarios:\n"
            "  a: {start: 2025-03-04 10:00, steps: [{open: {by: officer}}]}\n",
            "PK004",
            2,
            "`scenario` is not a key of a scenario file.",
        ),
        (
            "protocol: tiny.yaml\nscenarios:\n  a: &x {start: 2025-03-04 10:00, steps: []}\n",
            "PK001",
            3,
            None,
        ),
    ],
)
def test_a_fault_of_the_whole_file(
    folder: Path, text: str, code: str, line: int, message: str | None
) -> None:
    """What is missing, misspelt or not to be had."""
    found = _found(text, folder)
    assert [(code, line)] == [one[:2] for one in found]
    assert message in (None, found[0][3])


def test_a_broken_protocol_is_told_with_its_own_places(folder: Path) -> None:
    """Its findings come as its file says them."""
    folder.joinpath("tiny.yaml").write_text("protocolkit: [", encoding="utf-8")
    (found,) = read_text(_steps(OPEN), "s.yaml", folder).findings
    assert found.place is not None
    assert ("PK001", str(folder / "tiny.yaml")) == (found.code, found.place.file)


def test_every_fault_comes_at_once(folder: Path) -> None:
    """In the order of the file."""
    steps = OPEN + "- do: aks\n  by: oficer\n- expect: {opened: {}, closed: maybe}"
    assert [7, 8, 9, 9] == [one[1] for one in _found(_steps(steps), folder)]


@given(st.data())
def test_whatever_is_left_out_gives_findings_or_results(data: st.DataObject) -> None:
    """A file with a piece missing never breaks the reader."""
    text = (Path(__file__).parents[2] / "protocols" / "site_a.scenarios.yaml").read_text(
        encoding="utf-8"
    )
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(1, 40))
    results = run_text(text[:start] + text[start + length :], "s.yaml", Path("protocols"))
    assert results.findings or results.outcomes
