"""Comments and blank lines of a YAML text, each with the part of the file that it belongs to.

The tree says what a file means; here stands what it says beside that, for whoever writes the
file anew. A comment leads the part below it, trails the part before it on its line, or stands
at the foot of a map or list. Imports the tree.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import TypeAlias

from protocolkit.language.tree import Entry, Map, Scalar, Sequence, Tree, scalars

Point: TypeAlias = tuple[int, int]
"""Line and column, from 1."""


class Remark:
    """A comment. `blank`: a blank line stands above it; `before`: what stands before it on its
    line; `indent`: how many spaces and dashes that line begins with.
    """

    __slots__ = ("before", "blank", "column", "indent", "line", "text")

    def __init__(self, point: Point, text: str, before: str, blank: bool) -> None:
        self.line, self.column = point
        self.text = text
        self.before = before.strip(" -")
        self.indent = indent_of(before)
        self.blank = blank

    @property
    def point(self) -> Point:
        """Where it stands."""
        return self.line, self.column


class Unit:
    """An entry of a map, or an item of a list (`key` None), with what is said beside it.

    `blank`: a blank line stands above its first line, below the comments that lead it.
    """

    __slots__ = ("blank", "end", "key", "leads", "start", "trail", "value")

    def __init__(self, key: Scalar | None, value: Scalar | Branch, start: Point, blank: bool):
        self.key = key
        self.value = value
        self.start = start
        self.end = (value.end_line, value.end_column) if isinstance(value, Scalar) else value.end
        self.blank = blank
        self.leads: list[Remark] = []
        self.trail: Remark | None = None

    @property
    def begins_group(self) -> bool:
        """Whether a blank line parts it, with its comments, from what stands above."""
        return self.leads[0].blank if self.leads else self.blank

    @property
    def below_banner(self) -> bool:
        """Whether a comment stands above it that a blank line parts from it: one that may
        speak of more than this unit.
        """
        return bool(self.leads) and (self.blank or any(one.blank for one in self.leads[1:]))

    @property
    def is_remarked(self) -> bool:
        """Whether a comment stands at it or inside it."""
        if self.leads or self.trail:
            return True
        return isinstance(self.value, Branch) and self.value.is_remarked


class Branch:
    """A map or a list. `flow`: in brackets; `feet` are the comments behind its last unit."""

    __slots__ = ("column", "end", "feet", "flow", "node", "start", "units")

    def __init__(self, node: Map | Sequence, flow: bool) -> None:
        self.node = node
        self.flow = flow
        self.column = node.column
        self.start: Point = (node.line, node.column)
        self.end: Point = (node.end_line, node.end_column)
        self.units: list[Unit] = []
        self.feet: list[Remark] = []

    @property
    def is_remarked(self) -> bool:
        """Whether a comment stands inside it."""
        return bool(self.feet) or any(unit.is_remarked for unit in self.units)


class Remarked:
    """A text as its tree, every comment and blank line in its place.

    `head` are the comments of the file as a whole: those above its first part that a blank
    line parts from it.
    """

    def __init__(self, tree: Map | Sequence, text: str) -> None:
        self.lines = text.split("\n")
        self._held = frozenset(self._held_lines(tree))
        self.root = self._branch(tree)
        self.remarks = tuple(self._remarks(tree))
        self._depths: dict[int, int] = {}
        for remark in self.remarks:
            self._place(self.root, remark)
        self.head = self._header()

    def has_blank_above(self, line: int) -> bool:
        """Whether the line above is there and blank, and no part of a text."""
        return line > 1 and not self.lines[line - 2].strip() and line - 1 not in self._held

    def source(self, node: Scalar) -> list[str]:
        """What stands in the file for a text, line by line."""
        lines = self.lines[node.line - 1 : node.end_line]
        lines[-1] = lines[-1][: node.end_column - 1]
        lines[0] = lines[0][node.column - 1 :]
        return lines

    def is_block_text(self, node: Scalar) -> bool:
        """Whether a text is written as a block, below `|` or `>`."""
        return not node.plain and self.lines[node.line - 1][node.column - 1] in "|>"

    def _held_lines(self, tree: Tree) -> Iterator[int]:
        """The lines of the blocks of text that keep the blank lines at their ends."""
        for node in scalars(tree):
            if self.is_block_text(node) and "+" in self.source(node)[0].partition("#")[0]:
                yield from range(node.line + 1, node.end_line)

    # -- the parts ---------------------------------------------------------------------

    def _branch(self, node: Map | Sequence, in_flow: bool = False) -> Branch:
        flow = in_flow or self.lines[node.line - 1][node.column - 1 : node.column] in ("[", "{")
        branch = Branch(node, flow)
        parts: list[Entry | Tree] = []
        parts.extend(node.entries.values() if isinstance(node, Map) else node.items)
        for part in parts:
            key = part.key if isinstance(part, Entry) else None
            below = part.value if isinstance(part, Entry) else part
            value = below if isinstance(below, Scalar) else self._branch(below, flow)
            if key is not None:
                start = key.line, key.column
            elif flow:
                start = below.line, below.column
            else:
                start = self._dash(below.line, node.column), node.column
            blank = self._starts_line(start) and self.has_blank_above(start[0])
            branch.units.append(Unit(key, value, start, blank))
        if self.lines[node.line - 1][node.column - 1 : node.column] in ("[", "{"):
            branch.end = self._bracket(branch)
        return branch

    def _bracket(self, branch: Branch) -> Point:
        """Behind the bracket that closes a branch: nothing but commas and comments can stand
        between that and its last unit.
        """
        line, column = branch.units[-1].end if branch.units else branch.start
        column += not branch.units
        while True:
            left = self.lines[line - 1][column - 1 :].lstrip(" \t,")
            if left and left[0] in "]}":
                return line, len(self.lines[line - 1]) - len(left) + 2
            line, column = line + 1, 1

    def _dash(self, line: int, column: int) -> int:
        """The line of the dash of a list's item, whose content may begin further down."""
        while self.lines[line - 1][column - 1 : column] != "-":
            line -= 1
        return line

    def _starts_line(self, point: Point) -> bool:
        """Whether nothing but spaces, dashes and brackets stands before a point in its line."""
        return not self.lines[point[0] - 1][: point[1] - 1].strip(" -[{?")

    # -- the comments ------------------------------------------------------------------

    def _remarks(self, tree: Tree) -> Iterator[Remark]:
        """Every comment, in order: a `#` inside a text is none."""
        ranges = sorted(self._range(node) for node in scalars(tree))
        starts = [start for start, _ in ranges]
        for number, line in enumerate(self.lines, 1):
            place = line.find("#")
            while place >= 0:
                point = number, place + 1
                last = bisect_right(starts, point) - 1
                end = ranges[last][1] if last >= 0 else (0, 0)
                if point >= end:
                    blank = self.has_blank_above(number)
                    yield Remark(point, line[place:].rstrip(), line[:place], blank)
                    break
                place = line.find("#", end[1] - 1) if end[0] == number else -1

    def _range(self, node: Scalar) -> tuple[Point, Point]:
        """From where to where a text stands; the first line of a block is no part of it."""
        start = (node.line + 1, 1) if self.is_block_text(node) else (node.line, node.column)
        return start, (node.end_line, node.end_column)

    def _place(self, branch: Branch, remark: Remark) -> None:
        """Give a comment to the part that it belongs to."""
        if not branch.units:
            branch.feet.append(remark)
            return
        last = bisect_right([unit.start for unit in branch.units], remark.point) - 1
        if last < 0:
            branch.units[0].leads.append(remark)
            return
        unit = branch.units[last]
        if remark.point >= unit.end:
            below = branch.units[last + 1] if last + 1 < len(branch.units) else None
            self._behind(branch, unit, below, remark)
            return
        value = unit.value
        is_inside = isinstance(value, Branch) and (remark.point > value.start or not remark.before)
        if isinstance(value, Branch) and value.units and is_inside:
            self._place(value, remark)
        elif remark.before and unit.key is not None and unit.trail is None:
            unit.trail = remark
        else:
            unit.leads.append(remark)

    def _behind(self, branch: Branch, unit: Unit, below: Unit | None, remark: Remark) -> None:
        """A comment that follows a unit, before the next one of its branch."""
        inner = _ends(unit)
        if remark.before and remark.line == unit.end[0]:
            last = inner[-1].units[-1] if inner else unit
            if last.trail is None:
                last.trail = remark
                return
        elif not branch.flow:
            # Its own indentation tells where it belongs, but it never goes back inwards.
            column = below.start[1] if below else 0
            depth = self._depths.get(id(unit), len(inner))
            inner = [] if remark.column <= column else inner[:depth]
            while len(inner) > (0 if below is None else 1) and inner[-1].column > remark.column:
                inner.pop()
            self._depths[id(unit)] = len(inner)
            if inner:
                inner[-1].feet.append(remark)
                return
        if below is not None:
            below.leads.append(remark)
        else:
            branch.feet.append(remark)

    def _header(self) -> list[Remark]:
        first = self.root.units[0] if self.root.units else None
        if first is None:
            return []
        parted = [place for place, one in enumerate(first.leads) if one.blank and place]
        length = len(first.leads) if first.blank else max(parted, default=0)
        head, first.leads = first.leads[:length], first.leads[length:]
        if head and not first.leads:
            first.blank = True
        return head


def _ends(unit: Unit) -> list[Branch]:
    """The branches that end with a unit, the outermost first; those in brackets are closed."""
    found: list[Branch] = []
    value = unit.value
    while isinstance(value, Branch) and not value.flow and value.units:
        found.append(value)
        value = value.units[-1].value
    return found


def indent_of(line: str) -> int:
    """How many spaces, and dashes of lists, a line begins with."""
    return len(line) - len(line.lstrip(" -"))
