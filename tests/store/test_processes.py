"""Several processes at one store, SQLite and PostgreSQL alike: racing, sweeping, killed."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from protocolkit.store.base import Store
from protocolkit.store.opening import open_store
from tests.contract.samples import at, commit
from tests.store.processes import Writer


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, file: Path) -> Iterator[str]:
    """Where an empty store may be made that processes share."""
    if request.param == "sqlite":
        yield f"sqlite:///{file}"
    else:
        yield request.getfixturevalue("database")


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """The same store, opened here as well."""
    with closing(open_store(address)) as opened:
        yield opened


class TestRaces:
    """Two who want the same."""

    def test_at_the_same_entry(self, address: str, store: Store) -> None:
        """Of two writers to entry n one has a conflict, reads again, and nothing is lost."""
        with Writer(address) as first, Writer(address) as second:
            for number in range(1, 21, 2):
                first.tell("write", "c", number - 1, 1)
                second.tell("write", "c", number - 1, 1)
                answers = [first.heard(), second.heard()]
                loser = first if answers[0].startswith("conflict") else second
                answers.append(loser.heard())
                assert {
                    f"conflict {number}",
                    f"written {number}",
                    f"written {number + 1}",
                } == set(answers)
        _require_whole(store, "c", 20)

    def test_for_the_same_case(self, address: str, store: Store) -> None:
        """Without any order between them, each gets its entries in and none is doubled."""
        with Writer(address) as first, Writer(address) as second:
            first.tell("write", "c", 0, 60)
            second.tell("write", "c", 0, 60)
            answers = first.finish() + second.finish()
        written = [int(answer.split()[1]) for answer in answers if answer.startswith("written")]
        assert list(range(1, 121)) == sorted(written)
        _require_whole(store, "c", 120)

    def test_with_the_same_key(self, address: str, store: Store) -> None:
        """A request that two processes send opens one case, whatever id each would give it."""
        with Writer(address) as first, Writer(address) as second:
            first.tell("open", "k", 40)
            second.tell("open", "k", 40)
            answers = first.finish() + second.finish()
        expected = [
            f"{word} {number}" for number in range(1, 41) for word in ("opened", "conflict")
        ]
        assert sorted(expected) == sorted(answers)
        assert 40 == len(list(store.heads()))
        kept = [store.answered(f"k/{number}") for number in range(1, 41)]
        assert {head.case for head in store.heads()} == {one[1].case for one in kept if one}

    def test_for_what_is_due(self, address: str, store: Store) -> None:
        """Each due case is moved on by one of two workers, with one notice."""
        cases = [f"c{number:03}" for number in range(120)]
        for case in cases:
            store.commit(commit(case, next_at=at(1)))
        with Writer(address) as first, Writer(address) as second:
            first.tell("sweep", 7)
            second.tell("sweep", 11)
            answers = first.finish() + second.finish()
        assert [f"swept {case}" for case in cases] == sorted(answers)
        assert [f"{case}/2" for case in cases] == sorted(one.id for one in store.notices())
        assert {2} == {head.version for head in store.heads()}

    def test_with_a_case_each(self, address: str, store: Store) -> None:
        """Those who work on different cases get in each other's way only for a moment."""
        with ExitStack() as stack:
            writers = {case: stack.enter_context(Writer(address)) for case in ("a", "b", "c", "d")}
            for case, writer in writers.items():
                writer.tell("write", case, 0, 40)
            for writer in writers.values():
                assert [f"written {number}" for number in range(1, 41)] == writer.finish()
        for case in writers:
            _require_whole(store, case, 40)


class TestKills:
    """A process that ends without warning."""

    def test_in_the_middle_of_a_commit(self, address: str, store: Store) -> None:
        """After each of five kills every commit that was acknowledged is there, and whole."""
        dice = random.Random(20)
        version = 0
        for _ in range(5):
            with Writer(address) as writer:
                writer.tell("write", "c", version, 1_000_000)
                answers = [writer.heard() for _ in range(dice.randrange(1, 12))]
                time.sleep(dice.uniform(0, 0.003))
                answers += writer.kill()
            acknowledged = int(answers[-1].removeprefix("written "))
            assert acknowledged > version
            # One more may have been written whose acknowledgement was cut off, and a server goes
            # on with what it was told before.
            version = _settled_version(store, "c")
            assert version in (acknowledged, acknowledged + 1)
            _require_whole(store, "c", version)

    def test_in_the_middle_of_a_sweep(self, address: str, store: Store) -> None:
        """Who comes after it does what was left; no case is moved on twice, none is held."""
        cases = [f"c{number:03}" for number in range(200)]
        for case in cases:
            store.commit(commit(case, next_at=at(1)))
        with Writer(address) as writer:
            writer.tell("sweep", 10)
            said = [writer.heard() for _ in range(15)]
            said += writer.kill()
        with Writer(address) as writer:
            writer.tell("sweep", 10)
            said += writer.finish()
        # What was written and not told of is at most what one claim holds.
        assert len(set(said)) == len(said) >= len(cases) - 10
        assert [f"{case}/2" for case in cases] == sorted(one.id for one in store.notices())
        assert {2} == {head.version for head in store.heads()}


def _settled_version(store: Store, case: str) -> int:
    """How many entries a case has, once whoever wrote them is surely gone."""
    while True:
        with store.claim(at(1e6)) as claim:  # passes over a case that somebody holds
            for head in claim.heads:
                if head.case == case:
                    return head.version


def _require_whole(store: Store, case: str, version: int) -> None:
    """A case has entries 1 to `version`, each with its answer and notice, and a sound head."""
    numbers = list(range(1, version + 1))
    head = store.head(case)
    assert head is not None
    assert (version, at(version)) == (head.version, head.next_at)
    assert numbers == [found.sequence for found in store.events(case)]
    assert [f"{case}/{number}" for number in numbers] == [n.id for n in store.notices(case)]
    answers = [store.answered(f"{case}/{number}") for number in numbers]
    assert numbers == [answer[1].sequence for answer in answers if answer]
