"""The PostgreSQL server stops while somebody works: an error in plain words, and on we go."""

from __future__ import annotations

import pytest

from tests.faults import stopping
from tests.faults.sizes import STOPS, tell
from tests.faults.warm import Warm


@pytest.mark.usefixtures("server")  # which says so where there is none
def test_a_server_that_stops_and_comes_back(warm: Warm) -> None:
    """At once, killed, or with one connection killed: what was acknowledged is there, and what
    was asked for again with the same key was done once."""
    found = warm(stopping.stops, times=STOPS, seed=10)
    assert [] == found.pop("complaints")
    tell("server stopped", **found)
    assert STOPS == found["stops"]
    assert found["errors"] > 0
    assert found["open"] > 0
