"""What a case holds: values of facts, follow-ups, ladders, meetings, properties, proposals.

Only the changes of a case alter them (see `case`). Imports the changes.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.ground.record import Record
from protocolkit.semantics import changes as ch
from protocolkit.semantics.changes import FactValue, Verdict


class Entry:
    """A value of a fact: from when it holds, when that was recorded, by whom; `void` when it
    was entered in error. `corrected_in` is the entry of the case that put it right last, or 0.
    """

    __slots__ = ("at", "by", "corrected_in", "recorded_at", "role", "value", "void")

    def __init__(
        self, value: FactValue, at: datetime, recorded_at: datetime, by: str, role: str
    ) -> None:
        self.value = value
        self.at = at
        self.recorded_at = recorded_at
        self.by = by
        self.role = role
        self.void = False
        self.corrected_in = 0


class Instance:
    """One follow-up that was opened. `status` is open, overdue, met, satisfied-by, declined,
    waived or cancelled; `fixed_at` is the recording that fixed its due instant. `done` maps each
    part and holder that has done their share to that change; `left` is what was left of each
    instant that is to come when the clock stopped, None while it runs. `void`: it opened only
    because of an error.
    """

    __slots__ = (
        "aim",
        "anchor_at",
        "because",
        "done",
        "due",
        "end_of_day",
        "ended_at",
        "ended_by",
        "fixed_at",
        "follow_up",
        "holder",
        "id",
        "item",
        "late",
        "left",
        "meeting",
        "opened_at",
        "opener",
        "outer",
        "overdue_at",
        "period",
        "series_at",
        "status",
        "visit",
        "void",
    )

    def __init__(self, change: ch.Opened, recorded_at: datetime) -> None:
        self.id = change.instance
        self.follow_up = change.follow_up
        self.opened_at = change.at
        self.opener = change.opener
        self.anchor_at = change.anchor_at
        self.aim = change.aim
        self.due = change.due
        self.outer = change.outer
        self.end_of_day = change.end_of_day
        self.period = change.period
        self.series_at = change.series_at
        self.meeting = change.meeting
        self.visit = change.visit
        self.item = change.item
        self.holder = change.holder
        self.done: dict[str, ch.Done] = {}
        self.left: dict[str, int] | None = None
        self.fixed_at = recorded_at
        self.status = "open"
        self.overdue_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.ended_by = 0
        self.late = False
        self.because = ""
        self.void = False

    @property
    def is_open(self) -> bool:
        """Still owed, late or not."""
        return self.ended_at is None

    @property
    def is_paused(self) -> bool:
        """Whether its clock stands."""
        return self.left is not None

    @property
    def shown_status(self) -> str:
        """The status as people say it: met late is `met-late`."""
        return "met-late" if self.status == "met" and self.late else self.status


class Run:
    """A ladder at work: its next level and when that comes."""

    __slots__ = (
        "end_of_day",
        "escalation",
        "fixed_at",
        "id",
        "level",
        "next_at",
        "of",
        "since",
        "since_end_of_day",
    )

    def __init__(self, change: ch.LadderStarted) -> None:
        self.id = change.run
        self.escalation = change.escalation
        self.of = change.of
        self.since = change.at
        self.since_end_of_day = change.end_of_day
        self.level = 0
        self.next_at: datetime | None = None
        self.end_of_day = False
        self.fixed_at = change.at


class MeetingRecord:
    """One planned meeting: set, then held, adjourned or called_off."""

    __slots__ = ("attended", "id", "name", "planned_at", "status")

    def __init__(self, change: ch.MeetingSet) -> None:
        self.id = change.meeting
        self.name = change.name
        self.planned_at = change.planned_at
        self.status = "set"
        self.attended: dict[str, str] = {}


class MonitorState(Record):
    """How it stands with a property of a case: it holds so far, something is `pending` (until
    `due`, if there is a limit), it is broken, or kept for good.

    `state` is all that its monitor remembers: a few words, always the same for the same.
    """

    verdict: Verdict = "holds"
    state: tuple[str, ...] = ()
    due: datetime | None = None


class Proposal:
    """An act that waits for sign-offs: by whom it has them, for one content."""

    __slots__ = ("content", "signatures", "trigger")

    def __init__(self, trigger: str, content: str) -> None:
        self.trigger = trigger
        self.content = content
        self.signatures: list[ch.Signed] = []
