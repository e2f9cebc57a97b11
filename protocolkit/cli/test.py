"""`protocolkit test`: scenario files acted out, and what came out otherwise than they say.

The protocol's stories are run by `scenarios`; here is which files, and how it is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from protocolkit.checks import report_json, report_text
from protocolkit.cli.exits import CANNOT, NO, YES
from protocolkit.cli.files import SCENARIOS, inside
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen, plainly
from protocolkit.ground.errors import UsageError
from protocolkit.ground.findings import Finding
from protocolkit.scenarios import Outcome, Results, run_file

FORMATS = ("text", "json")
LATER = ("junit",)
VERSION = 1
"""Counts changes of the JSON shape that could break a reader."""

EXAMPLES = """\
  protocolkit test my-county
  protocolkit test county.scenarios.yaml --format json"""


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
    parser.add_argument("--format", default="text", help="text (default) or json")
    options = parser.read(words, screen)
    if options is None:
        return YES
    if options.format in LATER:
        parser.error(f"the format `{options.format}` comes with a later release")
    if options.format not in FORMATS:
        parser.error(f"there is no format `{options.format}`; there are {', '.join(FORMATS)}")

    found: list[Results] = []
    missing: list[OSError] = []
    for path in _files(options.paths):
        try:
            found.append(run_file(path))
        except OSError as error:
            missing.append(error)
    if options.format == "json":
        screen.show(_json(found))
    elif found:
        _tell(found, screen)
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


# -- for people ------------------------------------------------------------------------


def _tell(found: Sequence[Results], screen: Screen) -> None:
    _tell_findings(found, screen)
    for results in found:
        if results.outcomes:
            screen.say(results.file)
        for outcome in results.outcomes:
            for line in _lines(outcome):
                screen.say(line)
    passed, failed = _counts(found)
    left_out = sum(_faulty(results) for results in found)
    more = f"; files with errors, not run: {left_out}" if left_out else ""
    screen.say(f"{passed} passed, {failed} failed{more}")


def _lines(outcome: Outcome) -> Iterator[str]:
    """One line for a scenario, and one for each difference: never folded, editors follow them."""
    title = " ".join(outcome.title.split())
    yield f"  {'passed' if outcome.passed else 'FAILED'}  {title}"
    for difference in outcome.differences:
        yield f"    {' '.join(str(difference).split())}"


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
        screen.show(report_text.render(findings, shown, color=screen.color, width=screen.width))


def _faulty(results: Results) -> bool:
    return any(one.severity == "error" for one in results.findings)


def _counts(found: Iterable[Results]) -> tuple[int, int]:
    """How many scenarios passed, and how many failed."""
    each = [(results.passed, results.failed) for results in found]
    return sum(passed for passed, _ in each), sum(failed for _, failed in each)


# -- for programs ----------------------------------------------------------------------


def _json(found: Sequence[Results]) -> str:
    """One object with every file, scenario and difference; only ASCII."""
    passed, failed = _counts(found)
    files = [
        {
            "file": results.file,
            "findings": json.loads(report_json.render(results.findings))["findings"],
            "scenarios": [_scenario(outcome) for outcome in results.outcomes],
        }
        for results in found
    ]
    whole = {"version": VERSION, "passed": passed, "failed": failed, "files": files}
    return json.dumps(whole, indent=2) + "\n"


def _scenario(outcome: Outcome) -> dict[str, Any]:
    start = outcome.place.start
    return {
        "name": outcome.name,
        "title": outcome.title,
        "line": start.line,
        "column": start.column,
        "passed": outcome.passed,
        "steps": outcome.steps,
        "differences": [
            {
                "file": one.place.file,
                "line": one.place.start.line,
                "column": one.place.start.column,
                "about": one.about,
                "expected": one.expected,
                "found": one.found,
            }
            for one in outcome.differences
        ],
    }
