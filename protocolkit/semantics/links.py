"""Hand-overs to other protocols: offered, accepted or turned down (ruling 20).

Pure: reads a case, changes nothing. Imports the program, actors and reasons.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from protocolkit.ground.findings import Reason
from protocolkit.model.people import Who
from protocolkit.model.programme import Link
from protocolkit.semantics.actors import Actor, Permission, as_who, in_words
from protocolkit.semantics.case import Case
from protocolkit.semantics.changes import Offered
from protocolkit.semantics.deciding.reasons import future, reason
from protocolkit.semantics.program import Program
from protocolkit.semantics.requests import Request


def offer_of(case: Case, link: str) -> Offered | None:
    """The open offer of a hand-over."""
    return next((one for (name, _), one in case.offers.items() if name == link), None)


def linked_case(case: Case, link: str) -> str:
    """The id of the case that the next acceptance opens: always the same until it is done."""
    before = sum(one.link == link and bool(one.to) for one in case.handed_over)
    return f"{case.id}.{link}{f'.{before + 1}' if before else ''}"


def takers(link: Link) -> Who | None:
    """Who may accept a hand-over or turn it down; None: anyone who holds a role here."""
    return as_who(link.accepted_by) if link.accepted_by else None


def role_of(program: Program, case: Case, link: Link, actor: Actor) -> str:
    """The role in which an actor may answer an offer; "" when they may not."""
    return Permission(protocol=program.protocol, case=case).role_for(takers(link), actor)


def against_answering(
    program: Program, case: Case, link: Link, actor: Actor, at: datetime, now: datetime
) -> Iterator[Reason]:
    """What speaks against accepting a hand-over, or turning it down."""
    yield from future(at, now)
    if not role_of(program, case, link, actor):
        yield reason(
            "wrong-role",
            f"The hand-over `{link.id}` is answered by {in_words(takers(link), program.protocol)}.",
            element=link,
            path=link.below("accepted_by"),
            needs="role",
            supplied_by=link.accepted_by,
        )
    offer = offer_of(case, link.id)
    if offer is None:
        yield reason("not-offered", _not_offered(case, link), element=link)
    elif at < offer.at:
        yield reason(
            "too-early",
            f"The hand-over `{link.id}` was not offered yet at that time.",
            help="look at the time again",
            element=link,
            witness={"at": at.isoformat(), "since": offer.at.isoformat()},
        )


def against_accepting(
    program: Program, case: Case, link: Link, request: Request, at: datetime, now: datetime
) -> Iterator[Reason]:
    """What speaks against accepting as asked.

    Where the other protocol is not run by this engine, the other side must give its reference.
    """
    yield from against_answering(program, case, link, request.actor, at, now)
    if not request.opens and not request.evidence:
        yield reason(
            "missing-evidence",
            f"`{link.protocol}` is not run here, so the number of the case there is needed.",
            help="give it as evidence when the other side has accepted, or give that protocol too",
            element=link,
            path=link.below("protocol"),
        )
    for name in (*request.facts, *request.assign):
        yield reason(
            "unknown-fact",
            f"A hand-over records nothing here, so `{name}` cannot go with it.",
            element=link,
        )


def _not_offered(case: Case, link: Link) -> str:
    answered = [one for one in case.handed_over if one.link == link.id]
    if not answered:
        said = " or ".join(f"`{ref}`" for ref in link.opens_with)
        return f"The hand-over `{link.id}` is not on offer: that comes with {said}."
    last = answered[-1]
    done = f"was accepted, into the case `{last.to}`" if last.to else "was turned down"
    return f"The hand-over `{link.id}` {done}."
