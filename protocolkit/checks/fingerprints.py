"""A mark for each finding by which it is known again when the file has changed elsewhere.

Whoever keeps a list of findings (a code host, a dashboard) sees by the mark that a finding is
an old one. So it is made of nothing that moves: no line, no place in a list, no number, no word
of ours that may be put better one day. Imports findings.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable

from protocolkit.ground.findings import Finding

_QUOTED = re.compile(r"`([^`]*)`")
_NAME = re.compile(r"[^\W\d]\w*(?:-\w+)*")


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """The marks of findings, in their order: sixteen signs, a colon, and a number.

    A mark is made of the code and of the names that the finding speaks of, wherever they stand:
    which of two elements comes first in the file changes nothing. The name of the file is not in
    it, so a file can be renamed; the number tells findings of one file apart that are alike.
    """
    seen: Counter[tuple[str, str]] = Counter()
    marks = []
    for finding in findings:
        mark = hashlib.sha256(json.dumps([finding.code, names(finding)]).encode()).hexdigest()[:16]
        file = finding.place.file if finding.place is not None else ""
        seen[file, mark] += 1
        marks.append(f"{mark}:{seen[file, mark]}")
    return marks


def names(finding: Finding) -> list[str]:
    """The names that a finding speaks of: those on its path and those in its message."""
    spoken = {part for part in finding.path if isinstance(part, str)}
    for quoted in _QUOTED.findall(finding.message):
        spoken.update(_NAME.findall(quoted))
    return sorted(spoken)
