"""The file of `case open --history`: what happened before the case was kept here.

JSON Lines: one object a line, each with when it happened, who did it, and what. Imports the
request and the values of the command line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from protocolkit.cli.times import Times
from protocolkit.cli.values import reference
from protocolkit.ground.errors import UsageError
from protocolkit.ground.nearest import did_you_mean
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.requests import Request

VERBS: Mapping[str, str] = {
    "do": "act",
    "record": "record",
    "assign": "assign",
    "complete": "complete",
    "decline": "decline",
    "waive": "waive",
    "extend": "extend",
    "set": "set",
    "move": "move",
    "call_off": "call_off",
    "hold": "hold",
}
"""What a line tells, and the way of acting that this is."""

_TEXTS = ("meeting", "item", "reason", "exception")
_MAPS = ("assign", "attended", "evidence")
_TIMES = {"planned_at": "for", "until": "until"}
_WORDS = ("at", "by", "role", "facts", *_TEXTS, *_MAPS, *_TIMES.values())

EXAMPLE = '{"at": "2025-03-04 22:34", "by": "u-17", "role": "djo", "do": "report"}'


def read_history(file: str, protocol: Protocol, times: Times) -> tuple[Request, ...]:
    """The entries of a file, in its order.

    Raises: UsageError: a line is not of that form. OSError: the file cannot be read.
    """
    try:
        lines = Path(file).read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise UsageError(f"{file}: this is no text saved as UTF-8. Save it as UTF-8.") from None
    found = [
        _Line(f"{file}:{number}", line, protocol, times).request()
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    if not found:
        raise UsageError(f"{file}: nothing is told there. A line is such as {EXAMPLE}")
    return tuple(found)


class _Line:
    """One line of the file."""

    def __init__(self, where: str, text: str, protocol: Protocol, times: Times) -> None:
        self.where = where
        self.protocol = protocol
        self.times = times
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise UsageError(f"{where}: this is no JSON object. A line is such as {EXAMPLE}")
        self.words: dict[str, Any] = found
        for word in found:
            if word not in VERBS and word not in _WORDS:
                raise UsageError(
                    f"{where}: `{word}` is not known; {did_you_mean(word, (*VERBS, *_WORDS))}."
                )

    def request(self) -> Request:
        """What the line tells, as a request."""
        said = [verb for verb in VERBS if verb in self.words]
        # `assign` alone is an entry of its own, beside an act it goes with that.
        verbs = [verb for verb in said if verb != "assign"] or said
        if len(verbs) != 1:
            known = ", ".join(VERBS)
            raise UsageError(f"{self.where}: say one thing that happened: {known}.")
        verb = verbs[0]
        told: dict[str, Any] = {name: self._text(name) for name in _TEXTS}
        told |= {name: self._map(name) for name in _MAPS}
        told |= {name: self._time(word, needed=False) for name, word in _TIMES.items()}
        facts = self.words.get("record" if verb == "record" else "facts", {})
        if not isinstance(facts, dict):
            raise UsageError(f"{self.where}: facts are names with values.")
        return Request(
            kind=VERBS[verb],
            what="" if verb in ("record", "assign") else self._text(verb),
            actor=self._actor(),
            at=self._time("at", needed=True),
            facts={name: self._value(name, value) for name, value in facts.items()},
            **told,
        )

    def _text(self, word: str) -> str:
        found = self.words.get(word, "")
        if not isinstance(found, str):
            raise UsageError(f"{self.where}: `{word}` must be a name.")
        return found

    def _map(self, word: str) -> dict[str, str]:
        found = self.words.get(word, {})
        if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
            raise UsageError(f"{self.where}: `{word}` must be names with names.")
        return found

    def _time(self, word: str, *, needed: bool) -> Any:
        found = self._text(word)
        if found:
            return self.times.read(found, f"{self.where}: {word}")
        if needed:
            raise UsageError(f"{self.where}: `{word}` is missing: the time at which it happened.")
        return None

    def _actor(self) -> Actor:
        roles = self.words.get("role", [])
        roles = [roles] if isinstance(roles, str) else roles
        if not isinstance(roles, Sequence) or not all(isinstance(one, str) for one in roles):
            raise UsageError(f"{self.where}: `role` must be a name, or a list of names.")
        for role in roles:
            if role not in self.protocol.roles:
                near = did_you_mean(role, self.protocol.roles)
                raise UsageError(f"{self.where}: there is no role `{role}`; {near}.")
        return Actor(id=reference(self._text("by"), f"{self.where}: by"), roles=roles)

    def _value(self, name: str, value: Any) -> FactValue:
        """A value by its fact's type; what does not fit the engine refuses with its reason."""
        declared = self.protocol.facts.get(name)
        if isinstance(value, list):
            return frozenset(str(one) for one in value)
        if declared is not None and declared.type == "date" and isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                return value
        return value if isinstance(value, bool | int | str) else str(value)
