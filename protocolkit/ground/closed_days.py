"""Days that are closed, by rule: `fixed 12-25, observed`, `last monday of may`, `easter -2`.

Values and their text. Which days of a year a whole calendar is closed on, days observed
included, is `calendars`' business. Imports `record` and the scanner of `spans`.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from protocolkit.ground.record import Record
from protocolkit.ground.spans import LimitSyntaxError, Scanner, near

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "last")

CALENDAR_TOKEN = re.compile(r"[^\s,]+|,")
_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"[0-9]{4}")
_EASTER_OFFSET = re.compile(r"[+-]?[0-9]{1,2}")


_CLOSED_SHAPE = (
    "write `fixed 12-25`, `fixed 12-25, observed`, `easter -2`, `last monday of may` "
    "(`first` to `fifth`, or `last`) or `2025-04-18`"
)


class ClosedRule(Record):
    """A day that is closed in every year, or in the years from `first_year` to `last_year`.

    `str` prints the text that reads back as the same rule.
    """

    first_year: int | None = None
    last_year: int | None = None

    def day_in(self, year: int) -> date | None:
        """The day itself in a year, before any shift; None if that year has none."""
        if self.first_year is not None and year < self.first_year:
            return None
        if self.last_year is not None and year > self.last_year:
            return None
        return self._day_in(year)

    def __str__(self) -> str:
        text = self._words()
        if self.first_year is not None:
            text += f" from {self.first_year:04}"
        if self.last_year is not None:
            text += f" until {self.last_year:04}"
        return text

    @abstractmethod
    def _day_in(self, year: int) -> date | None:
        """The day in a year, whether or not the rule holds in that year."""

    @abstractmethod
    def _words(self) -> str:
        """The rule without its years."""


class Fixed(ClosedRule):
    """The same day every year.

    On a weekend, `observed` closes the Friday before a Saturday or the Monday after a Sunday
    as well; `observed forward` the next weekday that is not closed already.
    """

    month: int
    day: int
    observed: Literal["", "observed", "observed forward"] = ""

    def __str__(self) -> str:
        return super().__str__() + (f", {self.observed}" if self.observed else "")

    def _day_in(self, year: int) -> date | None:
        if (self.month, self.day) == (2, 29) and not _is_leap(year):
            return None
        return date(year, self.month, self.day)

    def _words(self) -> str:
        return f"fixed {self.month:02}-{self.day:02}"


class Easter(ClosedRule):
    """A number of days after (before, if negative) Easter Sunday of the western churches."""

    offset: int = 0

    def _day_in(self, year: int) -> date | None:
        return _easter_sunday(year) + timedelta(days=self.offset)

    def _words(self) -> str:
        return f"easter {self.offset:+}" if self.offset else "easter"


class WeekdayOfMonth(ClosedRule):
    """The first, second, ... or last of a weekday in a month. `nth` 0 is the last."""

    nth: int
    weekday: int
    month: int

    def _day_in(self, year: int) -> date | None:
        first = date(year, self.month, 1)
        day = first + timedelta(days=(self.weekday - first.weekday()) % 7)
        day += timedelta(weeks=(self.nth or 5) - 1)
        if day.month != self.month:
            return None if self.nth else day - timedelta(weeks=1)
        return day

    def _words(self) -> str:
        nth, weekday = _ORDINALS[self.nth - 1], WEEKDAYS[self.weekday]
        return f"{nth} {weekday} of {_MONTHS[self.month - 1]}"


class OneDay(ClosedRule):
    """One day of one year: a day of mourning, a storm day."""

    on: date

    def _day_in(self, year: int) -> date | None:
        return self.on if self.on.year == year else None

    def _words(self) -> str:
        return self.on.isoformat()


def parse_closed(text: str) -> ClosedRule:
    """The rule that a text says.

    Raises: LimitSyntaxError: the text is none of the forms, or names a day that never is.
    """
    scanner = Scanner(text, CALENDAR_TOKEN)
    rule = _read_closed(scanner)
    while scanner.peek():
        comma = scanner.accept(",")
        if scanner.accept("from"):
            rule = rule.replace(first_year=_read_year(scanner))
        elif scanner.accept("until"):
            rule = rule.replace(last_year=_read_year(scanner))
        elif scanner.sees("observed"):
            if not isinstance(rule, Fixed):
                raise scanner.error(
                    "only a `fixed` day is moved off a weekend", "leave out `observed`"
                )
            scanner.take()
            forward = scanner.accept("forward")
            rule = rule.replace(observed="observed forward" if forward else "observed")
        elif comma and not scanner.peek():
            raise scanner.error("nothing stands after the comma", "leave out the comma")
        else:
            scanner.end("after the day: `observed`, `from 2021` or `until 2030`")
    if rule.first_year and rule.last_year and rule.first_year > rule.last_year:
        raise LimitSyntaxError(
            f"the rule ends in {rule.last_year}, before it starts in {rule.first_year}",
            "swap the two years",
            length=len(text),
        )
    return rule


def _read_closed(scanner: Scanner) -> ClosedRule:
    word = scanner.peek()
    if scanner.accept("fixed"):
        return _read_fixed(scanner)
    if scanner.accept("easter"):
        offset = scanner.peek()
        if offset in ("", ",", "from", "until", "observed"):
            return Easter()
        if not _EASTER_OFFSET.fullmatch(offset):
            raise scanner.error(
                f"`{offset}` is not a number of days from Easter",
                "write `easter -2` for Good Friday, `easter +1` for Easter Monday",
            )
        scanner.take()
        return Easter(offset=int(offset))
    if word in _ORDINALS:
        return _read_weekday_of_month(scanner)
    if _DATE.fullmatch(word):
        try:
            on = date.fromisoformat(word)
        except ValueError:
            raise scanner.error(f"there is no day `{word}`", "check year, month and day") from None
        scanner.take()
        return OneDay(on=on)
    what = f"`{word}` does not start a rule for a closed day" if word else "the day is missing"
    raise scanner.error(what, near(word, ("fixed", "easter", *_ORDINALS), _CLOSED_SHAPE))


def _read_fixed(scanner: Scanner) -> Fixed:
    word = scanner.peek()
    found = _MONTH_DAY.fullmatch(word)
    if not found:
        raise scanner.error(
            f"`{word}` is not a month and a day" if word else "the month and the day are missing",
            "write month-day with two digits each, such as `fixed 12-25`",
        )
    month, day = map(int, found.groups())
    try:
        date(2024, month, day)  # a leap year, so that 02-29 is a day
    except ValueError:
        raise scanner.error(f"there is no day `{word}`", "the month comes first") from None
    scanner.take()
    return Fixed(month=month, day=day)


def _read_weekday_of_month(scanner: Scanner) -> WeekdayOfMonth:
    nth = (_ORDINALS.index(scanner.take()) + 1) % len(_ORDINALS)
    weekday = _choice(scanner, WEEKDAYS, "a day of the week")
    if not scanner.accept("of"):
        raise scanner.error("`of` is missing", "write it like `last monday of may`")
    month = _choice(scanner, _MONTHS, "a month")
    return WeekdayOfMonth(nth=nth, weekday=weekday, month=month + 1)


def _choice(scanner: Scanner, names: Sequence[str], what: str) -> int:
    word = scanner.peek()
    if word not in names:
        raise scanner.error(
            f"`{word}` is not {what}" if word else f"{what} is missing",
            near(word.lower(), names, "write it like `last monday of may`"),
        )
    return names.index(scanner.take())


def _read_year(scanner: Scanner) -> int:
    word = scanner.peek()
    if not _YEAR.fullmatch(word) or word == "0000":
        raise scanner.error(
            f"`{word}` is not a year" if word else "the year is missing",
            "write four digits, such as `from 2021`",
        )
    return int(scanner.take())


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@lru_cache(maxsize=1024)
def _easter_sunday(year: int) -> date:
    """Source: J.-M. Oudin 1940, in Explanatory Supplement to the Astronomical Almanac, 1992."""
    golden, century = year % 19, year // 100
    skipped = century - century // 4 - (8 * century + 13) // 25
    moon = (19 * golden + skipped + 15) % 30
    moon -= moon // 28 * (1 - 29 // (moon + 1) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    from_march = moon - weekday
    month = 3 + (from_march + 40) // 44
    return date(year, month, from_march + 28 - 31 * (month // 4))
