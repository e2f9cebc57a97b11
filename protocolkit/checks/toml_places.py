"""Where the keys and list items of a TOML text stand, which the reader of Python does not tell.

For texts that `tomllib` has read without a fault: what it refuses is not looked for here. Imports
nothing of the project.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping

Path = tuple[str | int, ...]

DEEPEST = 20
"""A key with more parts than that is looked up by the first ones."""

_SKIPPED = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' + r"|'''.*?'{3,5}" + r'|"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLAIN = re.compile(r"[^,\]}#\n]*")


def toml_places(text: str) -> Mapping[Path, tuple[int, int]]:
    """Line and column of every key and every item of a list, by its path."""
    reader = _Reader(text)
    reader.document()
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    found = {}
    for path, offset in reader.offsets.items():
        line = bisect_right(starts, offset)
        found[path] = (line, offset - starts[line - 1] + 1)
    return found


class _Reader:
    """Goes through a text that is known to be well formed, and notes where things begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.offsets: dict[Path, int] = {}
        self.lengths: dict[Path, int] = {}  # of the lists of tables

    def document(self) -> None:
        table: Path = ()
        while self.sees():
            if self.accepts("[["):
                table = self.key(())
                number = self.lengths.get(table, 0)
                self.lengths[table] = number + 1
                table = (*table, number)
                self.offsets[table] = self.offsets[table[:-1]] if number == 0 else self.last
                self.accepts("]]")
            elif self.accepts("["):
                table = self.key(())
                self.accepts("]")
            else:
                self.pair(table)

    def pair(self, table: Path) -> None:
        path = self.key(table)
        self.accepts("=")
        self.value(path)

    def key(self, table: Path) -> Path:
        """A key that may have several parts; the table that each part leads to."""
        path = self.within(table)
        while True:
            self.sees()
            self.last = self.at
            word = self.word()
            if len(path) < DEEPEST:
                path = (*self.within(path), word)
                self.offsets.setdefault(path, self.last)
            if not self.accepts("."):
                return path

    def within(self, path: Path) -> Path:
        """The table that a path leads to: of a list of tables, the last one."""
        return (*path, self.lengths[path] - 1) if path in self.lengths else path

    def word(self) -> str:
        bare = _BARE.match(self.text, self.at)
        if bare:
            self.at = bare.end()
            return bare.group()
        import tomllib

        text = self.string()
        word = tomllib.loads(f"it = {text}")["it"]
        assert isinstance(word, str)
        return word

    def string(self) -> str:
        found = _STRING.match(self.text, self.at)
        assert found is not None
        self.at = found.end()
        return found.group()

    def value(self, path: Path) -> None:
        if self.accepts("["):
            number = 0
            while not self.accepts("]"):
                self.offsets[(*path, number)] = self.at
                self.value((*path, number))
                self.accepts(",")
                number += 1
        elif self.accepts("{"):
            while not self.accepts("}"):
                self.pair(path)
                self.accepts(",")
        elif self.text[self.at] in "\"'":
            self.string()
        else:
            plain = _PLAIN.match(self.text, self.at)
            assert plain is not None
            self.at = plain.end()

    def sees(self) -> bool:
        """Whether something comes, behind blanks and comments."""
        skipped = _SKIPPED.match(self.text, self.at)
        assert skipped is not None
        self.at = skipped.end()
        return self.at < len(self.text)

    def accepts(self, sign: str) -> bool:
        """Step over a sign, and over what is blank behind it, if it comes next."""
        self.sees()
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        self.sees()
        return True
