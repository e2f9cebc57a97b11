"""Hand-overs on offer, as something that somebody has to answer.

Imports what is owed, hand-overs and the case.
"""

from __future__ import annotations

from protocolkit.semantics.actors import in_words
from protocolkit.semantics.answers.owed import Owed
from protocolkit.semantics.case import Case
from protocolkit.semantics.links import takers
from protocolkit.semantics.program import Program


def offers(program: Program, case: Case) -> tuple[Owed, ...]:
    """The open offers of a case, each for whoever may accept it or turn it down."""
    found: list[Owed] = []
    for offer in case.offers.values():
        link = program.protocol.links[offer.link]
        who = takers(link)
        roles = who.roles if who else ()
        known = program.protocol.roles
        found.append(
            Owed(
                case=case.id,
                protocol=case.protocol,
                instance=link.id,
                follow_up=link.id,
                title=link.name,
                who=in_words(who, program.protocol),
                roles=roles,
                persons=tuple(case.holders[role] for role in roles if role in case.holders),
                organizations=tuple(
                    dict.fromkeys(known[role].organization for role in roles if role in known)
                ),
                status="offered",
                strength="may",
                opened_at=offer.at,
                due_text=f"on offer: a hand-over to {link.protocol}",
                limit_stated=False,
                done_by=(link.id,),
                otherwise=tuple(
                    f"`{one.id}` is still owed here"
                    for one in case.open.values()
                    if one.follow_up in link.hands_over
                ),
                source=link.source,
                path=link.path,
            )
        )
    return tuple(found)
