"""How long it takes from one thing to another: at best, and at worst if nobody is late.

The search is run with a stopwatch. What people must do by some time they do by then; beyond
that each takes as long as the rules let them. Where a loop lets more and more time go by, or
nothing says by when somebody must act, there is no longest time, and that place is named.
Imports the search, the stopwatch and slices.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping

from protocolkit.ground.findings import Path
from protocolkit.ground.limits import Duration, Limit, longest_from
from protocolkit.model.case import FollowUp
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.graph import Node
from protocolkit.proofs.milestones import Milestone, always_asked, milestone
from protocolkit.proofs.moves import Move
from protocolkit.proofs.reads import Part
from protocolkit.proofs.search import Budget, Search
from protocolkit.proofs.slices import Slice, slice_for
from protocolkit.proofs.stopwatch import Stopwatch, called, since_start
from protocolkit.proofs.timing import LATE, LONG_DAYS, NOT_WAIVED, ON_TIME, Timing
from protocolkit.semantics.actors import in_words

PLENTY = Budget(situations=500, seconds=12.0)
"""How far to go if nobody says more: situations for one pair, seconds for all."""

_MINUTE = 60
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def times(
    protocol: Protocol,
    pairs: Iterable[tuple[str, str]] | None = None,
    *,
    absent: Iterable[str] = (),
    budget: Budget | None = None,
) -> tuple[Timing, ...]:
    """How long it takes from one thing to another, for each pair of ids.

    An id is that of an act, or of a state that a case comes to (`state`, or `strand.state`), or
    `meeting.event`, `follow_up.event`, `opening`, `closing`. Without pairs: from the opening to
    each state, in the order in which a case can come to them, to closing, and for each property
    that states a limit.

    Raises: UsageError: there is no such thing.
    """
    clock = _Budgeted(budget or PLENTY)
    gone = frozenset(absent)
    asked = (
        [(milestone(protocol, one), milestone(protocol, other)) for one, other in pairs]
        if pairs is not None
        else [*always_asked(protocol)]
    )
    return tuple(_Asked(protocol, gone, clock, *pair).answer() for pair in asked)


class _Budgeted:
    """What is left of a budget; a quarter of it at most goes to one pair."""

    def __init__(self, whole: Budget) -> None:
        self.whole = whole
        self._until = time.monotonic() + whole.seconds

    def left(self) -> Budget:
        left = max(0.05, self._until - time.monotonic())
        return self.whole.replace(seconds=min(left, self.whole.seconds / 10))


class _Asked:
    """One pair."""

    def __init__(
        self,
        protocol: Protocol,
        absent: frozenset[str],
        clock: _Budgeted,
        from_: Milestone,
        to: Milestone,
    ) -> None:
        self.protocol = protocol
        self.absent = absent
        self.clock = clock
        self.from_ = from_
        self.to = to

    def answer(self) -> Timing:
        """How long it takes."""
        part = self._slice()
        limited = frozenset(one.id for one in part.protocol.follow_ups.values() if _is_limited(one))
        found = self._measured(part, limited)
        if found.verdict == "never" and limited:
            late = self._measured(part, frozenset())
            return (
                late if late.best is None else late.replace(assumptions=(*late.assumptions, LATE))
            )
        ladders = part.protocol.escalations.values()
        if limited and any(level.fire for one in ladders for level in one.levels):
            return found.replace(if_late=self._measured(part, frozenset()).worst)
        return found

    def _slice(self) -> Slice:
        """What lies between, with every limit that says by when something of it must come."""
        wanted = {*self.from_.parts(self.protocol), *self.to.parts(self.protocol)}
        must = {one.id: one for one in self.protocol.follow_ups.values() if _is_limited(one)}
        named = {name for _, name in wanted}
        while True:
            found = slice_for(self.protocol, wanted, self.absent, must, course=False, owing=True)
            more = {
                ("follow_ups", one.id)
                for one in must.values()
                if _pushes(self.protocol, one, found.parts, named)
            }
            if more <= wanted:
                return found
            wanted |= more

    def _measured(self, part: Slice, on_time: frozenset[str]) -> Timing:
        """The time with nobody late with these."""
        watch = Stopwatch(self.from_, self.to, on_time)
        asked = {one.name for mark in (self.from_, self.to) for one in mark.refs}
        search = Search(
            part.protocol,
            absent=self.absent,
            free=part.free,
            held=part.held - asked,
            plain=part.plain - asked,
            watch=watch,
            asked=asked,
            given=part.given,
        )
        graph = search.run(self.clock.left(), watch.is_settled)
        many = len(graph.nodes)
        whole = graph.timed and (graph.whole or watch.is_settled(graph))
        found = Timing(
            from_=self.from_.name,
            to=self.to.name,
            verdict="not decided",
            best=watch.best // _MINUTE if whole and watch.best is not None else None,
            assumptions=(
                *((ON_TIME,) if on_time else ()),
                *((NOT_WAIVED,) if part.protocol.follow_ups else ()),
                *self._long_days(part, on_time),
            ),
            covered=f"{many} situation{'s' * (many != 1)}",
        )
        if not graph.timed:
            return found.replace(why="too many limits run at the same time.")
        endless = watch.first_endless()
        if endless is not None:
            return self._unbounded(found, *endless, watch.loop_of(endless[1]))
        if not whole:
            return found.replace(why="the search stopped before its end.")
        if watch.best is None:
            why = f"no case comes from `{found.from_}` to `{found.to}`."
            return found.replace(verdict="never", why=why)
        return found.replace(verdict="bounded", worst=-(-watch.worst // _MINUTE))

    def _long_days(self, part: Slice, on_time: frozenset[str]) -> Iterator[str]:
        """That days are counted at their longest, and from when office days are."""
        spans = _spans_in_days(part, on_time)
        if spans:
            yield LONG_DAYS
        for span in spans:
            office = self.protocol.calendars.get(span.calendar or self.protocol.business_days)
            if span.unit == "business days" and office is not None:
                start = longest_from(span, self.protocol.timezone, office.calendar)
                if start is not None:
                    day = _WEEKDAYS[start.weekday()]
                    yield f"at their longest: {span} from a {day} like {start}"

    def _unbounded(self, found: Timing, node: Node, move: Move, loop: tuple[str, ...]) -> Timing:
        """Why there is no longest time: a loop, or nothing says by when the move must come."""
        states = self._standing(node, move)
        found = found.replace(
            verdict="unbounded",
            where=states,
            path=self._place(states),
            way=tuple(called(one.move) for one in since_start(node)[1:] if one.move is not None),
        )
        if loop:
            said = ", ".join(f"`{one}`" for one in dict.fromkeys(loop))
            why = f"the limits start again each time {said} come round."
            return found.replace(loop=loop, why=why)
        place = " and ".join(f"`{state}`" for state in states.values())
        why = f"in {place} nothing says by when `{called(move)}` must come"
        waits = self._waits_for(move)
        return found.replace(why=f"{why}; it waits for {waits}." if waits else f"{why}.")

    def _standing(self, node: Node, move: Move) -> dict[str, str]:
        """Where the case then stands: in each strand that the move leads on, else in all."""
        states = node.case.states
        trigger = self.protocol.triggers.get(move.request.what) if move.request else None
        moved = {
            strand: state
            for strand, state in states.items()
            for one in (trigger.moves if trigger is not None else ())
            if one.strand in ("", strand) and state in one.from_
        }
        return moved or dict(states)

    def _place(self, states: Mapping[str, str]) -> Path:
        for strand, state in states.items():
            return self.protocol.strands[strand].states[state].path
        return ()

    def _waits_for(self, move: Move) -> str:
        """Who must act: whoever may do what comes next."""
        request = move.request
        if request is None:
            return ""
        trigger = self.protocol.triggers.get(request.what)
        if request.kind == "act" and trigger is not None:
            return (
                "what comes from outside"
                if trigger.happens == "outside"
                else in_words(trigger.who, self.protocol)
            )
        names = [self.protocol.roles[one].name for one in sorted(request.actor.roles)]
        return " or ".join(names)


def _is_limited(one: FollowUp) -> bool:
    """Whether it must be done by a time that is stated."""
    return one.strength == "must" and any(
        limit is not None and (limit.within is not None or limit.at_most is not None)
        for limit in (one.due, one.every)
    )


def _pushes(protocol: Protocol, one: FollowUp, parts: frozenset[Part], named: set[str]) -> bool:
    """Whether it says by when something must come that lies between."""
    for met_by in one.met_by:
        ref = met_by.trigger
        if ref is None:
            continue
        for each in ref.each:
            kept = {("triggers", each.name), ("meetings", each.name)} & parts
            trigger = protocol.triggers.get(each.name)
            moves = trigger is not None and bool(trigger.moves)
            if kept and (one.every is None or moves or each.name in named):
                return True
    return False


def _spans_in_days(part: Slice, on_time: frozenset[str]) -> list[Duration]:
    """Spans whose length hangs on the day on which they begin."""
    limits: list[Limit | None] = []
    for name in on_time:
        limits += [part.protocol.follow_ups[name].due, part.protocol.follow_ups[name].every]
    for ladder in part.protocol.escalations.values():
        limits += [level.after for level in ladder.levels]
    spans: list[Duration | None] = []
    for limit in limits:
        spans += [limit.within, limit.at_most] if limit is not None else []
    return list(dict.fromkeys(one for one in spans if one is not None and not one.is_elapsed))
