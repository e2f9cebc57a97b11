"""Changes of a text: making them, and what to take out so that nothing else changes.

Lines and columns count from 1, in characters, whatever the lines end with. Imports findings and
the places of a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from protocolkit.ground.findings import Edit, Path, Position
from protocolkit.language.reading import Places

Point = tuple[int, int]


def apart(edits: Iterable[Edit], others: Iterable[Edit]) -> bool:
    """Whether no edit of the one lot gets in the way of one of the other: they may stand side by
    side, but what is added at the edge of another could come before or behind it.
    """
    taken = [_stretch(edit) for edit in others]
    return not any(_meet(one, other) for one in map(_stretch, edits) for other in taken)


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

    for edit in sorted(edits, key=_stretch, reverse=True):
        new = edit.text.replace("\n", end)
        text = text[: offset(edit.place.start)] + new + text[offset(edit.place.end) :]
    return text


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
