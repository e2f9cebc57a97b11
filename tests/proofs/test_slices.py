"""What is cut out of a protocol before a search, and what is not."""

from __future__ import annotations

import pytest

from protocolkit.language.reading import read_text
from protocolkit.model.protocol import Protocol
from protocolkit.proofs import Proof, verify
from protocolkit.proofs.slices import Slice, slice_for

HEAD = """
protocolkit: "1"
id: county
title: A county
jurisdiction: Nowhere (invented)
timezone: UTC
organizations: {court: {kind: court}}
roles:
  officer: {kind: juvenile_officer, organization: court, available: always}
  judge: {kind: judge, organization: court, available: always}
  worker: {kind: caseworker, organization: court, available: always, per_case: true}
"""

BODY = """
facts:
  age: {type: integer, range: 0..20, recorded_by: [officer]}
  told: {type: boolean, recorded_by: [officer]}
strands:
  case: {noted: {initial: true}, met: {}, closed: {final: true}}
triggers:
  meet: {who: [officer], needs: {young: age < 18}, moves: [{from: noted, to: met}]}
  call: {who: [officer]}
  give: {who: [judge], assigns: {worker: named}}
  close: {who: [judge], moves: [{from: met, to: closed}]}
follow_ups:
  write: {opens_with: meet, who: officer, due: within 2 hours}
  phone: {opens_with: meet, who: officer, due: within 2 hours, met_by: call}
  visit: {opens_with: meet, who: worker, due: within 2 hours}
escalations:
  late: {watches: {follow_up: write}, levels: [{at: due, tell: [judge]}]}
"""


def county(*edits: tuple[str, str]) -> Protocol:
    """The county with some words changed."""
    text = HEAD + BODY
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    reading = read_text(text, "county.yaml")
    assert reading.protocol is not None, reading.findings
    return reading.protocol


def cut(*edits: tuple[str, str]) -> Slice:
    """The slice for how a case moves."""
    return slice_for(county(*edits))


def verdicts(proof: Proof) -> dict[tuple[str, str], str]:
    """The verdict of each question."""
    return {(one.question, one.about): one.verdict for one in proof.results}


def test_what_somebody_can_always_do_is_cut() -> None:
    """It holds up the closing only until somebody does it; so do its ladder and its limit."""
    found = cut()
    assert found.at_hand == {"write": "complete", "phone": "call", "visit": "complete"}
    assert not found.protocol.follow_ups
    assert not found.protocol.escalations


def test_what_nobody_surely_does_stays() -> None:
    """Without an act that gives the role out, nobody can be counted on to do it."""
    found = cut(("  give: {who: [judge], assigns: {worker: named}}\n", ""))
    assert list(found.protocol.follow_ups) == ["visit"]


def test_what_a_condition_asks_for_stays() -> None:
    """An act that needs it done has to see it done."""
    found = cut(("close: {who: [judge],", "close: {who: [judge], needs: {done: write is met},"))
    assert list(found.protocol.follow_ups) == ["write"]


def test_what_holds_up_an_act_of_the_clock_stays() -> None:
    """The clock does not wait until somebody has done it."""
    found = cut(
        ("close: {who: [judge]", "close: {who: [judge, clock]"),
        ("levels: [{at: due, tell: [judge]}]", "levels: [{at: due, fire: close}]"),
    )
    assert set(found.protocol.follow_ups) == {"write", "phone", "visit"}
    assert list(found.protocol.escalations) == ["late"]


def test_a_fact_that_only_acts_ask_for_is_free() -> None:
    """It can be written down just before; not if it matters that it is unknown."""
    assert cut().free == {"age"}
    assert cut(("age < 18", "age < 18 or age is unknown")).free == set()
    assert (
        cut(
            (
                "who: officer, due: within 2 hours, met_by",
                "if: age < 18, who: officer, due: within 2 hours, met_by",
            ),
            ("close: {who: [judge],", "close: {who: [judge], needs: {done: phone is met},"),
        ).free
        == set()
    )


def test_without_the_course_only_what_leads_there() -> None:
    """Whether somebody can meet does not depend on how a case closes."""
    found = slice_for(county(), [("triggers", "meet")], course=False)
    assert list(found.protocol.triggers) == ["meet"]


@pytest.mark.parametrize(
    "edits",
    [
        (),
        (("  give: {who: [judge], assigns: {worker: named}}\n", ""),),
        (("close: {who: [judge],", "close: {who: [judge], needs: {done: write is met},"),),
        (("met_by: call", "met_by: [{trigger: call, if: told is true}]"),),
        (("age < 18", "age < 18 and age > 17"),),
        (
            ("close: {who: [judge]", "close: {who: [judge, clock]"),
            ("levels: [{at: due, tell: [judge]}]", "levels: [{at: due, fire: close}]"),
        ),
    ],
)
def test_the_slice_answers_like_the_whole(edits: tuple[tuple[str, str], ...]) -> None:
    """Every verdict is the same if nothing is ever cut."""
    protocol = county(*edits)
    sliced = verdicts(verify(protocol))
    whole = verify(protocol, in_full=True)
    assert verdicts(whole) == sliced


def test_who_did_it_is_kept_where_somebody_asks() -> None:
    """That one role is surely there is not enough where it must have been another."""
    protocol = county(
        ("call: {who: [officer]}", "call: {who: [officer, worker]}"),
        ("close: {who: [judge],", "close: {who: [judge], needs: {own: by(call) is worker},"),
    )
    assert "proved" == verdicts(verify(protocol))["can-finish", ""]


INVITE = """
  phone:
    {opens_with: team.set, who: officer, due: unspecified, met_by: [team.held, team.adjourned]}
"""

SET_BY_THE_OFFICER: tuple[tuple[str, str], ...] = (
    ("follow_ups:", "meetings: {team: {required: [officer], called_by: [officer]}}\nfollow_ups:"),
    ("  phone: {opens_with: meet, who: officer, due: within 2 hours, met_by: call}", INVITE),
)


def test_what_goes_with_its_meeting_is_at_hand() -> None:
    """It is open only as long as the meeting stands that opened it, and that can always be held."""
    assert cut(*SET_BY_THE_OFFICER).at_hand["phone"] == "team"


@pytest.mark.parametrize(
    "edit",
    [
        (", team.adjourned]", "]"),  # a meeting that fell short leaves it open
        ("opens_with: team.set", "opens_with: [team.set, meet]"),
        ("called_by: [officer]", "called_by: [worker]"),  # nobody surely is
        ("team.held, team.adjourned", "{trigger: team.held, if: told is true}, team.adjourned"),
    ],
)
def test_what_its_meeting_may_leave_open_is_not(edit: tuple[str, str]) -> None:
    """Something else opens it, or does it, or the meeting cannot surely be held."""
    found = cut(*SET_BY_THE_OFFICER, edit)
    assert "phone" not in found.at_hand
    assert "phone" in found.protocol.follow_ups


@pytest.mark.parametrize(
    ("more", "is_at_hand"),
    [
        ("", True),
        ("  thank: {opens_with: phone.met, who: officer, due: unspecified}", True),
        ("  thank: {opens_with: call, who: officer, due: unspecified}", True),
        ("  thank: {opens_with: call, who: officer, due: unspecified, met_by: meet}", False),
    ],
)
def test_what_opens_it_again(more: str, is_at_hand: bool) -> None:
    """What does it may not open it once more, nor what must be done in turn."""
    found = cut(("escalations:", f"{more}\nescalations:"))
    assert is_at_hand == ("phone" in found.at_hand)


WRITTEN_BY_WHO_CALLED = (
    ("  call: {who: [officer]}", "  call: {who: [worker]}"),
    (", met_by: call}", "}"),
    ("phone: {opens_with: meet, who: officer", "phone: {opens_with: call, who: {actor_of: call}"),
)


@pytest.mark.parametrize(
    ("give", "is_at_hand"),
    [
        ("who: [judge], assigns: {worker: named}", True),
        ("who: [judge], needs: {noted: case is noted}, assigns: {worker: named}", False),
        ("who: [{role: worker, any_holder: true}], assigns: {worker: actor}", False),
    ],
)
def test_who_did_what_opened_it_can_be_given_the_role_again(give: str, is_at_hand: bool) -> None:
    """Whoever gave the role up in between is named once more, where that can always be done."""
    text = "who: [judge], assigns: {worker: named}"
    found = cut(*WRITTEN_BY_WHO_CALLED, (text, give))
    assert is_at_hand == ("phone" in found.at_hand)
