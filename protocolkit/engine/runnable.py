"""What keeps a case from being opened under a protocol, found before anything is done.

Imports the model and ground.
"""

from __future__ import annotations

from protocolkit.ground.findings import Finding
from protocolkit.model.protocol import Protocol


def obstacles(protocol: Protocol) -> list[Finding]:
    """Why no case can begin: it must start in one state of each strand (PK201)."""
    found: list[Finding] = []
    for strand in protocol.strands.values():
        starts = [state for state in strand.states.values() if state.initial]
        if len(starts) != 1:
            said = f"{len(starts)} states are" if starts else "no state is"
            found.append(
                Finding(
                    code="PK201",
                    name="start-or-end-missing",
                    severity="error",
                    message=f"A case cannot be opened: {said} marked as the start.",
                    help="mark one state with `initial: true`",
                    path=starts[1].path if starts else strand.path,
                )
            )
    return found
