"""Practice, fourth part: what is done with the young person, and never over their head."""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.cooperation import Cooperation, grouped
from protocolkit.conditions.references import references
from protocolkit.conditions.terms import all_atoms
from protocolkit.ground.findings import CheckInfo
from protocolkit.language.wording import listed
from protocolkit.model.case import Trigger
from protocolkit.model.words import ALWAYS

READS = ("roles", "states", "strands", "triggers", "meetings", "follow_ups", "facts", "terms")
COUNSEL = ("attorney", "guardian_ad_litem")
_ROLES = """\
organizations:
  court: {kind: court}
  police: {kind: police}
  family: {kind: family}
  bar: {kind: defense}
roles:
  djo: {kind: juvenile_officer, organization: court, available: always}
  judge: {kind: judge, organization: court}
  investigator: {kind: investigator, organization: police}
  attorney: {kind: attorney, organization: bar}
  minor: {kind: minor, organization: family}
"""
_CLOSE = """\
  close: {who: [djo, judge, investigator, attorney, minor], moves: {from: identified, to: closed}}
"""
_PLAN = """\
triggers:
  agree: {who: [djo, judge, investigator, attorney], decided_at: team, topics: plan}
  close: {who: [djo, minor], moves: {from: identified, to: closed}}
meetings:
  team: {required: @, called_by: djo, topics: team}
"""


@check(
    CheckInfo(
        code="PK805",
        name="minor-in-own-plan",
        severity="warning",
        summary="The plan can be agreed without the young person.",
        why="""\
A plan made over somebody's head is not followed. The young person knows best what is safe, and has
a right to be heard.""",
        source="A voice in one's own plan, nothing about you without you: §3.2",
        wrong=_ROLES + _PLAN.replace("@", "[djo, judge, investigator, attorney]"),
        right=_ROLES + _PLAN.replace("@", "[djo, judge, investigator, attorney, minor]"),
        how="""\
For each act with the topic `plan`, a role of the kind `minor` has to have a part in it. To be
required or asked at the meeting that decides it is enough. So is a follow-up that holds it up and
is owed to the minor. If there is no such act, PK806 says so.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def minor_in_own_plan(subject: Subject) -> Iterator[Found]:
    """Acts that set a plan, less those in which the young person has a part."""
    protocol, team = subject.protocol, subject.cooperation
    blocking = grouped((name, one) for one in team.duties for name in one.blocks)
    for act in team.about("plan"):
        people = team.actors(act)
        for name in act.at_meetings:
            if meeting := protocol.meetings.get(name):
                people |= {*meeting.must_come, *meeting.asked}
        for one in blocking.get(act.id, ()):
            people |= team.people(one.owed_to) | team.people(one.who)
        if "minor" not in team.kinds(people):
            yield Found(
                message=f"The protocol does not state that the young person has a part in "
                f"`{act.id}`.",
                help="ask the minor to the meeting, or hear the minor first with a follow-up that "
                f"blocks `{act.id}`",
                path=act.path,
                at_key=True,
            )


@check(
    CheckInfo(
        code="PK814",
        name="interview-and-attorney",
        severity="advice",
        summary="The police may talk with the young person before the attorney knows as what.",
        why="""\
An attorney who does not know whether a client is a victim or a suspect has to advise silence. Then
the police cannot help. Let your own lawyers read this part; it is never about passing them by.""",
        source="Talks with a victim that stopped at the attorney's door: §3.3.3, §5.2",
        wrong=_ROLES
        + "triggers:\n"
        + _CLOSE
        + """\
  talk: {who: investigator, topics: interview}
""",
        right=_ROLES
        + """\
facts:
  as_victim: {type: boolean, recorded_by: investigator}
triggers:
"""
        + _CLOSE
        + """\
  tell_attorney: {who: investigator, records: as_victim, topics: counsel}
  talk:
    who: investigator
    needs: {told: happened(tell_attorney), victim: as_victim is true}
    topics: interview
""",
        how="""\
For each act with the topic `interview`: an act with the topic `counsel` has to come first, by the
moves, by a need or by a follow-up that holds it up. And a need has to read a fact that this earlier
act records: as what the young person is spoken to. It is enough too that an attorney has a part in
the talk.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def interview_and_attorney(subject: Subject) -> Iterator[Found]:
    """Talks of the police, less those of which the attorney knows."""
    team = subject.cooperation
    told = team.about("counsel")
    later = subject.before.only_after(one.id for one in told)
    for act in team.about("interview"):
        if team.kinds(team.actors(act)) & {*COUNSEL}:
            continue
        recorded = {one.fact for earlier in told for one in earlier.records}
        if act.id in later and _read(act, team) & recorded:
            continue
        actors = listed(sorted(team.actors(act))) or "anybody"
        yield Found(
            message=f"The protocol does not state that {actors} must tell the attorney before "
            f"`{act.id}`. What to tell: the child is heard as a victim.",
            help="add an earlier act with `topics: [counsel]` that records this, and need it; let "
            "your own lawyers read it",
            path=act.path,
            at_key=True,
        )


def _read(act: Trigger, team: Cooperation) -> set[str]:
    """The facts that the needs of an act read."""
    needs = [need.condition for need in act.needs.values() if need.condition is not None]
    return {
        reference.name
        for atom in all_atoms(needs, team.protocol.all_terms)
        for reference in references(atom)
        if reference.name in team.protocol.facts
    }


@check(
    CheckInfo(
        code="PK820",
        name="missing-youth",
        severity="advice",
        summary="Nothing says what is done, at any hour, when a child goes missing.",
        why="""\
A child who is used by others and runs is in danger within hours, often at night. Who first asks in
the morning whom to call has lost the trail.""",
        source="Calls about a missing child, after hours too: §3.2.3",
        wrong=_ROLES + "triggers:\n" + _CLOSE,
        right=_ROLES
        + "triggers:\n"
        + _CLOSE
        + """\
  child_missing: {who: djo, topics: missing_child}
""",
        how="""\
Some act has to have the topic `missing_child`. Of those whom it reaches, one has to be there at any
hour. If it reaches nobody, those who do it and the investigators are looked at. A role whose hours
are not given counts as there.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def missing_youth(subject: Subject) -> Iterator[Found]:
    """Whether there is an act for a missing child, and somebody for it at night."""
    protocol, team = subject.protocol, subject.cooperation
    acts = team.about("missing_child")
    if not acts:
        yield Found(
            message="The protocol does not state what is done when a child goes missing.",
            help="add an act with `topics: [missing_child]`, and what it opens at any hour",
            path=team.section("triggers"),
            at_key=True,
        )
    for act in acts:
        told = team.told_by(act)
        people = told or team.actors(act) | {role.id for role in team.roles("investigator")}
        if people and all(protocol.roles[role].available not in (None, ALWAYS) for role in people):
            yield Found(
                message=f"The protocol does not state who sees to `{act.id}` at night: all whom it "
                "reaches keep office hours.",
                help="let it reach somebody who is there at any hour",
                path=act.path,
                at_key=True,
            )


@check(
    CheckInfo(
        code="PK822",
        name="punitive-exit",
        severity="warning",
        summary="A young person can be held or charged before the team or a judge has looked.",
        why="""\
Whoever was used by others is a victim. To be locked up for it ends all trust, and often the only
chance to help.""",
        source="Not to punish: §3.2.1, §3.2.2; victims treated as offenders: §4, §5.2",
        wrong=_ROLES
        + "triggers:\n"
        + _CLOSE
        + """\
  detain: {who: djo, topics: sanction}
""",
        right=_ROLES
        + "triggers:\n"
        + _CLOSE
        + """\
  review: {who: judge}
  detain: {who: djo, needs: {looked_at: happened(review)}, topics: sanction}
  charge: {who: djo, strength: must_not, topics: sanction}
""",
        how="""\
Looked at: acts with the topic `sanction`, and acts that move a case to a state with it. One that is
forbidden, done by judges only or decided by the team is right. Any other has to come after a
meeting of the team or after an act that only judges do. The moves can see to that, or a need, or a
follow-up that holds it up.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def punitive_exit(subject: Subject) -> Iterator[Found]:
    """Acts against the young person, less those after somebody has looked."""
    protocol, team = subject.protocol, subject.cooperation
    teams = {meeting.id for meeting in team.team}
    looks = [act.id for act in team.acts if _is_a_look(act, teams, team)]
    later = subject.before.only_after([*looks, *teams])
    for act in team.acts:
        states = [state for move in act.moves if (state := protocol.state(move.to))]
        punishes = "sanction" in act.topics or any("sanction" in one.topics for one in states)
        if not punishes or act.id in looks or act.id in later:
            continue
        yield Found(
            message="The protocol does not state that the team or a judge looks at the case "
            f"before `{act.id}`.",
            help="forbid it with `must_not`, or let it need a look by the team or a judge",
            path=act.path,
            at_key=True,
        )


def _is_a_look(act: Trigger, teams: set[str], team: Cooperation) -> bool:
    """Whether the team decides it, or only judges do it."""
    return bool(teams & {*act.decided_at}) or team.kinds(team.actors(act)) == {"judge"}


CHECKS: tuple[Check, ...] = (
    minor_in_own_plan,
    interview_and_attorney,
    missing_youth,
    punitive_exit,
)
