"""The monitors of properties against a plain reading of the whole story, on random histories."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Refused
from protocolkit.ground.limits import Moment, OccurrenceRef
from protocolkit.model.programme import Property
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import Happened
from protocolkit.semantics.events import Event, absorb
from protocolkit.semantics.monitors import told
from protocolkit.semantics.program import Program
from protocolkit.semantics.situation import CaseSituation
from protocolkit.store.memory import MemoryStore
from tests.properties.finished import Finished, Place, Thing, verdict
from tests.properties.pairs import CASE
from tests.properties.strategies import flow
from tests.properties.test_putting_right import Story, told_again, void, voidable
from tests.stories import local, tiny

EXAMPLES = settings().max_examples // 3
RULES = """
    facts: {danger: {type: boolean, recorded_by: [officer, detective], valid_for: 9 hours}}
    triggers:
      ask: {who: [officer, detective]}
      see: {who: [officer, detective]}
      call: {who: [officer, detective]}
      stop: {who: [officer], moves: [{from: begun, to: closed}]}
    follow_ups:
      tell: {opens_with: ask, who: officer, due: within 3 hours, met_by: [see], strength: should}
      write: {opens_with: call, who: officer, due: 1 business day, carries_over: true}
"""
THINGS = ("ask", "ask", "see", "see", "call", "call", "tell.met", "tell.overdue", "write.met")
SPANS = ("2 hours", "6 hours", "1 calendar day", "1 business day")
CONDITIONS = (
    "danger is true",
    "not (danger is true)",
    "danger is known",
    "tell is met",
    "count(ask) < 2",
    "count(call within 5 hours) < 1",
    "case is begun",
)
ACTORS = (Actor("o-1", roles={"officer"}), Actor("d-1", roles={"detective"}))
LATE = ("overdue", "level", "property")
"""What comes when its instant is over."""


MANY = 90
"""How many properties the one county has, so that each history judges all of them."""


def a_property(chance: Random) -> dict[str, Any]:
    """A property of the county, of any kind."""
    kind = chance.choice(["response", "response", "precedence", "never", "within", "more"])
    if kind == "more":
        kind = chance.choice(["always", "at_end", "at_most", "different_people", "never"])
    one: dict[str, Any] = {"kind": kind}
    first, second = chance.choice(THINGS), chance.choice(THINGS)
    match kind:
        case "response":
            one |= {"when": first, "then": second}
            if chance.random() < 0.6:
                one["within"] = chance.choice(SPANS)
        case "within":
            one |= {"from": first, "to": second, "within": chance.choice(SPANS)}
        case "precedence":
            one |= {"before": first, "need": second if second != first else "stop"}
        case "at_most":
            one |= {"what": first, "times": chance.choice([1, 2])}
        case "different_people":
            one["steps"] = chance.choice([["ask", "see"], ["ask", "see", "call"]])
        case "never" if chance.random() < 0.5:
            one["what"] = first
        case _:
            one["condition"] = chance.choice(CONDITIONS)
    if kind not in ("at_end", "different_people"):
        for key in ("after", "until"):
            if chance.random() < 0.3:
                one[key] = chance.choice(THINGS)
    return one


@cache
def county() -> tuple[Protocol, Program]:
    """One protocol with many properties, always the same."""
    chance = Random(4)
    lines = [f"      property_{n}: {flow(a_property(chance))}\n" for n in range(MANY)]
    protocol = tiny(f"{RULES}    properties:\n{''.join(lines)}")
    return protocol, Program(protocol)


class Lived:
    """A case of the county to which random things happen."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.protocol, self.program = county()
        self.clock = VirtualClock(local("2025-03-06 13:00"))
        self.engine = Engine([self.protocol], MemoryStore(), self.clock)
        self.engine.open("tiny", by=ACTORS[0], id=CASE)

    def step(self, kinds: Sequence[str]) -> None:
        """Something happens, or time passes."""
        draw = self.data.draw
        by = draw(st.sampled_from(ACTORS))
        back = timedelta(minutes=draw(st.sampled_from([0, 0, 0, 20, 90, 200, 1500])))
        kind, now = draw(st.sampled_from(kinds)), self.clock.now()
        note(f"{now} {kind} by {by.id}, {back} ago")
        at = now - back
        try:
            match kind:
                case "wait":
                    hours = draw(st.sampled_from([1, 3, 8, 30]))
                    self.clock.move_to(now + timedelta(hours=hours))
                    self.engine.advance()
                case "record":
                    danger = draw(st.booleans())
                    self.engine.record(CASE, {"danger": danger}, by=by, happened_at=at)
                case "tell" | "write":
                    self.engine.complete(CASE, kind, by=by, happened_at=at)
                case "void":
                    found = voidable(self.read()[0], self.events)
                    if found:
                        last = draw(st.sampled_from(found[:4]))
                        self.engine.void(CASE, last.sequence, by=Actor(id=last.actor))
                case "close_days":
                    days = (local("2025-03-07 12:00").date(),)
                    self.engine.close_days("tiny", "office", days, by=by)
                case _:
                    self.engine.fire(CASE, kind, by=by, happened_at=at)
        except Refused as refused:
            note(str(refused))

    @property
    def events(self) -> list[Event]:
        """The record."""
        return list(self.engine.history(CASE))

    def read(self) -> tuple[Case, dict[str, list[Place]]]:
        """The case from its record, and what each condition was at each rest up to the closing."""
        case = Case(CASE)
        places: dict[str, list[Place]] = {name: [] for name in self.program.monitors}
        for event in self.events:
            was_closed = case.is_closed
            came = event.data.get("came")
            past = came in LATE or (came == "wake" and case.wake_past)
            absorb(case, event)
            if event.kind == "refused" or was_closed:
                continue
            here = CaseSituation(case, self.program, event.recorded_at, past=past)
            for name, monitor in self.program.monitors.items():
                if monitor.judge is not None:
                    known = monitor.judge(here)
                    places[name].append(Place(things=len(case.occurrences), known=known))
        return case, places

    def finished(self, case: Case, one: Property, places: list[Place]) -> Finished:
        """The story of the case, as a property reads it."""
        program = self.program.with_closures(case.closures)

        def thing(occurrence: Happened) -> Thing:
            due = None
            if one.within is not None:
                moment = Moment(at=occurrence.at, end_of_day=occurrence.end_of_day)
                due = program.due(one.within, moment).due
            key = (occurrence.name, occurrence.event)
            return Thing(key=key, at=occurrence.at, by=occurrence.by, due=due)

        that_count = [one for one in case.occurrences if one.number not in case.void_occurrences]
        ordered = sorted(that_count, key=lambda one: (one.at, one.number))
        end = case.closed_with
        return Finished(
            told=[thing(one) for one in ordered if end is None or one.number <= end],
            later=[thing(one) for one in ordered if end is not None and one.number > end],
            recorded=[(one.name, one.event) for one in case.occurrences],
            places=places,
            closed=case.is_closed,
            is_over=lambda instant: instant < self.clock.now(),
        )


ALL = ("ask", "see", "call", "tell", "write", "record", "wait", "wait", "close_days", "stop")
"""What may happen; what is put right is judged elsewhere where it changes what was at rest."""


def _key(ref: OccurrenceRef) -> tuple[str, str]:
    return ref.name, ref.event


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_the_monitors_say_what_the_whole_story_says(data: st.DataObject) -> None:
    """After every step of every history, late entries, closed days and all."""
    lived = Lived(data)
    for n in range(data.draw(st.integers(4, 14))):
        lived.step(ALL if n > 4 else ALL[:-1])
        case, places = lived.read()
        for name, monitor in lived.program.monitors.items():
            read = lived.finished(case, monitor.property, places[name])
            expected = verdict(monitor.property, read, _key)
            assert expected == monitor.of(case).verdict, monitor.property


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_what_is_read_off_the_record_is_so_when_entries_are_void(data: st.DataObject) -> None:
    """The properties without a condition: what is void does not count, what stands does."""
    lived = Lived(data)
    for n in range(data.draw(st.integers(4, 14))):
        lived.step((*ALL, "void", "void") if n > 4 else ALL[:-1])
        case, _ = lived.read()
        for monitor in lived.program.monitors.values():
            if monitor.judge is None:
                read = lived.finished(case, monitor.property, [])
                expected = verdict(monitor.property, read, _key)
                assert expected == monitor.of(case).verdict, monitor.property


@settings(max_examples=EXAMPLES // 2)
@given(st.data())
def test_monitors_follow_the_story_as_it_is_told_again(data: st.DataObject) -> None:
    """After void entries and corrections in any protocol: what rests on conditions is as in the
    story without the error; what is read off the record is what a reading from its beginning says.
    """
    story = Story(data, ("properties",))
    program = Program(story.pair.protocol)
    for _ in story.live(12):
        before = story.case()
        found = voidable(before, story.events)
        if found and story.teller.maybe(30):
            void(story, story.teller.one(found[:6]))
            case, again = story.case(), told_again(story)
            for monitor in program.monitors.values():
                if monitor.judge is not None:
                    assert monitor.of(again) == monitor.of(case)
                else:
                    here = CaseSituation(case, program, story.now)
                    assert monitor.of(case) == told(program, monitor, case, here)
