"""What an earlier release wrote reads the same in this one, and in every later one.

A red test here means that cases which are kept somewhere would change: see README.md beside it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest

from protocolkit import __version__
from protocolkit.semantics.changes import CHANGES
from protocolkit.semantics.events import VERSION, Event, replay
from protocolkit.store.forms import canonical
from tests.golden import logs

HISTORY = Path(__file__).parents[1] / "store" / "history"
RELEASES = logs.releases()
LOGS = [
    pytest.param(folder, name, id=f"{folder.name}-{name}")
    for folder in RELEASES
    for name in logs.index_of(folder)
]


def test_this_release_has_left_its_logs() -> None:
    """Its folder is there, so that the next one can be held to it."""
    assert __version__ in [folder.name for folder in RELEASES]


@pytest.mark.parametrize(("folder", "name"), LOGS)
def test_a_log_adds_up_to_the_same_case(folder: Path, name: str) -> None:
    """State and answers of every case in it are those that its own release found."""
    said = logs.index_of(folder)[name]
    assert said["cases"] == logs.folds_of(folder, name, said)


@pytest.mark.parametrize(("folder", "name"), LOGS)
def test_an_event_is_written_as_it_was_read(folder: Path, name: str) -> None:
    """To the byte, as long as its version is the one that is written today."""
    lines = logs.lines_of(folder, name)
    today = [line for line in lines if json.loads(line)["version"] == VERSION]
    assert today == [canonical(Event.from_json(json.loads(line)).to_json()) for line in today]


@pytest.mark.parametrize("folder", RELEASES, ids=lambda folder: folder.name)
def test_a_protocol_keeps_its_digest(folder: Path) -> None:
    """The text of every protocol that cases run under is read to the digest that they bear."""
    said = {
        file: digest
        for log in logs.index_of(folder).values()
        for file, digest in log["protocols"].items()
    }
    assert said == {file: logs.digest_of(folder / "protocols" / file) for file in said}


def test_the_logs_of_this_release_have_everything() -> None:
    """Every kind of entry and every kind of change: what is missing is named here.

    To add one: tell a story of it in stories/riverside.scenarios.yaml (or act it out in logs.py,
    `acted_out`, if no scenario can), take this release's folder away if it is not out yet, and
    run tools/golden-logs.
    """
    said = re.findall(r"`(\w+)`", str(Event.__doc__).partition("done:")[2].partition("`what`")[0])
    folder = logs.HERE / __version__
    events = [
        event
        for name in logs.index_of(folder)
        for entries in logs.read_back(folder, name).values()
        for event in entries
    ]
    assert set() == set(said) ^ {event.kind for event in events}
    changes = {change.kind for event in events for change in event.changes}
    assert set() == set(CHANGES) - changes


def test_what_a_release_wrote_is_never_written_again() -> None:
    """The tool refuses; the folder is as it was."""
    folder = logs.HERE / __version__
    before = (folder / "index.json").read_bytes()
    with pytest.raises(FileExistsError):
        logs.write(folder)
    assert before == (folder / "index.json").read_bytes()


def test_the_events_of_the_first_tables_add_up_to_their_cases() -> None:
    """A database of schema 1: its events say where its heads stand, and what time does next."""
    database = sqlite3.connect(":memory:")
    database.executescript((HISTORY / "sqlite-1.sql").read_text(encoding="utf-8"))
    stories: dict[str, list[Event]] = {}
    query = "SELECT case_id, body FROM pk_event ORDER BY case_id, sequence"
    for case, body in database.execute(query):
        stories.setdefault(case, []).append(Event.from_json(json.loads(body)))
    heads = database.execute("SELECT case_id, digest, version, closed FROM pk_case_head").fetchall()
    database.close()
    cases = [replay(case, events) for case, events in stories.items()]
    assert sorted(heads) == [(one.id, one.digest, one.events, one.is_closed) for one in cases]
    first, second = cases
    assert ({"case": "reported"}, {"case": "reported"}) == (first.states, second.states)
    assert {
        "report_it/1": "met",
        "engage_the_team/1": "overdue",
        "tell_the_reporter/1": "overdue",
        "look_into_delay/1": "overdue",
    } == {one.id: one.shown_status for one in first.instances.values()}
    assert ["open"] == [one.shown_status for one in second.instances.values()]
