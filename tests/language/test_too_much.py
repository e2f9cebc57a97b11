"""Protocols that are well formed and that no engine could hold, and empty ones."""

from __future__ import annotations

import pytest

from protocolkit.language.reading import read_text

HEAD = """
protocolkit: "1"
id: t
title: A test
jurisdiction: nowhere
timezone: America/Chicago
roles: {djo: {kind: juvenile_officer}}
facts: {b: {type: boolean, recorded_by: djo}}
triggers: {go: {who: djo, records: b}}
"""


@pytest.mark.parametrize("joined", ["q{0} and q{0}", "q{0} or b is true"])
def test_terms_that_grow_without_measure_are_named(joined: str) -> None:
    """Terms that double, or that nest too deep, are a finding and not a fault of the engine."""
    terms = ["  q0: b is true"] + [f"  q{n}: {joined.format(n - 1)}" for n in range(1, 300)]
    text = HEAD + "states: {a: {initial: true, final: true}}\nterms:\n" + "\n".join(terms)
    found = read_text(text).findings
    assert ["PK401"] == [one.code for one in found]
    assert "too long to follow" in found[0].message


def test_a_strand_without_states_is_told() -> None:
    """A strand in which a case cannot stand anywhere is told at its name."""
    text = HEAD + "states: {a: {initial: true, final: true}}\nstrands: {roll: {states: {}}}"
    found = read_text(text).findings
    assert [("PK005", "The strand `roll` has no state.")] == [
        (one.code, one.message) for one in found
    ]


def test_an_empty_section_of_states_is_told() -> None:
    """A protocol in which a case cannot stand anywhere cannot be used."""
    reading = read_text(HEAD + "states: {}")
    assert [("PK005", "No state stands here.")] == [
        (one.code, one.message) for one in reading.findings
    ]
    assert not reading.ok
