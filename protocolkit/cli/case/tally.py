"""`case tally`: how often things happened over all cases of a protocol, without names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, as_json
from protocolkit.cli.exits import NO, YES
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.ground.errors import Refused
from protocolkit.semantics.tallies import Tallied

_ABOUT = """\
The tallies of a protocol over all its cases, period by period since it was adopted. Small numbers
are not shown where the protocol says so."""
_EXAMPLES = "  protocolkit case tally county.yaml"


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Count."""
    parser = shared.parser_for(verb, _ABOUT, _EXAMPLES)
    parser.add_argument("protocol", metavar="FILE", help="the protocol's file")
    options = parser.read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        (loaded,) = desk.given
        times = desk.times(loaded.model)
        telling = Telling(desk, loaded.model, times)
        try:
            found = desk.engine.tally(loaded.id)
        except Refused as refused:
            if options.format == "json":
                screen.show(as_json(done=False, reasons=telling.reasons_json(refused.reasons)))
                return NO
            for line in telling.reasons(refused.reasons):
                screen.say(line)
            return NO
        if options.format == "json":
            screen.show(as_json(tallies=found))
            return YES
        for line in _told(telling, times, found):
            screen.say(line)
        if not found:
            screen.say("This protocol has no tallies.")
    return YES


def _told(telling: Telling, times: Times, found: Sequence[Tallied]) -> Iterator[str]:
    title = ""
    for one in found:
        if one.title != title:
            title = one.title
            yield telling.line(title)
        until = times.until(one.end) if one.end is not None else "now"
        going_on = "" if one.finished else " (not finished)"
        yield telling.line(f"{times.show(one.start)} to {until}{going_on}", 2)
        for what, number in one.counts.items():
            shown = f"fewer than {one.hidden_below}" if number is None else str(number)
            yield telling.line(f"{what}: {shown}", 6)
