"""kill -9 in the middle of everything: nothing acknowledged is lost, nothing is half or double."""

from __future__ import annotations

from pathlib import Path

from tests.faults import killing
from tests.faults.sizes import KILLS, KILLS_POSTGRES, SOAK, tell
from tests.faults.warm import Warm

OPEN_AT_LEAST = 0.3
"""Of the kills, so many must land with a transaction open, or they prove little."""


def test_killed_by_timer(warm: Warm, tmp_path: Path) -> None:
    """Wherever a kill from outside lands, what was acknowledged is kept, and done once."""
    url = f"sqlite:///{tmp_path}/{{}}.db"
    found = warm(killing.by_timer, url=url, kills=KILLS, seed=930)
    assert [] == found.pop("complaints")
    tell("killed by timer, SQLite", **found)
    assert KILLS == found["kills"]
    assert found["open"] >= OPEN_AT_LEAST * KILLS


def test_killed_by_timer_postgres(warm: Warm, database: str) -> None:
    """The same with the cases on a server, which goes on when its client is gone."""
    found = warm(
        killing.by_timer, url=database, kills=KILLS_POSTGRES, seed=930, batch=KILLS_POSTGRES
    )
    assert [] == found.pop("complaints")
    tell("killed by timer, PostgreSQL", **found)
    assert KILLS_POSTGRES == found["kills"]
    assert found["open"] >= OPEN_AT_LEAST * KILLS_POSTGRES


def test_killed_at_every_place(warm: Warm, tmp_path: Path) -> None:
    """Before and after each statement, and between taking, delivering and settling."""
    url = f"sqlite:///{tmp_path}/{{}}.db"
    found = warm(killing.at_every_place, url=url, making=True, every=SOAK)
    assert [] == found.pop("complaints")
    places = found.pop("places")
    tell("killed at every place, SQLite", **found, names=len(places))
    for statement in ("BEGIN", "UPDATE pk_case_head", "INSERT pk_event", "COMMIT"):
        assert {f"before {statement}", f"after {statement}"} <= set(places)
    assert set(places) >= _BETWEEN


def test_killed_at_every_place_postgres(warm: Warm, database: str) -> None:
    """Before each statement, and when it was sent and nobody heard what came of it."""
    found = warm(killing.at_every_place, url=database, making=SOAK, every=SOAK)
    assert [] == found.pop("complaints")
    places = found.pop("places")
    tell("killed at every place, PostgreSQL", **found, names=len(places))
    for statement in ("BEGIN", "UPDATE pk_case_head", "INSERT pk_event", "COMMIT"):
        assert f"before {statement}" in places
    assert "sent and not answered: COMMIT" in places
    assert set(places) >= _BETWEEN


_BETWEEN = {
    "between doing and telling",
    "between taking and delivering",
    "between delivering and settling",
}
