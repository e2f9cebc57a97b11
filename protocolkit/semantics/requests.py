"""What somebody asks of a case, and the one function that answers: `perform`.

Every way of acting goes through here: decided with every reason, then stepped, or refused and
recorded as refused. Imports decisions, the step and events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from protocolkit.ground.findings import Reason
from protocolkit.ground.limits import Due, is_late
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model.case import Authority, FollowUp, Meeting
from protocolkit.model.people import Holder, Who
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import Actor, Permission, in_words
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.changes import FactValue, instant_text, value_to_json
from protocolkit.semantics.decide import (
    closed,
    decide,
    future,
    reason,
    wrong_value,
)
from protocolkit.semantics.events import Event, settle_head
from protocolkit.semantics.matching import earliest
from protocolkit.semantics.program import Program
from protocolkit.semantics.situation import CaseSituation
from protocolkit.semantics.step import Mover, Step, moved_by_semantics

KINDS = (
    "open",
    "act",
    "record",
    "assign",
    "complete",
    "decline",
    "waive",
    "extend",
    "set",
    "move",
    "call_off",
    "hold",
    "adopt",
    "correct",
    "void",
    "close_days",
)
"""The ways of acting; `act` does a trigger."""


class Request(Record):
    """What is asked: `what` is a trigger, a follow-up (or one instance of it), or a meeting.

    `at` is when it happened (None: now). `planned_at` is a meeting's date, `until` the new
    due instant of an extension; all aware UTC. `reason` and what `evidence`
    maps from and to are codes or opaque references, never text. `assign` maps a role
    to a person's opaque id, `attended` each person to the role whose seat they filled. `item` is
    the recipient, holder or part that is meant. `entry` is the entry that is void, `same_as` the
    one that it repeats. `days` are closed days of the calendar `what`. `history` is what happened
    before the case was opened here.
    """

    kind: str
    what: str = ""
    actor: Actor
    at: datetime | None = None
    facts: Mapping[str, FactValue] = EMPTY
    assign: Mapping[str, str] = EMPTY
    meeting: str = ""
    attended: Mapping[str, str] = EMPTY
    planned_at: datetime | None = None
    until: datetime | None = None
    reason: str = ""
    exception: str = ""
    evidence: Mapping[str, str] = EMPTY
    item: str = ""
    entry: int = 0
    same_as: int = 0
    days: tuple[date, ...] = ()
    history: tuple[Request, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The request as JSON values, for the digest that an idempotency key stands for."""
        found: dict[str, Any] = {"kind": self.kind, "what": self.what, "actor": self.actor.id}
        for name in ("at", "planned_at", "until"):
            instant = getattr(self, name)
            if instant is not None:
                found[name] = instant_text(instant)
        for name in ("meeting", "reason", "exception", "item", "entry", "same_as"):
            if getattr(self, name):
                found[name] = getattr(self, name)
        if self.days:
            found["days"] = [day.isoformat() for day in self.days]
        if self.history:
            found["history"] = [one.to_json() for one in self.history]
        for name in ("assign", "attended", "evidence"):
            if getattr(self, name):
                found[name] = dict(sorted(getattr(self, name).items()))
        if self.facts:
            found["facts"] = {
                name: value_to_json(value) for name, value in sorted(self.facts.items())
            }
        return found


def perform(
    program: Program,
    case: Case,
    request: Request,
    now: datetime,
    mover: Mover = moved_by_semantics,
) -> tuple[Event, tuple[Reason, ...]]:
    """Do what is asked, or refuse it with every reason; the case has the changes either way.

    The case must already stand at `now` (see `time.advance`). A refusal changes nothing but
    the record.
    """
    return _Performance(program, case, request, now, mover).event()


class _Performance:
    def __init__(
        self, program: Program, case: Case, request: Request, now: datetime, mover: Mover
    ) -> None:
        self.program = program
        self.protocol = program.protocol
        self.case = case
        self.request = request
        self.actor = request.actor
        self.now = now
        self.at = request.at or now
        self.step = Step(program, case, now, mover=mover)
        self.role = ""
        self.data: dict[str, Any] = {}
        for name in ("reason", "exception", "meeting", "item"):
            if getattr(request, name):
                self.data[name] = getattr(request, name)
        if request.evidence:
            self.data["evidence"] = dict(sorted(request.evidence.items()))

    def event(self) -> tuple[Event, tuple[Reason, ...]]:
        prepare: Callable[[], tuple[tuple[Reason, ...], Callable[[], None]]]
        prepare = getattr(self, f"_{self.request.kind}")
        reasons, go = prepare()
        references = [("reason", self.request.reason)]
        references += [
            ("evidence", text) for pair in self.request.evidence.items() for text in pair
        ]
        reasons = (*reasons, *(found for name, text in references for found in _code(name, text)))
        kind = self.request.kind
        if reasons:
            kind = "refused"
            self.data = {"kind": self.request.kind}
            for found in reasons:
                path = tuple(str(part) for part in found.path)
                self.step.do(ch.ReasonGiven(name=found.name, path=path))
        else:
            go()
            self.step.settle()
        event = Event(
            case=self.case.id,
            sequence=self.case.events + 1,
            kind=kind,
            what=self.request.what,
            happened_at=self.now if reasons else self.at,
            recorded_at=self.now,
            actor=self.actor.id,
            role=self.role,
            data=self.data,
            changes=tuple(self.step.changes),
        )
        settle_head(self.case, event)
        return event, reasons

    # -- cases, acts, facts ------------------------------------------------------------

    def _open(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        # Nobody is assigned yet, so a role that is given out case by case counts by its office.
        self.role = next((role for role in self.protocol.roles if role in self.actor.roles), "")
        reasons = [*future(self.at, self.now), *self._facts_fit(opening=True)]
        if not self.role:
            said = "You hold no role of this protocol, so you cannot open a case."
            reasons.append(reason("wrong-role", said))

        def go() -> None:
            self.step.open_case(self.at)
            self.step.record(self.request.facts, self.actor.id, self.role, self.at)

        return tuple(reasons), go

    def _act(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        decision = decide(
            self.program,
            self.case,
            self.request.what,
            self.actor,
            at=self.at,
            now=self.now,
            facts=self.request.facts,
            assign=self.request.assign,
            meeting=self.request.meeting,
        )
        self.role = decision.role

        def go() -> None:
            self.step.act(
                self.request.what,
                decision,
                self.actor,
                self.at,
                self.request.facts,
                self.request.assign,
            )

        return decision.reasons, go

    def _record(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        reasons = [*future(self.at, self.now), *closed(self.case), *self._facts_fit()]
        if not self.request.facts:
            reasons.append(reason("missing-fact", "No fact was given to record."))
        self.role = self.role or self._permission().role_for(None, self.actor)

        def go() -> None:
            self.step.record(self.request.facts, self.actor.id, self.role, self.at)

        return tuple(reasons), go

    def _facts_fit(self, *, opening: bool = False) -> Iterator[Reason]:
        permission = self._permission()
        for name, value in self.request.facts.items():
            fact = self.protocol.facts.get(name)
            if fact is None:
                yield reason(
                    "unknown-fact",
                    f"There is no fact `{name}` in this protocol.",
                    help=did_you_mean(name, self.protocol.facts),
                )
                continue
            yield from wrong_value(fact, value, self.protocol.roles)
            who = Who(
                any_of=tuple(Holder(role=role, any_holder=opening) for role in fact.recorded_by)
            )
            mine = self.role if opening else permission.role_for(None, self.actor)
            if fact.recorded_by:
                mine = permission.role_for(who, self.actor)
            if mine:
                self.role = self.role or mine
            else:
                said = in_words(who if fact.recorded_by else None, self.protocol)
                yield reason(
                    "wrong-role",
                    f"`{name}` is recorded by {said}.",
                    element=fact,
                    path=fact.below("recorded_by"),
                    needs="role",
                    supplied_by=fact.recorded_by,
                )

    def _assign(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        reasons = [*future(self.at, self.now), *closed(self.case)]
        permission = self._permission()
        self.role = permission.role_for(None, self.actor)
        for role in self.request.assign:
            declared = self.protocol.roles.get(role)
            if declared is None or not declared.per_case:
                per_case = [one.id for one in self.protocol.roles.values() if one.per_case]
                reasons.append(
                    reason(
                        "unknown-role",
                        f"`{role}` is not a role that is assigned case by case.",
                        help=did_you_mean(role, per_case),
                        element=declared,
                    )
                )
                continue
            givers = [one for one in self.protocol.triggers.values() if role in one.assigns]
            may = (
                not givers
                or self.case.holders.get(role) == self.actor.id
                or any(permission.role_for(one.who, self.actor) for one in givers)
            )
            if not may:
                reasons.append(
                    reason(
                        "wrong-role",
                        f"You may not say who is {declared.name} in this case.",
                        help="this goes with " + " or ".join(f"`{one.id}`" for one in givers),
                        element=declared,
                        supplied_by=tuple(r for one in givers if one.who for r in one.who.roles),
                    )
                )
        if not self.request.assign:
            reasons.append(reason("missing-fact", "No role and person were given."))

        def go() -> None:
            for role, person in self.request.assign.items():
                self.step.assign(role, person)

        return tuple(reasons), go

    # -- follow-ups --------------------------------------------------------------------

    def _complete(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        instance, reasons = self._instance()
        if instance is None:
            return reasons, _nothing
        follow_up = self.program.follow_ups[instance.follow_up]
        found = [*reasons]
        self.role = self._permission(instance).role_for(
            follow_up.who, self.actor, self.case.handed.get(instance.id, ())
        )
        if not self.role:
            found.append(self._not_theirs(follow_up))
        if follow_up.met_by:
            acts = [str(one.trigger) for one in follow_up.met_by]
            found.append(
                reason(
                    "met-by-act",
                    f"`{follow_up.id}` is done by an act, not by saying so.",
                    help="do " + " or ".join(f"`{act}`" for act in acts),
                    element=follow_up,
                    path=follow_up.below("met_by"),
                )
            )
        start = instance.anchor_at or instance.opened_at
        if self.at < min(start, instance.opened_at):
            found.append(
                reason(
                    "too-early",
                    f"`{instance.id}` was not owed yet at that time.",
                    element=follow_up,
                )
            )

        def go() -> None:
            self.step.end(instance, "met", self.at, actor=self.actor.id, role=self.role)

        return tuple(found), go

    def _decline(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        return self._set_aside("decline", "declined")

    def _waive(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        return self._set_aside("waive", "waived")

    def _set_aside(self, key: str, status: str) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        instance, reasons = self._instance()
        if instance is None:
            return reasons, _nothing
        follow_up = self.program.follow_ups[instance.follow_up]
        authority: Authority | None = getattr(follow_up, key)
        found = [*reasons, *self._authority(follow_up, key, authority, instance)]

        def go() -> None:
            self.step.end(
                instance,
                status,
                self.at,
                because=self.request.reason,
                actor=self.actor.id,
                role=self.role,
            )

        return tuple(found), go

    def _extend(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        instance, reasons = self._instance()
        if instance is None:
            return reasons, _nothing
        follow_up = self.program.follow_ups[instance.follow_up]
        found = [*reasons, *self._authority(follow_up, "extend", follow_up.extend, instance)]
        until = self.request.until
        if until is None:
            found.append(reason("missing-fact", "The new due time is missing.", element=follow_up))
        elif is_late(instance.due or until, until):
            found.append(
                reason(
                    "wrong-value",
                    "More time cannot end earlier than the time there was.",
                    element=follow_up,
                )
            )

        def go() -> None:
            assert until is not None
            outer = max(instance.outer, until) if instance.outer else None
            instants = Due(aim=instance.aim, due=until, outer=outer)
            self.step.redate(instance, instants, instance.anchor_at, because=self.request.reason)
            self.step.happen(
                follow_up.id, "extended", self.at, self.actor.id, self.role, of=instance.id
            )

        return tuple(found), go

    def _authority(
        self, follow_up: FollowUp, key: str, authority: Authority | None, instance: Instance
    ) -> Iterator[Reason]:
        if authority is None:
            yield reason(
                "not-provided",
                f"The protocol gives nobody the right to {key} `{follow_up.id}`.",
                element=follow_up,
            )
            return
        self.role = self._permission(instance).role_for(authority.who, self.actor)
        if not self.role:
            yield reason(
                "wrong-role",
                f"To {key} `{follow_up.id}` is for {in_words(authority.who, self.protocol)}.",
                element=follow_up,
                path=follow_up.below(key),
                needs="role",
                supplied_by=authority.who.roles if authority.who else (),
            )
        judge = self.program.judge(authority.if_)
        if judge is not None:
            verdict = judge(CaseSituation(self.case, self.program, self.now))
            if verdict is not True:
                yield reason(
                    "need-unknown" if verdict is None else "need-not-met",
                    f"`{follow_up.id}` has a condition on who may {key} it, and that is not met.",
                    element=follow_up,
                    path=follow_up.below(key, "if"),
                )
        if authority.reason == "required" and not self.request.reason:
            yield reason(
                "missing-reason",
                f"To {key} `{follow_up.id}` needs a reason: a code or a reference.",
                element=follow_up,
                path=follow_up.below(key),
            )

    def _instance(self) -> tuple[Instance | None, tuple[Reason, ...]]:
        """The open follow-up that is meant: by its own id, or the one due first."""
        basics = tuple(future(self.at, self.now))
        name = self.request.what
        found = self.case.open.get(name)
        if found is not None:
            return found, basics
        open_now = [one for one in self.case.open.values() if one.follow_up == name]
        if open_now:
            return min(open_now, key=earliest), basics
        if name in self.case.instances or name in self.case.latest:
            ended = self.case.instances.get(name) or self.case.latest[name]
            return None, (
                *basics,
                reason("not-open", f"`{ended.id}` is not open: it is {ended.shown_status}."),
            )
        if name in self.program.follow_ups:
            return None, (
                *basics,
                reason(
                    "not-open",
                    f"`{name}` is not open in this case.",
                    element=self.program.follow_ups[name],
                ),
            )
        return None, (
            *basics,
            reason(
                "unknown-follow-up",
                f"There is no follow-up `{name}` in this protocol.",
                help=did_you_mean(name, self.program.follow_ups),
            ),
        )

    def _not_theirs(self, follow_up: FollowUp) -> Reason:
        return reason(
            "wrong-role",
            f"`{follow_up.id}` is owed by {in_words(follow_up.who, self.protocol)}.",
            element=follow_up,
            path=follow_up.below("who"),
            needs="role",
            supplied_by=follow_up.who.roles if follow_up.who else (),
        )

    # -- meetings ----------------------------------------------------------------------

    def _set(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        meeting = self.protocol.meetings.get(self.request.what)
        if meeting is None:
            return (
                reason(
                    "unknown-meeting",
                    f"There is no meeting `{self.request.what}` in this protocol.",
                    help=did_you_mean(self.request.what, self.protocol.meetings),
                ),
            ), _nothing
        found = [*future(self.at, self.now), *closed(self.case), *self._calls(meeting)]
        count = sum(1 for one in self.case.meetings.values() if one.name == meeting.id)
        id_ = self.request.meeting or f"{meeting.id}/{count + 1}"
        if id_ in self.case.meetings:
            found.append(reason("wrong-value", f"There is already a meeting `{id_}`."))
        planned_at = self.request.planned_at
        if planned_at is None:
            found.append(reason("missing-fact", "The date of the meeting is missing."))

        def go() -> None:
            assert planned_at is not None
            self.data["meeting"] = id_
            self.step.do(ch.MeetingSet(meeting=id_, name=meeting.id, planned_at=planned_at))
            self.step.happen(meeting.id, "set", self.at, self.actor.id, self.role, of=id_)

        return tuple(found), go

    def _planned(self) -> tuple[str, tuple[Reason, ...]]:
        """The meeting that is meant: by its id, or the only one of that name that is set."""
        name = self.request.what
        basics = (*future(self.at, self.now), *closed(self.case))
        known = self.case.meetings.get(name)
        if known is not None:
            if known.status != "set":
                said = known.status.replace("_", " ")
                return "", (*basics, reason("not-set", f"The meeting `{name}` is already {said}."))
            return name, basics
        planned = [
            one.id
            for one in self.case.meetings.values()
            if one.name == name and one.status == "set"
        ]
        if len(planned) == 1:
            return planned[0], basics
        if planned:
            return "", (
                *basics,
                reason(
                    "not-set",
                    f"Several meetings `{name}` are set; say which.",
                    help="one of " + ", ".join(f"`{one}`" for one in planned),
                ),
            )
        return "", (
            *basics,
            reason("not-set", f"No meeting `{name}` is set.", help="set it first, with its date"),
        )

    def _calls(self, meeting: Meeting) -> Iterator[Reason]:
        self.role = self._permission().role_for(meeting.called_by, self.actor)
        if not self.role and meeting.chair is not None:
            chair = Who(any_of=(Holder(role=meeting.chair.role),))
            self.role = self._permission().role_for(chair, self.actor)
        if not self.role:
            yield reason(
                "wrong-role",
                f"{meeting.name} is called by {in_words(meeting.called_by, self.protocol)}.",
                element=meeting,
                path=meeting.below("called_by"),
                needs="role",
                supplied_by=meeting.called_by.roles if meeting.called_by else (),
            )

    def _move(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        id_, reasons = self._planned()
        if not id_:
            return reasons, _nothing
        name = self.case.meetings[id_].name
        found = [*reasons, *self._calls(self.protocol.meetings[name])]
        planned_at = self.request.planned_at
        if planned_at is None:
            found.append(reason("missing-fact", "The new date of the meeting is missing."))

        def go() -> None:
            assert planned_at is not None
            self.step.do(ch.MeetingSet(meeting=id_, name=name, planned_at=planned_at))
            self.step.happen(name, "moved", self.at, self.actor.id, self.role, of=id_)

        return tuple(found), go

    def _call_off(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        id_, reasons = self._planned()
        if not id_:
            return reasons, _nothing
        name = self.case.meetings[id_].name
        found = [*reasons, *self._calls(self.protocol.meetings[name])]

        def go() -> None:
            self.step.do(ch.MeetingEnded(meeting=id_, status="called_off"))
            self.step.happen(name, "called_off", self.at, self.actor.id, self.role, of=id_)

        return tuple(found), go

    def _hold(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        id_, reasons = self._planned()
        if not id_:
            return reasons, _nothing
        meeting = self.protocol.meetings[self.case.meetings[id_].name]
        attended = self.request.attended
        found = list(reasons)
        seat = attended.get(self.actor.id, "")
        if seat and self._permission().holds(seat, self.actor):
            self.role = seat
        else:
            found.extend(self._calls(meeting))
        found.extend(self._seats(meeting))
        exception = meeting.exceptions.get(self.request.exception)
        if self.request.exception:
            found.extend(self._exception(meeting))
        quorate = is_quorate(self.program, self.case, meeting, attended, self.now)

        def go() -> None:
            outcome = "held" if quorate or exception is not None else "adjourned"
            actor, role = self.actor.id, self.role
            self.step.do(ch.MeetingEnded(meeting=id_, status=outcome, attended=dict(attended)))
            if exception is not None and not quorate:
                self.step.happen(exception.id, "used", self.at, actor, role, of=id_)
            said = "quorate" if quorate else "short"
            self.step.happen(meeting.id, said, self.at, actor, role, of=id_)
            self.step.happen(meeting.id, outcome, self.at, actor, role, of=id_)

        return tuple(found), go

    def _seats(self, meeting: Meeting) -> Iterator[Reason]:
        """Somebody was there, and every seat is that of a declared role."""
        attended = self.request.attended
        if not attended:
            yield reason("missing-fact", "Who was at the meeting is missing.", element=meeting)
        for role in sorted(set(attended.values())):
            if role not in self.protocol.roles:
                yield reason(
                    "unknown-role",
                    f"There is no role `{role}` in this protocol.",
                    help=did_you_mean(role, self.protocol.roles),
                )

    def _exception(self, meeting: Meeting) -> Iterator[Reason]:
        rule = meeting.exceptions.get(self.request.exception)
        if rule is None:
            yield reason(
                "unknown-exception",
                f"{meeting.name} has no exception `{self.request.exception}`.",
                help=did_you_mean(self.request.exception, meeting.exceptions),
                element=meeting,
            )
            return
        if rule.who is not None and not self._permission().role_for(rule.who, self.actor):
            yield reason(
                "wrong-role",
                f"`{rule.id}` is decided by {in_words(rule.who, self.protocol)}.",
                element=rule,
                supplied_by=rule.who.roles,
            )
        judge = self.program.judge(rule.if_)
        if judge is not None:
            verdict = judge(CaseSituation(self.case, self.program, self.now))
            if verdict is not True:
                yield reason(
                    "need-unknown" if verdict is None else "need-not-met",
                    f"`{rule.id}` has a condition, and that is not met.",
                    element=rule,
                    path=rule.below("if"),
                )
        if rule.reason == "required" and not self.request.reason:
            yield reason(
                "missing-reason",
                f"`{rule.id}` needs a reason: a code or a reference.",
                element=rule,
            )

    def _permission(self, instance: Instance | None = None) -> Permission:
        return Permission(
            protocol=self.protocol,
            case=self.case,
            meeting=self.request.meeting,
            instance=instance,
        )


def is_quorate(
    program: Program, case: Case, meeting: Meeting, attended: Mapping[str, str], now: datetime
) -> bool:
    """Whether those who were there make a quorum (ruling 22); nothing stated: they do."""
    quorum = meeting.quorum
    if quorum is None:
        return "quorum" in meeting.unspecified or all(
            role in attended.values() for role in meeting.required
        )
    judge = program.judge(meeting.counts_if)
    members = {*meeting.members, *(role for roles in meeting.counting.values() for role in roles)}
    counted = [
        role
        for role in attended.values()
        if (role in members or not members)
        and (judge is None or judge(CaseSituation(case, program, now, attendee=role)) is True)
    ]
    groups = {
        group for group, roles in meeting.counting.items() if any(role in counted for role in roles)
    }
    grouped = {role for roles in meeting.counting.values() for role in roles}
    groups |= {role for role in counted if role not in grouped}
    if not all(name in groups or name in counted for name in quorum.all_of):
        return False
    size = len(groups) if quorum.of == "groups" else len(counted)
    return quorum.at_least is None or size >= quorum.at_least


def _code(name: str, text: str) -> Iterator[Reason]:
    """Reasons and evidence are codes or references, so that no text about a child gets in."""
    if text and (len(text) > 64 or not text.isprintable() or " " in text):
        yield reason(
            "free-text",
            f"The {name} must be a code or a reference of at most 64 characters, without spaces.",
            help="keep the words in your case file and give its number here",
        )


def _nothing() -> None:
    """What a refused request does."""
