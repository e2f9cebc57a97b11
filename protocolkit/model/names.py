"""What the conditions of a protocol may name: the bridge from the model to conditions.

Imports the model, conditions and ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from protocolkit.conditions.names import FactKind, FactType, Names
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.ground.record import Record
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
    """The facts whose recording is something that happens: those that `fact.recorded` names.

    Of the others no occurrence is kept, so that the record of a case stays small.
    """
    return frozenset(
        one.name for one in _occurrences(protocol) if one.event in words.FACT_EVENTS
    ) & frozenset(protocol.facts)


def _occurrences(value: object) -> Iterator[OccurrenceRef]:
    if isinstance(value, OccurrenceRef):
        yield from value.each
    elif isinstance(value, Record):
        for name in value._fields:
            yield from _occurrences(getattr(value, name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _occurrences(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _occurrences(item)
