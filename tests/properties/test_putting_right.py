"""What was entered in error is put right as if it had never been entered.

Random protocols and random histories, of which entries are declared void and facts corrected;
the case must then stand as its story does when it is told without the error.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hypothesis import assume, given, note, reject, settings
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Refused
from protocolkit.language.reading import read_text
from protocolkit.semantics import changes as ch
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.events import Event, replay
from protocolkit.semantics.performing.corrections import STANDS
from protocolkit.semantics.program import Program
from protocolkit.semantics.programme import Programme, ProgrammeFacts
from protocolkit.semantics.requests import Request
from protocolkit.semantics.retelling.register import Register
from protocolkit.semantics.retelling.retelling import Retelling, errata
from protocolkit.store.memory import MemoryStore
from tests.properties.pairs import CASE, Pair
from tests.properties.strategies import FEATURES, protocol_texts
from tests.properties.telling import PEOPLE, STARTS, Drawn, Teller
from tests.reference.ledger import Ask

EXAMPLES = settings().max_examples // 2


class Story:
    """A case that is lived through: who tells of it, and what was asked and granted.

    `moved` is how many of the asks were granted when one of them moved the case last.
    """

    def __init__(self, data: st.DataObject, always: tuple[str, ...] = ()) -> None:
        text = data.draw(protocol_texts(FEATURES, always))
        reading = read_text(text)
        # What the clock does after an error cannot be taken back, so it is left out here.
        if reading.protocol is None or not reading.ok or "fire:" in text:
            reject()
        note(text)
        self.data = data
        self.start = data.draw(st.sampled_from(STARTS))
        self.pair = Pair(reading.protocol, self.start)
        self.engine = self.pair.engine
        chance = Drawn(data)
        self.teller = Teller(chance, self.pair.reference)
        self.beside = Teller(chance, self.pair.beside)
        self.granted: list[tuple[datetime, Ask]] = []
        self.moved = 0
        shared = any(one.scope == "programme" for one in reading.protocol.facts.values())
        self.adopted = shared and chance.maybe(80)
        if self.adopted:
            assert self.ask(Ask(kind="adopt", by=PEOPLE[0], scope="programme"))
        opening = self.teller.opening()
        if not self.ask(opening):
            opening = opening.replace(by=PEOPLE[0], facts={})
            assert self.ask(opening)
        note(f"{self.now} {opening}")

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.pair.now

    @property
    def events(self) -> list[Event]:
        """The record."""
        return list(self.engine.history(CASE))

    def ask(self, ask: Ask) -> bool:
        """Ask; whether it was granted."""
        known = 0 if ask.kind in ("open", "adopt") else len(self.events)
        if self.pair.ask(ask)[0]:
            return False
        self.granted.append((self.now, ask))
        new = () if ask.scope == "programme" else self.events[known:]
        if any(isinstance(one, ch.Moved) for event in new for one in event.changes):
            self.moved = len(self.granted)
        return True

    def live(self, most: int = 14) -> Iterator[None]:
        """What is tried, one after the other."""
        for _ in range(self.data.draw(st.integers(3, most))):
            if self.teller.maybe(30):
                until = self.teller.one(self.teller.instants(self.now))
                note(f"{self.now} wait until {until}")
                self.pair.wait(until)
            else:
                beside = self.adopted and self.teller.maybe(15)
                ask = (self.beside if beside else self.teller).ask(self.now)
                note(f"{self.now} {ask}: {self.ask(ask)}")
            yield

    def case(self) -> Case:
        """The case, replayed from the record."""
        return replay(CASE, self.events)


def told_again(story: Story) -> Case:
    """The case as its story says, told again without every error."""
    case = story.case()
    known = Register(case.void_occurrences, {one.id for one in case.instances.values() if one.void})
    for event in story.events:
        known.take(event.sequence, event.changes)
    program = Program(story.pair.protocol)
    if story.adopted:
        learnt = ProgrammeFacts()
        for event in story.engine.history(f"{story.pair.protocol.id}.programme"):
            learnt.add(event.sequence, event.recorded_at, event.changes)
        case.programme = Programme(learnt, program.waits_for_programme)
    told = Retelling(program, case, story.events, known, errata(story.events))
    told.bring_to(max(story.now, story.events[-1].recorded_at))
    return told.case


def view(case: Case, *, ids: bool = False) -> dict[str, Any]:
    """Where a case stands, but for what was sent and for levels."""
    return {
        "states": dict(case.states),
        "holders": dict(case.holders),
        "facts": {
            name: (entry.value, entry.at)
            for name in case.facts
            if (entry := case.value(name)) is not None
        },
        "open": sorted(
            (
                one.id if ids else one.follow_up,
                str(one.opened_at),
                str(one.anchor_at),
                one.item,
                one.holder,
                one.period,
                one.meeting,
                one.status,
                str(one.aim),
                str(one.due),
                str(one.outer),
                str(one.left),
                sorted(one.done),
            )
            for one in case.open.values()
        ),
        "latest": {name: one.shown_status for name, one in sorted(case.latest.items())},
        "deferred": sorted(
            (one.follow_up, one.visit, str(one.at)) for one in case.deferred.values()
        ),
        "series": sorted(
            (one.follow_up, one.period, str(one.series_at), str(one.at))
            for one in case.series.values()
        ),
        "watched": {name: value for name, value in sorted(case.watched.items()) if value},
        "meetings": {
            one.id: (one.status, one.planned_at, one.attended)
            for one in case.meetings.values()
            if one.status != "void"
        },
        "signed": {
            name: [(one.person, one.role) for one in proposal.signatures]
            for name, proposal in sorted(case.proposals.items())
        },
        "happened": sorted(
            (one.name, one.event, str(one.at), one.by)
            for ones in case.by_name.values()
            for one in ones
        ),
        "wake": (case.wake_at, case.wake_past),
        "closed": case.is_closed,
    }


def differences(expected: dict[str, Any], actual: dict[str, Any]) -> dict[str, Any]:
    """What differs, by its name."""
    return {
        name: {"expected": expected[name], "actual": actual[name]}
        for name in expected
        if expected[name] != actual[name]
    }


def voidable(case: Case, events: list[Event]) -> list[Event]:
    """The entries that can be declared void, the newest first."""
    found = [one for one in events if one.kind not in STANDS and one.sequence not in case.voided]
    return found[::-1]


def void(story: Story, event: Event) -> bool:
    """Whoever made an entry declares it void; whether later ones do not build on it."""
    try:
        story.engine.void(CASE, event.sequence, by=Actor(id=event.actor))
    except Refused as refused:
        names = {one.name for one in refused.reasons}
        if names != {"built-on"}:
            raise
        return False
    note(f"{story.now} void {event.sequence}: {event.kind} {event.what}")
    return True


def correct(story: Story, fact: str, value: Any) -> bool:
    """Whoever recorded a fact corrects it; whether that was anything new."""
    entry = story.case().value(fact)
    assert entry is not None
    try:
        story.engine.correct(CASE, {fact: value}, by=Actor(id=entry.by))
    except Refused as refused:
        names = {one.name for one in refused.reasons}
        if not names <= {"same-value", "wrong-value"}:
            raise
        return False
    note(f"{story.now} correct {fact}: {entry.value} -> {value}")
    return True


def correct_something(story: Story) -> tuple[Case, str, Any]:
    """A fact gets another value; the case before, the fact, and its value before."""
    case = story.case()
    known = sorted(name for name in case.facts if case.value(name) is not None)
    if not known:
        facts = [one for one in story.pair.protocol.facts.values() if one.scope == "case"]
        asks = [
            Ask(kind="record", by=by, facts={one.id: story.teller.value(one.id)})
            for one in facts
            for by in PEOPLE
        ]
        assume(any(story.ask(ask) for ask in asks))
        return correct_something(story)
    fact = story.teller.one(known)
    entry = case.value(fact)
    assert entry is not None
    before = entry.value
    assume(any(correct(story, fact, story.teller.value(fact)) for _ in range(6)))
    return case, fact, before


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_a_story_told_again_is_the_case(data: st.DataObject) -> None:
    """With nothing to put right the story comes to where the case stands."""
    story = Story(data)
    for _ in story.live():
        pass
    assert {} == differences(view(story.case(), ids=True), view(told_again(story), ids=True))


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_void_entries_have_never_been(data: st.DataObject) -> None:
    """A case with void entries, and whatever was done after, is its story without them."""
    story = Story(data)
    for _ in story.live():
        found = voidable(story.case(), story.events)
        if found and story.teller.maybe(35):
            void(story, story.teller.one(found[:6]))
            assert {} == differences(view(told_again(story)), view(story.case()))
    assert {} == differences(view(told_again(story)), view(story.case()))


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_void_of_all_that_moved_nothing_is_as_if_nobody_had_acted(data: st.DataObject) -> None:
    """An engine that was asked nothing since an instant stands where this one does."""
    story = Story(data)
    for _ in story.live():
        pass
    other = Pair(story.pair.protocol, story.start)
    for n, (at, ask) in enumerate(story.granted):
        if n < story.moved or ask.scope == "programme":
            other.wait_in_engine(at)
            assert [] == other.ask_engine(ask)
    known = len([one for one in other.engine.history(CASE) if one.kind not in ("time", "refused")])
    done = [one for one in story.events if one.kind not in ("time", "refused")]
    for event in reversed(done[known:]):
        assert not any(isinstance(one, ch.Moved) for one in event.changes)
        assert void(story, event)
    other.wait_in_engine(story.now)
    expected = replay(CASE, other.engine.history(CASE))
    assert {} == differences(view(expected), view(story.case()))


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_a_correction_leaves_only_what_people_did(data: st.DataObject) -> None:
    """What is owed is what the right story says, but for what was done and what follows there."""
    story = Story(data)
    for _ in story.live():
        pass
    correct_something(story)
    case, told = story.case(), told_again(story)
    owed = {_key(one): one for one in case.open.values()}
    wanted = {_key(one): one for one in told.open.values()}
    done = {_key(one) for one in case.instances.values() if not one.is_open and not one.void}
    for key in wanted.keys() - owed.keys():
        assert key in done or _follows(told, wanted[key])
    for key in owed.keys() - wanted.keys():
        assert _follows(case, owed[key])


def _key(one: Instance) -> tuple[Any, ...]:
    return (one.follow_up, one.item, one.holder, one.period, one.visit, one.opened_at)


def _follows(case: Case, one: Instance) -> bool:
    """Whether something that happened to another follow-up opened it."""
    opener = case.occurrence(one.opener)
    return one.period > 1 or (opener is not None and opener.of != "")


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_correcting_back_and_forth_changes_nothing(data: st.DataObject) -> None:
    """A correction that is corrected leaves the case as it was, ids and all."""
    story = Story(data)
    for _ in story.live():
        pass
    case, fact, value = correct_something(story)
    assert correct(story, fact, value)
    assert {} == differences(view(case, ids=True), view(story.case(), ids=True))


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_a_case_that_was_put_right_replays(data: st.DataObject) -> None:
    """An engine that knows only the record gives the same answers; no id is used twice."""
    story = Story(data)
    for _ in story.live():
        case = story.case()
        known = sorted(name for name in case.facts if case.value(name) is not None)
        found = voidable(case, story.events)
        if known and story.teller.maybe(25):
            fact = story.teller.one(known)
            correct(story, fact, story.teller.value(fact))
        elif found and story.teller.maybe(25):
            void(story, story.teller.one(found[:6]))
    other = Engine([story.pair.protocol], story.engine.store, VirtualClock(story.now))
    for answer in ("case", "pending", "todo"):
        assert getattr(story.engine, answer)(CASE) == getattr(other, answer)(CASE)
    stored = [event.to_json() for event in story.events]
    assert stored == [Event.from_json(event).to_json() for event in stored]
    opened = [
        one.instance
        for event in story.events
        for one in event.changes
        if isinstance(one, ch.Opened)
    ]
    assert sorted(set(opened)) == sorted(opened)


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_a_history_makes_the_case_that_was_kept_here_all_along(data: st.DataObject) -> None:
    """Open follow-ups, verdicts, levels: the same; but levels are past and nobody was told."""
    story = Story(data)
    for _ in story.live():
        pass
    past = [ask for _, ask in story.granted[1:]]
    assume(past and not story.adopted and all(ask.at is None for ask in past))
    (began, opening), *asked = story.granted
    clock = VirtualClock(story.now)
    late = Engine([story.pair.protocol], MemoryStore(), clock)
    late.open(
        story.pair.protocol.id,
        by=_actor(opening),
        facts=opening.facts,
        happened_at=began,
        history=[_request(at, ask) for at, ask in asked],
        id=CASE,
    )
    story.pair.wait(story.now)
    kept, told = story.case(), replay(CASE, late.history(CASE))
    assert {} == differences(view(kept, ids=True), view(told, ids=True))
    assert [one.shown_status for one in kept.instances.values()] == [
        one.shown_status for one in told.instances.values()
    ]
    levels = [one.replace(past=True) for one in kept.levels]
    assert levels == told.levels
    assert [] == told.told
    assert late.pending(CASE) == story.engine.pending(CASE)


def _actor(ask: Ask) -> Actor:
    return Actor(id=ask.by.id, roles=ask.by.roles, can=ask.by.can)


def _request(at: datetime, ask: Ask) -> Request:
    shared = ("kind", "what", "facts", "assign", "meeting", "attended", "planned_at", "until")
    more = ("reason", "exception", "item")
    values = {name: getattr(ask, name) for name in (*shared, *more)}
    evidence = {"reference": ask.evidence} if ask.evidence else {}
    return Request(actor=_actor(ask), at=at, evidence=evidence, **values)
