"""One step of a story, and what people see of the changes that it made.

Imports the changes, events and requests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from protocolkit.ground.findings import Path, Place, Reason
from protocolkit.ground.record import EMPTY, Record
from protocolkit.ground.zones import zone
from protocolkit.semantics import changes as ch
from protocolkit.semantics.changes import FactValue, instant_text, value_to_json
from protocolkit.semantics.events import Event
from protocolkit.semantics.requests import Request

PlaceOf: TypeAlias = Callable[[Path], Place | None]


class Step(Record):
    """One step of a story: what somebody did, or what came when time ran out.

    `request` is what was asked, with its instants; None when time did it. `what` is its name in
    the protocol and `path` its place there. `states` are (strand, from, to); `opened`, `late`
    and `ended` name follow-ups, `told` roles; `reasons` why it was refused. `events` are the
    entries of the case that came of it, those of time before it among them, and with the last step
    those until the end is seen. `lifted`: it had to be done first; `where`: `programme` for what is
    done in its standing case. What is late at an instant shows only after it: `seen_at`.
    """

    number: int
    at: datetime
    seen_at: datetime
    kind: str
    what: str = ""
    title: str = ""
    actor: str = ""
    role: str = ""
    who: str = ""
    request: Request | None = None
    facts: Mapping[str, FactValue] = EMPTY
    assigned: Mapping[str, str] = EMPTY
    states: tuple[tuple[str, str, str], ...] = ()
    opened: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    ended: tuple[tuple[str, str], ...] = ()
    told: tuple[str, ...] = ()
    closed: bool = False
    lifted: bool = False
    where: str = ""
    reasons: tuple[Reason, ...] = ()
    path: Path = ()
    source: str = ""
    events: tuple[Event, ...] = ()

    def to_json(self, zone_name: str, place_of: PlaceOf | None = None) -> dict[str, Any]:
        """The step as JSON values."""
        place = place_of(self.path) if place_of is not None and self.path else None
        return {
            "step": self.number,
            "at": instant_text(self.at),
            "time": self.at.astimezone(zone(zone_name)).isoformat(),
            "actor": self.actor,
            "role": self.role,
            "event": f"{self.kind} {self.what}".strip(),
            "from": {strand: from_ for strand, from_, _ in self.states},
            "to": {strand: to for strand, _, to in self.states},
            "facts": {name: value_to_json(value) for name, value in self.facts.items()},
            "opened": list(self.opened),
            "late": list(self.late),
            "ended": dict(self.ended),
            "told": list(self.told),
            "refused": [one.name for one in self.reasons],
            "path": list(self.path),
            "file": place.file if place is not None else None,
            "line": place.start.line if place is not None else None,
        }


def seen_in(changes: Sequence[ch.Change]) -> dict[str, Any]:
    """What changed, as far as people see it."""
    opened = [one.instance for one in changes if isinstance(one, ch.Opened)]
    late = [one.instance for one in changes if isinstance(one, ch.Overdue)]
    ended = [(one.instance, one.status) for one in changes if isinstance(one, ch.Ended)]
    return {
        "facts": {one.fact: one.value for one in changes if isinstance(one, ch.Recorded)},
        "assigned": {one.role: one.person for one in changes if isinstance(one, ch.Assigned)},
        "states": tuple(
            (one.strand, one.from_, one.to) for one in changes if isinstance(one, ch.Moved)
        ),
        "opened": tuple(dict.fromkeys(opened)),
        "late": tuple(dict.fromkeys(late)),
        "ended": tuple(dict.fromkeys(ended)),
        "told": tuple(
            dict.fromkeys(one.role or one.person for one in changes if isinstance(one, ch.Told))
        ),
        "closed": any(isinstance(one, ch.CaseClosed) for one in changes),
    }
