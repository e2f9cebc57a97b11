"""Keeps single cases and the whole programme apart, where the language does.

A case may read facts of its programme in `needs` and `if`, nothing else of it, and the programme
reads nothing of cases but in `tallies`. Takes the reader and reports to it. Imports the reader,
the model, conditions and ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from protocolkit.conditions.references import Reference, references
from protocolkit.conditions.terms import all_atoms, term_cycle
from protocolkit.ground.findings import Path
from protocolkit.language.grammars import Said
from protocolkit.language.reader import Reader
from protocolkit.model.base import Element
from protocolkit.model.protocol import Protocol
from protocolkit.model.scopes import (
    CASE,
    PROGRAMME,
    scope_of_ladder,
    scopes_of_what_happens,
)
from protocolkit.model.words import FACT_EVENTS

_OF_CASES = ("strands", "states", "links", "applies_while", "properties")


def judge_scopes(reader: Reader, protocol: Protocol) -> None:
    """Report what reaches from a case into the programme, or from the programme into cases."""
    happens = scopes_of_what_happens(protocol)
    for said in reader.occurrences:
        name, event = said.what.name, said.what.event
        is_fact = event in FACT_EVENTS or name not in happens
        other = _of_fact(protocol, name) if is_fact else happens.get(name, "")
        _occurrence(reader, protocol, said, other, happens)
    if not term_cycle(protocol.all_terms):
        for said in reader.conditions:
            _condition(reader, protocol, said, happens)
    for path, name, scope, other in _named(protocol, happens):
        if other and other != scope:
            _apart(reader, path, name, scope)
    for path, what in _needs_states(protocol):
        reader.report(
            "PK006",
            f"{what} has to do with the states of a case, and the programme has none.",
            reader.where(path),
            path,
            "take it out, or leave `scope: programme` out",
        )


def _scope_of(protocol: Protocol, path: Path, happens: Mapping[str, str]) -> str:
    """The scope of what stands at a path; "" where anything may be named."""
    section, name = path[0], str(path[1]) if len(path) > 1 else ""
    if section in ("triggers", "meetings", "follow_ups"):
        element = getattr(protocol, str(section)).get(name)
        return element.scope if element is not None else ""
    if section == "escalations":
        ladder = protocol.escalations.get(name)
        return scope_of_ladder(ladder, happens) if ladder is not None else ""
    if section == "tallies":
        return "" if "count" in path else PROGRAMME
    return CASE if section in _OF_CASES else ""


def _occurrence(
    reader: Reader, protocol: Protocol, said: Said, other: str, happens: Mapping[str, str]
) -> None:
    scope = _scope_of(protocol, said.path, happens)
    name = said.what.name
    if scope and other and scope != other:
        _apart(reader, said.path, name, scope, is_fact=name in protocol.facts)


def _apart(reader: Reader, path: Path, name: str, scope: str, *, is_fact: bool = False) -> None:
    if scope == CASE and is_fact:
        said = f"`{name}` is a fact of the programme, and this belongs to single cases."
        help = "ask for it in `needs` or `if`, or let each case record a fact of its own"
    elif scope == CASE:
        said = f"`{name}` happens in the programme, and this belongs to single cases."
        help = "record it as a fact of the programme, and ask for that in `needs` or `if`"
    else:
        said = f"`{name}` belongs to single cases, and this belongs to the whole programme."
        help = "only `tallies` count over cases"
    reader.report("PK006", said, reader.where(path), path, help)


def _condition(reader: Reader, protocol: Protocol, said: Said, happens: Mapping[str, str]) -> None:
    scope = _scope_of(protocol, said.path, happens)
    if not scope:
        return
    selects = not any(str(part).endswith(("_when", "_while", "counts_if")) for part in said.path)
    asks = selects and ("needs" in said.path or said.path[-1] == "if")
    for atom in all_atoms([said.what], protocol.all_terms):
        for reference in references(atom):
            other, is_fact = _read(protocol, reference, happens)
            if not other or other == scope or (is_fact and scope == CASE and asks):
                continue
            if scope == PROGRAMME:
                message = f"This belongs to the whole programme, and `{reference.name}` to a case."
                help = "only `tallies` count over cases"
            elif is_fact:
                message = f"`{reference.name}` is a fact of the programme, and this is watched."
                help = "a case asks for facts of its programme only in `needs` and `if`"
            else:
                message = f"`{reference.name}` happens in the programme, not in this case."
                help = "record it as a fact of the programme, and ask for that in `needs` or `if`"
            reader.report("PK401", message, said.node.place, said.path, help)
            return


def _read(protocol: Protocol, reference: Reference, happens: Mapping[str, str]) -> tuple[str, bool]:
    """The scope of what a condition reads, and whether that is a fact; "" for what has none."""
    name, kind = reference.name, reference.kind
    if kind in ("name", "fact", "moment") and name in protocol.facts:
        return protocol.facts[name].scope, True
    if kind == "name" and name in protocol.strands:
        return CASE, False
    if reference.event in FACT_EVENTS:
        return _of_fact(protocol, name), False
    if kind in ("name", "occurrence", "moment"):
        return happens.get(name, ""), False
    return "", False


def _of_fact(protocol: Protocol, name: str) -> str:
    return protocol.facts[name].scope if name in protocol.facts else ""


def _named(protocol: Protocol, happens: Mapping[str, str]) -> Iterator[tuple[Path, str, str, str]]:
    """Where an element names another by its id: path, name, own scope, scope of the other."""
    for trigger in protocol.triggers.values():
        for recorded in trigger.records:
            fact = protocol.facts.get(recorded.fact)
            if fact is not None:
                yield trigger.below("records"), fact.id, trigger.scope, fact.scope
        names = [("different_from", name) for name in trigger.different_from]
        names += [("during", name) for name in trigger.during]
        names += [("decided_at", name) for name in trigger.decided_at]
        for key, name in names:
            yield trigger.below(key), name, trigger.scope, happens.get(name, "")
    for follow_up in protocol.follow_ups.values():
        for name in follow_up.blocks:
            yield follow_up.below("blocks"), name, follow_up.scope, happens.get(name, "")
    for ladder in protocol.escalations.values():
        scope = scope_of_ladder(ladder, happens)
        for name in ladder.watches.follow_up if ladder.watches else ():
            yield ladder.below("watches", "follow_up"), name, scope, happens.get(name, "")
        for level in ladder.levels:
            yield level.below("fire"), level.fire, scope, happens.get(level.fire, "")
    for link in protocol.links.values():
        for name in link.hands_over:
            yield link.below("hands_over"), name, CASE, happens.get(name, "")


def _needs_states(protocol: Protocol) -> Iterator[tuple[Path, str]]:
    def beside(element: Element, key: str) -> bool:
        return getattr(element, "scope", CASE) == PROGRAMME and bool(getattr(element, key))

    for trigger in protocol.triggers.values():
        if beside(trigger, "moves"):
            yield trigger.below("moves"), "`moves`"
    for follow_up in protocol.follow_ups.values():
        if beside(follow_up, "opens_in"):
            yield follow_up.below("opens_in"), "`opens_in`"
