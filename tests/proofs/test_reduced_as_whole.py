"""What a part of the rules shows is what the whole shows, on protocols that twist what is cut out.

Here every situation of the whole protocol is gone through, with nothing cut out and no shortcut
taken, and the answers are read off. With `PROTOCOLKIT_SOAK=1` many more protocols are compared.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator

import pytest

from protocolkit.language.reading import read_text
from protocolkit.model.case import FollowUp
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.goals import Goal, Seen
from protocolkit.proofs.graph import Edge, Graph, Node
from protocolkit.proofs.questions import ALWAYS, Asker
from protocolkit.proofs.reaching import maybe, surely
from protocolkit.proofs.results import Result
from protocolkit.proofs.search import Budget, Search
from protocolkit.semantics import changes as ch
from tests.proofs.twisted_protocols import twisted_text

SOAK = os.environ.get("PROTOCOLKIT_SOAK") == "1"
SEEDS = range(3000 if SOAK else 16)

MOST = 600
"""Protocols with more situations are left out."""

Answer = tuple[str, int | None]
"""A verdict; where it is that something can be broken, the fewest deeds to where it is."""

PATIENCE = (1500, 1)
"""A search of all situations first, where that is not too much; and of one after the other."""


class Whole:
    """The answers, read off all situations of a whole protocol."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        search = Search(protocol, remembers=True, asked=protocol.meetings)
        self.graph: Graph = search.run(Budget(situations=MOST))
        self.seen = Seen(protocol, ())
        self.seen.enough(self.graph)

    def answers(self) -> Iterator[tuple[str, Answer]]:
        """Each answer under what it is about."""
        yield "can-finish", (self._was_seen("closed", ""), None)
        yield "no-trap", self._always(_is_closed, lambda _node: True)
        yield "finishes-cleanly", self._closes_cleanly()
        yield from self._dead()
        for one in self.protocol.follow_ups.values():
            yield from self._owed(one)

    def _was_seen(self, kind: str, name: str) -> str:
        goal: Goal = (kind, name)
        return "proved" if goal in self.seen.found else "violated"

    def _dead(self) -> Iterator[tuple[str, Answer]]:
        for name in self.protocol.triggers:
            yield f"nothing-dead {name}", (self._was_seen("act", name), None)
        for strand in self.protocol.strands.values():
            for state in strand.states.values():
                came = state.initial or ("state", f"{strand.id}.{state.id}") in self.seen.found
                yield f"nothing-dead state:{state.id}", ("proved" if came else "violated", None)
        for name in self.protocol.follow_ups:
            yield f"nothing-dead f:{name}", (self._was_seen("opened", name), None)
        for ladder in self.protocol.escalations.values():
            for number in range(1, len(ladder.levels) + 1):
                name = f"{ladder.id}#{number}"
                yield f"levels-come {name}", (self._was_seen("level", name), None)

    def _owed(self, one: FollowUp) -> Iterator[tuple[str, Answer]]:
        def open_of(node: Node) -> int:
            return sum(found.follow_up == one.id for found in node.case.open.values())

        if not any(open_of(node) for node in self.graph.nodes):
            return
        yield f"can-be-ended {one.id}", (self._was_seen("ended", one.id), None)
        if one.blocks or _must_be_done(one):
            yield (
                f"never-blocks-forever {one.id}",
                self._always(
                    lambda node: not open_of(node) or _is_closed(node),
                    lambda node: open_of(node) > 0 and not _is_closed(node),
                ),
            )
        yield (
            f"no-pile-up {one.id}",
            self._always(
                lambda node: open_of(node) < 2 and (one.carries_over or not _is_closed(node)),
                lambda node: open_of(node) > 1 and not _is_closed(node),
            ),
        )

    def _always(self, goal: Callable[[Node], bool], where: Callable[[Node], bool]) -> Answer:
        """Whether from everywhere of some kind some way leads to the goal."""
        graph = self.graph
        there = {node.number for node in graph.nodes if goal(node)}
        asked = [node for node in graph.nodes if where(node)]
        able, sure = maybe(graph, there), surely(graph, there)
        lost = [node.deeds for node in asked if node.number not in able]
        if lost:
            return "violated", min(lost)
        return "proved" if all(node.number in sure for node in asked) else "not proved", None

    def _closes_cleanly(self) -> Answer:
        over = [
            node.deeds + edge.deeds
            for node, edge in self.graph.edges()
            if any(_must_be_done(self.protocol.follow_ups[one]) for one in closed_over(node, edge))
        ]
        return ("violated", min(over)) if over else ("proved", None)


def _is_closed(node: Node) -> bool:
    return node.case.closed_at is not None


def _must_be_done(one: FollowUp) -> bool:
    return one.strength == "must" and not one.carries_over


def closed_over(node: Node, edge: Edge) -> Iterator[str]:
    """What is open, or waits for a fact, when a move closes the case."""
    if any(isinstance(one, ch.CaseClosed) for one in edge.changes):
        yield from (one.follow_up for one in node.case.deferred.values())
        for one in edge.changes:
            if isinstance(one, ch.Ended) and one.because == "closed":
                yield one.instance.partition("/")[0]
            elif isinstance(one, ch.Deferred):
                yield one.follow_up


def _said(result: Result) -> str:
    prefix = {"PK202": "state:", "PK601": "f:"}.get(result.code, "")
    return f"{result.question} {prefix}{result.about}".strip()


def _results(protocol: Protocol, patience: int) -> dict[str, Result]:
    asker = Asker(protocol, patience=patience)
    return {_said(one): one for ask in ALWAYS for one in ask(asker)}


def _wrong(
    answers: Iterable[tuple[str, Answer]], results: dict[str, Result], patience: int
) -> Iterator[str]:
    """Where a part of the rules shows something else than the whole."""
    for about, (verdict, deeds) in answers:
        result = results.get(about)
        if result is None or verdict == "not proved":
            continue
        if result.verdict == "not proved":
            if patience > 1:
                yield f"{about}: could not decide, the whole shows {verdict}"
        elif result.verdict.replace("vacuous", "proved") != verdict:
            yield f"{about}: {result.verdict}, the whole shows {verdict}"
        elif result.story is not None and deeds is not None:
            told = result.story.deeds
            if about == "finishes-cleanly" and told != deeds:
                yield f"{about}: a story of {told}, the whole has one of {deeds}"


def compared(seed: int) -> list[str] | None:
    """What is wrong about one protocol; None: it cannot be read, or is too large."""
    reading = read_text(twisted_text(seed), f"{seed}.yaml")
    if reading.protocol is None or not reading.ok:
        return None
    whole = Whole(reading.protocol)
    if not whole.graph.whole:
        return None
    answers = list(whole.answers())
    return [
        f"seed {seed}, patience {patience}: {one}"
        for patience in PATIENCE
        for one in _wrong(answers, _results(reading.protocol, patience), patience)
    ]


@pytest.mark.parametrize("start", range(0, len(SEEDS), 4))
def test_the_answers_are_those_of_the_whole(start: int) -> None:
    """No verdict is another, and no case closes over something with fewer deeds."""
    found = [compared(seed) for seed in range(start, start + 4)]

    assert any(one is not None for one in found)
    assert [] == [wrong for one in found for wrong in one or ()]
