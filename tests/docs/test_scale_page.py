"""The page on scale: its case is the one that is measured, its commands are there, easy to read."""

from __future__ import annotations

import re
from importlib.util import find_spec

from benchmarks.scale import COUNTIES, MONDAY, Course
from protocolkit.api import Engine, VirtualClock, loads, open_store
from protocolkit.bundled import bundled
from tests.docs.reading_grade import grade
from tests.docs.saying import DOCS

TEXT = (DOCS / "explanation" / "scale.md").read_text(encoding="utf-8")


def test_the_case_is_the_one_that_is_measured() -> None:
    """It runs to its closing with as many acts, entries of time and notices as the page says."""
    store, clock = open_store("memory:"), VirtualClock(MONDAY)
    protocol = loads(bundled("protocols", "recommended.yaml").read_text("utf-8"))
    course = Course(Engine([protocol], store, clock), clock)
    course.run()
    (head,) = store.heads()
    assert head.closed
    kinds = [event.kind for event in store.events(head.case)]
    assert "refused" not in kinds
    assert course.acts == len(kinds) - kinds.count("time")
    told = re.search(r"(\d+) acts of people, (\d+)\s+entries that time made, (\d+) notices", TEXT)
    assert told is not None
    found = (course.acts, kinds.count("time"), len(store.notices()))
    assert found == tuple(map(int, told.groups()))


def test_each_county_has_its_row() -> None:
    """With the entries that so many cases make."""
    rows = dict(re.findall(r"^\| ([\d,]+) \| ([\d,]+) \|", TEXT, re.MULTILINE))
    assert [f"{cases:,}" for cases in COUNTIES] == list(rows)


def test_each_command_is_there() -> None:
    """What the page says to measure with."""
    modules = re.findall(r"^python -m (\S+)", TEXT, re.MULTILINE)
    assert modules
    assert [] == [name for name in modules if find_spec(name) is None]


def test_it_is_easy_to_read() -> None:
    """Somebody who left school after the sixth grade can read it."""
    assert grade(TEXT) <= 6
