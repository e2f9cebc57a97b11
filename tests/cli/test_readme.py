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
