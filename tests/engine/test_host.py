"""An engine on a host's connection: what the host undoes has never been."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import pytest

from protocolkit.api import Engine, VirtualClock, loads
from protocolkit.ground.errors import Refused
from protocolkit.store.sqlite import SqliteStore
from tests.stories import JUDGE, OFFICER, local, tiny_text

RULES = """
facts:
  danger: {type: boolean, recorded_by: officer}
  signed: {type: date, scope: programme, recorded_by: judge}
  visited: {type: date, scope: programme, recorded_by: judge}
triggers:
  warn: {who: officer, needs: {danger: danger is true}}
  share: {who: officer, needs: {pact: signed is known}}
  close: {who: officer, moves: {from: begun, to: closed}}
  join: {scope: programme, who: judge}
"""
DAY = date(2025, 3, 1)


class Host:
    """An application with an engine on its own connection."""

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file, isolation_level=None)
        self.store = SqliteStore.on(self.connection)
        self.clock = VirtualClock(local("2025-03-04 10:00"))
        with self.work():
            self.engine = Engine([loads(tiny_text(RULES))], self.store, self.clock)

    @contextmanager
    def work(self, last: str = "COMMIT") -> Iterator[None]:
        """A transaction, and what becomes of it in the end."""
        self.connection.execute("BEGIN IMMEDIATE")
        yield
        self.connection.execute(last)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    """A host with a case and a programme."""
    opened = Host(tmp_path / "host.db")
    with closing(opened.connection):
        with opened.work():
            opened.engine.open("tiny", by=OFFICER, id="c")
            opened.engine.adopt("tiny", by=JUDGE)
        yield opened


def test_an_act_that_was_undone_counts_for_nothing(host: Host) -> None:
    """Although something else happened since, which has its number."""
    with host.work("ROLLBACK"):
        host.engine.record("c", {"danger": True}, by=OFFICER)
    with host.work():
        _elsewhere(host).record("c", {"danger": False}, by=OFFICER)
    with host.work(), pytest.raises(Refused):
        host.engine.fire("c", "warn", by=OFFICER)
    assert {"danger": False} == host.engine.case("c").facts


@pytest.mark.parametrize("other", ["visited", ""])
def test_what_the_programme_did_not_learn_after_all(host: Host, other: str) -> None:
    """Whether or not something else was recorded in its place."""
    with host.work("ROLLBACK"):
        host.engine.record("tiny.programme", {"signed": DAY}, by=JUDGE)
        host.engine.fire("c", "share", by=OFFICER)
    if other:
        with host.work():
            _elsewhere(host).record("tiny.programme", {other: DAY}, by=JUDGE)
    with host.work(), pytest.raises(Refused):
        host.engine.fire("c", "share", by=OFFICER)


def test_a_text_that_was_undone_is_kept_with_the_first_case(tmp_path: Path) -> None:
    """So every case can be read by whoever has nothing but the store."""
    host = Host(tmp_path / "host.db")
    with closing(host.connection):
        with host.work("ROLLBACK"):
            host.engine.add(loads(tiny_text('version: "2"\n' + RULES)))
        with host.work():
            host.engine.open("tiny", by=OFFICER, id="c")
        assert "2" == Engine([], host.store, host.clock).case("c").protocol_version


def _elsewhere(host: Host) -> Engine:
    """Another engine of the application, which remembers nothing."""
    return Engine([], host.store, host.clock)
