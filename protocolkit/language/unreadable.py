"""What to say when the YAML reader cannot go on: its own words are for programmers.

From the reader's problem and the text around it to a place, what is wrong and what to do.
Imports `signs` only: the `yaml` package stays behind the door in `text`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from protocolkit.language.signs import PLAIN_SPACE, is_no_break

MAX_KEY = 64
LONG_KEY = "choose a short name, and put the words in `title`"
NO_SPACE = "There is no space after this colon, so the key and its value are read as one word."
ADD_SPACE = "put a space after the colon: `key: value`"
_TIGHT = re.compile(r"\s*(?:- +)?[A-Za-z_][\w-]*(:)[^ \t\n:/]")
_MARKDOWN = re.compile(r"\s*(?:```|\*\*|\* |\|.*\|\s*\Z)")
_SIMPLE_KEY = 1024  # YAML looks no further for the colon after a key


class Unreadable(NamedTuple):
    """Where reading stopped, in words; lines and columns count from 1.

    `other` is a second place, (line, column), that helps to see why.
    """

    line: int
    column: int
    says: str
    help: str
    other: tuple[int, int] | None = None


_CAUSES = (
    (
        "found character '\\t'",
        "This line is indented with a tab.",
        "use spaces, two for each level",
    ),
    (
        "found character that cannot start any token",
        "A text cannot start with this character.",
        "put the text in quotes",
    ),
    (
        "did not find expected alphabetic or numeric character",
        "A text cannot start with `&`, `*` or `!`.",
        "put the text in quotes",
    ),
    (
        "did not find expected '-' indicator",
        "This line stands where the next `-` of a list should be.",
        "line it up with the list above, or with the key that the list belongs to",
    ),
    (
        "block sequence entries are not allowed",
        "A list item `-` cannot stand here.",
        "start the list on a new line below its key",
    ),
    (
        "did not find expected comment or line break",
        "Nothing may follow `|` or `>` on its line.",
        "start the text on the next line, or put it in quotes",
    ),
    ("found unexpected ':'", NO_SPACE, ADD_SPACE),
    (
        "document start",
        "The protocol ends before this point; nothing may follow it.",
        "take out what follows, or the bracket or `...` that ends it too early",
    ),
    (
        "escape",
        "In double quotes `\\` starts a special sign, and this is none.",
        "use single quotes, or write `\\\\` for the sign itself",
    ),
    (
        "did not find expected node content",
        "A value was expected here.",
        "write the value, or take out the comma or bracket too many",
    ),
)
_DIRECTIVE = ("A line that starts with `%` is not part of this language.", "take it out")


def explain(
    problem: str,
    context: str,
    at: tuple[int, int],
    opened: tuple[int, int] | None,
    text: str,
) -> Unreadable:
    """The reader's problem in plain words.

    `at` and `opened` are (line, column) from 1: where it stopped, and where the part began.
    """
    lines = text.split("\n")
    line, column = at
    if line > len(lines) or not "\n".join(lines[line - 1 :]).strip():  # the end of the file
        line = max((n for n, content in enumerate(lines, 1) if content.strip()), default=1)
        column = len(lines[line - 1].rstrip()) + 1
    content = lines[line - 1]
    before = content[: column - 1]
    first = len(content) - len(content.lstrip(" ")) + 1
    if "\t" in content[:column] and not before.strip():
        return Unreadable(line, content.index("\t") + 1, *_CAUSES[0][1:])
    if _MARKDOWN.match(content):
        return Unreadable(
            line,
            first,
            "This line is not YAML: it looks like Markdown, from a text with marks.",
            "take out what is not part of the protocol, or put `# ` before it to keep it as a "
            "comment",
        )
    if "directive" in context:
        return Unreadable(line, 1, *_DIRECTIVE)
    if "escape" not in problem and "quoted scalar" in context and opened:
        return Unreadable(
            *opened, "A quote is opened here and never closed.", "close it at the end of the text"
        )
    if "mapping values are not allowed" in problem:
        above = next((n for n in range(line - 1, 0, -1) if lines[n - 1].strip()), line)
        tight = _tight(line, content)
        if tight is None and ": " not in before:
            tight = _tight(above, lines[above - 1])
        return tight or _colon(line, column, first, before)
    if "could not find expected ':'" in problem:
        where = opened[0] if opened else line
        return _tight(where, lines[where - 1]) or Unreadable(
            *(opened or (line, first)),
            "This line has no colon, so it is no key.",
            "write `key: value`; for a list start the line with `- `",
        )
    if "did not find expected ',' or" in problem and opened:
        return _bracket((line, column), opened, lines)
    if content[column - 1 : column] == ":" and "did not find expected" in problem:
        return Unreadable(line, column, "A key is missing before this colon.", "write the key")
    if "did not find expected key" in problem:
        return _no_key(line, column, before)
    for words, says, help in _CAUSES:
        if words in problem:
            return Unreadable(line, column, says, help)
    return Unreadable(
        line,
        column,
        "This line is not valid YAML.",
        "compare it with the lines above: spaces, colons, quotes",
    )


def _tight(line: int, content: str) -> Unreadable | None:
    """A key whose colon has no plain space behind it, if that is how a line begins."""
    found = _TIGHT.match(content)
    if found is None:
        return None
    column = found.start(1) + 1
    if is_no_break(content[column : column + 1]):
        return Unreadable(
            line,
            column + 1,
            "There is a no-break space after this colon, so this line has no value.",
            PLAIN_SPACE,
        )
    return Unreadable(line, column, NO_SPACE, ADD_SPACE)


def _colon(line: int, column: int, first: int, before: str) -> Unreadable:
    """A `: ` that begins a value where none can begin."""
    if column - first > _SIMPLE_KEY:
        return Unreadable(line, first, f"This key is longer than {MAX_KEY} characters.", LONG_KEY)
    if ": " not in before:  # so the value that is open began on a line above
        return Unreadable(
            line,
            first,
            "This line is read as part of the text above it.",
            "give keys of one level the same number of spaces, and see whether the line "
            "above lacks its colon",
        )
    return Unreadable(
        line,
        column,
        "A colon followed by a space starts a value, and there is already one on this line.",
        "put the text in quotes, or start a new line for the new key",
    )


def _bracket(at: tuple[int, int], opened: tuple[int, int], lines: list[str]) -> Unreadable:
    """Something that does not go on from what stands inside a bracket."""
    if at[0] == opened[0]:
        return Unreadable(
            *at,
            "A comma or a closing bracket is missing before this.",
            "put commas between the entries, and a text with `: ` or a comma in quotes",
            opened,
        )
    sign = lines[opened[0] - 1][opened[1] - 1 : opened[1]]
    return Unreadable(
        *opened,
        f"The bracket `{sign}` is not closed where it should be.",
        f"look at line {at[0]}: a comma or a bracket is missing before it",
        at,
    )


def _no_key(line: int, column: int, before: str) -> Unreadable:
    """Something stands where a key of the map around it should."""
    if before.strip():
        return Unreadable(
            line,
            column,
            "Nothing may follow a closing quote or bracket here.",
            "take out what follows, or put the whole text in one pair of quotes",
        )
    return Unreadable(
        line,
        column,
        "This line does not line up with the lines above it.",
        "give keys of one level the same number of spaces, and quote a text that holds `: ` or `#`",
    )
