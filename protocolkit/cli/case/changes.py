"""What each change of a case says to people, in the log and in a walk.

Imports the words of `case` and the changes.
"""

from __future__ import annotations

from protocolkit.cli.case.telling import Telling, in_words
from protocolkit.semantics import changes as ch

_ENDED_PROPOSAL = {
    "changed": "what was signed before does not count: this is something else",
    "veto": "nobody's signature counts any more: it was vetoed",
    "taken-back": "nobody's signature counts any more: one was taken back",
}


def change_in_words(telling: Telling, change: ch.Change) -> str:
    """What a change says to people; empty for the engine's own notes."""
    times = telling.times
    match change:
        case ch.Recorded():
            return f"{change.fact} is {in_words(change.value)}"
        case ch.Assigned():
            return f"{telling.role(change.role)} is {change.person or 'nobody'}"
        case ch.Moved():
            strand = "" if change.strand == "case" else f"{change.strand}: "
            return f"{strand}{change.from_} -> {change.to}" if change.from_ else ""
        case ch.MeetingSet():
            return f"meeting {change.meeting}, for {times.show(change.planned_at)}"
        case ch.MeetingEnded():
            there = ", ".join(f"{who} ({role})" for who, role in change.attended.items())
            status = change.status.replace("_", " ")
            return f"meeting {change.meeting} {status}" + (f": {there}" if there else "")
        case ch.Opened():
            due = f", by {times.until(change.due)}" if change.due else ""
            return f"owed from now on: {change.instance}{due}"
        case ch.Redated():
            due = f"by {times.until(change.due)}" if change.due else "no date"
            return f"another limit: {change.instance}, {due}"
        case ch.LeftOut():
            unknown = ", because nobody knows better" if change.unknown else ""
            return f"left out: {change.follow_up} for {telling.role(change.item)}{unknown}"
        case ch.Paused():
            return f"its clock stops: {change.instance}"
        case ch.Done():
            return f"done of {change.instance}: {change.item}"
        case ch.Overdue():
            return f"LATE: {change.instance}"
        case ch.Ended():
            late = ", late" if change.late else ""
            because = f" ({change.because})" if change.because else ""
            status = "met by another" if change.status == "satisfied-by" else change.status
            return f"{status}{late}: {change.instance}{because}"
        case ch.LevelReached():
            skipped = ", skipped" if change.skipped else ""
            skipped += ", before the case was kept here" if change.past else ""
            name = change.run.rpartition("/")[0]
            return f"level {change.level + 1} of {name}{skipped}"
        case ch.Told():
            person = f" ({change.person})" if change.person else ""
            return f"told: {telling.role(change.role)}{person}, about {change.about}"
        case ch.Handed():
            return f"may act too: {telling.role(change.role)}"
        case ch.Signed():
            return f"signed for {telling.role(change.role)}" if change.role else "proposed"
        case ch.ProposalEnded():
            return _ENDED_PROPOSAL.get(change.because, "")
        case ch.FactCorrected():
            value = "not known" if change.value is None else in_words(change.value)
            return f"{change.fact} is {value} in truth"
        case ch.Voided():
            again = f", it repeats entry {change.same_as}" if change.same_as else ""
            return f"entry {change.entry} does not count{again}"
        case ch.Reopened():
            return f"owed after all: {change.instance} ({change.because})"
        case ch.Withdrawn():
            return f"does not count: {change.instance}"
        case ch.DaysClosed():
            return f"{change.calendar} is closed on {', '.join(change.days)}"
        case ch.ReasonGiven():
            return f"because {change.name}: {'.'.join(change.path)}".rstrip(": ")
        case ch.Offered():
            return f"on offer: {change.link}"
        case ch.HandedOver():
            return f"handed over: {change.link}, to {change.to}" if change.to else "turned down"
        case ch.PropertyJudged():
            return _of_property(telling, change)
        case ch.Migrated():
            return _goes_on(telling, change)
        case ch.CaseReopened():
            return "the case is not closed after all"
        case ch.CaseClosed():
            return "the case is closed"
        case _:
            return ""


def _of_property(telling: Telling, change: ch.PropertyJudged) -> str:
    """A verdict that people would want to know of; what goes on holding is not news."""
    found = telling.protocol.properties.get(change.property)
    name = found.name if found else change.property  # it has another name in a later text
    match change.verdict, change.was:
        case "broken", _:
            return f"BROKEN: {name}"
        case "pending", _:
            due = f", by {telling.times.until(change.due)}" if change.due else ""
            return f"still to be kept: {name}{due}"
        case _, "broken":
            return f"not broken after all: {name}"
        case "kept", "pending":
            return f"kept: {name}"
        case "holds", "pending":
            return f"kept so far: {name}"
        case _:
            return ""


def _goes_on(telling: Telling, change: ch.Migrated) -> str:
    """Which text holds from now on, and what is called otherwise in it."""
    version = f"version {change.version} of " if change.version else ""
    said = f"from now on under {version}{telling.protocol.id} ({change.digest[:12]})"
    called = [
        f"{_bare(old)} is {_bare(new)}" if new else f"{_bare(old)} does not go on"
        for pairs in change.names.values()
        for old, new in pairs.items()
    ]
    return f"{said}: {'; '.join(called)}" if called else said


def _bare(name: str) -> str:
    """A name; that of a state stands with its strand, which people need not hear."""
    return name.removeprefix("case.")
