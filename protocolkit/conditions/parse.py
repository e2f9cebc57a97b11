"""Reads a condition from its text: precedence, places, and errors that say what to write.

`or` binds weakest, then `and`, then `not`, then everything that compares. The one twist is
`or` between values: in `certainty is suspected or confirmed` the second word is another
value, unless it is the name of something that is true or false by itself. So the names of
those are handed in. Imports only `ground`; whether names exist is left to `types`.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

from protocolkit.conditions import faults
from protocolkit.conditions.cursor import Cursor
from protocolkit.conditions.faults import SHAPES, fault
from protocolkit.conditions.syntax import (
    And,
    Attended,
    Attendee,
    Available,
    By,
    Compare,
    Condition,
    Count,
    Day,
    DaysBetween,
    FactAt,
    Happened,
    Holds,
    Includes,
    Is,
    IsKnown,
    Missed,
    Name,
    Not,
    Number,
    Occurrence,
    Or,
    Reached,
    Sign,
    Span,
    Subject,
    Truth,
    Unknown,
    Value,
    Within,
    Word,
)
from protocolkit.conditions.tokens import RESERVED, ConditionError, Token
from protocolkit.ground.record import EMPTY

if TYPE_CHECKING:
    from protocolkit.ground.limits import Duration

__all__ = ["MAX_DEPTH", "ConditionError", "parse"]

MAX_DEPTH = 50
"""How deep brackets and `not` may nest in one text."""


def parse(
    text: str,
    booleans: Container[str] = (),
    spans: Mapping[str, Duration] = EMPTY,
    numbers: Mapping[str, int] = EMPTY,
) -> Condition:
    """The condition that a text says.

    `booleans` are the names that may stand alone (boolean facts, terms); `spans` and
    `numbers` are the values of parameters that stand for a length of time or a number.

    Raises: ConditionError: the text is not a condition; the first fault is told.
    """
    return _Reader(text, booleans, spans, numbers).condition()


class _Reader(Cursor):
    def __init__(
        self,
        text: str,
        booleans: Container[str],
        spans: Mapping[str, Duration],
        numbers: Mapping[str, int],
    ) -> None:
        super().__init__(text, spans)
        self.booleans = booleans
        self.numbers = numbers
        self.depth = 0
        self.functions: dict[str, Callable[[Token], Condition]] = {
            "count": self.count,
            "happened": self.happened,
            "missed": self.missed,
            "reached": self.reached,
            "by": self.by,
            "days_between": self.days_between,
            "available": self.available,
            "attended": self.attended,
            "within": self.within,
        }

    # -- and, or, not, brackets --------------------------------------------------------

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise fault(
                token,
                f"This nests more than {MAX_DEPTH} deep.",
                "Give parts of it a name under `terms:` and use the names.",
            )

    def condition(self) -> Condition:
        if self.peek().kind == "end":
            raise fault(self.peek(), "The condition is empty.", "Write one, such as `age < 18`.")
        found = self.any_of()
        if self.peek().kind != "end":
            raise faults.left_over(self.peek(), self.tokens[self.at - 1])
        return found

    def any_of(self) -> Condition:
        start = self.peek().start
        parts = [self.all_of()]
        while self.accept("or"):
            parts.append(self.all_of())
        if len(parts) == 1:
            return parts[0]
        return Or(parts=tuple(parts), start=start, end=self.end)

    def all_of(self) -> Condition:
        start = self.peek().start
        parts = [self.opposite()]
        while self.accept("and"):
            parts.append(self.opposite())
        if len(parts) == 1:
            return parts[0]
        return And(parts=tuple(parts), start=start, end=self.end)

    def opposite(self) -> Condition:
        token = self.peek()
        if not self.accept("not"):
            return self.phrase()
        self.deeper(token)
        part = self.opposite()
        self.depth -= 1
        return Not(part=part, start=token.start, end=self.end)

    def phrase(self) -> Condition:
        token = self.peek()
        if token.kind == "(":
            return self.bracket()
        if token.kind != "word":
            raise faults.no_phrase(token, self.tokens[self.at - 1] if self.at else None)
        if token.text in self.functions:
            self.at += 1
            if self.peek().kind != "(":
                raise fault(
                    token,
                    f"A bracket is missing after `{token.text}`.",
                    f"Write for example `{SHAPES[token.text]}`.",
                )
            self.at += 1
            return self.functions[token.text](token)
        if token.text in RESERVED:
            raise faults.no_phrase(token, self.tokens[self.at - 1] if self.at else None)
        return self.about_name()

    def bracket(self) -> Condition:
        opening = self.take()
        self.deeper(opening)
        inner = self.any_of()
        self.depth -= 1
        self.close(opening)
        return inner

    def close(self, opening: Token) -> None:
        if self.accept(")"):
            return
        if self.peek().kind == "end":
            raise faults.never_closed(opening.start)
        raise faults.left_over(self.peek(), self.tokens[self.at - 1])

    # -- what begins with a name -------------------------------------------------------

    def about_name(self) -> Condition:
        token = self.take()
        name = Name(name=token.text, start=token.start, end=token.end)
        subject: Name | FactAt = name
        if self.accept("at"):
            subject = FactAt(fact=name, at=self.occurrence(), start=token.start, end=self.end)
        following = self.peek()
        if following.text == "includes":
            return self.includes(subject)
        if following.kind == "sign" or following.text == "is":
            return self.comparison(subject)
        if following.kind in ("end", ")", ",") or following.text in ("and", "or"):
            return Holds(subject=subject, start=subject.start, end=subject.end)
        raise faults.stray(token, following, self.tokens[self.at + 1])

    def comparison(self, subject: Subject) -> Condition:
        if self.peek().kind == "sign":
            return self.order(subject)
        self.at += 1
        negated = self.accept("not")
        if self.accept("known"):
            since = self.occurrence() if self.accept("since") else None
            return IsKnown(
                subject=subject, negated=negated, since=since, start=subject.start, end=self.end
            )
        values = [self.value()]
        while self.peek().text == "or":
            following = self.tokens[self.at + 1]
            if following.text == "is":
                raise fault(following, "`is` is not repeated.", "Write `x is a or b`.")
            if following.text == "known":
                raise fault(
                    following,
                    "`known` already includes every value.",
                    "Write `is known` alone, or list the values.",
                )
            if not self.is_value(self.at + 1):
                break
            if negated:
                raise fault(
                    self.peek(),
                    "`or` after `is not` can be read in two ways.",
                    "Write `not (x is a or b)` for neither of them.",
                )
            self.at += 1
            values.append(self.value())
        return Is(
            subject=subject,
            values=tuple(values),
            negated=negated,
            start=subject.start,
            end=self.end,
        )

    def is_value(self, at: int) -> bool:
        """Whether the piece after an `or` is another value, rather than a new part."""
        token = self.tokens[at]
        if token.kind in ("number", "date") or token.text in ("true", "false", "unknown"):
            return True
        if token.kind != "word" or token.text in RESERVED or token.text in self.booleans:
            return False
        following = self.tokens[at + 1]
        return following.kind in ("end", ")") or following.text in ("and", "or")

    def value(self) -> Value:
        token = self.take()
        start, end = token.start, token.end
        if token.kind == "number":
            return Number(value=int(token.text), start=start, end=end)
        if token.kind == "date":
            return self.day(token)
        if token.text in ("true", "false"):
            return Truth(value=token.text == "true", start=start, end=end)
        if token.text == "unknown":
            return Unknown(start=start, end=end)
        if token.kind == "word" and token.text in self.numbers:
            return self.named_number(token)
        if token.kind != "word" or token.text in RESERVED:
            raise faults.no_value(token, self.tokens[self.at - 2])
        if error := faults.other_language(token, self.peek()):
            raise error
        return Word(text=token.text, start=start, end=end)

    def named_number(self, token: Token) -> Number:
        return Number(
            value=self.numbers[token.text],
            parameter=token.text,
            start=token.start,
            end=token.end,
        )

    def day(self, token: Token) -> Day:
        try:
            value = date.fromisoformat(token.text)
        except ValueError as error:
            raise fault(
                token,
                f"There is no day {token.text}.",
                "Write year-month-day, such as 2025-04-18.",
            ) from error
        return Day(value=value, start=token.start, end=token.end)

    def order(self, subject: Subject) -> Compare:
        sign = self.take()
        token = self.take()
        bound: Number | Day
        if token.kind == "number":
            bound = Number(value=int(token.text), start=token.start, end=token.end)
        elif token.kind == "date":
            bound = self.day(token)
        elif token.kind == "word" and token.text in self.numbers:
            bound = self.named_number(token)
        else:
            raise faults.no_bound(sign, token, self.numbers)
        if self.peek().kind == "sign":
            raise fault(
                self.peek(),
                "Two comparisons cannot share a middle.",
                "Write both, such as `age >= 14 and age < 18`.",
            )
        return Compare(
            subject=subject,
            sign=cast("Sign", sign.text),
            bound=bound,
            start=subject.start,
            end=self.end,
        )

    def includes(self, subject: Name | FactAt | Attended) -> Includes:
        self.at += 1
        token = self.take()
        role: Word | Attendee
        if token.text == "attendee":
            role = Attendee(start=token.start, end=token.end)
        elif token.kind == "word" and token.text not in RESERVED:
            role = Word(text=token.text, start=token.start, end=token.end)
        else:
            raise fault(
                token,
                "A role is missing after `includes`.",
                "Write a role or `attendee`, such as `implicated includes guardian`.",
            )
        return Includes(subject=subject, role=role, start=subject.start, end=self.end)

    # -- what begins with a word and a bracket -----------------------------------------

    def count(self, word: Token) -> Condition:
        of = self.counted(word)
        within: Span | None = None
        since: Occurrence | None = None
        while True:
            if within is None and self.accept("within"):
                within = self.span()
            elif since is None and self.accept("since"):
                since = self.occurrence()
            else:
                break
        self.close_function(word)
        subject = Count(of=of, within=within, since=since, start=word.start, end=self.end)
        return self.compared(word, subject, "gives a number")

    def happened(self, word: Token) -> Condition:
        of = self.counted(word)
        if self.peek().text == "within":
            raise fault(
                self.peek(),
                "`happened` takes no `within`.",
                "Write `count(x within 6 hours) >= 1`.",
            )
        since = self.occurrence() if self.accept("since") else None
        self.close_function(word)
        return self.alone(word, Happened(of=of, since=since, start=word.start, end=self.end))

    def missed(self, word: Token) -> Condition:
        of = self.counted(word)
        self.expect("within", word)
        within = self.span()
        self.expect("after", word)
        after = self.occurrence()
        self.close_function(word)
        return self.alone(
            word, Missed(of=of, within=within, after=after, start=word.start, end=self.end)
        )

    def reached(self, word: Token) -> Condition:
        name = self.plain_name(word, "date fact")
        return self.alone(word, Reached(fact=name, start=word.start, end=self.end))

    def available(self, word: Token) -> Condition:
        name = self.plain_name(word, "role")
        role = Word(text=name.name, start=name.start, end=name.end)
        return self.alone(word, Available(role=role, start=word.start, end=self.end))

    def attended(self, word: Token) -> Condition:
        name = self.plain_name(word, "meeting")
        subject = Attended(of=name, start=word.start, end=self.end)
        if self.peek().text == "includes":
            return self.includes(subject)
        raise fault(
            word,
            "`attended` gives a list of roles, so it cannot stand alone or be compared.",
            f"Ask for one of them: `{SHAPES['attended']}`.",
        )

    def by(self, word: Token) -> Condition:
        name = self.plain_name(word, "trigger")
        subject = By(of=name, start=word.start, end=self.end)
        return self.compared(word, subject, "gives roles")

    def within(self, word: Token) -> Condition:
        span = self.span()
        self.comma(word)
        first, second = self.pair(word)
        found = Within(span=span, first=first, second=second, start=word.start, end=self.end)
        return self.alone(word, found)

    def days_between(self, word: Token) -> Condition:
        first, second = self.pair(word)
        subject = DaysBetween(first=first, second=second, start=word.start, end=self.end)
        return self.compared(word, subject, "gives a number")

    def pair(self, word: Token) -> tuple[Occurrence, Occurrence]:
        first = self.occurrence()
        self.comma(word)
        second = self.occurrence()
        self.close_function(word)
        return first, second

    def comma(self, word: Token) -> None:
        if not self.accept(","):
            raise fault(
                self.peek(),
                "A comma is missing here.",
                f"Write for example `{SHAPES[word.text]}`.",
            )

    def compared(self, word: Token, subject: Subject, gives: str) -> Condition:
        if self.peek().kind == "sign" or self.peek().text == "is":
            return self.comparison(subject)
        raise fault(
            word,
            f"`{word.text}` {gives}, so it cannot stand alone.",
            f"Compare it, such as `{SHAPES[word.text]}`.",
        )

    def alone(self, word: Token, found: Condition) -> Condition:
        if self.peek().kind == "sign" or self.peek().text == "is":
            raise fault(
                self.peek(),
                f"`{word.text}(...)` is true or false by itself.",
                f"Write it alone, or `not {word.text}(...)`.",
            )
        return found

    def expect(self, text: str, word: Token) -> None:
        if not self.accept(text):
            raise fault(self.peek(), f"`{text}` is missing here.", f"Write `{SHAPES[word.text]}`.")

    def close_function(self, word: Token) -> None:
        if self.accept(")"):
            return
        if self.peek().kind == "end":
            raise faults.never_closed(self.text.index("(", word.end))
        raise fault(
            self.peek(),
            f"`{self.peek().text}` does not fit inside `{word.text}(...)`.",
            f"Write for example `{SHAPES[word.text]}`.",
        )

    def plain_name(self, word: Token, what: str) -> Name:
        token = self.take()
        if token.kind != "word" or token.text in RESERVED:
            raise fault(
                token,
                f"`{word.text}` needs the name of a {what}.",
                f"Write for example `{SHAPES[word.text]}`.",
            )
        self.close_function(word)
        return Name(name=token.text, start=token.start, end=token.end)

    def counted(self, word: Token) -> Occurrence:
        """What is counted: one thing that happens or several, each by its bare name."""
        found: list[Occurrence] = []
        while not found or self.accept(","):
            one = self.occurrence()
            if one.ref.pick != "opening":
                names = ", ".join(map(str, one.ref.each))
                raise ConditionError(
                    one.start,
                    one.end - one.start,
                    f"`{one.ref.pick}` has no meaning here.",
                    f"Write the bare name: `{word.text}({names})`.",
                )
            if one in found:
                raise ConditionError(
                    one.start,
                    one.end - one.start,
                    f"`{one.ref}` stands there twice.",
                    "Name each only once.",
                )
            found.append(one)
        first, *others = found
        return Occurrence(
            ref=first.ref.replace(others=tuple(one.ref for one in others)),
            name_start=first.start,
            other_starts=tuple(one.start for one in others),
            start=first.start,
            end=self.end,
        )
