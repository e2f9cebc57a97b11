"""Walks along the pieces of a condition's text, and reads the parts that `limits` knows.

Imports only `ground`. What follows from what it meets is `parse`'s business.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from protocolkit.conditions.faults import fault, sentence
from protocolkit.conditions.syntax import Occurrence, Span
from protocolkit.conditions.tokens import RESERVED, ConditionError, Token, tokens
from protocolkit.ground.limits import (
    Duration,
    LimitSyntaxError,
    OccurrenceRef,
    parse_duration,
    parse_occurrence,
)

_SPAN_ENDS = frozenset({"within", "since", "after"})
_Read = TypeVar("_Read", Duration, OccurrenceRef)


class Cursor:
    """A place in a text; moves forward only."""

    def __init__(self, text: str, spans: Mapping[str, Duration]) -> None:
        self.text = text
        self.spans = spans
        self.tokens = tokens(text)
        self.at = 0

    def peek(self) -> Token:
        """The next piece, not taken."""
        return self.tokens[self.at]

    def take(self) -> Token:
        """The next piece, stepped over."""
        token = self.tokens[self.at]
        self.at += 1
        return token

    def sees_name(self) -> bool:
        """Whether a word comes next that is not one of the language."""
        token = self.tokens[self.at]
        return token.kind == "word" and token.text not in RESERVED

    def accept(self, text: str) -> bool:
        """Step over the next piece if it is this one; tells whether it was."""
        if self.tokens[self.at].text != text:
            return False
        self.at += 1
        return True

    @property
    def end(self) -> int:
        """Where the last piece that was taken ends."""
        return self.tokens[self.at - 1].end

    def occurrence(self) -> Occurrence:
        """A name, `name.event`, `first(...)` or `last(...)`."""
        first = self.peek()
        picked = self.accept("first") or self.accept("last")
        if not picked and not self.sees_name():
            raise fault(
                first,
                "The name of something that happens is missing here.",
                "Write for example `report`, `hearing.set` or `first(report)`.",
            )
        if picked:
            self.accept("(")
        starts = [self.pass_name()]
        while picked and self.accept(","):
            starts.append(self.pass_name())
        if picked:
            self.accept(")")
        ref = self.read(parse_occurrence, first)
        return Occurrence(
            ref=ref,
            name_start=starts[0],
            other_starts=tuple(starts[1:]),
            start=first.start,
            end=self.end,
        )

    def pass_name(self) -> int:
        """Step over `name` or `name.event`, as far as they are there; where it begins."""
        start = self.peek().start
        self.at += self.sees_name()
        if self.accept("."):
            self.at += self.sees_name()
        return start

    def span(self) -> Span:
        """A number and a unit, or the name of a parameter that stands for them."""
        first = self.peek()
        while self.peek().kind in ("word", "number") and self.peek().text not in _SPAN_ENDS:
            self.at += 1
        if self.peek() is first:
            raise fault(
                first, "A length of time is missing.", "Write for example `6 calendar months`."
            )
        length = self.read(lambda text: parse_duration(text, self.spans), first)
        parameter = first.text if first.kind == "word" else ""
        return Span(length=length, parameter=parameter, start=first.start, end=self.end)

    def read(self, reader: Callable[[str], _Read], first: Token) -> _Read:
        """What `reader` makes of the text from `first` to here, with its errors in our places."""
        try:
            return reader(self.text[first.start : self.end])
        except LimitSyntaxError as error:
            raise ConditionError(
                first.start + error.offset,
                error.length,
                sentence(error.message),
                sentence(error.help),
            ) from error
