"""What the language says and this engine cannot run yet: found before a case is opened.

Nothing is ever ignored: a protocol that uses such a part is refused, with its place. Imports
the model and ground.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.ground.findings import Finding, Path
from protocolkit.model.people import Who
from protocolkit.model.protocol import Protocol

NAME = "cannot-run-yet"


def obstacles(protocol: Protocol) -> list[Finding]:
    """The parts of a protocol that the engine cannot run yet; empty when it can run it all."""
    unrunnable = [
        Finding(
            code="PKRUN",
            name=NAME,
            severity="error",
            message=f"Cases cannot be run with {what} yet; everything else about it works.",
            help="take it out to run cases now, or wait for a later release",
            path=path,
        )
        for what, path in _parts(protocol)
    ]
    return [*_starts(protocol), *unrunnable]


def _starts(protocol: Protocol) -> Iterator[Finding]:
    """A case starts in one state of each strand: it must be said which (PK201)."""
    for strand in protocol.strands.values():
        starts = [state for state in strand.states.values() if state.initial]
        if len(starts) != 1:
            said = f"{len(starts)} states are" if starts else "no state is"
            yield Finding(
                code="PK201",
                name="start-or-end-missing",
                severity="error",
                message=f"A case cannot be opened: {said} marked as the start.",
                help="mark one state with `initial: true`",
                path=starts[1].path if starts else strand.path,
            )


def _parts(protocol: Protocol) -> Iterator[tuple[str, Path]]:
    if protocol.applies_while is not None:
        yield "`applies_while`", ("applies_while",)
    for section in ("links", "tallies"):
        for element in getattr(protocol, section).values():
            yield f"`{section}`", element.path
    for strand in protocol.strands.values():
        if strand.applies_while is not None:
            yield "`applies_while`", strand.below("applies_while")
    for fact in protocol.facts.values():
        if fact.scope == "programme":
            yield "facts of the whole programme", fact.below("scope")
    for trigger in protocol.triggers.values():
        if trigger.scope == "programme":
            yield "acts of the whole programme", trigger.below("scope")
        for key in ("agreed_by", "together_with", "exceptions", "applies_while"):
            if getattr(trigger, key):
                yield f"`{key}` of an act", trigger.below(key)
        yield from _joint(trigger.who, trigger.below("who"))
    for meeting in protocol.meetings.values():
        if meeting.scope == "programme":
            yield "meetings of the whole programme", meeting.below("scope")
        if meeting.chair is not None and meeting.chair.never:
            yield "`never` of a chair", meeting.below("chair", "never")
    for follow_up in protocol.follow_ups.values():
        if follow_up.scope == "programme":
            yield "follow-ups of the whole programme", follow_up.below("scope")
        for key in ("for_each", "parts", "pauses_while", "applies_while"):
            if getattr(follow_up, key):
                yield f"`{key}` of a follow-up", follow_up.below(key)
        yield from _joint(follow_up.who, follow_up.below("who"))
    for escalation in protocol.escalations.values():
        if escalation.applies_while is not None:
            yield "`applies_while`", escalation.below("applies_while")


def _joint(who: Who | None, path: Path) -> Iterator[tuple[str, Path]]:
    if who is not None and (who.all_of or who.each_of):
        yield f"`{'all_of' if who.all_of else 'each_of'}`", path
