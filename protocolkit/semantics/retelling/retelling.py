"""The story of a case told again: the same entries, without what was entered in error.

What people did is not decided again: it is taken as it stands in the record, at the instant at
which it was recorded, and what follows from it is worked out anew, with the ordinary step and
the ordinary time. Levels are not: what they did is told as it was. Imports the step and time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from protocolkit.ground.limits import Due
from protocolkit.ground.record import Record
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import CLOCK
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.changes import Change, FactValue, Happened
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.program import Program
from protocolkit.semantics.programme import Programme
from protocolkit.semantics.retelling.register import PERIOD, Register
from protocolkit.semantics.stepping.step import Step
from protocolkit.semantics.time import advance

HISTORY = "history"
"""What marks an entry that was kept on paper before: it is told when it happened."""

_AS_IT_IS = (
    ch.CaseOpened,
    ch.Assigned,
    ch.MeetingSet,
    ch.MeetingEnded,
    ch.Signed,
    ch.ProposalEnded,
)
_PUT_RIGHT = ("correct", "void")
_SAID = ("complete", "decline", "waive")
_OF_ONE: Mapping[str, type[Change]] = {**dict.fromkeys(_SAID, ch.Ended), "extend": ch.Redated}


_NO_FACTS: Mapping[tuple[str, int], FactValue | None] = {}


class Errata(Record):
    """What a story is told without: the `void` entries; and other values for facts.

    `facts` maps a fact and the number of its recording, from 0, to its value; None: never so.
    """

    void: frozenset[int] = frozenset()
    facts: Mapping[tuple[str, int], FactValue | None] = _NO_FACTS


def errata(events: Iterable[Event]) -> Errata:
    """Everything that was put right so far."""
    void: set[int] = set()
    facts: dict[tuple[str, int], FactValue | None] = {}
    for event in events:
        for change in event.changes:
            if isinstance(change, ch.Voided):
                void.add(change.entry)
            elif isinstance(change, ch.FactCorrected):
                facts[change.fact, change.number] = change.value
    return Errata(void=frozenset(void), facts=facts)


def since_migration(story: Sequence[Event]) -> tuple[Sequence[Event], Sequence[Event]]:
    """A story up to where the case last went on under another text, and from there on."""
    last = max((n for n, event in enumerate(story, start=1) if event.kind == "migrate"), default=0)
    return story[:last], story[last:]


def recordings(case: Case) -> dict[str, int]:
    """How often each fact was recorded in a case."""
    return {fact: len(entries) for fact, entries in case.facts.items()}


class Retelling:
    """A story told again. `case` is how it would stand, `register` names what is in it.

    It begins where the case last went on under another text: what was `before` is as it is.
    """

    def __init__(
        self,
        program: Program,
        case: Case,
        story: Sequence[Event],
        known: Register,
        without: Errata,
        before: Sequence[Event] = (),
    ) -> None:
        self.case = replay(case.id, before)
        self.case.runs.clear()
        self.case.programme = Programme(case.programme.facts, case.programme.waits)
        plain = program.with_closures({}).without_ladders()
        self.program = plain.with_closures(self.case.closures)
        self.register = Register()
        self.register.keep(self.case)
        self.known = known
        self.without = without
        self._recordings = recordings(self.case)
        for event in story:
            self._tell(event)

    def bring_to(self, until: datetime, *, past: bool = False) -> None:
        """Let time come to an instant, as it did before every act; `past`: just beyond."""
        if self.case.opened_at is None:
            return
        end = until + timedelta.resolution if past else until
        while events := advance(self.program, self.case, end):
            for event in events:
                self.register.take(0, event.changes)

    def _tell(self, event: Event) -> None:
        """One entry, if somebody or a level did something in it."""
        said = list(self._said(event))
        if not said:
            return
        told_at = event.happened_at if event.data.get(HISTORY) else event.recorded_at
        past = event.kind == "time" and event.happened_at == told_at
        self.bring_to(told_at, past=past)
        now = max(told_at, self.case.recorded_at or told_at)
        self.case.programme.begin()
        step = _Again(self.program, self.case, now, past=past)
        step.tell_again(event, said, self.known, self.register)
        self.case.programme.end(now)
        self.program = step.program
        self.case.events = event.sequence
        self.case.recorded_at = now
        self.case.programme_seen = event.data.get("programme_version", self.case.programme_seen)
        self.register.take(event.sequence, step.changes)
        self.bring_to(told_at)

    def _said(self, event: Event) -> Iterator[Change]:
        """What was done in an entry, apart from what followed from it."""
        void = event.sequence in self.without.void
        done = event.kind not in (*_PUT_RIGHT, "time")  # in these only a level can do something
        owed = False
        moved = any(isinstance(change, ch.Moved) for change in event.changes)
        for change in event.changes:
            if isinstance(change, ch.CaseClosed) and not moved:
                continue  # facts closed it, so facts decide again
            if isinstance(change, ch.Recorded):
                number = self._recordings.get(change.fact, 0)
                self._recordings[change.fact] = number + 1
                right = self.without.facts.get((change.fact, number), change.value)
                if not void and right is not None:
                    yield change.replace(value=right)
            elif isinstance(change, ch.Moved | ch.Handed | ch.CaseClosed):
                yield change
            elif void:
                continue
            elif isinstance(change, Happened) and self._is_said(change):
                done = done or change.by == CLOCK.id
                if done:
                    yield change
            elif done and isinstance(change, (*_AS_IT_IS, ch.HandedOver, ch.DaysClosed)):
                yield change
            elif event.kind in _SAID and isinstance(change, ch.Done) and not change.by:
                owed = True
                yield change
            elif isinstance(change, _OF_ONE.get(event.kind, ())) and not owed:
                owed = True  # the first; what follows from it is worked out
                yield change

    def _is_said(self, occurrence: Happened) -> bool:
        """Whether somebody did it; what happens to follow-ups follows from that."""
        return occurrence.name not in self.program.follow_ups


class _Again(Step):
    """One entry told again."""

    def tell_again(
        self, event: Event, said: Sequence[Change], known: Register, told: Register
    ) -> None:
        """Everything that was done, and what follows."""
        self._known = known
        self._told = told
        closed = False
        for change in said:
            if isinstance(change, ch.CaseClosed):
                closed = True
            else:
                self._say(event, change)
        if closed:
            self._come_to_rest()
            if not self.case.is_closed:
                self.close()
        self.settle()

    def _say(self, event: Event, change: Change) -> None:
        match change:
            case Happened():
                if change.by == CLOCK.id and self.changes:
                    self._come_to_rest()  # a level came at once: what led to it comes first
                number = len(self.case.occurrences) + 1
                again = change.replace(number=number)
                self.do(again)
                self.happened.append(again)
            case ch.Moved():
                self._move(change.strand, change.from_, change.to, change.at)
            case ch.Handed():
                of = self._same(change.of)
                if of:
                    self.do(change.replace(of=of))
            case ch.HandedOver():
                self._hand_over(change)
            case ch.DaysClosed():
                days = tuple(date.fromisoformat(day) for day in change.days)
                self.close_days(change.calendar, days)
            case ch.Done() | ch.Ended() | ch.Redated():
                instance = self.case.open.get(self._meant(change.instance))
                if instance is not None:
                    self._say_of(event, change, instance)
            case _:
                self.do(change)

    def _say_of(
        self, event: Event, change: ch.Done | ch.Ended | ch.Redated, instance: Instance
    ) -> None:
        """What somebody said of an open follow-up."""
        by, role = event.actor, event.role
        match change:
            case ch.Done():
                self.do_share(instance, [change.item], change.at, by, change.role)
            case ch.Ended():
                self.end(
                    instance, change.status, change.at, because=change.because, actor=by, role=role
                )
            case ch.Redated():
                outer = max(instance.outer, change.due) if instance.outer and change.due else None
                instants = Due(aim=instance.aim, due=change.due, outer=outer)
                self.redate(instance, instants, instance.anchor_at, because=change.because)
                at = event.happened_at
                self.happen(instance.follow_up, "extended", at, by, role, of=instance.id)

    def _hand_over(self, change: ch.HandedOver) -> None:
        opener = self._told.occurrences.get(self._known.name_of[change.opener], 0)
        offer = self.case.offers.get((change.link, opener))
        if offer is None:
            self.do(change.replace(opener=opener))
        elif change.to:
            self.hand_over(self.program.protocol.links[change.link], offer, change.at, change.to)
        else:
            self.do(change.replace(opener=opener))

    def _meant(self, of: str) -> str:
        """The same follow-up here; of a rhythm the period that is open, if that one is not."""
        found = self._same(of)
        name = self._known.name_of_instance[of]
        if found in self.case.open or not name[PERIOD]:
            return found
        told = self._told.name_of_instance
        return next(
            (one for one in self.case.open if told.get(one, ())[:PERIOD] == name[:PERIOD]), ""
        )

    def _same(self, of: str) -> str:
        """The same visit or follow-up here; "" when there is none."""
        name = self._known.name_of_instance.get(of)
        if name is not None:
            return self._told.instances.get(name, "")
        if of.startswith("#"):
            number = self._told.occurrences.get(self._known.name_of[int(of[1:])])
            return f"#{number}" if number else ""
        return of


def signature(instance: Instance, name_of: Mapping[int, Any]) -> tuple[Any, ...]:
    """How an instance stands, comparable between tellings."""
    done = {
        item: (one.at, one.person, one.role, name_of.get(one.by))
        for item, one in instance.done.items()
    }
    late = instance.overdue_at if instance.status == "overdue" else None
    return (
        dates(instance),
        done,
        instance.left,
        instance.status,
        late,
        instance.ended_at,
        instance.late,
        instance.because,
        name_of.get(instance.ended_by),
    )


def dates(instance: Instance) -> tuple[Any, ...]:
    """The instants of an instance, what they count from, and when it opened."""
    return (
        instance.anchor_at,
        instance.aim,
        instance.due,
        instance.outer,
        instance.end_of_day,
        instance.meeting,
        instance.opened_at,
    )
