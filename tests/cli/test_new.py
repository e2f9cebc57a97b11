"""`protocolkit new`: twelve questions, and a protocol that works at once."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from protocolkit.bundled import bundled
from protocolkit.checks import run as judge
from protocolkit.cli.questions import HAND_TO, MEETING, PARTNERS, QUESTIONS, STAND_INS
from protocolkit.cli.template import Template
from protocolkit.language.reading import read_file
from protocolkit.model.protocol import Protocol
from protocolkit.scenarios import run_file
from tests.cli.conftest import Command

FILES = [".gitignore", "README.md", "protocol.scenarios.yaml", "protocol.yaml", "roster.yaml"]
BLANKS = [blank for question in QUESTIONS for blank in question.blanks]
ANSWERS = {
    "--notices": "Probation officer: night shift",
    "--tells": "Chief",
    "--stands-in": "judge",
    "--investigates": "Detective",
    "--team": "police, defense",
    "--leads": "supervisor",
    "--report-within": "30 minutes",
    "--meet-within": "5 business days",
    "--meet-every": "2 calendar weeks",
    "--informs": "Family worker",
    "--inform-every": "1 calendar month",
    "--zone": "America/New_York",
    "--hours": "mon-thu 08:00-17:00, fri 08:00-12:00",
    "--county": "Łódź & Søn County",
}


def _protocol(folder: Path) -> Protocol:
    """The protocol that was written, which has no finding at all."""
    reading = read_file(folder / "protocol.yaml")
    assert () == judge(reading).findings
    assert reading.protocol is not None
    return reading.protocol


def _given(answers: dict[str, str]) -> list[str]:
    return [word for option, answer in answers.items() for word in (option, answer)]


def test_twelve_questions_each_with_its_options() -> None:
    """No option twice; the answers of this test name them all."""
    assert 12 == len(QUESTIONS)
    assert list(ANSWERS) == [blank.option for blank in BLANKS]


def test_the_defaults_are_the_template(pk: Command, tmp_path: Path) -> None:
    """With `--yes` the recommended protocol is written as it is, comments and all, but for its
    id; and what to do next is said."""
    ran = pk("new", "mine", "--yes")
    assert 0 == ran.code
    assert sorted(f"wrote {Path('mine', name)}" for name in FILES) == sorted(ran.out.splitlines())
    assert f"Next: protocolkit check {Path('mine', 'protocol.yaml')}\n" == ran.err
    assert FILES == sorted(path.name for path in (tmp_path / "mine").iterdir())
    template = bundled("protocols", "recommended.yaml").read_text(encoding="utf-8")
    written = (tmp_path / "mine" / "protocol.yaml").read_text(encoding="utf-8")
    lines = difflib.ndiff(template.splitlines(), written.splitlines())
    changed = [line for line in lines if line[0] in "+-"]
    assert ["- id: recommended", "+ id: your-county"] == changed


def test_every_answer_finds_its_place(pk: Command, tmp_path: Path) -> None:
    """All answers at once: each stands in the protocol, which still has no finding."""
    assert 0 == pk("new", "mine", *_given(ANSWERS)).code
    protocol = _protocol(tmp_path / "mine")
    assert ANSWERS["--notices"] == protocol.roles["djo"].title
    assert ANSWERS["--tells"] == protocol.roles["supervisor"].title
    assert ANSWERS["--investigates"] == protocol.roles["investigator"].title
    assert ANSWERS["--informs"] == protocol.roles["caseworker"].title
    assert "judge" == protocol.escalations["supervisor_not_there"].levels[0].hand_to
    assert "always" == protocol.roles["judge"].available
    meeting = protocol.meetings["team_meeting"]
    assert ("supervisor", True, True) == (
        meeting.chair.role if meeting.chair else "",
        {"investigator", "minors_attorney"} <= set(meeting.asked),
        {"caseworker", "service_provider"} <= set(meeting.optional),
    )
    assert ["30 minutes", "5 business days", "2 calendar weeks", "1 calendar month"] == [
        str(protocol.parameters[name].value)
        for name in ("report_limit", "plan_limit", "meeting_rhythm", "update_rhythm")
    ]
    assert ("America/New_York", (ANSWERS["--hours"],)) == (
        protocol.timezone,
        protocol.calendars["office"].open,
    )
    assert ("Łódź & Søn County", "odz-sn-county") == (protocol.jurisdiction, protocol.id)


@pytest.mark.parametrize(
    "answers",
    [
        {},
        ANSWERS,
        *({"--stands-in": role} for role in STAND_INS),
        *({"--team": agency} for agency in PARTNERS),
        {"--team": ""},
        {"--team": ",".join(PARTNERS)},
        {"--leads": "judge"},
        {"--leads": "caseworker"},
        {"--county": "123"},
        {"--county": "日本"},
        {"--tells": "yes"},
        {"--tells": 'a "chief": #1, {or} [two]'},
        {"--hours": "always"},
        {"--report-within": "1 minute", "--meet-within": "1 hour", "--meet-every": "1 hour"},
    ],
    ids=str,
)
def test_the_result_is_checked_and_run(
    pk: Command, tmp_path: Path, answers: dict[str, str]
) -> None:
    """Whatever is answered: no finding, every scenario passes, a case opens with the roster."""
    assert 0 == pk("new", "mine", "--yes", *_given(answers)).code
    protocol = _protocol(tmp_path / "mine")
    results = run_file(tmp_path / "mine" / "protocol.scenarios.yaml")
    assert [] == [outcome for outcome in results.outcomes if not outcome.passed]
    assert 2 == len(results.outcomes)
    roster = ("--roster", "mine/roster.yaml")
    ran = pk("case", "open", "mine/protocol.yaml", "--as", "u-17", *roster, "--id", "try-1")
    assert 0 == ran.code
    acts = ("case", "why", "try-1", "report_to_supervisor", "--as", "u-17", *roster)
    assert 0 == pk(*acts).code
    assert protocol.roles["djo"].name in pk("case", "show", "try-1").out


def test_the_roster_knows_every_role(pk: Command, tmp_path: Path) -> None:
    """One invented person for each office, and the file is kept out of version control."""
    pk("new", "mine", "--yes")
    text = (tmp_path / "mine" / "roster.yaml").read_text(encoding="utf-8")
    for role in _protocol(tmp_path / "mine").roles:
        assert f"roles: [{role}]" in text
    assert "roster.yaml\n" in (tmp_path / "mine" / ".gitignore").read_text(encoding="utf-8")


def test_questions_are_asked_until_they_are_answered(pk: Command, tmp_path: Path) -> None:
    """Enter keeps what is there, nonsense is told and asked again, options are not asked."""
    lines = ["", "Chief", "nobody", "judge", "", "", "", "2 days", "3 hours", *[""] * 8]
    ran = pk("new", "mine", "--county", "Larkspur", stdin="\n".join([*lines, ""]).encode())
    assert 0 == ran.code
    assert ran.err.startswith("12 questions. Enter alone keeps what stands in brackets.\n")
    assert "\n2. Whom do they tell?\n   (the title of the office) [Supervisor] " in ran.err
    assert "there is no `nobody` to choose; use one of `court_administrator`" in ran.err
    assert "`days` is not a unit; say `calendar days` or `business days`" in ran.err
    assert "What is your county called?" not in ran.err
    protocol = _protocol(tmp_path / "mine")
    assert ("Chief", "judge", "3 hours", "Larkspur") == (
        protocol.roles["supervisor"].title,
        protocol.escalations["supervisor_not_there"].levels[0].hand_to,
        str(protocol.parameters["report_limit"].value),
        protocol.jurisdiction,
    )


def test_nobody_there_to_answer(pk: Command, tmp_path: Path) -> None:
    """A script that forgot an option is told which, and nothing is written."""
    ran = pk("new", "mine", stdin=b"\n")
    assert (2, "") == (ran.code, ran.out)
    assert "Nobody answers. Give --tells on the command line, or --yes" in ran.err
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("option", "answer", "says"),
    [
        ("--notices", "", "write a few words"),
        ("--notices", "x" * 121, "at most 120 characters"),
        ("--tells", "a\x07b", "write a few words"),
        ("--stands-in", "invstigator", "did you mean `investigator`"),
        ("--team", "police, army", "there is no `army` to choose"),
        ("--leads", "minor", "there is no `minor` to choose"),
        ("--report-within", "soon", "write a number and a unit"),
        ("--meet-every", "2 weeks", "say `calendar weeks`"),
        ("--zone", "Chicago", "`Chicago` is not a time zone"),
        ("--hours", "nine to five", "is not a day"),
    ],
)
def test_an_answer_that_makes_no_sense(
    pk: Command, tmp_path: Path, option: str, answer: str, says: str
) -> None:
    """It is told with its option and what can be written; nothing is."""
    ran = pk("new", "mine", "--yes", option, answer)
    assert (2, "") == (ran.code, ran.out)
    assert ran.err.startswith(f"protocolkit: {option}: ")
    assert says in ran.err
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_written_over(pk: Command, tmp_path: Path, name: str) -> None:
    """One of the files is there already: none is written, it stays as it was."""
    (tmp_path / name).write_text("mine", encoding="utf-8")
    ran = pk("new", ".", "--yes")
    assert (2, "") == (ran.code, ran.out)
    assert f"{name} is there already, and nothing is written over." in ran.err
    assert [name] == [path.name for path in tmp_path.iterdir()]
    assert "mine" == (tmp_path / name).read_text(encoding="utf-8")


# -- the template ----------------------------------------------------------------------


def test_only_what_is_changed_changes() -> None:
    """Comments, quotes and layout of everything else stay."""
    text = "# a\nb: 'x'  # c\nd: [e, f,\n   g]  # h\ni: {j: k}\n"
    template = Template(text)
    assert text == template.text
    template.put("y: z", "b")
    template.put("l", "i", "j")
    template.put_list(["m"], "d")
    assert '# a\nb: "y: z"  # c\nd: [m]  # h\ni: {j: l}\n' == template.text
    assert ("x", ("e", "f", "g")) == (template.value("b"), template.values("d"))


def test_a_long_list_is_folded() -> None:
    """At the place of its first entry, before the line gets too long."""
    template = Template("list: [a]\n")
    names = [f"name_{number}" for number in range(30)]
    template.put_list(names, "list")
    assert 100 >= max(map(len, template.text.splitlines()))
    assert tuple(names) == Template(template.text).values("list")


@pytest.mark.parametrize("path", [("x",), ("a", 5), ("a",), ("b", "c", "d"), ("b",)])
def test_a_place_that_is_not_there(path: tuple[str | int, ...]) -> None:
    """Asking for it is a fault of the one who asks."""
    template = Template("a: [1, 2]\nb: {c: 3}\n")
    with pytest.raises(KeyError):
        template.put("new", *path)


@pytest.mark.parametrize("path", [("x",), ("b",), ("c",)])
def test_a_list_that_is_not_there(path: tuple[str | int, ...]) -> None:
    """A single text or a list of lists is none."""
    with pytest.raises(KeyError):
        Template("b: 1\nc: [[1]]\n").put_list(["new"], *path)


@pytest.mark.parametrize(
    "text",
    ["a", "Judge", "2 hours", "no", "1", "-", "a: b", "a #b", "it's", '"', "é", "a, b", "null"],
)
def test_a_text_reads_back_the_same(text: str) -> None:
    """Whatever it looks like, in brackets too."""
    template = Template("one: a\nmany: [b]\n")
    template.put(text, "one")
    template.put_list([text], "many")
    again = Template(template.text)
    assert (text, (text,)) == (again.value("one"), again.values("many"))


def test_a_template_must_be_readable() -> None:
    """It is ours, so anything else is our fault."""
    with pytest.raises(ValueError, match="readable"):
        Template("a: [")


def test_the_marked_places_are_there() -> None:
    """The recommended protocol still has every place that an answer goes to."""
    template = Template(bundled("protocols", "recommended.yaml").read_text(encoding="utf-8"))
    for blank in BLANKS:
        assert blank.default(template)
    assert template.value(*HAND_TO) in STAND_INS
    assert set(PARTNERS.values()) <= {
        *template.values(*MEETING, "asked"),
        *template.values(*MEETING, "optional"),
    }
