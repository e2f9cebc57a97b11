"""Where a case stands: states, facts, who holds what, what is owed, met, offered, left out, kept.

Imports what is owed and watched, and the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from protocolkit.ground.findings import Path
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model.base import Element
from protocolkit.semantics.answers.owed import Owed, Undecided, todo, waiting
from protocolkit.semantics.answers.watched import Watched, watched
from protocolkit.semantics.case import Case, MeetingRecord
from protocolkit.semantics.case import Proposal as CaseProposal
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.changes import LeftOut as LeftOutChange
from protocolkit.semantics.changes import Offered as OfferedChange
from protocolkit.semantics.deciding.agreement import Joint, joint_act
from protocolkit.semantics.program import Program
from protocolkit.semantics.shares import holder_id
from protocolkit.semantics.situation import CaseSituation
from protocolkit.semantics.time import items


class Planned(Record):
    """One meeting of a case."""

    id: str
    name: str
    status: str
    planned_at: datetime
    attended: Mapping[str, str] = EMPTY


class Proposed(Record):
    """Something that waits for sign-offs: an act, or (`kind`) that a follow-up is declined,
    waived or extended.

    `what` is the act or the open follow-up. `signed` maps each person who signed to the role
    they signed for ("" when they proposed it). `missing` are those who must still sign.
    """

    kind: str
    what: str
    title: str
    since: datetime
    signed: Mapping[str, str]
    missing: tuple[str, ...] = ()
    veto: tuple[str, ...] = ()
    source: str = ""
    path: Path = ()


class Offered(Record):
    """A hand-over to another protocol that nobody has accepted yet; until then `hands_over` are
    still owed here. `accepted_by` are the roles that may, empty for anyone there.
    """

    link: str
    title: str
    protocol: str
    since: datetime
    accepted_by: tuple[str, ...] = ()
    hands_over: tuple[str, ...] = ()
    source: str = ""
    path: Path = ()


class LeftOut(Record):
    """Somebody for whom a follow-up was not opened, as the protocol says; `unknown`: because
    nobody knew better.
    """

    follow_up: str
    item: str
    at: datetime
    unknown: bool = False
    source: str = ""
    path: Path = ()


class Standing(Record):
    """Where a case stands. `version` is the number of its events.

    `scope` is `programme` for the standing case of a programme, which has no states.
    `linked_from` is the case that was handed over to this one.
    """

    id: str
    protocol: str
    protocol_version: str
    digest: str
    version: int
    states: Mapping[str, str]
    facts: Mapping[str, FactValue]
    holders: Mapping[str, str]
    open: tuple[Owed, ...]
    undecided: tuple[Undecided, ...]
    meetings: tuple[Planned, ...]
    proposals: tuple[Proposed, ...] = ()
    offers: tuple[Offered, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    properties: tuple[Watched, ...] = ()
    scope: str = "case"
    linked_from: str = ""
    opened_at: datetime
    recorded_at: datetime
    closed_at: datetime | None = None
    next_at: datetime | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the case is closed."""
        return self.closed_at is not None


def standing(program: Program, case: Case) -> Standing:
    """Where a case stands."""
    assert case.opened_at is not None
    assert case.recorded_at is not None
    situation = CaseSituation(case, program, case.recorded_at)
    known = {name: situation.fact(name) for name in case.facts}
    return Standing(
        id=case.id,
        protocol=case.protocol,
        protocol_version=case.version,
        digest=case.digest,
        version=case.events,
        states=dict(case.states),
        facts={name: value for name, value in sorted(known.items()) if value is not None},
        holders=dict(sorted(case.holders.items())),
        open=todo(program, case),
        undecided=waiting(program, case),
        meetings=tuple(_planned(one) for one in case.meetings.values() if one.status != "void"),
        proposals=tuple(_proposed(program, case, one) for one in case.proposals.values()),
        offers=tuple(_offered(program, one) for one in case.offers.values()),
        left_out=tuple(_left_out(program, one) for one in case.left_out),
        properties=watched(program, case),
        scope=case.scope,
        linked_from=case.linked_from,
        opened_at=case.opened_at,
        recorded_at=case.recorded_at,
        closed_at=case.closed_at,
        next_at=min((item.dated for item in items(case)), default=None),
    )


def _planned(meeting: MeetingRecord) -> Planned:
    return Planned(
        id=meeting.id,
        name=meeting.name,
        status=meeting.status,
        planned_at=meeting.planned_at,
        attended=dict(meeting.attended),
    )


def _proposed(program: Program, case: Case, proposal: CaseProposal) -> Proposed:
    signed = {one.person: one.role for one in proposal.signatures}
    kind, _, what = proposal.trigger.rpartition(" ")
    trigger = program.trigger(what)
    rule: Element
    if trigger is not None:
        rule, joint, key = trigger, joint_act(trigger), "agreed_by" if trigger.agreed_by else "who"
    else:
        rule = program.follow_ups[case.instances[what].follow_up]
        joint, key = Joint(all_of=getattr(rule, kind).who.all_of), kind
    missing = joint.missing(frozenset(signed.values())) if joint else ()
    return Proposed(
        kind=kind or "act",
        what=what,
        title=rule.name,
        since=min(one.at for one in proposal.signatures),
        signed=signed,
        missing=tuple(holder_id(one) for one in missing),
        veto=trigger.agreed_by.veto if trigger is not None and trigger.agreed_by else (),
        source=rule.source,
        path=rule.below(key),
    )


def _offered(program: Program, offer: OfferedChange) -> Offered:
    link = program.protocol.links[offer.link]
    return Offered(
        link=link.id,
        title=link.name,
        protocol=link.protocol,
        since=offer.at,
        accepted_by=link.accepted_by,
        hands_over=link.hands_over,
        source=link.source,
        path=link.path,
    )


def _left_out(program: Program, one: LeftOutChange) -> LeftOut:
    follow_up = program.follow_ups[one.follow_up]
    return LeftOut(
        follow_up=one.follow_up,
        item=one.item,
        at=one.at,
        unknown=one.unknown,
        source=follow_up.source,
        path=follow_up.below("exclude", one.item),
    )
