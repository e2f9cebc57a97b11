"""What is owed, by whom, a page at a time: filters, order, cursors; shares, pauses, vacancies."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.ground.errors import UsageError
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import Owed
from tests.stories import DETECTIVE, JUDGE, OFFICER, SUPERVISOR, engine_with, local

RULES = """
facts:
  danger: {type: boolean, recorded_by: officer}
triggers:
  ask: {who: [officer, guardian]}
  hold_on: {who: officer, records: [danger]}
  take_over: {who: [{role: caseworker, any_holder: true}], assigns: {caseworker: actor}}
follow_ups:
  call: {opens_with: ask, who: officer, due: within 2 hours}
  look: {opens_with: ask, who: detective, strength: should, due: within 1 hour}
  write: {opens_with: ask, who: {actor_of: ask}, due: within 3 hours}
  think: {opens_with: ask, who: unspecified, due: unspecified}
"""
GUARDIAN = Actor(id="g-1", roles=frozenset({"guardian"}))


def names(found: Any) -> list[str]:
    """Which follow-ups, in order."""
    return [f"{one.case} {one.follow_up}" for one in found]


@pytest.fixture
def engine() -> Engine:
    """Two cases: one of 10:00 by the officer, one of 11:00 by the guardian."""
    found, _ = engine_with(RULES)
    for case, actor in (("a", OFFICER), ("b", GUARDIAN)):
        found.open("tiny", by=actor, id=case)
        found.fire(case, "ask", by=actor)
        found.advance(local("2025-03-04 11:00"))
    return found


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "a look, a call, b look, a write, b call, b write, a think, b think"),
        ({"case": "b"}, "b look, b call, b write, b think"),
        ({"role": "officer"}, "a call, b call, a think, b think"),
        ({"person": "g-1"}, "b write"),
        ({"organization": "police"}, "a look, b look"),
        ({"organization": "court"}, "a call, a write, b call"),
        ({"organization": "family"}, "b write"),
        ({"strength": "should"}, "a look, b look"),
        ({"follow_up": "write"}, "a write, b write"),
        ({"protocol": "tiny", "role": "detective"}, "a look, b look, a think, b think"),
        ({"protocol": "other"}, ""),
        ({"before": local("2025-03-04 12:00")}, "a look"),
        ({"before": local("2025-03-04 12:00:01")}, "a look, a call, b look"),
        ({"late": True}, ""),
    ],
)
def test_filters(engine: Engine, filters: dict[str, Any], expected: str) -> None:
    """By case, role, person, organization, protocol, rule, strength, instant."""
    assert [one for one in expected.split(", ") if one] == names(engine.todo(**filters))


def test_late_is_as_of_now(engine: Engine) -> None:
    """Time first comes to now in every case that is asked about."""
    clock: Any = engine.clock
    clock.move_to(local("2025-03-04 12:30"))
    assert ["a look", "a call", "b look"] == names(engine.todo(late=True))


def test_pages_go_on_where_the_one_before_ended(engine: Engine) -> None:
    """Each with the total; what is done or opened meanwhile moves nothing else."""
    first = engine.todo(limit=3)
    assert (["a look", "a call", "b look"], 8) == (names(first), first.total)
    engine.complete("a", "call", by=OFFICER)
    engine.open("tiny", by=OFFICER, id="c")
    engine.fire("c", "ask", by=OFFICER, happened_at=local("2025-03-04 11:00"))
    second = engine.todo(limit=4, after=first.next)
    assert (["c look", "a write", "b call", "c call"], 11) == (names(second), second.total)
    last = engine.todo(limit=4, after=second.next)
    assert (["b write", "c write", "a think", "b think"], False) == (names(last), not last.next)
    assert () == engine.todo(after=f"undated,2025-03-04T15:00:00Z,{chr(0x10FFFF)},x/1")


@settings(max_examples=25)
@given(st.integers(1, 12), st.sampled_from([{}, {"role": "officer"}, {"case": "a"}]))
def test_all_pages_are_the_whole(limit: int, filters: dict[str, Any]) -> None:
    """Of any size: no page is empty but the only one, and together they say it all once."""
    found, _ = engine_with(RULES)
    for case in ("a", "b", "c"):
        found.open("tiny", by=OFFICER, id=case)
        found.fire(case, "ask", by=OFFICER)
    whole = found.todo(**filters)
    pages: list[tuple[Owed, ...]] = []
    after = ""
    while not pages or after:
        one = found.todo(**filters, limit=limit, after=after)
        pages.append(one)
        after = one.next
        assert (True, len(whole)) == (0 < len(one) <= limit, one.total)
    assert tuple(whole) == tuple(item for page in pages for item in page)


@pytest.mark.parametrize(
    "wrong",
    [
        {"limit": 0},
        {"limit": -1},
        {"after": "x"},
        {"after": "due,never,a,call/1"},
        {"after": "due"},
    ],
)
def test_what_is_no_page(engine: Engine, wrong: dict[str, Any]) -> None:
    """A page holds something and begins somewhere."""
    with pytest.raises(UsageError):
        engine.todo(**wrong)
    with pytest.raises(UsageError):
        engine.pending("a", **wrong)


def test_an_instant_without_a_zone_is_a_slip(engine: Engine) -> None:
    """Nobody can tell when that is."""
    naive = local("2025-03-04 12:00").replace(tzinfo=None)
    with pytest.raises(UsageError, match="time zone"):
        engine.todo(before=naive)
    with pytest.raises(UsageError, match="time zone"):
        engine.pending("a", until=naive)


# -- shares, pauses, vacancies -----------------------------------------------------------

SHARED = """
facts:
  danger: {type: boolean, recorded_by: officer}
  kin: {type: set of roles, recorded_by: officer}
triggers:
  ask: {who: officer}
  take_over: {who: [{role: caseworker, any_holder: true}], assigns: {caseworker: actor}}
follow_ups:
  notify:
    opens_with: ask
    who: officer
    for_each: [guardian, judge]
    exclude: {guardian: {if: kin includes guardian, if_unknown: exclude}}
    due: within 1 hour
  check: {opens_with: ask, who: {each_of: [officer, detective]}, due: within 2 hours}
  study:
    opens_with: ask
    who: {all_of: [officer, detective]}
    parts: [home, school]
    due: within 20 calendar days
    pauses_while: danger is true
  visit: {opens_with: ask, who: caseworker, due: within 5 hours}
  rest: {opens_with: ask, who: officer, due: within 30 hours, pauses_while: danger is true}
"""


@pytest.fixture
def shared() -> Engine:
    """One case in which all of this is owed."""
    found, _ = engine_with(SHARED)
    found.open("tiny", by=OFFICER, id="a")
    found.fire("a", "ask", by=OFFICER)
    return found


def owed(engine: Engine, follow_up: str) -> list[Owed]:
    """What is owed of one rule."""
    return [one for one in engine.todo("a") if one.follow_up == follow_up]


def test_recipients_and_who_is_left_out(shared: Engine) -> None:
    """One for each recipient, owed to them; who is left out is told, and why."""
    (one,) = owed(shared, "notify")
    assert ("judge", "judge") == (one.item, one.owed_to)
    (out,) = shared.case("a").left_out
    assert ("notify", "guardian", True, local("2025-03-04 10:00")) == (
        out.follow_up,
        out.item,
        out.unknown,
        out.at,
    )


def test_each_holder_owes_their_own(shared: Engine) -> None:
    """One instance each, of that role only."""
    assert [("officer", ("officer",)), ("detective", ("detective",))] == [
        (one.who, one.roles) for one in owed(shared, "check")
    ]
    assert 1 == len(shared.todo("a", role="detective", follow_up="check"))


def test_what_is_still_missing(shared: Engine) -> None:
    """Holders and parts, until each is done; whoever has done theirs owes it no more."""
    (one,) = owed(shared, "study")
    assert (("officer", "detective", "home", "school"), ()) == (one.missing, one.done)
    shared.complete("a", "study", by=OFFICER, item="home")
    (one,) = owed(shared, "study")
    assert (("detective", "school"), ("home", "officer")) == (one.missing, one.done)
    shared.complete("a", "study", by=OFFICER, item="school")
    (one,) = owed(shared, "study")
    assert (("detective",), ("detective",), "detective") == (one.missing, one.roles, one.who)


def test_a_clock_that_stands(shared: Engine) -> None:
    """No due instant; instead how much was left."""
    shared.advance(local("2025-03-05 10:15"))
    shared.record("a", {"danger": True}, by=OFFICER)
    for name, left in (
        ("study", "its clock stands: 19 calendar days left"),
        ("rest", "its clock stands: 5 hours 45 minutes left"),
    ):
        (one,) = owed(shared, name)
        assert (True, None, left) == (one.paused, one.due, one.due_text)
    shared.record("a", {"danger": False}, by=OFFICER)
    assert [False, False] == [owed(shared, name)[0].paused for name in ("study", "rest")]


def test_nobody_is_there_to_owe_it(shared: Engine) -> None:
    """A role that is given out case by case and not given yet: vacant."""
    (one,) = owed(shared, "visit")
    assert (True, (), ("division",)) == (one.vacant, one.persons, one.organizations)
    shared.fire("a", "take_over", by=Actor(id="c-1", roles=frozenset({"caseworker"})))
    (one,) = owed(shared, "visit")
    assert (False, ("c-1",)) == (one.vacant, one.persons)
    assert [False] * 3 == [owed(shared, name)[0].vacant for name in ("notify", "check", "study")]


def test_nobody_else_is_asked(shared: Engine) -> None:
    """Who owes nothing has nothing to do."""
    assert [(), ()] == [shared.todo(person=one.id) for one in (SUPERVISOR, JUDGE)]
    assert {"check", "study"} == {one.follow_up for one in shared.todo(role="detective")}
    assert 0 == len(shared.todo(person=DETECTIVE.id))
