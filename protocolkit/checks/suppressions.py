"""Findings that somebody has accepted, with a reason; and acceptances that accept nothing.

In the file: a comment `# protocolkit: ignore[PK202] reason`, optionally with `until
2027-01-01` in the reason, on a line of the finding or of a key around it. In the protocol:
`not_applicable`, for practice checks. What is not said as it must be hides nothing, and is told.
Imports the text reader, to tell comments from texts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from datetime import date
from itertools import islice
from typing import Any

from protocolkit.checks.catalogue import ALL, ONLY_PROVED, PRACTICE
from protocolkit.checks.families.accepting import BAD_SUPPRESSION, UNUSED_SUPPRESSION
from protocolkit.ground.findings import (
    CheckInfo,
    Edit,
    Finding,
    Fix,
    Path,
    Place,
    Position,
)
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import Record
from protocolkit.language.faults import FAULTS
from protocolkit.language.reading import Reading
from protocolkit.language.text import MAX_FINDINGS, parse
from protocolkit.language.tree import scalars
from protocolkit.language.wording import listed

_HASH = re.compile(r"(?:^|(?<=\s))#")
_MEANT = re.compile(r"#\s*protocolkit\W{0,3}ignore\b", re.IGNORECASE)
_IGNORE = re.compile(r"#\s*protocolkit:\s*ignore\[([^\]]*)\](.*)")
_UNTIL = re.compile(r"\buntil\s+(\d{4}-\d{2}-\d{2})\b")
_FORM = "write `# protocolkit: ignore[PK204] why this is right here`"

_PAGES = {page.code: page for page in ALL}


class Suppression(Record):
    """One comment: where it stands, which codes it accepts, why and until when.

    `column` and `length` are those of the comment, `inside` is from where to where the codes stand
    in it; `gap` is the column behind what stands before it on its line, 1 if nothing does. With a
    `fault` it accepts nothing at all.
    """

    file: str
    line: int
    column: int
    length: int
    inside: tuple[int, int]
    gap: int
    codes: tuple[str, ...] = ()
    reason: str = ""
    until: date | None = None
    fault: str = ""

    def holds(self, today: date | None) -> bool:
        """Whether it says what it must and its last day is not over."""
        return not self.fault and not self.is_over(today)

    @property
    def place(self) -> Place:
        """Where the comment stands."""
        return _stretch(self.file, self.line, self.column, self.column + self.length)

    @property
    def listed(self) -> Place:
        """Where its codes stand."""
        first, last = self.inside
        return _stretch(self.file, self.line, self.column + first, self.column + last)

    @property
    def removal(self) -> Edit:
        """Take it out: with its line if nothing else stands there, else with the gap before it."""
        place = _stretch(self.file, self.line, self.gap, self.column + self.length)
        if self.gap == 1:
            place = place.replace(end=Position(line=self.line + 1, column=1))
        return Edit(place=place, text="")

    def is_over(self, today: date | None) -> bool:
        """Whether its last day is over."""
        return self.until is not None and today is not None and today > self.until


def can_be_accepted(code: str) -> bool:
    """Whether a comment may accept findings with a code: not when the file cannot be trusted
    to mean what it says, when a child's data would leak, or when it is about comments.
    """
    never = ("PK0", "PK1", "PK701", "PK702", "PK703", "PK905", "PK906")
    return code not in FAULTS and not code.startswith(never)


class Acceptances:
    """What a file accepts; it remembers what came of it.

    `judged` are the codes of the checks that run: of the others nobody knows whether there is
    something to accept.
    """

    def __init__(self, reading: Reading, judged: Collection[str], today: date | None) -> None:
        self.reading = reading
        self.judged = judged
        self.today = today
        self.comments = {
            (comment.file, comment.line): comment
            for file, text in reading.texts.items()
            for comment in suppressions(file, text)
        }
        self._used: set[tuple[str, int, str]] = set()
        self._answered: set[Path] = set()

    def mark(self, finding: Finding) -> Finding:
        """The finding, with the reason if it was accepted."""
        marked = finding
        if finding.code.startswith(PRACTICE):
            for depth in range(len(finding.path), -1, -1):
                answer = (*finding.path[:depth], "not_applicable", finding.code)
                if reason := self.reading.places.text(answer).strip():
                    self._answered.add(answer)
                    marked = marked.replace(suppressed=reason, suppressed_by="not_applicable")
                    break
        if finding.place is None or not can_be_accepted(finding.code):
            return marked
        for line in sorted(self._lines(finding, finding.place)):
            comment = self.comments.get(line)
            if comment and finding.code in comment.codes and comment.holds(self.today):
                self._used.add((*line, finding.code))
                if not marked.suppressed:
                    marked = finding.replace(
                        suppressed=comment.reason,
                        suppressed_by="comment",
                        suppressed_until=comment.until,
                    )
        return marked

    def _lines(self, finding: Finding, place: Place) -> set[tuple[str, int]]:
        """The lines of a finding and of the keys around it."""
        if not self.comments:
            return set()
        lines = {(place.file, line) for line in range(place.start.line, place.end.line + 1)}
        for depth in range(1, len(finding.path) + 1):
            if key := self.reading.places.key(finding.path[:depth]):
                lines.add((key.file, key.start.line))
        return lines

    def findings(self, most: int = MAX_FINDINGS) -> Iterator[Finding]:
        """What is wrong with the acceptances of the file itself, when all else is marked: those
        that do not count, and at most so many that are there for nothing. The last one of a kind
        says if not all are listed.
        """
        yield from _at_most(MAX_FINDINGS, self._bad())  # to guess what was meant takes its time
        yield from _at_most(most, self._unused())

    def _own(self) -> Iterator[Suppression]:
        return (one for one in self.comments.values() if one.file == self.reading.file)

    def _answers(self) -> Iterator[tuple[str, Path, Place]]:
        """The codes under `not_applicable`, each with where it stands."""
        for path in self.reading.places.below("not_applicable"):
            place = self.reading.places.key(path)
            if place is not None and place.file == self.reading.file:
                yield str(path[-1]), path, place

    def _bad(self) -> Iterator[Finding]:
        for comment in self._own():
            if comment.fault:
                yield _bad(f"This accepts nothing: {comment.fault}.", comment.place, _FORM)
            elif comment.is_over(self.today):
                yield _bad(
                    f"The last day of this comment, {comment.until}, is over.",
                    comment.place,
                    "look at it again: mend the cause, or give a new day",
                )
            else:
                for code in comment.codes:
                    if problem := _not_in_comment(code):
                        yield _bad(problem[0], comment.listed, problem[1])
        for code, path, place in self._answers():
            if not _is_practice(code):
                yield _bad(
                    f"`{code}` is no check on practice, so it cannot be answered here.",
                    place,
                    "only checks whose code begins with `PK8` can; take the line out",
                    path,
                )
            elif not self.reading.places.text(path).strip():
                yield _bad(f"There is no reason why {code} does not apply.", place, "say why", path)
        yield from _in_texts(self.reading)

    def _unused(self) -> Iterator[Finding]:
        for comment in self._own():
            unused = [
                code
                for code in comment.codes
                if can_be_accepted(code)
                and self._is_idle(code)
                and (comment.file, comment.line, code) not in self._used
            ]
            if unused and comment.holds(self.today):
                yield _finding(
                    UNUSED_SUPPRESSION,
                    f"There is no {' and no '.join(unused)} here to accept.",
                    comment.place,
                    "take the comment out, or move it to the line that it is about",
                    fix=_without(comment, unused),
                )
        for code, path, place in self._answers():
            is_said = _is_practice(code) and self.reading.places.text(path).strip()
            if is_said and self._is_idle(code) and path not in self._answered:
                yield _finding(
                    UNUSED_SUPPRESSION,
                    f"There is no {code} here to answer.",
                    place,
                    "take the line out",
                    path,
                )

    def _is_idle(self, code: str) -> bool:
        """Whether a code that accepts nothing is there for nothing: its check has run, and no
        error can have kept it quiet.
        """
        return self.reading.ok and code in self.judged


def _at_most(most: int, findings: Iterator[Finding]) -> Iterator[Finding]:
    """Some findings; the last one says if there are more."""
    found = list(islice(findings, most))
    if next(findings, None) is not None:
        said = f"{found[-1].message} There are more, which are not listed."
        found[-1] = found[-1].replace(message=said)
    yield from found


def _is_practice(code: str) -> bool:
    return code.startswith(PRACTICE) and code in _PAGES


def _without(comment: Suppression, codes: Collection[str]) -> Fix:
    """Take codes out of a comment, and the comment with the last one."""
    kept = ", ".join(code for code in comment.codes if code not in codes)
    edit = Edit(place=comment.listed, text=kept) if kept else comment.removal
    return Fix(applicability="safe", title=f"take out {listed(codes)}", edits=(edit,))


def suppressions(file: str, text: str) -> Iterator[Suppression]:
    """Every comment of a text that accepts something, or is meant to."""
    for line, column, before, comment in _comments(file, text):
        if not _MEANT.match(comment):
            continue
        found = _IGNORE.match(comment)
        yield Suppression(
            file=file,
            line=line,
            column=column,
            length=len(comment),
            inside=found.span(1) if found else (0, len(comment)),
            gap=len(before.rstrip()) + 1,
            **_said(found),
        )


def _said(found: re.Match[str] | None) -> dict[str, Any]:
    """What a comment says: codes, reason, last day; or what keeps it from counting."""
    if found is None:
        return {"fault": "the codes stand in brackets behind `ignore`"}
    codes = tuple(dict.fromkeys(part.strip() for part in found[1].split(",") if part.strip()))
    reason = found[2].strip(" \t-:,.")
    until, day, fault = _UNTIL.search(reason), None, ""
    if until:
        try:
            day = date.fromisoformat(until[1])
        except ValueError:
            fault = f"there is no day {until[1]}"
    if not re.search(r"\w", _UNTIL.sub("", reason)):
        fault = "it gives no reason"
    if not codes:
        fault = "it names no code"
    return {"codes": codes, "reason": reason, "until": day, "fault": fault}


def _comments(file: str, text: str) -> Iterator[tuple[int, int, str, str]]:
    """The real comments of a text with line, column and what stands before: a `#` inside a text
    is none.
    """
    if not _MEANT.search(text):
        return
    tree, text, _ = parse(text, file)
    if tree is None:
        return
    held = sorted(
        (node.line, node.column, (node.end_line, node.end_column)) for node in scalars(tree)
    )
    starts = [(line, column) for line, column, _ in held]
    for number, line in enumerate(text.split("\n"), 1):
        for found in _HASH.finditer(line):
            at = (number, found.start() + 1)
            before = bisect_right(starts, at) - 1
            if before < 0 or held[before][2] <= at:
                yield number, found.start() + 1, line[: found.start()], line[found.start() :]
                break


def _in_texts(reading: Reading) -> Iterator[Finding]:
    """Acceptances that stand inside a text, where they are a part of what it says."""
    text = reading.texts[reading.file]
    if not _MEANT.search(text):
        return
    tree, _, _ = parse(text, reading.file)
    for node in scalars(tree) if tree is not None else ():
        if _MEANT.search(node.text):
            yield _bad(
                "This stands inside a text, so it accepts nothing.",
                node.place,
                "put it behind the text, with a space before the `#`",
            )


def _not_in_comment(code: str) -> tuple[str, str] | None:
    """What is wrong with a code in a comment, and what to do."""
    page = _PAGES.get(code)
    if page is None:
        named = next((one.code for one in ALL if one.name == code.lower()), "")
        return (
            f"There is no check `{code}`.",
            f"write its code: `{named}`" if named else did_you_mean(code, _PAGES, 3),
        )
    if code in ONLY_PROVED:
        return f"{code} is found by `protocolkit verify`, and nothing hides it.", "take it out"
    if not can_be_accepted(code):
        return f"{code} cannot be accepted in the file.", "mend the cause, and take this out"
    return None


def _bad(message: str, place: Place, help: str, path: Path = ()) -> Finding:
    return _finding(BAD_SUPPRESSION, message, place, help, path)


def _finding(
    page: CheckInfo,
    message: str,
    place: Place,
    help: str,
    path: Path = (),
    fix: Fix | None = None,
) -> Finding:
    return Finding(
        code=page.code,
        name=page.name,
        severity=page.severity,
        message=message,
        help=help,
        path=path,
        place=place,
        source=page.source,
        fix=fix,
    )


def _stretch(file: str, line: int, start: int, end: int) -> Place:
    return Place(
        file=file,
        start=Position(line=line, column=start),
        end=Position(line=line, column=end),
    )
