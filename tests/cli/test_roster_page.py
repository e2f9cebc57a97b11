"""The page on rosters and the commands on cases: every command of it answers what is shown."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from protocolkit.cli.case import COMMANDS
from tests.cli.conftest import Command
from tests.cli.harness import ROOT

PAGE = (ROOT / "docs" / "reference" / "roster-and-case.md").read_text(encoding="utf-8")


def test_every_command_of_the_page_answers_what_is_shown(pk: Command, tmp_path: Path) -> None:
    """Typed one after the other, with the two files of the page beside them."""
    files = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    for name, text in zip(("county.yaml", "roster.yaml"), files, strict=True):
        (tmp_path / name).write_text(text, encoding="utf-8")
    shown, said = [], []
    for block in re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL):
        for typed in re.split(r"^\$ protocolkit ", block.replace("\\\n", ""), flags=re.M)[1:]:
            line, _, answer = typed.partition("\n")
            shown.append((line, answer))
            said.append((line, pk(*shlex.split(line)).out))
    assert len(shown) > 10
    assert shown == said


def test_the_page_has_every_command() -> None:
    """With what the command itself says it is for."""
    for name, (_, summary) in COMMANDS.items():
        assert f"| `case {name}` | {summary} |" in PAGE
