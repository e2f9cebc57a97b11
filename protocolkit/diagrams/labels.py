"""The pieces of the labels in figures: rows, lines of text, frames, colours.

Imports `dot`, `graph` and `style`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from protocolkit.diagrams.dot import Html, font, html
from protocolkit.diagrams.graph import Line
from protocolkit.diagrams.style import (
    ALARM,
    CARD_TITLE,
    COLOURS,
    DETAIL,
    ESCALATION,
    INK,
    NEUTRAL,
    PAPER,
    QUIET,
    Colour,
)

BARE: Mapping[str, object] = {"border": 0, "cellborder": 0, "cellspacing": 0, "cellpadding": 0}
"""A table that cannot be seen."""


def colour_of(kind: str) -> Colour:
    """The colours of a kind of organization; black and white for several of them."""
    return ESCALATION if kind == "escalation" else COLOURS.get(kind, NEUTRAL)


def row(content: str, *, align: str = "left", **values: object) -> Html:
    """A row of one cell."""
    return html("TR", html("TD", content, align=align, balign=align, **values))


def runs(lines: Iterable[Line]) -> list[list[Line]]:
    """Titles apart from the rest, so that each gets a cell of its own."""
    return [list(run) for _, run in groupby(lines, key=lambda line: line.tone == "title")]


def shown(lines: Iterable[Line], *, centred: bool = False) -> Html:
    """Lines of text, one below the other."""
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


def framed(colour: str, **more: object) -> dict[str, object]:
    """A table with a thin frame."""
    return {**BARE, "border": 1, "color": colour, "bgcolor": PAPER, **more}
