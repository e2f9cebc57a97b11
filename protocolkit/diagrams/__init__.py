"""Figures of a protocol: what happens next (`process`), who is connected to whom (`network`).

`draw` gives a `Figure`; its DOT text and its words need no layout engine, a picture does.
Imports the model. A figure shows what the protocol says and nothing else; no fact about a
young person, marked sensitive or not, is ever in one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from protocolkit.diagrams.graph import Graph
from protocolkit.diagrams.layout import render as lay_out
from protocolkit.diagrams.network import network_graph
from protocolkit.diagrams.paint import paint
from protocolkit.diagrams.process import process_graph
from protocolkit.diagrams.style import SMALLEST_SCALE
from protocolkit.diagrams.wording import listed
from protocolkit.ground.errors import LayoutError, UsageError
from protocolkit.model.protocol import Protocol

__all__ = ["FORMATS", "VIEWS", "Figure", "draw"]

Format = Literal["svg", "png", "pdf", "dot"]
FORMATS: tuple[Format, ...] = ("svg", "png", "pdf", "dot")
"""The formats of a figure; also the endings of its file."""

_VIEWS: Mapping[str, Callable[[Protocol, bool], Graph]] = {
    "process": lambda protocol, _public: process_graph(protocol),
    "network": lambda protocol, public: network_graph(protocol, public=public),
}
VIEWS: tuple[str, ...] = tuple(_VIEWS)
"""The figures there are."""

_PRINT_DOTS = 200


def draw(protocol: Protocol, view: str = "process", *, public: bool = False) -> Figure:
    """A figure of a protocol.

    `public` leaves out on how many persons a tie rests, because few are easily known.
    Raises: UsageError: there is no such view.
    """
    if view not in _VIEWS:
        raise UsageError(f"There is no figure called “{view}”. There is {listed(VIEWS, 'and')}.")
    return Figure(_VIEWS[view](protocol, public))


class Figure:
    """A figure, drawn when it is asked for.

    A notebook shows it by itself.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._raw: bytes | None = None

    @property
    def dot(self) -> str:
        """The figure as DOT text: the same for the same protocol, whatever the machine."""
        return paint(self.graph)

    @property
    def text(self) -> str:
        """The figure in words, for those who do not see it."""
        return "\n".join(self.graph.text)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes the figure hard to read, such as a scale too small for print.

        The scale is known only where a layout engine is installed.
        """
        try:
            scale = self.scale
        except LayoutError:
            return self.graph.notes
        if scale >= SMALLEST_SCALE:
            return self.graph.notes
        small = (
            f"The figure is drawn at {scale:.0%} of its size to fit a page, so that its small "
            f"texts are hard to read in print. Print it on a larger sheet, or show it on screen."
        )
        return (*self.graph.notes, small)

    @property
    def scale(self) -> float:
        """How much smaller than its natural size the figure is drawn to fit a page.

        Raises: LayoutError: there is no layout engine.
        """
        from protocolkit.diagrams.svg import scale_of

        return scale_of(self._laid_out())

    def svg(self) -> str:
        """The figure for a web page, with words for screen readers and colours for dark pages.

        Raises: LayoutError: there is no layout engine.
        """
        from protocolkit.diagrams.svg import finished

        return finished(self._laid_out(), self.graph)

    def render(self, format: str) -> bytes:
        """The figure as the bytes of a file.

        Raises: UsageError: there is no such format. LayoutError: there is no layout engine.
        """
        if format not in FORMATS:
            raise UsageError(
                f"A figure cannot be saved as “{format}”. It can be {listed(FORMATS)}."
            )
        if format == "dot":
            return self.dot.encode()
        if format == "svg":
            return self.svg().encode()
        dots = _PRINT_DOTS if format == "png" else None
        return lay_out(paint(self.graph, dots_per_inch=dots), format, engine=self._engine)

    def save(self, path: str | Path) -> Path:
        """Write the figure to a file; the ending of its name chooses the format.

        The file is there whole or not at all, and a link in its place is replaced, not followed.

        Raises: UsageError: there is no such format, or the place is taken by something that is
        no file. LayoutError: there is no layout engine. OSError: it cannot be written.
        """
        target = Path(path)
        if target.exists() and not target.is_file():
            raise UsageError(f"{target} is not a file, so no figure can be written there.")
        content = self.render(target.suffix.lower().removeprefix("."))
        unfinished = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            unfinished.write_bytes(content)
            unfinished.replace(target)
        except OSError as error:  # told by the name that the caller gave
            raise OSError(error.errno, error.strerror, str(target)) from None
        finally:
            unfinished.unlink(missing_ok=True)
        return target

    def _repr_svg_(self) -> str:
        return self.svg()

    @property
    def _engine(self) -> Literal["dot", "neato"]:
        return "neato" if self.graph.size else "dot"

    def _laid_out(self) -> bytes:
        if self._raw is None:
            self._raw = lay_out(self.dot, "svg", engine=self._engine)
        return self._raw
