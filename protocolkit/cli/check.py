"""`protocolkit check`: what is wrong with protocol files, and where.

Reads and judges without the engine, so that nothing is imported that a check does not need.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from protocolkit.checks import Report
from protocolkit.checks import run as judge
from protocolkit.checks.catalogue import PROFILES
from protocolkit.checks.config import settings_for
from protocolkit.checks.settings import Settings
from protocolkit.cli import fixing
from protocolkit.cli.check_reports import FORMATS, tell
from protocolkit.cli.exits import CANNOT, NO, YES
from protocolkit.cli.files import STDIN, protocols
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen, plainly
from protocolkit.ground.clock import SystemClock
from protocolkit.ground.collecting import no_collections
from protocolkit.ground.findings import SEVERITIES
from protocolkit.ground.zones import zone
from protocolkit.language.reading import Reading, read_text
from protocolkit.language.text import MAX_BYTES, MAX_FINDINGS, read_bytes

if TYPE_CHECKING:
    from protocolkit.semantics.actors import Actor

GAP_FORMATS = ("text", "markdown", "html")

EXAMPLES = """\
  protocolkit check county.yaml
  protocolkit check protocols/ --fail-on warning
  protocolkit check county.yaml --roster roster.yaml
  protocolkit check county.yaml --gaps --format html > questions.html
  cat county.yaml | protocolkit check - --format json"""


@no_collections()
def run(words: Sequence[str], screen: Screen) -> int:
    """Check every file and folder that is named."""
    parser = Parser("protocolkit check", "What is wrong with a protocol, and where.", EXAMPLES)
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a file, a folder, or - for stdin")
    parser.add_argument(
        "--format",
        default="text",
        help="text (default); concise: a line each; json, sarif, junit, github: for programs",
    )
    parser.add_argument(
        "--fail-on",
        choices=SEVERITIES,
        help="the mildest finding that makes the exit code 1 (default: error; strict: advice)",
    )
    parser.add_argument("--profile", choices=PROFILES, help="which checks run (default: standard)")
    parser.add_argument(
        "--roster", metavar="FILE", help="who holds which role: is checked too, with the hours"
    )
    parser.add_argument(
        "--gaps",
        action="store_true",
        help="the open questions instead: --format text, markdown, or html to print",
    )
    fixing.add_options(parser)
    options = parser.read(words, screen)
    if options is None:
        return YES
    formats = GAP_FORMATS if options.gaps else FORMATS
    if options.format not in formats:
        with_gaps = " with `--gaps`" if options.gaps else ""
        parser.error(
            f"there is no format `{options.format}`{with_gaps}; there are {', '.join(formats)}"
        )
    fixing.refuse_what_makes_no_sense(parser, options)
    if options.gaps and options.fix:
        parser.error("`--gaps` and `--fix` do not go together; say one of them")
    people = _people(options)

    missing: list[OSError] = []
    files, scenarios = protocols(options.paths)
    for name in scenarios:
        screen.note(f"{name} holds scenarios, not a protocol; `protocolkit test` acts them out.")
    settings = _settings(files, options, screen)
    texts: dict[str, bytes] = {}
    would_change = False
    for path in files:
        try:
            texts[path] = _read(path)
            if options.fix:
                judged = partial(_report, path, settings[path], people)
                mended = fixing.fix(path, texts[path], judged, options, screen)
                texts[path] = mended.after
                would_change = would_change or mended.changed
        except OSError as error:
            missing.append(error)
    # When all are mended: one may build on another.
    readings = {path: _reading(path, text) for path, text in texts.items()}
    protocols_read = [one.protocol for one in readings.values() if one.protocol is not None]
    if people is not None:
        from protocolkit.cli.roster import refuse_unknown_roles

        refuse_unknown_roles(options.roster, protocols_read)
    if options.gaps:
        from protocolkit.cli.gaps import tell as tell_gaps

        strictly = any(one.fails_on == "advice" for one in settings.values())
        no = tell_gaps(readings.values(), people, options.format, screen, strictly=strictly)
    elif options.diff:
        no = would_change
    else:
        reports = {
            path: _judged(reading, settings[path], people) for path, reading in readings.items()
        }
        no = any(report.failing for report in reports.values())
        tell(reports, options.format, screen, missing=missing)
        if people is not None and options.format == "text":
            from protocolkit.cli.cover import cover

            for protocol in protocols_read:
                screen.say("\n".join(["", *cover(protocol, people)]))
    for problem in missing:
        screen.note(f"protocolkit: {plainly(problem)}")
    if missing:
        return CANNOT
    return NO if no else YES


def _settings(
    files: Sequence[str], options: argparse.Namespace, screen: Screen
) -> Mapping[str, Settings]:
    """What holds for each file; told where it is not what always holds.

    Raises: UsageError: a config has faults.
    """
    found = {}
    told = dict[str, None]()
    for path in files:
        name = Path("stdin" if path == STDIN else path)
        settings = settings_for(name, options.profile)
        if settings.said:
            told[settings.said] = None
        if options.fail_on:
            settings = settings.replace(fails_on=options.fail_on)
        found[path] = settings
    for said in told:
        screen.note(f"{said}.")
    return found


def _read(path: str) -> bytes:
    # One byte more than is read, so that the reader sees that it is too much.
    return sys.stdin.buffer.read(MAX_BYTES + 1) if path == STDIN else read_bytes(path)


def _people(options: argparse.Namespace) -> Sequence[Actor] | None:
    """The people of the roster; None if none is named. Raises: UsageError: it is no roster."""
    if not options.roster:
        return None
    from protocolkit.cli.roster import everybody

    return everybody(options.roster)


def _reading(path: str, text: bytes) -> Reading:
    if path == STDIN:
        return read_text(text, "<stdin>", Path.cwd())
    return read_text(text, Path(path).as_posix(), Path(path).parent)


def _report(path: str, settings: Settings, people: Sequence[Actor] | None, text: bytes) -> Report:
    """All that is wrong with a text that stands in a file, or is to stand there."""
    return _judged(_reading(path, text), settings, people, most=sys.maxsize)


def _judged(
    reading: Reading,
    settings: Settings,
    people: Sequence[Actor] | None,
    most: int = MAX_FINDINGS,
) -> Report:
    today = None
    if reading.protocol is not None:
        today = SystemClock().now().astimezone(zone(reading.protocol.timezone)).date()
    return judge(reading, settings, today=today, people=people, most=most)
