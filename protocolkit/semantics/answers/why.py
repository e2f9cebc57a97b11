"""Why: whether somebody may do something now, with what, until when, and who else could; or
every reason why not, with by when that may change and what follows otherwise.

Asks the code that decides, and adds what is to be expected. Imports decisions, requests and
prospects.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from protocolkit.ground.errors import UsageError
from protocolkit.ground.findings import Path, Reason
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import Record
from protocolkit.model.base import Element
from protocolkit.model.case import FollowUp, Trigger
from protocolkit.model.people import Who
from protocolkit.semantics.actors import Actor, as_who, in_words
from protocolkit.semantics.answers.prospects import Prospect, Prospects
from protocolkit.semantics.answers.put_right import put_right
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.deciding.agreement import joint_act
from protocolkit.semantics.deciding.decide import decide
from protocolkit.semantics.links import takers
from protocolkit.semantics.performing.perform import consider
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request
from protocolkit.semantics.shares import who_owes

KINDS = (
    "act",
    "complete",
    "decline",
    "waive",
    "extend",
    "set",
    "move",
    "call_off",
    "hold",
    "record",
    "assign",
)
"""What can be asked about: acts, follow-ups, meetings, facts, per-case roles."""

_COMES_WITH = frozenset(
    {
        "missing-fact",
        "missing-reason",
        "missing-evidence",
        "wrong-value",
        "not-together",
        "which-one",
        "which-part",
    }
)
"""Reasons that only say what must be told with it: these are not held against a question."""


class Able(Record):
    """Somebody who could do it now: whoever holds a role (`person` "" for any of them), or one
    person. `opens_at`: their office is closed now, and opens then.
    """

    role: str
    title: str
    person: str = ""
    opens_at: datetime | None = None


class Why(Record):
    """Whether something may be done now, by whom else, and every reason if not.

    `trigger` is what was asked about, `kind` in which way. `who` says in words for whom it is;
    `asks` is what must be told with it; `moves` are (strand, from, to). `takes_effect` False:
    it only signs, and the roles in `missing` must sign too. `used` are the exceptions used.
    `until`: time alone ends it then. `by_when`, `by_when_is` and `otherwise` are about its
    not being done: what is due with it, and the levels to come. `others` could do it now.
    `put_right` tells what about it was entered in error.
    """

    trigger: str
    kind: str = "act"
    title: str
    allowed: bool
    role: str = ""
    who: str = ""
    reasons: tuple[Reason, ...] = ()
    asks: tuple[Reason, ...] = ()
    moves: tuple[tuple[str, str, str], ...] = ()
    takes_effect: bool = True
    missing: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    until: datetime | None = None
    by_when: datetime | None = None
    by_when_is: str = ""
    otherwise: tuple[str, ...] = ()
    others: tuple[Able, ...] = ()
    put_right: tuple[str, ...] = ()
    source: str = ""
    path: Path = ()


def why(
    program: Program,
    case: Case,
    what: str,
    actor: Actor,
    now: datetime,
    meeting: str = "",
    *,
    kind: str = "",
    item: str = "",
) -> Why:
    """Whether an actor may do something now; what must come with it is not held against it.

    `kind` "": doing an act; for a follow-up completing it, for a planned meeting holding it,
    for another meeting setting it, for a fact recording it, for a per-case role assigning it.

    Raises: UsageError: no such kind.
    """
    if kind not in ("", *KINDS):
        raise UsageError(f"There is no kind `{kind}`; {did_you_mean(kind, KINDS, listed=20)}.")
    asked = _Asked(program, case, what, kind or _kind_of(program, case, what), now, meeting, item)
    return asked.answer(actor).replace(
        others=tuple(asked.others(actor)), put_right=put_right(program, case, what)
    )


def possible(program: Program, case: Case, actor: Actor, now: datetime) -> tuple[Why, ...]:
    """Every act of the protocol, whether the actor may do it now, in the order of the file; and
    accepting each hand-over that is on offer.
    """
    return tuple(
        _Asked(program, case, name, "act", now).answer(actor) for name in _acts(program, case)
    )


def who_can(program: Program, case: Case, now: datetime) -> dict[str, tuple[Able, ...]]:
    """Each act that somebody may do now, with who, in the order of the file."""
    asked = {name: _Asked(program, case, name, "act", now) for name in _acts(program, case)}
    found = {name: tuple(one.others()) for name, one in asked.items()}
    return {name: who for name, who in found.items() if who}


def _acts(program: Program, case: Case) -> list[str]:
    return [*program.protocol.triggers, *dict.fromkeys(link for link, _ in case.offers)]


def _kind_of(program: Program, case: Case, what: str) -> str:
    protocol = program.protocol
    if what in protocol.triggers or what in protocol.links:
        return "act"
    if what in program.follow_ups or what in case.instances:
        return "complete"
    if what in case.meetings:
        return "hold"
    if what in protocol.meetings:
        planned = [one for one in case.meetings.values() if one.name == what]
        return "hold" if any(one.status == "set" for one in planned) else "set"
    if what in protocol.facts:
        return "record"
    if what in protocol.roles:
        return "assign"
    return "act"


class _Asked:
    """One thing that somebody may want to do, at one instant."""

    def __init__(
        self,
        program: Program,
        case: Case,
        what: str,
        kind: str,
        now: datetime,
        meeting: str = "",
        item: str = "",
    ) -> None:
        self.program = program
        self.protocol = program.protocol
        self.case = case
        self.what = what
        self.kind = kind
        self.now = now
        self.meeting = meeting
        self.item = item
        self.prospects = Prospects(program, case, now)
        self.trigger = program.trigger(what) if kind == "act" else None
        self.instance = self._instance()

    def answer(self, actor: Actor) -> Why:
        """Whether one actor may do it."""
        found = self._decided(actor)
        rule, who = self._rule()
        hope = self._if_not_done()
        trigger = self.trigger
        reasons = tuple(self.prospects.explained(one, trigger) for one in found.reasons)
        until = None
        if found.allowed and trigger is not None:
            waived = {name for used in found.used for name in trigger.exceptions[used].waives}
            needs = [one for name, one in trigger.needs.items() if name not in waived]
            until = self.prospects.turns([one.condition for one in needs], wanted=False)
        return found.replace(
            title=rule.name if rule else self.what,
            who=in_words(who, self.protocol) if rule else "",
            reasons=reasons,
            until=until,
            by_when=hope.by_when,
            by_when_is=hope.by_when_is,
            otherwise=hope.otherwise,
            source=rule.source if rule else "",
            path=rule.path if rule else (),
        )

    def others(self, actor: Actor | None = None) -> Iterator[Able]:
        """Whoever could do it now, beside an actor: the roles that they do not hold, then
        persons who are meant by what they did or where they were.
        """
        able: set[str] = set()
        for role in self.protocol.roles.values():
            person = self.case.holders.get(role.id, "") if role.per_case else ""
            if actor is not None and (person == actor.id or role.id in actor.roles):
                continue
            one = Actor(id=person or "-", roles={role.id}, can=role.can)
            if self._decided(one).allowed:
                able.add(role.id)
                opens_at = self.prospects.opening(role.id)
                yield Able(role=role.id, title=role.name, person=person, opens_at=opens_at)
        for person, roles in self._known_persons().items():
            if (actor is not None and person == actor.id) or able & roles:
                continue
            found = self._decided(Actor(id=person, roles=roles))
            if found.allowed:
                seat = self.protocol.roles.get(found.role)
                title = seat.name if seat is not None else person
                yield Able(role=found.role, title=title, person=person)

    def _known_persons(self) -> dict[str, frozenset[str]]:
        """Who has acted in the case or was at a meeting, with the roles they had there."""
        found: dict[str, set[str]] = {}
        for one in self.case.occurrences:
            if one.by and one.role in self.protocol.roles:
                found.setdefault(one.by, set()).add(one.role)
        for meeting in self.case.meetings.values():
            for person, role in meeting.attended.items():
                found.setdefault(person, set()).add(role)
        return {person: frozenset(roles) for person, roles in sorted(found.items())}

    # -- asking ------------------------------------------------------------------------

    def _decided(self, actor: Actor) -> Why:
        """The bare decision about one actor."""
        request = Request(
            kind=self.kind,
            what=self.what,
            actor=actor,
            meeting=self.meeting,
            item=self.item,
            facts={self.what: ""} if self.kind == "record" else {},
            assign={self.what: actor.id} if self.kind == "assign" else {},
        )
        if self.trigger is not None:
            decision = decide(self.program, self.case, request, now=self.now, asking=True)
            found = Why(
                trigger=self.what,
                title="",
                allowed=decision.allowed,
                role=decision.role,
                reasons=decision.reasons,
                moves=decision.moves,
                takes_effect=decision.takes_effect,
                missing=decision.missing,
                used=decision.used,
            )
        else:
            role, reasons = consider(self.program, self.case, request, self.now)
            found = Why(
                trigger=self.what,
                kind=self.kind,
                title="",
                allowed=not reasons,
                role=role,
                reasons=reasons,
            )
        against = tuple(one for one in found.reasons if one.name not in _COMES_WITH)
        asks = tuple(one for one in found.reasons if one.name in _COMES_WITH)
        return found.replace(allowed=not against, reasons=against, asks=asks)

    def _instance(self) -> Instance | None:
        """The open follow-up that is meant, if there is one."""
        named = self.case.open.get(self.what)
        if named is not None or self.kind == "act":
            return named
        found = [one for one in self.case.open.values() if one.follow_up == self.what]
        by_item = [one for one in found if self.item and self.item in (one.item, one.holder)]
        return next(iter(by_item or found), None)

    def _follow_up(self) -> FollowUp | None:
        known = self.case.instances.get(self.what)
        return self.program.follow_ups.get(known.follow_up if known else self.what)

    def _rule(self) -> tuple[Element | None, Who | None]:
        """The rule that is asked about, and for whom it is."""
        if self.trigger is not None:
            return self.trigger, _of_act(self.trigger)
        follow_up = self._follow_up()
        if follow_up is not None and self.kind == "complete":
            who = who_owes(follow_up, self.instance) if self.instance else follow_up.who
            return follow_up, who
        if follow_up is not None:
            authority = getattr(follow_up, self.kind, None)
            return follow_up, authority.who if authority else Who()
        link = self.protocol.links.get(self.what)
        if link is not None:
            return link, takers(link)
        planned = self.case.meetings.get(self.what)
        meeting = self.protocol.meetings.get(planned.name if planned else self.what)
        if meeting is not None:
            return meeting, meeting.called_by
        fact = self.protocol.facts.get(self.what)
        if fact is not None:
            return fact, as_who(fact.recorded_by) if fact.recorded_by else None
        role = self.protocol.roles.get(self.what)
        givers = [one for one in self.protocol.triggers.values() if self.what in one.assigns]
        who = Who(any_of=tuple(one for giver in givers if giver.who for one in giver.who.holders))
        return role, who if who.holders else None

    def _if_not_done(self) -> Prospect:
        """What is due with it, and what follows if it is not done."""
        if self.trigger is not None:
            return self.prospects.of_acts([self.trigger.id])
        if self.instance is not None:
            return self.prospects.of_instance(self.instance)
        planned = self.case.meetings.get(self.what)
        name = planned.name if planned else self.what
        if name in self.protocol.meetings:
            return self.prospects.of_meeting(name)
        return Prospect()


def _of_act(trigger: Trigger) -> Who | None:
    """For whom an act is: who may do it, else who must agree to it."""
    joint = joint_act(trigger)
    return trigger.who if trigger.who is not None or joint is None else Who(all_of=joint.signers)
