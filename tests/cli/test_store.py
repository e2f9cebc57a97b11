"""`protocolkit store` and `protocolkit doctor`, as an administrator uses them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from protocolkit import __version__
from protocolkit.api import open_store
from protocolkit.bundled import bundled
from protocolkit.ground.clock import SystemClock
from protocolkit.store.base import Worker
from tests.cli.conftest import Command
from tests.store.county import fill

OLD = Path(__file__).parents[1] / "store" / "history" / "sqlite-1.sql"
PROVED = """\
  1 protocol, 3 cases, 9 events, 6 keys, 1 notice
  SHA-256 of all rows: {}
  every case is complete, every entry was read, and they add up to where it stands
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with a little of everything, in the folder in which the command runs."""
    with closing(open_store(f"sqlite:///{tmp_path / 'cases.db'}")) as store:
        fill(store)
    return tmp_path / "cases.db"


# -- store ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("store")
def test_a_backup_and_its_proof(pk: Command, tmp_path: Path) -> None:
    """What was proved is said, the doctor knows of it, and the way back says the same."""
    ran = pk("store", "backup", "night.db")
    assert (0, "") == (ran.code, ran.err)
    digest = ran.out.partition("SHA-256 of all rows: ")[2].split()[0]
    assert "night.db holds all of the store and was proved:\n" + PROVED.format(digest) == ran.out
    back = pk("store", "restore", "night.db", "--db", "sqlite:///other.db")
    said = "Everything in night.db is in the store, and was proved:\n"
    assert (0, said + PROVED.format(digest), "") == (back.code, back.out, back.err)
    found = json.loads(pk("doctor", "--format", "json").out)
    assert f"3 cases, 9 events, {digest[:12]}" == found["backup"]
    assert {"cases.db", "night.db", "other.db"} == {path.name for path in tmp_path.iterdir()}


@pytest.mark.usefixtures("store")
def test_what_is_refused(pk: Command) -> None:
    """A file that is there, one that is not, a store in memory, a slip of the hand."""
    assert 0 == pk("store", "backup", "night.db").code
    for words, code, says in (
        (("backup", "night.db"), 2, "night.db is there already and is left as it is."),
        (("restore", "nigth.db"), 2, "There is no file nigth.db."),
        (("backup", "b.db", "--db", "memory:"), 2, "A store in memory ends with the process"),
        (("backup", "b.db", "--db", "sqlite:///no.db"), 3, "There are no cases at sqlite:///no.db"),
        (("migrate", "--db", "sqlite:///no.db"), 3, "There are no cases at sqlite:///no.db"),
        (("restor", "night.db"), 2, "There is no `store restor`; did you mean `restore`?"),
    ):
        ran = pk("store", *words)
        assert (code, "") == (ran.code, ran.out)
        assert says in ran.err


def test_migrating_says_what_was_done(pk: Command, tmp_path: Path) -> None:
    """From which version to which, and where the store is as it was; then that nothing was left
    to do.
    """
    with closing(sqlite3.connect(tmp_path / "cases.db")) as file:
        file.executescript(OLD.read_text(encoding="utf-8"))
    assert (
        """\
The tables were brought from version 1 to version 2.
The store as it was before: cases.db.before-2
"""
        == pk("store", "migrate").out
    )
    assert (tmp_path / "cases.db.before-2").is_file()
    again = pk("store", "migrate")
    assert "The tables have version 2, that of this release: nothing to be done.\n" == again.out
    assert {"cases.db", "cases.db.before-2"} == {path.name for path in tmp_path.iterdir()}


def test_the_tables_on_a_server(pk: Command, database: str) -> None:
    """There it makes them, for the role that owns them."""
    made = pk("store", "migrate", "--db", database)
    assert (0, "The tables were brought from version 0 to version 1.\n") == (made.code, made.out)


# -- doctor --------------------------------------------------------------------------------


def test_a_store_that_is_well(pk: Command, store: Path) -> None:
    """0 while a worker is at work and nothing waits; advice does not change that."""
    now = SystemClock().now()
    with closing(open_store(f"sqlite:///{store}")) as found:
        found.mark("clock", None)
        (taken,) = found.take_notices(now, now)
        found.settle(taken.replace(outcome="sent", try_at=None, done_at=now))
        found.beat(Worker(id="w-1", release=__version__, started_at=now, beat_at=now))
    ran = pk("doctor")
    assert (0, "") == (ran.code, ran.err)
    assert ran.out.startswith("All is well.\n")
    assert "journal_mode wal, synchronous 2" in " ".join(ran.out.split())


@pytest.mark.usefixtures("store")
def test_a_store_that_is_not_well(pk: Command) -> None:
    """1, with everything that must be put right first; the JSON is as published."""
    ran = pk("doctor")
    assert 1 == ran.code
    assert "3 things must be put right:" == ran.out.splitlines()[0]
    found = json.loads(pk("doctor", "--format", "json").out)
    schema = json.loads(bundled("schemas", "doctor.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(found)
    wrong = [one["name"] for one in found["remarks"] if one["weight"] == "wrong"]
    assert ["clock-held", "worker-silent", "unsent"] == wrong
    assert ("wal", 2, 2) == (
        found["settings"]["journal_mode"],
        found["settings"]["synchronous"],
        found["tables"],
    )


@pytest.mark.usefixtures("store")
def test_a_person_confirms_the_clock(pk: Command) -> None:
    """The clocks are shown, the hold is taken away; once more there is nothing to confirm."""
    ran = pk("doctor", "--confirm-clock")
    assert "This machine: " in ran.err
    assert "Confirmed: the workers go on at their next look." in ran.err
    assert "clock-held" not in pk("doctor", "--format", "json").out
    assert "there was nothing to confirm" in pk("doctor", "--confirm-clock").err


def test_a_store_on_a_server(pk: Command, database: str) -> None:
    """Its clock, its settings, its version; neither user nor settings of the address are shown."""
    with closing(open_store(database)) as found:
        fill(found)
    found_json = json.loads(pk("doctor", "--db", database, "--format", "json").out)
    assert ("on", "on", "on") == tuple(
        found_json["settings"][name] for name in ("synchronous_commit", "fsync", "full_page_writes")
    )
    assert found_json["database_clock"] is not None
    assert found_json["software"]["server"].startswith("1")
    assert found_json["software"]["psycopg"]
    assert None is found_json["free"]
    assert "?" not in found_json["store"]
    assert "@" not in found_json["store"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((), 3, "There are no cases at sqlite:///cases.db"),
        (("--max-lag", "soon"), 2, "--max-lag: `soon` is no length of time. Write 90s, 10m"),
        (("--db", "postgresql://me:secret@db/x"), 2, "this address has a password in it"),
    ],
)
def test_what_the_doctor_cannot_do(
    pk: Command, tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    """A look makes no store, and a slip is told."""
    ran = pk("doctor", *words)
    assert (code, "") == (ran.code, ran.out)
    assert says in ran.err
    assert "secret" not in ran.err
    assert [] == list(tmp_path.iterdir())
