"""Which values of the free facts come to the same for an act or a meeting.

Of a free fact an act asks only at its moment, and only whether its conditions are true then: not
known and false are both a refusal. So of all the values with which the same conditions are true
(and, at a meeting, those who were there make the same quorum) one is enough to try. Facts that no
condition asks for together are taken apart. Imports the world, reads and semantics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product

from protocolkit.conditions.syntax import Atom, Condition
from protocolkit.conditions.terms import all_atoms
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model.case import Meeting, Trigger
from protocolkit.proofs.keys import is_of_an_attendee
from protocolkit.proofs.reads import conditions_in, facts_of
from protocolkit.proofs.world import TICK, Imagined, World
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.deciding.agreement import joint_act
from protocolkit.semantics.effects import Judge, MoveTo
from protocolkit.semantics.performing.meetings import is_quorate
from protocolkit.semantics.requests import Request
from protocolkit.semantics.situation import CaseSituation

Values = tuple[FactValue | None, ...]
"""Values of some facts; None: not known."""

Attended = Mapping[str, str]
Says = Callable[[CaseSituation, Attended], object]


class Alike(Record):
    """Values of some facts that come to the same."""

    names: tuple[str, ...]
    values: frozenset[Values]

    def has(self, known: Mapping[str, FactValue | None]) -> bool:
        """Whether these facts are among them; one that is None may be anything."""
        wanted = tuple(known[name] for name in self.names)
        if None not in wanted:
            return wanted in self.values
        return any(
            all(one is None or one == value for one, value in zip(wanted, values, strict=True))
            for values in self.values
        )


class Way(Record):
    """What to write down just before a deed. Any values from each of `alike`, put together, would
    come to the same.
    """

    facts: Mapping[str, FactValue] = EMPTY
    alike: tuple[Alike, ...] = ()

    def fits(self, known: Mapping[str, FactValue | None]) -> bool:
        """Whether the deed goes so with the facts as they are known; a None may be anything."""
        return all(one.has(known) for one in self.alike)


NOTHING = Way()
"""Of a deed that asks for no free fact."""

MOST_COLUMNS = 64
"""Combinations of facts that are gone through one by one."""


def least_done(
    free: Mapping[str, Sequence[FactValue]], ways: Iterable[Way]
) -> list[dict[str, FactValue]] | None:
    """Values of all free facts with which least can be done: with any others something can be
    done in all of the same ways, and maybe in more. None: there are too many of them.

    Fact by fact, with what of each `alike` is still open after the facts so far. Where more is
    open than with other values, more will be in the end.
    """
    asked = list({one: None for way in ways for one in way.alike})
    open_ = tuple(frozenset(some for some in one.values if None not in some) for one in asked)
    found: dict[tuple[frozenset[Values], ...], dict[str, FactValue]] = {open_: {}}
    for name, values in free.items():
        more: dict[tuple[frozenset[Values], ...], dict[str, FactValue]] = {}
        for state, known in found.items():
            for value in values:
                left = tuple(
                    frozenset(some[1:] for some in rest if some[0] == value)
                    if name in one.names
                    else rest
                    for one, rest in zip(asked, state, strict=True)
                )
                more.setdefault(left, {**known, name: value})
        found = {
            state: known
            for state, known in more.items()
            if not any(_is_less(other, state) for other in more)
        }
        if len(found) > MOST_COLUMNS:
            return None
    return list(found.values())


def _is_less(some: Sequence[frozenset[Values]], other: Sequence[frozenset[Values]]) -> bool:
    return some != other and all(one <= two for one, two in zip(some, other, strict=True))


class _Point:
    """Something that is asked: what conditions `say`. With a `move` it matters only where that
    starts; where what is `vital` is not true, nothing is done.
    """

    __slots__ = ("conditions", "move", "says", "vital")

    def __init__(
        self,
        conditions: Sequence[Condition],
        says: Says,
        *,
        vital: bool = False,
        move: MoveTo | None = None,
    ) -> None:
        self.conditions = conditions
        self.says = says
        self.vital = vital
        self.move = move

    def counts(self, case: Imagined) -> bool:
        """Whether it matters where the case stands."""
        return self.move is None or case.states[self.move.strand] in self.move.move.from_


class Asking:
    """What one act or meeting asks of the free facts. The ways are found once for all else that
    its conditions ask for, and kept.
    """

    def __init__(
        self, world: World, element: Trigger | Meeting, free: Mapping[str, Sequence[FactValue]]
    ) -> None:
        self._world = world
        self._meets = isinstance(element, Meeting)
        self._values = {name: (None, *values) for name, values in free.items()}
        self._known: dict[object, tuple[Way, ...]] = {}
        protocol = world.protocol
        asked: list[tuple[set[str], _Point]] = []
        others: dict[Atom, None] = {}
        for point in _points(world, element):
            atoms = list(all_atoms(point.conditions, protocol.all_terms))
            read = {name for atom in atoms for name in facts_of(atom, protocol)}
            if read & free.keys():
                asked.append((read & free.keys(), point))
                others |= {one: None for one in atoms if not free.keys() & facts_of(one, protocol)}
        self._parts = [
            (tuple(name for name in free if name in names), points)
            for names, points in _apart(asked)
        ]
        self._moving = [point for _, point in asked if point.move is not None]
        self._others = [_verdict(world, one) for one in others if not is_of_an_attendee(one)]
        self._of_each = [_verdict(world, one) for one in others if is_of_an_attendee(one)]

    def ways(self, case: Imagined, request: Request) -> tuple[Way, ...]:
        """What may be written down just before a request: one way for each thing that it may come
        to, the fewest facts first.
        """
        if not self._parts:
            return (NOTHING,)
        attended = request.attended if self._meets else EMPTY
        key = self._key(case, attended)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(self._found(case, attended))
        return found

    def _key(self, case: Imagined, attended: Attended) -> object:
        """All else that the answers may depend on."""
        seats = sorted(
            (role, case.holders.get(role, person) == person) for person, role in attended.items()
        )
        return (
            tuple(judge(one) for one in self._moments(case) for judge in self._others),
            tuple(point.counts(case) for point in self._moving),
            tuple(seats),
            tuple(judge(self._then(case, role)) for role, _ in seats for judge in self._of_each),
        )

    def _moments(self, case: Imagined) -> tuple[CaseSituation, CaseSituation]:
        """Just before a deed, when it is looked over, and then, when it is decided."""
        return self._world.situation(case), self._then(case)

    def _then(self, case: Imagined, attendee: str | None = None) -> CaseSituation:
        assert case.recorded_at is not None
        self._world.enter(case)
        return CaseSituation(case, self._world, case.recorded_at + TICK, attendee=attendee)

    def _found(self, case: Imagined, attended: Attended) -> list[Way]:
        parts = [self._alike(case, attended, names, points) for names, points in self._parts]
        ways: list[tuple[tuple[int, ...], Way]] = []
        for some in product(*parts):
            told: dict[str, FactValue | None] = {}
            for first, alike in some:
                told |= zip(alike.names, first, strict=True)
            known = ((name, told.get(name)) for name in self._values)
            facts = {name: value for name, value in known if value is not None}
            way = Way(facts=facts, alike=tuple(alike for _, alike in some))
            place = (values.index(told.get(name)) for name, values in self._values.items())
            ways.append(((len(facts), *place), way))
        return [way for _, way in sorted(ways, key=lambda one: one[0])]

    def _alike(
        self, case: Imagined, attended: Attended, names: tuple[str, ...], points: Iterable[_Point]
    ) -> list[tuple[Values, Alike]]:
        """The values of facts, those together that come to the same; with each the plainest."""
        case = case.copied()
        points = [point for point in points if point.counts(case)]
        found: dict[object, list[Values]] = {}
        every = product(*[self._values[name] for name in names])
        for values in sorted(every, key=lambda some: sum(one is not None for one in some)):
            for name, value in zip(names, values, strict=True):
                case.facts.pop(name, None)
                if value is not None:
                    self._world.knows(case, {name: value})
            before, then = self._moments(case)
            said = tuple((one.says(before, attended), one.says(then, attended)) for one in points)
            if all(was[1] is True for one, was in zip(points, said, strict=True) if one.vital):
                found.setdefault(said, []).append(values)
        return [(some[0], Alike(names=names, values=frozenset(some))) for some in found.values()]


def _points(world: World, element: Trigger | Meeting) -> Iterator[_Point]:
    """Everything that is asked when it is done, whatever that asks for."""
    known: list[Condition] = []
    for rule in element.exceptions.values():
        if rule.if_ is not None:
            known.append(rule.if_)
            yield _Point([rule.if_], _truth(world, rule.if_))
    if isinstance(element, Meeting):
        asked = (element.counts_if, *(member.if_ for member in element.required))
        who = [one for one in asked if one is not None]
        known += who
        others = (rule.quorum for rule in element.exceptions.values() if rule.quorum is not None)
        meetings = [element.replace(quorum=one) for one in (element.quorum, *others)]
        yield _Point(who, partial(_enough, world, meetings))
    else:
        waived = {name for rule in element.exceptions.values() for name in rule.sets_aside}
        for name, need in element.needs.items():
            if need.condition is not None:
                known.append(need.condition)
                # What is signed before the last has signed needs nothing yet.
                vital = name not in waived and joint_act(element) is None
                yield _Point([need.condition], _truth(world, need.condition), vital=vital)
        for move in world.moves[element.id]:
            if move.move.if_ is not None:
                known.append(move.move.if_)
                yield _Point([move.move.if_], _truth(world, move.move.if_), move=move)
    for condition in conditions_in(element):
        if not any(condition is one for one in known):
            yield _Point([condition], _anything(world, condition))


def _verdict(world: World, condition: Condition) -> Judge:
    judge = world.judge(condition)
    assert judge is not None
    return judge


def _anything(world: World, condition: Condition) -> Says:
    judge = _verdict(world, condition)
    return lambda situation, _: judge(situation)


def _truth(world: World, condition: Condition) -> Says:
    judge = _verdict(world, condition)
    return lambda situation, _: judge(situation) is True


def _enough(
    world: World, meetings: Iterable[Meeting], situation: CaseSituation, attended: Attended
) -> tuple[bool, ...]:
    """Whether those who were there make a quorum, by each rule for that."""
    case, now = situation.case, situation.now
    return tuple(is_quorate(world, case, one, attended, now) for one in meetings)


def _apart(asked: Iterable[tuple[set[str], _Point]]) -> list[tuple[set[str], list[_Point]]]:
    """What is asked, apart where no fact is asked for in both."""
    parts: list[tuple[set[str], list[_Point]]] = []
    for names, point in asked:
        tied = [part for part in parts if part[0] & names]
        parts = [part for part in parts if not part[0] & names]
        together = names.union(*(some for some, _ in tied))
        parts.append((together, [*(one for _, points in tied for one in points), point]))
    return parts
