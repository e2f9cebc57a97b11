"""Processes that are split off, heard through a pipe, and killed.

The parent has imported everything, so that a child costs a few milliseconds. Imports watching.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import Self

from tests.faults.watching import Shared

PATIENCE = 60.0
"""After so many seconds a child is taken for stuck."""


class Child:
    """A process that does some work and says what it has done; it is dead at the end.

    `work` gets a function that says a line: what was said is heard even if it is killed then.
    """

    def __init__(self, work: Callable[[Callable[[str], None]], None], shared: Shared) -> None:
        self.shared = shared
        self._ear, mouth = os.pipe()
        self.process = os.fork()
        if not self.process:
            os.close(self._ear)
            _work(work, lambda line: _say(mouth, line))
        os.close(mouth)
        self._heard = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Kill it if it lives, and let go; a second time does nothing."""
        self.kill()
        if self._ear >= 0:
            os.close(self._ear)
            self.shared.close()
            self._ear = -1

    def kill(self) -> None:
        """End it where it stands."""
        if self.process:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
            self.process = 0

    def finish(self, patience: float = PATIENCE) -> int:
        """Hear it out; how it ended: 0, or minus the number of a signal.

        `patience` is for how many seconds it may be silent.
        """
        while self._hear(patience):
            pass
        status = os.waitpid(self.process, 0)[1]
        self.process = 0
        return os.waitstatus_to_exitcode(status)

    def ended(self, patience: float) -> bool:
        """Whether it ends within some seconds."""
        give_up = time.monotonic() + patience
        while (left := give_up - time.monotonic()) > 0:
            if select.select([self._ear], [], [], left)[0] and not self._hear(0):
                return True
        return False

    def wait_for_word(self) -> None:
        """Wait until it says something."""
        assert self._hear(PATIENCE), "a child ended without a word"

    def said(self) -> list[str]:
        """The lines it has said so far; all of them, once it is dead."""
        while self._hear(0):
            pass
        return self._heard.decode().splitlines()

    def wait_for_transaction(self, number: int) -> bool:
        """Wait until it has begun so many transactions; False if it ended before."""
        give_up = time.monotonic() + PATIENCE
        while self.shared.begun < number:
            if select.select([self._ear], [], [], 0.00005)[0] and not self._hear(0):
                return False
            assert time.monotonic() < give_up, "a child is stuck"
        return True

    def _hear(self, patience: float) -> bool:
        """Take what it says next; False when there is nothing, now or (if patient) ever."""
        ready = select.select([self._ear], [], [], patience)[0]
        assert ready or not patience, "a child is stuck"
        more = os.read(self._ear, 65536) if ready else b""
        self._heard += more
        return bool(more)


def _say(mouth: int, line: str) -> None:
    os.write(mouth, f"{line}\n".encode())


def _work(work: Callable[[Callable[[str], None]], None], say: Callable[[str], None]) -> None:
    """The whole life of a child."""
    code = 1
    try:
        work(say)
        code = 0
    finally:
        if code:
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(code)
