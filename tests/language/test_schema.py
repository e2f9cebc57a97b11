"""The JSON Schema and the reader agree; what is made from the vocabulary is up to date.

A file without a fault of the reader is valid by the schema, always. The other way round the
schema knows less: it cannot look up names or read the grammars, so only the faults listed in
`_is_beyond` may slip through it.
"""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry

from protocolkit.bundled import bundled
from protocolkit.ground.findings import Finding
from protocolkit.language.reading import read_file, read_text
from protocolkit.language.schema import schema
from protocolkit.language.text import parse
from protocolkit.language.tree import Map, typed_data
from protocolkit.language.types import (
    ClosedDay,
    Day,
    ElementOf,
    Key,
    Kind,
    LimitText,
    ListOf,
    MapOf,
    OccurrenceText,
    OpenHours,
    ParameterValue,
    Range,
    SpanText,
    ValueType,
    Whole,
    Word,
)
from protocolkit.language.vocabulary import COMMON, KINDS, keys_of
from tests.language.samples import GOOD, marked, shown
from tests.language.test_reader import BREAKS, edits_of

ROOT = Path(__file__).parents[2]
SCHEMA = schema()
PROTOCOLS = sorted(
    path
    for path in bundled("protocols").rglob("*.yaml")
    if not path.name.endswith(".scenarios.yaml")
)

SEMANTIC = {"PK001", "PK002", "PK003", "PK101", "PK104", "PK401"}
"""Codes of faults in the text, in names, in other files, in conditions."""

GRAMMARS = (LimitText, SpanText, OccurrenceText, OpenHours, ClosedDay, ParameterValue, Day, Range)
"""Types whose texts a schema knows only roughly."""

BETWEEN_KEYS = (
    # choices that depend on values
    "is a choice and has no `values`",
    "has no value to choose",
    "Only a choice has `values`",
    "Only an integer has a `range`",
    "takes no further keys",
    # lists that are too short or too long, sections without content
    "names nobody",
    "has no level",
    "is never open",
    "has no states",
    "`between` names",
    # states, calendars and floors
    "Several strands have these states",
    "to itself",
    "has no business day",
    # limits, ladders, follow-ups and meetings that do not go together
    "is a time of a follow-up's limit",
    "waits for the `at most`",
    "never comes after",
    "groups, and no more than",
    "is called off as soon as it opens",
    "must wait until",
    "sets this apart from the `applies_while`",
    "moves nothing, so it may happen",
    "is no meeting, so its exception",
    "and this belongs to",
    # numbers, words and zones that a parameter or the world knows
    ", which is ",
    "is not a time zone",
)
"""Words of the messages of `PK005` and `PK006` where several keys are judged together."""


def _type_at(path: tuple[str | int, ...]) -> ValueType:
    """The type of what stands at a path, by the vocabulary, short forms included."""
    found: ValueType = ElementOf(kind="protocol")
    for step in path:
        found = _within(found, step)
    while isinstance(found, ElementOf | ListOf):
        if isinstance(found, ListOf):
            found = found.item
        elif KINDS[found.kind].short:
            found = keys_of(KINDS[found.kind])[KINDS[found.kind].short].type
        else:
            break
    return found


def _within(type_: ValueType, step: str | int) -> ValueType:
    if isinstance(type_, ListOf):
        return type_.item if isinstance(step, int) else _within(type_.item, step)
    if isinstance(type_, MapOf):
        return type_.item
    if isinstance(type_, ElementOf):
        keys, short = keys_of(KINDS[type_.kind]), KINDS[type_.kind].short
        return keys[str(step)].type if step in keys else _within(keys[short].type, step)
    return type_


def _is_beyond(finding: Finding) -> bool:
    """Whether a fault is one that a schema cannot see."""
    if finding.code in SEMANTIC or any(words in finding.message for words in BETWEEN_KEYS):
        return True
    if finding.code != "PK006":
        return False
    type_ = _type_at(finding.path)
    if isinstance(type_, Word | Whole):  # a parameter may stand for it, so any name gets through
        return re.search("cannot be `|found `[a-z]", finding.message) is not None
    return isinstance(type_, GRAMMARS) and "; found " not in finding.message


VALIDATOR = Draft202012Validator(SCHEMA, registry=Registry())
"""With an empty registry, so that no reference can be fetched from anywhere."""


def _problems(text: str) -> list[str]:
    """What the schema says against a text, as an editor would see it."""
    tree, _, _ = parse(text, "file")
    if not isinstance(tree, Map):
        return ["not a map"]
    return [
        f"{list(error.path)}: {error.message}" for error in VALIDATOR.iter_errors(typed_data(tree))
    ]


def _judge(text: str) -> None:
    """The two sides of the agreement, on one text."""
    findings = read_text(text).findings
    if not findings:
        assert [] == _problems(text)
    elif not any(map(_is_beyond, findings)):
        assert _problems(text), shown(findings)


# -- the files ---------------------------------------------------------------------------


def test_the_schema_is_a_schema() -> None:
    """Valid by its own meta-schema, and every reference inside leads somewhere."""
    Draft202012Validator.check_schema(SCHEMA)
    references = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(SCHEMA)))
    assert references == {f"#/$defs/{name}" for name in SCHEMA["$defs"]} & references
    assert SCHEMA["$id"].startswith("urn:")


@pytest.mark.parametrize("name", ["schemas/protocol-1.schema.json", "docs/reference/language.md"])
def test_what_is_made_from_the_vocabulary_is_up_to_date(name: str) -> None:
    """After a change of the vocabulary: `python tools/generate.py`."""
    made = runpy.run_path(str(ROOT / "tools/generate.py"))["generated"]()
    assert made[name] == (ROOT / name).read_text(encoding="utf-8"), "run: python tools/generate.py"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_an_editor_can_explain_every_key(kind: Kind) -> None:
    """Each key of a kind has a description; none that does not exist is let through."""
    definition: dict[str, Any] = SCHEMA if kind.name == "protocol" else SCHEMA["$defs"][kind.name]
    form = definition if "properties" in definition else definition["anyOf"][0]
    assert set(keys_of(kind)) == set(form["properties"])
    assert form["additionalProperties"] is False
    for name, found in form["properties"].items():
        target = SCHEMA["$defs"].get(f"key.{name}", {}) if "$ref" in found else {}
        assert found.get("description") or target.get("description"), name


# -- the corpus --------------------------------------------------------------------------


@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_the_protocols_that_come_with_us_are_valid(path: Path) -> None:
    """For the reader and for the schema."""
    assert "" == shown(read_file(path).findings)
    assert [] == _problems(path.read_text(encoding="utf-8"))


def test_the_sample_is_valid() -> None:
    """It uses every kind and most keys."""
    assert [] == _problems(GOOD)


@pytest.mark.parametrize("way", BREAKS)
def test_a_break_is_seen_by_both_or_listed(way: str) -> None:
    """What the schema lets through is a fault that no schema could see."""
    _judge(marked(*edits_of(BREAKS[way][:-2]))[0])


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        pytest.param(kind, key, id=f"{kind.name}.{key.name}")
        for kind in KINDS.values()
        for key in (*kind.keys, *(COMMON if kind.name == "role" else ()))
        if key.example
    ],
)
def test_an_example_is_valid_where_it_stands(kind: Kind, key: Key) -> None:
    """The schema of the key accepts the example that the vocabulary gives."""
    definition = SCHEMA if kind.name == "protocol" else SCHEMA["$defs"][kind.name]
    form = definition if "properties" in definition else definition["anyOf"][0]
    tree, _, _ = parse(f"x: {key.example}", "example")
    assert isinstance(tree, Map)
    node = tree.get("x")
    assert node is not None
    validator = VALIDATOR.evolve(schema={**form["properties"][key.name], "$defs": SCHEMA["$defs"]})
    assert [] == [error.message for error in validator.iter_errors(typed_data(node))]


@pytest.mark.parametrize(
    "text",
    [
        "extends: base",
        "extends: base\nset: {inform_limit: 4 hours, least: 3}",
        "extends: base\nadd: {roles: {nurse: {kind: health}}}\nremove: {follow_ups: [visit]}",
        "extends: base\nid: county-x\nchange: {follow_ups: {visit: {due: unspecified}}}",
    ],
)
def test_a_file_that_extends_another_need_not_be_whole(text: str) -> None:
    """What it leaves out, the base says."""
    assert [] == _problems(text)


@pytest.mark.parametrize("text", ["set: {a: b}", "extends: base\nadd: {roles: {nurse: {}}}"])
def test_an_overlay_is_judged_as_far_as_it_goes(text: str) -> None:
    """Steps need a base, and what is added must be whole."""
    assert _problems(text)


# -- a corpus without end ----------------------------------------------------------------

_PIECES = sorted(
    {
        *re.findall(r"[\w-]+", GOOD),
        *("true", "false", "3", "-1", "007", "no", '"x"', '"3"', "''", "[]", "{}", "unspecified"),
        *("x-note", "2025-04-18", "2 hours", "at once", "[a, b]", "{a: b}", "Ä", "a" * 70),
    }
)
_PLACES = [match.span() for match in re.finditer(r"[\w-]+|\[[^\[\]{}]*\]|\{[^\[\]{}]*\}", GOOD)]
_LINES = GOOD.splitlines(keepends=True)


@settings(max_examples=200)
@given(st.sampled_from(_PLACES), st.sampled_from(_PIECES))
@example(_PLACES[0], "true")
def test_they_agree_on_any_word_in_any_place(place: tuple[int, int], piece: str) -> None:
    """One word, list or map of the sample is exchanged for another."""
    start, end = place
    _judge(GOOD[:start] + piece + GOOD[end:])


@settings(max_examples=80)
@given(st.sets(st.integers(0, len(_LINES) - 1), min_size=1, max_size=3))
def test_they_agree_when_lines_are_missing(gone: set[int]) -> None:
    """Some lines of the sample are left out."""
    _judge("".join(line for number, line in enumerate(_LINES) if number not in gone))
