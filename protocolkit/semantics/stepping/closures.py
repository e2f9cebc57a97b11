"""Days on which an office is closed after all, in a step: what is open gets other dates.

Only what counts in business days changes, and only what nobody dated by hand (ruling 33).
Imports follow-ups in a step and ground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from protocolkit.ground.calendars import digest
from protocolkit.ground.limits import Due, Moment
from protocolkit.model.case import FollowUp
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Instance, Run
from protocolkit.semantics.stepping.openings import Openings

Dated = tuple[Any, Callable[[], Any]]
"""Something that has a date, and how that was counted."""


class Closures(Openings):
    """Takes in closed days."""

    def close_days(self, calendar: str, days: tuple[date, ...]) -> None:
        """An office is closed on more days; what counts its business days is counted anew."""
        instances = [
            (one, count)
            for one in self.case.open.values()
            if not one.is_paused
            for count in self._counts(one)
            if count() == _dates(one)
        ]
        series = [
            (one, count)
            for one in self.case.series.values()
            for count in self._counts_series(one)
            if count() == one.at
        ]
        runs = [
            (one, count)
            for one in self.case.runs.values()
            for count in self._counts_run(one)
            if (start := count()) is not None and start[1] == one.next_at
        ]
        known = self.case.closures.get(calendar, ())
        told = tuple(sorted({*known, *(day.isoformat() for day in days)}))
        program = self.program.with_closures({**self.case.closures, calendar: told})
        self.do(
            ch.DaysClosed(
                calendar=calendar,
                days=tuple(day.isoformat() for day in sorted(days)),
                digest=digest(program.calendars[calendar]),
            )
        )
        self.program = program
        for instance, count in _once(instances):
            aim, due, outer, end_of_day = count()
            instants = Due(aim=aim, due=due, outer=outer, end_of_day=end_of_day)
            self.redate(instance, instants, instance.anchor_at, because="days_closed")
        for one, count in _once(series):
            if (at := count()) != one.at:
                self.do(one.replace(at=at))
        for run, count in _once(runs):
            start, at = count() or (None, None)
            if at != run.next_at and run.id in self.case.runs:
                self.date_ladder(run, run.level, start)

    def _counts(self, instance: Instance) -> Iterator[Callable[[], Any]]:
        """The ways in which the dates of an instance may have been counted.

        The record has the instant it counts from, not whether that is the end of a day.
        """
        follow_up = self.program.follow_ups[instance.follow_up]
        for end_of_day in (False, True):
            for from_end_of_day in (False, True) if instance.period else (False,):
                yield partial(self._count, follow_up, instance, end_of_day, from_end_of_day)

    def _count(
        self, follow_up: FollowUp, instance: Instance, end_of_day: bool, from_end_of_day: bool
    ) -> Any:
        if instance.anchor_at is None:
            return None
        anchor = Moment(at=instance.anchor_at, end_of_day=end_of_day)
        limit = follow_up.due
        every = follow_up.every
        instants = Due()
        if instance.period and every is not None:
            instants = self.program.due(every, anchor)
            if not every.after_last and instance.series_at is not None:
                origin = Moment(at=instance.series_at, end_of_day=from_end_of_day)
                end = self.periods_after(every, origin, instance.period)
                instants = instants.replace(due=end.at, end_of_day=end.end_of_day)
        if limit is not None and not limit.unspecified:
            instants = self.program.due(limit, anchor)
        return instants.aim, instants.due, instants.outer, instants.end_of_day

    def _counts_series(self, series: ch.NextPeriod) -> Iterator[Callable[[], Any]]:
        every = self.program.follow_ups[series.follow_up].every
        if every is None or series.series_at is None or series.at is None:
            return
        start = Moment(at=series.series_at, end_of_day=series.end_of_day)
        yield lambda: self.periods_after(every, start, series.period - 1).at

    def _counts_run(self, run: Run) -> Iterator[Callable[[], Any]]:
        """The ways in which the next level of a ladder, if it comes after a span, was dated."""
        levels = self.program.protocol.escalations[run.escalation].levels
        if run.level >= len(levels) or levels[run.level].at or run.next_at is None:
            return
        reached = [one for one in self.case.levels if one.run == run.id]
        for end_of_day in (False, True) if reached else (False,):
            before = Moment(at=reached[-1].at, end_of_day=end_of_day) if reached else None
            yield partial(self._level_after, run, before)

    def _level_after(self, run: Run, previous: Moment | None) -> Any:
        level = self.program.protocol.escalations[run.escalation].levels[run.level]
        moment = self.moment_of(run, level, previous)
        return None if moment is None else (previous, moment.at)


def _dates(instance: Instance) -> Any:
    return instance.aim, instance.due, instance.outer, instance.end_of_day


def _once(found: list[Dated]) -> Iterator[Dated]:
    """Each thing with the first way of counting that fits."""
    seen: list[Any] = []
    for thing, count in found:
        if not any(thing is one for one in seen):
            seen.append(thing)
            yield thing, count
