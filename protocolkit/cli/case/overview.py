"""`case list` and `case notices`: all cases of a store, and who is to be told what or was."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, as_json
from protocolkit.cli.exits import YES
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.semantics.answers import form
from protocolkit.store.base import Delivery, Head

_ABOUT = {
    "list": "The cases of the store, one a line: closed, or when time does something to it next.\n"
    "What time has done by now is done first and kept; with --clock, what it has done by then.",
    "notices": "Who is to be told about what, since when, and whether a channel took it: in one "
    "case or in all.\n"
    "What time has done by now is done first and kept; with --clock, what it has done by then.",
}
_EXAMPLES = {
    "list": "  protocolkit case list --open",
    "notices": "  protocolkit case notices --unsent\n  protocolkit case notices c-7",
}


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Run one of the commands that look over all cases."""
    parser = shared.parser_for(verb, _ABOUT[verb], _EXAMPLES[verb])
    if verb == "list":
        parser.add_argument("--open", action="store_true", help="leave out what is closed")
    else:
        parser.add_argument("case", metavar="CASE", nargs="?", default="", help="only of this case")
        parser.add_argument(
            "--unsent", action="store_true", help="only what no worker could deliver yet"
        )
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
    told = desk.engine.store.deliveries(options.case)
    found = sorted(
        (one for one in told if not (options.unsent and one.outcome)), key=lambda one: one.notice.at
    )
    if options.format == "json":
        screen.show(as_json(notices=[_plainly(one) for one in found]))
        return YES
    for one in found:
        line = _told(desk, one)
        screen.say(line if options.case else f"{one.notice.case}  {line}")
    if not found:
        screen.say("Nothing waits to be sent." if told else "Nobody is to be told anything.")
    return YES


def _plainly(told: Delivery) -> dict[str, Any]:
    """A notice and what became of it, side by side."""
    return {
        **form.to_json(told.notice),
        "tries": told.tries,
        "taken_by": told.reached,
        "outcome": told.outcome,
        "done_at": told.done_at,
    }


def _told(desk: Desk, told: Delivery) -> str:
    notice = told.notice
    protocol = desk.engine.protocol_of(notice.case)
    telling = Telling(desk, protocol, Times(protocol.timezone))
    person = f" ({notice.person})" if notice.person else ""
    since = telling.times.until(notice.at)
    came = _became(told, telling.times)
    return f"{telling.role(notice.role)}{person}, since {since}, about {notice.about}: {came}"


def _became(told: Delivery, times: Times) -> str:
    """Whether somebody was told: what stands in the record is only who should be."""
    if told.outcome == "moot":
        return "not sent, because it was not true any more"
    by = f"taken by {', '.join(told.reached)}" if told.reached else "not sent yet"
    if told.done_at is None:
        return f"{by}, not yet by all" if told.reached else by
    return f"{by}, {times.show(told.done_at)}"


_VERBS: Mapping[str, Callable[[Desk, Namespace, Screen], int]] = {
    "list": _list,
    "notices": _notices,
}
