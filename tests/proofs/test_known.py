"""What a condition can come to at the moment of an act: never more than is said here."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.conditions.parse import parse
from protocolkit.conditions.syntax import Condition
from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.known import verdicts_at
from protocolkit.proofs.search import Search
from protocolkit.proofs.world import Imagined, World

WALKS = 120
"""How many ways through the county are gone by chance."""

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
facts:
  told: {type: boolean, recorded_by: [officer]}
  hurt: {type: boolean, recorded_by: [officer]}
  age: {type: integer, range: 0..20, recorded_by: [officer]}
  sure: {type: choice, values: [low, high], recorded_by: [judge]}
  near: {type: set of roles, recorded_by: [officer]}
terms:
  grave: hurt or sure is high
  begun: happened(meet) or case is met
strands:
  case: {noted: {initial: true}, met: {}, closed: {final: true}}
triggers:
  meet:
    who: [officer, judge]
    needs: {old: not (age < 10), other: near includes judge or near is unknown}
    records: [{fact: told, required: true}, sure]
    moves: [{from: noted, to: met}]
  back: {who: [judge], moves: [{from: met, to: noted}]}
  call: {who: [officer, judge], records: [{fact: hurt, required: true}]}
  close: {who: [judge], moves: [{from: met, to: closed}]}
follow_ups:
  write: {opens_with: call, if: by(meet) is judge, who: officer, due: within 2 hours}
"""

SAID = (
    "told",
    "hurt is true",
    "hurt is false or unknown",
    "told is unknown",
    "told is known",
    "sure is high",
    "sure is known",
    "sure is low or high",
    "age < 10",
    "age is known",
    "near includes judge",
    "case is met",
    "case is not noted",
    "grave",
    "begun",
    "happened(meet)",
    "happened(meet, call)",
    "happened(meet since call)",
    "happened(call since meet)",
    "happened(call since first(meet))",
    "happened(call since call)",
    "happened(back since first(call))",
    "happened(write.met)",
    "happened(call since write.met)",
    "happened(write.met since meet)",
    "by(meet) is judge",
    "by(call) is officer",
    "count(call) >= 2",
    "write is open",
    "write is met or not_opened",
    "write is overdue",
)

BOOLEANS = ("told", "hurt", "grave", "begun")


@cache
def county() -> Protocol:
    """The county."""
    reading = read_text(COUNTY, "county.yaml")
    assert reading.ok, reading.findings
    assert reading.protocol is not None
    return reading.protocol


def said(text: str) -> Condition:
    """What a text says."""
    return parse(text, BOOLEANS)


@pytest.mark.parametrize(
    ("text", "act", "verdicts"),
    [
        # What the act itself says.
        ("told", "meet", "yes no"),
        ("told is true", "meet", "yes no"),
        ("told", "call", "yes no ?"),
        ("sure is high", "meet", "yes no ?"),  # it need not be said
        ("age < 10", "meet", "yes no ?"),  # it is asked before, not said
        ("told is known", "call", "yes no"),
        ("told and hurt", "meet", "yes no ?"),
        ("told or hurt", "meet", "yes no ?"),
        ("told and not told", "meet", "yes no"),  # each is looked at by itself
        # What happened.
        ("happened(meet)", "meet", "yes"),
        ("happened(meet)", "call", "yes no"),
        ("happened(meet, call)", "call", "yes"),
        ("happened(meet since call)", "meet", "yes"),
        ("happened(meet since call)", "call", "no"),
        ("happened(meet since first(call))", "call", "yes no"),
        ("happened(meet since back)", "call", "yes no"),
        ("happened(call since call)", "call", "yes no"),
        ("happened(write.met)", "meet", "yes no"),
        ("not happened(meet)", "meet", "no"),
        ("happened(meet) and told", "meet", "yes no"),
        ("happened(meet) or hurt", "meet", "yes"),
        ("not happened(meet) and hurt", "meet", "no"),
        ("happened(call) and hurt", "meet", "yes no ?"),
        # Who did it.
        ("by(meet) is judge", "meet", "yes no"),
        ("by(meet) is judge", "call", "yes no ?"),
        # Where it stands, and what has a name.
        ("case is met", "close", "yes no"),
        ("begun", "meet", "yes"),
        ("begun", "call", "yes no"),
        ("grave", "call", "yes no ?"),
        ("not grave", "call", "yes no ?"),
        ("grave is unknown", "call", "yes no ?"),
        # What is owed.
        ("write is open", "call", "yes no ?"),
    ],
)
def test_verdicts(text: str, act: str, verdicts: str) -> None:
    """Yes, no, or not known."""
    words = {"yes": True, "no": False, "?": None}
    assert {words[one] for one in verdicts.split()} == verdicts_at(county(), said(text), act)


@cache
def moments() -> tuple[World, tuple[tuple[str, Imagined], ...]]:
    """Cases in which an act is the last thing that happened, met on chance walks."""
    random, found = Random(WALKS), []
    search = Search(county())
    deeds, world = search.deeds, search.world
    start = search.run(enough=lambda _: True).nodes[0].case
    for _ in range(WALKS):
        case = start.copied()
        while case.closed_at is None:
            coming = world.ahead(case)
            if coming and random.random() < 0.1:
                world.comes(case, coming[0])
                continue
            every = list(deeds.of(case))
            kind = random.choice(sorted({(one.kind, one.what.partition("/")[0]) for one in every}))
            same = [one for one in every if (one.kind, one.what.partition("/")[0]) == kind]
            if not world.does(case, random.choice(same)):
                continue
            last = case.occurrences[-1] if case.occurrences else None
            now = last is not None and last.at == case.recorded_at
            if now and last is not None and not last.event and last.name in deeds.protocol.triggers:
                found.append((last.name, case.copied()))
    return world, tuple(found)


def conditions() -> st.SearchStrategy[str]:
    """Conditions put together of what may be said."""
    return st.recursive(
        st.sampled_from(SAID),
        lambda parts: st.one_of(
            parts.map(lambda one: f"not ({one})"),
            st.lists(parts, min_size=2, max_size=3).map(lambda some: f"({' and '.join(some)})"),
            st.lists(parts, min_size=2, max_size=3).map(lambda some: f"({' or '.join(some)})"),
        ),
        max_leaves=5,
    )


def fits(condition: Condition) -> dict[str, set[bool | None]]:
    """Hold the law for one condition; what it came to, by act."""
    world, found = moments()
    judge = world.judge(condition)
    assert judge is not None
    came_to: dict[str, set[bool | None]] = {}
    for act, case in found:
        came_to.setdefault(act, set()).add(judge(world.situation(case)))
    for act, verdicts in came_to.items():
        assert verdicts <= verdicts_at(county(), condition, act), act
    return came_to


@pytest.mark.parametrize("text", SAID)
def test_what_it_comes_to_is_among_them(text: str) -> None:
    """Each thing that may be said, by itself; after each act."""
    assert {"meet", "back", "call", "close"} == fits(said(text)).keys()


@settings(max_examples=60, deadline=None)
@given(conditions())
def test_whatever_is_put_together(text: str) -> None:
    """Parts that are joined, and their opposites."""
    fits(said(text))


def test_it_often_comes_to_all_of_them() -> None:
    """What is said is not just anything: often all of it comes about."""
    told = [
        (fits(said(text))[act], verdicts_at(county(), said(text), act))
        for text in SAID
        for act in ("meet", "call")
    ]
    assert sum(seen == thought for seen, thought in told) > 20
