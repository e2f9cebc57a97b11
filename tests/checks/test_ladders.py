"""Ladders: random ones, played through by hand with hours on a clock."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks.harness import judged

ROLES = ("djo", "supervisor", "chief")
BASE = """\
roles:
  djo: {kind: juvenile_officer}
  supervisor: {kind: supervisor}
  chief: {kind: manager}
facts:
  danger: {type: boolean}
triggers:
  report: {who: [djo, supervisor, chief], records: danger}
  close: {who: djo, needs: {calm: danger is false}, moves: {from: identified, to: closed}}
"""
LEVELS = st.lists(
    st.fixed_dictionaries(
        {
            "when": st.one_of(st.sampled_from(["due", "at_most"]), st.integers(0, 9)),
            "tell": st.lists(st.sampled_from(ROLES), min_size=1, unique=True),
            "asks": st.booleans(),
        }
    ),
    min_size=1,
    max_size=4,
)


def _found(levels: list[dict[str, object]], due: int, outer: int) -> set[tuple[str, int]]:
    """The codes that are found at levels, with the number of the level."""
    written = []
    for level in levels:
        when = level["when"]
        one: dict[str, object] = {"tell": level["tell"]}
        if isinstance(when, int):
            one["after"] = f"{when} hours" if when else "at once"
        else:
            one["at"] = when
        if level["asks"]:
            one["if"] = "danger is true or unknown"
        written.append(one)
    findings = judged(
        BASE + "follow_ups:\n  call_back:\n    opens_with: report\n    who: djo\n"
        f"    due: within {due} hours, at most {outer} hours\n"
        "escalations:\n  late:\n    watches: {follow_up: call_back}\n"
        f"    levels: {json.dumps(written)}\n"
    ).findings
    assert {finding.code for finding in findings} <= {"PK503", "PK510"}
    return {(finding.code, int(finding.path[3])) for finding in findings}


@settings(max_examples=80, deadline=None)
@given(levels=LEVELS, due=st.integers(1, 9), more=st.integers(1, 9))
def test_ladders_played_through(levels: list[dict[str, object]], due: int, more: int) -> None:
    """The first level whose hour is over when its turn comes, and a last one without news."""
    expected: set[tuple[str, int]] = set()
    hour = due
    for number, level in enumerate(levels):
        when = level["when"]
        if isinstance(when, int):
            hour += when
            continue
        instant = due if when == "due" else due + more
        if number and instant < hour:
            expected.add(("PK510", number))
            break
        hour = instant
    last = len(levels) - 1
    for level in levels[:-1]:
        told, told_last = level["tell"], levels[-1]["tell"]
        assert isinstance(told, list)
        assert isinstance(told_last, list)
        if not level["asks"] and {*told_last} <= {*told}:
            expected.add(("PK503", last))
    assert expected == _found(levels, due, due + more)
