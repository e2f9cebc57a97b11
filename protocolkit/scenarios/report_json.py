"""Results for programs: one JSON object, and the JSON Schema of its shape.

`VERSION` counts changes of this shape that could break a reader. Lines and columns count from
1. Imports results, coverage and the report on findings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from protocolkit.checks import report_json
from protocolkit.ground import schemas
from protocolkit.scenarios.coverage import PARTS, Coverage
from protocolkit.scenarios.results import Difference, Outcome, Results

VERSION = 1
ID = "urn:protocolkit:schema:scenarios-results:1"


def render(found: Sequence[Results], covered: Sequence[Coverage]) -> str:
    """Every file, scenario and difference, and the coverage; only ASCII."""
    whole = {
        "version": VERSION,
        "passed": sum(results.passed for results in found),
        "failed": sum(results.failed for results in found),
        "files": [_file(results) for results in found],
        "coverage": [_coverage(one) for one in covered],
    }
    return json.dumps(whole, indent=2) + "\n"


def _file(results: Results) -> dict[str, Any]:
    return {
        "file": results.file,
        "findings": report_json.values(results.findings),
        "scenarios": [_scenario(outcome) for outcome in results.outcomes],
    }


def _scenario(outcome: Outcome) -> dict[str, Any]:
    start = outcome.place.start
    return {
        "name": outcome.name,
        "title": outcome.title,
        "line": start.line,
        "column": start.column,
        "passed": outcome.passed,
        "steps": outcome.steps,
        "differences": [_difference(one) for one in outcome.differences],
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "file": one.place.file,
        "line": one.place.start.line,
        "column": one.place.start.column,
        "when": one.when,
        "about": one.about,
        "expected": one.expected,
        "found": one.found,
    }


def _coverage(one: Coverage) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for part in PARTS:
        touched, there = one.count(part)
        parts[part] = {"touched": touched, "all": there, "untouched": list(one.untouched(part))}
    return {
        "protocol": one.protocol,
        "protocol_version": one.version,
        "digest": one.digest,
        **parts,
    }


# -- the shape -------------------------------------------------------------------------


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `render` writes."""
    place = {"line": schemas.number("The line.", 1), "column": schemas.number("The column.", 1)}
    difference = schemas.whole(
        "Something that came out otherwise than the scenario says.",
        file=schemas.text("The file that says it."),
        **place,
        when=schemas.text("The local time in the story."),
        about=schemas.text("What it is about."),
        expected=schemas.text("What the scenario says."),
        found=schemas.text("What was so."),
    )
    scenario = schemas.whole(
        "One scenario that was run.",
        name=schemas.text("Its name in the file."),
        title=schemas.text("What it tells."),
        **place,
        passed={"description": "Whether all came out as it says.", "type": "boolean"},
        steps=schemas.number("How many steps were taken."),
        differences=schemas.listed("What differs.", difference),
    )
    finding = {"$ref": "#/$defs/finding"}
    part = schemas.whole(
        "One part of the coverage.",
        touched=schemas.number("How many the scenarios touch."),
        all=schemas.number("How many there are."),
        untouched=schemas.listed("What no scenario touches, in words.", {"type": "string"}),
    )
    coverage = schemas.whole(
        "How much of one protocol the scenarios touch.",
        protocol=schemas.text("The protocol's id."),
        protocol_version=schemas.text("Its version, if it says one."),
        digest=schemas.text("The SHA-256 of its content.", pattern="^[0-9a-f]{64}$"),
        **{name: {"$ref": "#/$defs/part"} for name in PARTS},
    )
    file = schemas.whole(
        "One file of scenarios.",
        file=schemas.text("Its name."),
        findings=schemas.listed("Its faults; with an error among them nothing was run.", finding),
        scenarios=schemas.listed("Its scenarios.", scenario),
    )
    return {
        "$schema": schemas.DRAFT,
        "$id": ID,
        "title": "Results of `protocolkit test --format json`, version 1",
        **schemas.whole(
            "What came of running scenario files.",
            version={"description": "The version of this shape.", "const": VERSION},
            passed=schemas.number("How many scenarios came out as they say."),
            failed=schemas.number("How many did not."),
            files=schemas.listed("The files, in the order in which they were run.", file),
            coverage=schemas.listed("The coverage of each protocol.", coverage),
        ),
        "$defs": {"part": part, "finding": report_json.shape(), "span": schemas.span()},
    }
