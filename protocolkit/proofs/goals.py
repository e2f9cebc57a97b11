"""What can be seen in a graph: acts done, moves made, states entered, follow-ups, levels, lateness.

Imports the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from protocolkit.model.protocol import Protocol
from protocolkit.proofs.graph import Graph
from protocolkit.semantics import changes as ch
from protocolkit.semantics.changes import Change

Goal = tuple[str, str]
"""What is looked for: `act`, `move` (act#n), `state` (strand.state), `opened`, `ended`, `late`, or
`level` (ladder#n), and its name; or that the case is `closed`.
"""


def seen_in(protocol: Protocol, changes: Iterable[Change]) -> Iterator[Goal]:
    """What a step did."""
    acts: list[str] = []
    for change in changes:
        match change:
            case ch.Happened(name=name, event="") if name in protocol.triggers:
                acts.append(name)
                yield "act", name
            case ch.Moved(strand=strand, from_=from_, to=to):
                yield "state", f"{strand}.{to}"
                for act in acts:
                    for number, move in enumerate(protocol.triggers[act].moves, 1):
                        own = move.strand in ("", strand)
                        if own and from_ in move.from_ and move.to == to:
                            yield "move", f"{act}#{number}"
            case ch.Opened(follow_up=follow_up):
                yield "opened", follow_up
            case ch.Ended(instance=instance, because=because) if because != "closed":
                yield "ended", instance.partition("/")[0]
            case ch.Overdue(instance=instance):
                yield "late", instance.partition("/")[0]
            case ch.CaseClosed():
                yield "closed", ""
            case ch.LevelReached(run=run, level=level, skipped=False):
                yield "level", f"{run.rpartition('/')[0]}#{level + 1}"


class Seen:
    """What was seen in a graph so far, as it grows."""

    def __init__(self, protocol: Protocol, wanted: Iterable[Goal]) -> None:
        self.protocol = protocol
        self.wanted = set(wanted)
        self.found: set[Goal] = set()
        self._begun = False
        self._next = 0

    def enough(self, graph: Graph) -> bool:
        """Whether all that is wanted was seen; looks at what is new in the graph."""
        if not self._begun and graph.nodes:
            self._begun = True
            self.found.update(seen_in(self.protocol, graph.first))
        while graph.expanded > self._next:
            node = graph.order[self._next]
            self._next += 1
            for edge in node.edges or ():
                self.found.update(seen_in(self.protocol, edge.changes))
        return self.wanted <= self.found
