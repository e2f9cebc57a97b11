"""What still can do something gets no finding, however close it is to what cannot."""

from __future__ import annotations

import pytest

from protocolkit.language.reading import read_text
from tests.language.samples import GOOD, shown

DUE = "due: within 2 business days\n"
TIED = "met_by: decide\n    blocks: decide\n"
ONE_STRAND = """\
protocolkit: "1"
id: one-strand
jurisdiction: Sample County
timezone: America/Chicago
roles: {djo: {kind: juvenile_officer}}
states: {identified: {initial: true}, closed: {final: true}}
triggers: {close: {who: djo, moves: {from: identified, to: closed}}}
follow_ups:
  write_up: {opens_in: closed, who: djo, due: within 2 hours}
"""


def _broken(old: str, new: str, text: str = GOOD) -> str:
    assert 1 == text.count(old), old
    return shown(read_text(text.replace(old, new)).findings)


@pytest.mark.parametrize(
    "limit",
    [
        "within 60 minutes, at most 1 hour",
        "within 2 hours, at most 2 hours",
        "within 24 hours, at most 1 calendar day",
        "within 1 calendar day, at most 24 hours",  # a day may have 23 hours
        "within 1 business day, at most 2 calendar days",
        "5 calendar days before team, at most 2 calendar days",
        "5 calendar days before team, at most 2 business days",
        "at once, at most 1 hour",
    ],
)
def test_an_outer_limit_that_may_come_later_is_let_be(limit: str) -> None:
    """One start at which it comes later is enough; two that are always the same do no harm."""
    assert "" == _broken(DUE, f"due: {limit}\n")


@pytest.mark.parametrize(
    "limits",
    [
        "due: unspecified",
        "every: unspecified",
        "due: within 2 hours, at most 12 hours",
        "due: at most 12 hours",
        "every: 14 calendar days, at most 20 calendar days",
    ],
)
def test_a_level_at_an_outer_limit_that_is_there_or_not_stated(limits: str) -> None:
    """Where the source is silent, the level waits for the day on which it speaks."""
    text = GOOD.replace("{follow_up: inform_police}", "{follow_up: tell_the_reporter}")
    text = text.replace("{at: due,", "{at: at_most,")
    assert "" == _broken(DUE, f"{limits}\n", text)


@pytest.mark.parametrize(
    "way_out",
    [
        "waive: supervisor",
        "decline: supervisor",
        "ends_when: danger is false",
        "applies_while: danger is true",
    ],
)
def test_an_act_and_a_follow_up_with_a_way_out(way_out: str) -> None:
    """Somebody or something can end the waiting."""
    assert "it can never be done" in _broken(DUE, f"{DUE}    {TIED}")
    assert "" == _broken(DUE, f"{DUE}    {TIED}    {way_out}\n")


def test_an_act_that_waits_while_another_does_it() -> None:
    """Only what nothing else does is stuck; an act that protects waits for nothing."""
    other = TIED.replace("met_by: decide", "met_by: [decide, close]")
    assert "" == _broken(DUE, f"{DUE}    {other}")
    protects = GOOD.replace("  decide:\n", "  decide:\n    protective: true\n")
    assert "" == _broken(DUE, f"{DUE}    {TIED}", protects)


def test_a_follow_up_after_the_closing() -> None:
    """It may open in a final state if it carries over, or if another strand goes on."""
    assert "is called off as soon as it opens" in shown(read_text(ONE_STRAND).findings)
    kept = _broken("due: within 2 hours}", "due: within 2 hours, carries_over: true}", ONE_STRAND)
    assert "" == kept
    strands = "strands: {place: {safe: {initial: true, final: true}, missing: {}}}\ntriggers:"
    assert "" == _broken("triggers:", strands, ONE_STRAND)


@pytest.mark.parametrize(("at_least", "fits"), [("2", True), ("3", False)])
def test_a_member_of_no_group_is_one_of_its_own(at_least: str, fits: bool) -> None:
    """The court is one group, the minor, who is asked to come, another."""
    quorum = "at_least: least, of: members"
    found = _broken(quorum, f"at_least: {at_least}, of: groups")
    assert fits == (found == "")


def test_a_quorum_of_members_is_not_judged() -> None:
    """Several persons may come in one role; and nobody knows who is not stated."""
    quorum = "at_least: least, of: members"
    assert "" == _broken(quorum, "at_least: 30, of: members")
    unstated = GOOD.replace("asked: [minor]", "asked: unspecified")
    assert "" == _broken(quorum, "at_least: 30, of: groups", unstated)


@pytest.mark.parametrize(
    "text",
    [
        '"\u201cSafe\u201d County"',
        "Known as \u201cSafe\u201d",
        '"\u00a7\u00a03"',
        "the judge\u2019s",
    ],
)
def test_signs_of_a_word_processor_that_are_meant(text: str) -> None:
    """Inside a text, and in straight quotes, they are letters like others."""
    assert "" == _broken("jurisdiction: Sample County", f"jurisdiction: {text}")
