"""`protocolkit test`: scenario files acted out, and what came out otherwise than they say.

The stories are run, and results put into each form, by `scenarios`; here is which files, and
what the command answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from protocolkit.checks import report_text as findings_text
from protocolkit.cli.exits import CANNOT, NO, YES
from protocolkit.cli.files import SCENARIOS, inside
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen, plainly
from protocolkit.ground.errors import UsageError
from protocolkit.ground.findings import Finding
from protocolkit.scenarios import Coverage, Results, coverage, report_text, run_file

FORMATS = ("text", "json", "junit")

EXAMPLES = """\
  protocolkit test my-county
  protocolkit test my-county --coverage
  protocolkit test county.scenarios.yaml --format junit > results.xml"""


def run(words: Sequence[str], screen: Screen) -> int:
    """Act out every file and folder that is named."""
    parser = Parser(
        "protocolkit test",
        "Act out scenario files: who does what and when, and what must then be so.",
        EXAMPLES,
    )
    parser.add_argument(
        "paths", metavar="PATH", nargs="+", help="a file *.scenarios.yaml, or a folder with some"
    )
    parser.add_argument("--format", default="text", help="text (default), json or junit")
    parser.add_argument(
        "--coverage", action="store_true", help="list the rules that no scenario touches"
    )
    options = parser.read(words, screen)
    if options is None:
        return YES
    if options.format not in FORMATS:
        parser.error(f"there is no format `{options.format}`; there are {', '.join(FORMATS)}")

    found: list[Results] = []
    missing: list[OSError] = []
    for path in _files(options.paths):
        try:
            found.append(run_file(path))
        except OSError as error:
            missing.append(error)
    covered = coverage(
        touched for results in found for one in results.outcomes for touched in one.touched
    )
    if options.format == "json":
        from protocolkit.scenarios import report_json

        screen.show(report_json.render(found, covered))
    elif options.format == "junit":
        from protocolkit.scenarios import report_junit

        screen.show(report_junit.render(found))
    elif found:
        _tell(found, covered, screen, listed=options.coverage)
    for problem in missing:
        screen.note(f"protocolkit: {plainly(problem)}")
    if missing:
        return CANNOT
    return YES if all(results.ok for results in found) else NO


def _files(named: Sequence[str]) -> Iterator[str]:
    """The scenario files that the words name, each once.

    Raises: UsageError: a file is none, or there is none among them.
    """
    found: dict[str, None] = {}
    for name in named:
        path = Path(name)
        if path.is_dir():
            below = (str(one) for one in inside(path) if one.name.endswith(SCENARIOS))
            found.update(dict.fromkeys(below))
        elif name.endswith(SCENARIOS) or not path.exists():
            found[name] = None
        else:
            raise UsageError(
                f"{name} is no file of scenarios: the names of those end in {SCENARIOS[0]}."
            )
    if not found:
        folders = ", ".join(named)
        raise UsageError(f"There is no scenario in {folders}: no file *{SCENARIOS[0]}.")
    yield from found


def _tell(
    found: Sequence[Results], covered: Sequence[Coverage], screen: Screen, *, listed: bool
) -> None:
    """The answer for people; its last line is always the count."""
    _tell_findings(found, screen)
    for results in found:
        if results.outcomes:
            screen.say(results.file)
        for outcome in results.outcomes:
            for line in report_text.lines(outcome, screen.width):
                screen.say(line)
    for line in report_text.untouched(covered) if listed else ():
        screen.say(line)
    for line in report_text.counts(covered):
        screen.say(f"coverage of {line}")
    passed, failed = sum(one.passed for one in found), sum(one.failed for one in found)
    left_out = sum(any(one.severity == "error" for one in results.findings) for results in found)
    more = f"; files with errors, not run: {left_out}" if left_out else ""
    screen.say(f"{passed} passed, {failed} failed{more}")


def _tell_findings(found: Iterable[Results], screen: Screen) -> None:
    """What is wrong with the files, each once: several may name one faulty protocol."""
    findings: list[Finding] = []
    texts: dict[str, str] = {}
    for results in found:
        findings.extend(one for one in results.findings if one not in findings)
        texts.update(results.texts)
    if findings:
        named = {one.place.file for one in findings if one.place}
        shown = {file: text for file, text in texts.items() if file in named}
        screen.show(findings_text.render(findings, shown, color=screen.color, width=screen.width))
