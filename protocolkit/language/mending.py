"""How faults of writing can be mended: changes of the text that the reader proposes.

Never who acts, a condition or the value of a limit: those are for people to settle. Imports the
reader of texts, the tree and ground.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from protocolkit.ground.findings import Applicability, Edit, Fix
from protocolkit.ground.nearest import nearest, only_meant
from protocolkit.language.text import is_ambiguous
from protocolkit.language.tree import Map, Scalar, Tree
from protocolkit.model import words

_NAME = re.compile(r"[a-z][a-z0-9_-]*\Z")
"""What needs no quotes wherever it stands: names with a fault of their own are not among them."""


def in_quotes(node: Scalar) -> Fix | None:
    """Put a text in quotes: it is then the same text for everybody."""
    return _instead(node, f'"{node.text}"', "safe", f"put `{node.text}` in quotes")


def another_word(node: Scalar, word: str) -> Fix | None:
    """Write another word, which is probably meant."""
    return _instead(node, word, "unsafe", f"write `{word}`")


def renamed(node: Scalar, known: Iterable[str]) -> Fix | None:
    """Write the one name that can be meant in the place of one that does not exist."""
    known = list(known)
    meant = only_meant(node.text, known)
    is_sound = _NAME.match(meant) is not None and not is_ambiguous(meant)
    return another_word(node, meant) if is_sound and meant == nearest(node.text, known) else None


def left_open(key: str, node: Tree, text: str) -> Fix | None:
    """Say of a missing key that it is not said: above the first key of a map and its comments."""
    if not isinstance(node, Map) or not node.entries:
        return None
    first = next(iter(node.entries.values())).key
    start, said, more = first.place.start, f"{key}: {words.UNSPECIFIED}", ", "
    title = f"add `{said}`"
    if (first.line, first.column) == (node.line, node.column):  # no bracket stands before it
        lines, line = text.split("\n"), first.line
        indent = lines[line - 1][: first.column - 1]
        more = "\n" + " " * len(indent)
        while not indent.strip() and line > 1 and lines[line - 2].strip()[:1] in ("", "#"):
            line -= 1
        if line < first.line:
            start, said, more = start.replace(line=line, column=1), indent + said, "\n"
    edit = Edit(place=first.place.replace(start=start, end=start), text=said + more)
    return Fix(applicability="unsafe", title=title, edits=(edit,))


def _instead(node: Scalar, text: str, applicability: Applicability, title: str) -> Fix | None:
    if not node.raw or not node.plain:
        return None
    edit = Edit(place=node.place, text=text)
    return Fix(applicability=applicability, title=title, edits=(edit,))
