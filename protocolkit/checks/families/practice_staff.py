"""Practice, fifth part: what the people need: a form they can use, training, somebody to ask,
and a hand-over when they change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.cooperation import OFFICERS, place, silent
from protocolkit.ground.findings import CheckInfo
from protocolkit.language.wording import joined, listed
from protocolkit.model.people import Practice, Role

TRAINED = ("supervisor", "judge", "investigator", "caseworker", *OFFICERS)
"""Who should be trained together: §5.1."""
READS = ("roles", "organizations", "practices", "triggers", "links")
_ROLES = """\
organizations:
  court: {kind: court}
  police: {kind: police}
roles:
  djo: {kind: juvenile_officer, organization: court}
  supervisor: {kind: supervisor, organization: court}
  investigator: {kind: investigator, organization: police}
triggers:
  close: {who: [djo, supervisor, investigator], moves: {from: identified, to: closed}}
"""


@check(
    CheckInfo(
        code="PK811",
        name="tool-too-long",
        severity="advice",
        summary="The form for a first look is long.",
        why="""\
A form that asks for much that nobody knows yet stays in the drawer. Then nothing is asked.""",
        source="A long form that is seldom used: §3.1; short and tested ones: §5.1",
        wrong=_ROLES
        + """\
practices:
  long_form: {kind: assessment, participants: djo, length: long, use: rare}
""",
        right=_ROLES
        + """\
practices:
  short_form: {kind: assessment, participants: djo, length: short, items: 12}
""",
        how="""\
Looked at: practices of the kind `assessment`. Told if one is called long, or has more items than
the limit. The limit is ours, the study gives none; your config can change it. That one is seldom
used is said with it.""",
        confidence="heuristic",
        threshold=20,
        threshold_is="questions in one assessment",
    ),
    reads=READS,
)
def tool_too_long(subject: Subject) -> Iterator[Found]:
    """Assessments that are long, by word or by number."""
    most = subject.threshold("PK811")
    for practice in subject.protocol.practices.values():
        if practice.kind != "assessment":
            continue
        many = practice.items is not None and practice.items > most
        if practice.length != "long" and not many:
            continue
        users = joined(practice.participants)
        size = f"has {practice.items} questions, more than {most}" if many else "is long"
        seldom = ", and is seldom used" if practice.use in ("rare", "never") else ""
        yield Found(
            message=f"The protocol does not state a short form{f' for {users}' if users else ''}: "
            f"`{practice.id}` {size}{seldom}.",
            help="take a short assessment that was tested with young people in court",
            path=practice.path,
            at_key=True,
        )


@check(
    CheckInfo(
        code="PK816",
        name="cross-training",
        severity="warning",
        summary="A partner takes part in no training with those who work elsewhere.",
        why="""\
Who never learned how trafficking works takes a victim for an offender. And those who learned
together know each other when it counts.""",
        source="Training across agencies: §5.1, §5.3; its benefits elsewhere: §1.3",
        wrong=_ROLES
        + """\
practices:
  signs: {kind: training, participants: djo, given_by: investigator}
""",
        right=_ROLES
        + """\
practices:
  together: {kind: training, participants: [djo, supervisor, investigator]}
""",
        how="""\
Looked at: the kinds of roles that the study would train, from `supervisor` to `truancy_officer`, as
far as the file has them. One role of each kind has to take part in a practice of the kind
`training` with people from more than one house. To teach is not to take part. If it is not told who
takes part or who gives it, that is taken as enough.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def cross_training(subject: Subject) -> Iterator[Found]:
    """Kinds of partners, less those who are trained with others."""
    protocol, team = subject.protocol, subject.cooperation
    trainings = [
        one
        for one in protocol.practices.values()
        if one.kind == "training" and _crosses(one, protocol.roles)
    ]
    if any(silent(one, "participants") for one in trainings):
        return
    trained = {kind for one in trainings for kind in team.kinds(one.participants)}
    missing = [role for role in team.roles(*TRAINED) if role.kind not in trained]
    if missing:
        named = listed(sorted(role.id for role in missing))
        yield Found(
            message=f"The protocol does not state a training with other agencies for {named}.",
            help="add a practice of the kind `training` in which they take part together",
            path=team.section("practices"),
            at_key=True,
            also=tuple((role.path, "takes part in none with others") for role in missing),
        )


def _crosses(one: Practice, roles: Mapping[str, Role]) -> bool:
    if silent(one, "participants") or silent(one, "given_by"):
        return True
    named = (*one.participants, *one.given_by)
    return len({roles[role].organization for role in named if role in roles} - {""}) > 1


@check(
    CheckInfo(
        code="PK821",
        name="peer-advice",
        severity="advice",
        summary="No one is named whom an officer can ask in the unit.",
        why="""\
The first such case frightens, and what is missed then is hard to mend. Somebody down the hall may
have had three of them.""",
        source="Advice in the unit: §3.1; to make known who can give it: §5.1",
        wrong=_ROLES,
        right=_ROLES
        + """\
practices:
  ask_us: {kind: advice, participants: djo, given_by: [supervisor, djo]}
""",
        how="""\
There has to be a practice of the kind `advice` with a `given_by` that names somebody.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def peer_advice(subject: Subject) -> Iterator[Found]:
    """Whether somebody gives advice."""
    practices = subject.protocol.practices
    advice = [one for one in practices.values() if one.kind == "advice"]
    if any(one.given_by for one in advice):
        return
    path = place(advice) or subject.cooperation.section("practices")
    yield Found(
        message="The protocol does not state whom an officer can ask for advice in the unit.",
        help="add a practice of the kind `advice`, and name in `given_by` who has had such cases",
        path=path,
        at_key=True,
    )


@check(
    CheckInfo(
        code="PK823",
        name="hand-over",
        severity="warning",
        summary="People or places change, and no step hands the case over.",
        why="""\
With each new caseworker the child has to tell it all again. What the last one knew, and had
promised, is gone.""",
        source="Turnover: §3.2.4, §3.3.5, §5.3; moves between courts: §2.1; offices apart: §3.3",
        wrong=_ROLES.replace("{kind: investigator,", "{kind: investigator, topics: high_turnover,")
        + """\
  moved: {who: djo, topics: moves_away}
""",
        right=_ROLES.replace("{kind: investigator,", "{kind: investigator, topics: high_turnover,")
        + """\
  moved: {who: djo, topics: moves_away}
  take_over: {who: investigator, topics: hand_over}
""",
        how="""\
Three changes. A role with the topic `high_turnover` needs an act with the topic `hand_over`, which
it does or, if it is `per_case`, which assigns it. A young person who comes to another court's area
needs an act with the topic `moves_away`, or a link to another protocol. A role with the topic
`off_site` needs a report to a supervisor by some other way than in person.""",
        confidence="heuristic",
    ),
    reads=(*READS, "states", "strands", "follow_ups"),
)
def hand_over(subject: Subject) -> Iterator[Found]:
    """Changes that no act takes up."""
    protocol, team = subject.protocol, subject.cooperation
    steps = team.about("hand_over")
    assigned = {role for act in steps for role in act.assigns}
    taken = {role for act in steps for role in team.actors(act)}
    reached = {
        role
        for act in team.reports
        if not act.channel or {*act.channel} - {"in_person"}
        for role in team.actors(act)
    }
    for role in protocol.roles.values():
        handed = assigned if role.per_case else assigned | taken
        if "high_turnover" in role.topics and role.id not in handed:
            yield Found(
                message=f"The protocol does not state how a case is handed over when `{role.id}` "
                "changes.",
                help=f"add an act with `topics: [hand_over]` that assigns `{role.id}`",
                path=role.path,
                at_key=True,
            )
        if "off_site" in role.topics and role.id not in reached:
            yield Found(
                message=f"The protocol does not state how word from `{role.id}`, who sits "
                "elsewhere, gets to the supervisor.",
                help="let a report reach the supervisor by phone, mail or another way",
                path=role.path,
                at_key=True,
            )
    if not team.about("moves_away") and not protocol.links:
        yield Found(
            message="The protocol does not state what is done when a young person moves to another "
            "court's area.",
            help="add an act with `topics: [moves_away]`, and who is briefed then",
            path=team.section("triggers"),
            at_key=True,
        )


CHECKS: tuple[Check, ...] = (
    tool_too_long,
    cross_training,
    peer_advice,
    hand_over,
)
