"""The page on the Python API is one program: it runs from the top down and prints what it shows."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest

import protocolkit as pk
from tests.docs.reading_grade import grade
from tests.docs.saying import DOCS

PAGE = DOCS / "reference" / "python.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def test_every_block_runs_in_order_and_prints_what_stands_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A developer who copies the page sees what the page shows."""
    examples = tmp_path / "protocols" / "examples"
    examples.mkdir(parents=True)
    shutil.copy(DOCS.parent / "protocols" / "examples" / "larkspur.yaml", examples)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    found = list(BLOCK.finditer(TEXT))
    assert TEXT.count("```python\n") == len(found) > 10
    assert TEXT.count("```text\n") == sum(one[2] is not None for one in found)
    for one in found:
        line = TEXT.count("\n", 0, one.start(1))
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile("\n" * line + one[1], str(PAGE), "exec"), names)  # noqa: S102 - our own page
        assert (line, one[2] or "") == (line, printed.getvalue())


def test_the_block_for_a_server_runs_too(database: str) -> None:
    """One row of the host and our events, on its connection; sent again, both are there once."""
    (block,) = re.findall(r"^```py\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    county = pk.load(str(DOCS.parent / "protocols" / "examples" / "larkspur.yaml"))
    officer = pk.Actor("o-1", roles={"officer"})
    names: dict[str, Any] = {"pk": pk, "larkspur": county, "officer": officer, "clock": None}
    exec(compile(block, str(PAGE), "exec"), names)  # noqa: S102 - our own page
    with psycopg.connect(database, autocommit=True) as host:
        host.execute("CREATE TABLE visit (key TEXT PRIMARY KEY, room TEXT)")
        for _ in range(2):
            states = names["book_there"](database, "open-k-9")
            assert {"case": "identified", "whereabouts": "safe"} == states
        assert [("open-k-9", "12")] == host.execute("SELECT * FROM visit").fetchall()
        assert [(1,)] == host.execute("SELECT version FROM pk_case_head").fetchall()


def test_it_is_read_with_ease() -> None:
    """Developers have little time as well."""
    assert grade(TEXT) <= 7


@pytest.mark.parametrize("page", [DOCS / "README.md", DOCS.parent / "README.md"])
def test_it_is_found(page: Path) -> None:
    """From the front page, and from the list of pages."""
    assert "reference/python.md" in page.read_text(encoding="utf-8")
