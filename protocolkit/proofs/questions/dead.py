"""What can never come about: acts, moves, states, follow-ups.

Imports asking.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import Condition
from protocolkit.conditions.terms import all_atoms
from protocolkit.ground.limits import Limit
from protocolkit.model.base import Element
from protocolkit.model.case import FollowUp
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.goals import Goal, Seen
from protocolkit.proofs.questions.asking import Asker
from protocolkit.proofs.questions.dated import was_acted_out
from protocolkit.proofs.questions.looked import Looked, same_place
from protocolkit.proofs.reads import Part
from protocolkit.proofs.results import Result, Verdict
from protocolkit.semantics import changes as ch


def dead(asker: Asker) -> Iterator[Result]:
    """Acts, moves, states, follow-ups: whether each can come about."""
    protocol = asker.protocol
    base = asker.base
    for goal, part, element, code, title in _hopes(protocol):
        about = about_of(goal)
        if goal in asker.seen:
            yield asker.result(
                "nothing-dead", code, title, "proved", about=about, element=element, looked=base
            )
        elif isinstance(element, FollowUp) and _surely_opens(asker, element):
            asker.seen.add(goal)
            yield asker.result("nothing-dead", code, title, "proved", about=about, element=element)
        else:
            looked, seen = asker.looked([part], goals=[goal])
            if looked.odd and goal[0] == "act" and was_acted_out(asker, goal[1]):
                seen.found.add(goal)
            yield hoped(asker, goal, element, code, title, looked, seen)


def _surely_opens(asker: Asker, one: FollowUp) -> bool:
    """Whether it opens with something that was seen to come about, whatever else is the case."""
    protocol, base = asker.protocol, asker.base
    if one.if_ is not None or one.exclude or one.applies_while or protocol.applies_while:
        return False
    anchor = (one.every or Limit()).anchor
    if anchor is not None and set(anchor.each) - set(one.opens_with):
        return False
    names = {ref.name for ref in one.opens_with if not ref.event}
    states = {(protocol.strand_of(state), state) for state in one.opens_in}
    if any(protocol.strands[strand].applies_while is not None for strand, _ in states):
        return False
    ends = [ending.if_ for ending in one.ends_when]
    if ends and not all(of_states(protocol, condition) for condition in ends):
        return False
    if not ends and names & {name for kind, name in asker.seen if kind == "act"}:
        return True
    world = base.search.world
    judges = [world.judge(condition) for condition in ends]
    for _, edge in base.graph.edges():
        if any(
            (isinstance(change, ch.Happened) and change.name in names and not change.event)
            or (isinstance(change, ch.Moved) and (change.strand, change.to) in states)
            for change in edge.changes
        ):
            situation = world.situation(base.graph.nodes[edge.target].case)
            if not any(judge(situation) is True for judge in judges if judge):
                return True
    begun = base.graph.nodes[0].case.states if base.graph.nodes else {}
    return not ends and any(begun.get(strand) == state for strand, state in states)


def of_states(protocol: Protocol, condition: Condition | None) -> bool:
    """Whether a condition asks for nothing but where the case stands."""
    return condition is not None and all(
        one.kind == "name" and one.name in protocol.strands
        for atom in all_atoms([condition], protocol.all_terms)
        for one in references(atom)
    )


def hoped(
    asker: Asker,
    goal: Goal,
    element: Element,
    code: str,
    title: str,
    looked: Looked,
    seen: Seen,
) -> Result:
    """The answer to whether something can come about, from a search that looked for it."""
    question = "levels-come" if goal[0] in ("level", "late") else "nothing-dead"
    about = about_of(goal)
    if goal in seen.found:
        verdict: Verdict = "proved"
    elif looked.whole:
        return _never(asker, question, goal, element, code, title, looked)
    else:
        verdict = "not proved"
    return asker.result(question, code, title, verdict, about=about, element=element, looked=looked)


def _never(
    asker: Asker,
    question: str,
    goal: Goal,
    element: Element,
    code: str,
    title: str,
    looked: Looked,
) -> Result:
    """Something that never comes about: told by the case that comes nearest to it."""
    graph = looked.graph
    kind, name = goal
    node, refused = graph.nodes[0], None
    says = {
        "act": "This can never be done, in whatever situation a case is.",
        "move": "This move is never made, in whatever situation a case is.",
        "state": "No case ever comes to this state.",
        "opened": "This never opens.",
        "level": "This level never comes: something else always comes first.",
        "late": "This is never late: something else always comes first.",
    }[kind]
    if kind in ("act", "move"):
        trigger = looked.slice.protocol.triggers[name.partition("#")[0]]
        moves = trigger.moves
        if kind == "move":
            moves = (trigger.moves[int(name.partition("#")[2]) - 1],)
        starts = {state for move in moves for state in move.from_}
        near = [one for one in graph.nodes if starts & set(one.case.states.values())]
        node = min(near, key=lambda one: (one.deeds, one.number), default=node)
        if kind == "act":
            refused = asker.attempt(looked, node, trigger)
    elif kind == "level":
        ladder = name.partition("#")[0]
        near = [
            one
            for one in graph.nodes
            if any(run.escalation == ladder for run in one.case.runs.values())
        ]
        node = min(near, key=lambda one: (one.deeds, one.number), default=node)
    elif kind == "late":
        near = [
            one
            for one in graph.nodes
            if any(found.follow_up == name for found in one.case.open.values())
        ]
        node = min(near, key=lambda one: (one.deeds, one.number), default=node)
    if kind == "act":
        asker.dead.add(name)
    story, _ = asker.story(looked, node, end=same_place(looked, node), refused=refused, says=says)
    return asker.result(
        question,
        code,
        title,
        "violated",
        about=about_of(goal),
        element=element,
        looked=looked,
        why=says,
        story=story,
    )


def about_of(goal: Goal) -> str:
    """The id that an answer is about."""
    kind, name = goal
    return name.partition(".")[2] if kind == "state" else name


def _hopes(protocol: Protocol) -> Iterator[tuple[Goal, Part, Element, str, str]]:
    for name, strand in protocol.strands.items():
        for state in strand.states.values():
            goal = ("state", f"{name}.{state.id}")
            yield goal, ("states", state.id), state, "PK202", f"A case can come to {state.name}."
    for trigger in protocol.triggers.values():
        if trigger.strength == "must_not" or trigger.scope != "case":
            continue
        part = ("triggers", trigger.id)
        yield ("act", trigger.id), part, trigger, "PK203", f"{trigger.name}: this can be done."
        if len(trigger.moves) > 1:
            for number, move in enumerate(trigger.moves, 1):
                title = f"{trigger.name}: this can lead to `{move.to}`."
                yield ("move", f"{trigger.id}#{number}"), part, move, "PK203", title
    for follow_up in protocol.follow_ups.values():
        if follow_up.scope == "case":
            part = ("follow_ups", follow_up.id)
            title = f"{follow_up.name}: this can come to be owed."
            yield ("opened", follow_up.id), part, follow_up, "PK601", title
