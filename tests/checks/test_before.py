"""What has always happened before an act, held against playing every course of a case through."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from protocolkit.checks._base import Subject
from protocolkit.language.reading import read_text
from tests.checks.harness import complete

STATES = ("one", "two", "three", "closed")
ACTS = ("a", "b", "c", "d")
Need = tuple[str, str]
Act = tuple[tuple[str, ...], str, bool, tuple[Need, ...]]
"""From which states to which (none: it moves nothing), whether it may happen elsewhere, needs."""

needs = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["happened", "not happened"]), st.sampled_from(ACTS)),
        st.tuples(st.sampled_from(["case is"]), st.sampled_from(STATES)),
    ),
    max_size=2,
).map(tuple)
acts = st.tuples(
    st.lists(st.sampled_from(STATES[:-1]), unique=True, max_size=2).map(tuple),
    st.sampled_from(STATES),
    st.booleans(),
    st.one_of(st.just(()), needs),
).filter(lambda act: act[1] not in act[0])


def _text(found: tuple[Act, ...]) -> str:
    lines = ["states:", "  one: {initial: true}", "  two: {}", "  three: {}"]
    lines += ["  closed: {final: true}", "triggers:"]
    for name, (sources, target, elsewhere, asked) in zip(ACTS, found, strict=True):
        lines += [f"  {name}:", "    who: djo"]
        if sources:
            lines.append(f"    moves: {{from: [{', '.join(sources)}], to: {target}}}")
            if elsewhere:
                lines.append("    elsewhere: allowed")
        if asked:
            lines.append("    needs:")
        for number, (what, of) in enumerate(asked):
            words = f"{what} {of}" if what == "case is" else f"{what}({of})"
            lines.append(f"      n{number}: {words}")
    return complete("\n".join(lines) + "\n")


def _steps(
    found: tuple[Act, ...], state: str, done: frozenset[str]
) -> Iterator[tuple[str, str, frozenset[str]]]:
    """What can be done now, and where a case stands after it."""
    for name, (sources, target, elsewhere, asked) in zip(ACTS, found, strict=True):
        moves = state in sources
        if sources and not moves and not elsewhere:
            continue
        if all(
            (of == state) if what == "case is" else (of in done) == (what == "happened")
            for what, of in asked
        ):
            yield name, target if moves else state, done | {name}


def _can_be_first(found: tuple[Act, ...], earlier: str) -> set[str]:
    """The acts that some case does without the earlier one: all courses are played through."""
    seen = {("one", frozenset[str]())}
    waiting = list(seen)
    able = set()
    for state, done in waiting:
        for name, after, more in _steps(found, state, done):
            if name == earlier:
                continue
            able.add(name)
            if state != "closed" and (after, more) not in seen:
                seen.add((after, more))
                waiting.append((after, more))
    return able


def _said(found: tuple[Act, ...], earlier: str) -> frozenset[str]:
    reading = read_text(_text(found), "it.yaml")
    assert reading.ok
    assert reading.protocol is not None
    return Subject(reading.protocol).before.only_after([earlier])


@given(st.tuples(acts, acts, acts, acts), st.sampled_from(ACTS))
def test_what_is_named_is_never_done_without_it(found: tuple[Act, ...], earlier: str) -> None:
    """Whatever the moves and needs are; and the act itself is not among what comes after it."""
    said = _said(found, earlier)
    assert set() == said & _can_be_first(found, earlier)
    assert earlier not in said


@given(st.tuples(acts, acts, acts, acts), st.sampled_from(ACTS))
def test_by_moves_alone_all_are_named(found: tuple[Act, ...], earlier: str) -> None:
    """Without needs the answer is exact."""
    bare = tuple((sources, target, elsewhere, ()) for sources, target, elsewhere, _ in found)
    assert {*ACTS} - {earlier} - _can_be_first(bare, earlier) == _said(bare, earlier)


def test_what_waits_for_one_that_waits_is_named_too() -> None:
    """However long the chain is, in whatever order the file has it."""
    chain: tuple[Act, ...] = (
        ((), "closed", False, (("happened", "b"),)),
        ((), "closed", False, (("happened", "c"),)),
        ((), "closed", False, (("happened", "d"),)),
        ((), "closed", False, ()),
    )
    assert {"a", "b", "c"} == _said(chain, "d")


def test_what_may_be_set_aside_holds_nothing_up() -> None:
    """A need that an exception waives, an act that protects, and nothing asked for at all."""
    text = complete(
        "triggers:\n"
        "  hear: {who: djo}\n"
        "  talk:\n"
        "    who: djo\n"
        "    needs: {heard: happened(hear)}\n"
        "    exceptions: {in_danger: {waives: [heard], who: djo}}\n"
        "  shelter: {who: djo, protective: true}\n"
        "  wait: {who: djo}\n"
        "  close: {who: djo, moves: {from: identified, to: closed}}\n"
        "follow_ups:\n"
        "  look: {opens_in: identified, who: djo, due: within 2 hours, met_by: hear,\n"
        "    blocks: [shelter, wait]}\n"
    )
    protocol = read_text(text, "it.yaml").protocol
    assert protocol is not None
    before = Subject(protocol).before
    assert {"wait"} == before.only_after(["hear"])
    assert set() == before.only_after([])
