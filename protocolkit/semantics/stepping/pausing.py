"""Clocks of follow-ups in a step: they stop, and go on with what is left (ruling 17).

Imports ladders and ground.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.ground.limits import Due, Duration, Moment, go_on, left_of
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Instance
from protocolkit.semantics.stepping.ladders import Ladders

_ELAPSED = Duration(amount=1, unit="hours")
"""How an instant counts that was given by hand: in real time."""


class Pausing(Ladders):
    """Stops clocks and lets them go on."""

    def pause(self, instance: Instance) -> None:
        """The clock stops: what is left of each instant that is still ahead is kept."""
        follow_up = self.program.follow_ups[instance.follow_up]
        if follow_up.due is not None and follow_up.due.direction == "before":
            return
        left = {
            name: self._what_is_left(instance, name, at)
            for name in ("aim", "due", "outer")
            if (at := getattr(instance, name)) is not None and self._is_ahead(at)
        }
        self.do(ch.Paused(instance=instance.id, at=self.now, left=left))
        if left:
            self.date_again(instance, spell_is_over=False)

    def resume(self, instance: Instance) -> None:
        """The clock goes on: each instant comes after what was left of it."""
        left = instance.left or {}
        ends = {name: self._end(instance, name, left[name]) for name in left}
        due = ends.get("due")
        kept = {name: getattr(instance, name) for name in ("aim", "due", "outer")}
        instants = Due(
            **(kept | {name: moment.at for name, moment in ends.items()}),
            end_of_day=due.end_of_day if due else instance.end_of_day,
        )
        self.do(
            ch.Redated(
                instance=instance.id,
                at=self.now,
                anchor_at=instance.anchor_at,
                aim=instants.aim,
                due=instants.due,
                outer=instants.outer,
                end_of_day=instants.end_of_day,
                because="resumed",
            )
        )
        if left:
            self.date_again(instance, spell_is_over=False)

    def _is_ahead(self, at: datetime) -> bool:
        return at > self.now or (at == self.now and not self.past)

    def _span(self, instance: Instance, name: str) -> Duration:
        """The span whose clock it is."""
        follow_up = self.program.follow_ups[instance.follow_up]
        for limit in (follow_up.due, follow_up.every):
            if limit is not None and not limit.unspecified:
                span = limit.at_most if name == "outer" else limit.within or limit.at_most
                return span or _ELAPSED
        return _ELAPSED

    def _what_is_left(self, instance: Instance, name: str, at: datetime) -> int:
        span = self._span(instance, name)
        end = Moment(at=at, end_of_day=not span.is_elapsed)
        calendar = self.program.calendar(span)
        return left_of(span, Moment(at=self.now), end, self.program.zone, calendar)

    def _end(self, instance: Instance, name: str, left: int) -> Moment:
        span = self._span(instance, name)
        calendar = self.program.calendar(span)
        return go_on(span, Moment(at=self.now), left, self.program.zone, calendar)
