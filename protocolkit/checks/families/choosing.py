"""Choosing: do the moves of one trigger share out the cases among them?

Two that fit at once, none that fits, one that never counts. Values are tried, as for single
conditions; each finding names some. Imports choices, and what can be told of a condition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Any

from protocolkit.checks._base import Check, Found, Subject, check
from protocolkit.checks.choices import (
    Choice,
    can_come_about,
    choices,
    condition_of,
    hopeful,
    may_be_done,
    nothing_else_moves,
)
from protocolkit.checks.said import is_never_true, makes_sense
from protocolkit.conditions.explain import shown
from protocolkit.conditions.questions import Questions
from protocolkit.conditions.satisfying import FALSE, UNKNOWN, Goal, TooHard
from protocolkit.conditions.syntax import Always, Count
from protocolkit.conditions.terms import all_atoms, oversized_term, term_cycle
from protocolkit.ground.findings import CheckInfo, Path
from protocolkit.model.case import Move

READS = ("facts", "terms", "states", "strands", "applies_while")
MOST_TOLD = 8
"""Values of a case that a message tells; the witness has them all."""
TABLES = "Heitmeyer et al. 1996, Automated consistency checking of requirements specifications"
KLEENE = "Kleene 1952, Introduction to Metamathematics, §64: three truth values"
_CHOICE = """\
states:
  identified: {initial: true}
  watched: {}
  closed: {final: true}
facts:
  age: {type: integer, range: 0..20, recorded_by: djo}
triggers:
  close: {who: djo, moves: {from: watched, to: closed}}
  decide:
    who: djo
"""


@check(
    CheckInfo(
        code="PK404",
        name="overlap",
        severity="error",
        summary="Two moves of one trigger fit at once and lead to different states.",
        why="""\
The step does not guess: it is refused. Where help should go on, people are told that the
protocol does not say how.""",
        source=TABLES,
        wrong=_CHOICE
        + """\
    moves:
      - {from: identified, to: watched, if: age <= 14}
      - {from: identified, to: closed, if: age >= 14 or age is unknown}
""",
        right=_CHOICE
        + """\
    moves:
      - {from: identified, to: watched, if: age < 14}
      - {from: identified, to: closed, if: age >= 14 or age is unknown}
""",
        how="""\
For each two moves of one strand that leave one state for two others, unless the trigger says
`first: true`. Looked for is a case in which both conditions are true, as well as all that the
act needs, unless it is waived then. What has happened is held against the moves that lead
to the state. Other strands and follow-ups may stand anyhow. Nothing is said when there is too
much to try.""",
    ),
    reads=READS,
)
def overlap(subject: Subject) -> Iterator[Found]:
    """Pairs of moves that can fit at once, with a case in which they do."""
    protocol = subject.protocol
    told = set()
    for choice in _choices(subject):
        if choice.trigger.first:
            continue
        needs = may_be_done(protocol, choice, excepted=True)
        for one, other in combinations(choice.moves, 2):
            if one.to == other.to or other.path in told:
                continue
            goals = [Goal(condition_of(one)), Goal(condition_of(other)), *needs]
            case = _case(subject, choice, goals)
            if case is None:
                continue
            told.add(other.path)
            witness = _in_words(case, goals, subject)
            yield Found(
                message=f"From `{choice.state}`, `{choice.trigger.id}` leads to `{one.to}` and to "
                f"`{other.to}` at once{_when(witness)}: it is then refused.",
                help="give the moves conditions that rule each other out, or say `first: true` "
                "if the first in the list counts",
                path=_shown_at(other),
                also=((_shown_at(one), "the other move"),),
                witness=witness,
            )


@check(
    CheckInfo(
        code="PK405",
        name="gap",
        severity="warning",
        summary="A trigger chooses between moves, and for some values none of them fits.",
        why="""\
For this young person the step is refused, and nobody has decided that. Such a case was only not
thought of.""",
        source=TABLES,
        wrong=_CHOICE
        + """\
    moves:
      - {from: identified, to: watched, if: age < 14}
      - {from: identified, to: closed, if: age > 14 or age is unknown}
""",
        right=_CHOICE
        + """\
    moves:
      - {from: identified, to: watched, if: age < 14}
      - {from: identified, to: closed, if: age >= 14 or age is unknown}
""",
        how="""\
Only where a trigger has moves from one state to two others or more, and all that it needs is
there: one move with a condition is a permission, not a choice. All facts are known here; PK408
asks about unknown ones. An act that waits until something happens, or a day or state comes, is
not stuck, so that counts as come. It is left alone if the act moves another strand instead.""",
    ),
    reads=READS,
)
def gap(subject: Subject) -> Iterator[Found]:
    """Choices that leave out some values, with such values."""
    for choice in _shared_out(subject):
        goals = _none_fits(subject, choice)
        case = _case(subject, choice, goals, known=_facts_asked(subject, choice))
        if case is not None:
            witness = _in_words(case, goals, subject)
            yield Found(
                message=f"From `{choice.state}`, `{choice.trigger.id}` leads nowhere"
                f"{_when(witness)}: no move fits, so it is refused.",
                help="say in the `if` of a move where such a case goes, or ask for the rest in "
                "`needs`",
                path=choice.trigger.below("moves"),
                at_key=True,
                also=tuple((_shown_at(move), "does not fit then") for move in choice.moves),
                witness=witness,
            )


@check(
    CheckInfo(
        code="PK406",
        name="shadowed",
        severity="warning",
        summary="A move that is never taken, because the moves before it take every such case.",
        why="""\
With `first: true` the first move that fits counts. What stands behind was written for some young
people, and none of them ever gets there.""",
        source=TABLES,
        wrong=_CHOICE
        + """\
    first: true
    moves:
      - {from: identified, to: watched, if: age < 18}
      - {from: identified, to: closed, if: age < 14}
      - {from: identified, to: closed}
""",
        right=_CHOICE
        + """\
    first: true
    moves:
      - {from: identified, to: closed, if: age < 14}
      - {from: identified, to: watched, if: age < 18}
      - {from: identified, to: closed}
""",
        how="""\
Asked of every trigger with `first: true`: whether there is a case in which the condition of the
move is true, none before it is, and the act may be done. If there is none from any of its
states, it is found. Without `first` the order says nothing.""",
    ),
    reads=READS,
)
def shadowed(subject: Subject) -> Iterator[Found]:
    """Moves that earlier ones always come before, in every state that they start from."""
    behind: dict[Path, tuple[Choice, Move]] = {}
    counts: set[Path] = set()
    for choice in _choices(subject):
        for number, move in enumerate(choice.moves if choice.trigger.first else ()):
            if _counts(subject, choice, number):
                counts.add(move.path)
            else:
                behind.setdefault(move.path, (choice, move))
    for path, (choice, move) in behind.items():
        earlier = choice.moves[: choice.moves.index(move)]
        alone = any(not any(state in one.from_ for one in earlier) for state in move.from_)
        copied = any((one.to, one.if_) == (move.to, move.if_) for one in earlier)  # PK103
        if path not in counts and not alone and not copied:
            yield Found(
                message=f"This move of `{choice.trigger.id}` is never taken: what stands before "
                "it takes every such case.",
                help="put it before the others, or take it out",
                path=_shown_at(move),
                also=tuple((_shown_at(one), "comes first") for one in earlier),
            )


def _counts(subject: Subject, choice: Choice, number: int) -> bool:
    """Whether there is a case for a move that no earlier one takes.

    Also if there is none at all, earlier ones or not: then something else is wrong.
    """
    needs = may_be_done(subject.protocol, choice, excepted=True)
    fits = [Goal(condition_of(choice.moves[number])), *needs]
    not_before = [Goal(condition_of(one), FALSE | UNKNOWN) for one in choice.moves[:number]]
    left = _is_possible(subject, choice, [*not_before, *fits])
    return left or not _is_possible(subject, choice, fits)


@check(
    CheckInfo(
        code="PK408",
        name="unknown-not-handled",
        severity="warning",
        summary="A trigger chooses by a fact, and as long as that is unknown no move fits.",
        why="""\
At first little is known of a young person. If the step waits until somebody writes the fact
down, help waits too, and nobody may see why.""",
        source=KLEENE,
        wrong=_CHOICE
        + """\
    moves:
      - {from: identified, to: watched, if: age < 14}
      - {from: identified, to: closed, if: age >= 14}
""",
        right=_CHOICE
        + """\
    moves:
      - {from: identified, to: watched, if: age < 14}
      - {from: identified, to: closed, if: age >= 14 or age is unknown}
""",
        how="""\
Asked of a choice as PK405 sees it, if for all known values some move fits. Whoever asks in
`needs` that the fact is known has said what is to be done first. What an act records is not
yet known when its own moves are chosen. What waits for something to happen is not stuck.""",
    ),
    reads=READS,
)
def unknown_not_handled(subject: Subject) -> Iterator[Found]:
    """Choices between known values only, with the fact that may be unknown."""
    for choice in _shared_out(subject):
        goals, facts = _none_fits(subject, choice), _facts_asked(subject, choice)
        if not _is_shared_out(subject, choice, goals, facts):
            continue
        cases = (_case(subject, choice, goals, fixed={name: None}) for name in facts)
        case = next((case for case in cases if case is not None), None)
        if case is not None:
            name = next(name for name in facts if name in case and case[name] is None)
            records = any(one.fact == name for one in choice.trigger.records)
            witness = _in_words(case, goals, subject)
            yield Found(
                message=f"From `{choice.state}`, `{choice.trigger.id}` leads nowhere"
                f"{_when(witness)}: no move fits, so it is refused.",
                help=f"add `or {name} is unknown` to the move that is right then, or ask in "
                f"`needs` that `{name}` is known"
                + ("; what the act records counts only after it" if records else ""),
                path=choice.trigger.below("moves"),
                at_key=True,
                also=tuple((_shown_at(move), "does not fit then") for move in choice.moves),
                witness=witness,
            )


# -- what the checks of choices share --------------------------------------------------------


def _choices(subject: Subject) -> Iterator[Choice]:
    """The choices whose conditions all make sense."""
    names = subject.names
    if term_cycle(names.terms) or oversized_term(names.terms) is not None:
        return
    for choice in choices(subject.protocol, subject.graphs):
        goals = may_be_done(subject.protocol, choice, excepted=True)
        conditions = [goal.condition for goal in goals]
        conditions += [move.if_ for move in choice.trigger.moves if move.if_ is not None]
        if not all(isinstance(one, Always) or makes_sense(one, names) for one in conditions):
            continue
        try:
            Questions(conditions, names)
        except TooHard:
            continue
        yield choice


def _shared_out(subject: Subject) -> Iterator[Choice]:
    """The choices between two states or more, each of which can be chosen by its condition."""
    for choice in _choices(subject):
        told = [move.if_ for move in choice.moves if move.if_ is not None]
        apart = len({move.to for move in choice.moves}) > 1 and len(told) == len(choice.moves)
        if apart and not any(is_never_true(one, subject.cases) for one in told):
            yield choice


def _none_fits(subject: Subject, choice: Choice) -> list[Goal]:
    protocol = subject.protocol
    return [
        *(Goal(one, FALSE | UNKNOWN) for one in hopeful(choice, subject.names)),
        *may_be_done(protocol, choice, excepted=False),
        *nothing_else_moves(protocol, choice),
    ]


def _case(
    subject: Subject,
    choice: Choice,
    goals: list[Goal],
    *,
    known: Collection[str] = (),
    fixed: Mapping[str, Any] | None = None,
) -> dict[str, Any] | None:
    """A case in the state of a choice in which all goals are met; None if none was found."""
    protocol, graph = subject.protocol, subject.graphs[choice.strand]
    try:
        return subject.cases.in_which(
            goals,
            known=known,
            fixed={choice.strand: choice.state, **(fixed or {})},
            accept=lambda answers: can_come_about(graph, choice, protocol, answers),
        )
    except TooHard:
        return None


def _is_possible(subject: Subject, choice: Choice, goals: list[Goal]) -> bool:
    """Whether there is such a case, or that was too hard to tell."""
    try:
        fixed = {choice.strand: choice.state}
        return subject.cases.in_which(goals, fixed=fixed) is not None
    except TooHard:
        return True


def _is_shared_out(
    subject: Subject, choice: Choice, goals: list[Goal], facts: Collection[str]
) -> bool:
    """Whether some move fits for all known values."""
    fixed = {choice.strand: choice.state}
    try:
        return subject.cases.in_which(goals, known=facts, fixed=fixed) is None
    except TooHard:
        return False


def _facts_asked(subject: Subject, choice: Choice) -> list[str]:
    """The facts that the moves ask for, now or as they were at some time."""
    asked = Questions([condition_of(move) for move in choice.moves], subject.names)
    return [name for name in asked.answers if name in asked.facts]


def _shown_at(move: Move) -> Path:
    return move.path if move.if_ is None else move.below("if")


def _in_words(case: Mapping[str, Any], goals: list[Goal], subject: Subject) -> dict[str, str]:
    """The answers of a case as values; what is not counted has happened, or not."""
    atoms = all_atoms([goal.condition for goal in goals], subject.names.terms)
    counts = any(isinstance(getattr(atom, "subject", None), Count) for atom in atoms)
    words = {}
    for key, value in case.items():
        if key in subject.protocol.strands and len(subject.protocol.strands) == 1:
            continue
        if key.startswith("count(") and not counts:
            key, value = f"happened({key[6:]}", bool(value)
        words[key] = shown(value)
    facts = subject.protocol.facts
    return {key: words[key] for key in sorted(words, key=lambda key: key not in facts)}


def _when(witness: Mapping[str, str]) -> str:
    told = [f"`{_phrase(name, value)}`" for name, value in witness.items()]
    if not told:
        return ""
    if len(told) > MOST_TOLD:
        told = [*told[:MOST_TOLD], f"{len(told) - MOST_TOLD} more like these"]
    return f" when {', '.join(told[:-1])}{' and ' if told[:-1] else ''}{told[-1]}"


def _phrase(name: str, value: str) -> str:
    if name.endswith(")") and value in ("true", "false"):
        return name if value == "true" else f"not {name}"
    return f"{name} is {value}"


CHECKS: tuple[Check, ...] = (
    overlap,
    gap,
    shadowed,
    unknown_not_handled,
)
