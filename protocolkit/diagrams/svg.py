"""An SVG as the layout engine wrote it, made fit for web pages and screen readers.

Imports `graph` and `style`. The engine gives each shape its key as a tooltip and no words for
the whole; here come the title, the description, the names, and the colours of dark pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from protocolkit.diagrams.graph import Graph
from protocolkit.diagrams.style import DARK, FONTS, WEB_FONTS

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def finished(raw: bytes, graph: Graph) -> str:
    """The SVG with its words: no DOCTYPE, no comments, `role="img"`, a title, a description."""
    # Registered for the whole process, but only how prefixes are printed depends on it.
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    # The parser drops comments and the DOCTYPE. What it reads was written by the engine.
    root = ElementTree.fromstring(raw)
    title, words = f"{graph.id}-title", f"{graph.id}-words"
    root.set("role", "img")
    root.set("aria-labelledby", f"{title} {words}")
    names = {node.key: node.name for node in graph.nodes}
    lines = {edge.id: edge.name for edge in graph.edges if edge.id}
    for group in root.iter(f"{{{_SVG}}}g"):
        _name_group(group, names, lines)
    for element in root.iter():
        element.attrib.pop(_XML_SPACE, None)
        if element.get("font-family") == FONTS:
            del element.attrib["font-family"]
    for place, (tag, id_, text) in enumerate(
        (
            ("title", title, graph.title),
            ("desc", words, "\n".join(_numbered(graph))),
            ("style", "", _style(graph)),
        )
    ):
        element = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": id_} if id_ else {})
        element.text = text
        element.tail = "\n"
        root.insert(place, element)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def scale_of(raw: bytes) -> float:
    """How much smaller than its natural size the engine drew the figure to fit the page."""
    root = ElementTree.fromstring(raw)
    for group in root.iter(f"{{{_SVG}}}g"):
        transform = group.get("transform", "")
        if transform.startswith("scale("):
            return float(transform.removeprefix("scale(").split(")")[0].split()[0])
    return 1.0


def _name_group(group: ElementTree.Element, names: dict[str, str], lines: dict[str, str]) -> None:
    """Give a shape, or a line that has one, its name for a tooltip; the page gets none."""
    title = group.find(f"{{{_SVG}}}title")
    if title is None:
        return
    is_node = "node" in group.get("class", "").split()
    name = names.get(title.text or "") if is_node else lines.get(group.get("id", ""))
    if name:
        title.text = name
    else:
        group.remove(title)


def _numbered(graph: Graph) -> Iterator[str]:
    for number, line in enumerate(graph.text, 1):
        yield f"{number}. {line}"


def _style(graph: Graph) -> str:
    """Fonts, and what each colour becomes on a dark page."""
    figure = f"[aria-labelledby^='{graph.id}-title']"
    dark = "\n".join(
        f"    {figure} [{kind}='{light}'] {{ {kind}: {shade} }}"
        for light, shade in DARK.items()
        for kind in ("fill", "stroke")
    )
    return (
        f"\n  {figure} {{ font-family: {WEB_FONTS} }}\n"
        f"  @media (prefers-color-scheme: dark) {{\n{dark}\n  }}\n"
    )
