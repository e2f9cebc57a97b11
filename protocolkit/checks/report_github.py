"""Findings for GitHub Actions: a line for each that the page of the change shows at its place.

Such a line is a command to the runner, `::error file=a.yaml,line=3::message`, so nothing that
comes from a file may end it or begin another: what has a meaning in it is written by its number.
GitHub shows only the first ten of a kind; SARIF is the form for a long list. Imports findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from protocolkit.checks.report_text import one_line, visible
from protocolkit.ground.findings import Finding, Severity, in_order
from protocolkit.ground.record import EMPTY

_COMMAND: Mapping[Severity, str] = {"error": "error", "warning": "warning", "advice": "notice"}


def render(findings: Iterable[Finding], texts: Mapping[str, str] = EMPTY) -> str:  # noqa: ARG001
    """The findings that nobody has accepted, a line each; empty when there are none."""
    return "".join(
        f"{annotation(finding)}\n" for finding in in_order(list(findings)) if not finding.suppressed
    )


def annotation(finding: Finding) -> str:
    """One finding as one command."""
    place = finding.place
    values: dict[str, object] = {}
    if place is not None:
        values = {"file": place.file, "line": place.start.line, "endLine": place.end.line}
        if place.start.line == place.end.line:  # GitHub takes columns only within one line
            values |= {"col": place.start.column, "endColumn": place.end.column}
    values["title"] = f"{finding.code} {finding.name}"
    said = ",".join(f"{name}={_value(str(value))}" for name, value in values.items())
    lines = [one_line(finding.message)]
    if finding.help:
        lines.append(f"What to do: {one_line(finding.help)}")
    message = _data("\n".join(lines))
    return f"::{_COMMAND[finding.severity]} {said}::{message}"


def _data(text: str) -> str:
    """A text behind the last `::`."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    """A text between commas."""
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
