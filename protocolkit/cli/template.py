"""A YAML text in which single values are replaced: everything else, comments too, stays.

Imports the reader of YAML texts.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable

from protocolkit.language.text import parse
from protocolkit.language.tree import Map, Scalar, Sequence, Tree

_PLAIN = re.compile(r"(?:[A-Za-z]|[0-9]+ [a-z])[A-Za-z0-9 '_/()-]*(?<! )")
_READ_AS_SOMETHING_ELSE = re.compile(r"(?i:y|yes|n|no|on|off|true|false|null)")
_WIDTH = 100


class Template:
    """A text and the changes to it. A path is made of keys and, in lists, of numbers from 0."""

    def __init__(self, text: str) -> None:
        tree, self._text, findings = parse(text, "template")
        if tree is None or findings:
            raise ValueError("a template must be readable")
        self._tree: Tree = tree
        self._changes: dict[tuple[int, int], str] = {}
        self._lines = [0]
        for line in self._text.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)

    @property
    def text(self) -> str:
        """The text with its changes."""
        found = self._text
        for (start, end), new in sorted(self._changes.items(), reverse=True):
            found = found[:start] + new + found[end:]
        return found

    def value(self, *path: str | int) -> str:
        """The text at a path, as it was. Raises: KeyError: there is none."""
        return self._scalar(path).text

    def values(self, *path: str | int) -> tuple[str, ...]:
        """The texts of the list at a path, as it was. Raises: KeyError."""
        return tuple(scalar.text for scalar in self._items(path))

    def put(self, new: str, *path: str | int) -> None:
        """Another text at a path. Raises: KeyError: there is none."""
        scalar = self._scalar(path)
        if new != scalar.text:
            self._changes[self._start(scalar), self._end(scalar)] = quoted(new)

    def put_list(self, new: Iterable[str], *path: str | int) -> None:
        """Other texts in the list in brackets at a path; the list must not be empty.

        Raises: KeyError: there is no list.
        """
        items = self._items(path)
        new = list(new)
        if new == [item.text for item in items]:
            return
        indent = " " * (min(item.column for item in items) - 1)
        lines = textwrap.wrap(
            ", ".join(map(quoted, new)), _WIDTH - items[0].column, break_on_hyphens=False
        )
        self._changes[self._start(items[0]), self._end(items[-1])] = f"\n{indent}".join(lines)

    def _node(self, path: tuple[str | int, ...]) -> Tree:
        node = self._tree
        for part in path:
            below: Tree | None = None
            if isinstance(node, Map) and isinstance(part, str):
                below = node.get(part)
            elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
                below = node.items[part]
            if below is None:
                raise KeyError(path)
            node = below
        return node

    def _scalar(self, path: tuple[str | int, ...]) -> Scalar:
        node = self._node(path)
        if not isinstance(node, Scalar):
            raise KeyError(path)
        return node

    def _items(self, path: tuple[str | int, ...]) -> list[Scalar]:
        node = self._node(path)
        found = node.items if isinstance(node, Sequence) else []
        items = [item for item in found if isinstance(item, Scalar)]
        if not items or len(items) != len(found):
            raise KeyError(path)
        return items

    def _start(self, node: Scalar) -> int:
        return self._lines[node.line - 1] + node.column - 1

    def _end(self, node: Scalar) -> int:
        return self._lines[node.end_line - 1] + node.end_column - 1


def quoted(text: str) -> str:
    """A text as YAML: in quotes unless it can be read in one way only."""
    if _PLAIN.fullmatch(text) and not _READ_AS_SOMETHING_ELSE.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False)
