"""Answers about cases in words and as JSON. Imports the answers' records."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from protocolkit.cli.times import Times
from protocolkit.conditions.text import str_of
from protocolkit.ground.findings import Reason
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.answers import (
    Left,
    Owed,
    Planned,
    Proposed,
    Standing,
    Undecided,
    Way,
    form,
)
from protocolkit.semantics.answers.form import VERSION
from protocolkit.semantics.changes import FactValue

if TYPE_CHECKING:
    from protocolkit.cli.case.desk import Desk


def as_json(**content: Any) -> str:
    """One JSON object, only ASCII, so that no console can spoil it."""
    return json.dumps({"version": VERSION, **form.to_json(content)}, indent=2) + "\n"


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
        always = [member.role for member in declared.required if member.if_ is None]
        needed = quorum.all_of if quorum else always
        missing = [
            self.role(name)
            for name in needed
            if there.isdisjoint((name, *declared.counting.get(name, ())))
        ]
        if missing:
            yield f"{and_(missing)} {'was' if len(missing) == 1 else 'were'} missing"
        for member in () if quorum else declared.required:
            if member.if_ is not None and member.role not in there:
                yield f"{self.role(member.role)} must come if {str_of(member.if_)}"
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
            if one.item and not whole:
                who += f" for {self.role(one.item)}"
            if one.vacant:
                who += " (vacant: nobody is named yet)"
            yield self.line(f"{name}: {who}, {self.when(one)}", 2)
            if not whole:
                continue
            if one.title.lower() != one.follow_up.replace("_", " "):
                yield self.line(one.title, 6)
            if one.missing and (one.done or len(one.missing) > 1):
                yield self.line(f"still missing: {and_(map(self.role, one.missing))}", 6)
            if one.done_by:
                yield self.line(f"done by: {and_((f'`{act}`' for act in one.done_by), 'or')}", 6)
            for text in one.otherwise:
                yield self.line(f"if not: {text}", 6)

    def undecided(self, one: Undecided, depth: int = 0, before: str = "") -> Iterator[str]:
        """A follow-up that waits for a fact: which one, and who can record it."""
        unknown = and_(one.needs) if one.needs else "a fact"
        are = "are" if len(one.needs) > 1 else "is"
        said = f"not decided yet, because {unknown} {are} unknown: {one.follow_up}"
        yield self.line(f"{before}{said}", depth)
        if one.supplied_by:
            names = and_(map(self.role, one.supplied_by), "or")
            yield self.line(f"who can record it: {names}", depth + 4)

    def when(self, one: Owed) -> str:
        """The limit of a follow-up."""
        if one.due is None:
            return f"at once, {one.due_text}" if one.aim is not None else one.due_text
        if one.status == "overdue":
            return f"LATE since {self.times.until(one.due)}"
        now = "at once, " if one.aim is not None and one.aim <= one.opened_at else ""
        last = f", at most {self.times.until(one.outer)}" if one.outer is not None else ""
        return f"{now}by {self.times.until(one.due)}{last}"

    def proposed(self, one: Proposed) -> Iterator[str]:
        """What waits for sign-offs: who signed, and who must still."""
        what = f"{one.what}" if one.kind == "act" else f"to {one.kind} {one.what}"
        signed = [
            f"{person} ({self.role(role)})" if role else f"{person} (proposed it)"
            for person, role in one.signed.items()
        ]
        missing = and_(map(self.role, one.missing)) if one.missing else "whoever may do it"
        yield self.line(f"waits for sign-offs: {what}, signed by {and_(signed)}", 2)
        yield self.line(f"still missing: {missing}", 6)

    # -- what is left ------------------------------------------------------------------

    def left(self, left: Left) -> Iterator[str]:
        """What must be done until a case can be closed."""
        for way in left.ways:
            yield from self._way(way)
        for one in left.holding:
            who = f" ({one.who})" if one.who else ""
            yield self.line(f"still owed: {one.instance}{who}, {self.when(one)}", 2)

    def _way(self, way: Way) -> Iterator[str]:
        if way.ended or not way.waited_for:
            return
        said = "" if way.strand == "case" else f"{way.strand}: "
        if not way.acts:
            yield self.line(f"{said}no act leads from {way.state} to an end", 2)
        for act in way.acts:
            who = f" by {act.who}" if act.who else ""
            if act.agreed_by:
                who += f", agreed by {and_(map(self.role, act.agreed_by))}"
            yield self.line(f"{said}{act.trigger}{who}: {act.before} -> {act.after}", 2)
            for need in act.needs:
                yield self.line(f"{need.name}: {need.message}", 6)
                yield from self._expected(need, 10)

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
            yield from self._expected(one, 6)
            if one.path:
                yield self.line(f"rule: {self.where(one.path)}", 6)
            if one.source:
                yield self.line(f"source: {one.source}", 6)

    def _expected(self, one: Reason, depth: int) -> Iterator[str]:
        """By when it may change, and what follows otherwise."""
        yield from self.expected(one.by_when, one.by_when_is, one.otherwise, depth)

    def expected(
        self, by_when: datetime | None, what: str, otherwise: Iterable[str], depth: int
    ) -> Iterator[str]:
        """An instant with what it is, and what follows otherwise."""
        if by_when is not None:
            yield self.line(f"by when: {self.times.until(by_when)}: {what}", depth)
        elif what:
            yield self.line(f"by when: nobody knows; {what}", depth)
        for text in otherwise:
            yield self.line(f"if not: {text}", depth)

    def where(self, path: tuple[str | int, ...]) -> str:
        """Where a rule stands: in the file if that was given, and in the protocol."""
        place = self.desk.place(self.protocol, path)
        name = ".".join(str(part) for part in path)
        if place is None:
            return name
        return f"{place.file}:{place.start.line}:{place.start.column} ({name})"

    def reasons_json(self, reasons: Iterable[Reason]) -> list[dict[str, Any]]:
        """Reasons as JSON values."""
        return [
            form.reason_to_json(one.replace(place=self.desk.place(self.protocol, one.path)))
            for one in reasons
        ]
