"""What can matter to a question: the rest of a protocol is cut out before the search.

The cone of influence as a smaller protocol. Kept is what is asked about, whatever moves a case,
and all that can let it happen or keep it from happening. Cut out are, among the rest, follow-ups
that are always *at hand*: whoever owes one can do it at any time, and nothing that is kept asks
whether they did. Such a one can hold up an act, but only until somebody does it; so whatever can
happen without it can happen with it, and the other way round. That condition is checked here,
for each, before it is relied on. Imports the model and conditions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import (
    And,
    Atom,
    Attended,
    Compare,
    Condition,
    Happened,
    Holds,
    Includes,
    Is,
    IsKnown,
    Name,
    Not,
    Or,
    Unknown,
    Word,
)
from protocolkit.conditions.terms import all_atoms, term_read
from protocolkit.ground.limits import Limit, OccurrenceRef
from protocolkit.ground.record import EMPTY, Record
from protocolkit.model import words
from protocolkit.model.case import Escalation, FollowUp, Meeting, MetBy, State, Trigger
from protocolkit.model.people import Holder, Who
from protocolkit.model.programme import Property
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.burdens import burdens
from protocolkit.proofs.reads import Reads, conditions_in, facts_of, is_brought_along
from protocolkit.semantics.actors import as_who
from protocolkit.semantics.deciding.agreement import joint_act

Part = tuple[str, str]
"""A section of the protocol and an id in it."""


class Cone:
    """What matters, as it grows. `absent` are roles that nobody holds."""

    def __init__(
        self,
        protocol: Protocol,
        absent: frozenset[str],
        *,
        course: bool = False,
        in_full: bool = False,
        remembers: bool = False,
        owing: bool = False,
        reads: Reads | None = None,
    ) -> None:
        self.owing = owing
        self.remembers = remembers
        self.protocol = protocol
        self.reads = reads or Reads(protocol)
        self.course = course
        self.in_full = in_full
        self.absent = absent
        self.parts: set[Part] = set()
        self.facts: set[str] = set()
        self.late: set[str] = set()
        self.free: frozenset[str] = frozenset()
        self.at_hand: dict[str, str] = {}
        self._waiting: list[Part] = []
        self._holding = self.reads.holding
        self._owners = {
            name: (section, one.id)
            for section in ("triggers", "meetings")
            for one in getattr(protocol, section).values()
            for name in one.exceptions
        }

    # -- growing -----------------------------------------------------------------------

    def add(self, section: str, id_: str) -> None:
        """Something that matters."""
        if id_ in getattr(self.protocol, section) and (section, id_) not in self.parts:
            self.parts.add((section, id_))
            self._waiting.append((section, id_))

    def grow(self) -> None:
        """Whatever what matters rests on."""
        while True:
            while self._waiting:
                section, id_ = self._waiting.pop()
                self._rests_on(section, getattr(self.protocol, section)[id_])
            if not (self._recorders() | self._in_the_way()):
                return

    def _rests_on(self, section: str, element: Record) -> None:
        match element:
            case Trigger():
                self._act(element)
            case FollowUp():
                self._follow_up(element)
            case Escalation():
                self._ladder(element)
            case _:
                self._read(element)
        if section == "meetings":
            meeting = self.protocol.meetings[element.id]  # type: ignore[attr-defined]
            self._people(meeting.called_by)
            self._holders(meeting.must_come)
            for group in meeting.counting.values():
                if not self.somebody(as_who(group)):
                    self._holders(group)
        if section == "links":
            link = self.protocol.links[element.id]  # type: ignore[attr-defined]
            for ref in link.opens_with:
                self._happens(ref)

        if isinstance(element, Property):
            for one in self.reads.happens(element):
                self._happens(one)
            for name in element.steps:
                self.add("triggers", name)

    def _act(self, trigger: Trigger) -> None:
        self._read(trigger)
        joint = joint_act(trigger)
        who = joint.everybody if joint is not None else trigger.who
        self._people(who, each=trigger.id in self.reads.by_somebody)
        self._holders(trigger.together_with)
        for rule in trigger.exceptions.values():
            self._people(rule.who)
        for name in trigger.at_meetings:
            self.add("meetings", name)
        for name in trigger.different_from:
            self.add("triggers", name)
        self._may_close(trigger)
        for move in trigger.moves:
            for state in move.from_:
                self.comes_to(state, move.strand)
            for name, strand in self.protocol.strands.items():
                if move.strand in ("", name) and strand.applies_while is not None:
                    self._read(strand.applies_while)

    def _may_close(self, trigger: Trigger) -> None:
        """What would close the case can be refused for that; not while another strand goes on."""
        strands = self.protocol.strands
        if len(strands) > 1 and self.closes(trigger):
            for name, strand in strands.items():
                for state in strand.states:
                    self.comes_to(state, name)

    def comes_to(self, state: str, strand: str = "") -> None:
        """The acts that bring a case to a state."""
        if self.course:
            return
        for trigger in self.protocol.triggers.values():
            if trigger.strength != "must_not" and any(
                move.to == state and (not strand or move.strand in ("", strand))
                for move in trigger.moves
            ):
                self.add("triggers", trigger.id)

    def _follow_up(self, one: FollowUp) -> None:
        self._read(one if self.remembers else self.reads.standing[one.id])
        for state in one.opens_in:
            self.comes_to(state)
        for ref in one.opens_with:
            self._happens(ref)
        for met_by in one.met_by:
            if met_by.trigger is not None:
                self._happens(met_by.trigger)
        self._people(one.who)
        for authority in (one.waive, one.decline, one.extend):
            if authority is not None:
                self._people(authority.who)
        for limit in (one.due, one.every):
            if limit is not None and limit.anchor is not None:
                for ref in limit.anchor.each:
                    self._happens(ref)
        if one.every is not None:
            self.late.add(one.id)

    def _ladder(self, ladder: Escalation) -> None:
        self._read(ladder)
        watches = ladder.watches
        if watches is not None:
            for name in watches.follow_up:
                self.add("follow_ups", name)
                self.late.add(name)
            if watches.state:
                self.comes_to(watches.state)
            for ref in (watches.from_, watches.to):
                if ref is not None:
                    self._happens(ref)
        for level in ladder.levels:
            if level.fire:
                self.add("triggers", level.fire)

    def _people(self, who: Who | None, *, each: bool = False) -> None:
        """Who may act or owes: of any of several one who is certainly there is enough, unless
        somebody asks who it was (`each`).
        """
        if who is not None and who.any_of and self.somebody(who) and not each:
            return
        for holder in who.holders if who else ():
            if holder.actor_of:
                self._happens(OccurrenceRef(name=holder.actor_of))
            if not holder.any_holder:
                self._holders([holder.role])

    def _holders(self, roles: Iterable[str]) -> None:
        """Who holds a role that is given out case by case: the acts that give it."""
        for role in roles:
            declared = self.protocol.roles.get(role)
            if declared is not None and declared.per_case:
                for trigger in self.protocol.triggers.values():
                    if role in trigger.assigns:
                        self.add("triggers", trigger.id)

    def _read(self, element: Record) -> None:
        for atom in self.reads.atoms(element):
            for one in references(atom):
                if one.kind in ("name", "fact", "moment") and one.name in self.protocol.facts:
                    self._fact(one.name)
                elif one.kind == "name" and one.name in self.protocol.strands:
                    for state in self.protocol.strands[one.name].states:
                        self.comes_to(state, one.name)
                elif one.kind == "name" and one.name in self.protocol.follow_ups:
                    self.add("follow_ups", one.name)
                    if _asks_for_lateness(atom):
                        self.late.add(one.name)
                elif one.kind in ("occurrence", "moment"):
                    self._happens(OccurrenceRef(name=one.name, event=one.event))

    def _fact(self, name: str) -> None:
        self.facts.add(name)

    def _recorders(self) -> bool:
        """The acts that record what cannot be written down at any time; whether there were more."""
        before = len(self.parts)
        self.free = frozenset(name for name in self.facts if self._is_free(name))
        for trigger in self.protocol.triggers.values():
            if any(one.fact in self.facts - self.free for one in trigger.records):
                self.add("triggers", trigger.id)
        return len(self.parts) > before

    def _is_free(self, name: str) -> bool:
        """Whether somebody can write the fact down at any time, and only acts ask for it, at the
        moment when they are done: then it may be anything at each of these moments.
        """
        protocol, fact = self.protocol, self.protocol.facts[name]
        if self.in_full:
            return False
        there = not fact.recorded_by or any(
            one not in self.absent and not protocol.roles[one].per_case for one in fact.recorded_by
        )
        if not there or fact.valid_for is not None:
            return False
        if name in self.reads.noted:
            return False
        for section, id_ in self.parts:
            element = getattr(protocol, section)[id_]
            momentary = section in ("triggers", "meetings")
            applies = getattr(element, "applies_while", None)
            for condition in self.reads.conditions(element):
                plain = momentary and condition is not applies
                for atom in self.reads.atoms(condition):
                    if name in facts_of(atom, protocol) and not (plain and _is_plain(atom)):
                        return False
        strands = [one.applies_while for one in protocol.strands.values() if one.applies_while]
        if protocol.applies_while is not None:
            strands.append(protocol.applies_while)
        return not any(
            name in facts_of(atom, protocol) for atom in all_atoms(strands, protocol.all_terms)
        )

    def _happens(self, ref: OccurrenceRef) -> None:
        for one in ref.each:
            if one.name in self._owners:
                self.add(*self._owners[one.name])
            elif one.name in self.protocol.facts and one.event == words.RECORDED:
                self._fact(one.name)
            for section in ("triggers", "meetings", "follow_ups"):
                self.add(section, one.name)
            if one.event == "overdue":
                self.late.add(one.name)

    # -- what is in the way, and what is only so for a moment ----------------------------

    def _in_the_way(self) -> bool:
        """Follow-ups that hold up what matters and are not at hand; whether there were more."""
        before = len(self.parts)
        kept = {id_ for section, id_ in self.parts if section == "triggers"}
        ladders = self.protocol.escalations.values()
        fired = {level.fire for one in ladders for level in one.levels if level.fire} & kept
        closing = any(self.closes(self.protocol.triggers[name]) for name in fired)
        may_close = self.owing or any(self.closes(self.protocol.triggers[name]) for name in kept)
        self.at_hand = {}
        for one in self.protocol.follow_ups.values():
            blocks = bool(kept & set(one.blocks))
            holds = one.strength == "must" and not one.carries_over and one.every is None
            closes = holds and may_close
            if ("follow_ups", one.id) in self.parts or not (blocks or closes):
                continue
            way = self.way_to_do(one, kept)
            # What holds up an act of the clock is not done first: the clock waits for nobody.
            if way and not self.in_full and not (fired & set(one.blocks) or (closes and closing)):
                self.at_hand[one.id] = way
            else:
                self.add("follow_ups", one.id)
        for ladder in self.protocol.escalations.values():
            if self._matters(ladder, kept):
                self.add("escalations", ladder.id)
        return len(self.parts) > before

    def _matters(self, ladder: Escalation, kept: set[str]) -> bool:
        """Whether what a ladder does can matter to what is kept: an act of the clock, or
        somebody more who may act where the ones who may are not always there.
        """
        watches = ladder.watches
        if any(level.fire in kept or self._moves(level.fire) for level in ladder.levels):
            return True
        if not any(level.hand_to for level in ladder.levels) or watches is None:
            return False
        if watches.state:
            return any(
                not self.somebody(trigger.who)
                for trigger in self.protocol.triggers.values()
                if trigger.id in kept and any(watches.state in move.from_ for move in trigger.moves)
            )
        return any(
            ("follow_ups", name) in self.parts
            and not self.somebody(self.protocol.follow_ups[name].who)
            for name in watches.follow_up
        )

    def meetings_at_hand(self) -> tuple[frozenset[str], frozenset[str]]:
        """Meetings that can be held at any time. Those of which nothing asks but acts that belong
        to them: that one was held never hinders, so it may as well be held at the beginning. And
        those of which it matters only that they are held: that one fails is of no account.
        """
        protocol = self.protocol
        found: set[str] = set()
        plain: set[str] = set()
        if self.in_full:
            return frozenset(), frozenset()
        asked = {
            one.name
            for part, id_ in self.parts
            if part not in ("meetings",)
            for one in self.reads.happens(getattr(protocol, part)[id_])
        }
        read = [
            one
            for part, id_ in self.parts
            for one in self.reads.named(getattr(protocol, part)[id_])
        ]
        asked |= {one.name for one in read}
        failing = {
            one.name
            for part, id_ in self.parts
            if part != "meetings"
            for one in self.reads.happens(getattr(protocol, part)[id_])
            if one.event not in ("", "held", "set")
        } | {one.name for one in read if one.event not in ("", "held", "set")}
        attended = {
            subject.of.name
            for part, id_ in self.parts
            for atom in self.reads.atoms(getattr(protocol, part)[id_])
            if isinstance(subject := getattr(atom, "subject", None), Attended)
        }
        during = {
            name
            for part, id_ in self.parts
            if part == "triggers"
            for name in protocol.triggers[id_].during
        }
        for part, id_ in self.parts:
            if part != "meetings":
                continue
            meeting = protocol.meetings[id_]
            excepted = asked & set(meeting.exceptions) or meeting.every is not None
            if excepted or not self.always_held(meeting):
                continue
            if id_ not in failing | attended | during:
                plain.add(id_)
            if id_ not in asked:
                found.add(id_)
        return frozenset(found), frozenset(plain)

    def _said_with(self, met_by: MetBy) -> bool:
        """Whether the act itself says what it counts for, and can say it so that it counts."""
        return (
            met_by.trigger is not None
            and met_by.if_ is not None
            and is_brought_along(self.protocol, met_by.if_, [met_by.trigger])
            and _can_be_said(met_by.if_, self.protocol)
        )

    def always_held(self, meeting: Meeting, held: frozenset[str] | None = None) -> bool:
        """Whether it can be held at any time, with enough people there to decide. With roles that
        are surely `held` also where facts must be written down for that.
        """
        saying = held is not None
        chair = (Holder(role=meeting.chair.role),) if meeting.chair else ()
        callers = Who(any_of=(*(meeting.called_by or Who()).holders, *chair))
        groups = list(meeting.counting.values())
        sure = held or frozenset()
        there = {role for role in self.protocol.roles if self._is_there(Holder(role=role), sure)}
        if (
            (meeting.counts_if is not None and not (saying and self._at_will(meeting.counts_if)))
            or any(member.if_ for member in meeting.required)
            or not there.issuperset(meeting.must_come)
            or not self.somebody(callers, sure)
            or (meeting.chair is not None and meeting.chair.never)
        ):
            return False
        quorum = meeting.quorum
        if quorum is None:
            return True
        known = {name for name, roles in meeting.counting.items() if there & set(roles)}
        if not all(name in known or name in there for name in quorum.all_of):
            return False
        seats = {*meeting.members, *(role for roles in groups for role in roles)} & there
        size = len(known) if quorum.of == "groups" and meeting.counting else len(seats)
        return quorum.at_least is None or size >= quorum.at_least

    def _at_will(self, condition: Condition) -> bool:
        """Whether facts can be written down at any time so that a condition is true."""
        protocol = self.protocol
        facts = {name for one in self.reads.atoms(condition) for name in facts_of(one, protocol)}
        return _can_be_said(condition, protocol) and all(
            not one.recorded_by or self.somebody(as_who(one.recorded_by))
            for one in (protocol.facts[name] for name in facts)
        )

    def closes(self, trigger: Trigger) -> bool:
        """Whether it can bring a strand to its end."""
        return any(
            strand.states[move.to].final
            for move in trigger.moves
            for strand in self.protocol.strands.values()
            if move.to in strand.states
        )

    def _moves(self, trigger: str) -> bool:
        return bool(trigger) and bool(self.protocol.triggers[trigger].moves)

    def way_to_do(self, one: FollowUp, kept: set[str], *, saying: bool = False) -> str:
        """By what a follow-up can be done at any time, changing nothing that is kept; "" when
        that is not certain. With `saying` facts may be written down for it.
        """
        held = self._holding.of(one) | self._given_at_once(kept)
        if not one.met_by:
            there = self.somebody(one.who, held) or self.did_it(one)
            return "complete" if there else ""
        for met_by in one.met_by:
            ref = met_by.trigger
            if ref is None or one.for_each:
                continue
            if met_by.if_ is not None and not (saying and self._said_with(met_by)):
                continue
            alone = one.who is None or not (one.who.all_of or one.who.each_of)
            meeting = self.protocol.meetings.get(ref.name)
            kept_meeting = ("meetings", ref.name) in self.parts
            if meeting is not None and ref.event in ("", "held") and not kept_meeting and alone:
                if self.always_held(meeting, held if saying else None):
                    return ref.name
                continue
            if ref.event == words.RECORDED and alone and self._recordable(ref.name):
                return ref.name
            if ref.event:
                continue
            trigger = self.protocol.triggers.get(ref.name)
            if (
                trigger is not None
                and alone
                and self.always_possible(trigger, held, one.opens_with)
                and (trigger.id not in kept or self._only_helps(trigger))
            ):
                return trigger.id
        return ""

    def did_it(self, one: FollowUp) -> bool:
        """Whether whoever owes it is somebody who did what opened it, and still holds a role."""
        who, protocol = one.who, self.protocol
        acts = {ref.name for ref in one.opens_with if not ref.event}
        if (
            who is None
            or who.all_of
            or who.each_of
            or len(acts) != 1
            or len(one.opens_with) != 1
            or one.opens_in
            or one.opens_when is not None
            or not any(holder.actor_of in acts for holder in who.holders)
        ):
            return False
        act = protocol.triggers.get(next(iter(acts)))
        ladders = protocol.escalations.values()
        fired = {level.fire for ladder in ladders for level in ladder.levels}
        if act is None or act.id in fired or act.who is None or words.CLOCK in act.who.roles:
            return False
        taken = any(
            role in one.assigns for one in protocol.triggers.values() for role in act.who.roles
        )
        return not taken or not any(one.different_from for one in protocol.triggers.values())

    def _given_at_once(self, kept: set[str]) -> frozenset[str]:
        """Roles that somebody can take, or be given, at any time, changing nothing else."""
        protocol = self.protocol
        return frozenset(
            role
            for trigger in protocol.triggers.values()
            if trigger.assigns
            and self.always_possible(trigger)
            and (trigger.id not in kept or self._only_helps(trigger))
            for role in trigger.assigns
            if role not in self.absent
        )

    def _recordable(self, fact: str) -> bool:
        """Whether somebody can write a fact down at any time, and no kept condition reads it."""
        declared = self.protocol.facts.get(fact)
        return (
            declared is not None
            and fact not in self.facts
            and (not declared.recorded_by or self.somebody(as_who(declared.recorded_by)))
        )

    def _only_helps(self, trigger: Trigger) -> bool:
        """Whether it can do no harm that an act was done: nothing that is kept opens with it, ends
        with it, counts from it or asks for a fact that it says, and conditions only ask of acts
        that it happened.
        """
        if any(one.required and one.fact in self.facts - self.free for one in trigger.records):
            return False
        protocol = self.protocol
        for section, id_ in self.parts:
            element = getattr(protocol, section)[id_]
            if section != "triggers":
                named = {one.name for one in self.reads.happens(element)}
                if trigger.id in named | {one.name for one in self.reads.named(element)}:
                    return False
                continue
            asked = [need.condition for need in element.needs.values()]
            asked += [move.if_ for move in element.moves]
            if len({move.to for move in element.moves if move.if_ is not None}) > 1:
                asked = []
            others = [one for one in self.reads.conditions(element) if one not in asked]
            if any(_names(one, trigger.id, protocol) for one in others):
                return False
            if not all(_only_for(one, trigger.id, protocol) for one in asked if one is not None):
                return False
        return True

    def always_possible(
        self,
        trigger: Trigger,
        held: frozenset[str] = frozenset(),
        after: Iterable[OccurrenceRef] = (),
    ) -> bool:
        """Whether somebody may do it in whatever situation of an open case, once one of `after`
        has happened.
        """
        return (
            all(_is_after(need.condition, after) for need in trigger.needs.values())
            and not trigger.moves
            and not trigger.at_meetings
            and not trigger.different_from
            and not trigger.together_with
            and not trigger.never
            and trigger.applies_while is None
            and trigger.strength == "must"
            and trigger.happens != "outside"
            and joint_act(trigger) is None
            and self.somebody(trigger.who, held)
            and not any(trigger.id in one.blocks for one in self.protocol.follow_ups.values())
        )

    def somebody(self, who: Who | None, held: frozenset[str] = frozenset()) -> bool:
        """Whether it is certain that there is somebody; all of them, where all are needed.

        `held` are roles, given out case by case, that are surely held.
        """
        if who is None:
            return bool(set(self.protocol.roles) - self.absent)
        sure = [self._is_there(holder, held) for holder in who.holders]
        return any(sure) if who.any_of else bool(sure) and all(sure)

    def waits(self, state: State) -> bool:
        """Whether it is certain that somebody is there for whom a state waits."""
        return self.somebody(
            as_who(state.waits_for), self._holding.states.get(state.id, frozenset())
        )

    def owes(self, one: FollowUp) -> bool:
        """Whether it is certain that somebody is there who owes a follow-up while it is open."""
        return self.somebody(one.who, self._holding.of(one))

    def _is_there(self, holder: Holder, held: frozenset[str] = frozenset()) -> bool:
        role = self.protocol.roles.get(holder.role)
        if role is None or holder.actor_of:
            return False
        if holder.with_ and holder.with_ not in role.can:
            return False
        given = not role.per_case or holder.any_holder or role.id in held
        there = role.id not in self.absent and given
        return there or any(
            one not in self.absent and (one in held or not self.protocol.roles[one].per_case)
            for one in role.substitutes
        )


class Slice:
    """A smaller protocol that answers a question like the whole one. `at_hand` maps each follow-up
    that was cut out, and can be in the way, to how it is done: `complete`, or an act. `free` are
    facts that may be anything at the moment at which an act asks for them, `held` meetings that
    may be held at the beginning. `burdens` are follow-ups of which nothing asks but the closing.
    """

    def __init__(self, protocol: Protocol, cone: Cone, wanted: Collection[Part]) -> None:
        self.protocol = protocol
        self.at_hand: Mapping[str, str] = dict(cone.at_hand)
        self.free = cone.free
        self.held, self.plain = cone.meetings_at_hand()
        self.parts = frozenset(cone.parts)
        self.late = frozenset(cone.late & {id_ for part, id_ in cone.parts if part == "follow_ups"})
        asked = {id_ for section, id_ in wanted if section == "follow_ups"}
        self.burdens = burdens(cone.protocol, cone.reads, cone.parts, self.late) - asked


def slice_for(
    protocol: Protocol,
    wanted: Iterable[Part] = (),
    absent: Iterable[str] = (),
    late: Iterable[str] = (),
    *,
    course: bool = True,
    in_full: bool = False,
    remembers: bool = False,
    owing: bool = False,
    reads: Reads | None = None,
) -> Slice:
    """What of a protocol can matter to the parts that are wanted, and to how a case moves.

    `late` names the follow-ups whose lateness is asked about. Without `course` only what can
    lead to the parts that are wanted: enough to tell whether they can come about, but not what
    can become of a case after that. `in_full` also what is at hand; with
    `remembers` also what is known and only matters when it is said, with `owing` all that must be
    done, whether or not it holds up what is wanted.
    """
    cone = Cone(
        protocol,
        frozenset(absent),
        course=course,
        in_full=in_full,
        remembers=remembers,
        owing=owing,
        reads=reads,
    )
    for trigger in protocol.triggers.values():
        movable = trigger.moves and trigger.strength != "must_not" and trigger.scope == "case"
        if movable and course:
            cone.add("triggers", trigger.id)
    wanted = list(wanted)
    for section, id_ in wanted:
        if section == "states":
            cone.comes_to(id_)
        else:
            cone.add(section, id_)
    cone.late |= set(late)
    if protocol.applies_while is not None:
        cone._read(protocol.applies_while)
    cone.grow()
    return Slice(_cut(protocol, cone), cone, wanted)


def _cut(protocol: Protocol, cone: Cone) -> Protocol:
    kept = {
        section: {
            id_: one
            for id_, one in getattr(protocol, section).items()
            if (section, id_) in cone.parts
        }
        for section in ("triggers", "meetings", "follow_ups", "escalations", "links", "properties")
    }
    kept["follow_ups"] = {
        id_: one if id_ in cone.late else one.replace(due=_untimed(one.due))
        for id_, one in kept["follow_ups"].items()
    }
    return protocol.replace(**kept, terms=_terms_read(protocol, kept), tallies=EMPTY, sharing=EMPTY)


def _untimed(limit: Limit | None) -> Limit | None:
    """When it is late does not matter; what it counts from may, for what counts as doing it."""
    if limit is None or limit.anchor is None:
        return None
    return limit.replace(within=None, at_most=None, at_once=False, unspecified=True)


def _terms_read(protocol: Protocol, kept: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    waiting = [one for part in kept.values() for one in conditions_in(part)]
    waiting += [
        strand.applies_while for strand in protocol.strands.values() if strand.applies_while
    ]
    if protocol.applies_while is not None:
        waiting.append(protocol.applies_while)
    found = set(_named_terms(waiting, protocol))
    return {name: term for name, term in protocol.terms.items() if name in found}


def _named_terms(conditions: list[Condition], protocol: Protocol) -> Iterator[str]:
    seen: set[str] = set()
    while conditions:
        for one in references(conditions.pop()):
            if one.kind == "name" and one.name in protocol.terms and one.name not in seen:
                seen.add(one.name)
                yield one.name
                condition = protocol.terms[one.name].condition
                if condition is not None:
                    conditions.append(condition)


def _names(condition: Condition, name: str, protocol: Protocol) -> bool:
    return any(
        one.name == name
        for atom in all_atoms([condition], protocol.all_terms)
        for one in references(atom)
    )


def _is_after(condition: Condition | None, after: Iterable[OccurrenceRef]) -> bool:
    """Whether a condition only asks that one of these happened, and so is true for good."""
    known = {(one.name, one.event) for one in after}
    if not isinstance(condition, Happened) or condition.since is not None or not known:
        return False
    return known <= {(one.name, one.event) for one in condition.of.ref.each}


def _can_be_said(condition: Condition, protocol: Protocol) -> bool:
    """Whether some values of the facts that it asks for surely make a condition true."""
    asked = list(all_atoms([condition], protocol.all_terms))
    named = [name for one in asked for name in facts_of(one, protocol)]
    if len(asked) != len(set(named)) or len(named) != len(asked):
        return False
    return isinstance(condition, Holds | Is | Includes | And) and all(
        isinstance(one, Holds | Is | Includes)
        and isinstance(one.subject, Name)
        and one.subject.name in named
        and not (isinstance(one, Is) and (one.negated or isinstance(one.values[0], Unknown)))
        for one in asked
    )


def _only_for(condition: Condition, act: str, protocol: Protocol, *, wanted: bool = True) -> bool:
    """Whether a condition can only become true by an act, as far as it asks for it."""
    match condition:
        case Not(part=part):
            return _only_for(part, act, protocol, wanted=not wanted)
        case And(parts=parts) | Or(parts=parts):
            return all(_only_for(part, act, protocol, wanted=wanted) for part in parts)
        case Happened(of=of, since=since):
            named = {one.name for one in of.ref.each}
            since_named = {one.name for one in since.ref.each} if since is not None else set()
            return act not in since_named and (wanted or act not in named)
    term = term_read(condition, protocol.all_terms)
    if term is not None:
        plain = isinstance(condition, Holds)
        return plain and _only_for(protocol.all_terms[term], act, protocol, wanted=wanted)
    return not _names(condition, act, protocol)


def _asks_for_lateness(atom: Atom) -> bool:
    return not isinstance(atom, Is) or any(
        isinstance(one, Word) and one.text == "overdue" for one in atom.values
    )


def _is_plain(atom: Atom) -> bool:
    """Whether it asks for the value of a fact now, and can be true only if that is known: what is
    known once does not become unknown again.
    """
    if isinstance(atom, IsKnown) and (atom.since is not None or atom.negated):
        return False
    if isinstance(atom, Is) and any(isinstance(one, Unknown) for one in atom.values):
        return False
    return isinstance(atom, Holds | Is | IsKnown | Compare | Includes) and isinstance(
        atom.subject, Name
    )
