"""Reads what a scenario expects: `expect: {states: ..., open: ..., told: ...}`.

Imports the form, the nodes and semantics.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from protocolkit.language.tree import Map, Scalar, Tree
from protocolkit.scenarios.form import Expect, Owing, Said
from protocolkit.scenarios.nodes import Nodes
from protocolkit.semantics.changes import FactValue
from protocolkit.semantics.program import Program

OWING_KEYS = ("who", "owed_to", "status", "opened", "aim", "due", "outer")
ENDED_KEYS = ("status", "late", "at", "because")
MEETING_KEYS = ("status", "for", "attended")
TOLD_KEYS = ("role", "person", "at")
LEVEL_KEYS = ("level", "at")
NO_DATE = ("unspecified", "unanchored")
"""What may stand in place of a due instant: no limit is stated; what it counts from has no
date yet."""
UNKNOWN = "unknown"
NOBODY = "nobody"
_EXPECT_KEYS = tuple(Expect(open=())._fields)
_OWING, _ENDED, _MEETING = "an open follow-up", "an ended follow-up", "a meeting"
_STATUSES = {
    _OWING: ("open", "overdue"),
    _ENDED: ("met", "met-late", "satisfied-by", "declined", "waived", "cancelled"),
    _MEETING: ("set", "held", "adjourned", "called_off"),
}


class Expectations:
    """Reads expectations in the names of one protocol."""

    def __init__(self, nodes: Nodes, program: Program) -> None:
        self.nodes = nodes
        self.program = program
        self.protocol = program.protocol
        self.zone = program.zone

    def expect(self, node: Tree) -> Expect:
        """What is expected; what is in error is left out."""
        nodes = self.nodes
        said: dict[str, Any] = {}
        for key, entry in nodes.entries(node, "what is expected", _EXPECT_KEYS).items():
            value, place = entry.value, entry.key.place
            match key:
                case "open":
                    said[key] = self.owing(value)
                case "ended":
                    said[key] = self.ended(value)
                case "told":
                    said[key] = Said(value=self.listed(value, "role", TOLD_KEYS), place=place)
                case "levels":
                    said[key] = Said(value=self.listed(value, "level", LEVEL_KEYS), place=place)
                case "undecided":
                    names = [
                        nodes.name(item, "follow-up", self.program.follow_ups)
                        for item in nodes.items(value)
                    ]
                    said[key] = Said(value=sorted(name for name in names if name), place=place)
                case "closed":
                    said[key] = Said(value=nodes.truth(value, "`closed`"), place=value.place)
                case _:
                    said[key] = getattr(self, key)(value)
        return Expect(**said)

    def states(self, node: Tree) -> Mapping[str, Said]:
        """The state of each strand named."""
        found: dict[str, Said] = {}
        for strand, entry in self.nodes.named(node, "`states`"):
            if self.nodes.known(strand, "strand", self.protocol.strands, entry.key.place):
                states = self.protocol.strands[strand].states
                state = self.nodes.name(entry.value, "state", states)
                found[strand] = Said(value=state, place=entry.value.place)
        return found

    def facts(self, node: Tree) -> Mapping[str, Said]:
        """The value of each fact named, or `unknown`."""
        found: dict[str, Said] = {}
        for fact, entry in self.nodes.named(node, "`facts`"):
            if self.nodes.known(fact, "fact", self.protocol.facts, entry.key.place):
                is_word = isinstance(entry.value, Scalar) and entry.value.text == UNKNOWN
                value = UNKNOWN if is_word else self.fact_value(fact, entry.value)
                found[fact] = Said(value=value, place=entry.value.place)
        return found

    def fact_value(self, name: str, node: Tree) -> FactValue | None:
        """The value that a text says, by the kind of the fact; else the text itself."""
        declared = self.protocol.facts.get(name)
        kind = declared.type if declared else ""
        if kind == "set of roles":
            return frozenset(self.nodes.texts(node, "a role"))
        text = self.nodes.text(node, "the value of a fact")
        if kind == "boolean" and text in ("true", "false"):
            return text == "true"
        if kind == "integer" and text is not None and text.isascii() and text.isdigit():
            return int(text)
        if kind == "date" and text is not None:
            return _date_or_text(text)
        return text

    def holders(self, node: Tree) -> Mapping[str, Said]:
        """Who holds each role named, or `nobody`."""
        found: dict[str, Said] = {}
        for role, entry in self.nodes.named(node, "`holders`"):
            if self.nodes.known(role, "role", self.protocol.roles, entry.key.place):
                person = self.nodes.text(entry.value, "the person")
                found[role] = Said(value=person, place=entry.value.place)
        return found

    def meetings(self, node: Tree) -> Mapping[str, Mapping[str, Said]]:
        """How each meeting named stands: one word, or a map."""
        found: dict[str, Mapping[str, Said]] = {}
        for meeting, entry in self.nodes.named(node, "`meetings`"):
            found[meeting] = self._fields(entry.value, _MEETING, MEETING_KEYS)
        return found

    def owing(self, node: Tree) -> tuple[Owing, ...]:
        """Every follow-up that must be open, and what is said of it."""
        found: list[Owing] = []
        for name, entry in self.nodes.named(node, "`open`"):
            if self._follow_up(name, entry.key):
                each = tuple(
                    self._fields(item, _OWING, OWING_KEYS) for item in self.nodes.items(entry.value)
                )
                found.append(Owing(name=name, place=entry.key.place, each=each))
        return tuple(found)

    def ended(self, node: Tree) -> Mapping[str, Mapping[str, Said]]:
        """How follow-ups ended: one word, or a map."""
        found: dict[str, Mapping[str, Said]] = {}
        for name, entry in self.nodes.named(node, "`ended`"):
            if self._follow_up(name, entry.key):
                found[name] = self._fields(entry.value, _ENDED, ENDED_KEYS)
        return found

    def _follow_up(self, name: str, key: Scalar) -> bool:
        plain, slash, number = name.partition("/")
        if slash and not (number.isascii() and number.isdigit()):
            self.nodes.report(
                "PK006", f"`{name}` does not end in a number.", key.place, f"write `{plain}/2`"
            )
            return False
        return self.nodes.known(plain, "follow-up", self.program.follow_ups, key.place)

    def _fields(self, node: Tree, what: str, keys: tuple[str, ...]) -> Mapping[str, Said]:
        """What is said of one thing; a single word is its status."""
        if isinstance(node, Scalar) and node.text:
            return {"status": Said(value=self._field(what, "status", node), place=node.place)}
        return {
            key: Said(value=self._field(what, key, entry.value), place=entry.value.place)
            for key, entry in self.nodes.entries(node, what, keys).items()
        }

    def _field(self, what: str, key: str, node: Tree) -> Any:
        nodes = self.nodes
        match key:
            case "status":
                return nodes.name(node, "status", _STATUSES[what])
            case "due" | "aim" | "outer" if isinstance(node, Scalar) and node.text in NO_DATE:
                return node.text
            case "who":
                known_roles = (*self.protocol.roles, NO_DATE[0])
                names = [nodes.name(item, "role", known_roles) for item in nodes.items(node)]
                return frozenset(name for name in names if name)
            case "late":
                return nodes.truth(node, "`late`")
            case "attended":
                return self.attended(node)
            case "owed_to" | "because":
                return nodes.text(node, f"`{key}`")
            case _:
                return nodes.time(node, self.zone)

    def attended(self, node: Tree) -> Mapping[str, str]:
        """Who was there: from `role: person`, or a list of persons, to the seat of each."""
        found: dict[str, str] = {}
        for role, entry in self.nodes.named(node, "`attended`"):
            for item in self.nodes.items(entry.value):
                person = self.nodes.text(item, "the person")
                if person is not None and person in found:
                    self.nodes.report(
                        "PK002",
                        f"`{person}` already has the seat of `{found[person]}`.",
                        item.place,
                        "one person fills one seat",
                    )
                elif person is not None:
                    found[person] = role
        return found

    def listed(self, node: Tree, word: str, keys: Collection[str]) -> tuple[Mapping[str, Any], ...]:
        """A list of names in order; an item may be a map with its instant."""
        found: list[Mapping[str, Any]] = []
        for item in self.nodes.items(node):
            if not isinstance(item, Map):
                text = self.nodes.text(item, f"the {word}")
                found.append({} if text is None else {word: text})
                continue
            entries = self.nodes.entries(item, f"the {word}", keys)
            found.append(
                {
                    key: self.nodes.time(entry.value, self.zone)
                    if key == "at"
                    else self.nodes.text(entry.value, f"the {key}")
                    for key, entry in entries.items()
                }
            )
        return tuple(found)


def _date_or_text(text: str) -> FactValue:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text
