"""What README.md shows of the command line is what the command says."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from tests.cli.conftest import Command
from tests.cli.harness import ROOT, SITE_A


def test_the_refusal_is_the_real_one(pk: Command, tmp_path: Path) -> None:
    """The command of the sample, typed in the case that the demo tells of, says just that."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    sample = next(block for block in page.split("```\n") if block.startswith("$ protocolkit case"))
    command, _, shown = sample.partition("\n")
    words = shlex.split(command.removeprefix("$ protocolkit "))
    shutil.copy(SITE_A, tmp_path / "site_a.yaml")
    officer = ("--as", "t-1", "--role", "truancy_officer", "--clock", "2025-03-04 22:40")
    pk("case", "open", "site_a.yaml", "--id", "night-1", *officer)
    facts = ("--fact", "certainty=suspected", "--fact", "supervisor_reachable=false")
    pk("case", "do", "night-1", "report_to_supervisor", *facts, *officer)
    ran = pk(*words, "--clock", "2025-03-04 22:45")
    assert (1, shown) == (ran.code, ran.out)
    assert "`--clock" in page


def test_the_story_is_the_real_one(pk: Command, tmp_path: Path) -> None:
    """What stands between the dots of the sample is what `verify` says."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    sample = next(block for block in page.split("```\n") if "$ protocolkit verify" in block[:22])
    command, _, shown = sample.partition("\n")
    shutil.copy(SITE_A, tmp_path / "site_a.yaml")
    ran = pk(*shlex.split(command.removeprefix("$ protocolkit ")))
    assert ("...\n", "...\n") == (shown[:4], shown[-4:])
    assert 1 == ran.code
    assert shown[4:-4] in ran.out
