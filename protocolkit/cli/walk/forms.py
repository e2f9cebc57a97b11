"""What a walk uses of the scenario files: one door, so that a change there is met here.

Imports the scenarios, and the checks' table of mentions.
"""

from __future__ import annotations

from protocolkit.checks.mentions import mentions
from protocolkit.model.protocol import Protocol
from protocolkit.scenarios import Results, run_text
from protocolkit.scenarios.acts import ACTS
from protocolkit.scenarios.names import WORDS, Names
from protocolkit.scenarios.running import CASE
from protocolkit.scenarios.shapes import (
    NO_DATE,
    NONE,
    PROGRAMME,
    UNKNOWN,
    Act,
    Facts,
    Seats,
    Time,
)
from protocolkit.scenarios.times import shown

__all__ = [
    "ACTS",
    "CASE",
    "NONE",
    "NO_DATE",
    "PROGRAMME",
    "UNKNOWN",
    "WORDS",
    "Act",
    "Facts",
    "Names",
    "Results",
    "Seats",
    "Time",
    "abilities",
    "run_text",
    "shown",
]


def abilities(protocol: Protocol) -> frozenset[str]:
    """What people can do, as far as a rule asks for it; a scenario says no more of them."""
    return frozenset(one.name for one in mentions(protocol) if "capability" in one.kinds)
