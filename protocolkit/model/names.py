"""What the conditions of a protocol may name: the bridge from the model to conditions.

Imports the model, conditions and ground.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from protocolkit.conditions.names import FactKind, FactType, Names
from protocolkit.ground.inside import inside
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.model import words
from protocolkit.model.protocol import Protocol


def names_of(protocol: Protocol) -> Names:
    """What the conditions of a protocol may name."""
    occurrences: dict[str, frozenset[str]] = {words.PROGRAMME_EVENT: frozenset({""})}
    for name in protocol.triggers:
        occurrences[name] = frozenset({""})
    for name in protocol.meetings:
        occurrences[name] = frozenset({"", *words.MEETING_EVENTS})
    for name in protocol.follow_ups:
        occurrences[name] = frozenset(words.FOLLOW_UP_EVENTS)
    exceptions = [trigger.exceptions for trigger in protocol.triggers.values()]
    exceptions += [meeting.exceptions for meeting in protocol.meetings.values()]
    for names in exceptions:
        occurrences.update(dict.fromkeys(names, frozenset(words.EXCEPTION_EVENTS)))
    for name in protocol.facts:  # an act may have the name of the fact that it records
        occurrences[name] = occurrences.get(name, frozenset()) | {*words.FACT_EVENTS}
    return Names(
        facts={
            name: FactType(
                type=cast(FactKind, fact.type),
                values=fact.values,
                lowest=fact.range[0] if fact.range else None,
                highest=fact.range[1] if fact.range else None,
                unit=fact.unit,
            )
            for name, fact in protocol.facts.items()
        },
        strands={name: tuple(strand.states) for name, strand in protocol.strands.items()},
        follow_ups=frozenset(protocol.follow_ups),
        triggers=frozenset(protocol.triggers),
        gatherings=frozenset(protocol.meetings),
        roles=frozenset(protocol.roles),
        terms=protocol.all_terms,
        occurrences=occurrences,
    )


def noted_facts(protocol: Protocol) -> frozenset[str]:
    """The facts whose recording is something that happens: those that `fact.recorded` names,
    and those from whose day a limit counts.

    Of the others no occurrence is kept, so that the record of a case stays small.
    """
    names = names_of(protocol)
    limits = [one.due for one in protocol.follow_ups.values() if one.due is not None]
    named = {one.name for one in occurrences_in(protocol) if one.event in words.FACT_EVENTS}
    named |= {day_fact(names, limit.anchor) for limit in limits}
    return frozenset(named) & frozenset(names.facts)


def day_fact(names: Names, anchor: OccurrenceRef | None) -> str:
    """The date fact from whose day a limit counts; "" for what happens or is planned.

    What happens comes first: an act may have the name of the date that it records.
    """
    if anchor is None or anchor.event or anchor.pick != "opening":
        return ""
    fact = names.facts.get(anchor.name)
    happens = "" in names.occurrences.get(anchor.name, ())
    return anchor.name if fact is not None and fact.type == "date" and not happens else ""


def occurrences_in(value: object) -> Iterator[OccurrenceRef]:
    """Everything that happens and is named somewhere in an element, each by itself."""
    for ref in inside(value, OccurrenceRef):
        yield from ref.each
