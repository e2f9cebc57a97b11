"""Can a case be closed, from everywhere, and does it close if all do what they must?

Imports asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from protocolkit.proofs.goals import Goal
from protocolkit.proofs.graph import Edge, Node
from protocolkit.proofs.moves import Move
from protocolkit.proofs.onward import Onward
from protocolkit.proofs.questions.asking import Asker
from protocolkit.proofs.questions.looked import Looked, same_place
from protocolkit.proofs.queues import Far
from protocolkit.proofs.reaching import maybe, surely
from protocolkit.proofs.results import Result, Verdict
from protocolkit.proofs.search import Search
from protocolkit.proofs.ways import least_done
from protocolkit.semantics.changes import FactValue


def course(asker: Asker) -> Iterator[Result]:
    """Can a case be closed, from everywhere, and does it close if all do what they must?"""
    if asker.protocol.strands:
        closed: list[Goal] = [("closed", "")]
        yield asker.asked(partial(_can_finish, asker), goals=closed, course=True)
        found = asker.asked(partial(_no_trap, asker), course=True)
        if found.verdict == "not proved":
            found = _held_for_good(asker) or found
        yield found
        twin = asker.asked(partial(_if_all_act, asker), course=True, remembers=True)
        if twin.verdict == "not proved" and found.verdict == "violated":
            question, code, title = _IF_ALL_ACT  # what no way at all leads out of, duty does not
            twin = found.replace(question=question, code=code, title=title)
        yield twin


def unopened(asker: Asker) -> Result:
    """The answer where nobody can open a case: then there is nothing else to ask."""
    title = "Some way leads to closing a case."
    why = "Nobody can open a case."
    return asker.result("can-finish", "PK205", title, "violated", looked=asker.base, why=why)


def _closed(looked: Looked) -> set[int]:
    return {node.number for node in looked.graph.nodes if _is_closed(node)}


def _is_closed(node: Node) -> bool:
    return node.case.closed_at is not None


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
        _is_closed,
        far=_to_closing(asker, looked),
        says="From here no way leads to the closing of the case, whatever anybody does.",
    )


_IF_ALL_ACT = (
    "closes-if-all-act",
    "",
    "A case can be closed if everybody does what they must and limits run out.",
)


def _if_all_act(asker: Asker, looked: Looked) -> Result:
    """The stronger twin: nobody's good will or luck is counted on, and no fact changes."""
    deeds, closed = looked.search.deeds, _closed(looked)
    graph, sure = looked.graph, True
    least = least_done(deeds.free, (edge.way for _, edge in graph.edges() if edge.owed))
    if least is None:
        why = "It depends on too many facts at once."
        return asker.result(*_IF_ALL_ACT, "not proved", looked=looked, why=why)
    if asker.is_patient(looked):
        return _one_by_one(asker, looked, least)
    beyond = {node.number for node in graph.nodes if node.edges is None}
    lost: list[tuple[int, int, Node, dict[str, FactValue]]] = []
    for known in least:
        able = maybe(graph, closed | beyond, partial(_allowed, known))
        lost += [
            (node.deeds + len(known), node.number, node, known)
            for node in graph.nodes
            if node.number not in able
        ]
        sure = sure and len(surely(graph, closed, partial(_allowed, known))) == len(graph.nodes)
    if lost:
        _, _, node, known = min(lost, key=lambda one: one[:2])

        def stuck(fewer: Known) -> bool:
            return node.number not in maybe(graph, closed | beyond, partial(_allowed, fewer))

        return _told(asker, looked, node, _needed(known, stuck))
    verdict: Verdict = "proved" if looked.whole and sure else "not proved"
    return asker.result(*_IF_ALL_ACT, verdict, looked=looked)


def _one_by_one(asker: Asker, looked: Looked, least: list[dict[str, FactValue]]) -> Result:
    """The same, where there is too much to look at all of it first."""
    far = _to_closing(asker, looked)
    sure = True
    last = looked
    for known in least:
        through = _Allowed(known)
        last, lost, certain = asker.lost(looked, _is_closed, through=through, far=far)
        if lost is not None:
            search = last.search

            def stuck(fewer: Known, node: Node = lost, search: Search = search) -> bool:
                onward = Onward(search, _is_closed, partial(_allowed, fewer), far)
                return onward.is_able(node) is False

            told = {name: known[name] if name in through.hindering else None for name in known}
            return _told(asker, last, lost, _needed(told, stuck))
        sure = sure and certain
    return asker.result(*_IF_ALL_ACT, "proved" if sure else "not proved", looked=last)


def _told(asker: Asker, looked: Looked, node: Node, needed: Mapping[str, FactValue]) -> Result:
    """The answer where a case is stuck with these facts."""
    return asker.broken(
        *_IF_ALL_ACT,
        looked,
        node,
        [Move(request=one) for one in looked.search.deeds.writing(needed)],
        says="From here the case closes only if somebody does what they need not do, or a fact "
        "changes.",
        end=same_place(looked, node, needed),
    )


def _to_closing(asker: Asker, looked: Looked) -> Far:
    """How far off the closing seems to be; None where the states alone show that it never comes."""
    seems = asker.aim(looked, ("closed", ""))

    def far(node: Node) -> int | None:
        return None if looked.outlook.to_closing(node.case) is None else seems(node)

    return far


Known = Mapping[str, FactValue | None]
"""Facts as they are known; one that is None may be anything."""


def _allowed(known: Known, edge: Edge) -> bool:
    """Whether people must make a move, and the facts as they are known allow it."""
    return edge.owed and edge.way.fits(known)


class _Allowed:
    """The same, and which facts were ever against it."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self.hindering: set[str] = set()

    def __call__(self, edge: Edge) -> bool:
        if not edge.owed:
            return False
        against = [one for one in edge.way.alike if not one.has(self._known)]
        self.hindering.update(name for one in against for name in one.names)
        return not against


def _needed(known: Known, stuck: Callable[[Known], bool]) -> dict[str, FactValue]:
    """Those of the facts without which somebody could still bring the case on: none or one, if
    that is enough.
    """
    told = {name: value for name, value in known.items() if value is not None}
    few = [{}, *({name: value} for name, value in told.items())]
    for enough in few:
        if stuck({name: enough.get(name) for name in known}):
            return enough
    needed: dict[str, FactValue | None] = dict(known)
    for name in told:
        fewer = {**needed, name: None}
        if stuck(fewer):
            needed = fewer
    return {name: value for name, value in needed.items() if value is not None}
