"""`protocolkit check`: what is found, in three forms, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.harness import SITE_A, TINY

SLIP = TINY.replace("to: reported}", "to: reportd}")
"""A state with a typing slip: an error."""
UNUSED = TINY.replace("roles:\n", "roles:\n  nurse: {kind: health}\n")
"""An office with nothing to do: a warning."""
ACCEPTED = UNUSED.replace(
    "{kind: health}", "{kind: health}  # protocolkit: ignore[PK301] she begins in May"
)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with good and bad protocols, and with files that are none."""
    (tmp_path / "good.yaml").write_text(TINY, encoding="utf-8")
    (tmp_path / "slip.yaml").write_text(SLIP, encoding="utf-8")
    below = tmp_path / "below"
    (below / ".hidden").mkdir(parents=True)
    (below / ".hidden" / "slip.yaml").write_text(SLIP, encoding="utf-8")
    (below / "unused.yml").write_text(UNUSED, encoding="utf-8")
    (below / "good.scenarios.yaml").write_text("protocol: good.yaml\n", encoding="utf-8")
    (below / "roster.yaml").write_text("people: {}\n", encoding="utf-8")
    (below / "notes.txt").write_text("protocolkit: x\n", encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("files")
def test_nothing_found_is_said_calmly(pk: Command) -> None:
    """One sentence for a file without findings, and exit code 0."""
    ran = pk("check", "good.yaml")
    expected = "good.yaml: the checks found nothing to change.\n"
    assert (0, expected, "") == (ran.code, ran.out, ran.err)


@pytest.mark.usefixtures("files")
def test_a_finding_has_place_excerpt_and_help(pk: Command) -> None:
    """The answer goes to stdout: the line, the marked word, what to do, and a count."""
    ran = pk("check", "slip.yaml")
    assert (1, "") == (ran.code, ran.err)
    assert "--> slip.yaml:23:35\n" in ran.out
    assert "23 |     moves: {from: identified, to: reportd}, source:" in ran.out
    assert "= help: did you mean `reported`?" in ran.out
    assert ran.out.endswith("1 error in 1 file.\n")


@pytest.mark.usefixtures("files")
def test_one_line_each(pk: Command) -> None:
    """`--format concise` has a line for each finding; nothing for a file without any."""
    ran = pk("check", "slip.yaml", "good.yaml", "--format", "concise")
    expected = "slip.yaml:23:35: PK101 There is no state `reportd`.\n"
    assert (1, expected, "") == (ran.code, ran.out, ran.err)
    assert (0, "") == ((clean := pk("check", "good.yaml", "--format=concise")).code, clean.out)


@pytest.mark.usefixtures("files")
def test_json_for_programs(pk: Command) -> None:
    """One object with all findings of all files, also when there are none."""
    ran = pk("check", "--format", "json", "slip.yaml", "good.yaml")
    (finding,) = json.loads(ran.out)["findings"]
    assert (1, "PK101", "slip.yaml", 23) == (
        ran.code,
        finding["code"],
        finding["file"],
        finding["span"]["start"]["line"],
    )
    assert {"version": 1, "findings": []} == json.loads(
        pk("check", "good.yaml", "--format=json").out
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(TINY, {"error": 0, "warning": 0, "advice": 0}, id="nothing"),
        pytest.param(UNUSED, {"error": 0, "warning": 1, "advice": 1}, id="a warning"),
        pytest.param(ACCEPTED, {"error": 0, "warning": 0, "advice": 0}, id="an accepted one"),
        pytest.param(SLIP, {"error": 1, "warning": 1, "advice": 1}, id="an error"),
    ],
)
def test_fail_on_says_what_counts(
    pk: Command, tmp_path: Path, content: str, expected: dict[str, int]
) -> None:
    """The exit code is 1 from the named severity on; by default from errors on."""
    (tmp_path / "it.yaml").write_text(content, encoding="utf-8")
    codes = {level: pk("check", "it.yaml", "--fail-on", level).code for level in expected}
    assert (expected, expected["error"]) == (codes, pk("check", "it.yaml").code)


def test_accepted_findings_are_counted(pk: Command, tmp_path: Path) -> None:
    """What was accepted with a reason is not shown, but not hidden either."""
    (tmp_path / "it.yaml").write_text(ACCEPTED, encoding="utf-8")
    expected = "it.yaml: the checks found nothing to change; 1 accepted with a reason.\n"
    assert expected == pk("check", "it.yaml").out


def test_an_acceptance_has_a_last_day(pk: Command, tmp_path: Path) -> None:
    """What was accepted until a day comes back when that day is over."""
    for day, code in (("2024-05-31", 1), ("9000-05-31", 0)):
        text = ACCEPTED.replace("in May", f"in May, until {day}")
        (tmp_path / "it.yaml").write_text(text, encoding="utf-8")
        assert code == pk("check", "it.yaml", "--fail-on", "warning").code


@pytest.mark.usefixtures("files")
def test_a_folder_stands_for_its_protocols(pk: Command) -> None:
    """Every YAML file that says it is a protocol, folders below included; scenarios, rosters and
    hidden folders are passed by."""
    ran = pk("check", ".", "--format", "json", "--fail-on", "warning")
    found = {finding["file"] for finding in json.loads(ran.out)["findings"]}
    assert (1, {str(Path("below", "unused.yml")), "slip.yaml"}) == (ran.code, found)
    assert (pk("check", "below").out, 0) == (
        pk("check", "below", "below/unused.yml").out,
        pk("check", "below").code,
    )
    empty = pk("check", "below/.hidden/..", "below/good.scenarios.yaml")
    assert 0 == empty.code


def test_a_folder_without_protocols_is_no_sense(pk: Command, tmp_path: Path) -> None:
    """Nothing to check is not the same as nothing found."""
    (tmp_path / "roster.yaml").write_text("people: {}\n", encoding="utf-8")
    ran = pk("check", ".")
    assert (2, "") == (ran.code, ran.out)
    assert "There is no protocol in .: no .yaml file with a line `protocolkit: ...`." in ran.err


@pytest.mark.usefixtures("files")
def test_scenario_files_are_left_out(pk: Command) -> None:
    """A shell's `*.yaml` names them too: they are noted, not judged as protocols."""
    ran = pk("check", "good.yaml", "below/good.scenarios.yaml")
    note = "holds scenarios, not a protocol; `protocolkit test` acts them out."
    assert (0, f"below/good.scenarios.yaml {note}\n") == (ran.code, ran.err)
    assert 2 == pk("check", "below/good.scenarios.yaml").code


@pytest.mark.usefixtures("files")
def test_what_cannot_be_opened_ends_with_3(pk: Command) -> None:
    """The other files are judged all the same."""
    ran = pk("check", "missing.yaml", "slip.yaml", "--format", "concise")
    assert 3 == ran.code
    assert "slip.yaml:23:35: PK101 There is no state `reportd`.\n" == ran.out
    assert "protocolkit: missing.yaml cannot be opened: No such file or directory.\n" == ran.err


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"- 1\n", b"\x00" * 9, b"a: [", b"[" * 10**5]
)
def test_bad_bytes_are_findings(pk: Command, tmp_path: Path, content: bytes) -> None:
    """A file whose bytes we got is judged, however bad: 1, and one place to look at."""
    (tmp_path / "it.yaml").write_bytes(content)
    ran = pk("check", "it.yaml", "--format", "concise")
    assert (1, "") == (ran.code, ran.err)
    assert ran.out.startswith("it.yaml:1:")


@pytest.mark.usefixtures("files")
def test_a_dash_is_stdin(pk: Command) -> None:
    """A protocol can come from another program; what it extends is looked for here."""
    ran = pk("check", "-", "--format", "concise", stdin=SLIP.encode())
    assert (1, "<stdin>:23:35: PK101 There is no state `reportd`.\n") == (ran.code, ran.out)
    clean = pk("check", "-", stdin=TINY.encode())
    assert (0, "<stdin>: the checks found nothing to change.\n") == (clean.code, clean.out)
    overlay = b'protocolkit: "1"\nid: more\njurisdiction: X\nextends: slip\n'
    assert "slip.yaml:23:35" in pk("check", "-", "--format", "concise", stdin=overlay).out
    huge = pk("check", "-", stdin=b"#" * 3_000_000)
    assert (1, True) == (huge.code, "larger than 2,000,000 bytes" in huge.out)


def test_a_fault_in_a_shared_base_is_told_once(pk: Command, tmp_path: Path) -> None:
    """Two overlays of one file, checked together with it, do not repeat its faults."""
    (tmp_path / "base.yaml").write_text(SLIP, encoding="utf-8")
    for name in ("one", "two"):
        text = f'protocolkit: "1"\nid: {name}\njurisdiction: {name}\nextends: base\n'
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    ran = pk("check", "base.yaml", "one.yaml", "two.yaml", "--format", "concise")
    assert "base.yaml:23:35: PK101 There is no state `reportd`.\n" == ran.out


def test_the_bundled_protocols_have_no_finding(pk: Command) -> None:
    """Several files end with a count."""
    folder = str(Path(SITE_A).parent)
    ran = pk("check", folder, "--fail-on", "advice")
    assert (0, "") == (ran.code, ran.err)
    lines = ran.out.splitlines()
    count = f"No findings in {len(lines) - 1} files"
    assert f"{count}; 2 accepted with a reason." == lines[-1]
