"""A fragment of YAML made whole, read and judged: what every test of a check starts from."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path

from protocolkit.checks import OFF, Report, run
from protocolkit.language.reading import read_text
from protocolkit.semantics.actors import Actor

CASES = Path(__file__).parent / "cases"
TODAY = date(2026, 1, 15)
"""The day on which every test of a check is judged."""

BASE = {
    "protocolkit": 'protocolkit: "1"\n',
    "id": "id: base\n",
    "jurisdiction": "jurisdiction: Larkspur County (invented)\n",
    "timezone": "timezone: America/Chicago\n",
    "roles": "roles:\n  djo: {kind: juvenile_officer}\n",
    "states": "states:\n  identified: {initial: true}\n  closed: {final: true}\n",
    "triggers": ("triggers:\n  close:\n    who: djo\n    moves: {from: identified, to: closed}\n"),
}
"""The smallest protocol without a finding, by its top-level keys."""


def complete(fragment: str) -> str:
    """The fragment, and below it the sections of `BASE` that it does not write itself.

    Works on lines, so that the fragment may be broken YAML and keeps its line numbers. A file
    that extends another is whole as it is.
    """
    written = set(re.findall(r"^([a-z_]+):", fragment, re.MULTILINE))
    if "extends" in written:
        return fragment
    if "strands" in written:
        written.add("states")
    return fragment + "".join(text for key, text in BASE.items() if key not in written)


def judged(
    fragment: str,
    *,
    off: Collection[str] = OFF,
    file: str = "it.yaml",
    folder: Path | None = None,
    people: Sequence[Actor] | None = None,
) -> Report:
    """What is found in a fragment; every check is on unless it is named in `off`."""
    return run(read_text(complete(fragment), file, folder), off=off, today=TODAY, people=people)


def codes(fragment: str) -> set[str]:
    """The codes of what is found in a fragment."""
    return {finding.code for finding in judged(fragment).findings}
