"""How findings are shown: text for people, a line each, JSON for programs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.checks import (
    Report,
    report_concise,
    report_github,
    report_json,
    report_sarif,
    report_text,
)
from protocolkit.ground.findings import Edit, Finding, Fix, Place, Position, Related
from tests.checks.harness import judged
from tests.checks.reporting import ANY_FINDING, all_findings, made_up
from tests.checks.reporting import place as at

CIRCLE = """\
states:
  identified: {initial: true}
  waiting: {}
  recalled: {}
  closed: {final: true}
roles:
  djo: {kind: juvenile_officer}
  judge: {kind: judge}   # protocolkit: ignore[PK301] asked to join in spring
triggers:
  close: {who: djo, moves: {from: identified, to: closed}}
  call: {who: djo, moves: {from: [identified, recalled], to: waiting}}
  recall: {who: djo, moves: {from: waiting, to: recalled}}
"""
TEXT = """\
error[PK205] trap: No end can be reached from `waiting`: the case goes round in
  a circle, `waiting -> recalled -> waiting`.
  --> it.yaml:3:3
   |
 3 |   waiting: {}
   |   ^^^^^^^
...
11 |   call: {who: djo, moves: {from: [identified, recalled], to: waiting}}
   |                                                              -------
   |                                              `call` leads back here
   |
   = how a case gets there: call: identified -> waiting
   = help: add a move out of the circle, for instance one that a level fires
     when the wait gets too long
   = why it matters: The case is handed round and round and never closed. For
     the young person that means ever new appointments, and no outcome.
     (`protocolkit explain PK205`)
   = source: van der Aalst et al. 2011, Soundness of workflow nets (option to
     complete); waiting for a partner: §3.2.4
   = how sure: this follows from the file alone

1 error in 1 file; 1 accepted with a reason.
"""
ROOT = Path(__file__).parents[2]
Render = Callable[[Iterable[Finding], Mapping[str, str]], str]
RENDERERS = (
    report_text.render,
    report_concise.render,
    report_json.render,
    report_sarif.render,
    report_github.render,
)


def _circle() -> Report:
    return judged(CIRCLE)


def _lines(finding: Finding, text: str, **how: Any) -> list[str]:
    return report_text.render([finding], {"a.yaml": text}, **how).split("\n")


# -- text ----------------------------------------------------------------------------------


def test_text_shows_the_place_the_fault_and_the_way_out() -> None:
    """Code, name, sentence, place, excerpt, second place, story, help, why, certainty, count."""
    report = _circle()
    assert TEXT == report_text.render(report.findings, report.texts, width=80)


def test_why_it_matters_is_told_once_for_each_code() -> None:
    """Ten dead ends do not tell the same story ten times."""
    report = judged(
        "states:\n  identified: {initial: true}\n  a: {}\n  b: {}\n  closed: {final: true}\n"
        "triggers:\n  close: {who: djo, moves: {from: identified, to: closed}}\n"
        "  go: {who: djo, moves: {from: identified, to: a}}\n"
        "  leave: {who: djo, moves: {from: identified, to: b}}\n"
    )
    text = report_text.render(report.findings, report.texts)
    assert 2 == text.count("error[PK204]")
    assert 1 == text.count("why it matters")


@pytest.mark.parametrize(
    ("severities", "suppressed", "files", "expected"),
    [
        ([], 0, 1, "No findings in 1 file."),
        ([], 2, 3, "No findings in 3 files; 2 accepted with a reason."),
        (["error"], 0, 1, "1 error in 1 file."),
        (["error", "error", "warning"], 0, 2, "2 errors and 1 warning in 2 files."),
        (
            ["advice", "error", "warning", "advice"],
            1,
            1,
            "1 error, 1 warning and 2 pieces of advice in 1 file; 1 accepted with a reason.",
        ),
        (["advice"], 0, 1, "1 piece of advice in 1 file."),
    ],
)
def test_the_last_line_counts(
    severities: list[str], suppressed: int, files: int, expected: str
) -> None:
    """And never says that all is well: no findings is all that is known."""
    findings = [made_up(1, 1, 2, severity=severity) for severity in severities]
    findings += [made_up(1, 1, 2, suppressed="reason")] * suppressed
    assert expected == report_text.summary(findings, files)


def test_marks_stand_below_what_they_mark() -> None:
    """Also behind tabs, wide letters and letters made of two signs."""
    for text, start in (
        ("key: value", 6),
        ("\tkey: value", 7),
        ("名前: value", 5),
        ("e\u0301: value", 5),
    ):
        lines = _lines(made_up(1, start, start + 5), text)
        shown, marks = lines[3], lines[4]
        assert "value" == shown[shown.index("value") :]
        before = report_text.columns(shown[: shown.index("value")])
        assert " " * before + "^^^^^" == marks.replace("|", " ", 1)


def test_a_long_line_is_cut_around_theat() -> None:
    """The excerpt fits the width, and the mark still stands right."""
    text = "x" * 300 + "VALUE" + "y" * 300
    lines = _lines(made_up(1, 301, 306), text, width=60)
    shown, marks = lines[3], lines[4]
    assert len(shown) <= 60
    assert shown.startswith("1 | ...x")
    assert shown.endswith("y...")
    assert shown.index("VALUE") == marks.index("^^^^^")


@given(
    st.text(st.sampled_from("ab \t名é"), min_size=1, max_size=200),
    st.integers(1, 200),
    st.integers(1, 20),
    st.integers(40, 100),
)
def test_no_excerpt_is_wider_than_asked(text: str, start: int, length: int, width: int) -> None:
    """Whatever the line and the place are, and a mark is always there."""
    start = min(start, len(text))
    end = min(start + length, len(text) + 1)
    lines = _lines(made_up(1, start, end), text, width=width)
    assert max(report_text.columns(line) for line in lines[3:5]) <= width
    assert "^" in lines[4]


def test_places_in_two_files_are_shown_one_after_the_other() -> None:
    """A second place in the file that this one builds on has its own heading."""
    finding = made_up(
        2, 1, 2, related=(Related(place=at(1, 1, 2, "base.yaml"), label="the first"),)
    )
    text = report_text.render([finding], {"a.yaml": "x\ny\n", "base.yaml": "z\n"})
    assert text.split("\n")[1:9] == [
        " --> a.yaml:2:1",
        "  |",
        "2 | y",
        "  | ^",
        "  |",
        " ::: base.yaml:1:1",
        "  |",
        "1 | z",
    ]


def test_neighbouring_lines_are_not_torn_apart() -> None:
    """Dots stand only where lines are left out."""
    near = made_up(1, 1, 2, related=(Related(place=at(2, 1, 2), label="next"),))
    far = made_up(1, 1, 2, related=(Related(place=at(3, 1, 2), label="later"),))
    assert "..." not in _lines(near, "x\ny\nz")
    assert "..." in _lines(far, "x\ny\nz")


def test_a_finding_without_a_place_or_a_text_is_shown_all_the_same() -> None:
    """Then there is nothing to quote."""
    lines = _lines(made_up(1, 1, 2, place=None), "x")
    assert "advice[PK000] made-up: Something." == lines[0]
    assert not any("-->" in line for line in lines)
    assert " --> a.yaml:9:1" in _lines(made_up(9, 1, 2), "x")


def test_a_place_of_several_lines_is_marked_to_the_end_of_the_first() -> None:
    """Blocks are pointed at, not repeated."""
    place = Place(file="a.yaml", start=Position(line=1, column=3), end=Position(line=4, column=1))
    assert "  |   ^^^^" in _lines(made_up(1, 1, 1, place=place), "  abcd\n  e\n  f\n")


def test_witness_and_limits_of_certainty_are_shown() -> None:
    """Concrete values, and whether the finding may be wrong."""
    witness = {"age": "17", "certainty": "unknown"}
    text = "\n".join(_lines(made_up(1, 1, 2, witness=witness, confidence="heuristic"), "x"))
    assert "= for example: age is 17, certainty is unknown\n" in text
    assert "= how sure: a rule of thumb, which may be wrong here" in text


def test_how_to_mend_is_told_and_counted() -> None:
    """What `--fix` does stands below the help; the last line counts only what is safe."""
    place = at(1, 1, 2)
    fix = Fix(applicability="safe", title="put it in quotes", edits=(Edit(place=place, text="x"),))
    for applicability, note in (
        ("safe", "= fix: `--fix` does this: put it in quotes"),
        ("unsafe", "= fix: `--fix --unsafe` does this: put it in quotes"),
        ("display", ""),
    ):
        lines = _lines(made_up(1, 1, 2, fix=fix.replace(applicability=applicability)), "x")
        assert [note] * bool(note) == [line.strip() for line in lines if "fix:" in line]
        assert (applicability == "safe") == ("`--fix` mends 1 of them" in lines[-2])


def test_a_label_without_room_stands_below_its_mark() -> None:
    """In lines that are no wider than the page."""
    label = "a few words that show why this place helps to understand it"
    related = (Related(place=at(1, 40, 45), label=label),)
    lines = _lines(made_up(1, 1, 2, related=related), "x" * 60, width=80)
    assert lines[5:8] == [
        "  | " + " " * 39 + "-----",
        "  | " + " " * 39 + "a few words that show why this place",
        "  | " + " " * 39 + "helps to understand it",
    ]
    narrow = _lines(made_up(1, 1, 2, related=related), "x" * 60, width=50)
    assert max(map(len, narrow)) <= 50


def test_colour_only_when_asked() -> None:
    """Taking the colours out again leaves the plain text."""
    report = _circle()
    plain = report_text.render(report.findings, report.texts)
    painted = report_text.render(report.findings, report.texts, color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31merror[PK205]\x1b[0m" in painted
    assert plain == re.sub(r"\x1b\[[0-9;]*m", "", painted)


def test_our_own_words_need_no_special_console() -> None:
    """Only what comes from the file or a citation is not ASCII."""
    report = _circle()
    assert report_text.render(report.findings, report.texts).replace("§", "").isascii()


# -- all ------------------------------------------------------------------------------------


@pytest.mark.parametrize("render", RENDERERS)
def test_nothing_in_a_file_can_steer_the_terminal(render: Render) -> None:
    """Control signs from a text, a name or a file's name are shown, not sent."""
    evil = "\x1b[2J\r\x9b\u202e"
    finding = made_up(
        1,
        1,
        9,
        message=f"`{evil}` is wrong.",
        help=evil,
        trace=(evil,),
        witness={"a": evil},
        place=at(1, 1, 9, f"a{evil}.yaml"),
    )
    shown = render([finding], {f"a{evil}.yaml": f"x{evil}y"})
    assert set() == set(evil) & set(shown) - set("[2J")


@pytest.mark.parametrize("render", RENDERERS)
@given(st.lists(ANY_FINDING, max_size=2), st.text(max_size=40))
@settings(max_examples=settings().max_examples // 5)
def test_any_finding_in_any_text_is_shown(
    render: Render, findings: list[Finding], text: str
) -> None:
    """No place that lies elsewhere, and no sign, ends in a fault or steers the terminal."""
    files = [one.place.file for one in findings if one.place]
    shown = render(findings, dict.fromkeys(files, text))
    assert [] == [
        sign for sign in shown if unicodedata.category(sign) in ("Cc", "Cf") and sign != "\n"
    ]


@pytest.mark.parametrize("render", RENDERERS)
def test_the_order_of_the_findings_changes_nothing(render: Render) -> None:
    """Byte for byte."""
    report = judged("jurisdiction: NO\ntitel: x\n" + CIRCLE)
    assert len(report.findings) > 2
    assert render(report.findings, report.texts) == render(report.findings[::-1], report.texts)


def test_the_same_findings_in_every_process() -> None:
    """With all that is told of them, however a process orders its sets."""
    code = (
        "import sys\n"
        "from protocolkit.checks import report_sarif\n"
        "from tests.checks.reporting import all_findings\n"
        "sys.stdout.write(report_sarif.render(all_findings(every=4)))\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "5", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
    )
    assert "" == said.stderr
    assert report_sarif.render(all_findings(every=4)) == said.stdout


# -- concise --------------------------------------------------------------------------------


def test_concise_is_one_line_for_each_openmade_up() -> None:
    """Nothing at all when there is nothing."""
    report = _circle()
    assert (
        "it.yaml:3:3: PK205 No end can be reached from `waiting`: the case goes round in a "
        "circle, `waiting -> recalled -> waiting`.\n"
    ) == report_concise.render(report.findings)
    assert "" == report_concise.render([made_up(1, 1, 2, suppressed="reason")])
    assert "PK000 Two lines.\n" == report_concise.render(
        [made_up(1, 1, 2, place=None, message="Two\n  lines.")]
    )
