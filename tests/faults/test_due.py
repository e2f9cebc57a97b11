"""Many cases fall due at once, and the workers that take them are killed."""

from __future__ import annotations

from pathlib import Path

from tests.faults import falling_due
from tests.faults.sizes import DUE, DUE_KILLS, DUE_ONCE, SOAK, tell
from tests.faults.warm import Warm

WORKERS = 4


def test_workers_are_killed(warm: Warm, tmp_path: Path) -> None:
    """Each level fires once, each notice is written once and reaches a real receiver."""
    _fall_due(warm, f"sqlite:///{tmp_path}/cases.db", "SQLite")


def test_workers_are_killed_on_a_server(warm: Warm, database: str) -> None:
    """The same where workers take different cases at the same time."""
    _fall_due(warm, database, "PostgreSQL")


def test_very_many_are_due(warm: Warm, database: str) -> None:
    """With one level each, so that it can be done with a million of them."""
    found = warm(
        falling_due.fall_due,
        url=database,
        copies=DUE_ONCE - 1,
        workers=WORKERS,
        kills=DUE_KILLS,
        seed=46,
        lean=True,
        slack=10 if SOAK else 0.05,
        batch=100 if SOAK else 10,
    )
    assert [] == found.pop("complaints")
    tell("very many due, PostgreSQL", **found)
    assert found["kills"] > 0


def _fall_due(warm: Warm, url: str, where: str) -> None:
    found = warm(
        falling_due.fall_due,
        url=url,
        copies=DUE - 1,
        workers=WORKERS,
        kills=DUE_KILLS,
        seed=46,
        batch=10,
        slack=3 if SOAK else 0.3,
    )
    assert [] == found.pop("complaints")
    tell(f"due, {where}", **found)
    assert found["kills"] > 0
