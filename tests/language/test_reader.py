"""Every way to break a protocol by hand gives one finding, at the right place, with help.

The ways stand in `breaks.txt`: a new one needs no Python.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from protocolkit.language.faults import FAULTS
from protocolkit.language.reading import read_text
from tests.language.samples import GOOD, marked, shown, span

BREAKS = {
    title.strip(): lines.strip("\n").split("\n")
    for title, _, lines in (
        way.partition("\n")
        for way in (Path(__file__).parent / "breaks.txt").read_text("utf-8").split("\n## ")[1:]
    )
}


def edits_of(lines: list[str]) -> list[tuple[str, str]]:
    """The pieces of text to take out, each with the one to put in."""
    pieces: list[tuple[str, str]] = []
    for before, line in zip(["", *lines], lines, strict=False):
        old, new = pieces[-1] if pieces else ("", "")
        if line[:1] == "-":
            if before[:1] != "-":
                pieces.append((line[1:], ""))
            else:
                pieces[-1] = (f"{old}\n{line[1:]}", "")
        elif line[:1] == "+":
            pieces[-1] = (old, line[1:] if before[:1] == "-" else f"{new}\n{line[1:]}")
    return pieces


def test_the_sample_is_good() -> None:
    """What the tests break has no fault before, so every finding comes from the break."""
    reading = read_text(GOOD)
    assert "" == shown(reading.findings)
    assert reading.ok


@pytest.mark.parametrize("way", BREAKS)
def test_a_break_gives_one_finding(way: str) -> None:
    """One cause, one finding: its code, its exact place, what is wrong and what to do."""
    *edits, says, helps = BREAKS[way]
    code, _, message = says.partition(" ")
    text, place = marked(*edits_of(edits))
    found = read_text(text).findings
    assert [(code, place)] == [(one.code, span(one.place)) for one in found], shown(found)
    assert message in found[0].message
    assert helps.removeprefix("help").strip() in found[0].help


def test_every_fault_of_the_reader_is_among_the_ways() -> None:
    """No code without a break by hand; PK007 waits for a second version of the language."""
    tried = {lines[-2].partition(" ")[0] for lines in BREAKS.values()}
    assert set(FAULTS) - {"PK007"} == tried
