"""Interleaved rounds and their median ratio: what a shared machine allows to be compared."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

ROUNDS = 9

ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
"""Bytecode is kept, as it is where a command runs every day: the first run of each writes it."""


def command(*words: str) -> Callable[[], None]:
    """A whole Python process."""

    def run() -> None:
        subprocess.run(
            [sys.executable, *words], check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT
        )

    return run


nothing = command("-c", "pass")
"""The floor below any command: Python starts and ends."""


def ratio(
    ours: Callable[[], None], floor: Callable[[], None], rounds: int = ROUNDS
) -> tuple[float, float]:
    """The median over rounds of time(ours) / time(floor), and the median time of ours.

    Units: seconds. Each round runs both, one after the other, so that a slow moment of the
    machine falls on both.
    """
    ours()
    floor()
    ratios: list[float] = []
    times: list[float] = []
    for _ in range(rounds):
        mine = timed(ours)
        ratios.append(mine / timed(floor))
        times.append(mine)
    return median(ratios), median(times)


class Took(NamedTuple):
    """How long something took, and how long a processor of this process worked on it.

    Units: seconds.
    """

    seconds: float
    work: float


class Share(NamedTuple):
    """How many of ours are done in the time of one of the floor, and what one of ours took."""

    share: float
    took: Took


def share(ours: Callable[[], Took], floor: Callable[[], Took], rounds: int = ROUNDS) -> Share:
    """Medians over rounds as in `ratio`, for what must make itself ready first: each says how long
    the rest then took.
    """
    ours()
    floor()
    found = [(ours(), floor()) for _ in range(rounds)]
    return Share(
        median(theirs.seconds / mine.seconds for mine, theirs in found),
        Took(median(one.seconds for one, _ in found), median(one.work for one, _ in found)),
    )


def took(run: Callable[[], object]) -> Took:
    """What something took."""
    start, work = perf_counter(), process_time()
    run()
    return Took(perf_counter() - start, process_time() - work)


def timed(run: Callable[[], object]) -> float:
    """How long something takes. Units: seconds."""
    return took(run).seconds


# -- what takes long -------------------------------------------------------------------------------


def worked(*words: str) -> float:
    """How long a processor worked for a whole Python process.

    For what takes long: a round of it never falls on the same moment as a round of its floor, so
    what others do meanwhile must not count. An answer of "no" (1) is one too. Units: seconds.
    """
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    call = [sys.executable, *words]
    process = os.posix_spawn(sys.executable, call, ENVIRONMENT, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise ChildProcessError(f"{' '.join(words)} did not do its work")
    return used.ru_utime + used.ru_stime


def least(calls: Mapping[str, Sequence[str]], rounds: int) -> dict[str, float]:
    """The least that a processor worked for each of some Python processes, in rounds of all.

    Units: seconds.
    """
    for words in calls.values():
        worked(*words)
    found = [{name: worked(*words) for name, words in calls.items()} for _ in range(rounds)]
    return {name: min(one[name] for one in found) for name in calls}


def start_of_python() -> float:
    """The same for a Python that does nothing, as it is now. Units: seconds."""
    return median(worked("-c", "pass") for _ in range(9))
