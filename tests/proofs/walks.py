"""A case on real instants, walked by the plain rules and by the engine's semantics at once.

What the engine does must be something that brute force has seen. Imports semantics and the plain
rules; nothing of `protocolkit.proofs`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case
from protocolkit.semantics.performing.perform import perform
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.semantics.time import advance, next_item
from tests.proofs.plain import Now
from tests.proofs.rules import Deed, Rules
from tests.proofs.standing import LEVEL, OVERDUE, Label, Outcome, before_opening, timer

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
NONE = "not_opened"


def request_of(protocol: Protocol, deed: Deed) -> Request:
    """A deed as somebody asks for it, by the first role that may."""
    how, what, facts = deed
    roles: tuple[str, ...] = ()
    if how == "act":
        who = protocol.triggers[what].who
        roles = who.roles if who else ()
    elif how == "record":
        roles = protocol.facts[what].recorded_by
    elif how == "complete":
        who = protocol.follow_ups[what].who
        roles = who.roles if who else ()
    else:
        authority = getattr(protocol.follow_ups[what], how)
        roles = authority.who.roles
    role = next(iter(roles or protocol.roles))
    actor = Actor(id=role, roles=frozenset({role}))
    name = "" if how == "record" else what
    return Request(kind=how, what=name, actor=actor, facts=dict(facts))


class Course:
    """A case by the plain rules, on real instants."""

    def __init__(self, rules: Rules, at: datetime) -> None:
        self.rules = rules
        self.cut = False
        self.labels: set[Label] = set()
        self.case: Any = None
        self.timers: dict[int, datetime] = {}
        self.just: tuple[datetime, tuple[int, ...]] = (at, ())
        now = Now(rules, before_opening(rules))
        now.open_case()
        self._take(now.outcome(), at)

    def _take(self, outcome: Outcome, at: datetime) -> None:
        kept = outcome.kept
        timers = {kept[code]: when for code, when in self.timers.items() if code in kept}
        timers.update((code, at + hours * HOUR) for code, hours in outcome.started)
        self.case, self.timers, self.just = outcome.after, timers, (at, outcome.just)
        self.cut = self.cut or outcome.cut
        self.labels.update(outcome.labels)

    def advance(self, until: datetime) -> None:
        """Let time come to an instant; what runs out at that very instant has still to come."""
        while due := sorted((when, code) for code, when in self.timers.items() if when < until):
            when, code = due[0]
            at, just = self.just
            now = Now(self.rules, self.case, just if when == at else ())
            now.come(code)
            self._take(now.outcome(), when)

    def is_lucky(self, at: datetime) -> bool:
        """Whether what was done last may count only since it was done at this very instant."""
        return bool(self.just[1]) and self.just[0] == at and at in self.timers.values()

    def do(self, deed: Deed, at: datetime) -> bool:
        """Somebody does something; whether it was accepted."""
        now = Now(self.rules, self.case)
        accepted = now.do(deed)
        if accepted:
            self._take(now.outcome(), at)
        return accepted


class Walk:
    """One case, twice."""

    def __init__(self, protocol: Protocol, seed: int) -> None:
        self.protocol = protocol
        self.rules = Rules(protocol)
        self.program = Program(protocol)
        self.deeds = list(self.rules.deeds())
        self.random = Random(seed)
        self.now = START
        self.case = Case("walk")
        role = next(iter(protocol.roles))
        opening = Request(kind="open", actor=Actor(id=role, roles=frozenset({role})))
        assert () == perform(self.program, self.case, opening, self.now)[1]
        self.course = Course(self.rules, self.now)

    def step(self) -> tuple[Deed, bool, bool]:
        """Some time passes, and somebody tries something; whether each of the two took it."""
        self.wait()
        to_record = self.random.randrange(4) == 0
        deed = self.random.choice([one for one in self.deeds if (one[0] == "record") is to_record])
        plainly = self.course.do(deed, self.now)
        reasons = perform(self.program, self.case, request_of(self.protocol, deed), self.now)[1]
        return deed, plainly, not reasons

    def wait(self) -> None:
        """Until the next timer exactly, a whole number of hours before one, or some time."""
        item = next_item(self.case, self.now + 1000 * HOUR)
        way = self.random.randrange(4)
        if way == 0 and item is not None and item.at > self.now:
            self.now = item.at
        elif way == 1 and item is not None and item.at - HOUR > self.now:
            self.now = item.at - HOUR
        else:
            self.now += timedelta(minutes=self.random.choice((1, 7, 13, 29, 61, 119)))
        advance(self.program, self.case, self.now)
        self.course.advance(self.now)

    def of_engine(self) -> dict[str, Any]:
        """Where the case stands by the engine."""
        case, rules = self.case, self.rules
        owed = {
            one.id: [x for x in case.open.values() if x.follow_up == one.id] for one in rules.owed
        }
        timers: dict[int, datetime] = {}
        places: dict[str, int] = {}
        for index, one in enumerate(rules.owed):
            for place, instance in enumerate(owed[one.id]):
                places[instance.id] = place
                if instance.due is not None and instance.status == "open":
                    timers[timer(OVERDUE, index, place)] = instance.due
        for number, ladder in enumerate(rules.ladders):
            for run in case.runs.values():
                if run.escalation == ladder.id and run.next_at is not None:
                    timers[timer(LEVEL, number, places.get(run.of, 0))] = run.next_at
        return {
            "states": dict(case.states),
            "facts": {name: entry.value for name in rules.facts if (entry := case.value(name))},
            "closed": case.is_closed,
            "owed": {
                name: [(one.status == "overdue") for one in some] for name, some in owed.items()
            },
            "waiting": sorted({waiting.follow_up for waiting in case.deferred.values()}),
            "statuses": {
                name: _plain_word(case.latest[name].shown_status) if name in case.latest else NONE
                for name in rules.read
            },
            "timers": timers,
        }

    def of_plain(self) -> dict[str, Any]:
        """The same by the plain rules."""
        now, rules = Now(self.rules, self.course.case), self.rules
        return {
            "states": now.states,
            "facts": {name: value for name, value in now.facts.items() if value is not None},
            "closed": now.closed,
            "owed": {
                one.id: [each.late for each in now.owed[index]]
                for index, one in enumerate(rules.owed)
            },
            "waiting": sorted(rules.owed[index].id for index in now.waiting),
            "statuses": now.statuses,
            "timers": self.course.timers,
        }


def _plain_word(status: str) -> str:
    """A status by the word that conditions ask for; brute force does not tell who did it, or how
    late; and what is late it tells by the follow-up itself.
    """
    return "met" if status in ("met-late", "satisfied-by") else status
