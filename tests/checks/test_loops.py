"""Automatic loops: what stops one, and what does not."""

from __future__ import annotations

import pytest

from protocolkit.checks import run
from protocolkit.checks.settling import spinning
from protocolkit.language.reading import read_text
from tests.checks.harness import complete

LOOP = """\
roles:
  djo: {kind: juvenile_officer}
facts:
  danger: {type: boolean}
states:
  waiting: {initial: true}
  recalled: {}
  closed: {final: true}
triggers:
  recall:
    who: [djo, clock]
    records: danger
    moves: {from: waiting, to: recalled}
  wait_again: {who: clock, moves: {from: recalled, to: waiting}}
  close: {who: djo, moves: {from: waiting, to: closed}}
  anything: {who: djo}
escalations:
  no_answer:
    watches: {state: waiting}
    levels:
      - {id: level_1, after: at once, fire: recall}
  call_back: {watches: {state: recalled}, levels: [{after: at once, fire: wait_again}]}
meetings:
  review: {required: djo}
follow_ups:
  tell: {opens_with: anything, who: djo, due: within 4 hours}
"""


def _codes(text: str) -> set[str]:
    return {finding.code for finding in run(read_text(complete(text))).findings}


def _spinning(follow_ups: str) -> list[tuple[str, ...]]:
    """The groups that spin; each follow-up is written as its keys, by a one-letter name."""
    text = complete(
        "facts:\n  danger: {type: boolean}\nterms:\n  calm: danger is false\n"
        "triggers:\n  close: {who: djo, records: danger, moves: {from: identified, to: closed}}\n"
        "follow_ups:\n"
        + "".join(
            f"  {line.strip().replace(': ', ': {who: djo, due: within 4 hours, ', 1)}}}\n"
            for line in follow_ups.strip().splitlines()
        )
    )
    reading = read_text(text)
    assert () == reading.findings
    assert reading.protocol is not None
    return spinning(reading.protocol)


def test_levels_that_fire_at_once_can_go_round() -> None:
    """The loop that the cases below stop."""
    assert {"PK207"} == _codes(LOOP)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("after: at once, fire: recall", "after: 1 minute, fire: recall", id="a wait"),
        pytest.param(
            "{id: level_1, after: at once, fire",
            "{after: 1 minute, tell: djo}\n      - {after: at once, fire",
            id="a wait before",
        ),
        pytest.param(
            "at once, fire: recall",
            "at once, if: danger is true or unknown, fire: recall",
            id="level's if",
        ),
        pytest.param(
            "watches: {state: waiting}",
            "watches: {state: waiting}\n    start_at: {level: level_1, if: danger is true}",
            id="a later start",
        ),
        pytest.param(
            "watches: {state: waiting}",
            "watches: {state: waiting}\n    applies_while: danger is true",
            id="ladder's condition",
        ),
        pytest.param("to: recalled}", "to: recalled, if: danger is true}", id="move's if"),
        pytest.param("records: danger", "needs: {danger: danger is true}", id="a need"),
        pytest.param(
            "records: danger", "records: {fact: danger, required: true}", id="a fact to record"
        ),
        pytest.param("records: danger", "together_with: djo", id="somebody else"),
        pytest.param("records: danger", "during: review", id="a meeting"),
        pytest.param("records: danger", "decided_at: review", id="a decision"),
        pytest.param("records: danger", "agreed_by: djo", id="an agreement"),
        pytest.param("records: danger", "applies_while: danger is true", id="trigger's condition"),
        pytest.param("within 4 hours}", "within 4 hours, blocks: recall}", id="a follow-up"),
    ],
)
def test_anything_asked_on_the_way_may_stop_the_loop(old: str, new: str) -> None:
    """Then it is not reported: whether the answer comes is not known from the file alone."""
    text = LOOP.replace(old, new, 1)
    assert text != LOOP
    if "danger" not in text.partition("triggers:")[2].partition("escalations:")[0]:
        text = text.replace("close: {who: djo", "close: {who: djo, records: danger")
    assert set() == _codes(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("who: [djo, clock]", "who: [djo]", id="the clock may not"),
        pytest.param("records: danger", "strength: must_not", id="it must not happen"),
    ],
)
def test_what_never_fires_makes_no_loop(old: str, new: str) -> None:
    """Other findings tell what is wrong then."""
    assert "PK207" not in _codes(LOOP.replace(old, new))


def test_names_of_states_may_be_told_apart_by_their_strand() -> None:
    """A circle in one strand is not mixed up with states of the same name in another."""
    text = """\
strands:
  case:
    states: {waiting: {initial: true}, recalled: {}, closed: {final: true}}
  school:
    states: {waiting: {initial: true}, recalled: {final: true}}
triggers:
  recall: {who: djo, moves: {strand: case, from: waiting, to: recalled}}
  wait_again: {who: djo, moves: {strand: case, from: recalled, to: waiting}}
  enrol: {who: djo, moves: {strand: school, from: waiting, to: recalled}}
  close: {who: djo, moves: {from: waiting, to: closed, strand: case}}
"""
    assert set() == _codes(text)


@pytest.mark.parametrize(
    ("follow_ups", "expected"),
    [
        pytest.param("a: opens_with: a.opened", [("a",)], id="opens itself"),
        pytest.param(
            "a: opens_with: [close, b.opened]\nb: opens_with: a.opened",
            [("a", "b")],
            id="open each other",
        ),
        pytest.param(
            "b: opens_with: a.cancelled\na: opens_with: b.opened, ends_when: b is not open",
            [],
            id="ends before it opens",
        ),
        pytest.param(
            "a: opens_when: a is not open, ends_when: a is open", [("a",)], id="ends as it opens"
        ),
        pytest.param(
            "a: opens_when: a is not open, ends_when: danger is true", [], id="never opens"
        ),
        pytest.param(
            "a: opens_when: not (a is open or a is met), ends_when: a is open",
            [("a",)],
            id="not and or",
        ),
        pytest.param(
            "a: opens_when: a is not open and calm, ends_when: a is open and calm is not false",
            [("a",)],
            id="only while a term holds",
        ),
        pytest.param(
            "a: opens_when: a is not open and calm, ends_when: a is open and calm is false",
            [],
            id="a term and its opposite",
        ),
        pytest.param(
            "a: opens_with: a.opened, if: danger is true", [("a",)], id="if the answer is yes"
        ),
        pytest.param("a: opens_with: a.opened, if: a is met", [], id="if of the opening"),
        pytest.param("a: opens_with: a.opened, if_again: ignore", [], id="once is enough"),
        pytest.param("a: opens_with: a.opened, if_again: redate", [], id="only dated again"),
        pytest.param("a: opens_with: [close, a.met]", [], id="an act between"),
        pytest.param("a: opens_with: [close, a.overdue]", [], id="a time between"),
        pytest.param(
            "a: opens_when: b is open\nb: opens_when: a is open", [], id="one after the other"
        ),
        pytest.param(
            "a: opens_with: [b.opened, c.opened]\nb: opens_with: [a.opened, c.opened]\n"
            "c: opens_with: [a.opened, b.opened]",
            [("a", "b", "c")],
            id="more and more",
        ),
        pytest.param(
            "a: opens_with: d.opened\nb: opens_with: a.opened\nc: opens_with: b.opened\n"
            "d: opens_with: c.opened",
            [],
            id="more than three are not judged",
        ),
    ],
)
def test_follow_ups_come_to_rest_or_not(follow_ups: str, expected: list[tuple[str, ...]]) -> None:
    """Within one step, with facts and time standing still."""
    assert expected == _spinning(follow_ups)


def test_too_many_questions_are_not_judged() -> None:
    """Better no answer than one that takes minutes."""
    questions = [f"count(close) > {number}" for number in range(5)]
    few, many = (" or ".join(["a is not open", *questions[:number]]) for number in (4, 5))
    assert [("a",)] == _spinning(f"a: opens_when: {few}, ends_when: a is open")
    assert [] == _spinning(f"a: opens_when: {many}, ends_when: a is open")
