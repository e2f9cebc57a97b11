"""What a command says, and where: answers on stdout, notes and questions on stderr.

Nothing that comes from outside can steer the terminal, a reader that goes away does not
disturb the command, and a console without a letter shows a plainer one. Imports nothing of the
project.
"""

from __future__ import annotations

import codecs
import errno
import os
import sys
import unicodedata
from typing import TextIO

WIDTH = 100
WIDEST = 120

_PLAINER = "protocolkit.plainer"
_LIKE = {
    "S": "\u00a7",  # section
    "-": "\u2010\u2011\u2012\u2013\u2014\u2500\u2501",
    "'": "\u2018\u2019",
    '"': "\u201c\u201d\u201e",
    "|": "\u2502\u2503",
    "+": "\u250c\u2510\u2514\u2518\u251c\u2524\u252c\u2534\u253c",
    "*": "\u2022\u00b7",
    ">": "\u2192",
    "<": "\u2190",
    "x": "\u00d7",
    ".": "\u2026",
    " ": "\u00a0",
}
"""Signs that old consoles lack, by the one that is shown instead: one for one, so that what
stands below each other stays there.
"""


class Screen:
    """The two streams of the process, as they are when the command begins."""

    def __init__(self) -> None:
        self._out: TextIO | None = sys.stdout
        self._err: TextIO | None = sys.stderr
        for stream in (self._out, self._err):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors=_PLAINER)

    @property
    def color(self) -> bool:
        """Whether stdout shows colours: a terminal, and nobody asked for none."""
        return (
            _is_terminal(self._out)
            and not os.environ.get("NO_COLOR")
            and os.environ.get("TERM") != "dumb"
        )

    @property
    def width(self) -> int:
        """The width of the terminal, in columns, as far as lines of text should be long."""
        said = os.environ.get("COLUMNS", "")
        if said.isascii() and said.isdigit() and int(said):
            return min(int(said), WIDEST)
        if self._out is not None and _is_terminal(self._out):
            try:
                return min(os.get_terminal_size(self._out.fileno()).columns, WIDEST) or WIDTH
            except OSError:
                return WIDTH
        return WIDTH

    def say(self, text: str) -> None:
        """A part of the answer."""
        self._out = _written(self._out, f"{harmless(text)}\n")

    def show(self, text: str) -> None:
        """A part of the answer that is written as it is: coloured, or for programs."""
        self._out = _written(self._out, text)

    def note(self, text: str) -> None:
        """Something beside the answer that is good to know."""
        self._err = _written(self._err, f"{harmless(text)}\n")

    def passing(self, text: str) -> None:
        """What is going on just now, for who waits at a terminal; each takes the place of the one
        before, and an empty text clears it away.
        """
        if _is_terminal(self._err) and os.environ.get("TERM") != "dumb":
            self._err = _written(self._err, f"\r\x1b[K{harmless(text)}")

    def ask(self, question: str) -> str | None:
        """What a person answers to a question; None when nobody is there to answer."""
        self._err = _written(self._err, harmless(question))
        line = sys.stdin.readline() if sys.stdin is not None else ""
        return line.strip() if line else None

    def finish(self) -> None:
        """Let everything out. Raises: OSError: the answer could not be written."""
        self._out = _written(self._out, "")


def harmless(text: str) -> str:
    """A text in which every character that does not print is shown by its number."""
    return "".join(
        sign if sign.isprintable() or sign == "\n" else f"\\u{ord(sign):04x}" for sign in text
    )


def plainly(error: OSError) -> str:
    """What went wrong with a file, in a sentence."""
    if error.strerror is None:
        return f"{error}."
    if error.filename is None:
        return f"{error.strerror}."
    return f"{os.fsdecode(error.filename)} cannot be opened: {error.strerror}."


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _written(stream: TextIO | None, text: str) -> TextIO | None:
    """Write to a stream that may be gone; the stream, or None when nobody reads it any more."""
    if stream is None:
        return None
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # A closed pipe is EPIPE, on Windows EINVAL; a full disk is neither.
        if error.errno not in (errno.EPIPE, errno.EINVAL):
            raise
        # The interpreter writes out what is left when it ends: to nowhere, then.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        return None
    return stream


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """The plainer letters for those that a console cannot show; else question marks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    shown = ""
    for sign in error.object[error.start : error.end]:
        like = next((plain for plain, signs in _LIKE.items() if sign in signs), "")
        bare = like or unicodedata.normalize("NFKD", sign)[0]
        shown += bare if bare.isascii() else "?"
    return shown, error.end


codecs.register_error(_PLAINER, _plainer)
