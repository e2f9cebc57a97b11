"""A figure as plain data: what is drawn, where it hangs, what it says in words.

Knows nothing of layout languages: `process` and `network` fill these records from a
protocol, `paint` turns them into DOT text.
"""

from __future__ import annotations

from typing import Literal

from protocolkit.ground.record import Record

Tone = Literal["title", "detail", "quiet", "strong", "alarm"]
Shape = Literal["start", "card", "octagon", "role", "team", "meeting", "no_team", "tie", "corner"]
Border = Literal["plain", "double", "dashed"]
LineStyle = Literal[
    "step",
    "informal",
    "fallback",
    "escalation",
    "formal",
    "informal_tie",
    "missing",
    "seat",
    "side_seat",
    "hidden",
]
Ends = Literal["none", "forward", "one_way", "back", "required", "asked", "optional"]
Symbol = Literal[
    "colour",
    "step",
    "informal",
    "fallback",
    "escalation",
    "final",
    "formal",
    "informal_tie",
    "missing",
    "one_way",
    "required",
    "asked",
    "optional",
    "assumed",
]


class Line(Record):
    """One line of text inside a shape."""

    text: str
    tone: Tone = "detail"


class Part(Record):
    """A coloured piece of a shape: a member of a team.

    `colour` is a kind of organization, `group` the heading under which it stands.
    """

    lines: tuple[Line, ...]
    colour: str
    group: str = ""


class Node(Record):
    """A shape with text.

    `key` names it among the nodes, `id` and `classes` in the finished picture, `name` to a
    person. `colour` is a kind of organization; empty for several. `more` are sections below
    a rule. `at` is its centre in points, y upwards, for figures with fixed places. `column`
    ties the nodes of the main path together; `width` and `height` are the least it takes.
    """

    key: str
    shape: Shape
    name: str
    id: str = ""
    classes: tuple[str, ...] = ()
    colour: str = ""
    border: Border = "plain"
    lines: tuple[Line, ...] = ()
    parts: tuple[Part, ...] = ()
    more: tuple[tuple[Line, ...], ...] = ()
    at: tuple[float, float] | None = None
    column: str = ""
    width: float = 0.0
    height: float = 0.0


class Edge(Record):
    """A line between two shapes. With `holds_rank` false it does not move them apart.

    `id` names it in the finished picture, `name` to a person. In a figure with fixed places
    `course` are the four points of the curve it runs on, `tip` that of the mark at its end.
    """

    tail: str
    head: str
    style: LineStyle
    ends: Ends = "forward"
    label: tuple[str, ...] = ()
    holds_rank: bool = True
    main: bool = False
    id: str = ""
    name: str = ""
    course: tuple[tuple[float, float], ...] = ()
    tip: tuple[float, float] | None = None


class Band(Record):
    """A group of nodes with a title of its own."""

    key: str
    title: str
    nodes: tuple[str, ...]


class Panel(Record):
    """Text below the drawing, set in columns. `items` are not torn apart."""

    title: str
    items: tuple[tuple[Line, ...], ...]


class KeyEntry(Record):
    """A line of the key: a symbol that is used in the figure, and what it means."""

    symbol: Symbol
    words: str
    colour: str = ""


class Graph(Record):
    """A whole figure.

    Shape: `rows` are sets of nodes that stand side by side, left to right; `text` is the
    figure in words, a line each; `notes` say what a reader of the picture may miss.
    `broad` asks for a page on its side.
    Units: `across` is about how wide the drawing is, `size` the width and height of a figure
    with fixed places; both in points.
    """

    id: str
    title: str
    source: str
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    bands: tuple[Band, ...] = ()
    panels: tuple[Panel, ...] = ()
    key: tuple[KeyEntry, ...] = ()
    text: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    size: tuple[float, float] | None = None
    across: float = 0.0
    broad: bool = False
