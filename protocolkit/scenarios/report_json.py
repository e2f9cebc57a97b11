"""Results for programs: one JSON object, and the JSON Schema of its shape.

`VERSION` counts changes of this shape that could break a reader. Lines and columns count from
1. Imports results, coverage and the report on findings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from protocolkit.checks import report_json
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
        "findings": json.loads(report_json.render(results.findings))["findings"],
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


def _text(description: str, **more: object) -> dict[str, Any]:
    return {"description": description, "type": "string", **more}


def _whole(description: str, lowest: int = 0) -> dict[str, Any]:
    return {"description": description, "type": "integer", "minimum": lowest}


def _list(description: str, item: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "type": "array", "items": item}


def _object(description: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `render` writes."""
    place = {"line": _whole("The line.", 1), "column": _whole("The column.", 1)}
    difference = _object(
        "Something that came out otherwise than the scenario says.",
        file=_text("The file that says it."),
        **place,
        when=_text("The local time in the story."),
        about=_text("What it is about."),
        expected=_text("What the scenario says."),
        found=_text("What was so."),
    )
    scenario = _object(
        "One scenario that was run.",
        name=_text("Its name in the file."),
        title=_text("What it tells."),
        **place,
        passed={"description": "Whether all came out as it says.", "type": "boolean"},
        steps=_whole("How many steps were taken."),
        differences=_list("What differs.", difference),
    )
    finding = {
        "description": "A fault of the file, in the shape of `protocolkit check --format json`.",
        "type": "object",
        "required": ["code", "name", "severity", "message", "help", "file", "span"],
    }
    part = _object(
        "One part of the coverage.",
        touched=_whole("How many the scenarios touch."),
        all=_whole("How many there are."),
        untouched=_list("What no scenario touches, in words.", {"type": "string"}),
    )
    coverage = _object(
        "How much of one protocol the scenarios touch.",
        protocol=_text("The protocol's id."),
        protocol_version=_text("Its version, if it says one."),
        digest=_text("The SHA-256 of its content.", pattern="^[0-9a-f]{64}$"),
        **{name: {"$ref": "#/$defs/part"} for name in PARTS},
    )
    file = _object(
        "One file of scenarios.",
        file=_text("Its name."),
        findings=_list("Its faults; with an error among them nothing was run.", finding),
        scenarios=_list("Its scenarios.", scenario),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Results of `protocolkit test --format json`, version 1",
        **_object(
            "What came of running scenario files.",
            version={"description": "The version of this shape.", "const": VERSION},
            passed=_whole("How many scenarios came out as they say."),
            failed=_whole("How many did not."),
            files=_list("The files, in the order in which they were run.", file),
            coverage=_list("The coverage of each protocol.", coverage),
        ),
        "$defs": {"part": part},
    }
