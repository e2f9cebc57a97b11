"""Changes of a text: making them, and what to take out so that nothing else changes.

Lines and columns count from 1, in characters, whatever the lines end with. Imports findings and
the places of a file.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping

from protocolkit.ground.findings import Edit, Path, Position
from protocolkit.language.reading import Places

Point = tuple[int, int]


class Stretches:
    """The stretches of a text that edits take, none of which gets in the way of another."""

    def __init__(self) -> None:
        self._taken: list[tuple[Point, Point]] = []  # in order

    def take(self, edits: Iterable[Edit]) -> bool:
        """Take what edits change; False, and nothing is taken, if one gets in the way of what is
        taken. They may stand side by side, but what is added at the edge of another could come
        before or behind it.
        """
        wanted = [_stretch(edit) for edit in edits]
        if any(map(self._is_taken, wanted)):
            return False
        for one in wanted:
            insort(self._taken, one)
        return True

    def _is_taken(self, one: tuple[Point, Point]) -> bool:
        place = bisect_left(self._taken, one)
        return any(_meet(one, other) for other in self._taken[max(place - 1, 0) : place + 1])


def _meet(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    if one[0] == one[1] or other[0] == other[1]:
        return one[0] <= other[1] and other[0] <= one[1]
    return one[0] < other[1] and other[0] < one[1]


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text with edits made that do not touch each other; its line ends stay."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    end = "\r\n" if "\r\n" in text else "\n"

    def offset(point: Position) -> int:
        return min(starts[min(point.line, len(starts)) - 1] + point.column - 1, len(text))

    parts, done = list[str](), 0
    for edit in sorted(edits, key=_stretch):
        parts += (text[done : offset(edit.place.start)], edit.text.replace("\n", end))
        done = offset(edit.place.end)
    return "".join((*parts, text[done:]))


def without_item(path: Path, places: Places, texts: Mapping[str, str]) -> Edit | None:
    """Take an item out of a list; None for the first one, and where a comment stands that may
    speak of it.
    """
    items = places.items(path[:-1])
    index = path[-1]
    if not isinstance(index, int) or not 0 < index < len(items):
        return None
    before, item = items[index - 1], items[index]
    lines = texts[item.file].split("\n")
    first, last = before.end.line, max(before.end.line, item.end.line)
    if any("#" in line for line in lines[first - 1 : last]):
        return None
    return Edit(place=item.replace(start=before.end), text="")


def _stretch(edit: Edit) -> tuple[Point, Point]:
    start, end = edit.place.start, edit.place.end
    return (start.line, start.column), (end.line, end.column)
