"""Proofs: what can become of a case, and stories of what can go wrong.

`verify` asks every question. Imports the questions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from protocolkit.model.protocol import Protocol
from protocolkit.proofs.promises import promises
from protocolkit.proofs.questions import ALWAYS, Asker
from protocolkit.proofs.questions.course import unopened
from protocolkit.proofs.questions.staffing import staffing
from protocolkit.proofs.results import IN_WORDS, Proof, Result, Verdict
from protocolkit.proofs.search import Budget
from protocolkit.semantics.actors import Actor

__all__ = ["IN_WORDS", "Budget", "Proof", "Result", "Verdict", "verify"]


def verify(
    protocol: Protocol,
    *,
    absent: Iterable[str] = (),
    budget: Budget | None = None,
    progress: Callable[[int], None] | None = None,
    in_full: bool = False,
    roster: Iterable[Actor] = (),
) -> Proof:
    """Every question about a protocol, answered as far as the budget goes.

    `absent` are roles that nobody holds. With `in_full` the search leaves out nothing that
    matters for a moment only: slower, and the same answers. With a `roster` it is also asked
    whether these people can do it all. Source: the soundness of workflow nets (can finish,
    finishes cleanly, nothing dead), asked of cases with facts, limits and what is owed.
    """
    asker = Asker(protocol, absent=absent, budget=budget, progress=progress, in_full=in_full)
    if not asker.base.graph.nodes:
        return Proof(protocol=protocol.id, results=(unopened(asker),))
    results = [result for ask in (*ALWAYS, promises) for result in ask(asker)]
    people = tuple(roster)
    if people:
        results += staffing(Asker(protocol, absent=absent, budget=budget, people=people))
    return Proof(protocol=protocol.id, results=tuple(results))
