"""A command line in an empty folder."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from protocolkit.cli import main
from tests.cli.harness import OUR_FAULT, TINY, Ran

Command = Callable[..., Ran]

DJO = ("--as", "u-17", "--role", "djo")
SUPERVISOR = ("--as", "s-1", "--role", "supervisor")
MORNING = ("--clock", "2025-03-04 09:00")
NOON = ("--clock", "2025-03-04 12:00")


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder and no wishes about the terminal."""
    monkeypatch.chdir(tmp_path)
    for name in ("COLUMNS", "NO_COLOR", "PROTOCOLKIT_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def pk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in this process, in an empty folder; it never ends by a fault of ours."""

    def command(*words: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        code = main(words)
        out, err = capsys.readouterr()
        assert OUR_FAULT not in err, err
        return Ran(code=code, out=out, err=err)

    return command


@pytest.fixture
def tiny(tmp_path: Path) -> str:
    """The file of a small protocol, in the folder in which the command runs."""
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return "tiny.yaml"


@pytest.fixture
def cases(pk: Command, tiny: str) -> None:
    """One case where nothing waits, one where an answer is owed by 11:00, one that is closed."""
    for case, acts in (("c-1", ()), ("c-2", ("report",)), ("c-3", ("report", "close"))):
        assert 0 == pk("case", "open", tiny, "--id", case, *DJO, *MORNING).code
        for act in acts:
            if act == "close":
                assert 0 == pk("case", "complete", case, "answer", *SUPERVISOR, *MORNING).code
            who = SUPERVISOR if act == "close" else DJO
            assert 0 == pk("case", "do", case, act, *who, *MORNING).code
