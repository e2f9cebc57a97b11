"""The page on open questions: its headings, its words for silence and its example are those of
the command.
"""

from __future__ import annotations

import re
from pathlib import Path

from protocolkit.checks._base import Subject
from protocolkit.checks.gaps import HEADINGS, gaps
from protocolkit.language.reading import read_text
from tests.checks.harness import complete

PAGE = (Path(__file__).parents[2] / "docs" / "open-questions.md").read_text(encoding="utf-8")


def test_every_heading_is_told() -> None:
    """In the order of the report."""
    rows = re.findall(r"^\| ([A-Z][^|]+) \|", PAGE, re.MULTILINE)
    assert [*HEADINGS.values()] == rows


def test_the_example_is_left_open_with_its_reason() -> None:
    """As the page says."""
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    roles = "roles:\n  investigator: {kind: investigator}\n"
    acts = (
        "triggers:\n  report: {who: investigator}\n"
        "  close: {who: investigator, moves: {from: identified, to: closed}}\n"
    )
    reading = read_text(complete(roles + acts + example))
    assert reading.ok, reading.findings
    assert reading.protocol is not None
    found = {gap.path: gap.left_open for gap in gaps(reading.places, Subject(reading.protocol))}
    reason = "The partners will settle it at the next yearly meeting."
    assert reason == found["follow_ups", "tell_the_reporter", "due"]
