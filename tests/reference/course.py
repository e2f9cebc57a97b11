"""A case as far as it has come: what happened so far, and looking around in it.

Slow and obvious on purpose: no tables are prepared, nothing is looked up by key that a loop
can find. Imports the model, the arithmetic of limits and the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from protocolkit.conditions.syntax import Condition, Holds, Name
from protocolkit.ground.limits import Moment, OccurrenceRef
from protocolkit.model.case import Escalation, FollowUp, Meeting, MetBy, Trigger
from protocolkit.model.names import noted_facts
from protocolkit.model.protocol import Protocol
from tests.reference.ledger import (
    Ask,
    Ladder,
    Now,
    Owed,
    Planned,
    Proposal,
    Reached,
    Said,
    Series,
    Thing,
    Told,
    Visit,
)
from tests.reference.truth import Truth


def part_of(protocol: Protocol, scope: str) -> Protocol:
    """What a protocol says of its cases, or of the programme that runs beside them; a meeting
    that is held again and again owes its next date.
    """

    def of(elements: Mapping[str, Any]) -> dict[str, Any]:
        return {name: one for name, one in elements.items() if one.scope == scope}

    meetings = of(protocol.meetings)
    again = [
        held_again(meeting, scope)
        for meeting in meetings.values()
        if meeting.every is not None and not meeting.every.unspecified
    ]
    return protocol.replace(
        triggers=of(protocol.triggers),
        meetings=meetings,
        follow_ups={**of(protocol.follow_ups), **{one.id: one for one in again}},
        strands=protocol.strands if scope == "case" else {},
        escalations={
            name: one
            for name, one in protocol.escalations.items()
            if one.watches is not None
            and (
                not one.watches.follow_up
                or protocol.follow_ups[one.watches.follow_up[0]].scope == scope
            )
        },
    )


def held_again(meeting: Meeting, scope: str) -> FollowUp:
    """The next date of a regular meeting; the first one of a programme counts from its start."""
    held = OccurrenceRef(name=meeting.id, event="held")
    start = held if scope == "case" else OccurrenceRef(name="adopted")
    assert meeting.every is not None
    return FollowUp(
        id=f"{meeting.id}.again",
        opens_with=(meeting.every.anchor or start,),
        if_again="ignore",
        who=meeting.called_by,
        every=meeting.every,
        met_by=(MetBy(trigger=held),),
        scope=scope,
    )


class Course:
    """Where a case stands, and what puts something into the lists."""

    def __init__(
        self, protocol: Protocol, scope: str = "case", programme: Course | None = None
    ) -> None:
        self.whole = protocol
        self.protocol = part_of(protocol, scope)
        self.scope = scope
        self.programme = programme
        self.now = Now(at=datetime.min.replace(tzinfo=UTC))
        self.things: list[Thing] = []
        self.fresh: list[Thing] = []
        self.facts: list[Said] = []
        self.visits: list[Visit] = []
        self.holders: dict[str, str] = {}
        self.planned: list[Planned] = []
        self.owed: list[Owed] = []
        self.series: list[Series] = []
        self.pending: list[tuple[FollowUp, Thing | None, Visit | None, Moment]] = []
        self.ladders: list[Ladder] = []
        self.reached: list[Reached] = []
        self.told: list[Told] = []
        self.proposals: list[Proposal] = []
        self.left_out: list[tuple[str, str]] = []
        self.was_true: list[str] = []
        self.opened: list[Owed] = []
        self.arrivals: list[Visit] = []
        self.departures: list[Visit] = []
        self.moved = False
        self.first = 1
        self.looked_up: tuple[int, int, datetime] | None = None
        self.interesting: list[datetime] = []
        self.opened_at: datetime | None = None
        self.closed_at: datetime | None = None

    @property
    def states(self) -> dict[str, str]:
        """The state of each strand."""
        return {visit.strand: visit.state for visit in self.visits}

    def state_as_at(self, strand: str, at: datetime | None) -> str:
        """The state of a strand; of the moves that happened by then the one made last."""
        visits = [visit for visit in self.visits if visit.strand == strand]
        by_then = [visit for visit in visits if at is None or visit.at <= at]
        return (by_then or visits[:1])[-1].state

    def all_final(self, states: dict[str, str]) -> bool:
        """Whether a case that stands so is closed; it does not wait for a strand that does
        not apply."""
        then = Truth(self, self.now, states=states)
        return all(
            self.protocol.strands[name].states[at].final
            for name, at in states.items()
            if then.of(self.protocol.strands[name].applies_while) is not False
        )

    # -- whether something applies (ruling 13): only false bars ------------------------------

    def applies(self, element: FollowUp | Escalation) -> bool:
        """Whether a follow-up or a ladder applies now: by its own condition, else by that of
        the protocol."""
        return self.holds_true(element.applies_while or self.protocol.applies_while)

    def applies_in(self, strand: str) -> bool:
        """Whether a strand applies now."""
        return self.holds_true(self.protocol.strands[strand].applies_while)

    def holds_true(self, condition: Condition | None) -> bool:
        """Whether a condition is true, or not known, now."""
        return Truth(self, self.now).of(condition) is not False

    def reason_of(self, condition: Condition | None) -> str:
        """The name of the term that a condition consists of, else the plain word."""
        name = condition.subject if isinstance(condition, Holds) else None
        is_term = isinstance(name, Name) and name.name in self.protocol.terms
        return name.name if isinstance(name, Name) and is_term else "does_not_apply"

    # -- looking things up -----------------------------------------------------------------

    @property
    def follow_ups(self) -> list[FollowUp]:
        """What may be owed, by id: so ties are broken (ruling 29)."""
        return [one for _, one in sorted(self.protocol.follow_ups.items())]

    @property
    def escalations(self) -> list[Escalation]:
        """The ladders, by id."""
        return [one for _, one in sorted(self.protocol.escalations.items())]

    def fits(self, ref: OccurrenceRef, thing: Thing) -> bool:
        """Whether an occurrence is one of these; a bare meeting is a meeting that was held."""
        for one in ref.each:
            event = "held" if one.name in self.protocol.meetings and not one.event else one.event
            if (thing.name, thing.event) == (one.name, event):
                return True
        return False

    def meeting_or_none(self, id: str) -> Planned | None:
        """The meeting with an id."""
        return next((one for one in self.planned if one.id == id), None)

    def meeting(self, id: str) -> Planned:
        """The meeting with an id; an empty one if there is none."""
        return self.meeting_or_none(id) or Planned(id, "", datetime.min.replace(tzinfo=UTC))

    def follow_up(self, owed: Owed) -> FollowUp:
        """What the protocol says of it."""
        return self.protocol.follow_ups[owed.follow_up]

    def strand_of(self, from_: tuple[str, ...], strand: str) -> str:
        """The strand in which a move is made."""
        for name, declared in self.protocol.strands.items():
            if name == strand or (not strand and set(from_) <= set(declared.states)):
                return name
        raise AssertionError(from_)

    def moves_of(self, trigger: Trigger, truth: Truth) -> list[tuple[str, str, str]]:
        """The moves an act would make: per strand the one that fits, the first if several."""
        found: list[tuple[str, str, str]] = []
        for move in trigger.moves:
            strand = self.strand_of((*move.from_, move.to), move.strand)
            state = self.states[strand]
            if state not in move.from_ or any(strand == one for one, _, _ in found):
                continue
            if not self.applies_in(strand):
                continue
            if truth.of(move.if_) is True:
                found.append((strand, state, move.to))
        return found

    def handed_for(self, trigger: Trigger) -> list[str]:
        """The roles that ladders let in: for moving on from where the case stands, and for
        doing what somebody owes."""
        found: list[str] = []
        for visit in self.visits:
            if not visit.is_over and any(visit.state in move.from_ for move in trigger.moves):
                found.extend(visit.handed)
        for owed in self.owed:
            if owed.is_open and any(
                met.trigger is not None and met.trigger.name == trigger.id
                for met in self.follow_up(owed).met_by
            ):
                found.extend(owed.handed)
        return found

    def proposal(self, trigger: str) -> Proposal | None:
        """What is proposed just now."""
        return next((one for one in self.proposals if one.trigger == trigger), None)

    def holds_open(self, owed: Owed) -> bool:
        """Whether it keeps the case from closing."""
        follow_up = self.follow_up(owed)
        return (
            owed.is_open
            and follow_up.strength == "must"
            and not follow_up.carries_over
            and owed.series is None
        )

    # -- putting things in -----------------------------------------------------------------

    def happen(
        self,
        name: str,
        event: str,
        at: datetime,
        by: str = "",
        role: str = "",
        of: str = "",
        *,
        end_of_day: bool = False,
        item: str = "",
    ) -> Thing:
        """Something happened; its consequences come with `settle`."""
        thing = Thing(len(self.things) + 1, name, event, at, by, role, of, end_of_day, item)
        self.things.append(thing)
        self.fresh.append(thing)
        return thing

    def act(
        self, trigger: Trigger, ask: Ask, at: datetime, role: str, used: Iterable[str] = ()
    ) -> None:
        """Exceptions used, the occurrence, facts, assigns, moves; moves are chosen on the case
        before."""
        moves = self.moves_of(trigger, Truth(self, self.now))
        names = trigger.decided_at or trigger.during
        met = [
            one.id
            for one in self.planned
            if one.name in names and one.status in ("held", "adjourned")
        ]
        meeting = ask.meeting or (met[-1] if met else "")
        for exception in used:
            self.happen(exception, "used", at, ask.by.id, role, meeting)
        self.happen(trigger.id, "", at, ask.by.id, role, meeting, item=ask.item)
        self.say(ask, at, role)
        for assigned, way in trigger.assigns.items():
            self.holders[assigned] = ask.by.id if way == "actor" else ask.assign[assigned]
        for strand, _, to in moves:
            self.enter(strand, to, at)

    def say(self, ask: Ask, at: datetime, role: str) -> None:
        """Facts are recorded; that happens, where the protocol asks for it."""
        written = self.now.at
        for fact in sorted(ask.facts):
            self.facts.append(Said(fact, ask.facts[fact], at, written))
            if fact in noted_facts(self.protocol):
                self.happen(fact, "recorded", at, ask.by.id, role)

    def enter(self, strand: str, state: str, at: datetime) -> None:
        """A strand goes to a state; what belongs to the state left is over."""
        for visit in self.visits:
            if visit.strand == strand and not visit.is_over:
                visit.is_over = True
                self.departures.append(visit)
                self.moved = True
        self.visits.append(Visit(strand, state, at))
        self.arrivals.append(self.visits[-1])
