"""What is left until a case can be closed, and every instant ahead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from protocolkit.engine.engine import Engine
from protocolkit.semantics import answers
from tests.stories import DETECTIVE, OFFICER, SUPERVISOR, engine_with, local

RULES = """
facts:
  danger: {type: boolean, recorded_by: officer}
  consent: {type: boolean, recorded_by: supervisor, valid_for: 2 calendar days}
strands:
  case:
    begun: {initial: true}
    told: {}
    planned: {}
    closed: {final: true}
  whereabouts: {home: {initial: true, final: true}, gone: {}}
  court: {none: {initial: true}, heard: {}, ruled: {final: true}}
triggers:
  tell: {who: officer, moves: {strand: case, from: begun, to: told}}
  plan: {who: supervisor, needs: {calm: danger is false}, moves: {strand: case, from: told,
      to: planned}, source: "§2"}
  close: {who: [supervisor, judge], moves: {strand: case, from: planned, to: closed}}
  leave: {who: guardian, moves: {strand: whereabouts, from: home, to: gone}}
  return_home: {agreed_by: {all_of: [officer, detective]}, moves: {strand: whereabouts,
      from: gone, to: home}}
  hear: {who: judge, moves: {strand: court, from: none, to: heard}}
  jump: {strength: must_not, who: judge, moves: {strand: case, from: begun, to: closed}}
follow_ups:
  call: {opens_with: tell, who: officer, due: within 2 hours, blocks: plan}
  hint: {opens_with: tell, who: officer, strength: should, due: within 2 hours}
  note: {opens_with: tell, who: officer, due: within 3 hours, met_by: plan}
  stay: {opens_in: told, who: officer, due: within 4 hours}
  keep: {opens_with: tell, who: officer, due: within 5 hours, carries_over: true}
  again: {opens_with: tell, who: officer, every: 7 calendar days after tell}
meetings:
  team: {required: [officer], called_by: supervisor}
"""


@pytest.fixture
def engine() -> Engine:
    """A case in which nothing was done yet."""
    found, _ = engine_with(RULES)
    found.open("tiny", by=OFFICER, id="a")
    return found


def ways(engine: Engine) -> dict[str, list[str]]:
    """The acts that each strand still needs."""
    return {
        way.strand: [f"{one.trigger}: {one.before} -> {one.after}" for one in way.acts]
        for way in engine.left("a").ways
    }


def test_the_shortest_way_of_every_strand(engine: Engine) -> None:
    """Act by act to an end; what is forbidden is no way."""
    assert {
        "case": ["tell: begun -> told", "plan: told -> planned", "close: planned -> closed"],
        "whereabouts": [],
        "court": [],
    } == ways(engine)
    left = engine.left("a")
    assert {"case": False, "whereabouts": True, "court": False} == {
        way.strand: way.ended for way in left.ways
    }
    assert (False, ()) == (left.closed, left.holding)


def test_who_may_do_each_act_and_what_it_needs(engine: Engine) -> None:
    """Its needs that are not true yet and what blocks it, though the case is not there yet."""
    engine.fire("a", "tell", by=OFFICER)
    engine.fire("a", "leave", by=GUARDIAN)
    case, whereabouts, _ = engine.left("a").ways
    plan, close = case.acts
    assert ("supervisor", ("supervisor",), "§2") == (plan.who, plan.roles, plan.source)
    assert ["need-unknown", "blocked"] == [one.name for one in plan.needs]
    assert local("2025-03-04 12:00") == plan.needs[1].by_when
    assert ("supervisor or judge", ()) == (close.who, close.needs)
    (back,) = whereabouts.acts
    assert ("", ("officer", "detective")) == (back.who, back.agreed_by)


def test_what_holds_the_closing(engine: Engine) -> None:
    """Only what must be done, and neither ends, nor is done, nor is carried over on the way."""
    engine.fire("a", "tell", by=OFFICER)
    assert ["call/1"] == [one.instance for one in engine.left("a").holding]
    engine.complete("a", "call", by=OFFICER)
    assert () == engine.left("a").holding


def test_a_closed_case_has_nothing_left() -> None:
    """And one that stands at its end but for what is owed says just that."""
    engine, _ = engine_with("""
states: {begun: {initial: true}, closed: {final: true}}
triggers: {close: {who: supervisor, moves: {from: begun, to: closed}}, ask: {who: officer}}
follow_ups: {call: {opens_with: ask, who: officer, due: within 2 hours}}
""")
    engine.open("tiny", by=OFFICER, id="a")
    engine.fire("a", "ask", by=OFFICER)
    left = engine.left("a")
    assert (["close"], ["call/1"]) == (
        [one.trigger for one in left.ways[0].acts],
        [one.instance for one in left.holding],
    )
    engine.complete("a", "call", by=OFFICER)
    engine.fire("a", "close", by=SUPERVISOR)
    assert answers.Left(case="a", closed=True) == engine.left("a")


def test_what_is_barred_now_is_a_way_only_if_there_is_no_other() -> None:
    """A move whose condition is known to be false."""
    engine, _ = engine_with("""
facts: {danger: {type: boolean, recorded_by: officer}}
states: {begun: {initial: true}, told: {}, closed: {final: true}}
triggers:
  drop: {who: officer, moves: {from: begun, to: closed, if: danger is false}}
  tell: {who: officer, moves: {from: begun, to: told}}
  close: {who: officer, moves: {from: told, to: closed}}
""")
    engine.open("tiny", by=OFFICER, id="a")

    def acts() -> list[str]:
        return [one.trigger for one in engine.left("a").ways[0].acts]

    assert ["drop"] == acts()
    (condition,) = engine.left("a").ways[0].acts[0].needs
    assert ("not-enabled", "danger") == (condition.name, condition.needs)
    engine.record("a", {"danger": True}, by=OFFICER)
    assert ["tell", "close"] == acts()


def test_a_strand_that_does_not_apply_is_not_waited_for() -> None:
    """As the closing does not wait for it."""
    engine, _ = engine_with("""
facts: {danger: {type: boolean, recorded_by: officer}}
strands:
  case: {begun: {initial: true}, closed: {final: true}}
  court: {applies_while: danger is true, states: {none: {initial: true}, ruled: {final: true}}}
triggers:
  close: {who: officer, moves: {strand: case, from: begun, to: closed}}
  rule: {who: judge, moves: {strand: court, from: none, to: ruled}}
""")
    engine.open("tiny", by=OFFICER, id="a")
    assert [True, True] == [way.waited_for for way in engine.left("a").ways]
    engine.record("a", {"danger": False}, by=OFFICER)
    court = engine.left("a").ways[1]
    assert (False, ()) == (court.waited_for, court.acts)


# -- every instant ahead -----------------------------------------------------------------


def test_values_that_run_out_and_meetings_lie_ahead_too(engine: Engine) -> None:
    """Nobody does these, and still they come."""
    engine.record("a", {"consent": True}, by=SUPERVISOR)
    engine.set("a", "team", by=SUPERVISOR, planned_at=local("2025-03-05 10:00"), id="m-1")
    assert [
        (local("2025-03-05 10:00"), "meeting", "m-1", "team is planned"),
        (
            local("2025-03-07 00:00"),
            "fact",
            "consent",
            "consent is unknown again, unless recorded anew",
        ),
    ] == [(one.at, one.kind, one.of, one.text) for one in engine.pending("a")]
    engine.advance(local("2025-03-06 10:00"))
    assert ["fact"] == [one.kind for one in engine.pending("a")]


def test_as_far_as_is_asked(engine: Engine) -> None:
    """Up to a horizon, page by page, all counted; a year if nothing is said."""
    engine.fire("a", "tell", by=OFFICER)
    day = engine.pending("a", until=local("2025-03-05 00:00"))
    assert (["call", "hint", "note", "stay", "keep"], 5, "") == (
        [one.what for one in day],
        day.total,
        day.next,
    )
    two_weeks = engine.pending("a", until=local("2025-03-19 12:00"), limit=None)
    pages: list[answers.Coming] = []
    after = ""
    while not pages or after:
        page = engine.pending("a", until=local("2025-03-19 12:00"), limit=2, after=after)
        pages += [*page]
        assert len(two_weeks) == page.total
        after = page.next
    assert list(two_weeks) == pages
    year = engine.pending("a")
    assert answers.FORESEEN == len(year)
    whole = engine.pending("a", limit=None)
    assert (len(whole), True) == (
        year.total,
        engine.clock.now() + timedelta(days=350) < whole[-1].at,
    )


def test_a_rhythm_of_minutes_is_not_counted() -> None:
    """Nobody reads thousands of lines; there is no total then."""
    engine, _ = engine_with("""
triggers: {ask: {who: officer}}
follow_ups: {tick: {opens_with: ask, who: officer, every: 30 minutes after ask}}
""")
    engine.open("tiny", by=OFFICER, id="a")
    engine.fire("a", "ask", by=OFFICER)
    found = engine.pending("a", limit=None)
    assert (answers.COUNTED, None) == (len(found), found.total)


def test_clocks_and_moves_ahead() -> None:
    """What time pauses, lets go on, moves and closes is told in words."""
    engine, _ = engine_with("""
facts: {until: {type: date, recorded_by: officer}}
states: {begun: {initial: true}, closed: {final: true}}
triggers:
  ask: {who: officer}
  shut: {who: [officer, clock], moves: {from: begun, to: closed}}
follow_ups:
  call:
    opens_with: ask
    who: officer
    strength: should
    due: within 10 calendar days
    pauses_while: reached(until)
escalations:
  over: {watches: {state: begun}, levels: [{after: 5 calendar days, fire: shut}]}
""")
    engine.open("tiny", by=OFFICER, id="a")
    engine.fire("a", "ask", by=OFFICER)
    engine.record("a", {"until": local("2025-03-07 12:00").date()}, by=OFFICER)
    assert [
        "call has its clock stopped",
        "over: 5 calendar days later: `shut` happens by itself",
        "the case goes on to closed",
        "the case is closed",
        "call ends",
    ] == [one.text for one in engine.pending("a")]
    assert "begun" == engine.case("a").states["case"]


GUARDIAN = DETECTIVE.replace(id="g-1", roles=frozenset({"guardian"}))
