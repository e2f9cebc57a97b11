"""Answers about cases in words and as JSON. Imports the answers' records."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from protocolkit.cli.case.desk import Desk
from protocolkit.cli.times import Times
from protocolkit.ground.findings import Reason
from protocolkit.ground.record import Record
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.answers import Owed, Planned, Standing
from protocolkit.semantics.changes import FactValue, instant_text

VERSION = 1
"""Counts changes of the JSON shape that could break a reader."""


def as_json(**content: Any) -> str:
    """One JSON object, only ASCII, so that no console can spoil it."""
    return json.dumps({"version": VERSION, **plain(content)}, indent=2) + "\n"


def plain(value: Any) -> Any:
    """A value as JSON values: instants in UTC, sets sorted."""
    if isinstance(value, Record):
        return {name: plain(getattr(value, name)) for name in value._fields}
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def in_words(value: FactValue) -> str:
    """The value of a fact."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "nobody"
    return str(value)


def indented(text: str, depth: int, width: int) -> str:
    """A paragraph with its first line at a depth and the others two further in."""
    return textwrap.fill(
        text,
        width,
        initial_indent=" " * depth,
        subsequent_indent=" " * (depth + 4),
        break_on_hyphens=False,
        break_long_words=False,
    )


def and_(names: Iterable[str], last: str = "and") -> str:
    """Names as a person lists them."""
    *first, end = list(names) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


class Telling:
    """Puts what is asked about one protocol's cases into words."""

    def __init__(self, desk: Desk, protocol: Protocol, times: Times) -> None:
        self.desk = desk
        self.protocol = protocol
        self.times = times
        self.width = desk.screen.width

    def line(self, text: str, depth: int = 0) -> str:
        """A line, folded to the width of the terminal."""
        return indented(text, depth, self.width)

    def role(self, name: str) -> str:
        """The name of a role as people read it."""
        found = self.protocol.roles.get(name)
        return found.name if found else name

    def states(self, standing: Standing) -> str:
        """Where a case stands, in each strand."""
        shown = []
        for strand, name in standing.states.items():
            title = self.protocol.strands[strand].states[name].name
            state = name if title.lower() == name.replace("_", " ") else f"{name} ({title})"
            shown.append(state if strand == "case" else f"{strand}: {state}")
        return "; ".join(shown)

    def meeting(self, meeting: Planned) -> Iterator[str]:
        """A meeting: its id, what it is, how it stands, when it is or was to be.

        A second line says what an adjourned one lacked.
        """
        status = meeting.status.replace("_", " ")
        if meeting.status != "set":
            status += ", was set"
        title = self.protocol.meetings[meeting.name].name
        when = self.times.show(meeting.planned_at)
        yield self.line(f"meeting {meeting.id}: {title}, {status} for {when}", 2)
        if meeting.status == "adjourned":
            yield self.line(f"no quorum: {'; '.join(self._lacking(meeting))}", 6)

    def _lacking(self, meeting: Planned) -> Iterator[str]:
        """What a quorum takes, as far as those who were there may not have made it."""
        declared = self.protocol.meetings[meeting.name]
        quorum, there = declared.quorum, set(meeting.attended.values())
        needed = quorum.all_of if quorum else declared.required
        missing = [
            self.role(name)
            for name in needed
            if there.isdisjoint((name, *declared.counting.get(name, ())))
        ]
        if missing:
            yield f"{and_(missing)} {'was' if len(missing) == 1 else 'were'} missing"
        if quorum is None:
            return
        if quorum.at_least is not None:
            unit = quorum.of if quorum.at_least > 1 else quorum.of.removesuffix("s")
            persons = len(meeting.attended)
            were = "1 person was" if persons == 1 else f"{persons} persons were"
            yield f"it takes at least {quorum.at_least} {unit}, and {were} there"
        if declared.counts_if is not None:
            yield "only those count for whom its `counts_if` is true"

    # -- what is owed ------------------------------------------------------------------

    def owed(self, items: Iterable[Owed], *, whole: bool) -> Iterator[str]:
        """A line for each open follow-up; `whole`: with what it is and what otherwise."""
        items = list(items)
        names = [one.follow_up for one in items]
        for one in items:
            name = one.instance if names.count(one.follow_up) > 1 else one.follow_up
            to = f" to {self.role(one.owed_to)}" if one.owed_to else ""
            weight = "" if one.strength == "must" else f" ({one.strength})"
            who = f"{one.who}{weight} owes it{to}" if whole else f"{one.who}{weight}"
            yield self.line(f"{name}: {who}, {self.when(one)}", 2)
            if not whole:
                continue
            if one.title.lower() != one.follow_up.replace("_", " "):
                yield self.line(one.title, 6)
            if one.done_by:
                yield self.line(f"done by: {and_((f'`{act}`' for act in one.done_by), 'or')}", 6)
            for text in one.otherwise:
                yield self.line(f"if not: {text}", 6)

    def when(self, one: Owed) -> str:
        """The limit of a follow-up."""
        if one.due is None:
            return one.due_text
        if one.status == "overdue":
            return f"LATE since {self.times.until(one.due)}"
        now = "at once, " if one.aim is not None and one.aim <= one.opened_at else ""
        last = f", at most {self.times.until(one.outer)}" if one.outer is not None else ""
        return f"{now}by {self.times.until(one.due)}{last}"

    # -- refusals ----------------------------------------------------------------------

    def reasons(self, reasons: Iterable[Reason]) -> Iterator[str]:
        """Each reason with what helps, who can, the rule's place and its source."""
        for one in reasons:
            yield self.line(f"{one.name}: {one.message}", 2)
            if one.help:
                yield self.line(f"help: {one.help}", 6)
            if one.supplied_by:
                label = "who may" if one.needs == "role" else "who can help"
                names = and_((self.role(role) for role in one.supplied_by), "or")
                yield self.line(f"{label}: {names}", 6)
            if one.path:
                yield self.line(f"rule: {self.where(one.path)}", 6)
            if one.source:
                yield self.line(f"source: {one.source}", 6)

    def where(self, path: tuple[str | int, ...]) -> str:
        """Where a rule stands: in the file if that was given, and in the protocol."""
        place = self.desk.place(self.protocol, path)
        name = ".".join(str(part) for part in path)
        if place is None:
            return name
        return f"{place.file}:{place.start.line}:{place.start.column} ({name})"

    def reasons_json(self, reasons: Iterable[Reason]) -> list[dict[str, Any]]:
        """Reasons as JSON values."""
        found = []
        for one in reasons:
            place = self.desk.place(self.protocol, one.path) if one.path else None
            found.append(
                {
                    "name": one.name,
                    "message": one.message,
                    "help": one.help,
                    "path": list(one.path),
                    "file": place.file if place else None,
                    "line": place.start.line if place else None,
                    "column": place.start.column if place else None,
                    "source": one.source,
                    "needs": one.needs,
                    "supplied_by": list(one.supplied_by),
                }
            )
        return found
