"""Can a case be closed, from everywhere, and does it close if all do what they must?

Imports asking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import product

from protocolkit.proofs.moves import Move
from protocolkit.proofs.questions.asking import Asker, Looked, same_place
from protocolkit.proofs.reaching import maybe, surely
from protocolkit.proofs.results import Result, Verdict
from protocolkit.proofs.search import Edge, Node
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.requests import Request


def course(asker: Asker) -> Iterator[Result]:
    """Can a case be closed, from everywhere, and does it close if all do what they must?"""
    if asker.protocol.strands:
        yield asker.asked(partial(_can_finish, asker), course=True)
        found = asker.asked(partial(_no_trap, asker), course=True)
        if found.verdict == "not proved":
            found = _held_for_good(asker) or found
        yield found
        yield asker.asked(partial(_if_all_act, asker), course=True)


def unopened(asker: Asker) -> Result:
    """The answer where nobody can open a case: then there is nothing else to ask."""
    title = "Some way leads to closing a case."
    why = "Nobody can open a case."
    return asker.result("can-finish", "PK205", title, "violated", looked=asker.base, why=why)


def _closed(looked: Looked) -> set[int]:
    return {node.number for node in looked.graph.nodes if node.case.closed_at is not None}


def _can_finish(asker: Asker, looked: Looked) -> Result:
    title = "Some way leads to closing a case."
    if _closed(looked):
        return asker.result("can-finish", "PK205", title, "proved", looked=looked)
    if not looked.graph.whole:
        return asker.result("can-finish", "PK205", title, "not proved", looked=looked)
    return asker.broken(
        "can-finish",
        "PK205",
        title,
        looked,
        looked.graph.nodes[0],
        says="No way leads from here to the closing of the case, whatever anybody does.",
    )


def _held_for_good(asker: Asker) -> Result | None:
    """A trap that the rules alone show: what must be done before closing, and never can be."""
    for one in asker.protocol.follow_ups.values():
        if one.strength != "must" or one.carries_over or one.every is not None:
            continue
        opened = asker.opened(one) if asker.is_hopeless(one) else None
        if opened is not None:
            return asker.broken(
                "no-trap",
                "PK205",
                "From wherever a case can come, some way leads to closing it.",
                *opened,
                element=one,
                says=f"`{one.id}` is owed now, keeps the case open, and can never be done.",
            )
    return None


def _no_trap(asker: Asker, looked: Looked) -> Result:
    return asker.always(
        "no-trap",
        "PK205",
        "From wherever a case can come, some way leads to closing it.",
        looked,
        _closed(looked),
        says="From here no way leads to the closing of the case, whatever anybody does.",
    )


MOST_WAYS = 64
"""Combinations of facts that are gone through one by one."""


def _if_all_act(asker: Asker, looked: Looked) -> Result:
    """The stronger twin: nobody's good will or luck is counted on, and no fact changes."""
    title = "A case can be closed if everybody does what they must and limits run out."
    says = (
        "From here the case closes only if somebody does what they need not do, or a fact changes."
    )
    question = "closes-if-all-act"
    deeds, closed = looked.search.deeds, _closed(looked)
    ways = 1
    for values in deeds.free.values():
        ways *= len(values)
    if ways > MOST_WAYS:
        why = "It depends on too many facts at once."
        return asker.result(question, "", title, "not proved", looked=looked, why=why)
    graph, sure = looked.graph, True
    beyond = {node.number for node in graph.nodes if node.edges is None}
    lost: list[tuple[int, int, Node, dict[str, FactValue]]] = []
    for values in product(*deeds.free.values()):
        known = dict(zip(deeds.free, values, strict=True))
        able = maybe(graph, closed | beyond, partial(_allowed, known, deeds.asked))
        lost += [
            (node.deeds + len(known), node.number, node, known)
            for node in graph.nodes
            if node.number not in able
        ]
        sure = sure and len(surely(graph, closed, partial(_allowed, known, deeds.asked))) == len(
            graph.nodes
        )
    if lost:
        _, _, node, known = min(lost, key=lambda one: one[:2])
        needed = _needed(looked, node, known, closed | beyond)
        writing = [Move(request=one) for one in deeds.writing(needed)]
        return asker.broken(
            question,
            "",
            title,
            looked,
            node,
            writing,
            says=says,
            end=same_place(looked, node, needed),
        )
    verdict: Verdict = "proved" if looked.whole and sure else "not proved"
    return asker.result(question, "", title, verdict, looked=looked)


def _allowed(
    known: Mapping[str, FactValue | None], asked: Mapping[str, list[str]], edge: Edge
) -> bool:
    """Whether people must make a move, and the facts as they are known allow it. A fact that is
    None may be anything.
    """
    return edge.owed and _fits(edge, known, asked)


def _needed(
    looked: Looked, node: Node, known: dict[str, FactValue], goal: set[int]
) -> dict[str, FactValue]:
    """Those of the facts without which somebody could still bring the case on."""
    asked = looked.search.deeds.asked
    needed: dict[str, FactValue | None] = dict(known)
    for name in known:
        fewer = {**needed, name: None}
        if node.number not in maybe(looked.graph, goal, partial(_allowed, fewer, asked)):
            needed = fewer
    return {name: value for name, value in needed.items() if value is not None}


def _fits(
    edge: Edge, known: Mapping[str, FactValue | None], asked: Mapping[str, list[str]]
) -> bool:
    """Whether a move is made with the facts as they are known."""
    request = edge.move.request
    if request is None:
        return True
    written = {name: value for one in edge.move.before for name, value in one.facts.items()}
    return all(
        known[name] is None or written.get(name) == known[name]
        for name in asked.get(_asking(request), ())
    )


def _asking(request: Request) -> str:
    """The act or the meeting that asks for facts, if a request does so."""
    if request.kind == "hold":
        return request.what.rpartition("/")[0]
    return request.what if request.kind == "act" else ""
