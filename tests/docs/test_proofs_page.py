"""The page on proofs: every question is on it, its story is a real one, and it is easy to read."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import protocolkit
from protocolkit.cli import main
from protocolkit.cli.verify import SECONDS, SITUATIONS
from protocolkit.cli.verify.wording import KINDS
from protocolkit.proofs import IN_WORDS, Budget
from tests.docs.reading_grade import grade
from tests.docs.saying import DOCS

TEXT = (DOCS / "proofs.md").read_text(encoding="utf-8")
SITE_A = DOCS.parent / "protocols" / "site_a.yaml"


def test_every_question_and_answer_is_told() -> None:
    """With the codes that its answers bear, and in the words of the terminal and of the JSON."""
    told = dict(re.findall(r"^\| `([a-z-]+)` \|\s*([^|]*?)\s*\|", TEXT, re.MULTILINE))
    assert {name for name in KINDS if name in told} == told.keys()
    results = protocolkit.verify(SITE_A).results
    assert [] == [one for one in results if one.code not in told[one.question]]
    answers = re.findall(r"^\| ([a-z ]+) \| `([a-z ]+)` \|", TEXT, re.MULTILINE)
    assert {word: verdict for verdict, word in IN_WORDS.items()} == dict(answers)


def test_the_story_is_a_real_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the page explains is what the command says."""
    shutil.copy(SITE_A, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    story = next(one for one in TEXT.split("```\n") if one.startswith("    = a case that"))
    assert 1 == main(["verify", "site_a.yaml", "--without", "supervisor"])
    assert story in capsys.readouterr().out


def test_the_budget_is_the_one_it_tells() -> None:
    """Of the page, of the command and of Python."""
    assert Budget() == Budget(situations=SITUATIONS, seconds=SECONDS)
    assert f"at most {SITUATIONS:,} unless" in TEXT
    assert f"{SECONDS:g} unless" in TEXT


def test_it_is_easy_to_read() -> None:
    """Grade eight at most."""
    assert 8 >= grade(TEXT)
