"""Says because of what a condition is not true, phrase by phrase.

Goes down the condition with the verdict that is wanted: below a `not` it is the opposite.
Imports only `ground`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from protocolkit.conditions.evaluate import Compiler
from protocolkit.conditions.names import Names
from protocolkit.conditions.syntax import (
    Always,
    And,
    Atom,
    Available,
    Compare,
    Condition,
    Day,
    FactAt,
    Happened,
    Holds,
    Includes,
    Is,
    IsKnown,
    Missed,
    Name,
    Not,
    Or,
    Reached,
    Subject,
    Truth,
    Unknown,
    Value,
    Within,
)
from protocolkit.conditions.terms import term_read
from protocolkit.conditions.text import str_of, str_of_subject, str_of_value
from protocolkit.ground.record import Record

if TYPE_CHECKING:
    from protocolkit.conditions.situation import Situation

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Cause(Record):
    """A phrase that keeps a condition from being true.

    Shape: `text` is the phrase, `name` what it asks about as written, `fact` the fact it
    reads ("" if it reads none), `value` what that is now, `wanted` what it must be, in words
    that follow "it must be". `truth` is what the phrase says now; under a `not` it is True.
    """

    text: str
    name: str
    value: str
    wanted: str
    truth: bool | None
    fact: str = ""

    @property
    def sentence(self) -> str:
        """What is and what must be, for a refusal."""
        return f"`{self.name}` is {self.value}; it must be {self.wanted}"


def explain(
    condition: Condition, terms: Mapping[str, Condition], names: Names, situation: Situation
) -> tuple[Cause, ...]:
    """The phrases because of which a condition is not true; none when it is true.

    Of an `and` these are the parts that fail, of an `or` all parts. Terms are opened up.

    Raises: as `compile_condition` does.
    """
    explainer = _Explainer(terms, names, situation)
    return tuple(dict.fromkeys(explainer.causes(condition, True)))


class _Explainer:
    def __init__(self, terms: Mapping[str, Condition], names: Names, situation: Situation) -> None:
        self.terms = terms
        self.names = names
        self.compiler = Compiler(terms, names)
        self.situation = situation

    def causes(self, condition: Condition, wanted: bool) -> Iterator[Cause]:
        truth = self.compiler.judge(condition)(self.situation)
        if truth is wanted:
            return
        match condition:
            case And(parts=parts) | Or(parts=parts):
                for part in parts:
                    yield from self.causes(part, wanted)
            case Not(part=part):
                yield from self.causes(part, not wanted)
            case _:
                opened = self.opened(condition, wanted)
                if opened:
                    yield from self.causes(*opened)
                else:
                    yield self.cause(condition, wanted, truth)

    def opened(self, atom: Atom, wanted: bool) -> tuple[Condition, bool] | None:
        """The condition of the term that a phrase stands for, and the verdict wanted of it."""
        term = term_read(atom, self.terms)
        if term is None:
            return None
        match atom:
            case Holds():
                return self.terms[term], wanted
            case Is(values=(Truth(value=value),), negated=negated):
                return self.terms[term], wanted == (value != negated)
            case _:
                return None

    def cause(self, atom: Atom, wanted: bool, truth: bool | None) -> Cause:
        text = str_of(atom)
        match atom:
            case Happened() | Missed() | Within() | Reached() | Available() | Always():
                return Cause(
                    text=text,
                    name=text,
                    value=shown(truth),
                    wanted=shown(wanted),
                    truth=truth,
                    fact=self.day_asked(atom),
                )
            case _:
                return Cause(
                    text=text,
                    name=str_of_subject(atom.subject),
                    value=shown(self.compiler.read(atom.subject)(self.situation)),
                    wanted=_wanted(atom, wanted),
                    truth=truth,
                    fact=self.fact(atom.subject),
                )

    def day_asked(self, atom: Atom) -> str:
        """The date fact that a phrase asks about; of two the one that is unknown."""
        if isinstance(atom, Reached):
            return atom.fact.name
        ends = (atom.first.ref, atom.second.ref) if isinstance(atom, Within) else ()
        days = [end.name for end in ends if not end.event and end.name in self.names.facts]
        return next((name for name in days if self.situation.fact(name) is None), "")

    def fact(self, subject: Subject) -> str:
        name = subject.fact if isinstance(subject, FactAt) else subject
        if isinstance(name, Name) and self.names.kind_of(name.name) == "fact":
            return name.name
        return ""


def _wanted(atom: Holds | Is | IsKnown | Compare | Includes, wanted: bool) -> str:
    match atom:
        case Holds():
            return shown(wanted)
        case Is(values=values, negated=negated):
            return _one_of(values, wanted != negated)
        case IsKnown(negated=negated, since=since):
            then = f" since {since.ref}" if since else ""
            unknown = f"not known{then}" if since else "unknown"
            return f"known{then}" if wanted != negated else unknown
        case Compare(sign=sign, bound=bound):
            dated = isinstance(bound, Day)
            return _ordered(sign if wanted else _OPPOSITE[sign], str_of_value(bound), dated)
        case Includes():
            who = str_of(atom).rpartition(" ")[2]
            return f"a list {'with' if wanted else 'without'} {who}"


def _one_of(values: tuple[Value, ...], wanted: bool) -> str:
    words = [str_of_value(value) for value in values]
    if wanted:
        return " or ".join(words)
    if all(isinstance(value, Unknown) for value in values):
        return "known"
    return f"known, and not {' or '.join(word for word in words if word != 'unknown')}"


def _ordered(sign: str, bound: str, dated: bool) -> str:
    if dated:
        return {
            "<": f"before {bound}",
            "<=": f"{bound} or before",
            ">": f"after {bound}",
            ">=": f"{bound} or after",
        }[sign]
    return {
        "<": f"less than {bound}",
        "<=": f"{bound} or less",
        ">": f"more than {bound}",
        ">=": f"{bound} or more",
    }[sign]


def shown(value: Any) -> str:
    """A value in words."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Iterable) and not isinstance(value, str):
        return " and ".join(sorted(value)) or "nobody"
    return str(value)
