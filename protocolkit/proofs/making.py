"""What a course of moves is made of: places for moves, moves that were made, obstacles.

Imports events and moves.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.ground.findings import Reason
from protocolkit.ground.record import Record
from protocolkit.proofs.moves import Move, Timer
from protocolkit.semantics import changes as ch
from protocolkit.semantics.events import Event


class Slot:
    """A place in a story: a move that is told, or one that had to come first (`depth` > 0)."""

    __slots__ = ("depth", "move", "number")

    def __init__(self, number: int, move: Move, depth: int = 0) -> None:
        self.number = number
        self.move = move
        self.depth = depth


class Made(Record):
    """A move that was made: when, with what, and every event that came of it or before it.

    `sofar` counts the events of the case up to and with it; `beside` are those of its programme.
    """

    number: int
    move: Move
    at: datetime
    past: bool = False
    lifted: bool = False
    sofar: int
    beside: tuple[Event, ...] = ()


class Work:
    """How many moves may still be tried; what came too early on every day of a week, before
    which move: on another day it is not tried so long.
    """

    def __init__(self, left: int) -> None:
        self.left = left
        self.hopeless: set[tuple[str, str, int]] = set()


class Stuck(Record):
    """A course that cannot go on: why, after how many of the moves it was given."""

    why: str
    place: int
    reasons: tuple[Reason, ...] = ()


def is_idle(event: Event) -> bool:
    """Whether time did nothing by it that anybody could notice."""
    return all(
        isinstance(change, ch.Wake | ch.LadderDated)
        or (isinstance(change, ch.LevelReached) and change.skipped)
        or (isinstance(change, ch.Judged) and not change.value)
        for change in event.changes
    )


def named_timer(timer: Timer) -> str:
    """A timer in words, for why there is no story."""
    what = {
        "overdue": f"the lateness of `{timer.name}`",
        "level": f"level {timer.nth} of `{timer.name}`",
        "period": f"the next period of `{timer.name}`",
        "office": "the next change of office hours",
        "property": f"the end of the time of `{timer.name}`",
        "wake": "an instant that conditions wait for",
    }
    return what[timer.kind]
