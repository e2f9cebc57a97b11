"""What belongs to single cases and what to the whole programme.

The programme (agreements, regular meetings, yearly reports) is run as one standing case for
each protocol. Imports the model and conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import Condition
from protocolkit.conditions.terms import all_atoms
from protocolkit.ground.record import EMPTY
from protocolkit.model import words
from protocolkit.model.base import Element
from protocolkit.model.case import Escalation
from protocolkit.model.protocol import Protocol

CASE, PROGRAMME = words.SCOPES

_E = TypeVar("_E", bound=Element)


def standing_case(protocol: str) -> str:
    """The id of the standing case of a protocol's programme."""
    return f"{protocol}.{PROGRAMME}"


def scopes_of_what_happens(protocol: Protocol) -> Mapping[str, str]:
    """The scope of everything that happens, by name: acts, meetings, follow-ups, exceptions."""
    found = {words.PROGRAMME_EVENT: PROGRAMME}
    for section in (protocol.triggers, protocol.meetings, protocol.follow_ups):
        for name, element in section.items():
            found[name] = element.scope
    for holders in (protocol.triggers, protocol.meetings):
        for holder in holders.values():
            found.update(dict.fromkeys(holder.exceptions, holder.scope))
    return found


def scope_of_ladder(escalation: Escalation, happens: Mapping[str, str]) -> str:
    """The scope of a ladder is that of what it watches, by the scopes of what happens."""
    watches = escalation.watches
    if watches is None or watches.state:
        return CASE
    names = watches.follow_up or ((watches.from_.name,) if watches.from_ else ("",))
    name = names[0]  # several are of one scope
    return happens.get(name, CASE)


def part_of(protocol: Protocol, scope: str) -> Protocol:
    """What of a protocol its cases, or its standing case, consist of.

    The digest stays that of the whole. A case keeps the facts of the programme, since its
    conditions may read them; the standing case has no states and knows nothing of cases.
    """
    happens = scopes_of_what_happens(protocol)
    chosen: dict[str, Mapping[str, Any]] = {
        name: _in_scope(getattr(protocol, name), scope)
        for name in ("triggers", "meetings", "follow_ups")
    }
    chosen["escalations"] = {
        name: escalation
        for name, escalation in protocol.escalations.items()
        if scope_of_ladder(escalation, happens) == scope
    }
    if scope == PROGRAMME:
        facts = _in_scope(protocol.facts, PROGRAMME)
        return protocol.replace(
            **chosen,
            facts=facts,
            strands=EMPTY,
            links=EMPTY,
            properties=EMPTY,
            applies_while=None,
        )
    if all(len(found) == len(getattr(protocol, name)) for name, found in chosen.items()):
        return protocol
    return protocol.replace(**chosen)


def _in_scope(section: Mapping[str, _E], scope: str) -> Mapping[str, _E]:
    return {name: one for name, one in section.items() if getattr(one, "scope", "") == scope}


def programme_facts(protocol: Protocol, condition: Condition | None) -> frozenset[str]:
    """The facts of the programme that a condition reads, also through its terms."""
    if condition is None:
        return frozenset()
    facts = protocol.facts
    return frozenset(
        reference.name
        for atom in all_atoms([condition], protocol.all_terms)
        for reference in references(atom)
        if reference.kind in ("name", "fact", "moment")
        and reference.name in facts
        and facts[reference.name].scope == PROGRAMME
    )
