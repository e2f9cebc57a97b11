"""Processes that are told what to write to a store (see `writer.py`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]


class Writer:
    """A process that does what it is told; killed at the end."""

    def __init__(self, address: str) -> None:
        # A file needs nothing that is installed, and without that a process starts sooner.
        alone = ["-S"] if address.startswith("sqlite:") else []
        self._process = subprocess.Popen(
            [sys.executable, *alone, "-m", "tests.store.writer", address],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def tell(self, *words: object) -> None:
        """Have it do something."""
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(map(str, words)) + "\n")
        self._process.stdin.flush()

    def heard(self) -> str:
        """Its next answer."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def finish(self) -> list[str]:
        """Its further answers, once it has nothing more to do."""
        out, _ = self._process.communicate(timeout=60)
        assert 0 == self._process.returncode
        return out.splitlines()

    def kill(self) -> list[str]:
        """End it in the middle of what it does, and hear what it had answered."""
        self._process.kill()
        if self._process.stdout and self._process.stdout.closed:
            return []
        out, _ = self._process.communicate(timeout=60)
        return out.splitlines()
