"""Signs that have no place in a protocol: unseen ones, and those that a word processor puts in.

An unseen sign can hide what a line says, so a text that holds one is not read. Curly quotes and
no-break spaces look like straight quotes and plain spaces, and are read as letters; what was
meant is plain enough to go on. Imports nothing of the project.
"""

from __future__ import annotations

import re
from typing import NamedTuple

PLAIN_SPACE = "delete it and type a plain space: the two look the same, and are not"

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, the next-line character among them
    "\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069"  # unseen, or change direction
    "\u2028\u2029\ufeff\ufff9-\ufffb"  # line breaks, byte order marks, annotations
    "\ud800-\udfff\ufffe\uffff\U000e0000-\U000e007f]"  # half characters, no characters, tags
    "|\r(?!\n)"
)
_CURLY = "\u2018\u2019\u201a\u201c\u201d\u201e\u201f"
_NO_BREAK = "\xa0\u2007\u202f"
_PLAIN = str.maketrans(dict.fromkeys(_NO_BREAK, " "))


class Sign(NamedTuple):
    """A sign that should not be there: its offset in the text, what is wrong, what to do.

    `indents`: it may stand for the spaces that indent a line, so that nobody knows what the
    line belongs to.
    """

    offset: int
    says: str
    help: str
    indents: bool = False


def unseen(text: str) -> Sign | None:
    """The first unseen sign of a text."""
    found = _UNSEEN.search(text)
    if found is None:
        return None
    if found.group() == "\r":
        return Sign(
            found.start(),
            "The lines of this file end in a way that is no longer used (U+000D alone).",
            "save it again with the line ends of Windows or Unix",
        )
    return Sign(
        found.start(),
        f"There is an unseen character here (U+{ord(found.group()):04X}).",
        "delete it and type the text again; such characters can hide what a line says",
    )


def pasted(text: str) -> Sign | None:
    """The first sign of a word processor in a text without quotes."""
    if text.isascii():
        return None
    if text[0] in _CURLY:
        return Sign(
            0,
            f"This text begins with a curly quote {text[0]}, which is read as a part of it.",
            "write straight quotes: \" or '",
        )
    offset = next((place for place, sign in enumerate(text) if is_no_break(sign)), None)
    if offset is None:
        return None
    says = "There is a no-break space here, which is read as a part of the text."
    return Sign(offset, says, PLAIN_SPACE, indents=offset == 0)


def meant(text: str) -> str:
    """A text with plain spaces, and without the curly quotes around it."""
    return text.translate(_PLAIN).strip(_CURLY + " ")


def is_no_break(sign: str) -> bool:
    """Whether a sign is a space that looks like a plain one."""
    return sign != "" and sign in _NO_BREAK
