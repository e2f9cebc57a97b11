"""Slices: what can matter to a question, as a smaller protocol.

What can matter the cone tells; here the rest is cut out, so that one search serves the whole
protocol and each slice of it. Imports the cone and burdens.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import (
    Condition,
)
from protocolkit.ground.limits import Limit
from protocolkit.ground.record import EMPTY
from protocolkit.model.protocol import Protocol
from protocolkit.proofs.burdens import burdens
from protocolkit.proofs.cone import Cone
from protocolkit.proofs.reads import Part, Reads, conditions_in


class Slice:
    """A smaller protocol that answers a question like the whole one. `at_hand` maps each follow-up
    that was cut out, and can be in the way, to how it is done: `complete`, or an act. `free` are
    facts that may be anything at the moment at which an act asks for them, `held` meetings that
    may be held at the beginning. `burdens` are follow-ups of which nothing asks but the closing.
    """

    def __init__(self, protocol: Protocol, cone: Cone, wanted: Collection[Part]) -> None:
        self.protocol = protocol
        self.at_hand: Mapping[str, str] = dict(cone.at_hand)
        self.free = cone.free
        self.given = frozenset(
            role for one in cone.protocol.triggers.values() for role in one.assigns
        )
        self.held, self.plain = cone.meetings_at_hand()
        self.parts = frozenset(cone.parts)
        self.late = frozenset(cone.late & {id_ for part, id_ in cone.parts if part == "follow_ups"})
        asked = {id_ for section, id_ in wanted if section == "follow_ups"}
        self.burdens = burdens(cone.protocol, cone.reads, cone.parts, self.late) - asked


def slice_for(
    protocol: Protocol,
    wanted: Iterable[Part] = (),
    absent: Iterable[str] = (),
    late: Iterable[str] = (),
    *,
    course: bool = True,
    in_full: bool = False,
    remembers: bool = False,
    owing: bool = False,
    reads: Reads | None = None,
) -> Slice:
    """What of a protocol can matter to the parts that are wanted, and to how a case moves.

    `late` names the follow-ups whose lateness is asked about. Without `course` only what can
    lead to the parts that are wanted: enough to tell whether they can come about, but not what
    can become of a case after that. `in_full` also what is at hand; with
    `remembers` also what is known and only matters when it is said, with `owing` all that must be
    done, whether or not it holds up what is wanted.
    """
    cone = Cone(
        protocol,
        frozenset(absent),
        course=course,
        in_full=in_full,
        remembers=remembers,
        owing=owing,
        reads=reads,
    )
    for trigger in protocol.triggers.values():
        movable = trigger.moves and trigger.strength != "must_not" and trigger.scope == "case"
        if movable and course:
            cone.add("triggers", trigger.id)
    wanted = list(wanted)
    for section, id_ in wanted:
        if section == "states":
            cone.comes_to(id_)
        else:
            cone.add(section, id_)
    cone.late |= set(late)
    if protocol.applies_while is not None:
        cone._read(protocol.applies_while)
    cone.grow()
    return Slice(_cut(protocol, cone), cone, wanted)


def _cut(protocol: Protocol, cone: Cone) -> Protocol:
    kept = {
        section: {
            id_: one
            for id_, one in getattr(protocol, section).items()
            if (section, id_) in cone.parts
        }
        for section in ("triggers", "meetings", "follow_ups", "escalations", "links", "properties")
    }
    kept["follow_ups"] = {
        id_: one if id_ in cone.late else one.replace(due=_untimed(one.due))
        for id_, one in kept["follow_ups"].items()
    }
    return protocol.replace(**kept, terms=_terms_read(protocol, kept), tallies=EMPTY, sharing=EMPTY)


def _untimed(limit: Limit | None) -> Limit | None:
    """When it is late does not matter; what it counts from may, for what counts as doing it."""
    if limit is None or limit.anchor is None:
        return None
    return limit.replace(within=None, at_most=None, at_once=False, unspecified=True)


def _terms_read(protocol: Protocol, kept: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    waiting = [one for part in kept.values() for one in conditions_in(part)]
    waiting += [
        strand.applies_while for strand in protocol.strands.values() if strand.applies_while
    ]
    if protocol.applies_while is not None:
        waiting.append(protocol.applies_while)
    found = set(_named_terms(waiting, protocol))
    return {name: term for name, term in protocol.terms.items() if name in found}


def _named_terms(conditions: list[Condition], protocol: Protocol) -> Iterator[str]:
    seen: set[str] = set()
    while conditions:
        for one in references(conditions.pop()):
            if one.kind == "name" and one.name in protocol.terms and one.name not in seen:
                seen.add(one.name)
                yield one.name
                condition = protocol.terms[one.name].condition
                if condition is not None:
                    conditions.append(condition)
