"""What was put right about a thing that is asked about, and what stands all the same.

Imports the case, the program and conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import Condition
from protocolkit.semantics.case import Case
from protocolkit.semantics.program import Program


def put_right(program: Program, case: Case, what: str) -> tuple[str, ...]:
    """In words: the void entries of an act, the corrected facts that it, or a follow-up, reads."""
    instance = case.instances.get(what)
    name = instance.follow_up if instance else what
    return (*_void(case, name), *_corrected(program, case, name))


def _void(case: Case, name: str) -> Iterator[str]:
    for entry, voided in case.voided.items():
        told = {case.occurrences[number - 1].name for number in voided.occurrences}
        if name in told:
            again = f", as it repeats entry {voided.same_as}" if voided.same_as else ""
            yield (
                f"entry {entry} is void since entry {case.voided_in[entry]}{again}; "
                "what it moved and sent stands"
            )


def _corrected(program: Program, case: Case, name: str) -> Iterator[str]:
    for fact in sorted(_facts(program, name)):
        for entry in case.facts.get(fact, ()):
            if entry.corrected_in and not entry.void:
                yield (
                    f"`{fact}` was corrected in entry {entry.corrected_in}; what was moved and "
                    "sent before stands"
                )


def _facts(program: Program, name: str) -> set[str]:
    """The facts that decide about an act or a follow-up, or the fact itself."""
    protocol = program.protocol
    if name in protocol.facts:
        return {name}
    conditions: list[Condition | None] = []
    trigger = protocol.triggers.get(name)
    if trigger is not None:
        conditions += [one.condition for one in trigger.needs.values()]
        conditions += [one.if_ for one in trigger.moves]
    follow_up = program.follow_ups.get(name)
    if follow_up is not None:
        conditions += [follow_up.if_, follow_up.opens_when]
    return _read(program, (one for one in conditions if one is not None), set())


def _read(program: Program, conditions: Iterable[Condition], seen: set[str]) -> set[str]:
    """The facts that conditions read, also by their terms."""
    found: set[str] = set()
    for condition in conditions:
        for one in references(condition):
            term = program.names.terms.get(one.name)
            if one.name in program.protocol.facts:
                found.add(one.name)
            elif term is not None and one.name not in seen:
                found |= _read(program, [term], seen | {one.name})
    return found
