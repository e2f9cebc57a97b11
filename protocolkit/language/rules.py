"""What the keys of one element must be together: exactly one of these, this only with that.

A table of small functions by kind. Each gets the values that could be read, the keys that
were given and what the element is called, and yields (code, message, key to point at, help).
Imports the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from protocolkit.model.words import ATTENDEES, CLOCK

Problem = tuple[str, str, str, str]
Rule = Callable[[Mapping[str, Any], set[str], str], Iterator[Problem]]


def _one_of(
    given: set[str], subject: str, keys: tuple[str, ...], why: str
) -> Iterator[Problem]:
    found = [key for key in keys if key in given]
    listed = ", ".join(f"`{key}`" for key in keys)
    if not found:
        yield "PK005", f"{subject} {why}.", "", f"give one of {listed}"
    elif len(found) > 1:
        pair = " and ".join(f"`{key}`" for key in found)
        yield (
            "PK006",
            f"{subject} has {pair}; only one of them can count.",
            found[1],
            f"keep one; for the other case write a second entry with its own name ({listed})",
        )


def _trigger(values: Mapping[str, Any], given: set[str], subject: str) -> Iterator[Problem]:
    if not given & {"who", "decided_at", "during"}:
        yield (
            "PK005",
            f"{subject} has no `who`. Who may do it?",
            "",
            "add `who: [...]`, or `who: unspecified` if the source does not say",
        )


def _follow_up(values: Mapping[str, Any], given: set[str], subject: str) -> Iterator[Problem]:
    yield from _one_of(
        given, subject, ("opens_with", "opens_in", "opens_when"), "does not say when it opens"
    )
    if "due" not in given and "every" not in given:
        yield (
            "PK005",
            f"{subject} has no `due`. Until when is it owed?",
            "",
            "add `due: within 2 business days`, or `due: unspecified` if the source does not say",
        )
    due = values.get("due")
    if due is not None and due.at_once and due.within is None and due.at_most is None:
        yield (
            "PK006",
            "`at once` is what to aim for; by itself it is never late.",
            "due",
            "say from when on it is late: `at once, within 2 hours`, or write `unspecified`",
        )


def _escalation(values: Mapping[str, Any], given: set[str], subject: str) -> Iterator[Problem]:
    if "levels" in given and values.get("levels") == ():
        yield "PK005", f"{subject} has no level.", "levels", "add what happens, and when"


def _watches(values: Mapping[str, Any], given: set[str], subject: str) -> Iterator[Problem]:
    yield from _one_of(
        given, "This ladder", ("state", "follow_up", "from"), "does not say what it watches"
    )
    if ("from" in given) != ("to" in given):
        yield (
            "PK005",
            "A ladder over the time between two things needs `from` and `to`.",
            "from" if "from" in given else "to",
            "give both",
        )


def _level(values: Mapping[str, Any], given: set[str], subject: str) -> Iterator[Problem]:
    yield from _one_of(given, "This level", ("at", "after"), "does not say when it comes")
    if not given & {"tell", "hand_to", "fire"}:
        yield (
            "PK005",
            "This level does nothing.",
            "",
            "say whom to `tell`, whom to `hand_to`, or what to `fire`",
        )


def _fact(values: Mapping[str, Any], given: set[str], subject: str) -> Iterator[Problem]:
    kind = values.get("type")
    if kind == "choice" and "values" not in given:
        yield (
            "PK005",
            f"{subject} is a choice and has no `values`.",
            "",
            "add `values: [suspected, confirmed]`",
        )
    if kind and kind != "choice" and "values" in given:
        yield "PK006", f"Only a choice has `values`; this is: {kind}.", "values", "take it out"
    if kind and kind != "integer" and "range" in given:
        yield "PK006", f"Only an integer has a `range`; this is: {kind}.", "range", "take it out"


def _who(values: Mapping[str, Any], given: set[str], subject: str) -> Iterator[Problem]:
    yield from _one_of(given, "This", ("any_of", "all_of", "each_of"), "names nobody")
    ways = [values[key] for key in ("any_of", "all_of", "each_of") if key in values]
    if ways and not any(ways):
        yield (
            "PK005",
            "This names nobody.",
            "",
            "name a role, or write `unspecified` if the source does not say",
        )


def _holder(values: Mapping[str, Any], given: set[str], subject: str) -> Iterator[Problem]:
    yield from _one_of(given, "This", ("role", "actor_of"), "names nobody")
    if values.get("role") in (CLOCK, ATTENDEES) and given & {"with", "any_holder"}:
        yield "PK006", f"`{values['role']}` takes no further keys.", "", "take them out"


def _relationship(values: Mapping[str, Any], given: set[str], subject: str) -> Iterator[Problem]:
    ends = values.get("between")
    if ends is not None and len(ends) != 2:
        yield (
            "PK006",
            f"{subject} ties two ends together; `between` names {len(ends)}.",
            "between",
            "name two roles",
        )


def _move(values: Mapping[str, Any], given: set[str], subject: str) -> Iterator[Problem]:
    if values.get("to") and values["to"] in values.get("from_", ()):
        yield (
            "PK006",
            f"This moves from `{values['to']}` to itself.",
            "to",
            "leave the move out: an act without a move changes no state and restarts nothing",
        )


def _agreed_by(values: Mapping[str, Any], given: set[str], subject: str) -> Iterator[Problem]:
    if not given & {"all_of", "any_of", "veto"}:
        yield "PK005", "This names nobody who must agree.", "", "add `all_of: [...]`"


RULES: Mapping[str, Rule] = {
    "trigger": _trigger,
    "follow_up": _follow_up,
    "escalation": _escalation,
    "watches": _watches,
    "level": _level,
    "fact": _fact,
    "who": _who,
    "holder": _holder,
    "relationship": _relationship,
    "move": _move,
    "agreed_by": _agreed_by,
}
