"""What a case holds by name, under the names of another text of its protocol.

A word for each kind of name that stands in a case, an id or a change: what a migration says it
is called from now on. Imports the changes and the words of the model.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.ground.record import EMPTY
from protocolkit.model import words
from protocolkit.semantics import changes as ch
from protocolkit.semantics.changes import FactValue

_SECTIONS = {
    **dict.fromkeys(words.MEETING_EVENTS, "meetings"),
    **dict.fromkeys(words.FOLLOW_UP_EVENTS, "follow_ups"),
    **dict.fromkeys(words.EXCEPTION_EVENTS, "exceptions"),
    **dict.fromkeys(words.FACT_EVENTS, "facts"),
    "": "triggers",
}
"""Where the name of what happens is declared, by the event."""


class Names:
    """The new names that a migration gives; "" for what is not there any more."""

    def __init__(self, change: ch.Migrated) -> None:
        self._names = change.names
        self._values = change.values
        self._instances = change.instances

    def of(self, section: str, name: str) -> str:
        """The new name of something."""
        found: Mapping[str, str] = self._names.get(section, EMPTY)
        return found.get(name, name)

    def happens(self, name: str, event: str) -> str:
        """The new name of what happens."""
        return self.of(_SECTIONS[event], name)

    def state(self, strand: str, state: str) -> str:
        """The new name of a state, without its strand."""
        return self.of("states", f"{strand}.{state}").rpartition(".")[2]

    def visit(self, visit: str) -> str:
        """The new id of a stay in a state."""
        where, _, number = visit.rpartition("/")
        strand, _, state = where.partition(".")
        strand, state = self.of("strands", strand), self.state(strand, state)
        return f"{strand}.{state}/{number}" if strand and state else ""

    def instance(self, id: str) -> str:
        """The new id of a follow-up that was opened."""
        return self._instances.get(id) or self.numbered("follow_ups", id)

    def numbered(self, section: str, id: str) -> str:
        """The new id of what is called by a name and a number."""
        name, slash, number = id.partition("/")
        found = self.of(section, name)
        return f"{found}{slash}{number}" if found else ""

    def watched(self, of: str, instances: Mapping[str, object]) -> str:
        """The new id of what a ladder watches; `instances` are the old ones of the case."""
        if of.startswith("#"):
            return of
        return self.instance(of) if of in instances else self.visit(of)

    def holder(self, word: str) -> str:
        """The new word for a holder or a part of a follow-up: a role, an act, or no name at all."""
        if word in self._names.get("roles", EMPTY):
            return self.of("roles", word)
        return self.of("triggers", word)

    def about(self, about: str) -> str:
        """The new word for what a notice is about."""
        name, _, what = about.rpartition(".")
        found = self.of("follow_ups" if what == "vacant" else "escalations", name)
        return f"{found}.{what}" if found else about

    def signed(self, what: str) -> str:
        """The new name of what several agree to: an act, or to extend a follow-up."""
        kind, space, id = what.partition(" ")
        return f"{kind} {self.instance(id)}" if space else self.of("triggers", what)

    def value(self, fact: str, value: FactValue) -> FactValue | None:
        """The new value of a fact, by its old name; None when it is not known any more."""
        if isinstance(value, frozenset):
            return frozenset(filter(None, (self.of("roles", role) for role in value)))
        if isinstance(value, str):
            return self._values.get(fact, EMPTY).get(value, value) or None
        return value

    def occurrence(self, one: ch.Happened, instances: Mapping[str, object]) -> ch.Happened:
        """Something that happened, under its new name; without one if it has none."""
        return one.replace(
            name=self.happens(one.name, one.event),
            role=self.of("roles", one.role) or one.role,
            of=(self.instance(one.of) or one.of) if one.of in instances else one.of,
            item=self.holder(one.item),
        )
