"""Laws of the checks on random strands and on renamed, shuffled files.

The brute force here shares nothing with the code under test: it knows a table of which state
leads to which, closed by going over all triples.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.checks import run
from protocolkit.checks._base import Check, Found, Subject
from protocolkit.checks.families.structure import (
    dead_end,
    start_or_end_missing,
    trap,
    unreachable_state,
)
from protocolkit.checks.graph import components
from protocolkit.language.reading import read_text
from protocolkit.language.text import parse
from protocolkit.language.tree import plain_data
from protocolkit.model.case import Move, State, Strand, Trigger
from protocolkit.model.protocol import Protocol
from tests.checks.harness import CASES, complete
from tests.renaming import NAME, ids_in, in_other_words

# -- random strands ----------------------------------------------------------------------


class Made:
    """A random strand: what is in it, and its protocol."""

    def __init__(
        self,
        states: list[str],
        initial: set[str],
        final: set[str],
        moves: list[tuple[str, str, bool]],
    ) -> None:
        self.states = states
        self.initial = initial
        self.final = final
        self.possible = {(a, b) for a, b, forbidden in moves if not forbidden and a != b}
        self.protocol = Protocol(
            id="made",
            protocolkit="1",
            strands={
                "case": Strand(
                    id="case",
                    path=("states",),
                    states={
                        name: State(
                            id=name,
                            path=("states", name),
                            initial=name in initial,
                            final=name in final,
                        )
                        for name in states
                    },
                )
            },
            triggers={
                f"t{number}": Trigger(
                    id=f"t{number}",
                    path=("triggers", f"t{number}"),
                    strength="must_not" if forbidden else "must",
                    moves=(Move(from_=(a,), to=b, path=("triggers", f"t{number}", "moves", 0)),),
                )
                for number, (a, b, forbidden) in enumerate(moves)
            },
        )
        self.leads = {(a, b): (a, b) in self.possible for a in states for b in states}
        for through in states:
            for a in states:
                for b in states:
                    if self.leads[a, through] and self.leads[through, b]:
                        self.leads[a, b] = True

    def __repr__(self) -> str:
        return f"Made({self.states}, {self.initial}, {self.final}, {sorted(self.possible)})"

    def reached(self) -> set[str]:
        starts = self.initial or set(self.states)
        return starts | {b for a in starts for b in self.states if self.leads[a, b]}

    def alike(self, a: str) -> frozenset[str]:
        """The states that lead to `a` and back, and `a`."""
        return frozenset({a} | {b for b in self.states if self.leads[a, b] and self.leads[b, a]})

    def after(self, a: str) -> set[str]:
        return {b for b in self.states if (a, b) in self.possible}

    def steps_to(self, end: str) -> int:
        """The least number of moves from a start."""
        here, steps = set(self.initial), 0
        while end not in here:
            here, steps = here | {b for a in here for b in self.after(a)}, steps + 1
        return steps


@st.composite
def strands(draw: st.DrawFn) -> Made:
    """A strand of up to seven states with any moves, starts and ends."""
    states = [f"s{number}" for number in range(draw(st.integers(1, 7)))]
    state = st.sampled_from(states)
    moves = draw(st.lists(st.tuples(state, state, st.sampled_from((False, False, False, True)))))
    initial = draw(st.one_of(st.sets(state, max_size=2), st.just({states[0]})))
    return Made(states, initial, draw(st.sets(state, max_size=2)), moves)


def found(check: Check, made: Made) -> dict[str, Found]:
    """What a check finds, by the state it points at; never twice the same."""
    all_found = list(check.find(Subject(made.protocol)))
    by_state = {str(one.path[1]): one for one in all_found}
    assert len(by_state) == len(all_found)
    return by_state


@given(strands())
def test_lost_states_are_told_once_for_all_that_hang_together(made: Made) -> None:
    """Reported: the first of each group that no other lost state leads to."""
    lost = set(made.states) - made.reached()
    sources = {
        made.alike(a) for a in lost if {b for b in lost if made.leads[b, a]} <= made.alike(a)
    }
    if made.final and not made.final & made.reached():  # PK204 and PK205 tell where it stops
        ends = {a for a in made.states if any(a == b or made.leads[a, b] for b in made.final)}
        sources = {group for group in sources if not group & ends}
    assert {min(group) for group in sources} == set(found(unreachable_state, made))


@given(strands())
def test_dead_ends_are_reached_states_without_a_way_out(made: Made) -> None:
    """And the story told is a shortest way there, move by move."""
    expected = {a for a in made.reached() - made.final if not made.after(a) and made.final}
    reported = found(dead_end, made)
    assert expected == set(reported)
    for state, one in reported.items():
        _is_shortest_story(made, state, one)


@given(strands())
def test_traps_are_closed_circles_without_an_end(made: Made) -> None:
    """Each is told once, at a state that a case gets to first, with a real way round."""
    expected = {
        group
        for group in map(made.alike, made.reached())
        if len(group) > 1
        and made.final
        and not group & made.final
        and all(made.after(a) <= group for a in group)
    }
    reported = found(trap, made)
    assert expected == {made.alike(state) for state in reported}
    for state, one in reported.items():
        _is_shortest_story(made, state, one)
        round_ = re.findall(r"`([^`]*->[^`]*)`", one.message)[0].split(" -> ")
        assert [state, state] == [round_[0], round_[-1]]
        assert all(pair in made.possible for pair in pairwise(round_))
        if made.initial:
            nearest = min(made.steps_to(other) for other in made.alike(state))
            assert nearest == made.steps_to(state)


@given(strands())
def test_a_strand_that_is_found_sound_is_sound(made: Made) -> None:
    """No finding of the four: one start, all states reached, an end in sight from each."""
    checks = (start_or_end_missing, unreachable_state, dead_end, trap)
    silent = not any(found_ for check in checks for found_ in check.find(Subject(made.protocol)))
    sound = (
        len(made.initial) == 1
        and made.reached() == set(made.states)
        and all(a in made.final or any(made.leads[a, b] for b in made.final) for a in made.states)
    )
    assert sound == silent


@given(strands())
def test_groups_are_the_states_that_lead_to_each_other(made: Made) -> None:
    """In the order of the file, inside and out."""
    arrows = {a: sorted(made.after(a)) for a in made.states}
    groups = components(made.states, arrows)
    assert [tuple(sorted(made.alike(a))) for a in made.states if a == min(made.alike(a))] == groups


def test_a_move_between_states_that_nobody_declared_is_no_move() -> None:
    """The reader reports it; the graph only must not trip over it."""
    made = Made(["s0", "s1"], {"s0"}, {"s1"}, [("s0", "s9", False), ("s8", "s9", False)])
    (graph,) = Subject(made.protocol).graphs.values()
    assert () == graph.edges


def test_a_long_strand_is_no_problem() -> None:
    """Ten thousand states in a row need no deep recursion."""
    states = [f"s{number}" for number in range(10_000)]
    arrows = dict(zip(states, ([name] for name in states[1:]), strict=False))
    assert [(name,) for name in states] == components(states, arrows)


def _is_shortest_story(made: Made, state: str, one: Found) -> None:
    steps = [re.findall(r"s[0-9]+", step.partition(": ")[2]) for step in one.trace]
    if not made.initial:
        assert steps == []
        return
    assert made.steps_to(state) == len(steps)
    at = None
    for a, b in steps:
        assert (a, b) in made.possible
        assert at == a if at else a in made.initial
        at = b
    assert at is None or at == state


# -- names and order mean nothing --------------------------------------------------------


def _findings(text: str, back: Mapping[str, str]) -> Counter[tuple[str, str, frozenset[str]]]:
    """The findings up to names: code, words, and which names are spoken of."""
    seen = []
    for finding in run(read_text(text), off=()).findings:
        quoted = re.findall(r"`([^`]*)`", finding.message)
        names = frozenset(back.get(n, n) for part in quoted for n in NAME.findall(part))
        seen.append((finding.code, re.sub(r"`[^`]*`", "_", finding.message), names))
    return Counter(seen)


@pytest.mark.parametrize(
    "case",
    sorted(
        path.relative_to(CASES).as_posix()
        for path in CASES.glob("PK*/*-*.yaml")
        if path.parent.name[:5] not in {"PK001", "PK002", "PK003", "PK104", "PK105"}
        and path.parent.name[:5] not in {"PK905", "PK906"}  # comments do not get through this
    ),
)
def test_other_names_and_another_order_give_the_same_findings(case: str) -> None:
    """No check looks at what something is called, or at what stands first."""
    text = complete((CASES / case).read_text(encoding="utf-8"))
    tree, _, _ = parse(text, case)
    assert tree is not None
    data = plain_data(tree)
    names = {name: f"x{number}" for number, name in enumerate(sorted({*ids_in(data)} - {"case"}))}
    back = {new: old for old, new in names.items()}
    expected = _findings(text, {})
    for seed in (1, 2, 3):
        changed = in_other_words(data, names, random.Random(seed))
        assert expected == _findings(json.dumps(changed), back), seed
