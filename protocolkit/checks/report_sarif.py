"""Findings for code hosts and editors: SARIF 2.1.0, the OASIS standard for such results.

One run, the same bytes for the same findings: no time of day, no name of a machine, files named
below the working folder. Shape: a rule for each page that is spoken of, a result for each finding,
also for those that were accepted. What is told of a proof comes in as an `Alert` with a `kind` and
a flow of its own. Imports findings and the catalogue of pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from protocolkit.checks.catalogue import PROOFS, info
from protocolkit.checks.explain import page
from protocolkit.checks.fingerprints import fingerprints
from protocolkit.ground.findings import Finding, Fix, Path, Place, Severity, in_order
from protocolkit.ground.record import EMPTY, Record

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
MARK = "protocolkit/v1"
"""The name of our marks. They are given as `primaryLocationLineHash` too, which is the one name
that GitHub looks at: then an alert stays the same when the lines below its own change.
"""

Kind: TypeAlias = Literal["fail", "open", "review"]

_LEVEL: Mapping[Severity, str] = {"error": "error", "warning": "warning", "advice": "note"}
_PROBLEM: Mapping[Severity, str] = {
    "error": "error",
    "warning": "warning",
    "advice": "recommendation",
}
_PRECISION = {"exact": "very-high", "heuristic": "medium", "bounded": "high"}


class Alert(Record):
    """A finding as SARIF tells it. `open`: could not be decided; `review`: somebody must look.

    `flow` is a story: its steps in words, each with the place of its rule.
    """

    finding: Finding
    kind: Kind = "fail"
    flow: tuple[tuple[str, Place | None], ...] = ()


def render(
    findings: Iterable[Finding],
    texts: Mapping[str, str] = EMPTY,
    *,
    version: str = "",
    faults: Sequence[str] = (),
) -> str:
    """All findings; only ASCII. `faults`: why files could not be opened."""
    alerts = [Alert(finding=finding, flow=_traced(finding)) for finding in findings]
    return log(alerts, texts, version=version, faults=faults)


def log(
    alerts: Iterable[Alert],
    files: Iterable[str],
    *,
    version: str = "",
    faults: Sequence[str] = (),
) -> str:
    """A whole log of one run. `files` are those that were looked at."""
    told = {id(alert.finding): alert for alert in alerts}
    ordered = in_order([alert.finding for alert in told.values()])
    rules = {rule(finding): _rule(finding) for finding in sorted(ordered, key=rule)}
    index = {name: number for number, name in enumerate(rules)}
    driver: dict[str, Any] = {"name": "protocolkit", "rules": list(rules.values())}
    if version:
        driver |= {"version": version, "semanticVersion": version}
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(faults)],
        "artifacts": [
            {"location": {"uri": uri(file)}, "roles": ["analysisTarget"], "sourceLanguage": "yaml"}
            for file in sorted(set(files))
        ],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(told[id(finding)], mark, index[rule(finding)])
            for finding, mark in zip(ordered, fingerprints(ordered), strict=True)
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=2) + "\n"


def rule(finding: Finding) -> str:
    """What the rule of a finding is known by: its code, or its name if it has none."""
    return finding.code or finding.name


def uri(file: str) -> str:
    """A file as a reference that holds wherever the log is read; an absolute one stays absolute."""
    name = quote(file, safe="/")
    if file.startswith("/"):
        return f"file://{name}"
    if file[1:3] == ":/":  # a drive
        return f"file:///{file[:2]}{quote(file[2:], safe='/')}"
    return name


def _traced(finding: Finding) -> tuple[tuple[str, Place | None], ...]:
    return tuple((step, finding.place) for step in finding.trace)


def _rule(finding: Finding) -> dict[str, Any]:
    sheet = info(finding.code)
    if sheet is None:
        return {"id": rule(finding), "name": finding.name}
    text = page(sheet)
    return {
        "id": sheet.code,
        "name": sheet.name,
        "shortDescription": {"text": sheet.summary},
        "fullDescription": {"text": f"{sheet.summary} {' '.join(sheet.why.split())}"},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _LEVEL[sheet.severity]},
        "properties": {
            "tags": ["verify" if sheet in PROOFS else "check", sheet.confidence],
            "precision": _PRECISION[sheet.confidence],
            "problem.severity": _PROBLEM[sheet.severity],
        },
    }


def _invocation(faults: Sequence[str]) -> dict[str, Any]:
    if not faults:
        return {"executionSuccessful": True}
    notes = [{"level": "error", "message": {"text": fault}} for fault in faults]
    return {"executionSuccessful": False, "toolExecutionNotifications": notes}


def _result(alert: Alert, mark: str, index: int) -> dict[str, Any]:
    finding = alert.finding
    result: dict[str, Any] = {
        "ruleId": rule(finding),
        "ruleIndex": index,
        "kind": alert.kind,
        # What is not a failure has no level, says the standard.
        "level": _LEVEL[finding.severity] if alert.kind == "fail" else "none",
        "message": {"text": _message(finding)},
        "locations": [one for one in [_location(finding.place, path=finding.path)] if one],
        "partialFingerprints": {MARK: mark, "primaryLocationLineHash": mark},
        "suppressions": [_suppression(finding)] if finding.suppressed else [],
        "properties": {
            "confidence": finding.confidence,
            "source": finding.source,
            "witness": dict(finding.witness),
        },
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(one.place, one.label)}
            for number, one in enumerate(finding.related, start=1)
        ]
    if alert.flow:
        steps = [
            {"executionOrder": number, "location": _location(place or finding.place, text)}
            for number, (text, place) in enumerate(alert.flow, start=1)
        ]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if finding.fix:
        result["fixes"] = [_fix(finding.fix)]
    return result


def _message(finding: Finding) -> str:
    said = " ".join(finding.message.split())
    example = " and ".join(f"{name} is {value}" for name, value in finding.witness.items())
    if example:
        said += f" For example: {example}."
    if finding.help:
        said += f" What to do: {' '.join(finding.help.split())}"
    return said


def _location(place: Place | None, text: str = "", path: Path = ()) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if place is not None:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": uri(place.file)},
            "region": _region(place),
        }
    if path:
        location["logicalLocations"] = [
            {
                "name": str(path[-1]),
                "fullyQualifiedName": _qualified(path),
                "kind": "property" if isinstance(path[-1], str) else "value",
            }
        ]
    if text:
        location["message"] = {"text": text}
    return location


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.start.line,
        "startColumn": place.start.column,
        "endLine": place.end.line,
        "endColumn": place.end.column,
    }


def _qualified(path: Path) -> str:
    """A path in one word: `triggers.report.moves[0]`."""
    said = "".join(f".{part}" if isinstance(part, str) else f"[{part}]" for part in path)
    return said.removeprefix(".")


def _suppression(finding: Finding) -> dict[str, str]:
    outside = finding.suppressed_by == "config"
    said = f", until {finding.suppressed_until}" if finding.suppressed_until else ""
    if said and str(finding.suppressed_until) in finding.suppressed:
        said = ""
    return {
        "kind": "external" if outside else "inSource",
        "status": "accepted",
        "justification": f"{finding.suppressed}{said}",
    }


def _fix(fix: Fix) -> dict[str, Any]:
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in fix.edits:
        changes.setdefault(edit.place.file, []).append(
            {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.text}}
        )
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {"artifactLocation": {"uri": uri(file)}, "replacements": edits}
            for file, edits in changes.items()
        ],
    }
