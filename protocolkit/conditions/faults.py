"""What is wrong with a text that does not read as a condition, and what to write instead.

Each function looks at the piece where reading stopped and its neighbours, and makes the
error; `parse` raises it. Imports only `ground`.
"""

from __future__ import annotations

from collections.abc import Iterable

from protocolkit.conditions.tokens import FUNCTIONS, RESERVED, ConditionError, Token
from protocolkit.ground.nearest import nearest

SHAPES = {
    "count": "count(report within 6 calendar months) >= 3",
    "happened": "happened(located since went_missing)",
    "missed": "missed(visit_tried within 2 calendar days after convene)",
    "reached": "reached(turns_18_on)",
    "by": "by(report) is guardian",
    "days_between": "days_between(report, convene) <= 5",
    "available": "available(supervisor)",
    "attended": "attended(team_meeting) includes detective",
    "within": "within(14 calendar months, place_child, projected_on)",
}
"""An example of each word that takes a bracket."""

_JOIN = "Join two parts with `and` or `or`."
_BOUND = "Compare with a number or a date."
_INTRODUCTIONS = frozenset({"if", "when", "while", "unless", "only"})
_CLOSERS = frozenset({"and", "or", ")"})
_UNITS = frozenset(
    {"year", "years", "month", "months", "week", "weeks", "day", "days", "hour", "hours"}
)
_INSTEAD = {
    **dict.fromkeys(("are", "was", "were", "be", "equals", "equal", "eq", "has", "have"), "is"),
    **dict.fromkeys(("include", "including", "contains", "contain"), "includes"),
    **dict.fromkeys(("under", "below", "younger"), "<"),
    **dict.fromkeys(("over", "above", "older"), ">"),
    "isnt": "is not",
    "in": "x is a or b",
}
_INSTEAD_OF_VALUE = {
    **dict.fromkeys(("yes", "on"), "true"),
    **dict.fromkeys(("no", "off"), "false"),
    **dict.fromkeys(("null", "nil", "undefined"), "unknown"),
}


def fault(token: Token, message: str, help: str) -> ConditionError:
    """An error that points at one piece of the text."""
    return ConditionError(token.start, token.end - token.start, message, help)


def sentence(text: str) -> str:
    """A phrase of another module in the form of ours: capital letter, full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(("?", ".")) else ".")


def _did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    close = nearest(name, known)
    return f"Did you mean `{close}`?" if close else otherwise


def never_closed(start: int) -> ConditionError:
    """A bracket that was opened at an offset and never closed."""
    return ConditionError(start, 1, "This bracket is never closed.", "Add `)` where it ends.")


def no_phrase(token: Token, before: Token | None) -> ConditionError:
    """A part of a condition should begin here."""
    if token.kind == "end" and before:
        return fault(
            token,
            f"Something is missing after `{before.text}`.",
            "Write what comes next, or take the last word out.",
        )
    if token.text in _CLOSERS:
        where = f"between `{before.text}` and" if before else "before"
        return fault(token, f"Something is missing {where} `{token.text}`.", _JOIN)
    if token.text in ("true", "false", "known", "unknown", "attendee"):
        about = "danger is true" if token.text == "attendee" else f"danger is {token.text}"
        return fault(
            token,
            f"`{token.text}` says nothing by itself.",
            f"Name what it is about, such as `{about}`.",
        )
    if token.kind in ("number", "date"):
        return fault(
            token,
            "A condition does not begin with a value.",
            "Put the name first, such as `age >= 14`.",
        )
    return fault(
        token,
        f"`{token.text}` does not fit here.",
        "Put the name of a fact or a term before it.",
    )


def no_value(token: Token, before: Token) -> ConditionError:
    """A value should stand here."""
    if token.kind == "end" or token.text in _CLOSERS:
        return fault(
            token,
            f"A value is missing after `{before.text}`.",
            "Write the value, such as `confirmed` or `unknown`.",
        )
    if token.kind == "sign":
        return fault(token, f"`is` and `{token.text}` do not go together.", "Leave out `is`.")
    if token.kind == "(":
        return fault(token, "Values take no brackets.", "Write `x is a or b`.")
    if token.text in FUNCTIONS:
        return fault(
            token,
            f"`{token.text}` cannot be a value.",
            f"Put it first, such as `{SHAPES[token.text]}`.",
        )
    return fault(
        token,
        f"`{token.text}` cannot be a value.",
        "It is a word or a mark of the language; write a value in its place.",
    )


def other_language(token: Token, following: Token) -> ConditionError | None:
    """A value that other languages write differently; None when it is a plain word."""
    if instead := _INSTEAD_OF_VALUE.get(token.text):
        return fault(token, f"`{token.text}` is not used here.", f"Write `{instead}`.")
    if token.text == "in" and following.kind in ("(", "word"):
        return fault(token, "`in` is not used here.", "Write `x is a or b`.")
    return None


def no_bound(sign: Token, token: Token, numbers: Iterable[str]) -> ConditionError:
    """A number or a date should stand here, behind a sign."""
    if token.kind == "end" or token.text in _CLOSERS:
        return fault(
            token, f"A number is missing after `{sign.text}`.", "Write a number or a date."
        )
    if token.text == "unknown":
        return fault(
            token,
            f"Nothing can be `{sign.text}` what is unknown.",
            "Write `is unknown` to ask for that.",
        )
    if token.kind == "word" and token.text not in RESERVED:
        return fault(
            token,
            f"`{token.text}` is not a number, a date, or a parameter for one.",
            _did_you_mean(token.text, numbers, _BOUND),
        )
    return fault(token, f"`{token.text}` does not fit after `{sign.text}`.", _BOUND)


def stray(name: Token, token: Token, following: Token) -> ConditionError:
    """A name is followed by something that does not go on from it."""
    if name.text in _INTRODUCTIONS:
        return fault(name, f"`{name.text}` is not used here.", f"Leave out `{name.text}`.")
    if token.kind == "(":
        return fault(
            name,
            f"`{name.text}(...)` is not something that can be asked.",
            _did_you_mean(
                name.text, FUNCTIONS, f"Only these take a bracket: {', '.join(FUNCTIONS)}."
            ),
        )
    if token.kind == ".":
        return fault(
            token,
            f"`{name.text}.` needs a question around it.",
            f"Write for example `happened({name.text}.{following.text or 'met'})`.",
        )
    wrong = following if token.text == "not" and following.text == "in" else token
    if instead := _INSTEAD.get(wrong.text):
        return fault(wrong, f"`{wrong.text}` is not used here.", f"Write `{instead}`.")
    if token.text == "between":
        return fault(
            token,
            "`between` is not used here.",
            f"Write `{name.text} >= 14 and {name.text} <= 17`.",
        )
    if token.text == "not":
        return fault(
            token,
            "`not` does not fit here.",
            f"Write `{name.text} is not ...`, or `not {name.text}`.",
        )
    if token.text in ("after", "before", "since", "within"):
        return fault(
            token,
            f"`{token.text}` does not fit after `{name.text}`.",
            "Compare dates with `<` and `>`; ask `count(...)` or `happened(...)` for acts.",
        )
    return fault(
        token,
        f"A word is missing between `{name.text}` and `{token.text}`.",
        "Write `is`, `<`, `>`, `and` or `or` between them.",
    )


def left_over(token: Token, before: Token) -> ConditionError:
    """A part is complete, and something follows that does not join it."""
    if token.text == ")":
        return fault(token, "This bracket closes nothing.", "Take it out, or open it before.")
    if token.kind == ",":
        return fault(token, "A comma is not used here.", _JOIN)
    if token.text == "than":
        return fault(
            token, "`than` is not used here.", "Write `<` or `>` in place of the words: `age < 14`."
        )
    if before.kind == "number" and token.text in _UNITS:
        return fault(
            token,
            f"A number takes no unit here, so `{token.text}` does not fit.",
            "Leave it out: the fact says its unit.",
        )
    return fault(token, f"`{token.text}` does not fit after `{before.text}`.", _JOIN)
