"""A plan: how what a case holds under one text of a protocol is called under another.

People approved it; nothing of it is guessed. Imports ground.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from protocolkit.ground.record import EMPTY, Record

SECTIONS: Mapping[str, str] = {
    "states": "state",
    "roles": "role",
    "facts": "fact",
    "triggers": "trigger",
    "meetings": "meeting",
    "follow_ups": "follow-up",
    "escalations": "escalation",
    "exceptions": "exception",
    "links": "link",
    "calendars": "calendar",
    "properties": "property",
}
"""What a case can hold by name: the sections of a plan, each with the word for one of it."""

DROP = "drop"
"""What a plan says of a name that does not go on."""

KEEP, RESTART = "keep", "restart"
POLICIES = (KEEP, RESTART, DROP)
"""What becomes of running time: the instants that were promised stay; they are counted anew from
the migration; what is owed is cancelled."""


class Plan(Record):
    """What somebody approved: from which digest to which, why, and what is called how.

    `names` maps, for each of `SECTIONS`, old names to new ones or to `drop`; `values` the values
    of a fact and `levels` those of a ladder, by its old name. `timers` is one of `POLICIES`,
    `timers_of` that of some follow-ups and ladders, by their old names.
    """

    from_: str
    to: str
    reason: str
    approved_by: str
    names: Mapping[str, Mapping[str, str]] = EMPTY
    values: Mapping[str, Mapping[str, str]] = EMPTY
    levels: Mapping[str, Mapping[str, str]] = EMPTY
    timers: str = KEEP
    timers_of: Mapping[str, str] = EMPTY

    @property
    def digest(self) -> str:
        """The SHA-256 of what it says, whatever the order."""
        said = {name: _plain(getattr(self, name)) for name in self._fields}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def policy(self, name: str) -> str:
        """What becomes of the running time of a follow-up or a ladder, by its old name."""
        return self.timers_of.get(name, self.timers)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return value
