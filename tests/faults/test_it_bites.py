"""The suite must bite: three faults that are planted, and what finds each.

Each is a fault that real systems have. If one of these tests fails, the suite has lost a tooth.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import cutting, killing
from tests.faults.warm import Warm


@pytest.mark.usefixtures("below")
def test_a_commit_that_is_not_synced(warm: Warm, tmp_path: Path) -> None:
    """SQLite with synchronous=NORMAL loses what it acknowledged; only the power cut finds it."""
    found = warm(cutting.cuts, folder=str(tmp_path), seed=0, each=0, stride=9, synchronous=1)
    assert any("acknowledged, and there are 0 events" in one for one in found["complaints"])


def test_claim_then_mark(warm: Warm, tmp_path: Path) -> None:
    """That a level came is marked in one transaction, and who is told is written in the next:
    what is killed in between was told to nobody."""
    url = f"sqlite:///{tmp_path}/{{}}.db"
    found = warm(
        killing.at_one_place,
        url=url,
        place="between the two halves",
        split="INSERT INTO pk_notice",
    )
    assert any("a notice is missing" in one for one in found["complaints"])


def test_no_key(warm: Warm, tmp_path: Path) -> None:
    """Who heard no answer and asks again without a key has it done twice."""
    url = f"sqlite:///{tmp_path}/{{}}.db"
    found = warm(killing.at_one_place, url=url, place="between doing and telling", keys=False)
    assert any("there are 2 events" in one for one in found["complaints"])
