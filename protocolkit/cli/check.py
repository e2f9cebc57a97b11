"""`protocolkit check`: what is wrong with protocol files, and where.

Reads and judges without the engine, so that nothing is imported that a check does not need.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from protocolkit.checks import Report
from protocolkit.checks import run as judge
from protocolkit.cli.exits import CANNOT, NO, YES
from protocolkit.cli.files import STDIN, protocols
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen, plainly
from protocolkit.ground.clock import SystemClock
from protocolkit.ground.findings import Finding, Severity
from protocolkit.ground.zones import zone
from protocolkit.language.reading import read_file, read_text
from protocolkit.language.text import MAX_BYTES

FORMATS = ("text", "concise", "json")
LATER = ("sarif", "github", "junit")
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")

EXAMPLES = """\
  protocolkit check county.yaml
  protocolkit check protocols/ --fail-on warning
  cat county.yaml | protocolkit check - --format json"""


def run(words: Sequence[str], screen: Screen) -> int:
    """Check every file and folder that is named."""
    parser = Parser("protocolkit check", "What is wrong with a protocol, and where.", EXAMPLES)
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a file, a folder, or - for stdin")
    parser.add_argument("--format", default="text", help="text (default), concise or json")
    parser.add_argument(
        "--fail-on",
        default="error",
        choices=SEVERITIES,
        help="the mildest finding that makes the exit code 1 (default: error)",
    )
    parser.later = {
        "--profile": "all checks that exist run",
        "--roster": "checks that look at who holds which office are not there yet",
        "--gaps": "the list of gaps is not there yet",
        "--fix": "nothing is changed by itself yet",
        "--unsafe": "nothing is changed by itself yet",
        "--diff": "nothing is changed by itself yet",
    }
    options = parser.read(words, screen)
    if options is None:
        return YES
    if options.format in LATER:
        parser.error(f"the format `{options.format}` comes with a later release")
    if options.format not in FORMATS:
        parser.error(f"there is no format `{options.format}`; there are {', '.join(FORMATS)}")

    reports: dict[str, Report] = {}
    missing: list[OSError] = []
    files, scenarios = protocols(options.paths)
    for name in scenarios:
        screen.note(f"{name} holds scenarios, not a protocol; `protocolkit test` acts them out.")
    for path in files:
        try:
            reports[path] = _report(path)
        except OSError as error:
            missing.append(error)
    _tell(reports, options.format, screen)
    for problem in missing:
        screen.note(f"protocolkit: {plainly(problem)}")
    if missing:
        return CANNOT
    mildest = SEVERITIES.index(options.fail_on)
    bad = SEVERITIES[: mildest + 1]
    return NO if any(one.severity in bad for each in reports.values() for one in each.open) else YES


def _report(path: str) -> Report:
    if path == STDIN:
        # One byte more than is read, so that the reader sees that it is too much.
        reading = read_text(sys.stdin.buffer.read(MAX_BYTES + 1), "<stdin>", Path.cwd())
    else:
        reading = read_file(path)
    today = None
    if reading.protocol is not None:
        today = SystemClock().now().astimezone(zone(reading.protocol.timezone)).date()
    return judge(reading, today=today)


def _tell(reports: dict[str, Report], format: str, screen: Screen) -> None:
    findings = _once(finding for report in reports.values() for finding in report.findings)
    texts = {file: text for report in reports.values() for file, text in report.texts.items()}
    # Each report brings modules of its own, so only the one that is asked for is imported.
    if format == "json":
        from protocolkit.checks import report_json

        screen.show(report_json.render(findings, texts))
    elif format == "concise":
        from protocolkit.checks import report_concise

        screen.show(report_concise.render(findings, texts))
    elif reports:
        _tell_people(reports, findings, texts, screen)


def _tell_people(
    reports: dict[str, Report], findings: list[Finding], texts: dict[str, str], screen: Screen
) -> None:
    for path, report in reports.items():
        if not report.open:
            accepted = len(report.findings)
            more = f"; {accepted} accepted with a reason" if accepted else ""
            shown = "<stdin>" if path == STDIN else path
            silent = len(report.silences)
            more += f"; {silent} keys say `unspecified`, as their source does" if silent else ""
            screen.say(f"{shown}: the checks found nothing to change{more}.")
    if len(reports) == 1 and not any(report.open for report in reports.values()):
        return

    from protocolkit.checks import report_text

    if any(report.open for report in reports.values()):
        screen.show(report_text.render(findings, texts, color=screen.color, width=screen.width))
    else:
        screen.say(report_text.summary(findings, len(reports)))


def _once(findings: Iterator[Finding]) -> list[Finding]:
    """Findings without repeats: two overlays of one file both tell what is wrong in it."""
    found: dict[tuple[object, ...], Finding] = {}
    for one in findings:
        place = one.place
        where = (place.file, place.start.line, place.start.column) if place else ()
        found.setdefault((one.code, one.message, one.path, where), one)
    return list(found.values())
