"""The pages: whole, in plain words, true (their examples run), and printed in docs/checks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from protocolkit.checks import ALL, CHECKS, OFF, RETIRED, info, run
from protocolkit.checks.catalogue import OF_ROSTER, PROOFS
from protocolkit.checks.explain import page, pages
from protocolkit.checks.families import accepting
from protocolkit.ground.findings import CheckInfo
from protocolkit.language.faults import FAULTS
from protocolkit.language.reading import read_file, read_text
from protocolkit.proofs import verify
from protocolkit.semantics.actors import Actor
from tests.checks.harness import TODAY, complete

ROOT = Path(__file__).parents[2]
NOTHING_OLD_YET = {"PK007"}
"""Pages without an example: version 1 of the language has nothing deprecated."""

FAMILIES = {
    "PK0": "faults of writing",
    "PK1": "references",
    "PK2": "structure",
    "PK3": "roles",
    "PK4": "conditions",
    "PK5": "time",
    "PK6": "follow-ups",
    "PK7": "confidentiality",
    "PK8": "practice, from the study",
    "PK9": "what the protocol itself promises",
}
ROSTER = (Actor("u-17", roles={"djo"}), Actor("u-18", roles={"supervisor"}))
"""The people of the examples: one in each office."""
COMES_WITH = {"PK604": {"PK205"}}
"""Proofs that never fail alone: while a follow-up holds up a case for good, so it stands."""
NOT_PLAIN = re.compile(
    r"\b(guard|transition|obligation|deadlock|livelock|liveness|vacuous|unreachable|reachable"
    r"|satisfiable|null|parse[sdr]?|node|exception|compliant)s?\b",
    re.IGNORECASE,
)

with_examples = pytest.mark.parametrize(
    "page_",
    [page for page in ALL if page.code not in NOTHING_OLD_YET and page not in PROOFS],
    ids=lambda page: page.code,
)
of_proofs = pytest.mark.parametrize("page_", PROOFS, ids=lambda page: page.code)
every_page = pytest.mark.parametrize("page_", ALL, ids=lambda page: page.code)


def _found(fragment: str, folder: Path, asked: str) -> set[str]:
    """The codes found in a fragment that lies beside a healthy `base.yaml`; of the checks that are
    off only the one that is asked for runs.
    """
    (folder / "base.yaml").write_text(complete(""), encoding="utf-8")
    file = folder / "fragment.yaml"
    file.write_text(complete(fragment), encoding="utf-8")
    people = ROSTER if asked in OF_ROSTER else None
    off = (OFF | OF_ROSTER) - {asked}
    report = run(read_file(file), off=off, today=TODAY, people=people)
    return {finding.code for finding in report.open}


@with_examples
def test_the_wrong_example_gives_this_code_and_no_other(page_: CheckInfo, tmp_path: Path) -> None:
    """Whoever reads the page sees the fault alone."""
    assert {page_.code} == _found(page_.wrong, tmp_path, page_.code)


def _proved(fragment: str) -> set[str]:
    """The codes of what `verify` cannot prove of a fragment, in which `check` finds nothing."""
    reading = read_text(complete(fragment), "it.yaml")
    assert () == run(reading).findings
    assert reading.protocol is not None
    results = verify(reading.protocol, roster=ROSTER).results
    return {
        one.code
        for one in results
        if one.verdict == "violated" or (one.verdict != "proved" and one.question == "property")
    } - {""}


@of_proofs
def test_the_wrong_example_cannot_be_proved(page_: CheckInfo) -> None:
    """`check` sees nothing in it; `verify` finds this and no other."""
    assert {page_.code, *COMES_WITH.get(page_.code, ())} == _proved(page_.wrong)


@of_proofs
def test_the_right_example_is_proved(page_: CheckInfo) -> None:
    """What we show as right holds whatever happens, in the eyes of every question."""
    reading = read_text(complete(page_.right), "it.yaml")
    assert () == run(reading).findings
    assert reading.protocol is not None
    results = verify(reading.protocol, roster=ROSTER).results
    assert {"proved"} == {one.verdict for one in results}


@with_examples
def test_the_right_example_gives_no_finding_at_all(page_: CheckInfo, tmp_path: Path) -> None:
    """What we show as right is right, in the eyes of every check."""
    assert set() == _found(page_.right, tmp_path, page_.code)


@every_page
def test_a_page_says_everything(page_: CheckInfo) -> None:
    """What, why, from where, how it is decided; and a code of a family that exists."""
    assert [] == [
        field for field in ("summary", "why", "source", "how") if not getattr(page_, field).strip()
    ]
    assert page_.code[:3] in FAMILIES
    assert re.fullmatch(r"PK[0-9]{3}", page_.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", page_.name)
    assert (page_.code in NOTHING_OLD_YET) == (not page_.wrong) == (not page_.right)


@every_page
def test_a_page_uses_plain_words(page_: CheckInfo) -> None:
    """No word that a caseworker would have to look up; sentences of at most 30 words."""
    texts = [page_.summary, page_.why, page_.how]
    assert [] == [found.group() for text in texts for found in NOT_PLAIN.finditer(text)]
    sentences = [part for text in texts for part in re.split(r"[.:;?!](?:\s|$)", text)]
    assert [] == [sentence for sentence in sentences if len(sentence.split()) > 30]


def test_codes_and_names_are_unique_and_in_order() -> None:
    """A code and a name lead to one page."""
    codes = [page.code for page in ALL]
    assert sorted(set(codes)) == codes
    assert len({page.name for page in ALL}) == len(ALL)
    proofs = {page.code for page in PROOFS}
    checks = {check.info.code for check in CHECKS}
    assert proofs & checks == {"PK307", "PK308"}, "the same of a roster, by its rules alone"
    of_comments = {page.code for page in accepting.PAGES}
    assert {page.code for page in ALL} == {*FAULTS, *checks, *proofs, *of_comments}


def test_a_retired_code_is_not_given_again() -> None:
    """Whoever finds it in an old report must not be told something else."""
    assert RETIRED.keys().isdisjoint(page.code for page in ALL)
    assert [] == [code for code in RETIRED if info(code) is not None]


def test_a_page_is_found_by_code_and_by_name() -> None:
    """However it is written; what is no page gives None."""
    for page_ in ALL:
        assert page_ == info(page_.code) == info(page_.code.lower()) == info(page_.name)
    assert info("PK999") is None
    assert info("") is None


def test_what_is_off_says_so() -> None:
    """Rules of thumb, and what many good protocols leave open; their page tells."""
    practice = {page.code for page in ALL if page.code.startswith("PK8")}
    assert {"PK105", "PK501", "PK505", "PK509", "PK607", "PK610", "PK704", *practice} == OFF
    assert "off unless asked for" in page(next(p for p in ALL if p.code == "PK105"))
    assert "off unless" not in page(next(p for p in ALL if p.code == "PK204"))


def test_the_pages_in_docs_are_up_to_date() -> None:
    """Otherwise: tools/check-pages docs/checks."""
    folder = ROOT / "docs" / "checks"
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert dict(pages()) == written


@pytest.mark.parametrize(
    "file",
    sorted(
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "protocols").rglob("*.yaml")
        if not path.name.endswith(".scenarios.yaml")
    ),
)
def test_the_protocols_that_come_with_us_have_no_error(file: str) -> None:
    """They are what a stranger reads first and starts from."""
    findings = run(read_file(ROOT / file)).findings
    assert [] == [finding for finding in findings if finding.severity == "error"]
