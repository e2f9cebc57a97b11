"""The engine and the plain reference agree, after every step of every history.

Random protocols, random people, right and wrong acts, late entries, and waiting to the
instants that matter. The moves of the engine are made by its state machines, so that these
agree too. PROTOCOLKIT_DRAW names the features to draw, to narrow a disagreement down.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from hypothesis import given, note, reject, settings
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.engine.runnable import obstacles
from protocolkit.ground.clock import VirtualClock
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from tests.properties.pairs import CASE, Pair, agree, of_engine
from tests.properties.strategies import FEATURES, protocol_texts
from tests.properties.telling import PEOPLE, STARTS, Drawn, Teller
from tests.reference.ledger import Ask
from tests.stories import tiny

EXAMPLES = settings().max_examples * 2
DRAWN = tuple(os.environ.get("PROTOCOLKIT_DRAW", " ".join(FEATURES)).split())


def drawn_protocol(data: st.DataObject) -> tuple[str, Protocol]:
    """A protocol, read from its text, that the engine can run."""
    text = data.draw(protocol_texts(DRAWN))
    reading = read_text(text)
    if not reading.ok or reading.protocol is None:
        reject()  # a few drawn rules make no sense together; the reader says so
    assert [] == obstacles(reading.protocol)
    return text, reading.protocol


Begun = tuple[Pair, list[Teller], list[Ask]]
"""A case twice; who tells of it and of the programme beside it; how they began."""


def opened(data: st.DataObject) -> Begun:
    """A case that was just opened, twice; perhaps in a programme that was adopted before."""
    text, protocol = drawn_protocol(data)
    note(text)
    pair = Pair(protocol, data.draw(st.sampled_from(STARTS)))
    chance = Drawn(data)
    tellers = [Teller(chance, pair.reference)]
    first: list[Ask] = []
    if any(fact.scope == "programme" for fact in protocol.facts.values()) and chance.maybe(80):
        tellers.append(Teller(chance, pair.beside))
        first.append(Ask(kind="adopt", by=PEOPLE[0], scope="programme"))
    first.append(tellers[0].opening())
    for ask in first:
        note(f"{pair.now} {ask}")
        refused, wanted = pair.ask(ask)
        assert wanted == refused
    if refused:
        first[-1] = first[-1].replace(by=PEOPLE[0], facts={})
        pair.ask(first[-1])
    agree(pair)
    return pair, tellers, first


def steps(data: st.DataObject, pair: Pair, tellers: list[Teller]) -> Iterator[Ask | datetime]:
    """What is tried, one after the other: something asked, or an instant to wait for."""
    teller = tellers[0]
    for _ in range(data.draw(st.integers(4, 18))):
        if teller.maybe(35):
            step: Ask | datetime = teller.one(teller.instants(pair.now))
        else:
            beside = len(tellers) > 1 and teller.maybe(15)
            step = tellers[beside].ask(pair.now)
        note(f"{pair.now} {step}")
        yield step


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_engine_equals_reference(data: st.DataObject) -> None:
    """Refusals, states, facts, follow-ups, levels, notices: the same after every step."""
    pair, tellers, _ = opened(data)
    for step in steps(data, pair, tellers):
        if isinstance(step, datetime):
            pair.wait(step)
        else:
            refused, wanted = pair.ask(step)
            note(f"  refused: {wanted}; by the engine: {refused}")
            assert wanted == refused
        agree(pair)


@settings(max_examples=EXAMPLES // 2)
@given(st.data())
def test_how_often_time_is_swept_changes_nothing(data: st.DataObject) -> None:
    """A case swept at any instants in between comes to the same as one that never is."""
    pair, tellers, first = opened(data)
    swept = Pair(pair.protocol, pair.now)
    for ask in first:
        swept.ask_engine(ask)
    for step in steps(data, pair, tellers):
        if isinstance(step, datetime):
            between = data.draw(
                st.lists(st.sampled_from(tellers[0].instants(pair.now)), max_size=4)
            )
            for at in sorted(at for at in between if at < step):
                swept.wait_in_engine(at)
            swept.wait_in_engine(step)
            pair.clock.move_to(step)  # nobody looks
            pair.beside.advance(step)
            pair.reference.advance(step)
        else:
            swept.clock.move_to(pair.now)
            assert pair.ask(step)[0] == swept.ask_engine(step)
    pair.wait_in_engine(pair.now)
    swept.wait_in_engine(pair.now)
    assert of_engine(pair) == of_engine(swept)


@settings(max_examples=EXAMPLES // 2)
@given(st.data())
def test_the_stored_events_are_the_case(data: st.DataObject) -> None:
    """An engine that knows only the store gives the same answers as the one that wrote it."""
    pair, tellers, _ = opened(data)
    for step in steps(data, pair, tellers):
        if isinstance(step, datetime):
            pair.wait(step)
        else:
            pair.ask(step)
    other = Engine([pair.protocol], pair.engine.store, VirtualClock(pair.now))
    for answer in ("case", "pending", "todo"):
        assert getattr(pair.engine, answer)(CASE) == getattr(other, answer)(CASE)


def test_a_protective_act_of_a_meeting_needs_no_signatures() -> None:
    """Who was not there hears that, whatever roles would have to agree if it protected nobody."""
    protocol = tiny("""
        triggers:
          look: {who: officer}
          take_in: {who: [attendees], during: team, protective: true, agreed_by: {all_of: officer}}
        meetings:
          team: {required: [officer], called_by: officer}
    """)
    pair = Pair(protocol, STARTS[0])
    pair.ask(Ask(kind="open", by=PEOPLE[0]))
    refused, wanted = pair.ask(Ask(kind="act", what="take_in", by=PEOPLE[0]))
    assert ["not-at-meeting"] == wanted == refused


def test_the_reference_is_independent() -> None:
    """It imports neither the meaning of the engine nor the engine."""
    forbidden = ("protocolkit.semantics", "protocolkit.engine", "protocolkit.conditions.evaluate")
    assert [] == [name for name in _imported() if name.startswith(forbidden)]


def _imported() -> Iterator[str]:
    for path in sorted((Path(__file__).parents[1] / "reference").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
