"""The parts of a condition: frozen records, with places that do not count as content.

Two conditions are equal when they say the same, wherever they stand in a text. Imports
only `ground`; reading is left to `parse`, printing to `text`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from protocolkit.ground.record import Record

if TYPE_CHECKING:
    from protocolkit.ground.limits import Duration, OccurrenceRef

Sign = Literal["<", "<=", ">", ">="]


_ASIDE = ("start", "end", "name_start", "other_starts", "parameter")
"""Fields that tell how a thing was written, not what it says."""


class Phrase(Record):
    """A stretch of a condition's text: offsets from 0, end-exclusive.

    How it was written (its offsets, the name of a parameter) takes no part in equality and
    is not shown.
    """

    _said: ClassVar[tuple[str, ...]]

    start: int = 0
    end: int = 0

    def __init_subclass__(cls) -> None:
        cls._said = tuple(name for name in cls._fields if name not in _ASIDE)

    def _content(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self._said])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Phrase) or type(other) is not type(self):
            return NotImplemented
        return self._content() == other._content()

    def __hash__(self) -> int:
        return hash((type(self), self._content()))

    def __repr__(self) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name in self._said)
        return f"{type(self).__name__}({', '.join(shown)})"


# -- what stands in the places of a phrase ---------------------------------------------


class Word(Phrase):
    """A value by its word: one of a choice, a role, a state, a status of a follow-up."""

    text: str


class Number(Phrase):
    """A whole number, written out or by the name of a parameter."""

    value: int
    parameter: str = ""


class Day(Phrase):
    """A date literal."""

    value: date


class Truth(Phrase):
    """`true` or `false`."""

    value: bool


class Unknown(Phrase):
    """`unknown` as an alternative: not recorded, or expired."""


class Attendee(Phrase):
    """`attendee`: the role of the person at the meeting whom the condition is asked about."""


class Occurrence(Phrase):
    """What happened, as written: `report`, `hearing.set`, `first(report, referral)`.

    `name_start` is the offset of the name, behind the bracket of `first(` if there is one;
    `other_starts` are those of the other names, if there are several.
    """

    ref: OccurrenceRef
    name_start: int = 0
    other_starts: tuple[int, ...] = ()

    @property
    def named(self) -> Iterator[tuple[OccurrenceRef, int]]:
        """Every name with its offset."""
        starts = (self.name_start, *self.other_starts)
        for number, one in enumerate(self.ref.each):
            yield one, starts[min(number, len(starts) - 1)]


class Span(Phrase):
    """A length of time, written out or by the name of a parameter."""

    length: Duration
    parameter: str = ""


Value: TypeAlias = Word | Number | Day | Truth | Unknown

# -- what a phrase asks about ----------------------------------------------------------


class Name(Phrase):
    """A fact, strand, follow-up or term; which of them, the declared names decide."""

    name: str


class FactAt(Phrase):
    """The value a fact had when something happened: `age at went_missing`."""

    fact: Name
    at: Occurrence


class By(Phrase):
    """The roles of whoever did the last one: `by(report)`."""

    of: Name


class Count(Phrase):
    """How often it, or any of several, happened: in a span up to now, since something, or both."""

    of: Occurrence
    within: Span | None = None
    since: Occurrence | None = None


class DaysBetween(Phrase):
    """Calendar days from the first to the second; each a date fact or an occurrence."""

    first: Occurrence
    second: Occurrence


class Attended(Phrase):
    """The roles of those who were at the last of a meeting that took place."""

    of: Name


Subject: TypeAlias = Name | FactAt | By | Count | DaysBetween | Attended

# -- phrases that are true, false or unknown -------------------------------------------


class Holds(Phrase):
    """A boolean fact or a term, standing alone."""

    subject: Name | FactAt


class Is(Phrase):
    """`x is v or w or unknown`; `x is not v` when negated (one value only)."""

    subject: Subject
    values: tuple[Value, ...]
    negated: bool = False


class IsKnown(Phrase):
    """`x is known`; `x is not known` when negated; with `since`, only a value that holds from
    then on counts.
    """

    subject: Subject
    negated: bool = False
    since: Occurrence | None = None


class Compare(Phrase):
    """An order of numbers or dates, against a literal on the right."""

    subject: Subject
    sign: Sign
    bound: Number | Day


class Includes(Phrase):
    """A set of roles contains a role: `implicated includes guardian`."""

    subject: Name | FactAt | Attended
    role: Word | Attendee


class Happened(Phrase):
    """It, or any of several, happened at least once, ever or since something else."""

    of: Occurrence
    since: Occurrence | None = None


class Missed(Phrase):
    """Nothing of it happened in the span after something else, and the span is over."""

    of: Occurrence
    within: Span
    after: Occurrence


class Within(Phrase):
    """The second is no later than a span after the first, and no earlier than the first."""

    span: Span
    first: Occurrence
    second: Occurrence


class Reached(Phrase):
    """The day of a date fact has come."""

    fact: Name


class Available(Phrase):
    """Somebody who holds the role can be reached now."""

    role: Word


class Always(Phrase):
    """True, whatever the case: said by the word `always` of a key, never within a condition."""


Atom: TypeAlias = (
    Holds
    | Is
    | IsKnown
    | Compare
    | Includes
    | Happened
    | Missed
    | Within
    | Reached
    | Available
    | Always
)


class Not(Phrase):
    """The opposite; the opposite of unknown is unknown."""

    part: Condition


class And(Phrase):
    """All of two or more parts."""

    parts: tuple[Condition, ...]


class Or(Phrase):
    """Any of two or more parts."""

    parts: tuple[Condition, ...]


Condition: TypeAlias = Atom | Not | And | Or
"""A whole condition."""


def atoms(condition: Condition) -> Iterator[Atom]:
    """The phrases that `and`, `or` and `not` join, in the order of the text."""
    match condition:
        case Not(part=part):
            yield from atoms(part)
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from atoms(part)
        case _:
            yield condition


def inner(phrase: Phrase) -> Iterator[Phrase]:
    """The phrases that a phrase is made of, one step down."""
    for field in phrase._fields:
        value = getattr(phrase, field)
        if isinstance(value, Phrase):
            yield value
        elif isinstance(value, tuple):
            yield from (part for part in value if isinstance(part, Phrase))
