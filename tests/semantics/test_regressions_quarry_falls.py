"""What acting out the county of Quarry Falls found, each as the shortest story that shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories import act_out


@pytest.mark.parametrize(
    "rule", ["", "\n    quorum: {at_least: 2, of: members}"], ids=["required", "quorum"]
)
def test_somebody_else_does_not_fill_the_seat_of_whoever_was_named(
    tmp_path: Path, rule: str
) -> None:
    """A role that is given out case by case is there when the person who holds it is there."""
    rules = f"""
meetings:
  team:
    required: [officer, caseworker]
    called_by: supervisor{rule}
"""
    steps = """
    - {open: {by: officer}}
    - {assign: {caseworker: c-1}, by: supervisor}
    - {set: team, by: supervisor, meeting: m-1, for: 2025-03-04 10:00}
    - {hold: m-1, by: supervisor, at: 2025-03-04 10:00, attended: {officer: o-1, caseworker: c-9}}
    - {set: team, by: supervisor, meeting: m-2, for: 2025-03-05 10:00}
    - {hold: m-2, by: supervisor, at: 2025-03-05 10:00, attended: {officer: o-1, caseworker: c-1}}
    - {assign: {caseworker: nobody}, by: supervisor}
    - {set: team, by: supervisor, meeting: m-3, for: 2025-03-06 10:00}
    - {hold: m-3, by: supervisor, at: 2025-03-06 10:00, attended: {officer: o-1, caseworker: c-9}}
    - expect: {meetings: {m-1: adjourned, m-2: held, m-3: held}}
    """
    assert [] == act_out(tmp_path, rules, steps)
