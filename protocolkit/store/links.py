"""How a store reaches its tables: what every database, and every way to one, must offer.

Statements are written with question marks where values stand. Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Row = tuple[Any, ...]
Question = tuple[str, Row]


class Work(Protocol):
    """A transaction that is open; values stand for the question marks of a statement."""

    def ask(self, *questions: Question) -> list[list[Row]]:
        """The rows of each question; what was told before is seen."""

    def tell(self, statement: str, rows: Iterable[Row]) -> None:
        """Do a statement with each of these rows, by the end of the transaction at the latest."""


class Link(Protocol):
    """How a store reaches its tables."""

    one_of: str
    """What stands behind a column that must be one of some texts (see `listed`)."""
    hold: str
    """What ends a question whose rows nobody else may change in this transaction."""
    skip: str
    """The same, passing over rows that somebody else holds."""
    lasting: bool
    """Whether what was written stays; a host may still undo it."""

    def listed(self, texts: list[str]) -> Any:
        """Texts as the one value that `one_of` asks for."""

    def read(self, statement: str, values: Row = ()) -> list[Row]:
        """The rows of a question, or none where no row could bear such a value."""

    def write(self, work: Callable[[Work], T]) -> T:
        """Do some work in one transaction, lasting on return, or undo all of it.

        The work may be done several times, of which one counts.
        """

    def transaction(self) -> AbstractContextManager[Work]:
        """The same for a block, which is done once; what its thread reads, it reads in it."""

    def close(self) -> None:
        """Let go of what is held."""
