"""Words that people write for keys: each leads to a key that exists, and hides none."""

from __future__ import annotations

import pytest

from protocolkit.language.other_words import _EVERYWHERE, _WORDS, in_other_words, meant
from protocolkit.language.reading import read_text
from protocolkit.language.shapes import KEYS

WORDS = [(kind, word, key) for kind, of in _WORDS.items() for word, key in of.items()]


@pytest.mark.parametrize(("kind", "word", "key"), WORDS)
def test_a_word_leads_to_a_key_of_its_kind_with_an_example(kind: str, word: str, key: str) -> None:
    """And is no key there itself, else it would never be asked about."""
    assert word not in KEYS[kind]
    assert key == in_other_words(kind, word, KEYS[kind]) == meant(kind, word.title(), KEYS[kind])
    assert KEYS[kind][key].example


@pytest.mark.parametrize("word", _EVERYWHERE)
def test_a_word_for_all_kinds_is_offered_only_where_its_key_exists(word: str) -> None:
    """`actor` is a word for `who` where somebody acts, and not at the top."""
    for kind, keys in KEYS.items():
        assert in_other_words(kind, word, keys) in {
            _EVERYWHERE[word],
            _WORDS.get(kind, {}).get(word),
            "",
        }
        assert in_other_words(kind, word, keys) in {*keys, ""}


def test_a_slip_of_typing_is_still_found() -> None:
    """What stands in no table is compared letter by letter."""
    assert "triggers" == meant("protocol", "trigers", KEYS["protocol"])
    assert "" == meant("protocol", "weather", KEYS["protocol"])


def test_names_below_a_word_for_a_section_are_known() -> None:
    """One fault for the word, and none for each use of what stands below it."""
    text = (
        'protocolkit: "1"\nid: x\njurisdiction: X\ntimezone: America/Denver\n'
        "offices: {clerk: {kind: other}}\n"
        "states: {new: {initial: true}, closed: {final: true}}\n"
        "steps: {close: {who: clerk, moves: {from: new, to: closed}}}\n"
        "properties: {closing: {kind: at_most, what: close, times: 1}}\n"
    )
    told = [(one.code, one.help.split("`")[1]) for one in read_text(text).findings]
    assert [("PK004", "roles"), ("PK004", "triggers")] == told


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("people: {u-1: {roles: [djo]}}\n", "This is a roster", "after `--roster`"),
        ("protocol: x\nscenarios: {}\n", "This file holds scenarios", "`protocolkit test`"),
    ],
)
def test_a_file_of_another_kind_is_told_as_one(text: str, message: str, help: str) -> None:
    """One fault at its first word, and not one for each key that a protocol would need."""
    (found,) = read_text(text).findings
    assert message in found.message
    assert help in found.help
