"""Everything that can become of a case, breadth first: the graph of imagined cases.

Cases alike in key and with no more possible instants than one already met are not gone through
again. The way to each is a shortest one, counted in deeds: what people do; that time runs out
costs nothing. The search stops at its budget and says so. Imports the world, deeds, keys, zones.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from copy import copy
from typing import Protocol as Shape

from protocolkit.ground.errors import ProtocolkitError
from protocolkit.ground.record import Record
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.deeds import Deeds, is_owed
from protocolkit.proofs.graph import NOWHERE, Edge, Graph, Node
from protocolkit.proofs.keys import Keys, Label, Load, is_lighter
from protocolkit.proofs.moves import Move
from protocolkit.proofs.queues import Far, Heaviest, Nearest, Promising
from protocolkit.proofs.world import FIRST, TICK, Coming, Imagined, World
from protocolkit.proofs.zones import NOW, START, Zone, at_most, below
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.changes import Change
from protocolkit.semantics.requests import Request

MAX_CLOCKS = 6
"""More things that time will do than this, and their order counts as unknown."""


class Budget(Record):
    """How far to go: situations in one search, seconds in all."""

    situations: int = 20_000
    seconds: float = 300.0


class Watch(Shape):
    """What a search sees to besides the rules. `names` are kept in its zones as they are; of more
    than `most_alike` things that time will do to the same, the others come at any time.
    """

    names: tuple[Hashable, ...]
    most_clocks: int
    most_alike: int

    def allows(self, move: Move) -> bool:
        """Whether a move is looked at."""

    def noted(
        self, node: Node | None, move: Move, changes: Sequence[Change], zone: Zone, at: Hashable
    ) -> Zone | None:
        """The zone after a move that was just made at the instant `at`; None: go no further.

        `node` is the situation before; None at the opening of the case.
        """

    def widened(self, alike: Sequence[Node], zone: Zone, parent: Node, move: Move) -> Zone:
        """The zone in which a situation is met that is like these; only ever a larger set."""


class Search:
    """Goes through the imagined cases of one protocol; `watch` may see to more than the rules.

    Of situations that differ only in which `burdens` are open the lighter ones are enough to know
    what can come about; with `heavy` it looks for the heaviest ones instead, the shortest way no
    matter. `asked` are meetings of which somebody asks beside the protocol when they are set,
    `given` roles that acts give out which were cut away. With `far` it goes to what is nearest to
    that first, and leaves out what never comes there.
    """

    def __init__(
        self,
        protocol: Protocol,
        *,
        absent: Iterable[str] = (),
        free: Iterable[str] = (),
        held: Iterable[str] = (),
        plain: Iterable[str] = (),
        people: Iterable[Actor] = (),
        clock: Callable[[], float] = time.monotonic,
        progress: Callable[[int], None] | None = None,
        watch: Watch | None = None,
        burdens: Iterable[str] = (),
        heavy: bool = False,
        remembers: bool = False,
        asked: Iterable[str] = (),
        given: Iterable[str] = (),
        far: Far | None = None,
    ) -> None:
        self.world = World(protocol, remembers=remembers)
        self.deeds = Deeds(self.world, absent, free, held, plain, people, asked, given)
        self.keys = Keys(self.world, burdens, self.deeds.free, self.deeds.said_with)
        self.graph = Graph(protocol)
        self._clock = clock
        self._progress = progress
        self._watch = watch
        self._most_clocks = MAX_CLOCKS if watch is None else watch.most_clocks
        self._met: dict[Hashable, list[Node]] = {}
        self._queue: Nearest | Promising | Heaviest = Nearest()
        if heavy:
            self._queue = Heaviest()
        elif far is not None:
            self._queue = Promising(far, hasty=False)
        self._heavy = heavy
        self._through: Callable[[Edge], bool] | None = None
        self._restless: ProtocolkitError | None = None

    def run(
        self, budget: Budget | None = None, enough: Callable[[Graph], bool] | None = None
    ) -> Graph:
        """The graph, as far as the budget goes; `enough` may stop the search early, asked after
        each situation. A search that stopped goes on from there.
        """
        budget = budget or Budget()
        until = self._clock() + budget.seconds
        self.graph.whole, self.graph.stopped = True, ""
        if not self.graph.nodes:
            self._begin()
        if enough is not None and enough(self.graph):
            self.graph.whole = False
            return self.graph
        while self._queue:
            if len(self.graph.nodes) >= budget.situations:
                return self._stop("situations")
            if self._clock() > until:
                return self._stop("seconds")
            node = self._queue.pop()
            self.graph.least = self._queue.least
            if node.edges is not None or self._is_covered(node):
                continue
            self._expand(node)
            self.graph.order.append(node)
            if enough is not None and enough(self.graph):
                self.graph.whole = not self._queue
                return self.graph
            if self._progress is not None and len(self.graph.nodes) % 200 == 0:
                self._progress(len(self.graph.nodes))
        return self.graph

    def _stop(self, what: str) -> Graph:
        self.graph.whole = False
        self.graph.stopped = what
        return self.graph

    def _begin(self) -> None:
        for request in self.deeds.opening():
            try:
                case = self.world.begun(request)
            except ProtocolkitError:
                self.graph.whole = False
                return
            if case is not None:
                self.graph.opening = request
                self.graph.first.extend(self.world.changes)
                begun = self._noted(None, Move(request=request), START, NOW)
                if begun is None:
                    return
                self._hold_meetings(case)
                ticks = range(1 + len(self.graph.beginning))
                names: dict[object, Hashable] = {FIRST + n * TICK: NOW for n in ticks}
                ahead, labels, zones = self._zones(None, case, begun, names)
                for zone in zones:
                    self._meet(case, zone, ahead, labels, 0, None, None)

    def _hold_meetings(self, case: Imagined) -> None:
        """What may as well be done at the beginning is done."""
        while True:
            for request in self.deeds.beginning(case):
                if self.world.does(case, request):
                    self.graph.beginning.append(Move(request=request))
                    self.graph.first.extend(self.world.changes)
                    break
            else:
                return

    # -- one situation -----------------------------------------------------------------

    def _expand(self, node: Node) -> None:
        node.edges = []
        scratch: Imagined | None = None
        acting = before_deed(node)
        if acting is not None:
            for request in self.deeds.of(node.case):
                for way in self.deeds.beforehand(node.case, request):
                    edge = Edge(
                        Move(request=request), NOWHERE, self._is_owed(node, request), (), way
                    )
                    if not self._allows(edge):
                        continue
                    scratch = scratch or node.case.copied()
                    first = self.deeds.first(node.case, request)
                    before = (*first, *self.deeds.writing(way.facts))
                    edge.move = move = Move(before=before, request=request)
                    self.world.enter(scratch)
                    try:
                        done = self.world.do_all(scratch, first, way.facts, request)
                    except ProtocolkitError:
                        self.graph.restless.append((node, move))
                        scratch = None
                        continue
                    for name in self.deeds.free:
                        scratch.facts.pop(name, None)
                    if done:
                        self._go(node, edge, scratch, acting)
                    if done or first:
                        scratch = None
        for coming in node.ahead:
            move = Move(timer=coming.timer)
            edge = Edge(move, NOWHERE, owed=True, changes=())
            zone = _before_time(node, coming) if self._allows(edge) else None
            if zone is None:
                continue
            case = node.case.copied()
            try:
                self.world.comes(case, coming)
            except ProtocolkitError:
                self.graph.restless.append((node, move))
                continue
            self._go(node, edge, case, zone)

    def _go(self, node: Node, edge: Edge, case: Imagined, zone: Zone) -> None:
        """A move that was just made, and where it leads."""
        move, edge.changes = edge.move, self.world.changes
        names = _names_of_instants(node)
        known = self._noted(node, move, zone, _THEN)
        if known is None:
            return
        ahead, labels, zones = self._zones(node, case, known, names)
        deeds = node.deeds + edge.deeds
        assert node.edges is not None
        for zone in zones:
            target = self._meet(case, zone, ahead, labels, deeds, node, move).number
            node.edges.append(Edge(move, target, edge.owed, edge.changes, edge.way))

    def _allows(self, edge: Edge) -> bool:
        """Whether a move is looked at."""
        if self._through is not None and not self._through(edge):
            return False
        return self._watch is None or self._watch.allows(edge.move)

    def _noted(self, node: Node | None, move: Move, zone: Zone, at: Hashable) -> Zone | None:
        if self._watch is None:
            return zone
        return self._watch.noted(node, move, self.world.changes, zone, at)

    def _is_owed(self, node: Node, request: Request) -> bool:
        trigger = self.world.protocol.triggers.get(request.what)
        before = [(node.case.value(name), value) for name, value in request.facts.items()]
        changed = any(known and known.value != new for known, new in before)
        if request.kind == "act" and changed:
            return False
        if request.kind == "record" and not changed and self._is_waited_for(node, request):
            return True
        return is_owed(request, trigger, known=any(known for known, _ in before))

    def _is_waited_for(self, node: Node, request: Request) -> bool:
        """Whether something is owed that is done by writing a fact down, even once more."""
        waiting = {one.follow_up for one in node.case.open.values()}
        return any(
            met_by.trigger is not None and met_by.trigger.name in request.facts
            for name in waiting
            for met_by in self.world.follow_ups[name].met_by
        )

    def _meet(
        self,
        case: Imagined,
        zone: Zone,
        ahead: list[Coming],
        labels: list[Label],
        deeds: int,
        parent: Node | None,
        move: Move | None,
    ) -> Node:
        """The situation that this case is in, met before or new."""
        key = (self.keys.of(case), zone.names)
        load, many = self.keys.load(case), self.keys.many(case)
        known = self._met.setdefault(key, [])
        if self._watch is not None and parent is not None and move is not None:
            zone = self._watch.widened(known, zone, parent, move)
        for node in known:
            if self._covers(node, zone, load, deeds, many):
                return node
        node = Node(len(self.graph.nodes), case, zone, ahead, labels, deeds, parent, move)
        node.key, node.load, node.many = key, load, many
        self.graph.nodes.append(node)
        known.append(node)
        self._queue.push(node, at_once=parent is not None and deeds == parent.deeds)
        return node

    def _covers(self, node: Node, zone: Zone, load: Load, deeds: int, many: int) -> bool:
        """Whether another situation with the same key need not be gone through after this one.

        With fewer burdens as much can be done, and with less trouble. Where it is looked for how
        heavy a load can be, the heavier one stands for the lighter: from that, too, people can do
        all the same, save to close the case.
        """
        if self._heavy:
            return is_lighter(load, node.load) and zone.within(node.zone)
        return (
            node.deeds <= deeds
            and node.many <= many
            and is_lighter(node.load, load)
            and zone.within(node.zone)
        )

    def _is_covered(self, node: Node) -> bool:
        """Whether a better situation was met in the meantime."""
        return any(
            (other.load != node.load if self._heavy else other.deeds < node.deeds)
            and self._covers(other, node.zone, node.load, node.deeds, node.many)
            for other in self._met[node.key]
        )

    def onward(
        self,
        start: Node,
        through: Callable[[Edge], bool] | None,
        far: Far,
    ) -> Search:
        """A search for what can become of the cases of one situation, by moves `through` which it
        may go. `far` guesses how many deeds off the goal is, never too many; None: never.
        """
        twin = copy(self)
        twin.graph = Graph(self.graph.protocol)
        if start.parent is None:
            twin.graph.opening, twin.graph.beginning = self.graph.opening, self.graph.beginning
        twin._met, twin._queue, twin._heavy = {}, Promising(far, hasty=True), False
        twin._through = through
        node = Node(0, start.case, start.zone, start.ahead, start.labels, 0, None, None)
        node.key, node.load, node.many = start.key, start.load, start.many
        twin.graph.nodes.append(node)
        twin._met[node.key] = [node]
        twin._queue.push(node, at_once=False)
        return twin

    # -- instants ----------------------------------------------------------------------

    def _zones(
        self, node: Node | None, case: Imagined, zone: Zone, names: dict[object, Hashable]
    ) -> tuple[list[Coming], list[Label], list[Zone]]:
        """What is known of the instants of a case after a move: of what is to come, and of what
        limits may still count from. `zone` knows the one of the move as `_THEN`. There are several,
        where something may be late already or not.
        """
        ahead = self.world.ahead(case)
        labels = self.keys.labels(ahead)
        since = self.keys.since(case)
        extra: list[Hashable] = []
        clocks = [*zip(ahead, labels, strict=True)]
        if self._watch is not None:
            extra += [name for name in self._watch.names if name in zone.names]
            clocks = [one for one in clocks if one[1][2] <= self._watch.most_alike]
        if len(clocks) > self._most_clocks:
            self.graph.timed = False
            return ahead, labels, [START]
        if not ahead and not since and not extra:
            return ahead, labels, [START]
        then = NOW if node is None else _THEN
        names = {**names, case.recorded_at: then}
        for mark, tick in case.passed.items():
            if tick == case.recorded_at:
                names[mark] = then
        found = [zone]
        dated: dict[object, Hashable] = {}
        for coming, _ in clocks:
            if coming.at in dated:
                continue
            known = names.get(coming.at)
            if known is not None and all(_is_to_come(one, then, known) for one in found):
                dated[coming.at] = known
                continue
            name = ("mark", coming.at)
            before = {**names, **dated}
            found = [
                after
                for one in found
                for after in self._dated(one, name, coming, before, known, then)
            ]
            dated[coming.at] = name
        kept = [then, *(dated[one.at] for one, _ in clocks)]
        shown: list[Hashable] = [NOW, *(label for _, label in clocks)]
        for since_label, instant in since.items():
            if instant in names and names[instant] in zone.names:
                kept.append(names[instant])
                shown.append(since_label)
            elif instant in dated:
                kept.append(dated[instant])
                shown.append(since_label)
        chosen = (_chosen(one, [*kept, *extra], [*shown, *extra]) for one in found)
        return ahead, labels, [one.blurred(self.world.longest, extra) for one in chosen]

    def _dated(
        self,
        zone: Zone,
        name: Hashable,
        coming: Coming,
        names: dict[object, Hashable],
        known: Hashable,
        then: Hashable,
    ) -> Iterator[Zone]:
        """The zone with the instant of something to come. What arrives does so at the move itself,
        if it should have before; of what is late then it is known that it is. `known` is what its
        instant is called already.
        """
        mark = self.world.marks.get(coming.at)
        not_before = (then, name, at_most(0))
        if known is not None:
            bounds = [(name, known, at_most(0)), (known, name, at_most(0))]
        elif mark is not None and mark.since in names:
            bounds = [*mark.bounds_on(name, names[mark.since])]
        else:
            bounds = [not_before]
        exact = zone.adding([name], bounds)
        if exact is None:
            return
        in_time = exact.adding((), [not_before])
        if in_time is not None:
            yield in_time
        late = exact.adding((), [(name, then, below(0))])
        if late is not None and coming.arrival:
            late = zone.adding([name], [(name, then, at_most(0)), not_before])
        if late is not None:
            yield late


_THEN = "then"
"""The instant of the move that is being made, until it is the present."""


def _names_of_instants(node: Node) -> dict[object, Hashable]:
    """What the instants of a case are called in its zone."""
    found: dict[object, Hashable] = {node.case.recorded_at: NOW}
    for coming, label in zip(node.ahead, node.labels, strict=True):
        if label in node.zone.names:
            found.setdefault(coming.at, label)
    for name in node.zone.names:
        if isinstance(name, tuple) and name[0] in ("first", "last"):
            what, _, event = name[1].rpartition(".")
            pick = node.case.first if name[0] == "first" else node.case.last
            one = pick(what, event)
            if one is not None:
                found.setdefault(one.at, name)
    return found


def before_deed(node: Node) -> Zone | None:
    """The zone with the instant of a deed: not before now, and before what time does next. None:
    time goes on before anybody can do anything.
    """
    bounds: list[tuple[Hashable, Hashable, int]] = [
        (NOW, _THEN, below(0) if node.case.late else at_most(0))
    ]
    for coming, label in zip(node.ahead, node.labels, strict=True):
        if label in node.zone.names:
            bounds.append((_THEN, label, below(0) if coming.arrival else at_most(0)))
    return node.zone.adding([_THEN], bounds)


def _before_time(node: Node, coming: Coming) -> Zone | None:
    """The zone in which this is what time does next: at its instant, or now if it is late."""
    bounds: list[tuple[Hashable, Hashable, int]] = [(NOW, _THEN, at_most(0))]
    own = _order(coming)
    of = node.labels[node.ahead.index(coming)]
    if _is_late(node, of):
        bounds += [(_THEN, NOW, at_most(0))]
        bounds += [
            (of, label, below(0) if _order(other) < own else at_most(0))
            for other, label in zip(node.ahead, node.labels, strict=True)
            if label in node.zone.names and other is not coming
        ]
        return node.zone.adding([_THEN], bounds)
    for other, label in zip(node.ahead, node.labels, strict=True):
        if label not in node.zone.names:
            continue
        if other is coming:
            bounds += [(_THEN, label, at_most(0)), (label, _THEN, at_most(0))]
        else:
            first = _order(other) < own
            bounds.append((_THEN, label, below(0) if first else at_most(0)))
    return node.zone.adding([_THEN], bounds)


def _is_late(node: Node, label: Label) -> bool:
    """Whether the instant of something is over already, so that it comes before all else."""
    return label in node.zone.names and node.zone.bound(label, NOW) < at_most(0)


def _is_to_come(zone: Zone, then: Hashable, name: Hashable) -> bool:
    return zone.bound(then, name) <= at_most(0)


def _order(coming: Coming) -> tuple[bool, int, str]:
    """What comes first of what falls on one instant (ruling 6)."""
    return (not coming.arrival, coming.rank, coming.id)


def _chosen(zone: Zone, kept: list[Hashable], shown: list[Hashable]) -> Zone:
    return zone.keeping(kept).renamed(shown)


def explore(
    protocol: Protocol, *, absent: Iterable[str] = (), budget: Budget | None = None
) -> Graph:
    """Everything that can become of a case of this protocol, as far as the budget goes."""
    return Search(protocol, absent=absent).run(budget)
