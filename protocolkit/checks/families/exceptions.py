"""Exceptions: does each one set something aside?"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.ground.findings import CheckInfo
from protocolkit.model.case import ExceptionRule, Meeting


@check(
    CheckInfo(
        code="PK209",
        name="empty-exception",
        severity="warning",
        summary="A way to set rules aside sets none aside, so it can never be used.",
        why="""\
People rely on it in an emergency, and find that it opens no door. Or the rule that it was meant
for was lost when the protocol was changed.""",
        source="van der Aalst et al. 2011, Soundness of workflow nets (no part is dead)",
        wrong="""\
meetings:
  review: {optional: djo, called_by: djo, exceptions: {go_ahead: {waives: quorum, who: djo}}}
""",
        right="""\
meetings:
  review:
    optional: djo
    called_by: djo
    quorum: {at_least: 2}
    exceptions: {go_ahead: {waives: quorum, who: djo}}
""",
        how="""\
Found when the list under `waives` is empty. Found
also when one is about the quorum of a meeting that states none and requires nobody: then any
meeting is enough as it is. A need that is not there is told as PK101.""",
    ),
)
def empty_exception(subject: Subject) -> Iterator[Found]:
    """Exceptions with nothing to set aside."""
    protocol = subject.protocol
    for trigger in protocol.triggers.values():
        for exception in trigger.exceptions.values():
            if not exception.sets_aside and "waives" not in exception.unspecified:
                yield _found(exception, f"`{exception.id}` sets nothing aside.")
    for meeting in protocol.meetings.values():
        for exception in meeting.exceptions.values():
            if "waives" in exception.unspecified:
                continue
            if not exception.sets_aside:
                yield _found(exception, f"`{exception.id}` sets nothing aside.")
            elif _is_always_enough(meeting):
                yield _found(
                    exception,
                    f"`{exception.id}` is about the quorum of `{meeting.id}`, which has none.",
                )


def _found(exception: ExceptionRule, message: str) -> Found:
    return Found(
        message=message,
        help="say what it sets aside, or take it out",
        path=exception.path,
        at_key=True,
    )


def _is_always_enough(meeting: Meeting) -> bool:
    """Whether nobody has to come: no quorum, nobody required, and neither is left open."""
    left_open = {"quorum", "required"} & {*meeting.unspecified}
    return meeting.quorum is None and not meeting.required and not left_open


CHECKS: tuple[Check, ...] = (empty_exception,)
