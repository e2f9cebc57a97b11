"""Results for people: a line for each scenario, and what differs side by side.

Imports results and coverage.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from protocolkit.scenarios.coverage import PARTS, Coverage
from protocolkit.scenarios.results import Difference, Outcome

NARROWEST = 14
"""A column of a table of differences is never narrower, where its text is not shorter."""

NAMES = {
    "triggers": "acts done",
    "moves": "moves made",
    "follow_ups": "fates of follow-ups",
    "levels": "levels reached",
    "exceptions": "exceptions used",
    "refusals": "refusals seen",
}
"""How people call the parts of the coverage."""


def lines(outcome: Outcome, width: int) -> Iterator[str]:
    """One line for a scenario, and a table of what differs, with its places.

    A place is the last thing in its line and never folded, so that editors can follow it.
    """
    title = " ".join(outcome.title.split())
    yield f"  {'passed' if outcome.passed else 'FAILED'}  {title}"
    for when, found in groupby(outcome.differences, key=lambda one: one.when):
        yield from _table(when, list(found), width - 4)


def _table(when: str, differences: Sequence[Difference], width: int) -> Iterator[str]:
    """What differs at one instant: about what, expected, found, where that stands."""
    heads = (when, "expected", "found")
    rows = [
        tuple(" ".join(text.split()) for text in (one.about, one.expected, one.found))
        for one in differences
    ]
    widths = _widths([heads, *rows], width)
    yield "    " + _row(heads, widths)[0]
    for row, one in zip(rows, differences, strict=True):
        start = one.place.start
        first, *more = _row(row, widths)
        yield f"    {first.ljust(sum(widths) + 6)}{one.place.file}:{start.line}:{start.column}"
        yield from (f"    {line}" for line in more)


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """How wide each column is: as its longest text, the widest folded until all fit."""
    widths = [max(len(row[number]) for row in rows) for number in range(3)]
    while sum(widths) + 4 > width and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The lines of a row whose cells are folded."""
    folded = [textwrap.wrap(cell, size) or [""] for cell, size in zip(cells, widths, strict=True)]
    height = max(len(cell) for cell in folded)
    return [
        "  ".join(
            (cell[number] if number < len(cell) else "").ljust(size)
            for cell, size in zip(folded, widths, strict=True)
        ).rstrip()
        for number in range(height)
    ]


def counts(covered: Iterable[Coverage]) -> Iterator[str]:
    """A line for each protocol: how much of it the scenarios touch."""
    for one in covered:
        each = [(NAMES[part], *one.count(part)) for part in PARTS]
        said = ", ".join(f"{done} of {there} {name}" for name, done, there in each if there)
        yield f"{_name(one)}: {said or 'no rule that a case could touch'}"


def untouched(covered: Iterable[Coverage]) -> Iterator[str]:
    """What no scenario touches, one rule on a line."""
    for one in covered:
        left = {part: one.untouched(part) for part in PARTS}
        if not any(left.values()):
            yield f"The scenarios touch every rule of {_name(one)}."
            continue
        yield f"What no scenario of {_name(one)} touches:"
        for part, rules in left.items():
            if rules:
                yield f"  {NAMES[part]}"
                yield from (f"    {rule}" for rule in rules)


def _name(covered: Coverage) -> str:
    version = f" (version {covered.version})" if covered.version else ""
    return f"{covered.protocol}{version}"
