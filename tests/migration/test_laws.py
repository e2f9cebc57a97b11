"""Laws of migration, on random protocols and histories.

A plan that changes nothing changes nothing but the digest; one that only renames gives a case
whose whole future is the same under other names.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from protocolkit.ground.errors import Refused
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.performing.corrections import STANDS
from tests.migration.pairs import Migrant, agree, drawn
from tests.properties.pairs import CASE, Pair, of_engine
from tests.properties.strategies import FEATURES
from tests.properties.telling import PEOPLE, STARTS, Drawn, Teller
from tests.reference.ledger import Ask

EXAMPLES = max(settings().max_examples // 8, 10)
NOT_SIGNED = tuple(one for one in FEATURES if one not in ("agreed", "joint"))
"""Signatures bind what was proposed in its own words: other names are proposed again."""


def play(data: st.DataObject, features: tuple[str, ...], *, rename: bool) -> Migrant:
    """A case that goes on under another text in the middle of its story."""
    old, new, names = drawn(data, features, rename=rename)
    pair = Migrant(old, new, names, data.draw(st.sampled_from(STARTS)))
    note(f"{old.content.text}")
    chance = Drawn(data)
    tellers = [Teller(chance, pair.reference)]
    if any(fact.scope == "programme" for fact in old.facts.values()) and chance.maybe(80):
        tellers.append(Teller(chance, pair.beside))
        pair.ask(Ask(kind="adopt", by=PEOPLE[0], scope="programme"))
    opening = tellers[0].opening()
    if pair.ask(opening)[0]:
        pair.ask(opening.replace(by=PEOPLE[0], facts={}))
    count = data.draw(st.integers(4, 16))
    when = data.draw(st.integers(1, count))
    for number in range(1, count + 1):
        if number == when and not pair.reference.closed_at:
            pair.wait(pair.now)
            note(f"{pair.now} migrate")
            found = pair.migrate()
            assert () == found.refused
        elif tellers[0].maybe(35):
            until: datetime = tellers[0].one(tellers[0].instants(pair.now))
            note(f"{pair.now} wait until {until}")
            pair.wait(until)
        else:
            beside = len(tellers) > 1 and tellers[0].maybe(15)
            ask = tellers[beside].ask(pair.now)
            refused, wanted = pair.ask(ask)
            note(f"{pair.now} {ask}: {wanted}, by the engine {refused}")
            assert wanted == refused
        agree(pair)
    return pair


@pytest.mark.parametrize("rename", [False, True])
def test_the_future_is_the_same(rename: bool) -> None:
    """The case that went on and the reference, which never did, agree after every step: what is
    refused, owed and told, every instant to the microsecond.
    """

    @settings(max_examples=EXAMPLES)
    @given(st.data())
    def law(data: st.DataObject) -> None:
        play(data, NOT_SIGNED if rename else FEATURES, rename=rename)

    law()


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_what_is_put_right_afterwards_is_put_right_as_ever(data: st.DataObject) -> None:
    """A case that went on by a plan that changes nothing, and one that did not: what was told since
    is corrected and made void with the same result.
    """
    old, new, _ = drawn(data, NOT_SIGNED, rename=False)
    pair = Migrant(old, new, {}, data.draw(st.sampled_from(STARTS)))
    stays = Pair(old, pair.now)
    note(f"{old.content.text}")
    chance = Drawn(data)
    teller = Teller(chance, pair.reference)
    both = (pair, stays)
    opening = teller.opening()
    if pair.ask(opening)[0]:
        opening = opening.replace(by=PEOPLE[0], facts={})
        pair.ask(opening)
    stays.ask_engine(opening)
    for number in range(count := data.draw(st.integers(4, 12))):
        if number == count // 3:
            stays.wait_in_engine(stays.now)
            pair.wait(pair.now)
            pair.migrate()
            went = len(pair.engine.history(CASE))
        elif teller.maybe(35):
            until: datetime = teller.one(teller.instants(pair.now))
            pair.wait(until)
            stays.wait_in_engine(until)
        else:
            ask = teller.ask(pair.now)
            pair.ask(ask)
            stays.ask_engine(ask)
    moved = sum(event.kind == "migrate" for event in pair.engine.history(CASE))
    since = [e for e in pair.engine.history(CASE)[went:] if moved and e.kind not in STANDS]
    if since:
        event = chance.one(since)
        note(f"void {event.sequence} {event.kind} {event.what}")
        told = [_put_right(pair, event.sequence), _put_right(stays, event.sequence - 1)]
        note(f"{told}")
        assert told[0] == told[1]
        _agree(pair, stays)
        until = teller.one(teller.instants(pair.now))
        for one in both:
            one.wait_in_engine(until)
        _agree(pair, stays)


def _agree(pair: Migrant, stays: Pair) -> None:
    expected, actual = of_engine(stays), pair.stands()
    assert {} == {
        name: (one, actual[name]) for name, one in expected.items() if one != actual[name]
    }


def _put_right(pair: Pair, entry: int) -> list[str]:
    """An entry is declared void; the names of the refusal."""
    try:
        by = pair.engine.history(CASE)[entry - 1].actor
        roles = set(pair.protocol.roles)
        pair.engine.void(CASE, entry, by=Actor(by, roles=roles))
    except Refused as refused:
        return sorted({one.name for one in refused.reasons})
    return []
