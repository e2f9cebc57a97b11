"""What is to be expected: by when what is missing is to come, and what follows if it does not.

Adds to reasons, once they are decided, what they say nothing of. Imports the case, the program
and ground.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from protocolkit.conditions.syntax import Condition
from protocolkit.ground.calendars import is_open, next_open
from protocolkit.ground.findings import Reason
from protocolkit.ground.limits import Moment
from protocolkit.ground.record import Record
from protocolkit.model.case import Trigger
from protocolkit.semantics.answers.words import levels_to_come
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.deciding.reasons import or_, quoted
from protocolkit.semantics.effects import Judge
from protocolkit.semantics.matching import earliest
from protocolkit.semantics.program import Program
from protocolkit.semantics.situation import CaseSituation

_TURNS = 12
"""How many instants ahead are tried to see whether time alone makes a condition true."""


class Prospect(Record):
    """By when something is to come, what that instant is, and what follows otherwise."""

    by_when: datetime | None = None
    by_when_is: str = ""
    otherwise: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.by_when or self.by_when_is or self.otherwise)


class Prospects:
    """What one case may expect, as it stands at an instant."""

    def __init__(self, program: Program, case: Case, now: datetime) -> None:
        self.program = program
        self.protocol = program.protocol
        self.case = case
        self.now = now

    def explained(self, found: Reason, trigger: Trigger | None = None) -> Reason:
        """A reason against something, with what is to be expected about it."""
        hope = self._hope(found, trigger)
        if hope:
            found = found.replace(
                by_when=hope.by_when, by_when_is=hope.by_when_is, otherwise=hope.otherwise
            )
        givers = self._givers(found)
        if givers:
            helps = (found.help, f"{quoted(givers)} says who it is")
            found = found.replace(help="; ".join(filter(None, helps)))
        return found

    def _hope(self, found: Reason, trigger: Trigger | None) -> Prospect:
        if found.needs in self.case.open:
            return self.of_instance(self.case.open[found.needs])
        if givers := self._givers(found):
            return self.of_acts(givers)
        hope = Prospect()
        if trigger is not None:
            condition = _condition_at(trigger, found)
            if condition is not None:
                hope = self._of_condition(found, condition)
            elif found.name == "not-enabled":
                hope = self._of_way(trigger)
            elif found.name in ("not-decided", "not-at-meeting"):
                hope = self.of_meeting(*trigger.at_meetings)
        return hope or self._of_offices(found.supplied_by)

    def _givers(self, found: Reason) -> list[str]:
        """The acts that say who holds a role, if it is for a role that nobody holds yet."""
        roles = self.protocol.roles
        ids = {one for one in found.supplied_by if one in roles}
        vacant = {one for one in ids if roles[one].per_case and one not in self.case.holders}
        if found.needs != "role" or vacant != ids:
            return []
        return [one.id for one in self.protocol.triggers.values() if ids & set(one.assigns)]

    # -- what somebody owes ------------------------------------------------------------

    def of_instance(self, instance: Instance) -> Prospect:
        """An open follow-up: when it is due, and the levels to come."""
        what = "has no due date"
        if instance.is_paused and instance.due is None:
            what = "has its clock stopped"
        elif instance.due is not None:
            what = "was due then, and is late" if instance.status == "overdue" else "is due then"
        return Prospect(
            by_when=instance.due,
            by_when_is=f"`{instance.id}` {what}",
            otherwise=tuple(levels_to_come(self.program, self.case, instance.id)),
        )

    def of_acts(self, names: Collection[str]) -> Prospect:
        """What is done with one of these acts or meetings: the first of it that is due, and the
        levels to come there and in the states that the acts would leave.
        """
        promised = self._promised(names)
        hope = self.of_instance(promised[0]) if promised else Prospect()
        visits = [
            self.case.visits[move.strand][0]
            for name in names
            for move in self.program.moves.get(name, ())
            if self.case.states[move.strand] in move.move.from_
        ]
        return self._with_ladders(hope, visits)

    def _promised(self, names: Collection[str]) -> list[Instance]:
        """The open follow-ups that such an act would do, the first due first."""
        found = [
            one
            for one in self.case.open.values()
            if any(
                met_by.trigger is not None and met_by.trigger.name in names
                for met_by in self.program.follow_ups[one.follow_up].met_by
            )
        ]
        return sorted(found, key=earliest)

    def _with_ladders(self, hope: Prospect, visits: Iterable[str]) -> Prospect:
        """The same, with the ladders that watch visits to states."""
        visits = set(visits)
        said = list(hope.otherwise)
        dates = [
            (run.next_at, run.escalation)
            for run in self.case.runs.values()
            if run.of in visits and run.next_at is not None
        ]
        for visit in sorted(visits):
            said += levels_to_come(self.program, self.case, visit)
        if hope.by_when is None and not hope.by_when_is and dates:
            at, name = min(dates)
            title = self.protocol.escalations[name].name
            hope = Prospect(by_when=at, by_when_is=f"the next level of {title} comes then")
        return hope.replace(otherwise=tuple(dict.fromkeys(said)))

    # -- each kind of thing that may be missing ----------------------------------------

    def _of_condition(self, found: Reason, condition: Condition) -> Prospect:
        turn = self.turns([condition], wanted=True)
        if turn is not None:
            return Prospect(by_when=turn, by_when_is="time alone makes it so then")
        recording = {
            one.id
            for one in self.protocol.triggers.values()
            if any(recorded.fact == found.needs for recorded in one.records)
        }
        if promised := self._promised(recording):
            return self.of_instance(promised[0])
        for name in found.witness:
            latest = self.case.latest.get(name)
            if latest is not None and latest.is_open:
                return self.of_instance(latest)
        ended = self._expired(found.needs)
        if ended is not None:
            return Prospect(by_when=ended, by_when_is=f"`{found.needs}` ran out then")
        return Prospect()

    def _expired(self, fact: str) -> datetime | None:
        """When the last value of a fact ceased to hold; None if it has not."""
        end = self.expiry(fact)
        return end if end is not None and end <= self.now else None

    def expiry(self, fact: str) -> datetime | None:
        """When the last value of a fact ceases to hold; None for never, or no value."""
        declared, entry = self.protocol.facts.get(fact), self.case.value(fact)
        if declared is None or declared.valid_for is None or entry is None:
            return None
        return self.program.add(Moment(at=entry.at), declared.valid_for).at

    def _of_way(self, trigger: Trigger) -> Prospect:
        """What leads to where an act starts from."""
        moves = self.program.moves[trigger.id]
        starts = {state for move in moves for state in move.move.from_}
        stands = set(self.case.states.values())
        leading = {
            name
            for name, found in self.program.moves.items()
            if any(move.move.to in starts and stands & set(move.move.from_) for move in found)
        }
        return self.of_acts(leading)

    def of_meeting(self, *names: str) -> Prospect:
        """A meeting that is to be held, or one of several: the first date for which one is
        planned, else by when it is owed.
        """
        planned = [
            (one.planned_at, one.name)
            for one in self.case.meetings.values()
            if one.name in names and one.status == "set"
        ]
        if not planned:
            return self.of_acts(names)
        at, name = min(planned)
        title = self.protocol.meetings[name].name
        return self.of_acts(names).replace(by_when=at, by_when_is=f"{title} is planned for then")

    def _of_offices(self, roles: Iterable[str]) -> Prospect:
        """Offices that are all closed now: when the first one opens."""
        openings = {role: self.opening(role) for role in roles}
        ahead = [(at, role) for role, at in openings.items() if at is not None]
        if not ahead or len(ahead) < len(openings):
            return Prospect()
        first = min(at for at, _ in ahead)
        names = [self.protocol.roles[role].name for at, role in ahead if at == first]
        return Prospect(by_when=first, by_when_is=f"the office of {or_(names)} opens then")

    def opening(self, role: str) -> datetime | None:
        """When a role's office opens next; None if it is open, or its hours are not stated."""
        declared = self.protocol.roles.get(role)
        calendar = self.program.calendars.get(declared.available or "") if declared else None
        if calendar is None or is_open(calendar, self.now):
            return None
        return next_open(calendar, self.now)

    def turns(self, conditions: Iterable[Condition | None], *, wanted: bool) -> datetime | None:
        """The instant at which time alone makes all conditions true, or (not `wanted`) one of
        them not true; None if it does not, as the case stands.
        """
        judges = [judge for one in conditions if (judge := self.program.judge(one)) is not None]
        here = (self.now, False)
        for _ in range(_TURNS):
            situation = CaseSituation(self.case, self.program, here[0], past=here[1])
            if all(_verdicts(judges, situation)) == wanted:
                return here[0]
            ahead = [wake for wake in situation.wakes if wake > here]
            if not ahead:
                return None
            here = min(ahead)
        return None


def explained(
    program: Program, case: Case, reasons: Iterable[Reason], now: datetime, what: str
) -> tuple[Reason, ...]:
    """Reasons against doing something, each with what is to be expected about it."""
    prospects = Prospects(program, case, now)
    return tuple(prospects.explained(one, program.trigger(what)) for one in reasons)


def _verdicts(judges: list[Judge], situation: CaseSituation) -> list[bool]:
    """Every verdict, so that every instant at which one can change is noted."""
    return [judge(situation) is True for judge in judges]


def is_about_state(found: Reason) -> bool:
    """Whether an act is refused because the case stands elsewhere, not by a condition."""
    return found.name == "not-enabled" and "states" in found.witness


def _condition_at(trigger: Trigger, found: Reason) -> Condition | None:
    """The condition of a trigger that a reason is about."""
    if is_about_state(found):
        return None
    return next((one for path, one in _conditions(trigger) if path == found.path), None)


def _conditions(trigger: Trigger) -> Iterator[tuple[tuple[str | int, ...], Condition | None]]:
    for need in trigger.needs.values():
        yield need.path, need.condition
    for move in trigger.moves:
        yield move.path, move.if_
    for rule in trigger.exceptions.values():
        yield rule.below("if"), rule.if_
    yield trigger.below("applies_while"), trigger.applies_while
