"""Gaps: what a protocol does not say, as questions for those who can answer them.

A gap is no fault. Three absences sound different: *not stated* (the file says `unspecified`, as
its source does), *not there* (nothing follows, nobody comes, a section is missing) and *left open*
(somebody has given the reason with `left_open`). Imports the checks that see some of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from protocolkit.checks._base import Check, Subject
from protocolkit.checks.families.hours import nobody_on_duty
from protocolkit.checks.families.ladders import deadline_without_escalation
from protocolkit.checks.families.time import open_ended_wait
from protocolkit.ground.findings import Path, Place
from protocolkit.ground.record import Record
from protocolkit.language import types
from protocolkit.language.reading import Places
from protocolkit.language.vocabulary import KINDS, keys_of
from protocolkit.model.base import Element
from protocolkit.model.case import State
from protocolkit.model.people import Who
from protocolkit.model.protocol import Protocol
from protocolkit.model.words import ALWAYS, FAMILY

Kind = Literal["limit", "holder", "arrival", "silence"]

HEADINGS: Mapping[Kind, str] = {
    "limit": "Limits, and what follows when they pass",
    "holder": "Who does it",
    "arrival": "When nobody comes",
    "silence": "What the text is silent about",
}
"""The kinds of gaps, in the order in which a meeting may take them."""

NOT_STATED, NOT_THERE = "not stated", "not there"


class Gap(Record):
    """One question. `says` is what the file says now, `absence` in which way it says too little.

    `about` is the name of what it is about, `source` where that comes from. `left_open` is the
    reason for which it stays open; empty while nobody has answered.
    """

    kind: Kind
    question: str
    says: str
    absence: str
    about: str
    path: Path
    place: Place | None = None
    source: str = ""
    left_open: str = ""


_QUESTIONS: Mapping[str, tuple[Kind, str]] = {
    "due": ("limit", "By when is this due?"),
    "every": ("limit", "How often is this done?"),
    "after": ("limit", "How long is waited before this level?"),
    "who": ("holder", "Who does this?"),
    "owed_to": ("holder", "Who gets this?"),
    "recorded_by": ("holder", "Who writes this down?"),
    "called_by": ("holder", "Who calls this meeting?"),
    "chair": ("holder", "Who leads this meeting?"),
    "given_by": ("holder", "Who gives this?"),
    "participants": ("holder", "Who takes part?"),
    "waits_for": ("arrival", "For whom does a case wait here?"),
    "available": ("arrival", "When is this office there, and who comes when it is not?"),
    "required": ("arrival", "Who must come to this meeting?"),
    "asked": ("arrival", "Who is asked to come to this meeting?"),
    "quorum": ("arrival", "How many are enough for this meeting?"),
    "organization": ("silence", "Which agency does this office belong to?"),
    "rests_on": ("silence", "Does this tie rest on the offices, or on certain people?"),
    "shared_by": ("silence", "Who shares this goal?"),
    "length": ("silence", "Is this short or long?"),
    "items": ("silence", "How many questions does this have?"),
    "minutes": ("silence", "How long does this take?"),
    "validated": ("silence", "Was this tested by research?"),
    "use": ("silence", "How often is this used?"),
    "channel": ("silence", "How is this done: in person, by phone, in writing?"),
}
"""What to ask where a key says `unspecified`."""

_SECTIONS: Mapping[str, str] = {
    "goal": "Which goal do all partners share?",
    "calendars": "When are the offices open?",
    "relationships": "Who talks to whom, and how well?",
    "practices": "Who is trained, and which form is used?",
    "meetings": "Does a team meet, and who belongs to it?",
    "follow_ups": "Who owes what to whom, and by when?",
    "escalations": "What follows when nothing happens?",
    "sharing": "Who may see which fact?",
    "agreement": "Which agencies have signed this?",
    "review": "When is this protocol looked at again?",
}
"""What to ask where a whole section is not there."""


def gaps(places: Places, subject: Subject) -> tuple[Gap, ...]:
    """The gaps of a protocol, by kind and then in the order of the file."""
    protocol = subject.protocol
    found = [
        *_unspecified(protocol),
        *_no_consequence(subject),
        *_nobody_comes(subject),
        *_nobody_invited(protocol),
        *_not_there(protocol),
    ]
    order = list(HEADINGS)
    placed = [(order.index(gap.kind), gap.replace(place=places.of(gap.path))) for gap in found]
    placed.sort(key=lambda one: (one[0], _line(one[1])))
    return tuple(gap for _, gap in placed)


def _line(gap: Gap) -> tuple[str, int, int]:
    place = gap.place
    return (place.file, place.start.line, place.start.column) if place else ("", 0, 0)


# -- not stated -------------------------------------------------------------------------------


def _unspecified(protocol: Protocol) -> Iterator[Gap]:
    """Every key that says `unspecified`."""
    for element, owners in _elements("protocol", protocol, ()):
        named = [one for one in (*owners, element) if one.id and not isinstance(one, Who)]
        for name in element.unspecified:
            what, question = _QUESTIONS.get(name, ("silence", f"What is the `{name}` of this?"))
            if isinstance(element, Protocol):
                question = _SECTIONS.get(name, question)
            yield Gap(
                kind=what,
                question=question,
                says=f"The text does not say (`{name}: unspecified`).",
                absence=NOT_STATED,
                about=_name(named[-1]),
                path=element.below(name),
                source=_source((*owners, element)),
                left_open=_reason((*owners, element)),
            )


def _elements(
    kind: str, element: Element, owners: tuple[Element, ...]
) -> Iterator[tuple[Element, tuple[Element, ...]]]:
    """An element and those below it, each with those that it belongs to."""
    yield element, owners
    for key in keys_of(KINDS[kind]).values():
        value = getattr(element, key.field, None)
        if value is not None:
            yield from _within(key.type, value, (*owners, element))


def _within(
    type_: types.ValueType, value: object, owners: tuple[Element, ...]
) -> Iterator[tuple[Element, tuple[Element, ...]]]:
    match type_, value:
        case types.ListOf(), tuple():
            for item in value:
                yield from _within(type_.item, item, owners)
        case types.MapOf(), Mapping():
            for item in value.values():
                yield from _within(type_.item, item, owners)
        case types.ElementOf(), Element():
            yield from _elements(type_.kind, value, owners)


def _name(element: Element) -> str:
    if isinstance(element, Protocol):
        return "The whole protocol"
    return element.name or str(element.path[-1])


def _source(owners: tuple[Element, ...]) -> str:
    return next((one.source for one in reversed(owners) if one.source), "")


def _reason(owners: tuple[Element, ...]) -> str:
    """Why a gap stays open: what the element says, or one that it belongs to. What the protocol
    itself says is about its sections only.
    """
    inner = [one for one in owners if not isinstance(one, Protocol)] or list(owners)
    return next((one.left_open for one in reversed(inner) if one.left_open), "")


# -- not there --------------------------------------------------------------------------------


def _no_consequence(subject: Subject) -> Iterator[Gap]:
    """Limits of which nothing follows when they pass."""
    for element, path, _ in _seen_by(deadline_without_escalation, subject):
        key = str(path[-1])
        yield _gap(
            "limit",
            "What follows when this is late?",
            f"It is due {getattr(element, key)}. When that passes, nothing follows.",
            element,
            path,
        )


def _nobody_comes(subject: Subject) -> Iterator[Gap]:
    """States in which nobody is called, and hours at which nobody is there."""
    protocol = subject.protocol
    for element, path, _ in _seen_by(open_ended_wait, subject):
        yield _gap(
            "arrival",
            "Who notices when a case waits here for long?",
            "No limit runs here, and nobody is reminded.",
            element,
            path,
        )
    for strand in protocol.strands.values():
        for state in strand.states.values():
            yield from _off_duty(state, protocol)
    for element, path, message in _seen_by(nobody_on_duty, subject):
        yield _gap("arrival", "Who comes when everybody is off duty?", message, element, path)


def _nobody_invited(protocol: Protocol) -> Iterator[Gap]:
    """Meetings that name nobody who comes; one that says `unspecified` is asked about already."""
    for meeting in protocol.meetings.values():
        if meeting.members or meeting.counting or {"required", "asked"} & {*meeting.unspecified}:
            continue
        yield _gap(
            "arrival",
            "Who comes to this meeting?",
            "It names nobody who must come, is asked or may come.",
            meeting,
            meeting.path,
        )


def _off_duty(state: State, protocol: Protocol) -> Iterator[Gap]:
    """A state that waits for offices whose hours are not stated, or do not fill the week."""
    if not state.waits_for:
        return
    let_in = [
        level.hand_to
        for ladder in protocol.escalations.values()
        if ladder.watches is not None and ladder.watches.state == state.id
        for level in ladder.levels
        if level.hand_to
    ]
    roles = [protocol.roles[role] for role in (*state.waits_for, *let_in) if role in protocol.roles]
    roles += [
        protocol.roles[other]
        for role in roles
        for other in role.substitutes
        if other in protocol.roles
    ]
    if any(role.available == ALWAYS or role.kind in FAMILY for role in roles):
        return
    names = ", ".join(f"`{role}`" for role in state.waits_for)
    unsaid = [role for role in roles if not role.available]
    if not unsaid:
        hours = " or ".join(dict.fromkeys(f"`{role.available}`" for role in roles))
        yield _gap(
            "arrival",
            "Who comes when the office is closed?",
            f"A case waits here for {names}, by the hours of {hours} only.",
            state,
            state.path,
        )
    elif any("available" not in role.unspecified for role in unsaid):
        yield _gap(
            "arrival",
            "When is somebody there, and who comes when not?",
            f"A case waits here for {names}, and no hours are given.",
            state,
            state.path,
        )


def _not_there(protocol: Protocol) -> Iterator[Gap]:
    """Sections that are missing."""
    for name, question in _SECTIONS.items():
        section = getattr(protocol, name)
        if isinstance(section, Element) and section.left_open and not section.unspecified:
            says = f"The section `{name}` is left open."
            yield _gap("silence", question, says, section, section.path)
        if section or name in protocol.unspecified or (name == "sharing" and not protocol.facts):
            continue
        yield _gap(
            "silence", question, f"There is no section `{name}`.", protocol, protocol.below(name)
        )


def _gap(kind: Kind, question: str, says: str, element: Element, path: Path) -> Gap:
    return Gap(
        kind=kind,
        question=question,
        says=says,
        absence=NOT_THERE,
        about=_name(element),
        path=path,
        source=element.source,
        left_open=element.left_open,
    )


def _seen_by(check: Check, subject: Subject) -> Iterator[tuple[Element, Path, str]]:
    """What a check finds, each with the element that it is about."""
    protocol = subject.protocol
    states = {
        state.path: state
        for strand in protocol.strands.values()
        for state in strand.states.values()
    }
    for found in check.find(subject):
        element: Element | None = states.get(found.path)
        if element is None:
            element = protocol.follow_ups[str(found.path[1])]
        yield element, found.path, found.message
