"""The marks by which findings are known again: what may change in a file without changing them."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.checks import report_json, run
from protocolkit.checks.fingerprints import fingerprints, names
from protocolkit.ground.findings import Finding
from protocolkit.language.reading import read_text
from protocolkit.language.text import parse
from protocolkit.language.tree import plain_data
from tests.checks.harness import CASES, TODAY, complete, judged
from tests.checks.reporting import NAMES, made_up, place
from tests.renaming import ids_in, in_other_words

OF_THE_TEXT = {"PK001", "PK002", "PK003", "PK104", "PK105"}
"""Checks of how a file is written or of how things are called: the laws are not about them."""
FILES = sorted(name for name in NAMES if "/shared" not in name and name[:5] not in OF_THE_TEXT)


def _found(text: str, file: str = "it.yaml") -> list[Finding]:
    return list(run(read_text(text, file), off=(), today=TODAY).findings)


def _marks(findings: list[Finding]) -> Counter[str]:
    return Counter(fingerprints(findings))


def _without_places(findings: list[Finding]) -> list[object]:
    """All that a finding says but where."""
    return [
        {key: value for key, value in one.items() if key not in ("file", "span", "related", "fix")}
        for one in report_json.values(findings)
    ]


def _loose(text: str, order: random.Random) -> str:
    """The same file with blank lines and comments between its lines."""
    lines = []
    for line in text.split("\n"):
        top = bool(line) and not line.startswith((" ", "#", "-", "}", "]"))
        lines += ["", "# a note"][: order.randrange(3)] if top else []
        lines.append(line)
    return "\n".join(lines)


@given(st.sampled_from(FILES), st.integers(0, 10**6))
@settings(max_examples=settings().max_examples // 2)
def test_blank_lines_and_comments_change_positions_only(file: str, seed: int) -> None:
    """Everything else that is told of a file stays as it is, the marks among it."""
    text = complete((CASES / file).read_text(encoding="utf-8"))
    loose = _loose(text, random.Random(seed))
    assert _without_places(_found(text)) == _without_places(_found(loose))


@given(st.sampled_from(FILES), st.integers(0, 10**6))
@settings(max_examples=settings().max_examples // 2)
def test_the_order_of_what_is_declared_changes_no_mark(file: str, seed: int) -> None:
    """Also where two elements are at odds, and the second of them is pointed at."""
    text = complete((CASES / file).read_text(encoding="utf-8"))
    tree, _, _ = parse(text, file)
    assert tree is not None
    data = plain_data(tree)
    shuffled = json.dumps(in_other_words(data, {}, random.Random(seed)))
    assert _marks(_found(text)) == _marks(_found(shuffled))


@given(st.sampled_from(FILES), st.integers(0, 10**6))
@settings(max_examples=settings().max_examples // 3)
def test_another_name_changes_no_mark_of_who_does_not_bear_it(file: str, seed: int) -> None:
    """A finding that does not speak of what was renamed is known again."""
    text = complete((CASES / file).read_text(encoding="utf-8"))
    tree, _, _ = parse(text, file)
    assert tree is not None
    data = plain_data(tree)
    ids = sorted({*ids_in(data)} - {"case"})
    if not ids:
        return
    old = random.Random(seed).choice(ids)
    changed = json.dumps(in_other_words(data, {old: "x1"}, None))
    before = [one for one in _found(text) if old not in names(one)]
    after = [one for one in _found(changed) if "x1" not in names(one)]
    assert _marks(before) == _marks(after)


def test_another_name_of_the_file_changes_no_mark() -> None:
    """The file is told beside the mark; the same twice in two files is no repeat."""
    here, there = (
        _found(complete("states: {a: {initial: true}, b: {}}\n"), file)
        for file in ("a.yaml", "b.yaml")
    )
    assert here
    assert fingerprints(here) == fingerprints(there)
    assert [*fingerprints(here), *fingerprints(there)] == fingerprints([*here, *there])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            {"message": "`a` is due in 24 hours."},
            {"message": "It takes 30 hours until `a` is due."},
            id="our words and numbers",
        ),
        pytest.param(
            {"path": ("triggers", "a", "moves", 0)},
            {"path": ("triggers", "a", "moves", 3)},
            id="the place in a list",
        ),
        pytest.param(
            {"path": ("triggers", "a"), "message": "At odds with `b`."},
            {"path": ("triggers", "b"), "message": "At odds with `a`."},
            id="which of two comes first",
        ),
        pytest.param({"severity": "error"}, {"severity": "advice"}, id="the severity"),
        pytest.param({"place": place(1, 1, 2)}, {"place": place(7, 3, 4)}, id="the place"),
    ],
)
def test_what_a_mark_is_not_made_of(one: dict[str, Any], other: dict[str, Any]) -> None:
    """What can change while the finding is the same."""
    assert fingerprints([made_up(**one)]) == fingerprints([made_up(**other)])


def test_marks_tell_findings_apart() -> None:
    """Also two of one code at one place: they are counted."""
    findings = [
        made_up(),
        made_up(),
        made_up(code="PK001"),
        made_up(path=("states", "a")),
        made_up(path=("states", "b")),
        made_up(message="`a` is unknown."),
        made_up(message="`b` is unknown."),
    ]
    marks = fingerprints(findings)
    assert len(findings) == len(set(marks))
    assert [mark for mark in marks if re.fullmatch(r"[0-9a-f]{16}:[12]", mark)] == marks
    assert marks[0].replace(":1", ":2") == marks[1]


def test_marks_are_the_same_on_every_machine() -> None:
    """They are kept by others, so a change of how they are made is a break of our word."""
    (finding,) = [
        one
        for one in judged("roles: {djo: {kind: juvenile_officer}, judge: {kind: judge}}\n").findings
        if one.code == "PK301"
    ]
    assert ["judge", "roles"] == names(finding)
    assert ["c3ce8ebea0f229cf:1"] == fingerprints([finding])
