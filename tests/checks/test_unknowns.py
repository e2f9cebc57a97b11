"""What is left undone while a fact is unknown: PK409, PK410 and PK610 against trying all values."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.checks._base import Check, Subject
from protocolkit.checks.families.unknowns import (
    is_not_of_unknown,
    level_left_out,
    may_stay_undecided,
)
from protocolkit.language.reading import read_text
from tests.checks.harness import complete
from tests.checks.trying import _HEAD as HEAD
from tests.checks.trying import Tree, everything, says, text, trees

ACTS = (
    "triggers:\n"
    "  report: {who: djo}\n"
    "  hear: {who: judge, records: {fact: certainty, required: true}}\n"
    "  close: {who: [djo, nurse], moves: {from: identified, to: closed}}\n"
)
TASK = "follow_ups:\n  call: {opens_with: %s, who: djo, due: within 2 hours%s}\n"


def found(check: Check, fragment: str) -> list[str]:
    """What a check finds: its messages."""
    reading = read_text(complete(fragment))
    assert reading.ok, reading.findings
    assert reading.protocol is not None
    return [one.message for one in check.find(Subject(reading.protocol))]


def can_be_unknown(tree: Tree, known: tuple[str, ...] = ()) -> bool:
    """Whether some values, of these facts known ones, leave a condition open."""
    return any(
        says(tree, case) is None
        for case in everything()
        if all(case[name] is not None for name in known)
    )


@settings(max_examples=60, deadline=None)
@given(trees(), st.booleans())
def test_levels_that_can_be_left_out(tree: Tree, asked_first: bool) -> None:
    """With the fact recorded before, or not."""
    opener = "hear" if asked_first else "report"
    ladder = (
        "escalations:\n  late:\n    watches: {follow_up: call}\n"
        f'    levels: [{{at: due, if: "{text(tree)}", tell: judge}}]\n'
    )
    known = ("certainty",) if asked_first else ()
    expected = can_be_unknown(tree, known)
    assert expected == bool(found(level_left_out, HEAD + ACTS + TASK % (opener, "") + ladder))


@settings(max_examples=40, deadline=None)
@given(trees())
def test_a_level_that_is_written_as_the_help_says_is_not_left_out(tree: Tree) -> None:
    """Each round adds what holds while one more fact is unknown, and there are few facts."""
    condition = text(tree)
    for _ in range(len(HEAD.splitlines())):
        ladder = (
            "escalations:\n  late:\n    watches: {follow_up: call}\n"
            f'    levels: [{{at: due, if: "{condition}", tell: judge}}]\n'
        )
        reading = read_text(complete(HEAD + ACTS + TASK % ("report", "") + ladder))
        assert reading.protocol is not None
        left_out = list(level_left_out.find(Subject(reading.protocol)))
        if not left_out:
            break
        condition = left_out[0].help.split("`")[1]
    assert [] == left_out


@settings(max_examples=60, deadline=None)
@given(trees())
def test_openings_that_can_stay_undecided(tree: Tree) -> None:
    """No act has to record anything on the way to the end."""
    fragment = HEAD + ACTS + TASK % ("report", f', if: "{text(tree)}"')
    assert can_be_unknown(tree) == bool(found(may_stay_undecided, fragment))


def _lenient(tree: Tree, atom: Tree) -> Tree:
    """A condition in which one `is not` counts as true while its fact is unknown."""
    if tree == atom:
        return ("or", tree, ("is", tree[1], [None]))
    if tree[0] in ("and", "or", "not"):
        return (tree[0], *(_lenient(part, atom) for part in tree[1:]))
    return tree


def _atoms(tree: Tree) -> set[Tree]:
    if tree[0] in ("and", "or", "not"):
        return set[Tree]().union(*(_atoms(part) for part in tree[1:]))
    return {tree} if tree[0] == "is not" else set()


is_nots = st.sampled_from(("none", "suspected", "confirmed")).map(
    lambda word: ("is not", "certainty", word)
)


@settings(max_examples=80, deadline=None)
@given(is_nots, st.sampled_from(("and", "or")), trees())
def test_is_not_that_fails_only_because_nobody_knows(atom: Tree, joint: str, rest: Tree) -> None:
    """Each `is not` by itself; only where the whole need would hold otherwise."""
    tree: Tree = (joint, atom, rest)
    fragment = HEAD + (
        "triggers:\n  report: {who: [djo, nurse]}\n"
        f'  close: {{who: judge, needs: {{it: "{text(tree)}"}}, '
        "moves: {from: identified, to: closed}}\n"
    )
    expected = any(
        says(tree, case) is not True and says(_lenient(tree, one), case) is True
        for one in _atoms(tree)
        for case in everything()
        if case["certainty"] is None
    )
    assert expected == bool(found(is_not_of_unknown, fragment))


def test_where_every_way_asks_for_a_fact_it_is_known() -> None:
    """In a state behind the act; not in one that can be reached around it, nor when it expires."""
    fragment = """\
facts:
  consent: {type: choice, values: [given, refused], recorded_by: djo%s}
states:
  seen: {initial: true}
  asked: {}
  closed: {final: true}
triggers:
  ask: {who: djo, records: {fact: consent, required: true}, moves: {from: seen, to: asked}}
  skip: {who: djo%s, moves: {from: seen, to: asked}}
  close: {who: djo, needs: {it: consent is not refused}, moves: {from: asked, to: closed}}
"""
    required = ", records: {fact: consent, required: true}"
    assert [] == found(is_not_of_unknown, fragment % ("", required))
    assert 1 == len(found(is_not_of_unknown, fragment % ("", "")))
    assert 1 == len(found(is_not_of_unknown, fragment % (", valid_for: 2 calendar days", required)))
