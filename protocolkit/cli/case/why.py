"""`case why`: what somebody may do now, and why not; who else could."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, and_, as_json
from protocolkit.cli.exits import NO, YES
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.model.case import Fact
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import KINDS, Able, Why

_ABOUT = """\
Whether somebody may do something now, with what, and who else could; or every reason why not, by
when that may change, and what follows otherwise. Of an act, a follow-up, a meeting, a fact or a
role of the case; without any, of all acts."""
_EXAMPLES = """\
  protocolkit case why c-7 engage_team --as i-1 --role investigator
  protocolkit case why c-7 assessment --kind extend --as s-1 --role supervisor"""

_DOES = {
    "act": "do",
    "set": "set",
    "move": "move",
    "call_off": "call off",
    "hold": "say that they held",
}


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Answer the question."""
    parser = shared.parser_for(verb, _ABOUT, _EXAMPLES)
    shared.take_case(parser)
    parser.add_argument(
        "what", metavar="ACT", nargs="?", default="", help="only this act, follow-up, meeting ..."
    )
    parser.add_argument(
        "--kind",
        choices=KINDS,
        default="",
        metavar="KIND",
        help=f"to do what with it: {', '.join(KINDS)} (default: the likeliest)",
    )
    parser.add_argument("--meeting", metavar="ID", default="", help="the meeting it belongs to")
    parser.add_argument(
        "--item", metavar="NAME", default="", help="the recipient or part that is meant"
    )
    shared.take_person(parser)
    options = parser.read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        protocol = desk.protocol_of(options.case)
        telling = Telling(desk, protocol, Times(protocol.timezone))
        actor = desk.actor(protocol)
        if options.what:
            return _one(telling, options, actor, screen)
        return _every(telling, options, actor, screen)


def _one(telling: Telling, options: Namespace, actor: Actor, screen: Screen) -> int:
    one = telling.desk.engine.why(
        options.case,
        options.what,
        by=actor,
        kind=options.kind,
        meeting=options.meeting,
        item=options.item,
    )
    if options.format == "json":
        screen.show(as_json(why=one))
    else:
        for line in _told(telling, one, actor):
            screen.say(line)
    return YES if one.allowed else NO


def _every(telling: Telling, options: Namespace, actor: Actor, screen: Screen) -> int:
    acts = telling.desk.engine.possible(options.case, by=actor)
    may = [one for one in acts if one.allowed]
    may_not = [one for one in acts if not one.allowed]
    if options.format == "json":
        screen.show(as_json(why=[*may, *may_not]))
        return YES
    if may:
        screen.say(f"{actor.id} may do now:")
    for one in may:
        screen.say(telling.line(f"{one.trigger}{_facts(telling.protocol, one.trigger)}", 2))
    if may_not:
        screen.say(f"{actor.id} may not do now:")
    for one in may_not:
        for reason in one.reasons:
            screen.say(telling.line(reason.message, 2))
    return YES


def _told(telling: Telling, one: Why, actor: Actor) -> Iterator[str]:
    does = _DOES.get(one.kind, one.kind)
    if not one.allowed:
        yield f"{actor.id} may not {does} `{one.trigger}` now:"
        yield from telling.reasons(one.reasons)
    else:
        role = f", as {telling.role(one.role)}" if one.role else ""
        facts = _facts(telling.protocol, one.trigger) if one.kind == "act" else ""
        yield telling.line(f"{actor.id} may {does} `{one.trigger}` now{role}{facts}.")
        if one.kind != "act":
            for asked in one.asks:
                yield telling.line(f"with it: {asked.message}", 2)
        if not one.takes_effect:
            names = and_(map(telling.role, one.missing)) if one.missing else "whoever may do it"
            yield telling.line(f"this signs it; {names} must agree too", 2)
        if one.used:
            yield telling.line(f"exception used: {and_(one.used)}", 2)
        for strand, before, after in one.moves:
            said = "" if strand == "case" else f"{strand}: "
            yield telling.line(f"moves: {said}{before} -> {after}", 2)
        if one.until is not None:
            yield telling.line(f"until: {telling.times.until(one.until)}", 2)
        if one.path:
            yield telling.line(f"rule: {telling.where(one.path)}", 2)
        if one.source:
            yield telling.line(f"source: {one.source}", 2)
    for said in one.put_right:
        yield telling.line(f"put right: {said}", 2)
    yield from telling.expected(one.by_when, one.by_when_is, one.otherwise, 2)
    if one.others:
        label = "who else could" if one.allowed else "who could"
        names = and_((_able(telling, who) for who in one.others), "or")
        yield telling.line(f"{label}: {names}", 2)


def _able(telling: Telling, who: Able) -> str:
    person = f" ({who.person})" if who.person else ""
    opens = f", whose office opens {telling.times.show(who.opens_at)}" if who.opens_at else ""
    return f"{who.title}{person}{opens}"


def _facts(protocol: Protocol, trigger: str) -> str:
    """What to say with an act: the facts that it records."""
    records = protocol.triggers[trigger].records if trigger in protocol.triggers else ()
    shown = [
        f"--fact {one.fact}={_choices(protocol.facts[one.fact])}"
        + ("" if one.required else " (if known)")
        for one in records
    ]
    return f", with {and_(shown)}" if shown else ""


def _choices(fact: Fact) -> str:
    if fact.type == "boolean":
        return "true|false"
    return "|".join(fact.values) or fact.type.upper().replace(" ", "_")
