"""`case log`: everything that happened to a case, in the order of the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.changes import change_in_words
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, as_json
from protocolkit.cli.exits import YES
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.semantics import changes as ch
from protocolkit.semantics.events import Event

_A_MINUTE = timedelta(minutes=1)
_LATE = timedelta(minutes=10)  # with a worker at work time is seen within seconds

_ABOUT = "Everything that happened to a case, refusals included, in the order of the record."
_EXAMPLES = "  protocolkit case log c-7"
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
    "migrate": "took the case over to another text of the protocol",
}


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Show the record."""
    parser = shared.parser_for(verb, _ABOUT, _EXAMPLES)
    shared.take_case(parser)
    options = parser.read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        protocol = desk.protocol_of(options.case)
        events = desk.engine.history(options.case)
        entries = desk.engine.store.entries(options.case)
        written = {entry.event.sequence: entry.written_at for entry in entries}
        if options.format == "json":
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
                void = voided.get(event.sequence, 0)
                for line in _told(telling, event, void, written[event.sequence]):
                    screen.say(line)
    return YES


def _told(telling: Telling, event: Event, voided_in: int, written_at: datetime) -> Iterator[str]:
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
    late = written_at - event.recorded_at
    if event.kind == "time" and late >= _LATE:
        later += f" ({_long(late)} late: seen {times.show(written_at)})"
    yield telling.line(f"{event.sequence}. {when(event.happened_at)}: {what}{later}")
    if voided_in:
        yield telling.line(f"VOID: see entry {voided_in}", 6)
    for text in _grounds(event):
        yield telling.line(text, 6)
    for change in event.changes:
        text = change_in_words(telling, change)
        if text:
            yield telling.line(text, 6)


def _long(span: timedelta) -> str:
    """About how long: in minutes, hours or days, never more than it was."""
    for name, unit in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        if span >= 2 * unit:
            return f"{span // unit} {name}s"
    return f"{span // _A_MINUTE} minutes"


def _grounds(event: Event) -> Iterator[str]:
    """What somebody gave for it: codes and numbers."""
    for name in ("purpose", "reason"):
        if name in event.data:
            yield f"{name}: {event.data[name]}"
    if "approved_by" in event.data:
        yield f"plan: {event.data['plan'][:12]}, approved by {event.data['approved_by']}"
    for what, number in event.data.get("evidence", {}).items():
        yield f"evidence: {number}" if what == "reference" else f"{what}: {number}"
