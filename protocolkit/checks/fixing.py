"""Mending a text by the changes that its findings propose, as far as that makes it no worse.

Changes are made together where they do not touch each other, and the text is judged anew after
each round, until nothing is left to do. Writes no file. Imports edits and the report of checks.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Callable, Iterable

from protocolkit.checks.edits import Stretches, applied
from protocolkit.checks.runner import Report
from protocolkit.ground.findings import Edit, Finding, Severity
from protocolkit.ground.record import Record

MOST = 100
"""So often a text is judged anew at most."""

_UNREADABLE = "PK001"
_GRAVITY: tuple[Severity, ...] = ("advice", "warning", "error")


class Mended(Record):
    """What came of it: the text as it is now, what was mended, and what was left because
    mending it would do harm.
    """

    before: bytes
    after: bytes
    mended: tuple[Finding, ...] = ()
    refused: tuple[Finding, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether there is something to write."""
        return self.after != self.before


def mend(
    data: bytes, file: str, judge: Callable[[bytes], Report], *, unsafe: bool = False
) -> Mended:
    """The text of a file, mended.

    `judge` tells what is wrong with a text in this file. Only changes of the file itself are made;
    with `unsafe` also those that guess at what was meant.
    """
    report = judge(data)
    now, mended, singly = data, list[Finding](), False
    refused: dict[object, Finding] = {}
    for _ in range(MOST):
        chosen = _chosen(report, file, unsafe, refused)
        if singly:
            del chosen[1:]
        if not chosen:
            break
        later = _changed(now, [edit for one in chosen for edit in _edits(one)])
        then = judge(later)
        if not _is_worse(report, then, chosen):
            now, report, singly = later, then, False
            mended += chosen
        elif len(chosen) == 1:
            refused[_identity(chosen[0])] = chosen[0]
            singly = False
        else:
            singly = True
    return Mended(before=data, after=now, mended=tuple(mended), refused=tuple(refused.values()))


def fixable(report: Report, file: str, *, unsafe: bool) -> list[Finding]:
    """The findings that can be mended in a file."""
    kinds = ("safe", "unsafe") if unsafe else ("safe",)
    return [
        finding
        for finding in report.open
        if finding.fix is not None
        and finding.fix.applicability in kinds
        and all(edit.place.file == file for edit in finding.fix.edits)
    ]


def _chosen(report: Report, file: str, unsafe: bool, refused: Iterable[object]) -> list[Finding]:
    """Findings to mend in one go: their changes do not touch each other."""
    taken = Stretches()
    return [
        finding
        for finding in fixable(report, file, unsafe=unsafe)
        if _identity(finding) not in refused and taken.take(_edits(finding))
    ]


def _edits(finding: Finding) -> tuple[Edit, ...]:
    return finding.fix.edits if finding.fix else ()


def _changed(data: bytes, edits: Iterable[Edit]) -> bytes:
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return mark + applied(data.removeprefix(mark).decode("utf-8"), edits).encode("utf-8")


def _is_worse(before: Report, after: Report, mended: Iterable[Finding]) -> bool:
    """Whether something is found now that was not there, and is graver than what was mended: a
    file that cannot be read is graver than all else.
    """
    new = Counter(map(_identity, after.open)) - Counter(map(_identity, before.open))
    mildest = min(_GRAVITY.index(one.severity) for one in mended)
    return any(
        one.code == _UNREADABLE or _GRAVITY.index(one.severity) > mildest
        for one in after.open
        if _identity(one) in new
    )


def _identity(finding: Finding) -> tuple[object, ...]:
    """What tells a finding from others, wherever it stands."""
    return finding.code, finding.message, tuple(p for p in finding.path if isinstance(p, str))
