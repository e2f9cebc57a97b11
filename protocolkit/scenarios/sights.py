"""What is to be seen of a case, in the words of a scenario's `expect`.

Imports the answers, the changes and the table of scenario files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from protocolkit.model.protocol import Protocol
from protocolkit.scenarios.shapes import NO_DATE, NOBODY, NONE, UNKNOWN
from protocolkit.scenarios.writing import as_said
from protocolkit.semantics import changes as ch
from protocolkit.semantics.answers import Owed, Standing
from protocolkit.semantics.events import Event

_GONE: Mapping[str, str] = {"facts": UNKNOWN, "holders": NOBODY, "sign_offs": NONE}
"""What is said of something that is no longer there."""
_EMPTY: Mapping[str, Any] = {"closed": "false", "told": [], "levels": []}
"""What is so before anything happened, and said only when it changes."""


def sight(standing: Standing, events: Iterable[Event], protocol: Protocol) -> dict[str, Any]:
    """Everything that a scenario can expect of a case with these events."""
    zone = protocol.timezone
    changes = [change for event in events for change in event.changes]
    found: dict[str, Any] = {
        "states": dict(standing.states),
        "open": _open(standing.open, protocol),
        "ended": _ended(changes, {one.instance for one in standing.open}),
        "facts": {name: as_said(value, zone) for name, value in standing.facts.items()},
        "holders": dict(standing.holders),
        "meetings": {
            one.id: {"status": one.status, "for": as_said(one.planned_at, zone)}
            for one in standing.meetings
        },
        "told": [one.role or one.person for one in changes if isinstance(one, ch.Told)],
        "levels": [
            f"{one.run.rpartition('/')[0]}.{one.id or one.level + 1}"
            for one in changes
            if isinstance(one, ch.LevelReached) and not one.skipped
        ],
        "undecided": sorted(one.follow_up for one in standing.undecided),
        "left_out": [f"{one.follow_up}/{one.item}" for one in standing.left_out],
        "sign_offs": {
            one.what: {"missing": list(one.missing)}
            for one in standing.proposals
            if one.kind == "act" and one.missing and set(one.missing) <= set(protocol.roles)
        },
        "links": {one.link: "offered" for one in standing.offers},
        "closed": as_said(standing.is_closed, zone),
    }
    return found


def _open(owed: Iterable[Owed], protocol: Protocol) -> dict[str, Any]:
    """Every open follow-up; by its own id where several of one name are open."""
    owed = sorted(owed, key=lambda one: one.opened_at)
    names = [one.follow_up for one in owed]
    found: dict[str, Any] = {}
    for one in owed:
        said: dict[str, Any] = {}
        if one.roles and set(one.roles) <= set(protocol.roles):
            said["who"] = one.roles[0] if len(one.roles) == 1 else list(one.roles)
        elif one.persons and not one.roles:
            said["who"] = one.persons[0] if len(one.persons) == 1 else list(one.persons)
        if one.paused:
            said["paused"] = "true"
        else:
            due = NO_DATE[one.limit_stated] if one.due is None else one.due
            said["due"] = as_said(due, protocol.timezone)
        if one.status != "open":
            said["status"] = one.status
        found[one.follow_up if names.count(one.follow_up) == 1 else one.instance] = said
    return found


def _ended(changes: Iterable[ch.Change], still_open: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in changes:
        if isinstance(one, ch.Ended):
            late = one.status == "met" and one.late
            found[one.instance] = "met-late" if late else one.status
    return {name: status for name, status in found.items() if name not in still_open}


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What a scenario has to expect so that what changed between two sights is looked at.

    Empty when nothing changed; else all that is open is told, because a scenario takes
    what it does not tell for closed.
    """
    found: dict[str, Any] = {}
    for key, now in after.items():
        was = before.get(key, _EMPTY.get(key, type(now)()))
        if now == was:
            continue
        if key == "open" or not isinstance(now, dict):
            found[key] = now
            continue
        changed = {name: value for name, value in now.items() if was.get(name) != value}
        gone = {name: _GONE[key] for name in was if name not in now} if key in _GONE else {}
        if changed or gone:
            found[key] = {**changed, **gone}
    if found and after["open"]:
        found["open"] = after["open"]
    return found
