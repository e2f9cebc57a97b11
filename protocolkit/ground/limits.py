"""Limits: text, value, and the instants they come to.

A limit has up to three instants: the *aim* (never late), the *due* instant (overdue after
it) and the *outer* one (a second breach after it). Spans and their text come from `spans`,
counting from `reckoning`; both are handed on here, so that a user of limits needs one
import. Imports no model: an anchor is a name that somebody else resolves.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Literal

from protocolkit.ground.calendars import Calendar
from protocolkit.ground.reckoning import (
    Moment,
    add,
    bounds,
    go_on,
    left_of,
    longest_from,
    shorter_for_every_start,
    subtract,
)
from protocolkit.ground.record import EMPTY, Record
from protocolkit.ground.spans import Duration, LimitSyntaxError, Scanner, Unit, parse_duration

__all__ = [
    "Due",
    "Duration",
    "Limit",
    "LimitSyntaxError",
    "Moment",
    "OccurrenceRef",
    "Unit",
    "add",
    "bounds",
    "due",
    "go_on",
    "is_late",
    "left_of",
    "longest_from",
    "parse_duration",
    "parse_limit",
    "parse_occurrence",
    "shorter_for_every_start",
    "subtract",
]

_SHAPE = "write `within 6 hours`, `at once, within 2 hours, at most 12 hours` or `unspecified`"
_OCCURRENCE = "write a name, `hearing.set`, `first(report)` or `last(report, referral)`"


class OccurrenceRef(Record):
    """Which occurrence a limit counts from.

    `event` is "" when the thing itself happens, else what happens to it (`set`, `met`, ...).
    `pick` is `opening` for a bare name: the occurrence that opened the follow-up if it is one
    of these, else the last one before it. Several may be meant, as in `first(report, referral)`:
    then `others` are those beside the first that is named, each a bare name.
    """

    name: str
    event: str = ""
    pick: Literal["opening", "first", "last"] = "opening"
    others: tuple[OccurrenceRef, ...] = ()

    def __str__(self) -> str:
        what = f"{self.name}.{self.event}" if self.event else self.name
        what = ", ".join((what, *map(str, self.others)))
        return what if self.pick == "opening" else f"{self.pick}({what})"

    @property
    def each(self) -> tuple[OccurrenceRef, ...]:
        """Every occurrence that is named, each by itself as a bare name."""
        return (_bare(self.name, self.event), *self.others)


@lru_cache(maxsize=4096)
def _bare(name: str, event: str) -> OccurrenceRef:
    """An occurrence by its bare name: asked for so often that it is made once."""
    return OccurrenceRef(name=name, event=event)


class Limit(Record):
    """When something is due. `str` prints text that reads back as the same limit.

    `anchor` None is the opening occurrence. `after_last` is for recurrences: each period
    counts from when the one before was met. `unspecified`: the source does not say from when on
    it is late; with `at_once` it says only what to aim for. `parameters` names the parameters
    whose spans were put in; the printed text shows the spans themselves.
    """

    at_once: bool = False
    within: Duration | None = None
    direction: Literal["after", "before"] = "after"
    anchor: OccurrenceRef | None = None
    after_last: bool = False
    at_most: Duration | None = None
    unspecified: bool = False
    parameters: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.unspecified and not self.at_once:
            return "unspecified"
        parts: list[str] = []
        if self.within:
            plain = self.direction == "before" or self.after_last
            parts.append(str(self.within) if plain else f"within {self.within}")
        elif self.at_once:
            parts.append("at once")
        if self.at_most:
            parts.append(f"at most {self.at_most}")
        if self.unspecified:
            parts.append("unspecified")
        if self.after_last:
            parts[0] += " after the last"
        elif self.anchor:
            parts[0] += f" {self.direction} {self.anchor}"
        if self.within and self.at_once:
            parts.insert(0, "at once")
        return ", ".join(parts)


class Due(Record):
    """The instants of one limit, aware UTC; None where the limit says nothing.

    `end_of_day` tells that `due` is 24:00 of a local day, so that the next count starts on
    that day (see `Moment`).
    """

    aim: datetime | None = None
    due: datetime | None = None
    outer: datetime | None = None
    end_of_day: bool = False


def parse_occurrence(text: str) -> OccurrenceRef:
    """The occurrence that a text names; in brackets it may be one of several.

    Raises: LimitSyntaxError: the text is not a name, `name.event`, `first(...)`, `last(...)`.
    """
    scanner = Scanner(text)
    occurrence = _occurrence(scanner)
    scanner.end(_OCCURRENCE)
    return occurrence


def parse_limit(text: str, spans: Mapping[str, Duration] = EMPTY) -> Limit:
    """The limit that a text says; a name in place of a span is looked up in `spans`.

    `[at once,] [[within] SPAN] [after|before OCCURRENCE] [, at most SPAN]`, or
    `[at once [after OCCURRENCE],] unspecified`. The occurrence may stand behind any part, once.

    Raises: LimitSyntaxError: the text is no limit, or names a parameter that is not there.
    """
    return _LimitReader(text, spans).limit()


def due(
    limit: Limit,
    anchor: Moment,
    zone: str,
    calendar: Calendar | None,
    outer_calendar: Calendar | None = None,
) -> Due:
    """The instants of a limit that counts from `anchor`.

    Units: business days are counted on `calendar`, those of `at most` on `outer_calendar` if
    it is given. With `before`, both spans count back from the anchor.
    """
    count = subtract if limit.direction == "before" else add
    inner = count(anchor, limit.within, zone, calendar) if limit.within else None
    outer = (
        count(anchor, limit.at_most, zone, outer_calendar or calendar) if limit.at_most else None
    )
    main = inner or outer
    return Due(
        aim=anchor.at if limit.at_once else None,
        due=main.at if main else None,
        outer=outer.at if outer else None,
        end_of_day=main.end_of_day if main else False,
    )


def is_late(at: datetime, due: datetime | None) -> bool:
    """Later than the due instant by any amount; exactly on it is on time."""
    return due is not None and at > due


class _LimitReader:
    def __init__(self, text: str, spans: Mapping[str, Duration]) -> None:
        self.scanner = Scanner(text)
        self.spans = spans
        self.used: list[str] = []
        self.at_once = False
        self.anchor: OccurrenceRef | None = None
        self.after_last = False
        self.direction: Literal["after", "before"] = "after"

    def limit(self) -> Limit:
        scanner = self.scanner
        if not scanner.peek():
            raise scanner.error("the limit is missing", _SHAPE)
        if scanner.accept("unspecified"):
            scanner.end("`unspecified` stands alone")
            return Limit(unspecified=True)
        within = at_most = None
        more = True
        if scanner.accept("at", "once"):
            self.at_once = True
            more = self.finish_part()
        if more and scanner.accept("unspecified"):
            scanner.end("`unspecified` comes last")
            return self.found(unspecified=True)
        if more and not scanner.sees("at", "most"):
            self.refuse_phrases()
            self.refuse_second_name()
            scanner.accept("within")
            within = scanner.duration(self.spans, self.used)
            more = self.finish_part()
        if more:
            self.refuse_phrases()
            self.refuse_second_name()
            if not scanner.accept("at", "most"):
                raise scanner.error("`at most` is missing after the comma", _SHAPE)
            at_most = scanner.duration(self.spans, self.used)
            self.finish_part()
            scanner.end("`at most` comes last")
        return self.found(within=within, at_most=at_most)

    def found(
        self,
        *,
        within: Duration | None = None,
        at_most: Duration | None = None,
        unspecified: bool = False,
    ) -> Limit:
        """The limit with these parts, and what was said about where it begins."""
        return Limit(
            at_once=self.at_once,
            within=within,
            direction=self.direction,
            anchor=self.anchor,
            after_last=self.after_last,
            at_most=at_most,
            unspecified=unspecified,
            parameters=tuple(dict.fromkeys(self.used)),
        )

    def finish_part(self) -> bool:
        """Reads what may follow a part; tells whether a comma and another part follow."""
        scanner = self.scanner
        word = scanner.peek()
        if word in ("after", "before"):
            if self.anchor or self.after_last:
                raise scanner.error(
                    f"the limit already counts from `{self.anchor or 'the last'}`",
                    "name one occurrence only",
                )
            if word == "before" and self.at_once:
                raise scanner.error(
                    "`at once` and `before` do not go together",
                    "leave out `at once`, or count with `after`",
                )
            scanner.take()
            self.direction = "before" if word == "before" else "after"
            if word == "after" and scanner.accept("the", "last"):
                self.after_last = True
            else:
                self.anchor = _occurrence(scanner)
        if scanner.accept(","):
            return True
        if scanner.sees("within") or scanner.sees("at", "most"):
            raise scanner.error(
                f"a comma is missing before `{scanner.peek()}`", "put a comma between the parts"
            )
        if scanner.peek():
            scanner.end(_SHAPE)
        return False

    def refuse_phrases(self) -> None:
        """Says what to write for ways of speaking that are common and not ours."""
        scanner = self.scanner
        if scanner.sees("at", "least"):
            raise scanner.error(
                "`at least` is not part of a limit",
                "for `at least 5 days before` write `5 calendar days before` and the event",
                words=2,
            )
        if scanner.sees("no", "later", "than") or scanner.sees("not", "later", "than"):
            raise scanner.error(
                f"`{scanner.peek()} later than` is not used here", "say `at most`", 3
            )
        if scanner.peek() in ("immediately", "promptly", "asap"):
            raise scanner.error(f"`{scanner.peek()}` is not used here", "say `at once`")

    def refuse_second_name(self) -> None:
        """`after report, referral` does not say which of the two."""
        word = self.scanner.peek()
        known = word in self.spans or word in ("at", "within", "most")
        if self.anchor and not known and word[:1].isalpha():
            names = f"{self.anchor}, {word}" if self.anchor.pick == "opening" else "..., ..."
            raise self.scanner.error(
                f"`, {word}` does not say which of the two the limit counts from",
                f"write `{self.direction} first({names})` or `{self.direction} last({names})`",
            )


def _occurrence(scanner: Scanner) -> OccurrenceRef:
    pick: Literal["opening", "first", "last"] = "opening"
    if scanner.accept("first", "("):
        pick = "first"
    elif scanner.accept("last", "("):
        pick = "last"
    found = [_named(scanner)]
    while pick != "opening" and scanner.accept(","):
        again = scanner.error(f"`{scanner.peek()}` stands there twice", "name each only once")
        found.append(_named(scanner))
        if found[-1] in found[:-1]:
            raise again
    if pick != "opening" and not scanner.accept(")"):
        raise scanner.error(f"`)` is missing after `{found[-1]}`", _OCCURRENCE)
    return found[0].replace(pick=pick, others=tuple(found[1:]))


def _named(scanner: Scanner) -> OccurrenceRef:
    name = scanner.name("an occurrence")
    event = scanner.name("an event") if scanner.accept(".") else ""
    return OccurrenceRef(name=name, event=event)
