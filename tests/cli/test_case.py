"""`protocolkit case`: running cases from the command line, one process at a time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from protocolkit.cli.case import COMMANDS
from protocolkit.semantics.events import Event, replay
from tests.cli.conftest import Command
from tests.cli.harness import RECOMMENDED, SITE_A, TINY, Ran, environment, process

DJO = ("--as", "u-17", "--role", "djo")
SUPERVISOR = ("--as", "s-1", "--role", "supervisor")
GUARD = "  guard: {opens_with: report, if: danger is true, who: supervisor, due: within 1 hour}\n"
MORNING = ("--clock", "2025-03-04 09:00")
NOON = ("--clock", "2025-03-04 12:00")


@pytest.fixture
def opened(pk: Command, tiny: str) -> str:
    """The id of a case that was opened on a Tuesday morning."""
    assert 0 == pk("case", "open", tiny, "--id", "c-1", *DJO, *MORNING).code
    return "c-1"


@pytest.fixture
def reported(pk: Command, opened: str) -> str:
    """The id of a case that is reported, so that an answer is owed by 11:00."""
    assert 0 == pk("case", "do", opened, "report", *DJO, *MORNING).code
    return opened


# -- acting ----------------------------------------------------------------------------


def test_the_first_line_is_the_id(pk: Command, tiny: str) -> None:
    """A made id can be picked from the answer; the made key is told beside it."""
    ran = pk("case", "open", tiny, *DJO)
    first, *more = ran.out.splitlines()
    assert (0, ["The case stands at: identified"]) == (ran.code, more)
    assert first.startswith("c-")
    assert ran.err.startswith("key: k-")
    assert first in pk("case", "show", first).out
    assert Path("cases.db").exists()


def test_an_act_tells_what_is_owed_now(pk: Command, opened: str) -> None:
    """Where the case stands, and each open follow-up with who and until when."""
    ran = pk("case", "do", opened, "report", *DJO, *MORNING, "--key", "k-1")
    expected = (
        "The case stands at: reported\n"
        "Owed now:\n"
        "  answer: supervisor, by Tue 4 Mar 2025, 11:00 CST\n"
    )
    assert (0, expected, "") == (ran.code, ran.out, ran.err)


def test_facts_of_every_type(pk: Command, opened: str) -> None:
    """They are read by type, shown again by `show`, and can be told with an act or alone."""
    words = ("age=12", "danger=true", "seen_on=2025-03-01", "mood=afraid", "knows=minor,djo")
    given = [part for word in words for part in ("--fact", word)]
    assert 0 == pk("case", "do", opened, "report", *given, *DJO, *MORNING).code
    assert 0 == pk("case", "record", opened, "--fact", "file_number=F-9", *DJO, *MORNING).code
    shown = pk("case", "show", opened, *MORNING).out
    for line in (
        "fact: age is 12",
        "fact: danger is true",
        "fact: seen_on is 2025-03-01",
        "fact: mood is afraid",
        "fact: knows is djo, minor",
        "fact: file_number is F-9",
    ):
        assert f"  {line}\n" in shown


def test_an_act_as_json(pk: Command, opened: str) -> None:
    """Done, under which key, and where the case stands; values keep their types."""
    words = ("age=12", "danger=true", "seen_on=2025-03-01", "knows=minor,djo")
    given = [part for word in words for part in ("--fact", word)]
    more = (*DJO, *MORNING, "--key", "k-1", "--format", "json")
    answer = json.loads(pk("case", "do", opened, "report", *given, *more).out)
    facts = {"age": 12, "danger": True, "knows": ["djo", "minor"], "seen_on": "2025-03-01"}
    assert (True, "k-1", 2, facts) == (
        answer["done"],
        answer["key"],
        answer["case"]["version"],
        answer["case"]["facts"],
    )


def test_a_refusal_has_every_reason(pk: Command, opened: str) -> None:
    """Exit code 1; each reason with help, who may, the rule and its source; it is in the record."""
    ran = pk("case", "do", opened, "close", "--protocol", "tiny.yaml", *DJO, *MORNING, "--key", "k")
    lines = TINY.splitlines()
    row = next(number for number, line in enumerate(lines, 1) if line.startswith("  close:"))
    column = lines[row - 1].index("supervisor") + 1
    assert (1, "") == (ran.code, ran.err)
    assert ran.out.startswith("Refused: `close`, by u-17. Nothing has changed.\n")
    assert "  wrong-role: `close` is for supervisor; you act as Deputy juvenile officer." in ran.out
    assert "      who may: supervisor\n" in ran.out
    assert f"      rule: tiny.yaml:{row}:{column} (triggers.close.who)\n" in ran.out
    assert "      source: §9\n" in ran.out
    assert "  not-enabled: `close` starts from `reported`; the case stands at `ident" in ran.out
    assert "      help: first comes `report`\n" in ran.out
    assert "u-17 was refused to do close\n" in pk("case", "log", opened).out


def test_without_the_file_a_rule_is_named_by_its_path(pk: Command, opened: str) -> None:
    """The text that the store keeps has no lines that anybody could look up."""
    out = pk("case", "do", opened, "close", *DJO, *MORNING).out
    assert "      rule: triggers.close.who\n" in out
    assert "yaml" not in out


def test_a_refusal_as_json(pk: Command, opened: str) -> None:
    """The same reasons for programs."""
    words = ("case", "do", opened, "close", *DJO, *MORNING, "--key", "k-9", "--format", "json")
    ran = pk(*words, "--protocol", "tiny.yaml")
    answer = json.loads(ran.out)
    assert (1, False, "k-9") == (ran.code, answer["done"], answer["key"])
    first = answer["reasons"][0]
    assert ("wrong-role", ["triggers", "close", "who"], "tiny.yaml", "§9", ["supervisor"]) == (
        first["name"],
        first["path"],
        first["file"],
        first["source"],
        first["supplied_by"],
    )
    assert json.loads(pk(*words[:-3], "k-10", *words[-2:]).out)["reasons"][0]["file"] is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("do", "reprot"), "unknown-trigger"),
        (("do", "report", "--fact", "agee=12"), "unknown-fact"),
        (("do", "report", "--fact", "age=21"), "wrong-value"),
        (("do", "report", "--fact", "age=twelve"), "wrong-value"),
        (("do", "report", "--fact", "mood=cross"), "wrong-value"),
        (("do", "report", "--fact", "file_number=Jane Doe"), "wrong-value"),
        (("do", "report", "--at", "2030-01-01 10:00"), "in-the-future"),
        (("do", "visit"), "need-unknown"),
        (("record", "--fact", "agee=12"), "unknown-fact"),
        (("record",), "missing-fact"),
        (("assign", "djo=u-18"), "unknown-role"),
        (("complete", "anwser"), "unknown-follow-up"),
        (("complete", "answer"), "not-open"),
        (("meet", "hold", "m-1", "--attended", "djo=u-17"), "not-set"),
    ],
)
def test_what_does_not_fit_is_refused(
    pk: Command, opened: str, words: tuple[str, ...], reason: str
) -> None:
    """By the engine, with its reason: exit code 1, and nothing changes."""
    verb, *rest = words
    ran = pk("case", verb, opened, *rest, *DJO, *MORNING)
    assert 1 == ran.code
    assert f"  {reason}: " in ran.out
    assert "stands at: identified" in pk("case", "show", opened, *MORNING).out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("do", "answer"), "`answer` is a follow-up here, not an act"),
        (("complete", "report"), "`report` is an act here, not a follow-up"),
    ],
)
def test_a_name_of_something_else_is_told_as_such(
    pk: Command, opened: str, words: tuple[str, str], says: str
) -> None:
    """Who takes the wrong command for it sees at once which kind it is."""
    verb, name = words
    assert says in pk("case", verb, opened, name, *DJO, *MORNING).out


def test_a_case_that_may_not_be_opened_is_not_there(pk: Command, tiny: str) -> None:
    """A wrong fact at opening is refused, and no case is made."""
    ran = pk("case", "open", tiny, "--id", "c-1", "--fact", "mood=cross", *DJO)
    assert (1, True) == (ran.code, ran.out.startswith("Refused: to open a case, by u-17."))
    assert 2 == pk("case", "show", "c-1").code


def test_a_follow_up_from_owed_to_done(pk: Command, reported: str) -> None:
    """Only who owes it can say that it is done, late or not."""
    assert 1 == pk("case", "complete", reported, "answer", *DJO, *NOON).code
    words = ("complete", reported, "answer/1", "--evidence", "doc-7", *SUPERVISOR, *NOON)
    ran = pk("case", *words)
    assert (0, "The case stands at: reported\n") == (ran.code, ran.out)
    log = pk("case", "log", reported).out
    completed = "12:00 CST: s-1 as supervisor completed answer/1\n      evidence: doc-7\n"
    assert f"{completed}      met, late: answer/1\n" in log
    assert "\n      told: Deputy juvenile officer, about no_answer.1\n" in log


def test_setting_follow_ups_aside(pk: Command, reported: str) -> None:
    """More time, a waiver with its reason, a no by who has the right to say it."""
    later = ("--until", "2025-03-04 24:00")
    ran = pk("case", "extend", reported, "answer", *later, *SUPERVISOR, *MORNING)
    assert "answer: supervisor, by Tue 4 Mar 2025, 24:00 CST" in ran.out
    assert 1 == pk("case", "waive", reported, "answer", *SUPERVISOR, *MORNING).code
    assert 1 == pk("case", "decline", reported, "answer", *DJO, *MORNING).code
    spoken = pk("case", "waive", reported, "answer", "--reason", "not now", *SUPERVISOR, *MORNING)
    assert (1, True) == (spoken.code, "free-text" in spoken.out)
    ran = pk("case", "waive", reported, "answer", "--reason", "r-4", *SUPERVISOR, *MORNING)
    assert (0, "The case stands at: reported\n") == (ran.code, ran.out)
    assert "waived: answer/1 (r-4)" in pk("case", "log", reported).out


def test_a_right_to_say_no(pk: Command, reported: str) -> None:
    """The minor declines; that is the end of it."""
    ran = pk("case", "decline", reported, "answer", "--as", "y-1", "--role", "minor", *MORNING)
    assert (0, "The case stands at: reported\n") == (ran.code, ran.out)


def test_per_case_roles(pk: Command, opened: str) -> None:
    """Somebody is named with an act, or by `assign`; then only they may act."""
    visit = ("do", opened, "visit", "--role", "caseworker", *MORNING)
    record = ("case", "record", opened, "--fact", "mood=calm", *DJO, *MORNING)
    assert 0 == pk(*record).code
    assert 1 == pk("case", *visit, "--as", "c-3").code
    named = ("--assign", "caseworker=c-3", *SUPERVISOR, *MORNING)
    assert 0 == pk("case", "do", opened, "name_caseworker", *named).code
    assert 0 == pk("case", *visit, "--as", "c-3").code
    assert 0 == pk("case", "assign", opened, "caseworker=c-4", *SUPERVISOR, *MORNING).code
    assert 1 == pk("case", *visit, "--as", "c-3").code
    assert "  caseworker: c-4\n" in pk("case", "show", opened, *MORNING).out


def test_meetings(pk: Command, opened: str) -> None:
    """Set, moved, held without a quorum, held with it, called off."""

    def meet(*words: str) -> Ran:
        return pk("case", "meet", opened, *words, *SUPERVISOR, *MORNING)

    ran = meet("set", "team", "--id", "m-1", "--for", "2025-03-05 10:00")
    assert "  meeting m-1: team, set for Wed 5 Mar 2025, 10:00 CST\n" in ran.out
    moved = meet("move", "team", "--for", "2025-03-06 10:00")
    assert "meeting m-1: team, set for Thu 6 Mar 2025, 10:00 CST\n" in moved.out
    short = meet("hold", "m-1", "--attended", "supervisor=s-1")
    assert "meeting m-1: team, adjourned, was set for Thu" in short.out
    lacking = "\n      no quorum: Deputy juvenile officer was missing\n"
    assert lacking in short.out
    assert lacking in pk("case", "show", opened, *MORNING).out
    meet("set", "team", "--id", "m-2", "--for", "2025-03-07 10:00")
    held = meet("hold", "m-2", "--attended", "djo=u-17,u-18", "--attended", "supervisor=s-1")
    assert "meeting m-2: team, held, was set for Fri" in held.out
    assert (
        "meeting m-2 held: s-1 (supervisor), u-17 (djo), u-18 (djo)"
        in pk("case", "log", opened).out
    )
    meet("set", "team", "--id", "m-3", "--for", "2025-03-08 10:00")
    assert "meeting m-3: team, called off, was set for Sat" in meet("call-off", "m-3").out
    meet("set", "team", "--id", "m-4", "--for", "2025-03-09 10:00")
    alone = ("hold", "m-4", "--attended", "supervisor=s-1", "--exception", "alone")
    assert 1 == meet(*alone).code
    assert "meeting m-4: team, held," in meet(*alone, "--reason", "r-1").out


@pytest.mark.parametrize(
    ("rules", "there", "says"),
    [
        (
            "required: [djo, minor], asked: supervisor",
            ("supervisor=s-1",),
            "Deputy juvenile officer and minor were missing",
        ),
        (
            "required: djo, asked: [supervisor, minor],"
            " quorum: {all_of: [djo], at_least: 3, of: members}",
            ("supervisor=s-1,s-2",),
            "Deputy juvenile officer was missing; it takes at least 3 members, and 2 persons were "
            "there",
        ),
        (
            "asked: [djo, supervisor], counting: {court: [djo]},"
            " quorum: {all_of: [court], at_least: 1, of: groups}",
            ("supervisor=s-1",),
            "court was missing; it takes at least 1 group, and 1 person was there",
        ),
        (
            "asked: [djo, supervisor], counts_if: knows includes attendee,"
            " quorum: {at_least: 1, of: members}",
            ("supervisor=s-1",),
            "it takes at least 1 member, and 1 person was there; only those count for whom its "
            "`counts_if` is true",
        ),
    ],
)
def test_what_a_quorum_lacked(
    pk: Command, tmp_path: Path, rules: str, there: tuple[str, ...], says: str
) -> None:
    """Who was missing and how many it takes stand below the meeting that was adjourned."""
    text = TINY.replace("required: djo, asked: supervisor", rules)
    (tmp_path / "tiny.yaml").write_text(text, encoding="utf-8")
    assert 0 == pk("case", "open", "tiny.yaml", "--id", "c-1", *DJO, *MORNING).code
    planned = ("--id", "m-1", "--for", "2025-03-04 09:00")
    assert 0 == pk("case", "meet", "c-1", "set", "team", *planned, *SUPERVISOR, *MORNING).code
    seats = [word for seat in there for word in ("--attended", seat)]
    ran = pk("case", "meet", "c-1", "hold", "m-1", *seats, *SUPERVISOR, *MORNING)
    assert 0 == ran.code
    _, adjourned, lacking = ran.out.partition("team, adjourned, was set for Tue 4 Mar 2025, 09:00")
    assert adjourned
    assert f"no quorum: {says}" == " ".join(lacking.split()).removeprefix("CST ")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("set", "team"), "to set a meeting, say --for TIME too"),
        (("move", "team"), "to move a meeting, say --for TIME too"),
        (("hold", "team"), "to hold a meeting, say --attended ROLE=PERSON too"),
        (("adjourn", "team"), "invalid choice: 'adjourn'"),
    ],
)
def test_a_meeting_needs_its_words(
    pk: Command, opened: str, words: tuple[str, ...], says: str
) -> None:
    """What is missing is asked for, with 2."""
    ran = pk("case", "meet", opened, *words, *SUPERVISOR)
    assert (2, True) == (ran.code, says in ran.err)


# -- who, when, once -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "Who acts? Say --as PERSON, with --role ROLE or --roster FILE."),
        (("--as", "u-17", "--role", "djoo"), "--role: tiny has no role `djoo`; did you mean `djo`"),
        (("--as", "u 17", "--role", "djo"), "--as: a name of at most 64 characters without spaces"),
        ((*DJO, "--roster", "roster.yaml"), "With --roster the roster says who holds which role"),
        (("--as", "u-99", "--roster", "roster.yaml"), "roster.yaml: u-99 is not in the roster."),
        ((*DJO, "--key", "a b"), "--key: a name of at most 64 characters"),
        ((*DJO, "--at", "noon"), "--at: `noon` is no time. Write a day and an hour"),
        ((*DJO, "--clock", "2025-13-01 10:00"), "--clock: there is no time `2025-13-01 10:00`"),
        ((*DJO, "--fact", "age"), "--fact: `age` is not of the form name=value"),
        ((*DJO, "--expect-version", "one"), "argument --expect-version: invalid int value: 'one'"),
    ],
)
def test_who_and_when_must_make_sense(
    pk: Command, opened: str, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    """What cannot be meant is told with 2, and nothing is recorded."""
    (tmp_path / "roster.yaml").write_text("people: {u-17: {roles: [djo]}}", encoding="utf-8")
    before = pk("case", "export", opened).out
    ran = pk("case", "do", opened, "report", *words)
    assert (2, "") == (ran.code, ran.out)
    assert says in ran.err
    assert before == pk("case", "export", opened).out


def test_the_roster_decides_the_roles(pk: Command, opened: str, tmp_path: Path) -> None:
    """Who is not a juvenile officer there cannot report."""
    text = "people:\n  u-17: {roles: [djo]}\n  s-1: {roles: [supervisor]}\n"
    (tmp_path / "roster.yaml").write_text(text, encoding="utf-8")
    roster = ("--roster", "roster.yaml", *MORNING)
    assert 1 == pk("case", "do", opened, "report", "--as", "s-1", *roster).code
    assert 0 == pk("case", "do", opened, "report", "--as", "u-17", *roster).code
    assert 3 == pk("case", "do", opened, "report", "--as", "u-17", "--roster", "no.yaml").code


def test_sent_twice_is_done_once(pk: Command, opened: str) -> None:
    """The same key with the same request gives the same answer; with another it is an error."""
    words = ("case", "do", opened, "report", *DJO, *MORNING, "--key", "k-1")
    first, again = pk(*words), pk(*words)
    assert (first.out, 0) == (again.out, again.code)
    assert 1 == pk("case", "log", opened).out.count("did report")
    other = pk("case", "do", opened, "rest", *DJO, *MORNING, "--key", "k-1")
    assert (1, True) == (other.code, "key `k-1` was used for another request" in other.err)


def test_a_made_key_is_told(pk: Command, opened: str) -> None:
    """So that a command whose answer got lost can be sent again."""
    words = ("case", "do", opened, "report", *DJO, *MORNING)
    key = pk(*words).err.strip().removeprefix("key: ")
    assert 0 == pk(*words, "--key", key).code
    assert 1 == pk("case", "log", opened).out.count("did report")


def test_an_expected_version(pk: Command, opened: str) -> None:
    """Who has not seen the last event is told so, and nothing is done."""
    stale = pk("case", "do", opened, "report", *DJO, *MORNING, "--expect-version", "7")
    assert (1, "") == (stale.code, stale.out)
    assert "The case has 1 events and not 7" in stale.err
    fresh = pk("case", "do", opened, "report", *DJO, *MORNING, "--expect-version", "1")
    assert 0 == fresh.code


def test_late_entry(pk: Command, opened: str) -> None:
    """`--at` says when it happened: limits count from there; the log shows both times."""
    words = ("case", "do", opened, "report", "--at", "2025-03-04 09:00", *DJO, *NOON)
    assert "answer: supervisor, LATE since Tue 4 Mar 2025, 11:00 CST" in pk(*words).out
    assert (
        "09:00 CST: u-17 as Deputy juvenile officer did report (recorded Tue 4 Mar 2025, 12:00"
        in (" ".join(pk("case", "log", opened).out.split()))
    )


def test_an_hour_that_comes_twice_is_settled_aloud(pk: Command, tiny: str) -> None:
    """The first is taken, and the other one can be written."""
    clock = ("--clock", "2025-11-02 03:00")
    pk("case", "open", tiny, "--id", "c-1", *DJO, "--clock", "2025-11-01 09:00")
    words = ("case", "do", "c-1", "report", *DJO, *clock, "--at", "2025-11-02 01:30")
    ran = pk(*words)
    assert (0, 1) == (ran.code, ran.err.count("comes twice that night; the first"))
    assert "LATE since Sun 2 Nov 2025, 02:30 CST" in ran.out


def test_the_clock_is_never_behind_the_case(pk: Command, reported: str) -> None:
    """A training clock that stands before the last entry is said, and that entry's time taken."""
    pk("case", "complete", reported, "answer", *SUPERVISOR, *NOON)
    ran = pk("case", "record", reported, "--fact", "age=9", *DJO, *MORNING, "--key", "k")
    said = (
        "--clock: the last entry of c-1 is of Tue 4 Mar 2025, 12:00 CST, which is taken for now.\n"
    )
    assert (0, said) == (ran.code, ran.err)
    assert "Tue 4 Mar 2025, 12:00 CST: u-17" in pk("case", "log", reported).out


# -- looking ---------------------------------------------------------------------------


def test_show(pk: Command, reported: str) -> None:
    """Where it stands, what is owed, who was told, who can do what: all as of now."""
    ran = pk("case", "show", reported, *NOON)
    expected = """\
c-1: a case under tiny of Larkspur County (invented)
  opened: Tue 4 Mar 2025, 09:00 CST
  stands at: reported
  told: Deputy juvenile officer, Tue 4 Mar 2025, 11:00 CST, about no_answer.1
Owed now:
  answer: supervisor owes it to u-17, LATE since Tue 4 Mar 2025, 11:00 CST
Can be done now:
  name_caseworker: supervisor
Until this case can be closed:
  close by supervisor: reported -> closed
  still owed: answer/1 (supervisor), LATE since Tue 4 Mar 2025, 11:00 CST
"""
    assert (0, expected, "") == (ran.code, ran.out, ran.err)
    answer = json.loads(pk("case", "show", reported, *NOON, "--format", "json").out)
    assert ("c-1", {"case": "reported"}, "overdue", "2025-03-04T17:00:00Z") == (
        answer["case"]["id"],
        answer["case"]["states"],
        answer["case"]["open"][0]["status"],
        answer["case"]["open"][0]["due"],
    )
    assert {"name_caseworker": ["supervisor"]} == answer["can_be_done"]


def test_show_says_what_follows(pk: Command, reported: str) -> None:
    """Before the limit: when it is, what happens otherwise, and when time does something next."""
    out = pk("case", "show", reported, *MORNING).out
    assert "  answer: supervisor owes it to u-17, by Tue 4 Mar 2025, 11:00 CST\n" in out
    assert "      if not: when it is late: Deputy juvenile officer is told\n" in out
    assert "\nTime does something next: Tue 4 Mar 2025, 11:00 CST\n" in out


def test_show_what_is_not_decided(pk: Command, tmp_path: Path) -> None:
    """A follow-up that waits for a fact is named, with the fact."""
    look = "  look: {opens_with: report, if: age < 12, who: djo, due: within 1 calendar day}\n"
    text = TINY.replace("follow_ups:\n", f"follow_ups:\n{look}")
    (tmp_path / "look.yaml").write_text(text, encoding="utf-8")
    pk("case", "open", "look.yaml", "--id", "c-1", *DJO, *MORNING)
    pk("case", "do", "c-1", "report", *DJO, *MORNING)
    out = pk("case", "show", "c-1", *MORNING).out
    assert "  not decided yet, because age is unknown: look\n" in out


def test_show_what_a_meeting_may_decide(pk: Command, tmp_path: Path) -> None:
    """An act of those who were at a meeting is for them, once it was held."""
    plan = "  plan: {who: attendees, decided_at: team}\n"
    text = TINY.replace("triggers:\n", f"triggers:\n{plan}")
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    pk("case", "open", "plan.yaml", "--id", "c-1", *DJO, *MORNING)
    assert "  plan: " not in pk("case", "show", "c-1", *MORNING).out
    team = ("case", "meet", "c-1")
    pk(*team, "set", "team", "--id", "m-1", "--for", "2025-03-04 10:00", *SUPERVISOR, *MORNING)
    pk(*team, "hold", "m-1", "--attended", "djo=u-17", *DJO, *NOON)
    assert "  plan: Deputy juvenile officer (u-17)\n" in pk("case", "show", "c-1", *NOON).out
    assert 0 == pk("case", "do", "c-1", "plan", "--as", "u-17", *NOON, "--meeting", "m-1").code


def test_the_fallback_is_shown(pk: Command) -> None:
    """Site A at night: whoever a ladder lets in is listed beside whose act it is."""
    officer = ("--as", "t-1", "--role", "truancy_officer", "--clock", "2025-03-04 22:34")
    pk("case", "open", SITE_A, "--id", "c-1", *officer)
    away = ("--fact", "certainty=suspected", "--fact", "supervisor_reachable=false")
    pk("case", "do", "c-1", "report_to_supervisor", *away, *officer)
    out = pk("case", "show", "c-1", "--clock", "2025-03-04 22:35").out
    names = "Supervisor, juvenile division or Detective, human trafficking unit"
    assert f"  engage_team: {names}\n" in out
    assert "      may act too: Detective, human trafficking unit\n" in pk("case", "log", "c-1").out


def test_show_a_closed_case(pk: Command, reported: str) -> None:
    """Nothing is owed and nothing can be done any more."""
    pk("case", "complete", reported, "answer", *SUPERVISOR, *MORNING)
    closed = pk("case", "do", reported, "close", *SUPERVISOR, *NOON)
    assert "The case stands at: closed\nThe case is closed.\n" == closed.out
    out = pk("case", "show", reported, *NOON).out
    assert "  closed: Tue 4 Mar 2025, 12:00 CST\n  stands at: closed\n" in out
    assert "Can be done" not in out
    assert "Nothing is owed.\n" == pk("case", "todo", *NOON).out


@pytest.mark.usefixtures("reported")
def test_todo(pk: Command) -> None:
    """Of one case or of all, of a role or a person; the earliest due first."""
    pk("case", "open", "tiny.yaml", "--id", "c-0", *DJO, *MORNING)
    pk("case", "do", "c-0", "report", *DJO, "--clock", "2025-03-04 10:00")
    line = "answer: supervisor, by Tue 4 Mar 2025, 1"
    both = f"c-1  {line}1:00 CST\nc-0  {line}2:00 CST\n"
    now = ("--clock", "2025-03-04 10:00")
    assert both == pk("case", "todo", *now).out
    assert f"{line}1:00 CST\n" == pk("case", "todo", "c-1", *now).out
    assert both == pk("case", "todo", "--for-role", "supervisor", *now).out
    assert "Nothing is owed.\n" == pk("case", "todo", "--for-role", "djo", *now).out
    assert "Nothing is owed by `s-1`.\n" == pk("case", "todo", "--for-person", "s-1", *now).out
    found = json.loads(pk("case", "todo", *now, "--format", "json").out)["todo"]
    assert ["c-1", "c-0"] == [one["case"] for one in found]
    assert "LATE since" in pk("case", "todo", "c-1", *NOON).out


def test_what_waits_for_a_fact_stands_on_the_list_of_who_can_record_it(
    pk: Command, tmp_path: Path
) -> None:
    """In `todo` and in `pending`, below what is owed, with the fact and with who can record it."""
    guarded = TINY.replace("follow_ups:\n", "follow_ups:\n" + GUARD)
    (tmp_path / "guard.yaml").write_text(guarded, encoding="utf-8")
    pk("case", "open", "guard.yaml", "--id", "c-1", *DJO, *MORNING)
    pk("case", "do", "c-1", "report", *DJO, *MORNING)
    said = "not decided yet, because danger is unknown: guard\n"
    who = "    who can record it: Deputy juvenile officer\n"
    owed = "answer: supervisor, by Tue 4 Mar 2025, 11:00 CST\n"
    assert f"{owed}{said}{who}" == pk("case", "todo", "c-1", *MORNING).out
    of_djo = pk("case", "todo", "--for-role", "djo", *MORNING).out
    assert f"Nothing is owed.\nc-1  {said}{who}" == of_djo
    assert f"c-1  {owed}" == pk("case", "todo", "--for-role", "supervisor", *MORNING).out
    assert "Nothing is late.\n" == pk("case", "todo", "--late", *MORNING).out
    assert pk("case", "pending", "c-1", *MORNING).out.endswith(f"{said}{who}")
    for verb in ("todo", "pending"):
        answer = json.loads(pk("case", verb, "c-1", *MORNING, "--format", "json").out)
        assert [("guard", ["danger"], ["djo"])] == [
            (one["follow_up"], one["needs"], one["supplied_by"]) for one in answer["undecided"]
        ]
        assert "guard" not in json.dumps(answer[verb])


def test_a_meeting_in_the_past_is_told(pk: Command, reported: str) -> None:
    """On the side of the answer, and it is set all the same."""
    meet = ("case", "meet", reported, "set", "team")
    late = pk(*meet, "--for", "2025-03-04 11:00", *SUPERVISOR, *NOON)
    assert 0 == late.code
    assert "Careful: the meeting is planned for a time that is past already." in late.err
    entered = ("--at", "2025-03-04 10:00")
    afterwards = pk(*meet, "--for", "2025-03-04 11:00", *entered, *SUPERVISOR, *NOON)
    assert "Careful" not in afterwards.err


def test_todo_over_several_zones(pk: Command, reported: str, tmp_path: Path) -> None:
    """One local time cannot be now for cases of two zones; with an offset it can."""
    text = TINY.replace("America/Chicago", "America/Halifax").replace("id: tiny", "id: east")
    (tmp_path / "east.yaml").write_text(text, encoding="utf-8")
    pk("case", "open", "east.yaml", "--id", "c-2", *DJO, *MORNING)
    local = pk("case", "todo", *NOON)
    assert (2, True) == (local.code, "the cases are in several time zones" in local.err)
    assert 0 == pk("case", "todo", "--clock", "2025-03-04 12:00-06:00").code
    assert reported in pk("case", "todo").out


def test_why_one_act(pk: Command, opened: str) -> None:
    """0 and how it would go, or 1 and every reason; nothing is recorded either way."""
    before = pk("case", "export", opened).out
    ran = pk("case", "why", opened, "report", "--protocol", "tiny.yaml", *DJO, *MORNING)
    row = next(
        n for n, line in enumerate(TINY.splitlines(), 1) if line.startswith("  report: {who")
    )
    assert (0, "") == (ran.code, ran.err)
    flat = " ".join(ran.out.split())
    assert "u-17 may do `report` now, as Deputy juvenile officer, with --fact age=INTEGER" in flat
    assert "--fact mood=calm|afraid (if known)" in flat
    assert f"moves: identified -> reported rule: tiny.yaml:{row}:3 (triggers.report)" in flat
    no = pk("case", "why", opened, "close", *DJO, *MORNING)
    assert 1 == no.code
    assert no.out.startswith(
        "u-17 may not do `close` now:\n  wrong-role: `close` is for supervisor"
    )
    assert before == pk("case", "export", opened).out
    answer = json.loads(pk("case", "why", opened, "close", *DJO, *MORNING, "--format", "json").out)
    assert [False, "wrong-role"] == [answer["why"]["allowed"], answer["why"]["reasons"][0]["name"]]


def test_why_every_act(pk: Command, opened: str) -> None:
    """What may be done first, then why the rest may not."""
    ran = pk("case", "why", opened, *DJO, *MORNING)
    may, _, may_not = ran.out.partition("u-17 may not do now:\n")
    assert 0 == ran.code
    assert may.startswith("u-17 may do now:\n  report, with --fact age=INTEGER (if known)")
    assert "  `close` is for supervisor; you act as Deputy juvenile officer.\n" in may_not
    assert "`rest` needs" in may_not
    answer = json.loads(pk("case", "why", opened, *DJO, *MORNING, "--format", "json").out)
    assert [True, False] == sorted({one["allowed"] for one in answer["why"]}, reverse=True)
    assert "report" == answer["why"][0]["trigger"]


def test_pending(pk: Command, reported: str) -> None:
    """Every future instant and what it will do; or that time will do nothing."""
    out = pk("case", "pending", reported, *MORNING).out
    assert "Tue 4 Mar 2025, 11:00 CST: answer is late if not done\n" in out
    assert "Tue 4 Mar 2025, 11:00 CST: no answer: when it is late: Deputy juvenile officer" in out
    answer = json.loads(pk("case", "pending", reported, *MORNING, "--format", "json").out)
    assert {"2025-03-04T17:00:00Z"} == {one["at"] for one in answer["pending"]}
    assert (
        "Time alone will do nothing to this case.\n" == pk("case", "pending", reported, *NOON).out
    )


def test_log_and_export(pk: Command, reported: str) -> None:
    """The log is for people; the export reads back as the same case."""
    pk("case", "show", reported, *NOON)
    expected = """\
1. Tue 4 Mar 2025, 09:00 CST: u-17 as Deputy juvenile officer opened the case tiny
2. Tue 4 Mar 2025, 09:00 CST: u-17 as Deputy juvenile officer did report
      identified -> reported
      owed from now on: answer/1, by Tue 4 Mar 2025, 11:00 CST
3. Tue 4 Mar 2025, 11:00 CST: time passed (60 minutes late: seen Tue 4 Mar 2025, 12:00 CST)
      LATE: answer/1
4. Tue 4 Mar 2025, 11:00 CST: time passed (60 minutes late: seen Tue 4 Mar 2025, 12:00 CST)
      level 1 of no_answer
      told: Deputy juvenile officer, about no_answer.1
"""
    assert expected == pk("case", "log", reported).out
    lines = pk("case", "export", reported).out.splitlines()
    bodies = [json.loads(line)["data"] for line in lines]
    events = [Event.from_json(body) for body in bodies]
    case = replay(reported, events)
    assert ({"case": "reported"}, 4, ["answer/1"]) == (case.states, case.events, list(case.open))
    assert bodies == json.loads(pk("case", "log", reported, "--format", "json").out)["events"]


# -- the store -------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [name for name in COMMANDS if name not in ("open", "adopt")])
def test_a_store_that_is_not_there_is_not_made(pk: Command, verb: str, tmp_path: Path) -> None:
    """Looking for cases in the wrong folder says so, with 3, and leaves no empty file behind."""
    words = {
        "do": ("c-1", "report"),
        "assign": ("c-1", "caseworker=c-3"),
        "meet": ("c-1", "call-off", "m-1"),
        "complete": ("c-1", "answer"),
        "decline": ("c-1", "answer"),
        "waive": ("c-1", "answer"),
        "extend": ("c-1", "answer", "--until", "2025-03-04 10:00"),
        "read": ("c-1", "age"),
        "correct": ("c-1", "--fact", "age=15"),
        "void": ("c-1", "2"),
        "list": (),
        "tally": (str(SITE_A),),
    }.get(verb, ("c-1",))
    ran = pk("case", verb, *words)
    assert (3, "") == (ran.code, ran.out)
    assert "There are no cases at sqlite:///cases.db" in ran.err
    assert [] == list(tmp_path.iterdir())


@pytest.mark.usefixtures("opened")
def test_what_does_not_exist_is_named(pk: Command) -> None:
    """A case, a store, a file of a protocol."""
    missing = pk("case", "show", "c-9")
    assert (2, "protocolkit: There is no case `c-9` in this store.\n") == (
        missing.code,
        missing.err,
    )
    assert 2 == pk("case", "show", "c-1", "--db", "mysql://host/db").code
    assert 3 == pk("case", "open", "missing.yaml", *DJO).code


def test_a_protocol_with_errors_opens_nothing(pk: Command, tmp_path: Path) -> None:
    """What is wrong is shown as by `check`: 1, and no store is made."""
    (tmp_path / "slip.yaml").write_text(TINY.replace("to: reported}", "to: x}"), encoding="utf-8")
    ran = pk("case", "open", "slip.yaml", *DJO)
    assert (1, True) == (ran.code, "error[PK101]" in ran.out)
    assert not (tmp_path / "cases.db").exists()


def test_what_the_engine_cannot_run_is_told_with_its_place(pk: Command, tmp_path: Path) -> None:
    """It is refused before a case is opened: here nobody could say where a case starts."""
    text = TINY.replace("initial: true", "initial: false")
    (tmp_path / "nowhere.yaml").write_text(text, encoding="utf-8")
    ran = pk("case", "open", "nowhere.yaml", *DJO, "--key", "k")
    assert (3, "") == (ran.code, ran.out)
    assert ran.err.startswith("protocolkit: nowhere.yaml:")
    assert "no state is marked as the start" in ran.err


def test_a_case_keeps_to_its_text(pk: Command, opened: str, tmp_path: Path) -> None:
    """When the file changes or is gone, the case goes on under the text it began with."""
    (tmp_path / "tiny.yaml").unlink()
    ran = pk("case", "do", opened, "report", *DJO, *MORNING)
    assert "answer: supervisor, by Tue 4 Mar 2025, 11:00 CST" in ran.out


def test_another_store(pk: Command, tiny: str, tmp_path: Path) -> None:
    """`--db` names it; memory forgets."""
    db = ("--db", f"sqlite:///{tmp_path / 'other.db'}")
    pk("case", "open", tiny, "--id", "c-1", *DJO, *db)
    assert 0 == pk("case", "show", "c-1", *db).code
    assert 0 == pk("case", "open", tiny, "--id", "c-1", *DJO, "--db", "memory:").code
    assert 2 == pk("case", "show", "c-1", "--db", "memory:").code
    assert not (tmp_path / "cases.db").exists()


def test_a_second_case_of_the_same_id_is_refused(pk: Command, opened: str) -> None:
    """An id is used once."""
    ran = pk("case", "open", "tiny.yaml", "--id", opened, *DJO, *MORNING)
    assert 1 == ran.code
    assert 1 == len(pk("case", "export", opened).out.splitlines())


@pytest.mark.usefixtures("tiny")
def test_killing_the_process_loses_nothing(tmp_path: Path) -> None:
    """Each command is a process of its own; one that is killed at once was either done whole or
    not at all, and sending it again with its key settles which."""
    opened = process("case", "open", "tiny.yaml", "--id", "c-1", *DJO, *MORNING, cwd=tmp_path)
    assert 0 == opened.code
    acts = [
        ("record", "c-1", "--fact", f"age={age}", *DJO, *MORNING, "--key", f"k-{age}")
        for age in range(6)
    ]
    for wait, act in enumerate(acts):
        running = subprocess.Popen(
            [sys.executable, "-m", "protocolkit", "case", *act],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            running.wait(wait * 0.06)
        except subprocess.TimeoutExpired:
            os.kill(running.pid, signal.SIGKILL)
        running.wait()
        assert 0 == process("case", *act, cwd=tmp_path).code
    log = process("case", "log", "c-1", cwd=tmp_path)
    ages = [line.strip() for line in log.out.splitlines() if "age is" in line]
    assert [f"age is {age}" for age in range(6)] == ages


def test_the_recommended_protocol_runs(pk: Command) -> None:
    """The template's case opens from the command line too."""
    ran = pk("case", "open", RECOMMENDED, "--id", "c-1", *DJO, *MORNING, "--key", "k")
    assert (0, "") == (ran.code, ran.err)
    assert RECOMMENDED not in ran.out
    assert "report_it: " in ran.out


def test_a_case_that_ran_ahead_is_told(pk: Command) -> None:
    """After a try in the future, real commands say that its last time is taken for now."""
    djo = ("--as", "u-1", "--role", "djo")
    pk("case", "open", SITE_A, "--id", "c-1", *djo, "--clock", "2190-01-01 09:00")
    ran = pk("case", "show", "c-1")
    assert 0 == ran.code
    assert "Careful: time has run ahead. The last entry of c-1 is of Fri 1 Jan 2190" in ran.err
