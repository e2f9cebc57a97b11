"""Follow-ups that are open, in a step: done, set aside, dated anew, late, over.

Imports what stops and starts clocks, matching and ground.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime

from protocolkit.ground.limits import Due, is_late
from protocolkit.model.case import FollowUp
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import Actor, Permission
from protocolkit.semantics.case import Instance
from protocolkit.semantics.changes import Happened
from protocolkit.semantics.effects import Judge, Meet
from protocolkit.semantics.matching import counts, done_sooner, is_used, meant
from protocolkit.semantics.shares import (
    is_shared,
    missing_holders,
    missing_parts,
    ticked_by,
    who_owes,
)
from protocolkit.semantics.stepping.pausing import Pausing


class Owing(Pausing):
    """Meets, ends and dates what is open."""

    def redate(
        self,
        instance: Instance,
        instants: Due,
        anchor: datetime | None,
        *,
        meeting: str = "",
        untied: bool = False,
        because: str = "",
    ) -> None:
        """Other instants for an open follow-up; ladders on it start over when it is in time."""
        if (anchor, instants.aim, instants.due, instants.outer) == (
            instance.anchor_at,
            instance.aim,
            instance.due,
            instance.outer,
        ) and not untied:
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
                untied=untied,
                because=because,
            )
        )
        if was_paused:
            self.pause(instance)
        self.date_again(instance, was_late and instance.status == "open")

    def meet(self, effect: Meet, occurrence: Happened) -> None:
        """An occurrence does what it counts for."""
        chosen = meant(self.program, self.case, effect.follow_up, occurrence)
        judge = effect.judge
        sooner = (
            [] if chosen else done_sooner(self.program, self.case, effect.follow_up, occurrence)
        )
        if not (chosen or sooner) or (judge and judge(self.situation(occurrence.at)) is not True):
            return
        for instance in chosen:
            self._meet_one(effect.follow_up, instance, occurrence)
        for instance in sooner:
            self._note_sooner(effect.follow_up, instance, occurrence)

    def _note_sooner(self, follow_up: FollowUp, instance: Instance, by: Happened) -> None:
        """What is met was done earlier than was known: when it happened decides (ruling 5).

        What had done it so far is free to do another one.
        """
        displaced = self.case.occurrence(instance.ended_by)
        self.do(
            ch.Ended(
                instance=instance.id,
                status="met" if self._is_mine(follow_up, instance, by) else "satisfied-by",
                at=by.at,
                late=is_late(by.at, instance.due),
                by=by.number,
                because=instance.because,
            )
        )
        if displaced is not None:
            for other in meant(self.program, self.case, follow_up, displaced):
                self._meet_one(follow_up, other, displaced)

    def met_before(self, follow_up: FollowUp, instance: Instance, caused_by: int) -> None:
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
                if not is_used(self.case, follow_up, one)
                and one.number not in waiting  # it will be looked at in its own turn
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
        mine = self._is_mine(follow_up, instance, occurrence)
        done: list[str] | None = None
        if is_shared(follow_up):
            protocol = self.program.protocol
            done = ticked_by(protocol, self.case, follow_up, instance, occurrence)
        if done is None:
            self.end(instance, "met" if mine else "satisfied-by", occurrence.at, by=occurrence)
            return
        role = occurrence.role if mine else ""
        self.do_share(instance, done, occurrence.at, occurrence.by, role, by=occurrence)

    def _is_mine(self, follow_up: FollowUp, instance: Instance, done: Happened) -> bool:
        """Whether whoever did it owes it, or was let in."""
        permission = Permission(protocol=self.program.protocol, case=self.case, instance=instance)
        actor = Actor(id=done.by, roles=frozenset({done.role}))
        who = who_owes(follow_up, instance)
        return (
            who is None
            or done.role in who.roles
            or bool(permission.role_for(who, actor, self.case.handed.get(instance.id, ())))
        )

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
            self.roll(follow_up, instance, at)

    def turn_overdue(self, instance: Instance, at: datetime) -> None:
        """A follow-up's due instant has passed."""
        self.do(ch.Overdue(instance=instance.id, at=at))
        end_of_day = instance.end_of_day and at == instance.due
        self.happen(instance.follow_up, "overdue", at, of=instance.id, end_of_day=end_of_day)

    def is_running(self, follow_up: FollowUp) -> bool:
        """Whether an instance or a recurrence of it is at work."""
        return any(one.follow_up == follow_up.id for one in self.case.open.values()) or any(
            one.follow_up == follow_up.id for one in self.case.series.values()
        )

    @abstractmethod
    def roll(self, follow_up: FollowUp, instance: Instance, at: datetime) -> None:
        """A recurrence that counts from the last opens its next period."""
