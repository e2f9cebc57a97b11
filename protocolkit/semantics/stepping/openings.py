"""Follow-ups that open, in a step: once or for each, now or when a fact is known, in periods.

Imports what is done to open ones, anchors and ground.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.ground.limits import Due, Limit, Moment
from protocolkit.model import words
from protocolkit.model.case import FollowUp
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Instance
from protocolkit.semantics.changes import Happened
from protocolkit.semantics.effects import Open
from protocolkit.semantics.shares import Share, is_vacant, shares
from protocolkit.semantics.stepping.anchors import Opening, anchor_of, day_anchor, planned_meeting
from protocolkit.semantics.stepping.ladders import told_by
from protocolkit.semantics.stepping.owing import Owing


class Openings(Owing):
    """Opens follow-ups and their periods, and ends what nobody owes any more."""

    def open(self, effect: Open, opening: Opening) -> None:
        """A follow-up opens, if its condition held then, as far as is known."""
        follow_up = effect.follow_up
        if self._bars(follow_up):
            return
        if effect.judge is not None:
            verdict = effect.judge(self.situation(opening.moment.at))
            if verdict is None:
                self.do(
                    ch.Deferred(
                        follow_up=follow_up.id,
                        opener=opening.number,
                        visit=opening.visit,
                        at=opening.moment.at,
                        end_of_day=opening.moment.end_of_day,
                    )
                )
            if verdict is not True:
                return
        open_now = [one for one in self.case.open.values() if one.follow_up == follow_up.id]
        every = follow_up.every
        if every is not None and not every.unspecified:
            # A rhythm keeps its first anchor (ruling 15): there is nothing to redate.
            if follow_up.if_again == "open_another" or not self.is_running(follow_up):
                self._begin_series(follow_up, every, opening)
            return
        if open_now and follow_up.if_again == "ignore":
            return
        if open_now and follow_up.if_again == "redate":
            for instance in open_now:
                self._redate_from(instance, follow_up, opening)
            return
        anchor, meeting, instants = self._dated(follow_up, opening)
        meeting = meeting or planned_meeting(opening.opener)
        for share in self._shares(follow_up, opening):
            self._new(follow_up, opening, anchor, instants, share, meeting=meeting)

    def _dated(
        self, follow_up: FollowUp, opening: Opening, meeting: str = ""
    ) -> tuple[Moment | None, str, Due]:
        """What its limit counts from, the meeting that is tied to, and its instants so."""
        limit = follow_up.due
        anchor, meeting = anchor_of(self.program, self.case, limit, opening, meeting)
        instants = self.program.due(limit, anchor) if limit and anchor else Due()
        return anchor, meeting, instants

    def _shares(self, follow_up: FollowUp, opening: Opening) -> list[Share]:
        """One instance for each that it is for, but for whom the protocol leaves out."""
        found = shares(follow_up)
        for item, rule in sorted(follow_up.exclude.items()):
            judge = self.program.judge(rule.if_)
            verdict = judge(self.situation(opening.moment.at)) if judge else None
            if verdict is False or (verdict is None and rule.if_unknown == "include"):
                continue
            kept = [one for one in found if one[0] != item]
            if len(kept) < len(found):
                self.do(
                    ch.LeftOut(
                        follow_up=follow_up.id,
                        item=item,
                        opener=opening.number,
                        at=opening.moment.at,
                        unknown=verdict is None,
                    )
                )
            found = kept
        return found

    def decide_deferred(self) -> bool:
        """Openings that waited for a fact: decide those that can be decided now."""
        decided = False
        for waiting in list(self.case.deferred.values()):
            follow_up = self.program.follow_ups[waiting.follow_up]
            judge = self.program.judge(follow_up.if_)
            # Without an `if` it waited under another text of the protocol.
            verdict = judge(self.situation(waiting.at)) if judge is not None else True
            if verdict is None:
                continue
            decided = True
            self.settled(waiting)
            if verdict:
                moment = Moment(at=waiting.at, end_of_day=waiting.end_of_day)
                opener = self.case.occurrence(waiting.opener)
                opening = Opening(moment, opener, waiting.visit, deferred=True)
                self.open(Open(follow_up=follow_up), opening)
        return decided

    def settled(self, waiting: ch.Deferred) -> None:
        """An opening waits no longer."""
        self.do(
            ch.Settled(
                follow_up=waiting.follow_up,
                opener=waiting.opener,
                visit=waiting.visit,
                at=waiting.at,
            )
        )

    def _bars(self, follow_up: FollowUp) -> bool:
        """Whether nothing of it opens any more: it would end at once, or the case is closed."""
        if self.case.is_closed and (follow_up.every or not follow_up.carries_over):
            return True
        endings = self.program.endings.get(follow_up.id, ())
        return any(ending.judge(self.situation()) is True for ending in endings)

    def _new(
        self,
        follow_up: FollowUp,
        opening: Opening,
        anchor: Moment | None,
        instants: Due,
        share: Share,
        *,
        period: int = 0,
        series_at: datetime | None = None,
        meeting: str = "",
    ) -> Instance:
        number = self.case.counts.get(follow_up.id, 0) + 1
        id_ = f"{follow_up.id}/{number}"
        before = len(self.case.occurrences)
        if opening.number and period <= 1:
            before = opening.number
        self.do(
            ch.Opened(
                instance=id_,
                follow_up=follow_up.id,
                at=opening.moment.at,
                opener=opening.number,
                anchor_at=anchor.at if anchor else None,
                aim=instants.aim,
                due=instants.due,
                outer=instants.outer,
                end_of_day=instants.end_of_day,
                period=period,
                series_at=series_at,
                meeting=meeting,
                visit=opening.visit,
                item=share[0],
                holder=share[1],
            )
        )
        instance = self.case.instances[id_]
        self.happen(follow_up.id, "opened", opening.moment.at, of=id_)
        self.opened.append(instance)
        judge = self.program.judge(follow_up.pauses_while)
        if judge is not None and judge(self.situation()) is True:
            self.pause(instance)
        self.met_before(follow_up, instance, 0 if opening.deferred else before)
        if instance.is_open and is_vacant(self.program.protocol, self.case, follow_up, instance):
            self.tell_of_vacancy(follow_up, instance)
        return instance

    def tell_of_vacancy(self, follow_up: FollowUp, instance: Instance) -> None:
        """Nobody can owe it: everybody its ladders would tell some day is told now (ruling 21)."""
        ladders = self.program.ladders_of.get(follow_up.id, ())
        told = {
            (holder.role, holder.actor_of): holder
            for ladder in ladders
            if self.program.does_apply("escalations", ladder.id, self.situation())
            for level in ladder.levels
            for holder in told_by(level)
        }
        for holder in told.values():
            self.tell(holder, instance.id, f"{follow_up.id}.vacant", self.now)

    def _begin_series(self, follow_up: FollowUp, every: Limit, opening: Opening) -> None:
        """A recurrence begins with its first period, or waits for what it counts from."""
        start, _ = anchor_of(self.program, self.case, every, opening)
        if every.after_last:
            adopted = self.case.first(words.PROGRAMME_EVENT)
            if adopted is not None and follow_up.id not in self.case.counts:
                start = Moment(at=adopted.at)
            assert start is not None
            for share in self._shares(follow_up, opening):
                self._new_period(follow_up, every, opening, start, 1, start.at, share)
            return
        first = ch.NextPeriod(
            series=f"{follow_up.id}/series/{self.case.series_count + 1}",
            follow_up=follow_up.id,
            opener=opening.number,
            visit=opening.visit,
            period=1,
        )
        if start is None:
            self.do(first)
        else:
            self._open_period(_counting(first, start), opening)

    def open_period(self, series: ch.NextPeriod) -> None:
        """A grid comes to its next period."""
        every = self.program.follow_ups[series.follow_up].every
        assert every is not None
        moment = self._grid(every, series, series.period - 1)
        self._open_period(
            series, Opening(moment, self.case.occurrence(series.opener), series.visit)
        )

    def _open_period(self, series: ch.NextPeriod, opening: Opening) -> None:
        follow_up = self.program.follow_ups[series.follow_up]
        every, period = follow_up.every, series.period
        assert every is not None
        start = self._grid(every, series, period - 1)
        end = self._grid(every, series, period)
        self.do(series.replace(period=period + 1, at=end.at))
        for share in self._shares(follow_up, opening):
            self._new_period(follow_up, every, opening, start, period, series.series_at, share, end)

    def _new_period(
        self,
        follow_up: FollowUp,
        every: Limit,
        opening: Opening,
        start: Moment,
        period: int,
        origin: datetime | None,
        share: Share,
        end: Moment | None = None,
    ) -> None:
        """One period. A grid's has an `end`, where the next begins; a rolling one counts from
        its start.
        """
        instants = self.program.due(every, start)
        if end is not None:
            instants = instants.replace(due=end.at, end_of_day=end.end_of_day)
        if follow_up.due is not None and not follow_up.due.unspecified:
            instants = self.program.due(follow_up.due, start)
        elif follow_up.due is not None and follow_up.due.at_once:
            instants = instants.replace(aim=start.at)
        self._new(follow_up, opening, start, instants, share, period=period, series_at=origin)

    def roll(self, follow_up: FollowUp, instance: Instance, at: datetime) -> None:
        """The next period counts from when this one was done or set aside (ruling 15)."""
        every = follow_up.every
        if every is None or not every.after_last or self._bars(follow_up):
            return
        start = Moment(at=at)
        opening = Opening(start, self.case.occurrence(instance.opener), instance.visit)
        number = instance.period + 1
        share = (instance.item, instance.holder)
        if share in self._shares(follow_up, opening):
            self._new_period(follow_up, every, opening, start, number, instance.series_at, share)

    def _grid(self, every: Limit, series: ch.NextPeriod, periods: int) -> Moment:
        """The end of a period, always counted from the first anchor (ruling 15)."""
        assert series.series_at is not None
        start = Moment(at=series.series_at, end_of_day=series.end_of_day)
        return self.periods_after(every, start, periods)

    def periods_after(self, every: Limit, start: Moment, periods: int) -> Moment:
        """The end of so many periods of a rhythm; of none, its start as it is."""
        assert every.within is not None
        return self.program.add(start, every.within, periods) if periods else start

    def end_series(self, series: ch.NextPeriod) -> None:
        """A recurrence opens no more periods."""
        self.do(
            ch.NextPeriod(series=series.series, follow_up=series.follow_up, opener=series.opener)
        )

    def redate_all(self, follow_up: FollowUp, occurrence: Happened) -> None:
        """What open instances count from has come, or is another one now."""
        anchor = self.program.anchor(follow_up)
        assert anchor is not None
        for_meeting = bool(self.program.planned(anchor))
        for_day = self.program.day_named(anchor)
        for instance in list(self.case.open.values()):
            if instance.follow_up != follow_up.id or instance.period:
                continue
            if for_meeting and instance.meeting not in ("", occurrence.of):
                continue
            if for_day and self._is_that_day(instance, follow_up, for_day):
                continue
            if for_meeting or for_day or anchor.pick == "last" or instance.anchor_at is None:
                moment = Moment(at=max(instance.opened_at, occurrence.at))
                opener = self.case.occurrence(instance.opener)
                self._redate_from(instance, follow_up, Opening(moment, opener, instance.visit))
        for series in list(self.case.series.values()):
            if series.follow_up == follow_up.id and series.series_at is None:
                start = Moment(at=occurrence.at, end_of_day=occurrence.end_of_day)
                opener = self.case.occurrence(series.opener)
                opening = Opening(Moment(at=self.now), opener, series.visit)
                self._open_period(_counting(series, start), opening)

    def _is_that_day(self, instance: Instance, follow_up: FollowUp, fact: str) -> bool:
        """Whether it counts from that day as it is: to write the day down again moves nothing."""
        assert follow_up.due is not None
        day = day_anchor(self.program, self.case, follow_up.due, fact)
        return (day.at if day else None) == instance.anchor_at

    def _redate_from(self, instance: Instance, follow_up: FollowUp, opening: Opening) -> None:
        anchor, meeting, instants = self._dated(follow_up, opening, instance.meeting)
        self.redate(instance, instants, anchor.at if anchor else None, meeting=meeting)
        self.met_before(follow_up, instance, 0)

    def meeting_is_off(self, occurrence: Happened) -> None:
        """A meeting is called off: what its setting opened is not owed any more; what only counts
        to its date waits for the next one.
        """
        for instance in list(self.case.open.values()):
            follow_up = self.program.follow_ups[instance.follow_up]
            opener = self.case.occurrence(instance.opener)
            if _is_set(opener, occurrence.of):
                self.end(instance, "cancelled", self.now, because="called_off")
            elif instance.meeting == occurrence.of:
                moment = Moment(at=max(instance.opened_at, occurrence.at))
                opening = Opening(moment, opener, instance.visit)
                anchor, meeting, instants = self._dated(follow_up, opening)
                at = anchor.at if anchor else None
                self.redate(instance, instants, at, meeting=meeting, untied=True)
        for series in list(self.case.series.values()):
            if _is_set(self.case.occurrence(series.opener), occurrence.of):
                self.end_series(series)
        for waiting in list(self.case.deferred.values()):
            if _is_set(self.case.occurrence(waiting.opener), occurrence.of):
                self.settled(waiting)

    def end_all(self, follow_up: FollowUp, because: str, visit: str = "") -> None:
        """Every instance and recurrence of a follow-up ends; with a `visit` only those that
        belong to it, as does what still waits to open (ruling 12).
        """
        for instance in list(self.case.open.values()):
            if instance.follow_up == follow_up.id and visit in ("", instance.visit):
                self.end(instance, "cancelled", self.now, because=because)
        for series in list(self.case.series.values()):
            if series.follow_up == follow_up.id and visit in ("", series.visit):
                self.end_series(series)
        for waiting in list(self.case.deferred.values()):
            if waiting.follow_up == follow_up.id and visit and waiting.visit == visit:
                self.settled(waiting)

    def close(self) -> None:
        """The case ends: what is not carried over is cancelled, with its timers (ruling 14)."""
        self.do(ch.CaseClosed(at=max(since for _, since in self.case.visits.values())))
        for waiting in list(self.case.deferred.values()):
            self.settled(waiting)
        for series in list(self.case.series.values()):
            self.end_series(series)
        for instance in list(self.case.open.values()):
            if not self.program.follow_ups[instance.follow_up].carries_over:
                self.end(instance, "cancelled", self.now, because="closed")
        for run in list(self.case.runs.values()):
            if run.of not in self.case.open:
                self.stop(run)


def _counting(series: ch.NextPeriod, start: Moment) -> ch.NextPeriod:
    """A recurrence from when on it counts."""
    return series.replace(series_at=start.at, end_of_day=start.end_of_day, at=start.at)


def _is_set(opener: Happened | None, meeting: str) -> bool:
    """Whether an occurrence gave this meeting its date."""
    return opener is not None and opener.event in ("set", "moved") and opener.of == meeting
