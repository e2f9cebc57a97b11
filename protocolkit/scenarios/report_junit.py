"""Results for the systems that run tests at every change: the JUnit form of XML.

Shape: a `testsuite` for each file and a `testcase` for each scenario; only what every reader of
the form knows. A file with an error is a `testcase` of its own with an `error`. Imports results.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from protocolkit.ground.findings import Finding
from protocolkit.scenarios.results import Outcome, Results


def render(found: Sequence[Results]) -> str:
    """The whole document; only ASCII."""
    root = Element("testsuites", name="protocolkit test")
    suites = [_suite(root, results) for results in found]
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, "unicode") + "\n"


def _suite(root: Element, results: Results) -> Element:
    errors = [one for one in results.findings if one.severity == "error"]
    suite = SubElement(
        root,
        "testsuite",
        name=_clean(results.file),
        tests=str(len(results.outcomes) + bool(errors)),
        failures=str(results.failed),
        errors=str(int(bool(errors))),
        skipped="0",
    )
    group = _clean(PurePath(results.file).name.removesuffix(".yaml").removesuffix(".yml"))
    if errors:
        case = SubElement(suite, "testcase", classname=group, name="the file can be read")
        said = [_finding(one) for one in errors]
        error = SubElement(case, "error", message=_clean(errors[0].message), type="finding")
        error.text = "\n".join(said)
    for outcome in results.outcomes:
        _case(suite, group, outcome)
    return suite


def _case(suite: Element, group: str, outcome: Outcome) -> None:
    name = f"{outcome.name}: {outcome.title}" if outcome.title else outcome.name
    case = SubElement(suite, "testcase", classname=group, name=_clean(name))
    if not outcome.passed:
        first = outcome.differences[0]
        message = f"{first.about}: expected {first.expected}, found {first.found}"
        failure = SubElement(case, "failure", message=_clean(message), type="difference")
        failure.text = "\n".join(_clean(str(one)) for one in outcome.differences)


def _finding(one: Finding) -> str:
    start = one.place.start if one.place else None
    where = f"{one.place.file}:{start.line}:{start.column}: " if one.place and start else ""
    return _clean(f"{where}{one.severity}[{one.code}] {one.message}")


def _clean(text: str) -> str:
    """A text without signs that XML cannot hold, and in ASCII: they are shown by their number."""
    words = " ".join(text.split())
    return "".join(sign if " " <= sign <= "~" else f"\\u{ord(sign):04x}" for sign in words)
