"""Which card of the process figure each meeting, follow-up and escalation belongs to.

Imports the model, `course` and `order`. A thing belongs to the state it begins in; what
begins in no state in particular has no home and is shown beside the cards.
"""

from __future__ import annotations

from collections.abc import Iterable

from protocolkit.diagrams.course import Course
from protocolkit.diagrams.order import Order, by_rank
from protocolkit.model.case import Escalation, FollowUp, Meeting, State, Trigger
from protocolkit.model.protocol import Protocol


class Homes:
    """Where things are shown."""

    def __init__(self, protocol: Protocol, order: Order, courses: tuple[Course, ...]) -> None:
        self._protocol, self._order = protocol, order
        states = [state for course in courses for state in course.states]
        self._states: dict[str, tuple[int, State]] = {}
        for place, state in enumerate(states):
            self._states.setdefault(state.id, (place, state))
        self._meetings = {m.id: self._of_meeting(m) for m in protocol.meetings.values()}
        self._follow_ups = {
            f.id: self._of_follow_up(f, frozenset()) for f in protocol.follow_ups.values()
        }

    def meeting_at(self, state: State) -> Meeting | None:
        """The meeting that is held in this state; the one with most members of several."""
        for name in by_rank(self._meetings, self._order.meetings):
            if self._meetings[name] is state:
                return self._protocol.meetings[name]
        return None

    def meetings_at(self, state: State | None) -> list[Meeting]:
        """Every meeting that belongs here."""
        return [
            self._protocol.meetings[name]
            for name in by_rank(self._meetings, self._order.meetings)
            if self._meetings[name] is state
        ]

    def follow_ups_at(self, state: State | None) -> list[FollowUp]:
        """The follow-ups that begin here."""
        return [
            self._protocol.follow_ups[name]
            for name in by_rank(self._follow_ups, self._order.follow_ups)
            if self._follow_ups[name] is state
        ]

    def escalations_at(self, state: State | None) -> list[Escalation]:
        """The escalations that watch this state, or a follow-up that begins here."""
        escalations = self._protocol.escalations
        return [
            escalations[name]
            for name in by_rank(escalations, self._order.escalations)
            if self._of_escalation(escalations[name]) is state
        ]

    def _first(self, names: Iterable[str]) -> State | None:
        found = [self._states[name] for name in names if name in self._states]
        return min(found, key=lambda pair: pair[0])[1] if found else None

    def _moves_to(self, trigger: Trigger | None) -> State | None:
        return self._first(move.to for move in trigger.moves) if trigger else None

    def _of_meeting(self, meeting: Meeting) -> State | None:
        protocol = self._protocol
        if meeting.scope != "case" or not meeting.members:
            return None
        decided = [
            state
            for trigger in protocol.triggers.values()
            if meeting.id in (*trigger.decided_at, *trigger.during)
            for move in trigger.moves
            for state in move.from_
        ]
        held_for = [
            state
            for follow_up in protocol.follow_ups.values()
            if any(by.trigger and by.trigger.name == meeting.id for by in follow_up.met_by)
            for state in (
                *follow_up.opens_in,
                *(
                    move.to
                    for ref in follow_up.opens_with
                    if ref.name in protocol.triggers
                    for move in protocol.triggers[ref.name].moves
                ),
            )
        ]
        return self._first(decided) or self._first(held_for)

    def _of_follow_up(self, follow_up: FollowUp, seen: frozenset[str]) -> State | None:
        if follow_up.scope != "case" or follow_up.id in seen:
            return None
        if follow_up.opens_in:
            return self._first(follow_up.opens_in)
        for ref in follow_up.opens_with:
            home = self._of_occurrence(ref.name, seen | {follow_up.id})
            if home:
                return home
        return None

    def _of_occurrence(self, name: str, seen: frozenset[str]) -> State | None:
        protocol = self._protocol
        if name in protocol.triggers:
            return self._moves_to(protocol.triggers[name])
        if name in protocol.meetings:
            return self._meetings[name]
        if name in protocol.follow_ups:
            return self._of_follow_up(protocol.follow_ups[name], seen)
        return None

    def _of_escalation(self, ladder: Escalation) -> State | None:
        watches = ladder.watches
        if watches is None:
            return None
        if watches.state:
            return self._first([watches.state])
        if watches.follow_up:
            homes = (self._follow_ups.get(name) for name in watches.follow_up)
            return next((home for home in homes if home is not None), None)
        return self._of_occurrence(watches.from_.name, frozenset()) if watches.from_ else None
