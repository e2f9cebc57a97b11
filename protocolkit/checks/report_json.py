"""Findings for programs: one JSON object, the same bytes for the same findings.

`VERSION` counts changes of this shape that could break a reader; `schema` is its JSON Schema.
Lines and columns count from 1, in code points, ends are exclusive. Imports findings.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from protocolkit.checks.fingerprints import fingerprints
from protocolkit.ground import schemas
from protocolkit.ground.findings import (
    AcceptedBy,
    Applicability,
    Confidence,
    Finding,
    Fix,
    Place,
    Severity,
    in_order,
)
from protocolkit.ground.record import EMPTY

VERSION = 1
ID = "urn:protocolkit:schema:findings:1"


def render(findings: Iterable[Finding], texts: Mapping[str, str] = EMPTY) -> str:  # noqa: ARG001
    """All findings, also those that were accepted: `suppressed` says why.

    Only ASCII, so that no console can spoil it.
    """
    whole = {"version": VERSION, "findings": values(findings)}
    return json.dumps(whole, indent=2) + "\n"


def values(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """The findings as JSON values, in order."""
    ordered = in_order(list(findings))
    marks = fingerprints(ordered)
    return [_finding(finding, mark) for finding, mark in zip(ordered, marks, strict=True)]


def _finding(finding: Finding, fingerprint: str) -> dict[str, Any]:
    place = finding.place
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "message": finding.message,
        "help": finding.help,
        "file": place.file if place else None,
        "span": span(place),
        "path": list(finding.path),
        "related": [
            {"file": related.place.file, "span": span(related.place), "label": related.label}
            for related in finding.related
        ],
        "witness": dict(finding.witness),
        "trace": [
            {"step": number, "text": text} for number, text in enumerate(finding.trace, start=1)
        ],
        "fix": _fix(finding.fix) if finding.fix else None,
        "source": finding.source,
        "fingerprint": fingerprint,
        "suppressed": _suppressed(finding) if finding.suppressed else None,
    }


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "applicability": fix.applicability,
        "title": fix.title,
        "edits": [
            {"file": edit.place.file, "span": span(edit.place), "text": edit.text}
            for edit in fix.edits
        ],
    }


def _suppressed(finding: Finding) -> dict[str, Any]:
    until = finding.suppressed_until
    return {
        "by": finding.suppressed_by,
        "reason": finding.suppressed,
        "until": until.isoformat() if until else None,
    }


def span(place: Place | None) -> dict[str, Any] | None:
    """From where to where something stands, as JSON values; None if nobody knows."""
    if place is None:
        return None
    return {
        "start": {"line": place.start.line, "column": place.start.column},
        "end": {"line": place.end.line, "column": place.end.column},
    }


# -- the shape -------------------------------------------------------------------------


def shape() -> dict[str, Any]:
    """The JSON Schema of one finding."""
    span = {"$ref": "#/$defs/span"}
    file = schemas.text("The file, below the working folder if it lies there; `/` parts folders.")
    return schemas.whole(
        "One thing that is wrong.",
        code=schemas.text("The code of its page.", pattern="^PK[0-9]{3}$"),
        name=schemas.text("The name of its page."),
        severity={"description": "How grave it is.", "enum": [*get_args(Severity)]},
        confidence={
            "description": "How sure it is: `exact` follows from the file alone, `heuristic` is a "
            "rule of thumb, `bounded` is true as far as was searched.",
            "enum": [*get_args(Confidence)],
        },
        message=schemas.text("What is wrong, in a sentence or two."),
        help=schemas.text("The one thing to do; empty if there is none."),
        file=schemas.or_null(file),
        span=schemas.or_null(span),
        path=schemas.path(),
        related=schemas.listed(
            "Other places that help to understand it.",
            schemas.whole("A place.", file=file, span=span, label=schemas.text("What it shows.")),
        ),
        witness=schemas.mapped("Values that show it, by name.", {"type": "string"}),
        trace=schemas.listed(
            "How a case gets there.",
            schemas.whole(
                "A step.", step=schemas.number("Its number.", 1), text=schemas.text("In words.")
            ),
        ),
        fix=schemas.or_null(
            schemas.whole(
                "How it can be mended by changing the text.",
                applicability={
                    "description": "`safe`: the file says the same afterwards; `unsafe`: a guess "
                    "at what was meant; `display`: to look at only.",
                    "enum": [*get_args(Applicability)],
                },
                title=schemas.text("What it does."),
                edits=schemas.listed(
                    "The changes; none touches another.",
                    schemas.whole(
                        "A stretch, and what to put in its place.",
                        file=file,
                        span=span,
                        text=schemas.text("The new text."),
                    ),
                ),
            )
        ),
        source=schemas.text("What the check rests on."),
        fingerprint=schemas.text(
            "A mark that stays when lines or parts of the file move; one of a kind in its file.",
            pattern="^[0-9a-f]{16}:[1-9][0-9]*$",
        ),
        suppressed=schemas.or_null(
            schemas.whole(
                "That somebody has accepted it.",
                by={
                    "description": "Where that is said; null if it is not known.",
                    "enum": [*get_args(AcceptedBy), None],
                },
                reason=schemas.text("Why.", minLength=1),
                until=schemas.or_null(schemas.text("The last day.", format="date")),
            )
        ),
    )


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what `render` writes."""
    return {
        "$schema": schemas.DRAFT,
        "$id": ID,
        "title": "Findings by `protocolkit check --format json`, version 1",
        **schemas.whole(
            "What is wrong with protocol files, and where.",
            version={"description": "The version of this shape.", "const": VERSION},
            findings=schemas.listed(
                "Every finding, by file, line and column.", {"$ref": "#/$defs/finding"}
            ),
        ),
        "$defs": {"finding": shape(), "span": schemas.span()},
    }
