"""Interleaved rounds and their median ratio: what a shared machine allows to be compared."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

ROUNDS = 9


def ratio(
    ours: Callable[[], None], floor: Callable[[], None], rounds: int = ROUNDS
) -> tuple[float, float]:
    """The median over rounds of time(ours) / time(floor), and the median time of ours.

    Units: seconds. Each round runs both, one after the other, so that a slow moment of the
    machine falls on both.
    """
    ours(), floor()
    ratios: list[float] = []
    times: list[float] = []
    for _ in range(rounds):
        mine = _timed(ours)
        ratios.append(mine / _timed(floor))
        times.append(mine)
    return median(ratios), median(times)


def _timed(run: Callable[[], None]) -> float:
    start = perf_counter()
    run()
    return perf_counter() - start
