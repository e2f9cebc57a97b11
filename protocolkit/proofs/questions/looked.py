"""A slice, what can become of its cases, and whether a real case is where one of these is.

Imports slices, the search and stories.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from protocolkit.conditions.syntax import Available
from protocolkit.ground.record import EMPTY, Record
from protocolkit.proofs.graph import Graph, Node
from protocolkit.proofs.keys import MANY, is_of_an_attendee
from protocolkit.proofs.outlook import Outlook
from protocolkit.proofs.reads import facts_of
from protocolkit.proofs.search import Search
from protocolkit.proofs.slices import Slice
from protocolkit.proofs.stories import End
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.program import Program
from protocolkit.semantics.situation import CaseSituation


class Looked(Record):
    """A slice and what can become of its cases. `odd` names questions about two dates, which the
    search cannot judge.
    """

    slice: Slice
    search: Search
    graph: Graph
    odd: tuple[str, ...] = ()
    outlook: Outlook

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return self.graph.whole and not self.odd


def same_place(looked: Looked, node: Node, facts: Mapping[str, FactValue] = EMPTY) -> End:
    """A real case that is like an imagined one, as far as the slice goes: it stands where that
    stands, owes what that owes, and conditions say the same of its past. `facts` must be known so.
    """
    kept = looked.slice.protocol
    search, free = looked.search, looked.slice.free
    world, imagined = search.world, node.case
    states = dict(imagined.states)
    owed = _owed(imagined, kept.follow_ups)
    levels = _levels(imagined, kept.escalations)
    given = {role for one in kept.triggers.values() for role in one.assigns}
    asked = [name for name in search.keys.facts if name not in free]
    known = {name: imagined.value(name) for name in asked}
    past = [
        atom
        for atom in world.atoms
        if not free & set(facts_of(atom, kept))
        and not isinstance(atom, Available)
        and not is_of_an_attendee(atom)
    ]
    then = world.situation(imagined)
    said = [judge(then) for atom in past if (judge := world.judge(atom)) is not None]

    def is_there(case: Case, program: Program) -> bool:
        if case.states != states or (case.closed_at is None) != (imagined.closed_at is None):
            return False
        if _owed(case, kept.follow_ups) != owed or _levels(case, kept.escalations) != levels:
            return False
        if any((role in case.holders) != (role in imagined.holders) for role in given):
            return False
        for name, entry in known.items():
            now = case.value(name)
            if (now is None) != (entry is None):
                return False
            if now is not None and entry is not None and now.value != entry.value:
                return isinstance(entry.value, int) is False and kept.facts[name].type == "date"
        if any(
            (entry := case.value(name)) is None or entry.value != value
            for name, value in facts.items()
        ):
            return False
        assert case.recorded_at is not None
        now_so = CaseSituation(case, program, case.recorded_at, past=imagined.late)
        judges = [program.judge(atom) for atom in past]
        return [judge(now_so) for judge in judges if judge is not None] == said

    return is_there


def _owed(case: Case, kept: Iterable[str]) -> dict[str, int]:
    """How many of each follow-up are open: none, one or many."""
    count = Counter(one.follow_up for one in case.open.values())
    return {name: min(count[name], MANY) for name in kept if count[name]}


def _levels(case: Case, kept: Iterable[str]) -> list[tuple[str, int]]:
    """How far each ladder has come."""
    known = set(kept)
    return sorted(
        (one.escalation, one.level) for one in case.runs.values() if one.escalation in known
    )
