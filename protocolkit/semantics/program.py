"""A protocol compiled: for each occurrence, state and watched condition, what follows.

Made once for a protocol and shared by all its cases; holds no case. Imports the model,
conditions, effects and ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, TypeVar

from protocolkit.conditions.evaluate import Compiler
from protocolkit.conditions.situation import Situation
from protocolkit.conditions.syntax import Condition
from protocolkit.conditions.text import str_of
from protocolkit.ground.calendars import Calendar
from protocolkit.ground.closed_days import OneDay
from protocolkit.ground.limits import Due as DueInstants
from protocolkit.ground.limits import Duration, Limit, Moment, OccurrenceRef, add, due
from protocolkit.ground.zones import instant_of, midnight
from protocolkit.ground.zones import zone as zone_named
from protocolkit.model import words
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
from protocolkit.model.names import day_fact, names_of, noted_facts
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import CASE, PROGRAMME, part_of, programme_facts, standing_case
from protocolkit.semantics.effects import (
    Effect,
    End,
    Fire,
    HandTo,
    Judge,
    Meet,
    MoveTo,
    Offer,
    Open,
    Redate,
    Start,
    Stop,
    Tell,
    Watch,
)
from protocolkit.semantics.monitors import Monitor, monitor

_E = TypeVar("_E")

Key = tuple[str, str]
"""The name of something that happens and the event; the event is "" for a trigger."""


class Program:
    """The rules of one protocol for its cases, or for the standing case of its programme.

    `whole` is the protocol, `protocol` what of it belongs to the `scope`.
    """

    def __init__(self, protocol: Protocol, scope: str = CASE) -> None:
        self.scope = scope
        self.whole = protocol
        self.zone = protocol.timezone
        self.names = names_of(protocol)
        self.noted = noted_facts(protocol)
        self.protocol = protocol = part_of(protocol, scope)
        self.calendars = {
            name: office.calendar
            for name, office in protocol.calendars.items()
            if office.calendar is not None
        }
        default = protocol.business_days or (
            next(iter(self.calendars)) if len(self.calendars) == 1 else ""
        )
        self._default = default
        self._clock_acts = True
        self._plain = self
        self._variants: dict[object, Program] = {}
        self._compiler = Compiler(self.names.terms, self.names)
        self._judges: dict[int, Judge] = {}
        self.follow_ups: dict[str, FollowUp] = dict(protocol.follow_ups)
        for meeting in protocol.meetings.values():
            if meeting.every is not None and not meeting.every.unspecified:
                again = _held_again(meeting, meeting.every, scope)
                self.follow_ups[again.id] = again
        self.reactions: dict[Key, list[Effect]] = {}
        self.entering: dict[tuple[str, str], list[Effect]] = {}
        self.leaving: dict[tuple[str, str], list[Effect]] = {}
        self.moves: dict[str, list[MoveTo]] = {}
        self.watches: list[Watch] = []
        self.endings: dict[str, list[Watch]] = {}
        self.applies: dict[str, Judge] = {}
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
        self._compile_applies()
        for link in _by_id(protocol.links):
            for ref in link.opens_with:
                self._react(ref, Offer(link=link))
        read = {one.id: programme_facts(protocol, one.if_) for one in self.follow_ups.values()}
        self.waits_for_programme = {name: facts for name, facts in read.items() if facts}
        self.monitors: dict[str, Monitor] = {
            one.id: automaton
            for one in _by_id(protocol.properties)
            if (automaton := monitor(one, self)) is not None
        }
        self.has_programme_facts = any(fact.scope == PROGRAMME for fact in protocol.facts.values())

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
        return self.calendars.get(self._default)

    def zone_of(self, limit: Limit) -> str:
        """Where the days of a limit begin and end."""
        span = limit.within or limit.at_most
        calendar = self.calendar(span)
        business = span is not None and span.unit == "business days"
        return calendar.zone if calendar is not None and business else self.zone

    def due(self, limit: Limit, anchor: Moment) -> DueInstants:
        """The instants of a limit from its anchor."""
        return due(
            limit, anchor, self.zone, self.calendar(limit.within), self.calendar(limit.at_most)
        )

    def add(self, start: Moment, span: Duration, times: int = 1) -> Moment:
        """The moment so many spans after another, in the zone and on the calendar they follow."""
        return add(start, span, self.zone, self.calendar(span), times)

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
        wall = datetime.combine(local.date(), time(*divmod(min(ends), 60)))
        closes = instant_of(wall, zone)
        if closes <= now:  # in the hour that comes twice, this is the second time
            closes = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
        return min(closes, tomorrow)

    def fact(self, name: str) -> Fact | None:
        """A declared fact."""
        return self.protocol.facts.get(name)

    def is_beside(self, fact: str) -> bool:
        """Whether a fact is not the case's own but one of its programme."""
        return self.scope == CASE and self.protocol.facts[fact].scope == PROGRAMME

    def elsewhere(self, section: str, name: str) -> str:
        """That a name belongs to the other scope, in words; "" when it does not."""
        found = getattr(self.whole, section).get(name)
        if found is None or found.scope == self.scope:
            return ""
        if self.scope == CASE:
            case = standing_case(self.whole.id)
            return f"`{name}` belongs to the whole programme: it is done in the case `{case}`."
        return f"`{name}` belongs to single cases, not to the whole programme."

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
        if level.fire and self._clock_acts:
            found.append(Fire(trigger=self.protocol.triggers[level.fire]))
        return tuple(found)

    # -- the same rules under other circumstances ----------------------------------------

    def with_closures(self, closures: Mapping[str, tuple[str, ...]]) -> Program:
        """The same with offices closed on more days, as a case was told (ruling 33)."""
        plain = self._plain
        days = tuple(sorted(closures.items()))
        if not days:
            return plain
        if days not in plain._variants:
            found = copy(plain)
            found.calendars = dict(plain.calendars)
            for name, more in days:
                rules = tuple(OneDay(on=date.fromisoformat(day)) for day in more)
                calendar = found.calendars[name]
                found.calendars[name] = calendar.replace(closed=(*calendar.closed, *rules))
            found._variants = {}
            plain._variants[days] = found
        return plain._variants[days]

    def without_ladders(self) -> Program:
        """The same without levels, for telling again what happened: what they did is told."""
        if "no ladders" not in self._variants:
            found = copy(self)
            found._plain = found
            found._variants = {}
            found.ladders_of = {}
            found.reactions = {key: _no_ladders(on) for key, on in self.reactions.items()}
            found.entering = {key: _no_ladders(on) for key, on in self.entering.items()}
            self._variants["no ladders"] = found
        return self._variants["no ladders"]

    def without_clock_acts(self) -> Program:
        """The same without acts of the clock: in a past that was kept on paper it did none."""
        if "no clock" not in self._variants:
            found = copy(self)
            found._clock_acts = False
            found._plain = found
            found._variants = {}
            self._variants["no clock"] = found
        return self._variants["no clock"]

    def strands_closed_by(self, states: Iterable[tuple[str, str]], situation: Situation) -> bool:
        """Whether the states given, a full set by strand, are all final.

        A strand that does not apply to the case is not waited for; what has no strands, as the
        standing case of a programme, is never closed.
        """
        return bool(self.protocol.strands) and all(
            self.protocol.strands[strand].states[state].final
            or not self.does_apply("strands", strand, situation)
            for strand, state in states
        )

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
        self._compile_watches(follow_up)
        for met_by in follow_up.met_by:
            assert met_by.trigger is not None
            self._react(met_by.trigger, Meet(follow_up=follow_up, judge=self.judge(met_by.if_)))
        for ref in self._redating(follow_up):
            self._react(ref, Redate(follow_up=follow_up))
        for trigger in follow_up.blocks:
            self.blockers.setdefault(trigger, []).append(follow_up)

    def _compile_watches(self, follow_up: FollowUp) -> None:
        """What is watched for a follow-up: endings come before what opens and pauses."""
        because = follow_up.because
        for ending in follow_up.ends_when:
            said = ending.because or because or "ends_when"
            self._watch(follow_up, "ends", self.judge(ending.if_), said)
        if not all(ending.because for ending in follow_up.ends_when):
            because = ""  # it is the reason of those endings that name none
        terms: list[tuple[Condition | None, str]] = [(self.protocol.applies_while, "")]
        if follow_up.applies_while is not None:
            terms = [(follow_up.applies_while, because)]
        strands = {self.protocol.strand_of(state) for state in follow_up.opens_in}
        terms += [(self.protocol.strands[name].applies_while, "") for name in sorted(strands)]
        for condition, said in terms:
            judge = self.judge(condition)
            if judge is not None and condition is not None:
                term = str_of(condition)
                said = said or (term if term in self.protocol.terms else "does_not_apply")
                self._watch(follow_up, "ends", _is_false(judge), said)
        self._watch(follow_up, "opens", self.judge(follow_up.opens_when))
        self._watch(follow_up, "pauses", self.judge(follow_up.pauses_while))

    def _watch(
        self,
        follow_up: FollowUp,
        does: Literal["opens", "ends", "pauses"],
        judge: Judge | None,
        because: str = "",
    ) -> None:
        if judge is None:
            return
        known = sum(one.does == does for one in self.watches if one.follow_up is follow_up)
        number = f"_{known + 1}" if known else ""
        watch = Watch(
            id=f"{follow_up.id}.{does}{number}",
            follow_up=follow_up,
            does=does,
            judge=judge,
            because=because,
        )
        self.watches.append(watch)
        if does == "ends":
            self.endings.setdefault(follow_up.id, []).append(watch)

    def _compile_applies(self) -> None:
        """What ladders, strands and acts apply while; where nothing is said, always."""
        protocol = self.protocol
        for id_, strand in protocol.strands.items():
            if strand.applies_while is not None:
                self.applies[f"strands.{id_}"] = self._compiler.judge(strand.applies_while)
        self.may_part = bool(self.applies)
        for id_, escalation in protocol.escalations.items():
            condition = escalation.applies_while or protocol.applies_while
            if condition is not None:
                self.applies[f"escalations.{id_}"] = self._compiler.judge(condition)

    def does_apply(self, kind: str, id: str, situation: Situation) -> bool:
        """Whether a strand or a ladder applies: only what is known to be false bars."""
        judge = self.applies.get(f"{kind}.{id}")
        return judge is None or judge(situation) is not False

    def anchor(self, follow_up: FollowUp) -> OccurrenceRef | None:
        """What its limit, or its rhythm, counts from; None for the opening."""
        limit = follow_up.every or follow_up.due
        return limit.anchor if limit is not None else None

    def _redating(self, follow_up: FollowUp) -> list[OccurrenceRef]:
        """The occurrences that can give what is open other instants, or first ones."""
        anchor = self.anchor(follow_up)
        if anchor is None:
            return []
        if meeting := self.planned(anchor):
            events = ("set", "moved")
            return [OccurrenceRef(name=meeting, event=event) for event in events]
        if day := self.day_named(anchor):
            return [OccurrenceRef(name=day, event=words.RECORDED)]
        return list(anchor.each)

    def day_named(self, anchor: OccurrenceRef) -> str:
        """The date fact from whose day a limit counts; "" for what happens or is planned."""
        return day_fact(self.names, anchor)

    def planned(self, anchor: OccurrenceRef) -> str:
        """The meeting whose date a limit counts from; "" for what happens. Of several names a
        meeting's is that it was held.
        """
        dated = anchor.name in self.protocol.meetings and not anchor.event and not anchor.others
        return anchor.name if dated else ""

    def _compile_escalation(self, escalation: Escalation) -> None:
        watches = escalation.watches
        assert watches is not None
        start, stop = Start(escalation=escalation), Stop(escalation=escalation)
        if watches.state:
            at = (self.protocol.strand_of(watches.state), watches.state)
            self.entering.setdefault(at, []).append(start)
            self.leaving.setdefault(at, []).append(stop)
        elif watches.follow_up:
            for follow_up in dict.fromkeys(watches.follow_up):
                self.ladders_of.setdefault(follow_up, []).append(escalation)
        elif watches.from_ is not None and watches.to is not None:
            self._react(watches.to, stop)  # first: one span may end where the next begins
            self._react(watches.from_, start)


def _is_false(judge: Judge) -> Judge:
    """True while the condition is known to be false: unknown still protects (ruling 13)."""
    return lambda situation: judge(situation) is False


def _no_ladders(effects: list[Effect]) -> list[Effect]:
    return [one for one in effects if not isinstance(one, Start | Stop)]


def _by_id(elements: Mapping[str, _E]) -> list[_E]:
    return [elements[id_] for id_ in sorted(elements)]


def _held_again(meeting: Meeting, every: Limit, scope: str) -> FollowUp:
    """A meeting that is held again and again owes its next date: an ordinary follow-up.

    In the programme it is owed as soon as that is adopted.
    """
    held = OccurrenceRef(name=meeting.id, event="held")
    first = OccurrenceRef(name=words.PROGRAMME_EVENT) if scope == PROGRAMME else held
    return FollowUp(
        id=f"{meeting.id}.again",
        path=meeting.below("every"),
        title=Label(f"Hold {meeting.name} again"),
        source=meeting.source,
        origin=meeting.origin,
        opens_with=every.anchor.each if every.anchor else (first,),
        if_again="ignore",
        who=meeting.called_by,
        every=every,
        met_by=(MetBy(trigger=held),),
        scope=scope,
    )
