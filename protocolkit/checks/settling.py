"""Do follow-ups that open and end each other come to rest within one step?

Played through by the rulings of the language: a condition opens when it becomes true, a
follow-up whose ending is already true never opens. Within one step facts, states and time
stand still, so whatever else a condition asks is answered once and for all; every
combination of answers and statuses is tried. Imports the model and conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from protocolkit.checks.graph import components
from protocolkit.conditions.names import STATUSES
from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import And, Atom, Condition, Is, Name, Not, Or, Word
from protocolkit.conditions.terms import all_atoms, term_read
from protocolkit.model.case import FollowUp
from protocolkit.model.protocol import Protocol

MAX_GROUP = 3
MAX_QUESTIONS = 4
STARTS = ("not_opened", "open", "overdue", "met", "declined", "waived", "cancelled")
MAX_CALLED = 20
WITHIN_A_STEP = ("opened", "cancelled")
"""What can happen to a follow-up with no person and no time."""


def spinning(protocol: Protocol) -> list[tuple[str, ...]]:
    """Groups of follow-ups that set each other off for ever, in the order of the file."""
    follow_ups = protocol.follow_ups
    sets_off: dict[str, list[str]] = {name: [] for name in follow_ups}
    for name, follow_up in follow_ups.items():
        for other in _depends_on(follow_up, protocol):
            if other in sets_off:
                sets_off[other].append(name)
    return [
        group
        for group in components(follow_ups, sets_off)
        if (len(group) > 1 or group[0] in sets_off[group[0]])
        and len(group) <= MAX_GROUP
        and _spins(group, protocol)
    ]


def _depends_on(follow_up: FollowUp, protocol: Protocol) -> Iterator[str]:
    for occurrence in follow_up.opens_with:
        if occurrence.event in WITHIN_A_STEP:
            yield occurrence.name
    for atom in all_atoms(_conditions(follow_up), protocol.all_terms):
        for reference in references(atom):
            yield reference.name


def _conditions(follow_up: FollowUp) -> Iterable[Condition]:
    endings = (ending.if_ for ending in follow_up.ends_when)
    return filter(None, (follow_up.opens_when, *endings, follow_up.if_))


def _spins(group: tuple[str, ...], protocol: Protocol) -> bool:
    members = {name: protocol.follow_ups[name] for name in sorted(group)}
    questions: list[Atom] = []
    for atom in all_atoms(
        [found for member in members.values() for found in _conditions(member)],
        protocol.all_terms,
    ):
        if not _asks_status(atom, members) and atom not in questions:
            questions.append(atom)
    if len(questions) > MAX_QUESTIONS:
        return False
    return any(
        _Play(members, protocol.all_terms, dict(zip(questions, answers, strict=True))).spins(
            starts, called
        )
        for answers in product((False, True), repeat=len(questions))
        for starts in product(STARTS, repeat=len(members))
        for called in ((), *((name,) for name in members))
    )


def _asks_status(atom: Atom, members: Mapping[str, FollowUp]) -> bool:
    return isinstance(atom, Is) and isinstance(atom.subject, Name) and atom.subject.name in members


class _Play:
    """One set of answers: how the follow-ups go on from a set of statuses.

    `called` are those that an occurrence is about to open, `noticed` those whose `opens_when`
    has been true since it was last acted on.
    """

    def __init__(
        self,
        members: Mapping[str, FollowUp],
        terms: Mapping[str, Condition],
        answers: Mapping[Atom, bool],
    ) -> None:
        self.members = members
        self.terms = terms
        self.answers = answers
        self.status: dict[str, str] = {}
        self.called: tuple[str, ...] = ()
        self.noticed: set[str] = set()

    def spins(self, starts: tuple[str, ...], called: tuple[str, ...]) -> bool:
        """Whether it goes on for ever from these statuses."""
        self.status = dict(zip(self.members, starts, strict=True))
        self.called = called
        self.noticed = set()
        seen = set()
        while self.acts():
            self.noticed = {
                name for name in self.noticed if self.holds(self.members[name].opens_when)
            }
            now = (tuple(self.status.values()), self.called, frozenset(self.noticed))
            if now in seen or len(self.called) > MAX_CALLED:
                return True
            seen.add(now)
        return False

    def acts(self) -> bool:
        """Do the one thing that comes next: open what was called or became due, end what is
        over, in the order of the ids. False when all is at rest.
        """
        if self.called:
            name, *rest = self.called
            self.called = tuple(rest)
            self.open(name)
            return True
        for name, member in self.members.items():
            if name not in self.noticed and self.holds(member.opens_when):
                self.noticed.add(name)
                self.open(name)
                return True
        for name, member in self.members.items():
            if self.status[name] in STATUSES["open"] and self.is_over(member):
                self.status[name] = "cancelled"
                self.tell(name, "cancelled")
                return True
        return False

    def open(self, name: str) -> None:
        if self.may_open(self.members[name]):
            self.status[name] = "open"
            self.tell(name, "opened")

    def tell(self, name: str, event: str) -> None:
        self.called += tuple(
            other
            for other, member in self.members.items()
            if any(found.name == name and found.event == event for found in member.opens_with)
        )

    def may_open(self, member: FollowUp) -> bool:
        again = self.status[member.id] not in STATUSES["open"] or member.if_again == "open_another"
        fits = member.if_ is None or self.holds(member.if_)
        return again and fits and not self.is_over(member)

    def is_over(self, member: FollowUp) -> bool:
        return any(self.holds(ending.if_) for ending in member.ends_when)

    def holds(self, condition: Condition | None) -> bool:
        match condition:
            case None:
                return False
            case Not(part=part):
                return not self.holds(part)
            case And(parts=parts):
                return all(self.holds(part) for part in parts)
            case Or(parts=parts):
                return any(self.holds(part) for part in parts)
        term = term_read(condition, self.terms)
        if term is not None:
            found = self.holds(self.terms[term])
            return found != (isinstance(condition, Is) and _is_false(condition))
        if isinstance(condition, Is) and _asks_status(condition, self.members):
            assert isinstance(condition.subject, Name)
            words = {value.text for value in condition.values if isinstance(value, Word)}
            status = self.status[condition.subject.name]
            return any(status in STATUSES.get(word, ()) for word in words) != condition.negated
        return self.answers[condition]


def _is_false(condition: Is) -> bool:
    """Whether it asks that a term is false: `is false`, `is not true`."""
    wanted = any(getattr(value, "value", None) is True for value in condition.values)
    return wanted == condition.negated
