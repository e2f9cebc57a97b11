"""What holds for every protocol: order and comments change nothing, places tell the truth."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocolkit.ground.findings import Path, Place
from protocolkit.language.reading import Reading, read_text
from protocolkit.language.text import parse
from protocolkit.language.tree import Map, Scalar, Sequence, Tree
from tests.language.samples import GOOD, shown


def _written(tree: Tree, shuffle: random.Random) -> str:
    """A tree as YAML on few lines, with the keys of each map in another order."""
    if isinstance(tree, Scalar):
        return "'" + tree.text.replace("'", "''") + "'" if tree.text or not tree.plain else ""
    if isinstance(tree, Sequence):
        return "[" + ", ".join(_written(item, shuffle) for item in tree.items) + "]"
    entries = list(tree.entries.items())
    shuffle.shuffle(entries)
    return (
        "{" + ", ".join(f"{key}: {_written(entry.value, shuffle)}" for key, entry in entries) + "}"
    )


def _tree(text: str) -> Map:
    tree, _, findings = parse(text, "file")
    assert [] == findings
    assert isinstance(tree, Map)
    return tree


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_order_and_quotes_change_nothing(shuffle: random.Random) -> None:
    """The keys in another order, every text in quotes: the same model, the same digest."""
    before = read_text(GOOD)
    tree = _tree(GOOD)
    lines = [f"{key}: {_written(entry.value, shuffle)}\n" for key, entry in tree.entries.items()]
    shuffle.shuffle(lines)
    after = read_text("".join(lines))
    assert "" == shown(after.findings)
    assert before.protocol == after.protocol
    assert before.parameters_used == after.parameters_used


_LINES = GOOD.splitlines()


@settings(max_examples=50)
@given(
    st.dictionaries(
        st.integers(0, len(_LINES) - 1), st.sampled_from(["", "# a note", "   # indented"])
    ),
    st.sets(st.integers(0, len(_LINES) - 1)),
)
def test_comments_and_empty_lines_change_nothing(above: dict[int, str], behind: set[int]) -> None:
    """Notes above and behind any line: the same model, the same digest."""
    text = "".join(
        (f"{above[number]}\n" if number in above else "")
        + line
        + ("  # why\n" if number in behind else "\n")
        for number, line in enumerate(_LINES)
    )
    after = read_text(text)
    assert "" == shown(after.findings)
    assert read_text(GOOD).protocol == after.protocol


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{en: A sample, es: Una muestra}", "{es: Una muestra, en: A sample}"),
        ("    who: supervisor\n    needs", "    who: [supervisor]\n    needs"),
        ("moves: {from: identified, to: reported}", "moves: [{from: [identified], to: reported}]"),
        ("  police: police", "  police: {kind: police}"),
        ("  is_child: age < 18", "  is_child: {condition: age < 18}"),
        ("  is_child: age < 18", "  is_child: >-\n    age\n    < 18"),
        ("chair: supervisor", "chair: {role: supervisor}"),
        ("extend: supervisor", "extend: {who: {any_of: [{role: supervisor}]}}"),
        ("{caseworker: with_consent,", "{caseworker: {release: with_consent},"),
        ("per_case: true", 'per_case: "true"'),
        ("persons: 3", "persons: '3'"),
        ("whereabouts: {safe", "whereabouts: {states: {safe"),
    ],
)
def test_a_short_form_says_the_same(one: str, other: str) -> None:
    """Written out or short, with or without brackets: the same model."""
    if one.startswith("whereabouts"):
        text = GOOD.replace("missing: {}}", "missing: {}}}").replace(one, other)
    else:
        assert 1 == GOOD.count(one)
        text = GOOD.replace(one, other)
    after = read_text(text)
    assert "" == shown(after.findings)
    before = read_text(GOOD)
    assert before.protocol is not None
    assert after.protocol is not None
    ours, theirs = (_without_places(repr(one.protocol)) for one in (before, after))
    assert ours == theirs


def _without_places(text: str) -> str:
    return re.sub(r"path=\([^)]*\)|digest='\w+'", "", text)


def _paths(tree: Tree, path: Path = ()) -> list[tuple[Path, Tree]]:
    found = [(path, tree)]
    if isinstance(tree, Map):
        for key, entry in tree.entries.items():
            found += _paths(entry.value, (*path, key))
    elif isinstance(tree, Sequence):
        for number, item in enumerate(tree.items):
            found += _paths(item, (*path, number))
    return found


def _cut(reading: Reading, place: Place | None) -> str:
    assert place is not None
    line = reading.texts[place.file].split("\n")[place.start.line - 1]
    return line[place.start.column - 1 : place.end.column - 1]


def test_every_place_holds_what_stands_there() -> None:
    """For each path the place of its text, or of its key, cut out of the file, is just that."""
    reading = read_text(GOOD)
    tree = _tree(GOOD)
    looked_at = 0
    for path, node in _paths(tree):
        if not path or any(step in ("counting", "assigns") for step in path[:-1]):
            continue
        text = _cut(reading, reading.places.of(path))
        if isinstance(node, Scalar):
            assert node.text == text.strip("'\""), path
        elif isinstance(path[-1], str):
            assert path[-1] == text, path
        else:
            assert text in ("{", "["), path
        if isinstance(path[-1], str):
            assert path[-1] == _cut(reading, reading.places.key(path))
        looked_at += 1
    assert looked_at >= 300


_WORDS = sorted(set(re.findall(r"[a-z_]{4,}", GOOD)))
_SPOTS = [match.span() for match in re.finditer(r"(?<![\w])[a-z_]{3,}(?!\w)", GOOD)]


@settings(max_examples=150)
@given(st.sampled_from(_SPOTS), st.sampled_from(_WORDS))
def test_a_finding_points_at_what_it_quotes(spot: tuple[int, int], word: str) -> None:
    """A finding at a text quotes that text; each lies inside the file and says what to do."""
    start, end = spot
    text = GOOD[:start] + word + "x" + GOOD[end:]
    reading = read_text(text)
    lines = text.split("\n")
    for finding in reading.findings:
        place = finding.place
        assert place is not None
        assert 1 <= place.start.line <= len(lines)
        assert 1 <= place.start.column <= len(lines[place.start.line - 1]) + 1
        assert finding.message.endswith((".", "?", ")"))
        assert finding.help
        quoted = _cut(reading, place).strip("'\"[{ ")
        if finding.code == "PK101" and re.fullmatch(r"\w+", quoted):
            assert f"`{quoted}" in finding.message


@pytest.mark.parametrize(
    ("condition", "place"),
    [
        ("age <\n      18 and agee\n      < 3", (2, 14, "agee")),
        (">-\n      age < 18\n      and agee < 3", (3, 11, "agee")),
        (">- # why\n      agee < 18", (2, 7, "agee")),
        ("|\n      age < 18\n\n      and agee < 3", (4, 11, "agee")),
        ("'age < 18\n      and agee < 3'", (2, 11, "agee")),
        ('"age < 18\n      and agee < 3"', (2, 11, "agee")),
    ],
)
def test_a_place_in_a_text_of_several_lines(condition: str, place: tuple[int, int, str]) -> None:
    """A name in a condition that is folded over lines is found on its own line."""
    line, column, word = place
    text = GOOD.replace("  is_child: age < 18", f"  is_child: {condition}")
    before = text[: text.index(condition)].count("\n")
    reading = read_text(text)
    (finding,) = reading.findings
    assert finding.place is not None
    start = finding.place.start
    assert (before + line, column) == (start.line, start.column)
    assert word == _cut(reading, finding.place)
