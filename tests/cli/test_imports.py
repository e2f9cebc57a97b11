"""What a command costs before it does anything: the modules that it imports."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import protocolkit
from tests.cli.harness import ROOT, SITE_A, environment

HEAVY = {
    "dataclasses",
    "graphviz",
    "inspect",
    "jsonschema",
    "pygraphviz",
    "shutil",
    "sqlite3",
    "tempfile",
    "transitions",
    "protocolkit.api",
    "protocolkit.diagrams",
    "protocolkit.engine",
    "protocolkit.semantics",
    "protocolkit.store",
}

_ASK = "import sys, json; {}; json.dump(sorted(sys.modules), sys.stderr)"


def _imported(code: str) -> set[str]:
    """The modules that are imported after some code has run."""
    ran = subprocess.run(
        [sys.executable, "-c", _ASK.format(code)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        check=True,
    )
    return set(json.loads(ran.stderr.splitlines()[-1]))  # notes of the command come first


@pytest.mark.parametrize("format", ["text", "concise", "json"])
def test_a_check_imports_nothing_heavy(format: str) -> None:
    """It runs at every save: no engine, no store, no figures, no schema."""
    command = f"from protocolkit.cli import main; main(['check', {SITE_A!r}, '--format={format}'])"
    assert set() == HEAVY & _imported(command)


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["chek"]])
def test_the_entry_imports_almost_nothing(words: list[str]) -> None:
    """Finding the command does not even read the language."""
    found = _imported(f"from protocolkit.cli import main; main({words!r})")
    ours = {name for name in found if name.startswith("protocolkit.")}
    assert {
        "protocolkit.cli",
        "protocolkit.cli.exits",
        "protocolkit.cli.screen",
        "protocolkit.ground",
        "protocolkit.ground.collecting",
        "protocolkit.ground.errors",
        "protocolkit.ground.nearest",
    } == ours


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_proof_needs_no_engine(format: str) -> None:
    """What can become of a case is asked of the rules, not of what runs cases."""
    command = f"from protocolkit.cli import main; main(['verify', {SITE_A!r}, '--format={format}'])"
    found = _imported(command)
    assert "protocolkit.proofs" in found
    assert {"protocolkit.semantics"} == HEAVY & found


def test_drawing_needs_no_engine_and_cases_no_figures() -> None:
    """Each command imports its own part of the project only."""
    start = "import os, tempfile; os.chdir(tempfile.mkdtemp()); from protocolkit.cli import main; "
    drawn = _imported(f"{start}main(['draw', {SITE_A!r}, '-o', 'a.dot'])")
    assert set() == {"transitions", "sqlite3", "protocolkit.engine"} & drawn
    opened = _imported(f"{start}main(['case', 'open', {SITE_A!r}, '--as=u', '--role=djo'])")
    assert {"transitions", "sqlite3"} <= opened
    assert set() == {"graphviz", "jsonschema", "protocolkit.diagrams"} & opened


def test_the_package_is_imported_for_nothing() -> None:
    """`import protocolkit` imports nothing of ours until a name is used; then it is there."""
    bare = {name for name in _imported("import protocolkit") if name.startswith("protocolkit.")}
    assert set() == bare
    assert "protocolkit.engine.engine" in _imported("import protocolkit; protocolkit.Engine")


def test_the_public_names_are_all_there() -> None:
    """Every name is listed once, in order, and can be had; others are refused by name."""
    assert sorted(protocolkit.__all__) == protocolkit.__all__
    assert set(protocolkit.__all__) <= set(dir(protocolkit))
    for name in protocolkit.__all__:
        assert getattr(protocolkit, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'verifiy'"):
        getattr(protocolkit, "verifiy")  # noqa: B009
