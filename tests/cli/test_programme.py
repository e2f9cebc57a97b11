"""`case adopt` and `case tally`, and hand-overs from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.stories import tiny_text

OFFICER = ("--as", "o-1", "--role", "officer")
JUDGE = ("--as", "j-1", "--role", "judge")
SUPERVISOR = ("--as", "s-1", "--role", "supervisor")
TEN = ("--clock", "2025-03-04 10:00")
RULES = """
facts: {pact: {type: boolean, scope: programme, recorded_by: judge}}
triggers: {notice: {who: officer}, move_away: {who: officer}, join: {scope: programme, who: judge}}
meetings: {yearly: {scope: programme, called_by: judge, every: 1 calendar year after the last}}
follow_ups: {visit: {opens_with: notice, if: pact, who: officer, due: within 3 hours}}
tallies: {monthly: {every: 1 calendar month after adopted, count: [notice, join],
                    small_cells_below: 3}}
links:
  hand_on: {protocol: next-county, opens_with: move_away, accepted_by: supervisor,
            hands_over: visit}
"""


@pytest.fixture
def county(tmp_path: Path) -> str:
    """A county with a programme and a hand-over to the next one."""
    file = tmp_path / "county.yaml"
    file.write_text(tiny_text(RULES), encoding="utf-8")
    return str(file)


@pytest.fixture
def next_county(tmp_path: Path) -> str:
    """The county that takes over."""
    file = tmp_path / "next.yaml"
    text = tiny_text("triggers: {arrive: {who: officer}}\n").replace("id: tiny", "id: next-county")
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_programme_from_adoption_on(pk: Command, county: str) -> None:
    """Its standing case is run with the ordinary commands; a case waits for what it learns."""
    assert 1 == pk("case", "adopt", county, *OFFICER, *TEN, "--fact", "pact=true").code
    adopted = pk("case", "adopt", county, *JUDGE, *TEN)
    assert (0, "tiny.programme") == (adopted.code, adopted.out.splitlines()[0])
    assert "The case stands at" not in adopted.out
    again = pk("case", "adopt", county, *JUDGE, *TEN)
    assert "adopted already" in again.err
    pk("case", "open", county, *OFFICER, *TEN, "--id", "c-1")
    pk("case", "do", "c-1", "notice", *OFFICER, *TEN)
    assert "because pact is unknown" in pk("case", "show", "c-1", *TEN).out
    pk("case", "record", "tiny.programme", "--fact", "pact=true", *JUDGE, *TEN)
    assert "visit" in pk("case", "todo", *TEN).out
    shown = pk("case", "show", "tiny.programme", *TEN).out
    assert "tiny.programme: the programme of tiny" in shown
    assert "fact: pact is true" in shown
    assert "adopted the protocol" in pk("case", "log", "tiny.programme").out
    assert "tiny.programme  tiny  open" in pk("case", "list", *TEN).out


def test_tallies_are_told_period_by_period(pk: Command, county: str) -> None:
    """Small numbers are hidden, and what is not adopted is refused in words."""
    pk("case", "open", county, *OFFICER, *TEN, "--id", "c-1")
    refused = pk("case", "tally", county, *TEN)
    assert (1, True) == (refused.code, "was not adopted yet" in refused.out)
    assert 1 == pk("case", "tally", county, *TEN, "--format", "json").code
    pk("case", "adopt", county, *JUDGE, *TEN)
    pk("case", "do", "c-1", "notice", *OFFICER, *TEN)
    told = pk("case", "tally", county, "--clock", "2025-04-10 10:00").out
    assert [
        "monthly",
        "  Tue 4 Mar 2025, 10:00 AST to Fri 4 Apr 2025, 24:00 ADT",
        "      notice: fewer than 3",
        "      join: 0",
        "  Sat 5 Apr 2025, 00:00 ADT to Sun 4 May 2025, 24:00 ADT (not finished)",
        "      notice: 0",
        "      join: 0",
    ] == told.splitlines()
    found = json.loads(pk("case", "tally", county, *TEN, "--format", "json").out)
    assert [{"notice": None, "join": 0}] == [one["counts"] for one in found["tallies"]]


def test_a_hand_over_is_shown_and_accepted(pk: Command, county: str, next_county: str) -> None:
    """With the other protocol's file its case opens here, else the number there is given."""
    pk("case", "open", county, *OFFICER, *TEN, "--id", "c-1")
    pk("case", "do", "c-1", "move_away", *OFFICER, *TEN)
    assert "hand_on, a hand-over to next-county" in pk("case", "show", "c-1", *TEN).out
    assert "c-1  hand_on: supervisor" in pk("case", "todo", "--for-role", "supervisor", *TEN).out
    assert 0 == pk("case", "why", "c-1", "hand_on", *SUPERVISOR, *TEN).code
    accept = ("case", "do", "c-1", "hand_on", *SUPERVISOR, *TEN)
    assert "missing-evidence" in pk(*accept).out
    assert 0 == pk(*accept, "--under", next_county).code
    there = pk("case", "show", "c-1.hand_on", *TEN).out
    assert "handed over from: c-1" in there
    assert "handed over: hand_on, to c-1.hand_on" in pk("case", "log", "c-1").out
    pk("case", "do", "c-1", "move_away", *OFFICER, *TEN)
    assert 0 == pk("case", "decline", "c-1", "hand_on", *SUPERVISOR, *TEN).code
    assert "turned down" in pk("case", "log", "c-1").out
    pk("case", "do", "c-1", "move_away", *OFFICER, *TEN)
    assert 0 == pk(*accept, "--evidence", "NC-17").code
    assert "handed over: hand_on, to NC-17" in pk("case", "log", "c-1").out
