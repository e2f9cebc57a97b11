"""A page of a long answer: what is on it, how much there is in all, where the next one begins.

Imports nothing of ours but the error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn, Self, TypeVar

from protocolkit.ground.errors import UsageError

T = TypeVar("T")


class Page(tuple[T, ...]):
    """Part of an answer, in order. `total` counts the whole, None if it is too long to count;
    `next` is the cursor with which the answer goes on, "" at its end.
    """

    total: int | None
    next: str

    def __new__(cls, items: Iterable[T] = (), total: int | None = 0, next: str = "") -> Self:
        found = super().__new__(cls, items)
        found.total = total
        found.next = next
        return found


def page(
    items: Sequence[T], total: int | None, limit: int | None, cursor: Callable[[T], str]
) -> Page[T]:
    """The first of what is left of an answer. `cursor` names the place behind an item.

    Raises: UsageError: the page would hold nothing.
    """
    if limit is not None and limit < 1:
        raise UsageError("A page holds at least one thing: `limit` must be 1 or more.")
    if limit is None or limit >= len(items):
        return Page(items, total)
    return Page(items[:limit], total, cursor(items[limit - 1]))


def no_place(after: str) -> NoReturn:
    """Raises: UsageError: always: the cursor is none of this answer."""
    raise UsageError(
        f"`{after[:60]}` is no place in this answer; take `next` from the page before."
    )
