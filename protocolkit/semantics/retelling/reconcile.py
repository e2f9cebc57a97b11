"""Putting a case right: what differs between its story as told so far and as told without an
error becomes changes of the case now.

What was sent, moved and reached stands; ids are never used for something else. Under a
correction what people have done of a follow-up stands too, and what followed from that
(ruling 4). Imports the retelling and the step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from protocolkit.ground.limits import Moment
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Instance
from protocolkit.semantics.changes import Happened
from protocolkit.semantics.effects import Start, Stop
from protocolkit.semantics.program import Key
from protocolkit.semantics.retelling.register import Name, Register
from protocolkit.semantics.retelling.retelling import Retelling, dates, signature
from protocolkit.semantics.retelling.surroundings import Surroundings
from protocolkit.semantics.shares import is_vacant
from protocolkit.semantics.stepping.step import Step


class Reconciling(Surroundings):
    """One error put right in a step. `done` are the follow-ups of which what people did stands."""

    def __init__(
        self,
        step: Step,
        known: Register,
        was: Retelling,
        now: Retelling,
        *,
        because: str,
        done: Collection[str],
    ) -> None:
        super().__init__(step, known, was, now, because)
        self.done = done
        self._kept: set[str] = set()
        self._fresh: list[tuple[Instance, Instance]] = []

    def put_right(self) -> None:
        """Every change that it takes; what follows from them is settled by the step."""
        self.step.is_put_right = True
        self._find_what_is_kept()
        self._forget()
        self._withdraw()
        for kind, name in self.told.register.order:
            if kind == "instance":
                self._open(name)
            else:
                self._happen(name)
        for instance, told in self._fresh:
            self._begin(instance, told)
        for name, id_ in self.told.register.instances.items():
            self._restore(name, self.told.case.instances[id_])
        self.put_surroundings_right()
        self._put_latest_right()
        self._put_ladders_right()
        self._put_watches_right()
        self._put_properties_right()

    # -- what should not be --------------------------------------------------------------

    def _gone(self) -> Iterator[Instance]:
        """Instances of the story as it was that are not in it any more."""
        for name in self.was.register.instances:
            id_ = self.instances.get(name)
            if id_ is not None and name not in self.told.register.instances:
                yield self.case.instances[id_]

    def _find_what_is_kept(self) -> None:
        """What people did stands under a correction, with what it opened."""
        if not self.done:
            return
        for instance in self._gone():
            opener = self.case.occurrence(instance.opener)
            followed = opener is not None and opener.of in self._kept
            if instance.id in self.done or followed:
                self._kept.add(instance.id)
        for name in self.told.register.instances:
            id_ = self.instances.get(name)
            if id_ is not None and id_ in self.done and self._stands_otherwise(name):
                self._kept.add(id_)

    def _stands_otherwise(self, name: Name) -> bool:
        """Whether an instance of both stories stands otherwise in the one without the error."""
        was, now = self.was, self.told
        before = was.register.instances.get(name)
        return before is not None and (
            signature(was.case.instances[before], was.register.name_of)
            != signature(now.case.instances[now.register.instances[name]], now.register.name_of)
        )

    def _forget(self) -> None:
        """What is said to have happened and, so told, did not."""
        numbers = [
            number
            for name in self.was.register.occurrences
            if name not in self.told.register.occurrences
            and (number := self.occurrences.get(name)) is not None
            and number not in self.case.void_occurrences
            and self.case.occurrences[number - 1].of not in self._kept
        ]
        if numbers:
            self.step.do(ch.NeverHappened(occurrences=tuple(sorted(numbers))))
        gone = set(numbers) | self.case.void_occurrences
        self.occurrences = {
            name: number for name, number in self.occurrences.items() if number not in gone
        }

    def _withdraw(self) -> None:
        for instance in list(self._gone()):
            if instance.id in self._kept:
                continue
            if instance.is_open:
                self._end(instance, "cancelled", self.step.now, because=self.because)
            self.step.do(ch.Withdrawn(instance=instance.id))
            del self.instances[self.known.name_of_instance[instance.id]]

    def _end(
        self,
        instance: Instance,
        status: str,
        at: datetime,
        *,
        late: bool = False,
        by: int = 0,
        because: str = "",
    ) -> None:
        self.step.do(
            ch.Ended(instance=instance.id, status=status, at=at, late=late, by=by, because=because)
        )
        self.step.stop_ladders(instance.id)

    # -- what should be ------------------------------------------------------------------

    def _of(self, told: str) -> str:
        """The id here of an instance of the story; other things have one id in all."""
        name = self.told.register.name_of_instance.get(told)
        return self.instances.get(name, "") if name else told

    def _happen(self, name: Name) -> None:
        """Something happened that was not known, or otherwise than was known."""
        told = self.told.case.occurrences[self.told.register.occurrences[name] - 1]
        number = self.occurrences.get(name)
        before = self.was.register.occurrences.get(name)
        if before is not None:
            was = self.was.case.occurrences[before - 1]
            if number is None or _content(was) == _content(told):
                return
        if number is not None and before is None:
            return
        of = self._of(told.of)
        if of in self._kept or (told.of and not of):
            return  # that follow-up stands otherwise here, or is not here
        again = told.replace(number=0, of=of)
        if number is None:
            number = next(
                (
                    void
                    for void in self.known.void.get(name, ())
                    if self.case.occurrences[void - 1].replace(number=0) == again
                ),
                len(self.case.occurrences) + 1,
            )
            self.occurrences[name] = number
        self.step.do(again.replace(number=number))

    def _open(self, name: Name) -> None:
        """A follow-up that was missed opens; one that was withdrawn is there again."""
        if name in self.instances or name in self.was.register.instances:
            return
        told = self.told.case.instances[self.told.register.instances[name]]
        if told.opener and not self.number(told.opener):
            return  # what would have led to it stands otherwise here
        withdrawn = self.known.withdrawn.get(name)
        if withdrawn is not None:
            instance = self.case.instances[withdrawn]
            self.step.do(ch.Reopened(instance=withdrawn, at=self.step.now, because=self.because))
        else:
            id_ = f"{told.follow_up}/{self.case.counts.get(told.follow_up, 0) + 1}"
            self.step.do(
                ch.Opened(
                    instance=id_,
                    follow_up=told.follow_up,
                    at=told.opened_at,
                    opener=self.number(told.opener),
                    anchor_at=told.anchor_at,
                    aim=told.aim,
                    due=told.due,
                    outer=told.outer,
                    end_of_day=told.end_of_day,
                    period=told.period,
                    series_at=told.series_at,
                    meeting=told.meeting,
                    visit=told.visit,
                    item=told.item,
                    holder=told.holder,
                )
            )
            instance = self.case.instances[id_]
        self.instances[name] = instance.id
        self._fresh.append((instance, told))

    def _begin(self, instance: Instance, told: Instance) -> None:
        """What opened only now stands as it is told; its ladders begin, its levels come now."""
        self._set(instance, told)
        if instance.is_open:
            self.step.opened.append(instance)
            follow_up = self.step.program.follow_ups[instance.follow_up]
            if is_vacant(self.step.program.protocol, self.case, follow_up, instance):
                self.step.tell_of_vacancy(follow_up, instance)

    def _restore(self, name: Name, told: Instance) -> None:
        """What stands otherwise than in the story as it was gets to stand as it is told now."""
        id_ = self.instances.get(name)
        if id_ is None or id_ in self._kept or not self._stands_otherwise(name):
            return
        instance = self.case.instances[id_]
        was_open, was_late = instance.is_open, instance.status == "overdue"
        before_dates = dates(instance)
        undone = any(item not in told.done for item in instance.done)
        cleared = was_late and told.status == "open"
        if not was_open or undone or cleared:
            self.step.do(ch.Reopened(instance=id_, at=self.step.now, because=self.because))
        self._set(instance, told)
        if instance.is_open and not was_open:
            self.step.opened.append(instance)
        elif instance.is_open and (cleared or before_dates != dates(instance)):
            self.step.date_again(instance, was_late and instance.status == "open")

    def _set(self, instance: Instance, told: Instance) -> None:
        """An open instance gets the dates, shares, lateness and end that the story tells."""
        do = self.step.do
        if dates(instance) != dates(told) or instance.left != told.left:
            do(
                ch.Redated(
                    instance=instance.id,
                    at=self.step.now,
                    anchor_at=told.anchor_at,
                    aim=told.aim,
                    due=told.due,
                    outer=told.outer,
                    end_of_day=told.end_of_day,
                    meeting=told.meeting,
                    untied=told.meeting != instance.meeting,
                    because=self.because,
                    opened_at=None if instance.opened_at == told.opened_at else told.opened_at,
                )
            )
        if told.left is not None and instance.left != told.left:
            do(ch.Paused(instance=instance.id, at=self.step.now, left=told.left))
        for item, done in told.done.items():
            if item not in instance.done:
                do(done.replace(instance=instance.id, by=self.number(done.by)))
        late_since = told.overdue_at if told.status == "overdue" else None
        known_since = instance.overdue_at if instance.status == "overdue" else None
        if late_since is not None and late_since != known_since:
            do(ch.Overdue(instance=instance.id, at=late_since))
        if told.ended_at is not None:
            self._end(
                instance,
                told.status,
                told.ended_at,
                late=told.late,
                by=self.number(told.ended_by),
                because=told.because,
            )

    # -- what stands on them ---------------------------------------------------------------

    def _put_latest_right(self) -> None:
        """The last opened is that of the story, unless another one is kept."""
        told_here = {self.instances.get(name) for name in self.told.register.instances}
        for follow_up, told in self.told.case.latest.items():
            here = self.instances.get(self.told.register.name_of_instance[told.id])
            latest = self.case.latest.get(follow_up)
            if here is None or latest is None or latest.id == here:
                continue
            if latest.id in told_here:
                self.step.do(ch.LastOpened(instance=here))

    def _put_ladders_right(self) -> None:
        """Ladders over a span between two occurrences, where one of these is another now."""
        changed = {*self.known.occurrences.values()} ^ {*self.occurrences.values()}
        told = [self.case.occurrences[number - 1] for number in changed]
        keys = {self.step.program.key(one.name, one.event) for one in told}
        starts, stops = self._spans(Start), self._spans(Stop)
        for escalation in sorted({*starts, *stops}):
            if not keys & {*starts.get(escalation, ()), *stops.get(escalation, ())}:
                continue
            over = max(self._living(stops.get(escalation, ())), default=0)
            watched = {
                f"#{number}"
                for number in self._living(starts.get(escalation, ()))
                if number >= over and not self.case.is_closed
            }
            runs = [one for one in self.case.runs.values() if one.escalation == escalation]
            for run in runs:
                if run.of not in watched:
                    self.step.stop(run)
            for of in sorted(watched - {run.of for run in runs}, key=lambda one: int(one[1:])):
                since = self.case.occurrences[int(of[1:]) - 1]
                moment = Moment(at=since.at, end_of_day=since.end_of_day)
                self.step.start(self.step.program.protocol.escalations[escalation], of, moment)

    def _spans(self, kind: type[Start] | type[Stop]) -> dict[str, list[Key]]:
        """The occurrences at which ladders start, or stop."""
        found: dict[str, list[Key]] = {}
        for key, effects in self.step.program.reactions.items():
            for effect in effects:
                if isinstance(effect, kind):
                    found.setdefault(effect.escalation.id, []).append(key)
        return found

    def _living(self, keys: Iterable[Key]) -> list[int]:
        return [one.number for key in keys for one in self.case.by_name.get(key, ())]

    def _put_watches_right(self) -> None:
        """Conditions that open something are as they are: nothing has become true just now."""
        for watch in self.step.program.watches:
            if watch.does == "opens":
                verdict = watch.judge(self.step.situation()) is True
                if verdict != self.case.watched.get(watch.id, False):
                    self.step.do(ch.Judged(watch=watch.id, value=verdict))

    def _put_properties_right(self) -> None:
        """What conditions have said of a property; the others are read off the record again."""
        for monitor in self.step.program.monitors.values():
            told = monitor.of(self.told.case)
            if monitor.judge is not None and told != monitor.of(self.was.case):
                self.step.stands(monitor, told)


def _content(occurrence: Happened) -> tuple[object, ...]:
    """What an occurrence says, apart from its number and the id of what it happened to."""
    return (
        occurrence.at,
        occurrence.by,
        occurrence.role,
        occurrence.item,
        occurrence.end_of_day,
    )
