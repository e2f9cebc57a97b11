"""What stands below a drawing: panels of text, and the key.

Imports `graph`, `style` and the pieces of labels.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.diagrams.columns import PANEL
from protocolkit.diagrams.dot import Html, font, html
from protocolkit.diagrams.graph import Graph, KeyEntry, Line, Panel, Symbol
from protocolkit.diagrams.labels import BARE, colour_of, framed, row, shown
from protocolkit.diagrams.style import ALARM, CLOSED, CLOSED_FILL, FRAME, INK, QUIET, SMALL

_KEY_ENTRY = 165.0
"""About how wide an entry of the key runs, in points."""
_GLYPHS: Mapping[Symbol, str] = {
    "step": "—►",
    "informal": "- -►",
    "fallback": "- -►",
    "escalation": "—►►",
    "formal": "——",
    "missing": "··×··",
    "informal_tie": "- - -",
    "one_way": "—►",
    "required": "—●",
    "asked": "—○",
    "optional": "—□",
    "assumed": "*",
}


def foot(graph: Graph) -> Html:
    """The panels and the key, one below the other."""
    rows = [row(_panel(panel, graph.across), cellpadding=4) for panel in graph.panels]
    if graph.key:
        rows.append(row(key(graph), cellpadding=4))
    return html("TABLE", "".join(rows or [row("")]), **BARE)


def key_height(graph: Graph) -> float:
    """About how high the key is.

    Units: points.
    """
    return 20.0 * -(-len(graph.key) // _key_columns(graph)) + 16.0


def _panel(panel: Panel, across: float) -> Html:
    """Text in columns of about the same height."""
    total = sum(len(item) for item in panel.items)
    count = min(max(1, int(across // PANEL)), -(-total // 5))
    columns: list[list[Line]] = [[] for _ in range(count)]
    done = 0
    for item in panel.items:
        columns[min(count - 1, done * count // total)].extend(item)
        done += len(item)
    cells = "".join(
        html("TD", shown(column), align="left", balign="left", valign="top", cellpadding=5)
        for column in columns
        if column
    )
    title = html(
        "TD",
        shown([Line(text=panel.title, tone="title")]),
        align="left",
        balign="left",
        colspan=count,
        cellpadding=5,
    )
    return html("TABLE", html("TR", title) + html("TR", cells), **framed(FRAME, style="rounded"))


def _key_columns(graph: Graph) -> int:
    return max(2, int(graph.across // _KEY_ENTRY))


def key(graph: Graph) -> Html:
    """The key: a symbol and its meaning, in columns."""
    columns = _key_columns(graph)
    rows = [
        html("TR", "".join(cell for entry in row for cell in _key_cells(entry)))
        for row in (graph.key[at : at + columns] for at in range(0, len(graph.key), columns))
    ]
    return html("TABLE", "".join(rows), **{**framed(FRAME), "cellspacing": 4})


def _key_cells(entry: KeyEntry) -> tuple[Html, Html]:
    swatch: str
    if entry.symbol == "colour":
        own = colour_of(entry.colour)
        box = {"border": 1, "color": own.line, "bgcolor": own.fill}
        swatch = html("TD", "", **box, width=24, height=12, fixedsize="true")
    elif entry.symbol == "final":
        inner = html("TABLE", html("TR", html("TD", "", width=18, height=6)), **_closed())
        outer = html("TABLE", html("TR", html("TD", inner)), **_closed(cellpadding=2))
        swatch = html("TD", outer, width=30, height=16, fixedsize="true")
    else:
        alarm = entry.symbol in ("escalation", "missing")
        colour = ALARM if alarm else QUIET if entry.symbol == "informal_tie" else INK
        glyph = font(_GLYPHS[entry.symbol], size=SMALL, colour=colour, bold=alarm)
        swatch = html("TD", glyph, width=34, height=14, fixedsize="true")
    return swatch, html("TD", font(f"{entry.words}  ", size=SMALL, colour=INK), align="left")


def _closed(**more: object) -> dict[str, object]:
    return {**framed(CLOSED), "bgcolor": CLOSED_FILL, "style": "rounded", **more}
