"""A way that is looked for from one situation after another leads to the same answers as when all
situations are gone through first.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from protocolkit.bundled import bundled
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.graph import Edge, Node
from protocolkit.proofs.promises import promises
from protocolkit.proofs.questions import ALWAYS, Asker
from protocolkit.proofs.questions.course import course
from protocolkit.proofs.questions.looked import Looked
from protocolkit.proofs.queues import Far
from protocolkit.proofs.results import Result
from protocolkit.proofs.search import Budget
from tests.proofs.random_protocols import protocol_text

Ask = Callable[[Asker], Iterator[Result]]
Answers = dict[tuple[str, str], str]

EVERY: tuple[Ask, ...] = (*ALWAYS, promises)


class Counting(Asker):
    """An asker that counts what came of looking for ways one by one."""

    came_of: Counter[str]

    def lost(
        self,
        looked: Looked,
        goal: Callable[[Node], bool],
        where: Callable[[Node], bool] = lambda _node: True,
        through: Callable[[Edge], bool] | None = None,
        far: Far = lambda _node: 0,
    ) -> tuple[Looked, Node | None, bool]:
        """The same, counted."""
        found = super().lost(looked, goal, where, through, far)
        self.came_of["decided" if found[1] is not None or found[2] else "open"] += 1
        return found


def answers(
    protocol: Protocol, patience: int, asked: Iterable[Ask]
) -> tuple[Answers, Counter[str]]:
    """The verdict of each question; and how often a search for ways decided one."""
    asker = Counting(protocol, patience=patience, budget=Budget(seconds=3000.0))
    asker.came_of = Counter()
    found = {(one.question, one.about): one.verdict for ask in asked for one in ask(asker)}
    return dict(found), asker.came_of


def compared(
    protocol: Protocol, patience: Iterable[int], asked: Iterable[Ask] = EVERY
) -> Counter[str]:
    """Hold the law for one protocol; what came of the searches for ways."""
    asked = tuple(asked)
    patient, none = answers(protocol, 20_000, asked)
    assert not none  # or it would be compared with itself
    came_of: Counter[str] = Counter()
    for some in patience:
        found, counted = answers(protocol, some, asked)
        came_of += counted
        assert patient.keys() == found.keys()
        unlike = {
            question: (patient[question], verdict)
            for question, verdict in found.items()
            if verdict not in (patient[question], "not proved")
        }
        assert not unlike, (protocol.id, some)
    return came_of


def read(text: str, name: str) -> Protocol:
    """A protocol that reads without errors."""
    found = read_text(text, name).protocol
    assert found is not None
    return found


def bundled_one(name: str) -> Protocol:
    """A protocol that comes with the package."""
    path = Path(str(bundled("protocols", *name.split("/"))))
    return read(path.read_text(encoding="utf-8"), name)


def test_drawn_protocols() -> None:
    """An impatient asker says nothing else than a patient one, and mostly says something."""
    came_of: Counter[str] = Counter()
    for seed in range(20):
        patience = (6,) if seed % 3 == 0 else (1,)
        came_of += compared(read(protocol_text(seed), f"{seed}.yaml"), patience)
    if os.environ.get("PROTOCOLKIT_SOAK") == "1":  # half a minute
        came_of += compared(bundled_one("examples/osprey_bend.yaml"), [1], [course])
    assert came_of["decided"] > 15
    assert came_of["decided"] >= came_of["open"] > 0


@pytest.mark.parametrize("name", ["site_a.yaml", "recommended.yaml"])
def test_bundled_protocols(name: str) -> None:
    """Nor of the protocols that come with the package."""
    came_of = compared(bundled_one(name), [1])
    assert came_of["decided"] > came_of["open"]
