"""One protocol judged: its proofs, how long things take, and what if somebody is not there.

Imports the reader and `verify`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from protocolkit.ground.errors import UsageError
from protocolkit.ground.findings import Path, Place
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import Record
from protocolkit.language.reading import Reading
from protocolkit.model.protocol import Protocol
from protocolkit.proofs import Budget, Proof, Result, verify
from protocolkit.proofs.contingency import Matrix, contingency
from protocolkit.proofs.times import PLENTY, times
from protocolkit.proofs.timing import Timing
from protocolkit.semantics.actors import Actor


class Judged(Record):
    """A protocol and all that was found out about it. `absent`: the roles that nobody holds."""

    reading: Reading
    protocol: Protocol
    proof: Proof
    times: tuple[Timing, ...]
    matrix: Matrix
    absent: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The protocol's file, as it was named."""
        return self.reading.file

    def place(self, path: Path) -> Place | None:
        """Where a part stands."""
        return self.reading.places.of(path) if path else None

    def place_of(self, result: Result) -> Place | None:
        """Where to look: the rule that is asked about, else the state in which the story ends."""
        if result.path:
            return self.place(result.path)
        states = result.story.states if result.story is not None else {}
        for strand, state in states.items():
            declared = self.protocol.strands[strand].states.get(state)
            if declared is not None:
                return self.place(declared.path)
        return None


def judge(
    reading: Reading,
    *,
    absent: Sequence[str] = (),
    roster: Sequence[Actor] = (),
    budget: Budget,
    between: tuple[str, str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Judged:
    """Ask everything about a protocol that was read without an error; how long it takes only
    `between` two things, if they are named.

    Raises: UsageError: there is no role of those that are said to be absent, or no such thing.
    """
    protocol = reading.protocol
    assert protocol is not None
    for role in absent:
        if role not in protocol.roles:
            hint = did_you_mean(role, protocol.roles)
            raise UsageError(f"{reading.file}: there is no role `{role}`. {hint}")
    no_more = Budget(
        situations=min(budget.situations, PLENTY.situations),
        seconds=min(budget.seconds, PLENTY.seconds),
    )
    return Judged(
        reading=reading,
        protocol=protocol,
        times=times(protocol, absent=absent, budget=no_more)
        if between is None
        else times(protocol, [between], absent=absent, budget=budget),
        proof=verify(protocol, absent=absent, roster=roster, budget=budget, progress=progress),
        matrix=contingency(protocol, roster),
        absent=tuple(absent),
    )
