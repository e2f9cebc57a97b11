"""Whether one person alone can agree to what several must agree to.

Imports asking.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from protocolkit.model.case import Trigger
from protocolkit.proofs.graph import Edge, Graph, Node
from protocolkit.proofs.questions.asking import Asker
from protocolkit.proofs.questions.looked import Looked
from protocolkit.proofs.questions.until import moves_that, nearest
from protocolkit.proofs.results import Result, Verdict
from protocolkit.proofs.stories import End
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case
from protocolkit.semantics.program import Program


def agreed(asker: Asker) -> Iterator[Result]:
    """Whether an act that needs agreement ever takes effect by one person's word."""
    for trigger in asker.protocol.triggers.values():
        if trigger.agreed_by is None or trigger.scope != "case":
            continue
        title = f"{trigger.name}: nobody agrees alone to what they propose."
        part = [("triggers", trigger.id)]
        bad = moves_that(partial(_by_one, trigger))
        yield asker.asked(partial(_not_alone, asker, trigger, title), part, some=True, bad=bad)


def _not_alone(asker: Asker, trigger: Trigger, title: str, looked: Looked) -> Result:
    alone = nearest(looked.graph, partial(_by_one, trigger))
    if alone is not None:
        node, edge = alone
        return asker.broken(
            "own-approval",
            "PK307",
            title,
            looked,
            node,
            [edge.move],
            about=trigger.id,
            element=trigger,
            says=f"`{trigger.id}` takes effect, and nobody but the one who proposed it agreed.",
            end=_done(trigger.id),
        )
    verdict: Verdict = "proved" if looked.whole else "not proved"
    return asker.result(
        "own-approval", "PK307", title, verdict, about=trigger.id, element=trigger, looked=looked
    )


def _by_one(trigger: Trigger, _graph: Graph, node: Node, edge: Edge) -> bool:
    return _takes_effect(trigger, edge) and len(_signers(trigger, node, edge)) < 2


def _takes_effect(trigger: Trigger, edge: Edge) -> bool:
    return any(
        isinstance(change, ch.Happened) and change.name == trigger.id and not change.event
        for change in edge.changes
    )


def _signers(trigger: Trigger, node: Node, edge: Edge) -> set[str]:
    known = node.case.proposals.get(trigger.id)
    before = [one.person for one in known.signatures] if known else []
    now = [one.person for one in edge.changes if isinstance(one, ch.Signed)]
    return {*before, *now}


def _done(name: str) -> End:
    def is_there(case: Case, _program: Program) -> bool:
        return case.last(name) is not None

    return is_there
