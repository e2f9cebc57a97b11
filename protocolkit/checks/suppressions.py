"""Findings that somebody has accepted, with a reason.

In the file: a comment `# protocolkit: ignore[PK202] reason`, optionally with `until
2027-01-01` in the reason, on a line of the finding or of a key around it. In the protocol:
`not_applicable`, for practice checks. What has no reason, is past its day, or names a code
that cannot be accepted hides nothing. Imports the text reader, to tell comments from texts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from protocolkit.ground.findings import Finding
from protocolkit.ground.record import Record
from protocolkit.language.faults import FAULTS
from protocolkit.language.reading import Places
from protocolkit.language.text import parse
from protocolkit.language.tree import Scalar, scalars
from protocolkit.model.protocol import Protocol

PRACTICE = "PK8"
"""How the codes of practice checks start."""

_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*", re.MULTILINE)
_IGNORE = re.compile(r"#\s*protocolkit:\s*ignore\[([^\]]*)\](.*)")
_UNTIL = re.compile(r"\buntil\s+(\d{4}-\d{2}-\d{2})\b")


class Suppression(Record):
    """One comment: where it stands, which codes it accepts, why and until when."""

    file: str
    line: int
    codes: tuple[str, ...]
    reason: str
    until: date | None = None

    def holds(self, today: date | None) -> bool:
        """Whether it has a reason and its last day is not over."""
        late = self.until is not None and today is not None and today > self.until
        return bool(self.reason) and not late


def can_be_accepted(code: str) -> bool:
    """Whether a comment may accept findings with a code: not when the file cannot be trusted
    to mean what it says.
    """
    return code not in FAULTS and not code.startswith(("PK0", "PK1"))


def suppressions(texts: Mapping[str, str]) -> Iterator[Suppression]:
    """Every comment that accepts something, in the order of the files."""
    for file, text in texts.items():
        for line, comment in _comments(file, text):
            if found := _IGNORE.match(comment):
                reason = found[2].strip(" \t-:,.")
                until = _UNTIL.search(reason)
                try:
                    day = date.fromisoformat(until[1]) if until else None
                except ValueError:
                    continue  # a day that does not exist accepts nothing
                yield Suppression(
                    file=file,
                    line=line,
                    codes=tuple(code.strip() for code in found[1].split(",")),
                    reason="" if until and until[0] == reason else reason,
                    until=day,
                )


def _comments(file: str, text: str) -> Iterator[tuple[int, str]]:
    """The real comments of a text with their lines: a `#` inside a text is none."""
    if "protocolkit:" not in text:
        return
    tree, text, _ = parse(text, file)
    if tree is None:
        return
    held = sorted((scalar.line, scalar.column, _end(scalar)) for scalar in scalars(tree))
    starts = [(line, column) for line, column, _ in held]
    for number, line in enumerate(text.split("\n"), 1):
        for found in _COMMENT.finditer(line):
            at = (number, found.start() + 1)
            before = bisect_right(starts, at) - 1
            if before < 0 or held[before][2] <= at:
                yield number, found.group()


def _end(scalar: Scalar) -> tuple[int, int]:
    return scalar.end_line, scalar.end_column


def accepted(
    finding: Finding,
    comments: tuple[Suppression, ...],
    places: Places,
    protocol: Protocol,
    today: date | None,
) -> str:
    """The reason with which a finding was accepted; empty when it was not."""
    if finding.code.startswith(PRACTICE):
        for element in _around(protocol, finding):
            if reason := element.not_applicable.get(finding.code, "").strip():
                return str(reason)
    if finding.place is None or not can_be_accepted(finding.code):
        return ""
    lines = {
        (finding.place.file, line)
        for line in range(finding.place.start.line, finding.place.end.line + 1)
    }
    for depth in range(1, len(finding.path) + 1):
        if key := places.key(finding.path[:depth]):
            lines.add((key.file, key.start.line))
    for comment in comments:
        here = (comment.file, comment.line) in lines
        if here and finding.code in comment.codes and comment.holds(today):
            return comment.reason
    return ""


def _around(protocol: Protocol, finding: Finding) -> Iterator[Any]:
    """The element that a finding is about, and the protocol."""
    if len(finding.path) >= 2:
        section = getattr(protocol, str(finding.path[0]), None)
        if isinstance(section, Mapping) and (element := section.get(finding.path[1])):
            yield element
    yield protocol
