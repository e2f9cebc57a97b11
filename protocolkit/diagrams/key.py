"""What every figure shares: its heading, and the key of the symbols it uses.

Imports the model and `graph`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from protocolkit.diagrams.graph import Edge, KeyEntry, Node, Symbol
from protocolkit.diagrams.style import COLOURS
from protocolkit.diagrams.wording import STAR, called, plain
from protocolkit.model.protocol import Protocol


def head_of(protocol: Protocol) -> tuple[str, str]:
    """The title of a figure, and the line under it that says what it was drawn from."""
    title = plain(protocol.title) or protocol.id
    if protocol.jurisdiction and plain(protocol.jurisdiction) not in title:
        title = f"{plain(protocol.jurisdiction)}: {title}"
    drawn = f"Drawn from {protocol.id}"
    if protocol.version:
        drawn += f", version {plain(protocol.version)}"
    cited = "; ".join(plain(one.citation or one.name) for one in protocol.sources.values())
    where = ", ".join(part for part in (cited, plain(protocol.source)) if part)
    return title, f"{drawn}. Source: {where}." if where else f"{drawn}."


_MEANINGS: tuple[tuple[Symbol, str], ...] = (
    ("step", "step"),
    ("informal", "informal step"),
    ("fallback", "fallback"),
    ("escalation", "when late"),
    ("final", "end"),
    ("formal", "formal tie"),
    ("informal_tie", "informal tie"),
    ("missing", "strained or absent tie"),
    ("one_way", "one way"),
    ("required", "must come (meeting)"),
    ("asked", "asked to come (meeting)"),
    ("optional", "may come (meeting)"),
    ("assumed", "assumed, not stated in the source"),
)


def key_of(
    protocol: Protocol, nodes: Sequence[Node], edges: Sequence[Edge]
) -> tuple[KeyEntry, ...]:
    """The key: the colours and symbols that the figure uses, and no others."""
    used: set[str] = {edge.style for edge in edges} | {edge.ends for edge in edges}
    if any(node.border == "double" and node.shape == "card" for node in nodes):
        used.add("final")
    if any(STAR in text for text in _texts(nodes, edges)):
        used.add("assumed")
    symbols = [
        KeyEntry(symbol=symbol, words=words) for symbol, words in _MEANINGS if symbol in used
    ]
    return (*_colours(protocol, nodes), *symbols)


def _texts(nodes: Sequence[Node], edges: Sequence[Edge]) -> Iterator[str]:
    for node in nodes:
        for line in (*node.lines, *(line for section in node.more for line in section)):
            yield line.text
        for part in node.parts:
            yield from (line.text for line in part.lines)
    for edge in edges:
        yield from edge.label


def _colours(protocol: Protocol, nodes: Sequence[Node]) -> list[KeyEntry]:
    """A kind with one organization goes by that organization's own name."""
    used = {node.colour for node in nodes} | {part.colour for node in nodes for part in node.parts}
    entries = []
    for kind, colour in COLOURS.items():
        if kind not in used:
            continue
        own = [called(one) for one in protocol.organizations.values() if one.kind == kind]
        entries.append(
            KeyEntry(symbol="colour", words=own[0] if len(own) == 1 else colour.words, colour=kind)
        )
    return entries
