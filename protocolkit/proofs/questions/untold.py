"""Whether somebody is told when something is owed by a role that nobody holds yet.

Imports asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from protocolkit.model.case import FollowUp, State
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.at_hand import AtHand
from protocolkit.proofs.graph import Edge, Graph, Node
from protocolkit.proofs.questions.asking import Asker
from protocolkit.proofs.questions.looked import Looked
from protocolkit.proofs.questions.until import moves_that, nearest
from protocolkit.proofs.results import Result, Verdict
from protocolkit.proofs.stories import End
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case
from protocolkit.semantics.program import Program
from protocolkit.semantics.shares import is_vacant


def untold(asker: Asker) -> Iterator[Result]:
    """Whether somebody is told when something is owed by a role that nobody holds yet."""
    protocol = asker.protocol
    cone, roles = asker.rules, frozenset(protocol.roles)
    for one in protocol.follow_ups.values():
        if one.scope != "case":
            continue
        title = f"{one.name}: whoever owes it can know of it, or somebody is told."
        if one.who is None or cone.owes(one) or cone.did_it(one, roles):
            yield asker.result("nobody-untold", "PK306", title, "proved", about=one.id, element=one)
            continue
        ladders = [
            ("escalations", ladder.id)
            for ladder in protocol.escalations.values()
            if ladder.watches and one.id in ladder.watches.follow_up
        ]
        parts = [("follow_ups", one.id), *ladders]
        bad = moves_that(partial(_opens_untold, one))
        yield asker.asked(partial(_is_told, asker, one, title), parts, some=True, bad=bad)
    yield from _waiting(asker, cone)


def _waiting(asker: Asker, cone: AtHand) -> Iterator[Result]:
    """States that wait for a role which is given out case by case."""
    protocol = asker.protocol
    for strand in protocol.strands.values():
        for state in strand.states.values():
            if not state.waits_for:
                continue
            title = f"{state.name}: whoever is waited for can know of it, or somebody is told."
            told = any(
                ladder.watches is not None
                and ladder.watches.state == state.id
                and any(level.tell or level.hand_to for level in ladder.levels)
                for ladder in protocol.escalations.values()
            )
            if told or cone.waits(state):
                yield asker.result(
                    "nobody-untold", "PK306", title, "proved", about=state.id, element=state
                )
                continue
            waits = partial(_waits_for_nobody, protocol, strand.id, state)
            yield asker.asked(
                partial(_somebody_waits, asker, waits, state, title),
                [("states", state.id)],
                some=True,
                bad=partial(_waiting_after, waits),
            )


def _waiting_after(waits: Callable[[Node], bool], _graph: Graph, node: Node) -> int | None:
    return node.deeds if waits(node) else None


def _waits_for_nobody(protocol: Protocol, strand: str, state: State, node: Node) -> bool:
    return node.case.states.get(strand) == state.id and not any(
        role in node.case.holders or not protocol.roles[role].per_case for role in state.waits_for
    )


def _somebody_waits(
    asker: Asker, waits: Callable[[Node], bool], state: State, title: str, looked: Looked
) -> Result:
    found = [node for node in looked.graph.nodes if waits(node)]
    if found:
        return asker.broken(
            "nobody-untold",
            "PK306",
            title,
            looked,
            min(found, key=lambda node: (node.deeds, node.number)),
            about=state.id,
            element=state,
            says=f"The case waits in `{state.id}`, nobody holds the role, and nobody is told.",
        )
    verdict: Verdict = "proved" if looked.whole else "not proved"
    return asker.result(
        "nobody-untold", "PK306", title, verdict, about=state.id, element=state, looked=looked
    )


def _is_told(asker: Asker, one: FollowUp, title: str, looked: Looked) -> Result:
    found = nearest(looked.graph, partial(_opens_untold, one))
    if found is not None:
        node, edge = found
        return asker.broken(
            "nobody-untold",
            "PK306",
            title,
            looked,
            node,
            [edge.move],
            about=one.id,
            element=one,
            says=f"`{one.id}` is owed now, nobody holds the role that owes it, and nobody is told.",
            end=_is_open(one.id),
        )
    verdict: Verdict = "proved" if looked.whole else "not proved"
    return asker.result(
        "nobody-untold", "PK306", title, verdict, about=one.id, element=one, looked=looked
    )


def _opens_untold(one: FollowUp, graph: Graph, _node: Node, edge: Edge) -> bool:
    opened = {
        change.instance
        for change in edge.changes
        if isinstance(change, ch.Opened) and change.follow_up == one.id
    }
    if not opened or any(isinstance(change, ch.Told) for change in edge.changes):
        return False
    case = graph.nodes[edge.target].case
    return any(
        is_vacant(graph.protocol, case, one, case.open[id_]) for id_ in opened if id_ in case.open
    )


def _is_open(name: str) -> End:
    def is_there(case: Case, _program: Program) -> bool:
        return any(one.follow_up == name for one in case.open.values())

    return is_there
