"""What a case is and what is answered about it, in names that never change.

A later release may call the same things otherwise, or know more of them: then this file says how
the names here are found there, and the digests of old logs stay. Words that people read are left
out: they get better. Imports the case and the engine's answers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from protocolkit.engine.engine import Engine
from protocolkit.semantics.case import Case
from protocolkit.semantics.time import next_instant

INSTANCE = (
    *("id", "follow_up", "opened_at", "opener", "anchor_at", "aim", "due", "outer", "end_of_day"),
    *("period", "series_at", "meeting", "visit", "item", "holder", "left", "fixed_at", "status"),
    *("overdue_at", "ended_at", "ended_by", "late", "because", "void"),
)
ENTRY = ("value", "at", "recorded_at", "by", "role", "void", "corrected_in")
RUN = ("id", "escalation", "of", "since", "level", "next_at", "end_of_day", "fixed_at")
MEETING = ("id", "name", "status", "planned_at", "attended")
DEFERRED = ("follow_up", "opener", "visit", "at", "end_of_day")
SERIES = ("series", "follow_up", "opener", "visit", "period", "series_at", "end_of_day", "at")
HAPPENED = ("number", "name", "event", "at", "by", "role", "of", "item", "end_of_day")
DONE = ("item", "at", "by", "person", "role")
LEVEL = ("run", "level", "id", "at", "skipped", "past")
TOLD = ("role", "about", "at", "person")
SIGNED = ("content", "person", "role", "at")
LINK = ("link", "opener", "at", "to")
LEFT_OUT = ("follow_up", "item", "opener", "at", "unknown")
VOIDED = ("entry", "occurrences", "same_as")

OWED = (
    *("instance", "follow_up", "roles", "item", "missing", "done", "status", "paused", "vacant"),
    *("strength", "opened_at", "aim", "due", "outer"),
)
UNDECIDED = ("follow_up", "since", "needs", "supplied_by", "strength")
COMING = ("at", "kind", "of", "what")
PROPOSED = ("kind", "what", "since", "signed", "missing", "veto")
OFFERED = ("link", "protocol", "since", "accepted_by", "hands_over")
WAY = ("strand", "state", "ended")


def state_of(case: Case) -> dict[str, Any]:
    """All that a case remembers, in a few parts."""
    return {
        "where": [
            *(case.protocol, case.version, case.digest, case.scope, case.linked_from),
            *(case.opened_at, case.closed_at, case.recorded_at, case.events, case.states),
            {strand: list(visit) for strand, visit in case.visits.items()},
            {strand: [list(stay) for stay in stays] for strand, stays in case.stays.items()},
        ],
        "facts": {
            name: [_of(entry, ENTRY) for entry in entries] for name, entries in case.facts.items()
        },
        "happened": [
            [_of(one, HAPPENED) for one in case.occurrences],
            sorted(case.void_occurrences),
        ],
        "owed": [
            [_of(one, INSTANCE), {item: _of(done, DONE) for item, done in one.done.items()}]
            for one in case.instances.values()
        ],
        "open": [sorted(case.open), {name: one.id for name, one in case.latest.items()}],
        "waiting": [
            [_of(one, DEFERRED) for one in case.deferred.values()],
            [_of(one, SERIES) for one in case.series.values()],
            [case.wake_at, case.wake_past, next_instant(case)],
        ],
        "ladders": [
            [_of(one, RUN) for one in case.runs.values()],
            [_of(one, LEVEL) for one in case.levels],
            [_of(one, TOLD) for one in case.told],
            case.handed,
        ],
        "people": [
            case.holders,
            [
                [one.trigger, one.content, [_of(signed, SIGNED) for signed in one.signatures]]
                for one in case.proposals.values()
            ],
        ],
        "meetings": [_of(one, MEETING) for one in case.meetings.values()],
        "links": [
            [_of(one, LINK[:3]) for one in case.offers.values()],
            [_of(one, LINK) for one in case.handed_over],
        ],
        "errors": [_of(one, VOIDED) for one in case.voided.values()],
        "other": [
            [_of(one, LEFT_OUT) for one in case.left_out],
            *(case.closures, case.watched),
            {name: [one.verdict, one.state, one.due] for name, one in case.monitors.items()},
        ],
    }


def answers_of(engine: Engine, case: str, ahead: datetime) -> dict[str, Any]:
    """What is answered about a case, and what would come of it by an instant."""
    here = engine.case(case)
    return {
        "case": [
            *(here.states, here.facts, here.holders, here.opened_at, here.closed_at, here.next_at),
            [_of(one, OWED) for one in here.open],
            [_of(one, MEETING) for one in here.meetings],
            [_of(one, PROPOSED) for one in here.proposals],
            [_of(one, OFFERED) for one in here.offers],
        ],
        "undecided": [_of(one, UNDECIDED) for one in engine.undecided(case)],
        "pending": [_of(one, COMING) for one in engine.pending(case, until=ahead)],
        "left": [_of(one, WAY) for one in engine.left(case).ways],
        "who_can": {
            act: [[one.role, one.person, one.opens_at] for one in able]
            for act, able in engine.who_can(case).items()
        },
    }


def _of(one: Any, names: Collection[str]) -> Mapping[str, Any]:
    assert not isinstance(one, Mapping), one
    return {name: getattr(one, name) for name in names}
