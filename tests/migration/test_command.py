"""`case migrate` as people type it: what it answers, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from protocolkit.cli import main
from tests.stories import tiny_text

MOOD = "facts: {age: {type: integer, range: 0..20, recorded_by: officer}}\n"
PLAN = """\
protocolkit_migration: "1"
from: "1"
to: "2"
reason: R-1
approved_by: u-3
"""
OFFICER = ("--as", "o-1", "--role", "officer", "--clock", "2025-03-04 10:00")


class Shell:
    """Commands in a folder with two texts, a plan and two cases."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        code = main(words)
        out, err = self.capsys.readouterr()
        return code, out, err


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    """Of the two cases one cannot go on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    for name, text in (
        ("one.yaml", tiny_text(f'version: "1"\n{MOOD}')),
        ("two.yaml", tiny_text(f'version: "2"\n{MOOD}').replace("0..20", "0..17")),
        ("plan.yaml", PLAN),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = Shell(capsys)
    for case, age in (("c-1", "12"), ("c-2", "19")):
        assert (
            0
            == found("case", "open", "one.yaml", "--id", case, "--fact", f"age={age}", *OFFICER)[0]
        )
    return found


def test_it_shows_and_does_and_says_what_it_could_not(shell: Shell) -> None:
    """A case that cannot go on is shown with its reasons, and the exit code is 1."""
    migrate = ("case", "migrate", "plan.yaml", "--protocol", "two.yaml")
    code, shown, _ = shell(*migrate, "--clock", "2025-03-04 10:00")
    assert 1 == code
    assert "c-1: begun\n" in shown
    assert "c-2: cannot go on\n  does-not-fit: `age` is `19` in this case" in shown
    assert "1 case would go on under version 2 of tiny" in shown
    assert "1 case cannot.\nNothing was written: --apply does it.\n" in shown
    code, done, _ = shell(*migrate, "--apply", *OFFICER)
    assert 1 == code
    assert "c-2: cannot go on\n" in done
    assert "1 case: left as it was, see above.\n" in done
    assert 0 == shell(*migrate, "c-1", "--apply", *OFFICER)[0]


def test_as_json(shell: Shell) -> None:
    """The same for programs."""
    migrate = ("case", "migrate", "plan.yaml", "--protocol", "two.yaml", "--format", "json")
    code, out, _ = shell(*migrate, "c-1", "--clock", "2025-03-04 10:00")
    found = json.loads(out)
    assert (0, False, ["c-1"]) == (code, found["applied"], [one["case"] for one in found["cases"]])
    code, out, _ = shell(*migrate, "--apply", *OFFICER)
    found = json.loads(out)
    assert (1, True, ["c-1"]) == (code, found["applied"], found["moved"])
    assert ["c-2"] == [one["case"] for one in found["refused"]]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--as", "o-1"), 2, "--as belongs to --apply"),
        (("--apply",), 2, "Who acts?"),
        (("--apply", "--as", "o-1", "--role", "oficer"), 2, "did you mean `officer`"),
        (("c-9",), 2, "There is no case `c-9`"),
    ],
)
def test_a_slip_is_said(shell: Shell, words: tuple[str, ...], code: int, says: str) -> None:
    """In words, before anything is done."""
    ran = shell("case", "migrate", "plan.yaml", "--protocol", "two.yaml", *words)
    assert code == ran[0]
    assert says in ran[2]


def test_a_text_that_nobody_gave_is_asked_for(shell: Shell) -> None:
    """The plan names one that the store does not keep."""
    code, out, _ = shell("case", "migrate", "plan.yaml")
    assert 1 == code
    assert "plan.yaml:3:5" in out
    assert "--protocol" in out
