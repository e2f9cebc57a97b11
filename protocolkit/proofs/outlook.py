"""How far a case still is from its closing, at the least; and where the rules alone show that it
never comes there.

Guards are taken as open, save for what they ask of where a case stands, and whatever was once come
to as if it stayed so. What cannot be done even then can never be done. Imports the model and
conditions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from protocolkit.conditions.syntax import And, Condition, Holds, Is, Name, Not, Or, Word
from protocolkit.conditions.terms import term_read
from protocolkit.model.case import FollowUp, Move, Strand, Trigger
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.case import Case

Steps = Mapping[str, int]
"""The states that can be come to, and after how many acts at the least."""


class Outlook:
    """What the cases of one protocol can still come to, seen from their states alone."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self._strands = tuple(protocol.strands.values())
        # The act that says that a strand does not apply any more closes the case over what is open.
        self._parts = any(one.applies_while is not None for one in self._strands)
        self._acts = [one for one in protocol.triggers.values() if one.strength != "must_not"]
        ladders = protocol.escalations.values()
        self._fired = {level.fire for one in ladders for level in one.levels}
        self._steps: dict[tuple[tuple[str, ...], frozenset[str]], Steps] = {}

    def to_closing(self, case: Case) -> int | None:
        """How many acts it takes at the least until the case is closed; None: it never is."""
        if case.closed_at is not None:
            return 0
        steps = self._from(tuple(case.states.values()))
        far = 0
        for strand in self._strands:
            nearest = self._nearest_end(strand, steps)
            if nearest is None and strand.applies_while is None:
                return None
            far += nearest or 0
        for name in {one.follow_up for one in case.open.values()}:
            if self.keeps_open(name) and not self._parts:
                if not self.can_end(name, case):
                    return None
                far += 1
        return far

    def at_least(self, case: Case) -> int | None:
        """With how many deeds the case may be closed, never too many; None: it never is."""
        if self.to_closing(case) is None:
            return None
        if case.closed_at is not None:
            return 0
        steps = self._from(tuple(case.states.values()))
        waited_for = [strand for strand in self._strands if strand.applies_while is None]
        return max((self._nearest_end(strand, steps) or 0 for strand in waited_for), default=0)

    def over(self, name: str, case: Case) -> int | None:
        """With how many deeds the case may be closed while a follow-up is open or waits for a fact,
        never too many; None: that never comes about.
        """
        far, opens = self.at_least(case), self._opens(self.protocol.follow_ups[name], case)
        return None if far is None or opens is None else max(far, opens)

    def _opens(self, one: FollowUp, case: Case) -> int | None:
        known = {owed.follow_up for owed in case.open.values()}
        if one.id in known.union(waiting.follow_up for waiting in case.deferred.values()):
            return 0
        steps = self._from(tuple(case.states.values()))
        ways = [steps[state] for state in one.opens_in if state in steps]
        if one.opens_when is not None and self._may_be(one.opens_when, steps):
            ways.append(0)
        for ref in one.opens_with:
            act = self.protocol.triggers.get(ref.name)
            if act is None or ref.event:
                ways.append(0)
            elif self._may_be_done(act, steps):
                starts = [
                    steps[state] for move in act.moves for state in move.from_ if state in steps
                ]
                anywhere = not act.moves or act.elsewhere == "allowed"
                ways.append(0 if anywhere else min(starts))
        return min(ways, default=None)

    def again(self, acts: Iterable[str]) -> bool:
        """Whether any of these acts may be done after one of them."""
        known = [self.protocol.triggers.get(name) for name in acts]
        found = [one for one in known if one is not None and one.moves]
        if len(found) < len(known):
            return True
        return any(
            self._may_be_done(another, self._from(after))
            for one in found
            for after in self._surely_after(one)
            for another in found
        )

    def after(self, act: str, without: Collection[str]) -> frozenset[str]:
        """The states that a case can come to after an act, before any of some others is done."""
        steps = [
            self._from(states, frozenset(without))
            for states in self._surely_after(self.protocol.triggers[act])
        ]
        return frozenset(state for found in steps for state in found)

    def _surely_after(self, act: Trigger) -> Iterator[tuple[str, ...]]:
        """Where a case may stand after an act: one strand where the act surely brings it, the
        others anywhere. Anywhere at all, if there is no such strand.
        """
        every = {name for strand in self._strands for name in strand.states}
        for strand in self._strands:
            own = moves_in(strand, act)
            starts = {state for move in own for state in move.from_}
            elsewhere = every - starts
            always = (
                own
                and not any(move.if_ for move in own)
                and act.elsewhere != "allowed"
                and not act.exceptions
                and (
                    len(own) == len(act.moves)
                    or not all(
                        self._may_be(need.condition, elsewhere) for need in act.needs.values()
                    )
                )
            )
            if always:
                others = [one.states for one in self._strands if one is not strand]
                beside = sorted({name for states in others for name in states})
                for move in own:
                    yield (move.to, *beside)
                return
        yield tuple(sorted(every))

    def can_end(self, name: str, case: Case, left: int = 0) -> bool:
        """Whether anything may still end what is open of a follow-up, until so many are left."""
        one = self.protocol.follow_ups[name]
        if not one.met_by or one.waive or one.decline or one.applies_while is not None:
            return True
        links = self.protocol.links.values()
        if one.opens_in or any(name in link.hands_over for link in links):
            return True
        if goes_with_a_meeting(one):
            return True
        steps = self._from(tuple(case.states.values()))
        if self.protocol.applies_while is not None:
            return True
        if any(self._may_be(ending.if_, steps) for ending in one.ends_when):
            return True
        ways = [met_by.trigger for met_by in one.met_by if met_by.trigger is not None]
        acts = {ref.name for ref in ways if self._may_happen(ref.name, ref.event, steps)}
        several = any(ref.event or ref.name not in self.protocol.triggers for ref in ways)
        if several or one.counts_for == "all_open" or any(self.again([act]) for act in acts):
            return bool(acts)
        count = sum(owed.follow_up == name for owed in case.open.values())
        return count - len(acts) <= left  # each can be done once more, and counts for one

    @staticmethod
    def _nearest_end(strand: Strand, steps: Steps) -> int | None:
        ends = [
            steps[state.id] for state in strand.states.values() if state.final and state.id in steps
        ]
        return min(ends, default=None)

    def keeps_open(self, name: str) -> bool:
        """Whether the case is not closed as long as one of these is open."""
        return keeps_open(self.protocol.follow_ups[name])

    def _may_happen(self, name: str, event: str, steps: Steps) -> bool:
        trigger = self.protocol.triggers.get(name)
        return event != "" or trigger is None or self._may_be_done(trigger, steps)

    def _from(self, states: tuple[str, ...], without: frozenset[str] = frozenset()) -> Steps:
        known = self._steps.get((states, without))
        if known is not None:
            return known
        steps = dict.fromkeys(states, 0)
        more = True
        while more:
            more = False
            for trigger in self._acts:
                if trigger.id in without or not self._may_be_done(trigger, steps):
                    continue
                cost = 0 if trigger.id in self._fired else 1  # time does what a level does
                for move in trigger.moves:
                    starts = [steps[state] for state in move.from_ if state in steps]
                    if not starts:
                        continue
                    after = min(starts) + cost
                    if move.to not in steps or after < steps[move.to]:
                        steps[move.to] = after
                        more = True
        self._steps[states, without] = steps
        return steps

    def _may_be_done(self, trigger: Trigger, steps: Steps) -> bool:
        """Whether an act may be done in one of the states, or after one of them."""
        needed = trigger.needs.values() if not trigger.exceptions else ()
        return (
            trigger.strength != "must_not"
            and all(self._may_be(need.condition, steps) for need in needed)
            and (
                not trigger.moves
                or trigger.elsewhere == "allowed"
                or any(state in steps for move in trigger.moves for state in move.from_)
            )
        )

    def _may_be(self, condition: Condition | None, steps: Iterable[str], says: bool = True) -> bool:
        """Whether a condition may come to be true, or false, where only states are looked at."""
        match condition:
            case Not(part=part):
                return self._may_be(part, steps, not says)
            case And(parts=parts) | Or(parts=parts):
                together = all if isinstance(condition, And) is says else any
                return together(self._may_be(part, steps, says) for part in parts)
            case Is(subject=Name(name=name), values=values, negated=negated) if (
                name in self.protocol.strands
            ):
                meant = {one.text for one in values if isinstance(one, Word)}
                there = set(steps) & set(self.protocol.strands[name].states)
                return bool(there & meant if negated is not says else there - meant)
            case Holds() | Is():
                term = term_read(condition, self.protocol.all_terms)
                if term is not None and isinstance(condition, Holds):
                    return self._may_be(self.protocol.all_terms[term], steps, says)
        return True


def goes_with_a_meeting(one: FollowUp) -> bool:
    """Whether it may end because a meeting that gave rise to it is called off."""
    return any(ref.event in ("set", "moved") for ref in one.opens_with)


def moves_in(strand: Strand, act: Trigger) -> list[Move]:
    """What an act moves in one strand; another may have states of the same names."""
    return [
        move
        for move in act.moves
        if move.strand == strand.id
        or (not move.strand and {move.to, *move.from_} <= {*strand.states})
    ]


def keeps_open(one: FollowUp) -> bool:
    """Whether the case is not closed as long as one of these is open."""
    return one.strength == "must" and not one.carries_over and one.every is None
