"""When the moves of a story are made, and what is done first so that they can be."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from protocolkit.language.reading import read_text
from protocolkit.proofs.moves import Move, Timer
from protocolkit.proofs.stories import concretise
from tests.proofs.stripping import ANY_DAY
from tests.proofs.telling import BLOCKED, OPENED, TWO_LIMITS, a_story, act, asked, at, is_late, late
from tests.stories import local, tiny, tiny_text

# -- when ------------------------------------------------------------------------------


def test_the_earliest_instants_are_found(tmp_path: Path) -> None:
    """Nothing has to wait: one thing follows the other by the minute."""
    moves = [OPENED, act("ask", "officer"), act("call", "officer"), act("see", "officer")]
    story = a_story(TWO_LIMITS, moves, tmp_path)
    assert [local(f"2026-03-02 09:0{n}") for n in range(4)] == at(story)


@pytest.mark.parametrize(
    ("order", "call_at"),
    [(["quick", "slow"], "09:02"), (["slow", "quick"], "11:02")],
)
def test_the_order_of_two_limits_says_when_the_later_one_began(
    order: list[str], call_at: str, tmp_path: Path
) -> None:
    """That the longer limit ends first means that the shorter one began long after it."""
    moves = [OPENED, act("ask", "officer"), act("call", "officer"), *map(late, order)]
    story = a_story(TWO_LIMITS, moves, tmp_path)
    assert local(f"2026-03-02 {call_at}") == story.steps[2].at
    assert order == [one.what for one in story.steps[3:]]


def test_a_limit_that_is_not_told_of_does_not_end_in_between(tmp_path: Path) -> None:
    """The quick limit would end before the slow one; so its act comes late enough."""
    moves = [OPENED, act("ask", "officer"), act("call", "officer"), late("slow")]
    story = a_story(TWO_LIMITS, [*moves, act("see", "officer")], tmp_path)
    assert [("slow/1",)] == [one.late for one in story.steps if one.late]


def test_what_cannot_be_put_off_may_come_if_the_end_is_the_same(tmp_path: Path) -> None:
    """Both limits count from one act: the shorter one ends first, told of or not."""
    rules = """
    triggers: {ask: {who: [officer]}}
    follow_ups:
      slow: {opens_with: ask, who: officer, due: within 3 hours}
      quick: {opens_with: ask, who: officer, due: within 1 hours}
    """
    moves = [OPENED, act("ask", "officer"), late("slow")]
    story = a_story(rules, moves, tmp_path, end=is_late("slow"))
    assert ("quick/1", "slow/1") == story.steps[-1].late


def test_what_real_time_does_not_allow_is_no_story() -> None:
    """Both limits count from one act, and the longer one cannot end first."""
    rules = """
    triggers: {ask: {who: [officer]}, see: {who: [officer]}}
    follow_ups:
      slow: {opens_with: ask, who: officer, due: within 3 hours}
      quick: {opens_with: ask, who: officer, due: within 1 hours, met_by: [see]}
    """
    moves = [OPENED, act("ask", "officer"), late("slow"), late("quick")]
    story, why = concretise(tiny(rules), moves)
    assert story is None
    assert "Step 4 of 4 cannot be made: the lateness of `quick` does not come" == why


BUSINESS = """
    triggers: {ask: {who: [officer]}}
    follow_ups:
      in_hours: {opens_with: ask, who: officer, due: within 50 hours}
      in_days: {opens_with: ask, who: officer, due: within 1 business day}
"""


def test_a_friday_is_found_when_only_a_friday_shows_it(tmp_path: Path) -> None:
    """Fifty hours are over before one business day only if a weekend lies between."""
    moves = [OPENED, act("ask", "officer"), late("in_hours"), late("in_days")]
    story = a_story(BUSINESS, moves, tmp_path)
    assert local("2026-03-06 09:00") == story.steps[1].at
    moves = [OPENED, act("ask", "officer"), late("in_days"), late("in_hours")]
    monday = a_story(BUSINESS, moves, tmp_path)
    assert "Mon" == f"{monday.steps[1].at:%a}"


def test_a_day_on_which_the_office_is_closed_is_found() -> None:
    """150 hours are shorter than three business days only with a weekend and a holiday."""
    rules = """
    triggers: {ask: {who: [officer]}}
    follow_ups:
      in_hours: {opens_with: ask, who: officer, due: within 150 hours}
      in_days: {opens_with: ask, who: officer, due: within 3 business days}
    """
    text = tiny_text(rules).replace("closed: []", "closed: [2026-07-01]")
    protocol = read_text(text, "tiny.yaml").protocol
    assert protocol is not None
    moves = [OPENED, act("ask", "officer"), late("in_hours"), late("in_days")]
    story, why = concretise(protocol, moves)
    assert story is not None, why
    assert local("2026-06-30 15:01") == story.steps[1].at


def test_clocks_go_forward_within_a_story(tmp_path: Path) -> None:
    """A night with 23 hours: 36 hours end after 24:00 of the next day, and are told so."""
    rules = """
    triggers: {ask: {who: [officer]}}
    follow_ups:
      in_hours: {opens_with: ask, who: officer, due: within 36 hours}
      in_days: {opens_with: ask, who: officer, due: within 1 calendar day}
    """
    moves = [OPENED, act("ask", "officer"), late("in_hours"), late("in_days")]
    start = datetime.fromisoformat("2026-03-07T09:00")
    story = a_story(rules, moves, tmp_path, start=start)
    assert [local("2026-03-08 22:01"), local("2026-03-09 00:00")] == at(story)[2:]


def test_a_meeting_gets_the_date_that_the_story_needs(tmp_path: Path) -> None:
    """What is to be done before a hearing is not late at once unless the story says so."""
    rules = """
    triggers: {see: {who: [officer]}}
    meetings: {hearing: {called_by: [judge]}}
    follow_ups:
      prepare: {opens_with: hearing.set, who: officer, due: 5 calendar days before hearing}
    """
    hearing = asked("set", "hearing", "judge")
    story = a_story(rules, [OPENED, hearing, act("see", "officer"), late("prepare")], tmp_path)
    planned = story.case().meetings["hearing/1"].planned_at
    assert local("2026-03-07 09:00") == planned
    soon = a_story(rules, [OPENED, hearing, late("prepare")], tmp_path)
    assert local("2026-03-03 09:01") == soon.case().meetings["hearing/1"].planned_at


def test_a_new_limit_ends_after_the_old_one(tmp_path: Path) -> None:
    """An extension that leaves its instant open gets one."""
    rules = """
    triggers: {ask: {who: [officer]}}
    follow_ups:
      slow: {opens_with: ask, who: officer, due: within 3 hours, extend: {who: [judge]}}
    """
    moves = [OPENED, act("ask", "officer"), asked("extend", "slow/1", "judge"), late("slow")]
    story = a_story(rules, moves, tmp_path)
    assert local("2026-03-03 12:01") == story.steps[-1].at


def test_a_day_that_is_left_open_comes_when_the_story_needs_it(tmp_path: Path) -> None:
    """The birthday is after what is done before it."""
    rules = """
    facts: {of_age_on: {type: date, recorded_by: [officer]}}
    triggers:
      ask: {who: [officer], needs: {young: not reached(of_age_on)}}
      tell: {who: [officer], needs: {grown: reached(of_age_on)}}
    """
    birthday = asked("record", "", "officer", facts={"of_age_on": ANY_DAY})
    comes = Move(timer=Timer(kind="wake"))
    moves = [OPENED, birthday, act("ask", "officer"), comes, act("tell", "officer")]
    story = a_story(rules, moves, tmp_path)
    assert local("2026-03-03 00:00") == story.steps[3].at


def test_the_office_opens_and_closes(tmp_path: Path) -> None:
    """What only somebody in the office can do waits for its hours."""
    rules = """
    triggers:
      ask: {who: [officer], needs: {there: available(officer)}}
      leave: {who: [officer], needs: {gone: not available(officer)}}
    """
    flips = Move(timer=Timer(kind="office", name="office"))
    moves = [OPENED, act("ask", "officer"), flips, act("leave", "officer"), flips]
    story = a_story(rules, [*moves, act("ask", "officer")], tmp_path)
    assert [local("2026-03-02 16:30"), local("2026-03-03 08:30")] == [at(story)[2], at(story)[4]]


def test_the_time_of_a_property_runs_out(tmp_path: Path) -> None:
    """Nobody answers in time, so the promise is broken; that is told as it is."""
    rules = """
    triggers: {ask: {who: [officer]}, answer: {who: [judge]}}
    properties: {answered: {kind: response, when: ask, then: answer, within: 5 hours}}
    """
    broken = Move(timer=Timer(kind="property", name="answered"))
    moves = [OPENED, act("ask", "officer"), broken, act("answer", "judge")]
    story = a_story(rules, moves, tmp_path)
    assert [local("2026-03-02 14:01"), local("2026-03-02 14:02")] == at(story)[2:]
    assert "broken" == story.case().monitors["answered"].verdict


def test_of_several_conditions_the_one_that_is_named_is_waited_for(tmp_path: Path) -> None:
    """A value expires long after another; the story waits for the one it names."""
    rules = """
    facts:
      seen: {type: boolean, valid_for: 2 hours, recorded_by: [officer]}
      safe: {type: boolean, valid_for: 9 hours, recorded_by: [officer]}
    triggers:
      ask: {who: [officer], needs: {old: seen is unknown}}
      tell: {who: [officer], needs: {old: safe is unknown}}
    """
    record = asked("record", "", "officer", facts={"seen": True, "safe": True})
    for name, hour, does in (("seen", 11, "ask"), ("safe", 18, "tell")):
        waits = Move(timer=Timer(kind="wake", name=f"{name} is unknown"))
        story = a_story(rules, [OPENED, record, waits, act(does, "officer")], tmp_path)
        assert local(f"2026-03-02 {hour}:01") == story.steps[2].at
    unnamed = Move(timer=Timer(kind="wake"))
    story = a_story(rules, [OPENED, record, unnamed, act("tell", "officer")], tmp_path)
    assert local("2026-03-02 18:01") == story.steps[2].at


def test_a_story_lies_in_the_time_of_its_protocol() -> None:
    """A version that is in force later, or was, is told of then."""
    for said, expected in (
        ("{from: 2027-06-15}", "2027-06-21 09:00"),
        ("{from: 2020-01-01, until: 2021-03-31}", "2021-03-29 09:00"),
    ):
        story, _ = concretise(tiny(f"in_force: {said}\n"), [OPENED])
        assert story is not None
        assert local(expected) == story.start


# -- what has to be done first ---------------------------------------------------------


def test_what_is_in_the_way_is_done_first(tmp_path: Path) -> None:
    """The judge must wait for the look, this for its preparation, and somebody must be named."""
    story = a_story(BLOCKED, [OPENED, act("ask", "officer"), act("end", "judge")], tmp_path)
    done = [(one.kind, one.what) for one in story.steps if one.lifted]
    assert [
        ("complete", "prepare/1"),
        ("complete", "prepare/1"),
        ("act", "see"),
        ("assign", ""),
        ("act", "call"),
    ] == done
    assert story.case().is_closed
    assert story.steps[-1].closed


def test_what_nobody_can_take_out_of_the_way_stays() -> None:
    """The story ends there, and says at which step and why."""
    rules = BLOCKED.replace("see: {who", "see: {needs: {sure: danger is true}, who")
    story, why = concretise(tiny(rules), [OPENED, act("ask", "officer"), act("end", "judge")])
    assert story is None
    assert "Step 3 of 3" in why
    assert "`end` must wait until `look/1` is done" in why


def test_facts_of_the_programme_are_recorded_there(tmp_path: Path) -> None:
    """A search takes them for facts of the case; the story adopts the protocol first."""
    rules = """
    facts: {pact: {type: boolean, scope: programme, recorded_by: [judge]}}
    triggers: {ask: {who: [officer], needs: {agreed: pact is true}}}
    """
    pact = asked("record", "", "judge", facts={"pact": True})
    story = a_story(rules, [OPENED, pact, act("ask", "officer")], tmp_path)
    assert ["open", "adopt", "record", "act"] == [one.kind for one in story.steps]
    assert ["", "programme", "programme", ""] == [one.where for one in story.steps]


def test_another_number_of_the_same_follow_up_is_meant(tmp_path: Path) -> None:
    """In the whole protocol more may have been opened and ended before."""
    moves = [OPENED, act("ask", "officer"), asked("complete", "slow/7", "officer")]
    rules = """
    triggers: {ask: {who: [officer]}}
    follow_ups: {slow: {opens_with: ask, who: officer, due: within 3 hours}}
    """
    assert (("slow/1", "met"),) == a_story(rules, moves, tmp_path).steps[-1].ended
