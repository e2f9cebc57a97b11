"""`case list` and `case notices`: all cases of a store, and who is to be told what."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, as_json
from protocolkit.cli.exits import YES
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.store.base import Head, Notice

_ABOUT = {
    "list": "The cases of the store, one a line: closed, or when time does something to it next.\n"
    "What time has done by now is done first and kept; with --clock, what it has done by then.",
    "notices": "Who is to be told about what, and since when: in one case or in all.\n"
    "What time has done by now is done first and kept; with --clock, what it has done by then.",
}
_EXAMPLES = {
    "list": "  protocolkit case list --open",
    "notices": "  protocolkit case notices\n  protocolkit case notices c-7",
}


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Run one of the commands that look over all cases."""
    parser = shared.parser_for(verb, _ABOUT[verb], _EXAMPLES[verb])
    if verb == "list":
        parser.add_argument("--open", action="store_true", help="leave out what is closed")
    else:
        parser.add_argument("case", metavar="CASE", nargs="?", default="", help="only of this case")
    options = parser.read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        return _VERBS[verb](desk, options, screen)


def _list(desk: Desk, options: Namespace, screen: Screen) -> int:
    heads = desk.heads(include_closed=not options.open)
    if options.format == "json":
        screen.show(as_json(cases=heads))
        return YES
    for head in heads:
        screen.say(f"{head.case}  {head.protocol}  {_stands(desk, head)}")
    if not heads:
        screen.say("No case is open." if options.open else "There are no cases.")
    return YES


def _stands(desk: Desk, head: Head) -> str:
    if head.closed:
        return "closed"
    if head.next_at is None:
        return "open, time alone will do nothing"
    return f"open, time does something next: {Times(desk.zone_of(head)).until(head.next_at)}"


def _notices(desk: Desk, options: Namespace, screen: Screen) -> int:
    if options.case:
        desk.protocol_of(options.case)
        desk.bring_to_now(options.case)
    else:
        desk.heads()  # which lets time come to now in all of them
    found = sorted(desk.engine.store.notices(options.case), key=lambda notice: notice.at)
    if options.format == "json":
        screen.show(as_json(notices=found))
        return YES
    for notice in found:
        line = _told(desk, notice)
        screen.say(line if options.case else f"{notice.case}  {line}")
    if not found:
        screen.say("Nobody is to be told anything.")
    return YES


def _told(desk: Desk, notice: Notice) -> str:
    protocol = desk.engine.protocol_of(notice.case)
    telling = Telling(desk, protocol, Times(protocol.timezone))
    person = f" ({notice.person})" if notice.person else ""
    since = telling.times.until(notice.at)
    return f"{telling.role(notice.role)}{person}, since {since}, about {notice.about}"


_VERBS: Mapping[str, Callable[[Desk, Namespace, Screen], int]] = {
    "list": _list,
    "notices": _notices,
}
