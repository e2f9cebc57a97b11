"""What somebody asks of a case: one record for every way of acting.

What is answered, and how, is in `perform`. Imports the actor, the changes and ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from protocolkit.ground.record import EMPTY, Record
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.changes import FactValue, instant_text, value_to_json

KINDS = (
    "open",
    "act",
    "record",
    "assign",
    "complete",
    "decline",
    "waive",
    "extend",
    "set",
    "move",
    "call_off",
    "hold",
    "adopt",
    "correct",
    "void",
    "close_days",
    "read",
)
"""The ways of acting; `act` does a trigger."""


class Request(Record):
    """What is asked: `what` is a trigger, a follow-up (or one instance of it), or a meeting.

    `at` is when it happened (None: now). `planned_at` is a meeting's date, `until` the new
    due instant of an extension; all aware UTC. `reason` and what `evidence`
    maps from and to are codes or opaque references, never text. `assign` maps a role
    to a person's opaque id, `attended` each person to the role whose seat they filled. `item` is
    the recipient, holder or part that is meant. `entry` is the entry that is void, `same_as` the
    one that it repeats. `days` are closed days of the calendar `what`. `history` is what happened
    before the case was opened here. `linked_from` is the case that is handed over by opening this
    one; `opens` tells that accepting a hand-over opens a case here. `purpose` is a word for what a
    fact is read.
    """

    kind: str
    what: str = ""
    actor: Actor
    at: datetime | None = None
    facts: Mapping[str, FactValue] = EMPTY
    assign: Mapping[str, str] = EMPTY
    meeting: str = ""
    attended: Mapping[str, str] = EMPTY
    planned_at: datetime | None = None
    until: datetime | None = None
    reason: str = ""
    exception: str = ""
    evidence: Mapping[str, str] = EMPTY
    item: str = ""
    entry: int = 0
    same_as: int = 0
    days: tuple[date, ...] = ()
    history: tuple[Request, ...] = ()
    linked_from: str = ""
    opens: bool = False
    purpose: str = ""

    def to_json(self) -> dict[str, Any]:
        """The request as JSON values, for the digest that an idempotency key stands for."""
        found: dict[str, Any] = {"kind": self.kind, "what": self.what, "actor": self.actor.id}
        for name in ("at", "planned_at", "until"):
            instant = getattr(self, name)
            if instant is not None:
                found[name] = instant_text(instant)
        for name in ("meeting", "reason", "exception", "item", "entry", "same_as", "purpose"):
            if getattr(self, name):
                found[name] = getattr(self, name)
        if self.days:
            found["days"] = [day.isoformat() for day in self.days]
        if self.history:
            found["history"] = [one.to_json() for one in self.history]
        for name in ("assign", "attended", "evidence"):
            if getattr(self, name):
                found[name] = dict(sorted(getattr(self, name).items()))
        if self.facts:
            found["facts"] = {
                name: value_to_json(value) for name, value in sorted(self.facts.items())
            }
        return found
