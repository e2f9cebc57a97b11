"""Results as a table for people, as JSON by the published schema, as JUnit for build systems."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry

from protocolkit.ground.findings import Place, Position
from protocolkit.scenarios import (
    Difference,
    Outcome,
    Results,
    coverage,
    report_json,
    report_junit,
    report_text,
    run_text,
)
from tests.stories import tiny_text

RULES = """
triggers: {ask: {who: officer}, look: {who: officer}}
follow_ups: {see: {opens_with: ask, who: officer, due: within 2 hours}}
"""
STORIES = """
protocol: tiny.yaml
scenarios:
  good: {title: All is well, start: 2025-03-04 10:00, steps: [{open: {by: officer}}]}
  bad:
    title: "Two <things> & \\"more\\""
    start: 2025-03-04 10:00
    steps:
      - {open: {by: officer}}
      - {do: ask, by: officer, at: 2025-03-04 10:30}
      - expect: {open: {see: {due: 2025-03-04 13:00, who: judge}}}
      - {do: ask, by: judge, at: 2025-03-05 10:30}
"""
FAULTY = "protocol: tiny.yaml\nscenarios:\n  a: {start: 2025-03-04 10:00, steps: []}\n"
PLACE = Place(file="s.yaml", start=Position(line=3, column=7), end=Position(line=3, column=9))


@pytest.fixture
def found(tmp_path: Path) -> list[Results]:
    """A file with a story that passes and one that does not, and a faulty one."""
    tmp_path.joinpath("tiny.yaml").write_text(tiny_text(RULES), encoding="utf-8")
    return [
        run_text(STORIES, "s.scenarios.yaml", tmp_path),
        run_text(FAULTY, "faulty.scenarios.yaml", tmp_path),
    ]


def test_both_sides_stand_side_by_side(found: list[Results]) -> None:
    """In columns, one block for each instant of the story, with the place behind it."""
    bad = found[0].outcomes[1]
    expected = [
        '  FAILED  Two <things> & "more"',
        "    Tue 2025-03-04 10:30  expected          found",
        "    due of `see`          2025-03-04 13:00  2025-03-04 12:30  s.scenarios.yaml:11:36",
        "    who of `see`          judge             officer           s.scenarios.yaml:11:59",
        "    Wed 2025-03-05 10:30  expected       found",
        "    do ask                it to be done  it refused: `ask` is for officer; you act as "
        "judge.      s.scenarios.yaml:12:10",
        "                                         (wrong-role)",
    ]
    assert expected == list(report_text.lines(bad, 96))


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), min_size=1), st.integers(20, 120))
def test_a_table_loses_no_word(rows: list[tuple[str, str, str]], width: int) -> None:
    """However narrow the screen is, every word is there and every place is whole."""
    outcome = Outcome(
        name="a",
        title="A",
        place=PLACE,
        steps=1,
        differences=tuple(
            Difference(place=PLACE, when="now", about=about, expected=one, found=other)
            for about, one, other in rows
        ),
    )
    shown = list(report_text.lines(outcome, width))
    assert len(rows) == sum(line.endswith("s.yaml:3:7") for line in shown)
    there = sorted(sign for line in shown[2:] for sign in line if not sign.isspace())
    wanted = [sign for row in rows for text in (*row, "s.yaml:3:7") for sign in text]
    assert sorted(sign for sign in wanted if not sign.isspace()) == there


def test_json_is_as_its_schema_says(found: list[Results]) -> None:
    """With findings, differences and coverage; the schema allows nothing else."""
    schema = report_json.schema()
    Draft202012Validator.check_schema(schema)
    covered = coverage(one for r in found for outcome in r.outcomes for one in outcome.touched)
    text = report_json.render(found, covered)
    answer = json.loads(text)
    assert text.isascii()
    assert [] == list(Draft202012Validator(schema, registry=Registry()).iter_errors(answer))
    assert (1, 1) == (answer["passed"], answer["failed"])
    assert "Tue 2025-03-04 10:30" == answer["files"][0]["scenarios"][1]["differences"][0]["when"]
    (county,) = answer["coverage"]
    assert {"touched": 1, "all": 2, "untouched": ["`look`"]} == county["triggers"]


@pytest.mark.parametrize("path", [("passed",), ("files", 0, "file"), ("coverage", 0, "digest")])
def test_the_schema_misses_what_is_missing(found: list[Results], path: tuple[Any, ...]) -> None:
    """A reader may rely on every key."""
    covered = coverage(one for r in found for outcome in r.outcomes for one in outcome.touched)
    answer = json.loads(report_json.render(found, covered))
    place = answer
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    assert list(Draft202012Validator(report_json.schema(), registry=Registry()).iter_errors(answer))


ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "disabled", "errors"},
    "testsuite": {
        "name",
        "tests",
        "failures",
        "errors",
        "time",
        "disabled",
        "skipped",
        "timestamp",
        "hostname",
        "id",
        "package",
    },
    "testcase": {"name", "assertions", "time", "classname", "status"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase", "system-out", "system-err"},
    "testcase": {"skipped", "error", "failure", "system-out", "system-err"},
    "failure": set(),
    "error": set(),
}
REQUIRED = {"testsuite": {"name", "tests"}, "testcase": {"name"}}
"""What the JUnit form that build systems read may hold (the schema of its Jenkins reader)."""


def _against(element: ET.Element) -> list[str]:
    """What speaks against an element and all below it."""
    tag, wrong = element.tag, []
    wrong += [f"{tag} has {name}" for name in set(element.keys()) - ATTRIBUTES[tag]]
    wrong += [f"{tag} lacks {name}" for name in REQUIRED.get(tag, set()) - set(element.keys())]
    for child in element:
        if child.tag not in CHILDREN[tag]:
            wrong.append(f"{child.tag} in {tag}")
        wrong += _against(child)
    return wrong


def test_junit_is_what_build_systems_read(found: list[Results]) -> None:
    """A suite for each file, a case for each scenario; the counts are those of what is there."""
    root = ET.fromstring(report_junit.render(found))
    assert [] == _against(root)
    assert [("3", "1", "1")] == [(root.get("tests"), root.get("failures"), root.get("errors"))]
    for suite in root:
        cases = suite.findall("testcase")
        assert str(len(cases)) == suite.get("tests")
        for kind in ("failure", "error"):
            assert str(len(suite.findall(f"testcase/{kind}"))) == suite.get(f"{kind}s")
    first, second = root
    assert ["good: All is well", 'bad: Two <things> & "more"'] == [
        case.get("name") for case in first
    ]
    failure = first.find("testcase/failure")
    assert failure is not None
    assert "due of `see`: expected 2025-03-04 13:00, found 2025-03-04 12:30" == failure.get(
        "message"
    )
    assert 3 == len((failure.text or "").splitlines())
    error = second.find("testcase/error")
    assert error is not None
    assert "faulty.scenarios.yaml:3:39: error[PK005] This scenario has no step" in str(error.text)


@given(st.text(), st.text())
def test_junit_holds_any_text(title: str, said: str) -> None:
    """Signs that XML cannot hold are shown by their number."""
    difference = Difference(place=PLACE, about=said, expected=said, found="")
    outcome = Outcome(name="a", title=title, place=PLACE, steps=1, differences=(difference,))
    root = ET.fromstring(report_junit.render([Results(file=said, outcomes=(outcome,))]))
    assert [] == _against(root)
    assert "1" == root.get("failures")
