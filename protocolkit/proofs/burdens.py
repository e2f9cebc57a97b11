"""Follow-ups of which nothing asks but the closing of the case: burdens.

As long as one is open the case cannot be closed, and that is all. So of two situations that differ
only in the burdens that are open, the one with fewer lets people do at least as much; and the one
with more can come, but for the closing, wherever the other can. Imports the model and reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from protocolkit.model.case import FollowUp
from protocolkit.model.names import day_fact, names_of
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.reads import Part, Reads


def burdens(
    protocol: Protocol, reads: Reads, parts: Iterable[Part], timed: Collection[str]
) -> frozenset[str]:
    """Those among the parts of a protocol; `timed` are follow-ups whose lateness is asked for."""
    kept = {section: set[str]() for section, _ in parts}
    for section, id_ in parts:
        kept[section].add(id_)
    asked = set(timed)
    for section, ids in kept.items():
        for id_ in ids:
            element = getattr(protocol, section)[id_]
            asked |= {one.name for one in reads.happens(element)}
            asked |= {one.name for one in reads.named(element)}
            if section == "escalations" and element.watches is not None:
                asked |= set(element.watches.follow_up)
            if section == "links":
                asked |= set(element.hands_over)
    if _closes_by_itself(protocol):
        return frozenset()
    whole = [one.applies_while for one in protocol.strands.values()]
    for condition in (*whole, protocol.applies_while):
        if condition is not None:
            asked |= {one.name for one in reads.named(condition)}
    return frozenset(
        id_
        for id_ in kept.get("follow_ups", ())
        if id_ not in asked and _only_burdens(protocol, protocol.follow_ups[id_])
    )


def _closes_by_itself(protocol: Protocol) -> bool:
    """Whether a case can close without anybody's choice: then a burden may help it on."""
    final = {
        state.id
        for strand in protocol.strands.values()
        for state in strand.states.values()
        if state.final
    }
    ladders = protocol.escalations.values()
    fired = [protocol.triggers[one.fire] for each in ladders for one in each.levels if one.fire]
    return any(move.to in final for one in fired for move in one.moves) or any(
        strand.applies_while is not None for strand in protocol.strands.values()
    )


def _only_burdens(protocol: Protocol, one: FollowUp) -> bool:
    """Whether it holds up nothing but the closing, and one is as good as another of it."""
    who, anchor = one.who, one.due.anchor if one.due is not None else None
    alike = who is None or not (
        who.all_of or who.each_of or any(holder.actor_of for holder in who.holders)
    )
    planned = anchor is not None and (
        (anchor.name in protocol.meetings and not anchor.event and not anchor.others)
        or bool(day_fact(names_of(protocol), anchor))
    )
    return (
        alike
        and not planned
        and one.strength == "must"
        and not one.carries_over
        and one.every is None
        and one.scope == "case"
        and not (one.blocks or one.for_each or one.parts or one.opens_in or one.exclude)
        and one.if_again in ("open_another", "ignore")
        and not any(ref.event in ("set", "moved") for ref in one.opens_with)
        and not any(met_by.trigger and met_by.trigger.event == "moved" for met_by in one.met_by)
    )
