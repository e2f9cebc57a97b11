"""Properties in a step: once everything has settled, how it stands with each.

What can be read off the record alone is read again from its beginning when the record is put
right, or something comes late; what rests on conditions is told by the retelling then. Imports
closed days in a step and the monitors.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case, MonitorState
from protocolkit.semantics.changes import Happened
from protocolkit.semantics.monitors import BROKEN, Monitor, in_order, told
from protocolkit.semantics.program import Program
from protocolkit.semantics.stepping.closures import Closures


class Properties(Closures):
    """Watches properties. `is_put_right`: the step puts right what was told in error."""

    is_put_right = False

    def __init__(self, program: Program, case: Case, now: datetime, *, past: bool = False) -> None:
        super().__init__(program, case, now, past=past)
        self._read = 0
        self.wakes_of_properties: list[tuple[datetime, bool]] = []

    def run_out(self, property_: str) -> None:
        """What a property waits for has not come in time."""
        self.stands(self.program.monitors[property_], BROKEN)

    def stands(self, monitor: Monitor, state: MonitorState) -> None:
        """It stands so with a property from now on."""
        before = monitor.of(self.case)
        if state != before:
            kept = monitor.packed(state)
            self.do(
                ch.PropertyJudged(
                    property=monitor.id,
                    verdict=kept.verdict,
                    state=kept.state,
                    due=kept.due,
                    was=before.verdict,
                )
            )

    def judge_properties(self) -> None:
        """How it stands with every property, now that the case has come to rest; notes when time
        alone could change what a condition says of one.
        """
        if not self.program.monitors:
            return
        unread = self.changes[self._read :]
        self._read = len(self.changes)
        news = [change for change in unread if isinstance(change, Happened)]
        recounted = self.is_put_right or any(
            isinstance(one, ch.DaysClosed | ch.Migrated) for one in unread
        )
        for monitor in self.program.monitors.values():
            mine = [one for one in news if monitor.key_of(one) in monitor.reads]
            if monitor.judge is not None:
                state = self._at_rest(monitor, () if self.is_put_right else mine)
            elif recounted or self._comes_late(monitor, mine):
                state = told(self.program, monitor, self.case, self.situation())
            else:
                state = self._read_on(monitor, monitor.of(self.case), in_order(mine))
            if state.due is not None and self._is_past(state.due):
                state = BROKEN
            self.stands(monitor, state)

    def _comes_late(self, monitor: Monitor, news: Sequence[Happened]) -> bool:
        """Whether news may stand before what was read already."""
        if not news:
            return False
        first, numbers = min(one.at for one in news), {one.number for one in news}
        return monitor.of(self.case).verdict == "broken" or any(
            one.at > first and one.number not in numbers
            for key in monitor.reads
            for one in self.case.by_name.get(key, ())
        )

    def _read_on(
        self, monitor: Monitor, state: MonitorState, news: Sequence[Happened]
    ) -> MonitorState:
        ended = self.case.closed_with
        for one in news:
            if ended is None or one.number <= ended:
                state = monitor.read(self.program, state, one)
        if ended is not None:
            state = monitor.end(state, self.situation())
            for one in news:
                if one.number > ended:
                    state = monitor.read(self.program, state, one)
        return state

    def _at_rest(self, monitor: Monitor, news: Sequence[Happened]) -> MonitorState:
        """What a condition says, read in the order of the record; nothing more once closed."""
        state = monitor.of(self.case)
        if not self.case.is_closed or state.verdict not in ("broken", "kept"):
            for one in news:
                state = monitor.read(self.program, state, one)
            situation = self.situation()
            if state.verdict not in ("broken", "kept"):
                state = monitor.rest(state, situation)
            if self.case.is_closed:
                state = monitor.end(state, situation)
            elif monitor.watches(state):
                self.wakes_of_properties += situation.wakes
        return state

    def _is_past(self, due: datetime) -> bool:
        return due < self.now or (due == self.now and self.past)
