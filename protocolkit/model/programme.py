"""What surrounds the cases: calendars, parameters, sharing, agreement, review, properties.

Imports the base, conditions and ground.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from protocolkit.conditions.syntax import Condition
from protocolkit.ground.calendars import Calendar
from protocolkit.ground.limits import Duration, Limit, OccurrenceRef
from protocolkit.ground.record import EMPTY
from protocolkit.model.base import Element, Label


class OfficeHours(Element):
    """A declared calendar: office hours and closed days; `calendar` is ready for arithmetic."""

    open: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    timezone: str = ""
    calendar: Calendar | None = None


class Floor(Element):
    """What an overlay may not go beyond."""

    no_longer_than: Duration | None = None
    no_shorter_than: Duration | None = None
    at_least: int | None = None
    at_most: int | None = None
    one_of: tuple[str, ...] = ()


class Parameter(Element):
    """A value with a name that other places use and an overlay may set, within its floor."""

    value: Duration | int | str = ""
    floor: Floor | None = None


class Release(Element):
    """May a role see a fact: always, with consent, never; for which purposes."""

    release: str
    purposes: tuple[str, ...] = ()


class Property(Element):
    """Something that must be true of every case; `kind` is one of `words.PROPERTY_KINDS`."""

    kind: str
    when: OccurrenceRef | None = None
    then: OccurrenceRef | None = None
    within: Limit | None = None
    before: OccurrenceRef | None = None
    need: OccurrenceRef | None = None
    what: OccurrenceRef | None = None
    condition: Condition | None = None
    until: OccurrenceRef | None = None
    from_: OccurrenceRef | None = None
    to: OccurrenceRef | None = None
    after: OccurrenceRef | None = None
    times: int | None = None
    steps: tuple[str, ...] = ()

    @property
    def is_of_one_case(self) -> bool:
        """Whether one case can show that it is broken; else only a search through all can."""
        return self.kind != "always_possible"


class Tally(Element):
    """A count without identifiers, for a report."""

    every: Limit | None = None
    count: tuple[OccurrenceRef, ...] = ()
    small_cells_below: int | None = None
    scope: str = "programme"


class Party(Element):
    """An organization that signed the agreement: which text, when, until when, but for what."""

    signed: date | None = None
    until: date | None = None
    digest: str = ""
    reservations: tuple[str, ...] = ()


class Agreement(Element):
    """Which organizations signed the protocol."""

    parties: Mapping[str, Party] = EMPTY


class Review(Element):
    """When the protocol itself is looked at again."""

    every: Duration | None = None
    last: date | None = None
    next: date | None = None


class InForce(Element):
    """From when and until when this version applies; cases stay on the version of their start."""

    from_: date | None = None
    until: date | None = None


class Link(Element):
    """A hand-over to a case under another protocol."""

    protocol: str
    opens_with: tuple[OccurrenceRef, ...] = ()
    accepted_by: tuple[str, ...] = ()
    hands_over: tuple[str, ...] = ()


class Citation(Element):
    """A source that elements cite."""

    citation: Label = Label()
