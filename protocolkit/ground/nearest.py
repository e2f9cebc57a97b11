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


def only_meant(name: str, known: Iterable[str]) -> str:
    """The one known name that can be got by putting right two slips at most: a letter left out,
    added, changed, or two swapped. "" when there is none or more than one; in a short name one
    slip is the most.
    """
    names = list(known)
    if len(names) > _MOST:
        return ""
    most = 2 if len(name) > 4 else 1
    close = [other for other in names if _slips(name.lower(), other, most) <= most]
    return close[0] if len(close) == 1 else ""


def _slips(a: str, b: str, most: int) -> int:
    """How many slips lie between two texts (optimal string alignment); more than `most` when
    their lengths alone tell so.
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        earlier, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return row[-1]


def _one_letter_apart(a: str, b: str) -> bool:
    """One letter other than in the second: of three letters that is a lot, and still a slip."""
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
