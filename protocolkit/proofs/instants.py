"""Real instants for imagined moves: when each is made so that just these are made, in this order.

A move that somebody makes may come at any instant; time does the rest. Each such instant, each
date of a meeting, each new limit is a *knob* that is turned up only when something would come
too early: so what is found first is the earliest there is. The step of semantics says what
really comes when, with calendars, office hours and the change of clocks. Imports semantics and
what is done first when something is in the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from protocolkit.ground.errors import ProtocolkitError
from protocolkit.ground.record import Record
from protocolkit.proofs.beside import Beside
from protocolkit.proofs.dating import (
    by_day,
    dated,
    edge,
    flip,
    midnight_after,
    morning,
    named,
    shown_at,
    value_of,
)
from protocolkit.proofs.lifting import amended, in_the_way
from protocolkit.proofs.making import Made, Slot, Stuck, Work, is_idle, named_timer
from protocolkit.proofs.moves import Move, Timer
from protocolkit.proofs.plans import MINUTE, Plan
from protocolkit.proofs.ties import Knob, Ties
from protocolkit.proofs.wakes import Wakes
from protocolkit.semantics.case import Case
from protocolkit.semantics.events import Event, absorb
from protocolkit.semantics.performing.perform import perform
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.semantics.time import FOREVER, Item, come, items, next_item

CASE = "case"
_NUDGES = 2
_DAYS = 9
_EDGES_OF_HOURS = 36
"""How often a knob is turned up by just what is missing; then to how many mornings, and to as
many midnights; or to edges of office hours, where something waits for these."""
_DEEPEST = 4
_MOST_LIFTED = 60
_MOST_PASSED = 400


_Try: TypeAlias = tuple[Knob, str, str, int]
"""What was turned up, for what came too early, before which move."""


class _Early(Record):
    """Time does something that is not told before what is told next."""

    item: Item
    knob: Knob | None
    of: Knob | None
    gap: timedelta


class Course:
    """One try to make all the moves. After `run` without a `Stuck`, `made` and `events` tell; after
    `settle` also what comes until the end is seen.
    """

    def __init__(
        self,
        program: Program,
        moves: Sequence[Move],
        plan: Plan,
        work: Work,
        wakes: Wakes | None = None,
    ) -> None:
        self.program = program
        self.plan = plan
        self.work = work
        self.wakes = wakes or Wakes(program)
        self.slots = [Slot(number, move) for number, move in enumerate(moves)]
        self.bounds: dict[Knob, datetime] = {}
        self.tolerated: set[tuple[str, str]] = set()
        self._tries: dict[_Try, int] = {}
        self._from: dict[_Try, datetime] = {}
        self._count = len(moves)
        self.events: list[Event] = []
        self.made: list[Made] = []
        self.until = plan.start
        self._rewind(0)

    # -- the whole course --------------------------------------------------------------

    def run(self) -> Stuck | None:
        """Make every move; None when that could be done."""
        while len(self.made) < len(self.slots):
            slot = self.slots[len(self.made)]
            place = sum(not one.depth for one in self.slots[: len(self.made)])
            self.work.left -= 1
            if self.work.left < 0:
                return Stuck(why="it took too long to find times for it", place=place)
            found = self._make(slot)
            if isinstance(found, _Early):
                self._put_off(found, slot)
            elif isinstance(found, Stuck) and not self._lift(found, slot):
                return found.replace(place=place)
        return None

    def _rewind(self, count: int) -> None:
        """Back to where so many moves were made."""
        self.made = self.made[:count]
        self.events = self.events[: self.made[-1].sofar if self.made else 0]
        self.case = Case(CASE)
        self.beside = Beside(self.program)
        if self.program.has_programme_facts:
            self.case.programme = self.beside.view
        self.now, self.past = self.plan.start, False
        self.ties = Ties(self.program, self.case)
        done = 0
        for one in self.made:
            for event in self.events[done : one.sofar]:
                absorb(self.case, event)
                self.ties.note(event, one.number)
            done = one.sofar
            self.beside.take(one.beside)
            self.now, self.past = one.at, one.past

    def _put_off(self, early: _Early, slot: Slot) -> None:
        """Turn up what makes it come too early; where that does not help, let it come."""
        item = early.item
        knob = early.knob
        name = (item.kind, item.what or item.id)
        tries = 0
        if knob is not None:
            key = (knob, *name, slot.number)
            tries = self._tries[key] = self._tries.get(key, 0) + 1
        waits = item.kind == "level" and bool(self.program.calendars)
        if (*name, slot.number) in self.work.hopeless:
            most = _NUDGES if knob != early.of else 0
        else:
            most = _NUDGES + (_EDGES_OF_HOURS if waits else 2 * _DAYS)
        if knob is None or tries > most:
            self.work.hopeless.add((*name, slot.number))
            self.tolerated.add(name)
            self.bounds.clear()
            self._tries.clear()
            self._from.clear()
            self._rewind(0)
            return
        value = self._value(knob)
        if knob != early.of and tries <= _NUDGES:
            self.bounds[knob] = by_day(self.program, value + early.gap, knob)
        elif waits:
            self.bounds[knob] = edge(self.program, value)
        else:
            days = tries if knob == early.of else tries - _NUDGES
            self.bounds[knob] = self._other_day(key, days, value)
        self._rewind(next(n for n, one in enumerate(self.slots) if one.number == knob[0]))

    def _other_day(self, key: _Try, days: int, value: datetime) -> datetime:
        """Another day to try: first the mornings of a week, then its midnights."""
        first = self._from.setdefault(key, value)
        if days <= _DAYS:
            return morning(self.program, first, days)
        return midnight_after(self.program, first, days - _DAYS)

    def _lift(self, stuck: Stuck, slot: Slot) -> bool:
        """Do first what is in the way, if somebody can."""
        self._rewind(len(self.made))
        request = slot.move.request
        if request is None or slot.depth >= _DEEPEST:
            return False
        if sum(one.depth > 0 for one in self.slots) >= _MOST_LIFTED:
            return False
        first: Request | None
        if self.beside.is_meant(request):
            first = None if self.beside.is_adopted else self.beside.adoption()
        else:
            more = amended(self.program, self.case, request, stuck.reasons)
            if more is not None:
                slot.move = Move(request=more)
                return True
            now = self._earliest(slot)
            first = in_the_way(self.program, self.case, request, stuck.reasons, now)
        if first is None:
            return False
        place = len(self.made)
        self.slots.insert(place, Slot(self._count, Move(request=first), slot.depth + 1))
        self._count += 1
        return True

    # -- one move ----------------------------------------------------------------------

    def _make(self, slot: Slot) -> _Early | Stuck | None:
        try:
            if slot.move.request is not None:
                return self._act(slot, slot.move.request)
            assert slot.move.timer is not None
            return self._run_out(slot, slot.move.timer)
        except ProtocolkitError as error:
            return Stuck(why=str(error), place=0)

    def _act(self, slot: Slot, request: Request) -> _Early | Stuck | None:
        at = self._earliest(slot)
        if (early := self._let_pass(at, slot, (slot.number, "at"))) is not None:
            return early
        request = self._dated(slot, self.named(request), at)
        self.now, self.past = at, False
        there: list[Event] = []
        if self.beside.is_meant(request):
            if request.kind != "adopt" and not self.beside.is_adopted:
                return Stuck(why="The programme is not adopted.", place=0)
            there, reasons = self.beside.does(request, at)
        else:
            event, reasons = perform(self.program, self.case, request, at, story=self.events)
        if reasons:
            said = " ".join(one.message for one in reasons)
            return Stuck(why=said, place=0, reasons=reasons)
        if not there:
            self._keep(event, slot.number)
        self._done(slot, Move(request=request), there)
        return None

    def _run_out(self, slot: Slot, timer: Timer) -> _Early | Stuck | None:
        if timer.kind in ("wake", "office"):
            return self._wait(slot, timer)
        for _ in range(_MOST_PASSED):
            target = self._target(timer)
            if target is None:
                return Stuck(why=f"{named_timer(timer)} does not come", place=0)
            item = next_item(self.case, FOREVER)
            assert item is not None
            of = self.ties.knob_of(target)
            if (item.kind, item.id) != (target.kind, target.id):
                early = self._come(item, slot, of, target.dated)
                if early is not None:
                    return early
                continue
            is_it = item.kind != "level" or self.case.runs[item.id].level >= timer.nth - 1
            self._keep(come(self.program, self.case, item), slot.number, self.ties.knob_of(item))
            if is_it:
                assert self.case.recorded_at is not None
                self.now, self.past = max(item.dated, self.case.recorded_at), not item.arrival
                self._done(slot, slot.move)
                return None
        return Stuck(why=f"too much comes before {named_timer(timer)}", place=0)

    def _wait(self, slot: Slot, timer: Timer) -> _Early | Stuck | None:
        """Time comes to an instant at which what conditions read is otherwise."""
        ahead = list(self._ahead(timer))
        if not ahead:
            return Stuck(why=f"{named_timer(timer)} does not come", place=0)
        place, choice = self.plan.choice
        at, past = ahead[min(choice if slot.number == place else 0, len(ahead) - 1)]
        before = len(self.events)
        until = at + timedelta.resolution if past else at
        knob = self.ties.wake(at) or (slot.number, "at")
        if (early := self._let_pass(until, slot, knob, waits=True)) is not None:
            return early
        self.now, self.past = at, past
        if len(self.events) == before:
            self.ties.stand_at(at, knob)
        self._done(slot, slot.move)
        return None

    def _ahead(self, timer: Timer) -> Iterator[tuple[datetime, bool]]:
        """The instants that may be meant, the next one first."""
        if timer.kind == "office":
            names = [timer.name] if timer.name else sorted(self.program.calendars)
            known = [name for name in names if name in self.program.calendars]
            flips = [flip(self.program, name, self.now) for name in known]
            yield from sorted((at, False) for at in flips if at is not None)
        else:
            yield from self.wakes.ahead(self.case, self.now, timer.name, past=self.past)

    def _target(self, timer: Timer) -> Item | None:
        """What time will do that is meant."""
        found = [
            one for one in items(self.case) if one.kind == timer.kind and one.what == timer.name
        ]
        if timer.kind == "level":
            runs = self.case.runs
            found = [one for one in found if runs[one.id].level <= timer.nth - 1]
            return min(found, key=lambda one: (-runs[one.id].level, one.dated), default=None)
        exact = [one for one in found if one.id == f"{timer.name}/{timer.nth}"]
        return min(exact or found, key=lambda one: (one.dated, one.id), default=None)

    # -- time in between ---------------------------------------------------------------

    def settle(self, *, asked: bool) -> None:
        """Go on after `run` to where the end is seen, the instant `until`: the full minute, or
        with `asked` the first instant at which somebody can ask for more.

        What time does by then belongs to the last move: limits can end at one instant, and it be
        only the first of them. Where one thing leads to the next without end, none of that is told.
        """
        self.until = self.next_instant if asked else shown_at(self.now, past=self.past)
        last = self.made[-1]
        try:
            for _ in range(_MOST_PASSED):
                item = next_item(self.case, self.until)
                if item is None:
                    self.made[-1] = last.replace(sofar=len(self.events))
                    return
                self._keep(come(self.program, self.case, item), last.number)
        except ProtocolkitError:
            pass  # it does not come to rest
        self._rewind(len(self.made))

    def _let_pass(
        self, at: datetime, slot: Slot, of: Knob, *, waits: bool = False
    ) -> _Early | None:
        """Let time come to an instant; nothing that matters should come until then."""
        for _ in range(_MOST_PASSED):
            item = next_item(self.case, at) if self.made else None
            if item is None:
                return None
            if (early := self._come(item, slot, of, at, waits=waits)) is not None:
                return early
        raise ProtocolkitError("Too much comes before the next step of the story.")

    def _come(
        self, item: Item, slot: Slot, of: Knob | None, at: datetime, *, waits: bool = False
    ) -> _Early | None:
        """Let something come that is not told; unless it matters and could come later."""
        knob = self.ties.knob_of(item)
        event = come(self.program, self.case, item)
        meant = item.kind == "wake" and (waits or item.id == "programme")
        name = (item.kind, item.what or item.id)
        if not (meant or is_idle(event) or name in self.tolerated):
            return _Early(item=item, knob=knob, of=of, gap=max(at - item.at, MINUTE))
        self._keep(event, slot.number, knob)
        return None

    def _keep(self, event: Event, number: int, knob: Knob | None = None) -> None:
        self.events.append(event)
        self.ties.note(event, number, knob)

    def _done(self, slot: Slot, move: Move, beside: Sequence[Event] = ()) -> None:
        self.made.append(
            Made(
                number=slot.number,
                move=move,
                at=self.now,
                past=self.past,
                lifted=slot.depth > 0,
                sofar=len(self.events),
                beside=tuple(beside),
            )
        )

    @property
    def next_instant(self) -> datetime:
        """The first instant at which somebody can do something more."""
        return shown_at(self.now + (timedelta(0) if self.past else self.plan.tick), past=self.past)

    # -- instants ----------------------------------------------------------------------

    def _earliest(self, slot: Slot) -> datetime:
        """The first instant at which somebody may do it."""
        if not self.made:
            return max(self.bounds.get((slot.number, "at"), self.plan.start), self.plan.start)
        at = self.next_instant
        request = slot.move.request
        if request is not None and request.kind == "hold" and self.plan.ahead:
            planned = [
                one.planned_at
                for one in self.case.meetings.values()
                if request.what in (one.id, one.name) and one.status == "set"
            ]
            at = max([at, *planned[:1]])
        return max(at, self.bounds.get((slot.number, "at"), at))

    def named(self, request: Request) -> Request:
        """A request as it can be made here."""
        return named(self.case, request)

    def _dated(self, slot: Slot, request: Request, at: datetime) -> Request:
        """The request with the dates that it leaves open."""
        bounds = {what: bound for (n, what), bound in self.bounds.items() if n == slot.number}
        return dated(self.program, self.case, request, at, self.plan.ahead, bounds)

    def _value(self, knob: Knob) -> datetime:
        """Where a knob stands."""
        made = next((one for one in self.made if one.number == knob[0]), None)
        if made is None:
            return self.now
        return value_of(knob, made.move.request, made.at, self.program.zone)
