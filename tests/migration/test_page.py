"""The page on migrations is a story that runs: every command prints what stands below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from protocolkit.cli import main
from protocolkit.migrations.vocabulary import INNER, KEYS
from protocolkit.semantics.migration.plan import POLICIES
from tests.docs.reading_grade import grade
from tests.docs.saying import DOCS
from tests.migration.saying import PAGE, blocks, shown, write_files

TEXT = PAGE.read_text(encoding="utf-8")


def test_every_command_says_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever types the page sees the page; after three dots the end, or nothing, of it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    (more, *_) = write_files(tmp_path, TEXT)
    refused = 0
    for block in blocks(TEXT, "console"):
        for one in shown(block):
            code = main(one.words)
            out = _bare(capsys.readouterr().out)
            if code == 1:  # the plan was not whole yet
                refused += 1
                with (tmp_path / "plan.yaml").open("a", encoding="utf-8") as plan:
                    plan.write(more)
            if one.says.startswith("..."):
                assert out.endswith(_bare(one.says.removeprefix("...\n")))
            else:
                assert (one.words, _bare(one.says)) == (one.words, out)
    assert 1 == refused


def _bare(text: str) -> str:
    """Without digests: they change with every comma of the protocol."""
    return re.sub(r"\b[0-9a-f]{12}\b", "...", text)


def test_every_key_is_on_the_page() -> None:
    """With the words that it takes."""
    rows = [line for line in TEXT.splitlines() if line.startswith("| `")]
    told = [row.split("`")[1] for row in rows]
    assert [key.name for key in KEYS] == told[: len(KEYS)]
    assert {*POLICIES} <= set(told[len(KEYS) :])
    assert all(f"`{key}`" in TEXT for key, _ in INNER.values())


def test_it_is_read_with_ease() -> None:
    """Grade seven at most."""
    assert grade(TEXT) <= 7


def test_it_is_found() -> None:
    """From the list of pages."""
    assert "reference/migrations.md" in (DOCS / "README.md").read_text(encoding="utf-8")
