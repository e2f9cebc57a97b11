"""What `case show`, `pending` and `log` tell of what must be so in every case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.stories import tiny_text

RULES = """
    triggers:
      ask: {who: [officer]}
      see: {who: [officer, detective], title: See the child}
      harm: {who: [officer]}
    properties:
      seen: {title: The child is seen, kind: response, when: ask, then: see, within: 2 hours}
      unhurt: {kind: never, what: harm}
"""
OFFICER = ("--as", "o-1", "--role", "officer")
AT_TEN = ("--clock", "2025-03-04 10:00")
AT_ELEVEN = ("--clock", "2025-03-04 11:00")
AT_ONE = ("--clock", "2025-03-04 13:00")


@pytest.fixture
def case(pk: Command, tmp_path: Path) -> str:
    """The id of a case in which somebody waits to be seen."""
    (tmp_path / "tiny.yaml").write_text(tiny_text(RULES), encoding="utf-8")
    opened = pk("case", "open", "tiny.yaml", "--id", "c-1", *OFFICER, *AT_TEN)
    assert 0 == opened.code, opened.err
    assert 0 == pk("case", "do", "c-1", "ask", *OFFICER, *AT_TEN).code
    return "c-1"


def _shown(pk: Command, case: str, *clock: str) -> str:
    said = " ".join(pk("case", "show", case, *clock).out.split())
    return said.partition("What must be so in this case: ")[2]


def test_show_tells_verdict_time_left_and_who_can_act(pk: Command, case: str) -> None:
    """With the sentence of each, in the order of the file."""
    said = _shown(pk, case, *AT_ELEVEN)
    assert said.startswith(
        "The child is seen: still to be kept by Tue 4 Mar 2025, 12:00 AST, officer or detective "
        'can do it. Whenever "ask" happens, "See the child" happens within 2 hours after that. '
        'unhurt: holds so far. "harm" never happens.'
    )
    assert "The child is seen: BROKEN." in _shown(pk, case, *AT_ONE)


def test_json_has_the_same(pk: Command, case: str) -> None:
    """One object for each property."""
    answer = json.loads(pk("case", "show", case, "--format", "json", *AT_ELEVEN).out)
    assert [("seen", "pending", "2025-03-04T16:00:00Z"), ("unhurt", "holds", None)] == [
        (one["property"], one["verdict"], one["due"]) for one in answer["case"]["properties"]
    ]


def test_pending_tells_when_it_will_be_broken(pk: Command, case: str) -> None:
    """If nobody acts."""
    said = pk("case", "pending", case, *AT_ELEVEN).out
    assert "Tue 4 Mar 2025, 12:00 AST: The child is seen is broken if nobody acts" in said


def test_the_log_tells_news_only(pk: Command, case: str) -> None:
    """What is waited for, broken, and put right by what is entered late; not what goes on."""
    assert 0 == pk("case", "show", case, *AT_ONE).code
    late = ("--at", "2025-03-04 11:30")
    assert 0 == pk("case", "do", case, "see", *late, *OFFICER, *AT_ONE).code
    lines = [line.strip() for line in pk("case", "log", case, *AT_ONE).out.splitlines()]
    assert [
        "still to be kept: The child is seen, by Tue 4 Mar 2025, 12:00 AST",
        "BROKEN: The child is seen",
        "not broken after all: The child is seen",
    ] == [line for line in lines if line.endswith("seen") or "kept:" in line]
