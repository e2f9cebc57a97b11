"""The step: from an act, or an instant, to the changes that follow from it.

The order within a step is fixed (ruling 29): what happened, facts, assignments, moves, what
is met or ended, what opens, what is re-dated, ladders, notices; then conditions that became
true, until none. Imports the program, decisions, the situation and ground.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from protocolkit.ground.calendars import next_open
from protocolkit.ground.errors import ProtocolkitError
from protocolkit.ground.limits import Due, Limit, Moment, add, is_late
from protocolkit.model import words
from protocolkit.model.case import Escalation, FollowUp, Level
from protocolkit.model.people import Holder
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import CLOCK, Actor, Permission
from protocolkit.semantics.case import Case, Instance, Run, Series
from protocolkit.semantics.changes import Change, FactValue, Happened
from protocolkit.semantics.decide import Decision, decide
from protocolkit.semantics.effects import (
    Effect,
    End,
    Fire,
    HandTo,
    Meet,
    Open,
    Redate,
    Start,
    Stop,
    Tell,
)
from protocolkit.semantics.program import Program
from protocolkit.semantics.situation import CaseSituation

MAX_ROUNDS = 200
"""More rounds than this in one step are a protocol that runs in a circle (PK207)."""


Moves = tuple[tuple[str, str, str], ...]
Mover = Callable[[Program, str, Moves, CaseSituation], Moves]
"""Makes the moves that were decided, from the situation before the act; must agree or raise."""


def moved_by_semantics(
    program: Program, trigger: str, moves: Moves, before: CaseSituation
) -> Moves:
    """The moves as they were decided."""
    return moves


class Step:
    """One step of one case. Each method does something and adds to `changes`; `settle` at the
    end works out what follows. `now` is when it is recorded, never before the last event.
    """

    def __init__(
        self,
        program: Program,
        case: Case,
        now: datetime,
        *,
        past: bool = False,
        mover: Mover = moved_by_semantics,
    ) -> None:
        self.program = program
        self.case = case
        self.now = now
        self.past = past
        self.mover = mover
        self.changes: list[Change] = []
        self._happened: list[Happened] = []
        self._left: list[tuple[str, str, str]] = []
        self._entered: list[tuple[str, str, str, Moment]] = []
        self._opened: list[Instance] = []
        self._once: set[str] = set()
        self._moved = False

    def do(self, change: Change) -> None:
        """Make a change: the case has it at once, the event will hold it."""
        self.case.apply(change, self.now)
        self.changes.append(change)

    def situation(self, at: datetime | None = None) -> CaseSituation:
        """The case as it is in this step; with `at`, facts as at that instant."""
        return CaseSituation(self.case, self.program, self.now, past=self.past, at=at)

    # -- what people and time do -------------------------------------------------------

    def open_case(self, at: datetime) -> None:
        """Begin: every strand in its initial state."""
        protocol = self.program.protocol
        self.do(
            ch.CaseOpened(
                protocol=protocol.id, version=protocol.version, digest=protocol.digest, at=at
            )
        )
        for name, strand in protocol.strands.items():
            initial = next(state.id for state in strand.states.values() if state.initial)
            self._move(name, "", initial, at)

    def act(
        self,
        name: str,
        decision: Decision,
        actor: Actor,
        at: datetime,
        facts: Mapping[str, FactValue],
        assign: Mapping[str, str],
    ) -> None:
        """Do a trigger that was decided to be allowed."""
        trigger = self.program.protocol.triggers[name]
        moves = self.mover(self.program, name, decision.moves, self.situation())
        self.happen(name, "", at, actor.id, decision.role, of=decision.meeting)
        self.record(facts, actor.id, decision.role, at)
        for role, way in trigger.assigns.items():
            self.assign(role, actor.id if way == "actor" else assign[role])
        for strand, from_, to in moves:
            self._move(strand, from_, to, at)

    def happen(
        self,
        name: str,
        event: str,
        at: datetime,
        by: str = "",
        role: str = "",
        *,
        of: str = "",
        end_of_day: bool = False,
    ) -> Happened:
        """Something happened; what reacts to it follows in `settle`."""
        occurrence = Happened(
            number=len(self.case.occurrences) + 1,
            name=name,
            event=event,
            at=at,
            by=by,
            role=role,
            of=of,
            end_of_day=end_of_day,
        )
        self.do(occurrence)
        self._happened.append(occurrence)
        return occurrence

    def record(self, facts: Mapping[str, FactValue], by: str, role: str, at: datetime) -> None:
        """Facts get values; openings that waited for one are decided."""
        for fact, value in facts.items():
            self.do(ch.Recorded(fact=fact, value=value, at=at, by=by, role=role))

    def assign(self, role: str, person: str) -> None:
        """A person takes a per-case role."""
        if self.case.holders.get(role) != person:
            self.do(ch.Assigned(role=role, person=person))

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
        done = self.happen(
            follow_up.id,
            event,
            at,
            by.by if by else actor,
            by.role if by else role,
            of=instance.id,
        )
        self._stop_ladders(instance.id)
        every = follow_up.every
        if event == "met" and every is not None and every.after_last:
            anchor = Moment(at=at)
            self._open_instance(
                follow_up, done, anchor, every, instance.period + 1, instance.series_at
            )

    def reach_level(self, run: Run, at: datetime) -> None:
        """A ladder's next level has come."""
        escalation = self.program.protocol.escalations[run.escalation]
        level = escalation.levels[run.level]
        judge = self.program.judge(level.if_)
        skipped = judge is not None and judge(self.situation()) is not True
        self.do(
            ch.LevelReached(
                run=run.id, level=run.level, id=level.id, at=at, skipped=skipped
            )
        )
        if not skipped:
            for effect in self.program.level_effects(level):
                self._level_effect(effect, run, escalation, at)
        if run.id in self.case.runs:
            self._date_ladder(run, escalation, run.level + 1, Moment(at=at))

    def turn_overdue(self, instance: Instance, at: datetime) -> None:
        """A follow-up's due instant has passed."""
        self.do(ch.Overdue(instance=instance.id, at=at))
        self.happen(
            instance.follow_up,
            "overdue",
            at,
            of=instance.id,
            end_of_day=instance.end_of_day and at == instance.due,
        )

    def open_period(self, series: Series) -> None:
        """A grid recurrence comes to its next period."""
        follow_up = self.program.follow_ups[series.follow_up]
        every = follow_up.every
        opener = self.case.occurrence(series.opener)
        assert every is not None and every.within is not None and series.series_at is not None
        start = self._grid(every, series.series_at, series.period - 1)
        self._open_instance(follow_up, opener, start, every, series.period, series.series_at)

    def redate(self, instance: Instance, instants: Due, anchor: datetime | None, why: str = "") -> None:
        """Other instants for an open follow-up; ladders on it start over when it is in time."""
        if (anchor, instants.aim, instants.due, instants.outer) == (
            instance.anchor_at,
            instance.aim,
            instance.due,
            instance.outer,
        ):
            return
        self.do(
            ch.Redated(
                instance=instance.id,
                at=self.now,
                anchor_at=anchor,
                aim=instants.aim,
                due=instants.due,
                outer=instants.outer,
                end_of_day=instants.end_of_day,
                because=why,
            )
        )
        for run in [run for run in self.case.runs.values() if run.of == instance.id]:
            in_time = instance.due is None or instance.due >= self.now
            level = 0 if in_time else run.level
            escalation = self.program.protocol.escalations[run.escalation]
            self._date_ladder(run, escalation, level, None)

    # -- working out what follows ------------------------------------------------------

    def settle(self) -> None:
        """Everything that follows, until nothing more does."""
        for _ in range(MAX_ROUNDS):
            if self._happened or self._left or self._entered or self._opened:
                self._round()
            elif not (self._decide_deferred() or self._judge_watches()):
                break
        else:
            raise ProtocolkitError(
                f"protocol {self.program.protocol.id} runs in a circle; "
                "`protocolkit check` shows where (PK207)"
            )
        if self._moved and not self.case.is_closed:
            if self.program.strands_closed_by(self.case.states.items()):
                self._close()
        self._note_wake()

    def _round(self) -> None:
        happened, self._happened = self._happened, []
        left, self._left = self._left, []
        entered, self._entered = self._entered, []
        reactions = [
            (occurrence, effect)
            for occurrence in happened
            for effect in self.program.reactions.get(
                self.program.key(occurrence.name, occurrence.event), ()
            )
        ]
        for occurrence, effect in reactions:
            if isinstance(effect, Meet):
                self._meet(effect, occurrence)
        for strand, state, visit in left:
            for effect in self.program.leaving.get((strand, state), ()):
                if isinstance(effect, End):
                    self._end_all(effect.follow_up, effect.follow_up.because or "left_state")
                else:
                    self._stop_ladders(visit)
        for occurrence, effect in reactions:
            if isinstance(effect, Open):
                self._open(effect, occurrence, Moment(at=occurrence.at, end_of_day=occurrence.end_of_day))
        for strand, state, _, moment in entered:
            for effect in self.program.entering.get((strand, state), ()):
                if isinstance(effect, Open):
                    self._open(effect, None, moment)
        for occurrence, effect in reactions:
            if isinstance(effect, Redate):
                self._redate_all(effect.follow_up, occurrence)
        for occurrence, effect in reactions:
            if isinstance(effect, Stop):
                for run in list(self.case.runs.values()):
                    if run.escalation == effect.escalation.id:
                        self._stop(run)
            elif isinstance(effect, Start):
                self._start(effect.escalation, f"{occurrence.name}/{occurrence.number}", occurrence.at)
        for strand, state, visit, moment in entered:
            if self.case.visits[strand][0] != visit:
                continue  # already left again within this step
            for effect in self.program.entering.get((strand, state), ()):
                if isinstance(effect, Start):
                    self._start(effect.escalation, visit, moment.at)
        opened, self._opened = self._opened, []
        for instance in opened:
            for escalation in self.program.ladders_of.get(instance.follow_up, ()):
                if instance.is_open:
                    self._start(escalation, instance.id, instance.opened_at)

    def _move(self, strand: str, from_: str, to: str, at: datetime) -> None:
        if from_:
            self._left.append((strand, from_, self.case.visits[strand][0]))
            self._moved = True
        self.do(ch.Moved(strand=strand, from_=from_, to=to, at=at))
        self._entered.append((strand, to, self.case.visits[strand][0], Moment(at=at)))

    # -- follow-ups --------------------------------------------------------------------

    def _open(self, effect: Open, opener: Happened | None, moment: Moment) -> None:
        follow_up = effect.follow_up
        if effect.judge is not None:
            verdict = effect.judge(self.situation(moment.at))
            if verdict is None and opener is not None:
                self.do(ch.Deferred(follow_up=follow_up.id, opener=opener.number))
            if verdict is not True:
                return
        if self._ends_now(follow_up):
            return
        open_now = [one for one in self.case.open.values() if one.follow_up == follow_up.id]
        running = open_now or any(
            one.follow_up == follow_up.id for one in self.case.series.values()
        )
        if running and follow_up.if_again == "ignore":
            return
        if open_now and follow_up.if_again == "redate":
            self._redate_from(open_now[0], follow_up, opener, moment)
            return
        every = follow_up.every
        if every is None or every.unspecified:
            anchor, meeting = self._anchor(follow_up.due, opener, moment)
            self._open_instance(follow_up, opener, anchor, follow_up.due, 0, None, meeting)
            return
        anchor, _ = self._anchor(every, opener, moment)
        self._open_instance(
            follow_up, opener, anchor, every, 1, anchor.at if anchor else None
        )

    def _open_instance(
        self,
        follow_up: FollowUp,
        opener: Happened | None,
        anchor: Moment | None,
        limit: Limit | None,
        period: int,
        series_at: datetime | None,
        meeting: str = "",
    ) -> None:
        if anchor is None or limit is None:
            instants = Due()
        elif period and limit.within is not None and not limit.after_last:
            end = self._grid(limit, series_at or anchor.at, period)
            outer = self.program.due(limit.replace(within=limit.at_most), anchor).due
            instants = Due(
                due=end.at, outer=outer if limit.at_most else None, end_of_day=end.end_of_day
            )
        else:
            instants = self.program.due(limit, anchor)
        if period and follow_up.due is not None and not follow_up.due.unspecified and anchor:
            instants = self.program.due(follow_up.due, anchor)
        number = self.case.counts.get(follow_up.id, 0) + 1
        at = opener.at if opener and not period > 1 else (anchor.at if anchor else self.now)
        self.do(
            ch.Opened(
                instance=f"{follow_up.id}/{number}",
                follow_up=follow_up.id,
                at=at,
                opener=opener.number if opener else 0,
                anchor_at=anchor.at if anchor else None,
                aim=instants.aim,
                due=instants.due,
                outer=instants.outer,
                end_of_day=instants.end_of_day,
                period=period,
                series_at=series_at,
                meeting=meeting,
            )
        )
        instance = self.case.instances[f"{follow_up.id}/{number}"]
        self._opened.append(instance)
        self.happen(follow_up.id, "opened", at, of=instance.id)
        if period and limit is not None and not limit.after_last and anchor is not None:
            assert opener is not None or instance.opener == 0
            self.do(
                ch.NextPeriod(
                    series=f"{follow_up.id}/{opener.number if opener else 0}",
                    follow_up=follow_up.id,
                    opener=opener.number if opener else 0,
                    period=period + 1,
                    series_at=series_at,
                    at=self._grid(limit, series_at or anchor.at, period).at,
                )
            )
        self._met_before(follow_up, instance)

    def _grid(self, limit: Limit, start: datetime, periods: int) -> Moment:
        """The end of a period, always counted from the first anchor (ruling 15)."""
        assert limit.within is not None
        if periods == 0:
            return Moment(at=start)
        return add(
            Moment(at=start),
            limit.within,
            self.program.zone,
            self.program.calendar(limit.within),
            periods,
        )

    def _anchor(
        self, limit: Limit | None, opener: Happened | None, moment: Moment
    ) -> tuple[Moment | None, str]:
        """What a limit counts from, and the meeting it is tied to; None: no date yet."""
        ref = limit.anchor if limit is not None else None
        if ref is None:
            return moment, ""
        if ref.name in self.program.protocol.meetings and not ref.event:
            return self._meeting_anchor(ref.name, opener)
        key = self.program.key(ref.name, ref.event)
        found: Happened | None
        if ref.pick == "first":
            found = self.case.first(*key)
        elif ref.pick == "last":
            found = self.case.last(*key)
        elif opener is not None and self.program.key(opener.name, opener.event) == key:
            found = opener
        else:
            earlier = [one for one in self.case.by_name.get(key, ()) if one.at <= moment.at]
            found = max(earlier, key=lambda one: (one.at, one.number), default=None)
        if found is None:
            return None, ""
        return Moment(at=found.at, end_of_day=found.end_of_day), ""

    def _meeting_anchor(self, name: str, opener: Happened | None) -> tuple[Moment | None, str]:
        meetings = self.case.meetings
        if opener is not None and opener.name == name and opener.of in meetings:
            meeting = meetings[opener.of]
        else:
            planned = [one for one in meetings.values() if one.name == name and one.status == "set"]
            if not planned:
                return None, ""
            meeting = min(planned, key=lambda one: (one.planned_at, one.id))
        if meeting.status == "called_off":
            return None, meeting.id
        return Moment(at=meeting.planned_at), meeting.id

    def _redate_all(self, follow_up: FollowUp, occurrence: Happened) -> None:
        for instance in list(self.case.open.values()):
            if instance.follow_up != follow_up.id:
                continue
            opener = self.case.occurrence(instance.opener)
            if instance.meeting and occurrence.of != instance.meeting:
                continue
            self._redate_from(instance, follow_up, opener, Moment(at=instance.opened_at))

    def _redate_from(
        self, instance: Instance, follow_up: FollowUp, opener: Happened | None, moment: Moment
    ) -> None:
        anchor, _ = self._anchor(follow_up.due, opener, moment)
        if anchor is None or follow_up.due is None:
            self.redate(instance, Due(), None)
        else:
            self.redate(instance, self.program.due(follow_up.due, anchor), anchor.at)

    def _meet(self, effect: Meet, occurrence: Happened) -> None:
        follow_up = effect.follow_up
        open_now = [
            one
            for one in self.case.open.values()
            if one.follow_up == follow_up.id and self._counts(occurrence, one)
        ]
        if not open_now or (follow_up.id, occurrence.number) in self.case.met_with:
            return
        if effect.judge is not None and effect.judge(self.situation(occurrence.at)) is not True:
            return
        chosen = open_now if follow_up.counts_for == "all_open" else [min(open_now, key=_earliest)]
        for instance in chosen:
            self._meet_one(follow_up, instance, occurrence)

    def _meet_one(self, follow_up: FollowUp, instance: Instance, occurrence: Happened) -> None:
        permission = Permission(
            protocol=self.program.protocol, case=self.case, instance=instance
        )
        actor = Actor(id=occurrence.by, roles=frozenset({occurrence.role}))
        mine = (
            follow_up.who is None
            or not occurrence.by
            or occurrence.role in follow_up.who.roles
            or permission.role_for(follow_up.who, actor)
        )
        self.end(instance, "met" if mine else "satisfied-by", occurrence.at, by=occurrence)

    def _counts(self, occurrence: Happened, instance: Instance) -> bool:
        """Whether an occurrence can meet this instance (ruling 11)."""
        if occurrence.number == instance.opener:
            return False
        if instance.meeting and occurrence.of and occurrence.of != instance.meeting:
            if occurrence.of in self.case.meetings:
                return False
        start = instance.anchor_at or instance.opened_at
        follow_up = self.program.follow_ups[instance.follow_up]
        if follow_up.due is not None and follow_up.due.direction == "before":
            start = instance.opened_at
        if occurrence.at < start:
            return False
        recurring_on_grid = (
            instance.period
            and follow_up.every is not None
            and not follow_up.every.after_last
        )
        return not (recurring_on_grid and instance.due is not None and occurrence.at > instance.due)

    def _met_before(self, follow_up: FollowUp, instance: Instance) -> None:
        """An act that came before the follow-up was known of may already count for it."""
        for met_by in follow_up.met_by:
            assert met_by.trigger is not None
            key = self.program.key(met_by.trigger.name, met_by.trigger.event)
            judge = self.program.judge(met_by.if_)
            earlier = sorted(
                self.case.by_name.get(key, ()), key=lambda one: (one.at, one.number)
            )
            for occurrence in earlier:
                if occurrence in self._happened:
                    continue  # it will be looked at in its own turn
                if not instance.is_open or (follow_up.id, occurrence.number) in self.case.met_with:
                    continue
                if self._counts(occurrence, instance) and (
                    judge is None or judge(self.situation(occurrence.at)) is True
                ):
                    self._meet_one(follow_up, instance, occurrence)

    def _end_all(self, follow_up: FollowUp, because: str) -> None:
        for instance in list(self.case.open.values()):
            if instance.follow_up == follow_up.id:
                self.end(instance, "cancelled", self.now, because=because)
        for series in list(self.case.series.values()):
            if series.follow_up == follow_up.id:
                self._end_series(series)

    def _end_series(self, series: Series) -> None:
        self.do(
            ch.NextPeriod(series=series.id, follow_up=series.follow_up, opener=series.opener)
        )

    def _ends_now(self, follow_up: FollowUp) -> bool:
        judge = self.program.judge(follow_up.ends_when)
        return judge is not None and judge(self.situation()) is True

    def _decide_deferred(self) -> bool:
        """Openings that waited for a fact: decide those that can be decided now."""
        decided = False
        for follow_up_id, number in list(self.case.deferred):
            follow_up = self.program.follow_ups[follow_up_id]
            opener = self.case.occurrence(number)
            judge = self.program.judge(follow_up.if_)
            assert opener is not None and judge is not None
            verdict = judge(self.situation(opener.at))
            if verdict is None:
                continue
            decided = True
            self.do(ch.Settled(follow_up=follow_up_id, opener=number))
            if verdict:
                moment = Moment(at=opener.at, end_of_day=opener.end_of_day)
                self._open(Open(follow_up=follow_up), opener, moment)
        return decided

    def _judge_watches(self) -> bool:
        """Conditions that became true open a follow-up; conditions that are true end one."""
        for watch in self.program.watches:
            if watch.opens:
                verdict = watch.judge(self.situation()) is True
                if verdict == self.case.watched.get(watch.id, False) or watch.id in self._once:
                    continue
                self.do(ch.Judged(watch=watch.id, value=verdict))
                if verdict:
                    self._once.add(watch.id)
                    effect = Open(
                        follow_up=watch.follow_up, judge=self.program.judge(watch.follow_up.if_)
                    )
                    self._open(effect, None, Moment(at=self.now))
                    return True
            elif watch.id not in self._once and self._is_running(watch.follow_up):
                if watch.judge(self.situation()) is True:
                    self._once.add(watch.id)
                    self._end_all(watch.follow_up, watch.follow_up.because or "ends_when")
                    return True
        return False

    def _is_running(self, follow_up: FollowUp) -> bool:
        return any(one.follow_up == follow_up.id for one in self.case.open.values()) or any(
            one.follow_up == follow_up.id for one in self.case.series.values()
        )

    def _note_wake(self) -> None:
        """When time alone could make a watched condition change."""
        wakes: list[tuple[datetime, bool]] = []
        if not self.case.is_closed:
            for watch in self.program.watches:
                if watch.opens or self._is_running(watch.follow_up):
                    situation = self.situation()
                    watch.judge(situation)
                    wakes.extend(situation.wakes)
        ahead = [(at, past) for at, past in wakes if (at, past) > (self.now, self.past)]
        at, past = min(ahead, default=(None, False))
        if (at, past) != (self.case.wake_at, self.case.wake_past):
            self.do(ch.Wake(at=at, past=past))

    # -- ladders -----------------------------------------------------------------------

    def _start(self, escalation: Escalation, of: str, at: datetime) -> None:
        run_id = f"{escalation.id}/{self.case.run_count + 1}"
        self.do(ch.LadderStarted(run=run_id, escalation=escalation.id, of=of, at=at))
        run = self.case.runs[run_id]
        start = escalation.start_at
        judge = self.program.judge(start.if_) if start else None
        if start is not None and judge is not None and judge(self.situation()) is True:
            level = next(n for n, one in enumerate(escalation.levels) if one.id == start.level)
            self.do(
                ch.LadderDated(run=run.id, level=level, next_at=self.now, fixed_at=self.now)
            )
            self.reach_level(run, self.now)
            return
        self._date_ladder(run, escalation, 0, None)

    def _date_ladder(
        self, run: Run, escalation: Escalation, number: int, previous: Moment | None
    ) -> None:
        """Fix when the next level comes; a level `at once` comes now."""
        if number >= len(escalation.levels):
            self.do(ch.LadderDated(run=run.id, level=number, fixed_at=self.now))
            return
        level = escalation.levels[number]
        instance = self.case.instances.get(run.of)
        moment = self._level_moment(level, instance, previous or self._ladder_start(run, instance))
        at_once = level.after is not None and level.after.at_once and moment is not None
        if moment is not None and level.outside_hours == "wait":
            moment = self._when_open(level, moment)
        self.do(
            ch.LadderDated(
                run=run.id,
                level=number,
                next_at=moment.at if moment else None,
                end_of_day=moment.end_of_day if moment else False,
                fixed_at=self.now,
            )
        )
        if at_once and moment is not None and moment.at <= self.now:
            self.reach_level(run, self.now)

    def _ladder_start(self, run: Run, instance: Instance | None) -> Moment | None:
        """What the first level counts from: the entry, or the follow-up's due instant."""
        if instance is None:
            return Moment(at=run.since)
        if instance.due is None:
            return None
        return Moment(at=instance.due, end_of_day=instance.end_of_day)

    def _level_moment(
        self, level: Level, instance: Instance | None, previous: Moment | None
    ) -> Moment | None:
        if level.at and instance is not None:
            at = instance.due if level.at == "due" else instance.outer
            return None if at is None else Moment(at=at, end_of_day=instance.end_of_day)
        after = level.after
        if after is None or after.unspecified or previous is None:
            return None
        if after.within is None:
            return previous
        return add(previous, after.within, self.program.zone, self.program.calendar(after.within))

    def _when_open(self, level: Level, moment: Moment) -> Moment:
        """Outside the hours of everybody told: the first instant somebody is there."""
        roles = [holder.role for holder in level.tell if holder.role]
        if level.hand_to:
            roles.append(level.hand_to)
        openings: list[datetime] = []
        for role in roles:
            declared = self.program.protocol.roles.get(role)
            calendar = self.program.calendars.get(declared.available or "") if declared else None
            if calendar is None:
                return moment
            opening = next_open(calendar, moment.at)
            if opening is not None:
                openings.append(opening)
        if not openings or min(openings) <= moment.at:
            return moment
        return Moment(at=min(openings))

    def _level_effect(self, effect: Effect, run: Run, escalation: Escalation, at: datetime) -> None:
        match effect:
            case HandTo(role=role):
                self.do(ch.Handed(role=role, of=run.of))
            case Tell(level=level):
                about = f"{escalation.id}.{level.id or run.level + 1}"
                holders = level.tell
                if level.hand_to:
                    holders = (*holders, Holder(role=level.hand_to))
                for holder in holders:
                    self._tell(holder, run, about, at)
            case Fire(trigger=trigger):
                decision = decide(
                    self.program, self.case, trigger.id, CLOCK, at=at, now=self.now
                )
                if decision.allowed:
                    self.act(trigger.id, decision, CLOCK, at, {}, {})
                else:
                    for reason in decision.reasons:
                        path = tuple(str(part) for part in reason.path)
                        self.do(ch.ReasonGiven(name=reason.name, path=path))

    def _tell(self, holder: Holder, run: Run, about: str, at: datetime) -> None:
        case = self.case
        instance = case.instances.get(run.of)
        if holder.actor_of:
            permission = Permission(
                protocol=self.program.protocol, case=case, instance=instance
            )
            person = permission.person_of(holder.actor_of)
            if person:
                self.do(ch.Told(role="", about=about, at=at, person=person))
        elif holder.role == words.ATTENDEES:
            for meeting in case.meetings.values():
                if meeting.status in ("held", "adjourned"):
                    for person, role in meeting.attended.items():
                        self.do(ch.Told(role=role, about=about, at=at, person=person))
        elif holder.role:
            person = case.holders.get(holder.role, "")
            self.do(ch.Told(role=holder.role, about=about, at=at, person=person))

    def _stop_ladders(self, of: str) -> None:
        for run in list(self.case.runs.values()):
            if run.of == of:
                self._stop(run)

    def _stop(self, run: Run) -> None:
        self.do(ch.LadderStopped(run=run.id))

    # -- closing -----------------------------------------------------------------------

    def _close(self) -> None:
        """The case ends: what is not carried over is cancelled, with its timers (ruling 14)."""
        for instance in list(self.case.open.values()):
            if not self.program.follow_ups[instance.follow_up].carries_over:
                self.do(
                    ch.Ended(
                        instance=instance.id, status="cancelled", at=self.now, because="closed"
                    )
                )
        for series in list(self.case.series.values()):
            self._end_series(series)
        for run in list(self.case.runs.values()):
            if run.of not in self.case.open:
                self._stop(run)
        self.do(ch.CaseClosed(at=self.now))


def _earliest(instance: Instance) -> tuple[bool, datetime, int, str]:
    """Earliest due first, those without a date last, then in the order of opening."""
    due = instance.due
    return (due is None, due or instance.opened_at, instance.opener, instance.id)

