"""`protocolkit demo`: everything at work, always the same way."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from pathlib import Path

import pytest

from protocolkit.cli import COMMANDS, main
from protocolkit.cli.demo import FIGURES, FOLDER
from protocolkit.diagrams import layout
from tests.cli.conftest import Command
from tests.cli.harness import ROOT

SNAPSHOT = ROOT / "tests" / "snapshots" / "demo.txt"
RENEW = f"if the new output is right: python -m protocolkit demo > {SNAPSHOT.relative_to(ROOT)}"


def _expected() -> str:
    """The kept output, as it is on a machine with or without a layout engine."""
    text = SNAPSHOT.read_text(encoding="utf-8")
    if not layout.available():
        for *_, file in FIGURES:
            dot = Path(file).with_suffix(".dot")
            text = text.replace(f"wrote {file}", f"wrote {dot} instead of {file}")
        text = text.replace(
            f"The figures are in {FOLDER}: open figure-1.svg in a browser.",
            "The figures are .dot files for now: the message above says how to get pictures.",
        )
    return text


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the demo was played for the first time."""
    return tmp_path_factory.mktemp("stage")


@pytest.fixture(scope="module")
def played(stage: Path) -> str:
    """What the demo says."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(said):
        patch.chdir(stage)
        patch.delenv("COLUMNS", raising=False)
        patch.setenv("PROTOCOLKIT_DB", f"sqlite:///{stage / 'real.db'}")
        assert 0 == main(["demo"])
        assert "PROTOCOLKIT_DB" in os.environ
    return said.getvalue()


def test_it_keeps_out_of_real_cases(stage: Path, played: str) -> None:
    """Who has set where their cases are kept does not find those of the demo among them."""
    assert played
    assert not (stage / "real.db").exists()
    assert (stage / FOLDER / "cases.db").exists()


def test_the_output_is_the_kept_one(played: str) -> None:
    """To the letter: times, ids and keys are the same each time."""
    assert _expected() == played, RENEW


def test_it_can_be_played_again(
    pk: Command, played: str, stage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It starts afresh in its own folder, and leaves alone what somebody else put there."""
    monkeypatch.chdir(stage)
    (stage / FOLDER / "mine.txt").write_text("mine", encoding="utf-8")
    assert (0, played) == ((again := pk("demo")).code, again.out)
    assert [FOLDER] == [path.name for path in stage.iterdir()]
    assert "mine" == (stage / FOLDER / "mine.txt").read_text(encoding="utf-8")


def test_each_command_can_be_typed(
    pk: Command, played: str, stage: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every `$` line, typed by hand in a folder with the same files, gives the same answer."""
    monkeypatch.chdir(stage / FOLDER)
    for name in ("cases.db", "cases.db-wal", "cases.db-shm"):
        Path(name).unlink(missing_ok=True)
    blocks = [block.partition("\n") for block in played.split("\n$ protocolkit ")[1:]]
    assert 20 < len(blocks)
    for line, _, shown in blocks:
        answer = pk(*shlex.split(line)).out
        assert shown.startswith(answer), line


def test_it_shows_public_commands_only(played: str) -> None:
    """Checking, drawing and cases are all there; nothing that a user could not type."""
    used = set(re.findall(r"^\$ protocolkit (\S+)", played, re.M))
    assert {"check", "draw", "verify", "test", "case"} == used & COMMANDS.keys() == used


def test_it_says_where_it_works(pk: Command, tmp_path: Path) -> None:
    """A folder that cannot be made ends with 3, in a plain line."""
    (tmp_path / FOLDER).write_text("in the way", encoding="utf-8")
    ran = pk("demo")
    assert (3, "") == (ran.code, ran.out)
    assert f"{FOLDER} cannot be opened: File exists." in ran.err
