"""Unknown facts: is something left undone only because nobody knows?

What a condition says is neither true nor false while a fact in it is unknown, and only *true* lets
something happen. Moves that wait for a fact are the business of `choosing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.recorded import Facts, Recorded
from protocolkit.conditions.satisfying import FALSE, UNKNOWN, Goal, TooHard
from protocolkit.conditions.syntax import And, Condition, FactAt, Is, Name, Not, Or, Unknown, atoms
from protocolkit.conditions.text import str_of
from protocolkit.ground.findings import CheckInfo, Path
from protocolkit.ground.record import Record
from protocolkit.language.wording import joined
from protocolkit.model.case import FollowUp
from protocolkit.model.protocol import Protocol

KLEENE = "Kleene 1952, Introduction to Metamathematics, §64: three truth values"
READS = ("facts", "terms", "states", "strands", "triggers")

_LADDER = """\
facts:
  danger: {type: boolean, recorded_by: djo}
roles:
  djo: {kind: juvenile_officer}
  judge: {kind: judge}
triggers:
  report: {who: djo}
  close: {who: [djo, judge], moves: {from: identified, to: closed}}
follow_ups:
  call_back: {opens_with: report, who: djo, due: within 6 hours}
escalations:
  not_called:
    watches: {follow_up: call_back}
    levels: [{at: due, tell: djo}, {after: 1 hour, if: "%s", tell: judge}]
"""


@check(
    CheckInfo(
        code="PK409",
        name="level-left-out",
        severity="warning",
        summary="While a fact is unknown, a level of a ladder is left out.",
        why="""\
When nobody has said whether there is danger, somebody should be told all the more. Here nobody
is, and no one notices that a level was skipped.""",
        source=KLEENE,
        wrong=_LADDER % "danger is true",
        right=_LADDER % "danger is true or unknown",
        how="""\
A level is left out unless its `if` is true. Values are looked for with which it is neither true
nor false. A fact counts as known where every way to the state, or to the opening, has an act that
is refused without it. Where a ladder begins by `start_at` is not judged: while nobody knows, it
begins with its first level.""",
    ),
    reads=READS,
)
def level_left_out(subject: Subject) -> Iterator[Found]:
    """Levels, and jumps to a level, whose condition can be unknown."""
    protocol = subject.protocol
    recorded = Recorded(protocol, subject.graphs)
    sensible = _sensible(subject)
    for ladder in protocol.escalations.values():
        watches = ladder.watches
        if watches is None:
            continue
        known = recorded.in_state(watches.state) if watches.state else frozenset[str]()
        for number, name in enumerate(watches.follow_up):
            when_open = recorded.when_open(protocol.follow_ups.get(name) or FollowUp())
            known = known & when_open if number else when_open
        for level in ladder.levels:
            if level.if_ is None or level.below("if") not in sensible:
                continue
            facts = _unknown_in(_in_which(subject, [Goal(level.if_, UNKNOWN)], known), protocol)
            if not facts:
                continue
            yield Found(
                message=f"While {_named(facts)} unknown, this level is left out: "
                f"`{str_of(level.if_)}` does not hold then.",
                help=f"say what is right then, such as `{_also_unknown(level.if_, facts[0])}`, or "
                "let the fact be recorded first",
                path=level.below("if"),
                witness=dict.fromkeys(facts, "unknown"),
            )


@check(
    CheckInfo(
        code="PK410",
        name="is-not-of-unknown",
        severity="warning",
        summary="`is not` is not true of a fact that is unknown.",
        why="""\
Most people read `is not given` as "unless it was given". While nobody knows, it is not true, and
what hangs on it does not happen.""",
        source=KLEENE,
        wrong="""\
facts:
  certainty: {type: choice, values: [suspected, confirmed], recorded_by: djo}
triggers:
  close:
    who: djo
    needs: {not_sure: certainty is not confirmed}
    moves: {from: identified, to: closed}
""",
        right="""\
facts:
  certainty: {type: choice, values: [suspected, confirmed], recorded_by: djo}
triggers:
  close:
    who: djo
    needs: {not_sure: certainty is suspected or unknown}
    moves: {from: identified, to: closed}
""",
        how="""\
Found where the whole condition would be true if `is not` counted as true while the fact is
unknown, and it is not. Looked at: what acts need, what opens or ends something while it is
watched, and who may set something aside. For moves see PK408, for levels PK409. An opening with
`if` waits until the fact is known. A fact counts as known where every way there has an act that
is refused without it.""",
    ),
    reads=READS,
)
def is_not_of_unknown(subject: Subject) -> Iterator[Found]:
    """Conditions that fail only because `is not` meets an unknown fact."""
    sensible = _sensible(subject)
    for place in _places(subject.protocol, Recorded(subject.protocol, subject.graphs)):
        condition = place.condition
        if place.path not in sensible:
            continue
        for atom in atoms(condition):
            name = _fact_of(atom, subject.protocol)
            if not name or name in place.known:
                continue
            assert isinstance(atom, Is)
            lenient = Or(parts=(atom, Is(subject=atom.subject, values=(Unknown(),))))
            goals = [
                Goal(condition, FALSE | UNKNOWN),
                Goal(_replaced(condition, atom, lenient)),
            ]
            if _in_which(subject, goals, place.known, {name: None}) is None:
                continue
            yield Found(
                message=f"While `{name}` is unknown, `{str_of(atom)}` does not hold: "
                f"{place.follows}.",
                help=f"name the values that are meant, and `unknown` if that is one: "
                f"`{name} is ... or unknown`",
                path=place.path,
                witness={name: "unknown"},
                part=(atom.start, atom.end) if atom.end else None,
            )


def _also_unknown(condition: Condition, fact: str) -> str:
    """The condition as it must be written to hold while a fact is unknown, too."""
    said = str_of(condition)
    if isinstance(condition, Is) and not condition.negated:
        return f"{said} or unknown"
    return f"{f'({said})' if isinstance(condition, And) else said} or {fact} is unknown"


class _Place(Record):
    """A condition, where it stands, which facts are known there, and what follows if it fails."""

    condition: Condition
    path: Path
    known: Facts
    follows: str


def _places(protocol: Protocol, recorded: Recorded) -> Iterator[_Place]:
    for trigger in protocol.triggers.values():
        for need in trigger.needs.values():
            if need.condition is not None and trigger.strength != "must_not":
                yield _Place(
                    condition=need.condition,
                    path=need.below("condition"),
                    known=recorded.before(trigger),
                    follows=f"`{trigger.id}` is refused",
                )
    for one in protocol.follow_ups.values():
        known = recorded.when_open(one)
        if one.opens_when is not None:
            follows = f"`{one.id}` does not open"
            path = one.below("opens_when")
            yield _Place(condition=one.opens_when, path=path, known=frozenset(), follows=follows)
        for ending in one.ends_when:
            if ending.if_ is not None:
                yield _Place(
                    condition=ending.if_,
                    path=ending.below("if"),
                    known=known,
                    follows=f"`{one.id}` does not end",
                )
        for key, power in (("waive", one.waive), ("decline", one.decline)):
            if power is not None and power.if_ is not None:
                yield _Place(
                    condition=power.if_,
                    path=power.below("if"),
                    known=known,
                    follows=f"nobody may {key} `{one.id}`",
                )


def _fact_of(atom: object, protocol: Protocol) -> str:
    """The fact that an `is not` is about; empty for anything else."""
    if not isinstance(atom, Is) or not atom.negated or isinstance(atom.subject, FactAt):
        return ""
    name = atom.subject.name if isinstance(atom.subject, Name) else ""
    return name if name in protocol.facts else ""


def _replaced(condition: Condition, atom: Condition, other: Condition) -> Condition:
    """A condition with one of its phrases replaced, there and wherever it says the same."""
    match condition:
        case _ if condition == atom:
            return other
        case Not(part=part):
            return Not(part=_replaced(part, atom, other))
        case And(parts=parts):
            return And(parts=tuple(_replaced(part, atom, other) for part in parts))
        case Or(parts=parts):
            return Or(parts=tuple(_replaced(part, atom, other) for part in parts))
        case _:
            return condition


@check(
    CheckInfo(
        code="PK610",
        name="may-stay-undecided",
        severity="advice",
        summary="Whether this is owed can stay open until the case is closed.",
        why="""\
As long as nobody has said it, the task is neither owed nor not owed. It stands on a side list,
and the case can close over it.""",
        source=KLEENE,
        wrong="""\
facts:
  danger: {type: boolean, recorded_by: djo}
triggers:
  report: {who: djo}
  close: {who: djo, moves: {from: identified, to: closed}}
follow_ups:
  find_a_bed: {opens_with: report, if: danger, who: djo, due: within 2 hours}
""",
        right="""\
facts:
  danger: {type: boolean, recorded_by: djo}
triggers:
  report: {who: djo, records: {fact: danger, required: true}}
  close: {who: djo, moves: {from: identified, to: closed}}
follow_ups:
  find_a_bed: {opens_with: report, if: danger, who: djo, due: within 2 hours}
""",
        how="""\
Found where the `if` of an opening can be unknown because of a fact, and a case can be closed
without an act that is refused without this fact. Whoever may record it still can: it is only that
nobody has to. A protocol may leave this to people, so the check is off unless it is asked for.""",
    ),
    reads=READS,
    off=True,
)
def may_stay_undecided(subject: Subject) -> Iterator[Found]:
    """Openings that wait for a fact which nobody has to record."""
    protocol = subject.protocol
    recorded = Recorded(protocol, subject.graphs)
    at_the_end = recorded.at_the_end()
    sensible = _sensible(subject)
    for one in protocol.follow_ups.values():
        if one.opens_when is not None or one.if_ is None or one.below("if") not in sensible:
            continue
        case = _in_which(subject, [Goal(one.if_, UNKNOWN)], recorded.when_open(one))
        asked = [fact for fact in _unknown_in(case, protocol) if fact not in at_the_end]
        if asked:
            fact = asked[0]
            yield Found(
                message=f"While `{fact}` is unknown, nobody knows if `{one.id}` is owed. A case "
                "can close before it is said.",
                help=f"let an act on the way ask for it: `records: {{fact: {fact}, required: "
                "true}`",
                path=one.below("if"),
                witness={fact: "unknown"},
            )


# -- looking ----------------------------------------------------------------------------------


def _sensible(subject: Subject) -> set[Path]:
    """Where conditions stand that make sense."""
    return {path for path, _ in subject.conditions}


def _in_which(
    subject: Subject, goals: list[Goal], known: Facts, fixed: Mapping[str, Any] | None = None
) -> Mapping[str, Any] | None:
    try:
        return subject.cases.in_which(goals, known=known, fixed=fixed or {})
    except TooHard:
        return None


def _unknown_in(case: Mapping[str, Any] | None, protocol: Protocol) -> list[str]:
    return [
        name for name, value in (case or {}).items() if value is None and name in protocol.facts
    ]


def _named(facts: list[str]) -> str:
    return f"{joined(facts)} {'is' if len(facts) == 1 else 'are'}"


CHECKS: tuple[Check, ...] = (level_left_out, is_not_of_unknown, may_stay_undecided)
