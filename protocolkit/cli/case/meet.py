"""`case meet`: set, move, hold and call off the meetings of a case."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.acts import Command, act
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.exits import YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.cli.values import reference, seats_of
from protocolkit.model.protocol import Protocol

EXAMPLES = """\
  protocolkit case meet c-7 set team_meeting --id m-1 --for "2025-03-06 10:00" --as s-1 \\
      --role supervisor
  protocolkit case meet c-7 hold m-1 --attended djo=u-17 --attended caseworker=c-3 --as u-17 \\
      --role djo"""

_NEEDED = {"set": "for_", "move": "for_", "hold": "attended"}
_SPOKEN = {"for_": "--for TIME", "attended": "--attended ROLE=PERSON"}


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Do one thing with one meeting."""
    parser = shared.parser_for(verb, "Set, move, hold or call off a meeting.", EXAMPLES)
    _words(parser)
    options = parser.read(words, screen)
    if options is None:
        return YES
    needed = _NEEDED.get(options.action)
    if needed and not getattr(options, needed):
        parser.error(f"to {options.action} a meeting, say {_SPOKEN[needed]} too")
    with Desk(options, screen) as desk:
        protocol = desk.protocol_of(options.case)
        what = f"to {options.action.replace('-', ' ')} `{options.meeting}`"
        return act(desk, protocol, what, _command(desk, protocol, options))


def _words(parser: Parser) -> None:
    shared.take_case(parser)
    parser.add_argument("action", choices=("set", "move", "hold", "call-off"), help="what to do")
    parser.add_argument(
        "meeting", metavar="MEETING", help="to set one: which kind; then its id, or its kind again"
    )
    parser.add_argument("--for", dest="for_", metavar="TIME", help="when it is to be (set, move)")
    parser.add_argument("--id", default="", help="an id of your own for the meeting (set)")
    parser.add_argument(
        "--attended",
        metavar="ROLE=PERSON[,PERSON]",
        action="append",
        default=[],
        help="who was there, for which role (hold)",
    )
    parser.add_argument(
        "--exception", metavar="NAME", default="", help="the exception that was used (hold)"
    )
    parser.add_argument(
        "--reason", metavar="CODE", default="", help="why: a code or a number, no text (hold)"
    )
    shared.take_person(parser)
    shared.take_time(parser)
    shared.take_key(parser)


def _command(desk: Desk, protocol: Protocol, options: Namespace) -> Command:
    engine, case, meeting = desk.engine, options.case, options.meeting
    if options.action == "call-off":
        return lambda **more: engine.call_off(case, meeting, **more)
    if options.action == "hold":
        seats = seats_of(options.attended)
        return lambda **more: engine.hold(
            case,
            meeting,
            attended=seats,
            exception=options.exception,
            reason=options.reason,
            **more,
        )
    times = Times(protocol.timezone)
    planned_at = desk.instant(times, options.for_, "--for")
    said_at = times.read(options.at, "--at") if options.at else desk.engine.clock.now()
    if planned_at < said_at:
        desk.screen.note("Careful: the meeting is planned for a time that is past already.")
    if options.action == "move":
        return lambda **more: engine.move(case, meeting, planned_at=planned_at, **more)
    id_ = reference(options.id, "--id") if options.id else ""
    return lambda **more: engine.set(case, meeting, planned_at=planned_at, id=id_, **more)
