"""`case show`, `todo`, `why`, `pending`: where cases stand. All answers are as of now."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, and_, as_json, in_words, plain
from protocolkit.cli.exits import NO, YES
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times
from protocolkit.ground.errors import UsageError
from protocolkit.ground.nearest import did_you_mean
from protocolkit.model.case import Fact
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.answers import Owed, Standing, Why

_ABOUT = {
    "show": "Where a case stands: what is known, what is owed, what can be done and by whom.",
    "todo": "What is owed, in one case or in all, the earliest first.",
    "why": "Whether somebody may do an act now, or every reason why not; without an act, all acts.",
    "pending": "What time will do to a case if nobody acts.",
}
_EXAMPLES = {
    "show": "  protocolkit case show c-7",
    "todo": "  protocolkit case todo --for-role investigator\n  protocolkit case todo c-7",
    "why": "  protocolkit case why c-7 engage_team --as i-1 --role investigator",
    "pending": "  protocolkit case pending c-7",
}


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Run one of the commands that answer."""
    parser = shared.parser_for(verb, _ABOUT[verb], _EXAMPLES[verb])
    if verb == "todo":
        parser.add_argument("case", metavar="CASE", nargs="?", default="", help="only of this case")
        parser.add_argument("--for-role", metavar="ROLE", default="", help="only of this role")
        parser.add_argument(
            "--for-person", metavar="PERSON", default="", help="only of roles assigned to them"
        )
    else:
        shared.take_case(parser)
    if verb == "why":
        parser.add_argument("trigger", metavar="ACT", nargs="?", default="", help="only this act")
        parser.add_argument("--meeting", metavar="ID", default="", help="the meeting it belongs to")
        shared.take_person(parser)
    options = parser.read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        return _VERBS[verb](desk, options, screen)


# -- show ------------------------------------------------------------------------------


def _show(desk: Desk, options: Namespace, screen: Screen) -> int:
    protocol = desk.protocol_of(options.case)
    can = who_can(desk, options.case, protocol)
    standing = desk.engine.case(options.case)
    if options.format == "json":
        screen.show(as_json(case=standing, can_be_done=can))
        return YES
    telling = Telling(desk, protocol, Times(protocol.timezone))
    for line in _standing(telling, standing, protocol):
        screen.say(line)
    if can:
        screen.say("Can be done now:")
        for trigger, names in can.items():
            screen.say(telling.line(f"{trigger}: {and_(names, 'or')}", 2))
    return YES


def _standing(telling: Telling, standing: Standing, protocol: Protocol) -> Iterator[str]:
    times = telling.times
    version = f", version {standing.protocol_version}" if standing.protocol_version else ""
    yield telling.line(
        f"{standing.id}: a case under {standing.protocol}{version} of {protocol.jurisdiction}"
    )
    yield telling.line(f"opened: {times.show(standing.opened_at)}", 2)
    if standing.closed_at is not None:
        yield telling.line(f"closed: {times.show(standing.closed_at)}", 2)
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
    if standing.open:
        yield "Owed now:"
        yield from telling.owed(standing.open, whole=True)
    for one in standing.undecided:
        unknown = " and ".join(one.needs) or "a fact"
        yield telling.line(f"not decided yet, because {unknown} is unknown: {one.follow_up}", 2)
    if standing.next_at is not None:
        yield f"Time does something next: {times.until(standing.next_at)}"


def who_can(desk: Desk, case: str, protocol: Protocol) -> dict[str, list[str]]:
    """Each act that somebody may do now, with who, in the order of the file."""
    holders = desk.engine.case(case).holders
    found: dict[str, list[str]] = {name: [] for name in protocol.triggers}
    for role in protocol.roles.values():
        actor = Actor(id=holders.get(role.id, "-"), roles=frozenset({role.id}))
        for why in desk.engine.possible(case, by=actor):
            if why.allowed:
                found[why.trigger].append(role.name)
    for person in _attendees(desk, case):
        for why in desk.engine.possible(case, by=Actor(id=person)):
            if why.allowed and not found[why.trigger]:
                found[why.trigger].append(why.who)
    return {name: who for name, who in found.items() if who}


def _attendees(desk: Desk, case: str) -> Iterator[str]:
    for meeting in desk.engine.case(case).meetings:
        yield from meeting.attended


# -- todo ------------------------------------------------------------------------------


def _todo(desk: Desk, options: Namespace, screen: Screen) -> int:
    cases = _cases(desk, options)
    found: list[tuple[Owed, Telling]] = []
    for case, protocol in cases.items():
        telling = Telling(desk, protocol, Times(protocol.timezone))
        owed = desk.engine.todo(case, role=options.for_role, person=options.for_person)
        found.extend((one, telling) for one in owed)
    found.sort(key=lambda pair: (pair[0].due is None, pair[0].due or pair[0].opened_at))
    if options.format == "json":
        screen.show(as_json(todo=[one for one, _ in found]))
        return YES
    for one, telling in found:
        (line,) = telling.owed([one], whole=False)
        screen.say(line.strip() if options.case else f"{one.case}  {line.strip()}")
    if not found:
        person = f" by `{options.for_person}`" if options.for_person else ""
        screen.say(f"Nothing is owed{person}.")
    return YES


def _cases(desk: Desk, options: Namespace) -> dict[str, Protocol]:
    """The cases asked about, as of now, each with its protocol.

    Raises: UsageError: their protocols do not know the role that is asked about.
    """
    engine = desk.engine
    if options.case:
        cases = {options.case: desk.protocol_of(options.case)}
        desk.bring_to_now(options.case)
        _must_know(options.for_role, cases.values(), f"the protocol of {options.case}")
        return cases
    heads = desk.heads()
    kept = (engine.loaded(digest) for digest in {head.digest for head in heads})
    _must_know(options.for_role, (one.model for one in kept if one), "any protocol of this store")
    return {head.case: engine.protocol_of(head.case) for head in heads if not head.closed}


def _must_know(role: str, protocols: Iterable[Protocol], where: str) -> None:
    """A slip in the name of a role must not look as if the role owed nothing.

    Raises: UsageError: none of the protocols knows it.
    """
    known = {name for protocol in protocols for name in protocol.roles}
    if role and role not in known:
        close = did_you_mean(role, known, listed=30) or "there is no case yet"
        raise UsageError(f"--for-role: there is no role `{role}` in {where}; {close}")


# -- why -------------------------------------------------------------------------------


def _why(desk: Desk, options: Namespace, screen: Screen) -> int:
    protocol = desk.protocol_of(options.case)
    telling = Telling(desk, protocol, Times(protocol.timezone))
    actor = desk.actor(protocol)
    if options.trigger:
        one = desk.engine.why(options.case, options.trigger, by=actor, meeting=options.meeting)
        if options.format == "json":
            screen.show(as_json(why=_why_json(telling, one)))
        else:
            _tell_one(telling, one, actor, screen)
        return YES if one.allowed else NO
    acts = desk.engine.possible(options.case, by=actor)
    acts = tuple(sorted(acts, key=lambda one: not one.allowed))
    if options.format == "json":
        screen.show(as_json(why=[_why_json(telling, one) for one in acts]))
        return YES
    if any(one.allowed for one in acts):
        screen.say(f"{actor.id} may do now:")
    for one in acts:
        if one.allowed:
            screen.say(telling.line(f"{one.trigger}{_facts(protocol, one.trigger)}", 2))
    if not all(one.allowed for one in acts):
        screen.say(f"{actor.id} may not do now:")
    for one in acts:
        for reason in one.reasons:
            screen.say(telling.line(reason.message, 2))
    return YES


def _tell_one(telling: Telling, one: Why, actor: Actor, screen: Screen) -> None:
    if not one.allowed:
        screen.say(f"{actor.id} may not do `{one.trigger}` now:")
        for line in telling.reasons(one.reasons):
            screen.say(line)
        return
    role = f", as {telling.role(one.role)}" if one.role else ""
    facts = _facts(telling.protocol, one.trigger)
    screen.say(telling.line(f"{actor.id} may do `{one.trigger}` now{role}{facts}."))
    for strand, before, after in one.moves:
        said = "" if strand == "case" else f"{strand}: "
        screen.say(telling.line(f"moves: {said}{before} -> {after}", 2))
    screen.say(telling.line(f"rule: {telling.where(one.path)}", 2))
    if one.source:
        screen.say(telling.line(f"source: {one.source}", 2))


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


def _why_json(telling: Telling, one: Why) -> dict[str, object]:
    return {**plain(one), "reasons": telling.reasons_json(one.reasons)}


# -- pending ---------------------------------------------------------------------------


def _pending(desk: Desk, options: Namespace, screen: Screen) -> int:
    protocol = desk.protocol_of(options.case)
    times = Times(protocol.timezone)
    telling = Telling(desk, protocol, times)
    desk.bring_to_now(options.case)
    coming = desk.engine.pending(options.case)
    if options.format == "json":
        screen.show(as_json(pending=coming))
        return YES
    for one in coming:
        screen.say(telling.line(f"{times.until(one.at)}: {one.text}"))
    if not coming:
        screen.say("Time alone will do nothing to this case.")
    return YES


_VERBS: Mapping[str, Callable[[Desk, Namespace, Screen], int]] = {
    "show": _show,
    "todo": _todo,
    "why": _why,
    "pending": _pending,
}
