"""What a scenario gives and nothing reads: it would look tested, and is not.

Imports the checks' table of mentions, which tells what the rules of a protocol read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from protocolkit.checks.mentions import HAPPENS, mentions
from protocolkit.ground.findings import Place
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import Record
from protocolkit.language.tree import Entry
from protocolkit.model.protocol import Protocol
from protocolkit.scenarios.form import Said
from protocolkit.scenarios.names import Names
from protocolkit.scenarios.nodes import Nodes
from protocolkit.scenarios.values import Values


class Reads(Record):
    """What the rules of a protocol read: facts, and what people can do."""

    facts: frozenset[str]
    abilities: frozenset[str]


class Unread:
    """Collects what one story gives, and tells what nothing reads.

    `known` keeps what the rules of each protocol read, for all stories of a file.
    """

    def __init__(self, nodes: Nodes, known: dict[str, Reads]) -> None:
        self.nodes = nodes
        self._given: dict[tuple[str, str], tuple[Names, Place]] = {}
        self._expected: set[tuple[str, str]] = set()
        self._known = known

    def given(self, values: Values, facts: Mapping[str, Said]) -> None:
        """Facts that a step gives. A refusal reads what it refuses."""
        names = values.names
        for fact, said in facts.items():
            if not values.refused:
                self._given.setdefault((names.protocol.id, fact), (names, said.place))

    def expected(self, values: Values, facts: Mapping[str, Said]) -> None:
        """Facts that an expectation reads."""
        self._expected.update((values.names.protocol.id, fact) for fact in facts)

    def facts(self) -> None:
        """Note every fact that was given and that nothing reads."""
        for key, (names, place) in self._given.items():
            fact = key[1]
            if key not in self._expected and fact not in self._reads(names.protocol).facts:
                self.nodes.unread(
                    f"No rule reads the fact `{fact}`, and no step expects it.",
                    place,
                    f"leave it out, or add `expect: {{facts: {{{fact}: ...}}}}` to a later step",
                )

    def _reads(self, protocol: Protocol) -> Reads:
        if protocol.digest not in self._known:
            self._known[protocol.digest] = _reads(protocol)
        return self._known[protocol.digest]

    def can(self, protocol: Protocol, abilities: Sequence[str], entry: Entry) -> None:
        """Note what a person can do if no rule asks for it."""
        for ability in abilities:
            if ability not in self._reads(protocol).abilities:
                said = f"No rule asks who can do `{ability}`."
                self.nodes.unread(said, entry.value.place, "leave it out")

    def beside(self, names: Names, trigger: str, given: Mapping[str, Entry]) -> None:
        """Note what goes with an act if nothing about that act reads it."""
        declared = names.protocol.triggers.get(trigger)
        if declared is None:
            return
        rules = declared.exceptions
        if "exception" in given:
            value = given["exception"].value
            name = getattr(value, "text", "")
            if name in names.known("exception") and name not in rules:
                said = f"`{trigger}` has no exception `{name}`."
                self.nodes.report("PK101", said, value.place, did_you_mean(name, rules))
        readers = {
            "reason": bool(rules),
            "attended": bool(declared.together_with) or any(one.who for one in rules.values()),
        }
        for key, is_read in readers.items():
            if key in given and not is_read:
                said = f"Nothing about `{trigger}` reads `{key}`."
                self.nodes.unread(said, given[key].key.place, "leave it out")


def abilities(protocol: Protocol) -> frozenset[str]:
    """What people can do, as far as a rule asks for it; a scenario says no more of them."""
    return frozenset(one.name for one in mentions(protocol) if "capability" in one.kinds)


def _reads(protocol: Protocol) -> Reads:
    """What the rules of a protocol read."""
    found = tuple(mentions(protocol))
    required = {
        recorded.fact
        for trigger in protocol.triggers.values()
        for recorded in trigger.records
        if recorded.required
    }
    read = {
        one.name
        for one in found
        if one.kinds == HAPPENS or (one.conditional and "fact" in one.kinds)
    }
    return Reads(facts=frozenset(read | required), abilities=abilities(protocol))
