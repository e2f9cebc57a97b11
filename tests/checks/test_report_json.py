"""Findings as JSON: the published shape, to the last key."""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator
from referencing import Registry

from protocolkit.checks import report_json
from tests.checks.harness import judged
from tests.checks.reporting import ACCEPTED, WITH_EVERYTHING, all_findings, made_up
from tests.checks.test_reports import CIRCLE


def test_json_has_everything() -> None:
    """The published shape, to the last key."""
    report = judged(CIRCLE)
    shown = json.loads(report_json.render(report.findings))
    (finding,) = [one for one in shown["findings"] if one["code"] == "PK205"]
    assert 1 == shown["version"]
    mark = finding.pop("fingerprint")
    assert 16 == len(mark.partition(":")[0])
    assert {
        "code": "PK205",
        "name": "trap",
        "severity": "error",
        "confidence": "exact",
        "message": "No end can be reached from `waiting`: the case goes round in a circle, "
        "`waiting -> recalled -> waiting`.",
        "help": "add a move out of the circle, for instance one that a level fires when the wait "
        "gets too long",
        "file": "it.yaml",
        "span": {"start": {"line": 3, "column": 3}, "end": {"line": 3, "column": 10}},
        "path": ["states", "waiting"],
        "related": [
            {
                "file": "it.yaml",
                "span": {"start": {"line": 11, "column": 62}, "end": {"line": 11, "column": 69}},
                "label": "`call` leads back here",
            }
        ],
        "witness": {},
        "trace": [{"step": 1, "text": "call: identified -> waiting"}],
        "fix": None,
        "source": "van der Aalst et al. 2011, Soundness of workflow nets (option to complete); "
        "waiting for a partner: §3.2.4",
        "suppressed": None,
    } == finding


def test_json_keeps_what_was_accepted() -> None:
    """With the reason; a finding without a place has none."""
    findings = [made_up(1, 1, 2, suppressed="statutory"), made_up(1, 1, 2, place=None)]
    shown = json.loads(report_json.render(findings))["findings"]
    accepted = {"by": None, "reason": "statutory", "until": None}
    assert [None, accepted] == [one["suppressed"] for one in shown]
    assert [(None, None), ("a.yaml", {"line": 1, "column": 1})] == [
        (one["file"], one["span"] and one["span"]["start"]) for one in shown
    ]


def test_json_is_what_its_schema_says() -> None:
    """Every finding of every case, and one with everything; what is not in it is refused."""
    schema = Draft202012Validator(report_json.schema(), registry=Registry())
    schema.check_schema(schema.schema)
    findings = [*all_findings(), WITH_EVERYTHING, ACCEPTED, made_up(place=None)]
    shown = json.loads(report_json.render(findings))
    assert [] == [error.message for error in schema.iter_errors(shown)]
    shown["findings"][0]["colour"] = "red"
    (error,) = schema.iter_errors(shown)
    assert error.message.endswith("('colour' was unexpected)")


def test_json_tells_how_to_mend_and_until_when_it_is_accepted() -> None:
    """The edits with their stretches; where and why it was accepted."""
    mended, accepted = report_json.values([WITH_EVERYTHING, ACCEPTED])[::-1]
    assert {"by": "comment", "reason": "statutory", "until": "2027-01-01"} == accepted["suppressed"]
    assert ("safe", ['"wait"', "x\n"]) == (
        mended["fix"]["applicability"],
        [edit["text"] for edit in mended["fix"]["edits"]],
    )
