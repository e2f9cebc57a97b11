"""The course of a walk: an engine of its own, a clock that only the walk moves, and every deed.

The one place that calls the engine: by its public methods, as the table of scenario files
names them. Going back is going the whole way again without the last step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from protocolkit.cli.walk.forms import ACTS, CASE, PROGRAMME, WAIT, Deed, sight
from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import ProtocolkitError, Refused, UsageError
from protocolkit.ground.findings import Reason
from protocolkit.ground.record import Record
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import Coming, Standing
from protocolkit.semantics.events import Event
from protocolkit.store.memory import MemoryStore

_A_MINUTE = timedelta(minutes=1)


class Taken(Record):
    """A step of the walk. `entry` is its number in the log of its case, `seen` the events that
    it made in each case, `sights` what was then to be seen of each, by its place; `reasons` why
    it was refused.
    """

    deed: Deed
    seen: Mapping[str, tuple[Event, ...]]
    sights: Mapping[str, Mapping[str, Any]]
    reasons: tuple[Reason, ...] = ()
    entry: int = 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing followed: a refusal, at most, is in the record."""
        return all(event.kind == "refused" for events in self.seen.values() for event in events)


class Course:
    """A walk from its start to where it is."""

    def __init__(self, protocol: Protocol, start: datetime) -> None:
        self.protocol = protocol
        self.start = start
        self._begin()

    def _begin(self) -> None:
        self.clock = VirtualClock(self.start)
        self.engine = Engine([self.protocol], MemoryStore(), self.clock)
        self.taken: list[Taken] = []

    @property
    def now(self) -> datetime:
        """What the clock of the walk shows."""
        return self.clock.now()

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases that are open, the story's own one first."""
        names = [head.case for head in self.engine.store.heads()]
        return tuple(sorted(names, key=lambda name: (name != CASE, name)))

    def place_of(self, case: str) -> str:
        """How a scenario calls a case: "" for its own one, `programme`, or a link."""
        if case == f"{self.protocol.id}.{PROGRAMME}":
            return PROGRAMME
        return case.removeprefix(CASE).lstrip(".")

    def case_of(self, where: str) -> str:
        """The case that is meant by a place."""
        if where == PROGRAMME:
            return f"{self.protocol.id}.{PROGRAMME}"
        return f"{CASE}.{where}" if where else CASE

    def standing(self, where: str = "") -> Standing:
        """Where a case stands. Raises: UsageError: it is not open yet."""
        return self.engine.case(self.case_of(where))

    def coming(self) -> list[Coming]:
        """What time will do in all cases, the next thing first."""
        found = [one for case in self.cases for one in self.engine.pending(case)]
        return sorted((one for one in found if one.at >= self.now), key=lambda one: one.at)

    # -- going on ----------------------------------------------------------------------

    def take(self, deed: Deed) -> Taken:
        """Take a step: done, or refused and kept as refused.

        Raises: ProtocolkitError of any kind but Refused: it came to nothing at all.
        """
        before = self._lengths()
        reasons: tuple[Reason, ...] = ()
        try:
            if deed.at is not None and deed.at > self.now:
                self.engine.advance(until=deed.at)
            if deed.kind != WAIT:
                _CALLS.get(deed.kind, _call)(self, deed)
        except Refused as refusal:
            reasons = refusal.reasons
        except ProtocolkitError:
            self._again([one.deed for one in self.taken])
            raise
        return self._keep(deed, before, reasons)

    def until_something_happens(self) -> Taken | None:
        """Let time come to the next thing that it does, and just past it if only that shows
        it; None if time alone does nothing.
        """
        before, now = self._lengths(), self.now
        ahead = next((one for one in self.coming() if one.at > now or _is_due(one)), None)
        if ahead is None:
            return None
        at = _up(ahead.at)
        self.engine.advance(until=at)
        if self._lengths() == before and _is_due(ahead):
            at += _A_MINUTE  # what is due then is late only after it
            self.engine.advance(until=at)
        return self._keep(Deed(kind=WAIT, at=at), before)

    def _keep(
        self, deed: Deed, before: Mapping[str, int], reasons: tuple[Reason, ...] = ()
    ) -> Taken:
        events = {case: self.engine.history(case) for case in self.cases}
        seen = {case: all_[before.get(case, 0) :] for case, all_ in events.items()}
        own = seen.get(self.case_of(PROGRAMME if deed.kind == "adopt" else deed.where), ())
        made = [event.sequence for event in own if event.kind not in ("time", "refused")]
        sights = {
            self.place_of(case): sight(self.engine.case(case), all_, self.protocol)
            for case, all_ in events.items()
        }
        taken = Taken(
            deed=deed, seen=seen, sights=sights, reasons=reasons, entry=made[-1] if made else 0
        )
        self.taken.append(taken)
        return taken

    def undo(self) -> Deed | None:
        """Go the way again without the last step, which is returned."""
        if not self.taken:
            return None
        last = self.taken[-1].deed
        self._again([one.deed for one in self.taken[:-1]])
        return last

    def entry_of(self, number: int) -> int:
        """The entry that a step made, by the step's number from 1. Raises: UsageError: none."""
        one = self.taken[number - 1] if 0 < number <= len(self.taken) else None
        if one is None or not one.entry or one.deed.kind in ("open", "adopt"):
            raise UsageError(
                f"Step {number} entered nothing that could be void; `steps` shows them all."
            )
        return one.entry

    def _again(self, deeds: list[Deed]) -> None:
        self._begin()
        for deed in deeds:
            self.take(deed)

    def _lengths(self) -> dict[str, int]:
        return {head.case: head.version for head in self.engine.store.heads()}

    def actor(self, deed: Deed) -> Actor:
        """Who acts."""
        person = deed.person or next(iter(deed.roles), "")
        return Actor(id=person, roles=frozenset(deed.roles), can=frozenset(deed.can))


def _is_due(coming: Coming) -> bool:
    """Whether time does it, and does not only come to it, as to a meeting that is planned."""
    return coming.kind not in ("fact", "meeting")


def _up(at: datetime) -> datetime:
    """An instant by the second, no earlier."""
    return at.replace(microsecond=0) + timedelta(seconds=bool(at.microsecond))


def _arguments(course: Course, deed: Deed) -> dict[str, Any]:
    renamed = ACTS[deed.kind].renamed
    found = {renamed.get(key, key): value for key, value in deed.detail.items()}
    if deed.kind == "assign" and "assign" in found:
        found["holders"] = found.pop("assign")
    found["by"] = course.actor(deed)
    if not ACTS[deed.kind].undated:
        found["happened_at"] = deed.at
    return found


def _call(course: Course, deed: Deed) -> None:
    act = ACTS[deed.kind]
    about = (deed.what,) if deed.what else ()
    method = getattr(course.engine, act.method or deed.kind)
    arguments = _arguments(course, deed)
    for key in ("facts", "holders"):
        if deed.kind in ("record", "correct", "assign") and not about and key in arguments:
            about = (arguments.pop(key),)
    method(course.case_of(deed.where), *about, **arguments)


def _open(course: Course, deed: Deed) -> None:
    course.engine.open(course.protocol.id, id=CASE, **_arguments(course, deed))


def _adopt(course: Course, deed: Deed) -> None:
    course.engine.adopt(course.protocol.id, **_arguments(course, deed))


def _void(course: Course, deed: Deed) -> None:
    arguments = _arguments(course, deed)
    if "same_as" in arguments:
        arguments["same_as"] = course.entry_of(_number(arguments["same_as"]))
    case = course.case_of(deed.where)
    course.engine.void(case, course.entry_of(_number(deed.what)), **arguments)


def _close_days(course: Course, deed: Deed) -> None:
    if CASE not in course.cases or deed.where:
        raise UsageError("An office is closed for the case of the walk, once that is open.")
    arguments = _arguments(course, deed)
    course.engine.close_days(course.protocol.id, deed.what, **arguments)


def _number(text: str) -> int:
    """Raises: UsageError: it is no number of a step."""
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise UsageError(f"`{text}` is no number of a step; `steps` shows them.")
    return int(text)


_CALLS: Mapping[str, Callable[[Course, Deed], None]] = {
    "open": _open,
    "adopt": _adopt,
    "void": _void,
    "close_days": _close_days,
}
