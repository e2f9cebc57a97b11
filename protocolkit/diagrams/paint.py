"""From a figure's data to DOT text: which shape, line and colour each thing gets.

Imports `graph`, `style`, `dot`. What a figure shows is decided before it comes here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from protocolkit.diagrams.dot import Html, Writer, font, html
from protocolkit.diagrams.graph import (
    Band,
    Edge,
    Ends,
    Graph,
    KeyEntry,
    Line,
    LineStyle,
    Node,
    Panel,
    Symbol,
)
from protocolkit.diagrams.style import (
    ALARM,
    ALARM_FILL,
    CARD_TITLE,
    CLOSED,
    CLOSED_FILL,
    COLOURS,
    DETAIL,
    ESCALATION,
    FONTS,
    FRAME,
    INK,
    LANDSCAPE,
    NEUTRAL,
    PAPER,
    PORTRAIT,
    QUIET,
    SMALL,
    TITLE,
    Colour,
    wrap,
)

CHIPS_IN_A_ROW = 3
CHIP_WIDTH = 88
_KEY_COLUMNS = {False: 3, True: 5}
"""Entries of the key in a row, on an upright page and on a broad one."""
_LINES: Mapping[LineStyle, Mapping[str, object]] = {
    "step": {"style": "solid", "penwidth": 1.5, "color": INK},
    "informal": {"style": "dashed", "penwidth": 1.3, "color": INK},
    "fallback": {"style": "dashed", "penwidth": 1.5, "color": INK},
    "escalation": {"style": "solid", "penwidth": 2, "color": ALARM},
    "formal": {"style": "solid", "penwidth": 1.8, "color": INK},
    "missing": {"style": "dotted", "penwidth": 2, "color": ALARM},
    "seat": {"style": "solid", "penwidth": 1.5, "color": INK},
    "side_seat": {"style": "solid", "penwidth": 0.8, "color": QUIET},
    "hidden": {"style": "invis"},
}
_ENDS: Mapping[Ends, Mapping[str, object]] = {
    "none": {"dir": "none"},
    "forward": {"dir": "forward"},
    "back": {"dir": "back"},
    "required": {"dir": "forward", "arrowhead": "dot"},
    "asked": {"dir": "forward", "arrowhead": "odot"},
    "optional": {"dir": "forward", "arrowhead": "obox"},
}
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
_BARE: Mapping[str, object] = {"border": 0, "cellborder": 0, "cellspacing": 0, "cellpadding": 0}


def paint(graph: Graph, *, dots_per_inch: int | None = None) -> str:
    """The DOT text of a figure.

    Units: `dots_per_inch` is for pixel formats; None leaves it to the layout engine.
    """
    writer = Writer()
    writer.open("digraph", graph.id)
    writer.defaults("graph", _page(graph, dots_per_inch))
    writer.defaults("node", {"shape": "plain", "fontname": FONTS, "fontsize": DETAIL})
    writer.defaults("edge", {"fontname": FONTS, "fontsize": DETAIL, "arrowsize": 0.8})
    if not graph.size:
        # The heading is the label of a group around everything, because the page has only
        # one label and the key needs it: nothing else is sure to stay below the drawing.
        writer.open("subgraph", "cluster_figure")
        writer.defaults("graph", {**_heading(graph), "peripheries": 0, "margin": 4})
    banded = {key for band in graph.bands for key in band.nodes}
    for node in graph.nodes:
        if node.key not in banded:
            writer.node(node.key, _node(node))
    for band in graph.bands:
        _band(writer, band, graph)
    for keys in graph.rows:
        writer.row(keys)
    places = {
        key: (row, place) for row, keys in enumerate(graph.rows) for place, key in enumerate(keys)
    }
    for edge in graph.edges:
        tail, head = places.get(edge.tail), places.get(edge.head)
        in_a_row = bool(tail and head and tail[0] == head[0])
        _edge(
            writer,
            edge,
            flat=in_a_row,
            leftwards=in_a_row and places[edge.head] < places[edge.tail],
        )
    if graph.size:
        _key_node(writer, graph, graph.size[0])
    else:
        writer.close()
    writer.close()
    return writer.text()


def _page(graph: Graph, dots_per_inch: int | None) -> dict[str, object]:
    width, height = LANDSCAPE if graph.broad else PORTRAIT
    page: dict[str, object] = {
        "fontname": FONTS,
        "bgcolor": PAPER,
        "size": f"{width},{height}",
        "margin": 0.1,
        "pad": 0.05,
        "dpi": dots_per_inch,
    }
    if graph.size:
        fixed = {"splines": "line", "outputorder": "edgesfirst"}
        return {**page, **fixed, **_heading(graph)}
    flowing = {"splines": "spline", "newrank": "true", "nodesep": 0.4, "ranksep": 0.38}
    return {**page, **flowing, "label": _foot(graph), "labelloc": "b"}


def _heading(graph: Graph) -> dict[str, object]:
    columns = 100 if graph.broad else 56
    rows = [
        *(
            _row(font(text, size=TITLE, colour=INK, bold=True))
            for text in wrap(graph.title, columns)
        ),
        *(_row(font(text, size=SMALL, colour=QUIET)) for text in wrap(graph.source, columns + 45)),
    ]
    label = html("TABLE", "".join(rows), **{**_BARE, "cellpadding": 2})
    return {"label": label, "labelloc": "t", "labeljust": "l"}


def _band(writer: Writer, band: Band, graph: Graph) -> None:
    writer.open("subgraph", f"cluster_{band.key}")
    if band.title:
        label = _lines([Line(text=band.title, tone="strong")])
        frame = {"style": "rounded", "color": FRAME, "peripheries": 1, "margin": 14}
        writer.defaults("graph", {"label": label, "labeljust": "l", **frame})
    else:
        writer.defaults("graph", {"label": "", "peripheries": 0, "margin": 4})
    for node in graph.nodes:
        if node.key in band.nodes:
            writer.node(node.key, _node(node))
    writer.close()


# -- shapes ------------------------------------------------------------------------------


def _node(node: Node) -> dict[str, object]:
    return {
        "id": node.id or None,
        "class": " ".join(node.classes) or None,
        "group": node.column or None,
        "pos": f"{node.at[0]:.1f},{node.at[1]:.1f}!" if node.at else None,
        **_SHAPES[node.shape](node),
    }


def _start(_node: Node) -> dict[str, object]:
    dot = {"shape": "circle", "width": 0.2, "fixedsize": "true", "label": ""}
    return {**dot, "style": "filled", "fillcolor": INK, "color": INK}


def _point(_node: Node) -> dict[str, object]:
    return {"shape": "point", "width": 0.01, "style": "invis", "label": ""}


def _card(node: Node) -> dict[str, object]:
    colour = _colour(node.colour)
    line, fill = colour.line, colour.fill
    if node.border == "double":
        line, fill = CLOSED, CLOSED_FILL
    rows = [_row(_lines(run), cellpadding=4) for run in _runs(node.lines)]
    rows.extend(_chips(node))
    for section in node.more:
        rows.extend((Html("<HR/>"), _row(_lines(section), cellpadding=4)))
    table = html(
        "TABLE",
        "".join(rows),
        border=2,
        style="rounded,dashed" if node.border == "dashed" else "rounded",
        color=line,
        bgcolor=fill,
        cellborder=0,
        cellspacing=0,
        cellpadding=0,
    )
    if node.border == "double":
        frame = {"border": 1, "style": "rounded", "color": line, "cellpadding": 3}
        table = html("TABLE", _row(table), **{**_BARE, **frame})
    return {"label": table}


def _chips(node: Node) -> list[Html]:
    """The members of a team, a few to a row, under the heading of their group."""
    rows: list[Html] = []
    for group, members in groupby(node.parts, key=lambda part: part.group):
        rows.append(_row(_lines([Line(text=f"{group}:")]), cellpadding=4))
        chips = [
            html(
                "TD",
                _lines(part.lines, centred=True),
                border=1,
                color=_colour(part.colour).line,
                bgcolor=_colour(part.colour).fill,
                cellpadding=4,
                width=CHIP_WIDTH,
            )
            for part in members
        ]
        # Empty cells keep a short row from being stretched over the whole card.
        chips += [html("TD", width=CHIP_WIDTH)] * (-len(chips) % CHIPS_IN_A_ROW)
        table = "".join(
            html("TR", "".join(chips[first : first + CHIPS_IN_A_ROW]))
            for first in range(0, len(chips), CHIPS_IN_A_ROW)
        )
        rows.append(_row(html("TABLE", table, **{**_BARE, "cellspacing": 4})))
    return rows


def _octagon(node: Node) -> dict[str, object]:
    table = html(
        "TABLE",
        "".join(_row(_lines(run, centred=True), align="center") for run in _runs(node.lines)),
        **_BARE,
    )
    return {
        "shape": "octagon",
        "style": "filled",
        "fillcolor": ALARM_FILL,
        "color": ALARM,
        "penwidth": 2,
        "margin": "0.02,0.02",
        "label": table,
    }


def _role(node: Node) -> dict[str, object]:
    colour = _colour(node.colour)
    table = html(
        "TABLE",
        html("TR", html("TD", _lines(node.lines, centred=True), width=round(node.width - 6))),
        border=2,
        style="rounded",
        color=colour.line,
        bgcolor=colour.fill,
        cellborder=0,
        cellspacing=0,
        cellpadding=4,
    )
    return {"label": table}


def _team(node: Node) -> dict[str, object]:
    table = html(
        "TABLE",
        "".join(_row(_lines(run, centred=True), align="center") for run in _runs(node.lines)),
        border=3 if node.shape == "team" else 1.5,
        style="rounded",
        color=INK,
        bgcolor=PAPER,
        cellborder=0,
        cellspacing=0,
        cellpadding=5,
    )
    return {"label": table}


def _no_team(node: Node) -> dict[str, object]:
    frame = {"border": 1, "style": "rounded", "color": FRAME, "bgcolor": PAPER, "cellpadding": 8}
    content = _row(_lines(node.lines, centred=True))
    return {"label": html("TABLE", content, **{**_BARE, **frame})}


def _tie(node: Node) -> dict[str, object]:
    alarm = node.border != "plain"
    return {
        "label": html(
            "TABLE",
            _row(_lines(node.lines, centred=True), align="center"),
            border=1 if alarm else 0,
            color=ALARM if alarm else None,
            bgcolor=PAPER,
            cellborder=0,
            cellspacing=0,
            cellpadding=2,
        )
    }


_SHAPES = {
    "start": _start,
    "corner": _point,
    "bend": _point,
    "card": _card,
    "octagon": _octagon,
    "role": _role,
    "team": _team,
    "meeting": _team,
    "no_team": _no_team,
    "tie": _tie,
}


def _colour(kind: str) -> Colour:
    return ESCALATION if kind == "escalation" else COLOURS.get(kind, NEUTRAL)


def _row(content: str, *, align: str = "left", **values: object) -> Html:
    return html("TR", html("TD", content, align=align, balign=align, **values))


def _runs(lines: Iterable[Line]) -> list[list[Line]]:
    """Titles apart from the rest, so that each gets a cell of its own."""
    return [list(run) for _, run in groupby(lines, key=lambda line: line.tone == "title")]


def _lines(lines: Iterable[Line], *, centred: bool = False) -> Html:
    end = "<BR/>" if centred else '<BR ALIGN="LEFT"/>'
    return Html("".join(_text(line) + end for line in lines))


def _text(line: Line) -> Html:
    return font(
        line.text,
        size=CARD_TITLE if line.tone == "title" else DETAIL,
        colour={"quiet": QUIET, "alarm": ALARM}.get(line.tone, INK),
        bold=line.tone in ("title", "strong", "alarm"),
        slant=line.tone == "quiet",
    )


# -- lines -------------------------------------------------------------------------------


def _edge(writer: Writer, edge: Edge, *, flat: bool, leftwards: bool) -> None:
    """A line. One that runs to the left in a row is written from its head, which stands first;
    the lines of a row always count, because they keep its order.
    """
    alarm = edge.style == "escalation"
    label = [Line(text=text, tone="alarm" if alarm else "detail") for text in edge.label]
    tail, head = edge.tail, edge.head
    ends = dict(_ENDS[edge.ends])
    if alarm and edge.ends == "forward":
        ends["arrowhead"] = "normalnormal"
    if leftwards:
        tail, head, ends = head, tail, {"dir": "back"}
    writer.edge(
        tail,
        head,
        {
            "label": html("TABLE", _row(_lines(label)), **{**_BARE, "cellpadding": 3})
            if label
            else None,
            "class": edge.style,
            "weight": 20 if edge.main else None,
            "constraint": None if edge.holds_rank or flat else "false",
            **_LINES[edge.style],
            **({} if edge.style == "hidden" else ends),
        },
    )


# -- below the drawing -------------------------------------------------------------------


def _foot(graph: Graph) -> Html:
    """The panels and the key, one below the other."""
    rows = [_row(_panel(panel), cellpadding=4) for panel in graph.panels]
    if graph.key:
        rows.append(_row(_key(graph), cellpadding=4))
    return html("TABLE", "".join(rows or [_row("")]), **_BARE)


def _key_node(writer: Writer, graph: Graph, width: float) -> None:
    """The key at a fixed place, below the drawing."""
    if graph.key:
        height = 20 * -(-len(graph.key) // _KEY_COLUMNS[graph.broad]) + 16
        place = {"pos": f"{width / 2:.1f},{-height / 2:.1f}!", "id": f"{graph.id}-key"}
        writer.node("key", {**place, "label": _key(graph)})


def _panel(panel: Panel) -> Html:
    """Text in columns of about the same height."""
    total = sum(len(item) for item in panel.items)
    count = 1 if total < 6 else 2 if total < 50 else 3
    columns: list[list[Line]] = [[] for _ in range(count)]
    done = 0
    for item in panel.items:
        columns[min(count - 1, done * count // total)].extend(item)
        done += len(item)
    cells = "".join(
        html("TD", _lines(column), align="left", balign="left", valign="top", cellpadding=5)
        for column in columns
        if column
    )
    title = html(
        "TD",
        _lines([Line(text=panel.title, tone="title")]),
        align="left",
        balign="left",
        colspan=count,
        cellpadding=5,
    )
    return html("TABLE", html("TR", title) + html("TR", cells), **_framed(FRAME, style="rounded"))


def _key(graph: Graph) -> Html:
    columns = _KEY_COLUMNS[graph.broad]
    rows = [
        html("TR", "".join(cell for entry in row for cell in _key_cells(entry)))
        for row in (graph.key[at : at + columns] for at in range(0, len(graph.key), columns))
    ]
    return html("TABLE", "".join(rows), **{**_framed(FRAME), "cellspacing": 4})


def _key_cells(entry: KeyEntry) -> tuple[Html, Html]:
    swatch: str
    if entry.symbol == "colour":
        colour = _colour(entry.colour)
        box = {"border": 1, "color": colour.line, "bgcolor": colour.fill}
        swatch = html("TD", "", **box, width=24, height=12, fixedsize="true")
    elif entry.symbol == "final":
        inner = html("TABLE", html("TR", html("TD", "", width=18, height=6)), **_closed())
        outer = html("TABLE", html("TR", html("TD", inner)), **_closed(cellpadding=2))
        swatch = html("TD", outer, width=30, height=16, fixedsize="true")
    else:
        alarm = entry.symbol in ("escalation", "missing")
        glyph = font(_GLYPHS[entry.symbol], size=SMALL, colour=ALARM if alarm else INK, bold=alarm)
        swatch = html("TD", glyph, width=34, height=14, fixedsize="true")
    return swatch, html("TD", font(f"{entry.words}  ", size=SMALL, colour=INK), align="left")


def _framed(colour: str, **more: object) -> dict[str, object]:
    return {**_BARE, "border": 1, "color": colour, "bgcolor": PAPER, **more}


def _closed(**more: object) -> dict[str, object]:
    return {**_framed(CLOSED), "bgcolor": CLOSED_FILL, "style": "rounded", **more}
