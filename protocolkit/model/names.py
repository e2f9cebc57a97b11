"""What the conditions of a protocol may name: the bridge from the model to conditions.

Imports the model and conditions.
"""

from __future__ import annotations

from typing import cast

from protocolkit.conditions.names import FactKind, FactType, Names
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
