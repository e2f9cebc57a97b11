"""`case read`: what is known of one fact, for who may see it; that they looked is kept."""

from __future__ import annotations

from collections.abc import Sequence

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, as_json, in_words
from protocolkit.cli.exits import NO, YES
from protocolkit.cli.parsing import Parser
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.cli.values import reference
from protocolkit.ground.errors import Refused

_ABOUT = """\
Look a fact up. The protocol says under `sharing` who may see it, for what, and for whom only with
consent. That it was read is kept in the record, and so is a refusal."""
_EXAMPLES = """\
  protocolkit case read c-7 certainty --as c-3 --role caseworker
  protocolkit case read c-7 implicated --purpose safety --consent doc-7 --as j-1 --role judge"""


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Look a fact up."""
    parser = shared.parser_for(verb, _ABOUT, _EXAMPLES)
    _words(parser)
    options = parser.read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        protocol = desk.protocol_of(options.case)
        actor = desk.actor(protocol)
        consent = reference(options.consent, "--consent") if options.consent else ""
        key = desk.key()
        try:
            value = desk.engine.read(
                options.case,
                options.fact,
                by=actor,
                purpose=options.purpose,
                consent=consent,
                key=key,
            )
        except Refused as refused:
            telling = Telling(desk, protocol, Times(protocol.timezone))
            if options.format == "json":
                reasons = telling.reasons_json(refused.reasons)
                screen.show(as_json(done=False, key=key, reasons=reasons))
                return NO
            said = f"Refused: to read `{options.fact}`, by {actor.id}. Nothing has changed."
            for line in (telling.line(said), *telling.reasons(refused.reasons)):
                screen.say(line)
            return NO
    if options.format == "json":
        screen.show(as_json(done=True, key=key, fact=options.fact, value=value))
    else:
        screen.say(f"{options.fact} is {'unknown' if value is None else in_words(value)}")
    return YES


def _words(parser: Parser) -> None:
    shared.take_case(parser)
    parser.add_argument("fact", metavar="FACT", help="which fact")
    parser.add_argument(
        "--purpose", metavar="WORD", default="", help="what for: a word that the protocol lists"
    )
    parser.add_argument(
        "--consent", metavar="REF", default="", help="the number of the consent, no text"
    )
    shared.take_person(parser)
    shared.take_key(parser, new_case=True)
