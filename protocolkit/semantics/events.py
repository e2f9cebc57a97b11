"""Events: what happened to a case, in the order in which it was recorded.

An event is the act (or the instant of time) and the changes that followed from it. Its JSON
form carries a version, and old versions have upcasters. Imports changes and ground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from protocolkit.ground.errors import StoreError
from protocolkit.ground.record import EMPTY, Record
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import Change, from_json, instant_from, instant_text, to_json

VERSION = 1
"""The version of the events written by this release."""

UPCASTERS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From version n to n + 1: each takes an event's JSON and returns the next version's."""


class Event(Record):
    """One entry in the record of a case.

    `kind` is what was done: `open`, `adopt`, `act`, `record`, `assign`, `complete`, `decline`,
    `waive`, `extend`, `set`, `move`, `call_off`, `hold`, `read`, `correct`, `void`, `close_days`,
    `migrate`, `time`, or `refused`;
    `signed` when others must agree too, `vetoed` when what waits for them is stopped.
    `what` is the trigger, follow-up or meeting. `data` holds codes and opaque references.
    """

    case: str
    sequence: int
    kind: str
    what: str = ""
    happened_at: datetime
    recorded_at: datetime
    actor: str = ""
    role: str = ""
    data: Mapping[str, Any] = EMPTY
    changes: tuple[Change, ...] = ()
    version: int = VERSION

    def to_json(self) -> dict[str, Any]:
        """The event as JSON values."""
        return {
            "version": self.version,
            "case": self.case,
            "sequence": self.sequence,
            "kind": self.kind,
            "what": self.what,
            "happened_at": instant_text(self.happened_at),
            "recorded_at": instant_text(self.recorded_at),
            "actor": self.actor,
            "role": self.role,
            "data": dict(self.data),
            "changes": [to_json(change) for change in self.changes],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Event:
        """The event that `to_json` wrote, in this release or an earlier one.

        Raises: StoreError: a later release wrote it.
        """
        found = dict(data)
        while (version := found.get("version")) != VERSION:
            upcast = UPCASTERS.get(version) if isinstance(version, int) else None
            if upcast is None:
                raise StoreError(
                    f"an event has version {version!r}; this release reads up to {VERSION}"
                )
            found = upcast(found)
        return cls(
            case=found["case"],
            sequence=found["sequence"],
            kind=found["kind"],
            what=found["what"],
            happened_at=instant_from(found["happened_at"]),
            recorded_at=instant_from(found["recorded_at"]),
            actor=found["actor"],
            role=found["role"],
            data=found["data"],
            changes=tuple(from_json(change) for change in found["changes"]),
        )


def replay(case_id: str, events: Iterable[Event]) -> Case:
    """A case from its events: a pure fold, no rule is read and no calendar asked."""
    case = Case(case_id)
    for event in events:
        absorb(case, event)
    return case


def absorb(case: Case, event: Event) -> None:
    """Add one event to a case."""
    for change in event.changes:
        case.apply(change, event.recorded_at)
    settle_head(case, event)


def settle_head(case: Case, event: Event) -> None:
    """Note that an event, whose changes the case already has, is its last one."""
    case.events = event.sequence
    case.recorded_at = event.recorded_at
    case.programme_seen = event.data.get("programme_version", case.programme_seen)
