"""`protocolkit case export`: the record for other programs, and paper for when this is down."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cloudevents.core.formats.json import JSONFormat

from protocolkit.api import Actor, Engine, loads, open_store
from protocolkit.semantics.events import Event, replay
from tests.cli.conftest import DJO, MORNING, NOON, Command
from tests.cli.harness import TINY


@pytest.fixture
def lines(pk: Command, cases: None) -> list[str]:  # noqa: ARG001 - made for it
    """The record of all cases, a line for each event."""
    ran = pk("case", "export")
    assert 0 == ran.code, ran.err
    return ran.out.splitlines()


# -- for programs --------------------------------------------------------------------------


def test_every_line_is_a_cloud_event(lines: list[str]) -> None:
    """The package of the CloudEvents project reads each, checks every attribute, and writes the
    same; what we add keeps to the rules for such names.
    """
    for line in lines:
        found = JSONFormat().read(None, line)
        assert json.loads(line) == json.loads(JSONFormat().write(found))
        told = json.loads(line)
        assert {"sequence", "sequencetype", "writtenat"} == told.keys() - {
            *("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data")
        }
        assert re.fullmatch(r"urn:protocolkit:case:[-A-Za-z0-9._~%]+", told["source"])
        assert ("1.0", "application/json") == (told["specversion"], told["datacontenttype"])


def test_an_event_in_its_envelope(lines: list[str]) -> None:
    """Which case and entry it is, what kind, when it happened and when it was written."""
    told = json.loads(lines[2])
    data = told.pop("data")
    assert {
        "specversion": "1.0",
        "id": "c-2/2",
        "source": "urn:protocolkit:case:c-2",
        "type": "protocolkit.case.act",
        "subject": "c-2",
        "time": "2025-03-04T15:00:00Z",
        "datacontenttype": "application/json",
        "sequence": "0000000002",
        "sequencetype": "Integer",
        "writtenat": "2025-03-04T15:00:00Z",
    } == told
    assert ("act", "report", "u-17") == (data["kind"], data["what"], data["actor"])


def test_the_record_reads_back(pk: Command, lines: list[str]) -> None:
    """What was exported adds up to the same cases; ids are stable and there is none twice."""
    told = [json.loads(line) for line in lines]
    assert len(told) == len({(one["source"], one["id"]) for one in told})
    assert lines == pk("case", "export").out.splitlines()
    for case, state in (("c-1", "identified"), ("c-2", "reported"), ("c-3", "closed")):
        own = [one for one in told if one["subject"] == case]
        assert sorted(one["sequence"] for one in own) == [one["sequence"] for one in own]
        found = replay(case, (Event.from_json(one["data"]) for one in own))
        assert (state, len(own)) == (found.states["case"], found.events)


def test_only_the_cases_that_are_named(pk: Command, lines: list[str]) -> None:
    """In the order in which they are named."""
    ran = pk("case", "export", "c-3", "c-1")
    assert [one for one in lines if '"c-3"' in one] + lines[:1] == ran.out.splitlines()
    ran = pk("case", "export", "c-9")
    assert (2, "") == (ran.code, ran.out)
    assert "There is no case `c-9` in this store." in ran.err


def test_a_file_of_ones_own(pk: Command, lines: list[str], tmp_path: Path) -> None:
    """It is new, and nobody else may read it."""
    assert 0 == pk("case", "export", "-o", "all.jsonl").code
    file = tmp_path / "all.jsonl"
    assert lines == file.read_text(encoding="utf-8").splitlines()
    assert 0o600 == file.stat().st_mode & 0o777
    ran = pk("case", "export", "c-1", "-o", "all.jsonl")
    assert (2, "all.jsonl is there already" in ran.err) == (ran.code, True)
    assert lines == file.read_text(encoding="utf-8").splitlines()


# -- on paper ------------------------------------------------------------------------------


class _Reader(HTMLParser):
    """The words of a page, its tags, and everything that it would fetch or run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """Note words."""
        self.words += data.split()

    @property
    def text(self) -> str:
        """All words in a row."""
        return " ".join(self.words)


def _page(pk: Command, *words: str) -> _Reader:
    ran = pk("case", "export", "--format", "html", *words)
    assert (0, "") == (ran.code, ran.err)
    return _Reader(ran.out)


@pytest.mark.usefixtures("cases")
def test_a_sheet_for_each_open_case(pk: Command) -> None:
    """What is due first comes first, in front a list of all; what is closed has no sheet."""
    text = _page(pk, *MORNING).text
    first, second = text.index("Case c-2 As of"), text.index("Case c-1 As of")
    front, of_two, of_one = text[:first], text[first:second], text[second:]
    assert "Work on paper: 2 open cases" in front
    assert "1 c-2 by Tue 4 Mar 2025, 11:00 CST answer supervisor reported" in front
    assert "2 c-1 no date nothing is owed" in front
    assert "Sheet 1 of 2" in of_two
    assert "by Tue 4 Mar 2025, 11:00 CST answer" in of_two
    assert "If nobody acts" in of_two
    assert "11:00 CST : no answer: when it is late: Deputy juvenile officer is told" in of_two
    assert "May be done now" in of_one
    assert "report Deputy juvenile officer" in of_one
    assert "c-3" not in text


@pytest.mark.usefixtures("cases")
def test_a_sheet_has_room_and_says_how_it_comes_back(pk: Command) -> None:
    """Empty lines for day and time, what was done, initials; later each is entered by `--at`."""
    page = _page(pk, "c-1", *MORNING)
    assert "Day, time What was done, and by whom in which role Initials Entered" in page.text
    assert "enter each line with --at and the day and time written here" in page.text
    assert page.tags.count("td") > 4 * 6


def test_a_sheet_has_the_names_that_commands_want(pk: Command, tmp_path: Path) -> None:
    """What is owed can be entered afterwards: by its name, or by the act that does it."""
    text = TINY.replace(
        "\n  answer: {", "\n  answer: {title: Call back the school, met_by: close, "
    )
    (tmp_path / "titled.yaml").write_text(text, encoding="utf-8")
    assert 0 == pk("case", "open", "titled.yaml", "--id", "c-1", *DJO, *MORNING).code
    assert 0 == pk("case", "do", "c-1", "report", *DJO, *MORNING).code
    page = _page(pk, *MORNING).text
    assert "answer: Call back the school Done by close. supervisor" in page
    assert "as in protocolkit case complete CASE NAME" in page


@pytest.mark.usefixtures("cases")
def test_what_is_late_is_marked_without_colour(pk: Command) -> None:
    """By a word: the sheet may be copied in grey. Time has done what it has done by then."""
    assert "LATE since Tue 4 Mar 2025, 11:00 CST" in _page(pk, *NOON).text


@pytest.mark.usefixtures("cases")
def test_no_fact_and_no_key_is_on_paper(pk: Command) -> None:
    """Sheets lie about: what was recorded of the minor does not stand on them."""
    pk("case", "do", "c-1", "report", "--fact", "file_number=F-4711", *DJO, *MORNING)
    assert "F-4711" not in _page(pk, *MORNING).text


@pytest.mark.usefixtures("cases")
def test_a_page_stands_alone(pk: Command) -> None:
    """Nothing is run and nothing fetched; it opens from a stick years later."""
    page = _page(pk, *MORNING)
    assert {"script", "link", "img", "iframe", "object", "form"}.isdisjoint(page.tags)
    assert {"src", "href", "onload", "onclick"}.isdisjoint(page.attributes)
    assert "url(" not in page.text


def test_words_of_a_protocol_stay_words(pk: Command, tmp_path: Path) -> None:
    """Whatever an author calls something, it cannot become part of the page."""
    evil = '"<script>alert(1)</script>&<b>"'
    text = TINY.replace("Larkspur County (invented)", evil.strip('"')).replace(
        "kind: juvenile_officer, title: Deputy juvenile officer",
        f"kind: juvenile_officer, title: {evil}",
    )
    text = text.replace(
        "identified: {initial: true}", f"identified: {{initial: true, title: {evil}}}"
    )
    (tmp_path / "evil.yaml").write_text(text, encoding="utf-8")
    assert 0 == pk("case", "open", "evil.yaml", "--id", "c-1", *DJO, *MORNING).code
    page = _page(pk, *MORNING)
    assert "script" not in page.tags
    assert 3 <= page.text.count("<script>alert(1)</script>&<b>")


@pytest.mark.usefixtures("cases")
def test_a_closed_case_has_no_sheet(pk: Command) -> None:
    """Who names one is told so."""
    ran = pk("case", "export", "c-3", "--format", "html", *MORNING)
    assert (0, "c-3 is closed: there is no sheet for it.\n") == (ran.code, ran.err)
    assert "Work on paper: 0 open cases" in _Reader(ran.out).text


def test_a_case_without_its_protocol_is_named(pk: Command, tmp_path: Path) -> None:
    """Where the store does not have the text, the list in front says that there is no sheet."""
    with closing(open_store(f"sqlite:///{tmp_path / 'cases.db'}")) as store:
        engine = Engine([loads(TINY).model], store)
        engine.open("tiny", by=Actor(id="u-17", roles=frozenset({"djo"})), id="c-1")
    ran = pk("case", "export", "--format", "html")
    assert 0 == ran.code, ran.err
    assert "c-1 is open too. There is no sheet for it" in _Reader(ran.out).text


def test_a_spoilt_case_takes_no_paper_from_the_others(
    pk: Command,
    cases: None,  # noqa: ARG001 - made for it
    tmp_path: Path,
) -> None:
    """It is told of, once, and stands in the list in front; the others have their sheets."""
    with closing(sqlite3.connect(tmp_path / "cases.db")) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            file.execute(f"DROP TRIGGER {name}")
        file.execute("UPDATE pk_event SET body = '{' WHERE case_id = 'c-2' AND sequence = 2")
        file.commit()
    ran = pk("case", "export", "--format", "html", *NOON)
    assert 0 == ran.code, ran.err
    assert 1 == ran.err.count("Careful: c-2 is not brought to now. Entry 2 of case c-2 is damaged")
    page = _Reader(ran.out).text
    assert "c-2 is open too. There is no sheet for it, since it cannot be read." in page
    assert "Work on paper: 1 open case" in page
    ran = pk("case", "list", *NOON)
    assert (0, True) == (ran.code, all(case in ran.out for case in ("c-1", "c-2", "c-3")))


@pytest.mark.parametrize("format", ["jsonl", "html"])
def test_no_file_is_left_when_it_goes_wrong(pk: Command, tmp_path: Path, format: str) -> None:
    """A store that is not there: told with 3, and nothing is made."""
    ran = pk("case", "export", "--format", format, "-o", "out")
    assert (3, "") == (ran.code, ran.out)
    assert [] == list(tmp_path.iterdir())
