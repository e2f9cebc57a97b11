"""Wording: what the texts of a protocol say that its rules do not, or that should not be said.

Rules of thumb: they look for words. What cites a source is read for PK513 only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.ground.findings import CheckInfo, Path
from protocolkit.ground.limits import Duration
from protocolkit.ground.record import Record
from protocolkit.model.base import Element
from protocolkit.model.protocol import Protocol

_LATEST = re.compile(
    r"\b(?:no|not) (?:later|longer|more) than\b|\bat the latest\b|\bmust not exceed\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Sgt|Lt|Det|Detective|Officer|Sergeant|Lieutenant|Captain|Judge)\.? "
    r"[A-Z][a-z]+(?:-[A-Z][a-z]+)?\b"
)
_PHONE = re.compile(r"(?<![\w.-])(?:\+?\d{1,3}[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.]+\b")
_BLAMES = re.compile(
    r"\b(?:prostitut\w*|promiscu\w*|hookers?|whores?|sex workers?|lifestyle choice)\b",
    re.IGNORECASE,
)

_PARAMETER = """\
parameters:
  call_limit: {value: 24 hours, description: "By law no later than 24 hours"%s}
triggers:
  report: {who: djo}
  close: {who: djo, moves: {from: identified, to: closed}}
follow_ups:
  call_back: {opens_with: report, who: djo, due: within call_limit}
"""
_CLOSE = """\
triggers:
  close:
    who: djo
    %s
    moves: {from: identified, to: closed}
"""


class _Text(Record):
    """A text for people, with the element that it belongs to and the key that holds it."""

    element: Element
    key: str
    text: str

    @property
    def path(self) -> Path:
        return self.element.below(self.key)


def _texts(value: object, keys: tuple[str, ...]) -> Iterator[_Text]:
    """The texts under some keys, of an element or a collection and of all below."""
    if isinstance(value, Element):
        for key in keys:
            text = getattr(value, key, "")
            if text and isinstance(text, str):
                yield _Text(element=value, key=key, text=text)
        for field in value._fields:
            yield from _texts(getattr(value, field), keys)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item, keys)
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item, keys)


@check(
    CheckInfo(
        code="PK513",
        name="no-floor",
        severity="advice",
        summary="The text says that a limit may not be longer, and nothing keeps it so.",
        why="""\
A county that builds on this protocol can set a longer time, and no one sees that the law did not
allow it.""",
        source="Bounds on what a county may set: §2.1 (two sites under one law)",
        wrong=_PARAMETER % "",
        right=_PARAMETER % ", floor: {no_longer_than: 24 hours}",
        how="""\
The title, the description and the source of parameters and follow-ups are read for words such as
"no later than". Found is a length of time without `floor: {no_longer_than: ...}`, and a limit
none of whose times is such a parameter.""",
        confidence="heuristic",
    ),
    reads=("parameters",),
)
def no_floor(subject: Subject) -> Iterator[Found]:
    """Limits that are said to be the longest, and that another file may make longer."""
    protocol = subject.protocol
    keys = ("title", "description", "source")
    bound = {
        name
        for name, one in protocol.parameters.items()
        if one.floor is not None and one.floor.no_longer_than is not None
    }
    for name, one in protocol.parameters.items():
        said = _first(one, keys, _LATEST)
        if said and name not in bound and isinstance(one.value, Duration):
            yield Found(
                message=f"The text of `{name}` says `{said}`, and it has no floor.",
                help=f"add `floor: {{no_longer_than: {one.value}}}`",
                path=one.path,
                at_key=True,
            )
    for follow_up in protocol.follow_ups.values():
        said = _first(follow_up, keys, _LATEST)
        due = follow_up.due
        if said and due is not None and not due.unspecified and bound.isdisjoint(due.parameters):
            yield Found(
                message=f"The text of `{follow_up.id}` says `{said}`, but another file may make "
                "its limit longer.",
                help="write the time as a parameter with a `floor`",
                path=follow_up.below("due"),
            )


def _first(element: Element, keys: tuple[str, ...], words: re.Pattern[str]) -> str:
    """The first of some words in the texts of one element."""
    found = (words.search(str(getattr(element, key))) for key in keys)
    return next((one.group().lower() for one in found if one), "")


@check(
    CheckInfo(
        code="PK704",
        name="person-in-protocol",
        severity="warning",
        summary="A person seems to be named, or a number or an address of one.",
        why="""\
Protocols are handed round and printed. And when the person leaves, the sentence is wrong while
the office is still there.""",
        source="Ties that rest on persons: §3.3.1, §4",
        wrong=_CLOSE % "description: Call Detective Stark first.",
        right=_CLOSE % "description: Call the detective on duty first.",
        how="""\
Titles, descriptions and reasons are read for a rank or a form of address with a name behind it,
for numbers of phones and for mail addresses. A word may look like a name and be none, so the
check is off unless it is asked for.""",
        confidence="heuristic",
    ),
    off=True,
)
def person_in_protocol(subject: Subject) -> Iterator[Found]:
    """Texts with what looks like a name, a number or an address."""
    for one in _texts(_without_sources(subject.protocol), ("title", "description", "left_open")):
        for pattern, what in (
            (_PERSON, "a person"),
            (_PHONE, "a phone number"),
            (_MAIL, "a mail address"),
        ):
            if found := pattern.search(one.text):
                yield Found(
                    message=f"`{found.group()}` looks like {what}.",
                    help="name the office here, and put the person into the roster",
                    path=one.path,
                )
                break


@check(
    CheckInfo(
        code="PK824",
        name="blaming-words",
        severity="advice",
        summary="A word for the child, or for what was done to it, puts the blame on the child.",
        why="""\
The law sees a minor who was trafficked as a victim. A word that says otherwise stays in heads and
in files, and steers how people meet the child.""",
        source="A trafficked minor is a victim, never an offender: §5.2",
        wrong=_CLOSE % "title: The minor leaves prostitution",
        right=_CLOSE % "title: The minor is safe from exploitation",
        how="""\
Titles and descriptions are read for a few words, such as `prostitute` and `promiscuous`. Sources
are not read: laws have the names that they have. An act that is forbidden may name what it
forbids.""",
        confidence="heuristic",
    ),
)
def blaming_words(subject: Subject) -> Iterator[Found]:
    """Texts with words that blame."""
    for one in _texts(_without_sources(subject.protocol), ("title", "description")):
        found = _BLAMES.search(one.text)
        if found is None or getattr(one.element, "strength", "") == "must_not":
            continue
        yield Found(
            message=f"`{found.group()}` puts the blame on the child.",
            help="say what is done to the child, such as `trafficked` or `exploited`",
            path=one.path,
        )


def _without_sources(protocol: Protocol) -> Protocol:
    """All but the works that are cited: they have the titles that they have."""
    return protocol.replace(sources={})


CHECKS: tuple[Check, ...] = (no_floor, person_in_protocol, blaming_words)
