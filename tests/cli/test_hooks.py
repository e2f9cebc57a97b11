"""The hooks for pre-commit: the file says what pre-commit needs, and its commands run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from protocolkit.cli import COMMANDS
from tests.cli.conftest import Command
from tests.cli.harness import ROOT, TINY

HOOKS: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
)
each = pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])


@each
def test_a_hook_has_what_pre_commit_needs(hook: dict[str, Any]) -> None:
    """The four keys without which a hook is none, and no key that there is not."""
    assert {"id", "name", "entry", "language"} <= hook.keys()
    assert hook.keys() <= {
        *("id", "name", "entry", "language", "args", "files", "description", "pass_filenames")
    }
    program, command = hook["entry"].split()
    assert ("protocolkit", "python", False) == (program, hook["language"], hook["pass_filenames"])
    assert command in COMMANDS
    assert all(re.search(hook["files"], name) for name in ("a/county.yaml", "it.scenarios.yml"))
    assert not re.search(hook["files"], "README.md")


def _run(pk: Command, hook: dict[str, Any]) -> int:
    return pk(*hook["entry"].split()[1:], *hook["args"]).code


@each
def test_a_hook_runs(pk: Command, tmp_path: Path, hook: dict[str, Any]) -> None:
    """As pre-commit runs it, from the top of a repository with a protocol and other YAML files."""
    (tmp_path / "other.yaml").write_text("name: CI\njobs: {}\n", encoding="utf-8")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "it.yaml").write_text(TINY, encoding="utf-8")
    assert 0 == pk("new", "county", "--yes").code
    assert 0 == _run(pk, hook)


def test_the_check_ends_with_1_for_a_slip(pk: Command, tmp_path: Path) -> None:
    """So that pre-commit holds the change back."""
    (hook,) = (hook for hook in HOOKS if hook["id"] == "protocolkit-check")
    (tmp_path / "it.yaml").write_text(TINY.replace("to: reported}", "to: reportd}"), "utf-8")
    assert 1 == _run(pk, hook)


def test_fmt_changes_the_file(pk: Command, tmp_path: Path) -> None:
    """Which pre-commit sees, and holds the change back."""
    (hook,) = (hook for hook in HOOKS if hook["id"] == "protocolkit-fmt")
    (tmp_path / "it.yaml").write_text(TINY.replace("  djo: {", "  djo:   {"), "utf-8")
    before = (tmp_path / "it.yaml").read_text("utf-8")
    assert 0 == _run(pk, hook)
    assert before != (tmp_path / "it.yaml").read_text("utf-8")
