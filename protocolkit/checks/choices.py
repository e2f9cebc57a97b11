"""Choices: the moves of one trigger in one strand from one state, and when it is made.

The step takes a move whose condition is true, read before the act; of several that lead apart
it takes the first if the trigger says `first`, else the act is refused. If none fits it is
refused too. Imports conditions and the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from protocolkit.checks.graph import Graph, strand_of
from protocolkit.conditions.names import Names
from protocolkit.conditions.questions import Answers, Questions
from protocolkit.conditions.satisfying import FALSE, TRUE, UNKNOWN, Goal
from protocolkit.conditions.syntax import (
    Always,
    And,
    Atom,
    Attended,
    Available,
    By,
    Compare,
    Condition,
    Count,
    Happened,
    Holds,
    Includes,
    Is,
    Missed,
    Name,
    Not,
    Or,
    Reached,
    Truth,
    Within,
    Word,
)
from protocolkit.conditions.terms import all_atoms, term_read
from protocolkit.ground.record import Record
from protocolkit.model.case import Move, Trigger
from protocolkit.model.protocol import Protocol

MOST_STEPS_FOLLOWED = 6
"""Triggers whose order on the way to a state is followed."""


class Choice(Record):
    """Two or more moves of a trigger from one state of a strand, in the order of the file."""

    trigger: Trigger
    strand: str
    state: str
    moves: tuple[Move, ...]


def choices(protocol: Protocol, graphs: Mapping[str, Graph]) -> Iterator[Choice]:
    """Every choice in a state that a case can get to, once for states with the same moves."""
    places = {
        name: {state: place for place, state in enumerate(graph.reached())}
        for name, graph in graphs.items()
    }
    for trigger in protocol.triggers.values():
        if trigger.strength == "must_not":
            continue
        leaving: dict[str, dict[str, list[Move]]] = {}
        for move in trigger.moves:
            there = leaving.setdefault(strand_of(protocol, move), {})
            for state in dict.fromkeys(move.from_):
                there.setdefault(state, []).append(move)
        for strand, moves_from in leaving.items():
            reached = places.get(strand, {})
            open_ = [state for state, moves in moves_from.items() if len(moves) > 1]
            seen = set()
            for state in sorted(reached.keys() & open_, key=reached.__getitem__):
                moves = tuple(moves_from[state])
                key = tuple(move.path for move in moves)
                if key not in seen:
                    seen.add(key)
                    yield Choice(trigger=trigger, strand=strand, state=state, moves=moves)


def condition_of(move: Move) -> Condition:
    """The condition of a move; without one it always fits."""
    return Always() if move.if_ is None else move.if_


def may_be_done(protocol: Protocol, choice: Choice, *, excepted: bool) -> list[Goal]:
    """What must hold for the act: its needs, and that it applies.

    With `excepted`, what an exception waives need not hold where the exception does.
    """
    trigger = choice.trigger
    goals = []
    for name, need in trigger.needs.items():
        rules = [one for one in trigger.exceptions.values() if excepted and name in one.waives]
        ways = [need.condition, *(rule.if_ or Always() for rule in rules)]
        told = tuple(way for way in ways if way is not None)
        if told:
            goals.append(Goal(told[0] if len(told) == 1 else Or(parts=told)))
    strand = protocol.strands[choice.strand]
    bars = (protocol.applies_while, strand.applies_while, trigger.applies_while)
    return goals + [Goal(one, TRUE | UNKNOWN) for one in bars if one is not None]


def nothing_else_moves(protocol: Protocol, choice: Choice) -> list[Goal]:
    """That the act moves no other strand, so that it is refused if it does not move this one."""
    goals = []
    for move in choice.trigger.moves:
        strand = strand_of(protocol, move)
        if strand != choice.strand:
            words = tuple(Word(text=state) for state in move.from_)
            there: Condition = Is(subject=Name(name=strand), values=words)
            both = there if move.if_ is None else And(parts=(there, move.if_))
            goals.append(Goal(both, FALSE | UNKNOWN))
    return goals


def can_come_about(graph: Graph, choice: Choice, protocol: Protocol, answers: Answers) -> bool:
    """Whether a case can stand in the state if these acts have happened, and those have not.

    Only acts that move the strand each time are followed, along its moves.
    """
    steps = {
        trigger.id
        for trigger in protocol.triggers.values()
        if trigger.moves
        and trigger.elsewhere != "allowed"
        and all(strand_of(protocol, move) == graph.strand for move in trigger.moves)
    }
    done = {name for name in steps if _often(answers, name)}
    never = {name for name in steps if answers.get(f"count({name})") == 0}
    if len(done) > MOST_STEPS_FOLLOWED:
        return True
    leaving: dict[str, list[tuple[str, str]]] = {}
    for edge in graph.edges:
        if edge.trigger not in never:
            leaving.setdefault(edge.source, []).append((edge.trigger, edge.target))
    waiting = [(state, frozenset[str]()) for state in graph.initial]
    seen = set(waiting)
    for state, so_far in waiting:
        if state == choice.state and so_far == done:
            return True
        for trigger, target in leaving.get(state, ()):
            there = (target, so_far | ({trigger} & done))
            if there not in seen:
                seen.add(there)
                waiting.append(there)
    return not graph.initial


def _often(answers: Answers, name: str) -> bool:
    starts = (f"count({name})", f"count({name} ")
    return any(key.startswith(starts) and often for key, often in answers.items())


# -- what may still come about ---------------------------------------------------------------


def hopeful(choice: Choice, names: Names) -> list[Condition]:
    """The conditions of the moves, with all that can still come about taken as true.

    An act that waits for something to happen, or for a state or a day to come, is not stuck.
    But what one move asks for and another asks against is a choice between values.
    """
    conditions = [_opened(condition_of(move), names) for move in choice.moves]
    questions = Questions(conditions, names)
    asked: list[tuple[Atom, bool]] = []
    for condition in conditions:
        _collect(condition, True, asked)
    values: set[str] = {choice.strand}
    strands: dict[str, Atom] = {}
    for atom, positive in asked:
        if not (positive and _may_come(atom)):
            for inner in all_atoms([atom], names.terms):
                values |= {*questions.of(inner)}
        for key in questions.of(atom):
            if key in names.strands and strands.setdefault(key, atom) != atom:
                values.add(key)  # two of its states are asked for: they are what is chosen by

    def waits(atom: Atom) -> bool:
        keys = {*questions.of(atom)} - questions.facts
        return bool(keys) and keys.isdisjoint(values)

    return [_replaced(condition, waits) for condition in conditions]


def _may_come(atom: Atom) -> bool:
    match atom:
        case Happened() | Missed() | Reached() | Within() | Available():
            return True
        case Is(subject=Name() | By(), negated=False):
            return True
        case Includes(subject=Attended()):
            return True
        case Compare(subject=Count(), sign=sign):
            return sign in (">", ">=")
    return False


def _opened(condition: Condition, names: Names) -> Condition:
    """With every term that is asked to be true or false written out."""
    match condition:
        case Not(part=part):
            return Not(part=_opened(part, names))
        case And(parts=parts):
            return And(parts=tuple(_opened(part, names) for part in parts))
        case Or(parts=parts):
            return Or(parts=tuple(_opened(part, names) for part in parts))
    term = term_read(condition, names.terms)
    match condition:
        case Holds() if term:
            return _opened(names.terms[term], names)
        case Is(values=(Truth(value=value),), negated=negated) if term:
            inner = _opened(names.terms[term], names)
            return inner if value != negated else Not(part=inner)
    return condition


def _collect(condition: Condition, positive: bool, asked: list[tuple[Atom, bool]]) -> None:
    match condition:
        case Not(part=part):
            _collect(part, not positive, asked)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                _collect(part, positive, asked)
        case _:
            asked.append((condition, positive))


def _replaced(condition: Condition, waits: Callable[[Atom], bool]) -> Condition:
    match condition:
        case Not(part=part):
            return Not(part=_replaced(part, waits))
        case And(parts=parts):
            return And(parts=tuple(_replaced(part, waits) for part in parts))
        case Or(parts=parts):
            return Or(parts=tuple(_replaced(part, waits) for part in parts))
    return Always() if waits(condition) else condition
