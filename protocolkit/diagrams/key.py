"""What every figure shares: its heading, and the key of the symbols it uses.

Imports the model and `graph`.
"""

from __future__ import annotations

from collections.abc import Iterable

from protocolkit.diagrams.graph import Edge, KeyEntry, Node
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


def colours_used(protocol: Protocol, nodes: Iterable[Node]) -> list[KeyEntry]:
    """An entry for each kind of organization whose colour is in the figure.

    A kind with one organization goes by that organization's own name.
    """
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


def starred(nodes: Iterable[Node], edges: Iterable[Edge]) -> list[KeyEntry]:
    """The meaning of the star, if one stands anywhere."""
    texts = [line.text for node in nodes for line in node.lines]
    texts += [line.text for node in nodes for part in node.parts for line in part.lines]
    texts += [text for edge in edges for text in edge.label]
    if not any(STAR in text for text in texts):
        return []
    return [KeyEntry(symbol="assumed", words="assumed, not stated in the source")]
