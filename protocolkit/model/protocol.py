"""The protocol: one jurisdiction's whole declaration.

Imports its parts. A protocol is data; `protocolkit.semantics` says what it means.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.conditions.syntax import Condition
from protocolkit.ground.record import EMPTY
from protocolkit.model.base import Element
from protocolkit.model.case import (
    Escalation,
    Fact,
    FollowUp,
    Meeting,
    State,
    Strand,
    Term,
    Trigger,
)
from protocolkit.model.content import NO_CONTENT, Content
from protocolkit.model.people import Goal, Organization, Practice, Relationship, Role
from protocolkit.model.programme import (
    Agreement,
    Citation,
    InForce,
    Link,
    OfficeHours,
    Parameter,
    Property,
    Release,
    Review,
    Tally,
)


class Protocol(Element):
    """Everything a protocol file says.

    Every mapping is keyed by id and keeps the order of the file.
    Source: the elements of a team protocol in Nichols et al. 2023, §3.1 and §5.
    """

    protocolkit: str
    jurisdiction: str = ""
    document: str = "protocol"
    version: str = ""
    in_force: InForce | None = None
    timezone: str = ""
    business_days: str = ""
    extends: str = ""
    sources: Mapping[str, Citation] = EMPTY
    goal: Goal | None = None
    parameters: Mapping[str, Parameter] = EMPTY
    calendars: Mapping[str, OfficeHours] = EMPTY
    organizations: Mapping[str, Organization] = EMPTY
    roles: Mapping[str, Role] = EMPTY
    relationships: Mapping[str, Relationship] = EMPTY
    practices: Mapping[str, Practice] = EMPTY
    facts: Mapping[str, Fact] = EMPTY
    terms: Mapping[str, Term] = EMPTY
    applies_while: Condition | None = None
    strands: Mapping[str, Strand] = EMPTY
    triggers: Mapping[str, Trigger] = EMPTY
    meetings: Mapping[str, Meeting] = EMPTY
    follow_ups: Mapping[str, FollowUp] = EMPTY
    escalations: Mapping[str, Escalation] = EMPTY
    sharing: Mapping[str, Mapping[str, Release]] = EMPTY
    properties: Mapping[str, Property] = EMPTY
    tallies: Mapping[str, Tally] = EMPTY
    links: Mapping[str, Link] = EMPTY
    agreement: Agreement | None = None
    review: Review | None = None
    content: Content = NO_CONTENT

    @property
    def digest(self) -> str:
        """The SHA-256 of the file's content without comments, order of keys and layout."""
        return self.content.digest

    def strand_of(self, state: str) -> str:
        """The strand in which a state's name stands; empty when in none or in several."""
        found = [name for name, strand in self.strands.items() if state in strand.states]
        return found[0] if len(found) == 1 else ""

    def state(self, name: str) -> State | None:
        """A state by a name that is unique over the strands."""
        strand = self.strand_of(name)
        return self.strands[strand].states[name] if strand else None

    @property
    def all_terms(self) -> Mapping[str, Condition]:
        """The conditions of the terms, by name."""
        return {name: term.condition for name, term in self.terms.items() if term.condition}
