"""Setting a meeting, moving it, calling it off, holding it.

Imports what every way of acting shares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from protocolkit.ground.findings import Reason
from protocolkit.ground.nearest import did_you_mean
from protocolkit.model.case import Meeting
from protocolkit.model.people import Holder, Who
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import in_words
from protocolkit.semantics.case import Case
from protocolkit.semantics.deciding.exceptions import departure
from protocolkit.semantics.deciding.reasons import closed, future, reason, unknown
from protocolkit.semantics.performing.performing import Performing, nothing
from protocolkit.semantics.program import Program
from protocolkit.semantics.situation import CaseSituation


class Meetings(Performing):
    """Meetings that are planned."""

    def _set(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        meeting = self.protocol.meetings.get(self.request.what)
        if meeting is None:
            known = self.protocol.meetings
            return (unknown("unknown-meeting", self.request.what, self.program, known),), nothing
        found = [*future(self.at, self.now), *closed(self.case), *self._calls(meeting)]
        count = sum(1 for one in self.case.meetings.values() if one.name == meeting.id)
        id_ = self.request.meeting or f"{meeting.id}/{count + 1}"
        if id_ in self.case.meetings:
            found.append(reason("wrong-value", f"There is already a meeting `{id_}`."))
        planned_at = self.request.planned_at
        if planned_at is None:
            found.append(reason("missing-fact", "The date of the meeting is missing."))

        def go() -> None:
            assert planned_at is not None
            self.data["meeting"] = id_
            self.step.do(ch.MeetingSet(meeting=id_, name=meeting.id, planned_at=planned_at))
            self.step.happen(meeting.id, "set", self.at, self.actor.id, self.role, of=id_)

        return tuple(found), go

    def _planned(self) -> tuple[str, tuple[Reason, ...]]:
        """The meeting that is meant: by its id, or the only one of that name that is set."""
        name = self.request.what
        basics = (*future(self.at, self.now), *closed(self.case))
        known = self.case.meetings.get(name)
        if known is not None:
            if known.status != "set":
                said = known.status.replace("_", " ")
                return "", (*basics, reason("not-set", f"The meeting `{name}` is already {said}."))
            return name, basics
        planned = [
            one.id
            for one in self.case.meetings.values()
            if one.name == name and one.status == "set"
        ]
        if len(planned) == 1:
            return planned[0], basics
        if planned:
            return "", (
                *basics,
                reason(
                    "not-set",
                    f"Several meetings `{name}` are set; say which.",
                    help="one of " + ", ".join(f"`{one}`" for one in planned),
                ),
            )
        return "", (
            *basics,
            reason("not-set", f"No meeting `{name}` is set.", help="set it first, with its date"),
        )

    def _calls(self, meeting: Meeting) -> Iterator[Reason]:
        self.role = self._permission().role_for(meeting.called_by, self.actor)
        if not self.role and meeting.chair is not None:
            chair = Who(any_of=(Holder(role=meeting.chair.role),))
            self.role = self._permission().role_for(chair, self.actor)
        if not self.role:
            yield reason(
                "wrong-role",
                f"{meeting.name} is called by {in_words(meeting.called_by, self.protocol)}.",
                element=meeting,
                path=meeting.below("called_by"),
                needs="role",
                supplied_by=meeting.called_by.roles if meeting.called_by else (),
            )

    def _move(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        id_, reasons = self._planned()
        if not id_:
            return reasons, nothing
        name = self.case.meetings[id_].name
        found = [*reasons, *self._calls(self.protocol.meetings[name])]
        planned_at = self.request.planned_at
        if planned_at is None:
            found.append(reason("missing-fact", "The new date of the meeting is missing."))

        def go() -> None:
            assert planned_at is not None
            self.step.do(ch.MeetingSet(meeting=id_, name=name, planned_at=planned_at))
            self.step.happen(name, "moved", self.at, self.actor.id, self.role, of=id_)

        return tuple(found), go

    def _call_off(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        id_, reasons = self._planned()
        if not id_:
            return reasons, nothing
        name = self.case.meetings[id_].name
        found = [*reasons, *self._calls(self.protocol.meetings[name])]

        def go() -> None:
            self.step.do(ch.MeetingEnded(meeting=id_, status="called_off"))
            self.step.happen(name, "called_off", self.at, self.actor.id, self.role, of=id_)

        return tuple(found), go

    def _hold(self) -> tuple[tuple[Reason, ...], Callable[[], None]]:
        id_, reasons = self._planned()
        if not id_:
            return reasons, nothing
        meeting = self.protocol.meetings[self.case.meetings[id_].name]
        attended = self.request.attended
        found = list(reasons)
        seat = attended.get(self.actor.id, "")
        if seat and self._permission().holds(seat, self.actor):
            self.role = seat
        else:
            found.extend(self._calls(meeting))
        found.extend(self._seats(meeting))
        found.extend(self._chair(meeting))
        quorate = is_quorate(self.program, self.case, meeting, attended, self.now)
        exceptional = departure(
            meeting,
            meeting.exceptions,
            () if quorate else ("quorum",),
            self.request,
            self._permission(),
            CaseSituation(self.case, self.program, self.now),
            lambda quorum: is_quorate(
                self.program, self.case, meeting.replace(quorum=quorum), attended, self.now
            ),
        )
        found.extend(exceptional.reasons)

        def go() -> None:
            outcome = "held" if quorate or exceptional.used else "adjourned"
            actor, role = self.actor.id, self.role
            self.step.do(ch.MeetingEnded(meeting=id_, status=outcome, attended=dict(attended)))
            for exception in exceptional.used:
                self.step.happen(exception, "used", self.at, actor, role, of=id_)
            if exceptional.used:
                self.data["used"] = list(exceptional.used)
            said = "quorate" if quorate else "short"
            self.step.happen(meeting.id, said, self.at, actor, role, of=id_)
            self.step.happen(meeting.id, outcome, self.at, actor, role, of=id_)

        return tuple(found), go

    def _seats(self, meeting: Meeting) -> Iterator[Reason]:
        """Somebody was there, and every seat is that of a declared role."""
        attended = self.request.attended
        if not attended:
            yield reason("missing-fact", "Who was at the meeting is missing.", element=meeting)
        for role in sorted(set(attended.values())):
            if role not in self.protocol.roles:
                yield reason(
                    "unknown-role",
                    f"There is no role `{role}` in this protocol.",
                    help=did_you_mean(role, self.protocol.roles),
                )

    def _chair(self, meeting: Meeting) -> Iterator[Reason]:
        """Whoever sat in the chair's seat does not hold, in this case, a role kept out of it."""
        chair, attended = meeting.chair, self.request.attended
        if chair is None or chair.role not in self.protocol.roles:
            return
        permission = self._permission()
        seats = (chair.role, *self.protocol.roles[chair.role].substitutes)
        for role in chair.never:
            kept_out = {self.case.holders.get(role, "")}
            if permission.holds(role, self.actor):
                kept_out.add(self.actor.id)
            if any(seat in seats and person in kept_out for person, seat in attended.items()):
                yield reason(
                    "exclusion",
                    f"Whoever is {self.protocol.roles[role].name} in this case may not lead "
                    f"{meeting.name}.",
                    help="another person must lead it",
                    element=meeting,
                    path=chair.below("never"),
                    needs="role",
                    supplied_by=(chair.role,),
                )


def is_quorate(
    program: Program, case: Case, meeting: Meeting, attended: Mapping[str, str], now: datetime
) -> bool:
    """Whether those who were there make a quorum (ruling 22); nothing stated: they do."""
    quorum = meeting.quorum
    attended = {
        person: role
        for person, role in attended.items()
        if case.holders.get(role, person) == person  # else the one who was named is missing
    }
    if quorum is None:
        situation = CaseSituation(case, program, now)
        judges = ((member.role, program.judge(member.if_)) for member in meeting.required)
        return "quorum" in meeting.unspecified or all(
            role in attended.values()
            for role, judge in judges
            if judge is None or judge(situation) is True
        )
    judge = program.judge(meeting.counts_if)
    members = {*meeting.members, *(role for roles in meeting.counting.values() for role in roles)}
    counted = [
        role
        for role in attended.values()
        if (role in members or not members)
        and (judge is None or judge(CaseSituation(case, program, now, attendee=role)) is True)
    ]
    groups = {
        group for group, roles in meeting.counting.items() if any(role in counted for role in roles)
    }
    if not meeting.counting:  # then each role is a group of its own
        groups = set(counted)
    if not all(name in groups or name in counted for name in quorum.all_of):
        return False
    size = len(groups) if quorum.of == "groups" else len(counted)
    return quorum.at_least is None or size >= quorum.at_least
