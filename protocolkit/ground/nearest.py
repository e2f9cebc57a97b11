"""The declared name that somebody probably meant. Imports nothing of the project."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """The closest of the known names, or an empty text when none is close."""
    from difflib import get_close_matches

    close = get_close_matches(name.lower(), sorted(known), n=1, cutoff=0.72)
    return close[0] if close else ""


def did_you_mean(name: str, known: Iterable[str], listed: int = 12) -> str:
    """A help text: the closest name, else the list of names if it is short."""
    names = sorted(known)
    close = nearest(name, names)
    if close:
        return f"did you mean `{close}`?"
    if not names:
        return ""
    shown = ", ".join(f"`{known_name}`" for known_name in names[:listed])
    return f"use one of {shown}" + (" ..." if len(names) > listed else "")
