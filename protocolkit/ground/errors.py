"""The exceptions a caller can meet, drawn as a tree.

ProtocolkitError
├── ProtocolError      a protocol file cannot be used; carries `.findings`
├── Refused            a case said no to an act; carries `.reasons`
├── NotRunnable        the protocol says something this engine cannot run yet; `.findings`
├── Conflict           the case moved on, or a key was used for another request
├── UsageError         the caller asked for something that does not exist (case, role, file)
├── StoreError         the store cannot be opened, read or written
└── LayoutError        no layout engine for figures is installed

Bad YAML never raises through `check`; exceptions are for callers who asked for more than
a judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from protocolkit.ground.findings import Finding


class ProtocolkitError(Exception):
    """Root of every exception that protocolkit raises on purpose."""


class ProtocolError(ProtocolkitError):
    """A protocol file has errors that make it unusable."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(_line(finding) for finding in self.findings))


class Refused(ProtocolkitError):
    """An act was refused; the refusal is in the record, nothing else changed."""

    def __init__(self, reasons: Sequence[Finding]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(reason.message for reason in self.reasons))


class NotRunnable(ProtocolError):
    """The protocol is well formed but uses a part of the language the engine cannot run yet."""


class Conflict(ProtocolkitError):
    """Somebody else wrote to this case first, or this key belongs to another request."""


class UsageError(ProtocolkitError):
    """A case, role, protocol or file that does not exist was asked for."""


class StoreError(ProtocolkitError):
    """The store could not be opened, read or written."""


class LayoutError(ProtocolkitError):
    """No engine that lays out figures could be found."""


def _line(finding: Finding) -> str:
    place = finding.place
    where = f"{place.file}:{place.start.line}:{place.start.column}: " if place else ""
    return f"{where}{finding.code} {finding.message}"
