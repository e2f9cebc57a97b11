"""What a rule does, before any instant is known: about a dozen effects.

A protocol is compiled to these once; the step turns them into changes of a case on concrete
instants, a search can turn them into moves between abstract situations. Imports the model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from protocolkit.ground.record import Record
from protocolkit.model.case import Escalation, FollowUp, Level, Move, Trigger
from protocolkit.model.programme import Link

Judge = Callable[[Any], bool | None]
"""A compiled condition: true, false or unknown in a situation."""


class Effect(Record):
    """Base of the effects."""


class Open(Effect):
    """Open a follow-up, if `judge` (None: always) is true of the case after the act."""

    follow_up: FollowUp
    judge: Judge | None = None


class Meet(Effect):
    """The occurrence counts as doing a follow-up, if `judge` is true of the case after it."""

    follow_up: FollowUp
    judge: Judge | None = None


class End(Effect):
    """End the instances of a follow-up that last only as long as the visit that is left."""

    follow_up: FollowUp


class Redate(Effect):
    """The occurrence is what open instances of a follow-up count from: give them new dates."""

    follow_up: FollowUp


class Offer(Effect):
    """Offer to hand the case over to another protocol."""

    link: Link


class Start(Effect):
    """Start a ladder."""

    escalation: Escalation


class Stop(Effect):
    """Stop a ladder."""

    escalation: Escalation


class MoveTo(Effect):
    """Move a strand, from one of the states of `move`, if `judge` is true before the act."""

    strand: str
    move: Move
    judge: Judge | None = None


class Tell(Effect):
    """Tell the holders named by a level."""

    level: Level


class HandTo(Effect):
    """Let one more role act, for the visit or the instance that the ladder watches."""

    role: str


class Fire(Effect):
    """Let the clock do an act."""

    trigger: Trigger


class Watch(Record):
    """A condition that is judged again whenever something happens or time can change it.

    `id` names it in the record of a case. It `opens` its follow-up when it becomes true, `ends`
    the open instances while it is true (`because` is the reason), or `pauses` them.
    """

    id: str
    follow_up: FollowUp
    does: Literal["opens", "ends", "pauses"]
    judge: Judge
    because: str = ""
