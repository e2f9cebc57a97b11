"""Of the values of free facts one is tried for all that come to the same: they really do.

The law: whatever is written down before a deed, the deed is refused, or leads to the same case with
the same changes as the one way that stands for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.bundled import bundled
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.reads import Part
from protocolkit.proofs.search import Budget, Search
from protocolkit.proofs.slices import slice_for
from protocolkit.proofs.ways import Alike, Way, least_done
from protocolkit.proofs.world import Imagined
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.requests import Request
from tests.proofs.random_protocols import protocol_text

SITUATIONS = 400
"""Situations of each protocol."""

AT_ONCE = 20
"""Combinations of values that are tried before one deed in one situation: others in the next."""

COUNTY = """
protocolkit: "1"
id: county
title: A county
jurisdiction: Nowhere (invented)
timezone: UTC
organizations: {court: {kind: court}}
roles:
  officer: {kind: juvenile_officer, organization: court, available: always}
  judge: {kind: judge, organization: court, available: always}
  nurse: {kind: health, organization: court, available: always}
facts:
  age: {type: integer, range: 0..20, recorded_by: [officer]}
  hurt: {type: boolean, recorded_by: [officer]}
  told: {type: boolean, recorded_by: [officer]}
  sure: {type: choice, values: [low, medium, high], recorded_by: [judge]}
  near: {type: set of roles, recorded_by: [officer]}
  heard: {type: boolean, recorded_by: [officer]}
  kin: {type: set of roles, recorded_by: [judge]}
terms:
  young: age < 18
  grave: hurt or (young and not told)
strands:
  case: {noted: {initial: true}, met: {}, kept: {}, closed: {final: true}}
triggers:
  meet:
    who: [officer]
    needs: {young: young, calm: not hurt or happened(call)}
    exceptions: {at_once: {waives: [calm], if: told is false, who: [judge], reason: required}}
    moves: [{from: noted, to: met}]
  part:
    who: [officer]
    first: true
    moves:
      - {from: noted, to: kept, if: grave}
      - {from: noted, to: met, if: sure is medium or sure is high}
      - {from: met, to: kept, if: sure is high}
      - {from: kept, to: met, if: not told}
  call: {who: [officer], needs: {some_day: age >= 3 or told or happened(meeting.held)}}
  agree:
    who: {all_of: [officer, judge]}
    needs: {sure: sure is high, heard: heard is true and case is met}
  close: {who: [judge], needs: {heard: heard}, moves: [{from: [met, kept], to: closed}]}
meetings:
  meeting:
    required: [{role: judge, if: told}, officer]
    called_by: [officer]
    counts_if: near includes attendee or heard or kin includes attendee
    counting: {court: [officer, judge], care: [nurse]}
    quorum: {at_least: 2, of: groups}
    exceptions:
      go_ahead: {quorum: {at_least: 1}, if: hurt and age > 5, who: [officer], reason: required}
follow_ups:
  write:
    opens_with: [meet, agree]
    if: kin includes judge
    who: nurse
    due: within 2 hours
    blocks: [close]
"""


def protocol(text: str, file: str) -> Protocol:
    """A protocol that reads without errors."""
    reading = read_text(text, file)
    assert reading.protocol is not None, reading.findings
    assert not [one for one in reading.findings if one.severity == "error"]
    return reading.protocol


def wide(model: Protocol, *more: Part) -> Search:
    """A search that looks at all acts and meetings, and more."""
    parts = [*more, *(("triggers", name) for name in model.triggers)]
    parts += [("meetings", name) for name in model.meetings]
    cut = slice_for(model, parts)
    return Search(
        cut.protocol,
        free=cut.free,
        held=cut.held,
        plain=cut.plain,
    )


def after(
    search: Search, case: Imagined, request: Request, facts: Mapping[str, FactValue]
) -> object:
    """What a deed comes to with these facts; None when it is refused."""
    world, twin = search.world, case.copied()
    world.enter(twin)
    if not world.do_all(twin, search.deeds.first(case, request), facts, request):
        return None
    for name in search.deeds.free:
        twin.facts.pop(name, None)
    return search.keys.of(twin), world.changes


def tried(search: Search) -> int:
    """Hold the law in every situation of a search; how many deeds were tried."""
    deeds, count = search.deeds, 0
    graph = search.run(Budget(situations=SITUATIONS))
    for node in graph.order:
        for request in deeds.of(node.case):
            ways = deeds.beforehand(node.case, request)
            assert [len(way.facts) for way in ways] == sorted(len(way.facts) for way in ways)
            asked = sorted({name for way in ways for one in way.alike for name in one.names})
            if not asked:
                continue
            stands_for = {id(way): after(search, node.case, request, way.facts) for way in ways}
            every = [*product(*[(None, *deeds.free[name]) for name in asked])]
            step = 1 + len(every) // AT_ONCE
            for values in every[node.number % step :: step]:
                known = dict(zip(asked, values, strict=True))
                facts = {name: value for name, value in known.items() if value is not None}
                fitting = [way for way in ways if is_so(way, known)]
                wanted = [stands_for[id(way)] for way in fitting] or [None]
                assert [after(search, node.case, request, facts)] == wanted, (request, facts)
                assert all(len(way.facts) <= len(facts) for way in fitting)
                count += 1
    return count


def is_so(way: Way, known: Mapping[str, FactValue | None]) -> bool:
    """Whether just these values, known and unknown, are among what a way stands for."""
    return all(tuple(known[name] for name in one.names) in one.values for one in way.alike)


@pytest.mark.parametrize(
    "name",
    ["recommended", "examples/larkspur", "examples/osprey_bend", "examples/marlock"],
)
def test_bundled_protocols(name: str) -> None:
    """In the bundled protocols, as far as a short search goes."""
    path = Path(str(bundled("protocols", *f"{name}.yaml".split("/"))))
    assert tried(wide(protocol(path.read_text(encoding="utf-8"), name))) > 100


def test_whatever_a_condition_can_be_asked_for() -> None:
    """Needs that are waived or not, moves that start apart, a quorum, an act of two people; with
    a task that asks for a fact too, that is no longer free.
    """
    county = protocol(COUNTY, "county.yaml")
    assert tried(wide(county)) > 1000
    assert tried(wide(county, ("follow_ups", "write"))) > 1000


def test_drawn_protocols() -> None:
    """In protocols drawn at random."""
    texts = (protocol_text(seed) for seed in range(40))
    assert sum(tried(wide(protocol(text, "drawn.yaml"))) for text in texts) > 300


@pytest.mark.parametrize(
    ("what", "ways"),
    [
        ("meet", [{}, {"told": False}, {"hurt": False}, {"hurt": False, "told": False}]),
        ("call", [{"told": True}]),
        ("part", [{}, {"sure": "medium"}, {"hurt": True}, {"hurt": True, "sure": "medium"}]),
        ("agree", [{}, {"sure": "high"}]),
    ],
)
def test_one_way_for_all_that_come_to_the_same(what: str, ways: list[dict[str, FactValue]]) -> None:
    """The plainest; none for what is refused for a need that nothing waives; what is asked where
    the case does not stand is left out. (`meet` needs somebody young, in each of its ways.)
    """
    search = wide(protocol(COUNTY, "county.yaml"))
    case = search.run(enough=lambda _: True).nodes[0].case
    deed = next(one for one in search.deeds.of(case) if one.what == what)
    young = {"age": 0} if what == "meet" else {}
    found = search.deeds.beforehand(case, deed)
    assert [young | way for way in ways] == [way.facts for way in found]


NAMES = ("a", "b", "c")


@st.composite
def ways_of(draw: st.DrawFn) -> list[Way]:
    """Ways of deeds that ask for some of three facts."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        names = tuple(sorted(draw(st.sets(st.sampled_from(NAMES), min_size=1))))
        every = [*product((None, False, True), repeat=len(names))]
        values = draw(st.frozensets(st.sampled_from(every), min_size=1))
        found.append(Way(alike=(Alike(names=names, values=values),)))
    return found


@given(ways_of())
def test_with_least_done_nothing_else_can_be_done_than_with_others(ways: list[Way]) -> None:
    """Whatever the facts are, with some of the values that were found no more can be done."""
    free = dict.fromkeys(NAMES, (False, True))
    found = least_done(free, ways)
    assert found is not None
    able = [{id(way) for way in ways if way.fits(known)} for known in found]
    for values in product((False, True), repeat=len(NAMES)):
        known = dict(zip(NAMES, values, strict=True))
        assert any(some <= {id(way) for way in ways if way.fits(known)} for some in able)
    assert all(not one < other for one in able for other in able)


def test_a_fact_that_is_left_open_may_be_anything() -> None:
    """A way fits if some of what it stands for does."""
    way = Way(alike=(Alike(names=("a", "b"), values=frozenset({(True, None), (True, False)})),))
    assert way.fits({"a": None, "b": False})
    assert way.fits({"a": True, "b": None})
    assert not way.fits({"a": False, "b": None})
    assert not way.fits({"a": True, "b": True})


def test_too_many_combinations() -> None:
    """Facts of which either value lets something else be done multiply; there is an end to that."""
    free = {f"f{n}": (False, True) for n in range(12)}
    ways = [
        Way(alike=(Alike(names=(name,), values=frozenset({(value,)})),))
        for name in free
        for value in (False, True)
    ]
    assert least_done(free, ways) is None
    assert least_done(free, ways[1::2]) == [dict.fromkeys(free, False)]
