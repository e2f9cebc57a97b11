"""Who may act, and what speaks against an act: every reason by its name.

Imports the model and the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from protocolkit.model.case import Fact, Meeting, Trigger
from protocolkit.model.people import Who
from tests.reference.ledger import Ask, Now, Owed, Person, Planned
from tests.reference.truth import Truth

if TYPE_CHECKING:
    from tests.reference.owing import Owing


def holds(case: Owing, role: str, person: Person, *, any_holder: bool = False) -> bool:
    """A per-case role is held by whom an act assigned; every other as the host says."""
    declared = case.protocol.roles.get(role)
    if declared is not None and declared.per_case and not any_holder:
        return case.holders.get(role) == person.id
    return role in person.roles


def acting_as(case: Owing, role: str, person: Person, *, any_holder: bool = False) -> str:
    """The role itself, or that of a substitute."""
    if holds(case, role, person, any_holder=any_holder):
        return role
    declared = case.protocol.roles.get(role)
    for substitute in declared.substitutes if declared else ():
        if holds(case, substitute, person):
            return substitute
    return ""


def role_for(
    case: Owing,
    who: Who | None,
    person: Person,
    *,
    extra: Iterable[str] = (),
    owed: Owed | None = None,
    meeting: str = "",
) -> str:
    """The role in which somebody may do what `who` may do; "" when they may not."""
    if who is None:
        return next((role for role in sorted(case.protocol.roles) if holds(case, role, person)), "")
    for holder in who.holders:
        found = ""
        if holder.actor_of:
            found = _as_actor_of(case, holder.actor_of, person, owed)
        elif holder.role == "attendees":
            if meeting:
                found = case.meeting(meeting).attended.get(person.id, "")
        elif not holder.with_ or holder.with_ in person.can:
            found = acting_as(case, holder.role, person, any_holder=holder.any_holder)
        if found:
            return found
    for role in extra:
        if found := acting_as(case, role, person):
            return found
    return ""


def _as_actor_of(case: Owing, name: str, person: Person, owed: Owed | None) -> str:
    """The person who did what opened the follow-up, else who did the last one."""
    event = "held" if name in case.protocol.meetings else ""
    thing = owed.opener if owed else None
    if thing is None or thing.name != name:
        found = [one for one in case.things if (one.name, one.event) == (name, event)]
        thing = max(found, key=lambda one: one.order) if found else None
    return thing.role if thing is not None and thing.by == person.id else ""


# -- what speaks against an act --------------------------------------------------------


def against(case: Owing, ask: Ask, now: Now) -> tuple[set[str], str]:
    """Every reason against what is asked, and the role in which it would be done."""
    judge = Against(case, ask, now)
    names = set(getattr(judge, ask.kind)())
    for text in (ask.reason, ask.evidence):
        if len(text) > 64 or " " in text or not text.isprintable():
            names.add("free-text")
    return names, judge.role


class Against:
    """One request, judged on the case before it."""

    def __init__(self, case: Owing, ask: Ask, now: Now) -> None:
        self.case = case
        self.protocol = case.protocol
        self.ask = ask
        self.by = ask.by
        self.now = now.at
        self.at = ask.at or now.at
        self.role = ""
        self.truth = Truth(case, now)

    def basics(self, *, even_when_closed: bool = False) -> Iterator[str]:
        if self.at > self.now:
            yield "in-the-future"
        if self.case.closed_at is not None and not even_when_closed:
            yield "case-closed"

    def condition(self, condition: Any) -> Iterator[str]:
        verdict = self.truth.of(condition)
        if verdict is None:
            yield "need-unknown"
        elif not verdict:
            yield "need-not-met"

    # -- acts --------------------------------------------------------------------------

    def open(self) -> Iterator[str]:
        yield from self.basics()
        offices = [role for role in self.protocol.roles if role in self.by.roles]
        self.role = offices[0] if offices else ""
        if not self.role:
            yield "wrong-role"
        for name, value in self.ask.facts.items():
            yield from self.fact(name, value)
            fact = self.protocol.facts.get(name)
            if (
                fact
                and fact.recorded_by
                and not any(
                    acting_as(self.case, role, self.by, any_holder=True)
                    for role in fact.recorded_by
                )
            ):
                yield "wrong-role"

    def act(self) -> Iterator[str]:
        trigger = self.protocol.triggers.get(self.ask.what)
        if trigger is None:
            yield "unknown-trigger"
            return
        yield from self.basics()
        if trigger.strength == "must_not":
            yield "forbidden"
        yield from self.who(trigger)
        for other in trigger.different_from:
            done = [one for one in self.case.things if (one.name, one.event) == (other, "")]
            if done and max(done, key=lambda one: one.order).by == self.by.id:
                yield "same-person"
        yield from self.moves(trigger)
        for need in trigger.needs.values():
            yield from self.condition(need.condition)
        if not trigger.protective:
            for owed in self.case.owed:
                if owed.is_open and trigger.id in self.protocol.follow_ups[owed.follow_up].blocks:
                    yield "blocked"
        yield from self.data(trigger)
        if self.would_close(trigger):
            for owed in self.case.owed:
                if self.case.holds_open(owed) and owed not in self.case.ended_by(
                    trigger, self.at, self.ask.meeting
                ):
                    yield "open-follow-up"

    def who(self, trigger: Trigger) -> Iterator[str]:
        name = trigger.decided_at or trigger.during
        who = trigger.who
        for_attendees = bool(name) and (
            who is None or [holder.role for holder in who.holders] == ["attendees"]
        )
        if not for_attendees:
            self.role = role_for(
                self.case,
                who,
                self.by,
                extra=self.case.handed_for(trigger),
                meeting=self.about(trigger),
            )
            if not self.role:
                yield "wrong-role"
            if any(holds(self.case, role, self.by) for role in trigger.never):
                yield "exclusion"
        if self.ask.meeting and self.case.meeting_or_none(self.ask.meeting) is None:
            yield "unknown-meeting"
            return
        if not name:
            return
        meeting = self.case.meeting_or_none(self.about(trigger))
        if meeting is None or meeting.name != name or meeting.status not in ("held", "adjourned"):
            yield "not-decided" if trigger.decided_at else "not-at-meeting"
            return
        if trigger.decided_at and meeting.status != "held":
            yield "not-decided"
        seat = meeting.attended.get(self.by.id, "")
        self.role = self.role or seat
        if not seat and (for_attendees or trigger.during):
            yield "not-at-meeting"

    def about(self, trigger: Trigger) -> str:
        """The meeting that an act belongs to: the one named, else the last one that met."""
        name = trigger.decided_at or trigger.during
        met = [
            meeting.id
            for meeting in self.case.planned
            if meeting.name == name and meeting.status in ("held", "adjourned")
        ]
        return self.ask.meeting or (met[-1] if met else "")

    def moves(self, trigger: Trigger) -> Iterator[str]:
        found = self.case.moves_of(trigger, self.truth)
        if trigger.moves and not found:
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

    def record(self) -> Iterator[str]:
        yield from self.basics()
        if not self.ask.facts:
            yield "missing-fact"
        for name, value in self.ask.facts.items():
            yield from self.fact(name, value)
            fact = self.protocol.facts.get(name)
            roles = fact.recorded_by if fact else ()
            if fact and not roles and not role_for(self.case, None, self.by):
                yield "wrong-role"
            if roles and not any(acting_as(self.case, role, self.by) for role in roles):
                yield "wrong-role"

    def fact(self, name: str, value: Any) -> Iterator[str]:
        fact = self.protocol.facts.get(name)
        if fact is None:
            yield "unknown-fact"
        elif not is_value(fact, value, self.protocol.roles):
            yield "wrong-value"

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

    # -- follow-ups --------------------------------------------------------------------

    def owed(self) -> Owed | str:
        """The open one that is meant: by its own id, or the one due first; or what is wrong."""
        name = self.ask.what
        found = [owed for owed in self.case.owed if owed.is_open and name == owed.id] or [
            owed for owed in self.case.owed if owed.is_open and name == owed.follow_up
        ]
        if found:
            return min(found, key=lambda owed: owed.earliest)
        known = name in self.protocol.follow_ups or any(name == o.id for o in self.case.owed)
        return "not-open" if known else "unknown-follow-up"

    def complete(self) -> Iterator[str]:
        yield from self.basics(even_when_closed=True)
        owed = self.owed()
        if isinstance(owed, str):
            yield owed
            return
        follow_up = self.protocol.follow_ups[owed.follow_up]
        self.role = role_for(self.case, follow_up.who, self.by, extra=owed.handed, owed=owed)
        if not self.role:
            yield "wrong-role"
        if follow_up.met_by:
            yield "met-by-act"
        if self.at < min(owed.at, owed.anchor.at if owed.anchor else owed.at):
            yield "too-early"

    def decline(self) -> Iterator[str]:
        yield from self.authority()

    def waive(self) -> Iterator[str]:
        yield from self.authority()

    def extend(self) -> Iterator[str]:
        yield from self.authority()
        owed = self.owed()
        if isinstance(owed, Owed):
            if self.ask.until is None:
                yield "missing-fact"
            elif owed.due is not None and self.ask.until < owed.due:
                yield "wrong-value"

    def authority(self) -> Iterator[str]:
        yield from self.basics(even_when_closed=True)
        owed = self.owed()
        if isinstance(owed, str):
            yield owed
            return
        authority = getattr(self.protocol.follow_ups[owed.follow_up], self.ask.kind)
        if authority is None:
            yield "not-provided"
            return
        self.role = role_for(self.case, authority.who, self.by, owed=owed)
        if not self.role:
            yield "wrong-role"
        yield from self.condition(authority.if_)
        if authority.reason == "required" and not self.ask.reason:
            yield "missing-reason"

    # -- meetings ----------------------------------------------------------------------

    def set(self) -> Iterator[str]:
        meeting = self.protocol.meetings.get(self.ask.what)
        if meeting is None:
            yield "unknown-meeting"
            return
        yield from self.basics()
        yield from self.calls(meeting)
        if self.case.meeting_or_none(self.ask.meeting) is not None:
            yield "wrong-value"
        if self.ask.planned_at is None:
            yield "missing-fact"

    def calls(self, meeting: Meeting) -> Iterator[str]:
        self.role = role_for(self.case, meeting.called_by, self.by)
        if not self.role and meeting.chair:
            self.role = acting_as(self.case, meeting.chair.role, self.by)
        if not self.role:
            yield "wrong-role"

    def meant(self) -> Planned | None:
        """The meeting that is meant: by its id, or the only one of that name that is set."""
        found = [
            meeting
            for meeting in self.case.planned
            if meeting.status == "set" and self.ask.what in (meeting.id, meeting.name)
        ]
        return found[0] if len(found) == 1 else None

    def move(self) -> Iterator[str]:
        yield from self.basics()
        planned = self.meant()
        if planned is None:
            yield "not-set"
            return
        yield from self.calls(self.protocol.meetings[planned.name])
        if self.ask.planned_at is None:
            yield "missing-fact"

    def call_off(self) -> Iterator[str]:
        yield from self.basics()
        planned = self.meant()
        if planned is None:
            yield "not-set"
            return
        yield from self.calls(self.protocol.meetings[planned.name])

    def hold(self) -> Iterator[str]:
        yield from self.basics()
        planned = self.meant()
        if planned is None:
            yield "not-set"
            return
        meeting = self.protocol.meetings[planned.name]
        attended = self.ask.attended
        seat = attended.get(self.by.id, "")
        if seat and holds(self.case, seat, self.by):
            self.role = seat
        else:
            yield from self.calls(meeting)
        if not attended:
            yield "missing-fact"
        if any(role not in self.protocol.roles for role in attended.values()):
            yield "unknown-role"
        if not self.ask.exception:
            return
        rule = meeting.exceptions.get(self.ask.exception)
        if rule is None:
            yield "unknown-exception"
            return
        if rule.who is not None and not role_for(self.case, rule.who, self.by):
            yield "wrong-role"
        yield from self.condition(rule.if_)
        if rule.reason == "required" and not self.ask.reason:
            yield "missing-reason"


def is_value(fact: Fact, value: Any, roles: Any) -> bool:
    """A value that the fact can have."""
    if fact.type == "boolean":
        return isinstance(value, bool)
    if fact.type == "integer":
        low, high = fact.range or (value, value)
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    if fact.type == "choice":
        return value in fact.values
    if fact.type == "date":
        return isinstance(value, date)
    if fact.type == "set of roles":
        return isinstance(value, frozenset) and value <= set(roles)
    return isinstance(value, str) and 0 < len(value) <= 64 and " " not in value


def is_quorate(case: Owing, meeting: Meeting, attended: Any, now: datetime) -> bool:
    """Whether those who were there make a quorum; none stated: all who are required."""
    quorum = meeting.quorum
    if quorum is None:
        return "quorum" in meeting.unspecified or set(meeting.required) <= set(attended.values())
    belong = {*meeting.members, *(r for roles in meeting.counting.values() for r in roles)}
    counted = [
        role
        for role in attended.values()
        if (not belong or role in belong)
        and Truth(case, Now(at=now), attendee=role).of(meeting.counts_if) is True
    ]
    groups = set()
    for role in counted:
        group = [name for name, roles in meeting.counting.items() if role in roles]
        groups.add(group[0] if group else role)
    if any(name not in groups and name not in counted for name in quorum.all_of):
        return False
    size = len(groups) if quorum.of == "groups" else len(counted)
    return quorum.at_least is None or size >= quorum.at_least
