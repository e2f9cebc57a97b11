"""Meetings: what speaks against setting, moving, calling off, holding them.

Imports what holds for every request.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.model.case import Meeting
from tests.reference.judging import Judge
from tests.reference.ledger import Planned
from tests.reference.people import acting_as, holds, is_quorate, role_for


class Meetings(Judge):
    """Setting, moving, calling off, holding."""

    def set(self) -> Iterator[str]:
        meeting = self.protocol.meetings.get(self.ask.what)
        if meeting is None:
            yield self.unknown("meetings", "unknown-meeting")
            return
        yield from self.basics()
        yield from self.calls(meeting)
        if self.case.meeting_or_none(self.ask.meeting) is not None:
            yield "wrong-value"
        if self.ask.planned_at is None:
            yield "missing-fact"

    def calls(self, meeting: Meeting) -> Iterator[str]:
        self.role = role_for(self.case, meeting.called_by, self.by)
        if not self.role and meeting.chair:
            self.role = acting_as(self.case, meeting.chair.role, self.by)
        if not self.role:
            yield "wrong-role"

    def meant(self) -> Planned | None:
        """The meeting that is meant: by its id, or the only one of that name that is set."""
        found = [
            meeting
            for meeting in self.case.planned
            if meeting.status == "set" and self.ask.what in (meeting.id, meeting.name)
        ]
        return found[0] if len(found) == 1 else None

    def move(self) -> Iterator[str]:
        yield from self.basics()
        planned = self.meant()
        if planned is None:
            yield "not-set"
            return
        yield from self.calls(self.protocol.meetings[planned.name])
        if self.ask.planned_at is None:
            yield "missing-fact"

    def call_off(self) -> Iterator[str]:
        yield from self.basics()
        planned = self.meant()
        if planned is None:
            yield "not-set"
            return
        yield from self.calls(self.protocol.meetings[planned.name])

    def hold(self) -> Iterator[str]:
        yield from self.basics()
        planned = self.meant()
        if planned is None:
            yield "not-set"
            return
        meeting = self.protocol.meetings[planned.name]
        attended = self.ask.attended
        seat = attended.get(self.by.id, "")
        if seat and holds(self.case, seat, self.by):
            self.role = seat
        else:
            yield from self.calls(meeting)
        if not attended:
            yield "missing-fact"
        if any(role not in self.protocol.roles for role in attended.values()):
            yield "unknown-role"
        if meeting.chair is not None:
            for person, role in attended.items():
                if role == meeting.chair.role and self.may_not_lead(person, meeting.chair.never):
                    yield "exclusion"
        quorate = is_quorate(self.case, meeting, attended, self.now)
        yield from self.waived(meeting.exceptions, {} if quorate else {"quorum": ""})

    def may_not_lead(self, person: str, never: tuple[str, ...]) -> bool:
        """Whether somebody holds one of these roles in this case, as far as is known."""
        return any(
            self.case.holders.get(role) == person
            or (person == self.by.id and holds(self.case, role, self.by))
            for role in never
        )
