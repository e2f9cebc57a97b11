"""Findings for people at a terminal: the line in the file, what is wrong, what to do.

Our own marks are plain ASCII, so that every console shows them; what comes from the file is
shown as it is, with characters that would steer a terminal made visible. Colour is the
caller's choice. Imports findings and the catalogue of pages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from protocolkit.checks.catalogue import info
from protocolkit.ground.findings import Finding, Place, in_order
from protocolkit.ground.record import Record

WIDTH = 100
NARROWEST = 40
TAB = "    "

_COLOURS = {"error": "1;31", "warning": "1;33", "advice": "1;36", "frame": "34", "strong": "1"}
_HOW_SURE = {
    "exact": "this follows from the file alone",
    "heuristic": "a rule of thumb, which may be wrong here",
    "bounded": "true as far as was searched",
}
_MENDS = {"safe": "`--fix` does this", "unsafe": "`--fix --unsafe` does this"}
_LABEL_ROOM = 30
"""The least columns that a label below its mark is given."""

_WORD = re.compile(r"\s*(?:`[^`]{1,50}`|\S)+")
"""What a line is not broken in, with the spaces before it: a word, or words in backticks."""


class _Mark(Record):
    """A stretch to underline, with its sign and its label."""

    place: Place
    sign: str
    label: str = ""


def render(
    findings: Iterable[Finding],
    texts: Mapping[str, str],
    *,
    color: bool = False,
    width: int = WIDTH,
) -> str:
    """The findings that nobody has accepted, each with its place, and a last line that counts.

    Units: `width` in columns of the terminal.
    """
    ordered = in_order(list(findings))
    page = Page(texts, color, max(width, NARROWEST))
    seen: set[str] = set()
    for finding in ordered:
        if not finding.suppressed:
            page.finding(finding, first=finding.code not in seen)
            seen.add(finding.code)
    page.lines.append(summary(ordered, len(texts)))
    return "\n".join(page.lines) + "\n"


def summary(findings: Sequence[Finding], files: int) -> str:
    """One line that counts: `2 errors and 1 warning in 1 file; 1 accepted with a reason.`"""
    open_ = [finding for finding in findings if not finding.suppressed]
    where = "in " + _counted(files, "file", "files")
    kinds = (("error", "errors"), ("warning", "warnings"), ("advice", "pieces of advice"))
    counts = [
        _counted(number, "piece of advice" if one == "advice" else one, many)
        for one, many in kinds
        if (number := sum(finding.severity == one for finding in open_))
    ]
    accepted = len(findings) - len(open_)
    more = f"; {accepted} accepted with a reason" if accepted else ""
    listed = " and ".join(filter(None, (", ".join(counts[:-1]), *counts[-1:])))
    safe = sum(one.fix is not None and one.fix.applicability == "safe" for one in open_)
    mends = f" `--fix` mends {safe} of them and changes nothing that is meant." if safe else ""
    return f"{listed or 'No findings'} {where}{more}.{mends}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


class Page:
    """The lines written so far, and how to write more."""

    def __init__(self, texts: Mapping[str, str], color: bool, width: int) -> None:
        self.sources = {file: text.split("\n") for file, text in texts.items()}
        self.color = color
        self.width = width
        self.lines: list[str] = []

    def paint(self, text: str, colour: str) -> str:
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.color and text else text

    def finding(self, finding: Finding, first: bool) -> None:
        head = f"{finding.severity}[{finding.code}]"
        self.headline(head, finding.severity, f"{finding.name}: {finding.message}")
        gutter = self.excerpts(finding)
        for label, text in self.notes(finding, first):
            self.note(gutter, label, text)
        self.lines.append("")

    def headline(self, head: str, colour: str, text: str) -> None:
        """The first line: a word with a code, and what is so."""
        name, *rest = self.wrapped(f"{head} {visible(text)}", "  ")
        self.lines.append(self.paint(head, colour) + self.paint(name[len(head) :], "strong"))
        self.lines.extend(self.paint(line, "strong") for line in rest)

    def note(self, gutter: int, label: str, text: str) -> None:
        """A line below the excerpt, after its column of line numbers."""
        lead = f"{' ' * gutter} = "
        start, *more = self.wrapped(f"{lead}{label}: {visible(text)}", " " * (gutter + 3))
        self.lines.append(self.paint(start[: len(lead)], "frame") + start[len(lead) :])
        self.lines.extend(more)

    def notes(self, finding: Finding, first: bool) -> Iterator[tuple[str, str]]:
        """What stands below the excerpt, in order: a label and a text."""
        if finding.trace:
            yield "how a case gets there", ", then ".join(finding.trace)
        if finding.witness:
            shown = (f"{name} is {value}" for name, value in finding.witness.items())
            yield "for example", ", ".join(shown)
        if finding.help:
            yield "help", finding.help
        if finding.fix and finding.fix.applicability in _MENDS:
            yield "fix", f"{_MENDS[finding.fix.applicability]}: {finding.fix.title}"
        page = info(finding.code) if first else None
        if page is not None:
            why = " ".join(page.why.split())
            yield "why it matters", f"{why} (`protocolkit explain {page.code}`)"
            yield "source", finding.source or page.source
        if first or finding.confidence != "exact":
            yield "how sure", _HOW_SURE[finding.confidence]

    def wrapped(self, text: str, indent: str, width: int = 0) -> list[str]:
        """A text in lines that are no wider than the page, or than a width, where words allow."""
        room = width or self.width
        lines = [""]
        for word in _WORD.findall(text):
            if lines[-1].strip() and columns(lines[-1] + word) > room:
                lines.append(indent + word.lstrip())
            else:
                lines[-1] += word
        return lines

    # -- excerpts ----------------------------------------------------------------------

    def excerpts(self, finding: Finding) -> int:
        """The lines of the file with their marks; the width of the column of line numbers."""
        if finding.place is None:
            return 2
        marks = [_Mark(place=finding.place, sign="^")]
        marks += [
            _Mark(place=related.place, sign="-", label=related.label) for related in finding.related
        ]
        gutter = max(len(str(mark.place.start.line)) for mark in marks)
        files = list(dict.fromkeys(mark.place.file for mark in marks))
        for file in files:
            here = [mark for mark in marks if mark.place.file == file]
            start = here[0].place.start
            arrow = "-->" if file == files[0] else ":::"
            self.lines.append(
                f"{' ' * gutter}{self.paint(arrow, 'frame')} "
                f"{visible(file)}:{start.line}:{start.column}"
            )
            self.excerpt(file, here, gutter)
        return gutter

    def excerpt(self, file: str, marks: list[_Mark], gutter: int) -> None:
        source = self.sources.get(file, [])
        bar = self.paint(f"{' ' * gutter} |", "frame")
        previous = 0
        by_line: dict[int, list[_Mark]] = {}
        for mark in marks:
            by_line.setdefault(mark.place.start.line, []).append(mark)
        for number, here in sorted(by_line.items()):
            if number > len(source):
                continue
            self.lines.append(bar if not previous else self.paint("...", "frame"))
            if previous and number == previous + 1:
                self.lines.pop()
            previous = number
            line = source[number - 1]
            cut = _cut(line, here[0].place.start.column, self.width - gutter - 3)
            edge = self.paint(f"{number:>{gutter}} |", "frame")
            self.lines.append(f"{edge} {_shown(line, *cut)}".rstrip())
            for mark in here:
                below = self.underline(mark, line, cut, self.width - gutter - 3)
                self.lines.extend(f"{bar} {text}".rstrip() for text in below)
        if previous:
            self.lines.append(bar)

    def underline(self, mark: _Mark, line: str, cut: tuple[int, int], room: int) -> list[str]:
        """The lines below a line of the file: the sign under the stretch, and what it shows,
        beside the sign if there is room, else below it.
        """
        low, high = cut
        start = mark.place.start.column - 1
        same_line = mark.place.end.line == mark.place.start.line
        end = mark.place.end.column - 1 if same_line else len(line.rstrip())
        start, end = max(min(start, high), low), max(min(end, high), low)
        before = (3 if low else 0) + columns(visible(line[low:start]))
        sign = mark.sign * max(1, columns(visible(line[start:end])))
        label = visible(mark.label)
        colour = "error" if mark.sign == "^" else "frame"
        if before + columns(f"{sign} {label}") <= room:
            return [" " * before + self.paint(f"{sign} {label}".rstrip(), colour)]
        indent = " " * max(0, min(before, room - _LABEL_ROOM))
        below = self.wrapped(f"{indent}{label}", indent, room)
        return [
            " " * before + self.paint(sign, colour),
            *(indent + self.paint(text.removeprefix(indent), colour) for text in below),
        ]


def _cut(line: str, column: int, width: int) -> tuple[int, int]:
    """The part of a long line to show, so that the marked column can be seen."""
    if columns(visible(line)) <= width:
        return 0, len(line)
    room = max(10, width - 6)
    low = max(0, column - 1 - room // 3)
    high = low
    while high < len(line) and columns(visible(line[low : high + 1])) <= room:
        high += 1
    return low, high


def _shown(line: str, low: int, high: int) -> str:
    """A part of a line, with dots where it was cut."""
    return ("..." if low else "") + visible(line[low:high]) + ("..." if high < len(line) else "")


def visible(text: str) -> str:
    """A text in which nothing can steer a terminal: tabs as spaces, controls as escapes."""
    return "".join(
        TAB
        if character == "\t"
        else f"\\u{ord(character):04x}"
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else character
        for character in text
    )


def one_line(text: str) -> str:
    """A text in one line, in which nothing can steer a terminal."""
    return visible(" ".join(text.split()))


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )
