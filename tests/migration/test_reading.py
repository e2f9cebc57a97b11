"""The file of a plan: what is read, and every fault with its place."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
from jsonschema import Draft202012Validator

from protocolkit.bundled import bundled
from protocolkit.language.text import parse
from protocolkit.language.tree import typed_data
from protocolkit.migrations import Text, read_text
from protocolkit.migrations.schema import schema

OLD, NEW, OTHER = "a" * 64, "b" * 64, "b" * 11 + "c" * 53
TEXTS = [
    Text(digest=OLD, protocol="tiny", version="1"),
    Text(digest=NEW, protocol="tiny", version="2"),
    Text(digest=OTHER, protocol="other", version="2"),
]
WHOLE = """\
protocolkit_migration: "1"
from: "1"
to: bbbbbbbbbbbb
reason: R-1
approved_by: u-3
states: {reported: told}
facts: {certainty: {values: {suspected: possible}}, danger: drop}
escalations: {late: {to: too_late, levels: {"2": drop}}}
timers: {see: restart}
"""


def found(text: str) -> list[str]:
    """The faults of a plan."""
    return [
        f"{one.place.start.line}:{one.place.start.column} {one.code} {one.message}"
        for one in read_text(text, TEXTS, "plan.yaml").findings
        if one.place is not None
    ]


def test_a_whole_plan() -> None:
    """Everything that it says, and a digest that does not hang on its order."""
    plan = read_text(WHOLE, TEXTS).plan
    assert plan is not None
    assert (OLD, NEW, "R-1", "u-3") == (plan.from_, plan.to, plan.reason, plan.approved_by)
    assert {
        "states": {"reported": "told"},
        "facts": {"certainty": "certainty", "danger": "drop"},
        "escalations": {"late": "too_late"},
    } == plan.names
    assert {"certainty": {"suspected": "possible"}} == plan.values
    assert {"late": {"2": "drop"}} == plan.levels
    assert ("keep", "restart", "keep") == (plan.timers, plan.policy("see"), plan.policy("hear"))
    again = read_text("\n".join(reversed(WHOLE.splitlines())), TEXTS).plan
    assert again is not None
    assert plan.digest == again.digest


FAULTS = [
    ("", ["1:1 PK006 A plan is a map: `key: value` lines."]),
    (
        "when: now\n",
        [
            "1:1 PK004 `when` is not a key of a plan of migration.",
            "1:1 PK005 `approved_by` is missing in the plan.",
            "1:1 PK005 `from` is missing in the plan.",
            "1:1 PK005 `protocolkit_migration` is missing in the plan.",
            "1:1 PK005 `reason` is missing in the plan.",
            "1:1 PK005 `to` is missing in the plan.",
        ],
    ),
    (
        WHOLE.replace('"1"', '"7"', 1),
        ["1:24 PK006 This is version 7 of the form; this release reads version 1."],
    ),
    (
        WHOLE.replace('from: "1"', 'from: "5"'),
        ["2:7 PK101 No text that is known here is called `5`."],
    ),
    (WHOLE.replace("bbbbbbbbbbbb", '"2"'), ["3:5 PK101 Several texts are called `2`."]),
    (
        WHOLE.replace("bbbbbbbbbbbb", "b" * 11),
        ["3:5 PK101 No text that is known here is called `bbbbbbbbbbb`."],
    ),
    (
        WHOLE.replace("bbbbbbbbbbbb", '"1"'),
        ["3:5 PK006 `from` and `to` are the same text."],
    ),
    (
        WHOLE.replace("R-1", "because we say so"),
        [
            "4:9 PK006 The reason must be a code or a reference of at most 64 characters, without "
            "spaces."
        ],
    ),
    (
        WHOLE.replace("told}", "[told, heard]}"),
        ["6:20 PK006 The new name of the state `reported` is a single value."],
    ),
    (WHOLE.replace("restart", "stop"), ["9:15 PK101 There is no policy `stop`."]),
    (
        WHOLE.replace("values", "value"),
        ["7:21 PK004 `value` is not a key of `certainty`."],
    ),
]


@pytest.mark.parametrize(("text", "faults"), FAULTS)
def test_a_fault_is_told_with_its_place(text: str, faults: list[str]) -> None:
    """Line and column, as of every file."""
    assert faults == found(text)
    assert read_text(text, TEXTS).plan is None


def test_the_schema_takes_what_the_reader_takes() -> None:
    """It is the published one; a plan without a fault is valid, one with an unknown key is not."""
    published = json.loads(bundled("schemas", "migration.schema.json").read_text(encoding="utf-8"))
    assert published == schema(), "run: tools/generate.py"
    validator = Draft202012Validator(published)
    for text, valid in ((WHOLE, True), (f"{WHOLE}when: now\n", False), ("to: a\n", False)):
        tree, _, _ = parse(dedent(text), "plan.yaml")
        assert tree is not None
        assert valid == validator.is_valid(typed_data(tree))
    for key in published["properties"].values():
        assert [] == list(
            Draft202012Validator({"$defs": published["$defs"], **key}).iter_errors(
                key["examples"][0]
            )
        )
