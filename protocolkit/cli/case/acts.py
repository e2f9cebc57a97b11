"""`case open`, `do`, `record`, `assign`, `complete`, `decline`, `waive`, `extend`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.paper import read_history
from protocolkit.cli.case.telling import Telling, as_json
from protocolkit.cli.exits import CANNOT, NO, YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.cli.values import evidence_of, facts_of, persons_of, reference, seats_of
from protocolkit.ground.errors import NotRunnable, Refused
from protocolkit.ground.record import Record
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.answers import Standing

Command = Callable[..., Standing]
"""A method of the engine that has everything but who acts, when, and under which key."""


class Verb(Record):
    """A command: what it is for, its own words, and what it asks of the engine."""

    about: str
    example: str
    words: Callable[[Parser], None]
    ask: Callable[[Desk, Protocol, Namespace], tuple[str, Command]]


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Run one of the commands that change a case."""
    form = VERBS[verb]
    parser = shared.parser_for(verb, form.about, form.example)
    form.words(parser)
    shared.take_person(parser)
    if verb != "assign":
        shared.take_time(parser)
    begins = verb in BEGINNINGS
    shared.take_key(parser, new_case=begins)
    options = parser.read(words, screen)
    if options is None:
        return YES
    if begins:
        return _open(verb, options, screen)
    with Desk(options, screen) as desk:
        protocol = desk.protocol_of(options.case)
        what, command = form.ask(desk, protocol, options)
        return act(desk, protocol, what, command)


def act(desk: Desk, protocol: Protocol, what: str, command: Command) -> int:
    """Do something in a case, and tell how it went; `what` names it where it is refused."""
    options, screen = desk.options, desk.screen
    times = Times(protocol.timezone)
    more: dict[str, Any] = {"by": desk.actor(protocol)}
    if getattr(options, "at", None):
        more["happened_at"] = desk.instant(times, options.at, "--at")
    if getattr(options, "expect_version", None) is not None:
        more["expected_version"] = options.expect_version
    more["key"] = key = desk.key()
    telling = Telling(desk, protocol, times)
    try:
        standing = command(**more)
    except Refused as refused:
        if options.format == "json":
            reasons = telling.reasons_json(refused.reasons)
            screen.show(as_json(done=False, key=key, reasons=reasons))
            return NO
        screen.say(telling.line(f"Refused: {what}, by {more['by'].id}. Nothing has changed."))
        for line in telling.reasons(refused.reasons):
            screen.say(line)
        return NO
    if options.format == "json":
        screen.show(as_json(done=True, key=key, case=standing))
        return YES
    if what in BEGINNINGS.values():
        screen.say(standing.id)
    _tell(telling, standing, screen)
    return YES


def _tell(telling: Telling, standing: Standing, screen: Screen) -> None:
    """Where the case stands after an act, and what is owed now."""
    if standing.states:
        screen.say(telling.line(f"The case stands at: {telling.states(standing)}"))
    if standing.is_closed:
        screen.say("The case is closed.")
    named = getattr(telling.desk.options, "meeting", "")
    for meeting in standing.meetings:
        if meeting.status == "set" or named in (meeting.id, meeting.name):
            for line in telling.meeting(meeting):
                screen.say(line)
    for proposed in standing.proposals:
        for line in telling.proposed(proposed):
            screen.say(line)
    if standing.open:
        screen.say("Owed now:")
        for line in telling.owed(standing.open, whole=False):
            screen.say(line)


BEGINNINGS = {"open": "to open a case", "adopt": "to adopt the protocol"}
"""What begins a case, from the protocol's file."""


def _open(verb: str, options: Namespace, screen: Screen) -> int:
    with Desk(options, screen, opening=options.file) as desk:
        (loaded,) = desk.given
        protocol = loaded.model
        desk.times(protocol)
        try:
            return act(desk, protocol, *VERBS[verb].ask(desk, protocol, options))
        except NotRunnable as error:
            for finding in error.findings:
                place = loaded.place(finding.path)
                where = f"{place.file}:{place.start.line}:{place.start.column}: " if place else ""
                screen.note(f"protocolkit: {where}{finding.message}")
            return CANNOT


# -- the words of each command ---------------------------------------------------------


def _open_words(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="the protocol's file")
    _fact_words(parser)
    parser.add_argument("--id", default="", help="an id of your own for the case; else one is made")
    parser.add_argument(
        "--history",
        metavar="FILE",
        default="",
        help="what happened before, one JSON object a line; nothing is sent for it",
    )


def _adopt_words(parser: Parser) -> None:
    parser.add_argument("file", metavar="FILE", help="the protocol's file")
    _fact_words(parser)


def _do_words(parser: Parser) -> None:
    shared.take_case(parser)
    parser.add_argument("trigger", metavar="ACT", help="which act")
    _fact_words(parser)
    parser.add_argument(
        "--assign",
        metavar="ROLE=PERSON",
        action="append",
        default=[],
        help="who gets a role with it",
    )
    parser.add_argument("--meeting", metavar="ID", default="", help="the meeting it belongs to")
    parser.add_argument(
        "--under",
        metavar="FILE",
        help="to accept a hand-over: the other protocol's file, under which a case opens here",
    )
    _item_words(parser, "the recipient or part that it is done for")
    parser.add_argument(
        "--attended",
        metavar="ROLE=PERSON[,PERSON]",
        action="append",
        default=[],
        help="who was there too, for which role",
    )
    parser.add_argument(
        "--exception", metavar="NAME", default="", help="the exception that is used"
    )
    _reason_words(parser)
    _evidence_words(parser)


def _item_words(parser: Parser, about: str) -> None:
    parser.add_argument("--item", metavar="NAME", default="", help=about)


def _reason_words(parser: Parser) -> None:
    parser.add_argument("--reason", metavar="CODE", default="", help="a code or a number, no text")


def _evidence_words(parser: Parser) -> None:
    parser.add_argument(
        "--evidence",
        metavar="[WHAT=]REF",
        action="append",
        default=[],
        help="the number of a document; may be said several times, with what each is",
    )


def _record_words(parser: Parser) -> None:
    shared.take_case(parser)
    _fact_words(parser)


def _fact_words(parser: Parser) -> None:
    parser.add_argument(
        "--fact",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="what becomes known; may be said several times",
    )


def _assign_words(parser: Parser) -> None:
    shared.take_case(parser)
    parser.add_argument("holders", metavar="ROLE=PERSON", nargs="+", help="who holds which role")


def _complete_words(parser: Parser) -> None:
    _follow_up_words(parser)
    _evidence_words(parser)


def _set_aside_words(parser: Parser) -> None:
    _follow_up_words(parser)
    _reason_words(parser)


def _extend_words(parser: Parser) -> None:
    _set_aside_words(parser)
    parser.add_argument("--until", metavar="TIME", required=True, help="the new limit")


def _follow_up_words(parser: Parser) -> None:
    shared.take_case(parser)
    parser.add_argument(
        "follow_up", metavar="FOLLOW_UP", help="which one; of several open ones, its name/number"
    )
    _item_words(parser, "whom it is for, who owes it or which part, if there are several")


# -- what each command asks of the engine ----------------------------------------------


def _ask_open(desk: Desk, protocol: Protocol, options: Namespace) -> tuple[str, Command]:
    facts = facts_of(options.fact, protocol.facts)
    id_ = reference(options.id, "--id") if options.id else ""
    times = Times(protocol.timezone)
    history = read_history(options.history, protocol, times) if options.history else ()
    for remark in times.remarks:
        desk.screen.note(remark)
    return BEGINNINGS["open"], lambda **more: desk.engine.open(
        protocol.id, facts=facts, history=history, id=id_, **more
    )


def _ask_adopt(desk: Desk, protocol: Protocol, options: Namespace) -> tuple[str, Command]:
    facts = facts_of(options.fact, protocol.facts)
    return BEGINNINGS["adopt"], lambda **more: desk.engine.adopt(protocol.id, facts=facts, **more)


def _ask_do(desk: Desk, protocol: Protocol, options: Namespace) -> tuple[str, Command]:
    facts = facts_of(options.fact, protocol.facts)
    assign = persons_of(options.assign, "--assign")
    attended, evidence = seats_of(options.attended), evidence_of(options.evidence)
    return f"`{options.trigger}`", lambda **more: desk.engine.fire(
        options.case,
        options.trigger,
        facts=facts,
        assign=assign,
        meeting=options.meeting,
        item=options.item,
        attended=attended,
        exception=options.exception,
        reason=options.reason,
        evidence=evidence,
        **more,
    )


def _ask_record(desk: Desk, protocol: Protocol, options: Namespace) -> tuple[str, Command]:
    facts = facts_of(options.fact, protocol.facts)
    return "to record facts", lambda **more: desk.engine.record(options.case, facts, **more)


def _ask_assign(desk: Desk, _protocol: Protocol, options: Namespace) -> tuple[str, Command]:
    holders = persons_of(options.holders, "assign")
    return "to assign roles", lambda **more: desk.engine.assign(options.case, holders, **more)


def _ask_complete(desk: Desk, _protocol: Protocol, options: Namespace) -> tuple[str, Command]:
    evidence = evidence_of(options.evidence)
    return f"to complete `{options.follow_up}`", lambda **more: desk.engine.complete(
        options.case,
        options.follow_up,
        item=options.item,
        evidence=evidence,
        **more,
    )


def _ask_decline(desk: Desk, _protocol: Protocol, options: Namespace) -> tuple[str, Command]:
    return f"to decline `{options.follow_up}`", lambda **more: desk.engine.decline(
        options.case, options.follow_up, item=options.item, reason=options.reason, **more
    )


def _ask_waive(desk: Desk, _protocol: Protocol, options: Namespace) -> tuple[str, Command]:
    return f"to waive `{options.follow_up}`", lambda **more: desk.engine.waive(
        options.case, options.follow_up, item=options.item, reason=options.reason, **more
    )


def _ask_extend(desk: Desk, protocol: Protocol, options: Namespace) -> tuple[str, Command]:
    until = desk.instant(Times(protocol.timezone), options.until, "--until")
    return f"to extend `{options.follow_up}`", lambda **more: desk.engine.extend(
        options.case,
        options.follow_up,
        until=until,
        item=options.item,
        reason=options.reason,
        **more,
    )


VERBS: Mapping[str, Verb] = {
    "open": Verb(
        about="Open a case under a protocol. The first line of the answer is the case's id.",
        example="""\
  protocolkit case open county.yaml --as u-17 --role djo --id c-7
  protocolkit case open county.yaml --as u-17 --role djo --history c-7.jsonl
where a line of the history is such as
  {"at": "2025-03-04 22:34", "by": "u-17", "role": "djo", "do": "report",
   "facts": {"certainty": "suspected"}}""",
        words=_open_words,
        ask=_ask_open,
    ),
    "adopt": Verb(
        about="""\
Adopt a protocol. What belongs to the partnership and not to one case (its facts, acts, meetings
and follow-ups with `scope: programme`) is run as one standing case from then on; the first line of
the answer is its id.""",
        example="  protocolkit case adopt county.yaml --as j-1 --role judge",
        words=_adopt_words,
        ask=_ask_adopt,
    ),
    "do": Verb(
        about="Do an act of the protocol: one that stands under `triggers`.",
        example="""\
  protocolkit case do c-7 report_to_supervisor --as u-17 --role djo --fact certainty=suspected
  protocolkit case do c-7 agree_plan --as u-17 --roster roster.yaml --meeting m-1
  protocolkit case do c-7 interview --as i-4 --role investigator --attended advocate=a-2 \\
      --exception urgent --reason r-3""",
        words=_do_words,
        ask=_ask_do,
    ),
    "record": Verb(
        about="Record facts that belong to no act.",
        example="  protocolkit case record c-7 --fact danger=true --as u-17 --role djo",
        words=_record_words,
        ask=_ask_record,
    ),
    "assign": Verb(
        about="Say who holds a role in this case.",
        example="  protocolkit case assign c-7 caseworker=c-3 --as s-1 --role supervisor",
        words=_assign_words,
        ask=_ask_assign,
    ),
    "complete": Verb(
        about="A follow-up is done. Where an act does it, do that act instead.",
        example="  protocolkit case complete c-7 hear_the_minor --as u-17 --role djo",
        words=_complete_words,
        ask=_ask_complete,
    ),
    "decline": Verb(
        about="Say no to a follow-up, or stop an act that waits for sign-offs, for who may.",
        example="  protocolkit case decline c-7 hear_the_minor --as y-1 --role minor",
        words=_set_aside_words,
        ask=_ask_decline,
    ),
    "waive": Verb(
        about="Set a follow-up aside, for who may.",
        example="""\
  protocolkit case waive c-7 tell_the_reporter --reason r-4 --as s-1 --role supervisor""",
        words=_set_aside_words,
        ask=_ask_waive,
    ),
    "extend": Verb(
        about="Give a follow-up more time, for who may.",
        example="""\
  protocolkit case extend c-7 assessment --until "2025-05-06 24:00" --as j-1 --role judge""",
        words=_extend_words,
        ask=_ask_extend,
    ),
}
