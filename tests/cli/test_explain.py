"""`protocolkit explain`, and the glossary that it shares with the documentation."""

from __future__ import annotations

import pytest

from protocolkit.checks import ALL
from protocolkit.cli import glossary
from protocolkit.ground.findings import CheckInfo
from protocolkit.language.vocabulary import COMMON, KINDS, SECTIONS
from protocolkit.semantics import refusals
from tests.cli.conftest import Command
from tests.cli.harness import ROOT


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.code)
def test_every_check_has_its_page(pk: Command, check: CheckInfo) -> None:
    """By its code or its name, in any spelling of capitals; it is the page of the docs."""
    page = ROOT / "docs" / "checks" / f"{check.code}-{check.name}.md"
    for term in (check.code, check.code.lower(), check.name):
        ran = pk("explain", term)
        assert (0, page.read_text(encoding="utf-8"), "") == (ran.code, ran.out, ran.err)


@pytest.mark.parametrize("word", glossary.words())
def test_every_word_is_explained(pk: Command, word: str) -> None:
    """Each kind, key and idea: a sentence, and where it lives in the code."""
    ran = pk("explain", word)
    assert (0, "") == (ran.code, ran.err)
    assert ran.out.startswith(f"# {word}")
    assert 3 <= len(ran.out.splitlines())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("follow_up",), "directed obligation"),
        (("follow-ups",), "directed obligation"),
        (("Follow", "up"), "directed obligation"),
        (("due",), "# due, of a `follow_up`"),
        (("due",), "value: a limit such as `within 24 hours`"),
        (("title",), "# title, of every element"),
        (("at", "once"), "An aim with no wait at all"),
        (("if",), "# if, of a `level`"),
        (("if",), "class: Level.if_"),
    ],
)
def test_a_word_is_found_however_it_is_written(
    pk: Command, words: tuple[str, ...], says: str
) -> None:
    """Blanks, hyphens, capitals and the plural of a section do not matter."""
    assert says in pk("explain", *words).out


@pytest.mark.parametrize("word", refusals.words())
def test_every_reason_and_status_is_explained(pk: Command, word: str) -> None:
    """What it means; beside the key or the idea, where a word is both."""
    ran = pk("explain", word)
    assert (0, "") == (ran.code, ran.err)
    assert refusals.entry(word) in ran.out


def test_a_section_is_explained_by_its_kind() -> None:
    """`follow_ups:` in a file holds follow-ups."""
    for section, kind in SECTIONS.items():
        assert KINDS[kind].doc in glossary.entry(section)


@pytest.mark.parametrize(
    ("term", "near"), [("PK29", "PK209"), ("dead-ends", "dead-end"), ("folow_up", "follow_up")]
)
def test_the_nearest_word_is_offered(pk: Command, term: str, near: str) -> None:
    """A word that is not ours ends with 2, and with the one that was probably meant."""
    ran = pk("explain", term)
    assert (2, "") == (ran.code, ran.out)
    assert f"did you mean `{near}" in ran.err


def test_the_glossary_page_is_up_to_date() -> None:
    """docs/glossary.md is what `tools/glossary-page docs/glossary.md` writes."""
    assert glossary.page() == (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def test_formal_terms_are_of_words_that_exist() -> None:
    """A key that is renamed takes its formal term along; and one idea is not told twice."""
    keys = {key.name for kind in KINDS.values() for key in kind.keys}
    keys |= {key.name for key in COMMON}
    assert set() == (glossary.FORMAL.keys() - KINDS.keys())
    assert set() == glossary.FORMAL_KEYS.keys() - keys
    ideas = [idea.word for idea in glossary.IDEAS]
    assert sorted(set(ideas)) == ideas
