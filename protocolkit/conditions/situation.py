"""What a condition is judged in: a running case, or an abstract one.

Only the atoms are asked; and, or, not and terms are the conditions' own affair. Imports
only `ground`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from protocolkit.ground.limits import Duration, OccurrenceRef

FactValue: TypeAlias = bool | int | str | date | frozenset[str]


class Situation(Protocol):
    """Answers to what the atoms of a condition ask; None always means unknown.

    What is asked about several names (`count(a, b)`) is asked of each; a reference to one of
    several, such as `last(a, b)`, names them all (`OccurrenceRef.each`).
    """

    def fact(self, name: str) -> FactValue | None:
        """The value of a fact now; unknown when never recorded, or expired."""

    def fact_at(self, name: str, at: OccurrenceRef) -> FactValue | None:
        """The value a fact had when something happened."""

    def fact_since(self, name: str, since: OccurrenceRef) -> FactValue | None:
        """The value now, if it holds from when something happened or later (from ever, if that
        never was).
        """

    def state(self, strand: str) -> str:
        """The one state a strand is in."""

    def status(self, follow_up: str) -> str:
        """Of the latest opened one; exactly one of: not_opened open overdue met met-late
        satisfied-by declined waived cancelled."""

    def happened(self, name: str, event: str, since: OccurrenceRef | None) -> bool | None:
        """Whether it happened, ever or since something else (ever, if that never was)."""

    def count(
        self, name: str, event: str, since: OccurrenceRef | None, within: Duration | None
    ) -> int | None:
        """How often it happened, since something else, in a span that ends now, or both."""

    def by(self, name: str) -> frozenset[str] | None:
        """The roles of whoever did the last one."""

    def missed(self, name: str, event: str, within: Duration, after: OccurrenceRef) -> bool | None:
        """Whether the span after something else is over and it did not happen in it."""

    def reached(self, fact: str) -> bool | None:
        """Whether the day of a date fact has come."""

    def days_between(self, a: str | OccurrenceRef, b: str | OccurrenceRef) -> int | None:
        """Calendar days from `a` to `b`, negative when `b` is earlier; a text names a fact."""

    def within(self, span: Duration, a: str | OccurrenceRef, b: str | OccurrenceRef) -> bool | None:
        """Whether `b` is not before `a`, and at most a span after it; a text names a fact."""

    def attended(self, meeting: str) -> frozenset[str] | None:
        """The roles of those who were at the last of a meeting that was held or adjourned."""

    def available(self, role: str) -> bool | None:
        """Whether somebody who holds the role can be reached now."""

    def attendee(self) -> str | None:
        """The role of the person at the meeting whom the condition is asked about."""
