"""What must be true of every case, as small automata that read a case while it goes on.

Each property but `always_possible`, which only a search can decide, becomes a `Monitor`: a few
words of memory and at most one clock. It is fed what happens, in the order in which it happened,
and asked what the case is like when it comes to rest. The meaning is that of a finite story, which
ends when the case is closed. Imports the case, conditions, the model and ground.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from protocolkit.conditions.situation import Situation
from protocolkit.conditions.syntax import Condition
from protocolkit.ground.limits import Due, Limit, Moment, OccurrenceRef, is_late
from protocolkit.model.programme import Property
from protocolkit.semantics.actors import CLOCK
from protocolkit.semantics.case import Case, MonitorState
from protocolkit.semantics.changes import Happened
from protocolkit.semantics.effects import Judge

Key = tuple[str, str]
"""The name of something that happens and the event."""

BROKEN = MonitorState(verdict="broken")
KEPT = MonitorState(verdict="kept")

_IN, _OUT, _OVER, _ENDED = "in", "out", "over", "ended"
_OWED, _HAD = "owed", "had"


class Rules(Protocol):
    """What a monitor asks of the program that it belongs to."""

    def key(self, name: str, event: str) -> Key:
        """The key of an occurrence."""

    def judge(self, condition: Condition | None) -> Judge | None:
        """The closure of a condition."""

    def due(self, limit: Limit, anchor: Moment) -> Due:
        """The instants of a limit from its anchor."""


class Monitor:
    """One property as an automaton. `reads` are the occurrences that it is fed.

    The first word of a state is where the case is in what the property speaks of: `in` the
    stretch from `after` to `until`, `out` of it, `over` when it cannot come again, `ended` when
    the case is closed. What follows is what the kind must remember. A final state has no words.
    """

    judge: Judge | None = None

    def __init__(self, property_: Property, program: Rules) -> None:
        self.property = property_
        self.id = property_.id
        self._key = program.key
        self.after = self._keys(property_.after)
        self.until = self._keys(property_.until)
        self.start = MonitorState(state=(_OUT if self.after else _IN,))
        self.reads = self.after | self.until

    def _keys(self, ref: OccurrenceRef | None) -> frozenset[Key]:
        return frozenset(self._key(one.name, one.event) for one in ref.each) if ref else frozenset()

    def key_of(self, one: Happened) -> Key:
        """The key by which an occurrence is read."""
        return self._key(one.name, one.event)

    def of(self, case: Case) -> MonitorState:
        """The state in a case."""
        return case.monitors.get(self.id) or self.start

    def packed(self, state: MonitorState) -> MonitorState:
        """A state as it is kept: that of a property that nothing has touched is empty."""
        return MonitorState() if state == self.start else state

    def read(self, program: Rules, state: MonitorState, one: Happened) -> MonitorState:
        """The state after one thing more has happened."""
        if state.verdict in ("broken", "kept"):
            return state
        where, *held = state.state
        if where == _ENDED:
            return self._after_the_end(state, one)
        key = self.key_of(one)
        if key in self.until and where == _IN:
            where = _OUT if self.after else _OVER
        found = self._take(program, state.replace(state=(where, *held)), key, one)
        if key in self.after and found.verdict != "broken":
            found = self._begin(found)
        return found

    def _take(
        self, _program: Rules, state: MonitorState, _key: Key, _one: Happened
    ) -> MonitorState:
        """The same, where the case is known to be in what the property speaks of."""
        return self._found(state.state[0])

    def _begin(self, _state: MonitorState) -> MonitorState:
        """The stretch begins, or begins anew: what was before does not count in it."""
        return self._found(_IN)

    def _after_the_end(self, state: MonitorState, _one: Happened) -> MonitorState:
        """What still counts when the case is closed."""
        return state

    def _found(self, where: str, *held: str) -> MonitorState:
        """A state in which nothing is owed."""
        return KEPT if where == _OVER else MonitorState(state=(where, *held))

    def watches(self, _state: MonitorState) -> bool:
        """Whether what its condition says, if it has one, still matters in an open case."""
        return False

    def rest(self, state: MonitorState, _situation: Situation) -> MonitorState:
        """The state as the case has come to rest."""
        return state

    def end(self, state: MonitorState, _situation: Situation) -> MonitorState:
        """The state as the case is closed: what holds is kept for good."""
        return state if state.verdict == "broken" else KEPT


class Response(Monitor):
    """Whenever one thing happens, another follows, in time if there is a limit (`within`: the
    same, with its own words). What was asked once stays asked, also beyond `until`. Of several
    that wait the earliest has the clock: what answers it answers the others too.
    """

    def __init__(self, property_: Property, program: Rules) -> None:
        super().__init__(property_, program)
        self.when = self._keys(property_.when or property_.from_)
        self.then = self._keys(property_.then or property_.to)
        limit = property_.within
        self.limit: Limit | None = None if limit is None or limit.unspecified else limit
        self.reads |= self.when | self.then

    def _take(self, program: Rules, state: MonitorState, key: Key, one: Happened) -> MonitorState:
        where = state.state[0]
        if key in self.then and state.verdict == "pending":
            if is_late(one.at, state.due):
                return BROKEN
            state = MonitorState(state=(where,))
        if key in self.when and where == _IN and state.verdict != "pending":
            due = None
            if self.limit is not None:
                moment = Moment(at=one.at, end_of_day=one.end_of_day)
                due = program.due(self.limit, moment).due
            return MonitorState(verdict="pending", state=(where, _OWED), due=due)
        return state if state.verdict == "pending" else self._found(where)

    def _begin(self, state: MonitorState) -> MonitorState:
        return state.replace(state=(_IN, *state.state[1:]))

    def _after_the_end(self, state: MonitorState, one: Happened) -> MonitorState:
        if self.key_of(one) not in self.then:
            return state
        return BROKEN if is_late(one.at, state.due) else KEPT

    def end(self, state: MonitorState, situation: Situation) -> MonitorState:
        """What waits without a limit has waited in vain; a limit still runs."""
        if state.verdict != "pending":
            return super().end(state, situation)
        return BROKEN if state.due is None else state.replace(state=(_ENDED, _OWED))


class Precedence(Monitor):
    """One thing happens only after another has; with `after`, after it has since then."""

    def __init__(self, property_: Property, program: Rules) -> None:
        super().__init__(property_, program)
        self.before = self._keys(property_.before)
        self.need = self._keys(property_.need)
        self.reads |= self.before | self.need

    def _take(self, _program: Rules, state: MonitorState, key: Key, _one: Happened) -> MonitorState:
        where, *held = state.state
        if where != _IN:
            return self._found(where)
        if key in self.before and not held:
            return BROKEN
        if held or key in self.need:
            return self._found(_IN if self.after else _OVER, _HAD)
        return state


class AtMost(Monitor):
    """Something happens so often at most (`never`: not at all), in each stretch."""

    def __init__(self, property_: Property, program: Rules) -> None:
        super().__init__(property_, program)
        self.what = self._keys(property_.what)
        self.times = property_.times or 0
        self.reads |= self.what

    def _take(self, _program: Rules, state: MonitorState, key: Key, _one: Happened) -> MonitorState:
        where, *held = state.state
        if where != _IN:
            return self._found(where)
        if key not in self.what:
            return state
        count = int(held[0]) + 1 if held else 1
        return BROKEN if count > self.times else self._found(where, str(count))


class DifferentPeople(Monitor):
    """Nobody does two of some acts in one case. The memory is who did which of them."""

    def __init__(self, property_: Property, program: Rules) -> None:
        super().__init__(property_, program)
        self.reads |= {self._key(step, "") for step in property_.steps}

    def _take(self, _program: Rules, state: MonitorState, _key: Key, one: Happened) -> MonitorState:
        if one.by in ("", CLOCK.id):
            return state
        where, *done = state.state
        mine = f"{one.name} {one.by}"
        if any(other.partition(" ")[2] == one.by for other in done if other != mine):
            return BROKEN
        return self._found(where, *sorted({*done, mine}))


class Invariant(Monitor):
    """A condition that is never known to be false (`always`), or never known to be true."""

    def __init__(self, property_: Property, program: Rules) -> None:
        super().__init__(property_, program)
        self.judge = program.judge(property_.condition)
        self._wrong = property_.kind == "never"

    def watches(self, state: MonitorState) -> bool:
        """In the stretch only, as long as it is not broken."""
        return state.state == (_IN,)

    def rest(self, state: MonitorState, situation: Situation) -> MonitorState:
        """Broken as soon as it is known to be otherwise in the stretch."""
        assert self.judge is not None
        if self.watches(state) and self.judge(situation) is self._wrong:
            return BROKEN
        return state


class AtEnd(Monitor):
    """A condition that is known to be true when the case closes; as long as it is not, that is
    pending.
    """

    def __init__(self, property_: Property, program: Rules) -> None:
        super().__init__(property_, program)
        self.judge = program.judge(property_.condition)

    def watches(self, _state: MonitorState) -> bool:
        """All the time."""
        return True

    def _is_so(self, situation: Situation) -> bool:
        assert self.judge is not None
        return self.judge(situation) is True

    def rest(self, _state: MonitorState, situation: Situation) -> MonitorState:
        """Whether it would be kept if the case closed now."""
        return self.start if self._is_so(situation) else self.start.replace(verdict="pending")

    def end(self, state: MonitorState, situation: Situation) -> MonitorState:
        """Judged once, as the case closes."""
        if state.verdict in ("broken", "kept"):
            return state
        return KEPT if self._is_so(situation) else BROKEN


_KINDS: dict[str, type[Monitor]] = {
    "response": Response,
    "precedence": Precedence,
    "never": AtMost,
    "always": Invariant,
    "at_end": AtEnd,
    "within": Response,
    "at_most": AtMost,
    "different_people": DifferentPeople,
}


def monitor(property_: Property, program: Rules) -> Monitor | None:
    """The automaton of a property; None where no single case can tell."""
    kind = _KINDS.get(property_.kind)
    if kind is AtMost and property_.condition is not None:
        kind = Invariant
    return kind(property_, program) if kind is not None else None


def told(program: Rules, monitor: Monitor, case: Case, situation: Situation) -> MonitorState:
    """The state of a monitor from the whole record of a case: what counts, in the order in
    which it happened; what was recorded after the closing comes after it.
    """
    state = monitor.start
    ended = case.closed_with
    found = in_order(one for key in monitor.reads for one in case.by_name.get(key, ()))
    for one in found:
        if ended is None or one.number <= ended:
            state = monitor.read(program, state, one)
    if ended is not None:
        state = monitor.end(state, situation)
        for one in found:
            if one.number > ended:
                state = monitor.read(program, state, one)
    return state


def in_order(occurrences: Iterable[Happened]) -> list[Happened]:
    """By when they happened; of one instant, as they were recorded."""
    return sorted(occurrences, key=lambda one: (one.at, one.number))
