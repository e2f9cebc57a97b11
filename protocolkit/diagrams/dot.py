"""Writing DOT: names, attributes, HTML-like labels, each quoted here and nowhere else.

Imports nothing of the project. Whatever text comes in, the DOT text stays well formed: ids
and plain attributes go through `quoted`, text in labels through `escaped`.
"""

from __future__ import annotations

from collections.abc import Mapping

Attributes = Mapping[str, object]
_ENTITIES = (
    ("&", "&amp;"),  # first, or it would spoil the others
    ("<", "&lt;"),
    (">", "&gt;"),
    ('"', "&quot;"),
)


class Html(str):
    """An HTML-like label made by the functions below; the only text written without quotes."""


def quoted(text: str) -> str:
    """A text as a DOT string. A backslash is doubled: layout engines give it a meaning."""
    flat = " ".join(text.split())
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


def escaped(text: str) -> str:
    """A text as the content of an HTML-like label."""
    flat = text.replace("\n", " ").replace("\r", " ").replace("\t", " ")
    for letter, entity in _ENTITIES:
        flat = flat.replace(letter, entity)
    return flat


def attributes(values: Attributes) -> str:
    """`[a="1", label=<...>]`; whatever is None is left out."""
    parts = []
    for name, value in values.items():
        if value is None:
            continue
        shown = f"<{value}>" if isinstance(value, Html) else quoted(_number(value))
        parts.append(f"{name}={shown}")
    return f" [{', '.join(parts)}]" if parts else ""


def html(tag: str, content: str = "", **values: object) -> Html:
    """An element of an HTML-like label. `content` must come from here or from `escaped`."""
    inside = "".join(
        f' {name.upper()}="{escaped(_number(value))}"'
        for name, value in values.items()
        if value is not None
    )
    return Html(f"<{tag}{inside}>{content}</{tag}>")


def font(text: str, *, size: float, colour: str, bold: bool = False, slant: bool = False) -> Html:
    """A run of text; an empty one is a space, because a label may not hold an empty element.

    Layout engines put names in for `\\N` and the like, and offer no way to say a backslash as
    it is; so whatever follows one begins a run of its own.
    """
    pieces = [f"{piece}\\" for piece in text.split("\\")]
    pieces[-1] = pieces[-1][:-1]
    runs = []
    for piece in [piece for piece in pieces if piece] or [" "]:
        content = escaped(piece)
        if bold:
            content = html("B", content)
        if slant:
            content = html("I", content)
        runs.append(html("FONT", content, **{"point-size": size}, color=colour))
    return Html("".join(runs))


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)


class Writer:
    """Collects the statements of one figure."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._depth = 0

    def open(self, kind: str, name: str) -> None:
        """Begin a block: a `digraph` or a `subgraph`."""
        self._put(f"{kind} {quoted(name)} {{")
        self._depth += 1

    def close(self) -> None:
        """End the block."""
        self._depth -= 1
        self._put("}")

    def defaults(self, kind: str, values: Attributes) -> None:
        """Attributes of every `graph`, `node` or `edge` that follows."""
        self._put(f"{kind}{attributes(values)};")

    def node(self, key: str, values: Attributes) -> None:
        """A node."""
        self._put(f"{quoted(key)}{attributes(values)};")

    def edge(self, tail: str, head: str, values: Attributes) -> None:
        """An edge between two nodes."""
        self._put(f"{quoted(tail)} -> {quoted(head)}{attributes(values)};")

    def row(self, keys: tuple[str, ...]) -> None:
        """Nodes side by side."""
        self._put(f"{{ rank=same; {'; '.join(quoted(key) for key in keys)}; }}")

    def text(self) -> str:
        """Everything written."""
        return "\n".join(self._lines) + "\n"

    def _put(self, line: str) -> None:
        self._lines.append("  " * self._depth + line)
