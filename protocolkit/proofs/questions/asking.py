"""Asking about one protocol: which slice is looked at, and what an answer rests on.

Each question is asked of the smallest slice that can answer it; when the story that comes of that
may be longer than it need be, once more of all that matters. Imports slices, the search,
reaching and stories.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping

from protocolkit.conditions.syntax import Available, DaysBetween, Within
from protocolkit.conditions.text import str_of
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model.base import Element
from protocolkit.model.case import FollowUp, Trigger
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.goals import Goal, Seen
from protocolkit.proofs.keys import MANY, is_of_an_attendee
from protocolkit.proofs.moves import Move
from protocolkit.proofs.reaching import maybe, surely
from protocolkit.proofs.reads import Reads, facts_of
from protocolkit.proofs.results import Result, Verdict
from protocolkit.proofs.search import Budget, Edge, Graph, Node, Search
from protocolkit.proofs.slices import Cone, Part, Slice, slice_for
from protocolkit.proofs.stories import End, Story, Teller
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.semantics.situation import CaseSituation

IN_FULL = 4000
"""How many situations to go through to find a shorter story."""

BY_THE_RULES = "seen from the rules alone"


STAFFED = "somebody holds every role"


OTHERS = "somebody holds every other role"
ROSTERED = "nobody works there but the people of the roster"
IN_TIME = "time runs out when the limits say so"


ANY_ORDER = "which of many limits ends first was taken as unknown"


class Looked(Record):
    """A slice and what can become of its cases. `odd` names questions about two dates, which the
    search cannot judge.
    """

    slice: Slice
    search: Search
    graph: Graph
    odd: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return self.graph.whole and not self.odd


class Asker:
    """Asks about one protocol. `absent` are the roles that nobody holds; with `in_full` nothing
    that matters is cut out of it, not even what is at hand.
    """

    def __init__(
        self,
        protocol: Protocol,
        *,
        absent: Iterable[str] = (),
        budget: Budget | None = None,
        progress: Callable[[int], None] | None = None,
        in_full: bool = False,
        people: Iterable[Actor] = (),
    ) -> None:
        self.people = tuple(people)
        self.protocol = protocol
        self.in_full = in_full
        self.absent = frozenset(absent) | self._nobody()
        self.budget = budget or Budget()
        self.progress = progress
        self.reads = Reads(protocol)
        self._until = time.monotonic() + self.budget.seconds
        self._looked: dict[object, Looked] = {}
        self.seen: set[Goal] = set()
        self.dead: set[str] = set()
        self._teller: Teller | None = None
        self._base: Looked | None = None

    def _nobody(self) -> frozenset[str]:
        """The roles that nobody of the roster holds."""
        if not self.people:
            return frozenset()
        held = frozenset().union(*(one.roles for one in self.people))
        return frozenset(self.protocol.roles) - held

    # -- looking -----------------------------------------------------------------------

    def looked(
        self,
        wanted: Iterable[Part] = (),
        late: Iterable[str] = (),
        goals: Iterable[Goal] | None = None,
        *,
        course: bool = False,
        in_full: bool = False,
    ) -> tuple[Looked, Seen]:
        """The slice for these parts and the graph of its cases; with `goals` only until all of
        them were seen. With `course` the slice has all that can become of a case, `in_full` also
        what is only in the way for a moment.
        """
        in_full = in_full or self.in_full
        found = slice_for(
            self.protocol,
            wanted,
            self.absent,
            late,
            course=course,
            in_full=in_full,
            reads=self.reads,
        )
        key = (found.parts, found.late, found.free)
        seen = Seen(found.protocol, goals or ())
        if key in self._looked:
            looked = self._looked[key]
            if looked.graph.whole or looked.graph.stopped:
                seen.enough(looked.graph)
                self.seen |= seen.found
                return looked, seen
        left = max(0.2, self._until - time.monotonic())
        budget = self.budget.replace(seconds=min(left, self.budget.seconds / 4))
        if in_full and not self.in_full:
            budget = budget.replace(situations=min(budget.situations, IN_FULL))
        search = Search(
            found.protocol,
            absent=self.absent,
            free=found.free,
            held=found.held,
            plain=found.plain,
            people=self.people,
            budget=budget,
            progress=self.progress,
        )
        graph = search.run(None if goals is None else seen.enough)
        seen.enough(graph)
        self.seen |= seen.found
        odd = tuple(
            str_of(one)
            for one in search.world.atoms
            if isinstance(one, Within) or isinstance(getattr(one, "subject", None), DaysBetween)
        )
        looked = Looked(slice=found, search=search, graph=graph, odd=odd)
        self._looked[key] = looked
        return looked, seen

    @property
    def base(self) -> Looked:
        """How a case moves, and nothing else."""
        if self._base is None:
            self._base = self.looked(course=True)[0]
        return self._base

    def asked(
        self,
        answer: Callable[[Looked], Result],
        wanted: Iterable[Part] = (),
        late: Iterable[str] = (),
        *,
        course: bool = False,
    ) -> Result:
        """The answer from the smallest slice. Where its story had to do things that were cut out,
        or none could be told, it is asked again of all that matters, if that is not too much.
        """
        wanted, late = list(wanted), list(late)
        looked, _ = self.looked(wanted, late, course=course)
        found = answer(looked)
        plain = not (looked.slice.at_hand or looked.slice.free or looked.slice.held)
        told = found.story is not None and not any(step.lifted for step in found.story.steps)
        settled = found.verdict in ("proved", "vacuous") or not looked.graph.whole
        if plain or settled or (told and not looked.slice.free):
            return found
        full, _ = self.looked(wanted, late, course=course, in_full=True)
        if not full.graph.whole:
            return found
        again = answer(full)
        return found if again.verdict == "not proved" else again

    def attempt(self, looked: Looked, node: Node, trigger: Trigger) -> Request | None:
        """How somebody would try an act in a situation."""
        return next(iter(looked.search.deeds.attempts(node.case, trigger)), None)

    def is_hopeless(self, one: FollowUp) -> bool:
        """Whether the rules alone show that nothing ever ends a follow-up: only acts that are
        forbidden, or that can never be done, would do it.
        """
        protocol = self.protocol
        ends = one.ends_when or one.waive or one.decline or one.applies_while or one.opens_in
        handed = any(one.id in link.hands_over for link in protocol.links.values())
        if ends or handed or protocol.applies_while is not None or not one.met_by:
            return False
        acts = [
            protocol.triggers.get(met_by.trigger.name)
            for met_by in one.met_by
            if met_by.trigger is not None and not met_by.trigger.event
        ]
        return len(acts) == len(one.met_by) and all(
            act is not None and (act.strength == "must_not" or act.id in self.dead) for act in acts
        )

    def opened(self, one: FollowUp, *, in_full: bool = False) -> tuple[Looked, Node] | None:
        """The nearest situation in which a follow-up is open, if the search finds one."""
        goals: list[Goal] = [("opened", one.id)]
        looked, _ = self.looked([("follow_ups", one.id)], goals=goals, in_full=in_full)
        found = [
            node
            for node in looked.graph.nodes
            if any(owed.follow_up == one.id for owed in node.case.open.values())
        ]
        if not found:
            return None
        return looked, min(found, key=lambda node: (node.deeds, node.number))

    @property
    def rules(self) -> Cone:
        """What the rules alone show."""
        return Cone(self.protocol, self.absent, reads=self.reads)

    def all_looked(self) -> list[Looked]:
        """Every slice that was looked at, in that order."""
        return list(self._looked.values())

    # -- answers -----------------------------------------------------------------------

    def result(
        self,
        question: str,
        code: str,
        title: str,
        verdict: Verdict,
        *,
        about: str = "",
        element: Element | None = None,
        looked: Looked | None = None,
        why: str = "",
        story: Story | None = None,
    ) -> Result:
        """An answer, with what it rests on."""
        covered = BY_THE_RULES
        assumptions: tuple[str, ...] = ()
        if looked is not None:
            count = len(looked.graph.nodes)
            covered = f"{count} situation{'s' * (count != 1)}"
            assumptions = (IN_TIME,)
            if not looked.graph.timed:
                assumptions += (ANY_ORDER,)
            if verdict == "not proved" and not why:
                why = self._undecided(looked)
        if self.people:
            assumptions = (ROSTERED, *assumptions)
        else:
            assumptions = (STAFFED if not self.absent else OTHERS, *assumptions)
        return Result(
            question=question,
            code=code,
            title=title,
            verdict=verdict,
            about=about,
            why=why,
            covered=covered,
            assumptions=assumptions,
            story=story,
            path=element.path if element is not None else (),
            source=element.source if element is not None else "",
        )

    def _undecided(self, looked: Looked) -> str:
        graph = looked.graph
        if looked.odd:
            return f"It depends on how far two days are apart: `{looked.odd[0]}`."
        if graph.whole:
            return "It depends on which limit ends first."
        limit = {
            "situations": f"the limit of {self.budget.situations} situations was reached",
            "seconds": "the time was up",
        }.get(graph.stopped, "the search stopped")
        return f"There are too many situations to go through: {limit}."

    def story(
        self,
        looked: Looked,
        node: Node,
        moves: Iterable[Move] = (),
        *,
        end: End | None = None,
        refused: Request | None = None,
        says: str = "",
    ) -> tuple[Story | None, str]:
        """The story of how a case comes to a situation, and on by some more moves."""
        if self._teller is None:
            self._teller = Teller(self.protocol)
        graph = looked.graph
        opening = graph.opening or Request(kind="open", actor=Actor(id=""))
        way = list(node.way)
        for move in moves:
            way += [*(Move(request=one) for one in move.before), move.replace(before=())]
        first = next((at for at, one in enumerate(way) if self._at_meeting(one)), None)
        if first is not None:  # what was held at the beginning is held when it is needed
            way[first:first] = graph.beginning
        way.insert(0, Move(request=opening))
        return self._teller.story(way, end, refused=refused, says=says)

    def _at_meeting(self, move: Move) -> bool:
        """Whether it is an act that belongs to a meeting."""
        request = move.request
        trigger = self.protocol.triggers.get(request.what) if request is not None else None
        return trigger is not None and bool(trigger.at_meetings)

    def broken(
        self,
        question: str,
        code: str,
        title: str,
        looked: Looked,
        node: Node,
        moves: Iterable[Move] = (),
        *,
        says: str,
        about: str = "",
        element: Element | None = None,
        end: End | None = None,
        refused: Request | None = None,
    ) -> Result:
        """An answer that tells what goes wrong, if that can really happen."""
        at_end = end or (same_place(looked, node) if not tuple(moves) else None)
        story, why = self.story(looked, node, moves, end=at_end, refused=refused, says=says)
        verdict: Verdict = "violated" if story is not None else "not proved"
        return self.result(
            question,
            code,
            title,
            verdict,
            about=about,
            element=element,
            looked=looked,
            why=says
            if story is not None
            else f"A way was found that real time may not allow: {why}",
            story=story,
        )

    def always(
        self,
        question: str,
        code: str,
        title: str,
        looked: Looked,
        goal: Collection[int],
        *,
        says: str,
        where: Callable[[Node], bool] = lambda _node: True,
        allowed: Callable[[Edge], bool] | None = None,
        about: str = "",
        element: Element | None = None,
    ) -> Result:
        """Whether from every situation of some kind a way leads to the goal."""
        graph = looked.graph
        open_ended = {node.number for node in graph.nodes if node.edges is None}
        able = maybe(graph, {*goal, *open_ended}, allowed)
        lost = [node for node in graph.nodes if node.number not in able and where(node)]
        if lost:
            nearest = min(lost, key=lambda node: (node.deeds, node.number))
            return self.broken(
                question, code, title, looked, nearest, says=says, about=about, element=element
            )
        sure = surely(graph, goal, allowed)
        if looked.whole and all(node.number in sure for node in graph.nodes if where(node)):
            return self.result(
                question, code, title, "proved", about=about, element=element, looked=looked
            )
        return self.result(
            question, code, title, "not proved", about=about, element=element, looked=looked
        )


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
