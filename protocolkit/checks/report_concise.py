"""One line for each finding: `file:line:column: PK202 message`.

For editors, for grep, and for people who have the lines read out to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from protocolkit.checks.report_text import visible
from protocolkit.ground.findings import Finding, in_order
from protocolkit.ground.record import EMPTY


def render(findings: Iterable[Finding], texts: Mapping[str, str] = EMPTY) -> str:  # noqa: ARG001
    """The findings that nobody has accepted, a line each; empty when there are none."""
    return "".join(
        f"{line(finding)}\n" for finding in in_order(list(findings)) if not finding.suppressed
    )


def line(finding: Finding) -> str:
    """One finding in one line."""
    place = finding.place
    where = f"{place.file}:{place.start.line}:{place.start.column}: " if place else ""
    return visible(f"{where}{finding.code} {' '.join(finding.message.split())}")
