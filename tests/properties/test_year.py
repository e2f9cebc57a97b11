"""A year of cases in Larkspur: the engine and the plain reference agree after every step.

The county uses every part of the language at once. Each history is one case, with the
programme beside it, from one January to the next; its number is its seed, so that a failing
one can be told again alone. PROTOCOLKIT_SOAK=1 (`make soak`) tells 10,000 of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from protocolkit.bundled import bundled
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from tests.properties.pairs import Pair, agree
from tests.properties.telling import Dice, Teller
from tests.reference.ledger import Ask, Person

ONCE_APART = (9579,)
"""Histories in which engine and reference once disagreed."""

HISTORIES = 10_000 if os.environ.get("PROTOCOLKIT_SOAK") else 12
START = datetime(2025, 1, 6, 13, 0, tzinfo=UTC)
END = START + timedelta(days=365)


def person(id: str, *roles: str, can: str = "") -> Person:
    """Somebody of the county."""
    return Person(id=id, roles=frozenset(roles), can=frozenset({can} if can else ()))


PEOPLE = (
    person("o-1", "officer"),
    person("o-2", "officer", "supervisor"),
    person("s-1", "supervisor"),
    person("s-2", "deputy"),
    person("j-1", "judge"),
    person("d-1", "detective", can="forensic_interview"),
    person("d-2", "detective"),
    person("h-1", "sheriff"),
    person("n-1", "nurse"),
    person("a-1", "advocate"),
    person("k-1", "caseworker"),
    person("k-2", "caseworker"),
    person("m-1", "minor"),
    person("g-1", "guardian"),
    person("x-1", "visitor"),
)


@pytest.fixture(scope="module")
def larkspur() -> Protocol:
    """The county as the example file declares it."""
    reading = read_text(
        bundled("protocols", "examples", "larkspur.yaml").read_text(encoding="utf-8")
    )
    assert reading.ok
    assert reading.protocol is not None
    return reading.protocol


def told(pair: Pair, tellers: tuple[Teller, Teller], dice: Dice) -> Iterator[Ask | datetime]:
    """What is tried in a year: many things at once, and long silences; in some cases people do
    what they owe.
    """
    duty = dice.one([0, 20, 60])
    yield Ask(kind="adopt", by=PEOPLE[4], scope="programme")
    yield tellers[0].opening().replace(by=PEOPLE[0], facts={})
    while pair.now < END:
        if dice.maybe(20):
            yield pair.now + timedelta(hours=dice.one([2, 9, 9, 30, 30, 100, 700]))
        elif dice.maybe(30):
            yield dice.one(tellers[0].instants(pair.now))
        elif dice.maybe(50) and tellers[0].agreeing():
            yield tellers[0].agreed(pair.now)
        elif dice.maybe(duty):
            yield tellers[0].dutiful(pair.now)
        elif dice.maybe(15):
            yield tellers[0].onward(pair.now)
        else:
            yield tellers[dice.maybe(8)].ask(pair.now)


@pytest.mark.parametrize("seed", sorted({*range(HISTORIES), *ONCE_APART}))
def test_a_year_in_larkspur(larkspur: Protocol, seed: int) -> None:
    """Refusals, states, follow-ups, levels, notices, in case and programme: always the same."""
    dice = Dice(seed)
    pair = Pair(larkspur, START)
    tellers = (Teller(dice, pair.reference, PEOPLE), Teller(dice, pair.beside, PEOPLE))
    for step in told(pair, tellers, dice):
        if isinstance(step, datetime):
            pair.wait(step)
        else:
            refused, wanted = pair.ask(step)
            assert (step, wanted) == (step, refused)
        agree(pair)
