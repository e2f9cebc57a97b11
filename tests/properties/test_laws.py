"""Laws of acting, on random protocols and histories.

A refusal changes nothing but the record; what blocks an act never lets it through unless the
act protects; what is entered late, in any order, gives the same verdicts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import Happened
from protocolkit.semantics.events import absorb, replay
from protocolkit.store.memory import MemoryStore
from tests.properties.pairs import CASE
from tests.properties.test_engine_equals_reference import EXAMPLES, opened, steps
from tests.stories import local, tiny

RECORD = {"events", "recorded_at", "refusals", "programme", "programme_seen"}
"""What a refusal may change: that there was one, when, and what was looked at for it."""


def _plain(value: Any) -> Any:
    """Values that compare by what they hold."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    slots = getattr(type(value), "__slots__", ())
    if slots and not hasattr(type(value), "_fields"):
        return {name: _plain(getattr(value, name)) for name in slots}
    return value


def _but_the_record(case: Case) -> dict[str, Any]:
    return {name: _plain(one) for name, one in vars(case).items() if name not in RECORD}


@settings(max_examples=EXAMPLES // 2)
@given(st.data())
def test_a_refusal_changes_nothing_but_the_record(data: st.DataObject) -> None:
    """Every refused entry leaves the case as it was, whatever was asked."""
    pair, tellers, _ = opened(data)
    for step in steps(data, pair, tellers):
        if isinstance(step, datetime):
            pair.wait_in_engine(step)
            pair.reference.advance(step)
            pair.beside.advance(step)
        else:
            pair.ask(step)
    case = Case(CASE)
    for event in pair.engine.history(CASE):
        before = _but_the_record(case) if event.kind == "refused" else None
        absorb(case, event)
        if before is not None:
            assert before == _but_the_record(case)


@settings(max_examples=EXAMPLES // 2)
@given(st.data())
def test_what_blocks_an_act_lets_it_through_only_if_it_protects(data: st.DataObject) -> None:
    """No act happens while something that blocks it is open; nothing blocks a protective act."""
    pair, tellers, _ = opened(data)
    for step in steps(data, pair, tellers):
        if isinstance(step, datetime):
            pair.wait_in_engine(step)
            pair.reference.advance(step)
            pair.beside.advance(step)
        else:
            pair.ask(step)
    triggers, follow_ups = pair.protocol.triggers, pair.protocol.follow_ups
    case = Case(CASE)
    for event in pair.engine.history(CASE):
        if event.kind == "act":
            trigger = triggers[event.what]
            blocking = [
                one.id
                for one in case.open.values()
                if one.follow_up in follow_ups and trigger.id in follow_ups[one.follow_up].blocks
            ]
            assert trigger.protective or [] == blocking
        if event.kind == "refused" and event.data["kind"] == "act" and event.what in triggers:
            names = {change.name for change in event.changes if hasattr(change, "name")}
            assert not (triggers[event.what].protective and "blocked" in names)
        absorb(case, event)


LATE = """
    triggers:
      ask: {who: [officer, detective]}
      see: {who: [officer, detective]}
      call: {who: [officer, detective]}
    follow_ups:
      soon: {opens_with: ask, who: officer, due: within 3 hours, met_by: [see]}
      in_time: {opens_with: call, who: officer, due: within 6 hours, met_by: [see, ask]}
      either: {opens_with: ask, who: {any_of: [officer, detective]}, due: within 1 calendar day,
        met_by: [see, {trigger: call, if: happened(ask)}]}
      seen: {opens_with: see, if_again: ignore, who: detective,
        due: 2 business days after first(see), met_by: [call]}
"""
ACTS = ("ask", "see", "call")
ACTORS = (Actor("o-1", roles={"officer"}), Actor("d-1", roles={"detective"}))


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_late_entry_in_any_order_gives_the_same_verdicts(data: st.DataObject) -> None:
    """When it happened decides what is met and what is late, not when or in which order it was
    entered; where one instance is open, so that no act has a choice.
    """
    at = st.integers(0, 60).map(lambda hours: local("2025-03-03 09:00") + timedelta(hours=hours))
    act = st.tuples(st.sampled_from(ACTS), at, st.sampled_from(ACTORS))
    acts = data.draw(st.lists(act, max_size=7, unique_by=lambda one: one[1]))
    if sum(one[0] == "ask" for one in acts) > 1 or sum(one[0] == "call" for one in acts) > 1:
        acts = [one for n, one in enumerate(acts) if one[0] not in [x[0] for x in acts[:n]]]
    verdicts = [_entered(order) for order in (acts, data.draw(st.permutations(acts)))]
    alone = [
        name
        for name in ("seen", "soon", "in_time", "either")
        if name == "seen" or all(len(found.get(name, [])) <= 1 for found in verdicts)
    ]
    if sum(one[0] == "see" for one in acts) > 1:
        alone.remove("seen")  # the one that is entered first opens it, and is what it counts from
    assert [verdicts[0].get(name) for name in alone] == [verdicts[1].get(name) for name in alone]


@cache
def _late_county() -> Protocol:
    return tiny(LATE)


def _entered(acts: list[tuple[str, datetime, Actor]]) -> dict[str, list[tuple[str, bool]]]:
    """The verdict on each instance when everything is entered a week later."""
    clock = VirtualClock(local("2025-03-03 08:00"))
    engine = Engine([_late_county()], MemoryStore(), clock)
    engine.open("tiny", by=ACTORS[0], id=CASE)
    clock.move_to(local("2025-03-12 12:00"))
    for name, at, actor in acts:
        engine.fire(CASE, name, by=actor, happened_at=at)
    case = replay(CASE, engine.history(CASE))
    found: dict[str, list[tuple[str, bool]]] = {}
    for one in case.instances.values():
        found.setdefault(one.follow_up, []).append((one.status, one.late))
    assert len(case.by_name) >= len({name for name, _, _ in acts})
    assert all(isinstance(one, Happened) for one in case.occurrences)
    return found
