"""Sharing: does what is passed on go only to those who may see it, by ways that are safe?

The language has no free text in a case, so what can leak is a fact that is marked `sensitive` or
kept from a role under `sharing`.
"""

from __future__ import annotations

from collections.abc import Iterator

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.before import meets
from protocolkit.checks.cooperation import grouped
from protocolkit.ground.findings import CheckInfo, Path
from protocolkit.model.case import FollowUp
from protocolkit.model.people import Who
from protocolkit.model.protocol import Protocol

OPEN_CHANNELS = ("text", "email", "fax")
"""Ways on which others than the one who is meant can easily read along."""

_PRIVACY = "Data protection by design: Regulation (EU) 2016/679, Art. 25"
_PASSED_ON = """\
roles:
  djo: {kind: juvenile_officer}
  judge: {kind: judge}
facts:
  abuse_told: {type: boolean, recorded_by: djo%s}
triggers:
  report: {who: djo}
  send_note: {who: djo, channel: %s}
  close: {who: [djo, judge], moves: {from: identified, to: closed}}
follow_ups:
  brief_the_judge:
    opens_with: report
    who: djo
    owed_to: judge
    due: within 2 business days
    met_by: send_note
    shares: abuse_told
sharing:
  abuse_told: {judge: %s}
"""
_CALENDAR = "calendars:\n  office: {open: mon-fri 08:30-16:30}\n"


@check(
    CheckInfo(
        code="PK702",
        name="open-channel",
        severity="error",
        summary="A sensitive fact may go by text, mail or fax.",
        why="""\
A note on a phone is read by whoever holds the phone. For a child who is watched that can be the
very person who must not know.""",
        source=_PRIVACY,
        wrong=_CALENDAR + _PASSED_ON % (", sensitive: true", "[text, phone]", "always"),
        right=_CALENDAR + _PASSED_ON % (", sensitive: true", "[phone, portal]", "always"),
        how="""\
Looked at are acts with `text`, `email` or `fax` under `channel`. Found is one that records a fact
which is `sensitive`, or that does a follow-up which `shares` one. What people write by themselves
is not known to the file.""",
    ),
    reads=("facts",),
)
def open_channel(subject: Subject) -> Iterator[Found]:
    """Sensitive facts that may go by an open channel."""
    protocol = subject.protocol
    met_by = grouped(
        (name, one) for one in protocol.follow_ups.values() for name in sorted(meets(one))
    )
    for trigger in protocol.triggers.values():
        channels = [one for one in trigger.channel if one in OPEN_CHANNELS]
        if not channels or trigger.strength == "must_not":
            continue
        carried: dict[str, Path] = {}
        for recorded in trigger.records:
            if _is_sensitive(recorded.fact, protocol):
                carried.setdefault(recorded.fact, recorded.path)
        for one in met_by.get(trigger.id, ()):
            for fact in one.shares:
                if _is_sensitive(fact, protocol):
                    carried.setdefault(fact, one.below("shares"))
        for fact, path in carried.items():
            ways = " or ".join(f"`{one}`" for one in channels)
            yield Found(
                message=f"`{fact}` is sensitive, and `{trigger.id}` may carry it by {ways}.",
                help="take these ways out of `channel`, and let people ask for the rest by phone "
                "or in person",
                path=trigger.below("channel"),
                also=((path, "goes with it"),),
            )


def _is_sensitive(fact: str, protocol: Protocol) -> bool:
    return fact in protocol.facts and protocol.facts[fact].sensitive


@check(
    CheckInfo(
        code="PK703",
        name="forbidden-view",
        severity="error",
        summary="Something is passed on to somebody who may not see it.",
        why="""\
What a child told one person in trust then lies on another desk. Trust that is lost this way does
not come back.""",
        source=_PRIVACY,
        wrong=_CALENDAR + _PASSED_ON % ("", "phone", "never"),
        right=_CALENDAR + _PASSED_ON % ("", "phone", "with_consent"),
        how="""\
For each fact that a follow-up `shares`, those to whom it is owed are looked up under `sharing`.
Found is one with `never`, and one who is not named there if the fact is `sensitive`. If it is
owed to whoever did an act, all who may do it are looked up. Each passing on is judged for itself,
so that a way over several desks is seen at its last step.""",
    ),
    reads=("facts", "sharing", "roles"),
)
def forbidden_view(subject: Subject) -> Iterator[Found]:
    """Facts that a follow-up passes on to roles that may not see them."""
    protocol = subject.protocol
    for one in protocol.follow_ups.values():
        for fact in one.shares:
            if fact not in protocol.facts:
                continue
            for role in _recipients(one, protocol):
                said = _why_not(fact, role, protocol)
                if said:
                    yield Found(
                        message=f"`{one.id}` passes `{fact}` on to `{role}`, {said}.",
                        help=f"take `{fact}` out of `shares`, or say under `sharing` what `{role}` "
                        "may see",
                        path=one.below("shares"),
                        also=((("sharing", fact), "what may be seen"),)
                        if fact in protocol.sharing
                        else (),
                    )


def _recipients(one: FollowUp, protocol: Protocol) -> list[str]:
    """The roles that get what a follow-up passes on."""
    found = [*one.for_each]
    for holder in one.owed_to.holders if one.owed_to is not None else ():
        act = protocol.triggers.get(holder.actor_of)
        found += (act.who or Who()).roles if act is not None else [holder.role]
    return [role for role in dict.fromkeys(found) if role in protocol.roles]


def _why_not(fact: str, role: str, protocol: Protocol) -> str:
    """Why a role may not see a fact; empty if it may."""
    release = protocol.sharing.get(fact, {}).get(role)
    if release is None:
        return (
            "who is not named for it, and it is sensitive" if _is_sensitive(fact, protocol) else ""
        )
    return "who may never see it" if release.release == "never" else ""


CHECKS: tuple[Check, ...] = (open_channel, forbidden_view)
