"""What is judged about an act: one trigger, one request, one instant.

The classes for who does it, from where, and with what build on this one. Imports the request,
the situation and actors.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.ground.findings import Reason
from protocolkit.model import words
from protocolkit.model.case import Trigger
from protocolkit.semantics.actors import Permission
from protocolkit.semantics.deciding.agreement import SignOff, joint_act
from protocolkit.semantics.deciding.reasons import closed, future, reason
from protocolkit.semantics.requests import Request
from protocolkit.semantics.situation import CaseSituation


class Judging:
    """One act. `asking`: nobody says with what yet; what was proposed is taken for it.

    `role` is found on the way, as are the `moves` it makes, the exceptions that are `used` and
    what it adds to the sign-offs (`sign_off`).
    """

    def __init__(
        self, situation: CaseSituation, trigger: Trigger, request: Request, *, asking: bool
    ) -> None:
        self.situation = situation
        self.program = situation.program
        self.protocol = situation.program.protocol
        self.case = situation.case
        self.trigger = trigger
        self.request = request
        self.actor = request.actor
        self.now = situation.now
        self.at = request.at or situation.now
        self.asking = asking
        self.meeting = request.meeting or self._last_meeting()
        self.permission = Permission(protocol=self.protocol, case=self.case, meeting=self.meeting)
        self.role = ""
        self.moves: tuple[tuple[str, str, str], ...] = ()
        self.used: tuple[str, ...] = ()
        self.joint = joint_act(trigger)
        self.sign_off: SignOff | None = None

    def _last_meeting(self) -> str:
        names = self.trigger.at_meetings
        held = [
            meeting.id
            for meeting in self.case.meetings.values()
            if meeting.name in names and meeting.status in ("held", "adjourned")
        ]
        return held[-1] if held else ""

    def is_for_attendees(self) -> bool:
        """Whether it is for whoever was at its meeting, said or implied."""
        if not self.trigger.at_meetings or self.sign_off is not None:
            return False
        who = self.trigger.who
        if who is None:
            return self.joint is None
        return [holder.role for holder in who.holders] == [words.ATTENDEES]

    def time(self) -> Iterator[Reason]:
        """It has happened."""
        yield from future(self.at, self.now)

    def strength(self) -> Iterator[Reason]:
        """It is not forbidden."""
        if self.trigger.strength == "must_not":
            yield reason(
                "forbidden",
                f"This protocol forbids `{self.trigger.id}`.",
                element=self.trigger,
                path=self.trigger.below("strength"),
            )

    def open_case(self) -> Iterator[Reason]:
        """The case is open."""
        yield from closed(self.case)
