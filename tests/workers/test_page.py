"""The page on operating and the unit files: what they say is so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.cli.harness import process

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
WORKERS = PAGE.partition("## Workers\n")[2].partition("\n## ")[0]
UNITS = sorted((ROOT / "deploy").glob("*.service"))


def test_every_option_is_on_the_page() -> None:
    """The table has the options of the command, and no other."""
    said = set(re.findall(r"^\| `(--[a-z]+)", WORKERS, re.MULTILINE))
    there = set(re.findall(r"--[a-z]+", process("work", "--help").out.partition("examples")[0]))
    assert there - {"--help"} == said


def test_everything_a_worker_says_is_on_the_page() -> None:
    """The table of log lines has what the code says, and nothing else."""
    rows = re.findall(r"^\| (`.*) \|", WORKERS.partition("What a worker says")[2], re.MULTILINE)
    on_page = {name for row in rows for name in re.findall(r"`([^`]+)`", row.partition(" | ")[0])}
    said = {
        word.value.partition(":")[0]
        for path in (ROOT / "protocolkit/workers").glob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("log.say")
        for word in ast.walk(call.args[1])
        if isinstance(word, ast.Constant) and isinstance(word.value, str)
    }
    assert {name.partition(":")[0] for name in on_page} - {"what"} == said


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_there_is(unit: Path) -> None:
    """With options that it has, and with as few rights as it needs."""
    lines = unit.read_text(encoding="utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if re.match("[A-Z][A-Za-z]+=", line))
    _, command, *words = settings["ExecStart"].split()
    help = process(command, "--help").out
    assert [] == [word for word in words if word.startswith("--") and word not in help]
    assert ("yes", "strict") == (settings["NoNewPrivileges"], settings["ProtectSystem"])
    assert "EnvironmentFile" in settings
    assert [] == [
        line for line in lines if re.match("(Environment|ExecStart)=.*(://|whsec_)", line)
    ]


def test_a_worker_comes_back() -> None:
    """Whatever ended it, without a limit."""
    (unit,) = [path for path in UNITS if "worker" in path.name]
    text = unit.read_text(encoding="utf-8")
    assert "\nRestart=always\n" in text
    assert "\nStartLimitIntervalSec=0\n" in text
    assert "\nLoadCredential=" in text
