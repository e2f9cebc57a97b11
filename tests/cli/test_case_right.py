"""`case correct`, `case void` and `case open --history`: what was entered in error or on paper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command

DJO = ("--as", "u-17", "--role", "djo")
SUPERVISOR = ("--as", "s-1", "--role", "supervisor")
MORNING = ("--clock", "2025-03-04 09:00")
NOON = ("--clock", "2025-03-04 12:00")


@pytest.fixture
def reported(pk: Command, tiny: str) -> str:
    """The id of a case that is reported, so that an answer is owed by 11:00."""
    assert 0 == pk("case", "open", tiny, "--id", "c-1", *DJO, *MORNING).code
    assert 0 == pk("case", "do", "c-1", "report", *DJO, *MORNING, "--fact", "age=14").code
    return "c-1"


def test_a_fact_is_corrected(pk: Command, reported: str) -> None:
    """The log keeps both values."""
    ran = pk("case", "correct", reported, "--fact", "age=15", *DJO, *NOON)
    assert 0 == ran.code
    shown = pk("case", "show", reported, *NOON).out
    assert "15" in next(line for line in shown.splitlines() if "age" in line)
    log = pk("case", "log", reported, *NOON).out
    assert "age is 14" in log
    assert "age is 15 in truth" in log


def test_an_entry_is_declared_void(pk: Command, reported: str) -> None:
    """What it opened is not owed; what it moved stands; the log says so at both entries."""
    ran = pk("case", "void", reported, "2", *DJO, *MORNING)
    assert (0, "The case stands at: reported\n") == (ran.code, ran.out)
    log = pk("case", "log", reported, *MORNING).out
    assert "VOID: see entry 3" in log
    assert "entry 2 does not count" in log
    assert "cancelled: answer/1 (voided)" in log
    why = pk("case", "why", reported, "report", *DJO, *MORNING)
    assert "put right: entry 2 is void since entry 3; what it moved and sent stands" in (
        " ".join(why.out.split())
    )


def test_what_cannot_be_put_right_is_refused(pk: Command, reported: str) -> None:
    """With the reason, and nothing has changed."""
    ran = pk("case", "void", reported, "1", *DJO, *MORNING)
    assert 1 == ran.code
    assert ran.out.startswith("Refused: to declare entry 1 void, by u-17. Nothing has changed.")
    assert "not-voidable" in ran.out
    ran = pk("case", "correct", reported, "--fact", "danger=true", *DJO, *MORNING)
    assert (1, True) == (ran.code, "not-recorded" in ran.out)


def _write(folder: Path, *lines: object) -> str:
    file = folder / "paper.jsonl"
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)
    file.write_text(text + "\n", encoding="utf-8")
    return str(file)


REPORT = {
    "at": "2025-03-03 09:00",
    "by": "u-17",
    "role": "djo",
    "do": "report",
    "facts": {"age": 14, "danger": True, "seen_on": "2025-03-01", "knows": ["minor"]},
}


def test_a_case_begun_on_paper(pk: Command, tiny: str, tmp_path: Path) -> None:
    """What was late on paper is late, and nobody is told of it now."""
    told = {"at": "2025-03-03 10:00", "by": "u-17", "role": ["djo"], "record": {"mood": "calm"}}
    named = {
        "at": "2025-03-03 10:30",
        "by": "s-1",
        "role": "supervisor",
        "do": "name_caseworker",
        "assign": {"caseworker": "k-1"},
    }
    met = {"at": "2025-03-03 11:00", "by": "s-1", "role": "supervisor", "set": "team"}
    met |= {"for": "2025-03-10 09:00", "meeting": "m-1"}
    file = _write(tmp_path, REPORT, "", told, named, met)
    ran = pk("case", "open", tiny, "--id", "c-1", *DJO, *NOON, "--history", file)
    assert (0, "") == (ran.code, ran.err.partition("key:")[0])
    assert "answer: supervisor, LATE since Mon 3 Mar 2025, 11:00 CST" in ran.out
    assert "m-1" in ran.out
    shown = pk("case", "show", "c-1", *NOON).out
    assert "k-1" in shown
    log = pk("case", "log", "c-1", *NOON).out
    assert "level 1 of no_answer, before the case was kept here" in log
    assert "told:" not in log
    assert 0 == pk("case", "complete", "c-1", "answer", *SUPERVISOR, *NOON).code


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not json", "this is no JSON object"),
        ("[1]", "this is no JSON object"),
        ("[" * 100_000, "this is no JSON object"),
        (REPORT | {"facst": 1}, "did you mean `facts`"),
        (REPORT | {"at": ""}, "`at` is missing"),
        (REPORT | {"at": "yesterday"}, "is no time"),
        (REPORT | {"at": 5}, "`at` must be a name"),
        (REPORT | {"role": "dj"}, "there is no role `dj`"),
        (REPORT | {"role": 3}, "`role` must be a name"),
        (REPORT | {"by": ""}, "a name of at most"),
        (REPORT | {"facts": [1]}, "facts are names with values"),
        (REPORT | {"assign": {"caseworker": 3}}, "`assign` must be names with names"),
        (REPORT | {"complete": "answer"}, "say one thing that happened"),
        ("", "nothing is told there"),
    ],
)
def test_a_line_that_cannot_be_read_is_said_with_its_place(
    pk: Command, tiny: str, tmp_path: Path, line: object, said: str
) -> None:
    """File and line, what is wrong, and what a line is like; no case is opened."""
    file = _write(tmp_path, line)
    ran = pk("case", "open", tiny, "--id", "c-1", *DJO, *NOON, "--history", file)
    assert 2 == ran.code
    assert said in " ".join(ran.err.split())
    assert 2 == pk("case", "show", "c-1").code


def test_a_history_that_is_no_text_is_refused(pk: Command, tiny: str, tmp_path: Path) -> None:
    """A picture or a table of another program is named as what it is: no text."""
    file = tmp_path / "history.jsonl"
    file.write_bytes(b"\x89PNG\xff\xfe")
    ran = pk("case", "open", tiny, "--id", "c-1", *DJO, *NOON, "--history", str(file))
    assert (2, True) == (ran.code, "no text saved as UTF-8" in ran.err)


@pytest.mark.parametrize("option", ["--fact", "--id", "--as", "--history"])
def test_an_option_without_a_value_is_told(pk: Command, tiny: str, option: str) -> None:
    """Two strokes are no value, whatever the option."""
    ran = pk("case", "open", tiny, *DJO, *NOON, f"{option}=--")
    assert (2, True) == (ran.code, f"`{option}=--` gives no value" in ran.err)


def test_a_history_that_the_protocol_cannot_tell_is_refused(
    pk: Command, tiny: str, tmp_path: Path
) -> None:
    """With the entry that is meant."""
    file = _write(tmp_path, REPORT, REPORT | {"at": "2025-03-03 10:00"})
    ran = pk("case", "open", tiny, "--id", "c-1", *DJO, *NOON, "--history", file)
    assert 1 == ran.code
    assert "In the history, act report" in " ".join(ran.out.split())
