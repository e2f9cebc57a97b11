"""A protocol compiled: for each occurrence, state and watched condition, what follows.

Made once for a protocol and shared by all its cases; holds no case. Imports the model,
conditions, effects and ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from protocolkit.conditions.evaluate import Compiler
from protocolkit.conditions.syntax import Condition
from protocolkit.ground.calendars import Calendar
from protocolkit.ground.limits import Due as DueInstants
from protocolkit.ground.limits import Duration, Limit, Moment, OccurrenceRef, due
from protocolkit.ground.zones import midnight
from protocolkit.ground.zones import zone as zone_named
from protocolkit.model.base import Label
from protocolkit.model.case import (
    Escalation,
    Fact,
    FollowUp,
    Level,
    Meeting,
    MetBy,
    Trigger,
)
from protocolkit.model.names import names_of
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.effects import (
    Effect,
    End,
    Fire,
    HandTo,
    Judge,
    Meet,
    MoveTo,
    Open,
    Redate,
    Start,
    Stop,
    Tell,
    Watch,
)

_E = TypeVar("_E")

Key = tuple[str, str]
"""The name of something that happens and the event; the event is "" for a trigger."""


class Program:
    """The rules of one protocol, ready to run."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.zone = protocol.timezone
        self.names = names_of(protocol)
        self.calendars = {
            name: office.calendar
            for name, office in protocol.calendars.items()
            if office.calendar is not None
        }
        default = protocol.business_days or (
            next(iter(self.calendars)) if len(self.calendars) == 1 else ""
        )
        self._default_calendar = self.calendars.get(default)
        self._compiler = Compiler(self.names.terms, self.names)
        self._judges: dict[int, Judge] = {}
        self.follow_ups: dict[str, FollowUp] = dict(protocol.follow_ups)
        for meeting in protocol.meetings.values():
            if meeting.every is not None and not meeting.every.unspecified:
                again = _held_again(meeting, meeting.every)
                self.follow_ups[again.id] = again
        self.reactions: dict[Key, list[Effect]] = {}
        self.entering: dict[tuple[str, str], list[Effect]] = {}
        self.leaving: dict[tuple[str, str], list[Effect]] = {}
        self.moves: dict[str, list[MoveTo]] = {}
        self.watches: list[Watch] = []
        self.ladders_of: dict[str, list[Escalation]] = {}
        self.blockers: dict[str, list[FollowUp]] = {}
        # By id, not in the order of the file: two files with one digest must run alike.
        for trigger in _by_id(protocol.triggers):
            self.moves[trigger.id] = [
                MoveTo(
                    strand=move.strand or self._strand_of(move.to, move.from_),
                    move=move,
                    judge=self.judge(move.if_),
                )
                for move in trigger.moves
            ]
        for follow_up in _by_id(self.follow_ups):
            self._compile_follow_up(follow_up)
        for escalation in _by_id(protocol.escalations):
            self._compile_escalation(escalation)

    # -- lookups -----------------------------------------------------------------------

    def judge(self, condition: Condition | None) -> Judge | None:
        """The closure of a condition; None for none."""
        return None if condition is None else self._compiler.judge(condition)

    def key(self, name: str, event: str) -> Key:
        """The key of an occurrence: a meeting by its bare name is that it was held."""
        if not event and name in self.protocol.meetings:
            return (name, "held")
        return (name, event)

    def calendar(self, duration: Duration | None) -> Calendar | None:
        """The calendar that a span's business days follow."""
        if duration is not None and duration.calendar:
            return self.calendars.get(duration.calendar)
        return self._default_calendar

    def due(self, limit: Limit, anchor: Moment) -> DueInstants:
        """The instants of a limit from its anchor."""
        return due(
            limit, anchor, self.zone, self.calendar(limit.within), self.calendar(limit.at_most)
        )

    def closing(self, calendar: Calendar, now: datetime) -> datetime:
        """When an office that is open now closes, at the latest at the next midnight."""
        zone = zone_named(calendar.zone)
        local = now.astimezone(zone)
        minute = local.hour * 60 + local.minute
        ends = [
            end
            for weekday, start, end in calendar.open
            if weekday == local.weekday() and start <= minute < end
        ]
        tomorrow = midnight(local.date() + timedelta(days=1), zone)
        if not ends or min(ends) >= 24 * 60:
            return tomorrow
        start_of_minute = now - timedelta(seconds=local.second, microseconds=local.microsecond)
        return min(start_of_minute + timedelta(minutes=min(ends) - minute), tomorrow)

    def fact(self, name: str) -> Fact | None:
        """A declared fact."""
        return self.protocol.facts.get(name)

    def trigger(self, name: str) -> Trigger | None:
        """A declared trigger."""
        return self.protocol.triggers.get(name)

    def level_effects(self, level: Level) -> tuple[Effect, ...]:
        """What a level does."""
        found: list[Effect] = []
        if level.hand_to:
            found.append(HandTo(role=level.hand_to))
        if level.tell or level.hand_to:
            found.append(Tell(level=level))
        if level.fire:
            found.append(Fire(trigger=self.protocol.triggers[level.fire]))
        return tuple(found)

    def strands_closed_by(self, states: Iterable[tuple[str, str]]) -> bool:
        """Whether the states given, a full set by strand, are all final."""
        return all(self.protocol.strands[strand].states[state].final for strand, state in states)

    def _strand_of(self, to: str, from_: tuple[str, ...]) -> str:
        for name, strand in self.protocol.strands.items():
            if to in strand.states and all(state in strand.states for state in from_):
                return name
        raise LookupError(f"no strand has the states {to} and {', '.join(from_)}")

    # -- compiling ---------------------------------------------------------------------

    def _react(self, ref: OccurrenceRef, effect: Effect) -> None:
        self.reactions.setdefault(self.key(ref.name, ref.event), []).append(effect)

    def _compile_follow_up(self, follow_up: FollowUp) -> None:
        opening = Open(follow_up=follow_up, judge=self.judge(follow_up.if_))
        for key in dict.fromkeys(self.key(ref.name, ref.event) for ref in follow_up.opens_with):
            self.reactions.setdefault(key, []).append(opening)  # said twice, it opens once
        for state in follow_up.opens_in:
            at = (self.protocol.strand_of(state), state)
            self.entering.setdefault(at, []).append(opening)
            self.leaving.setdefault(at, []).append(End(follow_up=follow_up))
        for condition, opens in ((follow_up.ends_when, False), (follow_up.opens_when, True)):
            judge = self.judge(condition)
            if judge is not None:
                self.watches.append(
                    Watch(
                        id=f"{follow_up.id}.{'opens' if opens else 'ends'}",
                        follow_up=follow_up,
                        opens=opens,
                        judge=judge,
                    )
                )
        for met_by in follow_up.met_by:
            assert met_by.trigger is not None
            self._react(met_by.trigger, Meet(follow_up=follow_up, judge=self.judge(met_by.if_)))
        for ref in self._redating(follow_up):
            self._react(ref, Redate(follow_up=follow_up))
        for trigger in follow_up.blocks:
            self.blockers.setdefault(trigger, []).append(follow_up)

    def anchor(self, follow_up: FollowUp) -> OccurrenceRef | None:
        """What its limit, or its rhythm, counts from; None for the opening."""
        limit = follow_up.every or follow_up.due
        return limit.anchor if limit is not None else None

    def _redating(self, follow_up: FollowUp) -> list[OccurrenceRef]:
        """The occurrences that can give what is open other instants, or first ones."""
        anchor = self.anchor(follow_up)
        if anchor is None:
            return []
        if anchor.name in self.protocol.meetings and not anchor.event:
            events = ("set", "moved", "called_off")
            return [OccurrenceRef(name=anchor.name, event=event) for event in events]
        return [anchor]

    def _compile_escalation(self, escalation: Escalation) -> None:
        watches = escalation.watches
        assert watches is not None
        start, stop = Start(escalation=escalation), Stop(escalation=escalation)
        if watches.state:
            at = (self.protocol.strand_of(watches.state), watches.state)
            self.entering.setdefault(at, []).append(start)
            self.leaving.setdefault(at, []).append(stop)
        elif watches.follow_up:
            self.ladders_of.setdefault(watches.follow_up, []).append(escalation)
        elif watches.from_ is not None and watches.to is not None:
            self._react(watches.to, stop)  # first: one span may end where the next begins
            self._react(watches.from_, start)


def _by_id(elements: Mapping[str, _E]) -> list[_E]:
    return [elements[id_] for id_ in sorted(elements)]


def _held_again(meeting: Meeting, every: Limit) -> FollowUp:
    """A meeting that is held again and again owes its next date: an ordinary follow-up."""
    held = OccurrenceRef(name=meeting.id, event="held")
    return FollowUp(
        id=f"{meeting.id}.again",
        path=meeting.below("every"),
        title=Label(f"Hold {meeting.name} again"),
        source=meeting.source,
        origin=meeting.origin,
        opens_with=(every.anchor or held,),
        if_again="ignore",
        who=meeting.called_by,
        every=every,
        met_by=(MetBy(trigger=held),),
    )
