"""Words of the form `name=value`: facts, assignments, attendance.

A value is read by its fact's type; what does not fit is passed on as it is, so that the engine
refuses it with its own reason. Imports the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from protocolkit.ground.errors import UsageError
from protocolkit.model.case import Fact
from protocolkit.semantics.changes import FactValue

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST = 64


def facts_of(words: Sequence[str], declared: Mapping[str, Fact]) -> dict[str, FactValue]:
    """Facts by name. Raises: UsageError: a word has no `=`, or a fact is there twice."""
    return {
        name: _value(text, declared[name]) if name in declared else text
        for name, text in _pairs(words, "--fact", "certainty=suspected")
    }


def persons_of(words: Sequence[str], option: str) -> dict[str, str]:
    """The person for each role. Raises: UsageError."""
    return {
        role: reference(person, option) for role, person in _pairs(words, option, "caseworker=c-3")
    }


def seats_of(words: Sequence[str]) -> dict[str, str]:
    """The role in which each person was at a meeting. Raises: UsageError."""
    found: dict[str, str] = {}
    for role, people in _pairs(words, "--attended", "djo=u-17"):
        for person in people.split(","):
            if found.setdefault(reference(person, "--attended"), role) != role:
                raise UsageError(f"--attended: {person} cannot fill two seats at one meeting.")
    return found


def evidence_of(words: Sequence[str]) -> dict[str, str]:
    """References by what each is of; a bare one is simply the reference. Raises: UsageError."""
    named = [word if "=" in word else f"reference={word}" for word in words]
    return dict(_pairs(named, "--evidence", "report=R-17"))


def reference(text: str, option: str) -> str:
    """An opaque name: of a person, a case, a key.

    Raises: UsageError: it is empty, long, or more than one word.
    """
    text = text.strip()
    if not 0 < len(text) <= _LONGEST or not text.isprintable() or " " in text:
        raise UsageError(
            f"{option}: a name of at most {_LONGEST} characters without spaces is needed, such "
            "as the number in your own system; never the name of a child."
        )
    return text


def names_of(text: str) -> tuple[str, ...]:
    """Names with commas between them."""
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _pairs(words: Sequence[str], option: str, example: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"{option}: `{word}` is not of the form name=value ({example}).")
        name = name.strip()
        if name in seen:
            raise UsageError(f"{option}: `{name}` is there twice.")
        seen.add(name)
        yield name, value.strip()


def _value(text: str, fact: Fact) -> FactValue:
    if fact.type == "boolean" and text in ("true", "false"):
        return text == "true"
    if fact.type == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if fact.type == "date" and _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if fact.type == "set of roles":
        return frozenset(names_of(text))
    return text
