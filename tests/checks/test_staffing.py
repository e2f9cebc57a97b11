"""Checks of a roster, held against trying everything: every person away, every way to fill seats.

The plain way knows a protocol as a few lists and shares nothing with the checks.
"""

from __future__ import annotations

from itertools import combinations, product
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

import protocolkit as pk
from protocolkit.checks import run
from protocolkit.checks._base import Check, Found, Subject
from protocolkit.checks.families.staffing import (
    self_approval,
    single_point_of_failure,
    unassignable,
    unstaffed_role,
)
from protocolkit.language.reading import read_text
from protocolkit.semantics.actors import Actor
from tests.checks.harness import complete

ROLES = ("officer", "judge", "nurse")
PEOPLE = ("p-1", "p-2", "p-3")
Roster = dict[str, set[str]]
CLOSE = "  close: {who: [officer, judge, nurse], moves: {from: identified, to: closed}}\n"

some_roles = st.sets(st.sampled_from(ROLES))
rosters = st.fixed_dictionaries(dict.fromkeys(PEOPLE, some_roles))


def people(roster: Roster) -> tuple[Actor, ...]:
    """The roster as a protocol's checks get it."""
    return tuple(Actor(name, roles=roles) for name, roles in roster.items())


def found(check: Check, text: str, roster: Roster) -> list[Found]:
    """What a check finds in a healthy file."""
    reading = read_text(complete(text))
    assert reading.ok, reading.findings
    assert reading.protocol is not None
    return list(check.find(Subject(reading.protocol, people=people(roster))))


def roles_text(substitutes: dict[str, str]) -> str:
    """The three roles, some with one that stands in."""
    lines = ["roles:"]
    for role in ROLES:
        more = f", substitutes: {substitutes[role]}" if role in substitutes else ""
        lines.append(f"  {role}: {{kind: other{more}}}")
    return "\n".join(lines) + "\n"


stand_ins = st.dictionaries(st.sampled_from(ROLES), st.sampled_from(ROLES), max_size=2).map(
    lambda found: {role: other for role, other in found.items() if role != other}
)


def in_role(roster: Roster, role: str, substitutes: dict[str, str]) -> set[str]:
    """Who can act in a role."""
    offices = {role, substitutes.get(role, role)}
    return {name for name, roles in roster.items() if roles & offices}


@given(rosters, stand_ins)
def test_a_role_is_empty_if_nobody_holds_it_or_stands_in(
    roster: Roster, substitutes: dict[str, str]
) -> None:
    """Each role by itself."""
    text = roles_text(substitutes) + ("triggers:\n" + CLOSE)
    empty = {role for role in ROLES if not in_role(roster, role, substitutes)}
    assert empty == {str(one.path[1]) for one in found(unstaffed_role, text, roster)}


# -- one person away --------------------------------------------------------------------------

STATES = ("s0", "s1", "s2", "s3")
moves = st.tuples(
    st.sampled_from(STATES[:3]),
    st.sampled_from(STATES),
    st.lists(st.sampled_from(ROLES), min_size=1),
).filter(lambda move: move[0] != move[1])


def reached(roster: Roster, ways: list[tuple[str, str, set[str]]]) -> set[str]:
    """The states that a new case can come to."""
    here = {"s0"}
    while more := {b for a, b, who in ways if a in here and who & {*roster}} - here:
        here |= more
    return here


@settings(max_examples=40)
@given(rosters, stand_ins, st.lists(moves, min_size=1, max_size=5))
def test_a_person_is_found_whose_absence_stops_a_case(
    roster: Roster, substitutes: dict[str, str], drawn: list[tuple[str, str, list[str]]]
) -> None:
    """Each person taken away, and the states walked through again."""
    if any(not in_role(roster, role, substitutes) for role in ROLES):
        return  # an empty office is another finding
    text = roles_text(substitutes) + "states:\n  s0: {initial: true}\n  s1: {}\n  s2: {}\n"
    text += "  s3: {final: true}\ntriggers:\n"
    for number, (a, b, roles) in enumerate(drawn):
        who = ", ".join(dict.fromkeys(roles))
        text += f"  t{number}: {{who: [{who}], moves: {{from: {a}, to: {b}}}}}\n"
    ways = [
        (a, b, set().union(*(in_role(roster, role, substitutes) for role in roles)))
        for a, b, roles in drawn
    ]
    alone = set()
    for name in PEOPLE:
        left = {other: roles for other, roles in roster.items() if other != name}
        stuck = any(
            {who_b for a, _, who in ways if a == state for who_b in who}
            and not any(who & {*left} for a, _, who in ways if a == state)
            for state in reached(roster, ways) - {"s3"}
        )
        no_end = "s3" in reached(roster, ways) and "s3" not in reached(left, ways)
        if stuck or no_end:
            alone.add(name)
    assert alone == {one.witness["away"] for one in found(single_point_of_failure, text, roster)}


# -- people who must not be the same ----------------------------------------------------------

ACTS = ("a0", "a1", "a2", "a3")
acts = st.fixed_dictionaries(dict.fromkeys(ACTS, st.sets(st.sampled_from(ROLES), min_size=1)))
apart = st.sets(st.sampled_from([*combinations(ACTS, 2)]), max_size=5)
together = st.dictionaries(st.sampled_from(ACTS), st.sampled_from(ROLES), max_size=1)
kept_out = st.dictionaries(st.sampled_from(ACTS), st.sampled_from(ROLES), max_size=1)


@settings(max_examples=100)
@given(rosters, acts, apart, together, kept_out)
def test_too_few_people_are_found_by_trying_all_of_them(
    roster: Roster,
    who: dict[str, set[str]],
    rules: set[tuple[str, str]],
    with_: dict[str, str],
    never: dict[str, str],
) -> None:
    """Every way to give each act a person; and the acts named are the fewest."""
    text = roles_text({}) + "triggers:\n"
    for act in ACTS:
        keys = [f"who: [{', '.join(sorted(who[act]))}]"]
        others = [b for a, b in sorted(rules) if a == act]
        keys += [f"different_from: [{', '.join(others)}]"] if others else []
        keys += [f"together_with: {with_[act]}"] if act in with_ else []
        keys += [f"never: {never[act]}"] if act in never and {never[act]} < who[act] else []
        text += f"  {act}: {{{', '.join(keys)}}}\n"
    text += CLOSE

    def may(act: str) -> set[str] | None:
        """Who may do an act; None where the office is empty: then nothing is asked of it."""
        doing = {name for name, roles in roster.items() if roles & who[act]}
        if not doing:
            return None
        barred = never.get(act, "") if {never.get(act, "")} < who[act] else ""
        return {name for name in doing if barred not in roster[name]}

    def can_be_filled(group: tuple[str, ...]) -> bool:
        seats = []
        for act in group:
            if (doing := may(act)) is not None:
                seats.append((act, "who", doing))
            if act in with_ and (beside := in_role(roster, with_[act], {})):
                seats.append((act, "with", beside))
        for chosen in product(*(persons for *_, persons in seats)):
            taken = list(zip(((act, what) for act, what, _ in seats), chosen, strict=True))
            if not any(
                person == other
                and (
                    act == act_b
                    or (what == what_b == "who" and {(act, act_b), (act_b, act)} & rules)
                )
                for ((act, what), person), ((act_b, what_b), other) in combinations(taken, 2)
            ):
                return True
        return False

    def touch(group: tuple[str, ...]) -> bool:
        """Whether rules join a group into one."""
        joined = {group[0]}
        while (
            more := {
                b for a, b in [*rules, *((b, a) for a, b in rules)] if a in joined and b in group
            }
            - joined
        ):
            joined |= more
        return joined == {*group}

    told = {
        tuple(act for act in ACTS if f"`{act}`" in one.message): one
        for one in found(unassignable, text, roster)
    }
    impossible = [
        group
        for size in range(1, len(ACTS) + 1)
        for group in combinations(ACTS, size)
        if not can_be_filled(group)
    ]
    assert bool(impossible) == bool(told)
    for group in told:
        assert group in impossible
        assert touch(group)
        of_its_own = [one for one in impossible if {*one} <= _all_joined(group, rules)]
        assert len(group) == min(len(one) for one in of_its_own)


def _all_joined(group: tuple[str, ...], rules: set[tuple[str, str]]) -> set[str]:
    joined = {*group}
    while more := {b for a, b in [*rules, *((b, a) for a, b in rules)] if a in joined} - joined:
        joined |= more
    return joined


def test_signers_of_one_act_are_different_people() -> None:
    """Two offices must agree, and one person holds both."""
    text = roles_text({}) + (
        "triggers:\n"
        "  plan: {who: officer, agreed_by: [judge, nurse]}\n"
        "  close: {who: [officer, judge, nurse], moves: {from: identified, to: closed}}\n"
    )
    both = {"p-1": {"officer"}, "p-2": {"judge", "nurse"}}
    (one,) = found(unassignable, text, both)
    assert "The people of the roster are too few for `plan`: its rules leave nobody." == one.message
    assert [] == found(unassignable, text, {**both, "p-3": {"nurse"}})


def test_many_acts_for_one_person_too_few_are_judged_at_once() -> None:
    """Whoever can take the same seats is tried once, not in every order."""
    acts = [f"step_{letter}" for letter in "abcdefghijkl"]
    lines = [
        f"  {act}: {{who: officer, different_from: [{', '.join(acts[:number])}]}}\n"
        for number, act in enumerate(acts)
    ]
    text = roles_text({}) + "triggers:\n" + "".join(lines) + CLOSE
    staff = {f"p-{number}": {"officer", "judge", "nurse"} for number in range(len(acts) - 1)}
    (one,) = found(unassignable, text, staff)
    assert one.message.endswith("`step_k` and `step_l`: rules keep them apart.")
    assert [] == found(unassignable, text, {**staff, "p-99": {"officer"}})


SIGNED = (
    roles_text({})
    + "triggers:\n"
    + "  plan: {who: officer, agreed_by: %s}\n"
    + "  close: {who: [officer, judge, nurse], moves: {from: identified, to: closed}}\n"
)


def test_one_person_in_two_offices_agrees_alone() -> None:
    """Who proposes holds the one office that must agree; with a second one two must."""
    roster = {"p-1": {"officer"}, "p-2": {"officer", "judge"}}
    (one,) = found(self_approval, SIGNED % "judge", roster)
    assert "`p-2` can propose `plan` and agree to it alone." == one.message
    assert [] == found(self_approval, SIGNED % "[judge, nurse]", roster)
    assert [] == found(self_approval, SIGNED % "nurse", {**roster, "p-3": {"nurse"}})


def test_without_a_roster_nothing_of_it_is_found() -> None:
    """Nor is a comment that accepts such a finding called useless."""
    text = roles_text({}).replace(
        "nurse: {kind: other}", "nurse: {kind: other}  # protocolkit: ignore[PK304] vacant till May"
    ) + ("triggers:\n" + CLOSE)
    reading = read_text(complete(text))
    assert () == run(reading).findings
    held = people({"p-1": {"officer", "judge"}, "p-2": {"officer", "judge"}})
    report = run(reading, people=held)
    assert () == report.open
    assert ["PK304"] == [one.code for one in report.findings]


def test_the_python_interface_takes_a_roster(tmp_path: Path) -> None:
    """For a file, and for one that is loaded."""
    file = tmp_path / "county.yaml"
    file.write_text(complete(roles_text({}) + "triggers:\n" + CLOSE), encoding="utf-8")
    roster = people({"p-1": {"officer", "judge"}})
    for report in (pk.check(file, roster=roster), pk.load(file).check(roster=roster)):
        assert {"PK304"} == {one.code for one in report.findings}
    assert () == pk.check(file).findings
