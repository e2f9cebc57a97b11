"""`protocolkit check --gaps`: the open questions, in three forms, and the exit code."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.harness import SITE_A

COUNTY = """\
protocolkit: "1"
id: county
title: A <b>team</b> & more
jurisdiction: Larkspur County (invented)
timezone: America/Chicago
version: "2"
left_open: The partners settle these in spring.
roles:
  djo: {kind: juvenile_officer}
states:
  seen: {initial: true}
  closed: {final: true}
triggers:
  report: {who: djo, source: "§1"}
  close: {who: djo, moves: {from: seen, to: closed}}
follow_ups:
  call: {opens_with: report, who: djo, due: unspecified, title: Call back, source: "§2"}
  visit: {opens_with: report, who: unspecified, due: unspecified, left_open: It is new.}
"""
COUNT = "2 open questions, 10 left open on purpose"
TEXT = """\
A <b>team</b> & more (Larkspur County (invented)): 2 open questions, 10 left open on purpose

Limits, and what follows when they pass
  1. Call back: By when is this due?
     The text does not say (`due: unspecified`). (county.yaml:17, §2)

When nobody comes
  2. seen: Who notices when a case waits here for long?
     No limit runs here, and nobody is reminded. (county.yaml:11)

Left open on purpose
   - visit: By when is this due? Because: It is new. (county.yaml:18)
"""


@pytest.fixture
def county(tmp_path: Path) -> str:
    """The file of a county with gaps."""
    (tmp_path / "county.yaml").write_text(COUNTY, encoding="utf-8")
    return "county.yaml"


def test_text_for_the_terminal(pk: Command, county: str) -> None:
    """Numbered through, with the place; then what stays open on purpose, with the reason."""
    ran = pk("check", county, "--gaps")
    assert (0, "") == (ran.code, ran.err)
    assert ran.out.startswith(TEXT)
    assert "left_open:" in ran.out.splitlines()[-1] or "left_open:" in ran.out.splitlines()[-2]


def test_markdown_to_write_into(pk: Command, county: str) -> None:
    """Two boxes for each question; what stands in the file is text, never a mark."""
    ran = pk("check", county, "--gaps", "--format", "markdown")
    lines = ran.out.splitlines()
    assert r"# Open questions: A \<b\>team\</b\> & more" == lines[0]
    assert (
        "Larkspur County (invented), version 2. 2 open questions, 10 left open on purpose." in lines
    )
    assert "### 1. Call back: By when is this due?" in lines
    assert (2, 2) == (lines.count("- [ ] We agree:"), lines.count("- [ ] Left open, because:"))
    assert "- visit: By when is this due? Because: It is new. (county.yaml:18)" in lines


class _Page(HTMLParser):
    """The tags of a page, each opened and closed in order, and its text."""

    VOID = ("meta", "br")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_to_print(pk: Command, county: str) -> None:
    """Whole, with nothing from elsewhere; every question with room for an answer."""
    ran = pk("check", county, "--gaps", "--format", "html")
    page = _Page()
    page.feed(ran.out)
    page.close()
    assert [] == page.open
    assert "script" not in page.tags
    assert [] == page.addresses
    assert "A <b>team</b> & more" in page.text
    assert 2 == ran.out.count('<li class="gap">') == page.text.count("We agree")
    assert "It is new." in page.text


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_the_same_bytes_each_time(pk: Command, form: str) -> None:
    """Nothing of the day, and nothing of the machine."""
    words = ("check", SITE_A, "--gaps", "--format", form)
    assert pk(*words).out == pk(*words).out


def test_several_files_one_after_the_other(pk: Command, county: str, tmp_path: Path) -> None:
    """Each begins with its own name."""
    (tmp_path / "other.yaml").write_text(COUNTY.replace("A <b>team</b> & more", "Other"))
    out = pk("check", county, "other.yaml", "--gaps").out
    assert out.index("A <b>team</b>") < out.index("Other (Larkspur")
    assert 2 == pk("check", county, "other.yaml", "--gaps", "--format=html").out.count("<section>")


def test_exit_codes(pk: Command, county: str, tmp_path: Path) -> None:
    """Gaps are no fault, unless every question is to be answered; a broken file is one."""
    assert 0 == pk("check", county, "--gaps").code
    assert 1 == pk("check", county, "--gaps", "--fail-on", "advice").code
    closed = COUNTY.replace("title: Call back", "left_open: So").replace(
        "{initial: true}", "{initial: true, left_open: So}"
    )
    (tmp_path / "closed.yaml").write_text(closed, encoding="utf-8")
    assert 0 == pk("check", "closed.yaml", "--gaps", "--fail-on", "advice").code
    (tmp_path / "broken.yaml").write_text(COUNTY.replace("to: closed", "to: closd"))
    broken = pk("check", "broken.yaml", "--gaps")
    assert (1, True) == (broken.code, "this has errors" in broken.err)
    assert 2 == pk("check", county, "--gaps", "--format", "sarif").code
    assert 2 == pk("check", county, "--format", "html").code
    assert 2 == pk("check", county, "--gaps", "--fix").code
