"""How a measured process is spoken to: it says `ready`, then answers each line with one."""

from __future__ import annotations

import sys
from collections.abc import Callable


def answer(do: Callable[[str], object]) -> None:
    """Do what each line asks for, until there are no more."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        found = do(line.strip())
        sys.stdout.write(f"{found}\n")
        sys.stdout.flush()
