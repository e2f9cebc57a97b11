"""`case why`, `todo`, `pending` and `show` as questions: all filters, pages, kinds; their JSON."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from tests.cli.conftest import Command
from tests.cli.harness import ROOT, TINY

DJO = ("--as", "u-17", "--role", "djo")
SUPERVISOR = ("--as", "s-1", "--role", "supervisor")
MORNING = ("--clock", "2025-03-04 09:00")
NOON = ("--clock", "2025-03-04 12:00")
JSON = ("--format", "json")
SCHEMA = json.loads((ROOT / "schemas/answers.schema.json").read_text(encoding="utf-8"))

MORE = (
    TINY.replace(
        "follow_ups:\n",
        """follow_ups:
  look: {opens_with: report, if: age < 12, who: djo, due: within 1 calendar day}
  visit_home: {opens_with: report, who: caseworker, due: within 1 hour}
  send: {opens_with: report, who: djo, for_each: [minor, supervisor], due: within 3 hours,
    exclude: {minor: {if: knows includes minor, if_unknown: exclude}}}
  think: {opens_with: report, who: {all_of: [djo, supervisor]}, strength: should,
    due: within 4 hours, blocks: close}
""",
    )
    .replace("triggers:\n", "triggers:\n  agree: {agreed_by: {all_of: [djo, supervisor]}}\n")
    .replace("djo: {kind: juvenile_officer,", "djo: {kind: juvenile_officer, organization: court,")
    .replace("roles:\n", "organizations: {court: {kind: court}}\nroles:\n", 1)
)


@pytest.fixture
def case(pk: Command, tmp_path: Path) -> str:
    """A reported case in which a little of everything is owed."""
    (tmp_path / "more.yaml").write_text(MORE, encoding="utf-8")
    assert 0 == pk("case", "open", "more.yaml", "--id", "c-1", *DJO, *MORNING).code
    assert 0 == pk("case", "do", "c-1", "report", *DJO, *MORNING).code
    return "c-1"


def answer(pk: Command, *words: str) -> Any:
    """What a command answers as JSON, which is as the schema says."""
    found = json.loads(pk("case", *words, *JSON).out)
    checker = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    assert [] == [f"{list(one.path)} {one.message}" for one in checker.iter_errors(found)]
    return found


# -- why -------------------------------------------------------------------------------


def test_why_not_with_all_that_helps(pk: Command, case: str) -> None:
    """Each reason with who can help, by when, what follows otherwise; and who could do it."""
    out = pk("case", "why", case, "close", "--protocol", "more.yaml", *SUPERVISOR, *MORNING).out
    assert out.startswith("s-1 may not do `close` now:\n")
    blocked = out[out.index("  blocked: ") : out.index("  open-follow-up: ")]
    assert "\n      by when: Tue 4 Mar 2025, 13:00 CST: `think/1` is due then\n" in blocked
    owed = out[out.index("`answer/1` is still") :]
    assert "by when: Tue 4 Mar 2025, 11:00 CST: `answer/1` is due then\n" in owed
    assert "\n      if not: when it is late: Deputy juvenile officer is told\n" in owed
    assert "\n      rule: more.yaml:" in owed
    assert "who else" not in out


def test_why_of_follow_ups_meetings_and_facts(pk: Command, case: str) -> None:
    """`--kind` says what to do with it; what must come with it is asked for, and who else could."""
    ran = pk("case", "why", case, "answer", "--kind", "waive", *SUPERVISOR, *MORNING)
    assert (0, True) == (ran.code, ran.out.startswith("s-1 may waive `answer` now, as supervisor."))
    assert "\n  with it: To waive `answer` needs a reason" in ran.out
    assert "\n  by when: Tue 4 Mar 2025, 11:00 CST: `answer/1` is due then\n" in ran.out
    ran = pk("case", "why", case, "answer", *DJO, *MORNING)
    assert (1, True) == (ran.code, "u-17 may not complete `answer` now:\n" in ran.out)
    assert "\n  who could: supervisor\n" in ran.out
    assert 0 == pk("case", "why", case, "team", "--kind", "set", *SUPERVISOR, *MORNING).code
    assert 0 == pk("case", "why", case, "age", *DJO, *MORNING).code
    wrong = pk("case", "why", case, "answer", "--kind", "finish", *DJO, *MORNING)
    assert (2, True) == (wrong.code, "invalid choice: 'finish'" in wrong.err)


def test_why_of_an_act_that_several_must_sign(pk: Command, case: str) -> None:
    """Doing it signs it; the answer says who must too, and `show` what is missing."""
    out = pk("case", "why", case, "agree", *DJO, *MORNING).out
    assert "\n  this signs it; supervisor must agree too\n" in out
    pk("case", "do", case, "agree", *DJO, *MORNING)
    shown = pk("case", "show", case, *MORNING).out
    said = "  waits for sign-offs: agree, signed by u-17 (Deputy juvenile officer)\n"
    assert f"{said}      still missing: supervisor\n" in shown
    (one,) = answer(pk, "show", case, *MORNING)["case"]["proposals"]
    assert ("agree", ["supervisor"]) == (one["what"], one["missing"])


def test_why_as_json(pk: Command, case: str) -> None:
    """The same for programs: one act, or all of them."""
    one = answer(pk, "why", case, "close", "--protocol", "more.yaml", *SUPERVISOR, *MORNING)["why"]
    assert (False, "act", []) == (one["allowed"], one["kind"], one["others"])
    blocked = next(found for found in one["reasons"] if found["name"] == "blocked")
    assert ("2025-03-04T19:00:00Z", "`think/1` is due then", "more.yaml") == (
        blocked["by_when"],
        blocked["by_when_is"],
        blocked["file"],
    )
    every = answer(pk, "why", case, *DJO, *MORNING)["why"]
    assert set(every[0]) == set(one)


# -- todo ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--for-organization", "court"), "send think"),
        (("--strength", "should"), "think"),
        (("--follow-up", "answer"), "answer"),
        (("--before", "2025-03-04 11:00"), "visit_home"),
        (("--before", "2025-03-04 12:00"), "visit_home answer"),
        (("--of-protocol", "tiny"), "visit_home answer send think"),
        (("--of-protocol", "other"), ""),
        (("--late",), ""),
        (("--limit", "2"), "visit_home answer"),
    ],
)
def test_todo_filters(pk: Command, case: str, words: tuple[str, ...], expected: str) -> None:
    """Only what is asked about, in the words of the API; with the total."""
    found = answer(pk, "todo", case, *words, *MORNING)
    assert expected.split() == [one["follow_up"] for one in found["todo"]]
    assert (4 if "--limit" in words else len(expected.split())) == found["total"]


def test_todo_late(pk: Command, case: str) -> None:
    """As of now; and when nothing is."""
    assert "Nothing is late.\n" == pk("case", "todo", "--late", *MORNING).out
    late = pk("case", "todo", "--late", "--clock", "2025-03-04 11:30").out
    assert [f"{case}  visit_home:", f"{case}  answer:"] == [
        " ".join(line.split(" ")[:3]) for line in late.splitlines()
    ]


def test_todo_pages(pk: Command, case: str) -> None:
    """Where to go on is said beside the answer; the last page has no next one."""
    words = ("todo", case, "--limit", "3", *MORNING)
    first = pk("case", *words)
    place = answer(pk, *words)["next"]
    assert f"There are more, 4 in all: go on with --after {place}\n" == first.err
    last = pk("case", *words, "--after", place)
    assert (1, "") == (len(last.out.splitlines()), last.err)
    assert "" == answer(pk, *words, "--after", place)["next"]
    end = answer(pk, "todo", case, "--limit", "4", *MORNING)
    assert ("", 4) == (end["next"], end["total"])
    wrong = pk("case", *words, "--after", "there")
    assert (2, True) == (wrong.code, "`there` is no place in this answer" in wrong.err)
    assert 2 == pk("case", "todo", "--limit", "0", *MORNING).code


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--for-organization", "cuort"), "--for-organization: there is no organization `cuort`"),
        (("--follow-up", "anwser"), "--follow-up: there is no follow-up `anwser`"),
        (("--strength", "strong"), "invalid choice: 'strong'"),
        (("--before", "soon"), "--before: `soon` is no time"),
    ],
)
@pytest.mark.usefixtures("case")
def test_slips_in_filters(pk: Command, words: tuple[str, ...], says: str) -> None:
    """They must never look as if nothing were owed."""
    ran = pk("case", "todo", *words, *MORNING)
    assert (2, "", True) == (ran.code, ran.out, says in ran.err)


def test_one_local_time_before_which_it_is_due(pk: Command, case: str) -> None:
    """Fits cases of one zone only."""
    text = TINY.replace("America/Chicago", "America/Halifax").replace("id: tiny", "id: east")
    Path("east.yaml").write_text(text, encoding="utf-8")
    pk("case", "open", "east.yaml", "--id", "c-2", *DJO, *MORNING)
    now = ("--clock", "2025-03-04 12:00-06:00")
    ran = pk("case", "todo", "--before", "2025-03-04 12:00", *now)
    assert (2, True) == (ran.code, "--before: the cases are in several time zones" in ran.err)
    found = pk("case", "todo", "--before", "2025-03-04 11:00-06:00", *now)
    assert [True] == [line.startswith(f"{case}  visit_home") for line in found.out.splitlines()]


def test_what_is_missing_and_vacant_is_shown(pk: Command, case: str) -> None:
    """Recipients, shares, vacancies, who is left out, what waits for a fact and who knows it."""
    out = pk("case", "show", case, *MORNING).out
    assert "  visit_home: caseworker (vacant: nobody is named yet)" not in out
    assert "  visit_home: caseworker owes it (vacant: nobody is named yet), by Tue 4 Mar" in out
    assert "  send: Deputy juvenile officer owes it to supervisor, by" in out
    assert "      still missing: Deputy juvenile officer and supervisor\n" in out
    assert "  left out of send: minor, because nobody knows better\n" in out
    assert "because age is unknown: look\n      who can record it: Deputy juvenile officer" in out
    todo = pk("case", "todo", case, *MORNING).out
    assert "\nsend: Deputy juvenile officer for supervisor, by" in todo
    pk("case", "complete", case, "think", *DJO, *MORNING)
    assert "      still missing: supervisor\n" in pk("case", "show", case, *MORNING).out


# -- pending and what is left ----------------------------------------------------------


def test_pending_up_to_a_horizon(pk: Command, case: str) -> None:
    """As far as is asked, page by page, with the total."""
    until = ("--until", "2025-03-04 11:30")
    found = answer(pk, "pending", case, *until, "--limit", "1", *MORNING)
    assert (1, True, ["visit_home"]) == (
        len(found["pending"]),
        found["total"] > 1,
        [one["what"] for one in found["pending"]],
    )
    words = ("pending", case, *until, "--limit", "1", "--after", found["next"], *MORNING)
    assert f"{found['total']} in all" in pk("case", *words).err
    assert "answer is late" in pk("case", *words).out
    everything = answer(pk, "pending", case, *MORNING)
    assert ("", len(everything["pending"])) == (everything["next"], everything["total"])
    over = ("pending", case, "--after", "2035-01-01T00:00:00Z,1", *MORNING)
    assert "Time alone will do nothing more to this case.\n" == pk("case", *over).out


def test_what_is_left_until_closing(pk: Command, case: str) -> None:
    """The same words in `show` and in `pending --until-closing`; nothing once it is closed."""
    expected = """\
Until this case can be closed:
  close by supervisor: reported -> closed
      blocked: `close` must wait until `think/1` is done: think.
          by when: Tue 4 Mar 2025, 13:00 CST: `think/1` is due then
  still owed: visit_home/1 (caseworker), by Tue 4 Mar 2025, 10:00 CST
  still owed: answer/1 (supervisor), by Tue 4 Mar 2025, 11:00 CST
  still owed: send/1 (Deputy juvenile officer), by Tue 4 Mar 2025, 12:00 CST
"""
    assert expected == pk("case", "pending", case, "--until-closing", *MORNING).out
    assert pk("case", "show", case, *MORNING).out.endswith(expected)
    left = answer(pk, "pending", case, "--until-closing", *MORNING)["left"]
    assert left == answer(pk, "show", case, *MORNING)["left"]
    assert ["visit_home/1", "answer/1", "send/1"] == [one["instance"] for one in left["holding"]]


def test_nothing_is_left_of_a_closed_case(pk: Command, tiny: str) -> None:
    """Said plainly."""
    pk("case", "open", tiny, "--id", "c-1", *DJO, *MORNING)
    pk("case", "do", "c-1", "report", *DJO, *MORNING)
    pk("case", "complete", "c-1", "answer", *SUPERVISOR, *MORNING)
    pk("case", "do", "c-1", "close", *SUPERVISOR, *MORNING)
    assert "The case is closed.\n" == pk("case", "pending", "c-1", "--until-closing", *NOON).out
    assert "Until this case" not in pk("case", "show", "c-1", *NOON).out
    assert answer(pk, "show", "c-1", *NOON)["left"]["closed"] is True


def test_the_published_schema_is_up_to_date() -> None:
    """After a change of the answers: `python tools/generate.py`."""
    Draft202012Validator.check_schema(SCHEMA)
    made = runpy.run_path(str(ROOT / "tools/generate.py"))["generated"]()
    assert json.loads(made["schemas/answers.schema.json"]) == SCHEMA, "run: tools/generate.py"


def test_the_schema_refuses_what_is_no_answer(pk: Command, case: str) -> None:
    """A key that is missing or of another kind is found, at any depth."""
    checker = Draft202012Validator(SCHEMA)
    found = answer(pk, "show", case, *MORNING)
    assert checker.is_valid(found)
    found["case"]["open"][0]["due"] = 7
    assert not checker.is_valid(found)
    del found["case"]["open"][0]["due"]
    assert not checker.is_valid(found)
    assert not checker.is_valid({"version": 1})
