"""Ladders: does anything follow when a limit passes, in the right order, and for somebody new?

A level of a ladder that watches a follow-up cannot come before the due time: `at: due` is its
first moment, and `after` counts on from there. A ladder over a state or a span watches no limit,
so an early level is a reminder there, never a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.starts import Starts
from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import Missed
from protocolkit.conditions.terms import all_atoms
from protocolkit.ground.findings import CheckInfo
from protocolkit.ground.limits import Duration, Limit
from protocolkit.language.wording import joined
from protocolkit.model.case import Escalation, FollowUp, Level
from protocolkit.model.protocol import Protocol

_OWED = """\
roles:
  djo: {kind: juvenile_officer}
  supervisor: {kind: supervisor}
triggers:
  report: {who: [djo, supervisor]}
  close: {who: djo, moves: {from: identified, to: closed}}
follow_ups:
  call_back: {opens_with: report, who: djo, due: "within 6 hours, at most 12 hours"}
"""


@check(
    CheckInfo(
        code="PK501",
        name="deadline-without-escalation",
        severity="warning",
        summary="When this limit passes, nothing follows.",
        why="""\
A limit that may pass in silence protects nobody. Most protocols say how long something may take;
few say what happens when it takes longer.""",
        source="The silence after a report: §3.2.4; updates and follow-ups built in: §5.3",
        wrong=_OWED,
        right=_OWED
        + """\
escalations:
  not_called_back: {watches: {follow_up: call_back}, levels: [{at: due, tell: supervisor}]}
""",
        how="""\
Looked at: every follow-up that must be done and has a limit. Something follows if a ladder watches
it, or the state or the span in which it is open. It does as well if something opens with its
`.overdue`, or if a condition or a property names it, or asks whether the act that does it was
missed. A protocol may leave this to people, so the check is off unless it is asked for.""",
    ),
    reads=("follow_ups", "escalations", "terms", "properties"),
    off=True,
)
def deadline_without_escalation(subject: Subject) -> Iterator[Found]:
    """Follow-ups with a limit of which nothing follows when it passes."""
    protocol = subject.protocol
    asked = {
        mention.name
        for mention in subject.mentions
        if mention.conditional or mention.path[:1] == ("properties",)
    }
    asked |= _openers_when_late(protocol)
    missed = _missed(protocol)
    for follow_up in protocol.follow_ups.values():
        stated = [key for key in ("due", "every") if _is_stated(getattr(follow_up, key))]
        acts = {by.trigger.name for by in follow_up.met_by if by.trigger}
        if follow_up.strength != "must" or not stated or follow_up.id in asked or acts & missed:
            continue
        if any(_watches(ladder, follow_up, acts) for ladder in protocol.escalations.values()):
            continue
        yield Found(
            message=f"When the limit of `{follow_up.id}` passes, nothing follows.",
            help="add a ladder that watches it and tells people, or let something open with "
            f"`{follow_up.id}.overdue`",
            path=follow_up.below(stated[0]),
        )


def _is_stated(limit: Limit | None) -> bool:
    """Whether a limit says from when on it is late."""
    return limit is not None and not limit.unspecified


def _openers_when_late(protocol: Protocol) -> set[str]:
    """The follow-ups of which something happens because they are late."""
    named = [ref for one in protocol.follow_ups.values() for ref in one.opens_with]
    named += [ref for one in protocol.links.values() for ref in one.opens_with]
    for ladder in protocol.escalations.values():
        if ladder.watches is not None and ladder.watches.from_ is not None:
            named.append(ladder.watches.from_)
    return {ref.name for ref in named if ref.event == "overdue"}


def _missed(protocol: Protocol) -> set[str]:
    """The acts of which something is asked that was to be done in time."""
    watching = [one.opens_when for one in protocol.follow_ups.values() if one.opens_when]
    return {
        found.name
        for atom in all_atoms(watching, protocol.all_terms)
        if isinstance(atom, Missed)
        for found in references(atom)
    }


def _watches(ladder: Escalation, follow_up: FollowUp, acts: set[str]) -> bool:
    """Whether a ladder watches a follow-up, or the state or the span in which it is open."""
    watches = ladder.watches
    if watches is None or not ladder.levels:
        return False
    begins = watches.from_ in follow_up.opens_with and watches.to is not None
    return (
        follow_up.id in watches.follow_up
        or watches.state in follow_up.opens_in
        or (begins and watches.to is not None and watches.to.name in {*acts, follow_up.id})
    )


@check(
    CheckInfo(
        code="PK503",
        name="escalation-cycle",
        severity="warning",
        summary="The last level of a ladder tells only those whom an earlier one has told.",
        why="""\
The matter goes from one desk to the next and back. Those who did not act are told again, and
nobody else ever hears that a child still waits.""",
        source="The silence after a report, and whom to turn to: §3.2.4, §3.3.5",
        wrong=_OWED
        + """\
escalations:
  not_called_back:
    watches: {follow_up: call_back}
    levels: [{at: due, tell: supervisor}, {at: at_most, tell: supervisor}]
""",
        right=_OWED
        + """\
escalations:
  not_called_back:
    watches: {follow_up: call_back}
    levels: [{at: due, tell: supervisor}, {at: at_most, tell: [supervisor, djo]}]
""",
        how="""\
Compared are the last level and each level before it that always comes. If one of these tells all
whom the last one tells, nobody new is reached, and no new group is called together. A level that
fires something is not judged, nor one that the ladder may jump over.""",
    ),
)
def escalation_cycle(subject: Subject) -> Iterator[Found]:
    """Ladders whose last level goes back to those whom one earlier level told."""
    for ladder in subject.protocol.escalations.values():
        if len(ladder.levels) < 2 or ladder.levels[-1].fire:
            continue
        if any(level.after is not None and level.after.unspecified for level in ladder.levels):
            continue  # nobody can say whether the levels after it come
        last = ladder.levels[-1]
        jumped = ladder.start_at.level if ladder.start_at else ""
        ids = [level.id for level in ladder.levels]
        certain = ids.index(jumped) if jumped in ids and jumped else 0
        for level in ladder.levels[certain:-1]:
            if level.if_ is None and _told(last) and _told(last) <= _told(level):
                names = joined(sorted(_told(last)))
                yield Found(
                    message=f"The last level of `{ladder.id}` tells only {names}, as a level "
                    "before it did: nobody new hears of it.",
                    help="tell one more: somebody who can do it or set it aside",
                    path=last.path,
                    also=((level.path, "told here already"),),
                )
                break


def _told(level: Level) -> set[str]:
    """Whom a level tells: roles, and whoever did something."""
    told = {
        f"{holder.role} {holder.with_}".strip() or f"actor_of: {holder.actor_of}"
        for holder in level.tell
    }
    return told | ({level.hand_to} if level.hand_to else set())


@check(
    CheckInfo(
        code="PK504",
        name="escalates-to-powerless",
        severity="warning",
        summary="A level tells only roles that may do nothing in this protocol.",
        why="""\
Those who are told can only pass it on, by ways that are written down nowhere. For the child this
is the same as if nobody had been told.""",
        source="Roles without responsibilities: §1.2; court leaders out of touch: §3.3.2",
        wrong="""\
roles:
  djo: {kind: juvenile_officer}
  clerk: {kind: court_administrator}
triggers:
  report: {who: djo}
  close: {who: djo, moves: {from: identified, to: closed}}
follow_ups:
  call_back: {opens_with: report, who: djo, due: within 6 hours}
escalations:
  not_called_back: {watches: {follow_up: call_back}, levels: [{at: due, tell: clerk}]}
""",
        right="""\
roles:
  djo: {kind: juvenile_officer}
  clerk: {kind: court_administrator}
triggers:
  report: {who: djo}
  close: {who: djo, moves: {from: identified, to: closed}}
follow_ups:
  call_back:
    opens_with: report
    who: djo
    due: within 6 hours
    waive: {who: clerk, reason: required}
escalations:
  not_called_back: {watches: {follow_up: call_back}, levels: [{at: due, tell: clerk}]}
""",
        how="""\
A role can do something if it may act, owes something, may extend, waive or decline it. It can as
well if it belongs to a meeting, calls or leads one, may record a fact, takes a case over, or stands
in for such a role. If the protocol leaves anywhere open who may act, anybody may, and nothing is
reported. Whether they can help in this very matter is not asked.""",
    ),
    reads=("roles", "triggers", "meetings", "follow_ups", "facts", "escalations"),
)
def escalates_to_powerless(subject: Subject) -> Iterator[Found]:
    """Levels that reach nobody who may do anything."""
    protocol = subject.protocol
    if _leaves_open(protocol):
        return
    able = _able(subject)
    for ladder in protocol.escalations.values():
        for level in ladder.levels:
            roles = [holder.role for holder in level.tell]
            if level.hand_to or level.fire or not roles or not able.isdisjoint(roles):
                continue
            if not all(role in protocol.roles for role in roles):
                continue  # whoever did something, or was at a meeting
            names = joined(roles)
            yield Found(
                message=f"This level tells only {names}, who may do nothing in this protocol.",
                help="say what they may do, such as `waive` or an act, or tell somebody who can",
                path=level.below("tell"),
            )


_RECEIVES = frozenset({"owed_to", "never", "exclude", "for_each"})
"""Keys under which a role is named and gets no right to do anything."""


def _leaves_open(protocol: Protocol) -> bool:
    """Whether anybody may do something, because the protocol does not say who."""
    acts, owed = protocol.triggers.values(), protocol.follow_ups.values()
    said = [*((one, one.who) for one in acts), *((one, one.who) for one in owed)]
    return any(
        "who" in one.unspecified or (who is not None and "who" in who.unspecified)
        for one, who in said
    )


def _able(subject: Subject) -> set[str]:
    """The roles that may do something."""
    protocol = subject.protocol
    forbidden = {one.id for one in protocol.triggers.values() if one.strength == "must_not"}
    able = {
        mention.name
        for mention in subject.mentions
        if "role" in mention.kinds
        and not mention.conditional
        and mention.path[:1]
        in (("triggers",), ("follow_ups",), ("meetings",), ("facts",), ("links",))
        and not (mention.path[0] == "triggers" and mention.path[1] in forbidden)
        and _RECEIVES.isdisjoint({*mention.path, mention.key})
    }
    able |= {level.hand_to for one in protocol.escalations.values() for level in one.levels}
    for role in protocol.roles.values():
        if role.id in able:
            able |= {*role.substitutes}
    return able


@check(
    CheckInfo(
        code="PK510",
        name="level-out-of-order",
        severity="warning",
        summary="The time of a level is over before its turn comes.",
        why="""\
Levels come one after the other. A level that stands too far down is told too late: whoever was to
hear of it at once hears of it hours after.""",
        source="Dechter, Meiri and Pearl 1991, Temporal constraint networks",
        wrong=_OWED
        + """\
escalations:
  not_called_back:
    watches: {follow_up: call_back}
    levels: [{at: due, tell: djo}, {after: 1 calendar day, tell: supervisor},
      {at: at_most, tell: [djo, supervisor]}]
""",
        right=_OWED
        + """\
escalations:
  not_called_back:
    watches: {follow_up: call_back}
    levels: [{at: due, tell: djo}, {after: 2 hours, tell: supervisor},
      {at: at_most, tell: [djo, supervisor]}]
""",
        how="""\
`at: due` stands first, unless only levels at once stand before it. `at: at_most` comes when the
levels before it have had their waits, for every start in 28 years. Levels that wait for an office
to open are taken as if they did not wait.""",
    ),
    reads=("timezone", "calendars", "business_days", "parameters", "follow_ups"),
)
def level_out_of_order(subject: Subject) -> Iterator[Found]:
    """Levels at an instant that comes before the level above them."""
    protocol = subject.protocol
    starts = Starts(protocol)
    for ladder in protocol.escalations.values():
        for name in ladder.watches.follow_up if ladder.watches else ():
            follow_up = protocol.follow_ups.get(name)
            late = None if follow_up is None else _late_level(ladder, follow_up, starts)
            if late is None:
                continue
            level, before = late
            yield Found(
                message=f"This level says `at: {level.at}`, but for `{name}` that can be over "
                "when the level before it comes.",
                help="move it up, or let the levels before it wait less",
                path=level.below("at"),
                also=((before.path, "comes first"),),
            )
            break


def _late_level(
    ladder: Escalation, follow_up: FollowUp, starts: Starts
) -> tuple[Level, Level] | None:
    """The first level whose instant is over before the one before it, and that one."""
    limit = follow_up.due or follow_up.every  # a stated `due` dates each period
    if limit is None or not _is_stated(limit) or limit.direction == "before":
        return None
    if follow_up.pauses_while is not None or starts.from_a_day(limit):
        return None
    due = (limit.within or limit.at_most,)
    instants = {"due": due, "at_most": (limit.at_most,)}
    if _after(due, instants["at_most"], starts):
        return None  # PK506 says so; what is wrong with the levels would follow from it
    so_far: Sequence[Duration | None] = due
    for place, level in enumerate(ladder.levels):
        if level.at:
            chain = instants[level.at]
            if place and _after(so_far, chain, starts):
                return level, ladder.levels[place - 1]
            so_far = chain
        elif level.after is None or level.after.unspecified:
            return None
        elif level.after.within is not None:
            so_far = (*so_far, level.after.within)
    return None


def _after(
    first: Sequence[Duration | None], second: Sequence[Duration | None], starts: Starts
) -> bool:
    """Whether a chain can end after another; not when a part of them is not stated."""
    one = [span for span in first if span is not None]
    other = [span for span in second if span is not None]
    if len(one) < len(first) or len(other) < len(second) or one == other:
        return False
    return starts.overrun(one, other) is not None


CHECKS: tuple[Check, ...] = (
    deadline_without_escalation,
    escalation_cycle,
    escalates_to_powerless,
    level_out_of_order,
)
