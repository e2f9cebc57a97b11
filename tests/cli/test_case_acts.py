"""Acts on the command line in which others have a part: sign-offs, company, exceptions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.harness import TINY

DJO = ("--as", "u-17", "--role", "djo")
BOSS = ("--as", "s-1", "--role", "supervisor")
MINOR = ("--as", "y-1", "--role", "minor")

_MORE = """
  agree: {agreed_by: {all_of: [djo, supervisor], veto: minor}, records: [danger], source: "§5"}
  interview: {who: djo, together_with: minor, needs: {calm: mood is calm},
    exceptions: {urgent: {waives: calm, who: supervisor, reason: required}}}
meetings:"""


@pytest.fixture
def case(pk: Command, tmp_path: Path) -> str:
    """An open case of a county in which acts take more than one."""
    (tmp_path / "more.yaml").write_text(TINY.replace("\nmeetings:", _MORE, 1), encoding="utf-8")
    ran = pk("case", "open", "more.yaml", "--id", "c-1", *DJO)
    assert 0 == ran.code, ran.err
    return "c-1"


def _events(pk: Command, case: str) -> list[dict[str, object]]:
    return [json.loads(line)["data"] for line in pk("case", "export", case).out.splitlines()]


def test_doing_an_act_that_several_must_agree_to_signs_it(pk: Command, case: str) -> None:
    """The answer says who must still; the log tells who signed."""
    ran = pk("case", "do", case, "agree", "--fact", "danger=true", *DJO)
    assert 0 == ran.code
    assert "waits for sign-offs: agree, signed by u-17" in ran.out
    assert "still missing: supervisor" in ran.out
    assert 1 == pk("case", "do", case, "agree", "--fact", "danger=true", *DJO).code
    ran = pk("case", "do", case, "agree", "--fact", "danger=true", *BOSS)
    assert (0, False) == (ran.code, "waits for" in ran.out)
    log = pk("case", "log", case).out
    assert "signed agree" in log
    assert "did agree" in log
    assert ["open", "signed", "refused", "act"] == [one["kind"] for one in _events(pk, case)]


def test_what_waits_for_sign_offs_can_be_stopped(pk: Command, case: str) -> None:
    """By a veto, or by a signer."""
    pk("case", "do", case, "agree", *DJO)
    ran = pk("case", "decline", case, "agree", *MINOR)
    assert (0, False) == (ran.code, "waits for" in ran.out)
    assert "nobody's signature counts any more: it was vetoed" in pk("case", "log", case).out
    assert 1 == pk("case", "decline", case, "agree", *MINOR).code


def test_company_exception_reason_and_evidence(pk: Command, case: str) -> None:
    """All that can come with an act; what is missing is named."""
    ran = pk("case", "do", case, "interview", *DJO)
    assert 1 == ran.code
    assert "not-together" in ran.out
    assert "the exception `urgent`" in " ".join(ran.out.split())
    words = ("--exception", "urgent", "--reason", "r-1", "--evidence", "form=F-2", "--evidence")
    there = ("--attended", "minor=y-1", "--attended", "supervisor=s-1")
    ran = pk("case", "do", case, "interview", *DJO, *words, "R-9", *there)
    assert 0 == ran.code, ran.out
    assert {
        "exception": "urgent",
        "reason": "r-1",
        "used": ["urgent"],
        "evidence": {"form": "F-2", "reference": "R-9"},
        "attended": {"s-1": "supervisor", "y-1": "minor"},
    } == _events(pk, case)[-1]["data"]


@pytest.mark.parametrize("words", [("a=", "a=1"), ("a b", "c d")])
def test_evidence_is_said_once_each(pk: Command, case: str, words: tuple[str, str]) -> None:
    """Two of one name would hide one of them."""
    given = [part for word in words for part in ("--evidence", word)]
    ran = pk("case", "do", case, "interview", *DJO, *given)
    assert (2, True) == (ran.code, "is there twice" in ran.err)
