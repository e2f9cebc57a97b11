"""Which roles that are given out case by case are surely held: in a state, after an act.

Nobody gives such a role back, so what an act gave stays given. A must-analysis over the moves:
in a state is surely held what is so on every way to it. Imports the model.
"""

from __future__ import annotations

from protocolkit.conditions.syntax import And, Condition, Missed
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.model import words
from protocolkit.model.case import FollowUp, Trigger
from protocolkit.model.people import Who
from protocolkit.model.protocol import Protocol


class Holding:
    """What is surely held, by state and after each act."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.roles = frozenset(name for name, role in protocol.roles.items() if role.per_case)
        ladders = protocol.escalations.values()
        self._handing = any(level.hand_to for ladder in ladders for level in ladder.levels)
        self.states: dict[str, frozenset[str]] = {}
        for strand in protocol.strands.values():
            for state in strand.states.values():
                known = frozenset() if state.initial else self.roles
                self.states[state.id] = self.states.get(state.id, self.roles) & known
        self.acts: dict[str, frozenset[str]] = {}
        if self.roles:
            self._settle()

    def _settle(self) -> None:
        changed = True
        while changed:
            changed = False
            for trigger in self.protocol.triggers.values():
                own = self._given(trigger) | self._actor(trigger)
                before = [
                    self.states.get(state, frozenset())
                    for move in trigger.moves
                    for state in move.from_
                ]
                anywhere = not trigger.moves or trigger.elsewhere == "allowed"
                shared = frozenset() if anywhere else frozenset.intersection(*before)
                self.acts[trigger.id] = own | shared
                for move in trigger.moves:
                    for state in move.from_:
                        after = own | self.states.get(state, frozenset())
                        known = self.states.get(move.to, self.roles) & after
                        if known != self.states.get(move.to):
                            self.states[move.to] = known
                            changed = True

    @staticmethod
    def _given(trigger: Trigger) -> frozenset[str]:
        """The roles that somebody surely holds after it; the clock takes none."""
        holders = trigger.who.holders if trigger.who else ()
        by_clock = any(holder.role == words.CLOCK for holder in holders)
        return frozenset(
            role for role, way in trigger.assigns.items() if way == "named" or not by_clock
        )

    def _actor(self, trigger: Trigger) -> frozenset[str]:
        """The role whose holder must have done it, unless a ladder may let others in."""
        if trigger.agreed_by is not None or self._handing:
            return frozenset()
        return self._only(trigger.who)

    def _only(self, who: Who | None) -> frozenset[str]:
        """The one role that may do something, if it is given out case by case."""
        holders = who.holders if who else ()
        if len(holders) != 1 or holders[0].any_holder:
            return frozenset()
        role = holders[0].role
        plain = role in self.roles and not self.protocol.roles[role].substitutes
        return frozenset({role}) if plain else frozenset()

    def of(self, one: FollowUp) -> frozenset[str]:
        """What is surely held as long as a follow-up is owed."""
        if not self.roles:
            return frozenset()
        openers = [self.acts.get(ref.name, frozenset()) for ref in one.opens_with if not ref.event]
        openers += [self._met(ref) for ref in one.opens_with if ref.event]
        openers += [self.states.get(state, frozenset()) for state in one.opens_in]
        if one.opens_when is not None:
            openers.append(self._after(one.opens_when))
        return frozenset.intersection(*openers) if openers else frozenset()

    def _met(self, ref: OccurrenceRef) -> frozenset[str]:
        """What is surely held when a follow-up was just met by acts or meetings."""
        met = self.protocol.follow_ups.get(ref.name)
        if ref.event != "met" or met is None or not met.met_by:
            return frozenset()
        return frozenset.intersection(
            *(self._done(one.trigger) if one.trigger else frozenset() for one in met.met_by)
        )

    def _done(self, ref: OccurrenceRef) -> frozenset[str]:
        """What is surely held when an act was just done, or a meeting held: somebody set it."""
        meeting = self.protocol.meetings.get(ref.name)
        if meeting is None:
            return self.acts.get(ref.name, frozenset()) if not ref.event else frozenset()
        if ref.event not in ("", "held", "adjourned") or meeting.chair is not None:
            return frozenset()
        return self._only(meeting.called_by)

    def _after(self, condition: Condition) -> frozenset[str]:
        """What is surely held when a condition is true: it can ask for what came before."""
        match condition:
            case And(parts=parts):
                return frozenset().union(*map(self._after, parts))
            case Missed(after=after):
                found = [self.acts.get(one.name, frozenset()) for one in after.ref.each]
                return frozenset.intersection(*found)
        return frozenset()
