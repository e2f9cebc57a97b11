"""One measured size of a family, and the row of them. Imports nothing of the project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Point(NamedTuple):
    """One size. `times` is in starts of Python, `memory` in MiB: the whole process at its peak;
    `undecided` says why, if it could not be decided.
    """

    size: int
    situations: int
    times: float
    memory: float
    undecided: str = ""


class Curve(NamedTuple):
    """A family that was measured: what grows, how it is built in, whether it is the hard one."""

    grows: str
    how: str
    hard: bool
    points: Sequence[Point]
