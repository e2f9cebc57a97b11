"""What a property says, as one sentence in plain English.

For people who do not read YAML: in what a case shows, in proofs, in documents. A title names a
property; the sentence always stands beside it. Imports the model, conditions and ground.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.conditions.syntax import Condition
from protocolkit.conditions.text import str_of
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.model import words
from protocolkit.model.base import Element
from protocolkit.model.programme import Property
from protocolkit.model.protocol import Protocol

_HAPPENS = ("happens", "has happened")

_EVENTS: Mapping[str, tuple[str, str]] = {
    "": _HAPPENS,
    "set": ("gets a date", "has got a date"),
    "moved": ("gets another date", "has got another date"),
    "called_off": ("is called off", "has been called off"),
    "held": ("is held", "has been held"),
    "adjourned": ("ends without a quorum", "has ended without a quorum"),
    "quorate": ("has its quorum", "has had its quorum"),
    "short": ("lacks its quorum", "has lacked its quorum"),
    "opened": ("is owed", "has been owed"),
    "met": ("is done", "has been done"),
    "overdue": ("is late", "has been late"),
    "declined": ("is declined", "has been declined"),
    "waived": ("is waived", "has been waived"),
    "cancelled": ("is cancelled", "has been cancelled"),
    "extended": ("gets more time", "has got more time"),
    "used": ("is used", "has been used"),
    words.RECORDED: ("is recorded", "has been recorded"),
}
"""What each event is in words: when it comes, and when it has come."""

_TIMES = {1: "once", 2: "twice"}


def sentence(property_: Property, protocol: Protocol) -> str:
    """The sentence of a property."""
    said = _Saying(protocol).rule(property_)
    stretch = _Saying(protocol).stretch(property_)
    if not stretch:
        return said
    first, rest = said[0], said[1:]
    return f"{stretch}: {first.lower()}{rest}"


class _Saying:
    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol

    def rule(self, one: Property) -> str:
        """What must be so, without when it is asked for."""
        match one.kind:
            case "response":
                if one.within is None or one.within.within is None:
                    return (
                        f"Whenever {self.comes(one.when)}, {self.comes(one.then)} after that, "
                        "before the case closes."
                    )
                return (
                    f"Whenever {self.comes(one.when)}, {self.comes(one.then)} within "
                    f"{one.within.within} after that."
                )
            case "precedence":
                since = " since then" if one.after else ""
                return f"{self.comes(one.before)} only after {self.has_come(one.need)}{since}."
            case "never" if one.condition is None:
                return f"{self.never(one.what)}."
            case "never":
                return f"It is never so that {_so(one.condition)}."
            case "always":
                return f"It is always so that {_so(one.condition)}."
            case "at_end":
                return f"When the case closes, this is so: {_so(one.condition)}."
            case "always_possible":
                return f"Whatever has happened, it can still come to this: {_so(one.condition)}."
            case "within":
                span = one.within.within if one.within else None
                return (
                    f"No more than {span} pass from when {self.comes(one.from_)} until "
                    f"{self.comes(one.to)}."
                )
            case "at_most":
                times = one.times or 0
                return f"{self.comes(one.what)} at most {_TIMES.get(times, f'{times} times')}."
            case _:
                steps = ", ".join(f'"{self.protocol.triggers[step].name}"' for step in one.steps)
                return f"Nobody does two of these in one case: {steps}."

    def stretch(self, one: Property) -> str:
        """When it is asked for; "" for all the time."""
        parts = []
        if one.after is not None:
            parts.append(f"each time after {self.comes(one.after)}")
        if one.until is not None:
            parts.append(f"until {self.comes(one.until)}")
        said = " and ".join(parts)
        return said[:1].upper() + said[1:]

    def comes(self, ref: OccurrenceRef | None) -> str:
        """That something happens."""
        return f"{self._name(ref)} {self._event(ref)[0]}"

    def has_come(self, ref: OccurrenceRef | None) -> str:
        """That it has happened."""
        return f"{self._name(ref)} {self._event(ref)[1]}"

    def never(self, ref: OccurrenceRef | None) -> str:
        """That it never happens."""
        does = self._event(ref)[0]
        if does.startswith("is "):
            return f"{self._name(ref)} is never {does.removeprefix('is ')}"
        return f"{self._name(ref)} never {does}"

    def _event(self, ref: OccurrenceRef | None) -> tuple[str, str]:
        event = ref.event if ref else ""
        if ref and not event and ref.name in self.protocol.meetings:
            event = "held"
        return _EVENTS.get(event, _HAPPENS)

    def _name(self, ref: OccurrenceRef | None) -> str:
        name = ref.name if ref else ""
        protocol = self.protocol
        sections: tuple[Mapping[str, Element], ...]
        sections = (protocol.triggers, protocol.meetings, protocol.follow_ups, protocol.facts)
        if ref and ref.event in words.EXCEPTION_EVENTS:
            sections = (
                *(one.exceptions for one in protocol.triggers.values()),
                *(one.exceptions for one in protocol.meetings.values()),
            )
        named = next((section[name] for section in sections if name in section), None)
        return f'"{named.name if named else name.replace("_", " ")}"'


def _so(condition: Condition | None) -> str:
    """A condition as it is written, with names as words."""
    return str_of(condition).replace("_", " ") if condition is not None else ""
