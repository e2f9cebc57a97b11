"""Answers about a case: where it stands, who owes what, what may be done, what will come.

Data, in the words that the command line, the API and the pages all use. Imports the case,
decisions, time and ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from protocolkit.conditions.explain import explain
from protocolkit.ground.findings import Path, Reason
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model.case import Level
from protocolkit.model.people import Who
from protocolkit.semantics.actors import Actor, Permission, in_words
from protocolkit.semantics.case import Case, Instance, MeetingRecord
from protocolkit.semantics.changes import Deferred, Ended, FactValue, LevelReached, Opened
from protocolkit.semantics.decide import decide
from protocolkit.semantics.program import Program
from protocolkit.semantics.situation import CaseSituation
from protocolkit.semantics.time import Item, come, items, next_item

FORESEEN = 25
"""How many things `pending` tells at most."""

AHEAD = timedelta(days=366)
"""How far `pending` looks ahead."""


class Owed(Record):
    """One open follow-up: who owes what to whom until when, and what otherwise.

    `who` and `owed_to` are in words, `roles` the roles that owe it or were let in by a ladder,
    `persons` the ids of those who owe it by name. Without a due instant
    `due_text` says why: no limit is stated, or (`limit_stated`) what it counts from has no
    date yet.
    """

    case: str
    instance: str
    follow_up: str
    title: str
    who: str
    roles: tuple[str, ...]
    persons: tuple[str, ...] = ()
    owed_to: str = ""
    status: str
    strength: str
    opened_at: datetime
    aim: datetime | None = None
    due: datetime | None = None
    outer: datetime | None = None
    due_text: str = ""
    limit_stated: bool = True
    done_by: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    source: str = ""
    path: Path = ()


class Undecided(Record):
    """A follow-up that may have to open: an unknown fact decides.

    `since` is when it would open, `needs` the facts that are missing, `supplied_by` the roles
    that can record them.
    """

    follow_up: str
    title: str
    since: datetime
    needs: tuple[str, ...]
    supplied_by: tuple[str, ...]
    path: Path = ()


class Planned(Record):
    """One meeting of a case."""

    id: str
    name: str
    status: str
    planned_at: datetime
    attended: Mapping[str, str] = EMPTY


class Standing(Record):
    """Where a case stands. `version` is the number of its events."""

    id: str
    protocol: str
    protocol_version: str
    digest: str
    version: int
    states: Mapping[str, str]
    facts: Mapping[str, FactValue]
    holders: Mapping[str, str]
    open: tuple[Owed, ...]
    undecided: tuple[Undecided, ...]
    meetings: tuple[Planned, ...]
    opened_at: datetime
    recorded_at: datetime
    closed_at: datetime | None = None
    next_at: datetime | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the case is closed."""
        return self.closed_at is not None


class Why(Record):
    """Whether an act may be done now, by whom else, and every reason if not."""

    trigger: str
    title: str
    allowed: bool
    role: str = ""
    who: str = ""
    reasons: tuple[Reason, ...] = ()
    moves: tuple[tuple[str, str, str], ...] = ()
    source: str = ""
    path: Path = ()


class Coming(Record):
    """Something that time will do: when, what, and whether it only happens if nobody acts."""

    case: str
    at: datetime
    kind: str
    of: str
    what: str
    text: str


def standing(program: Program, case: Case) -> Standing:
    """Where a case stands."""
    assert case.opened_at is not None
    assert case.recorded_at is not None
    situation = CaseSituation(case, program, case.recorded_at)
    known = {name: situation.fact(name) for name in case.facts}
    return Standing(
        id=case.id,
        protocol=case.protocol,
        protocol_version=case.version,
        digest=case.digest,
        version=case.events,
        states=dict(case.states),
        facts={name: value for name, value in sorted(known.items()) if value is not None},
        holders=dict(sorted(case.holders.items())),
        open=todo(program, case),
        undecided=tuple(_undecided(program, case, one) for one in case.deferred.values()),
        meetings=tuple(_planned(meeting) for meeting in case.meetings.values()),
        opened_at=case.opened_at,
        recorded_at=case.recorded_at,
        closed_at=case.closed_at,
        next_at=min((item.dated for item in items(case)), default=None),
    )


def todo(program: Program, case: Case, role: str = "", person: str = "") -> tuple[Owed, ...]:
    """What is owed in a case, the earliest due first; only of a role or a person if given."""
    found = [_owed(program, case, instance) for instance in case.open.values()]
    if role:
        found = [one for one in found if role in one.roles or not (one.roles or one.persons)]
    if person:
        found = [one for one in found if person in one.persons]
    return tuple(
        sorted(found, key=lambda one: (one.due is None, one.due or one.opened_at, one.instance))
    )


def why(
    program: Program, case: Case, trigger: str, actor: Actor, now: datetime, meeting: str = ""
) -> Why:
    """Whether an actor may do a trigger now; data that must come with it is not asked for."""
    decision = decide(program, case, trigger, actor, at=now, now=now, meeting=meeting)
    reasons = tuple(one for one in decision.reasons if one.name != "missing-fact")
    declared = program.trigger(trigger)
    return Why(
        trigger=trigger,
        title=declared.name if declared else trigger,
        allowed=not reasons,
        role=decision.role,
        who=in_words(declared.who, program.protocol) if declared else "",
        reasons=reasons,
        moves=decision.moves,
        source=declared.source if declared else "",
        path=declared.path if declared else (),
    )


def possible(program: Program, case: Case, actor: Actor, now: datetime) -> tuple[Why, ...]:
    """Every act of the protocol, whether the actor may do it now, in the order of the file."""
    return tuple(why(program, case, name, actor, now) for name in program.protocol.triggers)


def pending(program: Program, case: Case) -> tuple[Coming, ...]:
    """What time will do to a case if nobody acts, the earliest first.

    The case is played on to find out, so it must be one that is not needed any more. Shape: at
    most `FORESEEN` things, at most a year ahead; what nobody would notice is left out.
    """
    found: list[Coming] = []
    assert case.recorded_at is not None
    horizon = case.recorded_at + AHEAD
    while len(found) < FORESEEN and (item := next_item(case, horizon)) is not None:
        text = _text(program, case, item)
        event = come(program, case, item)
        skipped = any(isinstance(one, LevelReached) and one.skipped for one in event.changes)
        if text and not skipped:
            found.append(_coming(case, item, item.kind, item.id, item.what, text))
        for change in event.changes:
            if isinstance(change, Opened | Ended):
                instance = case.instances[change.instance]
                opens = isinstance(change, Opened)
                name = program.follow_ups[instance.follow_up].name
                said = f"{name} {'opens' if opens else 'ends'}"
                kind = "opened" if opens else "ended"
                found.append(_coming(case, item, kind, instance.id, instance.follow_up, said))
    return tuple(found[:FORESEEN])


def _undecided(program: Program, case: Case, waiting: Deferred) -> Undecided:
    follow_up = program.follow_ups[waiting.follow_up]
    situation = CaseSituation(case, program, waiting.at, at=waiting.at)
    names = program.names
    causes = explain(follow_up.if_, names.terms, names, situation) if follow_up.if_ else ()
    facts = dict.fromkeys(one.fact for one in causes if one.truth is None and one.fact)
    roles = [role for fact in facts for role in program.protocol.facts[fact].recorded_by]
    return Undecided(
        follow_up=follow_up.id,
        title=follow_up.name,
        since=waiting.at,
        needs=tuple(facts),
        supplied_by=tuple(dict.fromkeys(roles)),
        path=follow_up.below("if"),
    )


def _planned(meeting: MeetingRecord) -> Planned:
    return Planned(
        id=meeting.id,
        name=meeting.name,
        status=meeting.status,
        planned_at=meeting.planned_at,
        attended=dict(meeting.attended),
    )


def _owed(program: Program, case: Case, instance: Instance) -> Owed:
    follow_up = program.follow_ups[instance.follow_up]
    limit = follow_up.every or follow_up.due
    stated = limit is not None and not limit.unspecified
    text = ""
    if instance.due is None:
        text = f"no date yet: {limit}" if stated else "no limit stated"
    roles = (*(follow_up.who.roles if follow_up.who else ()), *case.handed.get(instance.id, ()))
    people = (
        *_people(program, case, instance, follow_up.who),
        *(case.holders[role] for role in roles if role in case.holders),
    )
    return Owed(
        case=case.id,
        instance=instance.id,
        follow_up=follow_up.id,
        title=follow_up.name,
        who=in_words(follow_up.who, program.protocol) if follow_up.who else "nobody named",
        roles=roles,
        persons=tuple(dict.fromkeys(people)),
        owed_to=_to(program, case, instance, follow_up.owed_to),
        status=instance.shown_status,
        strength=follow_up.strength,
        opened_at=instance.opened_at,
        aim=instance.aim,
        due=instance.due,
        outer=instance.outer,
        due_text=text,
        limit_stated=stated,
        done_by=tuple(str(one.trigger) for one in follow_up.met_by),
        otherwise=_otherwise(program, case, instance),
        source=follow_up.source,
        path=follow_up.path,
    )


def _to(program: Program, case: Case, instance: Instance, who: Who | None) -> str:
    if who is None:
        return ""
    people = _people(program, case, instance, who)
    return " and ".join(people) or in_words(who, program.protocol)


def _people(program: Program, case: Case, instance: Instance, who: Who | None) -> list[str]:
    """The persons that are meant by what they did."""
    permission = Permission(protocol=program.protocol, case=case, instance=instance)
    named = [holder.actor_of for holder in who.holders if holder.actor_of] if who else []
    return [person for name in named if (person := permission.person_of(name))]


def _otherwise(program: Program, case: Case, instance: Instance) -> tuple[str, ...]:
    """What follows if it is not done: the levels still to come."""
    said: list[str] = []
    for run in case.runs.values():
        if run.of == instance.id:
            escalation = program.protocol.escalations[run.escalation]
            said.extend(level_in_words(program, level) for level in escalation.levels[run.level :])
    blocked = [f"`{name}` must wait" for name in program.follow_ups[instance.follow_up].blocks]
    return (*said, *blocked)


def level_in_words(program: Program, level: Level) -> str:
    """What a level does: "judge is told 4 hours later"."""
    protocol = program.protocol
    parts: list[str] = []
    if level.hand_to:
        parts.append(f"{protocol.roles[level.hand_to].name} may act too")
    if level.tell:
        told = in_words(Who(all_of=level.tell), protocol)
        parts.append(f"{told} {'is' if len(level.tell) == 1 else 'are'} told")
    if level.fire:
        parts.append(f"`{level.fire}` happens by itself")
    when = ""
    if level.at:
        when = "when it is late" if level.at == "due" else "at the outer limit"
    elif level.after is not None:
        span = level.after.within
        when = "at once" if span is None else f"{span} later"
    return f"{when}: {' and '.join(parts)}" if when else " and ".join(parts)


def _text(program: Program, case: Case, item: Item) -> str:
    """What a thing that time does is; "" when only what follows from it is worth telling."""
    if item.kind == "overdue":
        return f"{program.follow_ups[item.what].name} is late if not done"
    if item.kind == "level":
        run = case.runs[item.id]
        escalation = program.protocol.escalations[run.escalation]
        return f"{escalation.name}: {level_in_words(program, escalation.levels[run.level])}"
    return ""


def _coming(case: Case, item: Item, kind: str, of: str, what: str, text: str) -> Coming:
    return Coming(case=case.id, at=item.dated, kind=kind, of=of, what=what, text=text)
