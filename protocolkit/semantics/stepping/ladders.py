"""Ladders in a step: when levels come, and what they do.

Imports the recorder, decisions and ground.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.ground.calendars import next_open
from protocolkit.ground.limits import Moment
from protocolkit.model import words
from protocolkit.model.case import Escalation, Level
from protocolkit.model.people import Holder
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import CLOCK, Permission
from protocolkit.semantics.case import Instance, Run
from protocolkit.semantics.deciding.decide import decide
from protocolkit.semantics.effects import Effect, Fire, HandTo, Tell
from protocolkit.semantics.requests import Request
from protocolkit.semantics.stepping.recorder import Recorder


class Ladders(Recorder):
    """Starts ladders, dates their levels, reaches them and stops them."""

    def start(self, escalation: Escalation, of: str, since: Moment) -> None:
        """A ladder begins to watch; a level that it jumps to comes at once."""
        if not self.program.does_apply("escalations", escalation.id, self.situation()):
            return
        run_id = f"{escalation.id}/{self.case.run_count + 1}"
        self.do(
            ch.LadderStarted(
                run=run_id,
                escalation=escalation.id,
                of=of,
                at=since.at,
                end_of_day=since.end_of_day,
            )
        )
        run = self.case.runs[run_id]
        if self._goes_on(run, escalation):
            return
        start = escalation.start_at
        judge = self.program.judge(start.if_) if start else None
        if start is not None and judge is not None and judge(self.situation()) is True:
            number = next(n for n, one in enumerate(escalation.levels) if one.id == start.level)
            moment = self._in_hours(escalation.levels[number], Moment(at=self.now))
            self.do(ch.LadderDated(run=run.id, level=number, next_at=moment.at, fixed_at=self.now))
            if moment.at == self.now:
                self.reach_level(run, self.now)
            return
        self.date_ladder(run, 0, None)

    def _goes_on(self, run: Run, escalation: Escalation) -> bool:
        """What is owed again after a correction is late since the same time: what its ladder
        reached then stands, and the next level comes (ruling 8).
        """
        before = self.case.stopped.get((escalation.id, run.of))
        instance = self.case.instances.get(run.of)
        if before is None or instance is None or not before.level:
            return False
        if instance.status != "overdue" and escalation.start_at is None:
            return False
        reached = [one for one in self.case.levels if one.run == before.id]
        self.date_ladder(run, before.level, Moment(at=reached[-1].at) if reached else None)
        return True

    def date_ladder(self, run: Run, number: int, previous: Moment | None) -> None:
        """Fix when the next level comes; a level `at once` belongs to the step that leads to it.

        `previous` is when the level before came; None for the first.
        """
        escalation = self.program.protocol.escalations[run.escalation]
        if number >= len(escalation.levels):
            self.do(ch.LadderDated(run=run.id, level=number, fixed_at=self.now))
            return
        level = escalation.levels[number]
        instance = self.case.instances.get(run.of)
        moment = self.moment_of(run, level, previous)
        self.do(
            ch.LadderDated(
                run=run.id,
                level=number,
                next_at=moment.at if moment else None,
                end_of_day=moment.end_of_day if moment else False,
                fixed_at=self.now,
            )
        )
        at_once = level.after is not None and level.after.at_once
        belongs_here = instance is None or previous is not None
        if at_once and belongs_here and moment is not None and moment.at <= self.now:
            self.reach_level(run, self.now)

    def date_again(self, instance: Instance, spell_is_over: bool) -> None:
        """The follow-up that ladders watch has other instants (ruling 8).

        When it is in time again they begin anew; else only what counts from these instants
        gets another one.
        """
        for run in [run for run in self.case.runs.values() if run.of == instance.id]:
            levels = self.program.protocol.escalations[run.escalation].levels
            reached = [one for one in self.case.levels if one.run == run.id]
            if spell_is_over or run.level == 0:
                self.date_ladder(run, 0, None)
            elif reached and run.level < len(levels) and levels[run.level].at:
                self.date_ladder(run, run.level, Moment(at=reached[-1].at))

    def reach_level(self, run: Run, at: datetime) -> None:
        """A ladder's next level has come."""
        escalation = self.program.protocol.escalations[run.escalation]
        level = escalation.levels[run.level]
        judge = self.program.judge(level.if_)
        skipped = judge is not None and judge(self.situation()) is not True
        came = Moment(at=at, end_of_day=run.end_of_day and at == run.next_at)
        self.do(ch.LevelReached(run=run.id, level=run.level, id=level.id, at=at, skipped=skipped))
        if not skipped:
            for effect in self.program.level_effects(level):
                self._level_effect(effect, run, escalation, at)
        if self._is_watched(run):
            self.date_ladder(run, run.level + 1, came)

    def stop_ladders(self, of: str) -> None:
        """What ladders watch is over."""
        for run in list(self.case.runs.values()):
            if run.of == of:
                self.stop(run)

    def stop(self, run: Run) -> None:
        """A ladder has nothing left to watch."""
        self.do(ch.LadderStopped(run=run.id))

    # -- when --------------------------------------------------------------------------

    def _is_watched(self, run: Run) -> bool:
        """Whether what a ladder watches still lasts, after what its level did."""
        watches = self.program.protocol.escalations[run.escalation].watches
        if watches is not None and watches.state:
            return any(run.of == visit for visit, _ in self.case.visits.values())
        return run.id in self.case.runs

    def moment_of(self, run: Run, level: Level, previous: Moment | None) -> Moment | None:
        """When a level comes; `previous` is when the one before came, None for the first."""
        instance = self.case.instances.get(run.of)
        moment = self._level_moment(level, instance, previous or _start_of(run, instance))
        return None if moment is None else self._in_hours(level, moment)

    def _level_moment(
        self, level: Level, instance: Instance | None, previous: Moment | None
    ) -> Moment | None:
        if level.at and instance is not None:
            if level.at == "due":
                return _start_of(None, instance)
            return self._outer(instance)
        after = level.after
        if after is None or after.unspecified or previous is None:
            return None
        if after.within is None:
            return previous
        return self.program.add(previous, after.within)

    def _outer(self, instance: Instance) -> Moment | None:
        """The outer instant; spans of days end with a day (ruling 18)."""
        follow_up = self.program.follow_ups[instance.follow_up]
        # A stated `due` dates each period of a recurrence, so it comes before `every`.
        stated = [one.at_most for one in (follow_up.due, follow_up.every) if one and one.at_most]
        if instance.outer is None or not stated:
            return None
        return Moment(at=instance.outer, end_of_day=not stated[0].is_elapsed)

    def _in_hours(self, level: Level, moment: Moment) -> Moment:
        """Outside the hours of everybody told: the first instant somebody is there, if the
        level waits for that.
        """
        if level.outside_hours != "wait":
            return moment
        roles = [holder.role for holder in level.tell if holder.role]
        if level.hand_to:
            roles.append(level.hand_to)
        at = max(moment.at, self.now)
        openings: list[datetime] = []
        for role in roles:
            declared = self.program.protocol.roles.get(role)
            calendar = self.program.calendars.get(declared.available or "") if declared else None
            if calendar is None:
                return moment
            opening = next_open(calendar, at)
            if opening is not None:
                openings.append(opening)
        if not openings or min(openings) <= at:
            return moment
        return Moment(at=min(openings))

    # -- what --------------------------------------------------------------------------

    def _level_effect(self, effect: Effect, run: Run, escalation: Escalation, at: datetime) -> None:
        match effect:
            case HandTo(role=role):
                self.do(ch.Handed(role=role, of=run.of))
            case Tell(level=level):
                about = f"{escalation.id}.{level.id or run.level + 1}"
                for holder in told_by(level):
                    self.tell(holder, run.of, about, at)
            case Fire(trigger=trigger):
                request = Request(kind="act", what=trigger.id, actor=CLOCK, at=at)
                decision = decide(self.program, self.case, request, now=self.now, past=self.past)
                if decision.allowed:
                    self.act(request, decision)
                else:
                    self.refuse(decision)

    def tell(self, holder: Holder, of: str, about: str, at: datetime) -> None:
        """A notice goes to a holder, about the visit or the instance `of`."""
        case = self.case
        if holder.actor_of:
            instance = case.instances.get(of)
            permission = Permission(protocol=self.program.protocol, case=case, instance=instance)
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


def told_by(level: Level) -> tuple[Holder, ...]:
    """Everybody whom a level tells: whoever may now act too is told as well."""
    return (*level.tell, Holder(role=level.hand_to)) if level.hand_to else level.tell


def _start_of(run: Run | None, instance: Instance | None) -> Moment | None:
    """What the first level counts from: the entry, or the follow-up's due instant."""
    if instance is None:
        return Moment(at=run.since, end_of_day=run.since_end_of_day) if run else None
    if instance.due is None:
        return None
    return Moment(at=instance.due, end_of_day=instance.end_of_day)
