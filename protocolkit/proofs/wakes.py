"""The instants at which some condition of a protocol may be answered otherwise.

Also of conditions that nobody watches: what an act needs, which way it goes. Imports the
situation, and what conditions read.
"""

from __future__ import annotations

from datetime import datetime

from protocolkit.conditions.text import str_of
from protocolkit.proofs.reads import atoms_of, can_change
from protocolkit.semantics.case import Case
from protocolkit.semantics.program import Program
from protocolkit.semantics.situation import CaseSituation

Instant = tuple[datetime, bool]
"""When, and whether that instant must be over."""


class Wakes:
    """The phrases of one protocol whose answer time can change."""

    def __init__(self, program: Program) -> None:
        self.program = program
        protocol = program.protocol
        self.judges = [
            (str_of(atom), program.judge(atom))
            for atom in atoms_of(protocol)
            if can_change(atom, protocol)
        ]

    def ahead(self, case: Case, now: datetime, phrase: str = "", *, past: bool) -> list[Instant]:
        """Instants ahead, the next one first; of one phrase only, if it is named."""
        found: set[Instant] = set()
        for text, judge in self.judges:
            if judge is None or phrase not in ("", text):
                continue
            situation = CaseSituation(case, self.program, now, past=past)
            judge(situation)
            found.update(situation.wakes)
        return sorted(one for one in found if one > (now, past))
