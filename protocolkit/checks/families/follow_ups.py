"""Follow-ups: does somebody owe it, does it come to an end, does somebody else look at it?

Keys that are missing are the reader's business (PK005), and a key that says `unspecified` is a
gap. What only a search over all cases decides stands in `owing`.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks._base import WHOLE, Check, Found, Subject, check
from protocolkit.ground.findings import CheckInfo
from protocolkit.ground.limits import OccurrenceRef
from protocolkit.model.case import FollowUp, Meeting, Trigger
from protocolkit.model.protocol import Protocol
from protocolkit.model.words import ATTENDEES, CLOCK

_OPENED = """\
triggers:
  report: {who: djo}
  close: {who: djo, moves: {from: identified, to: closed}}
"""


@check(
    CheckInfo(
        code="PK603",
        name="no-owner-or-due",
        severity="error",
        summary="Something is owed, and no person owes it.",
        why="""\
What nobody owes, nobody does. It turns late by itself, and the list of open tasks names no one who
could be asked.""",
        source="Roles without responsibilities: §1.2",
        wrong=_OPENED
        + """\
follow_ups:
  call_back: {opens_with: report, who: clock, due: within 24 hours}
""",
        right=_OPENED
        + """\
follow_ups:
  call_back: {opens_with: report, who: djo, due: within 24 hours}
""",
        how="""\
Found when only the clock is named in `who`, or is one of those who must do it together, and no act
of the clock counts as doing it. Found also when only the attendees of a meeting are named, and no
meeting has to do with the opening. A missing `who` or `due` is told as PK005.""",
    ),
    reads=("triggers", "meetings"),
)
def no_owner_or_due(subject: Subject) -> Iterator[Found]:
    """Follow-ups that only the clock owes, or the attendees of no meeting."""
    protocol = subject.protocol
    for follow_up in protocol.follow_ups.values():
        who = follow_up.who
        roles = [holder.role for holder in who.holders] if who else []
        clock = {*roles} == {CLOCK} or (CLOCK in roles and who is not None and not who.any_of)
        if clock and not _done_by_clock(follow_up, protocol):
            message = f"`{follow_up.id}` is owed by the clock, and the clock does nothing for it."
        elif {*roles} == {ATTENDEES} and not _at_a_meeting(follow_up, protocol):
            message = (
                f"`{follow_up.id}` is owed by those who were at a meeting, but no meeting opens "
                "it: nobody owes it."
            )
        else:
            continue
        yield Found(
            message=message,
            help="name a role in `who`, or write `who: unspecified` if the source does not say",
            path=follow_up.below("who"),
        )


def _done_by_clock(follow_up: FollowUp, protocol: Protocol) -> bool:
    """Whether an act that the clock may do counts as doing it."""
    acts = [protocol.triggers.get(by.trigger.name) for by in follow_up.met_by if by.trigger]
    return any(
        holder.role == CLOCK for act in acts if act and act.who for holder in act.who.holders
    )


def _at_a_meeting(follow_up: FollowUp, protocol: Protocol) -> bool:
    """Whether a meeting has to do with what opens it, or may have."""
    for ref in follow_up.opens_with:
        trigger = protocol.triggers.get(ref.name)
        if trigger is None or trigger.at_meetings:
            return True
    return False


@check(
    CheckInfo(
        code="PK605",
        name="recurring-without-end",
        severity="warning",
        summary="Each time this opens, one more rhythm begins, and none of them stops.",
        why="""\
After the second time everything is owed twice, then three times. People stop reading a list that
only gets longer, and miss what is new on it.""",
        source="Counter abstraction: Pnueli et al. 2002, Liveness with (0, 1, infinity)-counters",
        wrong=_OPENED
        + """\
follow_ups:
  look_again: {opens_with: report, who: djo, every: 14 calendar days after report}
""",
        right=_OPENED
        + """\
follow_ups:
  look_again:
    opens_with: report
    if_again: ignore
    who: djo
    every: 14 calendar days after report
""",
        how="""\
Every rhythm stops when the case closes, so one rhythm alone is never reported. Found is a rhythm
with no `ends_when` and no `applies_while` that opens with an act which may be done again and again:
it moves nothing, needs nothing and is not forbidden. With `if_again: ignore` one rhythm goes on.
What belongs to the whole programme is meant to go on, and is not judged.""",
    ),
    reads=("triggers",),
)
def recurring_without_end(subject: Subject) -> Iterator[Found]:
    """Rhythms that begin again and again beside each other until the case closes."""
    protocol = subject.protocol
    for follow_up in protocol.follow_ups.values():
        every = follow_up.every
        if every is None or every.unspecified or follow_up.if_again != "open_another":
            continue
        applies = follow_up.applies_while or protocol.applies_while
        if follow_up.ends_when or applies is not None or follow_up.scope != "case":
            continue
        for ref in follow_up.opens_with:
            trigger = protocol.triggers.get(ref.name)
            if trigger is not None and _may_repeat(trigger):
                yield Found(
                    message=f"Each `{trigger.id}` begins one more rhythm of `{follow_up.id}`, and "
                    "none stops before the case closes.",
                    help="say with `ends_when` when it stops, or add `if_again: ignore`",
                    path=follow_up.below("every"),
                    also=((trigger.path, "may be done again and again"),),
                )
                break


def _may_repeat(trigger: Trigger) -> bool:
    """Whether an act may be done again and again, whatever becomes of the case."""
    return (
        trigger.strength != "must_not"
        and not trigger.moves
        and not trigger.needs
        and trigger.applies_while is None
        and not trigger.at_meetings
    )


@check(
    CheckInfo(
        code="PK607",
        name="self-verified",
        severity="warning",
        summary="Whoever owes this says alone that it is done, and nobody else looks at it.",
        why="""\
For a visit or a safety plan, one person's tick is all that stands between done and not done. A
second pair of eyes finds what was forgotten.""",
        source="Separation of duties: Clark and Wilson 1987, A comparison of commercial and "
        "military computer security policies",
        wrong=_OPENED
        + """\
follow_ups:
  visit_home: {opens_with: report, who: djo, due: within 24 hours}
""",
        right=_OPENED
        + """\
follow_ups:
  visit_home: {opens_with: report, who: djo, owed_to: djo, due: within 24 hours}
""",
        how="""\
Looked at: what must be done, by one of some roles, with no `met_by` and no `owed_to`, so that only
its holder says that it is done. Nobody looks at it if nothing names it: no condition, no property
and nothing that opens with it. Which tasks need a second look is for people to say, so the check is
a rule of thumb, and off unless it is asked for.""",
        confidence="heuristic",
    ),
    reads=(WHOLE,),
    off=True,
)
def self_verified(subject: Subject) -> Iterator[Found]:
    """Follow-ups that only their holder says anything about."""
    named = {mention.name for mention in subject.mentions if "follow_up" in mention.kinds}
    for follow_up in subject.protocol.follow_ups.values():
        who = follow_up.who
        if follow_up.strength != "must" or follow_up.met_by or follow_up.owed_to is not None:
            continue
        if "owed_to" in follow_up.unspecified or who is None or "who" in who.unspecified:
            continue
        if who.any_of and follow_up.id not in named and not follow_up.for_each:
            yield Found(
                message=f"Whoever owes `{follow_up.id}` says alone that it is done.",
                help="say to whom it is owed, or which act of somebody else does it (`met_by`)",
                path=follow_up.path,
                at_key=True,
            )


@check(
    CheckInfo(
        code="PK608",
        name="adjourned-stays-owed",
        severity="warning",
        summary="If the meeting falls short, this stays owed for good.",
        why="""\
The meeting was set, too few came, and a new one is set. The old task stays on the list, late, and
nothing that anybody can do ends it.""",
        source="van der Aalst et al. 2011, Soundness of workflow nets (option to complete)",
        wrong="""\
meetings:
  review: {required: djo, called_by: djo}
follow_ups:
  hold_it: {opens_with: review.set, who: djo, due: within 24 hours, met_by: review.held}
""",
        right="""\
meetings:
  review: {required: djo, called_by: djo}
follow_ups:
  hold_it:
    opens_with: review.set
    who: djo
    due: within 24 hours
    met_by: [review.held, review.adjourned]
""",
        how="""\
What opens with the setting of a meeting belongs to that one meeting: the next one does not count
for it. Found when it is met only by that meeting being held, the meeting can fall short of members
or of a quorum, and nothing else ends it: no `ends_when`, no `applies_while`, nobody who may waive
or decline it. A meeting that is called off ends it by itself.""",
    ),
    reads=("meetings",),
)
def adjourned_stays_owed(subject: Subject) -> Iterator[Found]:
    """What opens with a meeting's date, and that meeting alone can do, if enough people come."""
    protocol = subject.protocol
    for follow_up in protocol.follow_ups.values():
        ways_out = (follow_up.ends_when, follow_up.waive, follow_up.decline)
        applies = follow_up.applies_while or protocol.applies_while
        if any(ways_out) or applies is not None or follow_up.every is not None:
            continue
        opener = next((ref for ref in follow_up.opens_with if ref.event in ("set", "moved")), None)
        meeting = protocol.meetings.get(opener.name) if opener else None
        if opener is None or meeting is None or not _may_fall_short(meeting):
            continue
        met_by = [one.trigger for one in follow_up.met_by]
        anchor = follow_up.due.anchor if follow_up.due else None
        if anchor is not None and anchor.name != meeting.id:
            continue
        if met_by and all(_is_held(ref, meeting) for ref in met_by):
            yield Found(
                message=f"If too few come to `{meeting.id}`, `{follow_up.id}` stays owed for good:"
                " the next meeting does not count for it.",
                help=f"add `{meeting.id}.adjourned` to `met_by`, or say with `ends_when` when it "
                "ends",
                path=follow_up.below("met_by"),
                also=((_opener_path(follow_up, opener), "opens with this one meeting"),),
            )


def _opener_path(follow_up: FollowUp, opener: OccurrenceRef) -> tuple[str | int, ...]:
    """Where one of the openings of a follow-up stands."""
    return follow_up.below("opens_with", follow_up.opens_with.index(opener))


def _is_held(ref: OccurrenceRef | None, meeting: Meeting) -> bool:
    return ref is not None and ref.name == meeting.id and ref.event in ("", "held", "quorate")


def _may_fall_short(meeting: Meeting) -> bool:
    """Whether too few can come: nothing stated is always enough (ruling 22)."""
    quorum = meeting.quorum
    if quorum is None:
        return "quorum" not in meeting.unspecified and bool(meeting.required)
    return bool(quorum.all_of) or (quorum.at_least or 0) > 1


CHECKS: tuple[Check, ...] = (
    no_owner_or_due,
    recurring_without_end,
    self_verified,
    adjourned_stays_owed,
)
