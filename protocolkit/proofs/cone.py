"""What can matter to a question, as it grows: the cone of influence.

Kept is what is asked about, whatever moves a case, and all that can let it happen or keep it from
happening. Not kept are, among the rest, follow-ups that are always *at hand*: whoever owes one can
do it at any time, and nothing that is kept asks whether they did. Such a one can hold up an act,
but only until somebody does it; so whatever can happen without it can happen with it, and the other
way round. That condition is checked, for each, before it is relied on. Imports what is at hand.
"""

from __future__ import annotations

from collections.abc import Iterable

from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import (
    Atom,
    Compare,
    Holds,
    Includes,
    Is,
    IsKnown,
    Name,
    Unknown,
    Word,
)
from protocolkit.conditions.terms import all_atoms
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.ground.record import Record
from protocolkit.model import words
from protocolkit.model.case import Escalation, FollowUp, Trigger
from protocolkit.model.people import Who
from protocolkit.model.programme import Property
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.at_hand import AtHand
from protocolkit.proofs.reads import Part, Reads, facts_of
from protocolkit.semantics.actors import as_who
from protocolkit.semantics.deciding.agreement import joint_act


class Cone(AtHand):
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
        super().__init__(protocol, absent, in_full=in_full, reads=reads)
        self.course = course
        self.remembers = remembers
        self.owing = owing
        self.late: set[str] = set()
        self.at_hand: dict[str, str] = {}
        self._waiting: list[Part] = []
        self._owners = {
            name: (section, one.id)
            for section in ("triggers", "meetings")
            for one in getattr(protocol, section).values()
            for name in one.exceptions
        }

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
        self._people(who, each=joint is not None or trigger.id in self.reads.by_somebody)
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
            for trigger in self.protocol.triggers.values():
                if any(state in move.from_ for move in trigger.moves):
                    self.add("triggers", trigger.id)  # leaving the state ends it
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
        who = self.protocol.facts[name].recorded_by
        if who and not self.somebody(as_who(who)):
            self._holders(who)

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
        moment when they are done: then it may be anything at each of these moments. Not so if the
        clock does one of them: it takes the fact as it finds it.
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
        ladders = protocol.escalations.values()
        fired = {level.fire for ladder in ladders for level in ladder.levels if level.fire}
        for section, id_ in self.parts:
            element = getattr(protocol, section)[id_]
            momentary = section in ("triggers", "meetings") and id_ not in fired
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

    def _moves(self, trigger: str) -> bool:
        return bool(trigger) and bool(self.protocol.triggers[trigger].moves)


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
