"""When things can happen, as differences: which instants can come before which, and by how much.

A zone is a set of bounds on the differences between a few named instants: now, those that limits
count from, and those at which time will do something. It stands for every choice of real
instants that keeps all the bounds. The closed form (each bound as tight as the others make it) is
kept, so that inclusion is a comparison bound by bound. Imports nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence

Bound = int
"""Twice the seconds, plus one if the bound itself is included: `<` is tighter than `<=`."""

FREE: Bound = 1 << 60
"""No bound."""


def at_most(seconds: int) -> Bound:
    """A difference of at most so many seconds."""
    return 2 * seconds + 1


def below(seconds: int) -> Bound:
    """A difference of less than so many seconds."""
    return 2 * seconds


def both(a: Bound, b: Bound) -> Bound:
    """The bound on the sum of two differences."""
    if a >= FREE or b >= FREE:
        return FREE
    return ((a >> 1) + (b >> 1)) * 2 + (a & b & 1)


class Zone:
    """Bounds on differences: `rows[i][j]` bounds name i minus name j. Never changed once made."""

    __slots__ = ("names", "rows")

    def __init__(self, names: Sequence[Hashable], rows: list[list[Bound]]) -> None:
        self.names = tuple(names)
        self.rows = rows

    def bound(self, a: Hashable, b: Hashable) -> Bound:
        """The bound on a minus b; free when one of them is not known here."""
        if a not in self.names or b not in self.names:
            return FREE
        return self.rows[self.names.index(a)][self.names.index(b)]

    def adding(
        self, names: Iterable[Hashable], bounds: Iterable[tuple[Hashable, Hashable, Bound]]
    ) -> Zone | None:
        """The same with more names and bounds (a, b, bound on a minus b); None when no instants
        keep them all.
        """
        known = [*self.names, *(name for name in names if name not in self.names)]
        size, old = len(known), len(self.names)
        place = {name: number for number, name in enumerate(known)}
        rows = [row + [FREE] * (size - old) for row in self.rows]
        rows += [[FREE] * size for _ in range(size - old)]
        for number in range(old, size):
            rows[number][number] = 1
        for a, b, bound in bounds:
            if bound < rows[place[a]][place[b]] and not _tighten(rows, place[a], place[b], bound):
                return None
        return Zone(known, rows)

    def keeping(self, names: Sequence[Hashable]) -> Zone:
        """Only these names, in this order; what was known through the others stays known."""
        places = [self.names.index(name) for name in names]
        return Zone(names, [[self.rows[i][j] for j in places] for i in places])

    def renamed(self, names: Sequence[Hashable]) -> Zone:
        """The same under other names, one for each."""
        return Zone(names, self.rows)

    def blurred(self, longest: int, sparing: Collection[Hashable] = ()) -> Zone:
        """What is further apart than any span of the protocol counts as any distance, so that a
        search comes to an end; only ever a larger set. Distances to what is spared stay.
        """
        far, near = at_most(longest), below(-longest)
        rows = [[FREE if bound > far else max(bound, near) for bound in row] for row in self.rows]
        for spared in sparing:
            if spared in self.names:
                place = self.names.index(spared)
                rows[place] = self.rows[place]
                for row, exact in zip(rows, self.rows, strict=True):
                    row[place] = exact[place]
        return Zone(self.names, rows)

    def within(self, other: Zone) -> bool:
        """Whether every choice of instants here is one of the other's (the same names)."""
        return all(
            mine <= theirs
            for row, others in zip(self.rows, other.rows, strict=True)
            for mine, theirs in zip(row, others, strict=True)
        )


def _tighten(rows: list[list[Bound]], a: int, b: int, bound: Bound) -> bool:
    """Put one tighter bound into a closed form; False when nothing is left."""
    if both(bound, rows[b][a]) < 1:
        return False
    rows[a][b] = bound
    size = range(len(rows))
    for i in size:
        to_b = both(rows[i][a], bound)
        if to_b < rows[i][b]:
            rows[i][b] = to_b
        if to_b >= FREE:
            continue
        row, onward = rows[i], rows[b]
        for j in size:
            through = both(to_b, onward[j])
            if through < row[j]:
                row[j] = through
    return True


NOW = "now"
"""The name of the present in every zone."""

START = Zone((NOW,), [[1]])
"""A case at its beginning: only the present is known."""
