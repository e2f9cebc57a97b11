"""`case todo`: what is owed, in one case or in all, by whom, until when."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import datetime

from protocolkit.cli.case import desk as shared
from protocolkit.cli.case.desk import Desk
from protocolkit.cli.case.telling import Telling, as_json
from protocolkit.cli.exits import YES
from protocolkit.cli.screen import Screen
from protocolkit.cli.times import Times, is_absolute
from protocolkit.ground.errors import UsageError
from protocolkit.ground.nearest import did_you_mean
from protocolkit.model import words as closed_words
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.answers import Undecided

_ABOUT = """\
What is owed, in one case or in all, the earliest due first. Below it stands what may have to be
done, for those who can record the fact that decides it."""
_EXAMPLES = """\
  protocolkit case todo c-7
  protocolkit case todo --for-role investigator --late
  protocolkit case todo --for-organization police --before "2025-03-07 00:00" --limit 20"""


def run(verb: str, words: Sequence[str], screen: Screen) -> int:
    """Tell what is owed."""
    parser = shared.parser_for(verb, _ABOUT, _EXAMPLES)
    parser.add_argument("case", metavar="CASE", nargs="?", default="", help="only of this case")
    parser.add_argument("--for-role", metavar="ROLE", default="", help="only of this role")
    parser.add_argument(
        "--for-person", metavar="PERSON", default="", help="only of roles assigned to them"
    )
    parser.add_argument(
        "--for-organization", metavar="NAME", default="", help="only of roles of this organization"
    )
    parser.add_argument("--late", action="store_true", help="only what is late")
    parser.add_argument("--before", metavar="TIME", help="only what is due before then")
    parser.add_argument(
        "--strength", choices=closed_words.STRENGTHS, default="", help="only of this strength"
    )
    parser.add_argument("--follow-up", metavar="NAME", default="", help="only this follow-up")
    parser.add_argument(
        "--of-protocol", metavar="ID", default="", help="only of cases under this protocol"
    )
    shared.take_page(parser, None)
    options = parser.read(words, screen)
    if options is None:
        return YES
    with Desk(options, screen) as desk:
        return _todo(desk, options, screen)


def _todo(desk: Desk, options: Namespace, screen: Screen) -> int:
    protocols = _protocols(desk, options)
    owed = desk.engine.todo(
        options.case,
        role=options.for_role,
        person=options.for_person,
        organization=options.for_organization,
        protocol=options.of_protocol,
        follow_up=options.follow_up,
        strength=options.strength,
        late=options.late,
        before=_before(desk, options, protocols),
        limit=options.limit,
        after=options.after,
    )
    waiting = () if options.late or options.before else _waiting(desk, options)
    if options.format == "json":
        screen.show(as_json(todo=owed, undecided=waiting, total=owed.total, next=owed.next))
        return YES
    for one in owed:
        protocol = desk.engine.protocol_of(one.case)
        telling = Telling(desk, protocol, Times(protocol.timezone))
        (line,) = telling.owed([one], whole=False)
        screen.say(line.strip() if options.case else f"{one.case}  {line.strip()}")
    if not owed:
        person = f" by `{options.for_person}`" if options.for_person else ""
        more = "more " if options.after else ""
        screen.say(f"Nothing {more}is {'late' if options.late else 'owed'}{person}.")
    elif owed.next:
        screen.note(f"There are more, {owed.total} in all: go on with --after {owed.next}")
    for fact in () if options.after else waiting:
        protocol = desk.engine.protocol_of(fact.case)
        telling = Telling(desk, protocol, Times(protocol.timezone))
        for text in telling.undecided(fact, before="" if options.case else f"{fact.case}  "):
            screen.say(text)
    return YES


def _waiting(desk: Desk, options: Namespace) -> tuple[Undecided, ...]:
    """What is not owed yet, because somebody must record a fact first."""
    return desk.engine.undecided(
        options.case,
        role=options.for_role,
        person=options.for_person,
        organization=options.for_organization,
        protocol=options.of_protocol,
        follow_up=options.follow_up,
        strength=options.strength,
    )


def _protocols(desk: Desk, options: Namespace) -> list[Protocol]:
    """The protocols of the cases asked about; the cases are as of now from here on.

    Raises: UsageError: the protocols do not know a name that is asked about.
    """
    engine = desk.engine
    if options.case:
        protocols = [desk.protocol_of(options.case)]
        where = f"the protocol of {options.case}"
    else:
        kept = (engine.loaded(digest) for digest in {head.digest for head in desk.heads()})
        protocols = [one.model for one in kept if one]
        where = "any protocol of this store"
    roles = {name for one in protocols for name in one.roles}
    organizations = {name for one in protocols for name in one.organizations}
    follow_ups = {name for one in protocols for name in _follow_ups(one)}
    _must_know("--for-role", options.for_role, "role", roles, where)
    _must_know("--for-organization", options.for_organization, "organization", organizations, where)
    _must_know("--follow-up", options.follow_up, "follow-up", follow_ups, where)
    return protocols


def _follow_ups(protocol: Protocol) -> list[str]:
    """The follow-ups, with those of meetings that are held again and again."""
    again = [f"{one.id}.again" for one in protocol.meetings.values() if one.every is not None]
    return [*protocol.follow_ups, *again]


def _must_know(option: str, name: str, what: str, known: set[str], where: str) -> None:
    """A slip in a name must not look as if nothing were owed.

    Raises: UsageError: none of the protocols knows it.
    """
    if name and name not in known:
        close = did_you_mean(name, known, listed=30) or "there is no case yet"
        raise UsageError(f"{option}: there is no {what} `{name}` in {where}; {close}")


def _before(desk: Desk, options: Namespace, protocols: list[Protocol]) -> datetime | None:
    """The instant before which it must be due.

    Raises: UsageError: a local time fits cases of one zone only.
    """
    if not options.before:
        return None
    zones = {one.timezone for one in protocols} or {"UTC"}
    if len(zones) > 1 and not is_absolute(options.before):
        raise UsageError(
            "--before: the cases are in several time zones; write an offset, such as "
            "2025-03-04 22:34-06:00."
        )
    found = desk.instant(Times(sorted(zones)[0]), options.before, "--before")
    assert isinstance(found, datetime)
    return found
