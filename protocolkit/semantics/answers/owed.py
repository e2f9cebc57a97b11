"""What is owed: every open follow-up with who, to whom, until when, what is missing of it, and
what otherwise; and what waits for a fact before it opens.

Imports the case, shares and conditions.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from protocolkit.conditions.explain import explain
from protocolkit.ground.findings import Path
from protocolkit.ground.record import Record
from protocolkit.model.case import FollowUp
from protocolkit.model.people import Holder, Who
from protocolkit.semantics.actors import Permission, in_words
from protocolkit.semantics.answers.page import Page, no_place, page
from protocolkit.semantics.answers.words import levels_to_come
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.changes import Deferred, instant_from, instant_text
from protocolkit.semantics.program import Program
from protocolkit.semantics.shares import is_vacant, missing_holders, missing_parts, who_owes
from protocolkit.semantics.situation import CaseSituation


class Owed(Record):
    """One open follow-up: who owes what to whom until when, and what otherwise.

    `who` and `owed_to` are in words, `roles` the roles that owe it still or were let in by a
    ladder, `persons` the ids of those who owe it by name, `organizations` those of all of them.
    `item` is the one recipient it is for. `missing` names the holders and parts that are not
    done, `done` those that are. Without a due instant `due_text` says why: no limit is stated,
    its clock stands (`paused`), or (`limit_stated`) what it counts from has no date yet.
    `vacant`: nobody is there who could owe it.
    """

    case: str
    protocol: str
    instance: str
    follow_up: str
    title: str
    who: str
    roles: tuple[str, ...]
    persons: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    owed_to: str = ""
    item: str = ""
    missing: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    status: str
    paused: bool = False
    vacant: bool = False
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
    that can record them; `persons` and `organizations` are of those roles.
    """

    case: str
    protocol: str
    follow_up: str
    title: str
    since: datetime
    needs: tuple[str, ...]
    supplied_by: tuple[str, ...]
    persons: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    strength: str
    path: Path = ()


class Wanted(Record):
    """Which of what is owed is asked about; what is not filled does not matter.

    `role`, `person` and `organization` are who owes it, `protocol` an id. `late`: only what is
    overdue. `before`: only what is due before that instant.
    """

    role: str = ""
    person: str = ""
    organization: str = ""
    protocol: str = ""
    follow_up: str = ""
    strength: str = ""
    late: bool = False
    before: datetime | None = None

    def fits(self, one: Owed) -> bool:
        """Whether it is asked about. What nobody is named for is for every role."""
        anybody = not (one.roles or one.persons)
        return (
            (not self.role or self.role in one.roles or anybody)
            and (not self.person or self.person in one.persons)
            and (not self.organization or self.organization in one.organizations)
            and self.protocol in ("", one.protocol)
            and self.follow_up in ("", one.follow_up)
            and self.strength in ("", one.strength)
            and (not self.late or one.status == "overdue")
            and (self.before is None or (one.due is not None and one.due < self.before))
        )

    def waits(self, one: Undecided) -> bool:
        """Whether what waits for a fact is asked about: by those who can record the fact."""
        return (
            (not self.role or self.role in one.supplied_by or not one.supplied_by)
            and (not self.person or self.person in one.persons)
            and (not self.organization or self.organization in one.organizations)
            and self.protocol in ("", one.protocol)
            and self.follow_up in ("", one.follow_up)
            and self.strength in ("", one.strength)
        )


_Place = tuple[bool, datetime, str, str]


def _place(one: Owed) -> _Place:
    return (one.due is None, one.due or one.opened_at, one.case, one.instance)


def todo(program: Program, case: Case) -> tuple[Owed, ...]:
    """What is owed in a case, the earliest due first, what has no date last."""
    return tuple(sorted((owed(program, case, one) for one in case.open.values()), key=_place))


def waiting(program: Program, case: Case) -> tuple[Undecided, ...]:
    """What waits for a fact before it opens, the earliest first."""
    found = (undecided(program, case, one) for one in case.deferred.values())
    return tuple(sorted(found, key=lambda one: (one.since, one.follow_up)))


def todo_page(found: Iterable[Owed], limit: int | None = None, after: str = "") -> Page[Owed]:
    """What is owed in several cases, a page of it. A page that follows another goes on where
    that ended, whatever was done or opened in between.

    Raises: UsageError: `after` is no cursor, `limit` is less than 1.
    """
    items = sorted(found, key=_place)
    start = _place_of(after) if after else None
    rest = [one for one in items if start is None or _place(one) > start]
    return page(rest, len(items), limit, _cursor)


def _cursor(one: Owed) -> str:
    undated, at, case, instance = _place(one)
    return f"{'undated' if undated else 'due'},{instant_text(at)},{case},{instance}"


def _place_of(after: str) -> _Place:
    kind, _, rest = after.partition(",")
    at, _, rest = rest.partition(",")
    case, sign, instance = rest.rpartition(",")
    if kind not in ("due", "undated") or not sign:
        no_place(after)
    try:
        return (kind == "undated", instant_from(at), case, instance)
    except ValueError:
        no_place(after)


def owed(program: Program, case: Case, instance: Instance) -> Owed:
    """One open follow-up."""
    follow_up = program.follow_ups[instance.follow_up]
    limit = follow_up.every or follow_up.due
    stated = limit is not None and not limit.unspecified
    who = who_owes(follow_up, instance)
    roles = (*(who.roles if who else ()), *case.handed.get(instance.id, ()))
    people = (
        *_people(program, case, instance, who),
        *(case.holders[role] for role in roles if role in case.holders),
    )
    blocked = [f"`{name}` must wait" for name in follow_up.blocks]
    return Owed(
        case=case.id,
        protocol=case.protocol,
        instance=instance.id,
        follow_up=follow_up.id,
        title=follow_up.name,
        who=in_words(who, program.protocol) if who else "nobody named",
        roles=roles,
        persons=tuple(dict.fromkeys(people)),
        organizations=_organizations(program, case, instance, who, roles),
        owed_to=instance.item or _to(program, case, instance, follow_up.owed_to),
        item=instance.item,
        missing=(*missing_holders(follow_up, instance), *missing_parts(follow_up, instance)),
        done=tuple(sorted(instance.done)),
        status=instance.shown_status,
        paused=instance.is_paused,
        vacant=is_vacant(program.protocol, case, follow_up, instance),
        strength=follow_up.strength,
        opened_at=instance.opened_at,
        aim=instance.aim,
        due=instance.due,
        outer=instance.outer,
        due_text="" if instance.due is not None else _no_date(follow_up, instance),
        limit_stated=stated,
        done_by=tuple(str(one.trigger) for one in follow_up.met_by),
        otherwise=(*levels_to_come(program, case, instance.id), *blocked),
        source=follow_up.source,
        path=follow_up.path,
    )


def _no_date(follow_up: FollowUp, instance: Instance) -> str:
    """Why there is no due instant."""
    limit = follow_up.every or follow_up.due
    if limit is None or limit.unspecified:
        return "no limit stated"
    left = (instance.left or {}).get("due")
    if left is None:
        return f"no date yet: {limit}"
    span = limit.within or limit.at_most
    if span is None or span.is_elapsed:
        return f"its clock stands: {_hours(left)} left"
    unit = span.unit if span.unit == "business days" else "calendar days"
    return f"its clock stands: {left} {unit if left != 1 else unit.removesuffix('s')} left"


def _hours(microseconds: int) -> str:
    """A length of time as people say it, in whole minutes."""
    hours, minutes = divmod(microseconds // 60_000_000, 60)
    parts = [
        f"{number} {unit}{'' if number == 1 else 's'}"
        for number, unit in ((hours, "hour"), (minutes, "minute"))
        if number
    ]
    return " ".join(parts) or "less than a minute"


def undecided(program: Program, case: Case, waiting: Deferred) -> Undecided:
    """An opening that waits for a fact."""
    follow_up = program.follow_ups[waiting.follow_up]
    assert case.recorded_at is not None
    situation = CaseSituation(case, program, case.recorded_at, at=waiting.at)
    names = program.names
    causes = explain(follow_up.if_, names.terms, names, situation) if follow_up.if_ else ()
    facts = dict.fromkeys(one.fact for one in causes if one.truth is None and one.fact)
    recorders = (role for fact in facts for role in program.protocol.facts[fact].recorded_by)
    roles = tuple(dict.fromkeys(recorders))
    persons = (case.holders[role] for role in roles if role in case.holders)
    return Undecided(
        case=case.id,
        protocol=case.protocol,
        follow_up=follow_up.id,
        title=follow_up.name,
        since=waiting.at,
        needs=tuple(facts),
        supplied_by=roles,
        persons=tuple(dict.fromkeys(persons)),
        organizations=_organizations(program, case, None, None, roles),
        strength=follow_up.strength,
        path=follow_up.below("if"),
    )


def _to(program: Program, case: Case, instance: Instance, who: Who | None) -> str:
    if who is None:
        return ""
    people = _people(program, case, instance, who)
    return " and ".join(people) or in_words(who, program.protocol)


def _people(program: Program, case: Case, instance: Instance, who: Who | None) -> list[str]:
    """The persons that are meant by what they did."""
    named = [holder.actor_of for holder in _holders(who) if holder.actor_of]
    if not named:
        return []
    permission = Permission(protocol=program.protocol, case=case, instance=instance)
    return [person for name in named if (person := permission.person_of(name))]


def _organizations(
    program: Program,
    case: Case,
    instance: Instance | None,
    who: Who | None,
    roles: tuple[str, ...],
) -> tuple[str, ...]:
    """Whose office it is; of a person who is meant by an act, that of the role they acted in."""
    people = _people(program, case, instance, who) if instance is not None else []
    acted = [one.role for one in case.occurrences if one.by in people] if people else []
    known = program.protocol.roles
    names = [known[role].organization for role in (*roles, *acted) if role in known]
    return tuple(name for name in dict.fromkeys(names) if name)


def _holders(who: Who | None) -> tuple[Holder, ...]:
    return who.holders if who else ()
