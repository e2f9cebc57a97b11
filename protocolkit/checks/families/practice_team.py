"""Practice, second part: who belongs to the team, what it agrees on, how often it meets.

Where there is no team at all, that is told once (PK804) and nothing that only follows from it.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.before import meets
from protocolkit.checks.cooperation import BAD, TEAM, Cooperation, one_of, silent
from protocolkit.ground.findings import CheckInfo
from protocolkit.language.wording import listed
from protocolkit.model.case import Meeting, Quorum, Trigger
from protocolkit.model.words import FAMILY

READS = ("roles", "organizations", "meetings", "triggers", "follow_ups")
IN_WORDS = {
    "minor": "the minor",
    "parent_or_guardian": "a parent or guardian",
    "juvenile_officer": "a juvenile officer",
    "supervisor": "a supervisor",
    "investigator": "an investigator",
    "judge": "a judge",
    "caseworker": "a caseworker of child protection",
    "service_provider": "a service provider",
}
_ROLES = """\
organizations:
  court: {kind: court}
  police: {kind: police}
  division: {kind: child_protection}
  shelter: {kind: service_provider}
  family: {kind: family}
roles:
  djo: {kind: juvenile_officer, organization: court}
  supervisor: {kind: supervisor, organization: court}
  judge: {kind: judge, organization: court}
  investigator: {kind: investigator, organization: police}
  caseworker: {kind: caseworker, organization: division}
  helper: {kind: service_provider, organization: shelter}
  minor: {kind: minor, organization: family}
  guardian: {kind: parent_or_guardian, organization: family}
"""
_ALL = "[djo, supervisor, judge, investigator, caseworker, helper, minor, guardian]"
_PLAN = """\
triggers:
  agree: {who: attendees, decided_at: team, moves: {from: identified, to: closed}, topics: plan}
"""


def _team(members: str = _ALL, more: str = "") -> str:
    return (
        f"meetings:\n  team: {{required: {members}, called_by: supervisor, topics: team{more}}}\n"
    )


@check(
    CheckInfo(
        code="PK804",
        name="team-member-missing",
        severity="warning",
        summary="There is no team, or one of those who belong to it is not asked to come.",
        why="""\
Each partner sees another part of the child's life. What the one who is not there knows comes too
late, and what is agreed without them does not hold.""",
        source="Who belongs to the team: abstract, §5.1; judges stand beside it: §3.2.2",
        wrong=_ROLES
        + _team(_ALL.replace(" judge,", ""))
        + _PLAN
        + """\
practices:
  course: {kind: training, participants: [djo, judge]}
""",
        right=_ROLES + _team() + _PLAN,
        how="""\
The team is every meeting with the topic `team`, or else each that decides something in a case. To
it belong the roles that are required, asked or optional, and the chair. Looked for are eight kinds
of roles, from `minor` to `judge`. Whoever works for a service provider counts as one. If nobody is
named at all, that is told once.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def team_member_missing(subject: Subject) -> Iterator[Found]:
    """The kinds of roles that belong to a team, less those that do."""
    team = subject.cooperation
    if not team.team:
        yield Found(
            message="The protocol does not state a team that brings the partners together.",
            help="add a meeting with `topics: [team]`, and whom it asks to come",
            path=team.section("meetings"),
            at_key=True,
        )
        return
    members = {role for one in team.team for role in team.members(one.id)}
    if not members:
        yield Found(
            message="The protocol does not state who belongs to the team that meets in "
            f"{team.team_in_words}.",
            help="say who is required and who is asked to come",
            path=team.place_of_team,
            at_key=True,
        )
        return
    kinds = team.kinds(members)
    if any(_serves(role, team) for role in members):
        kinds.add("service_provider")
    for kind in TEAM:
        if kind not in kinds:
            roles = team.roles(kind)
            named = one_of(role.id for role in roles) or IN_WORDS[kind]
            yield Found(
                message=f"The protocol does not state that {named} is asked to "
                f"{team.team_in_words}.",
                help=f"add {named if roles else 'such a role'} to the members of the team",
                path=team.place_of_team,
                at_key=True,
                also=tuple((role.path, "not on the team") for role in roles),
            )


def _serves(role: str, team: Cooperation) -> bool:
    home = team.protocol.organizations.get(team.protocol.roles[role].organization)
    return home is not None and home.kind == "service_provider"


@check(
    CheckInfo(
        code="PK806",
        name="plan-by-team",
        severity="warning",
        summary="There is a team, but one role alone can set the plan.",
        why="""\
Nobody has all the ideas, and nobody else feels bound by a plan that one person wrote. What all have
agreed on is done.""",
        source="A plan made and agreed by the team: §3.1, §3.2",
        wrong=_ROLES
        + _team()
        + """\
triggers:
  agree: {who: djo, moves: {from: identified, to: closed}, topics: plan}
""",
        right=_ROLES + _team() + _PLAN,
        how="""\
For each act with the topic `plan`: it has to be decided at a meeting, or done or agreed by all of
two or more roles. The meeting must not be able to decide with one person. A quorum that is
`unspecified` is not judged. If there is no act with that topic, that is told. If there is no team,
PK804 says so.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def plan_by_team(subject: Subject) -> Iterator[Found]:
    """Acts that set a plan, less those that take more than one."""
    protocol, team = subject.protocol, subject.cooperation
    if not team.team:
        return
    plans = team.about("plan")
    if not plans:
        yield Found(
            message="The protocol does not state that the team agrees on a plan.",
            help="add an act that the team decides, or tag the one there is with `topics: [plan]`",
            path=team.place_of_team,
            at_key=True,
        )
    for act in plans:
        meetings = [
            protocol.meetings[name] for name in act.at_meetings if name in protocol.meetings
        ]
        if meetings and not any(_one_can_decide(one) for one in meetings):
            continue
        if not meetings and _takes_several(act):
            continue
        yield Found(
            message=f"The protocol does not state that more than one person has to agree to "
            f"`{act.id}`.",
            help="let it be decided at a meeting of the team, with a quorum",
            path=act.path,
            at_key=True,
            also=tuple((one.path, "one person is enough here") for one in meetings[:1]),
        )


def _takes_several(act: Trigger) -> bool:
    agreed = len(act.agreed_by.all_of) if act.agreed_by is not None else 0
    together = len(act.who.all_of) if act.who is not None else 0
    return silent(act, "agreed_by") or max(agreed, together, len(act.together_with) + 1) > 1


def _one_can_decide(meeting: Meeting) -> bool:
    """Whether one person is enough for it to decide; False where the protocol is silent."""
    if silent(meeting, "quorum"):
        return False
    if meeting.quorum is not None:
        return _least(meeting.quorum) < 2
    return bool(meeting.members) and not silent(meeting, "required") and len(meeting.required) < 2


def _least(quorum: Quorum) -> int:
    return max(quorum.at_least or 0, len(quorum.all_of))


def _at_family_meetings(subject: Subject, kind: str) -> Iterator[Found]:
    """Meetings with the family to which no role of a kind is asked.

    If the lists are `unspecified`, only a tie that is strained or absent tells that nobody is.
    """
    protocol, team = subject.protocol, subject.cooperation
    roles = team.roles(kind)
    named = one_of(role.id for role in roles)
    for meeting in team.meetings("family_meeting"):
        if not roles or kind in team.kinds(team.members(meeting.id)):
            continue
        ties = [
            tie
            for tie in protocol.relationships.values()
            if meeting.id in tie.between and kind in team.kinds(tie.between) and tie.tie in BAD
        ]
        if ties or not (silent(meeting, "required") or silent(meeting, "asked")):
            yield Found(
                message=f"The protocol does not state that {named} is asked to `{meeting.id}`.",
                help=f"add {named} to `asked`",
                path=meeting.path,
                at_key=True,
                also=tuple((tie.path, f"the tie is {tie.tie}") for tie in ties),
            )


_FAMILY_MEETING = """\
meetings:
  family_talk: {required: caseworker, asked: [@], called_by: caseworker, topics: family_meeting}
triggers:
  close:
    who: [djo, supervisor, judge, investigator, helper]
    moves: {from: identified, to: closed}
"""


@check(
    CheckInfo(
        code="PK812",
        name="djo-at-family-meeting",
        severity="warning",
        summary="The officer is not asked to the meeting of child protection and the family.",
        why="""\
There one learns who stands by the child and what is going on at home. The officer is often the one
who stays in the child's life.""",
        source="Officers left out of family support team meetings: §3.3.5, §5.3",
        wrong=_ROLES + _FAMILY_MEETING.replace("@", "minor, guardian, helper"),
        right=_ROLES + _FAMILY_MEETING.replace("@", "minor, guardian, helper, djo"),
        how="""\
For each meeting with the topic `family_meeting`: a role of the kind `juvenile_officer` has to have
a seat. If the lists are `unspecified`, it is told only if the file calls the tie of officer and
meeting strained or absent. If there is no such meeting, none is looked for.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def djo_at_family_meeting(subject: Subject) -> Iterator[Found]:
    """Meetings with the family without a juvenile officer."""
    yield from _at_family_meetings(subject, "juvenile_officer")


@check(
    CheckInfo(
        code="PK813",
        name="providers-invited",
        severity="advice",
        summary="No helper is asked to the meeting of child protection and the family.",
        why="""\
Whoever houses or treats the child knows how it is doing now. And help that was not at the table has
to be found again after it.""",
        source="Providers asked to nearly everything: §3.2.1",
        wrong=_ROLES + _FAMILY_MEETING.replace("@", "minor, guardian, djo"),
        right=_ROLES + _FAMILY_MEETING.replace("@", "minor, guardian, helper, djo"),
        how="""\
As PK812, for roles of the kind `service_provider`. That one is missing from the team itself is told
by PK804.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def providers_invited(subject: Subject) -> Iterator[Found]:
    """Meetings with the family without a service provider."""
    yield from _at_family_meetings(subject, "service_provider")


@check(
    CheckInfo(
        code="PK815",
        name="shared-goal",
        severity="warning",
        summary="There is no goal that the partners share, or one of them has not taken it up.",
        why="""\
One partner wants a conviction, another a safe bed. If nobody has said what comes first, each pulls
its own way and trusts the others less.""",
        source="A goal shared by court, police and services: §3.2.2, §5.2; none between two: §4",
        wrong=_ROLES + _team() + _PLAN,
        right=_ROLES
        + _team()
        + _PLAN
        + """\
goal:
  title: What is best for the young person, who is a victim and no offender
  shared_by: [djo, supervisor, judge, investigator, caseworker, helper]
""",
        how="""\
Looked at: the roles of the team's kinds that belong to the team or act in a case. Minor and family
are left out. Each has to be in `shared_by`, or another role of the same kind. A partner from whom
no word comes is left to PK808.""",
        confidence="heuristic",
    ),
    reads=(*READS, "goal", "relationships"),
)
def shared_goal(subject: Subject) -> Iterator[Found]:
    """Who works together, less those who share the goal."""
    protocol, team = subject.protocol, subject.cooperation
    goal = protocol.goal
    if goal is None or "goal" in protocol.unspecified or silent(goal, "shared_by"):
        yield Found(
            message="The protocol does not state a goal that the partners share.",
            help="add a `goal` with a title that all agree on, and list who shares it",
            path=team.section("goal"),
            at_key=True,
        )
        return
    part = {role for act in team.acts for role in team.actors(act)}
    part |= {role for meeting in team.team for role in team.members(meeting.id)}
    sharing = team.kinds(goal.shared_by)
    missing = [
        role
        for role in protocol.roles.values()
        if role.id in part
        and role.kind in TEAM
        and role.kind not in (*FAMILY, *sharing, *subject.partners.without_word)
    ]
    if missing:
        others = listed(goal.shared_by) or "the others"
        named = listed(sorted(role.id for role in missing))
        share = "share" if len(missing) > 1 else "shares"
        yield Found(
            message=f"The protocol does not state that {named} {share} the goal of {others}.",
            help="agree on one goal and one view of the problem, and add the role to `shared_by`",
            path=goal.below("shared_by"),
        )


@check(
    CheckInfo(
        code="PK817",
        name="regular-meetings",
        severity="warning",
        summary="The team meets when it is called for a case, and not in a rhythm.",
        why="""\
Trust grows between people who see each other again. A plan that nobody looks at grows old.""",
        source="Regular meetings of the team: §5.1",
        wrong=_ROLES + _team() + _PLAN,
        right=_ROLES + _team(more=", every: 30 calendar days after the last") + _PLAN,
        how="""\
The team's meeting has to have an `every`, or some follow-up that comes again and again has to be
met by it. `unspecified` is no rhythm. If there is no team, PK804 says so.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def regular_meetings(subject: Subject) -> Iterator[Found]:
    """Teams that nothing brings together again."""
    team = subject.cooperation
    names = {meeting.id for meeting in team.team}
    regular = [meeting for meeting in team.team if meeting.every and not meeting.every.unspecified]
    held = [
        one
        for one in subject.protocol.follow_ups.values()
        if one.every is not None and not one.every.unspecified and meets(one) & names
    ]
    if names and not regular and not held:
        silent_ = len(team.team) == 1 and silent(team.team[0], "every")
        yield Found(
            message="The protocol does not state how often the team meets again in "
            f"{team.team_in_words}.",
            help="give it an `every`, or a follow-up with `every` that it meets",
            path=(*team.place_of_team, "every") if silent_ else team.place_of_team,
        )


CHECKS: tuple[Check, ...] = (
    team_member_missing,
    plan_by_team,
    djo_at_family_meeting,
    providers_invited,
    shared_goal,
    regular_meetings,
)
