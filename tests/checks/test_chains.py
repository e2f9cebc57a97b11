"""PK609, the first of an act that happens only once: held against walking through every case."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from protocolkit.checks._base import Subject
from protocolkit.checks.families.chains import first_of_one
from protocolkit.language.reading import read_text
from tests.checks.harness import complete

STATES = ("s0", "s1", "s2", "s3")
ACTS = ("a0", "a1", "a2")
Move = tuple[str, str, str]

moves = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from(STATES), st.sampled_from(STATES)).filter(
        lambda move: move[1] != move[2]
    ),
    min_size=1,
    max_size=7,
    unique_by=lambda move: move[:2],
)


def most_often(act: str, ways: list[Move]) -> int:
    """How often an act can happen in a case; 2 stands for more."""
    seen = {("s0", 0)}
    waiting = list(seen)
    for state, times in waiting:
        for one, a, b in ways:
            after = (b, min(times + (one == act), 2))
            if a == state and after not in seen:
                seen.add(after)
                waiting.append(after)
    return max(times for _, times in seen)


def comes_before(act: str, opener: str, ways: list[Move]) -> bool:
    """Whether no case comes to another act without this one."""
    here = {"s0"}
    while more := {b for one, a, b in ways if a in here and one != act} - here:
        here |= more
    return not any(a in here for one, a, _ in ways if one == opener)


@given(moves, st.sampled_from(("first", "last")))
def test_found_is_what_can_happen_once(ways: list[Move], pick: str) -> None:
    """For what opens with the act itself, and with any other act."""
    acts = sorted({act for act, _, _ in ways})
    text = "states:\n  s0: {initial: true}\n  s1: {}\n  s2: {}\n  s3: {final: true}\ntriggers:\n"
    for act in acts:
        own = ", ".join(f"{{from: {a}, to: {b}}}" for one, a, b in ways if one == act)
        text += f"  {act}: {{who: djo, moves: [{own}]}}\n"
    text += "follow_ups:\n"
    for opener in acts:
        for act in acts:
            text += (
                f"  {opener}_{act}: {{opens_with: {opener}, who: djo, "
                f"due: within 2 calendar days after {pick}({act})}}\n"
            )
    reading = read_text(complete(text))
    assert reading.ok, reading.findings
    assert reading.protocol is not None
    found = {str(one.path[1]) for one in first_of_one.find(Subject(reading.protocol))}
    expected = {
        f"{opener}_{act}"
        for opener in acts
        for act in acts
        if most_often(act, ways) == 1 and (opener == act or comes_before(act, opener, ways))
    }
    assert expected == found
