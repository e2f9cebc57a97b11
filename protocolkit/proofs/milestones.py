"""What times are asked between: that something happens, that a case comes to a state, its two ends.

Imports the model and changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.ground.errors import UsageError
from protocolkit.ground.limits import LimitSyntaxError, OccurrenceRef, parse_occurrence
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import Record
from protocolkit.model import words
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.reads import Part
from protocolkit.semantics import changes as ch

OPENING, CLOSING = "opening", "closing"
"""The names of the two ends of a case."""


class Milestone(Record):
    """Something that can come, by name: how a change shows it, and the parts it needs."""

    name: str
    refs: tuple[OccurrenceRef, ...] = ()
    states: tuple[tuple[str, str], ...] = ()

    def comes_with(self, change: ch.Change) -> bool:
        """Whether a change is that it comes."""
        match change:
            case ch.CaseOpened():
                return self.name == OPENING
            case ch.CaseClosed():
                return self.name == CLOSING
            case ch.Moved(strand=strand, to=to):
                return (strand, to) in self.states
            case ch.Happened(name=name, event=event):
                return any((name, event) == (one.name, one.event) for one in self.refs)
        return False

    def parts(self, protocol: Protocol) -> Iterator[Part]:
        """The parts of the protocol that it stands in."""
        for _, state in self.states:
            yield "states", state
        for ref in self.refs:
            for section in ("triggers", "meetings", "follow_ups"):
                if ref.name in getattr(protocol, section):
                    yield section, ref.name
        if self.name == CLOSING:
            for strand in protocol.strands.values():
                yield from (("states", one.id) for one in strand.states.values() if one.final)


def milestone(protocol: Protocol, text: str) -> Milestone:
    """What a text names. Raises: UsageError: nothing."""
    if text in (OPENING, CLOSING):
        return Milestone(name=text)
    try:
        ref = parse_occurrence(text)
    except LimitSyntaxError:
        ref = OccurrenceRef(name=text)
    if all(_happens(protocol, one) for one in ref.each):
        return _of(protocol, ref)
    states = tuple(
        (strand.id, state)
        for strand in protocol.strands.values()
        for state in strand.states
        if text in (state, f"{strand.id}.{state}")
    )
    if states:
        return Milestone(name=text, states=states)
    follow_ups = [f"{one}.{event}" for one in protocol.follow_ups for event in ("met", "opened")]
    states_named = [state for strand in protocol.strands.values() for state in strand.states]
    known = [*protocol.triggers, *states_named, *protocol.meetings, *follow_ups, OPENING, CLOSING]
    raise UsageError(
        f"nothing that is called `{text}` can come in a case; {did_you_mean(text, known)}"
    )


def _happens(protocol: Protocol, ref: OccurrenceRef) -> bool:
    if ref.name in protocol.triggers:
        return not ref.event
    if ref.name in protocol.meetings:
        return not ref.event or ref.event in words.MEETING_EVENTS
    return ref.name in protocol.follow_ups and ref.event in words.FOLLOW_UP_EVENTS


def _of(protocol: Protocol, ref: OccurrenceRef) -> Milestone:
    refs = tuple(
        one.replace(event="held") if one.name in protocol.meetings and not one.event else one
        for one in ref.each
    )
    return Milestone(name=str(ref), refs=refs)


def always_asked(protocol: Protocol) -> Iterator[tuple[Milestone, Milestone]]:
    """From the opening to each state and to closing; what properties with a limit speak of."""
    opening = Milestone(name=OPENING)
    for strand in protocol.strands.values():
        only_end = len(protocol.strands) == 1 and sum(s.final for s in strand.states.values()) == 1
        for state in _in_order(protocol, strand.id):
            declared = strand.states[state]
            if not declared.initial and not (declared.final and only_end):
                several = sum(state in one.states for one in protocol.strands.values()) > 1
                name = f"{strand.id}.{state}" if several else state
                yield opening, Milestone(name=name, states=((strand.id, state),))
    if any(state.final for one in protocol.strands.values() for state in one.states.values()):
        yield opening, Milestone(name=CLOSING)
    for one in protocol.properties.values():
        if one.within is None or getattr(one, "scope", "case") != "case":
            continue
        start, end = (one.when, one.then) if one.kind == "response" else (one.from_, one.to)
        if start is None or end is None:
            continue
        if all(_happens(protocol, each) for ref in (start, end) for each in ref.each):
            yield _of(protocol, start), _of(protocol, end)


def _in_order(protocol: Protocol, strand: str) -> list[str]:
    """The states of a strand in the order in which moves can lead to them."""
    states = protocol.strands[strand].states
    found = [state.id for state in states.values() if state.initial]
    moves = [
        move
        for trigger in protocol.triggers.values()
        for move in trigger.moves
        if move.strand in ("", strand) and move.to in states
    ]
    for state in found:
        for move in moves:
            if state in move.from_ and move.to not in found:
                found.append(move.to)
    return found
