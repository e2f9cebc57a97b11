"""The rules of a protocol, run plainly on a case without dates: for brute force only.

The same step serves wherever in time it is made. Written from the rulings for the part of the
language that `random_protocols.py` uses; `Rules` refuses whatever else. Imports the case, the rules
and the model; shares nothing with `protocolkit.proofs`, nor with the engine's step.
"""

from __future__ import annotations

from typing import Any

from protocolkit.model.case import Authority, FollowUp, Trigger
from tests.proofs.rules import Deed, Rules, hours, is_for_the_clock, key_of, watched
from tests.proofs.standing import LEVEL, Moves, One, Outcome, Standing

MANY = 2
"""So many open ones of a follow-up are as many as can be told apart; one more is not kept."""


class Now(Standing):
    """A case while something is done to it."""

    # -- what is done ----------------------------------------------------------------------

    def open_case(self) -> None:
        """Every strand in its first state."""
        for strand in self.rules.strands:
            states = self.rules.protocol.strands[strand].states.values()
            first = next(state.id for state in states if state.initial)
            self.states[strand] = first
            self._enter(strand, first)
        self._settle()

    def do(self, deed: Deed, moves: Moves | None = None) -> bool:
        """Somebody does something; whether it was accepted. `moves` are those of an act, if it is
        known that it is `allowed`.
        """
        how, what, facts = deed
        if how == "act":
            trigger = self.rules.protocol.triggers[what]
            if moves is None:
                moves = self.allowed(trigger)
            if moves is None:
                return False
            self._act(trigger, moves, facts)
        elif how == "record":
            if self.closed:
                return False
            self.facts.update(facts)
        else:
            index = self.rules.number[what]
            if not self.owed[index] or not self._has_right(how, self.rules.owed[index]):
                return False
            status = {"complete": "met", "waive": "waived", "decline": "declined"}[how]
            self._end(self.owed[index][0], status)
        self._settle()
        return True

    def _has_right(self, how: str, follow_up: FollowUp) -> bool:
        if how == "complete":
            return True
        authority: Authority | None = getattr(follow_up, how)
        return authority is not None and self.rules.judge(authority.if_, self) is True

    def come(self, code: int) -> None:
        """A timer has run out."""
        if code < LEVEL:
            index, place = divmod(code, 8)
            one = self.owed[index][place]
            one.late = True
            one.due = None
            name = self.rules.owed[index].id
            if one is self.owed[index][-1]:
                self._note(name, "overdue")
            self.labels.append(("late", name, 0))
            self._happen(name, "overdue")
        else:
            number, place = divmod(code - LEVEL, 8)
            self._reach(number, place)
        self._settle()

    def _reach(self, number: int, place: int) -> None:
        ladder = self.rules.ladders[number]
        names = watched(ladder)
        run = self.visits.get(number)
        for index, some in enumerate(self.owed):
            if self.rules.owed[index].id in names:
                run = some[place].runs[self.rules.ladders_of[index].index(number)]
        assert run is not None
        level = ladder.levels[run[0]]
        run[1] = None
        if self.rules.judge(level.if_, self) is True:
            self.labels.append(("level", ladder.id, run[0] + 1))
            if level.fire:
                trigger = self.rules.protocol.triggers[level.fire]
                moves = self.allowed(trigger) if is_for_the_clock(trigger) else None
                if moves is not None:
                    self._act(trigger, moves, ())
        state = ladder.watches.state if ladder.watches else ""
        if not state or self.states[self.rules.protocol.strand_of(state)] == state:
            run[0] += 1
            if run[0] < len(ladder.levels):
                run[1] = (hours(ladder.levels[run[0]].after),)

    def _act(self, trigger: Trigger, moves: Moves, facts: Any) -> None:
        self.labels.append(("act", trigger.id, 0))
        self._happen(trigger.id, "")
        self.just.update(index for index, _ in self.rules.meeters.get((trigger.id, ""), ()))
        self.facts.update(facts)
        for strand, from_, to, number in moves:
            self.labels.append(("act", trigger.id, number + 1))
            self._left.append((strand, from_))
            self.states[strand] = to
            self._moved = True
            self._enter(strand, to)

    def _enter(self, strand: str, state: str) -> None:
        self.labels.append(("state", state, 0))
        self._entered.append((strand, state))

    def _happen(self, name: str, event: str) -> None:
        key = (name, event)
        self._happened.append(key)
        if key not in self.rules.asked:
            return
        for rule in self.rules.properties:
            if rule.kind == "precedence" and key_of(rule.before) == key:
                if key_of(rule.need) not in self.seen:
                    self.labels.append(("broken", rule.id, 0))
            elif rule.kind == "never" and key_of(rule.what) == key:
                self.labels.append(("broken", rule.id, 0))
            elif rule.kind == "at_most" and key_of(rule.what) == key:
                count = self.counts.get(rule.id, 0) + 1
                self.counts[rule.id] = min(count, rule.times or 0)
                if count > (rule.times or 0):
                    self.labels.append(("broken", rule.id, 0))
            elif rule.kind == "response":
                if key_of(rule.then) == key:
                    self.counts.pop(rule.id, None)
                if key_of(rule.when) == key:
                    self.counts[rule.id] = 1
        if key in self.rules.remembered:
            self.seen.add(key)

    # -- what follows ----------------------------------------------------------------------

    def _settle(self) -> None:
        was_closed = self.closed
        while True:
            if self._happened or self._left or self._entered or self._opened:
                self._round()
            elif (
                self._moved and not self.closed and self.rules.final.issuperset(self.states.items())
            ):
                self._close()
            elif not self._decide_waiting():
                break
        for rule in self.rules.properties:
            verdict = None if rule.condition is None else self.rules.judge(rule.condition, self)
            broken = (
                (rule.kind == "always" and verdict is False)
                or (rule.kind == "never" and rule.condition is not None and verdict is True)
                or (
                    self.closed and not was_closed and rule.kind == "at_end" and verdict is not True
                )
                or (
                    self.closed
                    and not was_closed
                    and rule.kind == "response"
                    and rule.id in self.counts
                )
            )
            if broken:
                self.labels.append(("broken", rule.id, 0))

    def _round(self) -> None:
        rules = self.rules
        happened, self._happened = self._happened, []
        left, self._left = self._left, []
        entered, self._entered = self._entered, []
        for key in happened:
            for index, if_ in rules.meeters.get(key, ()):
                if self.owed[index] and rules.judge(if_, self) is True:
                    self.just.discard(index)
                    self._end(self.owed[index][0], "met")
        for strand, state in left:
            for some in self.owed:
                for one in [one for one in some if one.visit == f"{strand}.{state}"]:
                    self._end(one, "cancelled")
            for number in list(self.visits):
                watches = rules.ladders[number].watches
                if watches is not None and watches.state == state:
                    del self.visits[number]
        for key in happened:
            for index in rules.openers.get(key, ()):
                self._open(index, "")
        for strand, state in entered:
            for index, follow_up in enumerate(rules.owed):
                if state in follow_up.opens_in:
                    self._open(index, f"{strand}.{state}")
        for _, state in entered:
            for number, ladder in enumerate(rules.ladders):
                if ladder.watches is not None and ladder.watches.state == state:
                    self.visits[number] = [0, (hours(ladder.levels[0].after),)]
        opened, self._opened = self._opened, []
        for one in opened:
            if one in self.owed[one.index]:
                for run, number in zip(one.runs, rules.ladders_of[one.index], strict=True):
                    run[:] = self._first_level(one.index, number)

    def _first_level(self, index: int, number: int) -> list[Any]:
        """A ladder begins anew on a follow-up that has just got its date."""
        due = self.rules.hours[index]
        first = self.rules.ladders[number].levels[0]
        if due is None:
            return [0, None]
        return [0, (due if first.at else due + (hours(first.after) or 0),)]

    def _open(self, index: int, visit: str) -> None:
        follow_up = self.rules.owed[index]
        if self.closed and not follow_up.carries_over:
            return
        verdict = self.rules.judge(follow_up.if_, self)
        if verdict is None:
            self.waiting.add(index)
        if verdict is True:
            self._open_now(index, visit)
            if index in self._was_just and self.owed[index]:
                self._met_before(index)

    def _open_now(self, index: int, visit: str) -> None:
        follow_up = self.rules.owed[index]
        hours = self.rules.hours[index]
        some = self.owed[index]
        if some and follow_up.if_again == "ignore":
            return
        if some and follow_up.if_again == "redate":
            if hours is not None:
                self._redate(some[0], hours)
            return
        self.labels.append(("opened", follow_up.id, 0))
        one = One(index, visit, False, None if hours is None else (hours,), [])
        one.runs = [[0, None] for _ in self.rules.ladders_of[index]]
        self._note(follow_up.id, "open")
        self._happen(follow_up.id, "opened")
        if len(some) >= MANY:
            self.cut = True
            return
        some.append(one)
        self._opened.append(one)

    def _met_before(self, index: int) -> None:
        """What was done at this very instant counts for what opens at it (ruling 11)."""
        for met_by in self.rules.owed[index].met_by:
            if index in self.just and self.rules.judge(met_by.if_, self) is True:
                self.just.discard(index)
                self._end(self.owed[index][-1], "met")

    def _redate(self, one: One, hours: int) -> None:
        was_late, one.late, one.due = one.late, False, (hours,)
        self._note(self.rules.owed[one.index].id, "open")
        for run, number in zip(one.runs, self.rules.ladders_of[one.index], strict=True):
            if was_late or run[0] == 0:
                run[:] = self._first_level(one.index, number)

    def _decide_waiting(self) -> bool:
        for index in sorted(self.waiting):
            verdict = self.rules.judge(self.rules.owed[index].if_, self)
            if verdict is not None:
                self.waiting.discard(index)
                if verdict and not (self.closed and not self.rules.owed[index].carries_over):
                    self._open_now(index, "")
                return True
        return False

    def _end(self, one: One, status: str, *, closing: bool = False) -> None:
        follow_up = self.rules.owed[one.index]
        some = self.owed[one.index]
        if one is some[-1]:
            self._note(follow_up.id, status)
        some.remove(one)
        if not closing:
            self.labels.append(("ended", follow_up.id, 0))
        self._happen(follow_up.id, status)

    def _note(self, follow_up: str, status: str) -> None:
        if follow_up in self.rules.read:
            self.statuses[follow_up] = status

    def _close(self) -> None:
        self.closed = True
        self.labels.append(("closed", "", 0))
        for index, follow_up in enumerate(self.rules.owed):
            if not follow_up.carries_over:
                if follow_up.strength == "must" and (index in self.waiting or self.owed[index]):
                    self.labels.append(("dropped", "", 0))
                for one in list(self.owed[index]):
                    self._end(one, "cancelled", closing=True)
        self.waiting.clear()
        self.visits.clear()


def only_recorded(rules: Rules, now: Now, before: Any, deed: Deed) -> Outcome | None:
    """What it leads to that a fact is written down, where nothing can follow from that (most of
    what can be done is that); None where it is to be done step by step. `now` is the case before.
    """
    how, what, facts = deed
    if how != "record" or now.closed or now.waiting or rules.states_conditions:
        return None
    place = rules.facts.index(what)
    values = (*before[1][:place], facts[0][1], *before[1][place + 1 :])
    return Outcome((before[0], values, *before[2:]), {}, (), (), (), False, True)
