"""Stories: what goes wrong, as a case that really goes wrong, day by day.

A search finds moves; here they get real instants, are made by the real rules on the whole
protocol, lose what is not needed, and become sentences and data. Imports instants and semantics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from protocolkit.ground.record import EMPTY, Record
from protocolkit.ground.zones import instant_of, zone
from protocolkit.model.base import Element
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import PROGRAMME
from protocolkit.proofs.dating import shown_at
from protocolkit.proofs.instants import CASE, Course
from protocolkit.proofs.making import Made, Stuck, Work
from protocolkit.proofs.moves import Move
from protocolkit.proofs.plans import plans
from protocolkit.proofs.steps import PlaceOf, Step, seen_in
from protocolkit.proofs.values import smaller
from protocolkit.proofs.wakes import Wakes
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import instant_text
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.performing.perform import consider
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request

MONDAY = datetime.fromisoformat("2026-03-02T09:00")
"""When a story begins unless another day shows it better, in local time."""

MOST_MOVES = 3000
"""How many moves are tried to find instants for a story, and as many again to shorten it."""

_TRIED_FOR_BETTER = 4

End: TypeAlias = Callable[[Case, Program], bool]
"""Whether a case has come to what the story is about."""


class Story(Record):
    """A case from its opening to what goes wrong; `end` says that in a sentence.

    `until` is how far time has come. `states` and `open` are where it then stands.
    """

    protocol: str
    zone: str
    start: datetime
    until: datetime
    steps: tuple[Step, ...]
    end: str = ""
    states: Mapping[str, str] = EMPTY
    open: tuple[str, ...] = ()

    @property
    def events(self) -> tuple[Event, ...]:
        """The whole record of the case."""
        return tuple(event for step in self.steps for event in step.events)

    @property
    def deeds(self) -> int:
        """How many things people do in it, its opening and what is refused not counted."""
        done = [one for one in self.steps if one.request is not None and not one.reasons]
        return sum(one.kind != "open" for one in done)

    def case(self) -> Case:
        """The case as the story leaves it."""
        return replay(CASE, self.events)

    def to_json(self, place_of: PlaceOf | None = None) -> dict[str, Any]:
        """The story as JSON values; `place_of` tells where in the files a rule stands."""
        return {
            "start": instant_text(self.start),
            "until": instant_text(self.until),
            "zone": self.zone,
            "steps": [step.to_json(self.zone, place_of) for step in self.steps],
            "states": dict(self.states),
            "open": list(self.open),
            "end": self.end,
        }


class Teller:
    """Makes stories of one protocol."""

    def __init__(
        self,
        protocol: Protocol,
        *,
        start: datetime = MONDAY,
        most_moves: int = MOST_MOVES,
    ) -> None:
        self.program = Program(protocol)
        self.start = instant_of(_in_force(protocol, start), zone(protocol.timezone))
        self.most_moves = most_moves
        self.wakes = Wakes(self.program)

    def story(
        self,
        moves: Sequence[Move],
        end: End | None = None,
        *,
        refused: Request | None = None,
        says: str = "",
        shorten: bool = True,
    ) -> tuple[Story | None, str]:
        """A story that makes these moves in this order and comes to an end; or why there is none.

        `refused` is asked when all is done, and must be refused. Without an `end` every move is
        needed; with one, what that can do without is left out.
        """
        work = Work(self.most_moves)
        moves = [single for move in moves for single in _singly(move)]
        first = moves[0].request if moves else None
        if first is None or first.kind != "open":
            return None, "A story begins with the opening of a case."
        found, why = self._first(moves, end, refused, work)
        if found is None:
            return None, why
        if end is not None and shorten:
            work.left = self.most_moves
            found = self._shortened(found, end, refused, work)
        return self._told(found, refused, says), ""

    def _first(
        self, moves: Sequence[Move], end: End | None, refused: Request | None, work: Work
    ) -> tuple[Course | None, str]:
        """The first way to try it that comes to the end; one in which nothing else had to be
        done first, if it is soon found.
        """
        why = ""
        best: Course | None = None
        for tried, plan in enumerate(plans(self.program, moves, self.start)):
            if work.left < 0 or (best is not None and tried >= _TRIED_FOR_BETTER):
                break
            course = Course(self.program, moves, plan, work, self.wakes)
            stuck = course.run()
            if stuck is None and self._ends(course, end, refused):
                if len(course.made) == len(moves):
                    return course, ""
                best = course if best is None else min(best, course, key=lambda it: len(it.made))
            why = why or (_why(stuck, moves) if stuck else "The rules lead elsewhere in real time.")
        return best, why

    def _ends(self, course: Course, end: End | None, refused: Request | None) -> bool:
        """Whether a course has come to the end; then it goes on to where that is seen."""
        if end is not None and not end(course.case, self.program):
            return False
        course.settle(asked=refused is not None)
        if refused is None:
            return True
        return bool(consider(self.program, course.case, course.named(refused), course.until)[1])

    # -- what is not needed ------------------------------------------------------------

    def _shortened(self, course: Course, end: End, refused: Request | None, work: Work) -> Course:
        """The same end with fewer steps and plainer facts."""

        def again(moves: Sequence[Move]) -> Course | None:
            if work.left < 0:
                return None
            shorter = Course(self.program, moves, course.plan, work, self.wakes)
            is_one = shorter.run() is None and len(shorter.made) <= len(course.made)
            return shorter if is_one and self._ends(shorter, end, refused) else None

        moves = [one.move for one in course.slots if not one.depth]
        for place in range(len(moves) - 1, 0, -1):
            fewer = moves[:place] + moves[place + 1 :]
            found = again(fewer)
            if found is not None:
                course, moves = found, fewer
        for place in range(len(moves)):
            plainer = True
            while plainer:
                plainer = False
                for move in self._plainer(moves[place]):
                    other = [*moves[:place], move, *moves[place + 1 :]]
                    found = again(other)
                    if found is not None:
                        course, moves, plainer = found, other, True
                        break
        return course

    def _plainer(self, move: Move) -> Iterator[Move]:
        """The same move with fewer facts, or with plainer ones; the plainest first."""
        request = move.request
        if request is None or not request.facts:
            return
        for name, value in request.facts.items():
            fewer = {key: one for key, one in request.facts.items() if key != name}
            if fewer or request.kind != "record":
                yield Move(request=request.replace(facts=fewer))
            fact = self.program.fact(name)
            for plain in smaller(fact) if fact is not None else ():
                if plain == value:
                    break
                yield Move(request=request.replace(facts={**request.facts, name: plain}))

    # -- telling -----------------------------------------------------------------------

    def _told(self, course: Course, refused: Request | None, says: str) -> Story:
        """The story of a course."""
        steps: list[Step] = []
        done = 0
        for one in course.made:
            events = tuple(course.events[done : one.sofar])
            done = one.sofar
            steps.append(self._step(len(steps) + 1, one, events))
        if refused is not None:
            steps.append(self._refused(len(steps) + 1, course, course.named(refused)))
        case = course.case
        return Story(
            protocol=self.program.whole.id,
            zone=self.program.zone,
            start=course.made[0].at,
            until=course.until,
            steps=tuple(steps),
            end=says,
            states=dict(case.states),
            open=tuple(case.open),
        )

    def _step(self, number: int, made: Made, events: tuple[Event, ...]) -> Step:
        request = made.move.request
        changes = [change for event in (*events, *made.beside) for change in event.changes]
        step = Step(
            number=number,
            at=made.at,
            seen_at=shown_at(made.at, past=made.past),
            kind=request.kind if request else made.move.timer.kind if made.move.timer else "",
            what=request.what if request else made.move.timer.name if made.move.timer else "",
            request=request.replace(at=None) if request else None,
            lifted=made.lifted,
            where=PROGRAMME if made.beside else "",
            events=events,
            **seen_in(changes),
        )
        if request is not None:
            *_, role = (one.role for one in (*events, *made.beside) if one.kind != "time")
            step = step.replace(
                actor=request.actor.id,
                role=role,
                who=self._role_name(role or min(request.actor.roles, default="")),
            )
        element = self._element(step)
        if element is not None:
            step = step.replace(path=element.path, source=element.source, title=element.name)
        return step

    def _refused(self, number: int, course: Course, request: Request) -> Step:
        at = course.until
        _, reasons = consider(self.program, course.case, request, at)
        role = min(request.actor.roles, default="")
        step = Step(
            number=number,
            at=at,
            seen_at=at,
            kind=request.kind,
            what=request.what,
            actor=request.actor.id,
            role=role,
            who=self._role_name(role),
            request=request,
            reasons=reasons,
        )
        element = self._element(step)
        return step if element is None else step.replace(path=element.path, title=element.name)

    def _role_name(self, role: str) -> str:
        declared = self.program.protocol.roles.get(role)
        return declared.name if declared is not None else role

    def _element(self, step: Step) -> Element | None:
        """What of the protocol a step is about."""
        protocol, program = self.program.protocol, self.program
        name = step.what.partition("/")[0]
        found: Element | None
        match step.kind:
            case "act":
                found = protocol.triggers.get(name) or protocol.links.get(name)
            case "level":
                found = protocol.escalations.get(name)
            case "set" | "move" | "call_off" | "hold":
                found = protocol.meetings.get(name) or self._meeting(step)
            case "record":
                found = protocol.facts.get(next(iter(step.facts), ""))
            case "assign":
                found = protocol.roles.get(next(iter(step.assigned), ""))
            case _:
                found = program.follow_ups.get(name)
        return found

    def _meeting(self, step: Step) -> Element | None:
        """The meeting of which one has an id of its own."""
        for event in step.events:
            for change in event.changes:
                if isinstance(change, ch.Happened) and change.of == step.what:
                    return self.program.protocol.meetings.get(change.name)
        return None


def concretise(
    protocol: Protocol,
    moves: Sequence[Move],
    end: End | None = None,
    *,
    refused: Request | None = None,
    says: str = "",
    start: datetime = MONDAY,
) -> tuple[Story | None, str]:
    """The story that makes these moves: see `Teller.story`.

    Units: `start` is local time in the protocol's zone.
    """
    teller = Teller(protocol, start=start)
    return teller.story(moves, end, refused=refused, says=says)


def _singly(move: Move) -> Iterator[Move]:
    """What goes with a move, and the move itself."""
    for request in move.before:
        yield Move(request=request)
    yield move.replace(before=())


def _in_force(protocol: Protocol, start: datetime) -> datetime:
    """The start, or the nearest day of that week on which the protocol is in force."""
    force = protocol.in_force
    week = timedelta(days=7)
    if force is not None and force.from_ is not None and start.date() < force.from_:
        start += (force.from_ - start.date() + timedelta(days=6)) // week * week
    elif force is not None and force.until is not None and start.date() > force.until:
        start -= (start.date() - force.until + timedelta(days=6)) // week * week
    return start


def _why(stuck: Stuck, moves: Sequence[Move]) -> str:
    return f"Step {stuck.place + 1} of {len(moves)} cannot be made: {stuck.why}"


__all__ = ["MONDAY", "End", "Step", "Story", "Teller", "concretise"]
