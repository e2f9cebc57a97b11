"""Conditions, judged by walking over them: true, false or None for unknown.

Nothing is prepared and nothing is kept. Imports conditions' syntax, the model and ground.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from protocolkit.conditions import syntax as s
from protocolkit.conditions.names import STATUSES
from protocolkit.ground.calendars import is_open
from protocolkit.ground.limits import Duration, Moment, OccurrenceRef, add
from protocolkit.ground.zones import midnight, zone
from protocolkit.model.protocol import Protocol
from tests.reference.ledger import Now, Said, Thing

if TYPE_CHECKING:
    from tests.reference.course import Course


def calendar_of(protocol: Protocol, span: Duration) -> Any:
    """The calendar on which a span's business days are counted."""
    name = span.calendar or protocol.business_days
    if not name and len(protocol.calendars) == 1:
        name = next(iter(protocol.calendars))
    found = protocol.calendars.get(name)
    return found.calendar if found else None


def end_of(protocol: Protocol, start: Moment, span: Duration) -> Moment:
    """A span later."""
    return add(start, span, protocol.timezone, calendar_of(protocol, span))


class Truth:
    """Conditions of a case, as at a point of time.

    `as_at` is for what is judged later than the instant it is about: then only what happened
    up to that instant counts. `states` are for asking what would be.
    """

    def __init__(
        self,
        case: Course,
        now: Now,
        *,
        as_at: bool = False,
        attendee: str = "",
        states: dict[str, str] | None = None,
    ) -> None:
        self.states = states
        self.case = case
        self.protocol = case.protocol
        self.now = now
        self.as_at = as_at
        self.attendee = attendee

    def of(self, condition: s.Condition | None) -> bool | None:
        """The truth of a condition; there is none: true."""
        match condition:
            case None | s.Always():
                return True
            case s.And(parts=parts):
                return self.all_of([self.of(part) for part in parts])
            case s.Or(parts=parts):
                return self.opposite(self.all_of([self.opposite(self.of(p)) for p in parts]))
            case s.Not(part=part):
                return self.opposite(self.of(part))
            case s.Holds(subject=subject):
                found: bool | None = self.value(subject)
                return found
            case s.Is(subject=subject, values=values, negated=negated):
                same = self.is_one(subject, values)
                return self.opposite(same) if negated else same
            case s.IsKnown(subject=subject, negated=negated, since=since):
                known = self.value(subject) is not None
                if since is not None and isinstance(subject, s.Name):
                    known = known and self.is_new(subject.name, since)
                return known != negated
            case s.Within(span=span, first=first, second=second):
                return self.is_bound(span.length, first, second)
            case s.Compare(subject=subject, sign=sign, bound=bound):
                left, right = self.value(subject), bound.value
                if left is None:
                    return None
                if sign == "<":
                    return bool(left < right)
                if sign == "<=":
                    return bool(left <= right)
                return bool(left > right) if sign == ">" else bool(left >= right)
            case s.Includes(subject=subject, role=role):
                roles = self.value(subject)
                one = self.attendee if isinstance(role, s.Attendee) else role.text
                return None if roles is None or not one else one in roles
            case s.Happened(of=of, since=since):
                return self.number_of(of.ref, since.ref if since else None, None) > 0
            case s.Missed(of=of, within=within, after=after):
                return self.missed(of.ref, within.length, after.ref)
            case s.Reached(fact=fact):
                day = self.value(fact)
                return None if day is None else self.today >= day
            case s.Available(role=role):
                return self.available(role.text)
        raise AssertionError(condition)

    @staticmethod
    def opposite(truth: bool | None) -> bool | None:
        """Not."""
        return None if truth is None else not truth

    @staticmethod
    def all_of(truths: list[bool | None]) -> bool | None:
        """And."""
        if False in truths:
            return False
        return None if None in truths else True

    def is_one(self, subject: s.Subject, values: tuple[s.Value, ...]) -> bool | None:
        """`subject is v or w or unknown`."""
        have = self.value(subject)
        if have is None:
            return True if any(isinstance(value, s.Unknown) for value in values) else None
        for value in values:
            if isinstance(value, s.Unknown):
                continue
            want = value.text if isinstance(value, s.Word) else value.value
            if isinstance(subject, s.By):
                if want in have:
                    return True
            elif isinstance(subject, s.Name) and subject.name in self.protocol.follow_ups:
                if have in STATUSES[str(want)]:
                    return True
            elif have == want:
                return True
        return False

    # -- what phrases ask about --------------------------------------------------------

    def value(self, subject: s.Subject) -> Any:
        """What a phrase asks about; None when unknown."""
        match subject:
            case s.Name(name=name):
                if name in self.protocol.terms:
                    return self.of(self.protocol.terms[name].condition)
                if name in self.protocol.facts:
                    if self.as_at:
                        return self.fact_as_at(name, self.now)
                    return self.fact(name)
                if name in self.protocol.strands and self.states is not None:
                    return self.states[name]
                if name in self.protocol.strands:
                    return self.case.state_as_at(name, self.now.at if self.as_at else None)
                return self.status(name)
            case s.FactAt(fact=fact, at=at):
                thing = self.picked(at.ref)
                return self.fact_as_at(fact.name, Now(at=thing.at)) if thing else None
            case s.By(of=of):
                thing = self.picked(OccurrenceRef(name=of.name))
                return frozenset({thing.role}) if thing else None
            case s.Attended(of=of):
                held, adjourned = (
                    OccurrenceRef(name=of.name, event=event) for event in ("held", "adjourned")
                )
                thing = self.picked(held.replace(pick="last", others=(adjourned,)))
                planned = self.case.meeting_or_none(thing.of) if thing else None
                return frozenset(planned.attended.values()) if planned else None
            case s.Count(of=of, within=within, since=since):
                return self.number_of(
                    of.ref, since.ref if since else None, within.length if within else None
                )
            case s.DaysBetween(first=first, second=second):
                a, b = self.day(first), self.day(second)
                return None if a is None or b is None else (b - a).days
        raise AssertionError(subject)

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.at.astimezone(zone(self.protocol.timezone)).date()

    def fact(self, name: str) -> Any:
        """The value in force: of those that hold by now, the one that holds from latest on."""
        return self.unexpired(self.in_force(name, self.now.at), self.now)

    def fact_as_at(self, name: str, then: Now) -> Any:
        """The value then, as known now; before the first one, that first one: whoever records
        a fact after something happened says how things were."""
        found = self.in_force(name, then.at)
        if found is None:
            later = [said for said in self.said if said.fact == name]
            return min(later, key=lambda said: said.at).value if later else None
        return self.unexpired(found, then)

    @property
    def said(self) -> list[Said]:
        """What was recorded in this case, and in the programme so far."""
        beside = self.case.programme.facts if self.case.programme else []
        known = [said for said in beside if said.written <= self.case.now.at]
        return [*self.case.facts, *known]

    def in_force(self, name: str, at: datetime) -> Said | None:
        """What holds at an instant."""
        found: Said | None = None
        for said in self.said:
            if said.fact == name and said.at <= at and (found is None or said.at >= found.at):
                found = said
        return found

    def unexpired(self, said: Said | None, then: Now) -> Any:
        """The value, unless its time has passed."""
        if said is None:
            return None
        span = self.protocol.facts[said.fact].valid_for
        if span is not None:
            end = end_of(self.protocol, Moment(at=said.at), span)
            if then.key > (end.at, False):
                return None
        return said.value

    def status(self, name: str) -> str:
        """The status of the follow-up that was opened last."""
        found = [owed for owed in self.case.owed if owed.follow_up == name]
        return found[-1].shown if found else "not_opened"

    def things(self, ref: OccurrenceRef) -> list[Thing]:
        """Every occurrence of that name, in the order in which they happened."""
        return sorted(
            (
                thing
                for thing in self.case.things
                if self.case.fits(ref, thing) and (not self.as_at or thing.at <= self.now.at)
            ),
            key=lambda thing: thing.order,
        )

    def picked(self, ref: OccurrenceRef) -> Thing | None:
        """The first or the last; a bare name is the last."""
        found = self.things(ref)
        if not found:
            return None
        return found[0] if ref.pick == "first" else found[-1]

    def number_of(
        self, ref: OccurrenceRef, since: OccurrenceRef | None, within: Duration | None
    ) -> int:
        """How many: since something else (ever, if that never was), and in a span up to now."""
        found = self.things(ref)
        start = self.picked(since) if since else None
        if start is not None:
            found = [thing for thing in found if thing.order > start.order]
        if within is not None:
            found = [thing for thing in found if self.is_within(thing, within)]
        return len(found)

    def is_within(self, thing: Thing, span: Duration) -> bool:
        """Both ends are included; spans of days compare days."""
        end = end_of(self.protocol, thing.moment, span)
        return self.now.at < end.at if end.end_of_day else self.now.key <= (end.at, False)

    def missed(self, ref: OccurrenceRef, span: Duration, after: OccurrenceRef) -> bool | None:
        """The span after the last of something is over, and the thing did not happen in it."""
        start = self.picked(after)
        if start is None:
            return False
        end = end_of(self.protocol, start.moment, span)
        for thing in self.things(ref):
            if thing is not start and start.at <= thing.at <= end.at:
                return False
        return self.now.key > (end.at, False)

    def day(self, at: s.Occurrence) -> date | None:
        """The local day of a date fact or of an occurrence."""
        if not at.ref.event and at.ref.name in self.protocol.facts:
            found: date | None = self.value(s.Name(name=at.ref.name))
            return found
        thing = self.picked(at.ref)
        return thing.moment.day(self.protocol.timezone) if thing else None

    def is_new(self, fact: str, since: s.Occurrence) -> bool:
        """Whether the value in force holds from something on."""
        thing = self.picked(since.ref)
        said = self.in_force(fact, self.now.at)
        if said is None:  # told only later, of how things were before
            said = min((one for one in self.said if one.fact == fact), key=lambda one: one.at)
        return thing is None or said.at >= thing.at

    def is_bound(self, span: Duration, first: s.Occurrence, second: s.Occurrence) -> bool | None:
        """Whether the second is not before the first, and at most a span after it."""
        a, b = self.day(first), self.day(second)
        if a is None or b is None:
            return None
        thing, other = self.picked(first.ref), self.picked(second.ref)
        if span.is_elapsed:
            assert thing is not None
            assert other is not None
            return thing.at <= other.at <= end_of(self.protocol, thing.moment, span).at
        where = self.protocol.timezone
        is_fact = not first.ref.event and first.ref.name in self.protocol.facts
        start = Moment(at=midnight(a, zone(where))) if is_fact or not thing else thing.moment
        return a <= b <= end_of(self.protocol, start, span).day(where)

    def available(self, role: str) -> bool | None:
        """Somebody who holds the role can be reached."""
        hours = self.protocol.roles[role].available
        if hours is None:
            return None
        if hours == "always":
            return True
        calendar = self.protocol.calendars[hours].calendar
        assert calendar is not None
        return is_open(calendar, self.now.at)
