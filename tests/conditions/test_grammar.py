"""The reader agrees with the published grammar, which another library reads."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lark import Lark, Token, Transformer
from lark.exceptions import LarkError

from protocolkit.conditions import syntax
from protocolkit.conditions.parse import ConditionError, parse
from protocolkit.conditions.syntax import Condition
from protocolkit.conditions.text import str_of
from protocolkit.conditions.tokens import RESERVED
from protocolkit.conditions.types import check_types
from protocolkit.ground.limits import (
    LimitSyntaxError,
    OccurrenceRef,
    parse_duration,
)
from tests.conditions.county import BOOLEANS, NAMES, conditions

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
GRAMMAR = (REFERENCE / "conditions.ebnf").read_text(encoding="utf-8")
SPANS = {"inform_limit": parse_duration("6 hours")}
NUMBERS = {"adult_age": 18}

_VALUES = {"NUMBER", "DATE", "TRUE", "FALSE", "UNKNOWN"}


class _ValueOr:
    """Makes `or` between values a piece of its own, as the head of the grammar says."""

    always_accept = ()

    def __init__(self, booleans: Container[str]) -> None:
        self.booleans = booleans

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The same pieces, with some OR renamed."""
        pieces = list(stream)
        kinds = [piece.type for piece in pieces] + ["END", "END"]
        before = ""
        for at, piece in enumerate(pieces):
            if piece.type == "OR" and re.search(
                r"(IS|IS NOT|VALUE_OR) (NAME|NUMBER|DATE|TRUE|FALSE|UNKNOWN)$", before
            ):
                closes = kinds[at + 2] in ("END", "RPAR", "OR", "AND")
                named = kinds[at + 1] == "NAME" and pieces[at + 1] not in self.booleans
                if kinds[at + 1] in _VALUES or (named and closes):
                    piece.type = "VALUE_OR"
            before += f" {piece.type}"
            yield piece


class _Oracle(Transformer[Token, Any]):
    """Builds our records from the grammar's tree."""

    def start(self, parts: list[Any]) -> Any:
        return parts[0]

    def any_of(self, parts: list[Any]) -> Any:
        return parts[0] if len(parts) == 1 else syntax.Or(parts=tuple(parts))

    def all_of(self, parts: list[Any]) -> Any:
        return parts[0] if len(parts) == 1 else syntax.And(parts=tuple(parts))

    def negation(self, parts: list[Any]) -> Any:
        return syntax.Not(part=parts[0])

    def holds(self, parts: list[Any]) -> Any:
        return syntax.Holds(subject=parts[0])

    def includes(self, parts: list[Any]) -> Any:
        subject, role = parts
        if role.type == "ATTENDEE":
            return syntax.Includes(subject=subject, role=syntax.Attendee())
        return syntax.Includes(subject=subject, role=syntax.Word(text=str(role)))

    def is_one_of(self, parts: list[Any]) -> Any:
        values = tuple(part for part in parts[1:] if not isinstance(part, Token))
        return syntax.Is(subject=parts[0], values=values)

    def is_not(self, parts: list[Any]) -> Any:
        return syntax.Is(subject=parts[0], values=(parts[1],), negated=True)

    def is_known(self, parts: list[Any]) -> Any:
        return syntax.IsKnown(subject=parts[0], since=parts[1] if parts[1:] else None)

    def is_not_known(self, parts: list[Any]) -> Any:
        since = parts[1] if parts[1:] else None
        return syntax.IsKnown(subject=parts[0], negated=True, since=since)

    def compare(self, parts: list[Any]) -> Any:
        return syntax.Compare(subject=parts[0], sign=str(parts[1]), bound=parts[2])  # type: ignore[arg-type]

    def happened(self, parts: list[Any]) -> Any:
        return syntax.Happened(of=parts[0], since=parts[1] if parts[1:] else None)

    def missed(self, parts: list[Any]) -> Any:
        return syntax.Missed(of=parts[0], within=parts[1], after=parts[2])

    def within_span(self, parts: list[Any]) -> Any:
        return syntax.Within(span=parts[0], first=parts[1], second=parts[2])

    def reached(self, parts: list[Any]) -> Any:
        return syntax.Reached(fact=syntax.Name(name=str(parts[0])))

    def available(self, parts: list[Any]) -> Any:
        return syntax.Available(role=syntax.Word(text=str(parts[0])))

    def by(self, parts: list[Any]) -> Any:
        return syntax.By(of=syntax.Name(name=str(parts[0])))

    def count(self, parts: list[Any]) -> Any:
        spans = [part for part in parts if isinstance(part, syntax.Span)]
        others = [part for part in parts[1:] if isinstance(part, syntax.Occurrence)]
        return syntax.Count(
            of=parts[0],
            within=spans[0] if spans else None,
            since=others[0] if others else None,
        )

    count_since_first = count

    def days_between(self, parts: list[Any]) -> Any:
        return syntax.DaysBetween(first=parts[0], second=parts[1])

    def attended(self, parts: list[Any]) -> Any:
        return syntax.Attended(of=syntax.Name(name=str(parts[0])))

    def name(self, parts: list[Any]) -> Any:
        return syntax.Name(name=str(parts[0]))

    def fact_at(self, parts: list[Any]) -> Any:
        return syntax.FactAt(fact=syntax.Name(name=str(parts[0])), at=parts[1])

    def word(self, parts: list[Any]) -> Any:
        text = str(parts[0])
        number = NUMBERS.get(text)
        return syntax.Word(text=text) if number is None else syntax.Number(value=number)

    def parameter(self, parts: list[Any]) -> Any:
        return syntax.Number(value=NUMBERS[str(parts[0])])

    def number(self, parts: list[Any]) -> Any:
        return syntax.Number(value=int(parts[0]))

    def day(self, parts: list[Any]) -> Any:
        return syntax.Day(value=date.fromisoformat(parts[0]))

    def true(self, _: list[Any]) -> Any:
        return syntax.Truth(value=True)

    def false(self, _: list[Any]) -> Any:
        return syntax.Truth(value=False)

    def unknown(self, _: list[Any]) -> Any:
        return syntax.Unknown()

    def within(self, parts: list[Any]) -> Any:
        return parts[0]

    since = within

    def span(self, parts: list[Any]) -> Any:
        return syntax.Span(length=parse_duration(" ".join(parts), SPANS))

    def event(self, parts: list[Any]) -> Any:
        return syntax.Occurrence(ref=OccurrenceRef(name=str(parts[0]), event="".join(parts[1:])))

    def events(self, parts: list[Any]) -> Any:
        refs = [part.ref for part in parts]
        if len(set(refs)) < len(refs):
            raise ValueError("a name stands there twice")
        return syntax.Occurrence(ref=refs[0].replace(others=tuple(refs[1:])))

    def first(self, parts: list[Any]) -> Any:
        return syntax.Occurrence(ref=parts[0].ref.replace(pick="first"))

    def last(self, parts: list[Any]) -> Any:
        return syntax.Occurrence(ref=parts[0].ref.replace(pick="last"))


def _oracle(booleans: Container[str]) -> Lark:
    return Lark(
        GRAMMAR,
        parser="lalr",
        lexer="basic",
        postlex=_ValueOr(booleans),
        transformer=_Oracle(),
        maybe_placeholders=False,
    )


ORACLE = _oracle(BOOLEANS)


def by_grammar(text: str) -> Condition | None:
    """What the published grammar makes of a text; None when it refuses."""
    try:
        found: Condition = ORACLE.parse(text)  # type: ignore[assignment]
    except (LarkError, LimitSyntaxError, ValueError, KeyError):
        return None
    return found


def by_reader(text: str) -> Condition | None:
    """What our reader makes of a text; None when it refuses."""
    try:
        return parse(text, BOOLEANS, SPANS, NUMBERS)
    except ConditionError:
        return None


_PIECES = st.sampled_from(
    [
        *("and", "or", "or", "not", "is", "is", "(", ")", "unknown", "known", "true"),
        *("age", "danger", "often_missing", "certainty", "suspected", "confirmed"),
        *("<", ">=", "18", "-2", "2025-04-18", "2025-02-30", "adult_age", "includes", "attendee"),
        *("count(", "happened(", "by(report)", "days_between(report, x.met)", "within", "since"),
        *("count(report, x.met", "first(report, x)", ", x", "last(x, y.met since"),
        *("6 hours", "6 months", "inform_limit", "report", "x.met", "first(", ".", ",", "at"),
        *("reached(turns_18_on)", "missed(report within 6 hours after x)", "available("),
        *("attended(team) includes", "attended(team)", "attended("),
        *("within(6 hours, report", "within(inform_limit", "age is known since"),
        *("count(report)", "happened(x)", "age is", "age < 18", "certainty is suspected or"),
    ]
)


@given(st.lists(_PIECES, max_size=12).map(" ".join))
@example("age is a or b and c")
@example("danger or b or c is a or b")
@example("age is a or danger or b")
@example("not age is a or 2 or unknown or (danger)")
@example("age is not a or b")
@example("age is not a or danger")
@example("count(x since y within 6 hours) is 2 or adult_age")
@example("count(x within inform_limit since first(y.met)) < adult_age")
@example("age at last(x.met) is known or danger at x")
@example("count(x, y.met within 6 hours since last(x, y.met)) is 2")
@example("happened(x, x) or happened(x, first(y))")
@example("days_between(first(x, y), z) is 2 and missed(x, y within 6 hours after first(z))")
@example("days_between(x, y, z) is 2")
@example("x is known since first(y, z.met) or x is not known since y")
@example("within(inform_limit, x, last(y, z)) and not within(6 hours, x, y.met)")
@example("x is adult_age or is a")
def test_reader_and_grammar_agree(text: str) -> None:
    """Any text is refused by both, or both read the same from it."""
    assert by_grammar(text) == by_reader(text)


@given(conditions())
def test_grammar_reads_what_we_print(condition: Condition) -> None:
    """The canonical text of any condition means that condition to the grammar, too."""
    assert condition == by_grammar(str_of(condition))


_LETTERS = st.text("ab ()<=>-.,0123'is_", max_size=30)


@given(st.text(st.characters(codec="utf-8"), max_size=40) | _LETTERS)
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text brings the reader down, and an error lies inside the text and gives help."""
    told: ConditionError | None = None
    try:
        parse(text)
    except ConditionError as error:
        told = error
    assert told is None or (0 <= told.offset <= len(text) and told.length and told.help)


def test_reserved_words_are_those_of_the_grammar() -> None:
    """One table of reserved words; it holds exactly the words in quotation marks."""
    words = set(re.findall(r'"([a-z_]+)"', re.sub(r"//.*", "", GRAMMAR)))
    assert RESERVED == words


def test_reserved_words_are_listed_in_the_page() -> None:
    """The page for authors lists every reserved word."""
    page = (REFERENCE / "conditions.md").read_text(encoding="utf-8")
    listed = page.partition("as its\nname:")[2]
    assert sorted(RESERVED) == re.findall(r"`(\w+)`", listed)


@pytest.mark.parametrize(
    "text",
    re.findall(
        r"```condition\n(.*?)\n```",
        (REFERENCE / "conditions.md").read_text(encoding="utf-8"),
        re.DOTALL,
    ),
)
def test_examples_of_the_page_make_sense(text: str) -> None:
    """Every example of the page reads and makes sense in the county."""
    condition = parse(text, BOOLEANS)
    assert condition == by_grammar(text)
    assert [] == check_types(condition, NAMES)
