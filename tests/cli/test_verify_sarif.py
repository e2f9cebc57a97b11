"""`protocolkit verify --format sarif`: what does not hold, with its story as a flow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

from tests.checks.test_report_sarif import SCHEMA
from tests.cli.conftest import Command
from tests.cli.harness import SITE_A, TINY
from tests.cli.test_verify import VACUOUS


def _run(text: str) -> dict[str, Any]:
    """The one run of a log that the standard allows."""
    assert text.isascii()
    log = json.loads(text)
    schema = Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [] == [error.message for error in schema.iter_errors(log)]
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_a_story_can_be_stepped_through(pk: Command) -> None:
    """Each step in words, at the rule that it goes by; what holds is not told."""
    ran = pk("verify", SITE_A, "--without", "supervisor", "--format", "sarif")
    run = _run(ran.out)
    assert 1 == ran.code
    trap = next(one for one in run["results"] if one["ruleId"] == "PK205")
    assert ("fail", "error") == (trap["kind"], trap["level"])
    assert trap["message"]["text"].startswith("Can be broken: From wherever a case can come")
    (flow,) = trap["codeFlows"][0]["threadFlows"]
    words = [step["location"]["message"]["text"] for step in flow["locations"]]
    lines = [
        step["location"]["physicalLocation"]["region"]["startLine"] for step in flow["locations"]
    ]
    assert ["1. Mon", "2. Mon"] == [text[:6] for text in words]
    assert "Report to the supervisor" in words[1]
    assert len(lines) == len(set(lines))


def test_what_could_not_be_decided_is_open(pk: Command, tiny: str) -> None:
    """It has no level, and never looks as if all were well."""
    ran = pk("verify", tiny, "--situations", "1", "--format", "sarif")
    run = _run(ran.out)
    undecided = [one for one in run["results"] if one["kind"] == "open"]
    assert undecided
    assert {"none"} == {one["level"] for one in undecided}
    assert all(one["message"]["text"].startswith("Could not decide") for one in undecided)


def test_what_no_case_could_test_is_to_be_looked_at(pk: Command, tmp_path: Path) -> None:
    """`review` is the standard's word for that."""
    (tmp_path / "it.yaml").write_text(VACUOUS, encoding="utf-8")
    run = _run(pk("verify", "it.yaml", "--format", "sarif").out)
    assert ["review"] == [one["kind"] for one in run["results"] if one["ruleId"] == "PK902"]


def test_a_file_that_cannot_be_used_is_told_as_check_tells_it(pk: Command, tmp_path: Path) -> None:
    """With its code and place."""
    (tmp_path / "slip.yaml").write_text(TINY.replace("to: reported}", "to: x}"), encoding="utf-8")
    ran = pk("verify", "slip.yaml", "--format", "sarif")
    assert (1, ["PK101"]) == (ran.code, [one["ruleId"] for one in _run(ran.out)["results"]])
