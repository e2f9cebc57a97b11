"""`case show`: where a case stands, as of now."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, and_, as_json, in_words
from protocolkit.cli.exits import YES
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.answers import Able, Standing, Watched

_ABOUT = """\
Where a case stands: what is known, what is owed, what can be done and by whom, what is left until
it can be closed."""
_EXAMPLES = "  protocolkit case show c-7"


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Show a case."""
    parser = shared.parser_for(verb, _ABOUT, _EXAMPLES)
    shared.take_case(parser)
    options = parser.read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        return _show(desk, options, screen)


def _show(desk: Desk, options: Namespace, screen: Screen) -> int:
    protocol = desk.protocol_of(options.case)
    can = _by_name(desk.engine.who_can(options.case))
    standing = desk.engine.case(options.case)
    left = desk.engine.left(options.case)
    if options.format == "json":
        screen.show(as_json(case=standing, can_be_done=can, left=left))
        return YES
    telling = Telling(desk, protocol, Times(protocol.timezone))
    for line in _standing(telling, standing, protocol):
        screen.say(line)
    if can:
        screen.say("Can be done now:")
        for trigger, names in can.items():
            screen.say(telling.line(f"{trigger}: {and_(names, 'or')}", 2))
    ahead = list(telling.left(left))
    if ahead:
        screen.say("Until this case can be closed:")
    for line in ahead:
        screen.say(line)
    return YES


def _by_name(can: Mapping[str, Sequence[Able]]) -> dict[str, list[str]]:
    """Who can do each act: the names of roles, with the person where it is just that one."""
    return {
        trigger: [f"{one.title} ({one.person})" if one.person else one.title for one in who]
        for trigger, who in can.items()
    }


def _standing(telling: Telling, standing: Standing, protocol: Protocol) -> Iterator[str]:
    times = telling.times
    version = f", version {standing.protocol_version}" if standing.protocol_version else ""
    what = "a case under" if standing.states else "the programme of"
    yield telling.line(
        f"{standing.id}: {what} {standing.protocol}{version} of {protocol.jurisdiction}"
    )
    if standing.linked_from:
        yield telling.line(f"handed over from: {standing.linked_from}", 2)
    yield telling.line(f"opened: {times.show(standing.opened_at)}", 2)
    if standing.closed_at is not None:
        yield telling.line(f"closed: {times.show(standing.closed_at)}", 2)
    if standing.states:
        yield telling.line(f"stands at: {telling.states(standing)}", 2)
    for name, value in standing.facts.items():
        yield telling.line(f"fact: {name} is {in_words(value)}", 2)
    for role, person in standing.holders.items():
        yield telling.line(f"{telling.role(role)}: {person}", 2)
    for meeting in standing.meetings:
        yield from telling.meeting(meeting)
    for notice in telling.desk.engine.store.notices(standing.id):
        yield telling.line(
            f"told: {telling.role(notice.role)}, {times.until(notice.at)}, about {notice.about}", 2
        )
    for link in standing.offers:
        who = and_(map(telling.role, link.accepted_by), "or") or "anyone who holds a role here"
        yield telling.line(
            f"on offer since {times.show(link.since)}: {link.link}, a hand-over to "
            f"{link.protocol}; {who} can accept it or turn it down",
            2,
        )
    for left_out in standing.left_out:
        because = ", because nobody knows better" if left_out.unknown else ""
        yield telling.line(
            f"left out of {left_out.follow_up}: {telling.role(left_out.item)}{because}", 2
        )
    if standing.open:
        yield "Owed now:"
        yield from telling.owed(standing.open, whole=True)
    for proposed in standing.proposals:
        yield from telling.proposed(proposed)
    for one in standing.undecided:
        yield from telling.undecided(one, 2)
    if standing.properties:
        yield "What must be so in this case:"
        for watched in standing.properties:
            yield telling.line(_watched(telling, watched), 2)
    if standing.next_at is not None:
        yield f"Time does something next: {times.until(standing.next_at)}"


_VERDICTS = {
    "holds": "holds so far",
    "pending": "still to be kept",
    "broken": "BROKEN",
    "kept": "kept for good",
}


def _watched(telling: Telling, watched: Watched) -> str:
    """A property: how it stands with it, until when, who can still act, and what it says."""
    verdict = _VERDICTS[watched.verdict]
    if watched.due is not None:
        verdict += f" by {telling.times.until(watched.due)}"
    if watched.roles:
        verdict += f", {and_(map(telling.role, watched.roles), 'or')} can do it"
    return f"{watched.title}: {verdict}. {watched.sentence}"
