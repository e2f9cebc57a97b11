"""Positioned tree -> model values, by the vocabulary; every fault at once, each at its place.

The reader knows types, not kinds: what a trigger or a follow-up is stands in the vocabulary
table. A part in error is left out of the model and reported; reading goes on. Imports the
vocabulary, the model and the readers of values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from protocolkit.ground.findings import Path
from protocolkit.ground.limits import Limit
from protocolkit.ground.nearest import nearest
from protocolkit.ground.record import EMPTY
from protocolkit.language import mending, types, wording
from protocolkit.language.forms import Part
from protocolkit.language.grammars import Grammars
from protocolkit.language.other_words import in_other_words
from protocolkit.language.rules import CHOICES, RULES
from protocolkit.language.shapes import KEYS, is_short, takes_list
from protocolkit.language.text import is_ambiguous
from protocolkit.language.tree import Entry, Map, Scalar, Sequence, Tree
from protocolkit.language.types import Key, Kind
from protocolkit.language.values import BAD, MOST_NOTED
from protocolkit.language.vocabulary import KINDS, SECTIONS
from protocolkit.model import words
from protocolkit.model.case import State

_IN_SECTIONS = tuple(SECTIONS.values())
_CODE = re.compile(r"PK[0-9]{3}\Z")
_SHOWN = 14
"""So many keys are listed for somebody who wrote a strange one."""


class Reader(Grammars):
    """Reads one tree. After `element("protocol", ...)`: `findings`, `nodes` (path -> key and
    value), `occurrences`, `conditions`, `durations` and `limits` hold what the whole must be
    judged by, and `states` the states of the strand `case`.
    """

    states: Mapping[str, State] = EMPTY

    def element(
        self, kind_name: str, node: Tree, path: Path, id_: str = "", example: str = ""
    ) -> Any:
        """An element of a kind; `BAD` when it is not even of the right shape. The `example` is
        one of the key whose value it is.
        """
        kind, keys = KINDS[kind_name], KEYS[kind_name]
        entries = self._entries(kind, keys, node, path)
        if entries is None:
            text = node.text if isinstance(node, Scalar) else ""
            close_up = ":" in text and text.partition(":")[0] in keys
            if text in keys:
                example = f"{{{text}: {keys[text].example}}}"
            such_as = f", such as `{example}`" if example else ""
            return self.report(
                "PK006",
                f"{wording.sentence(wording.a(wording.words(kind_name))).removesuffix('.')} has "
                f"keys of its own here, such as {wording.listed(list(keys)[:3])}.",
                self.at(node, path),
                path,
                "put a space after the colon"
                if close_up
                else f"write it as `key: value` lines{such_as}",
            )
        if kind_name in _IN_SECTIONS and isinstance(node, Map):
            stray = _written_as(kind, node)
            if stray is not None:
                return self._misplaced(kind, stray[0], stray[1], path, id_)
        values: dict[str, Any] = {}
        sound: dict[str, Any] = {}
        unspecified: list[str] = []
        given: set[str] = set()
        strange = False
        for key, key_node, value_node, key_path in entries:
            if key is None:
                if key_node is not None:
                    meant = self._unknown_key(kind, key_node, key_path, keys, given, node)
                    given.add(meant)
                    strange = True
                continue
            given.add(key.name)
            if key_node is not None:
                self.nodes[key_path] = (key_node, value_node)
            if isinstance(value_node, Scalar) and value_node.text == words.UNSPECIFIED:
                if not key.silent:
                    self._not_silent(key, value_node, key_path)
                    continue
                unspecified.append(key.name)
                if isinstance(key.type, types.LimitText):
                    values[key.field] = Limit(unspecified=True)
                continue
            before = self.noted
            value = self.value(key, key.type, value_node, key_path)
            if value is not BAD:
                if isinstance(value, Limit) and value.unspecified:  # `at once, unspecified`
                    if not key.silent:
                        self._not_silent(key, value_node, key_path)
                        continue
                    unspecified.append(key.name)
                values[key.field] = value
                if self.noted == before:
                    sound[key.field] = value
        if not strange or given & keys.keys():  # else the fault is in the keys that are there
            self._judge(kind, Part(sound, given, wording.subject(kind_name, id_)), node, path)
        if kind_name == "protocol":
            self.states = values.get("states", self.states)  # the model has them as a strand
        return _model(kind, values, unspecified, path, id_)

    def _entries(
        self, kind: Kind, keys: Mapping[str, Key], node: Tree, path: Path
    ) -> Iterable[tuple[Key | None, Scalar | None, Tree, Path]] | None:
        """Key, its token, value, path; None when the node can be no such element."""
        if isinstance(node, Scalar) and node.plain and not node.text:
            return ()
        if isinstance(node, Map) and not is_short(kind, keys, node):
            return (
                (keys.get(name), entry.key, entry.value, (*path, name))
                for name, entry in node.entries.items()
            )
        if not kind.short or (isinstance(node, Sequence) and not takes_list(keys[kind.short])):
            return None
        return ((keys[kind.short], None, node, path),)

    def _judge(self, kind: Kind, part: Part, node: Tree, path: Path) -> None:
        """What the keys must be together: those that must be there, and the rules."""
        for key in KEYS[kind.name].values():
            if key.required and key.name not in part.given:
                self.report(
                    "PK005",
                    f"{part.subject} has no `{key.name}` ({wording.purpose(key)}).",
                    self.where(path, node),
                    path,
                    wording.skeleton(key),
                    fix=mending.left_open(key.name, node, self._text(node)) if key.silent else None,
                )
        problems = [
            *(
                (problem, choice.left_open if problem[0] == "PK005" else "")
                for choice in CHOICES.get(kind.name, ())
                for problem in choice.judge(part)
            ),
            *((problem, "") for problem in (RULES[kind.name](part) if kind.name in RULES else ())),
        ]
        for (code, message, below, help), left_open in problems:
            at = (*path, *below)
            fix = mending.left_open(left_open, node, self._text(node)) if left_open else None
            self.report(code, message, self.where(at, node), at, help, fix=fix)

    def _text(self, node: Tree) -> str:
        return self.texts.get(node.file, "")

    def _not_silent(self, key: Key, node: Tree, path: Path) -> None:
        example = f", such as `{key.example}`" if key.example else ""
        self.report(
            "PK006",
            f"`{key.name}` cannot be left `unspecified`"
            + (": nothing works without it." if key.required else "."),
            self.at(node, path),
            path,
            f"give {wording.says(key.type)}{example}"
            + ("" if key.required else ", or leave the line out"),
        )

    def _unknown_key(
        self,
        kind: Kind,
        key: Scalar,
        path: Path,
        keys: Mapping[str, Key],
        given: set[str],
        node: Tree,
    ) -> str:
        """Note a key that does not exist; returns the one that was probably meant. The map in
        which it stands says the keys that are `given`, and perhaps more below.
        """
        text = key.text
        if text.startswith("x-"):
            return ""  # an extension of somebody's own
        if key.plain and is_ambiguous(text):
            return ""  # reported when the text was read
        if len(self.findings) >= MOST_NOTED:
            self.report("PK004", "", key.place, path)
            return ""
        other_word = in_other_words(kind.name, text, keys)
        close = other_word or nearest(text, keys)
        if other_word:
            helps = f"write `{other_word}`, such as `{other_word}: {keys[other_word].example}`"
        elif close:
            helps = f"did you mean `{close}`?"
        else:
            places = sorted(
                wording.words(name)
                for name, own in KEYS.items()
                if name != kind.name and text in {item.name for item in KINDS[name].keys}
            )
            helps = f"the keys here are {wording.listed(item.name for item in kind.keys[:_SHOWN])}"
            helps += ", ..." if len(kind.keys) > _SHOWN else ""
            if places and len(places) < 6:
                helps = f"`{text}` belongs to: {', '.join(places)}; {helps}"
        is_there = close in given or (isinstance(node, Map) and close in node.entries)
        self.report(
            "PK004",
            f"`{text}` is not a key of {wording.a(wording.words(kind.name))}.",
            key.place,
            path,
            helps,
            fix=None if is_there or other_word else mending.renamed(key, keys),
        )
        return close

    def _misplaced(self, kind: Kind, key: Scalar, other: str, path: Path, id_: str) -> Any:
        section = wording.section(other)
        return self.report(
            "PK004",
            f"{wording.subject(kind.name, id_)} is written like {wording.a(wording.words(other))}: "
            f"`{key.text}` is not a key of {wording.a(wording.words(kind.name))}.",
            key.place,
            path,
            f"move it to `{section}`, or see whether the line `{section}:` is missing above",
        )

    # -- what values are made of -------------------------------------------------------

    def value(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        """A value of a type; `BAD` when it is not one."""
        if path not in self.nodes:
            self.nodes[path] = (None, node)
        return _READERS[type(type_)](self, key, type_, node, path)

    def list_of(self, key: Key, type_: types.ListOf, node: Tree, path: Path) -> Any:
        if isinstance(node, Scalar) and node.plain and not node.text:
            return self.wrong(key, type_, node, path)
        if not isinstance(node, Sequence):
            value = self.value(key, type_.item, node, path)
            return BAD if value is BAD else (value,)
        values = [
            self._silent_item(key, item, (*path, index))
            if _is_silent(key, type_.item, item)
            else self.value(key, type_.item, item, (*path, index))
            for index, item in enumerate(node.items)
        ]
        return tuple(value for value in values if value is not BAD)

    def _silent_item(self, key: Key, item: Tree, path: Path) -> Any:
        return self.report(
            "PK006",
            f"`unspecified` stands for all of `{key.name}`, not for one of a list.",
            self.at(item, path),
            path,
            f"write `{key.name}: unspecified`, without a list",
        )

    def map_of(self, key: Key, type_: types.MapOf, node: Tree, path: Path) -> Any:
        if not isinstance(node, Map):
            return self.wrong(key, type_, node, path)
        values: dict[str, Any] = {}
        for name, entry in node.entries.items():
            entry_path = (*path, name)
            self.nodes[entry_path] = (entry.key, entry.value)
            named = self._name(key, type_, entry, entry_path)
            if isinstance(type_.item, types.ElementOf):
                value = self.element(type_.item.kind, entry.value, entry_path, name)
            else:
                value = self.value(key, type_.item, entry.value, entry_path)
            if value is not BAD and named is not BAD:
                values[name] = value
        return MappingProxyType(values)

    def _name(self, key: Key, type_: types.MapOf, entry: Entry, path: Path) -> Any:
        """The key of a map's entry: a reference, the code of a check, or a new name."""
        if type_.keys is not None:
            return self.ref(key, type_.keys, entry.key, path)
        if entry.key.plain and is_ambiguous(entry.key.text):
            return BAD  # reported when the text was read
        if key.name != "not_applicable":
            return self.name(entry.key, path)
        if _CODE.match(entry.key.text):
            return entry.key.text
        return self.report(
            "PK006",
            f"`{wording.short(entry.key.text)}` is not the code of a check.",
            entry.key.place,
            path,
            "codes look like `PK812`",
        )

    def element_of(self, key: Key, type_: types.ElementOf, node: Tree, path: Path) -> Any:
        return self.element(type_.kind, node, path, example=key.example)


_READERS: Mapping[type[types.ValueType], Callable[..., Any]] = {
    types.Text: Reader.text,
    types.LabelText: Reader.label,
    types.Identifier: Reader.identifier,
    types.Flag: Reader.flag,
    types.Whole: Reader.whole,
    types.Range: Reader.range,
    types.Day: Reader.day,
    types.Word: Reader.word,
    types.Ref: Reader.ref,
    types.OccurrenceText: Reader.occurrence,
    types.SpanText: Reader.span,
    types.LimitText: Reader.limit,
    types.ConditionText: Reader.condition,
    types.OpenHours: Reader.open_hours,
    types.ClosedDay: Reader.closed_day,
    types.ParameterValue: Reader.parameter_value,
    types.ListOf: Reader.list_of,
    types.MapOf: Reader.map_of,
    types.ElementOf: Reader.element_of,
}


def _is_silent(key: Key, item: types.ValueType, node: Tree) -> bool:
    """Whether an element of a list is only the word for silence, which goes for the whole key."""
    silent = isinstance(node, Scalar) and node.text == words.UNSPECIFIED
    return silent and key.silent and isinstance(item, types.ElementOf)


def _written_as(kind: Kind, node: Map) -> tuple[Scalar, str] | None:
    """A strange key, and the kind of another section to which all keys belong."""
    keys = KEYS[kind.name]
    names = {name for name in node.entries if not name.startswith("x-")}
    strange = names - keys.keys()
    if not strange or all(nearest(name, keys) for name in strange):
        return None
    first = next(name for name in node.entries if name in strange)
    for other in _IN_SECTIONS:
        if names <= KEYS[other].keys():
            return node.entries[first].key, other
    return None


def _model(
    kind: Kind, values: Mapping[str, Any], unspecified: list[str], path: Path, id_: str
) -> Any:
    """The model value; a required field whose value is missing or in error stays empty."""
    fields = kind.model._fields
    known = {name: value for name, value in values.items() if name in fields}
    for key in kind.keys:
        if key.name in unspecified:
            continue  # the field's own default stands for silence
        if key.required and key.field in fields and key.field not in known:
            known[key.field] = _placeholder(key)
    if "path" in fields:
        known["path"] = path
        known["unspecified"] = tuple(sorted(unspecified))
        if id_ or "id" not in known:
            known["id"] = id_
    return kind.model(**known)


def _placeholder(key: Key) -> Any:
    if isinstance(key.type, types.ListOf):
        return ()
    if isinstance(key.type, types.MapOf):
        return EMPTY
    return None if isinstance(key.type, types.ElementOf) else ""
