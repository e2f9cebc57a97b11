"""How it stands with what must be true of a case: each property, its verdict, who can still act.

Imports the monitors, the case and the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from protocolkit.ground.findings import Path
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.ground.record import Record
from protocolkit.model import words
from protocolkit.model.people import Who
from protocolkit.model.sentences import sentence
from protocolkit.semantics.case import Case
from protocolkit.semantics.monitors import Response
from protocolkit.semantics.program import Program


class Watched(Record):
    """One property of a case. `verdict`: it `holds` so far, is `pending` (what was asked for has
    not come; by `due`, if there is a limit), is `broken`, or `kept` for good. `roles` can still do
    what is pending, as far as single roles can. `sentence` says the property in plain words.
    """

    property: str
    title: str
    sentence: str
    verdict: str
    due: datetime | None = None
    roles: tuple[str, ...] = ()
    source: str = ""
    path: Path = ()


def watched(program: Program, case: Case) -> tuple[Watched, ...]:
    """Every property that a case is watched for, in the order of the file."""
    found = []
    for name in program.protocol.properties:
        monitor = program.monitors.get(name)
        if monitor is None:
            continue
        one, state = monitor.property, monitor.of(case)
        roles: tuple[str, ...] = ()
        if state.verdict == "pending" and isinstance(monitor, Response):
            roles = tuple(dict.fromkeys(_roles(program, one.then or one.to)))
        found.append(
            Watched(
                property=one.id,
                title=one.name,
                sentence=sentence(one, program.whole),
                verdict=state.verdict,
                due=state.due,
                roles=roles,
                source=one.source,
                path=one.path,
            )
        )
    return tuple(found)


def _roles(program: Program, ref: OccurrenceRef | None) -> Iterator[str]:
    """The roles that can make something happen."""
    if ref is None:
        return
    protocol = program.protocol
    if ref.event == words.RECORDED and ref.name in protocol.facts:
        yield from protocol.facts[ref.name].recorded_by
    elif ref.name in protocol.triggers:
        trigger = protocol.triggers[ref.name]
        agreed = trigger.agreed_by
        yield from _named(trigger.who)
        yield from (*agreed.all_of, *agreed.any_of) if agreed else ()
    elif ref.name in protocol.meetings:
        meeting = protocol.meetings[ref.name]
        yield from _named(meeting.called_by)
        yield from (meeting.chair.role,) if meeting.chair else ()
    elif ref.name in program.follow_ups:
        follow_up = program.follow_ups[ref.name]
        if ref.event in ("declined", "waived", "extended"):
            verb = {"declined": "decline", "waived": "waive", "extended": "extend"}[ref.event]
            right = getattr(follow_up, verb)
            yield from _named(right.who if right else None)
        elif ref.event == "met":
            yield from _named(follow_up.who)
            for met_by in follow_up.met_by:
                yield from _roles(program, met_by.trigger)


def _named(who: Who | None) -> tuple[str, ...]:
    return who.roles if who is not None else ()
