"""Correcting a fact, declaring an entry void, closing an office on more days.

Whether it may be done, and what it says; `reconcile` works out what follows. Imports what every
way of acting shares, and the retelling.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from protocolkit.ground.findings import Reason
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import EMPTY
from protocolkit.model.people import Holder, Who
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import as_who, handed_roles, in_words
from protocolkit.semantics.case import Entry
from protocolkit.semantics.changes import FactValue, Happened
from protocolkit.semantics.deciding.agreement import joint_act
from protocolkit.semantics.deciding.reasons import future, reason, unknown, wrong_value
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.links import takers
from protocolkit.semantics.performing.performing import Performing, nothing
from protocolkit.semantics.retelling.reconcile import Reconciling
from protocolkit.semantics.retelling.register import Register
from protocolkit.semantics.retelling.retelling import (
    Errata,
    Retelling,
    errata,
    recordings,
    since_migration,
)

STANDS: Mapping[str, str] = {
    "open": "The opening of a case cannot be void. Close the case instead.",
    "adopt": "The opening of a programme cannot be void.",
    "read": "That somebody looked something up stays in the record.",
    "time": "What came with time is not void by itself. Put right what led to it.",
    "refused": "A refusal changed nothing, so there is nothing to put right.",
    "correct": "A correction is put right by another correction.",
    "void": "What was declared void stays void. Enter again what did happen, with its time.",
    "close_days": "Days that were closed stay closed.",
    "migrate": "A case that went on under another text is taken on by another plan.",
}
"""Kinds of entries that cannot be void, and what to do instead."""


MOST_CLOSED_DAYS = 366
"""How many days can be closed one by one; so business days never run out."""


class Corrections(Performing):
    """What was entered in error. `story` are the events of the case so far."""

    story: Sequence[Event] = ()

    @cached_property
    def _told(self) -> tuple[Sequence[Event], Sequence[Event]]:
        return since_migration(self.story)

    @cached_property
    def _recordings(self) -> dict[str, int]:
        """How often each fact had been recorded when the case went on under another text."""
        return recordings(replay(self.case.id, self._told[0]))

    # -- facts ---------------------------------------------------------------------------

    def _correct(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        found = [*future(self.at, self.now)]
        if not self.request.facts:
            found.append(reason("missing-fact", "No fact was given to correct."))
        right: dict[tuple[str, int], FactValue] = {}
        for name, value in self.request.facts.items():
            fact = self.protocol.facts.get(name)
            if fact is None or self.program.is_beside(name):
                found.append(unknown("unknown-fact", name, self.program, self.protocol.facts))
                continue
            found.extend(wrong_value(fact, value, self.protocol.roles))
            entry = self.case.value(name, self.request.at)
            if entry is None:
                found.append(
                    reason(
                        "not-recorded",
                        f"`{name}` is not known in this case, so there is nothing to correct.",
                        help="record it instead",
                        element=fact,
                    )
                )
                continue
            found.extend(self._may_correct(name, entry))
            if entry.value != value or type(entry.value) is not type(value):
                number = self.case.facts[name].index(entry)
                right[name, number] = value
                if number < self._recordings.get(name, 0):
                    found.append(before_migration(f"`{name}` was recorded"))
        if self.request.facts and not found and not right:
            found.append(reason("same-value", "That is what stands there: nothing to correct."))

        def go() -> None:
            since = self._told[1]
            done = done_by_people(since)
            self._put_right(errata_more(since, facts=right), "corrected", done=done)

        return tuple(found), go

    def _may_correct(self, name: str, entry: Entry) -> Iterator[Reason]:
        """Whoever may record it now, and whoever recorded it."""
        fact = self.protocol.facts[name]
        who = as_who(fact.recorded_by) if fact.recorded_by else None
        mine = self._permission().role_for(who, self.actor)
        recorded_it = entry.by == self.actor.id
        mine = mine or (entry.role if recorded_it else "")
        self.role = self.role or mine
        if not mine and not recorded_it:
            yield reason(
                "wrong-role",
                f"`{name}` is corrected by {in_words(who, self.protocol)}, "
                "or by whoever recorded it.",
                element=fact,
                path=fact.below("recorded_by"),
                needs="role",
                supplied_by=fact.recorded_by,
            )

    # -- entries -------------------------------------------------------------------------

    def _void(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        self.data["entry"] = self.request.entry
        event, reasons = self._entry(self.request.entry)
        if event is None:
            return (*future(self.at, self.now), *reasons), nothing
        found = [*future(self.at, self.now), *reasons]
        if not found:
            found = [*self._may_void(event), *self._twin(event), *self._built_on(event)]

        def go() -> None:
            number = event.sequence
            if self.request.same_as:
                self.data["same_as"] = self.request.same_as
            without = errata_more(self._told[1], void=number, recorded=self._recordings)
            self._put_right(without, "voided", void=event)

        return tuple(found), go

    def _entry(self, number: int) -> tuple[Event | None, tuple[Reason, ...]]:
        """An entry of the case that can be void."""
        event = next((one for one in self.story if one.sequence == number), None)
        if event is None:
            said = f"This case has no entry {number}."
            help = f"its entries are 1 to {self.case.events}"
            return None, (reason("unknown-entry", said, help=help),)
        if event.kind in STANDS:
            return event, (reason("not-voidable", f"Entry {number}: {STANDS[event.kind]}"),)
        if number <= len(self._told[0]):
            return event, (before_migration(f"Entry {number} was made"),)
        if any(isinstance(one, ch.HandedOver) and one.to for one in event.changes):
            said = f"Entry {number} handed over to another case, and that stands."
            help = "let them hand it back, or do here again what was handed over"
            return event, (reason("not-voidable", said, help=help),)
        if number in self.case.voided:
            said = f"Entry {number} is void already, by entry {self.case.voided_in[number]}."
            return event, (reason("already-void", said),)
        return event, ()

    def _twin(self, event: Event) -> Iterator[Reason]:
        """The entry that it repeats is another one of its kind, and counts."""
        if not self.request.same_as:
            return
        twin, reasons = self._entry(self.request.same_as)
        yield from reasons
        if twin is not None and not reasons:
            same = twin.sequence != event.sequence and (twin.kind, twin.what) == (
                event.kind,
                event.what,
            )
            if not same:
                said = f"Entry {event.sequence} does not repeat entry {twin.sequence}."
                help = "both must tell the same thing"
                yield reason("not-the-same", said, help=help)

    def _may_void(self, event: Event) -> Iterator[Reason]:
        """Whoever may do it now, and whoever did it."""
        whos = self._makers(event)
        for who in whos:
            self.role = self.role or self._permission().role_for(who, self.actor)
        made_it = event.actor == self.actor.id
        self.role = self.role or (event.role if made_it else "")
        if not self.role and not made_it:
            said = " or ".join(dict.fromkeys(in_words(who, self.protocol) for who in whos))
            roles = tuple(role for who in whos if who is not None for role in who.roles)
            yield reason(
                "wrong-role",
                f"Entry {event.sequence} is put right by {said}, or by whoever made it.",
                needs="role",
                supplied_by=roles,
            )

    def _makers(self, event: Event) -> list[Who | None]:
        """Who may make such an entry."""
        protocol = self.protocol
        name = event.what
        kind = str(event.data.get("kind", event.kind))
        link = protocol.links.get(name)
        if link is not None:
            return [takers(link)]
        follow_up = self.program.follow_ups.get(name.partition("/")[0])
        if follow_up is not None:
            authority = getattr(follow_up, kind, None)
            who = follow_up.who if kind == "complete" else authority and authority.who
            return [Who(any_of=who.holders) if who else None]
        if kind in ("set", "move", "call_off", "hold"):
            meetings = {one.id: one.name for one in self.case.meetings.values()}
            meeting = protocol.meetings[meetings.get(name, name)]
            chair = [as_who([meeting.chair.role])] if meeting.chair else []
            return [meeting.called_by, *chair]
        if kind == "assign":
            given = [one.role for one in event.changes if isinstance(one, ch.Assigned)]
            givers = [one.who for one in protocol.triggers.values() if {*one.assigns} & {*given}]
            return givers or [None]
        trigger = protocol.triggers.get(name)
        if trigger is not None:
            extra = handed_roles(self.case, protocol, trigger)
            joint = joint_act(trigger)
            who = joint.everybody if joint else trigger.who
            if who is not None and extra:
                who = Who(any_of=(*who.holders, *(Holder(role=role) for role in extra)))
            return [who]
        recorded = [one.fact for one in event.changes if isinstance(one, ch.Recorded)]
        roles = [protocol.facts[fact].recorded_by for fact in recorded if fact in protocol.facts]
        return [as_who(one) if one else None for one in roles] or [None]

    def _built_on(self, event: Event) -> Iterator[Reason]:
        """Later entries that make no sense without this one must be void first."""
        meetings = {
            change.meeting
            for change in event.changes
            if isinstance(change, ch.MeetingSet | ch.MeetingEnded)
        }
        numbers = {change.number for change in event.changes if isinstance(change, Happened)}
        later = [
            one.sequence
            for one in self.story
            if one.sequence > event.sequence
            and one.kind not in STANDS
            and one.sequence not in self.case.voided
            and any(_builds(change, meetings, numbers) for change in one.changes)
        ]
        if later:
            said = ", ".join(map(str, reversed(later)))
            yield reason(
                "built-on",
                f"Later entries build on entry {event.sequence}.",
                help=f"if they are wrong too, declare these void first, in this order: {said}",
            )

    # -- both ----------------------------------------------------------------------------

    def _put_right(
        self,
        without: Errata,
        because: str,
        *,
        done: Collection[str] = (),
        void: Event | None = None,
    ) -> None:
        """Tell the story as it was and as it should be; what differs is put right."""
        case = self.case
        known = Register(
            case.void_occurrences.copy(),
            {one.id for one in case.instances.values() if one.void},
        )
        before, since = self._told
        known.keep(replay(case.id, before))
        for event in since:
            known.take(event.sequence, event.changes)
        tellings = [
            Retelling(self.program, case, since, known, told, before)
            for told in (errata(since), without)
        ]
        for telling in tellings:
            telling.bring_to(self.now)
        for (fact, number), value in without.facts.items():
            entry = case.facts[fact][number]
            if (value is None and not entry.void) or (value is not None and entry.value != value):
                self.step.do(ch.FactCorrected(fact=fact, number=number, value=value))
        if void is not None:
            mine = ("entry", void.sequence)
            said = [number for name, number in known.occurrences.items() if name[:2] == mine]
            self.step.do(
                ch.Voided(
                    entry=void.sequence,
                    occurrences=tuple(sorted(said)),
                    same_as=self.request.same_as,
                )
            )
        was, now = tellings
        Reconciling(self.step, known, was, now, because=because, done=done).put_right()

    # -- days ----------------------------------------------------------------------------

    def _close_days(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        self.role = self._permission().role_for(None, self.actor)
        found = [*future(self.at, self.now)]
        name = self.request.what
        if name not in self.program.calendars:
            help = did_you_mean(name, self.program.calendars)
            said = f"There is no calendar `{name}` with hours in this protocol."
            found.append(reason("unknown-calendar", said, help=help))
        if not self.request.days:
            found.append(reason("missing-day", "The days on which it is closed are missing."))
        known = {*self.case.closures.get(name, ()), *map(str, self.request.days)}
        if len(known) > MOST_CLOSED_DAYS:
            said = f"More than {MOST_CLOSED_DAYS} days would be closed beyond the calendar's own."
            helps = "change the calendar in the protocol instead"
            found.append(reason("wrong-value", said, help=helps))
        if not self.role:
            said = "You hold no role of this protocol, so you cannot close its offices."
            found.append(reason("wrong-role", said))
        return tuple(found), lambda: self.step.close_days(name, self.request.days)


def before_migration(what: str) -> Reason:
    """What was told under another text of the protocol stands."""
    return reason(
        "before-migration",
        f"{what} before the case went on under another text of its protocol, and stands: under "
        "that text something else may have followed from it.",
        help="enter now what is right, with the time from when on it is so",
    )


def errata_more(
    story: Iterable[Event],
    *,
    facts: Mapping[tuple[str, int], FactValue] | None = None,
    void: int = 0,
    recorded: Mapping[str, int] = EMPTY,
) -> Errata:
    """What was put right so far, and one thing more; `recorded` is how often each fact was
    recorded before this story.
    """
    story = list(story)
    known = errata(story)
    right: dict[tuple[str, int], FactValue | None] = {**known.facts, **(facts or {})}
    count: dict[str, int] = dict(recorded)
    for event in story:
        for change in event.changes:
            if isinstance(change, ch.Recorded):
                number = count.get(change.fact, 0)
                count[change.fact] = number + 1
                if event.sequence == void:
                    right[change.fact, number] = None
    return Errata(void=known.void | ({void} if void else set()), facts=right)


def done_by_people(story: Iterable[Event]) -> set[str]:
    """The follow-ups that people have met, declined or waived, as they themselves entered it."""
    found: set[str] = set()
    for event in story:
        for change in event.changes:
            if isinstance(change, ch.Ended | ch.Reopened):
                found.discard(change.instance)
            if event.kind in ("correct", "void"):
                continue
            if isinstance(change, ch.Ended) and change.status != "cancelled":
                found.add(change.instance)
    return found


def _builds(change: ch.Change, meetings: set[str], numbers: set[int]) -> bool:
    """Whether a change says something of these meetings, or hands over by these occurrences."""
    match change:
        case ch.MeetingSet() | ch.MeetingEnded():
            return change.meeting in meetings
        case Happened():
            return change.of in meetings
        case ch.HandedOver():
            return change.opener in numbers and bool(change.to)
    return False
