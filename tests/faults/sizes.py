"""How much of everything is done: little in `make test`, much with PROTOCOLKIT_SOAK=1.

The one place of these numbers; what the long runs gave stands in
docs/explanation/reliability.md.
"""

from __future__ import annotations

import os
import sys

SOAK = os.environ.get("PROTOCOLKIT_SOAK") == "1"

KILLS = 10_000 if SOAK else 40
"""Kills by timer on SQLite."""
KILLS_POSTGRES = 2_000 if SOAK else 15
"""Kills by timer on PostgreSQL."""
PLACE_STRIDE = 1 if SOAK else 4
"""At every how many-th place an upgrade is killed."""
CUTS_EACH = 4 if SOAK else 2
"""Random disks after a power cut at one point, beside the two extreme ones."""
CUT_STRIDE = 1 if SOAK else 8
"""Every how many-th point of the tape the power is cut."""
CUT_SEEDS = 4 if SOAK else 1
"""How many different stories are taped."""
RACERS = 8
APPENDS = 80_000 if SOAK else 320
"""Requests that are raced for, all processes together; each is delivered to two of them."""
APPENDS_POSTGRES = 4_000 if SOAK else 48
"""The same on PostgreSQL."""
DUE = 2_000 if SOAK else 60
"""Cases that fall due, each with four levels, whose notices are delivered."""
DUE_ONCE = 1_000_000 if SOAK else 1_000
"""Cases that fall due on PostgreSQL with one level each, whose notices are only written."""
DUE_KILLS = 40 if SOAK else 4
"""How many sweeping workers are killed."""
DISK_STRIDE = 1 if SOAK else 6
"""Every how many-th call to the disk fails."""
STOPS = 15 if SOAK else 3
"""How often the PostgreSQL server is stopped in the middle of work."""


def tell(what: str, **counts: object) -> None:
    """Say what a run did, for whoever asks with `pytest -rP`."""
    sys.stdout.write(f"{what}: {', '.join(f'{name} {count}' for name, count in counts.items())}\n")
