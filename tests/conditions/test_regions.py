"""Cases of facts: every value has a representative with which conditions say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocolkit.conditions.evaluate import compile_condition
from protocolkit.conditions.names import FactType, Names
from protocolkit.conditions.parse import parse
from protocolkit.conditions.regions import A_REFERENCE, TooManyRegions, cut_points
from protocolkit.conditions.situation import FactValue
from protocolkit.conditions.syntax import Condition, Includes, Word
from protocolkit.conditions.terms import all_atoms
from tests.conditions.county import (
    FACTS,
    NAMES,
    ROLE_ATOMS,
    ROLES,
    TERMS,
    DrawnCase,
    cases,
    conditions,
)


class Meeting(DrawnCase):
    """A case with a known person at the meeting."""

    def __init__(self, seed: int, facts: Mapping[str, FactValue | None], role: str) -> None:
        super().__init__(seed, facts)
        self.role = role

    def attendee(self) -> str | None:
        return self.role


def verdicts(some: Sequence[Condition], situation: DrawnCase) -> list[bool | None]:
    """What each condition says in a situation."""
    return [compile_condition(one, TERMS, NAMES)(situation) for one in some]


def stand_in(role: str, named: frozenset[str]) -> str:
    """A role itself if a condition names it, else the one that stands for all others."""
    return role if role in named else min(ROLES - named)


_SOME = st.lists(conditions() | ROLE_ATOMS, min_size=1, max_size=4)


@given(_SOME, cases(), st.sampled_from(sorted(ROLES)))
def test_every_value_has_a_representative(
    some: list[Condition], situation: DrawnCase, role: str
) -> None:
    """All facts of any situation can be replaced by representatives without a trace."""
    representatives = cut_points(some, NAMES)
    named = frozenset(
        atom.role.text
        for atom in all_atoms(some, TERMS)
        if isinstance(atom, Includes) and isinstance(atom.role, Word)
    )
    expected = verdicts(some, Meeting(situation.seed, situation.facts, role))
    person = stand_in(role, named) if named != ROLES else role
    facts: dict[str, FactValue | None] = dict(situation.facts)
    for fact, value in facts.items():
        if isinstance(value, frozenset):
            others = {person} if role in value else set()
            facts[fact] = frozenset((value & named) | others)
    assert expected == verdicts(some, Meeting(situation.seed, facts, person))
    for fact, values in representatives.items():
        facts[fact] = next(
            value
            for value in values
            if expected == verdicts(some, Meeting(situation.seed, {**facts, fact: value}, person))
        )


@given(conditions())
def test_representatives_are_values(condition: Condition) -> None:
    """Each lies in the declared range, once; the last is unknown."""
    for fact, values in cut_points([condition], NAMES).items():
        kind = FACTS[fact]
        *known, last = values
        assert last is None
        assert len(known) == len(set(known)) > 0
        if kind.lowest is not None and kind.highest is not None:
            assert all(kind.lowest <= value <= kind.highest for value in known)  # type: ignore[operator]
        if kind.type == "set of roles":
            assert all(value <= ROLES for value in known)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        ("age < 18", "age", (0, 18)),
        ("age <= 18 and age >= 14", "age", (0, 14, 19)),
        ("age is 14", "age", (0, 14, 15)),
        ("age < 0 or age > 20 or age < 90", "age", (0,)),
        ("age at report > 17", "age", (0, 18)),
        ("at_risk is unknown", "age", (0, 18)),
        ("siblings > 2", "siblings", (2, 3)),
        ("siblings is known", "siblings", (0,)),
        ("danger", "danger", (False, True)),
        ("at_risk", "danger", (False, True)),
        ("consent is given", "consent", ("given", "refused", "withdrawn")),
        ("docket is known", "docket", (A_REFERENCE,)),
        ("turns_18_on < 2025-04-18", "turns_18_on", (date(2025, 4, 17), date(2025, 4, 18))),
        ("turns_18_on <= 9999-12-31", "turns_18_on", (date(2025, 1, 1),)),
        ("turns_18_on < 0001-01-01", "turns_18_on", (date(1, 1, 1),)),
        ("reached(turns_18_on)", "turns_18_on", (date(2025, 1, 1),)),
        ("days_between(turns_18_on, report) < 3", "turns_18_on", (date(2025, 1, 1),)),
        (
            "implicated includes judge",
            "implicated",
            (frozenset(), frozenset({"judge"})),
        ),
        (
            "implicated includes attendee",
            "implicated",
            (frozenset(), frozenset({"detective"})),
        ),
        (
            "implicated includes attendee or knows_the_child includes detective",
            "implicated",
            (
                frozenset(),
                frozenset({"detective"}),
                frozenset({"guardian"}),
                frozenset({"detective", "guardian"}),
            ),
        ),
    ],
)
def test_cuts(text: str, fact: str, expected: tuple[FactValue, ...]) -> None:
    """A fact is cut where conditions cut it, terms opened up, and nowhere else."""
    assert (*expected, None) == cut_points([parse(text)], NAMES)[fact]


def test_only_facts_that_are_read() -> None:
    """Facts that no condition reads are left out; conditions are taken together."""
    found = cut_points([parse("age < 18"), parse("age < 14 and case is closed")], NAMES)
    assert {"age": (0, 14, 18, None)} == found


def test_too_many_roles() -> None:
    """A fact in which conditions look for very many roles is refused, by name."""
    roles = [f"role_{number}" for number in range(11)]
    names = Names(facts={"told": FactType(type="set of roles")}, roles=frozenset(roles))
    with pytest.raises(TooManyRegions, match="11 roles in told; 10 is the most") as caught:
        cut_points([parse(f"told includes {role}") for role in roles], names)
    assert "told" == caught.value.fact
    assert 2**10 + 1 == len(
        cut_points([parse(f"told includes {role}") for role in roles[1:]], names)["told"]
    )
