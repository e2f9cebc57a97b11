"""Follow-ups in a step: opened, dated, met, ended; recurrences and their periods.

Imports ladders, matching and ground.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.ground.limits import Due, Limit, Moment, add, is_late
from protocolkit.model import words
from protocolkit.model.case import FollowUp
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import Actor, Permission
from protocolkit.semantics.case import Instance
from protocolkit.semantics.changes import Happened
from protocolkit.semantics.effects import Judge, Meet, Open
from protocolkit.semantics.ladders import told_by
from protocolkit.semantics.matching import counts, is_used, meant
from protocolkit.semantics.pausing import Pausing
from protocolkit.semantics.shares import (
    Share,
    is_shared,
    is_vacant,
    missing_holders,
    missing_parts,
    shares,
    ticked_by,
    who_owes,
)


class Opening:
    """What opens a follow-up: an occurrence, a visit to a state, or (neither) a condition.

    `moment` is its instant. `deferred`: it came in an earlier step and waited for a fact.
    """

    __slots__ = ("deferred", "moment", "opener", "visit")

    def __init__(
        self,
        moment: Moment,
        opener: Happened | None = None,
        visit: str = "",
        *,
        deferred: bool = False,
    ) -> None:
        self.moment = moment
        self.opener = opener
        self.visit = visit
        self.deferred = deferred

    @property
    def number(self) -> int:
        """The number of the occurrence; 0 for none."""
        return self.opener.number if self.opener else 0


class Owing(Pausing):
    """Opens, dates, meets and ends follow-ups."""

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
        anchor, meeting = self._anchor(follow_up.due, opening, "")
        instants = Due()
        if anchor is not None and follow_up.due is not None:
            instants = self.program.due(follow_up.due, anchor)
        meeting = meeting or self._planned_meeting(opening.opener)
        for share in self._shares(follow_up, opening):
            self._new(follow_up, opening, anchor, instants, share, meeting=meeting)

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
            assert judge is not None
            verdict = judge(self.situation(waiting.at))
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

    def is_running(self, follow_up: FollowUp) -> bool:
        """Whether an instance or a recurrence of it is at work."""
        return any(one.follow_up == follow_up.id for one in self.case.open.values()) or any(
            one.follow_up == follow_up.id for one in self.case.series.values()
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
        self._met_before(follow_up, instance, 0 if opening.deferred else before)
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

    # -- recurrences -------------------------------------------------------------------

    def _begin_series(self, follow_up: FollowUp, every: Limit, opening: Opening) -> None:
        """A recurrence begins with its first period, or waits for what it counts from."""
        start, _ = self._anchor(every, opening, "")
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

    def _roll(self, follow_up: FollowUp, instance: Instance, at: datetime) -> None:
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

    def _grid(self, limit: Limit, series: ch.NextPeriod, periods: int) -> Moment:
        """The end of a period, always counted from the first anchor (ruling 15)."""
        assert limit.within is not None
        assert series.series_at is not None
        start = Moment(at=series.series_at, end_of_day=series.end_of_day)
        if periods == 0:
            return start
        calendar = self.program.calendar(limit.within)
        return add(start, limit.within, self.program.zone, calendar, periods)

    def end_series(self, series: ch.NextPeriod) -> None:
        """A recurrence opens no more periods."""
        self.do(
            ch.NextPeriod(series=series.series, follow_up=series.follow_up, opener=series.opener)
        )

    # -- what limits count from --------------------------------------------------------

    def _anchor(
        self, limit: Limit | None, opening: Opening, meeting: str
    ) -> tuple[Moment | None, str]:
        """What a limit counts from, and the meeting it is tied to; None: no date yet."""
        ref = limit.anchor if limit is not None else None
        if ref is None:
            return opening.moment, ""
        if planned := self.program.planned(ref):
            return self._meeting_anchor(planned, opening.opener, meeting)
        keys = [self.program.key(one.name, one.event) for one in ref.each]
        known = [one for key in keys for one in self.case.by_name.get(key, ())]
        opener = opening.opener
        if ref.pick == "opening":
            known = [one for one in known if one.at <= opening.moment.at]
            if opener is not None and self.program.key(opener.name, opener.event) in keys:
                known = [opener]
        pick = min if ref.pick == "first" else max
        found = pick(known, key=lambda one: (one.at, one.number), default=None)
        if found is None:
            return None, ""
        return Moment(at=found.at, end_of_day=found.end_of_day), ""

    def _meeting_anchor(
        self, name: str, opener: Happened | None, meeting: str
    ) -> tuple[Moment | None, str]:
        """The date of a meeting: the one tied to, that of the opening, or the next one set."""
        meetings = self.case.meetings
        if not meeting and opener is not None and opener.name == name:
            meeting = opener.of
        if not meeting:
            planned = [one for one in meetings.values() if one.name == name and one.status == "set"]
            if not planned:
                return None, ""
            meeting = min(planned, key=lambda one: (one.planned_at, one.id)).id
        found = meetings[meeting]
        return (None if found.status == "called_off" else Moment(at=found.planned_at)), meeting

    def _planned_meeting(self, opener: Happened | None) -> str:
        """The planned meeting that an opening is about."""
        planned = opener is not None and opener.event in ("set", "moved")
        return opener.of if planned and opener is not None else ""

    def redate_all(self, follow_up: FollowUp, occurrence: Happened) -> None:
        """What open instances count from has come, or is another one now."""
        anchor = self.program.anchor(follow_up)
        assert anchor is not None
        for_meeting = bool(self.program.planned(anchor))
        for instance in list(self.case.open.values()):
            if instance.follow_up != follow_up.id or instance.period:
                continue
            if for_meeting and instance.meeting not in ("", occurrence.of):
                continue
            if for_meeting or anchor.pick == "last" or instance.anchor_at is None:
                moment = Moment(at=max(instance.opened_at, occurrence.at))
                opener = self.case.occurrence(instance.opener)
                self._redate_from(instance, follow_up, Opening(moment, opener, instance.visit))
        for series in list(self.case.series.values()):
            if series.follow_up == follow_up.id and series.series_at is None:
                start = Moment(at=occurrence.at, end_of_day=occurrence.end_of_day)
                opener = self.case.occurrence(series.opener)
                opening = Opening(Moment(at=self.now), opener, series.visit)
                self._open_period(_counting(series, start), opening)

    def _redate_from(self, instance: Instance, follow_up: FollowUp, opening: Opening) -> None:
        anchor, meeting = self._anchor(follow_up.due, opening, instance.meeting)
        instants = Due()
        if anchor is not None and follow_up.due is not None:
            instants = self.program.due(follow_up.due, anchor)
        self.redate(instance, instants, anchor.at if anchor else None, meeting=meeting)
        self._met_before(follow_up, instance, 0)

    def redate(
        self,
        instance: Instance,
        instants: Due,
        anchor: datetime | None,
        *,
        meeting: str = "",
        because: str = "",
    ) -> None:
        """Other instants for an open follow-up; ladders on it start over when it is in time."""
        if (anchor, instants.aim, instants.due, instants.outer) == (
            instance.anchor_at,
            instance.aim,
            instance.due,
            instance.outer,
        ):
            return
        was_late = instance.status == "overdue"
        was_paused = instance.is_paused
        self.do(
            ch.Redated(
                instance=instance.id,
                at=self.now,
                anchor_at=anchor,
                aim=instants.aim,
                due=instants.due,
                outer=instants.outer,
                end_of_day=instants.end_of_day,
                meeting=meeting,
                because=because,
            )
        )
        if was_paused:
            self.pause(instance)
        self.date_again(instance, was_late and instance.status == "open")

    # -- done, set aside, over ---------------------------------------------------------

    def meet(self, effect: Meet, occurrence: Happened) -> None:
        """An occurrence does what it counts for."""
        chosen = meant(self.program, self.case, effect.follow_up, occurrence)
        judge = effect.judge
        if not chosen or (judge and judge(self.situation(occurrence.at)) is not True):
            return
        for instance in chosen:
            self._meet_one(effect.follow_up, instance, occurrence)

    def _met_before(self, follow_up: FollowUp, instance: Instance, caused_by: int) -> None:
        """What happened before the follow-up was known of may already have done it.

        Not so what led to its opening within this step: occurrences up to `caused_by`.
        """
        waiting = {one.number for one in self.happened}
        earlier: list[tuple[datetime, int, Happened, Judge | None]] = []
        for met_by in follow_up.met_by:
            assert met_by.trigger is not None
            key = self.program.key(met_by.trigger.name, met_by.trigger.event)
            judge = self.program.judge(met_by.if_)
            earlier.extend(
                (one.at, one.number, one, judge)
                for one in self.case.by_name.get(key, ())
                if one.number not in waiting  # it will be looked at in its own turn
                and not self.first <= one.number <= caused_by
            )
        for at, _, occurrence, judge in sorted(earlier, key=lambda one: one[:2]):
            if not instance.is_open or is_used(self.case, follow_up, occurrence):
                continue
            if counts(self.program, self.case, follow_up, occurrence, instance) and (
                judge is None or judge(self.situation(at)) is True
            ):
                self._meet_one(follow_up, instance, occurrence)

    def _meet_one(self, follow_up: FollowUp, instance: Instance, occurrence: Happened) -> None:
        """Done by whoever owes it, or satisfied by somebody else; or one more share is done."""
        permission = Permission(protocol=self.program.protocol, case=self.case, instance=instance)
        actor = Actor(id=occurrence.by, roles=frozenset({occurrence.role}))
        who = who_owes(follow_up, instance)
        mine = (
            who is None
            or occurrence.role in who.roles
            or bool(permission.role_for(who, actor, self.case.handed.get(instance.id, ())))
        )
        done: list[str] | None = None
        if is_shared(follow_up):
            protocol = self.program.protocol
            done = ticked_by(protocol, self.case, follow_up, instance, occurrence)
        if done is None:
            self.end(instance, "met" if mine else "satisfied-by", occurrence.at, by=occurrence)
            return
        role = occurrence.role if mine else ""
        self.do_share(instance, done, occurrence.at, occurrence.by, role, by=occurrence)

    def do_share(
        self,
        instance: Instance,
        items: list[str],
        at: datetime,
        person: str,
        role: str,
        *,
        by: Happened | None = None,
    ) -> None:
        """Parts or holders' shares are done; with the last one the follow-up is met.

        That is when the latest of them happened, in whatever order they were entered. `role` is
        "" for somebody who does not owe it.
        """
        follow_up = self.program.follow_ups[instance.follow_up]
        number = by.number if by else 0
        for item in items:
            self.do(
                ch.Done(instance=instance.id, item=item, at=at, by=number, person=person, role=role)
            )
        if missing_holders(follow_up, instance) or missing_parts(follow_up, instance):
            return
        status = "met" if all(one.role for one in instance.done.values()) else "satisfied-by"
        last = max(one.at for one in instance.done.values())
        self.end(instance, status, last, by=by, actor=person, role=role)

    def end(
        self,
        instance: Instance,
        status: str,
        at: datetime,
        *,
        by: Happened | None = None,
        because: str = "",
        actor: str = "",
        role: str = "",
    ) -> None:
        """A follow-up is no longer owed; a rolling recurrence opens its next period."""
        late = status in ("met", "satisfied-by") and is_late(at, instance.due)
        self.do(
            ch.Ended(
                instance=instance.id,
                status=status,
                at=at,
                late=late,
                by=by.number if by else 0,
                because=because,
            )
        )
        event = "met" if status in ("met", "satisfied-by") else status
        follow_up = self.program.follow_ups[instance.follow_up]
        self.happen(
            follow_up.id,
            event,
            at,
            by.by if by else actor,
            by.role if by else role,
            of=instance.id,
        )
        self.stop_ladders(instance.id)
        if event != "cancelled":
            self._roll(follow_up, instance, at)

    def turn_overdue(self, instance: Instance, at: datetime) -> None:
        """A follow-up's due instant has passed."""
        self.do(ch.Overdue(instance=instance.id, at=at))
        end_of_day = instance.end_of_day and at == instance.due
        self.happen(instance.follow_up, "overdue", at, of=instance.id, end_of_day=end_of_day)

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
