"""The scenarios of the bundled protocols: each passes, and would not if anything were changed."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from protocolkit.scenarios import Outcome, Results, run_file
from protocolkit.scenarios.reading import read_text
from protocolkit.scenarios.running import Rehearsal

PROTOCOLS = Path(__file__).parents[2] / "protocols"
FILES = sorted(path.name for path in PROTOCOLS.glob("*.scenarios.yaml"))
EXPECTATION = re.compile(
    r"(?P<due>(?<=due: )\d{4}-\d\d-\d\d \d\d:\d\d)"
    r"|(?P<status>(?<=status: )\w+)"
    r"|(?P<who>(?<=\{who: )\w+)"
    r"|(?P<state>(?<=states: \{case: )\w+)"
    r"|(?P<closed>(?<=closed: )true)"
    r"|(?P<told>(?<=told: \[)\w*)"
    r"|(?P<because>(?<=because: \[)[a-z-]+)"
)
CHANGED = {
    "due": "2031-01-01 00:00",
    "closed": "false",
    "told": "court_administrator",
    "because": "exclusion",
}


@cache
def _results(name: str) -> Results:
    return run_file(PROTOCOLS / name)


def _stories() -> list[object]:
    return [
        pytest.param(outcome, id=f"{name.split('.')[0]}-{outcome.name}")
        for name in FILES
        for outcome in _results(name).outcomes
    ]


def test_every_protocol_of_the_paper_is_acted_out() -> None:
    """Site A, Site B and the recommended one."""
    names = ["recommended", "site_a", "site_b"]
    assert [f"{name}.scenarios.yaml" for name in names] == FILES


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_sound(name: str) -> None:
    """Nothing in it is unread, misspelt or out of order."""
    assert () == _results(name).findings


@pytest.mark.parametrize("outcome", _stories())
def test_it_comes_out_as_it_says(outcome: Outcome) -> None:
    """Every step, and nothing else is open than what it says."""
    assert [] == [str(one) for one in outcome.differences]


@pytest.mark.parametrize("name", FILES)
def test_each_expectation_matters(name: str) -> None:
    """Whatever single expectation is changed, a scenario fails."""
    text = (PROTOCOLS / name).read_text(encoding="utf-8")
    survived: list[str] = []
    found = list(EXPECTATION.finditer(text))
    for match in found:
        wrong = _wrong(str(match.lastgroup), match.group())
        changed = text[: match.start()] + wrong + text[match.end() :]
        line = text.count("\n", 0, match.start()) + 1
        if _still_passes(changed, name, line):
            survived.append(f"line {line}: {match.group()}")
    assert len(found) > 10
    assert [] == survived


def _wrong(kind: str, was: str) -> str:
    if kind == "status":
        return "overdue" if was == "open" else "open"
    if kind == "who":
        return "judge" if was != "judge" else "djo"
    if kind == "state":
        return "identified" if was != "identified" else "reported"
    if kind == "told" and was:
        return "truancy_officer"
    return CHANGED[kind]


@pytest.mark.parametrize("name", FILES)
def test_each_open_follow_up_must_be_named(name: str) -> None:
    """Nothing else is open: whichever entry is left out, the scenario fails."""
    lines = (PROTOCOLS / name).read_text(encoding="utf-8").splitlines(keepends=True)
    survived: list[str] = []
    entries = [number for number, line in enumerate(lines) if re.match(r" {12}\w+: \{.*\}\n", line)]
    for number in entries:
        text = "".join([*lines[:number], *lines[number + 1 :]])
        if _still_passes(text, name, number + 1):
            survived.append(lines[number].strip())
    assert [] == survived


def _still_passes(text: str, name: str, line: int) -> bool:
    """Whether nothing notices that a line was changed: neither the reader nor the scenario that
    the line stands in. The other scenarios are as they were, and pass.
    """
    found = read_text(text, name, PROTOCOLS)
    if not found.ok:
        return False
    story = [one for one in found.scenarios if one.place.start.line <= line][-1]
    return Rehearsal(story).outcome().passed
