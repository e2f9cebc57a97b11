"""When two imagined cases are alike: nothing that can follow tells them apart.

The key of a case holds where it stands and what of its past the rules can still ask about; how
often something is open counts as none, one or many. Instants are not in it: what is known of
them is in the zone. Imports the world.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import (
    Attended,
    Attendee,
    Compare,
    Condition,
    Count,
    Includes,
    Is,
    IsKnown,
    Number,
)
from protocolkit.ground.limits import Moment
from protocolkit.model import words
from protocolkit.model.case import Escalation, FollowUp, Trigger
from protocolkit.model.people import Who
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.reads import anchors_of, facts_of
from protocolkit.proofs.world import Coming, Imagined, World
from protocolkit.semantics.actors import CLOCK
from protocolkit.semantics.case import Case, Instance, Proposal
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.deciding.agreement import content_of
from protocolkit.semantics.matching import is_used
from protocolkit.semantics.requests import Request
from protocolkit.semantics.situation import CaseSituation
from protocolkit.semantics.stepping.anchors import Opening, anchor_of

MANY = 2
"""So many alike are as many as can be."""

Label = tuple[str, str, int]
"""The name of something to come in a zone: its kind, whose it is, the how-manieth of those."""


Load = Mapping[Hashable, int]
"""How many of which burdens are open: one or many."""

NO_LOAD: Load = MappingProxyType({})
"""None of them."""


Said = tuple[Mapping[str, FactValue], Mapping[str, str]]
"""What may be said with an act: facts, and who is given which role."""


class Keys:
    """Makes the keys of the cases of one world; `said` tells what may be said with an act. Which
    `burdens` are open is not in the key.
    """

    def __init__(
        self,
        world: World,
        burdens: Iterable[str] = (),
        free: Collection[str] = (),
        said: Callable[[Trigger], Iterable[Said]] = lambda _act: (),
    ) -> None:
        self.world = world
        self._said = said
        self.burdens = frozenset(burdens)
        protocol = world.protocol
        read = {name for one in world.standing for name in facts_of(one, protocol)}
        self.facts = sorted(read.difference(free))  # what is free is never known beforehand
        asked = [
            one
            for one in world.standing
            if not is_of_an_attendee(one) and not set(free).intersection(facts_of(one, protocol))
        ]
        self._judges = [world.judge(one) for one in asked]
        self._counts = [count for one in asked if (count := _count_of(one))]
        self._anchors = sorted(anchors_of(protocol))
        self._running = sorted(anchors_of(protocol, running=True))
        self._made_up = [
            one
            for one in protocol.follow_ups.values()
            if one.met_by and one.due is not None and one.due.anchor is not None
        ]
        self._status_read = _statuses_read(world)
        self._read = sorted(self._status_read)
        named = _actors_read(protocol.follow_ups.values(), protocol.escalations.values())
        for trigger in protocol.triggers.values():
            named |= {*trigger.different_from, *_actors_of(trigger.who)}
        self._actors = sorted(named)
        self._came = _attendance_read(protocol) | {
            subject.of.name
            for one in asked
            if isinstance(subject := getattr(one, "subject", None), Attended)
        }
        self._held = {name for one in protocol.triggers.values() for name in one.at_meetings}
        self._held |= self._came
        self._several = [one for one in protocol.triggers.values() if len(one.at_meetings) > 1]

    def of(self, case: Imagined) -> Hashable:
        """The key of a case."""
        situation = self.world.situation(case)
        return (
            tuple(case.states.values()),
            case.closed_at is not None,
            tuple(situation.fact(name) for name in self.facts),
            frozenset(self._open(case, lambda one: one not in self.burdens).items()),
            tuple(judge(situation) for judge in self._judges if judge),
            tuple(_counted(situation, *one) for one in self._counts),
            tuple(situation.status(name) for name in self._read),
            tuple(bool(case.by_name.get(name)) for name in self._anchors),
            tuple(self._done_already(case, one) for one in self._made_up),
            tuple(self._who_did(case, name) for name in self._actors),
            frozenset(
                (one.follow_up, one.visit, self._done_since(case, one.follow_up, one.at))
                for one in case.deferred.values()
            ),
            frozenset(
                (one.escalation, self._of(case, one.of), one.level, one.next_at is None)
                for one in case.runs.values()
            ),
            frozenset((one.follow_up, one.at is None) for one in case.series.values()),
            tuple(sorted(case.holders.items())),
            frozenset(self._meetings(case)),
            tuple(self._last_of(case, one) for one in self._several),
            frozenset(self._proposal(case, one) for one in case.proposals.values()),
            frozenset(name for name, _ in case.offers),
            tuple(sorted(case.watched.items())),
            frozenset((self._of(case, of), tuple(roles)) for of, roles in case.handed.items()),
            tuple(sorted((name, one.verdict, one.state) for name, one in case.monitors.items())),
            case.shut,
            case.late,
        )

    def load(self, case: Imagined) -> Load:
        """The burdens that are open."""
        return self._open(case, self.burdens.__contains__) if self.burdens else NO_LOAD

    def many(self, case: Imagined) -> int:
        """How many are open of all that counts as many: of two cases that are alike otherwise the
        one with fewer shows sooner that they get fewer.
        """
        if len(case.open) < MANY:
            return 0
        alike = Counter(self._instance(case, one) for one in case.open.values())
        return sum(count for count in alike.values() if count >= MANY)

    def _open(self, case: Imagined, counted: Callable[[str], bool]) -> Load:
        alike = Counter(
            self._instance(case, one) for one in case.open.values() if counted(one.follow_up)
        )
        return {one: min(count, MANY) for one, count in alike.items()}

    def _instance(self, case: Imagined, one: Instance) -> Hashable:
        follow_up = self.world.follow_ups[one.follow_up]
        return (
            one.follow_up,
            one.status,
            one.item,
            one.holder,
            tuple(sorted(one.done)),
            one.left is None,
            one.due is None,
            bool(one.period),
            bool(one.visit) and self._of(case, one.visit),
            case.meetings[one.meeting].status if one.meeting else "",
            self._opened_by(case, follow_up, one),
            one.follow_up in self._status_read and one is case.latest.get(one.follow_up),
        )

    def _done_already(self, case: Imagined, one: FollowUp) -> bool:
        """Whether what was done since that from which its limit counts would do it at once, if it
        were opened now.
        """
        assert case.recorded_at is not None
        now = Moment(at=case.recorded_at)
        start, _ = anchor_of(self.world, case, one.due, Opening(now))
        if start is None or (one.due is not None and one.due.direction == "before"):
            return False
        return self._done_since(case, one.id, start.at)

    def _done_since(self, case: Imagined, follow_up: str, since: datetime) -> bool:
        """Whether something was done since an instant that counts for a follow-up."""
        assert case.recorded_at is not None
        one = self.world.follow_ups[follow_up]
        for met_by in one.met_by:
            assert met_by.trigger is not None
            key = self.world.key(met_by.trigger.name, met_by.trigger.event)
            judge = self.world.judge(met_by.if_)
            for happened in case.by_name.get(key, ()):
                if happened.at < since or is_used(case, one, happened):
                    continue
                then = CaseSituation(case, self.world, case.recorded_at, at=happened.at)
                if judge is None or judge(then) is True:
                    return True
        return False

    def _opened_by(self, case: Imagined, follow_up: FollowUp, one: Instance) -> str:
        if not _actors_of(follow_up.who):
            return ""
        opener = case.occurrence(one.opener)
        return opener.by if opener else ""

    def _proposal(self, case: Imagined, one: Proposal) -> Hashable:
        """Who signed, and what: at a meeting only whether that is still the last one held."""
        trigger = self.world.protocol.triggers.get(one.trigger)
        content: Hashable = one.content
        if trigger is not None and trigger.at_meetings:
            plain = Request(kind="act", what=trigger.id, actor=CLOCK)
            meeting = meeting_for(case, trigger)
            content = tuple(
                one.content == content_of(plain.replace(facts=facts, assign=assign), meeting)
                for facts, assign in self._said(trigger)
            )
        signed = frozenset((found.role, found.person) for found in one.signatures)
        return one.trigger, content, signed

    def _who_did(self, case: Imagined, name: str) -> str:
        event = "held" if name in self.world.protocol.meetings else ""
        last = case.last(name, event)
        return last.by if last else ""

    def _of(self, case: Imagined, of: str) -> str:
        """What a ladder watches, without the numbers: the follow-up, the visit that lasts."""
        if any(visit == of for visit, _ in case.visits.values()):
            return of.rpartition("/")[0]
        return of.partition("/")[0] if not of.startswith("#") else ""

    def _meetings(self, case: Imagined) -> Iterator[Hashable]:
        last: dict[tuple[str, str], Hashable] = {}
        for meeting in case.meetings.values():
            if meeting.status == "set":
                yield (meeting.name, "set")
            elif meeting.name in self._came and meeting.status in ("held", "adjourned"):
                came = frozenset(meeting.attended.items())
                last[meeting.name, ""] = (meeting.name, meeting.status, came)
                if meeting.status == "held":
                    last[meeting.name, "held"] = (meeting.name, came)
            elif meeting.name in self._held and meeting.status == "held":
                last[meeting.name, "held"] = (meeting.name, "held")
        yield from last.values()

    def _last_of(self, case: Imagined, trigger: Trigger) -> Hashable:
        """At which of several meetings an act would be done now."""
        ids = (meeting_for(case, trigger), meeting_for(case, trigger, anyhow=True))
        return tuple((case.meetings[id_].name, case.meetings[id_].status) for id_ in ids if id_)

    # -- names for zones ---------------------------------------------------------------

    def labels(self, ahead: list[Coming]) -> list[Label]:
        """A name for each thing to come that is the same in all cases alike."""
        count: Counter[tuple[str, str]] = Counter()
        found: list[Label] = []
        for one in ahead:
            name = one.timer.name
            if one.timer.kind == "level":
                name = f"{name}.{one.timer.nth}"
            elif one.timer.kind == "wake":
                name = "past" if not one.arrival else "now"
            count[one.timer.kind, name] += 1
            found.append((one.timer.kind, name, count[one.timer.kind, name]))
        return found

    def since(self, case: Imagined) -> dict[Label, object]:
        """The ticks of what limits can still count from, by name."""
        found: dict[Label, object] = {}
        for name, event in self._running:
            first, last = case.first(name, event), case.last(name, event)
            if first is not None and last is not None:
                found["first", f"{name}.{event}", 0] = first.at
                found["last", f"{name}.{event}", 0] = last.at
        return found


def is_lighter(load: Load, other: Load) -> bool:
    """Whether whatever is open here is open there too."""
    return len(load) <= len(other) and all(
        count <= other.get(one, 0) for one, count in load.items()
    )


def meeting_for(case: Case, trigger: Trigger, *, anyhow: bool = False) -> str:
    """The meeting that people say an act belongs to: the last one at which it can be decided; for
    what is done during one, or `anyhow`, the last. "" for none.
    """
    taken = ("held",) if trigger.decided_at and not anyhow else ("held", "adjourned")
    known = [
        one.id
        for one in case.meetings.values()
        if one.name in trigger.at_meetings and one.status in taken
    ]
    return known[-1] if known else ""


def is_of_an_attendee(atom: Condition) -> bool:
    """Whether it asks about somebody at a meeting, not about the case."""
    return isinstance(atom, Includes) and isinstance(atom.role, Attendee)


def _count_of(atom: Condition) -> tuple[Count, int] | None:
    """What is counted, and up to where it matters."""
    subject = getattr(atom, "subject", None)
    if not isinstance(subject, Count):
        return None
    match atom:
        case Compare(bound=Number(value=value)):
            return subject, value + 1
        case Is(values=values):
            numbers = [one.value for one in values if isinstance(one, Number)]
            return subject, max(numbers, default=0) + 1
        case IsKnown():
            return subject, 1
    return None


def _counted(situation: CaseSituation, count: Count, most: int) -> int:
    since = count.since.ref if count.since else None
    within = count.within.length if count.within else None
    found = 0
    for one in count.of.ref.each:
        found += situation.count(one.name, one.event, since, within) or 0
    return min(found, most)


def _statuses_read(world: World) -> set[str]:
    return {
        one.name
        for atom in world.atoms
        for one in references(atom)
        if one.kind == "name" and one.name in world.follow_ups
    }


def _attendance_read(protocol: Protocol) -> set[str]:
    """The meetings of which it matters who was there: acts for those who were."""
    found: set[str] = set()
    for trigger in protocol.triggers.values():
        named = trigger.who.holders if trigger.who else ()
        open_to_them = not named or any(one.role == words.ATTENDEES for one in named)
        if trigger.during or open_to_them:
            found |= {*trigger.at_meetings}
    for ladder in protocol.escalations.values():
        if any(one.role == words.ATTENDEES for level in ladder.levels for one in level.tell):
            found |= set(protocol.meetings)
    return found


def _actors_of(who: Who | None) -> set[str]:
    return {one.actor_of for one in who.holders if one.actor_of} if who else set()


def _actors_read(follow_ups: Iterable[FollowUp], escalations: Iterable[Escalation]) -> set[str]:
    found: set[str] = set()
    for one in follow_ups:
        found |= _actors_of(one.who)
    for ladder in escalations:
        for level in ladder.levels:
            found |= {holder.actor_of for holder in level.tell if holder.actor_of}
    return found
