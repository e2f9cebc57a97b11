"""`protocolkit draw`: a figure into a file, or the next best thing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from protocolkit.diagrams import layout
from tests.cli.conftest import Command
from tests.cli.harness import SITE_A

BEGINS = {"svg": b"<", "png": b"\x89PNG", "pdf": b"%PDF", "dot": b"digraph"}


@pytest.mark.parametrize(
    ("ending", "view"), [*((ending, "process") for ending in BEGINS), ("svg", "network")]
)
def test_the_ending_chooses_the_format(pk: Command, tmp_path: Path, ending: str, view: str) -> None:
    """The file is written and named; without a layout engine it is DOT text, and that is said."""
    ran = pk("draw", SITE_A, "-o", f"a.{ending}", "--view", view)
    if ending == "dot" or layout.available():
        assert (0, f"wrote a.{ending}\n") == (ran.code, ran.out)
        assert (tmp_path / f"a.{ending}").read_bytes().lstrip().startswith(BEGINS[ending])
    else:
        assert (3, f"wrote a.dot instead of a.{ending}\n") == (ran.code, ran.out)


def test_without_an_engine_the_text_is_written(
    pk: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3, one message that says how to get an engine, and a file that can be used."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)  # importing it fails
    ran = pk("draw", SITE_A, "-o", "a.png")
    assert (3, "wrote a.dot instead of a.png\n") == (ran.code, ran.out)
    assert "pip install 'protocolkit[render]'" in ran.err
    assert ["a.dot"] == [path.name for path in tmp_path.iterdir()]


def test_the_default_is_what_happens_next(pk: Command, tmp_path: Path) -> None:
    """Without `--view` the process is drawn."""
    pk("draw", SITE_A, "-o", "a.dot")
    pk("draw", SITE_A, "-o", "b.dot", "--view", "process")
    assert (tmp_path / "a.dot").read_bytes() == (tmp_path / "b.dot").read_bytes()


def test_a_public_figure_counts_no_persons(pk: Command, tmp_path: Path) -> None:
    """With `--public` it is not shown on how many persons a tie rests."""
    pk("draw", SITE_A, "-o", "a.dot", "--view", "network")
    pk("draw", SITE_A, "-o", "b.dot", "--view", "network", "--public")
    inside, public = ((tmp_path / name).read_text(encoding="utf-8") for name in ("a.dot", "b.dot"))
    assert (True, False) == ("1 person" in inside, "1 person" in public)


def test_a_protocol_with_errors_is_not_drawn(pk: Command, tmp_path: Path) -> None:
    """What is wrong is shown as `check` would, and no file is made."""
    (tmp_path / "slip.yaml").write_text("id: x\n", encoding="utf-8")
    ran = pk("draw", "slip.yaml", "-o", "a.svg")
    assert (1, "") == (ran.code, ran.err)
    assert "error[PK005]" in ran.out
    assert not (tmp_path / "a.svg").exists()


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((SITE_A, "-o", "a.gif"), 2, "a.gif must end in .svg, .png, .pdf, .dot"),
        ((SITE_A, "-o", "a"), 2, "a must end in .svg"),
        ((SITE_A,), 2, "missing: -o/--output"),
        ((SITE_A, "-o", "a.dot", "--view", "map"), 2, "There is no figure called “map”"),
        (("missing.yaml", "-o", "a.svg"), 3, "missing.yaml cannot be opened: No such file"),
        ((SITE_A, "-o", "no/a.dot"), 3, "a.dot cannot be opened: No such file"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    pk: Command, words: tuple[str, ...], code: int, says: str
) -> None:
    """A wrong ending or view is the caller's; a file that cannot be opened is not."""
    ran = pk("draw", *words)
    assert (code, "") == (ran.code, ran.out)
    assert says in ran.err
