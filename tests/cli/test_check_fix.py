"""`protocolkit check --fix` and the settings: what is written, what is told, the exit codes."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from pathlib import Path

import pytest

from protocolkit.api import check
from protocolkit.checks import Report
from protocolkit.cli.fixing import fix
from protocolkit.cli.screen import Screen
from protocolkit.ground.findings import Finding, Fix
from tests.cli.conftest import Command
from tests.cli.harness import RECOMMENDED, TINY

LOOSE = TINY.replace("id: ", "title: ON\nid: ", 1)
"""A title that tools misread: safe to mend."""
MENDED = LOOSE.replace("ON", '"ON"', 1)
SLIP = TINY.replace("to: reported}", "to: reportd}")
"""A slip in the name of a state: a guess."""
UNUSED = TINY.replace("roles:\n", "roles:\n  nurse: {kind: health}\n")
"""A role with nothing to do: a warning."""


def _file(folder: Path, text: str | bytes, name: str = "it.yaml") -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def test_a_file_is_mended_in_place(pk: Command, tmp_path: Path) -> None:
    """What was done is told beside the answer; the answer is about the file as it is now."""
    file = _file(tmp_path, LOOSE)
    assert 1 == pk("check", "it.yaml").code
    ran = pk("check", "it.yaml", "--fix")
    assert (0, "it.yaml: mended 1 (PK003).\n") == (ran.code, ran.err)
    assert "it.yaml: the checks found nothing to change.\n" == ran.out
    assert MENDED == file.read_text(encoding="utf-8")
    assert (0, "") == ((again := pk("check", "it.yaml", "--fix")).code, again.err)


def test_guesses_only_when_asked_for(pk: Command, tmp_path: Path) -> None:
    """Without `--unsafe` the finding stays."""
    file = _file(tmp_path, SLIP)
    assert (1, "") == ((ran := pk("check", "it.yaml", "--fix", "--format=concise")).code, ran.err)
    assert SLIP == file.read_text(encoding="utf-8")
    ran = pk("check", "it.yaml", "--fix", "--unsafe", "--format=json")
    assert (0, []) == (ran.code, json.loads(ran.out)["findings"])
    assert TINY == file.read_text(encoding="utf-8")


def test_the_difference_is_shown_and_nothing_written(pk: Command, tmp_path: Path) -> None:
    """With `--diff`: 1 while something would change, else nothing and 0."""
    file = _file(tmp_path, LOOSE)
    ran = pk("check", "it.yaml", "--fix", "--diff")
    assert (1, "it.yaml: would mend 1 (PK003).\n") == (ran.code, ran.err)
    assert "--- it.yaml\n+++ it.yaml\n" == ran.out[: len("--- it.yaml\n") * 2]
    assert '\n-title: ON\n+title: "ON"\n' in ran.out
    assert LOOSE == file.read_text(encoding="utf-8")
    _file(tmp_path, MENDED)
    assert (0, "", "") == (
        (ran := pk("check", "it.yaml", "--fix", "--diff")).code,
        ran.out,
        ran.err,
    )
    assert '+title: "ON"' in pk("check", "-", "--fix", "--diff", stdin=LOOSE.encode()).out


def test_the_difference_is_all_that_is_told(pk: Command, tmp_path: Path) -> None:
    """What cannot be mended is no difference, so it makes no answer of no."""
    _file(tmp_path, MENDED.replace('protocolkit: "1"', 'protocolkit: "99"'))
    assert 1 == pk("check", "it.yaml").code
    ran = pk("check", "it.yaml", "--fix", "--diff")
    assert (0, "", "") == (ran.code, ran.out, ran.err)


def test_a_file_without_need_is_not_touched(pk: Command, tmp_path: Path) -> None:
    """Not even written anew as it was."""
    file = _file(tmp_path, UNUSED)
    os.utime(file, (1, 1))
    before = file.stat()
    assert 0 == pk("check", "it.yaml", "--fix", "--unsafe").code
    after = file.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_links_rights_line_ends_and_marks_stay(pk: Command, tmp_path: Path) -> None:
    """What a link leads to is written, the link stays one, and nothing is left beside it."""
    (tmp_path / "far").mkdir()
    file = _file(tmp_path / "far", b"\xef\xbb\xbf" + LOOSE.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    (tmp_path / "it.yaml").symlink_to(file)
    assert 0 == pk("check", "it.yaml", "--fix").code
    assert (tmp_path / "it.yaml").is_symlink()
    assert b"\xef\xbb\xbf" + MENDED.replace("\n", "\r\n").encode() == file.read_bytes()
    assert 0o640 == file.stat().st_mode & 0o777
    assert ["it.yaml"] == [path.name for path in (tmp_path / "far").iterdir()]


def test_a_base_and_what_builds_on_it_are_mended_before_both_are_judged(
    pk: Command, tmp_path: Path
) -> None:
    """A fault in the base is mended in the base alone."""
    base = _file(tmp_path, LOOSE, "base.yaml")
    text = 'protocolkit: "1"\nid: over\njurisdiction: X\nextends: base\n'
    over = _file(tmp_path, text, "a_over.yaml")
    ran = pk("check", "a_over.yaml", "base.yaml", "--fix")
    assert (0, "base.yaml: mended 1 (PK003).\n") == (ran.code, ran.err)
    assert (text, MENDED) == (over.read_text(encoding="utf-8"), base.read_text(encoding="utf-8"))
    _file(tmp_path, LOOSE, "base.yaml")
    assert (1, LOOSE) == (pk("check", "a_over.yaml", "--fix").code, base.read_text("utf-8"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["it.yaml", "--diff"], "`--diff` goes with `--fix`."),
        (["it.yaml", "--unsafe"], "`--unsafe` goes with `--fix`."),
        (["-", "--fix"], "`--fix` cannot write to stdin; name a file, or add `--diff`."),
        (["it.yaml", "--profile", "all"], "'minimal', 'standard', 'paper', 'strict'"),
    ],
)
def test_words_that_make_no_sense(pk: Command, words: list[str], expected: str) -> None:
    """Exit code 2, and what would make sense."""
    ran = pk("check", *words, stdin=LOOSE.encode())
    assert (2, "", True) == (ran.code, ran.out, expected in ran.err)


def test_a_file_that_is_not_there(pk: Command, tmp_path: Path) -> None:
    """The others are mended all the same."""
    file = _file(tmp_path, LOOSE)
    ran = pk("check", "missing.yaml", "it.yaml", "--fix")
    assert (3, MENDED) == (ran.code, file.read_text(encoding="utf-8"))
    assert "missing.yaml cannot be opened" in ran.err


def test_what_would_do_harm_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It is left as it is, and nothing is written."""
    file = _file(tmp_path, LOOSE)
    (loose,) = check(file).open
    graver = loose.replace(code="PK001", fix=None)

    def judge(data: bytes) -> Report:
        return Report(findings=(loose if data == file.read_bytes() else graver,), texts={})

    loose = loose.replace(severity="advice", fix=_in("it.yaml", loose))
    options = Namespace(unsafe=False, diff=False)
    done = fix("it.yaml", file.read_bytes(), judge, options, Screen())
    assert (False, (loose,)) == (done.changed, done.refused)
    said = "it.yaml: PK003 is left as it is: mending it would bring a graver fault.\n"
    assert said == capsys.readouterr().err


def _in(file: str, finding: Finding) -> Fix:
    """The way to mend a finding, in a file of another name."""
    assert finding.fix
    (edit,) = finding.fix.edits
    return finding.fix.replace(edits=(edit.replace(place=edit.place.replace(file=file)),))


# -- settings ----------------------------------------------------------------------------


def test_a_profile_is_told_when_it_is_not_the_usual_one(pk: Command, tmp_path: Path) -> None:
    """Beside the answer, once for all files that it holds for."""
    _file(tmp_path, TINY)
    _file(tmp_path, TINY.replace("id: ", "id: x", 1), "other.yaml")
    assert "" == pk("check", "it.yaml", "--profile", "standard").err
    assert "profile minimal.\n" == pk("check", "it.yaml", "other.yaml", "--profile=minimal").err
    _file(tmp_path, 'profile = "minimal"\nselect = ["PK301"]\n', "protocolkit.toml")
    assert "profile minimal (protocolkit.toml); also PK301.\n" == pk("check", "it.yaml").err
    asked = pk("check", "it.yaml", "--profile", "standard")
    assert (0, "") == (asked.code, asked.err)


def test_in_strict_advice_is_a_no(pk: Command, tmp_path: Path) -> None:
    """Unless `--fail-on` says otherwise."""
    _file(tmp_path, UNUSED)
    assert 0 == pk("check", "it.yaml").code
    assert 1 == pk("check", "it.yaml", "--profile", "strict").code
    assert 0 == pk("check", "it.yaml", "--profile", "strict", "--fail-on", "error").code
    assert 0 == pk("check", "it.yaml", "--profile", "minimal", "--fail-on", "advice").code


def test_a_bad_config_ends_with_2(pk: Command, tmp_path: Path) -> None:
    """The place of each fault, and what was probably meant; nothing is judged."""
    _file(tmp_path, LOOSE)
    _file(tmp_path, 'profil = "strict"\nignore = ["PK999"]\n', "protocolkit.toml")
    ran = pk("check", "it.yaml", "--fix")
    assert (2, "") == (ran.code, ran.out)
    lines = ran.err.splitlines()
    first = "protocolkit: protocolkit.toml:1:1: There is no key `profil`; did you mean `profile`?"
    assert (first, "protocolkit.toml:2:11: There is no check `PK999`;") == (lines[0], lines[1][:49])
    assert LOOSE == (tmp_path / "it.yaml").read_text(encoding="utf-8")


def test_what_stdin_brings_is_judged_by_the_config_of_this_folder(
    pk: Command, tmp_path: Path
) -> None:
    """As if it stood here."""
    _file(tmp_path, '[severity]\nPK301 = "error"\n', "protocolkit.toml")
    assert 1 == pk("check", "-", stdin=UNUSED.encode()).code


def test_the_recommended_protocol_is_clean_in_strict(pk: Command) -> None:
    """The template a county starts from has nothing to find, and nothing that is accepted."""
    ran = pk("check", RECOMMENDED, "--profile", "strict", "--format", "json")
    assert (0, []) == (ran.code, json.loads(ran.out)["findings"])
