"""What belongs to the programme and what to its cases; tallies over all of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.ground.clock import VirtualClock
from protocolkit.ground.errors import Refused, UsageError
from protocolkit.language.reading import read_text
from protocolkit.semantics.program import Program
from protocolkit.semantics.tallies import Tallied
from protocolkit.store.memory import MemoryStore
from tests.stories import JUDGE, OFFICER, engine_with, local, tiny, tiny_text

# -- the two scopes ----------------------------------------------------------------------

BOTH = """
facts:
  pact: {type: boolean, scope: programme, recorded_by: judge}
  danger: {type: boolean, recorded_by: officer}
triggers:
  notice: {who: officer}
  join: {scope: programme, who: judge}
meetings:
  team: {called_by: officer}
  yearly: {scope: programme, called_by: judge, every: 1 calendar year after the last}
follow_ups:
  see: {opens_with: notice, who: officer, due: within 3 hours}
  renew: {scope: programme, opens_with: join, who: judge, due: within 3 hours}
escalations:
  see_late: {watches: {follow_up: see}, levels: [{at: due, tell: judge}]}
  renew_late: {watches: {follow_up: renew}, levels: [{at: due, tell: judge}]}
  between: {watches: {from: join, to: yearly.held}, levels: [{after: 1 hour, tell: judge}]}
  begun_long: {watches: {state: begun}, levels: [{after: 1 hour, tell: judge}]}
"""


def test_a_program_has_what_belongs_to_its_scope() -> None:
    """The programme has no states; a case keeps the facts of both, since it may read them."""
    protocol = tiny(BOTH)
    cases, standing = Program(protocol), Program(protocol, "programme")
    found = [
        [
            sorted(one)
            for one in (part.triggers, part.meetings, part.escalations, part.facts, part.strands)
        ]
        for part in (cases.protocol, standing.protocol)
    ]
    assert [
        [["notice"], ["team"], ["begun_long", "see_late"], ["danger", "pact"], ["case"]],
        [["join"], ["yearly"], ["between", "renew_late"], ["pact"], []],
    ] == found
    assert [["see"], ["renew", "yearly.again"]] == [
        sorted(cases.follow_ups),
        sorted(standing.follow_ups),
    ]
    assert {protocol.digest} == {cases.protocol.digest, standing.protocol.digest}
    assert protocol is cases.whole


def test_without_a_programme_nothing_is_taken_out() -> None:
    """The case's part is the protocol itself."""
    protocol = tiny("triggers: {notice: {who: officer}}")
    assert protocol is Program(protocol).protocol


def test_what_the_protocol_applies_to_are_its_cases() -> None:
    """`applies_while` of the protocol speaks of a case; the programme goes on."""
    rules = """
    facts: {young: {type: boolean, recorded_by: officer}}
    applies_while: young
    triggers: {join: {scope: programme, who: judge}}
    follow_ups: {renew: {scope: programme, opens_with: join, who: judge, due: within 3 hours}}
    """
    engine, _ = engine_with(rules)
    engine.adopt("tiny", by=JUDGE)
    opened = engine.fire("tiny.programme", "join", by=JUDGE)
    assert ["renew"] == [one.follow_up for one in opened.open]


FACTS = """
facts:
  pact: {type: boolean, scope: programme, recorded_by: judge}
  until: {type: date, scope: programme, recorded_by: judge}
  danger: {type: boolean, recorded_by: officer}
terms: {agreed: pact is true, urgent: danger is true}
"""
ALLOWED = {
    "a need": "triggers: {go: {who: officer, needs: {pact: agreed}}}",
    "the if of a move": (
        "triggers: {go: {who: officer, moves: {from: begun, to: closed, if: pact}}}"
    ),
    "the if of an opening": """
triggers: {go: {who: officer}}
follow_ups: {see: {opens_with: go, if: pact, who: officer, due: unspecified}}
""",
    "the if of a level": """
escalations:
  late: {watches: {state: begun}, levels: [{after: 1 hour, if: agreed, tell: judge}]}
""",
    "the programme of itself": """
triggers:
  go: {scope: programme, who: judge, needs: {pact: pact}}
  stop: {scope: programme, who: judge, different_from: go}
follow_ups:
  see: {scope: programme, opens_with: go, ends_when: pact, who: judge, due: within 1 hour after go,
        met_by: stop}
""",
    "a tally over cases": """
triggers: {go: {who: officer}}
tallies: {monthly: {every: 1 calendar month after adopted, count: [go]}}
""",
}


@pytest.mark.parametrize("rules", ALLOWED.values(), ids=ALLOWED.keys())
def test_where_the_scopes_may_meet(rules: str) -> None:
    """In `needs` and `if` a case may ask for facts of its programme; tallies count over cases."""
    assert [] == list(read_text(tiny_text(FACTS + rules), "tiny.yaml").findings)


FORBIDDEN = {
    "a condition that opens": """
follow_ups: {see: {opens_when: agreed, who: officer, due: unspecified}}
""",
    "a condition that ends, in a list": """
triggers: {go: {who: officer}}
follow_ups:
  see: {opens_with: go, who: officer, due: unspecified, ends_when: [{if: pact, because: x}]}
""",
    "a condition on what applies": "applies_while: pact",
    "a date that is reached": """
follow_ups: {see: {opens_when: reached(until), who: officer, due: unspecified}}
""",
    "who counts at a meeting": """
meetings: {team: {called_by: officer, required: officer, counts_if: pact}}
""",
    "what happens in the programme, in a need": """
triggers:
  join: {scope: programme, who: judge}
  go: {who: officer, needs: {joined: happened(join)}}
""",
    "what happens in the programme, as an opening": """
triggers: {join: {scope: programme, who: judge}}
follow_ups: {see: {opens_with: join, who: officer, due: unspecified}}
""",
    "adopted, as what a case counts from": """
triggers: {go: {who: officer}}
follow_ups: {see: {opens_with: go, who: officer, due: within 3 hours after adopted}}
""",
    "a fact of the programme, recorded by an act of a case": """
triggers: {go: {who: officer, records: pact}}
""",
    "a follow-up of the programme that blocks an act of a case": """
triggers: {go: {who: officer}, join: {scope: programme, who: judge}}
follow_ups:
  see: {scope: programme, opens_with: join, who: judge, due: unspecified, blocks: go}
""",
    "the programme that asks for a fact of a case": """
triggers: {join: {scope: programme, who: judge, needs: {calm: not urgent}}}
""",
    "the programme that asks for a state": """
triggers: {join: {scope: programme, who: judge, needs: {begun: case is begun}}}
""",
    "the programme that opens with what happens in a case": """
triggers: {go: {who: officer}}
follow_ups: {see: {scope: programme, opens_with: go, who: judge, due: unspecified}}
""",
    "the programme that moves a case": """
triggers: {join: {scope: programme, who: judge, moves: {from: begun, to: closed}}}
""",
    "the programme in a state": """
follow_ups: {see: {scope: programme, opens_in: begun, who: judge, due: unspecified}}
""",
    "a tally that counts from a case": """
triggers: {go: {who: officer}}
tallies: {monthly: {every: 1 calendar month after go, count: [go]}}
""",
    "a tally from the last": """
triggers: {go: {who: officer}}
tallies: {monthly: {every: 1 calendar month after the last, count: [go]}}
""",
    "a tally of one case": """
triggers: {go: {who: officer}}
tallies: {monthly: {scope: case, every: 1 calendar month after adopted, count: [go]}}
""",
    "a link that hands over what is the programme's": """
triggers: {go: {who: officer}, join: {scope: programme, who: judge}}
follow_ups: {see: {scope: programme, opens_with: join, who: judge, due: unspecified}}
links: {other: {protocol: other, opens_with: go, hands_over: see}}
""",
    "a link without an occasion": "links: {other: {protocol: other}}",
    "a link that is called like an act": """
triggers: {go: {who: officer}}
links: {go: {protocol: other, opens_with: go}}
""",
}


@pytest.mark.parametrize("rules", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_where_the_scopes_may_not_meet(rules: str) -> None:
    """Found when the protocol is read: one fault, with its place."""
    (finding,) = read_text(tiny_text(FACTS + rules), "tiny.yaml").findings
    assert finding.place is not None
    assert finding.code in ("PK002", "PK005", "PK006", "PK401")


# -- tallies -----------------------------------------------------------------------------

COUNTED = """
triggers: {report: {who: officer}, ask: {who: officer}}
meetings:
  team: {called_by: officer}
  yearly: {scope: programme, called_by: judge}
tallies:
  per_month:
    every: 1 calendar month after adopted
    count: [report, team, team.set, yearly.held]
    small_cells_below: 3
  weekly: {every: 7 calendar days after adopted, count: ask}
  ever: {every: unspecified, count: ask}
"""


def _of(engine: Engine, tally: str) -> list[Tallied]:
    return [one for one in engine.tally("tiny") if one.tally == tally]


def test_a_tally_counts_over_all_cases_by_when_it_happened() -> None:
    """Period by period from the adoption; few are hidden, none is shown, the last is going on."""
    engine, clock = engine_with(COUNTED)
    engine.adopt("tiny", by=JUDGE)
    for case in ("a", "b"):
        engine.open("tiny", by=OFFICER, id=case)
        engine.fire(case, "report", by=OFFICER)
        engine.set(case, "team", by=OFFICER, planned_at=clock.now())
    clock.move_to(local("2025-03-20 10:00"))
    engine.set("tiny.programme", "yearly", by=JUDGE, planned_at=clock.now(), id="y")
    engine.hold("tiny.programme", "y", by=JUDGE, attended={"j-1": "judge"})
    engine.hold("a", "team", by=OFFICER, attended={"o-1": "officer"})
    clock.move_to(local("2025-04-10 10:00"))
    engine.fire("a", "report", by=OFFICER, happened_at=local("2025-03-30 10:00"))
    first, second = _of(engine, "per_month")
    assert (local("2025-03-04 10:00"), local("2025-04-05 00:00"), True) == (
        first.start,
        first.end,
        first.finished,
    )
    assert {"report": 3, "team": None, "team.set": None, "yearly.held": None} == first.counts
    assert (first.end, local("2025-05-05 00:00"), False, 3) == (
        second.start,
        second.end,
        second.finished,
        second.hidden_below,
    )
    assert {"report": 0, "team": 0, "team.set": 0, "yearly.held": 0} == second.counts
    assert 6 == len(_of(engine, "weekly"))
    (ever,) = _of(engine, "ever")
    assert (None, False) == (ever.end, ever.finished)


def test_what_time_did_to_a_case_is_counted_too() -> None:
    """Whether or not somebody looked at the case since."""
    rules = """
    triggers: {notice: {who: officer}}
    follow_ups: {see: {opens_with: notice, who: officer, due: within 3 hours}}
    tallies: {late: {every: 1 calendar month after adopted, count: see.overdue}}
    """
    engine, clock = engine_with(rules)
    engine.adopt("tiny", by=JUDGE)
    engine.open("tiny", by=OFFICER, id="c")
    engine.fire("c", "notice", by=OFFICER)
    clock.move_to(local("2025-03-05 10:00"))
    assert [{"see.overdue": 1}] == [one.counts for one in engine.tally("tiny")]


def test_what_was_not_adopted_cannot_be_counted() -> None:
    """It is refused in words; a strange protocol is an error of the caller."""
    engine, _ = engine_with(COUNTED)
    engine.open("tiny", by=OFFICER)
    with pytest.raises(Refused) as refused:
        engine.tally("tiny")
    assert ["not-adopted"] == [one.name for one in refused.value.reasons]
    with pytest.raises(UsageError):
        engine.tally("other")


@given(hours=st.lists(st.integers(0, 40 * 24), max_size=25), late=st.booleans())
def test_every_occurrence_is_counted_in_just_one_period(hours: list[int], late: bool) -> None:
    """The periods of a tally follow each other without a gap, in whatever order it was told."""
    rules = COUNTED.replace("small_cells_below: 3", "small_cells_below: 0")
    start = local("2025-03-04 10:00")
    engine = Engine([tiny(rules)], MemoryStore(), VirtualClock(start))
    engine.adopt("tiny", by=JUDGE)
    engine.open("tiny", by=OFFICER, id="c")
    clock = engine.clock
    assert isinstance(clock, VirtualClock)
    if late:
        clock.move_to(start + timedelta(days=41))
    for hour in hours if late else sorted(hours):
        instant = start + timedelta(hours=hour)
        if not late:
            clock.move_to(instant)
        engine.fire("c", "ask", by=OFFICER, happened_at=instant)
    periods = _of(engine, "weekly")
    assert len(hours) == sum(one.counts["ask"] or 0 for one in periods)
    assert [one.end for one in periods[:-1]] == [one.start for one in periods[1:]]
    assert [True] * (len(periods) - 1) + [False] == [one.finished for one in periods]


def test_a_fact_is_corrected_where_it_is_recorded() -> None:
    """In a case nobody corrects a fact of the programme, nor there one of a case; it says where."""
    rules = """
    facts:
      area: {type: boolean, recorded_by: officer, scope: programme}
      danger: {type: boolean, recorded_by: officer}
    triggers: {ask: {who: officer}}
    """
    engine, _ = engine_with(rules)
    programme = engine.adopt("tiny", by=OFFICER).id
    case = engine.open("tiny", by=OFFICER).id
    for where, fact in ((case, "area"), (programme, "danger")):
        with pytest.raises(Refused) as refused:
            engine.correct(where, {fact: True}, by=OFFICER)
        assert ["other-scope"] == [one.name for one in refused.value.reasons]
