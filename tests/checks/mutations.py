"""Single edits of the recommended protocol, read from `mutations.txt`. Imports nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
RECOMMENDED = (HERE.parents[1] / "protocols" / "recommended.yaml").read_text(encoding="utf-8")
_SIGNS = {"\\n": "\n", "\\t": "\t", "\\xa0": "\xa0"}


class Edit(NamedTuple):
    """One edit: the check that is meant for it, what else is found, and the text with it."""

    code: str
    also: frozenset[str]
    name: str
    text: str


def _edit(line: str) -> Edit:
    codes, name, around = line.split(" | ", 2)
    for written, meant in _SIGNS.items():
        around = around.replace(written, meant)
    before, _, rest = around.partition("⟦")
    change, _, after = rest.partition("⟧")
    old, _, new = change.partition("→")
    place = before + old + after
    assert 1 == RECOMMENDED.count(place), f"{name}: {RECOMMENDED.count(place)} places"
    code, *also = codes.split("+")
    text = RECOMMENDED.replace(place, before + new + after)
    return Edit(code, frozenset(also), name, text)


def edits() -> Iterator[Edit]:
    """Every edit, in the order of the file."""
    for line in (HERE / "mutations.txt").read_text(encoding="utf-8").split("\n"):
        if line.startswith("PK"):
            yield _edit(line)
