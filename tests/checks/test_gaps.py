"""Gaps: every `unspecified` is a question, and so is what is missing; each can stay open."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from protocolkit.checks._base import Subject
from protocolkit.checks.gaps import HEADINGS, NOT_STATED, NOT_THERE, Gap, gaps
from protocolkit.language.reading import Reading, read_file, read_text
from protocolkit.model.silences import silences
from tests.checks.harness import complete

PROTOCOLS = Path(__file__).parents[2] / "protocols"
FILES = sorted(
    path.relative_to(PROTOCOLS).as_posix()
    for path in PROTOCOLS.rglob("*.yaml")
    if not path.name.endswith(".scenarios.yaml")
)


def _gaps(reading: Reading) -> tuple[Gap, ...]:
    assert reading.protocol is not None
    return gaps(reading.places, Subject(reading.protocol, reading.parameters_used))


def _of(fragment: str) -> dict[str, Gap]:
    """The gaps of a fragment by their place in the model."""
    reading = read_text(complete(fragment))
    assert reading.ok, reading.findings
    return {".".join(map(str, gap.path)): gap for gap in _gaps(reading)}


@pytest.mark.parametrize("file", FILES)
def test_every_silence_is_a_question(file: str) -> None:
    """Once each; what is missing comes besides, and all of it has a place and plain words."""
    reading = read_file(PROTOCOLS / file)
    found = _gaps(reading)
    stated = [gap.path for gap in found if gap.absence == NOT_STATED]
    assert Counter(silences(reading.protocol)) == Counter(stated)
    assert all(gap.place is not None and gap.question.endswith("?") for gap in found)
    assert {*HEADINGS} >= {gap.kind for gap in found}


def test_the_gaps_of_site_a() -> None:
    """No limit, no answer to a silence, no hours: what the paper leaves open."""
    found = _gaps(read_file(PROTOCOLS / "site_a.yaml"))
    asked = {(gap.kind, gap.path[-2:], gap.absence) for gap in found}
    assert ("limit", ("tell_the_reporter", "due"), NOT_STATED) in asked
    assert ("holder", ("family_support_meeting", "chair"), NOT_STATED) in asked
    assert ("arrival", ("supervisor", "available"), NOT_STATED) in asked
    assert ("arrival", ("states", "team_engaged"), NOT_THERE) in asked
    assert ("silence", ("review",), NOT_STATED) in asked
    assert ("silence", ("calendars",), NOT_THERE) in asked
    order = [[*HEADINGS].index(gap.kind) for gap in found]
    assert sorted(order) == order


TASK = """\
calendars:
  office: {open: mon-fri 09:00-17:00}
roles:
  djo: {kind: juvenile_officer}
  chief: {kind: manager, available: office}
states:
  identified: {initial: true}
  reported: {waits_for: chief%s}
  closed: {final: true}
triggers:
  report: {who: djo, moves: {from: identified, to: reported}}
  close: {who: %s, moves: {from: reported, to: closed}}
follow_ups:
  call: {opens_with: report, who: chief, due: within 2 hours%s}
"""


def test_a_limit_that_nothing_follows_and_an_office_that_is_closed() -> None:
    """What is not there, told by what the checks see."""
    found = _of(TASK % ("", "[djo, chief]", ""))
    late = found["follow_ups.call.due"]
    assert ("arrival", "Who comes when everybody is off duty?") == (late.kind, late.question)
    assert "due within 2 hours" in next(
        gap.says
        for gap in _gaps(read_text(complete(TASK % ("", "[djo, chief]", ""))))
        if gap.kind == "limit"
    )
    assert "by the hours of `office` only" in found["states.reported"].says
    assert NOT_THERE == found["states.reported"].absence


def test_a_role_that_is_always_there_leaves_no_gap() -> None:
    """Nor does one whom a ladder lets in."""
    always = (TASK % ("", "[djo, chief]", "")).replace("available: office", "available: always")
    assert "states.reported" not in _of(always)
    ladder = "escalations:\n  up: {watches: {state: reported}, levels: %s}\n"
    level = "{after: 1 hour, hand_to: night}"
    night = (TASK % ("", "[djo, chief]", "")).replace(
        "  chief:", "  night: {kind: police, available: always}\n  chief:"
    )
    assert "states.reported" not in _of(night + ladder % level)
    assert "states.reported" in _of(night + ladder % "{after: 1 hour, tell: night}")


def test_a_state_that_waits_for_nobody_leaves_no_gap() -> None:
    """Also if a ladder hands the case to an office whose hours nobody has said."""
    text = (TASK % ("", "[djo, chief]", "")).replace("{waits_for: chief}", "{}")
    ladder = (
        "escalations:\n  up: {watches: {state: reported}, levels: {after: 1 hour, hand_to: djo}}\n"
    )
    assert "states.reported" not in _of(text + ladder)


def test_a_gap_is_left_open_where_it_is_or_above() -> None:
    """The reason stands on the element; what the protocol says is about its sections only."""
    text = "left_open: We agree on these next year.\n" + TASK % (
        ", left_open: The chief is called at home.",
        "unspecified",
        "",
    )
    found = _of(text)
    assert "The chief is called at home." == found["states.reported"].left_open
    assert "We agree on these next year." == found["review"].left_open
    assert "" == found["triggers.close.who"].left_open
    with_reason = _of(
        text.replace("close: {who: unspecified", "close: {left_open: So, who: unspecified")
    )
    assert "So" == with_reason["triggers.close.who"].left_open


def test_a_section_can_be_left_open_by_itself() -> None:
    """It then says why, and nothing else."""
    found = _of("review: {left_open: When the grant is decided.}\n")
    assert "When the grant is decided." == found["review"].left_open
    assert "" == found["agreement"].left_open


def test_what_is_there_is_not_asked_for() -> None:
    """A section that says something, or that says it is silent, is not missing as well."""
    missing = {
        gap.path[0] for gap in _of("").values() if gap.absence == NOT_THERE and len(gap.path) == 1
    }
    assert {"goal", "meetings", "escalations", "review"} <= missing
    assert "sharing" not in missing  # no facts to share
    found = _of("review: {every: 1 calendar year, next: 2099-01-01}\ngoal: unspecified\n")
    assert "review" not in found
    assert NOT_STATED == found["goal"].absence


def test_a_meeting_that_names_nobody_is_asked_about() -> None:
    """Who leads or calls it is not yet somebody who comes; silence is asked about by itself."""
    fragment = "meetings:\n  team: {%s}\n"
    lonely = _of(fragment % "chair: djo, called_by: djo")["meetings.team"]
    assert ("arrival", "Who comes to this meeting?") == (lonely.kind, lonely.question)
    for named in ("required: djo", "asked: djo", "optional: djo", "required: unspecified"):
        assert "meetings.team" not in _of(fragment % f"chair: djo, {named}"), named
