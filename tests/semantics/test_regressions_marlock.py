"""What acting out the county of Marlock found, each as the shortest story that shows it."""

from __future__ import annotations

from pathlib import Path

from tests.stories import act_out


def test_who_stands_in_no_group_is_none(tmp_path: Path) -> None:
    """With `counting`, only its groups count: the guardian was there, and is no agency."""
    rules = """
    meetings:
      team:
        optional: [guardian]
        called_by: officer
        counting: {court: [officer, supervisor], police: [detective]}
        quorum: {at_least: 2, of: groups}
    """
    steps = """
    - {open: {by: officer}}
    - {set: team, by: officer, meeting: m-1, for: 2025-03-04 10:00}
    - {hold: m-1, by: officer, at: 2025-03-04 10:00, attended: {officer: o-1, guardian: g-1}}
    - {set: team, by: officer, meeting: m-2, for: 2025-03-05 10:00}
    - {hold: m-2, by: officer, at: 2025-03-05 10:00, attended: {officer: o-1, detective: d-1}}
    - expect: {meetings: {m-1: adjourned, m-2: held}}
    """
    assert [] == act_out(tmp_path, rules, steps)
