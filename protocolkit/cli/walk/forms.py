"""What a walk uses of the scenario files: one door, so that a change there is met here.

Imports the scenarios.
"""

from __future__ import annotations

from protocolkit.scenarios import Results, run_text
from protocolkit.scenarios.acts import ACTS
from protocolkit.scenarios.names import WORDS, Names
from protocolkit.scenarios.running import CASE
from protocolkit.scenarios.shapes import (
    NOBODY,
    PROGRAMME,
    Act,
    Facts,
    Seats,
    Time,
)
from protocolkit.scenarios.sights import difference, sight
from protocolkit.scenarios.times import shown
from protocolkit.scenarios.unread import abilities
from protocolkit.scenarios.writing import WAIT, Deed, file_text, flow, step

__all__ = [
    "ACTS",
    "CASE",
    "NOBODY",
    "PROGRAMME",
    "WAIT",
    "WORDS",
    "Act",
    "Deed",
    "Facts",
    "Names",
    "Results",
    "Seats",
    "Time",
    "abilities",
    "difference",
    "file_text",
    "flow",
    "run_text",
    "shown",
    "sight",
    "step",
]
