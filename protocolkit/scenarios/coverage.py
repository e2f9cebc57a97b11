"""What the scenarios of a protocol made happen, and which of its rules none of them touches.

A rule is touched when a case did what it says: an act was done, a follow-up became late, a need
refused. Told from the events alone. Imports the model, the changes and events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from protocolkit.conditions.text import str_of
from protocolkit.ground.findings import Path
from protocolkit.ground.limits import Limit, OccurrenceRef
from protocolkit.ground.record import Record
from protocolkit.model.case import FollowUp, Meeting, MetBy, Trigger
from protocolkit.model.protocol import Protocol
from protocolkit.semantics import changes as ch
from protocolkit.semantics.events import Event
from protocolkit.semantics.shares import holder_id, shares

PARTS = ("triggers", "moves", "follow_ups", "levels", "exceptions", "refusals")
"""What is counted, each for itself."""

Touched: TypeAlias = Mapping[str, frozenset[str]]
"""What happened, in words, by part."""


class Coverage(Record):
    """How much of one protocol was touched: everything there is, and what of it was."""

    protocol: str
    version: str
    digest: str
    all: Mapping[str, tuple[str, ...]]
    touched: Touched

    def count(self, part: str) -> tuple[int, int]:
        """How many of a part were touched, and how many there are."""
        return len(self.all[part]) - len(self.untouched(part)), len(self.all[part])

    def untouched(self, part: str) -> tuple[str, ...]:
        """What no scenario touches, in the order of the file."""
        return tuple(one for one in self.all[part] if one not in self.touched[part])


def coverage(runs: Iterable[tuple[Protocol, Touched]]) -> list[Coverage]:
    """The coverage of each protocol, over everything that was run under it."""
    protocols: dict[str, Protocol] = {}
    found: dict[str, dict[str, frozenset[str]]] = {}
    for protocol, did in runs:
        protocols[protocol.digest] = protocol
        so_far = found.setdefault(protocol.digest, dict.fromkeys(PARTS, frozenset()))
        for part in PARTS:
            so_far[part] |= did[part]
    return [
        Coverage(
            protocol=protocol.id,
            version=protocol.version,
            digest=digest,
            all=everything(protocol),
            touched=found[digest],
        )
        for digest, protocol in protocols.items()
    ]


# -- what there is ---------------------------------------------------------------------


def everything(protocol: Protocol) -> dict[str, tuple[str, ...]]:
    """All that the rules of a protocol can make happen, in words, by part."""
    acts: dict[str, Trigger | Meeting] = {**protocol.triggers, **protocol.meetings}
    allowed = [one for one in protocol.triggers.values() if one.strength != "must_not"]
    return {
        "triggers": tuple(f"`{trigger.id}`" for trigger in allowed),
        "moves": tuple(
            dict.fromkeys(
                _move(trigger.id, state, move.to)
                for trigger in allowed
                for move in trigger.moves
                for state in move.from_
            )
        ),
        "follow_ups": tuple(
            f"`{one.id}` {way}"
            for one in (*protocol.follow_ups.values(), *_again(protocol))
            for way in dict.fromkeys(_ways(protocol, one))
        ),
        "levels": tuple(
            f"`{ladder.id}.{level.id or number}`"
            for ladder in protocol.escalations.values()
            for number, level in enumerate(ladder.levels, 1)
        ),
        "exceptions": tuple(
            f"`{rule}` of `{name}`" for name, one in acts.items() for rule in one.exceptions
        ),
        "refusals": tuple(
            said
            for trigger in protocol.triggers.values()
            for said, _ in _refusals(protocol, trigger)
        ),
    }


def _move(trigger: str, from_: str, to: str) -> str:
    return f"`{trigger}` from `{from_}` to `{to}`"


def _again(protocol: Protocol) -> Iterator[FollowUp]:
    """The follow-ups of meetings that are held again and again."""
    for meeting in protocol.meetings.values():
        if _is_stated(meeting.every):
            held = MetBy(trigger=OccurrenceRef(name=meeting.id, event="held"))
            yield FollowUp(
                id=f"{meeting.id}.again", path=meeting.path, every=meeting.every, met_by=(held,)
            )


def _is_stated(limit: Limit | None) -> bool:
    return limit is not None and not limit.unspecified


def _ways(protocol: Protocol, one: FollowUp) -> Iterator[str]:
    """What can become of a follow-up."""
    for share in shares(one):
        yield _opened(*share)
    yield from (f"left out for `{role}`" for role in one.exclude)
    yield from (_met(met_by.trigger) for met_by in one.met_by if met_by.trigger is not None)
    if not one.met_by:
        yield _met(None)
    yield from (_done(part) for part in one.parts)
    yield from (_done(holder_id(holder)) for holder in (one.who.all_of if one.who else ()))
    if _is_stated(one.due) or _is_stated(one.every):
        yield "late"
    for key, way in _AUTHORITIES.items():
        if getattr(one, key) is not None:
            yield way
    yield from (_over(ending.because or one.because or "ends_when") for ending in one.ends_when)
    if one.applies_while is not None:
        said = str_of(one.applies_while)
        term = said if said in protocol.terms else "does_not_apply"
        is_taken = not all(ending.because for ending in one.ends_when)
        yield _over(term if is_taken else one.because or term)
    if one.opens_in:
        plain = not (one.because and one.applies_while is None and not one.ends_when)
        yield _over("left_state" if plain else one.because)
    if one.pauses_while is not None:
        yield "paused"
    if any(one.id in link.hands_over for link in protocol.links.values()):
        yield "handed over"


_AUTHORITIES = {"decline": "declined", "waive": "waived", "extend": "extended"}


def _over(because: str) -> str:
    return f"ended because of `{because}`"


def _opened(item: str, holder: str) -> str:
    whom = " and ".join(f"`{name}`" for name in (item, holder) if name)
    return f"opened for {whom}" if whom else "opened"


def _met(ref: OccurrenceRef | None) -> str:
    if ref is None:
        return "met"
    return f"met by `{ref.name}.{ref.event}`" if ref.event else f"met by `{ref.name}`"


def _done(share: str) -> str:
    return f"done for `{share}`"


def _refusals(protocol: Protocol, trigger: Trigger) -> Iterator[tuple[str, Path]]:
    """Why a trigger can be refused, in words, with the rule that does it."""
    act = f"`{trigger.id}`"
    if trigger.strength == "must_not":
        yield f"{act}, which is forbidden", trigger.below("strength")
        return
    if trigger.who is not None:
        yield f"{act} by somebody who may not", trigger.below("who")
    if trigger.never:
        yield f"{act} by somebody who never may", trigger.below("never")
    for need in trigger.needs.values():
        yield f"{act} without `{need.id}`", need.path
    for follow_up in protocol.follow_ups.values():
        if trigger.id in follow_up.blocks and not trigger.protective:
            yield f"{act} while `{follow_up.id}` is open", follow_up.below("blocks")
    if trigger.different_from:
        yield f"{act} by the same person twice", trigger.below("different_from")
    if trigger.together_with:
        yield f"{act} by one person alone", trigger.below("together_with")
    for key in ("decided_at", "during"):
        if getattr(trigger, key):
            yield f"{act} without its meeting", trigger.below(key)
    if trigger.applies_while is not None:
        yield f"{act} when it does not apply", trigger.below("applies_while")


# -- what was done ---------------------------------------------------------------------


def touched(protocol: Protocol, events: Sequence[Event]) -> Touched:
    """What a case with these events did of the rules of its protocol."""
    return _Tracks(protocol).follow(events)


class _Tracks:
    """Follows the events of one case."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.found: dict[str, set[str]] = {part: set() for part in PARTS}
        self.happened: dict[int, ch.Happened] = {}
        self.opened: dict[str, ch.Opened] = {}
        self.meetings: dict[str, str] = {}
        self.act = ""

    def follow(self, events: Sequence[Event]) -> Touched:
        for event in events:
            self.act = event.what
            if event.kind == "refused":
                self.refused(event)
            for change in event.changes:
                self.change(change)
        return {part: frozenset(found) for part, found in self.found.items()}

    def refused(self, event: Event) -> None:
        trigger = self.protocol.triggers.get(event.what)
        if trigger is None or event.data.get("kind") != "act":
            return
        paths = [change.path for change in event.changes if isinstance(change, ch.ReasonGiven)]
        for said, path in _refusals(self.protocol, trigger):
            rule = tuple(str(part) for part in path)
            if any(one[: len(rule)] == rule for one in paths):
                self.found["refusals"].add(said)

    def change(self, change: ch.Change) -> None:
        match change:
            case ch.Happened():
                self.happened[change.number] = change
                self.occurrence(change)
            case ch.Moved() if change.from_:
                self.found["moves"].add(_move(self.act, change.from_, change.to))
            case ch.MeetingSet():
                self.meetings[change.meeting] = change.name
            case ch.Opened():
                self.opened[change.instance] = change
                self.way(change.instance, _opened(change.item, change.holder))
            case ch.LeftOut():
                self.found["follow_ups"].add(f"`{change.follow_up}` left out for `{change.item}`")
            case ch.Done():
                self.way(change.instance, _done(change.item))
            case ch.Paused():
                self.way(change.instance, "paused")
            case ch.Overdue():
                self.way(change.instance, "late")
            case ch.Ended():
                self.ended(change)
            case ch.LevelReached() if not change.skipped:
                ladder = change.run.rpartition("/")[0]
                self.found["levels"].add(f"`{ladder}.{change.id or change.level + 1}`")
            case _:
                pass

    def occurrence(self, done: ch.Happened) -> None:
        if not done.event and done.name in self.protocol.triggers:
            self.act = done.name
            self.found["triggers"].add(f"`{done.name}`")
        elif done.event == "used":
            held = self.protocol.meetings.get(self.meetings.get(done.of, ""))
            act = held.id if held and done.name in held.exceptions else self.act
            self.found["exceptions"].add(f"`{done.name}` of `{act}`")
        elif done.event == "extended":
            self.way(done.of, "extended")

    def way(self, instance: str, way: str) -> None:
        opened = self.opened.get(instance)
        if opened is not None:
            self.found["follow_ups"].add(f"`{opened.follow_up}` {way}")

    def ended(self, change: ch.Ended) -> None:
        if change.late:
            self.way(change.instance, "late")
        if change.status in ("declined", "waived"):
            self.way(change.instance, change.status)
        elif change.status != "cancelled":
            self.met(change)
        elif change.because == "handed_over":
            self.way(change.instance, "handed over")
        else:
            self.way(change.instance, _over(change.because))

    def met(self, change: ch.Ended) -> None:
        by = self.happened.get(change.by)
        if by is None:
            self.way(change.instance, _met(None))
            return
        self.way(change.instance, _met(OccurrenceRef(name=by.name, event=by.event)))
        if by.event == "held":  # a meeting by its bare name is that it was held
            self.way(change.instance, _met(OccurrenceRef(name=by.name)))
