"""Laws of the answers: what they say is what happens, on random histories."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.ground.errors import Refused
from protocolkit.semantics.actors import Actor
from tests.engine.test_laws import ACTS, CASE, EXAMPLES, history, new_engine, recommended, try_it

HOUR = timedelta(hours=1)
KINDS = {"fire": "act", "complete": "complete", "waive": "waive", "decline": "decline"}


def after(steps: list[tuple[int, Any, int]]) -> Engine:
    """An engine after a history."""
    engine = new_engine()
    for hours, act, hours_ago in steps:
        engine.advance(engine.clock.now() + HOUR * hours)
        try_it(engine, act, hours_ago)
    return engine


def refusal(engine: Engine, method: str, what: str, **more: Any) -> set[str]:
    """The names of the reasons why something is refused; none: it was done."""
    try:
        getattr(engine, method)(CASE, what, **more)
    except Refused as refused:
        return {one.name for one in refused.reasons}
    return set()


@settings(max_examples=EXAMPLES)
@given(history, st.sampled_from(ACTS), st.sampled_from(sorted(recommended().roles)))
def test_why_is_what_happens(
    steps: list[tuple[int, Any, int]], act: tuple[str, str, str, dict[str, Any]], role: str
) -> None:
    """What is allowed can be done, given what must come with it; what is not is refused, for the
    reasons that were told.
    """
    method, what, _, more = act
    if method not in KINDS:
        return
    engine = after(steps)
    by = Actor(id=role, roles=frozenset({role}))
    why = engine.why(CASE, what, by=by, kind=KINDS[method])
    refused = refusal(engine, method, what, by=by, **more)
    told = {one.name for one in why.reasons}
    asked = {one.name for one in why.asks} | {"missing-fact", "missing-reason"}
    assert told <= refused
    assert refused <= told | asked
    assert why.allowed == (not told)


@settings(max_examples=EXAMPLES // 4)
@given(history)
def test_whoever_could_do_it_may(steps: list[tuple[int, Any, int]]) -> None:
    """Everybody who is named for an act is let in, and every role that is let in is named."""
    engine = after(steps)
    could = engine.who_can(CASE)
    holders = engine.case(CASE).holders
    for role in recommended().roles:
        person = holders.get(role, "-")
        for why in engine.possible(CASE, by=Actor(id=person, roles=frozenset({role}))):
            able = could.get(why.trigger, ())
            named = {one.role for one in able if not one.person or one.person == person}
            assert why.allowed == (role in named)


@settings(max_examples=EXAMPLES // 2)
@given(history)
def test_the_way_to_the_end_is_as_long_as_it_takes(steps: list[tuple[int, Any, int]]) -> None:
    """Each act starts where the one before ended, and the last one ends at a final state; a case
    that nothing is left of is closed.
    """
    engine = after(steps)
    left = engine.left(CASE)
    strands = recommended().strands
    for way in left.ways:
        stops = [way.state, *(one.after for one in way.acts)]
        assert [one.before for one in way.acts] == stops[:-1]
        assert len(stops) == len(set(stops))
        if way.ended or way.acts:
            assert strands[way.strand].states[stops[-1]].final
    open_now = {one.instance for one in engine.todo(CASE)}
    assert {one.instance for one in left.holding} <= open_now
    if left.closed:
        assert engine.case(CASE).is_closed
    else:
        assert left.holding or not all(way.ended for way in left.ways)


@settings(max_examples=EXAMPLES // 2)
@given(history, st.integers(1, 7))
def test_pages_of_what_is_pending_are_the_whole(
    steps: list[tuple[int, Any, int]], limit: int
) -> None:
    """Of any size; each thing once, in order, and within the horizon."""
    engine = after(steps)
    until = engine.clock.now() + HOUR * 24 * 60
    whole = engine.pending(CASE, until=until, limit=None)
    pages: list[Any] = []
    place = ""
    while not pages or place:
        page = engine.pending(CASE, until=until, limit=limit, after=place)
        pages.append(page)
        place = page.next
    assert list(whole) == [one for page in pages for one in page]
    assert [one.at for one in whole] == sorted(one.at for one in whole)
    assert [] == [one for one in whole if one.at > until]


@settings(max_examples=EXAMPLES // 4)
@given(history)
def test_answers_leave_no_trace(steps: list[tuple[int, Any, int]]) -> None:
    """An engine that was asked everything stands where one stands that was not."""
    asked, plain = after(steps), after(steps)
    actor = Actor(id="x", roles=recommended().roles)
    asked.possible(CASE, by=actor)
    asked.who_can(CASE)
    asked.left(CASE)
    asked.pending(CASE)
    asked.todo()
    for engine in (asked, plain):
        engine.advance(plain.clock.now() + HOUR * 100)
    assert asked.history(CASE) == plain.history(CASE)
    assert asked.case(CASE) == plain.case(CASE)
