"""The page on operating: what it names exists, and the rights that it grants are enough."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from protocolkit.api import open_store
from protocolkit.bundled import bundled
from protocolkit.store.backup import back_up, restore
from tests.docs.reading_grade import grade
from tests.store.county import DJO, MORNING, engine, fill

PAGE = bundled("docs", "operating.md").read_text(encoding="utf-8")
DOCTOR = PAGE.partition("\n## Doctor\n")[2].partition("\n## ")[0]
REMARKS = bundled("protocolkit", "cli", "doctor", "looking.py").read_text(encoding="utf-8")


def test_it_is_read_in_grade_six() -> None:
    """Administrators of small courts run this, at night."""
    assert grade(PAGE) <= 6


def test_every_remark_of_the_doctor_is_explained() -> None:
    """By the name that stands in its JSON."""
    table = [line for line in DOCTOR.splitlines() if line.startswith("| `")]
    told = {name for line in table for name in re.findall(r"`([a-z.-]+)`", line.split("|")[1])}
    said = set(re.findall(r'_(?:must|may)\(\s*f?"([a-z-]+)', REMARKS))
    assert {name.replace("...", "") for name in told} == said


@pytest.mark.parametrize("work", ["commands and workers", "backup and restore"])
def test_the_role_that_works_needs_no_more_rights(database: str, tmp_path: Path, work: str) -> None:
    """Everything is done with what the page grants; what was recorded it cannot even try to
    change.
    """
    open_store(database).close()  # its owner makes the tables
    (grants,) = (one for one in re.findall(r"```sql\n(.*?)```", PAGE, re.S) if "GRANT" in one)
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("DROP ROLE IF EXISTS protocolkit")
        owner.execute("CREATE ROLE protocolkit LOGIN")
        owner.execute(grants.encode())
        # `public` lets everybody in; the schema of a test does not.
        owner.execute(
            "DO $$BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO protocolkit', "
            "current_schema()); END$$"
        )
    address = re.sub(r"postgres(?=@)|(?<=user=)postgres", "protocolkit", database)
    assert address != database
    try:
        if work == "commands and workers":
            _works(address)
        else:
            with closing(open_store(f"sqlite:///{tmp_path / 'cases.db'}")) as store:
                fill(store)
            back_up(f"sqlite:///{tmp_path / 'cases.db'}", str(tmp_path / "a.db"))
            proof = restore(str(tmp_path / "a.db"), address)
            assert proof == restore(str(tmp_path / "a.db"), address)
            assert proof == back_up(address, str(tmp_path / "b.db"))
        with (
            psycopg.connect(address) as worker,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            worker.execute("UPDATE pk_event SET body = ''")
    finally:
        with psycopg.connect(database, autocommit=True) as owner:
            owner.execute("DROP OWNED BY protocolkit")
            owner.execute("DROP ROLE protocolkit")


def _works(address: str) -> None:
    with closing(open_store(address)) as store:
        fill(store)
        now = MORNING + timedelta(hours=4)
        (taken,) = store.take_notices(now, now + timedelta(minutes=5))
        store.settle(taken.replace(outcome="sent", try_at=None, done_at=now))
        store.mark("clock", None)
        engine(store, now).fire("c-1", "report", by=DJO)
        assert [3, 1] == [store.figures(now).cases, len(store.workers())]
