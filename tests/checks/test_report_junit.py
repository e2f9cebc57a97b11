"""JUnit: well formed whatever is in the file, a case for each check, and honest about the rest."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from protocolkit.checks import ALL, OFF, Report, report_junit
from protocolkit.ground.findings import Finding
from tests.checks.harness import judged
from tests.checks.reporting import ACCEPTED, ANY_FINDING, WITH_EVERYTHING, made_up, reports

CIRCLE = """\
states:
  identified: {initial: true}
  waiting: {}
  recalled: {}
  closed: {final: true}
roles:
  djo: {kind: juvenile_officer}
  clerk: {kind: court_administrator}
triggers:
  close: {who: djo, moves: {from: identified, to: closed}}
  call: {who: djo, moves: {from: [identified, recalled], to: waiting}}
  recall: {who: djo, moves: {from: waiting, to: recalled}}
"""


def _read(text: str) -> ET.Element:
    """A document whose counts are those of what is in it."""
    assert text.isascii()
    root = ET.fromstring(text)
    for at in (root, *root):
        assert len(at.findall(".//testcase")) == int(at.get("tests", ""))
        for tag in ("failure", "error", "skipped"):
            count = tag if tag == "skipped" else f"{tag}s"
            assert len(at.findall(f".//{tag}")) == int(at.get(count, "")), count
    return root


def _cases(suite: ET.Element) -> dict[str, str]:
    """What became of each case of a suite."""
    return {case.get("name", ""): case[0].tag if len(case) else "" for case in suite}


def _strictly(report: Report) -> Report:
    """The same where every finding makes the command fail."""
    return report.replace(fails_on="advice")


def test_a_suite_for_each_file_and_a_case_for_each_check() -> None:
    """A clean file has them all, so that a mended one is seen to pass."""
    clean = judged("")
    (suite,) = _read(report_junit.render({"a.yaml": clean}))
    names = [f"{page.code} {page.name}" for page in ALL if page.code in clean.ran]
    assert len(names) > 20
    assert dict.fromkeys((report_junit.READABLE, *names), "") == _cases(suite)
    (less,) = _read(report_junit.render({"a.yaml": judged("", off={*OFF, "PK205"})}))
    assert {"PK205 trap"} == set(_cases(suite)) - set(_cases(less))


def test_a_case_fails_for_what_makes_the_command_fail() -> None:
    """What is milder is told, and the case passes."""
    report = judged(CIRCLE)
    (suite,) = _read(report_junit.render({"it.yaml": report}))
    told = {name: what for name, what in _cases(suite).items() if what}
    assert {"PK205 trap": "failure", "PK301 unused-role": "system-out"} == told
    (strict,) = _read(report_junit.render({"it.yaml": _strictly(report)}))
    assert "failure" == _cases(strict)["PK301 unused-role"]
    failure = suite.find(".//failure")
    assert failure is not None
    assert str(failure.get("message")).startswith("No end can be reached from `waiting`")
    assert str(failure.text).startswith("it.yaml:3:3: PK205 No end can be reached")


def test_what_was_accepted_does_not_fail() -> None:
    """Nor does it hide another of the same code."""
    accepted = CIRCLE.replace("administrator}", "administrator} # protocolkit: ignore[PK301] soon")
    (suite,) = _read(report_junit.render({"it.yaml": _strictly(judged(accepted))}))
    assert "" == _cases(suite)["PK301 unused-role"]


def test_a_check_that_could_not_judge_is_skipped() -> None:
    """It never passes unseen; the fault is told by the case that the file can be read."""
    (suite,) = _read(report_junit.render({"it.yaml": judged("states: [\n" + CIRCLE)}))
    told = _cases(suite)
    assert "failure" == told.pop(report_junit.READABLE)
    assert {"skipped"} == set(told.values())
    (part,) = _read(report_junit.render({"it.yaml": judged("facts: 1\n" + CIRCLE)}))
    assert {"failure", "skipped", ""} == set(_cases(part).values())


def test_a_file_that_cannot_be_opened_is_an_error() -> None:
    """With the reason."""
    (suite,) = _read(report_junit.render({}, faults={"b.yaml": "b.yaml cannot be opened."}))
    assert {report_junit.READABLE: "error"} == _cases(suite)
    assert "b.yaml" == suite.get("name")


def test_every_finding_of_every_case_is_in_it() -> None:
    """None is left out, whatever its code."""
    root = _read(report_junit.render({file: _strictly(one) for file, one in reports().items()}))
    failures = [str(failure.text).split("\n") for failure in root.iter("failure")]
    told = sum(len(lines) for lines in failures)
    assert sum(len(report.open) for report in reports().values()) == told


@given(st.lists(ANY_FINDING, max_size=3), st.text(), st.text())
def test_any_text_is_well_formed(findings: list[Finding], file: str, why: str) -> None:
    """Signs that XML cannot hold are shown by their number."""
    report = _strictly(Report(findings=(*findings, ACCEPTED, WITH_EVERYTHING), texts={}))
    root = _read(report_junit.render({file: report}, faults={file: why}))
    failures = [str(failure.text).split("\n") for failure in root.iter("failure")]
    assert len(report.open) == sum(len(lines) for lines in failures)


def test_letters_stay_letters() -> None:
    """XML has them by their number; a reader shows them as they are."""
    report = Report(findings=(made_up(message="Für `名`: \x1b \ufffe"),), texts={})
    root = _read(report_junit.render({"ü.yaml": report}))
    assert "ü.yaml" == root[0].get("name")
