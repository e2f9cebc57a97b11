"""SARIF: held against the schema of the standard, and against what readers of it ask for."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from protocolkit.checks import report_json, report_sarif
from protocolkit.ground.findings import Finding
from tests.checks.reporting import (
    ACCEPTED,
    ANY_FINDING,
    WITH_EVERYTHING,
    all_findings,
    made_up,
    place,
    reports,
)

SCHEMA = Path(__file__).parent / "sarif" / "sarif-2.1.0-rtm.5.json"


@cache
def _schema() -> Draft4Validator:
    return Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _run(findings: list[Finding], **more: Any) -> dict[str, Any]:
    """The one run of a log that the standard allows."""
    text = report_sarif.render(findings, **more)
    assert text.isascii()
    log = json.loads(text)
    assert [] == [error.message for error in _schema().iter_errors(log)]
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_every_finding_of_every_case_fits_the_standard() -> None:
    """One log of all of them; each result knows its rule."""
    findings = all_findings()
    texts = {file: text for one in reports().values() for file, text in one.texts.items()}
    run = _run(findings, texts=texts, version="1.2.3")
    assert len(findings) == len(run["results"])
    driver = run["tool"]["driver"]
    for result in run["results"]:
        assert result["ruleId"] == driver["rules"][result["ruleIndex"]]["id"]
    assert sorted({finding.code for finding in findings}) == [
        rule["id"] for rule in driver["rules"]
    ]
    assert ("protocolkit", "1.2.3") == (driver["name"], driver["semanticVersion"])
    assert len(texts) == len(run["artifacts"])


@given(st.lists(ANY_FINDING, max_size=2))
@settings(max_examples=settings().max_examples // 3)
def test_any_finding_fits_the_standard(findings: list[Finding]) -> None:
    """Whatever signs stand in its texts; a reference to a file holds no sign that needs care."""
    run = _run(findings)
    files = re.findall(r'"uri": "([^"]*)"', json.dumps(run))
    assert [] == [
        uri for uri in files if not re.fullmatch(r"(?:[\w.~/-]|%[0-9A-F]{2}|file://)*", uri)
    ]


def test_the_standard_would_not_take_anything() -> None:
    """So the schema does look: a misspelt key is refused."""
    log = json.loads(report_sarif.render([made_up()]))
    log["runs"][0]["results"][0]["mesage"] = {}
    assert ["Additional properties are not allowed ('mesage' was unexpected)"] == [
        error.message for error in _schema().iter_errors(log)
    ]


def test_a_result_says_all_that_the_finding_says() -> None:
    """Place, name of the part, second places, the way there, values and the mend."""
    (result,) = _run([WITH_EVERYTHING])["results"]
    assert ("PK205", "fail", "error") == (result["ruleId"], result["kind"], result["level"])
    assert (
        "No end can be reached from `waiting`. For example: age is 17 and certainty is unknown. "
        "What to do: add a move"
    ) == result["message"]["text"]
    region = {"startLine": 3, "startColumn": 2, "endLine": 3, "endColumn": 7}
    assert [
        {
            "physicalLocation": {"artifactLocation": {"uri": "a.yaml"}, "region": region},
            "logicalLocations": [
                {"name": "0", "fullyQualifiedName": "states.waiting[0]", "kind": "value"}
            ],
        }
    ] == result["locations"]
    (second,) = result["relatedLocations"]
    assert ("base%2C%20100%25.yaml", "`call` leads back") == (
        second["physicalLocation"]["artifactLocation"]["uri"],
        second["message"]["text"],
    )
    ((flow,),) = ([one["threadFlows"] for one in result["codeFlows"]],)
    assert [(1, "call: identified -> waiting"), (2, "recall: waiting -> recalled")] == [
        (step["executionOrder"], step["location"]["message"]["text"])
        for step in flow[0]["locations"]
    ]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert ("put it in quotes", "a.yaml", [(region, '"wait"')]) == (
        fix["description"]["text"],
        change["artifactLocation"]["uri"],
        [(one["deletedRegion"], one["insertedContent"]["text"]) for one in change["replacements"]][
            :1
        ],
    )
    assert {
        "confidence": "heuristic",
        "source": "§3.2.4",
        "witness": {"age": "17", "certainty": "unknown"},
    } == result["properties"]


def test_marks_are_those_of_json() -> None:
    """Also by the one name that GitHub looks at."""
    (result,) = _run([WITH_EVERYTHING])["results"]
    (finding,) = report_json.values([WITH_EVERYTHING])
    mark = finding["fingerprint"]
    assert {
        "protocolkit/v1": mark,
        "primaryLocationLineHash": mark,
    } == result["partialFingerprints"]


def test_what_was_accepted_is_told_as_such() -> None:
    """In the file or outside of it, why and until when; all results say whether they are."""
    by_config = ACCEPTED.replace(suppressed_by="config", suppressed_until=None)
    results = _run([ACCEPTED, by_config, WITH_EVERYTHING])["results"]
    assert [
        [("inSource", "statutory, until 2027-01-01")],
        [("external", "statutory")],
        [],
    ] == [[(one["kind"], one["justification"]) for one in each["suppressions"]] for each in results]


def test_a_rule_is_the_page_of_the_check() -> None:
    """What `protocolkit explain` shows, as Markdown; how grave and how sure in GitHub's words."""
    (rule,) = _run([WITH_EVERYTHING])["tool"]["driver"]["rules"]
    assert rule["help"]["markdown"].startswith("# PK205 trap\n")
    assert ("error", "very-high", "error") == (
        rule["defaultConfiguration"]["level"],
        rule["properties"]["precision"],
        rule["properties"]["problem.severity"],
    )


def test_columns_count_letters_and_files_lie_below() -> None:
    """Units are said; files are relative, unless they lie elsewhere."""
    places = ("protocols/a b.yaml", "/tmp/a.yaml", "C:/tmp/ü.yaml", "<stdin>", "a:b.yaml")
    run = _run(
        [made_up(place=place(1, 1, 2, file)) for file in places], texts=dict.fromkeys(places, "")
    )
    assert "unicodeCodePoints" == run["columnKind"]
    assert {
        "protocols/a%20b.yaml",
        "file:///tmp/a.yaml",
        "file:///C:/tmp/%C3%BC.yaml",
        "%3Cstdin%3E",
        "a%3Ab.yaml",
    } == {one["location"]["uri"] for one in run["artifacts"]}


def test_a_file_that_cannot_be_opened_is_no_success() -> None:
    """The run says so, with the reason; else it says that it went well."""
    assert [{"executionSuccessful": True}] == _run([])["invocations"]
    (told,) = _run([], faults=("a.yaml cannot be opened.",))["invocations"]
    assert not told["executionSuccessful"]
    assert ["a.yaml cannot be opened."] == [
        one["message"]["text"] for one in told["toolExecutionNotifications"]
    ]


def test_what_has_no_place_has_no_location() -> None:
    """And what has no page is a rule all the same."""
    (result,) = _run([made_up(place=None)])["results"]
    assert [] == result["locations"]


def test_what_could_not_be_decided_is_open() -> None:
    """Then it has no level; the flow is the caller's."""
    alert = report_sarif.Alert(
        finding=made_up(code="", name="can-finish", severity="error"),
        kind="open",
        flow=(("first", place(7, 1, 2)), ("then", None)),
    )
    log = json.loads(report_sarif.log([alert], ()))
    assert [] == list(_schema().iter_errors(log))
    (result,) = log["runs"][0]["results"]
    assert ("can-finish", "open", "none") == (result["ruleId"], result["kind"], result["level"])
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [7, 1] == [step["location"]["physicalLocation"]["region"]["startLine"] for step in steps]
