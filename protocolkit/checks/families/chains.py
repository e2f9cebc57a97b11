"""How far things reach: up the levels of a ladder, and back to the first of several acts."""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.before import meets
from protocolkit.checks.families.ladders import escalates_to_powerless
from protocolkit.checks.graph import Graph, distances, strand_of
from protocolkit.ground.findings import CheckInfo
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.language.wording import joined
from protocolkit.model.case import Escalation, FollowUp
from protocolkit.model.people import Who
from protocolkit.model.protocol import Protocol

_LADDER = """\
roles:
  djo: {kind: juvenile_officer}
  supervisor: {kind: supervisor}
  judge: {kind: judge}
triggers:
  report: {who: djo}
  close: {who: [djo, supervisor, judge], moves: {from: identified, to: closed}}
follow_ups:
  call_back: {opens_with: report, who: djo, due: within 6 hours}
escalations:
  not_called:
    watches: {follow_up: call_back}
    levels: [{at: due, tell: supervisor}%s]
"""


@check(
    CheckInfo(
        code="PK505",
        name="chain-too-short",
        severity="warning",
        summary="A ladder ends with somebody who can only pass it on, and has few levels.",
        why="""\
One person hears that nothing was done. If that person is away or does nothing either, it ends
there, and the child goes on waiting.""",
        source="The silence after a report, and whom to turn to: §3.2.4, §3.3.5",
        wrong=_LADDER % "",
        right=_LADDER % ", {after: 12 hours, tell: judge}",
        how="""\
Levels are counted. A ladder with fewer than two is found, unless its last level fires something
or hands the matter to somebody. It is not found either if that level tells a role that can end
it. That is one that can do what is late and does not owe it alone, can set it aside, or can lead
the case out of the state. How many are enough is our own number, so the check is off unless it is
asked for.""",
        confidence="heuristic",
        threshold=2,
        threshold_is="levels of a ladder",
    ),
    reads=("escalations", "follow_ups", "triggers", "roles", "states"),
    off=True,
)
def chain_too_short(subject: Subject) -> Iterator[Found]:
    """Ladders with few levels, none of which brings it to somebody who can end it."""
    protocol = subject.protocol
    enough = subject.threshold("PK505")
    powerless = {found.path[:-1] for found in escalates_to_powerless.find(subject)}
    for ladder in protocol.escalations.values():
        if not 0 < len(ladder.levels) < enough:
            continue
        last = ladder.levels[-1]
        told = [holder.role for holder in last.tell if holder.role in protocol.roles]
        if last.fire or last.hand_to or len(told) < len(last.tell) or last.path in powerless:
            continue  # somebody acts; whoever did something; or PK504 says so
        if not _can_end(ladder, protocol).isdisjoint(told):
            continue
        names = joined(told)
        yield Found(
            message=f"After {names} nobody is told by `{ladder.id}`, and {names} can neither do it "
            "nor set it aside.",
            help="add a level for somebody who can, or let the one who is told act (`waive`, "
            "`hand_to`)",
            path=last.path,
        )


def _can_end(ladder: Escalation, protocol: Protocol) -> set[str]:
    """The roles that can end what a ladder watches, other than by owing it alone."""
    watches = ladder.watches
    if watches is None:
        return set()
    acts = {
        trigger.id
        for trigger in protocol.triggers.values()
        if watches.state and any(watches.state in move.from_ for move in trigger.moves)
    }
    if watches.to is not None:
        acts.add(watches.to.name)
    able: set[str] = set()
    watched = [
        protocol.follow_ups[name] for name in watches.follow_up if name in protocol.follow_ups
    ]
    for one in watched:
        acts |= meets(one)
        able |= {role for power in (one.waive, one.decline) if power for role in _roles(power.who)}
        if one.who is None or "who" in one.who.unspecified:
            return {*protocol.roles}
        owing = _roles(one.who)
        able |= owing if len(owing) > 1 and not one.met_by else set()
    for act in acts:
        trigger = protocol.triggers.get(act)
        if trigger is None or trigger.who is None or "who" in trigger.who.unspecified:
            return {*protocol.roles}
        doing = _roles(trigger.who)
        able |= doing if not any(_owes_alone(one, doing) for one in watched) else set()
    for role in [*able]:
        able |= {*protocol.roles[role].substitutes} if role in protocol.roles else set()
    return able


def _owes_alone(one: FollowUp, doing: set[str]) -> bool:
    return len(doing) == 1 and _roles(one.who) == doing


def _roles(who: Who | None) -> set[str]:
    return {*who.roles} if who is not None else set()


_ONCE = """\
states:
  identified: {initial: true}
  reported: {}
  closed: {final: true}
triggers:
  report: {who: djo, moves: {from: identified, to: reported}}
  close: {who: djo, moves: {from: reported, to: closed}}
follow_ups:
  call_back: {opens_with: report, who: djo, due: %s}
"""


@check(
    CheckInfo(
        code="PK609",
        name="first-of-one",
        severity="advice",
        summary="A limit counts from the first or the last of an act that happens only once.",
        why="""\
Whoever reads it thinks that the act can come again, and looks for the rule for that. There is
none, or it was lost when the protocol was changed.""",
        source="Dead parts of a process: van der Aalst et al. 2011, Soundness of workflow nets",
        wrong=_ONCE % "within 2 calendar days after first(report)",
        right=_ONCE % "within 2 calendar days after report",
        how="""\
An act happens once at the most if it leaves a state to which no path leads back. Found is `first`
or `last` of such an act alone in a limit. The act must have come before: what is owed opens with
it, or where only this act leads. There `after` and its name say the same.""",
    ),
    reads=("states", "strands", "triggers"),
)
def first_of_one(subject: Subject) -> Iterator[Found]:
    """Limits that pick one of several where there is only one."""
    protocol = subject.protocol
    for one in protocol.follow_ups.values():
        for key, limit in (("due", one.due), ("every", one.every)):
            anchor = limit.anchor if limit is not None else None
            if anchor is None or anchor.pick == "opening" or anchor.others or anchor.event:
                continue
            if not _happens_once(anchor.name, subject) or not _comes_before(anchor, one, subject):
                continue
            yield Found(
                message=f"`{anchor.name}` happens only once in a case, so `{anchor}` says no more "
                f"than `{anchor.name}`.",
                help=f"write `after {anchor.name}`, or say how it can happen again",
                path=one.below(key),
            )


def _happens_once(name: str, subject: Subject) -> bool:
    """Whether no case can do an act twice: each time it leaves a state for good."""
    trigger = subject.protocol.triggers.get(name)
    if trigger is None or not trigger.moves or trigger.elsewhere == "allowed":
        return False
    strands = {strand_of(subject.protocol, move) for move in trigger.moves}
    if len(strands) != 1:
        return False
    graph = subject.graphs.get(strands.pop())
    if graph is None:
        return False
    reached = graph.reached()
    own = [edge for edge in graph.edges if edge.trigger == name and edge.source in reached]
    sources = {edge.source for edge in own}
    back = distances([edge.target for edge in own], graph.after)
    return bool(own) and sources.isdisjoint(back)


def _comes_before(anchor: OccurrenceRef, one: FollowUp, subject: Subject) -> bool:
    """Whether the act has always happened when a follow-up opens."""
    ways = [(ref.name, ref.event) for ref in one.opens_with]
    if one.opens_when is not None or not (ways or one.opens_in):
        return False
    return all(
        not event and (name == anchor.name or _only_after(name, anchor.name, subject))
        for name, event in ways
    ) and all(
        state not in _without(anchor.name, graph)
        for state in one.opens_in
        for graph in subject.graphs.values()
        if state in graph.states
    )


def _only_after(act: str, first: str, subject: Subject) -> bool:
    """Whether an act can be done only where another one has led."""
    trigger = subject.protocol.triggers.get(act)
    if trigger is None or not trigger.moves or trigger.elsewhere == "allowed":
        return False
    return all(
        not {*move.from_} & _without(first, graph)
        for move in trigger.moves
        for graph in [subject.graphs.get(strand_of(subject.protocol, move))]
        if graph is not None
    )


def _without(act: str, graph: Graph) -> set[str]:
    """The states that a case can get to if an act is never done."""
    after: dict[str, list[str]] = {state: [] for state in graph.states}
    for edge in graph.edges:
        if edge.trigger != act:
            after[edge.source].append(edge.target)
    return {*distances(graph.initial or graph.states, after)}


CHECKS: tuple[Check, ...] = (chain_too_short, first_of_one)
