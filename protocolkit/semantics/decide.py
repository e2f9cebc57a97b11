"""May this act happen? Every reason against it at once, made by the code that decides.

Pure: reads a case, changes nothing. Imports the program, the situation and ground.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from protocolkit.conditions.explain import explain
from protocolkit.ground.findings import Path, Reason
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model import words
from protocolkit.model.base import Element
from protocolkit.model.case import Fact, Need, Trigger
from protocolkit.semantics.actors import Actor, Permission, handed_roles, in_words
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.changes import FactValue, Happened
from protocolkit.semantics.matching import meant
from protocolkit.semantics.program import Program
from protocolkit.semantics.situation import CaseSituation


class Decision(Record):
    """The answer: `reasons` against the act (none: it may happen), and how it would go.

    `role` is the role in which the actor acts; `moves` are (strand, from, to).
    """

    reasons: tuple[Reason, ...] = ()
    role: str = ""
    moves: tuple[tuple[str, str, str], ...] = ()
    meeting: str = ""

    @property
    def allowed(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


def reason(
    name: str,
    message: str,
    *,
    help: str = "",
    element: Element | None = None,
    path: Path = (),
    needs: str = "",
    supplied_by: tuple[str, ...] = (),
    witness: Mapping[str, str] = EMPTY,
) -> Reason:
    """A reason against an act, with the rule's place and citation."""
    return Reason(
        code=name,
        name=name,
        severity="error",
        message=message,
        help=help,
        path=path or (element.path if element else ()),
        source=element.source if element else "",
        needs=needs,
        supplied_by=supplied_by,
        witness=witness,
    )


def decide(
    program: Program,
    case: Case,
    name: str,
    actor: Actor,
    *,
    at: datetime,
    now: datetime,
    facts: Mapping[str, FactValue] = EMPTY,
    assign: Mapping[str, str] = EMPTY,
    meeting: str = "",
    past: bool = False,
) -> Decision:
    """Whether an actor may do a trigger, with every reason if not.

    Units: `at` is when it happened, `now` when it is recorded; both aware UTC. `past` means
    just after `now`, for what the clock does.
    """
    trigger = program.trigger(name)
    if trigger is None:
        return Decision(
            reasons=(
                reason(
                    "unknown-trigger",
                    f"There is no act `{name}` in this protocol.",
                    help=did_you_mean(name, program.protocol.triggers),
                ),
            )
        )
    situation = CaseSituation(case, program, now, past=past)
    return _Judgement(situation, trigger, actor, at, facts, assign, meeting).decision()


class _Judgement:
    """One trigger, one actor, one instant."""

    def __init__(
        self,
        situation: CaseSituation,
        trigger: Trigger,
        actor: Actor,
        at: datetime,
        facts: Mapping[str, FactValue],
        assign: Mapping[str, str],
        meeting: str,
    ) -> None:
        self.situation = situation
        self.program = program = situation.program
        self.case = case = situation.case
        self.trigger = trigger
        self.actor = actor
        self.at = at
        self.now = situation.now
        self.facts = facts
        self.assign = assign
        self.named_meeting = meeting
        self.meeting = meeting or self._last_meeting()
        self.permission = Permission(protocol=program.protocol, case=case, meeting=self.meeting)
        self.role = ""
        self.moves: tuple[tuple[str, str, str], ...] = ()

    def decision(self) -> Decision:
        reasons = tuple(
            found
            for judge in (
                self.time,
                self.strength,
                self.open_case,
                self.who,
                self.separation,
                self.at_meeting,
                self.enabled,
                self.needs,
                self.blocks,
                self.data,
                self.closing,
            )
            for found in judge()
        )
        return Decision(reasons=reasons, role=self.role, moves=self.moves, meeting=self.meeting)

    def _last_meeting(self) -> str:
        name = self.trigger.decided_at or self.trigger.during
        held = [
            meeting.id
            for meeting in self.case.meetings.values()
            if meeting.name == name and meeting.status in ("held", "adjourned")
        ]
        return held[-1] if held else ""

    # -- each thing that can speak against it ------------------------------------------

    def time(self) -> Iterator[Reason]:
        yield from future(self.at, self.now)

    def strength(self) -> Iterator[Reason]:
        if self.trigger.strength == "must_not":
            yield reason(
                "forbidden",
                f"This protocol forbids `{self.trigger.id}`.",
                element=self.trigger,
                path=self.trigger.below("strength"),
            )

    def open_case(self) -> Iterator[Reason]:
        yield from closed(self.case)

    def who(self) -> Iterator[Reason]:
        trigger, protocol = self.trigger, self.program.protocol
        who = trigger.who
        if self._for_attendees():
            return  # `at_meeting` judges it
        extra = handed_roles(self.case, protocol, trigger)
        self.role = self.permission.role_for(who, self.actor, extra)
        if not self.role:
            yield reason(
                "wrong-role",
                f"`{trigger.id}` is for {in_words(who, protocol)}"
                f"{self._let_in(extra)}; {self._acting()}.",
                help=self._vacant(),
                element=trigger,
                path=trigger.below("who"),
                needs="role",
                supplied_by=(*(who.roles if who else ()), *extra),
            )
        for role in trigger.never:
            if self.permission.holds(role, self.actor):
                yield reason(
                    "exclusion",
                    f"Whoever is {protocol.roles[role].name} may not do `{trigger.id}`.",
                    element=trigger,
                    path=trigger.below("never"),
                )

    def _for_attendees(self) -> bool:
        """Whether it is for whoever was at its meeting, said or implied."""
        if not (self.trigger.decided_at or self.trigger.during):
            return False
        who = self.trigger.who
        return who is None or [holder.role for holder in who.holders] == [words.ATTENDEES]

    def _let_in(self, roles: Collection[str]) -> str:
        """The roles that a ladder let in, in words."""
        names = [self.program.protocol.roles[role].name for role in roles]
        return f", and now also for {_or(names, quoted=False)}" if names else ""

    def _acting(self) -> str:
        roles = [
            self.program.protocol.roles[role].name
            for role in self.program.protocol.roles
            if role in self.actor.roles
        ]
        return "you act as " + " and ".join(roles) if roles else "you hold no role here"

    def _vacant(self) -> str:
        protocol = self.program.protocol
        who = self.trigger.who
        for role in who.roles if who else ():
            if protocol.roles[role].per_case and role not in self.case.holders:
                return f"nobody is assigned as {protocol.roles[role].name} in this case yet"
            if role in self.actor.roles and protocol.roles[role].per_case:
                return f"another {protocol.roles[role].name} is assigned to this case"
        return ""

    def separation(self) -> Iterator[Reason]:
        for name in self.trigger.different_from:
            last = self.case.last(name)
            if last is not None and last.by == self.actor.id:
                yield reason(
                    "same-person",
                    f"Whoever did `{name}` may not also do `{self.trigger.id}`.",
                    help="another person must do it",
                    element=self.trigger,
                    path=self.trigger.below("different_from"),
                )

    def at_meeting(self) -> Iterator[Reason]:
        trigger = self.trigger
        if self.named_meeting and self.named_meeting not in self.case.meetings:
            yield reason(
                "unknown-meeting",
                f"This case has no meeting `{self.named_meeting}`.",
                help=did_you_mean(self.named_meeting, self.case.meetings),
            )
            return
        name = trigger.decided_at or trigger.during
        if not name:
            return
        key = "decided_at" if trigger.decided_at else "during"
        meeting = self.case.meetings.get(self.meeting)
        title = self.program.protocol.meetings[name].name
        if meeting is None or meeting.name != name or meeting.status not in ("held", "adjourned"):
            yield reason(
                "not-decided" if trigger.decided_at else "not-at-meeting",
                f"`{trigger.id}` belongs to a meeting: {title}. None was held yet.",
                help="set the meeting and record that it was held, with who was there",
                element=trigger,
                path=trigger.below(key),
            )
            return
        if trigger.decided_at and meeting.status != "held":
            yield reason(
                "not-decided",
                f"{title} `{meeting.id}` had no quorum, so it cannot decide.",
                element=trigger,
                path=trigger.below(key),
            )
        seat = meeting.attended.get(self.actor.id, "")
        self.role = self.role or seat
        if not seat and (self._for_attendees() or trigger.during):
            yield reason(
                "not-at-meeting",
                f"`{trigger.id}` is for those who were at {title} `{meeting.id}`; "
                "you are not among them.",
                element=trigger,
                path=trigger.below(key),
            )

    def enabled(self) -> Iterator[Reason]:
        moves = self.program.moves[self.trigger.id]
        if not moves:
            return
        found: dict[str, tuple[str, str, str]] = {}
        held_back: list[Any] = []
        for move in moves:
            state = self.case.states[move.strand]
            if state not in move.move.from_ or move.strand in found:
                continue
            if move.judge is None or move.judge(self.situation) is True:
                found[move.strand] = (move.strand, state, move.move.to)
            else:
                held_back.append(move)
        self.moves = tuple(found.values())
        if found:
            yield from self._in_order()
            return
        for move in held_back:
            yield from self._causes(
                "not-enabled", move.move.if_, move.move, f"`{self.trigger.id}` goes on only if"
            )
        if not held_back:
            starts = sorted({state for move in moves for state in move.move.from_})
            stands = sorted({self.case.states[move.strand] for move in moves})
            yield reason(
                "not-enabled",
                f"`{self.trigger.id}` starts from {_or(starts)}; the case stands at {_or(stands)}.",
                help=self._way_to(starts),
                element=self.trigger,
                path=self.trigger.below("moves"),
                witness={"states": ", ".join(self.case.states.values())},
            )

    def _in_order(self) -> Iterator[Reason]:
        """An act cannot start from a state before the case came there (a slip of the clock)."""
        if self.trigger.protective:
            return
        for strand, state, _ in self.moves:
            since = self.case.visits[strand][1]
            if self.at < since:
                yield reason(
                    "too-early",
                    f"`{self.trigger.id}` starts from `{state}`, and this is dated before the case "
                    "came there.",
                    help="look at the time again",
                    element=self.trigger,
                    path=self.trigger.below("moves"),
                    witness={"at": self.at.isoformat(), "since": since.isoformat()},
                )

    def _way_to(self, states: list[str]) -> str:
        now = set(self.case.states.values())
        ways = [
            name
            for name, moves in self.program.moves.items()
            if any(move.move.to in states and now & set(move.move.from_) for move in moves)
        ]
        return f"first comes {_or(sorted(ways))}" if ways else ""

    def needs(self) -> Iterator[Reason]:
        for need in self.trigger.needs.values():
            judge = self.program.judge(need.condition)
            verdict = judge(self.situation) if judge else True
            if verdict is not True:
                name = "need-unknown" if verdict is None else "need-not-met"
                yield from self._causes(name, need.condition, need, f"`{self.trigger.id}` needs")

    def _causes(
        self, name: str, condition: Any, element: Need | Any, says: str
    ) -> Iterator[Reason]:
        protocol = self.program.protocol
        for cause in explain(
            condition, self.program.names.terms, self.program.names, self.situation
        ):
            fact = protocol.facts.get(cause.fact)
            yield reason(
                name,
                f"{says} {element.name or cause.text}: {cause.sentence}.",
                help=self._who_records(fact) if cause.truth is None and fact else "",
                element=element if element.source else self.trigger.replace(path=element.path),
                path=element.path,
                needs=cause.fact,
                supplied_by=fact.recorded_by if fact else (),
                witness={cause.name: cause.value},
            )

    def _who_records(self, fact: Fact) -> str:
        names = [self.program.protocol.roles[role].name for role in fact.recorded_by]
        return (
            f"{_or(names, quoted=False)} can record `{fact.id}`"
            if names
            else (f"record `{fact.id}` first")
        )

    def blocks(self) -> Iterator[Reason]:
        if self.trigger.protective:
            return
        for follow_up in self.program.blockers.get(self.trigger.id, ()):
            for instance in self.case.open.values():
                if instance.follow_up == follow_up.id:
                    yield reason(
                        "blocked",
                        f"`{self.trigger.id}` must wait until `{instance.id}` is done: "
                        f"{follow_up.name}.",
                        help=f"{in_words(follow_up.who, self.program.protocol)} owes it",
                        element=follow_up,
                        path=follow_up.below("blocks"),
                        needs=instance.id,
                        supplied_by=follow_up.who.roles if follow_up.who else (),
                    )

    def data(self) -> Iterator[Reason]:
        trigger, protocol = self.trigger, self.program.protocol
        accepted = {recorded.fact: recorded for recorded in trigger.records}
        for recorded in trigger.records:
            if recorded.required and recorded.fact not in self.facts:
                yield reason(
                    "missing-fact",
                    f"`{trigger.id}` needs the fact `{recorded.fact}` with it.",
                    element=trigger,
                    path=trigger.below("records"),
                    needs=recorded.fact,
                )
        for name, value in self.facts.items():
            if name not in accepted:
                yield reason(
                    "unknown-fact",
                    f"`{trigger.id}` does not record a fact `{name}`.",
                    help=did_you_mean(name, accepted),
                    element=trigger,
                    path=trigger.below("records"),
                )
            else:
                yield from wrong_value(protocol.facts[name], value, protocol.roles)
        for role, way in trigger.assigns.items():
            if way == "named" and role not in self.assign:
                yield reason(
                    "missing-fact",
                    f"`{trigger.id}` needs the name of the {protocol.roles[role].name}.",
                    help="say who it is by the id your case system uses",
                    element=trigger,
                    path=trigger.below("assigns"),
                    needs=role,
                )
        for role in self.assign:
            if trigger.assigns.get(role) != "named":
                yield reason(
                    "unknown-fact",
                    f"`{trigger.id}` does not assign a `{role}`.",
                    help=did_you_mean(role, trigger.assigns),
                    element=trigger,
                    path=trigger.below("assigns"),
                )

    def closing(self) -> Iterator[Reason]:
        if not self.moves or not self._closes():
            return
        over = self._ended_by_this()
        for instance in self.case.open.values():
            follow_up = self.program.follow_ups[instance.follow_up]
            if instance.id in over:
                continue
            if holds_open(follow_up.strength, follow_up.carries_over, instance):
                yield reason(
                    "open-follow-up",
                    f"`{self.trigger.id}` would close the case, and `{instance.id}` is still "
                    f"owed: {follow_up.name}.",
                    help=f"{in_words(follow_up.who, self.program.protocol)} owes it",
                    element=follow_up,
                    needs=instance.id,
                    supplied_by=follow_up.who.roles if follow_up.who else (),
                )

    def _ended_by_this(self) -> set[str]:
        """What this very act would do, or what belongs to a state that it leaves."""
        left = {self.case.visits[strand][0] for strand, _, _ in self.moves}
        found = {one.id for one in self.case.open.values() if one.visit in left}
        number = len(self.case.occurrences) + 1
        act = Happened(number=number, name=self.trigger.id, at=self.at, of=self.meeting)
        for follow_up in self.program.follow_ups.values():
            for met_by in follow_up.met_by:
                ref = met_by.trigger
                if ref is not None and met_by.if_ is None and ref.name == self.trigger.id:
                    found.update(one.id for one in meant(self.case, follow_up, act))
        return found

    def _closes(self) -> bool:
        after = dict(self.case.states)
        after.update({strand: to for strand, _, to in self.moves})
        was = self.program.strands_closed_by(self.case.states.items())
        return not was and self.program.strands_closed_by(after.items())


def holds_open(strength: str, carries_over: bool, instance: Instance) -> bool:
    """Whether an open follow-up keeps a case from closing (ruling 14)."""
    return strength == "must" and not carries_over and not instance.period


def future(at: datetime, now: datetime) -> Iterator[Reason]:
    """What has not happened yet cannot be recorded."""
    if at > now:
        yield reason(
            "in-the-future",
            "This is dated later than now; only what has happened can be recorded.",
            witness={"at": at.isoformat(), "now": now.isoformat()},
        )


def closed(case: Case) -> Iterator[Reason]:
    """A closed case takes no more acts."""
    if case.is_closed:
        yield reason("case-closed", "This case is closed.", help="open a new case")


def wrong_value(fact: Fact, value: FactValue, roles: Mapping[str, Any]) -> Iterator[Reason]:
    """Whether a value is one that the fact can have."""
    wanted = ""
    match fact.type:
        case "boolean":
            if not isinstance(value, bool):
                wanted = "`true` or `false`"
        case "integer":
            if isinstance(value, bool) or not isinstance(value, int):
                wanted = "a whole number"
            elif fact.range and not fact.range[0] <= value <= fact.range[1]:
                wanted = f"from {fact.range[0]} to {fact.range[1]}"
        case "choice":
            if value not in fact.values:
                wanted = "one of " + ", ".join(f"`{word}`" for word in fact.values)
        case "date":
            if not isinstance(value, date) or isinstance(value, datetime):
                wanted = "a date such as 2025-04-18"
        case "set of roles":
            if not isinstance(value, frozenset) or not all(role in roles for role in value):
                wanted = "a set of roles of this protocol"
        case "reference":
            if not isinstance(value, str) or not 0 < len(value) <= 64 or not value.isprintable():
                wanted = "a reference of at most 64 characters"
            elif any(space in value for space in " \t"):
                wanted = "a reference without spaces: a number or code, never a text"
    if wanted:
        yield reason(
            "wrong-value",
            f"`{fact.id}` must be {wanted}.",
            element=fact,
            needs=fact.id,
        )


def _or(names: list[str], *, quoted: bool = True) -> str:
    shown = [f"`{name}`" if quoted else name for name in names]
    return " or ".join(shown) if len(shown) <= 2 else ", ".join(shown[:-1]) + " or " + shown[-1]
