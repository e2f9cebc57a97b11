"""Everything that can become of a case, breadth first: the graph of imagined cases.

Cases alike in key and with no more possible instants than one already met are not gone through
again. The way to each is a shortest one, counted in deeds: what people do; that time runs out
costs nothing. The search stops at its budget and says so. Imports the world, deeds, keys, zones.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol as Shape

from protocolkit.ground.errors import ProtocolkitError
from protocolkit.ground.record import Record
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.deeds import Deeds, is_owed
from protocolkit.proofs.keys import Keys, Label
from protocolkit.proofs.moves import Move
from protocolkit.proofs.world import FIRST, TICK, Coming, Imagined, World
from protocolkit.proofs.zones import FREE, NOW, START, Zone, at_most, below
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.changes import Change
from protocolkit.semantics.requests import Request

MAX_CLOCKS = 6
"""More things that time will do than this, and their order counts as unknown."""


class Budget(Record):
    """How far to go: situations in one search, seconds in all."""

    situations: int = 20_000
    seconds: float = 60.0


class Edge:
    """One move from a situation to another; `owed`: people must make it, or time does."""

    __slots__ = ("changes", "move", "owed", "target")

    def __init__(self, move: Move, target: int, owed: bool, changes: tuple[Change, ...]) -> None:
        self.move = move
        self.target = target
        self.owed = owed
        self.changes = changes


class Node:
    """A situation: an imagined case, what is known of its instants, and a shortest way to it.

    `edges` is None as long as nobody has gone on from here.
    """

    __slots__ = ("ahead", "case", "deeds", "edges", "labels", "move", "number", "parent", "zone")

    def __init__(
        self,
        number: int,
        case: Imagined,
        zone: Zone,
        ahead: list[Coming],
        labels: list[Label],
        deeds: int,
        parent: Node | None,
        move: Move | None,
    ) -> None:
        self.number = number
        self.case = case
        self.zone = zone
        self.ahead = ahead
        self.labels = labels
        self.deeds = deeds
        self.parent = parent
        self.move = move
        self.edges: list[Edge] | None = None

    @property
    def way(self) -> tuple[Move, ...]:
        """The moves from the opening of the case to here, the opening left out."""
        found: list[Move] = []
        node: Node = self
        while node.parent is not None:
            assert node.move is not None
            found.append(node.move.replace(before=()))
            found.extend(Move(request=one) for one in reversed(node.move.before))
            node = node.parent
        return tuple(reversed(found))


class Graph:
    """All situations that were met, the first is the beginning. `whole`: there are no others.

    `restless` are the moves after which one thing leads to the next without end.
    """

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.nodes: list[Node] = []
        self.order: list[Node] = []
        self.opening: Request | None = None
        self.beginning: list[Move] = []
        self.first: list[Change] = []
        self.restless: list[tuple[Node, Move]] = []
        self.whole = True
        self.timed = True
        self.stopped = ""

    @property
    def expanded(self) -> int:
        """How many situations were gone on from, in `order`."""
        return len(self.order)

    def edges(self) -> Iterator[tuple[Node, Edge]]:
        """Every move that was made, from where."""
        for node in self.nodes:
            for edge in node.edges or ():
                yield node, edge


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
    """Goes through the imagined cases of one protocol; `watch` may see to more than the rules."""

    def __init__(
        self,
        protocol: Protocol,
        *,
        absent: Iterable[str] = (),
        free: Iterable[str] = (),
        held: Iterable[str] = (),
        plain: Iterable[str] = (),
        people: Iterable[Actor] = (),
        budget: Budget | None = None,
        clock: Callable[[], float] = time.monotonic,
        progress: Callable[[int], None] | None = None,
        watch: Watch | None = None,
    ) -> None:
        self.world = World(protocol)
        self.deeds = Deeds(self.world, absent, free, held, plain, people)
        self.keys = Keys(self.world)
        self.graph = Graph(protocol)
        self._budget = budget or Budget()
        self._clock = clock
        self._until = clock() + self._budget.seconds
        self._progress = progress
        self._watch = watch
        self._most_clocks = MAX_CLOCKS if watch is None else watch.most_clocks
        self._met: dict[Hashable, list[Node]] = {}
        self._queue: deque[Node] = deque()
        self._restless: ProtocolkitError | None = None

    def run(self, enough: Callable[[Graph], bool] | None = None) -> Graph:
        """The graph; `enough` may stop the search early, asked after each situation."""
        self._begin()
        if enough is not None and enough(self.graph):
            self.graph.whole = False
            return self.graph
        while self._queue:
            node = self._queue.popleft()
            if node.edges is not None:
                continue
            if len(self.graph.nodes) >= self._budget.situations:
                return self._stop("situations")
            if self._clock() > self._until:
                return self._stop("seconds")
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
                ahead, labels, zone = self._zone(None, case, begun, names)
                if zone is not None:
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
        acting = _before_deed(node)
        if acting is not None:
            for request in self.deeds.of(node.case):
                for facts in self.deeds.beforehand(node.case, request):
                    scratch = scratch or node.case.copied()
                    before = tuple(self.deeds.writing(facts))
                    move = Move(before=before, request=request)
                    if not self._allows(move):
                        continue
                    self.world.enter(scratch)
                    self.world.knows(scratch, facts)
                    try:
                        done = not self.world.bars(scratch, request) and self.world.does(
                            scratch, request
                        )
                    except ProtocolkitError:
                        self.graph.restless.append((node, move))
                        scratch = None
                        continue
                    for name in self.deeds.free:
                        scratch.facts.pop(name, None)
                    if done:
                        self._go(node, move, scratch, acting, 1 + len(before))
                        scratch = None
        for coming in node.ahead:
            move = Move(timer=coming.timer)
            zone = _before_time(node, coming) if self._allows(move) else None
            if zone is None:
                continue
            case = node.case.copied()
            try:
                self.world.comes(case, coming)
            except ProtocolkitError:
                self.graph.restless.append((node, move))
                continue
            self._go(node, move, case, zone, 0)

    def _go(self, node: Node, move: Move, case: Imagined, zone: Zone, deeds: int) -> None:
        changes = self.world.changes
        names = _names_of_instants(node)
        known = self._noted(node, move, zone, _THEN)
        if known is None:
            return
        ahead, labels, after = self._zone(node, case, known, names)
        if after is None:
            return
        target = self._meet(case, after, ahead, labels, node.deeds + deeds, node, move)
        owed = move.timer is not None or self._is_owed(node, move)
        assert node.edges is not None
        node.edges.append(Edge(move, target.number, owed, changes))

    def _allows(self, move: Move) -> bool:
        return self._watch is None or self._watch.allows(move)

    def _noted(self, node: Node | None, move: Move, zone: Zone, at: Hashable) -> Zone | None:
        if self._watch is None:
            return zone
        return self._watch.noted(node, move, self.world.changes, zone, at)

    def _is_owed(self, node: Node, move: Move) -> bool:
        request = move.request
        assert request is not None
        trigger = self.world.protocol.triggers.get(request.what)
        before = [(node.case.value(name), value) for name, value in request.facts.items()]
        if request.kind == "act" and any(known and known.value != new for known, new in before):
            return False
        return is_owed(request, trigger, known=any(known for known, _ in before))

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
        known = self._met.setdefault(key, [])
        if self._watch is not None and parent is not None and move is not None:
            zone = self._watch.widened(known, zone, parent, move)
        for node in known:
            if node.deeds <= deeds and zone.within(node.zone):
                return node
        node = Node(len(self.graph.nodes), case, zone, ahead, labels, deeds, parent, move)
        self.graph.nodes.append(node)
        known.append(node)
        if parent is not None and deeds == parent.deeds:
            self._queue.appendleft(node)
        else:
            self._queue.append(node)
        return node

    # -- instants ----------------------------------------------------------------------

    def _zone(
        self, node: Node | None, case: Imagined, zone: Zone, names: dict[object, Hashable]
    ) -> tuple[list[Coming], list[Label], Zone | None]:
        """What is known of the instants of a case after a move: of what is to come, and of what
        limits may still count from. `zone` knows the one of the move as `_THEN`.
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
            return ahead, labels, START
        if not ahead and not since and not extra:
            return ahead, labels, START
        then = NOW if node is None else _THEN
        names = {**names, case.recorded_at: then}
        for mark, tick in case.passed.items():
            if tick == case.recorded_at:
                names[mark] = then
        found: Zone | None = zone
        for coming, _ in clocks:
            if coming.at in names:
                continue
            assert found is not None
            name: Hashable = ("mark", coming.at)
            found = self._dated(found, name, coming.at, names, then)
            if found is None:
                return ahead, labels, None
            names[coming.at] = name
        assert found is not None
        kept = [then, *(names[one.at] for one, _ in clocks)]
        shown: list[Hashable] = [NOW, *(label for _, label in clocks)]
        for since_label, instant in since.items():
            if instant in names and names[instant] in found.names:
                kept.append(names[instant])
                shown.append(since_label)
        chosen = _chosen(found, [*kept, *extra], [*shown, *extra])
        return ahead, labels, chosen.blurred(self.world.longest, extra)

    def _dated(
        self,
        zone: Zone,
        name: Hashable,
        at: datetime,
        names: dict[object, Hashable],
        then: Hashable,
    ) -> Zone | None:
        """The zone with the instant of something to come, which is never before the move itself."""
        mark = self.world.marks.get(at)
        not_before = (then, name, at_most(0))
        if mark is None or mark.since not in names:
            return zone.adding([name], [not_before])
        exact = zone.adding([name], mark.bounds_on(name, names[mark.since]))
        if exact is None:
            return None
        if exact.bound(then, name) <= at_most(0):
            return exact
        if exact.bound(name, then) < at_most(0):
            return zone.adding([name], [(name, then, at_most(0)), not_before])
        latest = exact.bound(name, then)
        upper = [] if latest >= FREE else [(name, then, max(latest, at_most(0)))]
        return zone.adding([name], [not_before, *upper])


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


def _before_deed(node: Node) -> Zone | None:
    """The zone with the instant of a deed: not before now, and before what time does next."""
    bounds: list[tuple[Hashable, Hashable, int]] = [
        (NOW, _THEN, below(0) if node.case.late else at_most(0))
    ]
    for coming, label in zip(node.ahead, node.labels, strict=True):
        if label in node.zone.names:
            bounds.append((_THEN, label, below(0) if coming.arrival else at_most(0)))
    return node.zone.adding([_THEN], bounds)


def _before_time(node: Node, coming: Coming) -> Zone | None:
    """The zone in which this is what time does next."""
    bounds: list[tuple[Hashable, Hashable, int]] = [(NOW, _THEN, at_most(0))]
    own = _order(coming)
    for other, label in zip(node.ahead, node.labels, strict=True):
        if label not in node.zone.names:
            continue
        if other is coming:
            bounds += [(_THEN, label, at_most(0)), (label, _THEN, at_most(0))]
        else:
            first = _order(other) < own
            bounds.append((_THEN, label, below(0) if first else at_most(0)))
    return node.zone.adding([_THEN], bounds)


def _order(coming: Coming) -> tuple[bool, int, str]:
    """What comes first of what falls on one instant (ruling 6)."""
    return (not coming.arrival, coming.rank, coming.id)


def _chosen(zone: Zone, kept: list[Hashable], shown: list[Hashable]) -> Zone:
    return zone.keeping(kept).renamed(shown)


def explore(
    protocol: Protocol, *, absent: Iterable[str] = (), budget: Budget | None = None
) -> Graph:
    """Everything that can become of a case of this protocol, as far as the budget goes."""
    return Search(protocol, absent=absent, budget=budget).run()
