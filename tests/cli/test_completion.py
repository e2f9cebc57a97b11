"""`protocolkit completion`: small scripts that know every command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from protocolkit.cli import COMMANDS
from protocolkit.cli.case import COMMANDS as CASE_COMMANDS
from protocolkit.cli.completion import SHELLS
from protocolkit.cli.store import COMMANDS as STORE_COMMANDS
from tests.cli.conftest import Command
from tests.cli.harness import ROOT, environment


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_knows_every_command(pk: Command, shell: str) -> None:
    """Commands, commands on cases, and where options come from; nothing is left to fill in."""
    ran = pk("completion", shell)
    assert 0 == ran.code
    assert " ".join(COMMANDS) in ran.out
    assert " ".join(CASE_COMMANDS) in ran.out
    assert " ".join(STORE_COMMANDS) in ran.out
    assert "protocolkit $" in ran.out
    assert "@" not in ran.out.replace('"${words[@]', "")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("c",), {"check", "case", "completion"}),
        (("case", "d"), {"do", "decline"}),
        (("store", "re"), {"restore"}),
        (("store", "backup", "--d"), {"--db"}),
        (("check", "--f"), {"--format", "--fail-on", "--fix"}),
        (("case", "do", "--a"), {"--as", "--assign", "--at", "--attended"}),
        (("completion", ""), {"bash", "zsh", "fish"}),
        (("check", "ti"), {"tiny.yaml"}),
    ],
)
@pytest.mark.usefixtures("tiny")
def test_bash_completes(
    pk: Command, tmp_path: Path, words: tuple[str, ...], expected: set[str]
) -> None:
    """In a real bash: commands, options of the command at hand, files."""
    bash = shutil.which("bash")
    assert bash is not None, "the project's own scripts need bash too"
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "protocolkit"
    command.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -m protocolkit "$@"\n', encoding="utf-8"
    )
    command.chmod(0o755)
    line = " ".join(f"'{word}'" for word in ("protocolkit", *words))
    script = (
        f"{pk('completion', 'bash').out}\nCOMP_WORDS=({line})\nCOMP_CWORD={len(words)}\n"
        '_protocolkit\nprintf "%s\\n" "${COMPREPLY[@]}"'
    )
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        [bash, "--norc", "-c", script],
        cwd=tmp_path,
        env=environment({"PATH": path, "PYTHONPATH": str(ROOT)}),
        capture_output=True,
        text=True,
    )
    assert (expected, "") == (set(ran.stdout.split()), ran.stderr)
