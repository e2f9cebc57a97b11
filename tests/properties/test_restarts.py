"""An engine remembers nothing that its store does not: it can be thrown away at any moment.

Random protocols and histories, told by an engine that lives through all of it, by one that is
made anew over the same store before every step, and by several that sweep at any instants.
The events, all answers and the instant at which time goes on are the same, to the byte.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.program import Program
from protocolkit.store.base import Store
from protocolkit.store.forms import canonical
from tests.postgres import Server
from tests.properties.pairs import CASE, Pair, id_of
from tests.properties.places import Place, in_a_file, in_memory, on_a_server
from tests.properties.telling import PEOPLE
from tests.properties.test_engine_equals_reference import EXAMPLES, opened, steps
from tests.reference.ledger import Ask


class Restarted(Pair):
    """A case whose engine does not live from one step to the next."""

    def __init__(self, lived: Pair, start: datetime, place: Place) -> None:
        super().__init__(lived.protocol, start)
        self.place = place
        self.program = Program(lived.protocol)
        self.restart()

    def restart(self) -> None:
        """What the engine knew is gone."""
        self.engine = Engine([self.program], self.place.come_back(), self.clock)

    def ask_engine(self, ask: Ask) -> list[str]:
        """Ask an engine that was made a moment ago."""
        self.restart()
        return super().ask_engine(ask)

    def wait_in_engine(self, until: datetime) -> None:
        """Let time pass in an engine that was made a moment ago."""
        self.restart()
        super().wait_in_engine(until)


def bytes_of(store: Store, pair: Pair, after: int = 0) -> list[str]:
    """What stands in the record of the case and of its programme."""
    return [
        canonical(event.to_json())
        for scope in pair.replayed
        for event in store.events(id_of(scope, pair.protocol), after)
    ]


def answers(pair: Pair) -> dict[str, Any]:
    """What anybody can ask about the case."""
    engine = pair.engine
    found: dict[str, Any] = {
        name: getattr(engine, name)(CASE)
        for name in ("case", "pending", "todo", "undecided", "left", "who_can")
    }
    for person in PEOPLE[:2]:
        actor = Actor(id=person.id, roles=person.roles, can=person.can)
        found[f"possible to {person.id}"] = engine.possible(CASE, by=actor)
    return found


def next_of(pair: Pair) -> list[datetime | None]:
    """When time goes on, in the case and in its programme."""
    heads = [pair.engine.store.head(id_of(scope, pair.protocol)) for scope in pair.replayed]
    return [head.next_at for head in heads if head is not None]


def _told_by_restarting(data: st.DataObject, place: Place) -> None:
    pair, tellers, first = opened(data)
    start = pair.now
    again = Restarted(pair, start, place)
    for ask in first:
        again.ask_engine(ask)
    lines = 0
    for step in steps(data, pair, tellers):
        if isinstance(step, datetime):
            pair.wait(step)
            again.wait_in_engine(step)
        else:
            assert pair.ask(step)[0] == again.ask_engine(step)
        written = bytes_of(pair.engine.store, pair)
        assert written[lines:] == bytes_of(again.engine.store, again)[lines:]
        assert next_of(pair) == next_of(again)
        assert pair.engine.case(CASE) == again.engine.case(CASE)
    again.restart()
    assert answers(pair) == answers(again)
    assert bytes_of(pair.engine.store, pair) == bytes_of(again.engine.store, again)


@settings(max_examples=EXAMPLES // 12)
@given(st.data())
def test_an_engine_made_anew_for_every_step_goes_on_as_one_that_lived(data: st.DataObject) -> None:
    """Events, answers and the next instant are the same, in memory."""
    with in_memory() as place:
        _told_by_restarting(data, place)


@settings(max_examples=EXAMPLES // 40)
@given(data=st.data())
def test_the_same_from_a_file(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Events, answers and the next instant are the same, in a file that is opened each time."""
    with in_a_file(tmp_path_factory.mktemp("restarted")) as place:
        _told_by_restarting(data, place)


@settings(max_examples=EXAMPLES // 60)
@given(data=st.data())
def test_the_same_from_a_server(data: st.DataObject, server: Server) -> None:
    """Events, answers and the next instant are the same, over a connection made each time."""
    with on_a_server(server) as place:
        _told_by_restarting(data, place)


class Swept(Pair):
    """A case that several workers sweep, each with an engine of its own over one store."""

    def __init__(self, lived: Pair, start: datetime, place: Place, workers: int) -> None:
        super().__init__(lived.protocol, start)
        program = Program(lived.protocol)
        self.engines = [Engine([program], place.open(), self.clock) for _ in range(workers)]
        self.engine = self.engines[0]

    def sweep(self, at: datetime, worker: int, how: str) -> None:
        """One of them lets time come to an instant: in all cases, or in one because it is asked."""
        self.engine = self.engines[worker]
        if how == "advance":
            self.wait_in_engine(at)
        elif how == "sweep":
            self.clock.move_to(at)
            while self.engine.sweep(at, limit=1).found:
                pass
        else:
            self.clock.move_to(at)
            getattr(self.engine, how)(CASE)


def _swept_anyhow(data: st.DataObject, place: Place) -> None:
    pair, tellers, first = opened(data)
    swept = Swept(pair, pair.now, place, workers=3)
    worker = st.integers(0, 2)
    how = st.sampled_from(["advance", "advance", "sweep", "sweep", "pending", "todo", "case"])
    for ask in first:
        swept.ask_engine(ask)
    for step in steps(data, pair, tellers):
        swept.engine = swept.engines[data.draw(worker)]
        if isinstance(step, datetime):
            instants = st.sampled_from(tellers[0].instants(pair.now))
            looks = data.draw(st.lists(st.tuples(instants, worker, how), max_size=4))
            for at, who, way in sorted(looks):
                if at < step:
                    swept.sweep(at, who, way)
            swept.clock.move_to(step)
            pair.clock.move_to(step)  # nobody looks
            pair.beside.advance(step)
            pair.reference.advance(step)
        else:
            assert pair.ask(step)[0] == swept.ask_engine(step)
    pair.wait_in_engine(pair.now)
    for who in data.draw(st.permutations(range(3))):
        swept.sweep(pair.now, who, "advance" if who else "sweep")
    assert bytes_of(pair.engine.store, pair) == bytes_of(swept.engine.store, swept)
    assert answers(pair) == answers(swept)


@settings(max_examples=EXAMPLES // 12)
@given(st.data())
def test_sweeps_at_any_instants_by_any_engine_write_the_same(data: st.DataObject) -> None:
    """Who looks, when, in which order, leaves no trace in the events, in memory."""
    with in_memory() as place:
        _swept_anyhow(data, place)


@settings(max_examples=EXAMPLES // 40)
@given(data=st.data())
def test_sweeps_over_connections_of_their_own_write_the_same(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Who looks, when, in which order, leaves no trace in the events, in a file."""
    with in_a_file(tmp_path_factory.mktemp("swept")) as place:
        _swept_anyhow(data, place)


@settings(max_examples=EXAMPLES // 60)
@given(data=st.data())
def test_sweeps_on_a_server_write_the_same(data: st.DataObject, server: Server) -> None:
    """Who looks, when, in which order, leaves no trace in the events, in PostgreSQL."""
    with on_a_server(server) as place:
        _swept_anyhow(data, place)
