"""`protocolkit test`: scenario files from the command line."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.cli.harness import ROOT, TINY

START = "start: 2025-03-04 09:00, steps: [{open: {by: djo}}"
GOOD = f"protocol: tiny.yaml\nscenarios:\n  good: {{title: It begins, {START}]}}\n"
EXPECTS = "{expect: {states: {case: reported}}}"
BAD = f"protocol: tiny.yaml\nscenarios:\n  not_so: {{{START}, {EXPECTS}]}}\n"
TOUCHED = (
    "coverage of tiny: 0 of 5 acts done, 0 of 2 moves made, 0 of 6 fates of follow-ups, "
    "0 of 1 levels reached, 0 of 1 exceptions used, 0 of 7 refusals seen\n"
)
FAULTY = f"protocol: slip.yaml\nscenarios:\n  faulty: {{{START}]}}\n"


@pytest.fixture
def stories(tmp_path: Path, tiny: str) -> Path:
    """A folder with stories that hold, that do not, and of a protocol with an error."""
    folder = tmp_path / "stories"
    folder.mkdir()
    text = (tmp_path / tiny).read_text(encoding="utf-8")
    (folder / tiny).write_text(text, encoding="utf-8")
    slip = TINY.replace("to: reported}", "to: reportd}")
    (folder / "slip.yaml").write_text(slip, encoding="utf-8")
    for name, story in (("good", GOOD), ("bad", BAD), ("faulty", FAULTY), ("faulty2", FAULTY)):
        (folder / f"{name}.scenarios.yaml").write_text(story, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("stories")
def test_a_line_for_each_scenario(pk: Command) -> None:
    """Its title, that it passed, and a count at the end; exit code 0."""
    ran = pk("test", "stories/good.scenarios.yaml")
    assert (0, "") == (ran.code, ran.err)
    assert (
        f"stories/good.scenarios.yaml\n  passed  It begins\n{TOUCHED}1 passed, 0 failed\n"
        == ran.out
    )


@pytest.mark.usefixtures("stories")
def test_a_difference_has_its_place(pk: Command) -> None:
    """What was expected and what was found, where that stands in the file; exit code 1."""
    ran = pk("test", "stories/good.scenarios.yaml", "stories/bad.scenarios.yaml")
    column = BAD.splitlines()[2].index("reported") + 1
    place = f"stories/bad.scenarios.yaml:3:{column}"
    assert (1, "") == (ran.code, ran.err)
    assert ran.out.endswith(
        "stories/bad.scenarios.yaml\n"
        "  FAILED  not so\n"
        "    Tue 2025-03-04 09:00  expected  found\n"
        f"    state of `case`       reported  identified  {place}\n"
        f"{TOUCHED}1 passed, 1 failed\n"
    )


def test_a_story_before_its_protocol_was_in_force(pk: Command, stories: Path) -> None:
    """It fails with its place, and the other stories are run all the same."""
    text = TINY.replace("id: tiny\n", "id: tiny\nin_force: {from: 2025-04-01}\n")
    (stories / "tiny.yaml").write_text(text, encoding="utf-8")
    later = GOOD.replace("03-04", "04-04").replace("It begins", "It begins later")
    (stories / "later.scenarios.yaml").write_text(later, encoding="utf-8")
    ran = pk("test", "stories/good.scenarios.yaml", "stories/later.scenarios.yaml")
    place = f"stories/good.scenarios.yaml:3:{GOOD.splitlines()[2].index('open:') + 1}"
    said = f"open                  a case    No version of `tiny` was in force then.  {place}\n"
    assert (1, True) == (ran.code, said in ran.out)
    assert ran.out.endswith(f"  passed  It begins later\n{TOUCHED}1 passed, 1 failed\n")


@pytest.mark.usefixtures("stories")
def test_a_faulty_file_is_reported_and_not_run(pk: Command) -> None:
    """Its findings look as those of `check` do, each once; the other files are run."""
    ran = pk("test", "stories")
    assert (1, "") == (ran.code, ran.err)
    assert 1 == ran.out.count("There is no state `reportd`.")
    assert 1 == ran.out.count("--> stories/slip.yaml:23:35\n")
    assert "= help: did you mean `reported`?" in ran.out
    assert "1 error in 1 file.\n" in ran.out
    assert ran.out.endswith("1 passed, 1 failed; files with errors, not run: 2\n")


@pytest.mark.usefixtures("stories")
def test_a_folder_stands_for_its_scenario_files(pk: Command) -> None:
    """Each file once, though it is named twice; protocols in it are passed by."""
    ran = pk("test", "stories", "stories/good.scenarios.yaml", "--format", "json")
    files = [one["file"] for one in json.loads(ran.out)["files"]]
    names = ("bad", "faulty", "faulty2", "good")
    assert [str(Path("stories", f"{name}.scenarios.yaml")) for name in names] == files


@pytest.mark.usefixtures("stories")
def test_results_as_json(pk: Command) -> None:
    """The same for programs: counts, findings, and each difference with its place."""
    ran = pk("test", "stories", "--format", "json")
    answer = json.loads(ran.out)
    assert (1, 1, 1, 1) == (ran.code, answer["version"], answer["passed"], answer["failed"])
    bad, faulty, _, good = answer["files"]
    assert ("PK101", []) == (faulty["findings"][0]["code"], faulty["scenarios"])
    assert {
        "name": "good",
        "title": "It begins",
        "line": 3,
        "column": 3,
        "passed": True,
        "steps": 1,
        "differences": [],
    } == good["scenarios"][0]
    assert {
        "file": "stories/bad.scenarios.yaml",
        "line": 3,
        "column": BAD.splitlines()[2].index("reported") + 1,
        "when": "Tue 2025-03-04 09:00",
        "about": "state of `case`",
        "expected": "reported",
        "found": "identified",
    } == bad["scenarios"][0]["differences"][0]


@pytest.mark.usefixtures("stories")
def test_what_no_scenario_touches(pk: Command) -> None:
    """It is listed on request, part by part; the count stays the last line."""
    ran = pk("test", "stories/good.scenarios.yaml", "--coverage")
    lines = ran.out.splitlines()
    start = lines.index("What no scenario of tiny touches:")
    assert ["  acts done", "    `report`", "    `name_caseworker`"] == lines[start + 1 : start + 4]
    assert "    `answer` declined" in lines
    assert "    `alone` of `team`" in lines
    assert "    `rest` without `grown`" in lines
    assert [TOUCHED.strip(), "1 passed, 0 failed"] == lines[-2:]


@pytest.mark.usefixtures("stories")
def test_results_as_junit(pk: Command) -> None:
    """For systems that run tests at every change; the exit code tells too."""
    ran = pk("test", "stories", "--format", "junit")
    root = ET.fromstring(ran.out)
    assert (1, "testsuites", "4") == (ran.code, root.tag, root.get("tests"))
    assert ("1", "2") == (root.get("failures"), root.get("errors"))


@pytest.mark.parametrize("format", ["text", "json", "junit"])
@pytest.mark.usefixtures("stories")
def test_what_cannot_be_opened_ends_with_3(pk: Command, format: str) -> None:
    """The other files are run all the same."""
    ran = pk("test", "no.scenarios.yaml", "stories/good.scenarios.yaml", "--format", format)
    expected = "protocolkit: no.scenarios.yaml cannot be opened: No such file or directory.\n"
    assert (3, expected) == (ran.code, ran.err)
    assert "It begins" in ran.out
    assert 3 == pk("test", "nowhere").code


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "missing: PATH\nSee `protocolkit test --help`."),
        (("stories/tiny.yaml",), "stories/tiny.yaml is no file of scenarios: the names of those"),
        (("empty",), "There is no scenario in empty: no file *.scenarios.yaml."),
        (("stories", "--format", "xml"), "there is no format `xml`; there are text, json, junit"),
    ],
)
def test_what_makes_no_sense(pk: Command, stories: Path, words: tuple[str, ...], says: str) -> None:
    """A slip is told with 2: nothing to run is not the same as nothing failed."""
    (stories.parent / "empty").mkdir()
    ran = pk("test", *words)
    assert (2, "") == (ran.code, ran.out)
    assert says in ran.err


def test_a_new_protocol_can_be_acted_out(pk: Command, tmp_path: Path) -> None:
    """What `new` writes passes, and its page and the project's say how to see that."""
    assert 0 == pk("new", "my-county", "--yes").code
    ran = pk("test", "my-county")
    assert (0, "2 passed, 0 failed") == (ran.code, ran.out.splitlines()[-1])
    page = (tmp_path / "my-county" / "README.md").read_text(encoding="utf-8")
    assert "`protocolkit test .`" in page
    assert "`protocolkit test my-county`" in (ROOT / "README.md").read_text(encoding="utf-8")
