"""How many columns the strands of a case take, and which way the page is turned.

Imports `graph` and `style`. Only an estimate: the layout engine does the placing. It is made
from the text of the cards, so that it does not depend on an engine or its fonts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from protocolkit.diagrams.graph import Node
from protocolkit.diagrams.style import LANDSCAPE, PORTRAIT
from protocolkit.ground.record import Record

PANEL = 240.0
"""How wide a column of text below the drawing runs, in points."""
_CARD, _TOLD, _BESIDE = 320.0, 250.0, 160.0
_TURN, _OUT_OF_LINE = 45.0, 0.5
_STEPS_IN_LINE = 0.15  # steps side by side stand in line, so each is as high as the highest
_LINE, _CHIPS, _GAP, _HEAD = 12.5, 32.0, 75.0, 200.0
Extent = tuple[float, float]


def extent(nodes: Iterable[Node], turns: int = 0) -> Extent:
    """About how wide and high a strand is drawn, with so many links beside its main path.

    Units: points.
    """
    width, height = _CARD, 0.0
    wider = 0.0
    for node in nodes:
        if node.column and node.shape == "card":
            lines = len(node.lines) + sum(len(section) for section in node.more)
            height += _GAP + _LINE * lines + _CHIPS * (len(node.parts) + 2) / 3
        elif node.shape == "octagon":
            wider = max(wider, _TOLD)
        elif node.shape == "card" and node.border == "dashed":
            width = _CARD + _BESIDE
        elif node.shape == "card":
            wider = max(wider, _BESIDE)
    return width + wider + _TURN * turns, height


class Page(Record):
    """How a figure is set: the strands by column, how wide that is, which way the page lies."""

    columns: tuple[tuple[int, ...], ...]
    width: float
    broad: bool


def best_page(extents: Sequence[Extent], lines_below: int) -> Page:
    """What is drawn largest on a sheet of paper.

    Shape: `lines_below` is how many lines of text stand below the drawing, in one column.
    """
    best, largest = Page(columns=(), width=2 * PANEL, broad=False), 0.0
    for count in range(1, len(extents) + 1):
        columns = _fill(extents, count)
        width = max(2 * PANEL, sum(_width([extents[one][0] for one in c]) for c in columns))
        height = max(sum(extents[one][1] for one in column) for column in columns)
        height *= 1 + _STEPS_IN_LINE * (count - 1)
        height += _HEAD + _LINE * lines_below / (width // PANEL)
        for broad, sheet in ((False, PORTRAIT), (True, LANDSCAPE)):
            scale = min(sheet[0] / width, sheet[1] / height)
            if scale > largest * 1.05:
                largest = scale
                shape = tuple(tuple(column) for column in columns)
                best = Page(columns=shape, width=width, broad=broad)
    return best


def _width(strands: Sequence[float]) -> float:
    """One below the other, strands of unlike width do not end up quite in line."""
    return max(strands) + _OUT_OF_LINE * (sum(strands) - max(strands))


def _fill(extents: Sequence[Extent], count: int) -> list[list[int]]:
    """The strands in order, in `count` columns of about the same height."""
    fair = sum(height for _, height in extents) / count
    columns: list[list[int]] = []
    used = fair
    for number, (_, height) in enumerate(extents):
        if used + height / 2 > fair and len(columns) < count:
            columns.append([])
            used = 0.0
        columns[-1].append(number)
        used += height
    return columns
