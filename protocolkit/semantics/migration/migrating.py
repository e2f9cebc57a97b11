"""The step in which one case goes on under another text.

First what does not go on ends, under the old text; then everything gets its new name; then what
goes on is dated as the plan says, what the new text asks of a case that stands here and the old
one did not ask begins, and the step settles as any other. Imports the plan, the step and ground.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from protocolkit.ground.calendars import Calendar
from protocolkit.ground.limits import Due, Duration, Limit, Moment
from protocolkit.model.case import Escalation, FollowUp
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case, Instance, Run
from protocolkit.semantics.deciding.agreement import joint_act
from protocolkit.semantics.effects import Open, Start
from protocolkit.semantics.migration.matching import Renaming, rhythm
from protocolkit.semantics.migration.names import Names
from protocolkit.semantics.migration.plan import DROP, RESTART, Plan
from protocolkit.semantics.monitors import told
from protocolkit.semantics.program import Program
from protocolkit.semantics.shares import is_shared, missing_holders, missing_parts
from protocolkit.semantics.stepping.anchors import Opening
from protocolkit.semantics.stepping.step import Step

MIGRATED = "migrated"
"""Why something ends, or has another limit."""


class MigratingStep(Step):
    """One case at the instant at which it goes on under another text."""

    def __init__(
        self, plan: Plan, renaming: Renaming, old: Program, new: Program, case: Case, now: datetime
    ) -> None:
        super().__init__(old, case, now)
        self.plan = plan
        self.renaming = renaming
        self.old = old
        closed = {renaming.new("calendars", one): days for one, days in case.closures.items()}
        self.new = new.with_closures({name: days for name, days in closed.items() if name})
        self._stood = dict(case.states)

    def go(self) -> None:
        """Everything that a migration does, and what follows."""
        self._leave_behind()
        whole = self.new.whole
        change = self.renaming.change(whole.digest, whole.version, self._ids())
        self._names = Names(change)
        self._owed_as = {
            self._names.instance(one.id): one.follow_up for one in self.case.open.values()
        }
        self._watched_as = {
            self._names.numbered("escalations", one.id): one.escalation
            for one in self.case.runs.values()
        }
        self.do(change)
        self.program = self.new.with_closures(self.case.closures)
        kept = list(self.case.open.values())
        self._resume_what_cannot_pause(kept)
        self._go_by_the_clock()
        self._go_up_the_ladders()
        self._begin_strands()
        self._ask(kept)
        self._judge_anew()
        self.settle()

    # -- under the old text ----------------------------------------------------------------

    def _leave_behind(self) -> None:
        """What has no name in the new text ends; nothing there can follow from that."""
        new, case = self.renaming.new, self.case
        for instance in list(case.open.values()):
            if not goes_on(self.renaming, self.old, instance):
                self.do(
                    ch.Ended(
                        instance=instance.id, status="cancelled", at=self.now, because=MIGRATED
                    )
                )
                self.stop_ladders(instance.id)
        for run in list(case.runs.values()):
            watched = run.of if run.of in (visit for visit, _ in case.visits.values()) else ""
            lost = watched and not new("strands", watched.partition(".")[0])
            if lost or not new("escalations", run.escalation):
                self.stop(run)
        for series in list(case.series.values()):
            if not new("follow_ups", series.follow_up):
                self.end_series(series)
        for waiting in list(case.deferred.values()):
            if not new("follow_ups", waiting.follow_up):
                self.settled(waiting)
        for what in list(case.proposals):
            if not self._stays_proposed(what):
                self.do(ch.ProposalEnded(trigger=what, because=MIGRATED))
        for instance in list(case.open.values()):
            if instance.is_paused and self._counts_otherwise(instance):
                self.resume(instance)

    def _stays_proposed(self, what: str) -> bool:
        """Whether signatures still count: what was signed must say the same in the new words."""
        changed = self.renaming.change("", "", {})
        if changed.values or changed.names.keys() & {"facts", "roles"}:
            return False
        kind, space, id_ = what.partition(" ")
        if not space:
            name = self.renaming.new("triggers", what)
            return bool(name) and joint_act(self.new.protocol.triggers[name]) is not None
        follow_up = self.new.follow_ups.get(self.renaming.new("follow_ups", id_.rpartition("/")[0]))
        power = getattr(follow_up, kind, None)
        return power is not None and power.who is not None and bool(power.who.all_of)

    def _counts_otherwise(self, instance: Instance) -> bool:
        """Whether what is left on a clock that stands is counted otherwise in the new text."""
        old = self.old.follow_ups[instance.follow_up]
        new = self.new.follow_ups[self.renaming.new("follow_ups", instance.follow_up)]
        return _clocks(self.old, old) != _clocks(self.new, new)

    def _ids(self) -> dict[str, str]:
        """The new numbers of follow-ups where two go on under one name, as they were opened."""
        found: dict[str, str] = {}
        opened: dict[str, int] = {}
        for instance in self.case.instances.values():
            name = self.renaming.new("follow_ups", instance.follow_up)
            sources = [
                one for one in self.renaming.old("follow_ups", name) if self.case.counts.get(one)
            ]
            if name and len(sources) > 1:
                opened[name] = opened.get(name, 0) + 1
                if (to := f"{name}/{opened[name]}") != instance.id:
                    found[instance.id] = to
        return found

    # -- what goes on ----------------------------------------------------------------------

    def _policy(self, section: str, name: str) -> str:
        """What becomes of running time, by a new name: of several old ones the first says it."""
        return self.plan.policy(self.renaming.old(section, name)[0])

    def _resume_what_cannot_pause(self, kept: Iterable[Instance]) -> None:
        for instance in kept:
            if instance.is_paused:
                follow_up = self.program.follow_ups[instance.follow_up]
                if follow_up.pauses_while is None:
                    self.resume(instance)

    def _go_by_the_clock(self) -> None:
        """What is owed keeps its instants, gets others, or is owed no longer."""
        going_on = {name for name in self.renaming.names["follow_ups"].values() if name}
        for follow_up in [one for name, one in self.program.follow_ups.items() if name in going_on]:
            policy = self._policy("follow_ups", follow_up.id)
            if policy == DROP:
                self.end_all(follow_up, MIGRATED)
                for waiting in list(self.case.deferred.values()):
                    if waiting.follow_up == follow_up.id:
                        self.settled(waiting)
            elif policy == RESTART and self.is_running(follow_up):
                self._restart(follow_up)
            elif policy != RESTART:
                self._keep(follow_up)

    def _owed(self, follow_up: FollowUp) -> list[Instance]:
        return [one for one in self.case.open.values() if one.follow_up == follow_up.id]

    def _keep(self, follow_up: FollowUp) -> None:
        """The instants that were promised stay; where none was, the new limit counts from now."""
        for instance in self._owed(follow_up):
            limit = self._limit(follow_up, instance)
            was = self._limit_before(instance)
            promised = was is not None and (not was.unspecified or was.at_once)
            if limit is not None and not limit.unspecified and not promised:
                self._count_anew(follow_up, instance)
            if self._is_done(follow_up, instance):
                last = max(one.at for one in instance.done.values())
                self.end(instance, "met", last)
        every = follow_up.every
        for series in list(self.case.series.values()):
            mine = series.follow_up == follow_up.id and series.at is not None
            if mine and every is not None and self._beats_otherwise(follow_up, every):
                # The next one comes when it was promised, and the new rhythm goes from there.
                self.do(series.replace(period=1, series_at=series.at, end_of_day=False))

    def _beats_otherwise(self, follow_up: FollowUp, every: Limit) -> bool:
        olds = [self.old.follow_ups[one].every for one in self._olds(follow_up.id)]
        return any(
            one is not None and _beat(self.old, one) != _beat(self.new, every) for one in olds
        )

    def _olds(self, name: str) -> list[str]:
        return [one for one in self.renaming.old("follow_ups", name) if one in self.old.follow_ups]

    def _limit(self, follow_up: FollowUp, instance: Instance) -> Limit | None:
        if instance.period and (follow_up.due is None or follow_up.due.unspecified):
            return follow_up.every
        return follow_up.due

    def _limit_before(self, instance: Instance) -> Limit | None:
        """The limit that an open follow-up had under the old text, if it had one."""
        return self._limit(self.old.follow_ups[self._owed_as[instance.id]], instance)

    def _is_done(self, follow_up: FollowUp, instance: Instance) -> bool:
        """Whether all shares of it that the new text knows were done."""
        return (
            bool(instance.done)
            and is_shared(follow_up)
            and not missing_holders(follow_up, instance)
            and not missing_parts(follow_up, instance)
        )

    def _restart(self, follow_up: FollowUp) -> None:
        """What is owed counts from now, under the new limit."""
        olds = [self.old.follow_ups[one] for one in self._olds(follow_up.id)]
        recurs = follow_up.every is not None and not follow_up.every.unspecified
        if not recurs and all(rhythm(one) == rhythm(follow_up) for one in olds):
            for instance in self._owed(follow_up):
                self._count_anew(follow_up, instance)
            return
        openings = [
            *((one.opener, one.visit) for one in self._owed(follow_up)),
            *(
                (one.opener, one.visit)
                for one in self.case.series.values()
                if one.follow_up == follow_up.id
            ),
        ]
        self.end_all(follow_up, MIGRATED)
        several = follow_up.if_again == "open_another" and not recurs
        for opener, visit in openings if several else openings[:1]:
            again = Opening(Moment(at=self.now), self.case.occurrence(opener), visit)
            self.open(Open(follow_up=follow_up), again)

    def _count_anew(self, follow_up: FollowUp, instance: Instance) -> None:
        """The limit counts from now; one that counts to a meeting or a day still does."""
        limit = self._limit(follow_up, instance)
        anchor: Moment | None = Moment(at=self.now)
        meeting, instants = "", Due()
        if limit is not None and limit.anchor is not None and self._is_ahead_of(limit):
            opener = self.case.occurrence(instance.opener)
            opening = Opening(Moment(at=self.now), opener, instance.visit)
            anchor, meeting, instants = self._dated(follow_up, opening, instance.meeting)
        elif limit is not None and anchor is not None:
            instants = self.program.due(limit, anchor)
        at = anchor.at if anchor else None
        self.redate(instance, instants, at, meeting=meeting, because=MIGRATED)

    def _is_ahead_of(self, limit: Limit) -> bool:
        """Whether a limit counts to or from something that has its own date."""
        assert limit.anchor is not None
        planned = self.program.planned(limit.anchor) or self.program.day_named(limit.anchor)
        return limit.direction == "before" or bool(planned)

    # -- ladders ---------------------------------------------------------------------------

    def _go_up_the_ladders(self) -> None:
        """A ladder at work keeps the instant of its next level, or begins anew."""
        seen: set[tuple[str, str]] = set()
        for run in list(self.case.runs.values()):
            escalation = self.program.protocol.escalations[run.escalation]
            policy = self._policy("escalations", run.escalation)
            if policy == DROP or (run.escalation, run.of) in seen:
                self.stop(run)
                continue
            seen.add((run.escalation, run.of))
            if policy == RESTART:
                self._start_again(escalation, run)
            else:
                self._find_level(run, escalation)

    def _start_again(self, escalation: Escalation, run: Run) -> None:
        if run.of in self.case.instances:
            self.date_ladder(run, 0, None)  # from the dates of what it watches
        else:
            self.stop(run)
            self.start(escalation, run.of, Moment(at=self.now))

    def _find_level(self, run: Run, escalation: Escalation) -> None:
        """The same level under the new text; a ladder at its end stays there."""
        places = self.renaming.levels[self._watched_as[run.id]]
        ended = run.level >= len(places)
        place = len(escalation.levels) if ended else places[run.level]
        over = place >= len(escalation.levels)
        if place != run.level or (over and run.next_at is not None):
            self.do(
                ch.LadderDated(
                    run=run.id,
                    level=place,
                    next_at=None if over else run.next_at,
                    end_of_day=run.end_of_day,
                    fixed_at=run.fixed_at,
                )
            )

    # -- what the new text asks and the old one did not --------------------------------------

    def _begin_strands(self) -> None:
        """A strand that is new stands in its initial state."""
        strands = self.program.protocol.strands
        for name in sorted(strands):
            if name not in self.case.states:
                states = strands[name].states.values()
                self._move(name, "", next(one.id for one in states if one.initial), self.now)

    def _ask(self, kept: Iterable[Instance]) -> None:
        """What is new for a case that stands here is asked from now on, and counts from now."""
        for strand, (visit, _) in list(self.case.visits.items()):
            if self._is_new(strand):
                continue
            state = self.case.states[strand]
            for effect in self.program.entering.get((strand, state), ()):
                if isinstance(effect, Open) and not self._was_asked(effect.follow_up, strand):
                    self.open(effect, Opening(Moment(at=self.now), visit=visit))
                elif isinstance(effect, Start) and not self.renaming.old(
                    "escalations", effect.escalation.id
                ):
                    self.start(effect.escalation, visit, Moment(at=self.now))
        for instance in kept:
            for escalation in self.program.ladders_of.get(instance.follow_up, ()):
                if instance.is_open and not self._was_watched(escalation, instance):
                    self.start(escalation, instance.id, Moment(at=instance.opened_at))
        for watch in self.program.watches:
            if watch.does == "opens":
                self._seed(watch.id, watch.follow_up, watch.judge(self.situation()) is True)
        known = {watch.id for watch in self.program.watches if watch.does == "opens"}
        for name, value in list(self.case.watched.items()):
            if value and name not in known:
                self.do(ch.Judged(watch=name, value=False))

    def _is_new(self, strand: str) -> bool:
        return not self.renaming.old("strands", strand)

    def _was_asked(self, follow_up: FollowUp, strand: str) -> bool:
        """Whether the old text opened it in this state, or one of it is at work anyway."""
        (before,) = self.renaming.old("strands", strand)
        opened = self.old.entering.get((before, self._stood[before]), ())
        names = {one.follow_up.id for one in opened if isinstance(one, Open)}
        return bool(names & {*self._olds(follow_up.id)}) or self.is_running(follow_up)

    def _was_watched(self, escalation: Escalation, instance: Instance) -> bool:
        """Whether the old text had that ladder on it."""
        olds = {*self.renaming.old("escalations", escalation.id)}
        return any(
            one.id in olds
            for name in self._olds(instance.follow_up)
            for one in self.old.ladders_of.get(name, ())
        )

    def _seed(self, watch: str, follow_up: FollowUp, verdict: bool) -> None:
        """What one of is owed already, by another rule of the old text, is not owed twice."""
        olds = [self.old.follow_ups[one] for one in self._olds(follow_up.id)]
        by_another_rule = olds and all(one.opens_when is None for one in olds)
        if verdict and by_another_rule and self.is_running(follow_up):
            self.do(ch.Judged(watch=watch, value=True))

    # -- properties ------------------------------------------------------------------------

    def _judge_anew(self) -> None:
        """What is told by conditions in a stretch: where the case is in that stretch, if its ends
        are other ones now. The others are read off the record, as the step settles.
        """
        for monitor in self.program.monitors.values():
            if monitor.judge is None:
                continue
            olds = self.renaming.old("properties", monitor.id)
            before = [self.old.monitors[one] for one in olds if one in self.old.monitors]
            ends = [
                (self._keys(one.after), self._keys(one.until)) == (monitor.after, monitor.until)
                for one in before
            ]
            state = monitor.of(self.case)
            if not (before and all(ends)) and state.verdict not in ("broken", "kept"):
                self.stands(monitor, told(self.program, monitor, self.case, self.situation()))

    def _keys(self, keys: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Old keys of what happens, under the new names."""
        return frozenset((self._names.happens(name, event), event) for name, event in keys)


def goes_on(renaming: Renaming, old: Program, instance: Instance) -> bool:
    """Whether an open follow-up is there under the new text, and whoever it is for, or by."""
    new = renaming.new
    if instance.item in old.whole.roles and not new("roles", instance.item):
        return False
    if instance.holder in old.whole.roles:
        gone = not new("roles", instance.holder)
    else:
        gone = bool(instance.holder) and not new("triggers", instance.holder)
    return not gone and bool(new("follow_ups", instance.follow_up))


def _beat(program: Program, every: Limit) -> tuple[Duration | None, Calendar | None]:
    span = every.within
    days = span is not None and span.unit == "business days"
    return span, program.calendar(span) if days else None


def _clocks(program: Program, follow_up: FollowUp) -> list[tuple[Duration, Calendar | None]]:
    """The spans by which it may be owed, with the days on which each of them counts."""
    return [
        (span, program.calendar(span) if span.unit == "business days" else None)
        for limit in (follow_up.due, follow_up.every)
        if limit is not None and not limit.unspecified
        for span in (limit.within, limit.at_most)
        if span is not None
    ]
