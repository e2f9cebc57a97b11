"""The practice checks: what a faithful reading of the study expects, and what it does not.

The two lists beside this file were written from the text of the study before any rule was. A row
tells of one finding; `about` names the kinds of roles that it is about, or says it in words.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from protocolkit.checks import ALL, CHECKS, Report, run
from protocolkit.checks.catalogue import PRACTICE
from protocolkit.ground.findings import CheckInfo, Finding
from protocolkit.ground.record import Record
from protocolkit.language.reading import read_file, read_text
from tests.checks.harness import TODAY, codes, complete, judged

ROOT = Path(__file__).parents[2]
SITES = ("site_a", "site_b")
PAGES = [page for page in ALL if PRACTICE <= page.code < "PK824"]
IN_OTHER_WORDS = {
    "move to another court": "another court",
    "suspicion": "suspicion",
    "the unit": "in the unit",
    "`juvenile_officer` office": "who sits elsewhere",
    "a missing child": "goes missing",
    "assessment": "short form",
    "held or charged": "looks at the case before",
    "held before a review": "looks at the case before",
}
"""What a message says where a row says it without a name."""


class Row(Record):
    """One row of a list."""

    code: str
    expected: str
    about: str


def _rows(site: str) -> list[Row]:
    text = (Path(__file__).parent / f"expected_{site}.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| (PK8\d\d) \| (\w+) \| (.*?) \| §", text, re.MULTILINE)
    return [Row(code=code, expected=expected, about=about) for code, expected, about in cells]


@cache
def _report(name: str) -> Report:
    return run(read_file(ROOT / "protocols" / f"{name}.yaml"), off=(), today=TODAY)


def _found(name: str) -> list[Finding]:
    return [one for one in _report(name).findings if one.code in {page.code for page in PAGES}]


def _is_about(finding: Finding, row: Row, site: str) -> bool:
    """Whether the message names what the row is about: roles by their kind, else by the word."""
    if finding.code != row.code:
        return False
    words = next((says for of, says in IN_OTHER_WORDS.items() if row.about == of), "")
    if words or not row.about.startswith("`"):
        return words in finding.message
    protocol = read_file(ROOT / "protocols" / f"{site}.yaml").protocol
    assert protocol is not None
    named = re.findall(r"`(\w+)`", finding.message)
    kinds = {protocol.roles[name].kind for name in named if name in protocol.roles}
    wanted = set(re.findall(r"`(\w+)`", row.about))
    more = row.about.rpartition("`")[2].strip()
    return all(one in kinds or one in finding.message for one in wanted) and (
        not more or more in finding.message
    )


@pytest.mark.parametrize(
    ("site", "row"),
    [
        pytest.param(site, row, id=f"{site}-{row.code}-{number}")
        for site in SITES
        for number, row in enumerate(_rows(site))
        if row.expected == "yes"
    ],
)
def test_what_the_study_tells_is_lacking_is_found(site: str, row: Row) -> None:
    """Each `yes` of the lists is one finding."""
    assert 1 == len([one for one in _found(site) if _is_about(one, row, site)])


@pytest.mark.parametrize("site", SITES)
def test_nothing_else_is_found(site: str) -> None:
    """A finding that no `yes` expects stands for a `silent`, never for a `no`."""
    rows = _rows(site)
    expected = Counter(row.code for row in rows if row.expected == "yes")
    more = Counter(one.code for one in _found(site)) - expected
    unexpected = [
        one
        for one in _found(site)
        if one.code in more
        and not any(_is_about(one, row, site) for row in rows if row.expected in ("yes", "silent"))
    ]
    assert [] == unexpected
    assert all(more[code] <= sum(row.code == code for row in rows) for code in more)


@pytest.mark.parametrize("site", SITES)
def test_the_lists_are_whole(site: str) -> None:
    """Every practice check is judged for each site, so that none slips by."""
    rows = _rows(site)
    assert {page.code for page in PAGES} == {row.code for row in rows}
    assert {"yes", "no", "silent"} >= {row.expected for row in rows}


def test_what_the_study_recommends_has_no_finding() -> None:
    """Nor does it need to have one accepted."""
    text = (ROOT / "protocols" / "recommended.yaml").read_text(encoding="utf-8")
    assert "ignore[" not in text
    assert "not_applicable" not in text
    assert () == _report("recommended").findings


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_each_can_be_answered_in_the_protocol(page: CheckInfo) -> None:
    """With a reason; the finding stays in the report and is no longer open."""
    answer = f"not_applicable: {{{page.code}: it is settled in our agreement}}\n"
    report = judged(page.wrong + answer, off={one.info.code for one in CHECKS} - {page.code})
    assert {page.code} == {one.code for one in report.findings}
    assert {"it is settled in our agreement"} == {one.suppressed for one in report.findings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.code)
def test_a_message_speaks_of_the_protocol(page: CheckInfo) -> None:
    """It never says that an agency does not do something: the file cannot tell that."""
    for finding in judged(page.wrong, off=()).findings:
        if finding.code == page.code:
            assert finding.message.startswith("The protocol does not state ")
            assert finding.help
    assert "agency does not" not in f"{page.summary} {page.why} {page.how}"


def test_one_cause_is_told_once() -> None:
    """Without a team, nothing more is told of the team; without a report, nothing of the report."""
    alone = {"PK805", "PK806", "PK813", "PK817"}
    assert set() == alone & {one.code for one in _found("site_b")}
    assert set() == {"PK802", "PK807"} & {one.code for one in _found("site_b")}


def test_they_run_in_their_profile_only() -> None:
    """A plain `check` is about what is wrong, not about what a study would advise."""
    found = run(read_file(ROOT / "protocols" / "site_b.yaml"), today=TODAY).findings
    assert [] == [one.code for one in found if one.code.startswith(PRACTICE)]


def test_a_protocol_without_words_of_ours_is_still_judged() -> None:
    """Kinds are enough for most; where a topic is needed the help says which."""
    assert {"PK801", "PK804", "PK820"} <= {one.code for one in judged("", off=()).findings}
    assert not any(code.startswith(PRACTICE) for code in codes(""))
    assert read_text(complete("")).ok


def test_who_is_asked_for_in_a_circle_is_nobody() -> None:
    """Two acts, each for whoever did the other: nothing is told of who they are, and it ends."""
    report = judged(
        "triggers:\n"
        "  ask: {who: {actor_of: answer}, topics: report}\n"
        "  answer: {who: {actor_of: ask}, topics: [plan, sanction]}\n"
        "  close: {who: djo, moves: {from: identified, to: closed}}\n",
        off=(),
    )
    assert {"PK807", "PK805", "PK822", "PK818"} <= {one.code for one in report.findings}
