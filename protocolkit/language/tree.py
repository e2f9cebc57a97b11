"""The positioned tree: what a YAML text says, every key and value with its place.

Plain slotted classes, because a large file has tens of thousands of them. Imports ground.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from protocolkit.ground.findings import Place, Position

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")


class Node:
    """Base: the file, where the node starts and where it ends (lines and columns from 1)."""

    __slots__ = ("column", "end_column", "end_line", "file", "line")

    def __init__(self, file: str, line: int, column: int, end_line: int, end_column: int) -> None:
        self.file = file
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column

    @property
    def place(self) -> Place:
        """The whole stretch of text."""
        return Place(
            file=self.file,
            start=Position(line=self.line, column=self.column),
            end=Position(line=self.end_line, column=self.end_column),
        )


class Scalar(Node):
    """A text. `plain`: written without quotes; `raw` tells whether what stands in the file
    is letter by letter `text`, so that an offset in one is an offset in the other.
    """

    __slots__ = ("plain", "raw", "text")

    def __init__(
        self,
        file: str,
        line: int,
        column: int,
        end_line: int,
        end_column: int,
        text: str,
        plain: bool = True,
    ) -> None:
        super().__init__(file, line, column, end_line, end_column)
        self.text = text
        self.plain = plain
        self.raw = line == end_line and end_column - column == len(text) + (0 if plain else 2)

    def part(self, offset: int, length: int) -> Place:
        """The place of some of its characters; the whole text when that cannot be told."""
        if not self.raw:
            return self.place
        start = self.column + offset + (0 if self.plain else 1)
        end = min(start + max(length, 1), self.end_column)
        return Place(
            file=self.file,
            start=Position(line=self.line, column=start),
            end=Position(line=self.line, column=max(end, start + 1)),
        )


class Sequence(Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, file: str, line: int, column: int) -> None:
        super().__init__(file, line, column, line, column + 1)
        self.items: list[Tree] = []


class Entry:
    """A key with its value."""

    __slots__ = ("key", "value")

    def __init__(self, key: Scalar, value: Tree) -> None:
        self.key = key
        self.value = value


class Map(Node):
    """A map; `entries` by key, in the order of the file.

    `dropped` are the entries whose key stood there before. They are no part of what the map
    says, but names that they declare are not missing.
    """

    __slots__ = ("dropped", "entries")

    def __init__(self, file: str, line: int, column: int) -> None:
        super().__init__(file, line, column, line, column + 1)
        self.entries: dict[str, Entry] = {}
        self.dropped: list[Entry] = []

    def get(self, key: str) -> Tree | None:
        """The value of a key, if it is there."""
        entry = self.entries.get(key)
        return entry.value if entry else None


Tree: TypeAlias = Scalar | Sequence | Map


def plain_data(tree: Tree) -> object:
    """The tree as texts, lists and dicts, without places."""
    if isinstance(tree, Scalar):
        return tree.text
    if isinstance(tree, Sequence):
        return [plain_data(item) for item in tree.items]
    return {key: plain_data(entry.value) for key, entry in tree.entries.items()}


def typed_data(tree: Tree) -> object:
    """The tree as JSON values: what stands there without quotes may be a number or `true`.

    This is how an editor sees a file, so it is what the JSON Schema is for; the reader itself
    takes every value as text and looks at the vocabulary.
    """
    if isinstance(tree, Sequence):
        return [typed_data(item) for item in tree.items]
    if isinstance(tree, Map):
        return {key: typed_data(entry.value) for key, entry in tree.entries.items()}
    if tree.plain:
        if not tree.text:
            return None
        if tree.text in ("true", "false"):
            return tree.text == "true"
        if _INTEGER.match(tree.text):
            return int(tree.text)
    return tree.text


def scalars(tree: Tree) -> Iterator[Scalar]:
    """Every text in the tree, keys included."""
    if isinstance(tree, Scalar):
        yield tree
    elif isinstance(tree, Sequence):
        for item in tree.items:
            yield from scalars(item)
    else:
        for entry in tree.entries.values():
            yield entry.key
            yield from scalars(entry.value)


def first_token(node: Tree) -> Place:
    """What to point at for a part without a key of its own: its first key or bracket."""
    place = node.place
    if isinstance(node, Map) and node.entries:
        first = next(iter(node.entries.values())).key
        if (first.file, first.line, first.column) == (node.file, node.line, node.column):
            return first.place
    if isinstance(node, Scalar):
        return place
    return place.replace(end=place.start.replace(column=place.start.column + 1))


def stretch(node: Scalar, offset: int, length: int, source: str) -> Place:
    """The place of some characters of a text; of all of it when that cannot be told.

    A text over several lines is folded when it is read, but the signs in it that are not
    blank stay the same and in order, so they are counted. Signs written as `\\n` or `''`
    break that count; then the whole text is pointed at.
    """
    if node.raw or node.line == node.end_line:
        return node.part(offset, length)
    lines = source.split("\n")[node.line - 1 : node.end_line]
    signs = [
        (sign, node.line + number, column)
        for number, line in enumerate(lines)
        for column, sign in enumerate(line, 1)
        if not sign.isspace() and (number or column >= node.column)
    ]
    if signs[0][0] in "|>":  # a block: the rest of its first line is no part of the text
        signs = [sign for sign in signs if sign[1] > node.line]
    elif not node.plain:
        signs = signs[1:]
    wanted = [sign for sign in node.text if not sign.isspace()]
    if [sign for sign, _, _ in signs[: len(wanted)]] != wanted:
        return node.place
    first = len([sign for sign in node.text[:offset] if not sign.isspace()])
    if first >= len(wanted):
        _, line, column = signs[len(wanted) - 1]
        return _on_line(node.file, line, column + 1, 1)
    _, line, column = signs[first]
    return _on_line(node.file, line, column, length)


def _on_line(file: str, line: int, column: int, length: int) -> Place:
    start = Position(line=line, column=column)
    return Place(file=file, start=start, end=Position(line=line, column=column + max(length, 1)))
