"""Spans of time as people write them: `6 hours`, `2 business days of office`.

Holds the value (`Duration`), its text, and the small scanner and the one error that every
text about time shares. Imports only `record` and `nearest`; what a span means on a calendar is
`reckoning`'s business, limits around a span are `limits`'.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from protocolkit.ground.nearest import nearest
from protocolkit.ground.record import EMPTY, Record

Unit = Literal[
    "minutes",
    "hours",
    "calendar days",
    "business days",
    "calendar weeks",
    "calendar months",
    "calendar years",
]

_UNITS: dict[tuple[str, ...], Unit] = {
    ("minute",): "minutes",
    ("hour",): "hours",
    ("calendar", "day"): "calendar days",
    ("business", "day"): "business days",
    ("calendar", "week"): "calendar weeks",
    ("calendar", "month"): "calendar months",
    ("calendar", "year"): "calendar years",
}

# About a hundred years in each unit: longer is a slip of the hand, and would leave the calendar.
_MOST: dict[Unit, int] = {
    "minutes": 999_999,
    "hours": 876_600,
    "calendar days": 36_525,
    "business days": 26_000,
    "calendar weeks": 5_218,
    "calendar months": 1_200,
    "calendar years": 100,
}
_MOST_DIGITS = 6

_DAYS = "say `calendar days` or `business days`"
_ADVICE = {
    "day": _DAYS,
    "d": _DAYS,
    "week": "say `calendar weeks`",
    "w": "say `calendar weeks`",
    "month": "say `calendar months`",
    "mo": "say `calendar months`",
    "year": "say `calendar years`",
    "y": "say `calendar years`",
    "working": "say `business days`",
    "work": "say `business days`",
    "workday": "say `business days`",
    "weekday": "say `business days`",
    "court": "say `business days of` and the name of the calendar",
    "h": "say `hours`",
    "hr": "say `hours`",
    "m": "say `minutes` or `calendar months`",
    "min": "say `minutes`",
    "second": "the smallest unit is `minutes`",
    "sec": "the smallest unit is `minutes`",
    "s": "the smallest unit is `minutes`",
    "business hour": "`hours` count day and night; say `hours` or `business days`",
    "business week": "only days can be business days; say `business days` or `calendar weeks`",
    "calendar hour": "say `hours`",
    "calendar minute": "say `minutes`",
}
_EXAMPLES = "write a number and a unit, such as `6 hours` or `2 business days`"
_UNIT_LIST = (
    "the units are `minutes`, `hours`, `calendar days`, `business days`, `calendar weeks`, "
    "`calendar months` and `calendar years`"
)

_TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9][A-Za-z0-9_.:]*|[^\s]")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_NO_SPACE = re.compile(
    r"([0-9]+)(?:m|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|mo|months?|y|yrs?|years?)\Z"
)
_HOW_LONG = (
    "write how long, such as `8 hours`; `1 business day` lasts until the end of the next open day"
)
_UNTIL_WHEN = ("before", "by", "end", "next", "till", "today", "tomorrow", "tonight", "until")
_FIGURES = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_HOW_OFTEN: Mapping[str, str] = {
    "hour": "1 hour",
    "hourly": "1 hour",
    "day": "1 calendar day",
    "daily": "1 calendar day",
    "week": "1 calendar week",
    "weekly": "1 calendar week",
    "month": "1 calendar month",
    "monthly": "1 calendar month",
    "quarterly": "3 calendar months",
    "year": "1 calendar year",
    "yearly": "1 calendar year",
}
"""Words that say how often, and the length of time that they mean most of the time."""
_TIME_OF_DAY = re.compile(r"[0-9]{1,2}(?::[0-9]{2}(?:am|pm)?|am|pm)")
_LONGEST_NAME = 80


class LimitSyntaxError(ValueError):
    """A text about time that cannot be read: what is wrong, where, and what to write instead.

    Units: `offset` counts from 0 into the text, `length` is at least 1. For a text that came
    as a list, `item` is the entry (from 0) that the offset points into.
    """

    def __init__(
        self, message: str, help: str, *, offset: int = 0, length: int = 1, item: int = 0
    ) -> None:
        self.message = message
        self.help = help
        self.offset = offset
        self.length = max(1, length)
        self.item = item
        super().__init__(f"{message}; {help}" if help else message)


class Duration(Record):
    """A length of time in one unit; `str` prints the text that reads back as the same value.

    `calendar` names the calendar that business days are counted on; None is the protocol's
    own.
    """

    amount: int
    unit: Unit
    calendar: str | None = None

    def __str__(self) -> str:
        unit = self.unit.removesuffix("s") if self.amount == 1 else self.unit
        return f"{self.amount} {unit}" + (f" of {self.calendar}" if self.calendar else "")

    @property
    def is_elapsed(self) -> bool:
        """True for minutes and hours, which count real time; the other units count days."""
        return self.unit in ("minutes", "hours")


def near(name: str, names: Iterable[str], otherwise: str = "") -> str:
    """Help for a name that does not exist: the closest one that does, else `otherwise`."""
    # Comparing is quadratic in the length, so a name that nobody typed by hand gets no guess.
    close = nearest(name, names) if len(name) <= _LONGEST_NAME else ""
    return f"did you mean `{close}`?" if close else otherwise


class Scanner:
    """Reads a text word by word and knows where each word stands.

    Raises: LimitSyntaxError: from every method whose word is not there.
    """

    def __init__(self, text: str, token: re.Pattern[str] = _TOKEN) -> None:
        self.text = text
        self._found = [(match.group(), match.start()) for match in token.finditer(text)]
        self._at = 0

    def peek(self, ahead: int = 0) -> str:
        """The word that comes next, or `ahead` words later; "" at the end."""
        place = self._at + ahead
        return self._found[place][0] if place < len(self._found) else ""

    def sees(self, *words: str) -> bool:
        """Do exactly these words come next?"""
        return all(self.peek(ahead) == word for ahead, word in enumerate(words))

    def accept(self, *words: str) -> bool:
        """Step over these words if they come next."""
        if not self.sees(*words):
            return False
        self._at += len(words)
        return True

    def take(self) -> str:
        """The next word, stepped over."""
        word = self.peek()
        self._at += 1
        return word

    def error(self, message: str, help: str, words: int = 1) -> LimitSyntaxError:
        """An error that points at the next `words` words, or just behind the text."""
        stretch = self._found[self._at : self._at + words]
        if not stretch:
            return LimitSyntaxError(message, help, offset=len(self.text))
        start = stretch[0][1]
        last, last_start = stretch[-1]
        return LimitSyntaxError(message, help, offset=start, length=last_start + len(last) - start)

    def name(self, what: str) -> str:
        """The next word, which must be a name; `what` says of what, for the message."""
        word = self.peek()
        if not word:
            raise self.error(f"the name of {what} is missing", f"add the name of {what}")
        if not _NAME.match(word):
            raise self.error(f"`{_short(word)}` is not a name", "names use letters, digits and `_`")
        return self.take()

    def end(self, help: str) -> None:
        """Nothing may follow."""
        if self.peek():
            raise self.error(f"`{_short(self.peek())}` does not belong here", help)

    def duration(self, spans: Mapping[str, Duration], used: list[str]) -> Duration:
        """A span, or the name of one in `spans`; names that were used are added to `used`."""
        word = self.peek()
        if word[:1].isdigit():
            return self._counted()
        if not _NAME.match(word):
            raise self.error("a length of time is missing", _EXAMPLES)
        if word not in spans:
            raise self._no_length(word, spans)
        used.append(self.take())
        return spans[word]

    def _no_length(self, word: str, spans: Mapping[str, Duration]) -> LimitSyntaxError:
        """A word that names no length of time."""
        if word in _HOW_OFTEN:
            said, help = (
                f"`{word}` does not say how many",
                f"write for example `{_HOW_OFTEN[word]}`",
            )
        elif word in _FIGURES:
            said, help = f"`{word}` is a number in letters", f"write `{_FIGURES.index(word) + 1}`"
        elif word in _UNTIL_WHEN:
            said, help = f"`{word}` tells until when, and this asks how long", _HOW_LONG
        else:
            said = f"`{_short(word)}` is not a length of time and not a parameter"
            help = near(word, spans, _EXAMPLES)
        return self.error(said, help)

    def _counted(self) -> Duration:
        number = self.peek()
        if _TIME_OF_DAY.fullmatch(number):
            raise self.error(
                f"`{_short(number)}` is a time of day, and this asks how long",
                _HOW_LONG,
            )
        if glued := _NO_SPACE.match(number):
            raise self.error(
                f"`{_short(number)}` has no space between the number and the unit",
                f"write the unit in full, such as `{glued[1]} hours` or `{glued[1]} business days`",
            )
        if not (number.isascii() and number.isdigit()):
            raise self.error(
                f"`{_short(number)}` is not a whole number",
                "write a whole number, a space and a unit, such as `24 hours`",
            )
        if len(number) > _MOST_DIGITS:
            raise self.error("the number is too long", "use a larger unit")
        amount = int(number)
        if amount == 0:
            raise self.error(
                "a span of 0 is no time at all",
                "give a number from 1; for the same day say `at once, within 8 hours`, or "
                "`at once, within 1 business day`, which is the end of the next open day",
            )
        start = self._at
        self._at += 1
        unit = self._unit()
        if amount > _MOST[unit]:
            self._at = start
            raise self.error(f"{amount} {unit} is longer than 100 years", "check the number")
        if not self.sees("of"):
            return Duration(amount=amount, unit=unit)
        if unit != "business days":
            raise self.error(
                f"{unit} are not counted on a calendar", "only `business days` take `of`"
            )
        self.take()
        return Duration(amount=amount, unit=unit, calendar=self.name("a calendar"))

    def _unit(self) -> Unit:
        first = self.peek()
        words = [first.removesuffix("s")]
        if first in ("calendar", "business"):
            words = [first, self.peek(1).removesuffix("s")]
        if unit := _UNITS.get(tuple(words)):
            self._at += len(words)
            return unit
        if not first:
            raise self.error("the unit is missing", _UNIT_LIST)
        if first in ("to", "-", "or"):
            raise self.error(
                "a limit is one length of time",
                "write the longest that may pass, such as `4 hours`",
            )
        shown = _short(" ".join(self.peek(ahead) for ahead in range(len(words))).strip())
        advice = _ADVICE.get(" ".join(words).lower(), _UNIT_LIST)
        if first != first.lower():
            advice = "use small letters"
        raise self.error(f"`{shown}` is not a unit", advice, words=len(words))


def parse_duration(text: str, spans: Mapping[str, Duration] = EMPTY) -> Duration:
    """The span that a text says, or that the parameter it names stands for.

    Raises: LimitSyntaxError: the text is neither.
    """
    scanner = Scanner(text)
    duration = scanner.duration(spans, [])
    scanner.end("a span is a number and a unit, nothing more")
    return duration


def _short(word: str) -> str:
    return word if len(word) <= 40 else word[:40] + "…"
