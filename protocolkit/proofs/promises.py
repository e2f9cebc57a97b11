"""The properties that a protocol states itself: whether any case can break one.

The monitors that watch real cases watch the imagined ones too, so that what is proved here is what
is watched there. Imports the questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from protocolkit.ground.limits import OccurrenceRef
from protocolkit.model.programme import Property
from protocolkit.model.sentences import sentence
from protocolkit.proofs.graph import Edge, Graph, Node
from protocolkit.proofs.questions import Asker, Looked
from protocolkit.proofs.questions.dead import of_states
from protocolkit.proofs.questions.until import moves_that, nearest
from protocolkit.proofs.results import Result, Verdict
from protocolkit.proofs.stories import End
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case
from protocolkit.semantics.program import Program

CODES = {"proved": "PK901", "violated": "PK901", "vacuous": "PK902", "not proved": "PK903"}


def promises(asker: Asker) -> Iterator[Result]:
    """Every property of single cases: that of a programme is watched, not proved."""
    for one in asker.protocol.properties.values():
        if getattr(one, "scope", "case") == "case":
            yield _kept(asker, one)


def _kept(asker: Asker, one: Property) -> Result:
    lasting = one.kind in ("always_possible", "at_end", "response")
    ask = _possible if one.kind == "always_possible" else _watched
    title = sentence(one, asker.protocol)
    part = [("properties", one.id)]
    if one.kind == "always_possible" and of_states(asker.protocol, one.condition):
        part = []  # it asks for nothing but where a case stands: no slice of its own
    bad = moves_that(partial(_breaks, one.id)) if ask is _watched else None
    found = asker.asked(
        partial(ask, asker, one, title), part, course=lasting, some=ask is _watched, bad=bad
    )
    return found.replace(code=CODES[found.verdict])


def _watched(asker: Asker, one: Property, title: str, looked: Looked) -> Result:
    broken = _first_broken(looked, one.id)
    if broken is not None:
        node, edge = broken
        return asker.broken(
            "property",
            "PK901",
            title,
            looked,
            node,
            [edge.move] if edge is not None else [],
            about=one.id,
            element=one,
            says=f"Now this is broken: {title}",
            end=_is_broken(one.id),
        )
    if not looked.whole:
        return _answer(asker, one, looked, title, "not proved")
    verdict: Verdict = "proved" if _comes_up(looked, one) else "vacuous"
    return _answer(asker, one, looked, title, verdict)


def _answer(asker: Asker, one: Property, looked: Looked, title: str, verdict: Verdict) -> Result:
    why = ""
    if verdict == "vacuous":
        why = "What it speaks of never comes about, so no case could test it."
    return asker.result(
        "property", "PK901", title, verdict, about=one.id, element=one, looked=looked, why=why
    )


def _possible(asker: Asker, one: Property, title: str, looked: Looked) -> Result:
    """From every situation some way leads to one in which the condition is true."""
    world = looked.search.world
    judge = world.judge(one.condition)

    def is_goal(node: Node) -> bool:
        return judge is not None and judge(world.situation(node.case)) is True

    return asker.always(
        "property",
        "PK901",
        title,
        looked,
        is_goal,
        about=one.id,
        element=one,
        says="From here no way leads to what should always be possible.",
        where=lambda node: node.case.closed_at is None,
    )


def _first_broken(looked: Looked, name: str) -> tuple[Node, Edge | None] | None:
    """The nearest move that breaks a property; no move, if that is so from the beginning."""
    graph = looked.graph
    if graph.nodes and _verdict(graph.nodes[0], name) == "broken":
        return graph.nodes[0], None
    return nearest(graph, partial(_breaks, name))


def _breaks(name: str, _graph: Graph, _node: Node, edge: Edge) -> bool:
    return any(
        isinstance(change, ch.PropertyJudged)
        and change.property == name
        and change.verdict == "broken"
        for change in edge.changes
    )


def _verdict(node: Node, name: str) -> str:
    state = node.case.monitors.get(name)
    return state.verdict if state is not None else "holds"


def _is_broken(name: str) -> End:
    def is_there(case: Case, _program: Program) -> bool:
        state = case.monitors.get(name)
        return state is not None and state.verdict == "broken"

    return is_there


def _comes_up(looked: Looked, one: Property) -> bool:
    """Whether something happens that the property speaks of."""
    wanted: tuple[OccurrenceRef | None, ...] = ()
    match one.kind:
        case "response":
            wanted = (one.when,)
        case "precedence":
            wanted = (one.before,)
        case "within":
            wanted = (one.from_,)
        case "at_most":
            wanted = (one.what,)
        case "at_end":
            return any(node.case.closed_at is not None for node in looked.graph.nodes)
        case "different_people":
            wanted = tuple(OccurrenceRef(name=step) for step in one.steps)
    wanted = (*wanted, one.after)
    keys = looked.search.world.key
    happened = {
        keys(change.name, change.event)
        for changes in (looked.graph.first, *(edge.changes for _, edge in looked.graph.edges()))
        for change in changes
        if isinstance(change, ch.Happened)
    }
    return all(
        any(keys(each.name, each.event) in happened for each in ref.each)
        for ref in wanted
        if ref is not None
    )
