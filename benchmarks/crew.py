"""Processes that work at the same time, or elsewhere, told by lines what to do.

A process says `ready`, and answers each line with one. Imports nothing of the project.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.ratios import ENVIRONMENT, Took, took


class Crew:
    """Some processes that run the same module with the same words."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        self._processes = processes

    def ask(self, line: str) -> list[str]:
        """Tell it to all of them at once; what each answers."""
        for one in self._processes:
            assert one.stdin is not None
            one.stdin.write(line + "\n")
            one.stdin.flush()
        return [self._answer(one) for one in self._processes]

    def took(self, line: str) -> Took:
        """How long it takes until the last of them has answered."""
        return took(lambda: self.ask(line))

    def wait(self) -> None:
        """Until all of them are ready."""
        for one in self._processes:
            while self._answer(one) != "ready":
                pass  # what a module says while it starts

    def end(self) -> None:
        """Let them go."""
        for one in self._processes:
            one.communicate()

    def _answer(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise ChildProcessError("a process that was measured ended early")
        return line.strip()


@contextmanager
def crew(size: int, *words: str, python: str = sys.executable) -> Iterator[Crew]:
    """So many processes of `python -m WORDS`, ready for their first line."""
    processes = [
        subprocess.Popen(
            [python, "-m", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=ENVIRONMENT,
            text=True,
        )
        for _ in range(size)
    ]
    found = Crew(processes)
    try:
        found.wait()
        yield found
    finally:
        found.end()
