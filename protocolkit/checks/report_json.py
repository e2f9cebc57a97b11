"""Findings for programs: one JSON object, the same bytes for the same findings.

`version` counts changes of this shape that could break a reader. Lines and columns count
from 1, in code points, ends are exclusive. Imports findings.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from protocolkit.ground.findings import Finding, Place, in_order
from protocolkit.ground.record import EMPTY

VERSION = 1


def render(findings: Iterable[Finding], texts: Mapping[str, str] = EMPTY) -> str:  # noqa: ARG001
    """All findings, also those that were accepted: `suppressed` says why.

    Only ASCII, so that no console can spoil it.
    """
    ordered = in_order(list(findings))
    shown = [
        _finding(finding, mark)
        for finding, mark in zip(ordered, fingerprints(ordered), strict=True)
    ]
    return json.dumps({"version": VERSION, "findings": shown}, indent=2) + "\n"


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """A mark for each finding that stays the same when lines or list items are added above.

    Made of the code, the names on the path and the message without the names in it; equal
    ones are told apart by counting.
    """
    seen: Counter[str] = Counter()
    marks = []
    for finding in findings:
        names = [part for part in finding.path if isinstance(part, str)]
        words = re.sub(r"`[^`]*`|[0-9]+", "_", finding.message)
        if not names and finding.place is not None:
            words = finding.message  # nothing but the message tells where it is
        content = json.dumps([finding.code, names, words])
        mark = hashlib.sha256(content.encode()).hexdigest()[:16]
        seen[mark] += 1
        marks.append(f"{mark}:{seen[mark]}")
    return marks


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
        "fix": None,
        "source": finding.source,
        "fingerprint": fingerprint,
        "suppressed": {"reason": finding.suppressed} if finding.suppressed else None,
    }


def span(place: Place | None) -> dict[str, Any] | None:
    """From where to where something stands, as JSON values; None if nobody knows."""
    if place is None:
        return None
    return {
        "start": {"line": place.start.line, "column": place.start.column},
        "end": {"line": place.end.line, "column": place.end.column},
    }
