"""What ladders do, in words. Imports the program and the case."""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.model.case import Level
from protocolkit.model.people import Who
from protocolkit.semantics.actors import in_words
from protocolkit.semantics.case import Case
from protocolkit.semantics.program import Program


def level_in_words(program: Program, level: Level) -> str:
    """What a level does: "judge is told 4 hours later"."""
    protocol = program.protocol
    parts: list[str] = []
    if level.hand_to:
        parts.append(f"{protocol.roles[level.hand_to].name} may act too")
    if level.tell:
        told = in_words(Who(all_of=level.tell), protocol)
        parts.append(f"{told} {'is' if len(level.tell) == 1 else 'are'} told")
    if level.fire:
        parts.append(f"`{level.fire}` happens by itself")
    when = ""
    if level.at:
        when = "when it is late" if level.at == "due" else "at the outer limit"
    elif level.after is not None:
        span = level.after.within
        when = "at once" if span is None else f"{span} later"
    return f"{when}: {' and '.join(parts)}" if when else " and ".join(parts)


def levels_to_come(program: Program, case: Case, of: str) -> Iterator[str]:
    """The levels still ahead of the ladders that watch a follow-up or a visit to a state."""
    for run in case.runs.values():
        if run.of == of:
            escalation = program.protocol.escalations[run.escalation]
            for level in escalation.levels[run.level :]:
                yield level_in_words(program, level)
