"""Loops that need no person and no time: can the protocol chase its own tail?

Two kinds: levels that fire at once and lead the case round in a circle of states, and
follow-ups that open and end each other (see `settling`).
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.graph import Edge, components, strand_of, way
from protocolkit.checks.settling import spinning
from protocolkit.ground.findings import CheckInfo
from protocolkit.language.wording import joined
from protocolkit.model.case import Escalation, Level, Trigger
from protocolkit.model.protocol import Protocol
from protocolkit.model.words import CLOCK


@check(
    CheckInfo(
        code="PK207",
        name="automatic-loop",
        severity="error",
        summary="Something sets itself off again and again, and no time passes.",
        why="""\
Thousands of notices in one second, and the one that matters is lost among them. A person has
to come in, or time has to pass, before something starts over.""",
        source="Zeno behaviour: Alur and Dill 1994, A theory of timed automata",
        wrong="""\
states:
  waiting: {initial: true}
  recalled: {}
  closed: {final: true}
triggers:
  recall: {who: clock, moves: {from: waiting, to: recalled}}
  wait_again: {who: clock, moves: {from: recalled, to: waiting}}
  close: {who: djo, moves: {from: waiting, to: closed}}
escalations:
  no_answer: {watches: {state: waiting}, levels: [{after: at once, fire: recall}]}
  call_back: {watches: {state: recalled}, levels: [{after: at once, fire: wait_again}]}
""",
        right="""\
states:
  waiting: {initial: true}
  recalled: {}
  closed: {final: true}
triggers:
  recall: {who: clock, moves: {from: waiting, to: recalled}}
  wait_again: {who: clock, moves: {from: recalled, to: waiting}}
  close: {who: djo, moves: {from: waiting, to: closed}}
escalations:
  no_answer: {watches: {state: waiting}, levels: [{after: 4 hours, fire: recall}]}
  call_back: {watches: {state: recalled}, levels: [{after: at once, fire: wait_again}]}
""",
        how="""\
Levels: a circle of states in which each is left by a trigger that a level fires at once, with
nothing asked on the way. A circle with a condition in it is not reported, since the
condition may stop it. Follow-ups: those that open or end because others open or end are
played through. They are tried in every status they can have, with every answer to whatever else
they ask. Groups of more than three are not judged, nor those with more than four other
questions.""",
    ),
    reads=("states", "strands", "triggers", "escalations", "follow_ups", "terms"),
)
def automatic_loop(subject: Subject) -> Iterator[Found]:
    """Circles of levels that fire at once, and follow-ups that never come to rest."""
    yield from _rounds(subject)
    follow_ups = subject.protocol.follow_ups
    for group in spinning(subject.protocol):
        first = group[0]
        if len(group) == 1:
            message = f"The follow-up `{first}` opens itself again and again, and no time passes."
        else:
            names = joined(group)
            message = f"The follow-ups {names} set each other off for ever, and no time passes."
        yield Found(
            message=message,
            help="let one of them wait for an act or a time, not for the other's opening or end",
            path=follow_ups[first].path,
            also=tuple((follow_ups[name].path, "part of the loop") for name in group[1:]),
            at_key=True,
        )


def _rounds(subject: Subject) -> Iterator[Found]:
    """Circles of states that levels drive a case round at once."""
    for graph in subject.graphs.values():
        fired = _at_once(subject.protocol, graph.strand)
        edges = [edge for edge, _ in fired]
        after: dict[str, list[str]] = {state: [] for state in graph.states}
        for edge in edges:
            after[edge.source].append(edge.target)
        for group in components(graph.states, after):
            if len(group) == 1:
                continue
            first = graph.first(group)
            round_ = way((first,), first, edges, group)
            levels = [next(level for edge, level in fired if edge == step) for step in round_]
            yield Found(
                message="This level fires at once, and so do the next ones: the case goes round "
                f"`{' -> '.join([edge.source for edge in round_] + [first])}` for ever, and no "
                "time passes.",
                help="let one of the levels wait: `after: 4 hours`",
                path=levels[0].below("fire"),
                also=tuple((level.below("fire"), "also at once") for level in levels[1:]),
            )


def _at_once(protocol: Protocol, strand: str) -> list[tuple[Edge, Level]]:
    """The moves that are made in the instant a state is entered, whatever the facts are."""
    found: list[tuple[Edge, Level]] = []
    states = protocol.strands[strand].states
    for escalation in protocol.escalations.values():
        watched = escalation.watches.state if escalation.watches else ""
        for level in _instant_levels(escalation) if watched in states else ():
            trigger = protocol.triggers.get(level.fire)
            if trigger is None or not _always_goes(protocol, trigger):
                continue
            found.extend(
                (Edge(source=watched, target=move.to, trigger=trigger.id, path=move.path), level)
                for move in trigger.moves
                if watched in move.from_
                and not move.if_
                and strand_of(protocol, move) == strand
                and move.to in states
            )
    return found


def _instant_levels(escalation: Escalation) -> Iterator[Level]:
    """The levels that come in the instant the ladder starts, without a condition."""
    if escalation.applies_while is not None or escalation.start_at is not None:
        return
    for level in escalation.levels:
        wait = level.after
        if wait is None or not wait.at_once or wait.within or wait.at_most:
            return
        if level.if_ is None:
            yield level


def _always_goes(protocol: Protocol, trigger: Trigger) -> bool:
    """Whether the clock can make it happen whatever the facts and the follow-ups are."""
    return (
        trigger.strength != "must_not"
        and trigger.who is not None
        and any(holder.role == CLOCK for holder in trigger.who.any_of)
        and not trigger.needs
        and not any(recorded.required for recorded in trigger.records)
        and not (trigger.together_with or trigger.during or trigger.decided_at)
        and trigger.agreed_by is None
        and trigger.applies_while is None
        and not any(trigger.id in follow_up.blocks for follow_up in protocol.follow_ups.values())
    )


CHECKS: tuple[Check, ...] = (automatic_loop,)
