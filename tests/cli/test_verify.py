"""`protocolkit verify`: what holds, what can be broken, and stories that can be acted out."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import protocolkit
from protocolkit.bundled import bundled
from protocolkit.checks.catalogue import PROOFS
from protocolkit.cli.screen import Screen
from protocolkit.cli.verify.wording import KINDS, LOOK_ON, NO_TEST, kind_of
from protocolkit.ground.errors import ProtocolError, UsageError
from protocolkit.ground.findings import CheckInfo
from protocolkit.proofs import IN_WORDS
from tests.checks.harness import complete
from tests.checks.test_pages import NOT_PLAIN
from tests.cli.conftest import Command
from tests.cli.harness import RECOMMENDED, SITE_A, Ran
from tests.docs.reading_grade import grade

GOOD = complete("")
"""Two states, one act, one role."""
LOST = complete(
    "follow_ups:\n  tell_the_family: {opens_with: close, who: djo, due: within 48 hours}\n"
)
"""The closing of a case drops what it has opened itself."""
VACUOUS = complete(
    next(one.wrong for one in PROOFS if one.code == "PK902").replace("late_is_told", "late")
)
UNDECIDED = complete(next(one.wrong for one in PROOFS if one.code == "PK903"))
SLIP = GOOD.replace("to: closed", "to: clsed")

SCHEMA = json.loads(bundled("schemas", "verify.schema.json").read_text(encoding="utf-8"))

of_each_proof = pytest.mark.parametrize("page", PROOFS, ids=lambda page: page.code)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Protocols that hold, that can be broken, that no case could test, and one with an error."""
    texts = {"good": GOOD, "lost": LOST, "vacuous": VACUOUS, "undecided": UNDECIDED, "slip": SLIP}
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def wrong(page: CheckInfo, folder: Path) -> tuple[str, ...]:
    """What to ask of the wrong example of a page, for an office with one person."""
    (folder / "it.yaml").write_text(complete(page.wrong), encoding="utf-8")
    (folder / "roster.yaml").write_text("people:\n  u-17: {roles: [djo]}\n", encoding="utf-8")
    return ("it.yaml", "--roster", "roster.yaml")


def proofs(ran: Ran) -> str:
    """What is said before the table of who is needed for what."""
    return ran.out.partition("INTERNAL")[0]


def as_json(ran: Ran) -> dict[str, Any]:
    """What a program reads; it is as the schema says, and plain ASCII."""
    data = json.loads(ran.out)
    jsonschema.validate(data, SCHEMA)
    assert ran.out.isascii()
    assert isinstance(data, dict)
    return data


# -- for people ------------------------------------------------------------------------


@pytest.mark.usefixtures("files")
def test_what_holds_is_told_in_a_few_lines(pk: Command) -> None:
    """The count, a line for each kind of question, what it rests on; then who is needed."""
    ran = pk("verify", "good.yaml")
    assert (0, "") == (ran.code, ran.err)
    assert (
        "good.yaml: 8 of 8 statements hold.\n"
        "  holds  Some way leads to closing a case.\n"
        "  holds  From wherever a case can come, some way leads to closing it.\n"
        "  holds  A case can be closed if everybody does what they must and limits run out.\n"
        "  holds  No case closes over something that must still be done.\n"
        "  holds  Nothing is dead: each of 3 acts, states and follow-ups can come about.\n"
        "  holds  One thing never leads to the next without end.\n"
        "\n"
        "How long it takes:\n"
        "  From the opening to the closing: at best at once; at worst no limit: in `identified` "
        "nothing says\n"
        "      by when `close` must come; it waits for djo.\n"
        "\n"
        "This takes for granted:\n"
        "  - somebody holds every role\n"
        "  - time runs out when the limits say so\n"
        "\n"
    ) == proofs(ran)
    assert "Without djo no new case can be closed." in ran.out


@pytest.mark.usefixtures("files")
def test_what_can_be_broken_is_told_as_a_case(pk: Command) -> None:
    """The rule as `check` shows it, a numbered story with day and hour, why, and what to do."""
    ran = pk("verify", "lost.yaml")
    assert (1, "") == (ran.code, ran.err)
    _, _, detail = proofs(ran).partition("\n\n")
    assert (
        "can be broken[PK206] finishes-cleanly: No case closes over something that must still be "
        "done.\n"
        " --> lost.yaml:2:3\n"
        "  |\n"
        "2 |   tell_the_family: {opens_with: close, who: djo, due: within 48 hours}\n"
        "  |   ^^^^^^^^^^^^^^^\n"
        "  |\n"
        "  = a case that shows it:\n"
        "      1. Mon 2 Mar 2026, 09:00 CST: Djo opens a case.\n"
        "         The case is now at `identified`.\n"
        "      2. Mon 2 Mar 2026, 09:01 CST: Djo does this: close. (lost.yaml:13)\n"
        "         The case is now at `closed`.\n"
        "         Not owed any more: tell the family.\n"
        "         The case is closed.\n"
        "  = why: The case closes, and `tell_the_family` is never done: tell the family.\n"
    ) == detail.partition("  = looked at:")[0]
    assert "  = what to do: let it open before the case closes, so that the closing" in detail
    assert "(`protocolkit explain PK206`)\n" in detail


def test_one_story_is_told_once(pk: Command, tmp_path: Path) -> None:
    """Where one case shows several faults, the later ones name the first."""
    page = next(one for one in PROOFS if one.code == "PK604")
    (tmp_path / "it.yaml").write_text(complete(page.wrong), encoding="utf-8")
    said = proofs(pk("verify", "it.yaml"))
    assert 1 == said.count("1. Mon 2 Mar 2026, 09:00 CST: Djo opens a case.")
    assert 2 == said.count("= a case that shows it: the same as above, of no-trap\n")


@pytest.mark.usefixtures("files")
def test_what_is_not_sure_never_sounds_sure(pk: Command) -> None:
    """No case could test it, and could not decide, each with why and what to do."""
    vacuous, undecided = (proofs(pk("verify", f"{one}.yaml")) for one in ("vacuous", "undecided"))
    assert "vacuous.yaml: 14 of 15 statements hold; no case could test it: 1.\n" in vacuous
    assert "\nno case could test it[PK902] property `late`: " in vacuous
    assert "undecided.yaml: 9 of 10 statements hold; could not decide: 1.\n" in undecided
    assert "\ncould not decide: It depends on how far two days are apart: `days_" in undecided
    assert "\n  [PK903] property `soon`: It is never so that days" in undecided
    assert "OK" not in vacuous + undecided


@pytest.mark.parametrize("columns", ["60", "80", "120"])
@pytest.mark.usefixtures("files")
def test_lines_fit(pk: Command, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proofs and stories are folded at the width of the terminal."""
    monkeypatch.setenv("COLUMNS", columns)
    for name in ("good", "lost", "undecided"):
        said = proofs(pk("verify", f"{name}.yaml"))
        lines = [line for line in said.splitlines() if not re.match(r" *\d+ \|", line)]
        assert int(columns) >= max(map(len, lines))


@of_each_proof
def test_it_is_easy_to_read(pk: Command, tmp_path: Path, page: CheckInfo) -> None:
    """Grade eight at most, and no word that one has to look up."""
    said = proofs(pk("verify", *wrong(page, tmp_path)))
    assert [] == [found.group() for found in NOT_PLAIN.finditer(said.replace("`", ""))]
    told = re.findall(r"= (?:why|what to do|why it matters): (.*(?:\n {5,}\S.*)*)", said)
    assert told
    for text in told:
        prose = re.sub(r"\s+", " ", re.sub(r"\(`protocolkit.*?`\)", "", text))
        assert 8 >= grade(prose.rstrip(".") + "."), prose


def test_every_kind_of_question_has_its_words() -> None:
    """Easy ones; one that is not known yet is told by its name."""
    for kind in KINDS.values():
        for text in (kind.all_hold.format(n=3), kind.help):
            assert text == "" or grade(f"{text.rstrip('.')}.") <= 8, text
    assert 8 >= max(grade(f"{text}.") for text in (NO_TEST, LOOK_ON))
    assert "Quite new" == kind_of("quite-new").about


# -- for programs ----------------------------------------------------------------------


@pytest.mark.usefixtures("files")
def test_json_says_it_all(pk: Command) -> None:
    """Each answer with its verdict, place and story; the matrix, marked as internal."""
    ran = pk("verify", "lost.yaml", "--format", "json")
    data = as_json(ran)
    (broken,) = (one for one in data["results"] if one["verdict"] == "violated")
    assert (1, 1, []) == (ran.code, data["version"], data["findings"])
    assert {
        "protocol": "base",
        "question": "finishes-cleanly",
        "about": "",
        "code": "PK206",
        "title": "No case closes over something that must still be done.",
        "why": "The case closes, and `tell_the_family` is never done: tell the family.",
        "path": ["follow_ups", "tell_the_family"],
        "file": "lost.yaml",
        "span": {"start": {"line": 2, "column": 3}, "end": {"line": 2, "column": 18}},
    }.items() <= broken.items()
    assert ["open", "act close"] == [one["event"] for one in broken["story"]["steps"]]
    assert [None, 13] == [one["line"] for one in broken["story"]["steps"]]
    (matrix,) = data["contingency"]
    (timing,) = data["times"]
    assert ("opening", "closing", 0, None) == tuple(
        timing[name] for name in ("from", "to", "best", "worst")
    )
    assert (True, "base", []) == (matrix["internal"], matrix["protocol"], matrix["without"])


@of_each_proof
def test_every_answer_is_as_the_schema_says(pk: Command, tmp_path: Path, page: CheckInfo) -> None:
    """Whatever can be broken, tested or decided."""
    data = as_json(pk("verify", *wrong(page, tmp_path), "--format", "json"))
    assert page.code in {one["code"] for one in data["results"] if one["verdict"] != "proved"}


def test_a_real_protocol_is_as_the_schema_says(pk: Command) -> None:
    """With roles gone, a roster, hours of the week and ties."""
    ran = pk("verify", SITE_A, "--format", "json", "--without", "supervisor")
    data = as_json(ran)
    assert ["supervisor"] == data["contingency"][0]["without"]
    assert {"site-a"} == {one["protocol"] for one in data["results"]}


@pytest.mark.usefixtures("files")
def test_faults_of_a_file_stand_in_the_json(pk: Command) -> None:
    """In the shape of `check`; the other protocols are judged all the same."""
    ran = pk("verify", "slip.yaml", "good.yaml", "--format", "json")
    data = as_json(ran)
    assert (1, ["PK101"]) == (ran.code, [one["code"] for one in data["findings"]])
    assert {"good.yaml"} == {one["file"] for one in data["results"] if one["file"]}


# -- how it ends -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "plain", "required"),
    [
        (("good.yaml",), 0, 0),
        (("vacuous.yaml",), 0, 4),
        (("undecided.yaml",), 0, 4),
        (("lost.yaml",), 1, 1),
        (("lost.yaml", "undecided.yaml"), 1, 1),
        (("slip.yaml",), 1, 1),
        (("missing.yaml", "lost.yaml"), 3, 3),
    ],
)
@pytest.mark.usefixtures("files")
def test_exit_codes(pk: Command, words: tuple[str, ...], plain: int, required: int) -> None:
    """1 if something can be broken; with --require-proof 4 if something is not proved."""
    assert (plain, required) == (
        pk("verify", *words).code,
        pk("verify", *words, "--require-proof").code,
    )


@pytest.mark.usefixtures("files")
def test_a_file_with_errors_gets_findings(pk: Command) -> None:
    """As `check` shows them."""
    ran = pk("verify", "slip.yaml")
    assert (1, "") == (ran.code, ran.err)
    assert "error[PK101] undefined-reference: There is no state `clsed`." in ran.out
    assert "statements" not in ran.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("good.yaml", "--without", "djoo"), "there is no role `djoo`. did you mean `djo`?"),
        (("good.yaml", "--format", "xml"), "there is no format `xml`; there are text, json, sarif"),
        (("good.yaml", "--seconds", "0"), "`--situations` and `--seconds` need a number above 0."),
        (("good.yaml", "--seconds", "inf"), "need a number above 0."),
        (("good.yaml", "--situations", "many"), "--situations"),
        (("good.yaml", "--matrix", "good.yaml"), "`--matrix` writes a page FILE.html"),
        (("good.yaml", "lost.yaml", "--matrix", "a.html"), "about one protocol."),
        (("good.yaml", "--roster", "good.yaml"), "a roster has no `protocolkit`"),
        (("st.scenarios.yaml",), "There is no protocol in st.scenarios.yaml"),
    ],
)
@pytest.mark.usefixtures("files")
def test_what_makes_no_sense_is_said(pk: Command, words: tuple[str, ...], says: str) -> None:
    """Before anything is asked of a protocol."""
    ran = pk("verify", *words)
    assert (2, "") == (ran.code, ran.out)
    assert says in ran.err


@pytest.mark.usefixtures("files")
def test_a_search_that_is_cut_short_says_so(pk: Command) -> None:
    """One situation is not enough to prove much; what limit it was, and how to go on."""
    ran = pk("verify", "lost.yaml", "--situations", "1", "--require-proof")
    assert 4 == ran.code
    assert "There are too many situations to go through: the limit of 1" in ran.out
    assert "= what to do: look further with `--seconds` and `--situations`" in ran.out


# -- stories are scenarios -------------------------------------------------------------


@of_each_proof
def test_a_story_is_acted_out_to_the_same_end(pk: Command, tmp_path: Path, page: CheckInfo) -> None:
    """The files that are written pass, whatever kind of fault it is."""
    ran = pk("verify", *wrong(page, tmp_path), "--save-scenarios", "kept/stories")
    if ran.code == 0:
        assert "There is no story to write into kept/stories.\n" == ran.err
        return
    kept = sorted((tmp_path / "kept" / "stories").glob("*.scenarios.yaml"))
    many = "1 story" if len(kept) == 1 else f"{len(kept)} stories"
    told = f"wrote {many} into kept/stories; `protocolkit test kept/stories` acts them out.\n"
    assert told == ran.err
    tested = pk("test", *map(str, kept))
    assert (0, f"{len(kept)} passed, 0 failed") == (tested.code, tested.out.splitlines()[-1])


def test_the_stories_of_several_protocols_lie_side_by_side(pk: Command, tmp_path: Path) -> None:
    """Their names tell the protocol, the question and what it is about."""
    for name in ("one", "two"):
        text = LOST.replace("id: base", f"id: {name}")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    pk("verify", "one.yaml", "two.yaml", "--save-scenarios", "kept")
    assert ["one-finishes-cleanly.scenarios.yaml", "two-finishes-cleanly.scenarios.yaml"] == sorted(
        path.name for path in (tmp_path / "kept").iterdir()
    )


def test_a_story_without_a_role_can_be_acted_out_too(pk: Command) -> None:
    """In Site A, with nobody to engage the team."""
    roles = ("--without", "supervisor", "--without", "investigator")
    assert 1 == pk("verify", SITE_A, *roles, "--save-scenarios", "kept").code
    ran = pk("test", "kept")
    assert 0 == ran.code
    assert ran.out.endswith(" passed, 0 failed\n")
    assert "\n0 passed" not in ran.out


# -- when somebody is not there --------------------------------------------------------


def test_without_a_role(pk: Command) -> None:
    """What still works and what stops; then what holds while nobody has the role."""
    ran = pk("verify", SITE_A, "--without", "supervisor", "--without", "investigator")
    assert 1 == ran.code
    first, _, then = ran.out.partition(f"{SITE_A}, with nobody as Supervisor, juvenile division ")
    assert "Without Supervisor, juvenile division\n  A new case can still be closed." in first
    assert "Without Detective, human trafficking unit\n" in first
    assert "can be broken[PK203] nothing-dead `engage_team`" in then
    assert "somebody holds every role" not in then


@pytest.mark.usefixtures("files")
def test_a_page_for_the_office(pk: Command, tmp_path: Path) -> None:
    """Who is needed for what, with the people of a roster."""
    (tmp_path / "roster.yaml").write_text("people:\n  u-17: {roles: [djo]}\n", encoding="utf-8")
    ran = pk("verify", "good.yaml", "--roster", "roster.yaml", "--matrix", "away.html")
    assert (0, "wrote away.html\n") == (ran.code, ran.err)
    page = (tmp_path / "away.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "u-17" in page


# -- while it runs ---------------------------------------------------------------------


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that is written over; nothing of it in a file, nor on a terminal that cannot."""
    ours, theirs = pty.openpty()
    shown = []
    for term in ("xterm", "dumb"):
        monkeypatch.setenv("TERM", term)
        with os.fdopen(os.dup(theirs), "w") as terminal:
            monkeypatch.setattr(sys, "stderr", terminal)
            screen = Screen()
            screen.passing("it.yaml: 200 situations so far ...")
            screen.passing("")
            screen.note(term)
        said = b""
        while not said.endswith(b"\r\n"):  # what is written bit by bit may come so
            said += os.read(ours, 1000)
        shown.append(said)
    os.close(theirs)
    os.close(ours)
    assert [b"\r\x1b[Kit.yaml: 200 situations so far ...\r\x1b[Kxterm\r\n", b"dumb\r\n"] == shown
    file = io.StringIO()
    monkeypatch.setattr(sys, "stderr", file)
    Screen().passing("it.yaml: 200 situations so far ...")
    assert "" == file.getvalue()


# -- from Python -----------------------------------------------------------------------


@pytest.mark.usefixtures("files")
def test_the_same_from_python() -> None:
    """Of a path or of a loaded protocol; the words of the verdicts are those of the JSON."""
    proof = protocolkit.verify("lost.yaml")
    assert proof == protocolkit.verify(Path("lost.yaml")) == protocolkit.load("lost.yaml").verify()
    assert ["finishes-cleanly"] == [one.question for one in proof.violated]
    assert {one.verdict for one in proof.results} <= set(IN_WORDS)
    short = protocolkit.verify("lost.yaml", situations=1)
    assert short.undecided
    assert () == short.violated
    gone = protocolkit.load("good.yaml").verify(without=["djo"])
    assert ["can-finish"] == [one.question for one in gone.violated]


@pytest.mark.usefixtures("files")
def test_what_python_cannot_ask() -> None:
    """A file with errors, or a role that is not there."""
    with pytest.raises(ProtocolError):
        protocolkit.verify("slip.yaml")
    with pytest.raises(UsageError, match="There is no role `djoo`. did you mean `djo`?"):
        protocolkit.verify("good.yaml", without=["djoo"])


def test_how_long_between_two_things(pk: Command) -> None:
    """`--from` and `--to` ask for one pair; what is not said is the opening, or the closing."""
    ran = pk("verify", RECOMMENDED, "--from", "report_to_supervisor", "--to", "team_engaged")
    assert (
        "From `report_to_supervisor` to `team_engaged`: at best at once; at worst 24 hours, "
        "if nobody is late"
    ) in " ".join(ran.out.split())
    whole = json.loads(pk("verify", RECOMMENDED, "--to", "reported", "--format", "json").out)
    assert [("opening", "reported", 120)] == [
        (one["from"], one["to"], one["worst"]) for one in whole["times"]
    ]
    wrong_name = pk("verify", RECOMMENDED, "--from", "reprot_to_supervisor")
    assert "did you mean `report_to_supervisor`?" in wrong_name.err
