"""`case pending`: every instant ahead and what it will do; what is left until closing."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, as_json
from protocolkit.cli.exits import YES
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.semantics.answers import COUNTED, FORESEEN

_ABOUT = "What will come of a case if nobody acts: every instant ahead, and what it will do."
_EXAMPLES = """\
  protocolkit case pending c-7 --until "2025-06-01 00:00"
  protocolkit case pending c-7 --until-closing"""


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Tell what is ahead."""
    parser = shared.parser_for(verb, _ABOUT, _EXAMPLES)
    shared.take_case(parser)
    parser.add_argument(
        "--until", metavar="TIME", help="how far to look ahead (default: for a year)"
    )
    parser.add_argument(
        "--until-closing",
        action="store_true",
        help="instead: what must still be done until the case can be closed",
    )
    shared.take_page(parser, FORESEEN)
    options = parser.read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        protocol = desk.protocol_of(options.case)
        telling = Telling(desk, protocol, Times(protocol.timezone))
        answer = _until_closing if options.until_closing else _pending
        return answer(telling, options, screen)


def _pending(telling: Telling, options: Namespace, screen: Screen) -> int:
    desk, times = telling.desk, telling.times
    until = desk.instant(times, options.until, "--until") if options.until else None
    coming = desk.engine.pending(
        options.case, until=until, limit=options.limit, after=options.after
    )
    waiting = desk.engine.undecided(options.case)
    if options.format == "json":
        screen.show(
            as_json(pending=coming, undecided=waiting, total=coming.total, next=coming.next)
        )
        return YES
    for one in coming:
        screen.say(telling.line(f"{times.until(one.at)}: {one.text}"))
    if not coming:
        more = " more" if options.after else ""
        screen.say(f"Time alone will do nothing{more} to this case.")
    elif coming.next:
        total = f"{coming.total} in all" if coming.total else f"more than {COUNTED} in all"
        screen.note(f"There are more, {total}: go on with --after {coming.next}")
    for fact in () if options.after else waiting:
        for line in telling.undecided(fact):
            screen.say(line)
    return YES


def _until_closing(telling: Telling, options: Namespace, screen: Screen) -> int:
    left = telling.desk.engine.left(options.case)
    if options.format == "json":
        screen.show(as_json(left=left))
        return YES
    lines = list(telling.left(left))
    if left.closed:
        screen.say("The case is closed.")
    elif not left.ways:
        screen.say("This is the case of a programme: it is never closed.")
    else:
        screen.say("Until this case can be closed:")
    for line in lines:
        screen.say(line)
    return YES
