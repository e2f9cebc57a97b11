"""Roles: can everything be done by somebody, and does everybody named belong here?

A `who` that is `unspecified` leaves it open: anyone may act, so nothing is reported of it
here. Whether real people stand behind the roles is for checks of the roster.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks._base import WHOLE, Check, Found, Subject, check
from protocolkit.ground.findings import CheckInfo, Path
from protocolkit.model.case import Level, Trigger
from protocolkit.model.people import Who
from protocolkit.model.protocol import Protocol
from protocolkit.model.words import ATTENDEES, CLOCK

NO_PART = ("never", "exclude")
"""Keys that keep a role out: being named there is no part in the protocol."""


@check(
    CheckInfo(
        code="PK301",
        name="unused-role",
        severity="warning",
        summary="A role is declared, and no rule names it.",
        why="""\
A partner who is on the list and in no step believes to be part of the response, and never
hears of a case.""",
        source="Roles without responsibilities: §1.2",
        wrong="""\
roles:
  djo: {kind: juvenile_officer}
  judge: {kind: judge}
""",
        right="""\
roles:
  djo: {kind: juvenile_officer}
  judge: {kind: judge}
triggers:
  close:
    who: [djo, judge]
    moves: {from: identified, to: closed}
""",
        how="""\
A role counts as used when it acts, is told, records or may see a fact. So does one that owes
something or is owed something, belongs to a meeting, stands in for someone, takes part in a
practice, or has a relationship to another. Being kept out (`never`, `exclude`) and being
asked about in a condition do not count.""",
    ),
    reads=(WHOLE,),
)
def unused_role(subject: Subject) -> Iterator[Found]:
    """Roles, less those that a rule gives a part."""
    used = {
        mention.name
        for mention in subject.mentions
        if "role" in mention.kinds and mention.key not in NO_PART and not mention.conditional
    }
    for role in subject.protocol.roles.values():
        if role.id not in used:
            yield Found(
                message=f"The role `{role.id}` is declared, but no rule names it.",
                help="say what it does, whom it tells or what it is told, or take it out",
                path=role.path,
                at_key=True,
            )


@check(
    CheckInfo(
        code="PK302",
        name="nobody-may-act",
        severity="error",
        summary="A trigger is there, but nobody may ever use it.",
        why="""\
When the step is needed, everyone is refused. The case waits, and with it the child.""",
        source="Sandhu et al. 1996, Role-Based Access Control Models: permission comes by role",
        wrong="""\
triggers:
  close:
    who: djo
    never: djo
    moves: {from: identified, to: closed}
""",
        right="""\
triggers:
  close:
    who: djo
    moves: {from: identified, to: closed}
""",
        how="""\
Nobody is named in `who`; or all who are named are also in `never`; or one of `all_of` is; or
only the clock is named and no level fires the trigger; or only the people at a meeting are named
and no meeting is. A level is reported as well if it fires a trigger whose `who` does not list the
clock: it is then refused each time. `unspecified` means that anyone may, and a trigger with
`must_not` needs nobody. Whether the roles have people is not asked here.""",
    ),
    reads=("escalations",),
)
def nobody_may_act(subject: Subject) -> Iterator[Found]:
    """Triggers that refuse everybody, and levels that are refused each time."""
    protocol = subject.protocol
    fired = {level.fire for level in _levels(protocol)}
    reported = set()
    for trigger in protocol.triggers.values():
        if trigger.strength == "must_not" or _is_open(trigger):
            continue
        if trigger.who is None and (trigger.at_meetings or trigger.agreed_by is not None):
            continue  # whoever was at the meeting may, or whoever must agree
        if reason := _why_nobody(trigger, trigger.who or Who(), fired):
            message, help = reason
            reported.add(trigger.id)
            yield Found(message=message, help=help, path=trigger.below("who"))
    for level in _levels(protocol):
        fires = protocol.triggers.get(level.fire)
        if fires is None or fires.id in reported or _is_open(fires):
            continue
        if not any(holder.role == CLOCK for holder in (fires.who or Who()).holders):
            yield Found(
                message=f"This level fires `{fires.id}`, but the clock may not: it would be "
                "refused each time.",
                help=f"add `clock` to the `who` of `{fires.id}`, or tell a role instead",
                path=level.below("fire"),
                also=((fires.below("who"), "the clock is not named here"),),
            )


def _why_nobody(trigger: Trigger, who: Who, fired: set[str]) -> tuple[str, str] | None:
    """What keeps everybody from acting, and what to do; None when somebody may."""
    name = f"`{trigger.id}`"
    if not who.holders:
        return (
            f"Nobody may do {name}: no role is named.",
            "name who may, or write `who: unspecified` if the source does not say",
        )
    barred = [holder for holder in who.holders if holder.role and holder.role in trigger.never]
    if len(barred) == len(who.holders) or (barred and who.all_of):
        role = barred[0].role
        return (
            f"Nobody may do {name}: `{role}` is named in `who` and kept out by `never`.",
            f"take `{role}` out of `never`, or name another role in `who`",
        )
    special = {holder.role for holder in who.holders}
    if special == {CLOCK} and trigger.id not in fired:
        return (
            f"Only the clock may do {name}, and no level fires it: it never happens.",
            f"add a level with `fire: {trigger.id}`, or name a role in `who`",
        )
    if special == {ATTENDEES} and not trigger.during and not trigger.decided_at:
        return (
            f"Only attendees may do {name}, and no meeting is named: there are none.",
            "add `during` or `decided_at` with the meeting, or name a role in `who`",
        )
    return None


def _is_open(trigger: Trigger) -> bool:
    """Whether the protocol leaves it open who acts: then anyone may."""
    return "who" in trigger.unspecified or (
        trigger.who is not None and "who" in trigger.who.unspecified
    )


def _levels(protocol: Protocol) -> Iterator[Level]:
    for escalation in protocol.escalations.values():
        yield from escalation.levels


@check(
    CheckInfo(
        code="PK303",
        name="actor-outside-team",
        severity="warning",
        summary="A role decides or acts at a meeting that it does not belong to.",
        why="""\
Either someone is missing from the team and hears of the plan too late. Or the team decides
and does not know that this partner has a say.""",
        source="Who belongs to the team: §5.1",
        wrong="""\
meetings:
  team_review: {required: djo}
roles:
  djo: {kind: juvenile_officer}
  truancy_officer: {kind: truancy_officer}
triggers:
  close:
    who: truancy_officer
    during: team_review
    moves: {from: identified, to: closed}
""",
        right="""\
meetings:
  team_review: {required: [djo, truancy_officer]}
roles:
  djo: {kind: juvenile_officer}
  truancy_officer: {kind: truancy_officer}
triggers:
  close:
    who: truancy_officer
    during: team_review
    moves: {from: identified, to: closed}
""",
        how="""\
For each trigger with `during` or `decided_at`: the roles in `who`, `together_with` and
`agreed_by`, less the members and the chair of that meeting. A meeting that names no members,
such as a hearing, or leaves them `unspecified` is not judged.""",
    ),
    reads=("meetings",),
)
def actor_outside_team(subject: Subject) -> Iterator[Found]:
    """Who acts at a meeting, less who belongs to it."""
    protocol = subject.protocol
    for trigger in protocol.triggers.values():
        named = [("during", name) for name in trigger.during]
        named += [("decided_at", name) for name in trigger.decided_at]
        for key, name in named:
            meeting = protocol.meetings.get(name)
            if (
                meeting is None
                or not meeting.members
                or {*meeting.unspecified}
                & {
                    "required",
                    "asked",
                }
            ):
                continue
            team = {*meeting.members, meeting.chair.role if meeting.chair else ""}
            for role, path in _actors(trigger).items():
                if role not in team:
                    yield Found(
                        message=f"`{role}` has a part in `{trigger.id}`, but does not belong to "
                        f"the meeting `{name}`.",
                        help=f"add `{role}` to the members of `{name}`, or let `{trigger.id}` "
                        "happen elsewhere",
                        path=path,
                        also=((trigger.below(key), "the meeting"),),
                    )


def _actors(trigger: Trigger) -> dict[str, Path]:
    """The roles that have a part in a trigger, each with the first place that says so."""
    found: dict[str, Path] = {}
    for holder in trigger.who.holders if trigger.who else ():
        if holder.role and holder.role not in (CLOCK, ATTENDEES):
            found.setdefault(holder.role, holder.path)
    agreed = trigger.agreed_by
    lists = [("together_with", trigger.together_with)]
    if agreed is not None:
        lists += [("agreed_by", (*agreed.all_of, *agreed.any_of, *agreed.veto))]
    for key, roles in lists:
        for role in roles:
            found.setdefault(role, trigger.below(key))
    return found


CHECKS: tuple[Check, ...] = (unused_role, nobody_may_act, actor_outside_team)
