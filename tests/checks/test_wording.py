"""What people read is easy to read: the words and the reading grade of everything that is told.

Held are the pages and, over all cases and all examples of the pages, each message, help, label and
mend that comes out of them. A check without such a text in the cases is found by `test_cases`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from statistics import mean

import pytest

from protocolkit.checks import ALL, OFF
from protocolkit.checks.catalogue import ONLY_PROVED, PROOFS
from protocolkit.ground.findings import CheckInfo, Finding
from tests.checks.harness import judged
from tests.checks.reporting import reports
from tests.checks.test_pages import NOT_PLAIN, NOTHING_OLD_YET
from tests.docs.reading_grade import grade, prose, sentences

AT_MOST = 8.0
"""The highest school grade that a text may ask for, by Flesch and Kincaid."""

AIMED_AT = 6.0
"""The grade that the texts of one kind have on the average."""

SHORT = 6
"""A text of so few words is not rated: one long word in it would decide all."""

KINDS = ("message", "help", "label", "fix")


@cache
def told() -> dict[tuple[str, str], dict[str, str]]:
    """Each text that comes out of a check: by code and kind, what is read and how it stands."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    examples = [judged(page.wrong, off=OFF - {page.code}) for page in ALL if page not in PROOFS]
    for report in [*reports().values(), *examples]:
        for finding in report.findings:
            for kind, text in _texts(finding):
                found.setdefault((finding.code, kind), {})[prose(text)] = text
    return found


def _texts(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "message", finding.message
    if finding.help:
        yield "help", finding.help
    if finding.fix:
        yield "fix", finding.fix.title
    for related in finding.related:
        yield "label", related.label


def _rated(text: str) -> bool:
    return len(prose(text).split()) > SHORT


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.code)
def test_a_page_is_read_with_ease(page: CheckInfo) -> None:
    """What is found, why it matters, and how it is decided, each by itself."""
    texts = {"summary": page.summary, "why": page.why, "how": page.how}
    hard = {name: round(grade(text), 1) for name, text in texts.items() if grade(text) > AT_MOST}
    assert {} == hard


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_told_of_a_finding_is_read_with_ease(kind: str) -> None:
    """Each text by itself, with a name in backticks as one short word."""
    texts = [
        (code, text)
        for (code, of_kind), found in told().items()
        if of_kind == kind
        for text in found.values()
        if _rated(text)
    ]
    hard = [f"{grade(text):.1f} {code}: {text}" for code, text in texts if grade(text) > AT_MOST]
    assert [] == hard


@pytest.mark.parametrize("kind", ["message", "help"])
def test_most_is_read_with_more_ease(kind: str) -> None:
    """No check is held up by its neighbours alone: the average is what we aim at."""
    grades = [
        grade(text)
        for (_, of_kind), found in told().items()
        if of_kind == kind
        for text in found.values()
        if _rated(text)
    ]
    assert len(grades) > 50
    assert mean(grades) <= AIMED_AT


def test_every_check_is_heard() -> None:
    """Each has a message in the cases; version 1 of the language has nothing deprecated."""
    heard = {code for code, _ in told()}
    expected = {page.code for page in ALL if page.code not in {*ONLY_PROVED, *NOTHING_OLD_YET}}
    assert set() == expected - heard


def test_only_plain_words_are_told() -> None:
    """Neither in a message nor in a help, a label or a mend; in backticks stand names."""
    texts = [text for found in told().values() for text in found]
    assert [] == [text for text in texts if NOT_PLAIN.search(text)]


def test_every_finding_says_what_to_do() -> None:
    """In one sentence, or two when the second says why."""
    findings = [finding for report in reports().values() for finding in report.findings]
    assert [] == [finding for finding in findings if not finding.help]
    helps = [text for (_, kind), found in told().items() if kind == "help" for text in found]
    assert [] == [text for text in helps if len(sentences(text)) > 2]
