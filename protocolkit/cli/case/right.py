"""`case correct` and `case void`: putting right what was entered in error."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.acts import Command, act
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.exits import YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.cli.values import facts_of
from protocolkit.model.protocol import Protocol

_ABOUT = {
    "correct": """\
Replace what was recorded of a fact. What was missed because of the error is owed from its own
time on, what should not be owed is cancelled, and what people did stands. Nothing that was sent
or moved is taken back.""",
    "void": """\
Declare an entry of the log void: it was made in error, or made twice. It stays in the record and
does not count any more. Nothing that was sent or moved is taken back.""",
}
_EXAMPLES = {
    "correct": """\
  protocolkit case correct c-7 --fact danger=true --as u-17 --role djo
  protocolkit case correct c-7 --fact danger=true --at "2025-03-04 22:34" --as u-17 --role djo""",
    "void": """\
  protocolkit case void c-7 12 --as u-17 --role djo
  protocolkit case void c-7 12 --same-as 11 --as u-17 --role djo""",
}


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Put something right."""
    parser = shared.parser_for(verb, _ABOUT[verb], _EXAMPLES[verb])
    shared.take_case(parser)
    if verb == "correct":
        _correct_words(parser)
    else:
        _void_words(parser)
    shared.take_person(parser)
    shared.take_key(parser)
    options = parser.read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        protocol = desk.protocol_of(options.case)
        ask = _correct if verb == "correct" else _void
        return act(desk, protocol, *ask(desk, protocol, options))


def _correct_words(parser: Parser) -> None:
    parser.add_argument(
        "--fact",
        metavar="NAME=VALUE",
        action="append",
        required=True,
        help="what is right; may be said several times",
    )
    parser.add_argument(
        "--at",
        metavar="TIME",
        help="correct the value that held then (default: the last one)",
    )


def _void_words(parser: Parser) -> None:
    parser.add_argument("entry", metavar="ENTRY", type=int, help="its number in `case log`")
    parser.add_argument(
        "--same-as",
        metavar="ENTRY",
        type=int,
        default=0,
        help="the entry that it repeats, if it was made twice",
    )


def _correct(desk: Desk, protocol: Protocol, options: Namespace) -> tuple[str, Command]:
    facts = facts_of(options.fact, protocol.facts)
    return "to correct facts", lambda **more: desk.engine.correct(options.case, facts, **more)


def _void(desk: Desk, _protocol: Protocol, options: Namespace) -> tuple[str, Command]:
    return f"to declare entry {options.entry} void", lambda **more: desk.engine.void(
        options.case, options.entry, same_as=options.same_as, **more
    )
