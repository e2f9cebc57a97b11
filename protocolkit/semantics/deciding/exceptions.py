"""Named, authorised departures: may this one be used, and is it? (ruling 25)

One rule for acts and for meetings. An exception is used when something that it waives is
wanting, and it is named, or it stands by itself: it has a condition that is true and asks for
no reason. Imports the request, reasons and actors.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from protocolkit.ground.findings import Reason
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import Record
from protocolkit.model.base import Element
from protocolkit.model.case import ExceptionRule, Quorum
from protocolkit.semantics.actors import Permission, in_words
from protocolkit.semantics.deciding.reasons import causes, not_true, quoted, reason
from protocolkit.semantics.requests import Request
from protocolkit.semantics.situation import CaseSituation


class Departure(Record):
    """What of `wanting` is waived, by which exceptions, and what speaks against the one named."""

    waived: frozenset[str] = frozenset()
    used: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


def departure(
    owner: Element,
    rules: Mapping[str, ExceptionRule],
    wanting: Collection[str],
    request: Request,
    permission: Permission,
    situation: CaseSituation,
    enough: Callable[[Quorum], bool] | None = None,
) -> Departure:
    """Which exceptions of an act or a meeting are used, where those needs are not met.

    `enough` tells of a meeting whether those who were there make another quorum.
    """
    named = request.exception
    if named and named not in rules:
        unknown = reason(
            "unknown-exception",
            f"{owner.name} has no exception `{named}`.",
            help=did_you_mean(named, rules),
            element=owner,
        )
        return Departure(reasons=(unknown,))
    waived: set[str] = set()
    used: list[str] = []
    against: tuple[Reason, ...] = ()
    for name in sorted(rules, key=lambda name: (name != named, name)):
        rule = rules[name]
        needed = rule.sets_aside & set(wanting) - waived
        asks = rule.if_ is not None or rule.quorum is not None
        by_itself = asks and rule.reason != "required"
        if not needed or not (name == named or by_itself):
            continue
        found = tuple(_against(owner, rule, request, permission, situation))
        if rule.quorum is not None and not (enough and enough(rule.quorum)):
            found += (
                reason(
                    "need-not-met",
                    f"`{rule.id}` asks for a quorum of its own, and too few were there for that.",
                    help="name everybody who was there",
                    element=rule,
                    path=rule.below("quorum"),
                    source=rule.source or owner.source,
                ),
            )
        if not found:
            used.append(name)
            waived |= needed
        elif name == named:
            against = found
    return Departure(waived=frozenset(waived), used=tuple(used), reasons=against)


def _against(
    owner: Element,
    rule: ExceptionRule,
    request: Request,
    permission: Permission,
    situation: CaseSituation,
) -> Iterator[Reason]:
    """Every reason why an exception may not be used."""
    source = rule.source or owner.source
    if rule.who is not None and not permission.decides(rule.who, request.actor, request.attended):
        yield reason(
            "wrong-role",
            f"`{rule.id}` is decided by {in_words(rule.who, permission.protocol)}.",
            help="say that they were there, or let them do it",
            element=rule,
            path=rule.below("who"),
            source=source,
            needs="role",
            supplied_by=rule.who.roles,
        )
    judge = situation.program.judge(rule.if_)
    verdict = judge(situation) if judge else True
    if verdict is not True and rule.if_ is not None:
        yield from causes(
            situation,
            not_true(verdict),
            rule.if_,
            rule,
            f"`{rule.id}` may be used only if",
            phrased=True,
            path=rule.below("if"),
            source=source,
        )
    if rule.reason == "required" and not request.reason:
        yield reason(
            "missing-reason",
            f"`{rule.id}` needs a reason: a code or a reference.",
            element=rule,
            path=rule.below("reason"),
            source=source,
        )


def way_round(rules: Mapping[str, ExceptionRule], need: str) -> str:
    """Which exceptions could waive a need, for a person; "" when there is none."""
    names = [name for name in sorted(rules) if need in rules[name].sets_aside]
    return f"where it applies, the exception {quoted(names)} sets this aside" if names else ""
