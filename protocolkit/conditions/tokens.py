"""Cuts a condition's text into words, numbers, dates and signs, and refuses the rest kindly.

Imports only `ground`. What the pieces mean together is left to `parse`.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

MAX_LENGTH = 500
"""Characters in one condition; a longer one is split into terms."""

FUNCTIONS = (
    *("count", "happened", "missed", "reached", "by", "days_between", "available"),
    *("attended", "within"),
)
"""Words that are followed by a bracket."""

RESERVED = frozenset(
    {
        *("or", "and", "not", "is", "includes", "at"),
        *("known", "unknown", "true", "false", "attendee"),
        *("since", "after", "first", "last"),
        *FUNCTIONS,
    }
)
"""Words of the language: nothing in a protocol that conditions read may be called so."""

Kind = Literal["word", "number", "date", "sign", "(", ")", ",", ".", "end"]


class Token(NamedTuple):
    """One piece of the text, with offsets from 0, end-exclusive."""

    kind: Kind
    text: str
    start: int
    end: int


class ConditionError(ValueError):
    """A text that is not a condition: where, what is wrong, what to write instead."""

    def __init__(self, offset: int, length: int, message: str, help: str = "") -> None:
        self.offset = offset
        self.length = max(1, length)
        self.message = message
        self.help = help
        super().__init__(f"{message} {help}".rstrip())


_PIECE = re.compile(
    r"\s*(?:"
    r"(?P<date>\d{4}-\d{2}-\d{2}(?![\w-]))"
    r"|(?P<number>-?\d+(?![\w.]|[-/]\d))"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*(?![\w-]|['\u2019]\w))"
    r"|(?P<sign>(?:<=|>=|<|>)(?![<=>]))"
    r"|(?P<mark>[(),.])"
    r")",
    re.ASCII,
)
_BLANK = re.compile(r"\s*", re.ASCII)

_IS = "Write `is` for equal, such as `certainty is confirmed`."
# Compiled only when needed: a text that is right never looks here.
_WRONG = (
    (r"\$?\{\{?|\}\}?", "`{}` is not used here.", "Write the condition alone, without it."),
    (r"==+", "`{}` is not used here.", _IS),
    (r"!=+|<>|=/=|≠", "`{}` is not used here.", "Write `is not` for not equal."),
    (r"=<|≤", "`{}` is not used here.", "Write `<=` for at most."),
    (r"=>|≥", "`{}` is not used here.", "Write `>=` for at least."),
    (r"=", "`{}` is not used here.", _IS),
    (r"[<>][<=>]+", "`{}` is not a sign of the language.", "Use `<`, `<=`, `>` or `>=`."),
    (r"&+", "`{}` is not used here.", "Write `and`."),
    (r"\|+", "`{}` is not used here.", "Write `or`."),
    (r"!", "`{}` is not used here.", "Write `not`."),
    (r"[\"'`\u2018\u2019\u201c\u201d]", "Quotes are not used here.", "Write the word alone."),
    (r"[\[\]]", "`{}` is not used here.", "Write `x is a or b` for one of several values."),
    (r"-?\d+\.\d+", "`{}` is not a whole number.", "Use whole numbers only."),
    (r"\d+\.\.\d*", "`{}` is not a whole number.", "Write `age >= 14 and age <= 17`."),
    (
        r"\d+[-/.]\d+[-/.]\d+[\w-]*",
        "`{}` is not a date as we write it.",
        "Write year-month-day, such as 2025-04-18.",
    ),
    (
        r"\d+(?=\.)",
        "A dot cannot follow `{}`.",
        "Use whole numbers only, without a full stop at the end.",
    ),
    (
        r"\d[\w-]*",
        "`{}` is neither a number nor a name.",
        "Names begin with a letter; leave a space after a number.",
    ),
    (
        r"[^\W\d]\w*(?:-\w+)+",
        "`{}` is not a name: names have no `-`.",
        "Write `_` between the words of a name.",
    ),
    (r"[^\W\d]\w*['\u2019]\w+", "`{}` is not used here.", "Write `is not`, or `not`."),
    (r"[^\W\d]\w*-?", "`{}` is not a name.", "Names use a to z, 0 to 9 and `_`."),
    (r"[+*/%^-]", "`{}` is not used here.", "Conditions compare; they do not calculate."),
)


def tokens(text: str) -> list[Token]:
    """The pieces of a text, closed by one of kind `end`.

    Raises: ConditionError: something in it is not of the language, or it is too long.
    """
    if len(text) > MAX_LENGTH:
        raise ConditionError(
            MAX_LENGTH,
            len(text) - MAX_LENGTH,
            f"This condition has {len(text)} characters; {MAX_LENGTH} is the most.",
            "Give parts of it a name under `terms:` and use the names.",
        )
    found: list[Token] = []
    at = 0
    piece = _PIECE.match(text)
    while piece:
        kind = piece.lastgroup
        start, at = piece.span(kind or 0)
        found.append(_token(kind, piece[kind or 0], start, at))
        piece = _PIECE.match(text, at)
    blank = _BLANK.match(text, at)
    at = blank.end() if blank else at
    if at < len(text):
        raise _wrong(text, at)
    found.append(Token("end", "", at, at))
    return found


def _token(kind: str | None, text: str, start: int, end: int) -> Token:
    if kind == "word":
        if text not in RESERVED and text.lower() in RESERVED:
            raise ConditionError(
                start,
                end - start,
                f"`{text}` is written in capital letters.",
                f"Write `{text.lower()}`.",
            )
        return Token("word", text, start, end)
    if kind == "number":
        if len(text.lstrip("-")) > 18:
            raise ConditionError(
                start, end - start, "This number is too long.", "18 digits are the most."
            )
        return Token("number", text, start, end)
    if kind == "date":
        return Token("date", text, start, end)
    if kind == "sign":
        return Token("sign", text, start, end)
    mark: dict[str, Kind] = {"(": "(", ")": ")", ",": ",", ".": "."}
    return Token(mark[text], text, start, end)


def _wrong(text: str, at: int) -> ConditionError:
    for pattern, message, help in _WRONG:
        if match := re.compile(pattern).match(text, at):
            return ConditionError(at, len(match[0]), message.format(match[0]), help)
    shown = text[at] if text[at].isprintable() else f"U+{ord(text[at]):04X}"
    return ConditionError(
        at, 1, f"`{shown}` is not used in conditions.", "Take it out, or write it in words."
    )
