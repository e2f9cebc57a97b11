"""Hours: is somebody on duty in time for what a limit asks?

By the hours that the roles state. Whoever states none may be there at any time, so nothing is
found about them: that nothing is said is a gap of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeAlias

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.before import meets
from protocolkit.checks.on_duty import (
    Gap,
    Times,
    first_gap,
    instant,
    minutes,
    next_in,
    open_times,
    union,
)
from protocolkit.checks.staff import Staff
from protocolkit.checks.starts import Starts
from protocolkit.conditions.syntax import Available, Condition
from protocolkit.conditions.terms import all_atoms
from protocolkit.ground.findings import CheckInfo
from protocolkit.ground.limits import Duration, Limit, Moment, OccurrenceRef, bounds
from protocolkit.ground.record import Record
from protocolkit.language.wording import joined
from protocolkit.model.case import FollowUp, Trigger, Watches
from protocolkit.model.people import Holder, Who
from protocolkit.model.protocol import Protocol
from protocolkit.model.words import ALWAYS

_NIGHT = """\
calendars:
  office: {open: mon-fri 08:30-16:30}
roles:
  djo: {kind: juvenile_officer}
  supervisor: {kind: supervisor, available: office%s}
triggers:
  report: {who: djo}
  close: {who: [djo, supervisor], moves: {from: identified, to: closed}}
follow_ups:
  call_back: {opens_with: report, who: supervisor, due: within 2 hours}
"""


@check(
    CheckInfo(
        code="PK512",
        name="nobody-on-duty",
        severity="warning",
        summary="For some starts nobody who could keep the limit is on duty until it is over.",
        why="""\
A call that comes at night falls into an empty office. The limit is over before anybody reads of
it, and nobody has done wrong: the plan did.""",
        source="A call late in the evening, and whom to turn to: §3.1, §3.2.3",
        wrong=_NIGHT % "",
        right=_NIGHT.replace(
            "triggers:", "  deputy: {kind: supervisor, available: always}\ntriggers:"
        )
        % ", substitutes: deputy",
        how="""\
The first minute of each gap between two openings is looked at, in all weeks of 28 years: no other
start in a gap is worse. Days off and changes of the clock count. On duty is a role by its hours,
or one that stands in for it; with a roster only if somebody holds it. Whom a ladder lets in
counts as well. An act starts the clock only while somebody who does it is on duty. A role that
states no hours may be there. Not judged is what opens by a condition or with a meeting, or whose
limit counts from something else, counts back or pauses. What opens because something is late is
judged if it is owed within hours.""",
    ),
    reads=(
        "timezone",
        "calendars",
        "business_days",
        "parameters",
        "roles",
        "triggers",
        "states",
        "escalations",
    ),
)
def nobody_on_duty(subject: Subject) -> Iterator[Found]:
    """Follow-ups with a start from which nobody is there in time."""
    protocol = subject.protocol
    hours = _Hours(protocol, Staff(protocol, subject.people))
    for follow_up in protocol.follow_ups.values():
        limit = follow_up.due
        span = _plain_span(follow_up)
        if limit is None or span is None or _asks_who_is_there(follow_up.if_, protocol):
            continue
        openers = list(hours.openers(follow_up, limit))
        for demand in hours.demands(follow_up) if openers else ():
            found = hours.gap(demand, openers, span)
            if found is not None:
                yield _found(follow_up, demand, found, hours)
                break


class _Late(Record):
    """The instants at which a follow-up becomes late."""

    name: str


_Opener: TypeAlias = frozenset[str] | _Late | None
"""When something can start: by these calendars, when something is late, or at any time."""


class _Way(Record):
    """One way to do something: of each part somebody, a role of those named, must be there."""

    parts: tuple[tuple[Holder, ...], ...]


def _found(follow_up: FollowUp, demand: Sequence[_Way], gap: Gap, hours: _Hours) -> Found:
    moments = (Moment(at=gap.start), gap.due, Moment(at=gap.again))
    start, due, again = map(hours.starts.words, moments)
    holders = (holder for way in demand for part in way.parts for holder in part)
    away = dict.fromkeys(one.role for one in holders if one.role and hours.is_off(one, gap))
    off = f"{joined(away)} {'is' if len(away) == 1 else 'are'} off"
    stands_in = any(hours.protocol.roles[role].substitutes for role in away)
    return Found(
        message=f"If it starts on {start}, `{follow_up.id}` is due on {due}. Until then {off}"
        f"{', and so is who stands in' if stands_in else ', and nobody stands in'}.",
        help="let somebody stand in who is on duty then (`substitutes`), or give it more time",
        path=follow_up.below("due"),
        also=tuple(
            (hours.protocol.roles[role].below("available"), "on duty only then") for role in away
        ),
        witness={"start": start, "due": due, "on duty again": again},
    )


def _plain_span(follow_up: FollowUp) -> Duration | None:
    """The span of a limit that counts forwards without a pause; None for any other."""
    due = follow_up.due
    if due is None or due.unspecified or due.direction == "before" or follow_up.pauses_while:
        return None
    return due.within or due.at_most


def _is_open(element: Trigger | FollowUp) -> bool:
    """Whether it is left open who does it: then anybody may."""
    who = element.who
    return who is None or "who" in element.unspecified or "who" in who.unspecified


def _asks_who_is_there(condition: Condition | None, protocol: Protocol) -> bool:
    """Whether a condition asks if somebody can be reached: then hours are thought of."""
    asked = [] if condition is None else [condition]
    return any(isinstance(atom, Available) for atom in all_atoms(asked, protocol.all_terms))


class _Hours:
    """Who is on duty when, by the roles of one protocol and, if there is one, a roster."""

    def __init__(self, protocol: Protocol, staff: Staff) -> None:
        self.protocol = protocol
        self.staff = staff
        self.starts = Starts(protocol)
        self._gaps: dict[object, Gap | None] = {}
        self._unions: dict[frozenset[str], Times] = {}
        self._days: dict[Duration, list[tuple[int, ...]]] = {}

    # -- offices and hours -------------------------------------------------------------------

    def calendars(self, holders: Iterable[Holder]) -> frozenset[str] | None:
        """The calendars by which somebody of these is there; None if they may be at any time."""
        found = set()
        for holder in holders:
            if holder.role not in self.protocol.roles:
                return None  # whoever did something, the clock
            for office in self.staff.offices(holder.role):
                declared = self.protocol.roles.get(office)
                if declared is None or not self.staff.is_held(office, holder.with_):
                    continue
                if declared.available == ALWAYS or declared.available not in self.starts.calendars:
                    return None
                found.add(declared.available)
        return frozenset(found)

    def times(self, holders: Iterable[Holder]) -> Times | None:
        """When somebody of these is there; None if they may be at any time."""
        names = self.calendars(holders)
        return None if names is None else self._open(names)

    def is_off(self, holder: Holder, gap: Gap) -> bool:
        """Whether nobody who can act as a holder is there from a start until it is due."""
        times = self.times([holder])
        if times is None:
            return False
        comes = next_in(times, minutes(gap.start))
        return comes is None or instant(comes) > gap.due.at

    def _open(self, names: frozenset[str]) -> Times:
        if names not in self._unions:
            calendars = [self.starts.calendars[name] for name in sorted(names)]
            self._unions[names] = union(map(open_times, calendars))
        return self._unions[names]

    # -- what starts it ----------------------------------------------------------------------

    def openers(self, follow_up: FollowUp, limit: Limit) -> Iterator[_Opener]:
        """When it can start, for each way to start."""
        refs = follow_up.opens_with
        if limit.anchor is not None and {*limit.anchor.each} != {*refs}:
            return
        for ref in refs:
            trigger = self.protocol.triggers.get(ref.name)
            if trigger is not None and not ref.event:
                yield from self._by(trigger)
            if ref.event == "overdue" and limit.within is not None and limit.within.is_elapsed:
                yield _Late(name=ref.name)
        for state in follow_up.opens_in:
            for trigger in self.protocol.triggers.values():
                if any(move.to == state for move in trigger.moves):
                    yield from self._by(trigger)
            if self._begins_in(state):
                # A case is opened by somebody who can take it on from there.
                for trigger in self.protocol.triggers.values():
                    if any(state in move.from_ for move in trigger.moves):
                        yield from self._by(trigger)

    def _begins_in(self, state: str) -> bool:
        return any(
            state in strand.states and strand.states[state].initial
            for strand in self.protocol.strands.values()
        )

    def _by(self, trigger: Trigger) -> Iterator[frozenset[str] | None]:
        """When an act can happen; nothing where that depends on more than hours."""
        needs = [need.condition for need in trigger.needs.values()]
        if trigger.strength == "must_not" or trigger.at_meetings:
            return
        if any(_asks_who_is_there(need, self.protocol) for need in needs):
            return
        if trigger.happens == "outside" or _is_open(trigger):
            yield None
        else:
            yield self.calendars((trigger.who or Who()).holders)

    # -- what it takes -----------------------------------------------------------------------

    def demands(self, follow_up: FollowUp) -> Iterator[tuple[_Way, ...]]:
        """What must be done in time, each with all ways to do it; nothing if anybody may."""
        if follow_up.met_by:
            ways = tuple(
                way for ref in follow_up.met_by for way in self._acts(ref.trigger, follow_up)
            )
            if all(way.parts for way in ways):
                yield ways
            return
        who = follow_up.who or Who()
        if _is_open(follow_up):
            return
        each: list[Who] = [Who(any_of=(holder,)) for holder in who.each_of]
        for share in each or [who]:
            yield (self._way(share),)

    def _acts(self, ref: OccurrenceRef | None, follow_up: FollowUp) -> Iterator[_Way]:
        """The way to do an act; one without parts if that takes more than somebody on duty."""
        trigger = self.protocol.triggers.get(ref.name) if ref else None
        takes_more = trigger is None or (ref and ref.event) or trigger.at_meetings
        if trigger is None or takes_more or trigger.happens == "outside" or _is_open(trigger):
            yield _Way(parts=())
        else:
            yield self._way(trigger.who or Who(), self._let_in(trigger, follow_up), trigger)

    def _way(self, who: Who, more: Sequence[Holder] = (), trigger: Trigger | None = None) -> _Way:
        parts = [(one, *more) for one in who.all_of] or [(*who.holders, *more)]
        if trigger is not None:
            parts += [(Holder(role=role),) for role in trigger.together_with]
            if trigger.agreed_by is not None and not trigger.protective:
                parts += [(Holder(role=role),) for role in trigger.agreed_by.all_of]
                either = tuple(Holder(role=role) for role in trigger.agreed_by.any_of)
                parts += [either] if either else []
        return _Way(parts=tuple(parts))

    def _let_in(self, trigger: Trigger, follow_up: FollowUp) -> list[Holder]:
        """Whom ladders may let do an act before the follow-up itself is late."""
        states = {state for move in trigger.moves for state in move.from_}
        found = []
        for watches, handed in self._handed:
            others = (name for name in watches.follow_up if name != follow_up.id)
            if watches.state in states or any(self._does(trigger, name) for name in others):
                found += handed
        return found

    @cached_property
    def _handed(self) -> list[tuple[Watches, list[Holder]]]:
        """What the ladders watch that hand something to others, and to whom."""
        return [
            (ladder.watches, handed)
            for ladder in self.protocol.escalations.values()
            if ladder.watches is not None
            and (handed := [Holder(role=one.hand_to) for one in ladder.levels if one.hand_to])
        ]

    def _does(self, trigger: Trigger, follow_up: str) -> bool:
        other = self.protocol.follow_ups.get(follow_up)
        return other is not None and trigger.id in meets(other)

    # -- looking -----------------------------------------------------------------------------

    def gap(self, demand: Sequence[_Way], openers: Sequence[_Opener], span: Duration) -> Gap | None:
        """The first start from which nobody does what is asked in time."""
        ways = []
        for way in demand:
            parts = [self.calendars(part) for part in way.parts]
            known = [part for part in parts if part is not None]
            if not known or frozenset() in known:
                return None  # somebody may be there at any time, or nobody holds the office
            if all(self._counts_by(span, part) for part in known):
                return None  # each business day that is counted brings somebody
            if all(isinstance(one, frozenset) and one <= part for one in openers for part in known):
                return None  # whoever starts it, they are there as well
            ways.append(tuple(known))
        key = (tuple(ways), tuple(openers), span)
        if key not in self._gaps:
            self._gaps[key] = self._looked_for(ways, openers, span)
        return self._gaps[key]

    def _counts_by(self, span: Duration, names: frozenset[str]) -> bool:
        calendar = self.starts.calendar(span)
        return calendar is not None and any(
            self.starts.calendars[name] == calendar for name in names
        )

    def _looked_for(
        self,
        ways: Sequence[Sequence[frozenset[str]]],
        openers: Sequence[_Opener],
        span: Duration,
    ) -> Gap | None:
        starts = self.starts
        try:
            shortest, _ = bounds(span, starts.zone, starts.calendar(span))
            demand = [[self._open(part) for part in way] for way in ways]
            return first_gap(demand, self._begins(openers), _due(starts, span), shortest)
        except (ValueError, OverflowError):
            return None  # the reader says why days cannot be counted

    def _begins(self, openers: Iterable[_Opener], asked: tuple[str, ...] = ()) -> Times | None:
        """When something can start; None: at any time. `asked` are the follow-ups that wait for
        this.
        """
        found = []
        for one in openers:
            if isinstance(one, _Late):
                times = () if one.name in asked else self._late(one.name, (*asked, one.name))
            else:
                times = None if one is None else self._open(one)
            if times is None:
                return None
            found.append(times)
        return union(found)

    def _late(self, name: str, asked: tuple[str, ...]) -> Times | None:
        """When a follow-up can become late; never where its limit is not plain."""
        follow_up = self.protocol.follow_ups.get(name)
        limit = follow_up.due if follow_up is not None else None
        span = _plain_span(follow_up) if follow_up is not None else None
        if follow_up is None or limit is None or span is None:
            return ()
        begins = self._begins(self.openers(follow_up, limit), asked)
        if span.is_elapsed:
            length = bounds(span, self.starts.zone, None)[0] // timedelta(minutes=1)
            return None if begins is None else tuple((a + length, b + length) for a, b in begins)
        if span not in self._days:
            self._days[span] = [tuple(map(minutes, day)) for day in self.starts.days(span)]
        ends = set()
        for dawn, dusk, end in self._days[span]:
            comes = dawn if begins is None else next_in(begins, dawn)
            if comes is not None and comes < dusk:
                ends.add(end)
        return tuple((at, at + 1) for at in sorted(ends))


def _due(starts: Starts, span: Duration) -> Callable[[datetime], Moment]:
    def due(at: datetime) -> Moment:
        return starts.end(at, (span,))

    return due


CHECKS: tuple[Check, ...] = (nobody_on_duty,)
