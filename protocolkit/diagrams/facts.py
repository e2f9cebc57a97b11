"""Facts as lines of a figure: wrapped, with what is not stated said quietly.

Imports `graph`, `style` and the words.
"""

from __future__ import annotations

from collections.abc import Iterable

from protocolkit.diagrams.graph import Line, Tone
from protocolkit.diagrams.style import wrap
from protocolkit.diagrams.wording import NOT_STATED

CARD = 50
"""Letters to a line of a card."""


def lines(text: str, columns: int = CARD, tone: Tone = "detail") -> tuple[Line, ...]:
    """A text as lines of one tone."""
    return tuple(Line(text=line, tone=tone) for line in wrap(text, columns))


def fact(text: str, columns: int = CARD) -> tuple[Line, ...]:
    """A fact; `Due: not stated` is quiet."""
    return lines(text, columns, "quiet" if text.endswith(f": {NOT_STATED}") else "detail")


def facts(texts: Iterable[str]) -> tuple[Line, ...]:
    """Facts, one below the other."""
    return tuple(line for text in texts for line in fact(text))


def several(word: str, items: list[tuple[str, ...]]) -> list[str]:
    """`Follow-ups: one`, or the word and then an entry for each; nothing for none."""
    if len(items) == 1:
        first, *rest = items[0]
        return [f"{word}: {first}", *rest]
    told = [text for first, *rest in items for text in (f"• {first}", *rest)]
    return [f"{word}:", *told] if items else []
