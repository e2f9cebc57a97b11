"""What leads to the end of something that is owed, from wherever a case can be meanwhile.

Seen from the states alone: as long as it is open, the case stands in one of a few states; if acts
that nothing can hinder lead from each of them to an act that does it, it can always be done.
Imports what is at hand and outlook.
"""

from __future__ import annotations

from protocolkit.model.case import FollowUp, Strand, Trigger
from protocolkit.model.people import Who
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.at_hand import AtHand
from protocolkit.proofs.outlook import Outlook, moves_in


def is_led_to(rules: AtHand, outlook: Outlook, one: FollowUp) -> bool:
    """Whether a follow-up, of which never more than one is open, can be done from everywhere."""
    protocol = rules.protocol
    who, anchor = one.who or Who(), one.due.anchor if one.due is not None else None
    openers = {ref.name for ref in one.opens_with}
    plain = (
        openers <= set(protocol.triggers)
        and not (one.opens_in or one.opens_when or one.for_each or who.all_of or who.each_of)
        and one.if_ is None  # nothing that it could wait for, and open late
        and not one.exclude
        and (anchor is None or anchor.name in protocol.triggers)
        and protocol.applies_while is None
    )
    acts = [
        protocol.triggers[met_by.trigger.name]
        for met_by in one.met_by
        if met_by.trigger is not None and met_by.trigger.name in protocol.triggers
    ]
    if not plain or not acts or any(met_by.if_ for met_by in one.met_by):
        return False
    after = frozenset().union(
        *(outlook.after(name, {act.id for act in acts}) for name in sorted(openers))
    )
    return any(
        strand.applies_while is None
        and not _is_driven(protocol, strand)
        and _lead(rules, strand, acts, openers) >= after & set(strand.states)
        for strand in protocol.strands.values()
    )


def _is_driven(protocol: Protocol, strand: Strand) -> bool:
    """Whether a level may move a strand on before anybody can do anything: one that comes at once,
    or is late already when what it watches opens.
    """
    return any(
        moves_in(strand, protocol.triggers[level.fire])
        for ladder in protocol.escalations.values()
        if ladder.start_at is not None
        or (ladder.watches is not None and ladder.watches.follow_up)
        or any(level.after is not None and level.after.at_once for level in ladder.levels)
        for level in ladder.levels
        if level.fire in protocol.triggers
    )


def _lead(rules: AtHand, strand: Strand, acts: list[Trigger], openers: set[str]) -> set[str]:
    """The states of a strand from which free acts lead to one of these."""
    free = [one for one in rules.protocol.triggers.values() if rules.moves_freely(one)]
    ends = {act.id for act in acts if act.id not in openers}
    steps = [
        (act.id, state, move.to)
        for act in free
        for move in moves_in(strand, act)
        if not strand.states[move.to].final
        for state in move.from_
    ]
    found = {state for act, state, _ in steps if act in ends}
    while more := {state for _, state, to in steps if to in found} - found:
        found |= more
    return found
