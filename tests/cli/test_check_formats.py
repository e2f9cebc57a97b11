"""`protocolkit check --format`: the forms for programs, and what every form has in common."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from protocolkit.cli.check_reports import FORMATS
from tests.checks.harness import complete
from tests.cli.conftest import Command
from tests.cli.harness import environment, process

SLIP = complete(
    'triggers:\n  close: {who: djo, source: "§1", moves: {from: identified, to: closd}}\n'
)
"""A state with a typing slip: an error."""
UNUSED = complete(
    "roles:\n  djo: {kind: juvenile_officer}\n  nurse: {kind: health, title: Schulärztin 看護}\n"
)
"""An office with nothing to do, and letters that few consoles have: a warning."""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> None:
    """Two protocols, one of them in a folder with a space in its name."""
    (tmp_path / "slip.yaml").write_text(SLIP, encoding="utf-8")
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "unused.yaml").write_text(UNUSED, encoding="utf-8")


def _run(text: str) -> dict[str, Any]:
    """The one run of a SARIF log."""
    (run,) = json.loads(text)["runs"]
    assert isinstance(run, dict)
    return run


def test_sarif(pk: Command) -> None:
    """Every finding, in files named from here, by this version; the exit code stays as it is."""
    ran = pk("check", "slip.yaml", "a b", "--format", "sarif")
    run = _run(ran.out)
    found = {
        (one["ruleId"], one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for one in run["results"]
    }
    assert (1, "") == (ran.code, ran.err)
    assert {("PK101", "slip.yaml"), ("PK301", "a%20b/unused.yaml")} == found
    assert pk("--version").out.split()[1] == run["tool"]["driver"]["semanticVersion"]


def test_sarif_of_what_cannot_be_opened(pk: Command) -> None:
    """The run did not succeed, and says why; the command ends with 3."""
    ran = pk("check", "missing.yaml", "slip.yaml", "--format", "sarif")
    (invocation,) = _run(ran.out)["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert (3, False) == (ran.code, invocation["executionSuccessful"])
    assert note["message"]["text"].startswith("missing.yaml cannot be opened")


def test_github(pk: Command) -> None:
    """A command for each finding, and nothing that is none."""
    ran = pk("check", "slip.yaml", "a b/unused.yaml", "--format", "github")
    heads = [line.split(",")[0] for line in ran.out.splitlines()]
    assert (1, ["::warning file=a b/unused.yaml", "::error file=slip.yaml"]) == (ran.code, heads)


def test_junit(pk: Command) -> None:
    """A suite for each file; what fails is what makes the command fail."""
    words = ("check", "slip.yaml", "a b", "missing.yaml", "--format", "junit")
    for more, failures in (((), "1"), (("--fail-on", "warning"), "2")):
        root = ET.fromstring(pk(*words, *more).out)
        assert (failures, "1") == (root.get("failures"), root.get("errors"))
        assert ["slip.yaml", "a b/unused.yaml", "missing.yaml"] == [one.get("name") for one in root]


def test_the_form_never_changes_the_code(pk: Command) -> None:
    """What is wrong is wrong however it is told."""
    assert {1} == {pk("check", "slip.yaml", f"--format={form}").code for form in FORMATS}
    assert {0} == {pk("check", "a b", f"--format={form}").code for form in FORMATS}


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_below_is_named_from_here(pk: Command, tmp_path: Path, form: str) -> None:
    """However it was named; with `/` between folders."""
    expected = pk("check", "a b/unused.yaml", "--format", form).out
    assert "unused.yaml" in expected
    assert str(tmp_path) not in expected
    for name in ("./a b/unused.yaml", str(tmp_path / "a b" / "unused.yaml"), str(tmp_path / "a b")):
        assert expected == pk("check", name, "--format", form).out


def test_a_file_elsewhere_keeps_its_name(
    pk: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no name for it that would hold elsewhere."""
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert "\n::" not in pk("check", "../slip.yaml", "--format", "github").out
    assert "file=../slip.yaml," in pk("check", "../slip.yaml", "--format", "github").out


def test_the_same_bytes_whatever_the_process(tmp_path: Path) -> None:
    """No form depends on the order in which a process keeps its sets."""
    lines = [f"main(['check', 'slip.yaml', 'a b', '--format', {form!r}])" for form in FORMATS]
    code = "\n".join(("from protocolkit.cli import main", *lines))
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=environment({"PYTHONHASHSEED": seed}),
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert 1 == len(said)
    assert b"PK101" in said.pop()


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "ascii"])
def test_an_old_console_shows_plainer_letters(tmp_path: Path, encoding: str) -> None:
    """Nothing ends in a traceback, and what stands below each other stays there."""
    env = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    ran = process("check", "a b", "slip.yaml", "--fail-on", "warning", cwd=tmp_path, env=env)
    assert (1, "") == (ran.code, ran.err)
    arzt = {"cp437": "Schul\ufffdrztin", "cp1252": "Schul\ufffdrztin", "ascii": "Schularztin"}
    assert f"title: {arzt[encoding]} ??" in ran.out
    lines = ran.out.split("\n")
    shown = next(number for number, line in enumerate(lines) if "closd}" in line)
    assert lines[shown].index("closd") == lines[shown + 1].index("^")
    if encoding == "ascii":
        assert 'source: "S1"' in lines[shown]


def test_colour_only_on_a_terminal(pk: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """And only if nobody asked for none."""
    plain = pk("check", "slip.yaml").out
    assert "\x1b" not in plain
    monkeypatch.setattr("protocolkit.cli.screen._is_terminal", lambda stream: stream is not None)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[1;31merror[PK101]" in pk("check", "slip.yaml").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in pk("check", "slip.yaml").out


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_lines_are_as_wide_as_the_terminal(
    pk: Command, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """`COLUMNS` says how wide; a word that is longer stays whole."""
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = pk("check", "slip.yaml", "a b").out.split("\n")
    assert [] == [line for line in lines if len(line) > columns and " " in line[5:].strip()]
