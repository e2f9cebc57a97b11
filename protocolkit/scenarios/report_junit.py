"""Results for the systems that run tests at every change: the JUnit form of XML.

Shape: a `testsuite` for each file and a `testcase` for each scenario; only what every reader of
the form knows. A file with an error is a `testcase` of its own with an `error`. Imports results.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from xml.etree.ElementTree import Element, SubElement

from protocolkit.checks.report_junit import READABLE, clean, document
from protocolkit.ground.findings import Finding
from protocolkit.scenarios.results import Outcome, Results


def render(found: Sequence[Results]) -> str:
    """The whole document; only ASCII."""
    root = Element("testsuites", name="protocolkit test")
    suites = [_suite(root, results) for results in found]
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    return document(root)


def _suite(root: Element, results: Results) -> Element:
    errors = [one for one in results.findings if one.severity == "error"]
    suite = SubElement(
        root,
        "testsuite",
        name=clean(results.file),
        tests=str(len(results.outcomes) + bool(errors)),
        failures=str(results.failed),
        errors=str(int(bool(errors))),
        skipped="0",
    )
    group = clean(PurePath(results.file).name.removesuffix(".yaml").removesuffix(".yml"))
    if errors:
        case = SubElement(suite, "testcase", classname=group, name=READABLE)
        said = [_finding(one) for one in errors]
        error = SubElement(case, "error", message=clean(errors[0].message), type="finding")
        error.text = "\n".join(said)
    for outcome in results.outcomes:
        _case(suite, group, outcome)
    return suite


def _case(suite: Element, group: str, outcome: Outcome) -> None:
    name = f"{outcome.name}: {outcome.title}" if outcome.title else outcome.name
    case = SubElement(suite, "testcase", classname=group, name=clean(name))
    if not outcome.passed:
        first = outcome.differences[0]
        message = f"{first.about}: expected {first.expected}, found {first.found}"
        failure = SubElement(case, "failure", message=clean(message), type="difference")
        failure.text = "\n".join(clean(str(one)) for one in outcome.differences)


def _finding(one: Finding) -> str:
    start = one.place.start if one.place else None
    where = f"{one.place.file}:{start.line}:{start.column}: " if one.place and start else ""
    return clean(f"{where}{one.severity}[{one.code}] {one.message}")
