"""A case in the engine that goes on under another text, beside the plain reference, which does not.

The reference knows the old names only; what is asked and what comes of it is put into the other
words in between.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from protocolkit.engine.engine import Engine
from protocolkit.engine.migrating import TakenOver
from protocolkit.language.reading import read_text
from protocolkit.language.text import parse
from protocolkit.language.tree import plain_data
from protocolkit.model.protocol import Protocol
from protocolkit.semantics.actors import Actor
from protocolkit.semantics.migration.plan import SECTIONS, Plan
from tests.properties.pairs import Pair, of_engine, of_reference
from tests.properties.strategies import protocol_texts
from tests.reference.ledger import Ask
from tests.renaming import ids_in, in_other_words, renamed


def read(text: str) -> Protocol:
    """A protocol from its text; what makes no sense together is not tried."""
    reading = read_text(text)
    assume(reading.ok)
    assert reading.protocol is not None
    return reading.protocol


def drawn(data: st.DataObject, features: tuple[str, ...], *, rename: bool) -> tuple[Any, ...]:
    """A random protocol, another text of it, and the other names in that."""
    text = data.draw(protocol_texts(features))
    tree, _, _ = parse(text, "drawn.yaml")
    assert tree is not None
    content: Any = plain_data(tree)
    old = read(text)
    names: dict[str, str] = {}
    if rename:
        ids = sorted({*ids_in(content)} - {"case"})
        names = {id_: f"zz{number:03}zz" for number, id_ in enumerate(ids)}
        content = in_other_words(content, names, None)
    return old, read(json.dumps({**content, "version": "2"})), names


def plan_of(old: Protocol, new: Protocol, names: Mapping[str, str], **more: Any) -> Plan:
    """The plan that gives every old name its new one."""
    found: dict[str, dict[str, str]] = {}
    for section in SECTIONS if names else ():
        declared = (
            [state for strand in old.strands.values() for state in strand.states]
            if section == "states"
            else [name for one in old.triggers.values() for name in one.exceptions]
            + [name for one in old.meetings.values() for name in one.exceptions]
            if section == "exceptions"
            else getattr(old, section)
        )
        found[section] = {name: names.get(name, name) for name in declared}
    levels = {
        name: {level.id: names.get(level.id, level.id) for level in ladder.levels if level.id}
        for name, ladder in old.escalations.items()
    }
    return Plan(
        from_=old.digest,
        to=new.digest,
        reason="R-1",
        approved_by="u-9",
        names=found,
        levels=levels if names else {},
        **more,
    )


class Migrant(Pair):
    """A pair whose engine goes on under another text at some time."""

    def __init__(self, old: Protocol, new: Protocol, names: Mapping[str, str], start: Any) -> None:
        super().__init__(old, start)
        self.new = new
        self.names = names
        self.back = {new: old for old, new in names.items()}
        self.migrated = False
        self.engine = Engine([new, old], self.engine.store, self.clock)

    def migrate(self, **more: Any) -> TakenOver:
        """The engine's cases go on under the new text."""
        role = next(iter(self.new.roles))
        plan = plan_of(self.protocol, self.new, self.names, **more)
        found = self.engine.migrate(plan, by=Actor("u-1", roles={role}))
        self.migrated = True
        return found

    def ask_engine(self, ask: Ask) -> list[str]:
        """Ask the engine, in the words of the text that its case is under."""
        return super().ask_engine(self.in_new_words(ask) if self.migrated else ask)

    def in_new_words(self, ask: Ask) -> Ask:
        """The same, in the names of the new text."""
        if not self.names:
            return ask

        def new(text: str) -> str:
            return renamed(text, self.names)

        def value(given: Any) -> Any:
            return frozenset(map(new, given)) if isinstance(given, frozenset) else given

        return ask.replace(
            what=new(ask.what),
            item=new(ask.item),
            exception=new(ask.exception),
            by=ask.by.replace(roles=frozenset(map(new, ask.by.roles))),
            facts={new(fact): value(given) for fact, given in ask.facts.items()},
            assign={new(role): person for role, person in ask.assign.items()},
            attended={person: new(role) for person, role in ask.attended.items()},
        )

    def stands(self, scope: str = "case") -> dict[str, Any]:
        """Where the engine's case stands, in the old names."""
        return {name: self._old(part) for name, part in of_engine(self, scope).items()}

    def _old(self, part: Any) -> Any:
        if isinstance(part, str):
            return renamed(part, self.back)
        if isinstance(part, Mapping):
            return {self._old(key): self._old(item) for key, item in part.items()}
        if isinstance(part, list | tuple):
            return type(part)(self._old(item) for item in part)
        return part


def agree(pair: Migrant) -> None:
    """Engine and reference stand at the same place, whatever the names."""
    for scope in pair.replayed:
        if pair.meant(scope).opened_at is None:
            continue
        expected, actual = of_reference(pair.meant(scope)), pair.stands(scope)
        different = {
            name: {"reference": expected[name], "engine": actual[name]}
            for name in expected
            if expected[name] != actual[name]
        }
        assert {} == different, (scope, different)
