"""Practice, third part: do the partners hear from each other, whoever holds the office?

A tie is looked at between two kinds of roles, since a county may have several of one kind.
Ties with the family are left out: trust between two people is no matter of rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.cooperation import BAD, OFFICERS, TEAM, one_of, place
from protocolkit.ground.findings import CheckInfo
from protocolkit.language.wording import listed
from protocolkit.model.words import FAMILY

PARTNERS = (*(kind for kind in TEAM if kind not in FAMILY), *OFFICERS[1:], "court_administrator")
"""Whose work in a case hangs on each other: the team's professionals and the court's office."""
_WRITE_DOWN = "write down how they reach each other: a formal tie, a meeting or an act"
READS = ("roles", "organizations", "relationships", "triggers", "follow_ups", "meetings")
_ROLES = """\
organizations:
  court: {kind: court}
  police: {kind: police}
  division: {kind: child_protection}
  shelter: {kind: service_provider}
roles:
  djo: {kind: juvenile_officer, organization: court}
  investigator: {kind: investigator, organization: police}
  caseworker: {kind: caseworker, organization: division}
  helper: {kind: service_provider, organization: shelter}
triggers:
  close: {who: [djo, investigator, caseworker, helper], moves: {from: identified, to: closed}}
"""


@check(
    CheckInfo(
        code="PK808",
        name="partner-owes-no-update",
        severity="warning",
        summary="A partner gets the case and owes the court no word on it.",
        why="""\
After the call to child protection the line often goes dead. The officer who stays with the child
then works without knowing what others do.""",
        source="Silence after the call: §3.2.4, §3.3.5; updates built into the protocol: §5.3",
        wrong=_ROLES,
        right=_ROLES
        + """\
follow_ups:
  update:
    opens_in: identified
    who: {each_of: [caseworker, helper]}
    owed_to: djo
    every: 14 calendar days after the last
    ends_when: case is closed
""",
        how="""\
Looked at: roles of the kinds `caseworker` and `service_provider`. Each kind has to owe a follow-up
to a role of another organization, or to whoever did an act. If it is only `encouraged`, that is
enough as long as the tie with those who are owed it is not strained or absent.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def partner_owes_no_update(subject: Subject) -> Iterator[Found]:
    """Partners from whom no word is sure to come."""
    team = subject.cooperation
    for kind, ties in subject.partners.without_word.items():
        roles = team.roles(kind)
        roles = (
            tuple(role for role in roles if any(role.id in seats for seats in team.seats)) or roles
        )
        named = one_of(role.id for role in roles)
        yield Found(
            message=f"The protocol does not state that {named} must tell the court how a case "
            "goes on.",
            help=f"add a follow-up that {named} owes to the officer, with a limit",
            path=place(roles),
            at_key=True,
            also=tuple((tie.path, f"the tie is {tie.tie}") for tie in ties),
        )


@check(
    CheckInfo(
        code="PK809",
        name="depends-on-a-person",
        severity="warning",
        summary="Two offices can reach each other only as long as certain people stay.",
        why="""\
If three officers know whom to call and they retire, the way to help is gone with them. Nothing in
the file would bring it back.""",
        source="Three officers: §3.3.1, §4; nothing that makes it last: §5.3",
        wrong=_ROLES
        + """\
relationships:
  the_three: {between: [djo, helper], tie: informal, rests_on: persons, persons: 3}
""",
        right=_ROLES
        + """\
relationships:
  by_office: {between: [djo, helper], tie: formal, rests_on: role}
""",
        how="""\
Looked at: ties with `rests_on: persons` that are not strained or absent. It is enough that a rule
ties the two kinds of roles too. That is a formal tie of the offices, or a seat of both in the team.
So is an act of one that goes to the other, or a follow-up for the other, if it must or should be
done. A formal tie that rests on persons is told in any case.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def depends_on_a_person(subject: Subject) -> Iterator[Found]:
    """Ties that rest on persons, with no rule beside them."""
    partners = subject.partners
    for pair, ties in partners.ties.items():
        personal = [tie for tie in ties if tie.rests_on == "persons" and tie.tie not in BAD]
        if not personal or pair & {*FAMILY}:
            continue
        if all(tie.tie == "informal" for tie in personal) and partners.by_rule(pair):
            continue
        for tie in personal:
            one, other = tie.between
            few = tie.persons or "certain"
            people = "person" if tie.persons == 1 else "persons"
            yield Found(
                message=f"The protocol does not state what keeps `{one}` and `{other}` in touch "
                f"when people change: their tie rests on {few} {people}.",
                help="write down how one office reaches the other, whoever holds it",
                path=tie.path,
                at_key=True,
            )


@check(
    CheckInfo(
        code="PK810",
        name="no-formal-link",
        severity="warning",
        summary="Two partners need each other in a case, and no formal way leads between them.",
        why="""\
Goodwill works as long as it lasts. A set way to reach each other works on the first day of a new
colleague too.""",
        source="Formal channels: §5.3; ties that are absent or strained: §3.3, §3.3.3, §4",
        wrong=_ROLES
        + """\
relationships:
  court_police: {between: [djo, investigator], tie: strained}
""",
        right=_ROLES
        + """\
relationships:
  court_police: {between: [djo, investigator], tie: formal, rests_on: role}
""",
        how="""\
Looked at: two roles that are not at one house, of the kinds that belong to a team, with the family
left out and `truancy_officer` and `court_administrator` added. It is told if their tie is strained
or absent and none is formal. It is told too if an act of one goes to the other and no rule binds
the two: no formal tie, no seat of both in the team or in a coalition, no act that must or should be
done. Ties with a caseworker are left to PK808.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def no_formal_link(subject: Subject) -> Iterator[Found]:
    """Pairs that need each other, less those with a formal link."""
    team, partners = subject.cooperation, subject.partners
    for pair in dict.fromkeys((*partners.ties, *partners.hand_offs)):
        if len(pair) != 2 or "caseworker" in pair or not pair <= {*PARTNERS}:
            continue
        ties = partners.ties.get(pair, ())
        if any(tie.tie == "formal" for tie in ties):
            continue
        bad = [tie for tie in ties if tie.tie in BAD and not team.at_one(*tie.between)]
        for tie in bad:
            one, other = tie.between
            yield Found(
                message=f"The protocol does not state a formal link between `{one}` and "
                f"`{other}`: their tie is {tie.tie}.",
                help=_WRITE_DOWN,
                path=tie.path,
                at_key=True,
            )
        acts = partners.hand_offs.get(pair, ())
        if not acts or bad or partners.by_rule(pair) or partners.in_coalition(pair):
            continue
        ends = {
            role
            for act in acts
            for role in (*team.actors(act), *team.told_by(act))
            if team.kind(role) in pair
        }
        if len({team.protocol.roles[role].organization for role in ends} - {""}) > 1:
            yield Found(
                message=f"The protocol does not state a formal link between "
                f"{listed(sorted(ends))}: only {listed(sorted(act.id for act in acts))} leads "
                "from one to the other.",
                help=_WRITE_DOWN,
                path=place(acts),
                at_key=True,
                also=tuple((tie.path, f"their tie is {tie.tie}") for tie in ties),
            )


@check(
    CheckInfo(
        code="PK818",
        name="everyone-covered",
        severity="warning",
        summary="A role that may notice a case has no way to report it.",
        why="""\
A child may be seen by any of them. If only one unit has a way to report, the rest look on.""",
        source="A protocol for everyone, not one unit: §3.3; all cases: §3.1, §4",
        wrong=_ROLES,
        right=_ROLES
        + """\
  report: {who: djo, topics: report}
""",
        how="""\
Looked at: roles of the kinds `juvenile_officer` and `truancy_officer`, and each with the topic
`may_identify`. Each must be one of those who may report. To report is to do an act with the topic
`report`, or else one that goes to a supervisor. If it is left open who reports, all may.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def everyone_covered(subject: Subject) -> Iterator[Found]:
    """Those who may be the first to suspect, less those who may report."""
    team = subject.cooperation
    reports = team.reporting
    if any(team.is_open_to_all(act) for act in reports):
        return
    covered = {role for act in reports for role in team.with_substitutes(team.actors(act))}
    for role in team.may_identify:
        if role.id not in covered:
            yield Found(
                message=f"The protocol does not state how `{role.id}` reports a case that "
                "they notice.",
                help=f"add `{role.id}` to the `who` of an act with the topic `report`",
                path=role.path,
                at_key=True,
            )


@check(
    CheckInfo(
        code="PK819",
        name="investigator-known",
        severity="warning",
        summary="A role that may notice a case has no set way to reach the police.",
        why="""\
There surely is a detective for such cases. An officer who has to find out who it is loses the hours
that count.""",
        source="Everybody knows whom to call: §3.2.3; an officer does not: §3.3.3, §5.3",
        wrong=_ROLES,
        right=_ROLES
        + """\
relationships:
  court_police: {between: [djo, investigator], tie: formal, rests_on: role}
""",
        how="""\
Looked at: the same roles as for PK818, if there is a role of the kind `investigator`. It is enough
that a rule ties the two (see PK809), or that both work in a coalition. A good tie that does not
rest on certain people is enough too.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def investigator_known(subject: Subject) -> Iterator[Found]:
    """Those who may be the first to suspect, less those who know whom to call."""
    team, partners = subject.cooperation, subject.partners
    investigators = team.roles("investigator")
    police = one_of(role.id for role in investigators)
    for role in team.may_identify if investigators else ():
        pair = frozenset((role.kind, "investigator"))
        ties = partners.ties.get(pair, ())
        good = [tie for tie in ties if tie.tie not in BAD and tie.rests_on != "persons"]
        if (
            role.kind == "investigator"
            or good
            or partners.by_rule(pair)
            or partners.in_coalition(pair)
        ):
            continue
        yield Found(
            message=f"The protocol does not state how `{role.id}` reaches {police}.",
            help="name the office to call, at which hours and how, in a tie or an act",
            path=role.path,
            at_key=True,
            also=tuple((tie.path, f"the tie is {tie.tie}") for tie in ties),
        )


CHECKS: tuple[Check, ...] = (
    partner_owes_no_update,
    depends_on_a_person,
    no_formal_link,
    everyone_covered,
    investigator_known,
)
