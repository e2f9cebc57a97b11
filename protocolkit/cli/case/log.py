"""`case log` and `case export`: everything that happened to a case, for people, for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, as_json, in_words
from protocolkit.cli.exits import YES
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.semantics import changes as ch
from protocolkit.semantics.events import Event

_A_MINUTE = timedelta(minutes=1)

_ABOUT = {
    "log": "Everything that happened to a case, refusals included, in the order of the record.",
    "export": "The events of a case as JSON, one a line.",
}
_EXAMPLES = {
    "log": "  protocolkit case log c-7",
    "export": "  protocolkit case export c-7 > c-7.jsonl",
}
_DID = {
    "open": "opened the case",
    "adopt": "adopted the protocol",
    "record": "recorded",
    "assign": "assigned",
    "complete": "completed",
    "decline": "declined",
    "waive": "waived",
    "extend": "extended",
    "set": "set the meeting",
    "move": "moved the meeting",
    "call_off": "called off the meeting",
    "hold": "held the meeting",
    "act": "did",
    "signed": "signed",
    "vetoed": "stopped",
    "read": "read",
    "correct": "corrected",
    "void": "declared an entry void",
    "close_days": "closed on more days:",
}
_ENDED_PROPOSAL = {
    "changed": "what was signed before does not count: this is something else",
    "veto": "nobody's signature counts any more: it was vetoed",
    "taken-back": "nobody's signature counts any more: one was taken back",
}


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Show or write out the record."""
    parser = shared.parser_for(verb, _ABOUT[verb], _EXAMPLES[verb])
    shared.take_case(parser)
    options = parser.read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        protocol = desk.protocol_of(options.case)
        events = desk.engine.history(options.case)
        if verb == "export":
            for event in events:
                screen.show(json.dumps(event.to_json()) + "\n")
        elif options.format == "json":
            screen.show(as_json(events=[event.to_json() for event in events]))
        else:
            telling = Telling(desk, protocol, Times(protocol.timezone))
            voided = {
                one.entry: event.sequence
                for event in events
                for one in event.changes
                if isinstance(one, ch.Voided)
            }
            for event in events:
                for line in _told(telling, event, voided.get(event.sequence, 0)):
                    screen.say(line)
    return YES


def _told(telling: Telling, event: Event, voided_in: int) -> Iterator[str]:
    """An event and what followed from it; `voided_in` is the entry that declares it void, or 0."""
    times = telling.times
    when = times.until if event.kind == "time" else times.show
    who = f"{event.actor} as {telling.role(event.role)}" if event.role else event.actor
    if event.kind == "time":
        what = "time passed"
    elif event.kind == "refused":
        verb = str(event.data.get("kind", "act"))
        asked = "do" if verb == "act" else verb.replace("_", " ")
        what = f"{who} was refused to {asked} {event.what}".rstrip()
    elif event.kind == "signed" and event.data["kind"] != "act":
        what = f"{who} agreed to {event.data['kind']} {event.what}"
    else:
        what = f"{who} {_DID.get(event.kind, event.kind)} {event.what}".rstrip()
    later = ""
    if event.recorded_at - event.happened_at >= _A_MINUTE:
        later = f" (recorded {times.show(event.recorded_at)})"
    yield telling.line(f"{event.sequence}. {when(event.happened_at)}: {what}{later}")
    if voided_in:
        yield telling.line(f"VOID: see entry {voided_in}", 6)
    for text in _grounds(event):
        yield telling.line(text, 6)
    for change in event.changes:
        text = _change(telling, change)
        if text:
            yield telling.line(text, 6)


def _grounds(event: Event) -> Iterator[str]:
    """What somebody gave for it: codes and numbers."""
    for name in ("purpose", "reason"):
        if name in event.data:
            yield f"{name}: {event.data[name]}"
    for what, number in event.data.get("evidence", {}).items():
        yield f"evidence: {number}" if what == "reference" else f"{what}: {number}"


def _change(telling: Telling, change: ch.Change) -> str:
    """What a change says to people; empty for the engine's own notes."""
    times = telling.times
    match change:
        case ch.Recorded():
            return f"{change.fact} is {in_words(change.value)}"
        case ch.Assigned():
            return f"{telling.role(change.role)} is {change.person}"
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
        case ch.CaseReopened():
            return "the case is not closed after all"
        case ch.CaseClosed():
            return "the case is closed"
        case _:
            return ""
