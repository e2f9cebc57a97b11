"""Whether what nobody chooses can be taken in whenever it comes.

Imports asking.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from protocolkit.model.case import Trigger
from protocolkit.proofs.graph import Graph, Node
from protocolkit.proofs.questions.asking import Asker
from protocolkit.proofs.questions.looked import Looked
from protocolkit.proofs.results import Result
from protocolkit.proofs.search import before_deed


def outside(asker: Asker) -> Iterator[Result]:
    """Whether what nobody chooses can be taken in whenever it comes."""
    protocol = asker.protocol
    cone = asker.rules
    for trigger in protocol.triggers.values():
        if trigger.happens != "outside" or trigger.scope != "case":
            continue
        title = f"{trigger.name}: whenever this comes from outside, the protocol takes it in."
        if not trigger.who and not trigger.moves:
            continue
        if cone.always_possible(trigger.replace(happens="by_choice", strength="must")):
            yield asker.result(
                "outside-events", "PK208", title, "proved", about=trigger.id, element=trigger
            )
            continue
        # What is only in the way for a moment is in the way when something comes from outside.
        holding = [
            ("follow_ups", one.id)
            for one in protocol.follow_ups.values()
            if trigger.id in one.blocks or (one.strength == "must" and cone.closes(trigger))
        ]
        parts = [("triggers", trigger.id), *holding]
        yield asker.asked(
            partial(_taken_in, asker, trigger, title),
            parts,
            course=True,
            some=True,
            bad=partial(_not_taken_in, trigger),
            begun=False,
        )


def _taken_in(asker: Asker, trigger: Trigger, title: str, looked: Looked) -> Result:
    graph = looked.graph
    near = [node for node in graph.nodes if _not_taken_in(trigger, graph, node) is not None]
    found = min(near, key=lambda node: (node.deeds, node.number), default=None)
    if found is not None:
        refused = asker.attempt(looked, found, trigger)
        return asker.broken(
            "outside-events",
            "PK208",
            title,
            looked,
            found,
            about=trigger.id,
            element=trigger,
            refused=refused,
            says=_says(trigger, looked, found),
        )
    return asker.result(
        "outside-events",
        "PK208",
        title,
        "proved" if looked.whole else "not proved",
        about=trigger.id,
        element=trigger,
        looked=looked,
    )


def _not_taken_in(trigger: Trigger, _graph: Graph, node: Node) -> int | None:
    """How many deeds lead to a situation in which it is not taken in; None: it is."""
    if node.edges is None or node.case.closed_at is not None:
        return None
    if before_deed(node) is None:
        return None  # time goes on before anything else can come
    if {move.to for move in trigger.moves} & set(node.case.states.values()):
        return None  # it has led the case there: it is so already
    taken = any(
        edge.move.request is not None
        and edge.move.request.what == trigger.id
        and not edge.move.before
        for edge in node.edges
    )
    return None if taken else node.deeds


def _says(trigger: Trigger, looked: Looked, node: Node) -> str:
    protocol, held = looked.slice.protocol, node.case.holders
    roles = trigger.who.roles if trigger.who else ()
    if roles and all(protocol.roles[one].per_case and one not in held for one in roles):
        return f"`{trigger.id}` comes now, and nobody yet holds the role that may record it."
    return f"`{trigger.id}` comes now, and the protocol does not say what follows."
