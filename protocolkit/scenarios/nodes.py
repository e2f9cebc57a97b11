"""Reads the parts of a scenario file by the table: maps with known keys, lists, names, times.

Every fault is noted at its place, under the codes of the language; whoever asked gets None
and goes on, so that all faults come at once. Imports the language's tree, the table, ground.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from protocolkit.ground.findings import Finding, Place
from protocolkit.ground.nearest import did_you_mean
from protocolkit.language.text import fault, is_ambiguous
from protocolkit.language.tree import Entry, Map, Scalar, Sequence, Tree
from protocolkit.language.types import Key
from protocolkit.scenarios.times import SHAPE, instant


class Nodes:
    """Reads nodes of one file; `findings` collects the faults."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings

    def report(self, code: str, message: str, place: Place, help: str = "") -> None:
        """Note a fault."""
        self.findings.append(fault(code, message, place, help))

    def unread(self, message: str, place: Place, help: str = "") -> None:
        """Note something that nothing reads: it would mislead whoever trusts it."""
        self.findings.append(
            Finding(
                code="PK102",
                name="unused-declaration",
                severity="error",
                message=message,
                help=help,
                place=place,
            )
        )

    def entries(self, node: Tree, what: str, keys: Iterable[Key | str]) -> dict[str, Entry]:
        """The entries of a map whose keys are known."""
        names = [key if isinstance(key, str) else key.name for key in keys]
        found: dict[str, Entry] = {}
        for key, entry in self.named(node, what):
            if key in names:
                found[key] = entry
            else:
                self.report(
                    "PK004",
                    f"`{key}` is not a key of {what}.",
                    entry.key.place,
                    did_you_mean(key, names),
                )
        return found

    def named(self, node: Tree, what: str) -> Iterator[tuple[str, Entry]]:
        """The entries of a map whose keys are names."""
        if isinstance(node, Map):
            yield from node.entries.items()
        elif not (isinstance(node, Scalar) and node.plain and not node.text):
            self.report("PK006", f"{_upper(what)} is a map: `key: value`.", node.place)

    def some(self, node: Tree, what: str) -> Iterator[tuple[str, Entry]]:
        """The entries of a map that must say something."""
        if is_empty(node):
            self.says_nothing(what, node.place)
        yield from self.named(node, what)

    def says_nothing(self, what: str, place: Place) -> None:
        """Note a map that says nothing, so that it could never fail."""
        help = "say what must be so, or leave it out"
        self.report("PK005", f"{_upper(what)} says nothing here.", place, help)

    def items(self, node: Tree) -> list[Tree]:
        """The items of a list; one item may stand without brackets."""
        return node.items if isinstance(node, Sequence) else [node]

    def text(self, node: Tree, what: str) -> str | None:
        """A text."""
        if not isinstance(node, Scalar):
            self.report("PK006", f"{_upper(what)} is a single value.", node.place)
            return None
        if not node.text:
            self.report("PK005", f"{_upper(what)} is missing here.", node.place)
            return None
        if node.plain and is_ambiguous(node.text):
            self.report(
                "PK003",
                f"`{node.text}` is not read as that text by many YAML tools.",
                node.place,
                "put it in quotes, or write it in another way",
            )
            return None
        return node.text

    def texts(self, node: Tree, what: str) -> tuple[str, ...]:
        """A list of texts."""
        found = [self.text(item, what) for item in self.items(node)]
        return tuple(text for text in found if text is not None)

    def name(self, node: Tree, what: str, known: Collection[str]) -> str | None:
        """A text that is one of the names known."""
        text = self.text(node, what)
        return text if text is not None and self.known(text, what, known, node.place) else None

    def known(self, name: str, what: str, known: Collection[str], place: Place) -> bool:
        """Whether a name is known; noted if not."""
        if name in known:
            return True
        self.report("PK101", f"There is no {what} `{name}`.", place, did_you_mean(name, known))
        return False

    def truth(self, node: Tree, what: str) -> bool | None:
        """`true` or `false`."""
        text = self.text(node, what)
        if text is None or text in ("true", "false"):
            return None if text is None else text == "true"
        self.report("PK006", f"{_upper(what)} is `true` or `false`.", node.place)
        return None

    def time(self, node: Tree, zone: str) -> datetime | None:
        """A local time."""
        text = self.text(node, "the time")
        if text is None:
            return None
        try:
            return instant(text, zone)
        except ValueError as error:
            self.report("PK006", str(error), node.place, SHAPE)
            return None


def is_empty(node: Tree) -> bool:
    """Whether it is a map without an entry, written as `{}` or as nothing at all."""
    if isinstance(node, Map):
        return not node.entries
    return isinstance(node, Scalar) and node.plain and not node.text


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
