"""The power goes at any moment: what was acknowledged is on the disk.

The disk is a tape of what SQLite wrote and synced (see `tape.py` for what is assumed of it). On
PostgreSQL nothing is simulated: its settings are read back, the rest is its own promise.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults import cutting
from tests.faults.sizes import CUT_SEEDS, CUT_STRIDE, CUTS_EACH, tell
from tests.faults.tape import Entry, Platter
from tests.faults.warm import Warm


@pytest.mark.usefixtures("below")
@pytest.mark.parametrize("seed", range(CUT_SEEDS))
def test_a_cut_at_every_point(warm: Warm, tmp_path: Path, seed: int) -> None:
    """After each write, sync, creation and deletion; with all, none and some of what was not
    synced left; also while a store is made."""
    found = warm(cutting.cuts, folder=str(tmp_path), seed=seed, each=CUTS_EACH, stride=CUT_STRIDE)
    assert [] == found.pop("complaints")
    tell("power cut, SQLite", **found)
    assert found["points"] > 200
    assert found["cuts"] > found["points"] / CUT_STRIDE


class TestDisk:
    """What the simulated disk may and may not do."""

    def test_what_was_synced_stays(self) -> None:
        """And what was not may be gone, be there, or be torn at sectors."""
        platter = _played(
            Entry(kind="made", file="a"),
            Entry(kind="folder"),
            Entry(kind="write", file="a", offset=0, data=b"1" * 1024),
            Entry(kind="sync", file="a"),
            Entry(kind="write", file="a", offset=256, data=b"2" * 1024),
        )
        old, new = b"1" * 1024, b"1" * 256 + b"2" * 1024
        assert {"a": old} == platter.left(None, 0)
        assert {"a": new} == platter.left(None, 1)
        found = {platter.left(random.Random(seed), 0.5)["a"] for seed in range(200)}
        assert {old, new} < found
        assert old[:512] + new[512:1024] in found
        assert new[:512] + old[512:] in found
        assert all(one[:256] == old[:256] for one in found)

    def test_a_file_may_come_and_go_until_its_folder_is_synced(self) -> None:
        """One that was made may be missing, one that was deleted may be back as it was."""
        made = Entry(kind="made", file="a")
        write = Entry(kind="write", file="a", offset=0, data=b"1")
        sync = Entry(kind="sync", file="a")
        assert {} == _played(made, write, sync).left(None, 0)
        assert {"a": b"1"} == _played(made, write, sync).left(None, 1)
        gone = (made, write, sync, Entry(kind="folder"), Entry(kind="deleted", file="a"))
        assert {"a": b"1"} == _played(*gone).left(None, 0)
        assert {} == _played(*gone).left(None, 1)
        assert {} == _played(*gone, Entry(kind="folder")).left(None, 0)


def _played(*entries: Entry) -> Platter:
    platter = Platter()
    for entry in entries:
        platter.play(entry)
    return platter
