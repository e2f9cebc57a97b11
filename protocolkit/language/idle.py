"""Finds what is said in two places that do not go together, so that one of them does nothing.

A ladder that waits for a limit its follow-up does not have, a follow-up that closing takes
away again, an act and a follow-up that wait for each other. Takes the reader and reports to
it. What is unclear, because a part is in error or left `unspecified`, is not judged. Imports
the reader, the model, conditions and ground.
"""

from __future__ import annotations

from protocolkit.conditions.syntax import Always
from protocolkit.ground.findings import Path
from protocolkit.language import wording
from protocolkit.language.reader import Reader
from protocolkit.model.case import Escalation, FollowUp
from protocolkit.model.protocol import Protocol


def judge_idle(reader: Reader, protocol: Protocol) -> None:
    """Report what could never do anything."""
    _levels(reader, protocol)
    _applies_always(reader, protocol)
    for follow_up in protocol.follow_ups.values():
        _opens_at_the_end(reader, protocol, follow_up)
        _waits_for_itself(reader, protocol, follow_up)


def _levels(reader: Reader, protocol: Protocol) -> None:
    """A level `at: at_most` needs a follow-up whose limit says `at most`."""
    for ladder in protocol.escalations.values():
        watched = [
            protocol.follow_ups[name]
            for name in (ladder.watches.follow_up if ladder.watches else ())
            if name in protocol.follow_ups
        ]
        without = [one for one in watched if _has_no_outer(reader, one)]
        name = without[0].id if without else ""
        for level in ladder.levels if without else ():
            if level.at == "at_most":
                reader.report(
                    "PK006",
                    f"This level waits for the `at most` of `{name}`, and its limit has none.",
                    reader.where(level.below("at")),
                    level.below("at"),
                    f"write `at: due` or `after`, or add `at most` to the limit of `{name}`",
                )


def _applies_always(reader: Reader, protocol: Protocol) -> None:
    """`applies_while: always` sets apart from what the protocol says: if it says something."""
    if ("applies_while",) in reader.nodes:
        return
    elements: list[FollowUp | Escalation] = [*protocol.follow_ups.values()]
    for element in [*elements, *protocol.escalations.values()]:
        if isinstance(element.applies_while, Always):
            reader.report(
                "PK006",
                "`always` sets this apart from the `applies_while` of the protocol, and the "
                "protocol has none.",
                reader.where(element.below("applies_while")),
                element.below("applies_while"),
                "leave the line out, or add `applies_while` at the top",
            )


def _has_no_outer(reader: Reader, follow_up: FollowUp) -> bool:
    """Whether all its limits are known, and none has an `at most`."""
    for key, limit in (("due", follow_up.due), ("every", follow_up.every)):
        if limit is None and follow_up.below(key) in reader.nodes:
            return False  # in error
        if limit is not None and (limit.unspecified or limit.at_most):
            return False
    return bool(follow_up.due or follow_up.every)


def _opens_at_the_end(reader: Reader, protocol: Protocol, follow_up: FollowUp) -> None:
    """A case of one strand closes in its final state; what opens there ends there, too."""
    strands = list(protocol.strands.values())
    if len(strands) != 1 or len(reader.declared.names["strand"]) > 1:
        return
    if follow_up.carries_over or follow_up.below("carries_over") in reader.nodes:
        return
    for index, name in enumerate(follow_up.opens_in):
        state = strands[0].states.get(name)
        if state is None or not state.final or state.initial:
            continue
        path = _item(reader, follow_up, "opens_in", index)
        reader.report(
            "PK006",
            f"The case closes in `{name}`, so `{follow_up.id}` is called off as soon as it opens.",
            reader.where(path),
            path,
            "add `carries_over: true` if it is owed after the closing, or open it earlier",
        )


def _waits_for_itself(reader: Reader, protocol: Protocol, follow_up: FollowUp) -> None:
    """An act may not wait for a follow-up that only this act does."""
    ways_out = ("opens_in", "ends_when", "applies_while", "waive", "decline")
    if any(follow_up.below(key) in reader.nodes for key in ways_out) or not follow_up.met_by:
        return
    acts = [met_by.trigger.name for met_by in follow_up.met_by if met_by.trigger]
    waiting = {
        name
        for name in follow_up.blocks
        if name in protocol.triggers and not protocol.triggers[name].protective
    }
    if len(acts) < len(follow_up.met_by) or not waiting.issuperset(acts):
        return
    path = _item(reader, follow_up, "blocks", follow_up.blocks.index(acts[0]))
    reader.report(
        "PK006",
        f"`{acts[0]}` must wait until `{follow_up.id}` is done, and only "
        f"{wording.listed(dict.fromkeys(acts))} does it: it can never be done.",
        reader.where(path),
        path,
        f"take `{acts[0]}` out of `blocks`, or say what else does it under `met_by`",
    )


def _item(reader: Reader, follow_up: FollowUp, key: str, index: int) -> Path:
    """The path of one item of a list, which may stand alone without brackets."""
    path = follow_up.below(key, index)
    return path if path in reader.nodes else follow_up.below(key)
