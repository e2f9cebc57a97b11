"""What is tried next in a case: right and wrong acts, late entries, instants worth waiting for.

Imports the reference and the model; where the choices come from is left to `Chance`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from typing import Protocol as Interface

from hypothesis import strategies as st

from protocolkit.ground.zones import midnight, zone
from protocolkit.model.case import Trigger
from protocolkit.model.people import Who
from tests.properties.strategies import ABILITY
from tests.reference.ledger import Ask, Owed, Person
from tests.reference.people import name_of
from tests.reference.step import Reference
from tests.reference.truth import Truth

TICK = timedelta(microseconds=1)
PEOPLE = (
    Person(id="o-1", roles=frozenset({"officer"})),
    Person(id="s-1", roles=frozenset({"supervisor"})),
    Person(id="j-1", roles=frozenset({"judge", "officer"}), can=frozenset({ABILITY})),
    Person(id="k-1", roles=frozenset({"caseworker"}), can=frozenset({ABILITY})),
    Person(id="k-2", roles=frozenset({"caseworker", "supervisor"})),
    Person(id="x-1", roles=frozenset({"visitor"})),
)
STARTS = (
    datetime(2025, 3, 7, 14, 0, tzinfo=UTC),  # the Friday before clocks go forward in America
    datetime(2025, 11, 1, 3, 59, tzinfo=UTC),  # the night before they go back
    datetime(2025, 3, 29, 22, 30, tzinfo=UTC),  # the night they go forward in Europe
    datetime(2025, 12, 24, 12, 0, tzinfo=UTC),  # holidays ahead
    datetime(2025, 1, 30, 9, 0, tzinfo=UTC),  # the end of a month
    datetime(2025, 6, 11, 4, 0, tzinfo=UTC),  # midnight in Halifax is an hour ago
)
DAYS = (date(2025, 3, 9), date(2025, 3, 10), date(2025, 11, 2), date(2025, 12, 26))


class Chance(Interface):
    """Where the choices come from."""

    def one(self, items: Any) -> Any:
        """One of some."""

    def maybe(self, percent: int) -> bool:
        """Yes, about so often."""


class Drawn:
    """Choices of Hypothesis, which can make a failing history shorter."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def one(self, items: Any) -> Any:
        """One of some; shrinks to the first."""
        return self.data.draw(st.sampled_from(list(items)))

    def maybe(self, percent: int) -> bool:
        """Yes, about so often; shrinks to no."""
        return bool(self.data.draw(st.integers(0, 99)) >= 100 - percent)


class Dice:
    """Choices by a seed, quick, for long histories."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def one(self, items: Any) -> Any:
        """One of some."""
        return self.random.choice(list(items))

    def maybe(self, percent: int) -> bool:
        """Yes, about so often."""
        return self.random.randrange(100) >= 100 - percent


class Teller:
    """Draws what is tried next, looking at where the reference stands."""

    def __init__(
        self, chance: Chance, reference: Reference, people: Sequence[Person] = PEOPLE
    ) -> None:
        self.chance = chance
        self.one = chance.one
        self.maybe = chance.maybe
        self.protocol = reference.protocol
        self.reference = reference
        self.people = people
        self.count = 0

    @property
    def assignable(self) -> list[str]:
        """Who may be given a role that is given out."""
        given = {role.id for role in self.protocol.roles.values() if role.per_case}
        return [one.id for one in self.people if one.roles & (given or {"caseworker"})]

    def instants(self, now: datetime) -> list[datetime]:
        """What is worth waiting for."""
        found: set[datetime] = set()
        for owed in self.reference.owed:
            if owed.is_open:
                found |= {at for at in (owed.aim, owed.due, owed.outer) if at is not None}
        found |= {one.now.at for one in self.reference.coming(now)}
        found |= {one.planned_at for one in self.reference.planned}
        where = zone(self.protocol.timezone)
        tomorrow = now.astimezone(where).date() + timedelta(days=1)
        found.add(midnight(tomorrow, where))
        near = {at + tick for at in found for tick in (-TICK, timedelta(0), TICK)}
        ahead = sorted(at for at in near if now < at < now + timedelta(days=70))
        hours = [now + timedelta(hours=n) for n in (1, 7, 30)]
        return [*hours, *ahead[:24]]

    def person(self) -> Person:
        """Somebody."""
        person: Person = self.one(self.people)
        return person

    def permitted(self, who: Any, more: Iterable[str] = ()) -> Person:
        """Mostly somebody who may."""
        roles = {*(who.roles if who is not None else ()), *more}
        fitting = [person for person in self.people if person.roles & roles]
        fitting += [
            person
            for person in self.people
            if any(self.reference.holders.get(role) == person.id for role in roles)
        ]
        return self.person() if not fitting or self.maybe(15) else self.one(fitting)

    def value(self, fact: str) -> Any:
        """A value of a fact; now and then one that it cannot have."""
        if self.maybe(3):
            return "nonsense and more"
        declared = self.protocol.facts[fact]
        match declared.type:
            case "boolean":
                return self.one([True, False])
            case "integer":
                return self.one([12, 15, 18])
            case "choice":
                return self.one(declared.values)
            case "date":
                return self.one(DAYS)
        roles = list(self.protocol.roles)
        return frozenset(self.one(roles) for _ in range(self.one([0, 1, 1, 2, 2 * len(roles)])))

    def happened(self, now: datetime) -> datetime | None:
        """When it happened: mostly now, else a while ago, once in a while tomorrow."""
        if not self.maybe(25):
            return None
        back = self.one([0, 1, 10, 45, 150, 400, 1500, 2900, -60])
        exact = [
            at
            for owed in self.reference.owed
            if owed.due is not None
            for at in (owed.due, owed.due + TICK)
            if at <= now
        ]
        if exact and self.maybe(30):
            chosen: datetime = self.one(exact)
            return chosen
        return now - timedelta(minutes=int(back))

    def ask(self, now: datetime) -> Ask:
        """Something that somebody tries."""
        protocol, reference = self.protocol, self.reference
        kinds = ["record"] * 2
        if protocol.triggers:
            kinds += ["act"] * 8
        if any(owed.is_open for owed in reference.owed):
            kinds += ["complete"] * 3 + ["extend", "waive", "decline"]
        if protocol.meetings:
            kinds += ["set", "set"]
        if any(meeting.status == "set" for meeting in reference.planned):
            kinds += ["move", "call_off", "hold", "hold", "hold"]
        if reference.proposals:
            kinds += ["act", "act", "veto"]
        if any(role.per_case for role in protocol.roles.values()) and reference.scope == "case":
            kinds.append("assign")
        kind = self.one(kinds)
        found: Ask = getattr(self, f"_{kind}")(now)
        return found.replace(scope=reference.scope)

    def onward(self, now: datetime) -> Ask:
        """An act that moves the case on, if there is one."""
        truth = Truth(self.reference, self.reference.now)
        found = [
            trigger
            for trigger in self.protocol.triggers.values()
            if self.reference.moves_of(trigger, truth)
        ]
        return self.trying(self.one(found), now) if found else self.ask(now)

    def agreeing(self) -> list[Trigger]:
        """The acts that somebody has signed and others have not."""
        found = [self.protocol.triggers.get(one.trigger) for one in self.reference.proposals]
        return [trigger for trigger in found if trigger is not None]

    def agreed(self, now: datetime) -> Ask:
        """Another signature for what somebody has signed."""
        return self.trying(self.one(self.agreeing()), now)

    def dutiful(self, now: datetime) -> Ask:
        """Something that is owed is done, mostly by whoever owes it."""
        alive = [owed for owed in self.reference.owed if owed.is_open]
        if not alive:
            return self.ask(now)
        owed = self.one(alive)
        follow_up = self.reference.follow_up(owed)
        names = [one.trigger.name for one in follow_up.met_by if one.trigger is not None]
        acts = [name for name in names if name in self.protocol.triggers]
        if acts:
            return self.trying(self.protocol.triggers[self.one(acts)], now)
        missing = self.reference.missing(owed)
        parts = [part for part in follow_up.parts if part in missing]
        waiting = [name for name in self.reference.together(owed) if name in missing]
        roles = waiting or [holder.role for holder in self.reference.holders_of(owed)]
        return Ask(
            kind="complete",
            what=owed.id,
            by=self.permitted(None, roles),
            item=self.one(parts) if parts else "",
            scope=self.reference.scope,
        )

    def _act(self, now: datetime) -> Ask:
        truth = Truth(self.reference, self.reference.now)
        enabled = [
            name
            for name, trigger in self.protocol.triggers.items()
            if not trigger.moves or self.reference.moves_of(trigger, truth)
        ]
        if len(enabled) > 1 and not self.maybe(25):
            enabled = [name for name in enabled if name != "close_case"]
        if not enabled or self.maybe(15):
            enabled = list(self.protocol.triggers)
        return self.trying(self.protocol.triggers[self.one(enabled)], now)

    def trying(self, trigger: Trigger, now: datetime) -> Ask:
        """Somebody does it, or signs it."""
        if trigger.agreed_by is not None or (trigger.who and trigger.who.all_of):
            return self._sign(trigger, now)
        return self.doing(trigger, now)

    def doing(self, trigger: Trigger, now: datetime, more: Iterable[str] = ()) -> Ask:
        """Somebody does it, with what goes with it."""
        facts = {
            recorded.fact: self.value(recorded.fact)
            for recorded in trigger.records
            if not self.maybe(10 if recorded.required else 30)
        }
        if self.maybe(3):
            fact = self.one(self.protocol.facts)
            facts[fact] = self.value(fact)
        assign = {
            role: self.one(self.assignable)
            for role, way in trigger.assigns.items()
            if way == "named" and not self.maybe(10)
        }
        meeting = ""
        if self.reference.planned and self.maybe(30):
            meeting = self.one(self.reference.planned).id
        rules = trigger.exceptions
        return Ask(
            kind="act",
            what=trigger.id,
            by=self.permitted(trigger.who, more),
            at=self.happened(now),
            facts=facts,
            assign=assign,
            meeting=meeting,
            item=self.item(trigger.id),
            attended=self.beside(trigger),
            exception=self.one(sorted(rules)) if rules and self.maybe(35) else "",
            reason="R-9" if rules and self.maybe(50) else "",
        )

    def item(self, act: str) -> str:
        """A recipient, holder or part of what an act does."""
        found: list[str] = []
        for follow_up in self.reference.follow_ups:
            if any(met.trigger is not None and met.trigger.name == act for met in follow_up.met_by):
                found += [*follow_up.for_each, *follow_up.parts]
                found += [name_of(one) for one in (follow_up.who.each_of if follow_up.who else ())]
        return self.one(found) if found and self.maybe(75) else ""

    def beside(self, trigger: Trigger) -> dict[str, str]:
        """Who else is there."""
        wanted = [role for role in trigger.together_with if not self.maybe(10)]
        wanted += [
            role
            for rule in trigger.exceptions.values()
            for role in (rule.who.roles if rule.who else ())
        ]
        found: dict[str, str] = {}
        for role in wanted:
            fitting = [person.id for person in self.people if role in person.roles]
            fitting += [self.reference.holders[role]] if role in self.reference.holders else []
            if fitting:
                found[self.one(fitting)] = role
        return found

    def _sign(self, trigger: Trigger, now: datetime) -> Ask:
        """Somebody proposes, signs what is proposed, or something else."""
        agreed, who = trigger.agreed_by, trigger.who
        proposal = self.reference.proposal(trigger.id)
        signed = proposal.signed if proposal else {}
        roles = [holder.role for holder in (who.all_of if who else ())]
        roles += [*agreed.all_of, *agreed.any_of] if agreed else []
        more = [role for role in roles if role not in signed]
        ask = self.doing(trigger, now, more)
        if more and self.maybe(70):
            ask = ask.replace(by=self.permitted(None, more))
        if proposal is not None and self.maybe(85):
            facts, assign, meeting, evidence, item, _ = proposal.content
            ask = ask.replace(facts=facts, assign=assign, meeting=meeting)
            ask = ask.replace(evidence=evidence, item=item)
        elif self.maybe(10):
            ask = ask.replace(evidence=self.one(["P-1", "P-2"]))
        return ask

    def _veto(self, now: datetime) -> Ask:
        """Somebody stops what is proposed, takes their name back, or signs a power."""
        proposal = self.one(self.reference.proposals)
        kind, _, owed = proposal.trigger.rpartition(" ")
        if kind:
            authority = getattr(self.protocol.follow_ups[owed.partition("/")[0]], kind)
            more = [role for role in authority.who.roles if role not in proposal.signed]
            by = self.permitted(None, more)
            until = proposal.content[-1]
            return Ask(kind=kind, what=owed, by=by, until=until, reason="R-7")
        agreed = self.protocol.triggers[proposal.trigger].agreed_by
        by = self.permitted(None, [*(agreed.veto if agreed else ()), *proposal.signed])
        return Ask(kind="decline", what=proposal.trigger, by=by, at=self.happened(now))

    def _record(self, now: datetime) -> Ask:
        own = [one.id for one in self.protocol.facts.values() if one.scope == self.reference.scope]
        fact = self.one(own if own and not self.maybe(5) else self.protocol.facts)
        recorded_by = self.protocol.facts[fact].recorded_by
        fitting = [person for person in self.people if person.roles & set(recorded_by)]
        by = self.one(fitting) if fitting and self.maybe(80) else self.person()
        facts = {fact: self.value(fact)}
        return Ask(kind="record", by=by, at=self.happened(now), facts=facts)

    def _assign(self, now: datetime) -> Ask:
        del now
        return Ask(
            kind="assign", by=self.person(), assign={"caseworker": self.one(self.assignable)}
        )

    def owed(self) -> Owed | None:
        """One that is owed; now and then none."""
        return None if self.maybe(10) else self.one([o for o in self.reference.owed if o.is_open])

    def about(self, owed: Owed | None, now: datetime) -> Ask:
        """It, by its own id, or by its name and the item; or any."""
        if owed is None:
            return Ask(kind="", what=self.one(sorted(self.protocol.follow_ups)))
        items = [one for one in (owed.item, owed.holder) if one]
        item = self.one(items) if items and self.maybe(75) else ""
        return Ask(
            kind="",
            what=owed.id if self.maybe(30) else owed.follow_up,
            item=item,
            at=self.happened(now),
        )

    def _complete(self, now: datetime) -> Ask:
        owed = self.owed()
        ask = self.about(owed, now).replace(kind="complete")
        follow_up = self.protocol.follow_ups[owed.follow_up if owed else ask.what]
        if owed is None:
            return ask.replace(by=self.permitted(follow_up.who))
        missing = self.reference.missing(owed)
        parts = [part for part in follow_up.parts if part in missing or self.maybe(10)]
        if parts and not self.maybe(10):
            ask = ask.replace(item=self.one(parts))
            if owed.item or owed.holder:
                ask = ask.replace(what=owed.id)
        who = Who(any_of=self.reference.holders_of(owed)) if follow_up.who else None
        waiting = [name for name in self.reference.together(owed) if name in missing]
        if waiting and self.maybe(70):
            return ask.replace(by=self.permitted(None, waiting))
        return ask.replace(by=self.permitted(who))

    def right(self, kind: str, now: datetime, until: datetime | None = None) -> Ask:
        """Somebody uses a right, or tries to."""
        ask = self.about(self.owed(), now)
        name = ask.what.partition("/")[0]
        authority = getattr(self.protocol.follow_ups[name], kind)
        return ask.replace(
            kind=kind,
            by=self.permitted(authority.who if authority else None),
            reason="R-7" if self.maybe(70) else "",
            until=until,
        )

    def _decline(self, now: datetime) -> Ask:
        return self.right("decline", now)

    def _waive(self, now: datetime) -> Ask:
        return self.right("waive", now)

    def _extend(self, now: datetime) -> Ask:
        return self.right("extend", now, now + timedelta(hours=self.one([-1, 0, 1, 30, 400])))

    def _set(self, now: datetime) -> Ask:
        self.count += 1
        name = self.one(self.protocol.meetings)
        return Ask(
            kind="set",
            what=name,
            by=self.permitted(self.protocol.meetings[name].called_by),
            at=self.happened(now),
            meeting=f"m-{self.count}",
            planned_at=now + timedelta(hours=self.one([1, 20, 60, 400])),
        )

    def planned(self) -> tuple[str, Any]:
        """A meeting by its id or its name."""
        waiting = [one for one in self.reference.planned if one.status == "set"]
        meeting = self.one(waiting if waiting and not self.maybe(10) else self.reference.planned)
        what = meeting.id if self.maybe(70) else meeting.name
        return what, self.protocol.meetings[meeting.name]

    def _move(self, now: datetime) -> Ask:
        what, meeting = self.planned()
        return Ask(
            kind="move",
            what=what,
            by=self.permitted(meeting.called_by),
            at=self.happened(now),
            planned_at=now + timedelta(hours=self.one([1, 30, 90])),
        )

    def _call_off(self, now: datetime) -> Ask:
        what, meeting = self.planned()
        by = self.permitted(meeting.called_by)
        return Ask(kind="call_off", what=what, by=by, at=self.happened(now))

    def _hold(self, now: datetime) -> Ask:
        what, meeting = self.planned()
        attended = {
            person.id: self.one(sorted(person.roles))
            for person in self.people
            if (person.roles & set(meeting.must_come)) or self.maybe(30)
        }
        if not self.maybe(5):
            attended = {
                person: role for person, role in attended.items() if role in self.protocol.roles
            }
        return Ask(
            kind="hold",
            what=what,
            by=self.permitted(meeting.called_by),
            at=self.happened(now),
            attended=attended,
            exception=self.one(meeting.exceptions) if meeting.exceptions and self.maybe(50) else "",
            reason="R-8" if self.maybe(50) else "",
        )

    def opening(self) -> Ask:
        """How the case begins."""
        facts = {fact: self.value(fact) for fact in self.protocol.facts if self.maybe(20)}
        by = self.people[0] if not self.maybe(25) else self.person()
        return Ask(kind="open", what="drawn", by=by, facts=facts)
