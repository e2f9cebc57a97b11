"""Who works with whom in a protocol: what the checks of practice have in common.

Looks at kinds and topics, never at ids, so that a county may name its roles as it likes.
Whatever a protocol forbids (`must_not`) counts for nothing here. Imports the model, and from
`before` what counts as doing a follow-up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from protocolkit.checks.before import meets
from protocolkit.ground.findings import Path
from protocolkit.language.wording import listed
from protocolkit.model import words
from protocolkit.model.base import Element
from protocolkit.model.case import Escalation, FollowUp, Meeting, State, Trigger
from protocolkit.model.people import Role, Who
from protocolkit.model.protocol import Protocol

_K = TypeVar("_K")
_V = TypeVar("_V")

TEAM = (
    *words.FAMILY,
    "juvenile_officer",
    "supervisor",
    "investigator",
    "judge",
    "caseworker",
    "service_provider",
)
"""Who belongs to the team: the abstract and §5.1."""
OFFICERS = ("juvenile_officer", "truancy_officer")
"""Whoever meets young people all day, and so is the first to suspect: §2.1, §3.1."""
FIRM = ("must", "should")
"""Strengths on which others can count."""
BAD = ("strained", "absent")


class Cooperation:
    """Who belongs to what, and who tells whom."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self._told: dict[str, set[str]] = {}

    def section(self, name: str) -> Path:
        """Where to point when something is missing from a section: its key, else the id."""
        return (name,) if getattr(self.protocol, name) else ("id",)

    # -- roles -----------------------------------------------------------------------------

    def kind(self, role: str) -> str:
        """The kind of a role; empty for what is no role."""
        found = self.protocol.roles.get(role)
        return found.kind if found is not None else ""

    def kinds(self, roles: Iterable[str]) -> set[str]:
        """The kinds of some roles."""
        return {kind for kind in map(self.kind, roles) if kind}

    def roles(self, *kinds: str) -> tuple[Role, ...]:
        """The roles of some kinds, in the order of the file."""
        return tuple(role for role in self.protocol.roles.values() if role.kind in kinds)

    @cached_property
    def may_identify(self) -> tuple[Role, ...]:
        """The roles whose people may be the first to suspect."""
        return tuple(
            role
            for role in self.protocol.roles.values()
            if role.kind in OFFICERS or "may_identify" in role.topics
        )

    def at_one(self, one: str, other: str) -> bool:
        """Whether two roles belong to the same organization."""
        homes = {self.protocol.roles[role].organization for role in (one, other)}
        return len(homes) == 1 and homes != {""}

    def people(self, who: Who | None, meetings: Iterable[str] = ()) -> set[str]:
        """The roles that a `who` stands for: also those behind `attendees` and `actor_of`."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [(who, tuple(meetings))] if who is not None else []
        for one, at in waiting:
            for holder in one.holders:
                act = self.protocol.triggers.get(holder.actor_of)
                if holder.role == words.ATTENDEES:
                    found.update(*map(self.members, at))
                elif act is not None and act.id not in seen:
                    seen.add(act.id)
                    found |= self._beside(act)
                    waiting += [(act.who, act.at_meetings)] if act.who is not None else []
                elif holder.role in self.protocol.roles:
                    found.add(holder.role)
        return found

    def with_substitutes(self, roles: Collection[str]) -> set[str]:
        """Some roles, and whoever stands in for them."""
        found = set(roles)
        for role in roles:
            found |= {*self.protocol.roles[role].substitutes} & self.protocol.roles.keys()
        return found

    # -- acts and meetings -----------------------------------------------------------------

    @cached_property
    def acts(self) -> tuple[Trigger, ...]:
        """The acts of a case that may be."""
        return tuple(
            trigger
            for trigger in self.protocol.triggers.values()
            if trigger.strength != "must_not" and trigger.scope == "case"
        )

    def about(self, topic: str) -> tuple[Trigger, ...]:
        """The acts with a topic."""
        return tuple(act for act in self.acts if topic in act.topics)

    def actors(self, act: Trigger) -> set[str]:
        """The roles that have a part in an act."""
        return self.people(act.who, act.at_meetings) | self._beside(act)

    def _beside(self, act: Trigger) -> set[str]:
        """Who is there with whoever acts, or agrees to it."""
        agreed = act.agreed_by
        named = (*act.together_with, *((*agreed.all_of, *agreed.any_of) if agreed else ()))
        return {*named} & self.protocol.roles.keys()

    def is_open_to_all(self, act: Trigger) -> bool:
        """Whether the protocol leaves it open who acts."""
        return silent(act, "who") or (act.who is not None and silent(act.who, "who"))

    def meetings(self, topic: str) -> tuple[Meeting, ...]:
        """The meetings with a topic."""
        return tuple(one for one in self.protocol.meetings.values() if topic in one.topics)

    @cached_property
    def team(self) -> tuple[Meeting, ...]:
        """The meetings of the team: those with the topic, else those that decide something."""
        deciding = {name for act in self.acts for name in act.decided_at}
        return self.meetings("team") or tuple(
            meeting
            for name, meeting in self.protocol.meetings.items()
            if name in deciding and meeting.scope == "case"
        )

    @cached_property
    def seats(self) -> tuple[frozenset[str], ...]:
        """The roles that belong to each meeting of the team."""
        return tuple(frozenset(self.members(meeting.id)) for meeting in self.team)

    @cached_property
    def place_of_team(self) -> Path:
        """Where to point when the team as a whole is meant."""
        return place(self.team) or self.section("meetings")

    @cached_property
    def team_in_words(self) -> str:
        """The meetings of the team."""
        return one_of(meeting.id for meeting in self.team)

    def members(self, meeting: str) -> set[str]:
        """The roles that belong to a meeting, its chair among them."""
        found = self.protocol.meetings.get(meeting)
        if found is None:
            return set()
        return {
            *found.members,
            found.chair.role if found.chair else "",
        } & self.protocol.roles.keys()

    # -- who tells whom --------------------------------------------------------------------

    def told_by(self, act: Trigger) -> set[str]:
        """The roles that an act reaches: it waits for them, is owed to them, or asks them to act.

        Looked at: the states to which it takes a case, with what waits, opens and watches there;
        the follow-ups that it opens or meets; the roles that it assigns.
        """
        if act.id not in self._told:
            found = {*act.assigns}
            for state in self.targets(act):
                found |= {*state.waits_for}
                found.update(*(self.people(one.who) for one in self._opened_in.get(state.id, ())))
                found.update(*map(recipients, self.ladders.get(state.id, ())))
            found.update(*(self.people(one.who) for one in self.opened_by.get(act.id, ())))
            found.update(*(self.people(one.owed_to) for one in self._met_by.get(act.id, ())))
            self._told[act.id] = found & self.protocol.roles.keys()
        return self._told[act.id]

    def targets(self, act: Trigger) -> list[State]:
        """The states to which an act takes a case."""
        return [self._states[move.to] for move in act.moves if move.to in self._states]

    @cached_property
    def _states(self) -> Mapping[str, State]:
        strands = self.protocol.strands.values()
        return {name: state for strand in strands for name, state in strand.states.items()}

    @cached_property
    def leaving(self) -> Mapping[str, list[Trigger]]:
        """The acts that take a case out of a state, by the state."""
        return grouped(
            (state, act) for act in self.acts for one in act.moves for state in one.from_
        )

    @cached_property
    def duties(self) -> tuple[FollowUp, ...]:
        """The follow-ups of a case."""
        return tuple(
            one
            for one in self.protocol.follow_ups.values()
            if one.strength != "must_not" and one.scope == "case"
        )

    @cached_property
    def opened_by(self) -> Mapping[str, list[FollowUp]]:
        """The follow-ups that an act opens, by the act."""
        return grouped(
            (ref.name, one) for one in self.duties for ref in one.opens_with if not ref.event
        )

    @cached_property
    def _opened_in(self) -> Mapping[str, list[FollowUp]]:
        return grouped((state, one) for one in self.duties for state in one.opens_in)

    @cached_property
    def _met_by(self) -> Mapping[str, list[FollowUp]]:
        return grouped((name, one) for one in self.duties for name in meets(one))

    @cached_property
    def ladders(self) -> Mapping[str, list[Escalation]]:
        """The ladders that watch a state or a follow-up, by its name."""
        return grouped(
            (name, one)
            for one in self.protocol.escalations.values()
            if one.watches is not None
            for name in (one.watches.state, *one.watches.follow_up)
        )

    @cached_property
    def reports(self) -> tuple[Trigger, ...]:
        """The acts, at the start of a case or at any time, that reach a supervisor and on which
        one can count.
        """
        starts = {state.id for state in self._states.values() if state.initial}
        return tuple(
            act
            for act in self.acts
            if act.strength in FIRM
            and (not act.moves or any({*move.from_} & starts for move in act.moves))
            and "supervisor" in self.kinds(self.told_by(act))
            and (self.is_open_to_all(act) or not self.kinds(self.actors(act)) <= {"supervisor"})
        )

    @cached_property
    def reporting(self) -> tuple[Trigger, ...]:
        """The acts with which a case is reported: those with the topic, else the reports."""
        return self.about("report") or self.reports


def grouped(pairs: Iterable[tuple[_K, _V]]) -> dict[_K, list[_V]]:
    """The second of each pair, by the first."""
    found: dict[_K, list[_V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def one_of(names: Iterable[str]) -> str:
    """Names in words, whatever their order in the file: "`a`", "one of `a`, `b`"."""
    known = sorted(names)
    return ("one of " if len(known) > 1 else "") + listed(known)


def place(elements: Iterable[Element]) -> Path:
    """Where to point when all of them are meant: at the only one, else at their section."""
    paths = [element.path for element in elements]
    return paths[0] if len(paths) == 1 else paths[0][:1] if paths else ()


def silent(element: Element, key: str) -> bool:
    """Whether the protocol says of a key that its source is silent."""
    return key in element.unspecified


def recipients(escalation: Escalation) -> set[str]:
    """Who is told, and who may then act too."""
    found = {level.hand_to for level in escalation.levels if level.hand_to}
    return found | {holder.role for level in escalation.levels for holder in level.tell}
