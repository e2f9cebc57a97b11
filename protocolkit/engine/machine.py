"""The one door to `transitions`: one flat machine per strand, shared by all cases.

Semantics decides who may, whether, and what follows; the machine makes the move and must
agree. Used as a table: no model is registered, nothing is queued, callbacks are ours only.
Imports semantics.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from transitions import Machine, MachineError

from protocolkit.ground.errors import ProtocolkitError
from protocolkit.semantics.effects import Judge
from protocolkit.semantics.program import Program
from protocolkit.semantics.situation import CaseSituation
from protocolkit.semantics.stepping.step import Moves


class Token:
    """Where one strand of one case stands: all that a machine needs to know of a case."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def machine(program: Program, strand: str) -> Machine:
    """A ready machine of one strand.

    Fire a trigger with `machine.events[trigger].trigger(token, situation=...)`, where `token`
    is anything with a `state`. A move with a condition is taken only if `situation` is given
    and makes it true.
    """
    states = program.protocol.strands[strand].states
    found = Machine(
        model=None,
        states=list(states),
        initial=next((name for name, state in states.items() if state.initial), None),
        auto_transitions=False,
        send_event=True,
        queued=False,
    )
    for trigger, moves in program.moves.items():
        if program.protocol.triggers[trigger].strength == "must_not":
            continue
        for move in moves:
            if move.strand != strand:
                continue
            for source in move.move.from_:
                found.add_transition(
                    trigger,
                    source,
                    move.move.to,
                    conditions=_condition(move.judge) if move.judge else None,
                )
    return found


def _condition(judge: Judge) -> Callable[[Any], bool]:
    def holds(event: Any) -> bool:
        situation = event.kwargs.get("situation")
        return situation is not None and judge(situation) is True

    return holds


class Machines:
    """The machines of a program, and the mover that makes a case's moves with them."""

    def __init__(self, program: Program) -> None:
        self._machines = {name: machine(program, name) for name in program.protocol.strands}

    def move(self, program: Program, trigger: str, moves: Moves, before: CaseSituation) -> Moves:
        """Make the moves of one act.

        Raises: ProtocolkitError: the machine went another way; nothing of the act is kept.
        """
        made: list[tuple[str, str, str]] = []
        for strand, table in self._machines.items():
            event = table.events.get(trigger)
            state = before.case.states[strand]
            if event is None or state not in event.transitions:
                continue
            if not program.does_apply("strands", strand, before):
                continue
            token = Token(state)
            try:
                event.trigger(token, situation=before)
            except MachineError as error:
                raise ProtocolkitError(f"the state machine refused `{trigger}`: {error}") from None
            if token.state != state:
                made.append((strand, state, token.state))
        if sorted(made) != sorted(moves):
            raise ProtocolkitError(
                f"two ways of moving `{trigger}` disagree: {sorted(moves)} and {sorted(made)}"
            )
        return moves
