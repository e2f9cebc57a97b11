"""What the reference keeps: plain things in plain lists, in the order in which they came.

Imports ground only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from protocolkit.ground.limits import Moment
from protocolkit.ground.record import EMPTY, Record


class Person(Record):
    """Somebody who acts: an opaque id, the roles held, the capabilities."""

    id: str
    roles: frozenset[str] = frozenset()
    can: frozenset[str] = frozenset()


CLOCK = Person(id="clock", roles=frozenset({"clock"}))


class Ask(Record):
    """One thing somebody tries; the fields say the same as those of an engine's request."""

    kind: str
    what: str = ""
    by: Person = CLOCK
    at: datetime | None = None
    facts: Any = EMPTY
    assign: Any = EMPTY
    meeting: str = ""
    attended: Any = EMPTY
    planned_at: datetime | None = None
    until: datetime | None = None
    reason: str = ""
    exception: str = ""
    evidence: str = ""
    item: str = ""
    scope: str = "case"


class Now(Record):
    """A point of a case's time.

    What falls exactly on a limit is on time, so an instant has two sides: acts and arrivals
    stand before `past`, lateness behind it.
    """

    at: datetime
    past: bool = False

    @property
    def key(self) -> tuple[datetime, bool]:
        """For comparing."""
        return (self.at, self.past)


class Thing:
    """An occurrence."""

    def __init__(
        self,
        number: int,
        name: str,
        event: str,
        at: datetime,
        by: str,
        role: str,
        of: str,
        end_of_day: bool,
        item: str = "",
    ) -> None:
        self.number = number
        self.name = name
        self.event = event
        self.at = at
        self.by = by
        self.role = role
        self.of = of
        self.end_of_day = end_of_day
        self.item = item

    @property
    def order(self) -> tuple[datetime, int]:
        """When it happened; of two at one instant the one recorded first is first."""
        return (self.at, self.number)

    @property
    def moment(self) -> Moment:
        """The point to count from."""
        return Moment(at=self.at, end_of_day=self.end_of_day)


class Said:
    """A value of a fact, from an instant on; and when that was written down."""

    def __init__(self, fact: str, value: Any, at: datetime, written: datetime) -> None:
        self.fact = fact
        self.value = value
        self.at = at
        self.written = written


class Visit:
    """A stay in a state."""

    def __init__(self, strand: str, state: str, at: datetime) -> None:
        self.strand = strand
        self.state = state
        self.at = at
        self.is_over = False
        self.handed: list[str] = []


class Planned:
    """A meeting that was set."""

    def __init__(self, id: str, name: str, planned_at: datetime) -> None:
        self.id = id
        self.name = name
        self.planned_at = planned_at
        self.status = "set"
        self.attended: dict[str, str] = {}


class Series:
    """A recurrence: `origin` is what a grid counts from."""

    def __init__(self, follow_up: str, opener: Thing | None, origin: Moment | None) -> None:
        self.follow_up = follow_up
        self.opener = opener
        self.origin = origin
        self.period = 0
        self.next: Moment | None = None
        self.fixed: datetime | None = None
        self.visit: Visit | None = None
        self.is_over = False


class Tick:
    """A holder or a part of something owed is done: when, by whom, in which role, and whether
    that was somebody who owes it."""

    def __init__(self, name: str, at: datetime, by: str, role: str, is_own: bool) -> None:
        self.name = name
        self.at = at
        self.by = by
        self.role = role
        self.is_own = is_own


class Proposal:
    """What somebody wants to be agreed: the content, who signed it in which role, and whether
    one of those who may do it stands behind it."""

    def __init__(self, trigger: str, content: Any) -> None:
        self.trigger = trigger
        self.content = content
        self.signed: dict[str, str] = {}
        self.is_proposed = False
        self.latest: datetime | None = None
        self.persons: list[str] = []


class Owed:
    """One follow-up that was opened; `item` is for whom, `holder` who of several owes it."""

    def __init__(self, id: str, follow_up: str, at: datetime, fixed: datetime) -> None:
        self.id = id
        self.follow_up = follow_up
        self.at = at
        self.fixed = fixed
        self.opener: Thing | None = None
        self.visit: Visit | None = None
        self.anchor: Moment | None = None
        self.aim: datetime | None = None
        self.due: datetime | None = None
        self.outer: datetime | None = None
        self.end_of_day = False
        self.meeting = ""
        self.series: Series | None = None
        self.starts: datetime | None = None
        self.status = "open"
        self.late = False
        self.used: list[Thing] = []
        self.handed: list[str] = []
        self.item = ""
        self.holder = ""
        self.ticks: list[Tick] = []
        self.because = ""
        self.paused = False
        self.left: dict[str, int] = {}
        self.ends: datetime | None = None
        self.done_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Still owed."""
        return self.status in ("open", "overdue")

    @property
    def shown(self) -> str:
        """The status in people's words."""
        return "met-late" if self.status == "met" and self.late else self.status

    @property
    def earliest(self) -> tuple[bool, datetime, datetime, int]:
        """For taking the one that is due first."""
        number = int(self.id.rpartition("/")[2])
        return (self.due is None, self.due or self.at, self.at, number)


class Ladder:
    """A ladder at work on `of`: a visit, something owed, or the start of a span."""

    def __init__(self, escalation: str, of: Visit | Owed | Thing, base: Moment | None) -> None:
        self.escalation = escalation
        self.of = of
        self.base = base
        self.level = 0
        self.jumped = False
        self.before: Moment | None = None
        self.fixed: datetime | None = None
        self.is_over = False


class Reached(Record):
    """A level of a ladder came."""

    escalation: str
    level: int
    at: datetime
    skipped: bool


class Told(Record):
    """Somebody was told."""

    role: str
    at: datetime


class Coming:
    """Something that time will do: at which point, when it was due as such, and what."""

    def __init__(self, now: Now, at: datetime, rank: int, id: str, what: Any) -> None:
        self.now = now
        self.at = at
        self.rank = rank
        self.id = id
        self.what = what

    @property
    def order(self) -> tuple[datetime, datetime, bool, int, str]:
        """Of two at one point, what was due first is first; then arrivals, then lateness."""
        return (self.now.at, self.at, self.rank > 1 or self.now.past, self.rank, self.id)
