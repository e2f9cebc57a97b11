"""Reads a value of a scenario file by its type in the table.

Imports the nodes, the names and the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from protocolkit.ground.nearest import did_you_mean
from protocolkit.language.tree import Scalar, Tree
from protocolkit.language.types import (
    Day,
    ElementOf,
    Flag,
    Key,
    ListOf,
    MapOf,
    Ref,
    ValueType,
    Word,
)
from protocolkit.language.values import DATE
from protocolkit.scenarios.form import Said
from protocolkit.scenarios.names import WORDS, Names
from protocolkit.scenarios.nodes import Nodes, is_empty
from protocolkit.scenarios.shapes import UNKNOWN, Facts, Form, Seats, Some, SomeOf, States, Time
from protocolkit.scenarios.vocabulary import FORMS
from protocolkit.semantics.changes import FactValue

TITLES = {
    "expect": "what is expected",
    "owing": "an open follow-up",
    "ended": "an ended follow-up",
    "meeting": "a meeting",
    "told": "the role",
    "level": "the level",
    "sign_offs": "a sign-off",
    "link": "a hand-over",
}
"""How messages call the forms."""


class Values:
    """Reads values in the names of one protocol.

    `zone` is that of every local time. `lenient`: names need not exist, for what is refused.
    `refused`: what is read must be refused, so that the refusal reads it.
    """

    def __init__(self, nodes: Nodes, names: Names, zone: str, *, lenient: bool = False) -> None:
        self.nodes = nodes
        self.names = names
        self.zone = zone
        self.lenient = lenient
        self.refused = False

    def key(self, key: Key, node: Tree) -> Any:
        """The value of a key."""
        return self.value(key.type, node, f"`{key.name}`")

    def value(self, type_: ValueType, node: Tree, what: str) -> Any:
        """A value of a type: a text, an instant, a mapping ..., with places below maps.

        Shape: maps become `{name: Said}`; None for what is in error.
        """
        nodes = self.nodes
        match type_:
            case Flag():
                return nodes.truth(node, what)
            case Day():
                return self._day(node)
            case Time():
                if isinstance(node, Scalar) and node.text in type_.words:
                    return node.text
                return nodes.time(node, self.zone)
            case Word():
                return nodes.name(node, what.strip("`"), type_.words)
            case Ref():
                return self._name(type_, node)
            case ListOf():
                if isinstance(type_, Some) and not nodes.items(node):
                    nodes.report("PK005", f"{what} names nothing here.", node.place)
                found = [self.value(type_.item, item, what) for item in nodes.items(node)]
                return tuple(one for one in found if one is not None)
            case Facts():
                return self._facts(type_, node, what)
            case States():
                return self._states(node, what)
            case Seats():
                return self._seats(node, what)
            case MapOf():
                return self._map(type_, node, what)
            case ElementOf():
                return self.fields(FORMS[type_.kind], node)
            case _:
                return nodes.text(node, what)

    def fields(self, form: Form, node: Tree) -> Mapping[str, Said]:
        """What a map of a form says; a single value stands for its main key."""
        title = TITLES[form.name]
        keys = {key.name: key for key in form.keys}
        if form.short and isinstance(node, Scalar) and (node.text or not node.plain):
            value = self.value(keys[form.short].type, node, _main(form))
            return {form.short: Said(value=value, place=node.place)}
        entries = self.nodes.entries(node, title, form.keys)
        if form.some and is_empty(node):
            self.nodes.says_nothing(title, node.place)
        return {
            name: Said(value=self.key(keys[name], entry.value), place=entry.value.place)
            for name, entry in entries.items()
        }

    def fact_value(self, name: str, node: Tree) -> FactValue | None:
        """The value that a text says, by the kind of the fact; else the text itself."""
        declared = self.names.protocol.facts.get(name)
        kind = declared.type if declared else ""
        if kind == "set of roles" and getattr(node, "text", "") != UNKNOWN:
            return frozenset(self.nodes.texts(node, "a role"))
        text = self.nodes.text(node, "the value of a fact")
        if kind == "boolean" and text in ("true", "false"):
            return text == "true"
        if kind == "integer" and text is not None and text.isascii() and text.isdigit():
            return int(text)
        if kind == "date" and text is not None:
            return _date_or_text(text)
        return text

    # -- names -------------------------------------------------------------------------

    def _name(self, type_: Ref, node: Tree) -> str | None:
        kind = type_.kinds[0]
        text = self.nodes.text(node, WORDS[kind])
        if text is None or text in type_.words or self.is_known(type_, text, node):
            return text
        return None

    def is_known(self, type_: Ref, text: str, node: Tree) -> bool:
        """Whether a name is one of those that may stand here; noted if not."""
        known = tuple(name for kind in type_.kinds for name in self.names.known(kind))
        plain = text.partition("/")[0] if "instance" in type_.kinds else text
        what = " or ".join(dict.fromkeys(WORDS[kind] for kind in type_.kinds[:1]))
        if self.lenient:
            return True
        if plain not in known:
            if "[" in text and text.partition("[")[0] in known:
                name, _, item = text.rstrip("]").partition("[")
                said = f"`{text}` is not how one of several is named."
                self.nodes.report("PK006", said, node.place, f"write `{name}/{item}`")
                return False
            return self.nodes.known(text, what, (*type_.words, *known), node.place)
        return plain == text or self._is_instance(text, plain, node)

    def _is_instance(self, text: str, plain: str, node: Tree) -> bool:
        """Whether what stands behind the slash is a number, or somebody it is for."""
        part = text.partition("/")[2]
        items = self.names.items(plain)
        if (part.isascii() and part.isdigit()) or part in items:
            return True
        if items:
            help = did_you_mean(part, items)
            self.nodes.report("PK101", f"`{plain}` is for no `{part}`.", node.place, help)
        else:
            said = f"`{text}` does not end in a number."
            self.nodes.report("PK006", said, node.place, f"write `{plain}/2`")
        return False

    # -- maps --------------------------------------------------------------------------

    def _map(self, type_: MapOf, node: Tree, what: str) -> Mapping[str, Said]:
        found: dict[str, Said] = {}
        must = isinstance(type_, SomeOf) and not self.refused
        named = self.nodes.some(node, what) if must else self.nodes.named(node, what)
        for name, entry in named:
            if type_.keys is None or self.is_known(type_.keys, name, entry.key):
                value = self.value(type_.item, entry.value, f"`{name}`")
                found[name] = Said(value=value, place=entry.key.place)
                if not isinstance(type_.item, ListOf):
                    found[name] = Said(value=value, place=entry.value.place)
        return found

    def _facts(self, type_: Facts, node: Tree, what: str) -> Mapping[str, Said]:
        found: dict[str, Said] = {}
        must = type_.some and not self.refused
        for fact, entry in self.nodes.some(node, what) if must else self.nodes.named(node, what):
            if self.is_known(Ref(kinds=("fact",)), fact, entry.key):
                value = self.fact_value(fact, entry.value)
                found[fact] = Said(value=value, place=entry.value.place)
        return found

    def _states(self, node: Tree, what: str) -> Mapping[str, Said]:
        found: dict[str, Said] = {}
        strands = self.names.protocol.strands
        for strand, entry in self.nodes.some(node, what):
            if self.is_known(Ref(kinds=("strand",)), strand, entry.key):
                state = self.nodes.name(entry.value, "state", strands[strand].states)
                found[strand] = Said(value=state, place=entry.value.place)
        return found

    def _seats(self, node: Tree, what: str) -> Mapping[str, Said]:
        """From `role: person`, or a list of persons, to the seat of each."""
        found: dict[str, Said] = {}
        for role, entry in self.nodes.named(node, what):
            self.is_known(Ref(kinds=("role",)), role, entry.key)
            for item in self.nodes.items(entry.value):
                person = self.nodes.text(item, "the person")
                if person is not None and person in found:
                    self.nodes.report(
                        "PK002",
                        f"`{person}` already has the seat of `{found[person].value}`.",
                        item.place,
                        "one person fills one seat",
                    )
                elif person is not None:
                    found[person] = Said(value=role, place=item.place)
        return found

    def _day(self, node: Tree) -> date | None:
        text = self.nodes.text(node, "the day")
        value = _date_or_text(text) if text is not None else None
        if text is not None and not isinstance(value, date):
            help = "write it as `2025-03-05`"
            self.nodes.report("PK006", f"`{text}` is not a day.", node.place, help)
        return value if isinstance(value, date) else None


def plain(value: Any) -> Any:
    """A value without the places of its parts."""
    if isinstance(value, Mapping):
        return {name: plain(said.value) for name, said in value.items()}
    return value


def _main(form: Form) -> str:
    """How messages call the value that stands for a whole form."""
    return "`status`" if form.short == "status" else TITLES[form.name]


def _date_or_text(text: str) -> date | str:
    try:
        return date.fromisoformat(text) if DATE.match(text) else text
    except ValueError:
        return text
