"""The open questions of one protocol, ready to be shown. Imports the gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from protocolkit.checks.gaps import HEADINGS, Gap
from protocolkit.ground.record import Record

HOW_TO_ANSWER = (
    "A gap is no fault. To close one, write what you agree on into the file. To leave one open "
    "on purpose, write `left_open:` with the reason beside it."
)


class Sheet(Record):
    """The gaps of one protocol, and what it is called."""

    title: str
    jurisdiction: str
    version: str
    gaps: tuple[Gap, ...]

    @property
    def open(self) -> tuple[Gap, ...]:
        """Those that nobody has answered yet."""
        return tuple(gap for gap in self.gaps if not gap.left_open)

    @property
    def left_open(self) -> tuple[Gap, ...]:
        """Those that stay open on purpose."""
        return tuple(gap for gap in self.gaps if gap.left_open)

    @property
    def count(self) -> str:
        """How many of each, in words."""
        number, left = len(self.open), len(self.left_open)
        said = f"{number} open {'question' if number == 1 else 'questions'}"
        return f"{said}, {left} left open on purpose" if left else said

    def by_kind(self) -> Mapping[str, Sequence[tuple[int, Gap]]]:
        """The open gaps under their headings, numbered through."""
        found: dict[str, list[tuple[int, Gap]]] = {}
        for number, gap in enumerate(self.open, start=1):
            found.setdefault(HEADINGS[gap.kind], []).append((number, gap))
        return found


def where(gap: Gap) -> str:
    """The place in the file, and the section of the source."""
    place = f"{gap.place.file}:{gap.place.start.line}" if gap.place is not None else ""
    return ", ".join(filter(None, (place, gap.source)))
