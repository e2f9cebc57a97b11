"""Who is tied to whom, and from whom word comes: two kinds of roles at a time.

Imports cooperation.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from protocolkit.checks.cooperation import BAD, FIRM, OFFICERS, Cooperation, grouped
from protocolkit.model.case import FollowUp, Trigger
from protocolkit.model.people import Relationship

Pair = frozenset[str]
"""Two kinds of roles."""
OUTSIDE = ("caseworker", "service_provider")
"""Who gets a case from the court, and may go silent: §3.2.4, §3.3.1."""


class Partners:
    """Ties between kinds of roles, since a county may have several roles of one kind."""

    def __init__(self, team: Cooperation) -> None:
        self.team = team
        self.protocol = team.protocol

    @cached_property
    def ties(self) -> Mapping[Pair, list[Relationship]]:
        """The relationships between two roles, by their kinds."""
        roles = self.protocol.roles
        return grouped(
            (frozenset(self.team.kinds(tie.between)), tie)
            for tie in self.protocol.relationships.values()
            if len(tie.between) == 2 and all(end in roles for end in tie.between)
        )

    @cached_property
    def hand_offs(self) -> Mapping[Pair, list[Trigger]]:
        """The acts with which one kind of role tells another, by the two kinds."""
        kinds = self.team.kinds
        return grouped(
            (pair, act)
            for act in self.team.acts
            for pair in _pairs(kinds(self.team.actors(act)), kinds(self.team.told_by(act)))
        )

    def by_rule(self, pair: Pair) -> bool:
        """Whether the offices work together, whoever holds them: a formal tie between them, the
        team, or an act or a follow-up of one for the other, on which that can count.
        """
        return (
            any(
                tie.tie == "formal" and tie.rests_on != "persons" for tie in self.ties.get(pair, ())
            )
            or any(pair <= kinds for kinds in self._at_the_table)
            or any(
                act.strength in FIRM and act.formality != "informal"
                for act in self.hand_offs.get(pair, ())
            )
            or pair in self._owed
        )

    @cached_property
    def _at_the_table(self) -> tuple[set[str], ...]:
        return tuple(self.team.kinds(roles) for roles in self.team.seats)

    @cached_property
    def _owed(self) -> frozenset[Pair]:
        """The kinds of whom one owes the other something on which that can count."""
        people, kinds = self.team.people, self.team.kinds
        return frozenset(
            pair
            for one in self.team.duties
            if one.strength in FIRM
            for pair in _pairs(kinds(people(one.who)), kinds((*people(one.owed_to), *one.for_each)))
        )

    def in_coalition(self, pair: Pair) -> bool:
        """Whether two kinds of roles work in one coalition beside the cases."""
        return any(pair <= kinds for kinds in self._coalitions)

    @cached_property
    def _coalitions(self) -> tuple[set[str], ...]:
        return tuple(
            self.team.kinds((*one.participants, *one.given_by))
            for one in self.protocol.practices.values()
            if one.kind == "coalition"
        )

    @cached_property
    def without_word(self) -> Mapping[str, tuple[Relationship, ...]]:
        """Kinds of partners from whom no word is sure to come, with what shows the silence.

        Word comes from a follow-up owed to another organization. One that is only encouraged is
        enough while the tie with those who are owed it is not strained or absent.
        """
        found: dict[str, tuple[Relationship, ...]] = {}
        for kind in OUTSIDE:
            words = [
                (one.strength, told) for one in self.team.duties if (told := self._hear(kind, one))
            ]
            listeners = self.team.kinds(role for _, told in words for role in told)
            bad = tuple(
                tie
                for listener in sorted(listeners) or OFFICERS
                for tie in self.ties.get(frozenset((kind, listener)), ())
                if tie.tie in BAD
            )
            strengths = {strength for strength, _ in words}
            sure = strengths & {*FIRM} or ("encouraged" in strengths and not bad)
            if self.team.roles(kind) and not sure:
                found[kind] = bad
        return found

    def _hear(self, kind: str, one: FollowUp) -> set[str]:
        """The roles outside their own house to which roles of a kind owe a follow-up."""
        mine = [role for role in self.team.people(one.who) if self.team.kind(role) == kind]
        told = self.team.people(one.owed_to) if mine else set()
        return {role for role in told if not all(self.team.at_one(role, own) for own in mine)}


def _pairs(ones: set[str], others: set[str]) -> set[Pair]:
    return {frozenset((one, other)) for one in ones for other in others}
