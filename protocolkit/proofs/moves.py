"""A move of an imagined case: something that somebody does, or time that runs out.

Imports requests.
"""

from __future__ import annotations

from typing import Literal

from protocolkit.ground.record import Record
from protocolkit.semantics.requests import Request


class Timer(Record):
    """Time runs out. `name` is the follow-up (overdue, period), the ladder (level), the property,
    the calendar whose office opens or closes (office), "" for what conditions wait for (wake).

    `nth` tells which instance of a follow-up, or which level of a ladder, from 1.
    """

    kind: Literal["overdue", "level", "period", "wake", "office", "property"]
    name: str = ""
    nth: int = 1


class Move(Record):
    """One of the two: a `request` without instants, or a `timer`. `before` are requests that go
    with it: facts that are written down just before.
    """

    before: tuple[Request, ...] = ()
    request: Request | None = None
    timer: Timer | None = None
