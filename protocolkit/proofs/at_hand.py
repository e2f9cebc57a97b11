"""What is at hand: what somebody can surely do at any time, seen from the rules alone.

Asked of a whole protocol, or of it and of what is kept of it: then that something is done must
change nothing that is kept. Imports the model, conditions and reads.
"""

from __future__ import annotations

from collections.abc import Iterable

from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import (
    And,
    Attended,
    Condition,
    Happened,
    Holds,
    Includes,
    Is,
    Missed,
    Name,
    Not,
    Or,
    Unknown,
)
from protocolkit.conditions.terms import all_atoms, term_read
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.model import words
from protocolkit.model.case import FollowUp, Meeting, MetBy, State, Trigger
from protocolkit.model.people import Holder, Who
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.reads import Part, Reads, facts_of, is_brought_along
from protocolkit.semantics.actors import as_who
from protocolkit.semantics.deciding.agreement import joint_act


class AtHand:
    """What the rules alone show. `absent` are roles that nobody holds; `parts` is what is kept, if
    something is, `facts` what is asked of it, `free` those that may be anything.
    """

    def __init__(
        self,
        protocol: Protocol,
        absent: frozenset[str],
        *,
        in_full: bool = False,
        reads: Reads | None = None,
    ) -> None:
        self.protocol = protocol
        self.absent = absent
        self.in_full = in_full
        self.reads = reads or Reads(protocol)
        self.remembers = False
        self.parts: set[Part] = set()
        self.facts: set[str] = set()
        self.free: frozenset[str] = frozenset()
        self._holding = self.reads.holding

    def somebody(self, who: Who | None, held: frozenset[str] = frozenset()) -> bool:
        """Whether it is certain that there is somebody; all of them, where all are needed.

        `held` are roles, given out case by case, that are surely held.
        """
        if who is None:
            return bool(set(self.protocol.roles) - self.absent)
        sure = [self._is_there(holder, held) for holder in who.holders]
        return any(sure) if who.any_of else bool(sure) and all(sure)

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

    def owes(self, one: FollowUp) -> bool:
        """Whether it is certain that somebody is there who owes a follow-up while it is open."""
        return self.somebody(one.who, self._holding.of(one))

    def waits(self, state: State) -> bool:
        """Whether it is certain that somebody is there for whom a state waits."""
        return self.somebody(
            as_who(state.waits_for), self._holding.states.get(state.id, frozenset())
        )

    def did_it(self, one: FollowUp, given: frozenset[str] = frozenset()) -> bool:
        """Whether whoever owes it is somebody who did what opened it, and still holds a role, or is
        given it again: `given` are roles that somebody can give at any time.
        """
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
        if act is None or act.id in fired or act.who is None:
            return False
        if any(holder.role == words.CLOCK for holder in act.who.holders):
            return False
        taken = any(
            role in one.assigns and role not in given
            for one in protocol.triggers.values()
            for role in act.who.roles
        )
        return not taken

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
            and trigger.strength == "must"
            and self._hindered_by_nothing(trigger, held)
        )

    def moves_freely(self, trigger: Trigger, held: frozenset[str] = frozenset()) -> bool:
        """Whether somebody may do it wherever it moves a case from, whatever else is so; and from
        each state it always leads to the same one.
        """
        starts = [state for move in trigger.moves for state in move.from_]
        return (
            not trigger.needs
            and 0 < len(starts) == len(set(starts))
            and not any(move.if_ for move in trigger.moves)
            and trigger.strength != "must_not"
            and self._hindered_by_nothing(trigger, held)
        )

    def _hindered_by_nothing(self, trigger: Trigger, held: frozenset[str]) -> bool:
        """Whether nothing but what it needs and where it moves a case from can keep people from
        doing it.
        """
        return (
            not trigger.at_meetings
            and not trigger.different_from
            and not trigger.together_with
            and not trigger.never
            and trigger.applies_while is None
            and trigger.happens != "outside"
            and joint_act(trigger) is None
            and self.somebody(trigger.who, held)
            and not any(trigger.id in one.blocks for one in self.protocol.follow_ups.values())
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

    def _is_given(self, meeting: Meeting) -> bool:
        """Whether somebody acts at it who has a role that is given out case by case, and so was
        not yet there at the beginning.
        """
        roles = self.protocol.roles
        for trigger in self.protocol.triggers.values():
            if meeting.id not in trigger.at_meetings:
                continue
            joint = joint_act(trigger)
            who = joint.everybody if joint is not None else trigger.who
            named = {
                *trigger.together_with,
                *(holder.role for holder in (who.holders if who else ())),
            }
            if any(roles[role].per_case for role in named & set(roles)):
                return True
        return False

    def _said_with(self, met_by: MetBy) -> bool:
        """Whether the act itself says what it counts for, and can say it so that it counts."""
        return (
            met_by.trigger is not None
            and met_by.if_ is not None
            and is_brought_along(self.protocol, met_by.if_, [met_by.trigger])
            and _can_be_said(met_by.if_, self.protocol)
        )

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

    def way_to_do(self, one: FollowUp, kept: set[str], *, saying: bool = False) -> str:
        """By what a follow-up can be done at any time, changing nothing that is kept; "" when
        that is not certain. With `saying` facts may be written down for it.
        """
        held = self._holding.of(one) | self._given_at_once(kept)
        tied = self._is_tied(one)
        if tied and not self._goes_with_its_meeting(one):
            return ""
        if not one.met_by:
            if self._opens_again(one, [one.id]):
                return ""
            there = self.somebody(one.who, held) or self.did_it(
                one, self._given_at_once(kept, to_anybody=True)
            )
            return "complete" if there else ""
        for met_by in one.met_by:
            ref = met_by.trigger
            if (
                ref is None
                or one.for_each
                or self._opens_again(one, self._doing(ref, anew=not tied))
            ):
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

    def _is_tied(self, one: FollowUp) -> bool:
        """Whether only what happens at one meeting counts for it."""
        anchor = one.due.anchor if one.due is not None else None
        planned = anchor is not None and anchor.name in self.protocol.meetings and not anchor.event
        return bool(one.met_by) and (
            planned or any(ref.event in ("set", "moved") for ref in one.opens_with)
        )

    def _goes_with_its_meeting(self, one: FollowUp) -> bool:
        """Whether it is open only as long as the meeting stands that opened it: whatever becomes of
        that, held or fallen short or called off, ends it.
        """
        anchor = one.due.anchor if one.due is not None else None
        names = {ref.name for ref in one.opens_with}
        ends = {
            met_by.trigger.event or "held"
            for met_by in one.met_by
            if met_by.trigger and met_by.trigger.name in names and met_by.if_ is None
        }
        return (
            len(names) == 1
            and all(ref.event == "set" for ref in one.opens_with)
            and not (one.opens_in or one.opens_when)
            and (anchor is None or anchor.name in names)
            and {"held", "adjourned"} <= ends
        )

    def _key(self, ref: OccurrenceRef) -> str:
        """What happens, for following what comes of it: of a meeting, what happens to it."""
        meeting = ref.name in self.protocol.meetings
        return f"{ref.name}.{ref.event or 'held'}" if meeting else ref.name

    def _doing(self, ref: OccurrenceRef, *, anew: bool = True) -> list[str]:
        """All that happens when somebody sees to it that something happens; `anew`: a meeting is
        set for it.
        """
        found = [self._key(ref)]
        if ref.name in self.protocol.meetings:
            short = ref.event in ("adjourned", "short")
            found += [
                f"{ref.name}.{one}"
                for one in (("short", "adjourned") if short else ("quorate", "held"))
            ]
            found += [f"{ref.name}.set"] if anew else []
        return found

    def _opens_again(self, one: FollowUp, doing: list[str]) -> bool:
        """Whether what does it opens it once more, at once or through something else."""
        seen: set[str] = set()
        waiting = list(doing)
        in_turn: list[FollowUp] = []
        while waiting or in_turn:
            if not waiting:
                waiting = self._done_in_turn(in_turn.pop(), seen)
                continue
            happens = waiting.pop()
            if happens in seen:
                continue
            seen.add(happens)
            name = happens.partition(".")[0]
            trigger = self.protocol.triggers.get(happens)
            if trigger is not None:
                waiting += [*(said.fact for said in trigger.records), *trigger.exceptions]
            for other in self.protocol.follow_ups.values():
                opened = happens in {self._key(ref) for ref in other.opens_with}
                if other.opens_when is not None:
                    opened = opened or name in self._brings_about(other.opens_when)
                if opened and other.id == one.id:
                    return True
                if opened:
                    in_turn.append(other)
                elif any(
                    met_by.trigger and happens == self._key(met_by.trigger)
                    for met_by in other.met_by
                ):
                    waiting.append(other.id)
        return False

    def _done_in_turn(self, one: FollowUp, seen: set[str]) -> list[str]:
        """What must happen besides so that a follow-up that was opened is done in its turn."""
        ways = [self._doing(met_by.trigger) for met_by in one.met_by if met_by.trigger]
        sure = [met_by.trigger for met_by in one.met_by if met_by.trigger and met_by.if_ is None]
        if any(self._key(ref) in seen for ref in sure):
            return [one.id]
        return [one.id, *(happens for way in ways for happens in way)]

    def _brings_about(self, condition: Condition) -> set[str]:
        """What may make a condition true by happening: not what it asks to be missing."""
        plain = [one for one in _parts_of(condition) if isinstance(one, Missed)]
        found: set[str] = set()
        for atom in self.reads.atoms(condition):
            if atom in plain and isinstance(atom, Missed):
                found |= {one.name for one in atom.after.ref.each}
            else:
                found |= {one.name for one in references(atom)}
        return found

    def _given_at_once(self, kept: set[str], *, to_anybody: bool = False) -> frozenset[str]:
        """Roles that somebody can take, or be given, at any time, changing nothing else; that can
        be given `to_anybody` who is named.
        """
        protocol = self.protocol
        return frozenset(
            role
            for trigger in protocol.triggers.values()
            if trigger.assigns
            and self.always_possible(trigger)
            and (trigger.id not in kept or self._only_helps(trigger))
            for role, to in trigger.assigns.items()
            if role not in self.absent and (to == "named" or not to_anybody)
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
            if one.event not in ("", "held")
        } | {one.name for one in read if one.event not in ("", "held")}
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
            if id_ not in asked and not self._is_given(meeting):
                found.add(id_)
        return frozenset(found), frozenset(plain)


def _names(condition: Condition, name: str, protocol: Protocol) -> bool:
    return any(
        one.name == name
        for atom in all_atoms([condition], protocol.all_terms)
        for one in references(atom)
    )


def _parts_of(condition: Condition) -> list[Condition]:
    """Its parts, as long as they only have to be true together or one of them."""
    if isinstance(condition, And | Or):
        return [one for part in condition.parts for one in _parts_of(part)]
    return [condition]


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
