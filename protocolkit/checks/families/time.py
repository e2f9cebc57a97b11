"""Time: do the limits of a protocol go together, and does every wait have one?

Limits that are `unspecified` are gaps and are not judged here. What the reader refuses, such
as an `at most` that never comes after the due time, is not told again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.graph import Graph
from protocolkit.checks.starts import Overrun, Starts
from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import Condition
from protocolkit.ground.findings import CheckInfo
from protocolkit.ground.limits import Duration, Moment, OccurrenceRef
from protocolkit.ground.record import Record
from protocolkit.model.case import Escalation, FollowUp
from protocolkit.model.protocol import Protocol

MAX_CHAIN = 20
_OPENED = """\
triggers:
  report: {who: djo}
  close: {who: djo, moves: {from: identified, to: closed}}
"""
_OFFICE = "calendars:\n  office: {open: mon-fri 08:30-16:30}\n" + _OPENED
_PLAN = """\
states:
  identified: {initial: true}
  closed: {final: true}
triggers:
  report: {who: djo}
  agree_plan: {who: djo}
  close: {who: djo, moves: {from: identified, to: closed}}
"""


@check(
    CheckInfo(
        code="PK506",
        name="calendar-impossible",
        severity="error",
        summary="For some starts the last moment of all comes before the time at which it is due.",
        why="""\
Over a weekend the two times change places. The matter is told as far too late before it is
late at all, and people stop trusting both.""",
        source="Allen 1983, Maintaining knowledge about temporal intervals",
        wrong=_OFFICE
        + """\
follow_ups:
  call_back: {opens_with: report, who: djo, due: "within 3 business days, at most 96 hours"}
""",
        right=_OFFICE
        + """\
follow_ups:
  call_back: {opens_with: report, who: djo, due: "within 3 business days, at most 7 calendar days"}
""",
        how="""\
Both times are counted from every minute of 28 years, with weekends, days off and changes of the
clock. The first start that shows it is told. If `at most` never comes later, PK006 says so.""",
    ),
    reads=("timezone", "calendars", "business_days", "parameters"),
)
def calendar_impossible(subject: Subject) -> Iterator[Found]:
    """Limits whose `at most` ends before the due time, for some start."""
    protocol = subject.protocol
    starts = Starts(protocol)
    for follow_up in protocol.follow_ups.values():
        for key, limit in (("due", follow_up.due), ("every", follow_up.every)):
            if limit is None or limit.within is None or limit.at_most is None:
                continue
            found = starts.overrun(
                (limit.within,),
                (limit.at_most,),
                back=limit.direction == "before",
                at_midnight=starts.from_a_day(limit),
            )
            if found is None:
                continue
            yield Found(
                message=f"For `{follow_up.id}` the last moment can come before the due time. "
                f"Counted {'back ' if limit.direction == 'before' else ''}from "
                f"{starts.words(Moment(at=found.start))}, it is due "
                f"{starts.words(found.first)}, and `at most {limit.at_most}` ends "
                f"{starts.words(found.second)}.",
                help="make `at most` longer, or count both in the same kind of days",
                path=follow_up.below(key),
                witness=_witness(starts, found),
            )


def _witness(starts: Starts, found: Overrun) -> dict[str, str]:
    return {
        "start": starts.words(Moment(at=found.start)),
        "due": starts.words(found.first),
        "limit": starts.words(found.second),
    }


@check(
    CheckInfo(
        code="PK507",
        name="deadlines-inconsistent",
        severity="error",
        summary="What has to be done first may take longer than what waits for it.",
        why="""\
Everyone keeps to their own limit, and the plan for the child is late all the same. Then people
learn that limits are not meant.""",
        source="Dechter, Meiri and Pearl 1991, Temporal constraint networks",
        wrong=_PLAN
        + """\
follow_ups:
  hear_the_minor: {opens_with: report, who: djo, due: within 30 hours, blocks: agree_plan}
  agree_a_plan: {opens_with: report, who: djo, due: within 24 hours, met_by: agree_plan}
""",
        right=_PLAN
        + """\
follow_ups:
  hear_the_minor: {opens_with: report, who: djo, due: within 12 hours, blocks: agree_plan}
  agree_a_plan: {opens_with: report, who: djo, due: within 24 hours, met_by: agree_plan}
""",
        how="""\
One waits for another if only its end counts (`met_by: first.met`), or only acts that the other
holds up with `blocks`. Both must open with the same event, or in a chain in which each opens when
the one before is done (`opens_with: first.met`). The limits of the chain are added up from every
minute of 28 years. What has an `if`, a pause, a rhythm or another place to count from is not
judged, nor is a chain of more than 20.""",
    ),
    reads=("timezone", "calendars", "business_days", "parameters", "follow_ups", "triggers"),
)
def deadlines_inconsistent(subject: Subject) -> Iterator[Found]:
    """Follow-ups that can only be done after others whose limits add up to more."""
    protocol = subject.protocol
    starts = Starts(protocol)
    blocking: dict[str, list[str]] = {}
    for one in protocol.follow_ups.values():
        for act in one.blocks:
            blocking.setdefault(act, []).append(one.id)
    for last in protocol.follow_ups.values():
        if last.strength != "must":
            continue
        for name, holds_up in _waits_for(last, protocol, blocking).items():
            chains = _chains(name, protocol)
            before = [one for one in chains if not holds_up or len(one.names) == 1]
            found = _overrun(tuple(_chains(last.id, protocol)), before, starts)
            if found is None:
                continue
            overrun, names = found
            yield Found(
                message=f"`{last.id}` has to wait for "
                + " and then ".join(f"`{one}`" for one in names)
                + f". From {starts.words(Moment(at=overrun.start))}, that may take until "
                f"{starts.words(overrun.first)}, but `{last.id}` is owed by "
                f"{starts.words(overrun.second)}.",
                help=f"give `{last.id}` more time, or `{names[-1]}` less",
                path=last.below("due"),
                also=tuple(
                    (protocol.follow_ups[name].below("due"), "comes first") for name in names
                ),
                witness=_witness(starts, overrun),
            )
            break


class _Chain(Record):
    """Follow-ups that open one after the other, from what happens first to the last one's end."""

    opener: OccurrenceRef
    names: tuple[str, ...]
    spans: tuple[Duration, ...]


def _chains(name: str, protocol: Protocol) -> Iterator[_Chain]:
    """The chains that end with a follow-up; none when its limit is not plain."""
    names: tuple[str, ...] = ()
    spans: tuple[Duration, ...] = ()
    while len(names) < MAX_CHAIN and name not in names:
        follow_up = protocol.follow_ups.get(name)
        due = follow_up.due if follow_up is not None and _is_plain(follow_up) else None
        span = due.within or due.at_most if due is not None else None
        if follow_up is None or due is None or span is None:
            return
        names, spans = (name, *names), (span, *spans)
        openers = [ref for ref in follow_up.opens_with if due.anchor in (None, ref)]
        for opener in openers:
            if opener.event != "met" or opener.name not in names:  # else it never opens
                yield _Chain(opener=opener, names=names, spans=spans)
        if len(follow_up.opens_with) > 1 or not openers or openers[0].event != "met":
            return
        name = openers[0].name


def _is_plain(follow_up: FollowUp) -> bool:
    """Whether it opens each time, once, and counts forwards without a pause."""
    due = follow_up.due
    return (
        due is not None
        and not due.unspecified
        and due.direction == "after"
        and follow_up.every is None
        and follow_up.if_ is None
        and follow_up.applies_while is None
        and follow_up.pauses_while is None
        and not follow_up.ends_when
        and not follow_up.for_each
        and follow_up.if_again == "open_another"
    )


def _waits_for(
    follow_up: FollowUp, protocol: Protocol, blocking: Mapping[str, Sequence[str]]
) -> dict[str, bool]:
    """The follow-ups before whose end it cannot be done, whichever way it is; True for those that
    hold up an act, which they do only while they are open.
    """
    ways: list[dict[str, bool]] = []
    for one in follow_up.met_by:
        ref = one.trigger
        trigger = protocol.triggers.get(ref.name) if ref else None
        if ref is not None and ref.event == "met" and ref.name in protocol.follow_ups:
            ways.append({ref.name: False})
        elif trigger is not None and not trigger.protective:
            ways.append(dict.fromkeys(blocking.get(trigger.id, ()), True))
        else:
            return {}
    return {
        name: any(way[name] for way in ways)
        for name in (ways[0] if ways else ())
        if name != follow_up.id and all(name in way for way in ways)
    }


def _overrun(
    own: Sequence[_Chain], before: Sequence[_Chain], starts: Starts
) -> tuple[Overrun, tuple[str, ...]] | None:
    """A start from which a chain takes longer than its counterpart, and who is in it.

    Chains that begin with the same follow-up are compared without it, from its end.
    """
    for mine in own:
        for theirs in before:
            if mine.opener != theirs.opener or mine.names[0] == theirs.names[0]:
                continue
            if mine.names[-1] not in theirs.names and theirs.names[-1] not in mine.names:
                found = starts.overrun(theirs.spans, mine.spans)
                if found is not None:
                    return found, theirs.names
    return None


@check(
    CheckInfo(
        code="PK509",
        name="open-ended-wait",
        severity="warning",
        summary="A case can wait in this state, and nothing says until when.",
        why="""\
Where no limit runs and nobody is reminded, a case is not closed but forgotten. Calls that were
not answered ended that way.""",
        source="The silence after a report: §3.2.4",
        wrong="""\
states:
  identified: {initial: true}
  referred: {}
  closed: {final: true}
triggers:
  refer: {who: djo, moves: {from: identified, to: referred}}
  close: {who: djo, moves: {from: referred, to: closed}}
follow_ups:
  refer_it: {opens_in: identified, who: djo, due: within 24 hours, met_by: refer}
""",
        right="""\
states:
  identified: {initial: true}
  referred: {}
  closed: {final: true}
triggers:
  refer: {who: djo, moves: {from: identified, to: referred}}
  close: {who: djo, moves: {from: referred, to: closed}}
follow_ups:
  refer_it: {opens_in: identified, who: djo, due: within 24 hours, met_by: refer}
  ask_how_it_goes: {opens_with: refer, who: djo, every: 14 calendar days after refer}
""",
        how="""\
A state that a case can get to, that is no end, and on which no time presses. Time presses if a
ladder watches the state, or something with a limit or a rhythm opens in it or with a move into it.
It does as well if a move out of it does something that has a limit, ends the span of a ladder, or
is fired by one. A limit that is `unspecified` counts as one here: it is a gap of its own. A
protocol may leave such waits on purpose, so the check is off unless it is asked for.""",
    ),
    reads=("states", "strands", "triggers", "follow_ups", "escalations"),
    off=True,
)
def open_ended_wait(subject: Subject) -> Iterator[Found]:
    """States that a case can stay in with no limit, rhythm or ladder at work."""
    protocol = subject.protocol
    for name, graph in subject.graphs.items():
        if not graph.initial or protocol.strands[name].applies_while is not None:
            continue
        for state in graph.reached():
            if state in graph.final or not graph.after[state] or _presses(state, graph, protocol):
                continue
            yield Found(
                message=f"A case may wait in `{state}` for ever: no limit runs there, and nobody "
                "is reminded.",
                help=f"let something with a limit open in `{state}`, or add a ladder that "
                "watches it",
                path=graph.states[state],
                at_key=True,
            )


def _presses(state: str, graph: Graph, protocol: Protocol) -> bool:
    """Whether time presses on a case in a state."""
    entering = {edge.trigger for edge in graph.edges if edge.target == state}
    leaving = {edge.trigger for edge in graph.edges if edge.source == state}
    return any(
        _ladder_presses(one, state, leaving) for one in protocol.escalations.values()
    ) or any(
        state in one.opens_in
        or not entering.isdisjoint(ref.name for ref in one.opens_with)
        or not leaving.isdisjoint(by.trigger.name for by in one.met_by if by.trigger)
        or (one.opens_when is not None and _asks(one.opens_when, graph.strand))
        for one in protocol.follow_ups.values()
    )


def _asks(condition: Condition, strand: str) -> bool:
    """Whether a condition reads a strand: it may open something in any of its states."""
    return any(found.name == strand for found in references(condition))


def _ladder_presses(ladder: Escalation, state: str, leaving: set[str]) -> bool:
    watches = ladder.watches
    fires = not leaving.isdisjoint(level.fire for level in ladder.levels)
    return fires or (
        watches is not None
        and (state == watches.state or (watches.to is not None and watches.to.name in leaving))
    )


@check(
    CheckInfo(
        code="PK511",
        name="review-overdue",
        severity="warning",
        summary="The day on which the protocol was to be looked at again is over.",
        why="""\
Offices, numbers and laws change. A protocol that nobody looks at any more sends a child to a desk
that is empty.""",
        source="Reviews of agreements between agencies: §5",
        wrong="review: {every: 1 calendar year, next: 2025-01-01}\n",
        right="review: {every: 1 calendar year, next: 2125-01-01}\n",
        how="""\
Compared with today: `next`, else `last` and so long after it as `every` says. Where the program
does not know today's date, nothing is reported.""",
    ),
)
def review_overdue(subject: Subject) -> Iterator[Found]:
    """A review whose day is over."""
    review, today = subject.protocol.review, subject.today
    if review is None or today is None:
        return
    day, key = review.next, "next"
    if day is None and review.last is not None and review.every is not None:
        day, key = Starts(subject.protocol).day_after(review.last, review.every), "last"
    if day is not None and day < today:
        yield Found(
            message=f"The protocol was to be looked at again by {day}.",
            help="look at it together, and write down the day under `last` and the next one "
            "under `next`",
            path=review.below(key),
        )


CHECKS: tuple[Check, ...] = (
    calendar_impossible,
    deadlines_inconsistent,
    open_ended_wait,
    review_overdue,
)
