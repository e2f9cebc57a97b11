"""Findings for systems that run tests at every change: the JUnit form of XML.

Shape: a `testsuite` for each file that was asked about, and in it a `testcase` for each check, so
that a case has the same name at every change and one that is mended is seen to pass. A case fails
for what makes the command fail; what is milder stands in its `system-out`. A check that could not
judge, because the file has a fault that comes first, is `skipped`: it never passes unseen.
Imports findings and the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from protocolkit.checks.catalogue import info
from protocolkit.checks.report_concise import line
from protocolkit.checks.report_text import one_line
from protocolkit.checks.runner import Report
from protocolkit.ground.findings import Finding, Severity
from protocolkit.ground.record import EMPTY
from protocolkit.language.faults import FAULTS

_NO_SIGN = re.compile("[\ufffe\uffff]")
READABLE = "the file can be read"
"""The case that stands for every fault of writing."""


def render(
    reports: Mapping[str, Report],
    *,
    faults: Mapping[str, str] = EMPTY,
) -> str:
    """The whole document; only ASCII. `faults`: why files could not be opened, by file."""
    root = Element("testsuites", name="protocolkit check")
    suites = [_suite(root, file, report) for file, report in reports.items()]
    suites += [_unopened(root, file, why) for file, why in faults.items()]
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    return document(root)


def document(root: Element) -> str:
    """An element as a file; what is not ASCII in it is written by its number, as XML has it."""
    indent(root)
    text = str(tostring(root, "us-ascii"), "ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def clean(text: str) -> str:
    """A text in one line; signs that XML cannot hold, or that steer a reader, are made visible."""
    return _NO_SIGN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", one_line(text))


def _suite(root: Element, file: str, report: Report) -> Element:
    suite = SubElement(root, "testsuite", name=clean(file))
    failing = {finding.severity for finding in report.failing}
    by_code: dict[str, list[Finding]] = {}
    for finding in report.open:
        by_code.setdefault(finding.code, []).append(finding)
    unread = [one for code, found in by_code.items() if code in FAULTS for one in found]
    _case(suite, file, READABLE, unread, failing)
    for code in sorted(report.ran.union(report.muted, by_code).difference(FAULTS)):
        sheet = info(code)
        name = f"{code} {sheet.name}" if sheet else code
        case = _case(suite, file, name, by_code.get(code, ()), failing)
        if code in report.muted:
            SubElement(case, "skipped", message="The file has a fault that must be mended first.")
    return _counted(suite)


def _case(
    suite: Element,
    file: str,
    name: str,
    findings: Sequence[Finding],
    failing: Collection[Severity],
) -> Element:
    case = SubElement(suite, "testcase", classname=clean(file), name=name)
    grave = [one for one in findings if one.severity in failing]
    mild = [one for one in findings if one.severity not in failing]
    if grave:
        failure = SubElement(case, "failure", type=grave[0].severity)
        failure.set("message", clean(grave[0].message))
        failure.text = "\n".join(map(_told, grave))
    if mild:
        SubElement(case, "system-out").text = "\n".join(map(_told, mild))
    return case


def _told(finding: Finding) -> str:
    said = clean(line(finding))
    return f"{said} What to do: {clean(finding.help)}" if finding.help else said


def _unopened(root: Element, file: str, why: str) -> Element:
    suite = SubElement(root, "testsuite", name=clean(file))
    case = SubElement(suite, "testcase", classname=clean(file), name=READABLE)
    SubElement(case, "error", type="file", message=clean(why))
    return _counted(suite)


def _counted(suite: Element) -> Element:
    counts = {"tests": len(suite)}
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        counts[count] = len(suite.findall(f"testcase/{tag}"))
    for count, number in counts.items():
        suite.set(count, str(number))
    return suite
