"""How late somebody hears of what waits: the first human who is there and is told, or owes it.

What waits is a state that a case has come to, or a follow-up that has opened. Whoever is named
for it hears at once, others when a level of a ladder tells them or when its lateness opens
something that is theirs; then they must be on duty. Lengths are upper bounds, from the longest
that each limit can be and the longest time in which an office is closed. Imports who is left
and on duty, the program, the model and ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from protocolkit.conditions.syntax import Condition
from protocolkit.conditions.text import str_of
from protocolkit.ground.limits import Duration, bounds
from protocolkit.ground.record import Record
from protocolkit.model.case import Escalation, FollowUp, Level, State
from protocolkit.proofs.duty import Duty
from protocolkit.proofs.remaining import Remaining
from protocolkit.semantics.program import Program
from protocolkit.semantics.stepping.ladders import told_by

NOW = timedelta()


class Word(Record):
    """That somebody hears: the roles who do, within which time, and on which condition, if any.

    They are told `after` some time; `within` is that and until one of them is on duty.
    `hours_known` is False when none of them states office hours, so that this is not known.
    """

    roles: tuple[str, ...]
    after: timedelta
    within: timedelta
    hours_known: bool = True
    only_if: str = ""


class Hearing(Record):
    """Who hears first of one thing that waits. `surely` None: perhaps nobody, ever.

    `about` is a state's or follow-up's id, `kind` tells which. `sooner` is who hears before that
    if a condition is true.
    """

    kind: str
    about: str
    title: str
    surely: Word | None = None
    sooner: Word | None = None

    @property
    def lateness(self) -> tuple[bool, bool, timedelta]:
        """What sorts by how bad it is: hours that nobody knows, then never, come last."""
        if self.surely is None:
            return (True, True, NOW)
        return (False, not self.surely.hours_known, self.surely.within)

    def is_later_than(self, other: Hearing) -> bool:
        """Whether they hear later: for certain, or if all goes well."""
        if self.surely is None or other.surely is None:
            return other.surely is not None or self._soonest > other._soonest
        return self.lateness > other.lateness or self._soonest > other._soonest

    @property
    def _soonest(self) -> tuple[bool, timedelta]:
        first = self.sooner or self.surely
        return (first is None, first.after if first is not None else NOW)


_Told = tuple[timedelta, tuple[str, ...], str]
"""After which time, which roles, on which condition."""


class Lengths:
    """How long the limits of a protocol can be, each reckoned once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._spans: dict[str, timedelta | None] = {}

    def late_after(self, one: FollowUp) -> tuple[timedelta | None, timedelta | None]:
        """The longest time from the opening until it is late, and until its outer limit.

        None when no limit is stated, or when it counts from something that need not have come.
        """
        limit = one.every if one.due is None or one.due.unspecified else one.due
        if limit is None or limit.unspecified or limit.direction == "before":
            return None, None
        anchor = limit.anchor
        openers = {(ref.name, ref.event) for ref in one.opens_with}
        if anchor is not None and not openers <= {(ref.name, ref.event) for ref in anchor.each}:
            return None, None
        outer = self.longest(limit.at_most) if limit.at_most is not None else None
        return self.longest(limit.within) if limit.within is not None else outer, outer

    def longest(self, span: Duration) -> timedelta | None:
        """The longest that a span can be; None when nobody can tell on which days it counts."""
        text = str(span)
        if text not in self._spans:
            calendar = self.program.calendar(span)
            no_days = span.unit == "business days" and calendar is None
            longest = None if no_days else bounds(span, self.program.zone, calendar)[1]
            self._spans[text] = longest
        return self._spans[text]


class Hearings:
    """Who hears what, with those who are left."""

    def __init__(self, lengths: Lengths, duty: Duty, left: Remaining) -> None:
        self.program = lengths.program
        self.lengths = lengths
        self.duty = duty
        self.left = left
        self.protocol = left.protocol

    def of_state(self, state: State) -> Hearing:
        """Who hears that a case has come to a state and waits there."""
        return self._hearing("state", state.id, state.name, self._told_of_state(state))

    def of_follow_up(self, follow_up: FollowUp) -> Hearing:
        """Who hears that a follow-up has opened."""
        told = self._told_of_follow_up(follow_up, frozenset())
        return self._hearing("follow-up", follow_up.id, follow_up.name, told)

    def waits_for(self, state: State) -> tuple[str, ...]:
        """The roles that a state waits for, of those who are there: as it says, else whoever can
        move the case on.
        """
        if state.waits_for:
            seats = (seat for role in state.waits_for for seat in self.left.seats(role))
        else:
            movers = self.left.movers(state.id, by_ladders=False).values()
            seats = (role for roles in movers for role in roles)
        return tuple(dict.fromkeys(seats))

    def told(self, level: Level) -> tuple[str, ...]:
        """The roles that a level reaches. A notice goes to the office that is named, not to its
        substitutes; who was at a meeting is not known beforehand.
        """
        found: dict[str, None] = {}
        for holder in told_by(level):
            if holder.actor_of:
                found.update(dict.fromkeys(self.left.fill(holder)))
            elif holder.role in self.left.anyone:
                found[holder.role] = None
        return tuple(found)

    # -- who is told, and after which time ------------------------------------------------

    def _told_of_state(self, state: State) -> Iterator[_Told]:
        if there := self.waits_for(state):
            yield NOW, there, ""
        entering = frozenset(
            act.id
            for act in self.protocol.triggers.values()
            if any(move.to == state.id and state.id not in move.from_ for move in act.moves)
        )
        for ladder in self.protocol.escalations.values():
            watches = ladder.watches
            assert watches is not None
            starts = watches.from_.each if watches.from_ is not None else ()
            if watches.state == state.id or (
                entering and entering <= {one.name for one in starts if not one.event}
            ):
                yield from self._levels(ladder, NOW, None, None)
        for one in self.protocol.follow_ups.values():
            openers = {ref.name for ref in one.opens_with if not ref.event}
            if state.id in one.opens_in or (entering and entering <= openers):
                for after, roles, only_if in self._told_of_follow_up(one, frozenset()):
                    yield after, roles, _both(only_if, one.if_)

    def _told_of_follow_up(self, one: FollowUp, seen: frozenset[str]) -> Iterator[_Told]:
        if there := self.left.doers(one.who):
            yield NOW, there, ""
        due, outer = self.lengths.late_after(one)
        for ladder in self.program.ladders_of.get(one.id, ()):
            yield from self._levels(ladder, due, due, outer)
        if due is None:
            return
        for other in self.protocol.follow_ups.values():
            late = any((ref.name, ref.event) == (one.id, "overdue") for ref in other.opens_with)
            if late and other.id not in seen:
                for after, roles, only_if in self._told_of_follow_up(other, seen | {one.id}):
                    yield due + after, roles, _both(only_if, other.if_)

    def _levels(
        self,
        ladder: Escalation,
        start: timedelta | None,
        due: timedelta | None,
        outer: timedelta | None,
    ) -> Iterator[_Told]:
        """When each level comes, and whom it reaches; one that may be jumped over is not sure."""
        aside = _both("", ladder.applies_while)
        jump, at = ladder.start_at, start
        for level in ladder.levels:
            if level.at:
                at = due if level.at == "due" else outer
            elif level.after is None or level.after.unspecified:
                at = None
            elif at is not None and level.after.within is not None:
                longest = self.lengths.longest(level.after.within)
                at = None if longest is None else at + longest
            if at is None:
                return  # the ladder comes no further
            only_if = _both(aside, level.if_)
            if jump is not None and level.id == jump.level:
                jump = None
            if jump is not None and jump.if_ is not None:
                only_if = _and(only_if, f"not ({str_of(jump.if_)})")
            if there := self.told(level):
                yield at, there, only_if

    def _hearing(self, kind: str, about: str, title: str, told: Iterable[_Told]) -> Hearing:
        said: list[Word] = []
        for after, roles, only_if in told:
            wait = self.duty.wait(roles)
            if wait.length is not None:
                within = after + wait.length
                said.append(
                    Word(
                        roles=roles,
                        after=after,
                        within=within,
                        hours_known=wait.known,
                        only_if=only_if,
                    )
                )
        said.sort(key=lambda word: word.within)
        sure = [word for word in said if not word.only_if]
        surely = next((word for word in sure if word.hours_known), sure[0] if sure else None)
        sooner = next((w for w in said if surely is None or w.within < surely.within), None)
        return Hearing(kind=kind, about=about, title=title, surely=surely, sooner=sooner)


def _both(said: str, condition: Condition | None) -> str:
    return said if condition is None else _and(said, str_of(condition))


def _and(*conditions: str) -> str:
    said = [one for one in conditions if one]
    return said[0] if len(said) == 1 else " and ".join(f"({one})" for one in said)
