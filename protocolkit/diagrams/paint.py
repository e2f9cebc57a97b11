"""From a figure's data to DOT text: which shape, line and colour each thing gets.

Imports `graph`, `style`, `dot`. What a figure shows is decided before it comes here.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from protocolkit.diagrams.dot import Html, Writer, font, html
from protocolkit.diagrams.foot import foot, key, key_height
from protocolkit.diagrams.graph import (
    Band,
    Edge,
    Ends,
    Graph,
    Line,
    LineStyle,
    Node,
)
from protocolkit.diagrams.labels import BARE, colour_of, row, runs, shown
from protocolkit.diagrams.style import (
    ALARM,
    ALARM_FILL,
    CLOSED,
    CLOSED_FILL,
    DETAIL,
    FONTS,
    FRAME,
    INK,
    LANDSCAPE,
    PAPER,
    PORTRAIT,
    QUIET,
    SMALL,
    TITLE,
    wrap,
)

CHIPS_IN_A_ROW, CHIP_WIDTH, HEADING = 3, 84, 9
TITLE_LETTER = 8.6
"""About how wide a letter of the title runs, in points."""
_LINES: Mapping[LineStyle, Mapping[str, object]] = {
    "step": {"style": "solid", "penwidth": 1.5, "color": INK},
    "informal": {"style": "dashed", "penwidth": 1.5, "color": INK},
    "fallback": {"style": "dashed", "penwidth": 1.5, "color": INK},
    "escalation": {"style": "solid", "penwidth": 2, "color": ALARM},
    "formal": {"style": "solid", "penwidth": 1.8, "color": INK},
    "informal_tie": {"style": "dashed", "penwidth": 1.0, "color": QUIET},
    "missing": {"style": "dotted", "penwidth": 2, "color": ALARM},
    "seat": {"style": "solid", "penwidth": 1.8, "color": INK},
    "side_seat": {"style": "solid", "penwidth": 0.8, "color": QUIET},
    "hidden": {"style": "invis"},
}
_ENDS: Mapping[Ends, Mapping[str, object]] = {
    "none": {"dir": "none"},
    "forward": {"dir": "forward"},
    "one_way": {"dir": "forward"},
    "back": {"dir": "back"},
    "required": {"dir": "forward", "arrowhead": "dot"},
    "asked": {"dir": "forward", "arrowhead": "odot"},
    "optional": {"dir": "forward", "arrowhead": "obox"},
}


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
    banded = {name for band in graph.bands for name in band.nodes}
    for node in graph.nodes:
        if node.key not in banded:
            writer.node(node.key, _node(node))
    for band in graph.bands:
        _band(writer, band, graph)
    for names in graph.rows:
        writer.row(names)
    places = {
        name: (number, place)
        for number, names in enumerate(graph.rows)
        for place, name in enumerate(names)
    }
    for edge in graph.edges:
        tail, head = places.get(edge.tail), places.get(edge.head)
        flat = bool(tail and head and tail[0] == head[0])
        _edge(writer, edge, flat=flat, leftwards=flat and places[edge.head] < places[edge.tail])
    if graph.size:
        if graph.key:
            place = f"{graph.size[0] / 2:.1f},{-key_height(graph) / 2:.1f}!"
            values = {"id": f"{graph.id}-key", "pos": place, "label": key(graph)}
            writer.node("key", values)
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
        "margin": 0,
        "pad": 0.05,
        "dpi": dots_per_inch,
    }
    if graph.size:
        fixed = {"splines": "line", "outputorder": "edgesfirst"}
        return {**page, **fixed, **_heading(graph)}
    flowing = {"splines": "spline", "newrank": "true", "nodesep": 0.35, "ranksep": 0.28}
    return {**page, **flowing, "label": foot(graph), "labelloc": "b"}


def _heading(graph: Graph) -> dict[str, object]:
    columns = max(48, int(graph.across / TITLE_LETTER))
    rows = [
        *(
            row(font(text, size=TITLE, colour=INK, bold=True))
            for text in wrap(graph.title, columns)
        ),
        *(
            row(font(text, size=SMALL, colour=QUIET))
            for text in wrap(graph.source, int(columns * 1.45))
        ),
    ]
    label = html("TABLE", "".join(rows), **{**BARE, "cellpadding": 2})
    return {"label": label, "labelloc": "t", "labeljust": "l"}


def _band(writer: Writer, band: Band, graph: Graph) -> None:
    writer.open("subgraph", f"cluster_strand_{band.key}")
    if band.title:
        label = shown([Line(text=band.title, tone="strong")])
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
    colour = colour_of(node.colour)
    line, fill = colour.line, colour.fill
    if node.border == "double":
        line, fill = CLOSED, CLOSED_FILL
    rows = [row(shown(run), cellpadding=4) for run in runs(node.lines)]
    rows.extend(_chips(node))
    for section in node.more:
        rows.extend((Html("<HR/>"), row(shown(section), cellpadding=4)))
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
        table = html("TABLE", row(table), **{**BARE, **frame})
    return {"label": table}


def _chips(node: Node) -> list[Html]:
    """The members of a team, a few to a row, each group beside its heading."""
    rows: list[Html] = []
    for group, members in groupby(node.parts, key=lambda part: part.group):
        heading = [Line(text=text) for text in wrap(f"{group}:", HEADING)]
        chips = [
            html(
                "TD",
                shown(part.lines, centred=True),
                border=1,
                color=colour_of(part.colour).line,
                bgcolor=colour_of(part.colour).fill,
                cellpadding=3,
                width=CHIP_WIDTH,
            )
            for part in members
        ]
        # Empty cells keep a short row from being stretched over the whole card.
        chips += [html("TD", width=CHIP_WIDTH)] * (-len(chips) % CHIPS_IN_A_ROW)
        for at in range(0, len(chips), CHIPS_IN_A_ROW):
            first = shown(heading) if at == 0 else ""
            beside = html("TD", first, align="left", balign="left")
            rows.append(html("TR", beside + "".join(chips[at : at + CHIPS_IN_A_ROW])))
    table = html("TABLE", "".join(rows), **{**BARE, "cellspacing": 4})
    return [row(table)] if rows else []


def _octagon(node: Node) -> dict[str, object]:
    table = html(
        "TABLE",
        "".join(row(shown(run, centred=True), align="center") for run in runs(node.lines)),
        **BARE,
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
    colour = colour_of(node.colour)
    table = html(
        "TABLE",
        row(shown(node.lines, centred=True), align="center", **_least(node)),
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
    cells = runs(node.lines)
    least = _least(node) if len(cells) == 1 else {"width": round(node.width - 4)}
    table = html(
        "TABLE",
        "".join(row(shown(cell, centred=True), align="center", **least) for cell in cells),
        border=3 if node.shape == "team" else 1.5,
        style="rounded",
        color=INK,
        bgcolor=PAPER,
        cellborder=0,
        cellspacing=0,
        cellpadding=5,
    )
    return {"label": table}


def _least(node: Node) -> dict[str, object]:
    """The room a box was given inside its frame; lines end at its edge."""
    return {"width": round(node.width - 4), "height": round(node.height - 4)}


def _no_team(node: Node) -> dict[str, object]:
    frame = {"border": 1, "style": "rounded", "color": FRAME, "bgcolor": PAPER, "cellpadding": 8}
    content = row(shown(node.lines, centred=True))
    return {"label": html("TABLE", content, **{**BARE, **frame})}


def _tie(node: Node) -> dict[str, object]:
    alarm = node.border != "plain"
    return {
        "label": html(
            "TABLE",
            row(shown(node.lines, centred=True), align="center"),
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
    "card": _card,
    "octagon": _octagon,
    "role": _role,
    "team": _team,
    "meeting": _team,
    "no_team": _no_team,
    "tie": _tie,
}


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
            "label": html("TABLE", row(shown(label)), **{**BARE, "cellpadding": 3})
            if label
            else None,
            "id": edge.id or None,
            "class": edge.style,
            "pos": _course(edge),
            "weight": 20 if edge.main else None,
            "constraint": None if edge.holds_rank or flat else "false",
            **_LINES[edge.style],
            **({} if edge.style == "hidden" else ends),
        },
    )


def _course(edge: Edge) -> str | None:
    """The curve of a line with a fixed place, as layout engines write it: first the tip."""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in edge.course)
    return f"e,{edge.tip[0]:.1f},{edge.tip[1]:.1f} {points}" if edge.tip else points or None
