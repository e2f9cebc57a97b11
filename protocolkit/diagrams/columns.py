"""How many columns the strands of a case take, and which way the page is turned.

Imports `graph` and `style`. Only an estimate: the layout engine does the placing. It is made
from the text of the cards, so that it does not depend on an engine or its fonts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from protocolkit.diagrams.graph import Node
from protocolkit.diagrams.style import LANDSCAPE, PORTRAIT

_CARD, _SIGN, _BESIDE = 260.0, 130.0, 170.0
_LINE, _CHIPS, _GAP = 13.0, 32.0, 80.0
Extent = tuple[float, float]


def extent(nodes: Iterable[Node]) -> Extent:
    """About how wide and high a strand is drawn.

    Units: points.
    """
    width, height = _CARD, 0.0
    wider = 0.0
    for node in nodes:
        if node.column and node.shape == "card":
            lines = len(node.lines) + sum(len(section) for section in node.more)
            groups = len({part.group for part in node.parts})
            height += _GAP + _LINE * lines + _CHIPS * (groups + len(node.parts) / 3)
        elif node.shape == "octagon":
            wider = max(wider, _SIGN + _CARD)
        elif node.shape == "card" and node.border == "dashed":
            width = _CARD + _BESIDE
        elif node.shape == "card":
            wider = max(wider, _BESIDE)
    return width + wider, height


def best_columns(extents: Sequence[Extent]) -> tuple[list[list[int]], bool]:
    """Strands by column, and whether the page lies on its side: what is drawn largest."""
    best: tuple[float, list[list[int]], bool] | None = None
    for count in range(1, max(1, len(extents)) + 1):
        columns = _fill(extents, count)
        width = sum(max(extents[number][0] for number in column) for column in columns)
        height = max((sum(extents[number][1] for number in c) for c in columns), default=0.0)
        for broad, page in ((False, PORTRAIT), (True, LANDSCAPE)):
            scale = min(page[0] / max(width, 1.0), page[1] / max(height, 1.0))
            if best is None or scale > best[0] * 1.05:
                best = (scale, columns, broad)
    return (best[1], best[2]) if best else ([], False)


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
