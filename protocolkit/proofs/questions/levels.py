"""Whether each level of a ladder can come, and each lateness that something counts on.

Imports asking and what can never come about.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.conditions.references import reads_time
from protocolkit.model.case import Escalation, FollowUp, Level
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import CASE, scope_of_ladder, scopes_of_what_happens
from protocolkit.proofs.goals import Seen
from protocolkit.proofs.questions.asking import Asker
from protocolkit.proofs.questions.dead import about_of, hoped, of_states
from protocolkit.proofs.results import Result


def levels(asker: Asker) -> Iterator[Result]:
    """Whether each level of each ladder can come, and each lateness that something counts on."""
    protocol = asker.protocol
    happens = scopes_of_what_happens(protocol)
    for ladder in protocol.escalations.values():
        if scope_of_ladder(ladder, happens) != CASE:
            continue
        goals = [("level", f"{ladder.id}#{n}") for n in range(1, len(ladder.levels) + 1)]
        dated = [
            (goal, level)
            for goal, level in zip(goals, ladder.levels, strict=True)
            if not _never_dated(protocol, ladder, level.at, level.after)
        ]
        if not dated:
            continue
        watched = ladder.watches.follow_up if ladder.watches else ()
        searched = [one for one in dated if not _comes_to_the_idle(asker, ladder, one[1])]
        looked, seen = asker.base, Seen(protocol, ())
        if searched:
            goals = [goal for goal, _ in searched]
            looked, seen = asker.looked([("escalations", ladder.id)], watched, goals=goals)
        for goal, level in dated:
            number = goal[1].rpartition("#")[2]
            title = f"{ladder.name}: level {number} can come."
            if (goal, level) in searched:
                yield hoped(asker, goal, level, "PK508", title, looked, seen)
            else:
                yield asker.result(
                    "levels-come", "PK508", title, "proved", about=about_of(goal), element=level
                )
    counted = {
        ref.name
        for one in protocol.follow_ups.values()
        for ref in one.opens_with
        if ref.event == "overdue"
    }
    for ladder in protocol.escalations.values():
        counted |= set(ladder.watches.follow_up) if ladder.watches else set()
    for name in sorted(counted & set(protocol.follow_ups)):
        one = protocol.follow_ups[name]
        if one.scope != "case" or ((one.due is None or one.due.unspecified) and one.every is None):
            continue
        goal = ("late", name)
        title = f"{one.name}: this can be late, as something else counts on."
        if _late_for_the_idle(asker, one):
            yield asker.result("levels-come", "PK508", title, "proved", about=name, element=one)
            continue
        looked, seen = asker.looked([("follow_ups", name)], [name], goals=[goal])
        yield hoped(asker, goal, one, "PK508", title, looked, seen)


def _nothing_by_itself(protocol: Protocol) -> bool:
    """Whether time alone changes nothing: while nobody acts, what is open stays so."""
    fires = any(level.fire for one in protocol.escalations.values() for level in one.levels)
    ends = any(
        condition is not None and reads_time(condition, protocol.all_terms)
        for one in protocol.follow_ups.values()
        for condition in (
            one.opens_when,
            one.applies_while,
            one.pauses_while,
            *(e.if_ for e in one.ends_when),
        )
    )
    return not fires and not ends and protocol.applies_while is None


def _late_for_the_idle(asker: Asker, one: FollowUp) -> bool:
    """Whether it is late as soon as nobody does it, and nobody has to."""
    due = one.due or one.every
    protocol = asker.protocol
    acts = [protocol.triggers[ref.name] for ref in one.opens_with if ref.name in protocol.triggers]
    if any(asker.rules.closes(act) for act in acts):
        return False  # nothing waits in a case that is closed
    return (
        _nothing_by_itself(asker.protocol)
        and ("opened", one.id) in asker.seen
        and not (one.applies_while or one.pauses_while)
        and all(of_states(asker.protocol, ending.if_) for ending in one.ends_when)
        and due is not None
        and (due.within is not None or due.at_most is not None)
        and (due.anchor is None or set(due.anchor.each) <= set(one.opens_with))
        and due.direction == "after"
    )


def _comes_to_the_idle(asker: Asker, ladder: Escalation, level: Level) -> bool:
    """Whether a level comes as soon as nobody does anything for long enough."""
    protocol, watches = asker.protocol, ladder.watches
    if watches is None or level.if_ is not None or ladder.start_at is not None:
        return False
    if ladder.applies_while is not None or not _nothing_by_itself(protocol):
        return False
    before = ladder.levels[: ladder.levels.index(level) + 1]
    if any(_never_dated(protocol, ladder, one.at, one.after) for one in before):
        return False
    if watches.state:
        if protocol.strands[protocol.strand_of(watches.state)].states[watches.state].final:
            return False
        return ("state", f"{protocol.strand_of(watches.state)}.{watches.state}") in asker.seen
    if any(one.at == "at_most" for one in before):
        return False
    return any(_late_for_the_idle(asker, protocol.follow_ups[name]) for name in watches.follow_up)


def _never_dated(protocol: Protocol, ladder: Escalation, at: str, after: object) -> bool:
    """Whether the protocol leaves open when a level comes; that is a gap, not a fault."""
    watched = ladder.watches.follow_up if ladder.watches else ()
    limits = [protocol.follow_ups[name].due or protocol.follow_ups[name].every for name in watched]
    undated = bool(limits) and all(limit is None or limit.unspecified for limit in limits)
    return undated or (not at and (after is None or getattr(after, "unspecified", False)))
