"""Would this act close the case, and may it? (ruling 14)

Pure. Imports matching, the program and the situation.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.changes import Happened
from protocolkit.semantics.matching import meant
from protocolkit.semantics.program import Program
from protocolkit.semantics.shares import missing_holders, missing_parts, ticked_by
from protocolkit.semantics.situation import CaseSituation

Moves = tuple[tuple[str, str, str], ...]


def holds_open(strength: str, carries_over: bool, instance: Instance) -> bool:
    """Whether an open follow-up keeps a case from closing."""
    return strength == "must" and not carries_over and not instance.period


def in_the_way(situation: CaseSituation, act: Happened, moves: Moves) -> Iterator[Instance]:
    """The open follow-ups that keep an act from closing the case; none if it does not close it.

    What the act itself does or ends is not in the way, as far as that is certain before.
    """
    program, case = situation.program, situation.case
    after = dict(case.states) | {strand: to for strand, _, to in moves}
    then = situation.with_states(after)
    if (
        not moves
        or program.strands_closed_by(case.states.items(), situation)
        or not program.strands_closed_by(after.items(), then)
    ):
        return
    over = _over_with(program, case, act, moves)
    for instance in case.open.values():
        follow_up = program.follow_ups[instance.follow_up]
        ends = (one.judge(then) is True for one in program.endings.get(follow_up.id, ()))
        if (
            instance.id not in over
            and holds_open(follow_up.strength, follow_up.carries_over, instance)
            and not any(ends)
        ):
            yield instance


def _over_with(program: Program, case: Case, act: Happened, moves: Moves) -> set[str]:
    """What the act does without condition, or what belongs to a state that it leaves."""
    left = {case.visits[strand][0] for strand, _, _ in moves}
    found = {one.id for one in case.open.values() if one.visit in left}
    for follow_up in program.follow_ups.values():
        for met_by in follow_up.met_by:
            ref = met_by.trigger
            if ref is not None and met_by.if_ is None and (ref.name, ref.event) == (act.name, ""):
                found.update(
                    one.id
                    for one in meant(program, case, follow_up, act)
                    if _completes(program, case, one, act)
                )
    return found


def _completes(program: Program, case: Case, instance: Instance, act: Happened) -> bool:
    """Whether nothing of it is missing after the act."""
    follow_up = program.follow_ups[instance.follow_up]
    done = ticked_by(program.protocol, case, follow_up, instance, act)
    missing = {*missing_holders(follow_up, instance), *missing_parts(follow_up, instance)}
    return done is None or missing <= set(done)
