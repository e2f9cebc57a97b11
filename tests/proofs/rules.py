"""A protocol, looked up by name and number: for brute force only.

Imports the model and the closures of conditions; shares nothing with `protocolkit.proofs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from protocolkit.conditions.evaluate import Compiler
from protocolkit.conditions.syntax import Condition
from protocolkit.conditions.text import str_of
from protocolkit.ground.limits import Limit, OccurrenceRef
from protocolkit.model.case import Escalation, FollowUp, Trigger
from protocolkit.model.names import names_of
from protocolkit.model.protocol import Protocol

Deed = tuple[str, str, tuple[tuple[str, Any], ...]]
"""What somebody does: how (act, record, complete, waive, decline), what, and facts with values."""

Key = tuple[str, str]
"""The name of something that happens, and the event; "" for an act."""


class Rules:
    """A protocol, looked up by name and number."""

    def __init__(self, protocol: Protocol) -> None:
        _refuse_others(protocol)
        self.protocol = protocol
        compiler = Compiler(protocol.all_terms, names_of(protocol))
        self._judges: dict[int, Any] = {}
        self._compiler = compiler
        self.strands = sorted(protocol.strands)
        self.facts = sorted(protocol.facts)
        self.owed: list[FollowUp] = [
            protocol.follow_ups[one] for one in sorted(protocol.follow_ups)
        ]
        self.number = {one.id: index for index, one in enumerate(self.owed)}
        self.ladders: list[Escalation] = [
            protocol.escalations[name] for name in sorted(protocol.escalations)
        ]
        self.properties = [protocol.properties[name] for name in sorted(protocol.properties)]
        self.states_conditions = any(one.condition is not None for one in self.properties)
        self.final = {
            (strand, state.id)
            for strand, one in protocol.strands.items()
            for state in one.states.values()
            if state.final
        }
        self.hours = [hours(one.due) for one in self.owed]
        self.ladders_of = [
            [n for n, ladder in enumerate(self.ladders) if one.id in watched(ladder)]
            for one in self.owed
        ]
        self.openers: dict[Key, list[int]] = {}
        self.meeters: dict[Key, list[tuple[int, Condition | None]]] = {}
        for index, one in enumerate(self.owed):
            for ref in one.opens_with:
                self.openers.setdefault((ref.name, ref.event), []).append(index)
            for met_by in one.met_by:
                assert met_by.trigger is not None
                key = (met_by.trigger.name, met_by.trigger.event)
                self.meeters.setdefault(key, []).append((index, met_by.if_))
        self.asked, self.remembered = _asked(protocol)
        self.read = {name for name in self.number if _mentions(protocol, name)}

    def judge(self, condition: Condition | None, now: Any) -> bool | None:
        """Whether a condition is true now; none is."""
        if condition is None:
            return True
        found = self._judges.get(id(condition))
        if found is None:
            found = self._judges[id(condition)] = self._compiler.judge(condition)
        verdict: bool | None = found(now)
        return verdict

    def strand_of(self, trigger: Trigger, number: int) -> str:
        """The strand that a move of an act moves."""
        move = trigger.moves[number]
        return move.strand or self.protocol.strand_of(move.to)

    def deeds(self) -> Iterator[Deed]:
        """Everything that anybody could try, whatever the case."""
        values = {name: _values(self.protocol.facts[name]) for name in self.facts}
        for name in sorted(self.protocol.triggers):
            trigger = self.protocol.triggers[name]
            if trigger.strength == "must_not" or not (trigger.who and trigger.who.roles):
                continue
            ways = [
                [*([] if one.required else [None]), *values[one.fact]] for one in trigger.records
            ]
            for chosen in product(*ways):
                given = zip((one.fact for one in trigger.records), chosen, strict=True)
                yield (
                    "act",
                    name,
                    tuple((fact, value) for fact, value in given if value is not None),
                )
        for name in self.facts:
            for value in values[name]:
                yield "record", name, ((name, value),)
        for one in self.owed:
            if not one.met_by:
                yield "complete", one.id, ()
            for way in ("waive", "decline"):
                if getattr(one, way) is not None:
                    yield way, one.id, ()


def key_of(ref: OccurrenceRef | None) -> Key:
    """The name of what happens, and the event."""
    assert ref is not None
    return ref.name, ref.event


def hours(limit: Limit | None) -> int | None:
    """The hours of a limit; None when it has none."""
    if limit is None or limit.unspecified:
        return None
    assert limit.within is not None
    assert str(limit) == f"within {limit.within}", "brute force knows spans only"
    assert limit.within.unit == "hours"
    return limit.within.amount


def watched(ladder: Escalation) -> tuple[str, ...]:
    """The follow-ups that a ladder watches."""
    return ladder.watches.follow_up if ladder.watches is not None else ()


def is_for_the_clock(trigger: Trigger) -> bool:
    """Whether a level can do an act."""
    clock = trigger.who is not None and any(one.role == "clock" for one in trigger.who.holders)
    return clock and not any(one.required for one in trigger.records)


def _refuse_others(protocol: Protocol) -> None:
    """What brute force does not know is not judged wrongly but not at all."""
    unknown: list[Any] = [protocol.meetings, protocol.links, protocol.applies_while]
    for fact in protocol.facts.values():
        unknown += [fact.valid_for, fact.scope != "case"]
    for act in protocol.triggers.values():
        unknown += [act.assigns, act.exceptions, act.agreed_by, act.at_meetings, act.protective]
        unknown += [act.together_with, act.different_from, act.never, act.applies_while]
        unknown.append(act.who is not None and act.who.all_of)
    for one in protocol.follow_ups.values():
        unknown += [one.every, one.opens_when, one.ends_when, one.for_each, one.parts, one.exclude]
        unknown += [one.counts_for, one.pauses_while, one.applies_while, one.extend]
        unknown.append(one.who is not None and (one.who.all_of or one.who.each_of))
        if one.if_ is not None:  # it may wait for a fact: then nothing may count from its opening
            unknown += [one.opens_in, one.met_by, one.if_again != "ignore", hours(one.due)]
    for ladder in protocol.escalations.values():
        unknown += [ladder.start_at, ladder.applies_while, len(watched(ladder)) > 1]
        unknown.append(ladder.watches is None or ladder.watches.from_)
        for level in ladder.levels:
            unknown += [level.hand_to, level.at == "at_most", level.outside_hours == "wait"]
            unknown.append(level.after is not None and level.after.at_once)
        unknown += [level.at for level in ladder.levels[1:]]
    for rule in protocol.properties.values():
        unknown += [rule.within, rule.until, rule.after, rule.steps]
    assert not any(unknown), "brute force knows only a part of the language"


def _values(fact: Any) -> list[Any]:
    if fact.type == "boolean":
        return [False, True]
    assert fact.type == "choice"
    return list(fact.values)


def _mentions(protocol: Protocol, follow_up: str) -> bool:
    """Whether a condition reads the status of a follow-up (or seems to)."""
    return any(f"{follow_up} is" in text for text in _conditions(protocol))


def _conditions(protocol: Protocol) -> Iterator[str]:
    yield from (str_of(one) for one in _walk(protocol) if one is not None)


def _walk(protocol: Protocol) -> Iterator[Condition | None]:
    for trigger in protocol.triggers.values():
        yield from (need.condition for need in trigger.needs.values())
        yield from (move.if_ for move in trigger.moves)
    for follow_up in protocol.follow_ups.values():
        yield follow_up.if_
        yield from (met_by.if_ for met_by in follow_up.met_by)
        yield from (way.if_ for way in (follow_up.waive, follow_up.decline) if way is not None)
    for ladder in protocol.escalations.values():
        yield from (level.if_ for level in ladder.levels)
    yield from (rule.condition for rule in protocol.properties.values())


def _asked(protocol: Protocol) -> tuple[frozenset[Key], frozenset[Key]]:
    """What properties and conditions ask of what happens, and what of it is remembered."""
    rules = protocol.properties.values()
    refs = [ref for one in rules for ref in (one.before, one.what, one.when, one.then) if ref]
    texts = list(_conditions(protocol))
    remembered = {key_of(one.need) for one in rules if one.need}
    remembered |= {
        (name, "")
        for name in protocol.triggers
        if any(f"happened({name})" in text for text in texts)
    }
    return frozenset({key_of(ref) for ref in refs} | remembered), frozenset(remembered)
