"""Protocols that are healthy by the way they are built give no finding; spoilt ones give what a
plain look at all of them gives. With PROTOCOLKIT_SOAK=1 five hundred of each are tried.
"""

from __future__ import annotations

import os
import re
from collections import Counter

import pytest

from protocolkit.checks import run
from protocolkit.language.reading import Reading, read_text
from tests.checks.harness import TODAY
from tests.checks.healthy import protocol_text
from tests.checks.spoiling import faults_of_states, sections_of, spoilt
from tests.proofs import random_protocols

DIFFERENT = (
    *("after", "agreed_by", "assigns", "available", "blocks", "carries_over", "closed", "counting"),
    *("decided_at", "decline", "different_from", "due", "ends_when", "every", "exceptions"),
    *("exclude", "extend", "first", "for_each", "hand_to", "if", "if_again", "met_by", "moves"),
    *("needs", "opens_in", "opens_when", "opens_with", "outside_hours", "owed_to", "parts"),
    *("pauses_while", "per_case", "protective", "quorum", "range", "records", "start_at"),
    *("strength", "substitutes", "tell", "together_with", "valid_for", "waits_for", "waive"),
)
"""Keys that the random protocols are to use."""
SOAK = bool(os.environ.get("PROTOCOLKIT_SOAK"))
HEALTHY, ANY = range(500 if SOAK else 60), range(500 if SOAK else 30)
OF_STATES = ("PK201", "PK202", "PK204", "PK205")


def _read(text: str) -> Reading:
    return read_text(text, "random.yaml")


@pytest.mark.parametrize("seed", HEALTHY)
def test_a_healthy_protocol_gives_no_finding(seed: int) -> None:
    """Nothing to mend, and nothing to look into: at most advice."""
    findings = run(_read(protocol_text(seed)), today=TODAY).findings
    assert [] == [one for one in findings if one.severity != "advice"]


def test_they_say_many_different_things() -> None:
    """Each key that makes a difference stands in several of them."""
    keys = Counter(
        key for seed in range(60) for key in set(re.findall(r'"(\w+)":', protocol_text(seed)))
    )
    assert [] == [key for key in DIFFERENT if keys[key] < 3]


def _judged(text: str) -> frozenset[str]:
    """The codes of what is wrong with the states, which is what a plain look finds; nothing, if
    the file cannot be read as a whole.
    """
    reading = _read(text)
    findings = run(reading, off=(), today=TODAY).findings
    for one in findings:
        assert one.place is not None
        assert one.message
        assert one.help
    if not reading.ok:
        return frozenset()
    expected = set(faults_of_states(sections_of(text)))
    assert expected == {
        (one.code, str(one.path[1 if one.code == "PK201" else -1]))
        for one in findings
        if one.code in OF_STATES
    }
    return frozenset(code for code, _ in expected) | {"compared"}


@pytest.mark.parametrize("seed", ANY)
def test_a_protocol_of_any_kind_is_judged_as_a_plain_look_judges_it(seed: int) -> None:
    """Whatever is wrong with it: no crash, places, and the states as they are."""
    assert {"compared"} <= _judged(random_protocols.protocol_text(seed))
    _judged(spoilt(protocol_text(seed), seed))


def test_spoilt_protocols_have_faults_of_all_kinds() -> None:
    """Many are whole enough to be compared, and all four faults of states come up among them."""
    found = Counter(
        code for seed in range(40) for code in _judged(spoilt(protocol_text(seed), seed))
    )
    assert [] == [code for code in (*OF_STATES, "compared") if not found[code]], found
