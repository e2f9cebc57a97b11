"""What running scenarios came to: values that text, JSON and JUnit output are made from.

Imports coverage, the model and ground.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.ground.findings import Finding, Place
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model.protocol import Protocol
from protocolkit.scenarios.coverage import Touched


class Difference(Record):
    """Something came out otherwise than the scenario says: where that stands, what it is
    about, and both sides in words. `when` is the local time in the story."""

    place: Place
    when: str = ""
    about: str
    expected: str
    found: str

    def __str__(self) -> str:
        start = self.place.start
        return (
            f"{self.place.file}:{start.line}:{start.column}: {self.about}: "
            f"expected {self.expected}, found {self.found}"
        )


class Outcome(Record):
    """One scenario that was run: how many steps were taken, and every difference.

    `touched` is what it made happen of the rules of each protocol that its cases ran under.
    """

    name: str
    title: str
    place: Place
    steps: int
    differences: tuple[Difference, ...] = ()
    touched: tuple[tuple[Protocol, Touched], ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything came out as it says."""
        return not self.differences


class Results(Record):
    """A file that was run. With an error among `findings` nothing was run."""

    file: str
    findings: tuple[Finding, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    texts: Mapping[str, str] = EMPTY

    @property
    def passed(self) -> int:
        """How many scenarios came out as they say."""
        return sum(outcome.passed for outcome in self.outcomes)

    @property
    def failed(self) -> int:
        """How many did not."""
        return len(self.outcomes) - self.passed

    @property
    def ok(self) -> bool:
        """Whether the file was run and every scenario passed."""
        errors = any(finding.severity == "error" for finding in self.findings)
        return not errors and not self.failed
