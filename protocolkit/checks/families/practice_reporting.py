"""Practice, first part: how a suspicion gets to those who act, and how word comes back.

Each finding of the study as a question to the declaration. A message says what the protocol
does not state, never what an agency does not do.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.cooperation import FIRM, Cooperation, grouped, place
from protocolkit.conditions.satisfying import Goal
from protocolkit.conditions.syntax import Condition, Is, Name, Or, Word
from protocolkit.ground.findings import CheckInfo
from protocolkit.language.wording import listed
from protocolkit.model.case import Fact, Trigger
from protocolkit.model.people import Who
from protocolkit.model.words import ALWAYS

SUSPECTED, CONFIRMED = "suspected", "confirmed"
READS = ("roles", "states", "strands", "triggers", "follow_ups", "escalations")
_ROLES = """\
roles:
  djo: {kind: juvenile_officer, organization: court}
  supervisor: {kind: supervisor, organization: court}
  investigator: {kind: investigator, organization: police, available: always}
organizations:
  court: {kind: court}
  police: {kind: police}
"""
_STATES = """\
states:
  identified: {initial: true}
  reported: {waits_for: supervisor}
  closed: {final: true}
"""
_REPORT = """\
  report: {who: djo, moves: {from: identified, to: reported}, topics: report}
  close: {who: supervisor, moves: {from: reported, to: closed}}
"""
_LADDER = """\
escalations:
  not_there: {watches: {state: reported}, levels: [{after: 4 hours, hand_to: investigator}]}
"""
_TELL = """\
follow_ups:
  tell: {opens_with: report, who: investigator, owed_to: {actor_of: report}, due: within 5 days}
""".replace("5 days", "5 calendar days")


@check(
    CheckInfo(
        code="PK801",
        name="report-to-supervisor-first",
        severity="warning",
        summary="A case can go on before a supervisor has been told.",
        why="""\
Where each officer handles a case alone, what the child gets hangs on who happened to see it. The
supervisor is the one who can bring the partners together.""",
        source="A report to the supervisor as the first step: §3.1, §5.1; no such step: §3.3",
        wrong=_ROLES
        + """\
states:
  identified: {initial: true}
  closed: {final: true}
triggers:
  refer: {who: [djo, supervisor, investigator], moves: {from: identified, to: closed}}
""",
        right=_ROLES + _STATES + "triggers:\n" + _REPORT + _LADDER,
        how="""\
A report is an act that must or should be done and reaches a role of the kind `supervisor`. It does
if it takes a case to a state that waits for one, or opens or meets a follow-up that one owes or is
owed. Each move out of a first state has to be a report, or to need one before it. What happens
outside and what protects a child at once may come first. So may all, if something is owed to a
supervisor from the start. A strand that may end where it starts is not judged.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def report_to_supervisor_first(subject: Subject) -> Iterator[Found]:
    """The moves out of the first states, less the reports and what needs one."""
    team = subject.cooperation
    reports = {act.id for act in team.reports}
    fine = reports | subject.before.only_after(reports)
    for graph in subject.graphs.values():
        if {*graph.initial} & {*graph.final}:
            continue  # a strand beside the way of the case: it rests where it starts
        leading_on = grouped(
            (edge.source, edge)
            for edge in graph.edges
            if edge.trigger not in fine and _goes_on(subject.protocol.triggers[edge.trigger])
        )
        for state in graph.initial:
            early = leading_on.get(state, [])
            if not early or (not reports and _is_owed_at_once(team, state)):
                continue
            acts = {edge.trigger: subject.protocol.triggers[edge.trigger] for edge in early}
            weak = [act.id for act in acts.values() if _reaches_supervisor(act, team)]
            how = f", and {listed(sorted(weak))} need not be done" if weak else ""
            yield Found(
                message=f"The protocol does not state that a supervisor is told first: "
                f"{listed(sorted(acts))} can lead on from `{state}`{how}.",
                help="let a report that must or should be done be the first step of each case",
                path=graph.states[state],
                at_key=True,
                also=tuple((edge.path, f"leads to `{edge.target}`") for edge in early),
                trace=(str(min(early, key=str)),),
            )


def _goes_on(act: Trigger) -> bool:
    return act.happens != "outside" and not act.protective


def _reaches_supervisor(act: Trigger, team: Cooperation) -> bool:
    return "supervisor" in team.kinds(team.told_by(act))


def _is_owed_at_once(team: Cooperation, state: str) -> bool:
    """Whether a supervisor is to be told as long as a case is where it starts."""
    return any(
        one.strength in FIRM
        and state in one.opens_in
        and "supervisor" in team.kinds(team.people(one.owed_to))
        for one in team.duties
    )


@check(
    CheckInfo(
        code="PK802",
        name="supervisor-fallback",
        severity="warning",
        summary="A report waits for a supervisor who is away, or for the morning.",
        why="""\
Calls about a child come late in the evening. If only the supervisor may act and nobody stands in,
the night is lost.""",
        source="The next step when the supervisor is not there: §3.1; calls after hours: §3.2.3",
        wrong=_ROLES + _STATES + "triggers:\n" + _REPORT + _TELL,
        right=_ROLES + _STATES + "triggers:\n" + _REPORT + _TELL + _LADDER,
        how="""\
Looked at: what can be done where a report takes a case. If only supervisors may do it, somebody
has to stand in: a substitute, or a role to which a ladder hands the state or a follow-up of the
report. If everybody who may act keeps office hours, the night is not covered. A role whose hours
are not given counts as there. If there is no report, PK801 says so.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def supervisor_fallback(subject: Subject) -> Iterator[Found]:
    """Where a report leads: whoever may act there, and when they are there."""
    protocol, team = subject.protocol, subject.cooperation
    for report in team.reports:
        states = [state.id for state in team.targets(report)]
        leaving = {act.id: act for state in states for act in team.leaving.get(state, ())}
        exits = tuple(leaving.values())
        if any(team.is_open_to_all(act) for act in exits):
            continue
        named = {role for act in exits for role in team.actors(act)}
        named = named or {role for role in team.told_by(report) if team.kind(role) == "supervisor"}
        watched = {*states, *(one.id for one in team.opened_by.get(report.id, ()))}
        handed = {
            level.hand_to
            for name in watched
            for ladder in team.ladders.get(name, ())
            for level in ladder.levels
            if level.hand_to in protocol.roles
        }
        people = team.with_substitutes(named) | handed
        if team.kinds(named) == {"supervisor"} and len(people) == 1:
            yield Found(
                message=f"The protocol does not state who acts on `{report.id}` when "
                f"`{min(named)}` is away.",
                help="name a substitute, or a ladder that hands the matter to somebody at once",
                path=report.path,
                at_key=True,
                also=tuple((act.path, "what can be done then") for act in exits),
            )
        elif all(protocol.roles[role].available not in (None, ALWAYS) for role in people):
            yield Found(
                message=f"The protocol does not state who acts on `{report.id}` at night: "
                "all who may act keep office hours.",
                help="name a role that is there day and night",
                path=report.path,
                at_key=True,
                also=tuple((act.path, "what can be done then") for act in exits),
            )


@check(
    CheckInfo(
        code="PK803",
        name="suspicion-counts",
        severity="warning",
        summary="Only a case that is confirmed gets a report or a plan; a suspicion does not.",
        why="""\
A child seldom says what is done to it. If help waits for proof, it comes when the harm is done.""",
        source="Suspected or confirmed: abstract, §3.1, §4, §5.1",
        wrong=_ROLES
        + _STATES
        + """\
facts:
  certainty: {type: choice, values: [suspected, confirmed], recorded_by: djo}
triggers:
  report:
    who: djo
    needs: {sure: certainty is confirmed}
    moves: {from: identified, to: reported}
    topics: report
  close: {who: supervisor, moves: {from: reported, to: closed}}
"""
        + _LADDER,
        right=_ROLES
        + _STATES
        + """\
facts:
  certainty: {type: choice, values: [suspected, confirmed], recorded_by: djo}
triggers:
  report:
    who: djo
    records: certainty
    moves: {from: identified, to: reported}
    topics: report
  close: {who: supervisor, needs: {sure: certainty is known}, moves: {from: reported, to: closed}}
"""
        + _LADDER,
        how="""\
Looked at: facts with a value `confirmed`. There has to be a value `suspected` too. With it, some
report and some act with the topic `plan` must be open: their needs, and the condition of one of
their moves, are tried. A protocol whose facts use other words is not judged.""",
        confidence="heuristic",
    ),
    reads=(*READS, "facts", "terms"),
)
def suspicion_counts(subject: Subject) -> Iterator[Found]:
    """Facts that tell suspicion from proof, and acts that ask for proof."""
    team = subject.cooperation
    for fact in subject.protocol.facts.values():
        if CONFIRMED not in fact.values:
            continue
        if SUSPECTED not in fact.values:
            yield Found(
                message=f"The protocol does not state that a suspicion counts: `{fact.id}` "
                f"has no value `{SUSPECTED}`.",
                help=f"add the value `{SUSPECTED}` to `{fact.id}`",
                path=fact.path,
                at_key=True,
            )
            continue
        for acts in (team.reporting, team.about("plan")):
            if acts and not any(_is_open(act, fact, subject) for act in acts):
                names = listed(sorted(act.id for act in acts))
                yield Found(
                    message="The protocol does not state that a suspicion is enough: while "
                    f"`{fact.id}` is `{SUSPECTED}`, none can do {names}.",
                    help=f"let {names} be done on a suspicion too",
                    path=place(acts),
                    at_key=True,
                    also=((fact.path, "tells suspicion from proof"),),
                )


def _is_open(act: Trigger, fact: Fact, subject: Subject) -> bool:
    suspected = Is(subject=Name(name=fact.id), values=(Word(text=SUSPECTED),))
    goals = [Goal(suspected)]
    ways: list[Condition] = [
        move.if_
        for move in act.moves
        if move.if_ is not None and move.below("if") in subject.before.sensible
    ]
    if ways and len(ways) == len(act.moves):
        goals.append(Goal(ways[0] if len(ways) == 1 else Or(parts=tuple(ways))))
    return subject.before.can_be(act, goals)


@check(
    CheckInfo(
        code="PK807",
        name="feedback-to-reporter",
        severity="warning",
        summary="Whoever reports is owed no word on what came of it.",
        why="""\
A report that seems to vanish is the last one. Those who hear back can prepare the talk with the
child, and report again.""",
        source="Word back from the investigator: §3.2.3; updates built into the protocol: §5.3",
        wrong=_ROLES + _STATES + "triggers:\n" + _REPORT + _LADDER,
        right=_ROLES + _STATES + "triggers:\n" + _REPORT + _LADDER + _TELL,
        how="""\
For each act with the topic `report`, or else each that reaches a supervisor: some follow-up has to
be owed to whoever did it (`actor_of`), or to all the roles that may do it. An `encouraged` one
counts, one that is only allowed does not. If there is no report, PK801 says so.""",
        confidence="heuristic",
    ),
    reads=READS,
)
def feedback_to_reporter(subject: Subject) -> Iterator[Found]:
    """Reports, less those after which something is owed to whoever reported."""
    team = subject.cooperation
    words = [one for one in team.duties if one.strength != "may" and one.owed_to is not None]
    answered = {holder.actor_of for one in words for holder in (one.owed_to or Who()).holders}
    told = {frozenset((*team.people(one.owed_to), *one.for_each)) for one in words}
    for report in team.reporting:
        reporters = team.actors(report)
        if report.id in answered or (reporters and any(reporters <= those for those in told)):
            continue
        yield Found(
            message=f"The protocol does not state that whoever did `{report.id}` hears "
            "what came of it.",
            help=f"add a follow-up owed to `{{actor_of: {report.id}}}`",
            path=report.path,
            at_key=True,
        )


CHECKS: tuple[Check, ...] = (
    report_to_supervisor_first,
    supervisor_fallback,
    suspicion_counts,
    feedback_to_reporter,
)
