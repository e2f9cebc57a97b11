"""Looks for a case in which some conditions say what is wanted of them.

Every answer to every question is tried, one question after the other. As soon as what is
answered decides that something wanted cannot come about, the rest is left out. What was not
found is not there, unless the search was given up. Imports only `ground`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from protocolkit.conditions.evaluate import Compiler
from protocolkit.conditions.names import Names
from protocolkit.conditions.questions import Answered, Answers, Questions, TooHard
from protocolkit.conditions.syntax import And, Atom, Condition, Holds, Is, IsKnown, Not, Or, Unknown
from protocolkit.conditions.terms import term_read
from protocolkit.ground.record import EMPTY

__all__ = ["FALSE", "TRUE", "UNKNOWN", "Cases", "Goal", "TooHard"]

TRUE, FALSE, UNKNOWN = 1, 2, 4
MAX_STEPS = 10_000
"""Answers tried before the search is given up."""
MAX_IN_ALL = 100_000
"""Answers tried for one protocol before nothing more is looked for."""
STEPS_TO_BEGIN = 5
"""What it costs to begin a search, in answers tried."""
PHRASES_AT_ONCE = 10
"""To try an answer costs once more for each so many phrases."""
MAX_QUESTIONS = 60

Verdicts: TypeAlias = "Callable[[Answers], int]"
"""The verdicts that are still possible with some questions answered, as bits."""

_BIT: Mapping[bool | None, int] = {True: TRUE, False: FALSE, None: UNKNOWN}
_ANY = TRUE | FALSE | UNKNOWN


class Goal(NamedTuple):
    """A condition, and what it may say: `TRUE`, `FALSE | UNKNOWN` and so on."""

    condition: Condition
    wanted: int = TRUE


class Cases:
    """Looks for cases of one protocol. Once it has tried enough in all, it gives up at once."""

    def __init__(self, names: Names, *, most: int = MAX_STEPS, in_all: int = MAX_IN_ALL) -> None:
        self.names = names
        self.most = most
        self.left = in_all
        self._made: dict[tuple[Condition, ...], tuple[Questions, tuple[Verdicts, ...]]] = {}

    @cached_property
    def _compiler(self) -> Compiler:
        return Compiler(self.names.terms, self.names)

    def in_which(
        self,
        goals: Iterable[Goal],
        *,
        known: Collection[str] = (),
        fixed: Answers = EMPTY,
        accept: Callable[[Answers], bool] = lambda _: True,
    ) -> dict[str, Any] | None:
        """Answers with which every condition says what is wanted; None if there are none.

        Only what matters is in it: whatever the other answers are, the conditions say the same.
        `known` are questions whose answer is not unknown, `fixed` answers given before; `accept`
        may turn down a case (it is given all the answers).

        Raises: TooHard: given up; nothing is known then.
        """
        if self.left < 0:
            raise TooHard("too much to try in all")
        wanted = list(goals)
        questions, verdicts = self._asked(tuple([goal.condition for goal in wanted]))
        judges = [(found, goal.wanted) for found, goal in zip(verdicts, wanted, strict=True)]
        search = _Search(questions, judges, known, fixed, accept, self.most)
        try:
            return search.least() if search.find(0) else None
        finally:
            weight = 1 + questions.phrases // PHRASES_AT_ONCE
            self.left -= (self.most - search.left + STEPS_TO_BEGIN) * weight

    def _asked(self, conditions: tuple[Condition, ...]) -> tuple[Questions, tuple[Verdicts, ...]]:
        """What conditions ask, and what each says; kept, since many are looked at several times.

        Raises: TooHard: there is too much to answer.
        """
        if conditions not in self._made:
            questions = Questions(conditions, self.names)
            if len(questions.answers) > MAX_QUESTIONS:
                raise TooHard(f"{len(questions.answers)} questions")
            judging = _Judging(questions, self._compiler)
            self._made[conditions] = questions, tuple(map(judging.of, conditions))
        return self._made[conditions]


class _Search:
    """One question after the other; what hangs on fewest answers comes first."""

    def __init__(
        self,
        questions: Questions,
        judges: list[tuple[Verdicts, int]],
        known: Collection[str],
        fixed: Answers,
        accept: Callable[[Answers], bool],
        most: int,
    ) -> None:
        self.judges = judges
        self.accept = accept
        self.left = most
        self.found: dict[str, Any] = {}
        self.choices: dict[str, tuple[Any, ...]] = {}
        for key, answers in questions.answers.items():
            if key in fixed:
                answers = (fixed[key],)
            elif key in known:
                answers = tuple(one for one in answers if one is not None)
            self.choices[key] = answers
        self.order = sorted(self.choices, key=lambda key: len(self.choices[key]) > 1)
        self.facts = questions.facts
        place = {key: number for number, key in enumerate(self.order)}
        self.rules: dict[str, list[Any]] = {key: [] for key in self.order}
        for rule in questions.rules:
            self.rules[max(rule.about, key=place.__getitem__)].append(rule)

    def find(self, number: int) -> bool:
        """Whether the questions from this one on can be answered; `found` has the answers."""
        if any(not judge(self.found) & wanted for judge, wanted in self.judges):
            return False
        if number == len(self.order):
            return self.accept(self.found)
        key = self.order[number]
        for answer in self.choices[key]:
            self.left -= 1
            if self.left < 0:
                raise TooHard("too many answers to try")
            self.found[key] = answer
            fits = all(
                rule.fits(*(self.found[about] for about in rule.about)) for rule in self.rules[key]
            )
            if fits and self.find(number + 1):
                return True
            del self.found[key]
        return False

    def least(self) -> dict[str, Any]:
        """Of the answers found those that decide, facts kept before the rest."""
        least = dict(self.found)
        for key in sorted(least, key=lambda key: key in self.facts):
            without = {other: least[other] for other in least if other != key}
            if all(not judge(without) & ~wanted for judge, wanted in self.judges):
                least = without
        return least


class _Judging:
    """Makes of a condition the verdicts that are possible with only some questions answered."""

    def __init__(self, questions: Questions, compiler: Compiler) -> None:
        self.questions = questions
        self.terms = questions.names.terms
        self.compiler = compiler
        self.of_terms: dict[str, Verdicts] = {}

    def of(self, condition: Condition) -> Verdicts:
        match condition:
            case Not(part=part):
                return _opposite(self.of(part))
            case And(parts=parts):
                return _joined([self.of(part) for part in parts], TRUE, FALSE)
            case Or(parts=parts):
                return _joined([self.of(part) for part in parts], FALSE, TRUE)
        term = term_read(condition, self.terms)
        return self.phrase(condition) if term is None else self.term(condition, term)

    def term(self, atom: Atom, term: str) -> Verdicts:
        """What a phrase says of each verdict of the term that it reads."""
        if term not in self.of_terms:
            self.of_terms[term] = self.of(self.terms[term])
        inner = self.of_terms[term]
        table = [(_BIT[verdict], _BIT[_said_of(atom, verdict)]) for verdict in _BIT]
        said = [sum({out for bit, out in table if bit & mask}) for mask in range(_ANY + 1)]
        return lambda answers: said[inner(answers)]

    def phrase(self, atom: Atom) -> Verdicts:
        judge = self.compiler.judge(atom)
        keys = self.questions.of(atom)
        if len(keys) == 1:
            (key,) = keys
            table = {
                answer: _BIT[judge(Answered({key: answer}))]
                for answer in self.questions.answers[key]
            }
            open_ = sum(set(table.values()))
            return lambda answers: table[answers[key]] if key in answers else open_

        def verdicts(answers: Answers) -> int:
            if any(key not in answers for key in keys):
                return _ANY
            return _BIT[judge(Answered(answers))]

        return verdicts


def _said_of(atom: Atom, verdict: bool | None) -> bool | None:
    """What a phrase about a term says if the term says this."""
    match atom:
        case IsKnown(negated=negated):
            return (verdict is None) == negated
        case Is(values=values, negated=negated):
            if verdict is None:
                told = True if any(isinstance(one, Unknown) for one in values) else None
            else:
                told = any(getattr(one, "value", None) is verdict for one in values)
            return not told if negated and told is not None else told
        case Holds():
            return verdict
    raise AssertionError(atom)  # no other phrase reads a term


def _opposite(part: Verdicts) -> Verdicts:
    def verdicts(answers: Answers) -> int:
        found = part(answers)
        return (found & UNKNOWN) | (TRUE if found & FALSE else 0) | (FALSE if found & TRUE else 0)

    return verdicts


def _joined(parts: list[Verdicts], needs_all: int, needs_one: int) -> Verdicts:
    """`and`: true needs all parts, false one; `or`: the other way round."""

    def verdicts(answers: Answers) -> int:
        every, some = _ANY, 0
        undecided = UNKNOWN
        for part in parts:
            found = part(answers)
            every &= found
            some |= found
            if not found & (needs_all | UNKNOWN):
                undecided = 0
        return (every & needs_all) | (some & needs_one) | (some & undecided)

    return verdicts
