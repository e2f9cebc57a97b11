"""Which of the open follow-ups does an occurrence do? (ruling 11)

Pure: reads a case, changes nothing. Imports the program and the case.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.model.case import FollowUp
from protocolkit.semantics.case import Case, Instance
from protocolkit.semantics.changes import Happened
from protocolkit.semantics.program import Program
from protocolkit.semantics.shares import is_named, is_shared, ticked_by


def meant(
    program: Program, case: Case, follow_up: FollowUp, occurrence: Happened
) -> list[Instance]:
    """The open instances that an occurrence does: the one due first, or all of them."""
    if is_used(case, follow_up, occurrence):
        return []
    found = [
        one
        for one in case.open.values()
        if one.follow_up == follow_up.id and counts(program, case, follow_up, occurrence, one)
    ]
    if follow_up.counts_for == "all_open" or not found:
        return found
    return [min(found, key=earliest)]


def done_sooner(
    program: Program, case: Case, follow_up: FollowUp, occurrence: Happened
) -> list[Instance]:
    """The instance that is met already, and by this was done earlier than was known.

    One at most; none of a recurrence, whose next period counts from what was known, and none
    with shares, which note when each of them was done.
    """
    late_entry = case.recorded_at is not None and occurrence.at < case.recorded_at
    if not late_entry or follow_up.every or is_shared(follow_up):
        return []
    if is_used(case, follow_up, occurrence):
        return []
    found = [
        one
        for one in case.instances.values()
        if one.follow_up == follow_up.id
        and one.status in ("met", "satisfied-by")
        and one.ended_at is not None
        and occurrence.at < one.ended_at
        and counts(program, case, follow_up, occurrence, one)
    ]
    return [min(found, key=earliest)] if found else []


def is_used(case: Case, follow_up: FollowUp, occurrence: Happened) -> bool:
    """Whether an occurrence has done its part: it counts for one instance only, unless for
    all that are open, and never for the next period as well.
    """
    once = follow_up.counts_for != "all_open" or follow_up.every is not None
    return once and (follow_up.id, occurrence.number) in case.met_with


def counts(
    program: Program, case: Case, follow_up: FollowUp, occurrence: Happened, instance: Instance
) -> bool:
    """Whether an occurrence can do this instance, or a share in it that is missing.

    It must not come before what the limit counts from (with a limit `before` something:
    before the opening), belong to the period of a grid, and name the meeting if it is about
    one, and the recipient or holder if it is for one.
    """
    if occurrence.number == instance.opener:
        return False
    protocol = program.protocol
    if not is_named(protocol, case, follow_up, occurrence, instance):
        return False
    if is_shared(follow_up) and ticked_by(protocol, case, follow_up, instance, occurrence) == []:
        return False
    if instance.meeting and occurrence.of != instance.meeting:
        return False
    start = instance.anchor_at or instance.opened_at
    if follow_up.due is not None and follow_up.due.direction == "before":
        start = instance.opened_at
    if occurrence.at < start:
        return False
    every = follow_up.every
    on_grid = instance.period and every is not None and not every.after_last
    return not (on_grid and instance.due is not None and occurrence.at > instance.due)


def earliest(instance: Instance) -> tuple[bool, datetime, datetime, int]:
    """Earliest due first, those without a date last, then in the order of opening."""
    due = instance.due
    number = int(instance.id.rpartition("/")[2])
    return (due is None, due or instance.opened_at, instance.opened_at, number)
