"""What anybody could do in an imagined case: every request that may make a difference.

One person holds each role (two, where the protocol wants different people); whoever is absent
does nothing. Facts take one value from each region that conditions tell apart. Whether a request
is allowed is not decided here but by the rules. Imports the world and regions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from protocolkit.conditions.regions import cut_points
from protocolkit.ground.limits import Limit, OccurrenceRef
from protocolkit.ground.record import EMPTY
from protocolkit.model import words
from protocolkit.model.case import Fact, FollowUp, Meeting, Trigger
from protocolkit.model.names import noted_facts, occurrences_in
from protocolkit.model.people import Who
from protocolkit.proofs.keys import Said, meeting_for
from protocolkit.proofs.reads import acts_by_somebody, facts_of
from protocolkit.proofs.values import smallest
from protocolkit.proofs.ways import NOTHING, Asking, Way
from protocolkit.proofs.world import SOME_DAY, Imagined, World
from protocolkit.semantics.actors import Actor, as_who, handed_roles
from protocolkit.semantics.case import Instance
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.deciding.agreement import joint_act
from protocolkit.semantics.requests import Request
from protocolkit.semantics.shares import (
    is_shared,
    missing_holders,
    missing_parts,
    who_may,
)

A_REASON = "stated"
"""The coded reason that people give in a story."""

ALIKE = 3
"""How many people with the same roles a story needs at most."""

_NOT_SAID = object()


class Deeds:
    """The requests of the cases of one world, in an order that never changes."""

    def __init__(
        self,
        world: World,
        absent: Iterable[str] = (),
        free: Iterable[str] = (),
        held: Iterable[str] = (),
        plain: Iterable[str] = (),
        people: Iterable[Actor] = (),
        asked: Iterable[str] = (),
        given: Iterable[str] = (),
    ) -> None:
        self.world = world
        protocol = self.protocol = world.protocol
        self.absent = frozenset(absent)
        self.actors: dict[str, list[Actor]] = {}
        self._scribes: dict[str, Actor] = {}
        twice = {
            role
            for trigger in protocol.triggers.values()
            if trigger.different_from
            for role in _roles_of(trigger)
        }
        known = list(_unlike(people))
        for role in sorted(protocol.roles):
            if role in self.absent:
                continue
            can = protocol.roles[role].can
            ids = [role, f"{role}-2"] if role in twice else [role]
            found = [Actor(id=one, roles={role}, can=can) for one in ids]
            if known:
                found = [one for one in known if role in one.roles]
            if found:
                self.actors[role] = found
        self._noted = noted_facts(protocol)
        self.values = self._fact_values()
        self.free = {name: self.values.pop(name) for name in sorted(free) if name in self.values}
        asking: list[Trigger | Meeting] = [
            *protocol.triggers.values(),
            *protocol.meetings.values(),
        ]
        self._asking = {one.id: Asking(world, one, self.free) for one in asking}
        self._standing = self._noted.union(*(facts_of(atom, protocol) for atom in world.standing))
        self.triggers = [protocol.triggers[id_] for id_ in sorted(protocol.triggers)]
        self._telling = acts_by_somebody(protocol, self.world.atoms)
        self.held = frozenset(held)
        self._plain = frozenset(plain)
        self._asked_for = list(self._whatever_is_asked_for())
        self._meetings = self._meetings_that_matter()
        self._given = {role for one in self.triggers for role in one.assigns}.union(given)
        self._at_once = self._never_asked_if_set() - frozenset(asked)
        self._dated = {
            ref.name
            for one in protocol.follow_ups.values()
            if one.due is not None and one.due.anchor
            for ref in one.due.anchor.each
        }
        self._dated |= {one.name for one in self._asked_for if one.event == "moved"}

    # -- all of it ---------------------------------------------------------------------

    def opening(self) -> Iterator[Request]:
        """Opening a case: by anybody, nothing known."""
        for actor in self._everybody():
            yield Request(kind="open", actor=actor)
            return

    def beginning(self, case: Imagined) -> Iterator[Request]:
        """Meetings that may as well be held at the beginning: the next thing to do for that."""
        for name in sorted(self.held):
            meeting = self.protocol.meetings[name]
            known = [one for one in case.meetings.values() if one.name == name]
            callers = list(self._callers(meeting))
            if not known and callers:
                yield self._set(case, name, callers[0])
                return
            if known and known[0].status == "set":
                yield from self._held(case, meeting, known[0].id, callers[:1])
                return

    def of(self, case: Imagined) -> Iterator[Request]:
        """Everything that may be tried in a case that is open or closed."""
        if case.closed_at is None:
            for trigger in self.triggers:
                yield from self._acts(case, trigger)
            yield from self._records(case)
            yield from self._assigns(case)
            yield from self._planned(case)
            yield from self._offers(case)
        yield from self._owed(case)

    def beforehand(self, case: Imagined, request: Request) -> tuple[Way, ...]:
        """What may be written down just before a request, of the facts that may be anything: one
        way for all that come to the same, the fewest facts first.
        """
        what = request.what.partition("/")[0] if request.kind == "hold" else request.what
        asking = self._asking.get(what) if request.kind in ("act", "hold") else None
        return asking.ways(case, request) if asking is not None else (NOTHING,)

    def first(self, case: Imagined, request: Request) -> tuple[Request, ...]:
        """What must be done just before a request: a meeting is set, of which nobody asks if it is
        before it is held.
        """
        if request.kind == "hold" and request.what in self._at_once:
            return (self._set(case, request.what, request.actor),)
        return ()

    def writing(self, facts: Mapping[str, FactValue]) -> Iterator[Request]:
        """The requests that write facts down, each by who may."""
        for name, value in facts.items():
            actor = self._scribes.get(name)
            if actor is None:
                *_, actor = self._writers(self.protocol.facts[name])
                self._scribes[name] = actor
            yield Request(kind="record", actor=actor, facts={name: value})

    def _writers(self, fact: Fact) -> Iterator[Actor]:
        """Who may write a fact down, up to the first who surely may."""
        who = as_who(fact.recorded_by) if fact.recorded_by else None
        for actor in self.holders(who):
            yield actor
            if self.surely(actor, who):
                return

    # -- acts --------------------------------------------------------------------------

    def _acts(self, case: Imagined, trigger: Trigger) -> Iterator[Request]:
        if trigger.strength != "must_not" and self._can_start(case, trigger):
            yield from self.attempts(case, trigger)

    def attempts(self, case: Imagined, trigger: Trigger) -> Iterator[Request]:
        """The ways in which an act may be tried, whether it can be done here or not."""
        items = self._items(case, trigger)
        attended = self._beside(trigger)
        meeting = self._named_meeting(case, trigger)
        exceptions = ["", *sorted(trigger.exceptions)]
        for actor in self._who_acts(case, trigger):
            for (facts, assign), item, exception in product(
                self.said_with(trigger), items, exceptions
            ):
                yield Request(
                    kind="act",
                    what=trigger.id,
                    actor=actor,
                    facts=facts,
                    assign=assign,
                    attended=attended,
                    meeting=meeting,
                    item=item,
                    exception=exception,
                    reason=A_REASON if exception else "",
                )

    def said_with(self, trigger: Trigger) -> list[Said]:
        """What may be said with an act: the facts, and who is given which role."""
        named = [role for role, way in trigger.assigns.items() if way == "named"]
        given = [
            dict(zip(named, people, strict=True))
            for people in product(*[[one.id for one in self.actors.get(r, ())] for r in named])
        ]
        return [(facts, assign) for facts in self._recorded(trigger) for assign in given]

    def _named_meeting(self, case: Imagined, trigger: Trigger) -> str:
        """The meeting that has to be named, as it is not the last one that was held."""
        if not trigger.decided_at:
            return ""
        meant, last = meeting_for(case, trigger), meeting_for(case, trigger, anyhow=True)
        return "" if meant == last else meant

    def _can_start(self, case: Imagined, trigger: Trigger) -> bool:
        """Whether it moves the case from here; a quick look before it is decided in full."""
        return (
            not trigger.moves
            or trigger.elsewhere == "allowed"
            or any(
                case.states[move.strand] in move.move.from_ for move in self.world.moves[trigger.id]
            )
        )

    def _who_acts(self, case: Imagined, trigger: Trigger) -> Iterator[Actor]:
        """Whoever may, by name; one is enough unless it matters who it was."""
        joint = joint_act(trigger)
        who = joint.everybody if joint is not None else trigger.who
        handed = handed_roles(case, self.protocol, trigger)
        all_of_them = joint is not None or trigger.id in self._telling
        tried: set[str] = set()
        for actor in (*self.holders(who), *self._in(handed), *self._came(case, trigger)):
            if actor.id in tried:
                continue
            tried.add(actor.id)
            yield actor
            if len(tried) >= 1 and not all_of_them and self.surely(actor, who):
                return

    def surely(self, actor: Actor, who: Who | None) -> bool:
        """Whether the actor holds one of the roles outright, so that nobody else is needed."""
        if who is None:
            return True
        return any(
            one.role in actor.roles
            and (one.any_holder or not self.protocol.roles[one.role].per_case)
            for one in who.holders
            if one.role in self.protocol.roles
        )

    def holders(self, who: Who | None) -> Iterator[Actor]:
        """The persons who hold one of the roles, or stand in for it."""
        if who is None:
            yield from self._everybody()
            return
        for holder in who.holders:
            if holder.actor_of:
                yield from self._everybody()
            elif holder.role in self.protocol.roles:
                role = self.protocol.roles[holder.role]
                yield from self._in((holder.role, *role.substitutes))

    def _came(self, case: Imagined, trigger: Trigger) -> Iterator[Actor]:
        """Whoever was at the meeting that it belongs to."""
        for meeting in reversed(case.meetings.values()):
            if meeting.name in trigger.at_meetings:
                for person, seat in meeting.attended.items():
                    yield from (one for one in self.actors.get(seat, ()) if one.id == person)

    def _in(self, roles: Iterable[str]) -> Iterator[Actor]:
        for role in roles:
            yield from self.actors.get(role, ())

    def _everybody(self) -> Iterator[Actor]:
        for role in sorted(self.actors):
            yield from self.actors[role]

    def _beside(self, trigger: Trigger) -> Mapping[str, str]:
        roles = {*trigger.together_with}
        for rule in trigger.exceptions.values():
            roles |= set(rule.who.roles) if rule.who else set()
        return self._seated(sorted(roles)) or EMPTY

    def _seated(self, roles: Iterable[str], case: Imagined | None = None) -> dict[str, str]:
        """Somebody for each role, one seat for each person, as far as there are enough."""
        found: dict[str, str] = {}
        for role in roles:
            holder = case.holders.get(role) if case is not None else None
            able = [one.id for one in self.actors.get(role, ()) if one.id not in found]
            person = holder if holder in able else next(iter(able), None)
            if person is not None:
                found[person] = role
        return found

    def _items(self, case: Imagined, trigger: Trigger) -> list[str]:
        """For whom, whose share or which part it is done, where that matters."""
        found: set[str] = set()
        for instance in case.open.values():
            follow_up = self.world.follow_ups[instance.follow_up]
            if any(one.trigger and one.trigger.name == trigger.id for one in follow_up.met_by):
                found |= {instance.item or instance.holder} - {""}
                found |= set(missing_parts(follow_up, instance))
        return sorted(found) or [""]

    # -- facts -------------------------------------------------------------------------

    def _fact_values(self) -> dict[str, tuple[FactValue, ...]]:
        protocol = self.protocol
        cuts = cut_points(self.world.atoms, self.world.names)
        found: dict[str, tuple[FactValue, ...]] = {}
        for name, values in cuts.items():
            known = tuple(one for one in values if one is not None)
            if protocol.facts[name].type == "date":
                known = (*known, SOME_DAY)
            if protocol.facts[name].type == "set of roles":
                # Whoever comes to a meeting may be asked for, not only the roles that are named.
                known = tuple(dict.fromkeys((*known, frozenset(protocol.roles))))
            found[name] = known
        for name in self._noted - set(found):
            found[name] = (smallest(protocol.facts[name]),)
        return found

    def _recorded(self, trigger: Trigger) -> list[Mapping[str, FactValue]]:
        """The facts that go with it: what nothing reads is said only if it must be."""
        ways: list[list[tuple[str, object]]] = []
        for recorded in trigger.records:
            fact = recorded.fact
            values: list[object] = list(self.values.get(fact, ()))
            if fact in self.free and recorded.required:
                values = list(self.free[fact][:1])
            if not values and recorded.required:
                values = [smallest(self.protocol.facts[fact])]
            elif not recorded.required:
                values.insert(0, _NOT_SAID)
            ways.append([(fact, value) for value in values])
        return [
            {fact: value for fact, value in way if value is not _NOT_SAID}  # type: ignore[misc]
            for way in product(*ways)
        ]

    def _records(self, case: Imagined) -> Iterator[Request]:
        """A fact that conditions read is written down by itself."""
        for name, values in sorted(self.values.items()):
            if name not in self._standing:
                continue
            fact = self.protocol.facts[name]
            actors = list(self._writers(fact))
            known = case.value(name)
            for value in values:
                again = fact.valid_for is not None or name in self._noted
                if known is None or known.value != value or again:
                    yield from (
                        Request(kind="record", actor=one, facts={name: value}) for one in actors
                    )

    def _assigns(self, case: Imagined) -> Iterator[Request]:
        """A role that no act gives out is given to somebody."""
        for role, actors in self.actors.items():
            if (
                self.protocol.roles[role].per_case
                and role not in self._given
                and (role not in case.holders)
            ):
                for actor in self._everybody():
                    if any(
                        not self.protocol.roles[one].per_case
                        for one in actor.roles
                        if one in self.protocol.roles
                    ):
                        yield Request(kind="assign", actor=actor, assign={role: actors[0].id})
                        break

    # -- what is owed ------------------------------------------------------------------

    def _owed(self, case: Imagined) -> Iterator[Request]:
        alike: set[object] = set()
        for instance in case.open.values():
            kind = (
                instance.follow_up,
                instance.item,
                instance.holder,
                instance.status,
                instance.due is None,
                tuple(sorted(instance.done)),
                instance.left is None,
            )
            if kind in alike:
                continue
            alike.add(kind)
            follow_up = self.world.follow_ups[instance.follow_up]
            if not follow_up.met_by:
                yield from self._completed(case, follow_up, instance)
            for key in ("waive", "decline", "extend"):
                authority = getattr(follow_up, key)
                if authority is not None and not (key == "extend" and instance.due is None):
                    yield from self._set_aside(case, key, instance, authority.who)

    def _completed(
        self, case: Imagined, follow_up: FollowUp, instance: Instance
    ) -> Iterator[Request]:
        who = who_may(follow_up, instance)
        parts = missing_parts(follow_up, instance) or [""]
        missing = missing_holders(follow_up, instance)
        handed = case.handed.get(instance.id, ())
        for part in parts:
            tried: set[str] = set()
            for actor in (*self.holders(who), *self._in(handed)):
                if actor.id in tried:
                    continue
                tried.add(actor.id)
                yield Request(kind="complete", what=instance.id, actor=actor, item=part)
                if not (is_shared(follow_up) and missing) and self.surely(actor, who):
                    break

    def _set_aside(
        self, case: Imagined, key: str, instance: Instance, who: Who | None
    ) -> Iterator[Request]:
        joint = who is not None and who.all_of
        until = None
        if key == "extend":
            assert case.recorded_at is not None
            until = self.world.any_time(case.recorded_at, "extended", instance.id)
        for actor in self.holders(who):
            yield Request(kind=key, what=instance.id, actor=actor, reason=A_REASON, until=until)
            if not joint and self.surely(actor, who):
                return

    # -- meetings, hand-overs ----------------------------------------------------------

    def _planned(self, case: Imagined) -> Iterator[Request]:
        for name in self._meetings:
            if name in self.held:
                continue
            meeting = self.protocol.meetings[name]
            planned = [
                one for one in case.meetings.values() if one.name == name and one.status == "set"
            ]
            callers = list(self._callers(meeting))
            if name in self._at_once:
                yield from self._held(case, meeting, name, callers)
                continue
            if not planned:
                yield from (self._set(case, name, one) for one in callers)
            for one in planned:
                yield from self._held(case, meeting, one.id, callers)
                for caller in callers:
                    if name in self._plain:
                        continue
                    yield Request(kind="call_off", what=one.id, actor=caller)
                    if name in self._dated:
                        assert case.recorded_at is not None
                        at = self.world.any_time(case.recorded_at, "meeting", name, "again")
                        yield Request(kind="move", what=one.id, actor=caller, planned_at=at)

    def _set(self, case: Imagined, name: str, caller: Actor) -> Request:
        assert case.recorded_at is not None
        at = self.world.any_time(case.recorded_at, "meeting", name)
        return Request(kind="set", what=name, actor=caller, planned_at=at)

    def _callers(self, meeting: Meeting) -> Iterator[Actor]:
        who = meeting.called_by
        chair = meeting.chair.role if meeting.chair else ""
        found = [*self.holders(who)] if who is not None else []
        if chair:
            role = self.protocol.roles[chair]
            found += [*self._in((chair, *role.substitutes))]
        if not found and who is None:
            found = list(self._everybody())
        for actor in found:
            yield actor
            if self.surely(actor, who):
                return

    def _held(
        self, case: Imagined, meeting: Meeting, id_: str, callers: list[Actor]
    ) -> Iterator[Request]:
        """Held with everybody there; and with too few, where that makes a difference."""
        roles = dict.fromkeys(
            (*meeting.members, *(role for group in meeting.counting.values() for role in group))
        )
        chair = meeting.chair.role if meeting.chair else ""
        present = [role for role in (*roles, chair) if role in self.actors]
        present = [
            role
            for role in dict.fromkeys(present)
            if not self.protocol.roles[role].per_case or role in case.holders
        ]
        full = self._seated(present, case)
        if not full:
            full = {one.id: min(one.roles) for one in self._everybody()}
        quorum = meeting.quorum
        if quorum is not None and quorum.at_least is not None and quorum.of != "groups":
            for role in list(full.values()):  # seats of one role, held by several people
                for extra in range(2, quorum.at_least - len(full) + 3):
                    if len(full) < quorum.at_least:
                        full[f"{role}-{extra}"] = role
        missed = meeting.must_come[:1]
        few = {person: role for person, role in full.items() if role not in missed}
        few = few if missed and few else dict(list(full.items())[:1])
        if meeting.id in self._plain:
            few = full
        ways = [(full, "")]
        if len(full) > 1 and few is not full:
            ways += [(few, ""), *self._exceptional(case, meeting, full)]
        guests = self._seated(self._guests(meeting) - set(roles), case)
        if guests:
            with_them = [({**guests, **attended}, exception) for attended, exception in ways]
            ways = with_them if meeting.id in self._plain else with_them + ways
        for caller in callers:
            for attended, exception in ways:
                yield Request(
                    kind="hold",
                    what=id_,
                    actor=caller,
                    attended=attended,
                    exception=exception,
                    reason=A_REASON if exception else "",
                )

    def _guests(self, meeting: Meeting) -> set[str]:
        """The roles that must be there to act at a meeting, members of it or not; and who may act
        for them.
        """
        found: set[str] = set()
        for trigger in self.triggers:
            if meeting.id in trigger.during:
                found |= {*trigger.together_with, *_roles_of(trigger)}
        return found.union(*(self.protocol.roles[role].substitutes for role in found))

    def _exceptional(
        self, case: Imagined, meeting: Meeting, full: Mapping[str, str]
    ) -> Iterator[tuple[dict[str, str], str]]:
        """Held with too few for the quorum, by an exception: whoever decides on it is there, and as
        many more as it asks for.
        """
        for name, rule in sorted(meeting.exceptions.items()):
            deciding = self._seated(rule.who.roles if rule.who else (), case)
            for size in range(1, len(full) if rule.quorum is not None else 2):
                yield {**dict(list(full.items())[:size]), **deciding}, name

    def _offers(self, case: Imagined) -> Iterator[Request]:
        for name in sorted({name for name, _ in case.offers}):
            link = self.protocol.links[name]
            actors = self._in(link.accepted_by) if link.accepted_by else self._everybody()
            for actor in actors:
                yield Request(kind="act", what=name, actor=actor, opens=True)
                yield Request(kind="decline", what=name, actor=actor, reason=A_REASON)
                break

    # -- what matters ------------------------------------------------------------------

    def _whatever_is_asked_for(self) -> Iterator[OccurrenceRef]:
        """What happens that an act, a condition, a follow-up or a ladder asks about."""
        protocol = self.protocol
        for part in (
            protocol.triggers,
            protocol.follow_ups,
            protocol.escalations,
            protocol.links,
            protocol.properties,
            tuple(self.world.atoms),
        ):
            yield from occurrences_in(part)

    def _meetings_that_matter(self) -> list[str]:
        """Meetings that something asks about."""
        protocol = self.protocol
        named = {one.name for one in self._asked_for}
        for trigger in protocol.triggers.values():
            named |= {*trigger.at_meetings}
        for meeting in protocol.meetings.values():
            if named & {*meeting.exceptions}:
                named.add(meeting.id)
            if isinstance(meeting.every, Limit) and not meeting.every.unspecified:
                named.add(meeting.id)
        return sorted(named & set(protocol.meetings))

    def _never_asked_if_set(self) -> frozenset[str]:
        """Meetings of which nothing asks if, or for when, they are set: only if they were held."""
        protocol = self.protocol
        told = ("set", "moved", "called_off")
        asked = {one.name for one in self._asked_for if one.event in told}
        limits = [one.due for one in protocol.follow_ups.values()]
        limits += [one.every for one in protocol.follow_ups.values()]
        anchors = [one.anchor for one in limits if one is not None and one.anchor is not None]
        asked |= {self.world.planned(one) for one in anchors}
        asked |= {one.id for one in protocol.meetings.values() if one.every is not None}
        return frozenset(self._meetings) - asked


def is_owed(request: Request, trigger: Trigger | None, *, known: bool) -> bool:
    """Whether people must do it: what counts on nobody's good will or luck.

    `known`: the fact that it records has a value already.
    """
    if request.kind == "act":
        return trigger is not None and trigger.strength == "must" and trigger.happens != "outside"
    if request.kind == "record":
        return not known
    return request.kind in ("complete", "set", "hold", "assign", "open")


def _unlike(people: Iterable[Actor]) -> Iterator[Actor]:
    """Of people who can do the same no more than three: more of them would change nothing."""
    count: Counter[tuple[frozenset[str], frozenset[str]]] = Counter()
    for one in sorted(people, key=lambda person: person.id):
        count[one.roles, one.can] += 1
        if count[one.roles, one.can] <= ALIKE:
            yield one


def _roles_of(trigger: Trigger) -> Iterator[str]:
    joint = joint_act(trigger)
    who = joint.everybody if joint is not None else trigger.who
    for holder in who.holders if who else ():
        if holder.role and holder.role not in (words.CLOCK, words.ATTENDEES):
            yield holder.role
