"""Stories that a search found, as scenarios: the engine acts them out to the same end.

Imports verify, the writing of scenarios and what can be seen of a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from protocolkit.model.protocol import Protocol
from protocolkit.proofs.stories import Step, Story
from protocolkit.scenarios.shapes import UNKNOWN
from protocolkit.scenarios.sights import difference, sight
from protocolkit.scenarios.times import shown
from protocolkit.scenarios.unread import abilities
from protocolkit.scenarios.writing import WAIT, Deed, file_text, step
from protocolkit.semantics.answers import standing
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request

_KINDS = {"act": "do"}
"""The ways of acting that a scenario calls otherwise."""


def scenario_of(story: Story, protocol: Protocol, title: str = "") -> dict[str, Any]:
    """A story as data of a scenario: every step, and at the end all that must then be so."""
    zone = protocol.timezone
    known = abilities(protocol)
    steps: list[dict[str, Any]] = []
    for number, one in enumerate(story.steps):
        if one.request is None:
            if number + 1 == len(story.steps) or story.steps[number + 1].request is not None:
                steps.append(step(Deed(kind=WAIT, at=one.seen_at), zone))
            continue
        reasons = tuple(dict.fromkeys(reason.name for reason in one.reasons))
        steps.append(step(_deed(one, one.request, protocol, known), zone, reasons))
    steps.append({"expect": _end(story, protocol)})
    said = title or story.end
    head = {"title": said} if said else {}
    return {**head, "start": shown(story.start, zone), "steps": steps}


def scenarios_text(
    stories: Mapping[str, Story], protocol: Protocol, file: str, titles: Mapping[str, str]
) -> str:
    """The text of a `*.scenarios.yaml` with some stories by name.

    `file` is the protocol's file, from where the text will be kept.
    """
    scenarios = {
        name: scenario_of(story, protocol, titles.get(name, "")) for name, story in stories.items()
    }
    return file_text(file, scenarios)


def _end(story: Story, protocol: Protocol) -> dict[str, Any]:
    """Everything that can be seen of the case at the end."""
    seen = sight(standing(Program(protocol), story.case()), story.events, protocol)
    given = [
        name
        for one in story.steps
        if one.request is not None and not (one.reasons or one.where)
        for name in one.request.facts
    ]
    forgotten = {name: UNKNOWN for name in given if name not in seen["facts"]}
    seen["facts"] = {**seen["facts"], **forgotten}
    return difference({}, seen)


def _deed(one: Step, request: Request, protocol: Protocol, known: frozenset[str]) -> Deed:
    actor = request.actor
    roles = actor.roles & protocol.roles.keys()
    return Deed(
        kind=_KINDS.get(request.kind, request.kind),
        what="" if request.kind in ("open", "adopt") else request.what,
        roles=tuple(sorted(roles, key=lambda role: (role != one.role, role))),
        person=actor.id,
        can=tuple(sorted(actor.can & known)),
        at=one.at,
        where="" if request.kind == "adopt" else one.where,
        detail=dict(_detail(request, protocol)),
    )


def _detail(request: Request, protocol: Protocol) -> Iterator[tuple[str, Any]]:
    """What goes with a request, by the keys of the table; what nothing reads is left out."""
    trigger = protocol.triggers.get(request.what) if request.kind == "act" else None
    rules = trigger.exceptions if trigger is not None else {}
    alone = trigger is not None and not (
        trigger.together_with or any(rule.who for rule in rules.values())
    )
    for name in ("facts", "assign"):
        if getattr(request, name):
            yield name, dict(getattr(request, name))
    if request.kind in ("act", "set") and request.meeting:
        yield "meeting", request.meeting
    if request.attended and not alone:
        yield "attended", dict(request.attended)
    if request.planned_at is not None:
        yield "for", request.planned_at
    if request.until is not None:
        yield "until", request.until
    for name in ("item", "exception"):
        if getattr(request, name):
            yield name, getattr(request, name)
    if request.reason and (trigger is None or rules):
        yield "reason", request.reason
    if request.evidence:
        yield "evidence", next(iter(request.evidence.values()))
