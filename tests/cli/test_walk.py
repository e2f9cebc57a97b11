"""`protocolkit walk`: what is typed, what is told, and that the walk that is kept holds."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.cli.walk.moments import FARTHEST, looks_like_a_time, moment
from protocolkit.ground.errors import UsageError
from tests.cli.conftest import Command
from tests.cli.harness import RECOMMENDED, Ran, environment
from tests.stories import tiny_text

COUNTY = """\
protocolkit: "1"
id: wren
title: Team response in Wren
jurisdiction: Wren County (invented)
timezone: America/Chicago
organizations:
  court: {kind: court}
  family: {kind: family}
roles:
  officer: {kind: juvenile_officer, organization: court, title: Juvenile officer}
  supervisor: {kind: supervisor, organization: court}
  judge: {kind: judge, organization: court}
  caseworker: {kind: caseworker, organization: court, per_case: true}
  guardian: {kind: parent_or_guardian, organization: family}
facts:
  danger: {type: boolean, recorded_by: [officer]}
  certainty: {type: choice, values: [suspected, confirmed], recorded_by: [officer]}
states:
  identified: {initial: true}
  reported: {}
  closed: {final: true}
triggers:
  report: {who: [officer], records: [certainty, danger], moves: [{from: identified, to: reported}]}
  convene: {who: [supervisor], needs: {sure: certainty is confirmed}, assigns: {caseworker: named}}
  plan: {who: [officer], decided_at: team, source: "§4"}
  close: {who: [supervisor], moves: [{from: reported, to: closed}]}
meetings:
  team: {required: [officer, judge], called_by: [supervisor]}
follow_ups:
  notify: {opens_with: report, who: officer, for_each: [guardian, judge], due: within 2 hours}
  assess: {opens_with: convene, who: caseworker, parts: [health, school],
    due: within 5 calendar days, waive: {who: [judge], reason: required}}
escalations:
  slow: {watches: {follow_up: assess}, levels: [{at: due, tell: [supervisor]}]}
"""
START = ("--start", "2025-03-04 09:00")

Walk = Callable[..., Ran]


@pytest.fixture
def walk(pk: Command, tmp_path: Path) -> Walk:
    """Walk through the county by lines; the walk is kept, and must pass when acted out."""
    (tmp_path / "wren.yaml").write_text(COUNTY, encoding="utf-8")

    def walked(*lines: str) -> Ran:
        kept = tmp_path / "walk.scenarios.yaml"
        kept.unlink(missing_ok=True)
        stdin = "\n".join(lines).encode()
        ran = pk("walk", "wren.yaml", *START, "--save", "walk.scenarios.yaml", stdin=stdin)
        assert 0 == ran.code
        if kept.exists():
            tested = pk("test", "walk.scenarios.yaml")
            assert 0 == tested.code, f"{tested.out}\n{kept.read_text()}"
        return ran

    return walked


def kept(tmp_path: Path) -> str:
    """The walk that was kept."""
    return (tmp_path / "walk.scenarios.yaml").read_text(encoding="utf-8")


# -- what can be done ------------------------------------------------------------------


def test_a_step_tells_what_it_did(walk: Walk) -> None:
    """What opened, who owes it to whom until when, what is due, and what can be done by whom."""
    out = walk("open by=officer", "report by=officer certainty=suspected").out
    assert "identified -> reported" in out
    assert "known: certainty is suspected" in out
    assert "opened: notify/1: Juvenile officer owes it to guardian, by Tue 4 Mar 2025, 11:00" in out
    last = out.rpartition("\n\n")[2]
    assert "Tue 4 Mar 2025, 09:00 CST | reported" in last
    assert "Next by itself: Tue 4 Mar 2025, 11:00 CST: notify is late if not done" in last
    assert " 1 complete notify/1: Juvenile officer" in last


def test_a_refusal_tells_every_reason(walk: Walk, tmp_path: Path) -> None:
    """Each reason with its rule's place and who may; the walk keeps it as refused."""
    out = walk("open by=officer", "report by=officer", "convene by=judge assign.caseworker=c-3").out
    assert "REFUSED, for every one of these reasons:" in out
    assert "wrong-role: " in out
    assert "need-unknown: " in out
    assert "wren.yaml:24:" in out
    assert "because: [need-unknown, wrong-role]" in kept(tmp_path)


def test_a_name_may_hold_digits(pk: Command, tmp_path: Path) -> None:
    """A fact with a digit in its name is recorded, by its own name and by its full name."""
    digits = COUNTY.replace("  danger: {", "  danger_at_18: {").replace(", danger]", "]")
    (tmp_path / "wren.yaml").write_text(digits, encoding="utf-8")
    lines = (
        "open by=officer",
        "record danger_at_18=true",
        "record facts.danger_at_18=false",
        "correct facts.danger_at_18=true reason=r-1",
        "report by=officer certainty=suspected",
    )
    out = pk("walk", "wren.yaml", *START, stdin="\n".join(lines).encode()).out
    assert 1 == out.count("known: danger_at_18 is false")
    assert "identified -> reported" in out
    assert "too many" not in out


def test_a_step_in_a_file_is_no_answer(walk: Walk, tmp_path: Path) -> None:
    """What was asked in vain is not done; the line that stands there is done as a step."""
    out = walk("open by=officer", "set team by=supervisor", "record danger=true by=officer").out
    assert "That was not answered, so nothing was done" in out
    assert "known: danger is true" in out
    assert "set:" not in kept(tmp_path)


def test_a_meeting_in_the_past_is_told(walk: Walk) -> None:
    """It may be a slip of the hand; it may also be entered afterwards, so it is not refused."""
    steps = ("open by=officer", 'set team for="2025-03-04 08:00" meeting=m-1 by=supervisor')
    assert "m-1 is set for Tue 4 Mar 2025, 08:00 CST, which is past already" in (
        " ".join(walk(*steps).out.split())
    )
    ahead = ("open by=officer", 'set team for="2025-03-04 10:00" meeting=m-1 by=supervisor')
    assert "past already" not in walk(*ahead).out


def test_time_goes_on_until_something_happens(walk: Walk, tmp_path: Path) -> None:
    """`next` goes to what time does, `undo` takes it back."""
    lines = ("open by=officer", "report by=officer", "next")
    out = walk(*lines).out
    assert "LATE: notify/1 (Tue 4 Mar 2025, 11:00 CST)" in out
    assert "Tue 4 Mar 2025, 11:01 CST | reported" in out
    assert "notify/2: {who: officer, due: 2025-03-04 11:00, status: overdue}" in kept(tmp_path)
    walk(*lines[:2])
    before = kept(tmp_path)
    assert "Taken back: wait until Tue 4 Mar 2025, 11:01 CST" in walk(*lines, "undo").out
    assert before == kept(tmp_path)


def test_time_stops_at_a_meeting(walk: Walk) -> None:
    """A meeting that is planned is something that happens, though time does nothing then."""
    lines = ("open by=officer", "set team by=supervisor for=friday", "next", "next")
    out = walk(*lines).out
    assert "Fri 7 Mar 2025, 09:00 CST | identified" in out
    assert "Time alone does nothing more." in out.partition("| identified\nCan")[2]


def test_what_is_due_now_is_late_after_it(walk: Walk) -> None:
    """At the limit itself nothing is late; `next` goes on to where it is."""
    out = walk("open by=officer", "report by=officer", "11:00", "next").out
    assert "Nothing happened." in out
    assert "LATE: notify/1 (Tue 4 Mar 2025, 11:00 CST)" in out


def test_time_alone_may_do_nothing(walk: Walk) -> None:
    """Then that is said, and the walk stays where it is."""
    out = walk("open by=officer", "next").out
    assert "Time alone does nothing more." in out


def test_items_and_parts_can_be_named(walk: Walk, tmp_path: Path) -> None:
    """A follow-up for one recipient, and one part of another."""
    out = walk(
        "open by=officer",
        "report by=officer as=o-1 certainty=confirmed",
        "complete notify item=judge by=officer as=o-1",
        "convene by=supervisor caseworker=c-3",
        "complete assess item=school by=caseworker",
        "complete assess by=caseworker",
        "complete assess item=health by=caseworker",
    ).out
    assert "caseworker is now c-3" in out
    assert "which-part" in out
    assert "met: assess/1" in out
    assert "by: caseworker, as: c-3" in kept(tmp_path)


def test_meetings_can_be_set_moved_held_and_called_off(walk: Walk, tmp_path: Path) -> None:
    """With those who were there, each in a role; an act may belong to one."""
    out = walk(
        "open by=officer",
        "report by=officer",
        'set team meeting=m-1 by=supervisor for="friday 10:00"',
        "move m-1 by=supervisor for=2025-03-06",
        "2025-03-06 10:00",
        "hold m-1 by=supervisor officer=o-1 judge=j-1",
        "plan by=officer as=o-1 meeting=m-1",
        "set team meeting=m-2 by=supervisor for=tomorrow",
        "call-off m-2 by=supervisor",
    ).out
    assert "meeting m-1 is set for Fri 7 Mar 2025, 10:00 CST" in out
    assert "meeting m-1 is set for Thu 6 Mar 2025, 09:00 CST" in out
    assert "meeting m-1 is held" in out
    assert "meeting m-2 is called off" in out
    assert "attended: {officer: o-1, judge: j-1}" in kept(tmp_path)
    assert "REFUSED" not in out


def test_other_ways_of_acting(walk: Walk, tmp_path: Path) -> None:
    """Facts are recorded and corrected, follow-ups waived, errors declared void."""
    out = walk(
        "open by=officer",
        "record danger=true by=officer",
        "correct danger=false by=officer",
        "report by=officer certainty=confirmed",
        "convene by=supervisor caseworker=c-3",
        "waive assess by=judge reason=r-3",
        "void 4 by=officer",
    ).out
    assert "known: danger is true" in out
    assert "waived: assess/1" in out
    assert "label: step_4" in kept(tmp_path)
    assert "{void: step_4, by: officer}" in kept(tmp_path)


def test_facts_are_looked_up(walk: Walk, tmp_path: Path) -> None:
    """What is known of them is told; whoever may not is refused."""
    out = walk(
        "open by=officer danger=true",
        "read danger by=judge purpose=hearing",
        "read certainty by=judge",
        "read danger by=caseworker",
    ).out
    assert "read: danger is true" in out
    assert "read: certainty is unknown" in out
    assert "You hold no role in this case." in out
    assert "{read: danger, by: judge, purpose: hearing}" in kept(tmp_path)


def test_what_is_missing_is_asked_for(walk: Walk, tmp_path: Path) -> None:
    """A number of the list asks for who, facts, persons, dates and seats, one after the other."""
    out = walk(
        *("1", "1 o-1"),  # open a case, as the first role
        *("1", "2", ""),  # report: confirmed; whether there is danger is not said
        "as supervisor s-1",
        *("1", "c-3"),  # convene
        *("set", "1", "friday 10:00"),
        *("hold", "1", "officer=o-1 judge"),
        "as",
        *("complete", "2"),
    ).out
    assert "who does it? 1 officer, 2 supervisor, 3 judge" in out
    assert "certainty? 1 suspected 2 confirmed (Enter: not said) 2" in out
    assert "who is the caseworker from now on? c-3" in out
    assert "set what? 1 team 1" in out
    file = kept(tmp_path)
    assert "{do: report, by: officer, as: o-1, facts: {certainty: confirmed}}" in file
    assert "{do: convene, by: supervisor, as: s-1, assign: {caseworker: c-3}}" in file
    assert "attended: {officer: o-1, judge: judge}" in file
    assert "{complete: notify/2, by: officer, as: o-1}" in file


def test_who_acts_can_be_told_once(walk: Walk, tmp_path: Path) -> None:
    """`as` holds until another one; `as` alone asks again."""
    out = walk("as officer o-1", "open", "report", "as", "close", "supervisor s-2").out
    assert "officer o-1 acts now." in out
    file = kept(tmp_path)
    assert "{open: {by: officer, as: o-1}}" in file
    assert "{do: report, by: officer, as: o-1}" in file
    assert "by: supervisor" in file


def test_late_entry_and_the_programme(walk: Walk, tmp_path: Path) -> None:
    """An act may have happened earlier, and belong to the standing case."""
    walk("open by=officer", "+2 hours", 'report by=officer at="today 10:00"')
    assert "at: 2025-03-04 10:00" in kept(tmp_path)
    out = walk(
        "open by=officer", "adopt by=judge", "record danger=true by=officer in=programme"
    ).out
    assert "programme: " in out


def test_the_walk_can_be_looked_at(walk: Walk) -> None:
    """Where it stands, what is owed, what will come, what was done, and why not."""
    out = walk(
        *("open by=officer", "report by=officer", "show", "todo", "coming", "steps"),
        *("why close by=officer", "can", "?"),
    ).out
    assert "The case stands at: reported" in out
    assert "2. {do: report, by: officer}" in out
    assert "officer may not do `close` now." in out
    assert "undo, save FILE, quit" in out


# -- nothing that is typed does harm ---------------------------------------------------


SLIPS = {
    "repotr": "Did you mean `report`?",
    "report by=oficer": "There is no role `oficer`; did you mean `officer`?",
    "report danger": "`danger` is one word too many",
    "report colour=red by=officer": "There is no `colour` to say here",
    "report reason=r by=officer": "Nothing about `report` reads `reason`",
    'report "by=officer': "A quote is opened and not closed",
    "record": "Say what, and as what: record danger=true.",
    "complete nothing by=officer": "There is no follow-up `nothing`",
    "void 99 by=officer": "Step 99 entered nothing that could be void",
    "void x by=officer": "`x` is no number of a step",
    "wait 2000-01-01": "A walk goes on by 400 days at once",
    "wait 2025-03-03": "Time does not go back",
    "wait sometime": "is no day",
    "99": "The list ends with",
    "x" * 30_000: "This line is longer than 20,000 characters",
    "0": "The list ends with",
    "00000000002": "The list ends with",
    "1" * 5000: "The list ends with",
    "save": "Say where",
    "as nobody": "There is no role `nobody`",
    "undo": "Taken back",
    "close_days office by=officer": "There is no calendar `office`; this protocol has none",
    "extend notify by=judge until=when": "`when` is no day",
    "convene by=officer in=elsewhere": "There is no other case `elsewhere`",
}


@pytest.mark.parametrize("line", SLIPS, ids=lambda line: str(line)[:30])
def test_a_slip_is_told(walk: Walk, line: str) -> None:
    """What is wrong and what would be right; nothing is done."""
    assert SLIPS[line] in walk("open by=officer", line).out


def test_there_is_nothing_to_take_back_or_to_save(walk: Walk, tmp_path: Path) -> None:
    """At the beginning that is said."""
    out = walk("undo", "save x").out
    assert "There is no step to take back." in out
    assert "There is no step to save yet." in out
    assert not (tmp_path / "x.scenarios.yaml").exists()


def test_where_to_keep_it_must_be_free(pk: Command, walk: Walk) -> None:
    """That is told before the walk begins, not when it ends."""
    walk("open by=officer")
    ran = pk("walk", "wren.yaml", "--save", "walk.scenarios.yaml", stdin=b"open by=officer")
    assert (2, "") == (ran.code, ran.out)


def test_nothing_is_written_over(walk: Walk, tmp_path: Path) -> None:
    """A file that the walk did not write stays; its own may be written again."""
    (tmp_path / "there.scenarios.yaml").write_text("mine", encoding="utf-8")
    out = walk("open by=officer", "save there", "save mine first", "+1 day", "save mine first").out
    assert "there.scenarios.yaml is there already, and nothing is written over." in out
    assert "mine" == (tmp_path / "there.scenarios.yaml").read_text()
    assert out.count("wrote mine.scenarios.yaml") == 2
    assert "  first:\n" in (tmp_path / "mine.scenarios.yaml").read_text()


def _words() -> st.SearchStrategy[str]:
    names = ["report", "convene", "plan", "close", "team", "notify", "assess", "m-1", "officer"]
    names += ["supervisor", "judge", "caseworker", "guardian", "open", "complete", "hold", "set"]
    names += ["move", "record", "assign", "waive", "decline", "extend", "undo", "next", "as", "1"]
    names += ["2", "3", "+2 days", "tomorrow", "why", "void", "correct", "adopt", "show", "steps"]
    pairs = ["by=officer", "by=supervisor", "by=judge", "as=p-1", "danger=true", "judge=j-1"]
    pairs += ["certainty=confirmed", "certainty=x", "item=judge", "item=health", "caseworker=c-1"]
    pairs += ["for=friday", "until=friday", "reason=r", "meeting=m-1", "at=today", "in=programme"]
    word = st.sampled_from(names + pairs) | st.text(max_size=6)
    return st.lists(word, min_size=1, max_size=5).map(" ".join)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lines=st.lists(_words(), max_size=12))
def test_whatever_is_typed(walk: Walk, lines: list[str]) -> None:
    """No line ends in a fault of ours, and what is kept of the walk passes."""
    walk("open by=officer", *(line.replace("\n", " ") for line in lines))


def test_bytes_that_are_no_text(pk: Command, walk: Walk) -> None:
    """They are read as best can be, and understood as nothing."""
    walk()
    ran = pk("walk", "wren.yaml", *START, stdin=b"\xff\xfe\x00\nopen by=officer\n\x80")
    assert 0 == ran.code


def test_stopping_leaves_cleanly(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends the walk as the end of the input does; what was asked for is kept."""
    answers: Iterator[str] = iter(["open by=officer"])

    def ask(_screen: Screen, _question: str) -> str:
        for answer in answers:
            return answer
        raise KeyboardInterrupt

    monkeypatch.setattr(Screen, "ask", ask)
    assert "wrote walk.scenarios.yaml, 1 steps" in walk().out


def test_on_a_terminal(tmp_path: Path) -> None:
    """Questions are shown and nothing is repeated; `quit` leaves."""
    (tmp_path / "wren.yaml").write_text(COUNTY, encoding="utf-8")
    mine, theirs = pty.openpty()
    os.write(mine, b"open\n1\nquit\n")
    ran = subprocess.run(
        [sys.executable, "-m", "protocolkit", "walk", "wren.yaml", *START],
        cwd=tmp_path,
        env=environment(),
        stdin=theirs,
        capture_output=True,
        check=True,
    )
    os.close(mine)
    os.close(theirs)
    assert b"who does it? 1 officer, 2 supervisor" in ran.stderr
    assert b"begins -> identified" in ran.stdout
    assert b"> open" not in ran.stdout


def test_a_protocol_with_errors_is_not_walked(pk: Command, tmp_path: Path) -> None:
    """The findings are told as a check tells them; a file that is not there is told too."""
    (tmp_path / "bad.yaml").write_text('protocolkit: "1"\n', encoding="utf-8")
    ran = pk("walk", "bad.yaml")
    assert (1, True) == (ran.code, "PK005" in ran.out)
    assert 3 == pk("walk", "none.yaml").code
    assert 2 == pk("walk", RECOMMENDED, "--start", "soon").code


def test_the_bundled_protocol_can_be_walked(pk: Command) -> None:
    """A walk through the recommended protocol, from a pipe, without a fault."""
    lines = b"open by=djo\nreport_to_supervisor by=djo certainty=suspected\nnext\nnext\n"
    ran = pk("walk", RECOMMENDED, *START, "--save", "mine", stdin=lines)
    assert 0 == ran.code
    assert "LATE: engage_the_team/1" in ran.out
    assert 0 == pk("test", "mine.scenarios.yaml").code


# -- times -----------------------------------------------------------------------------


TIMES = Times("America/Chicago")
NOW = datetime(2025, 3, 4, 15, 30, tzinfo=UTC)  # Tuesday, 09:30 there
SAID = {
    "+2 days": "2025-03-06 09:30",
    "in 90 minutes": "2025-03-04 11:00",
    "1 week": "2025-03-11 09:30",  # the clocks go forward in between
    "+3 months": "2025-06-04 09:30",
    "tomorrow": "2025-03-05 09:00",
    "tomorrow 14:00": "2025-03-05 14:00",
    "today 17:00": "2025-03-04 17:00",
    "tue": "2025-03-11 09:00",
    "Friday 10:00": "2025-03-07 10:00",
    "9:30": "2025-03-05 09:30",
    "14:30": "2025-03-04 14:30",
    "2025-03-08": "2025-03-08 09:00",
    "2025-03-08 24:00": "2025-03-09 00:00",
    "2025-03-08T10:00Z": "2025-03-08 04:00",
}


@pytest.mark.parametrize("text", SAID)
def test_a_time_is_read(text: str) -> None:
    """Days and months keep the hour on the clock, hours and minutes are counted."""
    found = moment(text, NOW, TIMES).astimezone(TIMES.zone)
    assert SAID[text] == found.strftime("%Y-%m-%d %H:%M")
    assert looks_like_a_time(text)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=20) | st.from_regex(r"(\+|in )?[0-9]{1,6} ?[a-z]{3,7}( [0-9:]+)?"))
def test_any_text_is_a_time_or_none(text: str) -> None:
    """A time by the second that is not too far away, or a word on why not."""
    try:
        found = moment(text, NOW, TIMES)
    except UsageError:
        return
    assert abs(found - NOW) <= FARTHEST
    assert 0 == found.microsecond


def test_what_is_put_right_is_told_as_in_the_log(pk: Command, tmp_path: Path) -> None:
    """A corrected fact and a void entry are seen in a walk, in the words of the log."""
    protocol = tmp_path / "tiny.yaml"
    protocol.write_text(
        tiny_text(
            "facts: {danger: {type: boolean, recorded_by: officer}}\n"
            "triggers: {ask: {who: officer}}\n"
            "follow_ups:\n"
            "  see: {opens_with: ask, if: danger is true, who: officer, due: unspecified}\n"
        ),
        encoding="utf-8",
    )
    lines = "open by=officer danger=true\nask by=officer\ncorrect danger=false by=officer\nquit\n"
    ran = pk("walk", str(protocol), stdin=lines.encode())
    assert "danger is false in truth" in ran.out
