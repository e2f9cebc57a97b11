"""A disk that is full, may not be written, or fails: a plain error, nothing half, and on we go."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import failing
from tests.faults.sizes import DISK_STRIDE, tell
from tests.faults.warm import Warm

_OFTEN = 4
"""There are so many more writes than calls of the other kinds."""


@pytest.mark.usefixtures("below")
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "until mended"])
@pytest.mark.parametrize("fault", failing.FAULTS)
def test_the_disk_fails_at_every_call(
    warm: Warm, tmp_path: Path, fault: str, lasting: bool
) -> None:
    """Each call in turn; whoever asks again with the same key has it done once."""
    stride = DISK_STRIDE if "write" in failing.FAULTS[fault] else -(-DISK_STRIDE // _OFTEN)
    found = warm(
        failing.at_calls, folder=str(tmp_path), fault=fault, lasting=lasting, stride=stride
    )
    assert [] == found.pop("complaints")
    tell(f"{fault}, {'until mended' if lasting else 'once'}", **found)
    assert found["faults"] >= found["errors"] / 2 > 0


def test_a_limit_of_the_system(warm: Warm, tmp_path: Path) -> None:
    """A file that may grow no further: one plain error, and nothing of what failed."""
    found = warm(failing.grown_too_big, folder=str(tmp_path))
    assert [] == found["complaints"]
    (said,) = found["errors"]
    assert "the disk gave an error" in said


@pytest.mark.usefixtures("below")
def test_only_reading_is_allowed(warm: Warm, tmp_path: Path) -> None:
    """A file or a folder in which nothing may be written is refused at once, and unchanged."""
    found = warm(failing.read_only, folder=str(tmp_path))
    assert "may be read but not written" in found["file"]
    assert "you may write in the folder" in found["folder"]
    assert "" == found["complaints"]
