"""Whether what is asked is well formed, and the texts that an idempotency key stands for.

Imports requests and ground.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from protocolkit.ground.errors import Conflict, UsageError
from protocolkit.ground.findings import Reason
from protocolkit.ground.record import EMPTY
from protocolkit.ground.zones import to_utc
from protocolkit.model import words
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import instant_from, instant_text
from protocolkit.semantics.deciding.reasons import FIRST_YEAR, LAST_YEAR
from protocolkit.semantics.requests import Request

IN_HISTORY = (
    "act",
    "record",
    "assign",
    "complete",
    "decline",
    "waive",
    "extend",
    "set",
    "move",
    "call_off",
    "hold",
)
"""What can have happened before a case was kept here."""

NOBODY = "nobody"
"""The person who holds a role that nobody holds any more."""

_RESERVED = frozenset({words.CLOCK, words.ATTENDEES})


def references(evidence: str | Mapping[str, str]) -> Mapping[str, str]:
    """References with what each is of; a single one is simply that."""
    if isinstance(evidence, str):
        return {"reference": evidence} if evidence else EMPTY
    return evidence


def require_version(case: Case, expected: int | None) -> None:
    """Raises: Conflict: a version was expected, and the case is at another."""
    if expected is not None and case.events != expected:
        raise Conflict(
            f"The case has {case.events} events and not {expected}: somebody wrote to it "
            "meanwhile. Look at it again."
        )


def require_instant(name: str, instant: object) -> None:
    """An instant must have a zone and lie in a year in which something can happen.

    Raises: UsageError.
    """
    if instant is None:
        return
    if not isinstance(instant, datetime):
        raise UsageError(f"`{name}` must be a date and time.")
    if instant.tzinfo is None:
        raise UsageError(f"`{name}` has no time zone, so nobody can tell when it is.")
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise UsageError(
            f"`{name}` lies in the year {instant.year}; is that right? Years from {FIRST_YEAR} to "
            f"{LAST_YEAR} are taken."
        )


def require_person(id: object) -> None:
    """Whether something can be the id of a person. Raises: UsageError."""
    sound = isinstance(id, str) and id not in _RESERVED and id.isprintable()
    if not sound or not 0 < len(str(id)) <= 200:
        raise UsageError(f"`{str(id)[:40]}` cannot be the id of a person.")


def require_sound(request: Request) -> None:
    """What is asked must be well formed before anything is decided about it.

    Raises: UsageError.
    """
    actor = request.actor
    if not isinstance(actor, Actor):
        raise UsageError("`by` must be an Actor: who acts, and in which roles.")
    require_person(actor.id)
    if wrong := sorted(_RESERVED & actor.roles):
        raise UsageError(f"`{wrong[0]}` is not a role that somebody can hold.")
    for name in ("facts", "assign", "attended", "evidence"):
        if not isinstance(getattr(request, name), Mapping):
            raise UsageError(f"`{name}` must map names to values.")
    for person in request.attended:
        require_person(person)
    for person in filter(None, request.assign.values()):
        require_person(person)
    for name in ("at", "planned_at", "until"):
        require_instant(name, getattr(request, name))
    for number in (request.entry, request.same_as):
        if type(number) is not int:
            raise UsageError("An entry is named by its number in the log.")
    if any(type(day) is not date for day in request.days):
        raise UsageError("`days` must be dates.")


def in_our_form(request: Request) -> Request:
    """The same in the one form that the record has.

    Instants are in UTC: two of one local zone compare by the clock on the wall, which goes wrong
    in the hour that comes twice. Several words for a fact are a set; a role that nobody holds
    any more has the empty person.
    """
    found: dict[str, Any] = {
        name: to_utc(instant)
        for name in ("at", "planned_at", "until")
        if (instant := getattr(request, name)) is not None
    }
    found["facts"] = {name: _as_set(value) for name, value in request.facts.items()}
    found["assign"] = {
        role: "" if person == NOBODY else person or "" for role, person in request.assign.items()
    }
    return request.replace(**found)


def _as_set(value: Any) -> Any:
    return frozenset(value) if isinstance(value, set | list | tuple) else value


def require_history(history: Iterable[Request]) -> None:
    """What happened before a case was kept here must be well formed, each with its time.

    Raises: UsageError.
    """
    for one in history:
        if not isinstance(cast(object, one), Request):
            raise UsageError("A history is made of Requests, each of what happened at its time.")
        if one.kind not in IN_HISTORY:
            known = ", ".join(f"`{kind}`" for kind in IN_HISTORY)
            raise UsageError(f"A history cannot tell `{one.kind}`, only {known}.")
        if one.at is None:
            raise UsageError("Each entry of a history needs the time at which it happened.")
        require_sound(one)


def digest_of(request: Request, case_id: str) -> str:
    """What an idempotency key stands for: the request and the case, as one digest."""
    content = json.dumps({"case": case_id, **request.to_json()}, sort_keys=True, default=repr)
    return hashlib.sha256(content.encode()).hexdigest()


_KEPT = ("name", "message", "help", "source", "needs")


def reason_json(reason: Reason) -> dict[str, Any]:
    """A reason as it is kept with the answer to a key."""
    found: dict[str, Any] = {name: getattr(reason, name) for name in _KEPT}
    found["path"] = list(reason.path)
    found["supplied_by"] = list(reason.supplied_by)
    found["by_when"] = instant_text(reason.by_when) if reason.by_when else ""
    found["by_when_is"] = reason.by_when_is
    found["otherwise"] = list(reason.otherwise)
    return found


def reason_from(data: Mapping[str, Any]) -> Reason:
    """The reason that `reason_json` wrote."""
    return Reason(
        code=data["name"],
        severity="error",
        path=tuple(data["path"]),
        supplied_by=tuple(data["supplied_by"]),
        by_when=instant_from(data["by_when"]) if data.get("by_when") else None,
        by_when_is=data.get("by_when_is", ""),
        otherwise=tuple(data.get("otherwise", ())),
        **{name: data[name] for name in _KEPT},
    )
