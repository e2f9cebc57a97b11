"""The engine and the plain reference agree, after every step of every history.

Random protocols, random people, right and wrong acts, late entries, and waiting to the
instants that matter. The moves of the engine are made by its state machines, so that these
agree too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from hypothesis import given, note, reject, settings
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.engine.runnable import obstacles
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import ProtocolkitError, Refused
from protocolkit.ground.zones import midnight, zone
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case
from protocolkit.semantics.events import absorb
from protocolkit.store.memory import MemoryStore
from tests.properties.strategies import protocol_texts
from tests.reference.ledger import Ask, Person
from tests.reference.step import Reference
from tests.reference.truth import Truth

CASE = "c-1"
EXAMPLES = settings().max_examples * 3


TICK = timedelta(microseconds=1)
PEOPLE = (
    Person(id="o-1", roles=frozenset({"officer"})),
    Person(id="s-1", roles=frozenset({"supervisor"})),
    Person(id="j-1", roles=frozenset({"judge", "officer"})),
    Person(id="k-1", roles=frozenset({"caseworker"})),
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


class Pair:
    """One case twice: in the engine and in the reference."""

    def __init__(self, protocol: Protocol, start: datetime) -> None:
        self.protocol = protocol
        self.clock = VirtualClock(start)
        self.engine = Engine([protocol], MemoryStore(), self.clock)
        self.replayed = Case(CASE)
        self.reference = Reference(protocol)

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()

    def ask(self, ask: Ask) -> tuple[list[str], list[str]]:
        """Ask both the same; the names of the refusal, of the engine and of the reference."""
        return self.ask_engine(ask), sorted(self.reference.ask(ask, self.now))

    def ask_engine(self, ask: Ask) -> list[str]:
        """Ask the engine; the names of the refusal."""
        try:
            self._tell(ask)
        except Refused as refused:
            return sorted({reason.name for reason in refused.reasons})
        except ProtocolkitError as error:
            _give_up(error)
        return []

    def wait_in_engine(self, until: datetime) -> None:
        """Let time pass in the engine."""
        try:
            self.engine.advance(until)
        except ProtocolkitError as error:
            _give_up(error)

    def _tell(self, ask: Ask) -> None:
        by = Actor(id=ask.by.id, roles=ask.by.roles, can=ask.by.can)
        engine, at = self.engine, ask.at
        match ask.kind:
            case "open":
                engine.open("drawn", by=by, facts=ask.facts, happened_at=at, id=CASE)
            case "act":
                engine.fire(
                    CASE,
                    ask.what,
                    by=by,
                    happened_at=at,
                    facts=ask.facts,
                    assign=ask.assign,
                    meeting=ask.meeting,
                )
            case "record":
                engine.record(CASE, ask.facts, by=by, happened_at=at)
            case "assign":
                engine.assign(CASE, ask.assign, by=by)
            case "complete":
                engine.complete(CASE, ask.what, by=by, happened_at=at, evidence=ask.evidence)
            case "decline":
                engine.decline(CASE, ask.what, by=by, happened_at=at, reason=ask.reason)
            case "waive":
                engine.waive(CASE, ask.what, by=by, happened_at=at, reason=ask.reason)
            case "extend":
                assert ask.until is not None
                engine.extend(
                    CASE, ask.what, by=by, happened_at=at, reason=ask.reason, until=ask.until
                )
            case "set":
                assert ask.planned_at is not None
                engine.set(
                    CASE,
                    ask.what,
                    by=by,
                    happened_at=at,
                    planned_at=ask.planned_at,
                    id=ask.meeting,
                )
            case "move":
                assert ask.planned_at is not None
                engine.move(CASE, ask.what, by=by, happened_at=at, planned_at=ask.planned_at)
            case "call_off":
                engine.call_off(CASE, ask.what, by=by, happened_at=at)
            case "hold":
                engine.hold(
                    CASE,
                    ask.what,
                    by=by,
                    happened_at=at,
                    attended=ask.attended,
                    exception=ask.exception,
                    reason=ask.reason,
                )

    def wait(self, until: datetime) -> None:
        """Let time pass for both."""
        self.wait_in_engine(until)
        self.reference.advance(until)


def _give_up(error: ProtocolkitError) -> NoReturn:
    """A protocol without end (PK207) can be run by neither of the two."""
    if "does not come to rest" not in str(error):
        raise error
    reject()


def _text(value: Any) -> str:
    return str(sorted(value) if isinstance(value, frozenset) else value)


def of_engine(pair: Pair) -> dict[str, Any]:
    """Where the case stands, replayed from the stored events."""
    case = pair.replayed
    for event in pair.engine.store.events(CASE, case.events):
        absorb(case, event)
    return {
        "states": dict(case.states),
        "holders": dict(case.holders),
        "facts": sorted(
            (name, _text(entry.value), entry.at)
            for name, entries in case.facts.items()
            for entry in entries
        ),
        "owed": [
            (
                one.id,
                one.shown_status,
                one.late and one.shown_status in ("met-late", "satisfied-by"),
                one.aim,
                one.due,
                one.outer,
            )
            for one in sorted(case.instances.values(), key=lambda one: one.id)
        ],
        "pending": sorted(one[0] for one in case.deferred),
        "meetings": [(one.id, one.status, one.planned_at) for one in case.meetings.values()],
        "levels": sorted(
            (level.run.rpartition("/")[0], level.level, level.at, level.skipped)
            for level in case.levels
        ),
        "told": sorted((told.role, told.at) for told in case.told),
        "happened": sorted((one.name, one.event, one.at) for one in case.occurrences),
        "closed": case.closed_at is not None,
    }


def of_reference(case: Reference) -> dict[str, Any]:
    """The same of the reference."""
    return {
        "states": case.states,
        "holders": case.holders,
        "facts": sorted((said.fact, _text(said.value), said.at) for said in case.facts),
        "owed": [
            (
                one.id,
                one.shown,
                one.late and one.shown in ("met-late", "satisfied-by"),
                one.aim,
                one.due,
                one.outer,
            )
            for one in sorted(case.owed, key=lambda one: one.id)
        ],
        "pending": sorted(follow_up.id for follow_up, _, _, _ in case.pending),
        "meetings": [(one.id, one.status, one.planned_at) for one in case.planned],
        "levels": sorted((one.escalation, one.level, one.at, one.skipped) for one in case.reached),
        "told": sorted((told.role, told.at) for told in case.told),
        "happened": sorted((one.name, one.event, one.at) for one in case.things),
        "closed": case.closed_at is not None,
    }


def agree(pair: Pair) -> None:
    """Both stand at the same place."""
    expected, actual = of_reference(pair.reference), of_engine(pair)
    different = {
        name: {"reference": expected[name], "engine": actual[name]}
        for name in expected
        if expected[name] != actual[name]
    }
    assert {} == different


# -- histories -------------------------------------------------------------------------


class Teller:
    """Draws what is tried next, looking at where the reference stands."""

    def __init__(self, data: st.DataObject, protocol: Protocol, reference: Reference) -> None:
        self.data = data
        self.protocol = protocol
        self.reference = reference
        self.count = 0
        self.first = self.opening()

    def one(self, items: Any) -> Any:
        """One of some."""
        return self.data.draw(st.sampled_from(list(items)))

    def maybe(self, percent: int) -> bool:
        """Yes, about so often; shrinks to no."""
        return bool(self.data.draw(st.integers(0, 99)) >= 100 - percent)

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
        person: Person = self.one(PEOPLE)
        return person

    def permitted(self, who: Any) -> Person:
        """Mostly somebody who may."""
        roles = set(who.roles) if who is not None else set()
        fitting = [person for person in PEOPLE if person.roles & roles]
        fitting += [
            person
            for person in PEOPLE
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
        return frozenset(self.data.draw(st.lists(st.sampled_from(roles), max_size=2)))

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
        kinds = ["act"] * 8 + ["record"] * 2
        if any(owed.is_open for owed in reference.owed):
            kinds += ["complete"] * 3 + ["extend", "waive", "decline"]
        if protocol.meetings:
            kinds += ["set", "set"]
        if any(meeting.status == "set" for meeting in reference.planned):
            kinds += ["move", "call_off", "hold", "hold", "hold"]
        if any(role.per_case for role in protocol.roles.values()):
            kinds.append("assign")
        kind = self.one(kinds)
        return getattr(self, f"_{kind}")(now)  # type: ignore[no-any-return]

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
        trigger = self.protocol.triggers[self.one(enabled)]
        facts = {
            recorded.fact: self.value(recorded.fact)
            for recorded in trigger.records
            if not self.maybe(10 if recorded.required else 30)
        }
        if self.maybe(3):
            fact = self.one(self.protocol.facts)
            facts[fact] = self.value(fact)
        assign = {
            role: self.one(["k-1", "k-2"])
            for role, way in trigger.assigns.items()
            if way == "named" and not self.maybe(10)
        }
        meeting = ""
        if self.reference.planned and self.maybe(30):
            meeting = self.one(self.reference.planned).id
        return Ask(
            kind="act",
            what=trigger.id,
            by=self.permitted(trigger.who),
            at=self.happened(now),
            facts=facts,
            assign=assign,
            meeting=meeting,
        )

    def _record(self, now: datetime) -> Ask:
        fact = self.one(self.protocol.facts)
        recorded_by = self.protocol.facts[fact].recorded_by
        fitting = [person for person in PEOPLE if person.roles & set(recorded_by)]
        by = self.one(fitting) if fitting and self.maybe(80) else self.person()
        facts = {fact: self.value(fact)}
        return Ask(kind="record", by=by, at=self.happened(now), facts=facts)

    def _assign(self, now: datetime) -> Ask:
        del now
        return Ask(kind="assign", by=self.person(), assign={"caseworker": self.one(["k-1", "k-2"])})

    def owed(self) -> tuple[str, Any]:
        """One that is owed, by its own id or by its name, or one that is not."""
        if self.maybe(10):
            name = self.one(self.protocol.follow_ups)
            return name, self.protocol.follow_ups[name]
        found = self.one([owed for owed in self.reference.owed if owed.is_open])
        name = found.id if self.maybe(30) else found.follow_up
        return name, self.protocol.follow_ups[found.follow_up]

    def _complete(self, now: datetime) -> Ask:
        name, follow_up = self.owed()
        return Ask(
            kind="complete", what=name, by=self.permitted(follow_up.who), at=self.happened(now)
        )

    def right(self, kind: str, now: datetime, until: datetime | None = None) -> Ask:
        """Somebody uses a right, or tries to."""
        name, follow_up = self.owed()
        authority = getattr(follow_up, kind)
        return Ask(
            kind=kind,
            what=name,
            by=self.permitted(authority.who if authority else None),
            at=self.happened(now),
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
            for person in PEOPLE[:5]
            if (person.roles & set(meeting.required)) or self.maybe(30)
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
        by = PEOPLE[0] if not self.maybe(25) else self.person()
        return Ask(kind="open", what="drawn", by=by, facts=facts)


def drawn_protocol(data: st.DataObject) -> tuple[str, Protocol]:
    """A protocol, read from its text, that the engine can run."""
    text = data.draw(protocol_texts())
    reading = read_text(text)
    if not reading.ok or reading.protocol is None:
        reject()  # a few drawn rules make no sense together; the reader says so
    assert [] == obstacles(reading.protocol)
    return text, reading.protocol


def opened(data: st.DataObject) -> tuple[Pair, Teller]:
    """A case that was just opened, twice."""
    text, protocol = drawn_protocol(data)
    note(text)
    pair = Pair(protocol, data.draw(st.sampled_from(STARTS)))
    teller = Teller(data, protocol, pair.reference)
    note(f"{pair.now} {teller.first}")
    refused, wanted = pair.ask(teller.first)
    assert wanted == refused
    if refused:
        teller.first = teller.first.replace(by=PEOPLE[0], facts={})
        pair.ask(teller.first)
    agree(pair)
    return pair, teller


def steps(data: st.DataObject, pair: Pair, teller: Teller) -> Iterator[Ask | datetime]:
    """What is tried, one after the other: something asked, or an instant to wait for."""
    for _ in range(data.draw(st.integers(4, 18))):
        step = teller.one(teller.instants(pair.now)) if teller.maybe(35) else teller.ask(pair.now)
        note(f"{pair.now} {step}")
        yield step


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_engine_equals_reference(data: st.DataObject) -> None:
    """Refusals, states, facts, follow-ups, levels, notices: the same after every step."""
    pair, teller = opened(data)
    for step in steps(data, pair, teller):
        if isinstance(step, datetime):
            pair.wait(step)
        else:
            refused, wanted = pair.ask(step)
            note(f"  refused: {wanted}")
            assert wanted == refused
        agree(pair)


@settings(max_examples=EXAMPLES // 3)
@given(st.data())
def test_how_often_time_is_swept_changes_nothing(data: st.DataObject) -> None:
    """A case swept at any instants in between comes to the same as one that never is."""
    pair, teller = opened(data)
    swept = Pair(pair.protocol, pair.now)
    swept.ask_engine(teller.first)
    for step in steps(data, pair, teller):
        if isinstance(step, datetime):
            between = data.draw(st.lists(st.sampled_from(teller.instants(pair.now)), max_size=4))
            for at in sorted(at for at in between if at < step):
                swept.wait_in_engine(at)
            swept.wait_in_engine(step)
            pair.clock.move_to(step)  # nobody looks
            pair.reference.advance(step)
        else:
            swept.clock.move_to(pair.now)
            assert pair.ask(step)[0] == swept.ask_engine(step)
    pair.wait_in_engine(pair.now)
    swept.wait_in_engine(pair.now)
    assert of_engine(pair) == of_engine(swept)


@settings(max_examples=EXAMPLES // 3)
@given(st.data())
def test_the_stored_events_are_the_case(data: st.DataObject) -> None:
    """An engine that knows only the store gives the same answers as the one that wrote it."""
    pair, teller = opened(data)
    for step in steps(data, pair, teller):
        if isinstance(step, datetime):
            pair.wait(step)
        else:
            pair.ask(step)
    other = Engine([pair.protocol], pair.engine.store, VirtualClock(pair.now))
    for answer in ("case", "pending", "todo"):
        assert getattr(pair.engine, answer)(CASE) == getattr(other, answer)(CASE)


def test_the_reference_is_independent() -> None:
    """It imports neither the meaning of the engine nor the engine."""
    forbidden = ("protocolkit.semantics", "protocolkit.engine", "protocolkit.conditions.evaluate")
    assert [] == [name for name in _imported() if name.startswith(forbidden)]


def _imported() -> Iterator[str]:
    for path in sorted((Path(__file__).parents[1] / "reference").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
