"""Whether a case can close over something that must still be done.

Imports asking.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import Condition
from protocolkit.conditions.terms import all_atoms
from protocolkit.model.case import FollowUp
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.graph import Edge, Graph, Node
from protocolkit.proofs.known import verdicts_at
from protocolkit.proofs.questions.asking import AT_FIRST, Asker
from protocolkit.proofs.questions.dead import of_states
from protocolkit.proofs.questions.looked import Looked
from protocolkit.proofs.questions.until import moves_that, nearest
from protocolkit.proofs.results import Result, Verdict
from protocolkit.proofs.stories import End
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case
from protocolkit.semantics.program import Program
from protocolkit.semantics.situation import CaseSituation


def clean(asker: Asker) -> Iterator[Result]:
    """Whether a case can close over something that must be done."""
    protocol = asker.protocol
    title = "No case closes over something that must still be done."
    if not protocol.strands:
        return
    first: Result | None = None
    fewest: int | None = None
    undecided: Result | None = None
    waiting = _may_be_lost(protocol)
    for most in (AT_FIRST, asker.patience // 2, 0):  # a near one makes the others quicker
        again: list[FollowUp] = []
        for one in waiting if most or first is None else ():
            found, is_given_up = _closing_over(asker, one, title, fewest, most)
            if is_given_up and most:
                again.append(one)
            elif found.verdict == "not proved":
                undecided = found
            if found.story is not None and (fewest is None or found.story.deeds < fewest):
                first, fewest = found, found.story.deeds
        waiting = again
    yield first or undecided or asker.result("finishes-cleanly", "PK206", title, "proved")


def _closing_over(
    asker: Asker, one: FollowUp, title: str, fewest: int | None, most: int
) -> tuple[Result, bool]:
    """How a case closes over a follow-up, with fewer deeds than some other; and whether there may
    be a nearer way.
    """
    seen: list[Looked] = []

    def answer(looked: Looked) -> Result:
        seen.append(looked)
        return _is_lost(asker, one, title, looked)

    found = asker.asked(
        answer,
        [("follow_ups", one.id)],
        course=True,
        some=True,
        bad=moves_that(partial(_closes_over, one)),
        over=one.id,
        below=fewest,
        most=most,
    )
    return found, seen[0].graph.stopped == "situations"


def _is_lost(asker: Asker, one: FollowUp, title: str, looked: Looked) -> Result:
    lost = nearest(looked.graph, partial(_closes_over, one))
    if lost is not None:
        node, edge = lost
        return asker.broken(
            "finishes-cleanly",
            "PK206",
            title,
            looked,
            node,
            [edge.move],
            element=one,
            says=f"The case closes, and `{one.id}` is never done: {one.name}.",
            end=_closed_over(one),
        )
    verdict: Verdict = "proved" if looked.whole else "not proved"
    return asker.result("finishes-cleanly", "PK206", title, verdict, looked=looked)


def _closes_over(one: FollowUp, graph: Graph, node: Node, edge: Edge) -> bool:
    return one.id in _lost(graph.protocol, node, edge)


def _closed_over(one: FollowUp) -> End:
    def is_there(case: Case, program: Program) -> bool:
        lost = any(
            found.follow_up == one.id and found.because == "closed"
            for found in case.instances.values()
        )
        return case.closed_at is not None and (lost or _waited(case, program, one))

    return is_there


def _waited(case: Case, program: Program, one: FollowUp) -> bool:
    """Whether it should open with something that happened, and nobody knows the fact for that."""
    judge = program.judge(one.if_)
    if judge is None or case.recorded_at is None:
        return False
    opened = {found.opener for found in case.instances.values() if found.follow_up == one.id}
    return any(
        happened.number not in opened
        and judge(CaseSituation(case, program, case.recorded_at, at=happened.at)) is None
        for ref in one.opens_with
        for happened in case.by_name.get(program.key(ref.name, ref.event), ())
    )


def _may_be_lost(protocol: Protocol) -> list[FollowUp]:
    """What must be done and could be open, or wait for a fact, when a case closes.

    The act that closes a case is refused while such a one is open. What is left are those that
    it opens itself, those that wait for a fact, and cases that close because a strand does not
    apply any more.
    """
    final = {
        state.id
        for strand in protocol.strands.values()
        for state in strand.states.values()
        if state.final
    }
    closing = {
        trigger.id
        for trigger in protocol.triggers.values()
        if any(move.to in final for move in trigger.moves)
    }
    ladders = protocol.escalations.values()
    with_it = {level.fire for ladder in ladders for level in ladder.levels if level.fire}
    for name in closing:
        with_it |= {name, *protocol.triggers[name].exceptions}
        with_it |= {said.fact for said in protocol.triggers[name].records}
    parting = any(strand.applies_while is not None for strand in protocol.strands.values())
    found: list[FollowUp] = []
    for one in protocol.follow_ups.values():
        if one.strength != "must" or one.carries_over or one.every or one.scope != "case":
            continue
        now = [ref for ref in one.opens_with if ref.event not in ("overdue", "extended")]
        opened = {ref.name for ref in now}
        chained = bool(opened & set(protocol.follow_ups))
        chained = chained or _may_come_true(protocol, one.opens_when, closing)
        if (
            parting
            or not _is_known(protocol, one)
            or opened & with_it
            or chained
            or final & set(one.opens_in)
        ):
            found.append(one)
    return found


def _may_come_true(protocol: Protocol, condition: Condition | None, closing: set[str]) -> bool:
    """Whether an act that closes a case can be what makes a condition true."""
    if condition is None:
        return False
    said = {one.fact for name in closing for one in protocol.triggers[name].records}
    touched = {*closing, *said, *protocol.strands, *protocol.follow_ups}
    return any(
        one.name in touched
        for atom in all_atoms([condition], protocol.all_terms)
        for one in references(atom)
    )


def _is_known(protocol: Protocol, one: FollowUp) -> bool:
    """Whether its condition never has to wait for a fact."""
    if one.if_ is None or of_states(protocol, one.if_):
        return True
    acts = [ref.name for ref in one.opens_with if not ref.event and ref.name in protocol.triggers]
    return 0 < len(acts) == len(one.opens_with) and not any(
        None in verdicts_at(protocol, one.if_, act) for act in acts
    )


def _lost(protocol: Protocol, node: Node, edge: Edge) -> set[str]:
    """What a move that closes a case leaves undone that must be done."""
    if not any(isinstance(one, ch.CaseClosed) for one in edge.changes):
        return set()
    found: set[str] = set()
    for change in edge.changes:
        if isinstance(change, ch.Ended) and change.because == "closed":
            found.add(change.instance.partition("/")[0])
        elif isinstance(change, ch.Deferred):
            found.add(change.follow_up)
    found |= {one.follow_up for one in node.case.deferred.values()}
    return {
        name
        for name in found
        if (one := protocol.follow_ups.get(name)) is not None
        and one.strength == "must"
        and not one.carries_over
        and one.every is None
    }
