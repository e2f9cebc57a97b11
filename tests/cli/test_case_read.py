"""`case read`: a fact for who may see it, and what the log keeps of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.harness import TINY

SHARING = """
sharing:
  danger: {supervisor: {release: with_consent, purposes: [safety, hearing]}, minor: never}
"""
DJO = ("--as", "u-17", "--role", "djo")
SUPERVISOR = ("--as", "s-1", "--role", "supervisor")
MORNING = ("--clock", "2025-03-04 09:00")


@pytest.fixture
def known(pk: Command, tmp_path: Path) -> str:
    """The id of a case in which a danger is recorded."""
    (tmp_path / "tiny.yaml").write_text(TINY + SHARING, encoding="utf-8")
    opened = pk("case", "open", "tiny.yaml", "--id", "c-1", "--fact", "danger=true", *DJO, *MORNING)
    assert 0 == opened.code
    return "c-1"


def test_a_fact_is_read_and_the_log_keeps_it(pk: Command, known: str) -> None:
    """The value alone; in the log who looked, what for, with which consent."""
    for_safety = ("--purpose", "safety", "--consent", "doc-7")
    ran = pk("case", "read", known, "danger", *for_safety, *SUPERVISOR, *MORNING)
    assert (0, "danger is true\n") == (ran.code, ran.out)
    ran = pk("case", "read", known, "age", *SUPERVISOR, *MORNING)
    assert (0, "age is unknown\n") == (ran.code, ran.out)
    log = pk("case", "log", known, *MORNING).out
    entry = log[log.index("2. ") : log.index("3. ")].splitlines()
    assert ["s-1 as supervisor read danger", "purpose: safety", "consent: doc-7"] == [
        entry[0].partition(": ")[2],
        *(line.strip() for line in entry[1:]),
    ]


def test_who_may_not_is_told_why_and_the_log_keeps_that_too(pk: Command, known: str) -> None:
    """Every reason, what would help, and which rule it is."""
    ran = pk("case", "read", known, "danger", *SUPERVISOR, *MORNING, "--protocol", "tiny.yaml")
    assert 1 == ran.code
    said = " ".join(ran.out.split())
    assert said.startswith("Refused: to read `danger`, by s-1. Nothing has changed.")
    assert "missing-consent: " in said
    assert "wrong-purpose: `danger` is shared with supervisor only for `safety` or `hearing`." in (
        said
    )
    assert "(sharing.danger.supervisor.purposes)" in said
    assert "tiny.yaml:" in said
    log = pk("case", "log", known, *MORNING).out
    assert "s-1 as supervisor was refused to read danger" in log


def test_answers_for_programs(pk: Command, known: str) -> None:
    """The fact and its value, or the reasons; with the key of the request."""
    ran = pk("case", "read", known, "danger", *DJO, *MORNING, "--format", "json", "--key", "k-1")
    said = json.loads(ran.out)
    assert (True, "k-1", "danger", True) == tuple(
        said[name] for name in ("done", "key", "fact", "value")
    )
    ran = pk("case", "read", known, "danger", *SUPERVISOR, *MORNING, "--format", "json")
    said = json.loads(ran.out)
    names = [one["name"] for one in said["reasons"]]
    assert (1, False, ["missing-consent", "wrong-purpose"]) == (ran.code, said["done"], names)


def test_consent_is_a_number_and_no_text(pk: Command, known: str) -> None:
    """Words about a child do not get into the record."""
    consent = ("--consent", "she said yes")
    ran = pk("case", "read", known, "danger", *consent, *SUPERVISOR, *MORNING)
    assert 2 == ran.code
    assert ran.err.startswith("protocolkit: --consent: ")
    ran = pk("case", "read", known, "age", "--purpose", "to help her", *SUPERVISOR, *MORNING)
    assert (1, True) == (ran.code, "free-text" in ran.out)


def test_an_extension_says_why_in_the_log(pk: Command, known: str) -> None:
    """The coded reason stands beside who gave more time."""
    assert 0 == pk("case", "do", known, "report", *DJO, *MORNING).code
    more = ("--until", "2025-03-04 18:00", "--reason", "r-4")
    assert 0 == pk("case", "extend", known, "answer", *more, *SUPERVISOR, *MORNING).code
    log = pk("case", "log", known, *MORNING).out.splitlines()
    place = next(number for number, line in enumerate(log) if "extended answer" in line)
    assert "s-1 as supervisor" in log[place]
    assert "reason: r-4" == log[place + 1].strip()
