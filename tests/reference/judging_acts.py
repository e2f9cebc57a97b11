"""Acts and facts: what speaks against them.

Imports signatures.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from protocolkit.model.case import Trigger
from protocolkit.model.people import Holder, Who
from tests.reference.judging_signing import Signing
from tests.reference.ledger import Now, Owed, Thing
from tests.reference.people import acting_as, holds, is_value, role_for
from tests.reference.truth import Truth


class Acts(Signing):
    """Opening, doing, recording, assigning."""

    def open(self) -> Iterator[str]:
        yield from self.basics()
        offices = [role for role in self.protocol.roles if role in self.by.roles]
        self.role = offices[0] if offices else ""
        if not self.role:
            yield "wrong-role"
        for name, value in self.ask.facts.items():
            yield from self.fact(name, value)
            fact = self.own_fact(name)
            if (
                fact
                and fact.recorded_by
                and not any(
                    acting_as(self.case, role, self.by, any_holder=True)
                    for role in fact.recorded_by
                )
            ):
                yield "wrong-role"

    adopt = open

    def act(self) -> Iterator[str]:
        trigger = self.protocol.triggers.get(self.ask.what)
        if trigger is None:
            yield self.unknown("triggers", "unknown-trigger")
            return
        yield from self.basics()
        if trigger.strength == "must_not":
            yield "forbidden"
        joint = self.joint(trigger)
        if joint is not None:
            yield from self.signing(joint)
        else:
            yield from self.who(trigger)
        if any(holds(self.case, role, self.by) for role in trigger.never):
            yield "exclusion"
        for other in trigger.different_from:
            done = [one for one in self.case.things if (one.name, one.event) == (other, "")]
            if done and max(done, key=lambda one: one.order).by in self.persons:
                yield "same-person"
        yield from self.data(trigger)
        if self.takes_effect:
            yield from self.effect(trigger)

    def effect(self, trigger: Trigger) -> Iterator[str]:
        """What speaks against its taking effect now."""
        if not self.case.holds_true(trigger.applies_while):
            yield "does-not-apply"
        yield from self.at_meeting(trigger)
        yield from self.together(trigger)
        yield from self.moves(trigger)
        yield from self.needs(trigger)
        if not trigger.protective:
            for owed in self.case.owed:
                if owed.is_open and trigger.id in self.protocol.follow_ups[owed.follow_up].blocks:
                    yield "blocked"
        if self.would_close(trigger):
            act = Thing(
                0,
                trigger.id,
                "",
                self.at,
                self.by.id,
                self.role,
                self.ask.meeting,
                False,
                self.ask.item,
            )
            for owed in self.case.owed:
                surely = owed in self.case.ended_by(trigger, act) or self.ends_with(owed, trigger)
                if self.case.holds_open(owed) and not surely:
                    yield "open-follow-up"

    def needs(self, trigger: Trigger) -> Iterator[str]:
        unmet = {
            name: reason
            for name, need in trigger.needs.items()
            for reason in self.condition(need.condition)
        }
        yield from self.waived(trigger.exceptions, unmet)
        yield from unmet.values()

    def together(self, trigger: Trigger) -> Iterator[str]:
        """Somebody else must fill each of the roles, a person only one of them."""
        roles = trigger.together_with
        others = [one for one in self.ask.attended.items() if one[0] != self.by.id]
        if not any(
            all(
                self.fills(person, role, seat) or self.stands_in(person, role, seat)
                for role, (person, seat) in zip(roles, some, strict=True)
            )
            for some in permutations(others, len(roles))
        ):
            yield "not-together"

    # -- who may ---------------------------------------------------------------------------

    def who(self, trigger: Trigger) -> Iterator[str]:
        if self.is_for_attendees(trigger):
            meeting = self.case.meeting_or_none(self.about(trigger))
            self.role = meeting.attended.get(self.by.id, "") if meeting else ""
            return
        who = trigger.who
        if who is None and trigger.agreed_by is not None:
            signers = (*trigger.agreed_by.all_of, *trigger.agreed_by.any_of)
            who = Who(any_of=tuple(Holder(role=role) for role in signers))
        self.role = role_for(
            self.case,
            who,
            self.by,
            extra=self.case.handed_for(trigger),
            meeting=self.about(trigger),
        )
        if not self.role:
            yield "wrong-role"

    def is_for_attendees(self, trigger: Trigger) -> bool:
        """Whether it is for whoever was at the meeting."""
        who = trigger.who
        return (
            bool(trigger.decided_at or trigger.during)
            and (trigger.agreed_by is None or trigger.protective)
            and (who is None or [holder.role for holder in who.holders] == ["attendees"])
        )

    def at_meeting(self, trigger: Trigger) -> Iterator[str]:
        names = trigger.decided_at or trigger.during
        if self.ask.meeting and self.case.meeting_or_none(self.ask.meeting) is None:
            yield "unknown-meeting"
            return
        if not names:
            return
        meeting = self.case.meeting_or_none(self.about(trigger))
        if (
            meeting is None
            or meeting.name not in names
            or meeting.status not in ("held", "adjourned")
        ):
            yield "not-decided" if trigger.decided_at else "not-at-meeting"
            return
        if trigger.decided_at and meeting.status != "held":
            yield "not-decided"
        seat = meeting.attended.get(self.by.id, "")
        if not seat and (self.is_for_attendees(trigger) or trigger.during):
            yield "not-at-meeting"

    # -- where it leads --------------------------------------------------------------------

    def is_elsewhere(self, trigger: Trigger) -> bool:
        """Whether it may happen here though the case stands where it moves nothing."""
        strands = [self.case.strand_of((*m.from_, m.to), m.strand) for m in trigger.moves]
        here = [
            self.case.states[strand] in move.from_
            for strand, move in zip(strands, trigger.moves, strict=True)
            if self.case.applies_in(strand)
        ]
        return trigger.elsewhere == "allowed" and bool(here) and not any(here)

    def moves(self, trigger: Trigger) -> Iterator[str]:
        found = self.case.moves_of(trigger, self.truth)
        strands = {self.case.strand_of((*m.from_, m.to), m.strand) for m in trigger.moves}
        if strands and not any(self.case.applies_in(strand) for strand in strands):
            yield "does-not-apply"
        elif strands and not found and not self.is_elsewhere(trigger):
            yield "not-enabled"
        for strand, _, _ in found:
            came = [visit.at for visit in self.case.visits if visit.strand == strand][-1]
            if self.at < came and not trigger.protective:
                yield "too-early"

    def data(self, trigger: Trigger) -> Iterator[str]:
        accepted = [recorded.fact for recorded in trigger.records]
        for recorded in trigger.records:
            if recorded.required and recorded.fact not in self.ask.facts:
                yield "missing-fact"
        for name, value in self.ask.facts.items():
            if name not in accepted:
                yield "unknown-fact"
            elif not is_value(self.protocol.facts[name], value, self.protocol.roles):
                yield "wrong-value"
        for role, way in trigger.assigns.items():
            if way == "named" and role not in self.ask.assign:
                yield "missing-fact"
        if any(trigger.assigns.get(role) != "named" for role in self.ask.assign):
            yield "unknown-fact"

    def would_close(self, trigger: Trigger) -> bool:
        after = dict(self.case.states)
        moves = self.case.moves_of(trigger, self.truth)
        after.update({strand: to for strand, _, to in moves})
        return bool(moves) and self.case.closed_at is None and self.case.all_final(after)

    def ends_with(self, owed: Owed, trigger: Trigger) -> bool:
        """Whether the moves make one of its endings true."""
        moves = self.case.moves_of(trigger, self.truth)
        states = {**self.case.states, **{strand: to for strand, _, to in moves}}
        then = Truth(self.case, Now(at=self.now), states=states)
        follow_up = self.case.follow_up(owed)
        applies = follow_up.applies_while or self.protocol.applies_while
        is_over = any(then.of(one.if_) is True for one in follow_up.ends_when)
        return is_over or then.of(applies) is False

    # -- facts and roles -------------------------------------------------------------------

    def record(self) -> Iterator[str]:
        yield from self.basics()
        if not self.ask.facts:
            yield "missing-fact"
        for name, value in self.ask.facts.items():
            yield from self.fact(name, value)
            fact = self.own_fact(name)
            roles = fact.recorded_by if fact else ()
            if fact and not roles and not role_for(self.case, None, self.by):
                yield "wrong-role"
            acting = [acting_as(self.case, role, self.by) for role in roles]
            if roles and not any(acting):
                yield "wrong-role"
            anyone = role_for(self.case, None, self.by) if fact and not roles else ""
            self.role = self.role or next((role for role in acting if role), anyone)

    def assign(self) -> Iterator[str]:
        yield from self.basics()
        if not self.ask.assign:
            yield "missing-fact"
        for role in self.ask.assign:
            declared = self.protocol.roles.get(role)
            if declared is None or not declared.per_case:
                yield "unknown-role"
                continue
            givers = [one for one in self.protocol.triggers.values() if role in one.assigns]
            if (
                givers
                and self.case.holders.get(role) != self.by.id
                and not any(role_for(self.case, one.who, self.by) for one in givers)
            ):
                yield "wrong-role"
