"""Acts that ask how far two days are apart: the search cannot tell, a story can.

The way to the act is looked for without that question; then the act is tried there by the real
rules, with days that are written down just before. Imports asking.
"""

from __future__ import annotations

from protocolkit.conditions.syntax import (
    Always,
    And,
    Atom,
    Condition,
    DaysBetween,
    Happened,
    Within,
)
from protocolkit.conditions.terms import all_atoms
from protocolkit.model.case import Trigger
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.goals import Goal
from protocolkit.proofs.moves import Move
from protocolkit.proofs.questions.asking import Asker
from protocolkit.proofs.reads import facts_of
from protocolkit.proofs.values import smallest
from protocolkit.semantics.case import Case
from protocolkit.semantics.program import Program


def was_acted_out(asker: Asker, act: str) -> bool:
    """Whether an act that asks for two days was done in a case, by the real rules."""
    protocol, trigger = asker.protocol, asker.protocol.triggers[act]
    asked = [name for name, need in trigger.needs.items() if _days(protocol, trigger, name)]
    if not asked:
        return False
    easier = trigger.replace(
        needs={
            name: need.replace(condition=_came(protocol, need.condition)) if name in asked else need
            for name, need in trigger.needs.items()
        }
    )
    simpler = protocol.replace(triggers={**protocol.triggers, act: easier})
    seeker = Asker(simpler, absent=asker.absent, budget=asker.budget, people=asker.people)
    goal: Goal = ("act", act)
    looked, seen = seeker.looked([("triggers", act)], goals=[goal])
    if goal not in seen.found:
        return False
    days = {
        fact: smallest(protocol.facts[fact])
        for name in asked
        for fact in _days(protocol, trigger, name)
    }
    written = [Move(request=one) for one in looked.search.deeds.writing(days)]

    def is_done(case: Case, _program: Program) -> bool:
        return case.last(act) is not None

    return any(
        asker.story(looked, node, [*written, edge.move], end=is_done)[0] is not None
        for node, edge in looked.graph.edges()
        if edge.move.request is not None and edge.move.request.what == act
    )


def _came(protocol: Protocol, condition: Condition | None) -> Condition:
    """That whatever happens and is asked for in it has happened."""
    found = all_atoms([condition] if condition else [], protocol.all_terms)
    named = [
        end
        for atom in found
        if (pair := _pair(atom)) is not None
        for end in (pair.first, pair.second)
        if end.ref.name not in protocol.facts
    ]
    return And(parts=tuple(Happened(of=end) for end in named)) if named else Always()


def _pair(atom: Atom) -> Within | DaysBetween | None:
    """The two days that it asks for."""
    subject = getattr(atom, "subject", None)
    if isinstance(subject, DaysBetween):
        return subject
    return atom if isinstance(atom, Within) else None


def _days(protocol: Protocol, trigger: Trigger, need: str) -> list[str]:
    """The dates of which a need asks how far they are apart, or from something else."""
    condition = trigger.needs[need].condition
    if condition is None:
        return []
    return [
        fact
        for atom in all_atoms([condition], protocol.all_terms)
        if _pair(atom) is not None
        for fact in facts_of(atom, protocol)
        if protocol.facts[fact].type == "date"
    ]
