"""Many processes at the same cases, each request delivered twice."""

from __future__ import annotations

from pathlib import Path

from tests.faults import racing
from tests.faults.sizes import APPENDS, APPENDS_POSTGRES, RACERS, tell
from tests.faults.warm import Warm


def test_eight_processes_race(warm: Warm, tmp_path: Path) -> None:
    """Every request is there once, no number is left out, and nobody overwrites unseen."""
    url = f"sqlite:///{tmp_path}/cases.db"
    found = warm(racing.race, url=url, racers=RACERS, appends=APPENDS)
    assert [] == found.pop("complaints")
    tell("raced, SQLite", **found)
    assert 2 * APPENDS == found["deliveries"]
    assert found["conflicts"] > 0


def test_eight_processes_race_on_a_server(warm: Warm, database: str) -> None:
    """The same where all may write at once."""
    found = warm(racing.race, url=database, racers=RACERS, appends=APPENDS_POSTGRES)
    assert [] == found.pop("complaints")
    tell("raced, PostgreSQL", **found)
    assert 2 * APPENDS_POSTGRES == found["deliveries"]
    assert found["conflicts"] > 0
