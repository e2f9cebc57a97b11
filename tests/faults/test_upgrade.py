"""A store of an earlier release that is cut off while this one brings it up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import upgrading
from tests.faults.sizes import CUT_STRIDE, CUTS_EACH, PLACE_STRIDE, tell
from tests.faults.warm import Warm


def test_killed_at_every_place(warm: Warm, tmp_path: Path) -> None:
    """The next opening finds all that was there, and the copy that was made first is whole."""
    found = warm(upgrading.killed, folder=str(tmp_path), stride=PLACE_STRIDE)
    assert [] == found.pop("complaints")
    tell("killed while upgrading", **found)
    assert found["kills"] > 20


@pytest.mark.usefixtures("below")
def test_a_cut_at_every_point(warm: Warm, tmp_path: Path) -> None:
    """The same when the power goes."""
    found = warm(upgrading.cuts, folder=str(tmp_path), each=CUTS_EACH, stride=CUT_STRIDE)
    assert [] == found.pop("complaints")
    tell("power cut while upgrading", **found)
    assert found["points"] > 30
