"""The step: from an act, or an instant, to the changes that follow from it.

The order within a step is fixed (ruling 29): what happened, facts, assignments, moves, what
is met or ended, what opens, what is re-dated, ladders, notices; then conditions that became
true, until none. Imports the parts of a step, the program and ground.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from protocolkit.ground.errors import ProtocolkitError
from protocolkit.ground.limits import Moment
from protocolkit.model import words
from protocolkit.model.case import FollowUp
from protocolkit.model.programme import Link
from protocolkit.model.scopes import PROGRAMME
from protocolkit.semantics import changes as ch
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import FactValue, Happened
from protocolkit.semantics.deciding.closing import holds_open
from protocolkit.semantics.deciding.decide import Decision
from protocolkit.semantics.effects import (
    Effect,
    End,
    Judge,
    Meet,
    Offer,
    Open,
    Redate,
    Start,
    Stop,
    Watch,
)
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.semantics.situation import CaseSituation
from protocolkit.semantics.stepping.anchors import Opening
from protocolkit.semantics.stepping.properties import Properties

MAX_ROUNDS = 2000
MAX_CHANGES = 20_000
"""More rounds or changes than this in one step are a protocol without end (see PK207)."""

Moves = tuple[tuple[str, str, str], ...]
Mover = Callable[[Program, str, Moves, CaseSituation], Moves]
"""Makes the moves that were decided, from the situation before the act; must agree or raise."""


def moved_by_semantics(
    _program: Program, _trigger: str, moves: Moves, _before: CaseSituation
) -> Moves:
    """The moves as they were decided."""
    return moves


class Step(Properties):
    """One step of one case. Each method does something and adds to `changes`; `settle` at the
    end works out what follows.
    """

    most_rounds = MAX_ROUNDS
    most_changes = MAX_CHANGES

    def __init__(
        self,
        program: Program,
        case: Case,
        now: datetime,
        *,
        past: bool = False,
        mover: Mover = moved_by_semantics,
    ) -> None:
        super().__init__(program, case, now, past=past)
        self.mover = mover
        self._left: list[tuple[str, str, str]] = []
        self._entered: list[tuple[str, str, str, Moment]] = []
        self._once: set[str] = set()
        self._moved = False

    # -- what people do ----------------------------------------------------------------

    def open_case(self, at: datetime, by: str = "", role: str = "", linked_from: str = "") -> None:
        """Begin: every strand in its initial state; a programme is adopted."""
        protocol = self.program.protocol
        self.do(
            ch.CaseOpened(
                protocol=protocol.id,
                version=protocol.version,
                digest=protocol.digest,
                at=at,
                scope=self.program.scope,
                linked_from=linked_from,
            )
        )
        if self.program.scope == PROGRAMME:
            self.happen(words.PROGRAMME_EVENT, "", at, by, role)
        for name in sorted(protocol.strands):
            states = protocol.strands[name].states.values()
            self._move(name, "", next(state.id for state in states if state.initial), at)

    def act(self, request: Request, decision: Decision) -> None:
        """Do a trigger that was decided to be allowed; or only sign it, if others must too."""
        for change in decision.agreeing:
            self.do(change)
        if not decision.takes_effect:
            return
        trigger = self.program.protocol.triggers[request.what]
        moves = self.mover(self.program, trigger.id, decision.moves, self.situation())
        by, role, at, of = request.actor.id, decision.role, decision.at, decision.meeting
        for exception in decision.used:
            self.happen(exception, "used", at, by, role, of=of)
        self.happen(trigger.id, "", at, by, role, of=of, item=request.item)
        self.record(request.facts, by, role, at)
        for given in sorted(trigger.assigns):
            by_name = trigger.assigns[given] != "actor"
            self.assign(given, request.assign[given] if by_name else by)
        for strand, from_, to in moves:
            self._move(strand, from_, to, at)

    def record(self, facts: Mapping[str, FactValue], by: str, role: str, at: datetime) -> None:
        """Facts get values; openings that waited for one are decided."""
        for fact in sorted(facts):
            self.do(ch.Recorded(fact=fact, value=facts[fact], at=at, by=by, role=role))
            if fact in self.program.noted:
                self.happen(fact, words.RECORDED, at, by, role)

    def assign(self, role: str, person: str) -> None:
        """A person takes a per-case role."""
        if self.case.holders.get(role) != person:
            self.do(ch.Assigned(role=role, person=person))

    def _move(self, strand: str, from_: str, to: str, at: datetime) -> None:
        if from_:
            self._left.append((strand, from_, self.case.visits[strand][0]))
            self._moved = True
        self.do(ch.Moved(strand=strand, from_=from_, to=to, at=at))
        self._entered.append((strand, to, self.case.visits[strand][0], Moment(at=at)))

    # -- working out what follows ------------------------------------------------------

    def settle(self) -> None:
        """Everything that follows, until nothing more does; then how it stands with the
        properties, and when time alone could change something.
        """
        self._come_to_rest()
        self.judge_properties()
        self._note_wake()

    def _come_to_rest(self) -> None:
        for _ in range(self.most_rounds):
            if len(self.changes) > self.most_changes:
                break
            if self.happened or self._left or self._entered or self.opened:
                self._round()
            elif self._is_over():
                self.close()
            elif not (self.decide_deferred() or self._judge_watches()):
                return
        raise ProtocolkitError(
            f"The protocol `{self.program.protocol.id}` does not come to rest: one thing leads to "
            "the next without end. Nothing was changed. Look for follow-ups and levels that open "
            "or fire each other."
        )

    def _is_over(self) -> bool:
        """Whether this step brought the last strand to a final state, or found that it does not
        apply.
        """
        if self.case.is_closed or not (self._moved or self.program.may_part):
            return False
        if not self.program.strands_closed_by(self.case.states.items(), self.situation()):
            return False
        # No act was judged that would close it: what must still be done keeps it open.
        return self._moved or not any(
            holds_open(owed.strength, owed.carries_over, one)
            for one in self.case.open.values()
            for owed in (self.program.follow_ups[one.follow_up],)
        )

    def _round(self) -> None:
        happened, self.happened = self.happened, []
        left, self._left = self._left, []
        entered, self._entered = self._entered, []
        entered = [one for one in entered if self.case.visits[one[0]][0] == one[2]]
        reactions = [
            (occurrence, effect)
            for occurrence in happened
            for effect in self.program.reactions.get(
                self.program.key(occurrence.name, occurrence.event), ()
            )
        ]
        for occurrence, effect in reactions:
            if isinstance(effect, Meet):
                self.meet(effect, occurrence)
        for occurrence in happened:
            if occurrence.event == "called_off" and occurrence.of in self.case.meetings:
                self.meeting_is_off(occurrence)
        for strand, state, visit in left:
            self._leave(self.program.leaving.get((strand, state), ()), visit)
        for occurrence, effect in reactions:
            if isinstance(effect, Open):
                moment = Moment(at=occurrence.at, end_of_day=occurrence.end_of_day)
                self.open(effect, Opening(moment, occurrence))
        for strand, state, visit, moment in entered:
            for effect in self.program.entering.get((strand, state), ()):
                if isinstance(effect, Open):
                    self.open(effect, Opening(moment, visit=visit))
        for occurrence, effect in reactions:
            if isinstance(effect, Redate):
                self.redate_all(effect.follow_up, occurrence)
            elif isinstance(effect, Offer):
                self.offer(effect.link, occurrence)
        self._start_ladders(reactions, entered)

    def offer(self, link: Link, occurrence: Happened) -> None:
        """A hand-over is offered, unless it is on offer already."""
        if all(name != link.id for name, _ in self.case.offers):
            self.do(ch.Offered(link=link.id, opener=occurrence.number, at=occurrence.at))

    def hand_over(self, link: Link, offer: ch.Offered, at: datetime, to: str) -> None:
        """An offer is accepted: what it hands over is not owed here any more (ruling 20)."""
        self.do(ch.HandedOver(link=link.id, opener=offer.opener, at=at, to=to))
        for name in link.hands_over:
            self.end_all(self.program.follow_ups[name], "handed_over")
            for waiting in list(self.case.deferred.values()):
                if waiting.follow_up == name:
                    self.settled(waiting)

    def _leave(self, effects: tuple[Effect, ...] | list[Effect], visit: str) -> None:
        for effect in effects:
            if isinstance(effect, End):
                self.end_all(effect.follow_up, _why_left(effect.follow_up), visit)
        self.stop_ladders(visit)

    def _start_ladders(
        self,
        reactions: list[tuple[Happened, Effect]],
        entered: list[tuple[str, str, str, Moment]],
    ) -> None:
        """Ladders on what happened, on visits, on what opened; none begins in a closed case
        but on what carries over.
        """
        for occurrence, effect in reactions:
            if isinstance(effect, Stop):
                for run in list(self.case.runs.values()):
                    if run.escalation == effect.escalation.id:
                        self.stop(run)
            elif isinstance(effect, Start) and not self.case.is_closed:
                moment = Moment(at=occurrence.at, end_of_day=occurrence.end_of_day)
                self.start(effect.escalation, f"#{occurrence.number}", moment)
        for strand, state, visit, moment in entered:
            if not self.program.does_apply("strands", strand, self.situation()):
                continue
            for effect in self.program.entering.get((strand, state), ()):
                if isinstance(effect, Start):
                    self.start(effect.escalation, visit, moment)
        opened, self.opened = self.opened, []
        for instance in opened:
            for escalation in self.program.ladders_of.get(instance.follow_up, ()):
                if instance.is_open:
                    self.start(escalation, instance.id, Moment(at=instance.opened_at))

    def _judge_watches(self) -> bool:
        """Conditions that became true open a follow-up; while one is true it ends or pauses.

        Whether something opened or ended, so that everything is to be looked at again.
        """
        for watch in self.program.watches:
            if watch.does == "pauses":
                self._pause_or_resume(watch)
            elif watch.does == "opens":
                verdict = watch.judge(self.situation()) is True
                if verdict == self.case.watched.get(watch.id, False):
                    continue
                if verdict and watch.id in self._once:
                    continue
                self.do(ch.Judged(watch=watch.id, value=verdict))
                if verdict:
                    self._once.add(watch.id)
                    judge = self.program.judge(watch.follow_up.if_)
                    effect = Open(follow_up=watch.follow_up, judge=judge)
                    self.open(effect, Opening(Moment(at=self.now)))
                    return True
            elif (
                watch.id not in self._once
                and self.is_running(watch.follow_up)
                and watch.judge(self.situation()) is True
            ):
                self._once.add(watch.id)
                self.end_all(watch.follow_up, watch.because)
                return True
        self._stop_barred()
        return False

    def _pause_or_resume(self, watch: Watch) -> None:
        """Clocks stop while the condition is true; each changes its mind once in a step."""
        found = [
            one
            for one in self.case.open.values()
            if one.follow_up == watch.follow_up.id and f"{watch.id} {one.id}" not in self._once
        ]
        if not found:
            return
        verdict = watch.judge(self.situation()) is True
        changed = [one for one in found if one.is_paused != verdict]
        for instance in changed:
            self._once.add(f"{watch.id} {instance.id}")
            (self.pause if verdict else self.resume)(instance)

    def _stop_barred(self) -> None:
        """Ladders that do not apply any more stop."""
        barred = {
            name
            for name in {run.escalation for run in self.case.runs.values()}
            if not self.program.does_apply("escalations", name, self.situation())
        }
        for run in list(self.case.runs.values()):
            if run.escalation in barred:
                self.stop(run)

    def _judges_of_what_applies(self) -> list[Judge]:
        """What bars running ladders, and the strands of an open case, as soon as it is false."""
        applies = self.program.applies
        watched = [f"escalations.{run.escalation}" for run in self.case.runs.values()]
        if not self.case.is_closed:
            watched += [f"strands.{name}" for name in self.case.states]
        return [applies[name] for name in dict.fromkeys(watched) if name in applies]

    def _note_wake(self) -> None:
        """When time alone could make a watched condition change."""
        wakes: list[tuple[datetime, bool]] = []
        for watch in self.program.watches:
            opens = watch.does == "opens" and (
                watch.follow_up.carries_over or not self.case.is_closed
            )
            if opens or self.is_running(watch.follow_up):
                situation = self.situation()
                watch.judge(situation)
                wakes.extend(situation.wakes)
        wakes += self.wakes_of_properties
        for judge in self._judges_of_what_applies():
            situation = self.situation()
            judge(situation)
            wakes.extend(situation.wakes)
        ahead = [(at, past) for at, past in wakes if (at, past) > (self.now, self.past)]
        at, past = min(ahead, default=(None, False))
        if (at, past) != (self.case.wake_at, self.case.wake_past):
            self.do(ch.Wake(at=at, past=past))


def _why_left(follow_up: FollowUp) -> str:
    """`because` names the reason of the ending that the protocol states, if it states one."""
    stated = follow_up.ends_when or follow_up.applies_while is not None
    return "left_state" if stated else follow_up.because or "left_state"
