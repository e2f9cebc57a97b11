"""How the doctor says it: to people, to programs, to whoever gathers figures."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from jsonschema import Draft202012Validator

from protocolkit.cli.doctor import report_json, report_text
from protocolkit.cli.doctor.looking import Health, Remark, Software
from protocolkit.store.base import Figures, Worker

NOW = datetime(2025, 3, 4, 14, 0, tzinfo=UTC)
HOURS = timedelta(hours=1)

SOFTWARE = Software(
    protocolkit="0.1.0",
    python="3.11.7",
    sqlite="3.53.0",
    psycopg="",
    server="",
    tzdata="2025.1",
    apprise="",
    layout="dot 12.0.0 on PATH",
    font="Liberation Sans",
)
WELL = Health(
    at=NOW,
    store="sqlite:///cases.db",
    tables=2,
    settings={"journal_mode": "wal", "synchronous": 2},
    software=SOFTWARE,
    figures=Figures(
        cases=12, open=3, events=140, due=0, due_since=None, unsent=0, unsent_since=None
    ),
    workers=(
        Worker(id="w-1", release="0.1.0", started_at=NOW - 9 * HOURS, beat_at=NOW - HOURS / 60),
    ),
    held="",
    database_clock=None,
    free=9_000_000_000,
    size=2_500_000,
    backup_at=NOW - 15 * HOURS,
    backup="12 cases, 140 events, 0a1b2c3d4e5f",
)
ILL = WELL.replace(
    figures=WELL.figures.replace(
        due=2, due_since=NOW - 3 * HOURS, unsent=1, unsent_since=NOW - HOURS
    ),
    workers=(),
    held="2025-03-04T12:00:00Z the clock of a worker went back by 70 seconds",
    database_clock=NOW - HOURS,
    free=None,
    size=None,
    backup_at=None,
    backup="",
    remarks=(
        Remark(name="late", weight="wrong", says="Time is behind.", do="Start a worker."),
        Remark(name="no-backup", weight="advice", says="There is none.", do="Make one."),
    ),
)


def test_a_good_morning() -> None:
    """All is well, and what was looked at."""
    assert (
        """\
All is well.
What was looked at:
  store     sqlite:///cases.db, tables of version 2
  holds     12 cases, 3 of them open; 140 events
  time      nothing waits
  notices   nothing waits
  worker    w-1, release 0.1.0, seen 60 seconds ago
  clock     Tue 4 Mar 2025, 14:00 UTC
  backup    15 hours ago (Mon 3 Mar 2025, 23:00 UTC): 12 cases, 140 events, 0a1b2c3d4e5f
  disk      9.0 GB free; the store takes 2.5 MB
  settings  journal_mode wal, synchronous 2
  software  protocolkit 0.1.0, Python 3.11.7, SQLite 3.53.0, tzdata 2025.1, no apprise
  figures   dot 12.0.0 on PATH, Liberation Sans
""".splitlines()
        == list(report_text.lines(WELL, 100))
    )


def test_a_bad_morning() -> None:
    """What must be put right stands first, each with what to do."""
    assert (
        """\
1 thing must be put right:
  1. Time is behind.
     Do: Start a worker.
Good to know:
  1. There is none.
     Do: Make one.
What was looked at:
  store     sqlite:///cases.db, tables of version 2
  holds     12 cases, 3 of them open; 140 events
  time      2 cases not brought to now, the first for 3 hours
  notices   1 notice not sent yet, the first for 60 minutes
  worker    none is known
  clock     Tue 4 Mar 2025, 14:00 UTC; that of the database Tue 4 Mar 2025, 13:00 UTC; workers HOLD
""".splitlines()
        == list(report_text.lines(ILL, 100))[:13]
    )


@pytest.mark.parametrize("found", [WELL, ILL])
def test_the_json_is_as_published(found: Health) -> None:
    """One object in the shape of its schema, in which every key is always there; only ASCII."""
    text = report_json.render(found)
    Draft202012Validator(report_json.schema()).validate(json.loads(text))
    assert text.isascii()


def test_the_json_says_how_late() -> None:
    """In seconds, beside the instants."""
    found = json.loads(report_json.render(ILL))
    assert (False, 10_800, 3_600) == (
        found["well"],
        found["figures"]["due_seconds"],
        found["figures"]["unsent_seconds"],
    )
    (worker,) = json.loads(report_json.render(WELL))["workers"]
    assert ("w-1", 60, None) == (worker["id"], worker["silent_seconds"], worker["stopped_at"])


def test_figures_for_monitoring() -> None:
    """OpenMetrics: each figure with its type, an end mark; what is not known is left out."""
    lines = report_json.metrics(ILL).splitlines()
    assert "# EOF" == lines[-1]
    values = dict(line.split(" ") for line in lines if not line.startswith("#"))
    assert [f"# TYPE {name} gauge" for name in values] == [x for x in lines[:-1] if x[0] == "#"]
    assert ("0", "2", "10800", "1", "1") == tuple(
        values[f"protocolkit_{name}"]
        for name in ("well", "due_cases", "due_lag_seconds", "unsent_notices", "clock_held")
    )
    assert {"protocolkit_backup_age_seconds", "protocolkit_disk_free_bytes"}.isdisjoint(values)
