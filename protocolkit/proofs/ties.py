"""What hangs on what in a course: which knob to turn so that something comes later.

A knob is the instant of a deed, or a date that a deed gives. Whatever time will do hangs on the
one from which it is counted. Imports the case, the program and changes.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case
from protocolkit.semantics.events import Event
from protocolkit.semantics.program import Program
from protocolkit.semantics.time import Item

Knob: TypeAlias = tuple[int, str]
"""Of the deed with a number its instant (`at`), or a date that it gives: `planned`, `until`,
`day FACT`.
"""


class Ties:
    """What hangs on what in one case, as far as its events are noted."""

    def __init__(self, program: Program, case: Case) -> None:
        self.program = program
        self.case = case
        self._owners: dict[str, Knob] = {}
        self._instants: dict[datetime, Knob] = {}
        self._dates: dict[str, Knob] = {}

    def wake(self, at: datetime) -> Knob | None:
        """The knob on which an instant hangs that conditions wait for."""
        return self._owners.get(f"wake {at}")

    def stand_at(self, at: datetime, knob: Knob) -> None:
        """An instant hangs on a knob, if it does not on another."""
        self._instants.setdefault(at, knob)

    def knob_of(self, item: Item) -> Knob | None:
        """The knob on which it depends when something comes."""
        name = f"wake {item.at}" if item.kind == "wake" else item.id
        return self._owners.get(name) or self._instants.get(item.dated)

    def note(self, event: Event, number: int, knob: Knob | None = None) -> None:
        """Keep what an event dated, and on which knob that depends."""
        of_time = event.kind == "time"
        here = knob or self._instants.get(event.happened_at) if of_time else (number, "at")
        if here is not None:
            self._instants[event.recorded_at] = here
            self._instants[event.happened_at] = here
        for change in event.changes:
            match change:
                case ch.MeetingSet() if not of_time:
                    self._dates[change.meeting] = (number, "planned")
                case ch.Recorded() if not of_time:
                    self._dates[f"day {change.fact}"] = (number, f"day {change.fact}")
                case ch.Opened():
                    self._own(change.instance, self._anchored(change, change.follow_up, here))
                case ch.Redated():
                    follow_up = self.case.instances[change.instance].follow_up
                    found = self._anchored(change, follow_up, here)
                    self._own(
                        change.instance, (number, "until") if event.kind == "extend" else found
                    )
                case ch.LadderStarted():
                    self._own(
                        change.run, self._owners.get(change.of) or self._instants.get(change.at)
                    )
                case ch.NextPeriod() if change.series_at is not None:
                    self._own(change.series, self._instants.get(change.series_at) or here)
                case ch.PropertyJudged() if change.due is not None:
                    self._own(change.property, here)
                case ch.Wake() if change.at is not None and here is not None:
                    self._owners.setdefault(f"wake {change.at}", here)

    def _own(self, id: str, knob: Knob | None) -> None:
        if knob is not None:
            self._owners[id] = knob

    def _anchored(
        self, change: ch.Opened | ch.Redated, follow_up: str, here: Knob | None
    ) -> Knob | None:
        """On what it depends when the limit of a follow-up ends."""
        anchor = self.program.anchor(self.program.follow_ups[follow_up])
        if anchor is not None:
            meeting = self.case.instances[change.instance].meeting
            if self.program.planned(anchor) and meeting in self._dates:
                return self._dates[meeting]
            if day := self.program.day_named(anchor):
                return self._dates.get(f"day {day}", here)
        if change.anchor_at is not None:
            return self._instants.get(change.anchor_at, here)
        return here
