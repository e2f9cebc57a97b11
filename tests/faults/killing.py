"""Rounds of work in a child that is killed: by timer, or at each place that has a name.

A round is one case opened and worked on, a sweep of what fell due since the last rounds, and
the sending of what waits. After each kill the parent checks the store, then does what a caller
does who heard no answer: asks for the same again with the same keys. After the last round every
case must have had the same story. Imports children, checking and the county.
"""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from protocolkit.store.opening import open_store
from tests.faults import checking, places
from tests.faults.children import Child
from tests.faults.county import EVERY, LAST, START, engine_on, grant, send, wishes
from tests.faults.watching import Shared, Watch, with_synchronous

LOOK_BACK = 3
"""How many of the last cases a round may touch."""


class Rounds:
    """Rounds on one store, one after another.

    `keys`: whether requests bear keys. `split`: see `Watch`.
    """

    def __init__(self, url: str, *, keys: bool = True, split: str = "") -> None:
        self.url = url
        self.cases: list[str] = []
        self.delivered: set[str] = set()
        self.complaints: list[str] = []
        self.acknowledged = 0
        self._keys = keys
        self._split = split
        with_synchronous(0)  # for the checks; the child, which is killed, has FULL

    @property
    def now(self) -> Any:
        """The instant of this round."""
        return START + EVERY * len(self.cases)

    def child(self, die_at: int = 0) -> Child:
        """Begin a round in a process of its own."""
        self.cases.append(f"c-{len(self.cases):05}")
        shared = Shared()
        work = partial(self._work, Watch(shared, die_at, self._split))
        return Child(work, shared)

    def _work(self, watch: Watch, say: Callable[[str], None]) -> None:
        places.watch(self.url, watch)
        store = open_store(self.url)
        engine = engine_on(store, self.now)
        for wish in wishes(self.cases[-1]):
            grant(engine, wish, key=self._keys)
            watch.reach("between doing and telling")
            say(f"done {wish.key}")
        engine.advance()
        for place in send(store, self.now, lambda id: say(f"got {id}")):
            watch.reach(place)
        store.close()
        say(f"open {watch.shared.begun} {watch.seconds_open}")
        for place in watch.passed:
            say(f"passed {place}")

    def check(self, heard: list[str]) -> None:
        """Look at the store after a round that ended somehow, and ask again."""
        told = [line.split(" ", 1) for line in heard]
        done = {what for word, what in told if word == "done"}
        self.delivered.update(what for word, what in told if word == "got")
        self.acknowledged += len(done)
        asked = wishes(self.cases[-1])
        places.rest(self.url)
        store = open_store(self.url)
        try:
            found = checking.acknowledged(
                store, [wish for wish in asked if wish.key in done], self._keys
            )
            for case in self.cases[-LOOK_BACK:]:
                found += checking.whole(store, case)
            # With keys it does no harm to ask again for what was done.
            asked = tuple(wish for wish in asked if self._keys or wish.key not in done)
            found += checking.again(store, asked, self.now, keys=self._keys)
            found += checking.whole(store, self.cases[-1])
        finally:
            store.close()
        self.complaints += found

    def end(self) -> None:
        """Let time do the rest, send the rest, and compare the stories."""
        last = self.now + LAST
        store = open_store(self.url)
        try:
            engine_on(store, last).advance()
            for _ in send(store, last, self.delivered.add):
                pass
            self.complaints += checking.ended(store, self.cases, self.delivered)
        finally:
            store.close()
        if path := places.path_of(self.url):
            self.complaints += checking.sound_file(path)


def by_timer(url: str, kills: int, seed: int, batch: int = 100) -> dict[str, Any]:
    """Kill rounds from outside, at a random moment around a transaction.

    `url` has a `{}` for the number of the store: a new one is begun after a batch of kills.
    """
    dice = random.Random(seed)
    total: Counter[str] = Counter()
    complaints: list[str] = []
    while total["kills"] < kills:
        rounds = Rounds(url.format(total["kills"]))
        said = _lives(rounds)  # how long do transactions take?
        begun, seconds = next(line for line in said if line.startswith("open ")).split()[1:]
        window = float(seconds) / int(begun)
        for _ in range(min(batch, kills - total["kills"])):
            with rounds.child() as child:
                child.wait_for_transaction(dice.randint(1, int(begun)))
                time.sleep(dice.uniform(0, 1.3 * window))
                child.kill()
                total["kills"] += 1
                total["open"] += child.shared.open
                rounds.check(child.said())
        rounds.end()
        total["acknowledged"] += rounds.acknowledged
        total["cases"] += len(rounds.cases)
        complaints += rounds.complaints
    return {**total, "complaints": complaints}


def at_every_place(url: str, *, making: bool, every: bool) -> dict[str, Any]:
    """Kill one round at each place it passes: at each name the last time it comes, or (`every`)
    each time. `making`: before that, rounds that make their store, until they did.
    """
    complaints: list[str] = []
    names: set[str] = set()
    kills = 0
    for fresh in (True, False) if making else (False,):
        places.empty(url)
        rounds = Rounds(url.format("whole"))
        for _ in range(1 if fresh else LOOK_BACK):
            said = _lives(rounds)
        passed = _passed(said)
        if fresh:
            passed = passed[: passed.index("between doing and telling")]
        chosen = {name: number for number, name in enumerate(passed, 1)}
        for number, name in enumerate(passed, 1):
            if not every and number != chosen[name]:
                continue
            if fresh:
                places.empty(url)
                rounds = Rounds(url.format(number))
            with rounds.child(die_at=number) as child:
                assert child.finish() == -signal.SIGKILL, f"it did not come to {name}"
                rounds.check(child.said())
            kills += 1
            if fresh:
                rounds.end()
                complaints += rounds.complaints
        names.update(passed)
    rounds.end()
    complaints += rounds.complaints
    return {"kills": kills, "places": sorted(names), "complaints": complaints}


def at_one_place(url: str, place: str, *, keys: bool = True, split: str = "") -> dict[str, Any]:
    """Kill one round at each time it passes a place; for faults that are planted."""
    rounds = Rounds(url.format("planted"), keys=keys, split=split)
    for _ in range(LOOK_BACK):
        said = _lives(rounds)
    assert [] == rounds.complaints  # without a kill nobody sees the fault
    kills = 0
    for number, name in enumerate(_passed(said), 1):
        if name == place:
            with rounds.child(die_at=number) as child:
                assert child.finish() == -signal.SIGKILL
                rounds.check(child.said())
            kills += 1
    return {"kills": kills, "complaints": rounds.complaints}


def _lives(rounds: Rounds) -> list[str]:
    """What is said in a round that nobody kills."""
    with rounds.child() as child:
        assert child.finish() == 0, "a round did not go well"
        said = child.said()
    rounds.check(said)
    return said


def _passed(said: list[str]) -> list[str]:
    return [line.removeprefix("passed ") for line in said if line.startswith("passed ")]
