"""`protocolkit fmt`: which files, what is written, what is told."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from protocolkit.language import layout
from protocolkit.language.layout import formatted
from protocolkit.language.tree import Tree
from tests.cli.conftest import Command
from tests.cli.harness import process

MESSY = (
    'protocolkit:   "1"\nroles:\n    djo:\n        title:   Officer   # who\n        kind: djo\n'
)
NEAT = 'protocolkit: "1"\nroles:\n  djo:\n    title: Officer  # who\n    kind: djo\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file of each kind, one that is none of ours, and one that is broken."""
    contents = {
        "a.yaml": MESSY,
        "b.yaml": NEAT,
        "c.scenarios.yaml": "scenarios: {x: { start: 2025-03-04 10:00, steps: [] }}\n",
        "roster.yaml": "people:\n   u-17: {can: [x], roles: [djo]}\n",
        "other.yaml": "key:    value\n",
        ".hidden.yaml": MESSY,
    }
    for name, text in contents.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_folder_is_laid_out(pk: Command, folder: Path) -> None:
    """Every file of ours is written; what is neat, hidden or not ours is left alone."""
    ran = pk("fmt", str(folder))
    assert 0 == ran.code
    names = ("a.yaml", "c.scenarios.yaml", "roster.yaml")
    assert [f"wrote {folder / name}" for name in names] == ran.out.splitlines()
    assert "3 changed, 1 are laid out as they should be.\n" == ran.err
    assert NEAT == (folder / "a.yaml").read_text()
    assert "people:\n  u-17: {roles: [djo], can: [x]}\n" == (folder / "roster.yaml").read_text()
    assert "key:    value\n" == (folder / "other.yaml").read_text()
    assert MESSY == (folder / ".hidden.yaml").read_text()
    assert ("", 0) == ((again := pk("fmt", str(folder), "--check")).out, again.code)


def test_a_check_writes_nothing(pk: Command, folder: Path) -> None:
    """`--check` names what would change and ends with 1."""
    ran = pk("fmt", "--check", str(folder / "a.yaml"), str(folder / "b.yaml"))
    assert (1, f"would change: {folder / 'a.yaml'}\n") == (ran.code, ran.out)
    assert "1 would change, 1 are laid out as they should be.\n" == ran.err
    assert MESSY == (folder / "a.yaml").read_text()


def test_a_difference_is_shown(pk: Command, folder: Path) -> None:
    """`--diff` shows what would change and writes nothing."""
    ran = pk("fmt", "--diff", str(folder / "a.yaml"))
    assert 1 == ran.code
    assert "-        kind: djo" in ran.out.splitlines()
    assert "+    kind: djo" in ran.out.splitlines()
    assert MESSY == (folder / "a.yaml").read_text()


def test_what_cannot_be_read_gives_findings(pk: Command, folder: Path) -> None:
    """The finding is told as a check tells it; the file is not touched, the others are."""
    broken = folder / "broken.yaml"
    broken.write_text("protocolkit: [\n", encoding="utf-8")
    ran = pk("fmt", str(broken), str(folder / "a.yaml"))
    assert 1 == ran.code
    assert "PK001" in ran.out
    assert "1 changed, 0 are laid out as they should be, 1 cannot be read and stay" in ran.err
    assert "protocolkit: [\n" == broken.read_text()
    assert NEAT == (folder / "a.yaml").read_text()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"a: 1\na: 2\n", "PK002"), (b"\xff\xfe\x00", "PK001"), (b"", "PK005"), (b"[1]\n", "PK006")],
)
def test_whatever_the_bytes_are(pk: Command, tmp_path: Path, content: bytes, code: str) -> None:
    """Bad bytes give a finding and exit code 1, and stay."""
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    ran = pk("fmt", str(path))
    assert (1, True, content) == (ran.code, code in ran.out, path.read_bytes())


def test_a_file_that_is_not_ours_is_refused(pk: Command, folder: Path) -> None:
    """Somebody else's YAML is not rewritten by a slip, and nothing else is either."""
    ran = pk("fmt", str(folder / "a.yaml"), str(folder / "other.yaml"))
    assert (2, "") == (ran.code, ran.out)
    assert f"{folder / 'other.yaml'} is no protocol, no roster and no file of" in ran.err
    assert MESSY == (folder / "a.yaml").read_text()


def test_a_folder_without_files_is_refused(pk: Command, tmp_path: Path) -> None:
    """Nothing to do is told."""
    ran = pk("fmt", str(tmp_path))
    assert (2, True) == (ran.code, "There is no protocol, roster or scenario in" in ran.err)


def test_a_missing_file(pk: Command, folder: Path) -> None:
    """It is told, the others are laid out all the same, and the exit code is 3."""
    ran = pk("fmt", str(folder / "none.yaml"), str(folder / "a.yaml"))
    assert (3, True) == (ran.code, "none.yaml cannot be opened" in ran.err)
    assert NEAT == (folder / "a.yaml").read_text()


def test_standard_input_goes_to_standard_output() -> None:
    """An editor can pipe a text through; a text that cannot be read gives only findings."""
    ran = process("fmt", "-", stdin=MESSY.encode())
    assert (0, NEAT, "") == (ran.code, ran.out, ran.err)
    assert 0 == process("fmt", "-", "--check", stdin=NEAT.encode()).code
    bad = process("fmt", "-", stdin=b"protocolkit: [\n")
    assert (1, True) == (bad.code, "<stdin>:" in bad.out)


def test_links_and_rights_stay(pk: Command, folder: Path) -> None:
    """The file behind a link is written, with the rights that it had; nothing is left over."""
    target = folder / "a.yaml"
    target.chmod(0o640)
    link = folder / "link.yaml"
    link.symlink_to(target)
    before = sorted(folder.iterdir())
    assert 0 == pk("fmt", str(link)).code
    assert link.is_symlink()
    assert (NEAT, 0o640) == (target.read_text(), stat.S_IMODE(target.stat().st_mode))
    assert before == sorted(folder.iterdir())


def test_the_order_of_other_files() -> None:
    """Scenarios and rosters have an order too; the steps of a story stay as they are."""
    text = "{steps: [{by: djo, do: x}], start: s, title: t, protocol: p}"
    found = formatted(f"scenarios: {{a: {text}}}\nprotocol: p\n").text
    order = ["protocol", "scenarios", "a", "title", "protocol", "start", "steps", "by", "do"]
    assert order == re.findall(r"(\w+):", found)


def test_a_fault_of_ours_leaves_the_file(
    pk: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a layout would say something else, the file stays, and the others are laid out."""
    meaning = layout.meaning

    def wrong(tree: Tree) -> object:
        return object() if tree.file.endswith("a.yaml") else meaning(tree)

    monkeypatch.setattr(layout, "meaning", wrong)
    ran = pk("fmt", str(folder))
    assert (3, MESSY) == (ran.code, (folder / "a.yaml").read_text())
    assert "a.yaml cannot be laid out without changing what it says" in ran.err
    assert f"wrote {folder / 'roster.yaml'}" in ran.out
