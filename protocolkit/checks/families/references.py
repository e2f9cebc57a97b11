"""References: is what is declared used, and is it declared only once?

Names that are used and not declared are the reader's business (PK101); roles that nothing
names belong to the roles family (PK301).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from protocolkit.checks._base import WHOLE, Check, Found, Subject, check
from protocolkit.checks.graph import strand_of
from protocolkit.ground.findings import CheckInfo
from protocolkit.model.base import Element
from protocolkit.model.case import Move
from protocolkit.model.protocol import Protocol

USED_BY = {
    "organization": "no role is in it",
    "calendar": "no limit and no role follows it",
    "parameter": "no rule uses it",
    "fact": "no trigger records it and nothing reads it",
    "term": "no condition uses it",
    "strand": "no trigger moves it and nothing reads it",
}
"""What an unused element of each kind lacks."""


@check(
    CheckInfo(
        code="PK102",
        name="unused-declaration",
        severity="warning",
        summary="Something is declared and used nowhere.",
        why="""\
It may be a leftover, or the sign that a step is missing: someone meant to ask whether the
guardian was reached, and no step ever does. And what is not needed should not be asked of a
child at all.""",
        source="Kennedy 1978, Use-definition chains with applications; data minimisation: "
        "Regulation (EU) 2016/679, Art. 5(1)(c)",
        wrong="""\
facts:
  guardian_reached: {type: boolean}
""",
        right="""\
facts:
  guardian_reached: {type: boolean}
triggers:
  close:
    who: djo
    records: guardian_reached
    needs: {guardian: guardian_reached is true}
    moves: {from: identified, to: closed}
""",
        how="""\
Looked at: facts, terms, calendars, parameters, organizations, strands other than `case`, and
what people `can` do. A fact that a trigger records counts as used even if no condition reads it:
to have it on record is a use. Use by another unused element counts as use.""",
    ),
    reads=(WHOLE,),
)
def unused_declaration(subject: Subject) -> Iterator[Found]:
    """What is declared, less everything that is mentioned anywhere."""
    protocol = subject.protocol
    used = {(kind, mention.name) for mention in subject.mentions for kind in mention.kinds}
    used |= {("parameter", name) for name in subject.parameters_used}
    used |= {
        ("strand", strand_of(protocol, move))
        for trigger in protocol.triggers.values()
        for move in trigger.moves
    }
    used |= {("strand", protocol.strand_of(name)) for kind, name in used if kind == "state"}
    if ("calendar", "") in used and not protocol.business_days:
        used |= {("calendar", name) for name in protocol.calendars}  # the only one is the default
    for kind, elements in _declared(protocol).items():
        for name, element in elements.items():
            if (kind, name) not in used:
                yield Found(
                    message=f"The {kind} `{name}` is declared, but {USED_BY[kind]}.",
                    help="use it where it was meant to be used, or take it out",
                    path=element.path,
                    at_key=True,
                )
    for role in protocol.roles.values():
        for ability in dict.fromkeys(role.can):
            if ("capability", ability) not in used:
                yield Found(
                    message=f"`{role.id}` has the ability `{ability}`, but nothing asks for it.",
                    help=f"ask for it in a `who`, with `{{role: {role.id}, with: {ability}}}` (a "
                    "member of a meeting takes no `with`), or take it out",
                    path=(*role.below("can"), role.can.index(ability)),
                )


def _declared(protocol: Protocol) -> Mapping[str, Mapping[str, Element]]:
    strands = {name: strand for name, strand in protocol.strands.items() if name != "case"}
    return {
        "organization": protocol.organizations,
        "calendar": protocol.calendars,
        "parameter": protocol.parameters,
        "fact": protocol.facts,
        "term": protocol.terms,
        "strand": strands,
    }


@check(
    CheckInfo(
        code="PK103",
        name="duplicate-move",
        severity="warning",
        summary="A trigger has the same move twice.",
        why="""\
One of the two is probably a copy that was meant to be changed: another state, another
condition. As it stands, the path that somebody wanted for these children is not there.""",
        source="Hunt and Thomas 1999, The Pragmatic Programmer, §7: The Evils of Duplication",
        wrong="""\
triggers:
  close:
    who: djo
    moves:
      - {from: identified, to: closed}
      - {from: identified, to: closed}
""",
        right="""\
triggers:
  close:
    who: djo
    moves:
      - {from: identified, to: closed}
""",
        how="""\
Two moves of one trigger with the same strand, state before, state after and condition. Two
conditions are the same when they say the same, however they are spaced. Conditions that
only mean the same are not recognised.""",
        fix="safe",
    ),
)
def duplicate_move(subject: Subject) -> Iterator[Found]:
    """Moves of one trigger that agree in all that they say."""
    for trigger in subject.protocol.triggers.values():
        seen: dict[object, tuple[str | int, ...]] = {}
        said: list[Move] = []
        for move in trigger.moves:
            strand = strand_of(subject.protocol, move)
            repeated = ""
            first = move.path
            for source in move.from_:
                key = (strand, source, move.to, move.if_)
                if key in seen and not repeated:
                    repeated, first = source, seen[key]
                seen.setdefault(key, move.path)
            if repeated:
                yield Found(
                    message=f"`{trigger.id}` has the same move from `{repeated}` to `{move.to}` "
                    "twice.",
                    help="take one of them out, or change what was meant to be different",
                    path=move.path,
                    also=((first, "the first one"),) if first != move.path else (),
                    removes=move.path if move.replace(path=()) in said else None,
                )
            said.append(move.replace(path=()))


@check(
    CheckInfo(
        code="PK105",
        name="look-alike-names",
        severity="warning",
        summary="Two names are so much alike that they may be meant to be one.",
        why="""\
If `childrens_division` and `children_division` are two roles by accident, half of the notices
go to an office that has no people.""",
        source="Damerau 1964, A technique for computer detection and correction of spelling errors",
        wrong="""\
roles:
  childrens_division: {kind: caseworker}
  children_division: {kind: caseworker}
triggers:
  close:
    who: [childrens_division, children_division]
    moves: {from: identified, to: closed}
""",
        right="""\
roles:
  childrens_division: {kind: caseworker}
  hotline: {kind: hotline}
triggers:
  close:
    who: [childrens_division, hotline]
    moves: {from: identified, to: closed}
""",
        how="""\
Two names of one kind that are the same without `_` and `-`, or, from eight letters on, differ
by one letter left out, added, changed or swapped. Names that differ in a digit are left
alone. This is a rule of thumb, so the check is off unless it is asked for.""",
        confidence="heuristic",
    ),
    off=True,
)
def look_alike_names(subject: Subject) -> Iterator[Found]:
    """Pairs of names of one kind that are a letter apart."""
    protocol = subject.protocol
    kinds: Mapping[str, Mapping[str, Element]] = {
        "organization": protocol.organizations,
        "role": protocol.roles,
        "fact": protocol.facts,
        "term": protocol.terms,
        "trigger": protocol.triggers,
        "meeting": protocol.meetings,
        "follow-up": protocol.follow_ups,
        "escalation": protocol.escalations,
    }
    states = {strand: found.states for strand, found in protocol.strands.items()}
    for kind, elements in (*kinds.items(), *(("state", found) for found in states.values())):
        for earlier, name in _pairs_alike(list(elements)):
            yield Found(
                message=f"The names `{earlier}` and `{name}` look like the same {kind}.",
                help="make them one, or give them names that nobody mixes up",
                path=elements[name].path,
                also=((elements[earlier].path, "the other one"),),
                at_key=True,
            )


def _pairs_alike(names: list[str]) -> Iterator[tuple[str, str]]:
    """Every two names that are one letter apart at most.

    Only names are compared that are the same once some letter, no digit, is taken out of one or
    of both: of thousands of names few are.
    """
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        squeezed = _squeezed(name)
        keys = {squeezed} | {
            squeezed[:at] + squeezed[at + 1 :]
            for at, sign in enumerate(squeezed)
            if not sign.isdigit()
        }
        for other in sorted({other for key in keys for other in places.get(key, ())}):
            if _alike(names[other], name):
                yield names[other], name
        for key in keys:
            places.setdefault(key, []).append(place)


def _squeezed(name: str) -> str:
    return name.replace("_", "").replace("-", "")


def _alike(one: str, other: str) -> bool:
    """Whether two names are one letter apart at most."""
    one, other = _squeezed(one), _squeezed(other)
    if one == other:
        return True
    if min(len(one), len(other)) < 8 or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    odd = (one[start : len(one) - end], other[start : len(other) - end])
    if any(character.isdigit() for part in odd for character in part):
        return False
    return max(map(len, odd)) <= 1 or (len(odd[0]) == 2 and odd[0] == odd[1][::-1])


CHECKS: tuple[Check, ...] = (unused_declaration, duplicate_move, look_alike_names)
