"""Asking about one protocol: which slice is looked at, and what an answer rests on.

Each question is asked of the smallest slice that can answer it; when the story that comes of that
may be longer than it need be, once more of all that matters. Imports slices, the search,
reaching and stories.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from protocolkit.conditions.syntax import DaysBetween, Within
from protocolkit.conditions.text import str_of
from protocolkit.model.base import Element
from protocolkit.model.case import FollowUp, Trigger
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.aims import Aim
from protocolkit.proofs.at_hand import AtHand
from protocolkit.proofs.goals import Goal, Seen
from protocolkit.proofs.graph import Edge, Graph, Node
from protocolkit.proofs.moves import Move
from protocolkit.proofs.onward import Onward
from protocolkit.proofs.outlook import Outlook, goes_with_a_meeting
from protocolkit.proofs.questions.looked import Looked, same_place
from protocolkit.proofs.questions.until import Bad, Until, moves_that
from protocolkit.proofs.queues import Far
from protocolkit.proofs.reaching import maybe, surely
from protocolkit.proofs.reads import Part, Reads
from protocolkit.proofs.results import Result, Verdict
from protocolkit.proofs.search import Budget, Search
from protocolkit.proofs.slices import Slice, slice_for
from protocolkit.proofs.stories import End, Story, Teller
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.requests import Request

AT_FIRST = 300
"""How many situations to go through before something is looked for straight ahead."""

AHEAD = Budget(situations=1500, seconds=5.0)
"""How far to go straight ahead."""

IN_FULL = 1500
"""How many situations to go through to find a shorter story."""

ONE_OF_SO_MANY = 10
"""The part of the time for a protocol that one search may take."""

PATIENCE = 1500
"""How many situations to go through before a way is looked for from each by itself."""

BY_THE_RULES = "seen from the rules alone"
STAFFED = "somebody holds every role"
OTHERS = "somebody holds every other role"
ROSTERED = "nobody works there but the people of the roster"
IN_TIME = "time runs out when the limits say so"
ANY_ORDER = "which of many limits ends first was taken as unknown"


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
        patience: int = PATIENCE,
    ) -> None:
        self.patience = patience
        self.people = tuple(people)
        self.protocol = protocol
        self.in_full = in_full
        self.absent = frozenset(absent) | self._nobody()
        self.budget = budget or Budget()
        self.progress = progress
        self.reads = Reads(protocol)
        self._until = time.monotonic() + self.budget.seconds
        self._looked: dict[object, Looked] = {}
        self._hurried = False
        self._heavy: dict[object, Looked] = {}
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
        some: bool = False,
        remembers: bool = False,
        most: int = 0,
        until: Until | None = None,
        over: str = "",
        begun: bool = True,
    ) -> tuple[Looked, Seen]:
        """The slice for these parts and the graph of its cases; with `goals` only until all of
        them were seen. With `course` the slice has all that can become of a case, `in_full` also
        what is only in the way for a moment. With `some` it is only asked what can come about, so
        that the situations with the fewest burdens are enough. With `remembers` it matters what is
        known, also where that is only asked of whoever says it. `most` is how many situations to
        go through, less than the budget; a search that was stopped goes on from there. It ends
        when what is looked for with `until` was found. It goes towards where the case closes `over`
        a follow-up, if one is named, and leaves out what never comes there. If not `begun` nothing
        is held at the beginning, only because it may as well be.
        """
        in_full = in_full or self.in_full
        some = some or goals is not None
        found = slice_for(
            self.protocol,
            wanted,
            self.absent,
            late,
            course=course,
            in_full=in_full,
            remembers=remembers,
            reads=self.reads,
        )
        remembers = remembers and self.reads.momentary
        burdens = found.burdens if some else frozenset()
        key = (found.parts, found.late, found.free, burdens, remembers, over, begun)
        budget = self._budget_now()
        if in_full and not self.in_full:
            most = IN_FULL
        elif not some:
            most = self.patience
        if most:
            budget = budget.replace(situations=min(budget.situations, most))
        looked = self._looked.get(key)
        if looked is None:
            outlook = Outlook(found.protocol)
            search = self._search(
                found,
                burdens,
                remembers=remembers,
                far=(lambda node: outlook.over(over, node.case)) if over else None,
                begun=begun,
            )
            odd = tuple(
                str_of(one)
                for one in search.world.atoms
                if isinstance(one, Within) or isinstance(getattr(one, "subject", None), DaysBetween)
            )
            if odd:
                budget = budget.replace(situations=min(budget.situations, self.patience))
            looked = Looked(
                slice=found,
                search=search,
                graph=search.graph,
                odd=odd,
                outlook=outlook,
            )
            self._looked[key] = looked
        seen = Seen(found.protocol, goals or ())
        graph = looked.graph
        enough = until if until is not None else None if goals is None else seen.enough
        if not (enough is not None and enough(graph)) and graph.stopped != "seconds":
            if goals is not None and until is None:
                looked.search.run(budget.replace(situations=AT_FIRST), enough)
                if graph.stopped == "situations":
                    looked = self._aimed(looked, seen)
                if seen.wanted <= seen.found:
                    self.seen |= seen.found
                    return looked, seen
            looked.search.run(budget, enough)
        seen.enough(graph)
        self.seen |= seen.found
        return looked, seen

    def _aimed(self, looked: Looked, seen: Seen) -> Looked:
        """Goals looked for straight ahead, one after the other, from the beginning of the case."""
        for goal in sorted(seen.wanted - seen.found):
            aim = self.aim(looked, goal)
            straight = looked.search.onward(looked.graph.nodes[0], None, aim)
            ahead = Seen(looked.slice.protocol, [goal])
            graph = straight.run(AHEAD, ahead.enough)
            seen.found |= ahead.found
            if goal in ahead.found:
                looked = looked.replace(search=straight, graph=graph)
        return looked

    def aim(self, looked: Looked, goal: Goal) -> Far:
        """How far off something seems: a guess, for the order in which situations are looked at."""
        return Aim(looked.slice.protocol, goal)

    def _budget_now(self) -> Budget:
        left = max(0.2, self._until - time.monotonic())
        return self.budget.replace(seconds=min(left, self.budget.seconds / ONE_OF_SO_MANY))

    def _search(
        self,
        found: Slice,
        burdens: Iterable[str] = (),
        *,
        heavy: bool = False,
        remembers: bool = False,
        far: Far | None = None,
        begun: bool = True,
    ) -> Search:
        return Search(
            found.protocol,
            absent=self.absent,
            free=found.free,
            held=found.held if begun else (),
            plain=found.plain,
            given=found.given,
            people=self.people,
            progress=self.progress,
            burdens=burdens,
            heavy=heavy,
            remembers=remembers,
            far=far,
        )

    @property
    def base(self) -> Looked:
        """How a case moves, and nothing else."""
        if self._base is None:
            self._base = self.looked(course=True, some=True, most=self.patience)[0]
        return self._base

    def asked(
        self,
        answer: Callable[[Looked], Result],
        wanted: Iterable[Part] = (),
        late: Iterable[str] = (),
        *,
        course: bool = False,
        goals: Iterable[Goal] | None = None,
        some: bool = False,
        remembers: bool = False,
        bad: Bad | None = None,
        below: int | None = None,
        over: str = "",
        begun: bool = True,
        most: int = 0,
    ) -> Result:
        """The answer from the smallest slice. Where its story had to do things that were cut out,
        or none could be told, it is asked again of all that matters, if that is not too much.
        The search ends when what is `bad` was met, or cannot be met with fewer deeds than `below`;
        with `most` it is given up after so many situations.
        """
        wanted, late = list(wanted), list(late)
        looked, _ = self.looked(
            wanted,
            late,
            goals,
            course=course,
            some=some,
            remembers=remembers,
            until=Until(bad, below) if bad is not None else None,
            over=over,
            begun=begun,
            most=most,
        )
        found = answer(looked)
        if found.verdict == "not proved" and not most and self.is_patient(looked):
            looked.search.run(self._budget_now())
            self._hurried = True
            found = answer(looked)
            self._hurried = False
        if below is not None and found.verdict != "violated":
            return found
        plain = not (looked.slice.at_hand or looked.slice.free or looked.slice.held)
        told = found.story is not None and not any(step.lifted for step in found.story.steps)
        settled = found.verdict in ("proved", "vacuous") or (
            found.verdict == "not proved" and looked.graph.stopped
        )
        if plain or settled or (told and not looked.slice.free):
            return found
        full, _ = self.looked(
            wanted,
            late,
            course=course,
            in_full=True,
            some=some,
            remembers=remembers,
            until=Until(bad, below) if bad is not None else None,
            over=over,
            begun=begun,
        )
        if not full.graph.whole and bad is None:
            return found
        again = answer(full)
        return found if again.verdict == "not proved" else again

    def is_patient(self, looked: Looked) -> bool:
        """Whether the search stopped only to see if there is a shorter way to the answer."""
        return looked.graph.stopped == "situations" and not looked.odd and not self._hurried

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
        if goes_with_a_meeting(one):
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

        def opens(_graph: Graph, _node: Node, edge: Edge) -> bool:
            return any(
                isinstance(change, ch.Opened) and change.follow_up == one.id
                for change in edge.changes
            )

        until = Until(moves_that(opens))
        looked, _ = self.looked([("follow_ups", one.id)], in_full=in_full, some=True, until=until)
        found = [
            node
            for node in looked.graph.nodes
            if any(owed.follow_up == one.id for owed in node.case.open.values())
        ]
        if not found:
            return None
        return looked, min(found, key=lambda node: (node.deeds, node.number))

    @property
    def rules(self) -> AtHand:
        """What the rules alone show."""
        return AtHand(self.protocol, self.absent, reads=self.reads)

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
        graph, moves = looked.graph, list(moves)
        opening = graph.opening or Request(kind="open", actor=Actor(id=""))
        way = list(node.way)
        for move in moves:
            way += [*(Move(request=one) for one in move.before), move.replace(before=())]
        first = next((at for at, one in enumerate(way) if self._at_meeting(one)), None)
        if first is not None:  # what was held at the beginning is held when it is needed
            way[first:first] = graph.beginning
        way.insert(0, Move(request=opening))
        story, why = self._teller.story(way, end, refused=refused, says=says)
        fewest = node.deeds + sum(1 + len(move.before) for move in moves if move.request)
        if story is not None and end is not None and story.deeds > fewest:
            exact, _ = self._teller.story(way, refused=refused, says=says)  # with every move of it
            fewer = exact is not None and exact.deeds < story.deeds
            if exact is not None and fewer and end(exact.case(), self._teller.program):
                return exact, ""
        return story, why

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

    def lost(
        self,
        looked: Looked,
        goal: Callable[[Node], bool],
        where: Callable[[Node], bool] = lambda _node: True,
        through: Callable[[Edge], bool] | None = None,
        far: Far = lambda _node: 0,
    ) -> tuple[Looked, Node | None, bool]:
        """The nearest situation of some kind from which no way leads to the goal, asked of one
        after the other; and, if there is none, whether that is certain.
        """
        onward = Onward(looked.search, goal, through, far)
        near = [node for node in looked.graph.nodes if where(node)]
        near.sort(key=lambda node: (node.deeds, node.number))
        hopeless = next((at for at, node in enumerate(near) if _is_hopeless(node, goal, far)), None)
        found, sure = onward.lost(looked.graph, near[:hopeless])
        if found is None and hopeless is not None:
            return looked, near[hopeless], False
        if found is not None or not sure or not _is_timeless(looked.graph):
            return looked, found, False
        heavy = self._heaviest(looked)
        search, graph = heavy.search, heavy.graph
        onward = Onward(search, goal, through, far)
        found, sure = onward.lost(graph, filter(where, graph.nodes))
        return heavy, found, sure and _is_timeless(graph) and heavy.whole

    def _heaviest(self, looked: Looked) -> Looked:
        """The situations of a slice with the most burdens, but for where the case closes."""
        remembers = looked.search.world.standing == looked.search.world.atoms
        key = (looked.slice.parts, looked.slice.late, looked.slice.burdens, remembers)
        if key not in self._heavy:
            search = self._search(
                looked.slice, looked.slice.burdens, heavy=True, remembers=remembers
            )
            graph = search.run(self._budget_now())
            self._heavy[key] = looked.replace(search=search, graph=graph)
        return self._heavy[key]

    def always(
        self,
        question: str,
        code: str,
        title: str,
        looked: Looked,
        is_goal: Callable[[Node], bool],
        *,
        says: str,
        where: Callable[[Node], bool] = lambda _node: True,
        far: Far = lambda _node: 0,
        about: str = "",
        element: Element | None = None,
    ) -> Result:
        """Whether from every situation of some kind a way leads to the goal."""
        if self.is_patient(looked):
            looked, one_lost, sure = self.lost(looked, is_goal, where, far=far)
            if one_lost is not None:
                return self.broken(
                    question, code, title, looked, one_lost, says=says, about=about, element=element
                )
            verdict: Verdict = "proved" if sure else "not proved"
            return self.result(
                question, code, title, verdict, about=about, element=element, looked=looked
            )
        graph = looked.graph
        goal = {node.number for node in graph.nodes if is_goal(node)}
        open_ended = {node.number for node in graph.nodes if node.edges is None}
        able = maybe(graph, {*goal, *open_ended})
        lost = [node for node in graph.nodes if node.number not in able and where(node)]
        if lost:
            nearest = min(lost, key=lambda node: (node.deeds, node.number))
            return self.broken(
                question, code, title, looked, nearest, says=says, about=about, element=element
            )
        certain = surely(graph, goal)
        if looked.whole and all(node.number in certain for node in graph.nodes if where(node)):
            return self.result(
                question, code, title, "proved", about=about, element=element, looked=looked
            )
        return self.result(
            question, code, title, "not proved", about=about, element=element, looked=looked
        )


def _is_timeless(graph: Graph) -> bool:
    """Whether time does nothing in it."""
    return graph.timed and all(len(node.zone.names) == 1 for node in graph.nodes)


def _is_hopeless(node: Node, goal: Callable[[Node], bool], far: Far) -> bool:
    return far(node) is None and not goal(node)
