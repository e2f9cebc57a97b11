"""A story comes to the same when the connection breaks again and again while it is told.

The bundled stories, with their programmes and hand-overs, told by people who ask again under the
same key each time they hear nothing, of an engine that is made anew each time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import Clock
from protocolkit.scenarios.form import Scenario
from protocolkit.scenarios.reading import read_file
from protocolkit.scenarios.running import Rehearsal
from protocolkit.semantics.program import Program
from protocolkit.store.base import Store
from protocolkit.store.forms import canonical
from protocolkit.store.memory import MemoryStore
from tests.properties.breaking import Breaking, Broken
from tests.properties.telling import Dice

TESTS = Path(__file__).parents[1]
PROTOCOLS = TESTS.parent / "protocols"
FILES = (
    TESTS / "golden" / "stories" / "riverside.scenarios.yaml",
    PROTOCOLS / "recommended.scenarios.yaml",
    PROTOCOLS / "examples" / "osprey_bend.scenarios.yaml",
)
ALL_FILES = (*FILES, *sorted(PROTOCOLS.rglob("*.scenarios.yaml")))
SOAK = bool(os.environ.get("PROTOCOLKIT_SOAK"))
SEEDS = range(25 if SOAK else 1)
ASKED = ("advance", "case", "why", "possible", "who_can", "todo", "undecided", "pending", "left")
ASKED_FOR_GOOD = (*ASKED, "tally", "history", "protocol_of", "store")
"""What is no command of somebody, and has no key."""


class Stubborn:
    """Stands where an engine does; behind it they come and go."""

    def __init__(self, programs: list[Program], store: Store, clock: Clock, dice: Dice) -> None:
        self.store = store
        self.clock = clock
        self.programs = programs
        self.dice = dice
        self.broken = 0
        self.count = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(*about: Any, **more: Any) -> Any:
            self.count += 1
            if name not in ASKED_FOR_GOOD:
                more["key"] = f"k-{self.count}"
            for breaks in self._breaks():
                store = Breaking(self.store)
                store.breaks = breaks
                try:
                    return getattr(Engine(self.programs, store, self.clock), name)(*about, **more)
                except Broken:
                    self.broken += 1
            raise AssertionError("nobody asks for ever")

        return ask

    def _breaks(self) -> Iterator[list[Any]]:
        for _ in range(6):
            yield [self.dice.one(["", "", "before", "after"]) for _ in range(3)]
        yield []


def _stories() -> Iterator[Any]:
    for file in dict.fromkeys(ALL_FILES if SOAK else FILES):
        for story in read_file(file).scenarios:
            name = f"{file.name.partition('.')[0]}-{story.name}"
            yield from (pytest.param(story, seed, id=f"{name}-{seed}") for seed in SEEDS)


def _record(store: Store) -> dict[str, Any]:
    """The events of every case, and who is to be told."""
    found: dict[str, Any] = {
        head.case: [canonical(event.to_json()) for event in store.events(head.case)]
        for head in store.heads()
    }
    return found | {"heads": list(store.heads()), "notices": sorted(map(str, store.notices()))}


@pytest.mark.parametrize(("story", "seed"), list(_stories()))
def test_a_story_told_over_a_bad_line_is_the_same_story(story: Scenario, seed: int) -> None:
    """The same events in every case, to the byte; the same notices, each once."""
    programs = [Program(protocol) for protocol in story.protocols]
    by_digest = {program.whole.digest: program for program in programs}
    plain = Rehearsal(story, by_digest)
    assert () == plain.outcome().differences
    told = Rehearsal(story, by_digest)
    line = Stubborn(programs, MemoryStore(), told.clock, Dice(seed))
    told.engine = line  # type: ignore[assignment]
    assert () == told.outcome().differences
    assert _record(plain.engine.store) == _record(line.store)
