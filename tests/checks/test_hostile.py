"""Hostile inputs of every kind: an answer with places, soon, in little memory, and no crash.

They are tried in processes of their own, which may not grow: a crash there is a failure here.
An ordinary run tries a share of them, at least 300; with PROTOCOLKIT_SOAK=1 each is tried, in
both forms of answer, by itself as far as its memory goes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.checks.harness import complete
from tests.checks.hostile.child import inputs

SOAK = bool(os.environ.get("PROTOCOLKIT_SOAK"))
STEP = 1 if SOAK else 8
"""Of how many inputs one is tried."""
SECONDS, MEMORY = 2.0, 128 << 20
"""What one input may cost: seconds of work, and bytes of memory."""
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What hostile files try to build on: good and bad files, and what is no file."""
    made = tmp_path_factory.mktemp("hostile")
    (made / "good.yaml").write_text(complete(""), encoding="utf-8")
    (made / "broken.yaml").write_text("a: [", encoding="utf-8")
    (made / "ring.yaml").write_text("extends: ring.yaml\n", encoding="utf-8")
    (made / "big.yaml").write_bytes(b"#" * 3_000_000)
    (made / "folder").mkdir()
    (made / "folder" / "good.yaml").write_text(complete(""), encoding="utf-8")
    os.mkfifo(made / "fifo")
    (made / "loop").symlink_to("loop")
    return made


def _run(folder: Path, *words: str, seconds: float) -> list[dict[str, Any]]:
    """What the process says of each input, until it has tried its share."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.checks.hostile.child", str(folder), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (0, "") == (done.returncode, done.stderr), f"it died at {lines[-1:]}"
    return [line for line in lines if "exit" in line]


def _faults(results: list[dict[str, Any]]) -> list[str]:
    """What is not as promised, in words."""
    found = []
    for one in results:
        said = list(one["wrong"])
        if one["seconds"] > SECONDS:
            said.append(f"{one['seconds']:.1f} seconds")
        if one["peak"] > MEMORY:
            said.append(f"{one['peak'] >> 20} MiB")
        found += [f"{one['number']} {one['family']}: {one['name']}: {what}" for what in said]
    return found


@pytest.mark.parametrize("form", ["json", "text", "concise"] if SOAK else ["json"])
def test_every_hostile_input_gets_an_answer(folder: Path, form: str) -> None:
    """Exit 1, or 0 for what is only odd; a place in the file for each finding; quick, small."""
    number = sum(1 for _ in inputs())
    results = _run(folder, form, "0", str(number), str(STEP), seconds=1_800 if SOAK else 120)
    assert len(range(0, number, STEP)) == len(results)
    assert len(results) >= 300
    assert [] == _faults(results)


def test_an_answer_for_people_holds_no_sign_that_steers_a_terminal(folder: Path) -> None:
    """Whatever stands in the file, its excerpt is harmless."""
    results = _run(folder, "text", "0", "800", "20", seconds=120)
    assert [] == _faults(results)


def test_what_is_no_file_is_told_in_a_line(folder: Path, tmp_path: Path) -> None:
    """A device or a pipe is not read from, a folder with strange things in it is gone through."""
    for name in ("empty", "strange", "strange/a.yaml"):
        (tmp_path / name).mkdir()
    (tmp_path / "strange/ok.yaml").write_text(complete(""), encoding="utf-8")
    (tmp_path / "strange/round").symlink_to(tmp_path)
    (tmp_path / "strange/nowhere.yaml").symlink_to("gone")
    (tmp_path / "strange/loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "strange/null.yaml").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "strange/pipe.yaml")
    with (tmp_path / "strange/huge.yaml").open("wb") as file:
        file.write(b"protocolkit: 1\n")
        file.truncate(50 << 30)  # as a hole: it takes no room
    expected = {
        **dict.fromkeys(("fifo", "loop", "gone.yaml", "a" * 5_000, "good.yaml/x"), 3),
        **dict.fromkeys(("/dev/null", "/dev/zero", "/dev/tty", "/proc/self/mem"), 3),
        str(tmp_path / "empty"): 2,
        str(tmp_path / "strange"): 1,
        "big.yaml": 1,
    }
    names = [str(folder / name) for name in expected]
    results = _run(folder, "paths", *names, seconds=60)
    assert expected == {name: one["exit"] for name, one in zip(expected, results, strict=True)}, (
        results
    )
    for one in results:
        assert one["seconds"] < SECONDS
        assert one["peak"] < MEMORY
        assert "fault of protocolkit" not in one["err"]
        assert len(one["err"].splitlines()) <= 1
    (strange,) = [one for one in results if one["name"].endswith("strange")]
    assert ["huge.yaml"] == [
        Path(line.partition(":")[0]).name for line in strange["out"].splitlines()
    ]


def test_families_are_what_they_say() -> None:
    """No two inputs of a family have one name, and each family has some."""
    names = [(family.name, one.name) for family, one in inputs()]
    assert len(names) == len(set(names))
