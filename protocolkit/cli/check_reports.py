"""The answer of `protocolkit check` in the form that is asked for.

Each form brings modules of its own, so only the one that is asked for is imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from protocolkit import __version__
from protocolkit.checks import Report
from protocolkit.cli.files import STDIN
from protocolkit.cli.screen import Screen, plainly
from protocolkit.ground.findings import Finding

FORMATS = ("text", "concise", "json", "sarif", "github", "junit")


def tell(
    reports: Mapping[str, Report],
    format: str,
    screen: Screen,
    *,
    missing: Sequence[OSError] = (),
) -> None:
    """All reports, by the files that were named; `missing` are those that could not be opened."""
    findings = once(finding for report in reports.values() for finding in report.findings)
    texts = {file: text for report in reports.values() for file, text in report.texts.items()}
    if format == "json":
        from protocolkit.checks import report_json

        screen.show(report_json.render(findings, texts))
    elif format == "concise":
        from protocolkit.checks import report_concise

        screen.show(report_concise.render(findings, texts))
    elif format == "sarif":
        from protocolkit.checks import report_sarif

        faults = [plainly(one) for one in missing]
        screen.show(report_sarif.render(findings, texts, version=__version__, faults=faults))
    elif format == "github":
        from protocolkit.checks import report_github

        screen.show(report_github.render(findings, texts))
    elif format == "junit":
        from protocolkit.checks import report_junit

        unopened = {str(one.filename): plainly(one) for one in missing}
        named = {_shown(path): report for path, report in reports.items()}
        screen.show(report_junit.render(named, faults=unopened))
    elif reports:
        _to_people(reports, findings, texts, screen)


def _to_people(
    reports: Mapping[str, Report],
    findings: list[Finding],
    texts: dict[str, str],
    screen: Screen,
) -> None:
    for path, report in reports.items():
        if not report.open:
            accepted = len(report.findings)
            more = f"; {accepted} accepted with a reason" if accepted else ""
            silent = len(report.silences)
            more += f"; {silent} keys say `unspecified`, as their source does" if silent else ""
            screen.say(f"{_shown(path)}: the checks found nothing to change{more}.")
    if len(reports) == 1 and not any(report.open for report in reports.values()):
        return

    from protocolkit.checks import report_text

    if any(report.open for report in reports.values()):
        screen.show(report_text.render(findings, texts, color=screen.color, width=screen.width))
    else:
        screen.say(report_text.summary(findings, len(reports)))


def _shown(path: str) -> str:
    return "<stdin>" if path == STDIN else path


def once(findings: Iterator[Finding]) -> list[Finding]:
    """Findings without repeats: two overlays of one file both tell what is wrong in it."""
    found: dict[tuple[object, ...], Finding] = {}
    for one in findings:
        place = one.place
        where = (place.file, place.start.line, place.start.column) if place else ()
        found.setdefault((one.code, one.message, one.path, where), one)
    return list(found.values())
