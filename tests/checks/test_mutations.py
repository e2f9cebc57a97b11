"""One careless edit of a healthy protocol is found by the check that is meant for it, and by
nothing else but what is bound to come with it. Every check is on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import combinations
from pathlib import Path

import pytest

from protocolkit.checks import ALL, run
from protocolkit.checks.catalogue import PROOFS
from protocolkit.cli.roster import everybody
from protocolkit.language.reading import read_text
from protocolkit.proofs.promises import promises
from protocolkit.proofs.questions import Asker
from tests.checks.harness import CASES, TODAY
from tests.checks.mutations import RECOMMENDED, Edit, edits
from tests.checks.test_pages import NOTHING_OLD_YET
from tests.proofs.test_seeded_faults import ENOUGH, FAULTS

EDITS = tuple(edits())


def _codes(text: str) -> set[str]:
    return {one.code for one in run(read_text(text), off=(), today=TODAY).findings}


def test_the_protocol_is_healthy_to_begin_with() -> None:
    """Whatever is found comes from the edit."""
    assert set() == _codes(RECOMMENDED)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{edit.code} {edit.name}")
def test_an_edit_is_found_by_the_check_that_is_meant_for_it(edit: Edit) -> None:
    """And what is only a consequence is not told besides."""
    assert {edit.code} | edit.also == _codes(edit.text)


def test_there_are_many_different_edits() -> None:
    """At least a hundred and thirty of them, none of them twice, and few that come with others."""
    assert len({edit.text for edit in EDITS}) == len(EDITS) >= 130
    assert sum(bool(edit.also) for edit in EDITS) <= len(EDITS) // 10


_DAYS = """
  told_on: {type: date, recorded_by: investigator, title: The day on which the reporter was told}
  asked_on: {type: date, recorded_by: djo, title: The day on which the reporter asked}

terms:
"""
UNDECIDED = RECOMMENDED.replace("\nterms:\n", _DAYS[1:]).replace(
    "properties:\n",
    'properties:\n  heard: {kind: never, condition: "days_between(asked_on, told_on) > 5"}\n',
)
"""A promise that no search decides, since how far two days are apart is not followed."""

# -- the people ------------------------------------------------------------------------------

ROSTER = """\
people:
  u-11: {roles: [djo]}
  u-12: {roles: [djo, truancy_officer]}
  u-21: {roles: [supervisor]}
  u-22: {roles: [deputy_supervisor]}
  u-31: {roles: [judge, court_administrator]}
  u-32: {roles: [judge]}
  u-41: {roles: [investigator]}
  u-51: {roles: [caseworker, division_manager]}
  u-61: {roles: [service_provider]}
  u-71: {roles: [minors_attorney]}
"""


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        pytest.param("", "", set(), id="enough people"),
        pytest.param("judge, court_administrator]}", "judge]}", {"PK304"}, id="no administrator"),
        pytest.param("  u-41: {roles: [investigator]}\n", "", {"PK304"}, id="no investigator"),
        pytest.param(", division_manager", "", {"PK304"}, id="no manager"),
        pytest.param(
            "supervisor]}\n  u-22: {roles: [deputy_supervisor]}",
            "supervisor, deputy_supervisor]}",
            {"PK305"},
            id="the deputy is the supervisor",
        ),
        pytest.param("  u-11: {roles: [djo]}\n", "", {"PK305"}, id="one officer"),
    ],
)
def test_an_edit_of_the_roster_is_found(
    old: str, new: str, codes: set[str], tmp_path: Path
) -> None:
    """Where nobody is left for something, and where one person is all there is."""
    roster = tmp_path / "roster.yaml"
    assert old == "" or ROSTER.count(old) == 1
    roster.write_text(ROSTER.replace(old, new) if old else ROSTER, encoding="utf-8")
    people = everybody(str(roster))
    report = run(read_text(RECOMMENDED), off=(), today=TODAY, people=people)
    assert codes == {one.code for one in report.findings}


# -- each code in protocols that have nothing to do with each other ---------------------------


def _positives() -> dict[str, list[str]]:
    """By code, the protocols in which it is found: pages, files of cases, edits, seeded faults."""
    found: dict[str, list[str]] = defaultdict(list)
    for page in ALL:
        found[page.code].append(page.wrong)
    for file in sorted(CASES.glob("*/bad-*.yaml")):
        found[file.parent.name[:5]].append(file.read_text(encoding="utf-8"))
    for edit in EDITS:
        found[edit.code].append(edit.text)
    for fault in FAULTS:
        text = RECOMMENDED
        for old, new in fault.edits:
            text = text.replace(old, new)
        found[fault.code].append(text)
    found["PK903"].append(UNDECIDED)
    return found


def _is_another(one: str, other: str) -> bool:
    """Whether two protocols are no versions of each other: they share few lines."""
    lines = [{line for line in re.split(r"\n\s*", text) if line} for text in (one, other)]
    return len(lines[0] & lines[1]) <= min(map(len, lines)) / 2


POSITIVES = _positives()


@pytest.mark.parametrize("code", [page.code for page in ALL if page.code not in NOTHING_OLD_YET])
def test_every_code_is_found_in_two_unrelated_protocols(code: str) -> None:
    """So that no check knows only the one file it was written for."""
    assert any(_is_another(one, other) for one, other in combinations(POSITIVES[code], 2))


def test_a_promise_that_cannot_be_decided_is_not_called_kept() -> None:
    """In the recommended protocol, as on the page."""
    protocol = read_text(UNDECIDED).protocol
    assert protocol is not None
    heard = {"heard": protocol.properties["heard"]}
    (result,) = promises(Asker(protocol.replace(properties=heard), budget=ENOUGH))
    assert ("not proved", "PK903") == (result.verdict, result.code)


def test_what_only_verify_finds_is_seeded_by_itself() -> None:
    """Those faults are put in by hand, and told as stories, with the proofs."""
    assert set() == {edit.code for edit in EDITS} & {page.code for page in PROOFS}
