"""The declared name that somebody probably meant. Imports nothing of the project."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 1000
"""Among more names than that nothing is guessed: comparing takes its time for each."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The closest of the known names, or an empty text when none is close."""
    from difflib import get_close_matches

    names = list(known)
    if len(names) > _MOST:
        return ""
    names.sort()
    name = name.lower()
    close = get_close_matches(name, names, n=1, cutoff=0.72)
    if close or len(name) < 3:
        return close[0] if close else ""
    return next((other for other in names if _one_letter_apart(name, other)), "")


def did_you_mean(name: str, known: Iterable[str], listed: int = 12) -> str:
    """A help text: the closest name, else the list of names if it is short."""
    from heapq import nsmallest

    names = list(known)
    close = nearest(name, names)
    if close:
        return f"did you mean `{close}`?"
    if not names:
        return ""
    shown = ", ".join(f"`{known_name}`" for known_name in nsmallest(listed, names))
    return f"use one of {shown}" + (" ..." if len(names) > listed else "")


def _one_letter_apart(a: str, b: str) -> bool:
    """One letter other than in the second: of three letters that is a lot, and still a slip."""
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
