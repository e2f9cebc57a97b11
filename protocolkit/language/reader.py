"""Positioned tree -> model values, by the vocabulary; every fault at once, each at its place.

The reader knows types, not kinds: what a trigger or a follow-up is stands in the vocabulary
table. A part in error is left out of the model and reported; reading goes on. Imports the
vocabulary, the model, conditions and ground.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from protocolkit.conditions.parse import ConditionError, parse
from protocolkit.conditions.syntax import Condition
from protocolkit.conditions.tokens import RESERVED as CONDITION_WORDS
from protocolkit.ground.calendars import parse_closed, parse_open
from protocolkit.ground.findings import Finding, Path, Place
from protocolkit.ground.limits import (
    Duration,
    Limit,
    LimitSyntaxError,
    OccurrenceRef,
    parse_duration,
    parse_limit,
    parse_occurrence,
)
from protocolkit.ground.nearest import did_you_mean, nearest
from protocolkit.ground.record import EMPTY, Record
from protocolkit.language import types
from protocolkit.language.rules import RULES
from protocolkit.language.text import fault, is_ambiguous
from protocolkit.language.tree import Map, Scalar, Sequence, Tree
from protocolkit.language.types import Key, Kind
from protocolkit.language.vocabulary import KINDS, SECTIONS, keys_of
from protocolkit.model import words
from protocolkit.model.base import Label
from protocolkit.model.case import State

BAD: Any = object()
"""Stands for a value in error; it never reaches the model."""

_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*\Z")
_CODE = re.compile(r"PK[0-9]{3}\Z")
_WHOLE = re.compile(r"[0-9]{1,9}\Z")
_RANGE = re.compile(r"([0-9]{1,9})\s*\.\.\s*([0-9]{1,9})\Z")
_KEYS: Mapping[str, Mapping[str, Key]] = {name: keys_of(kind) for name, kind in KINDS.items()}

_RESERVED = CONDITION_WORDS | {
    "before",
    "the",
    words.CLOCK,
    words.ATTENDEES,
    words.ALWAYS,
    words.UNSPECIFIED,
    words.PROGRAMME_EVENT,
}


class Use(Record):
    """A name somewhere that refers to something declared elsewhere."""

    kinds: tuple[str, ...]
    name: str
    path: Path
    place: Place


class Reader:
    """Reads one tree. After `element("protocol", ...)`: `findings`, `nodes` (path -> key and
    value), `uses`, `occurrences` and `conditions` hold what the whole must be judged by.
    """

    def __init__(self, top: Map) -> None:
        self.findings: list[Finding] = []
        self.nodes: dict[Path, tuple[Scalar | None, Tree]] = {}
        self.uses: list[Use] = []
        self.occurrences: list[tuple[OccurrenceRef, Path, Scalar]] = []
        self.conditions: list[tuple[Condition, Path, Scalar]] = []
        self.declared = _declared(top)
        self.spans: dict[str, Duration] = {}
        self.numbers: dict[str, int] = {}
        self.words: dict[str, str] = {}
        self.parameters_used: set[str] = set()
        self.states: Mapping[str, State] = EMPTY
        self.booleans = _booleans(top)
        self._parameters(top)

    def report(
        self, code: str, message: str, place: Place | None, path: Path, help: str = "", **more: Any
    ) -> Any:
        """Note a fault; returns `BAD`."""
        self.findings.append(fault(code, message, place, help, path=path, **more))
        return BAD

    # -- elements ----------------------------------------------------------------------

    def element(self, kind_name: str, node: Tree, path: Path, id_: str = "") -> Any:
        """An element of a kind; `BAD` when it is not even of the right shape."""
        kind = KINDS[kind_name]
        keys = _KEYS[kind_name]
        entries: Iterable[tuple[Key | None, Scalar | None, Tree, Path]]
        if isinstance(node, Scalar) and node.plain and not node.text:
            entries = ()
        elif isinstance(node, Map) and not _is_short(kind, keys, node):
            entries = (
                (keys.get(name), entry.key, entry.value, (*path, name))
                for name, entry in node.entries.items()
            )
        elif kind.short and not (isinstance(node, Sequence) and not _takes_list(keys[kind.short])):
            entries = ((keys[kind.short], None, node, path),)
        else:
            return self.report(
                "PK006",
                f"A {_words(kind_name)} has keys of its own here, such as "
                f"{_listed(list(keys)[:3])}.",
                self.where(path, node),
                path,
                "write it as `key: value` lines",
            )
        values: dict[str, Any] = {}
        unspecified: list[str] = []
        given: set[str] = set()
        for key, key_node, value_node, key_path in entries:
            if key is None:
                assert key_node is not None
                self._unknown_key(kind_name, key_node, key_path, keys)
                continue
            given.add(key.name)
            if key_node is not None:
                self.nodes[key_path] = (key_node, value_node)
            if isinstance(value_node, Scalar) and value_node.text == words.UNSPECIFIED:
                if key.silent:
                    unspecified.append(key.name)
                    if key.name == "due" or key.name == "every" or key.name == "after":
                        values[key.field] = Limit(unspecified=True)
                    continue
                self.report(
                    "PK006",
                    f"`{key.name}` cannot be left `unspecified`: nothing works without it.",
                    value_node.place,
                    key_path,
                    f"give {key.type.says}" + (f", such as `{key.example}`" if key.example else ""),
                )
                continue
            value = self.value(key, key.type, value_node, key_path)
            if value is not BAD:
                values[key.field] = value
        for key in keys.values():
            if key.required and key.name not in given:
                self.report(
                    "PK005",
                    f"{_subject(kind_name, id_)} has no `{key.name}`. {key.doc}",
                    self.where(path, node),
                    path,
                    _skeleton(key),
                )
        fields = kind.model._fields
        if "path" in fields:
            values["path"] = path
            values["unspecified"] = tuple(unspecified)
            if id_ or "id" not in values:
                values["id"] = id_
        rule = RULES.get(kind_name)
        if rule is not None:
            for code, message, key_name, help in rule(values, given, _subject(kind_name, id_)):
                at = (*path, key_name) if key_name else path
                self.report(code, message, self.where(at, node), at, help)
        known = {name: value for name, value in values.items() if name in fields}
        if kind_name == "protocol":
            self.states = values.get("states", self.states)  # the model has them as a strand
        for key in kind.keys:
            if key.required and key.field in fields and key.field not in known:
                known[key.field] = _placeholder(key)
        return kind.model(**known)

    def where(self, path: Path, node: Tree | None = None) -> Place | None:
        """The token to point at for a path: a text, else the key, else the nearest above."""
        found = self.nodes.get(path)
        if found is not None:
            key, value = found
            if isinstance(value, Scalar) and value.text:
                return value.place
            return key.place if key is not None else value.place
        if node is not None and not path:
            return node.place
        while path:
            path = path[:-1]
            if path in self.nodes:
                return self.where(path)
        return node.place if node is not None else None

    def _unknown_key(
        self, kind_name: str, key: Scalar, path: Path, keys: Mapping[str, Key]
    ) -> None:
        if key.text.startswith("x-"):
            return  # an extension of somebody's own
        close = nearest(key.text, keys)
        if close:
            helps = f"did you mean `{close}`?"
        else:
            places = sorted(
                _words(name) for name, own in _KEYS.items() if name != kind_name and key.text in own
            )
            own = [name for name in KINDS[kind_name].keys][:14]
            helps = f"the keys here are {_listed([item.name for item in own])}"
            if places and len(places) < 6:
                helps = f"`{key.text}` belongs to: {', '.join(places)}; {helps}"
        self.report(
            "PK004",
            f"`{key.text}` is not a key of a {_words(kind_name)}.",
            key.place,
            path,
            helps,
        )

    # -- values ------------------------------------------------------------------------

    def value(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        """A value of a type; `BAD` when it is not one."""
        if path not in self.nodes:
            self.nodes[path] = (None, node)
        return _READERS[type(type_)](self, key, type_, node, path)

    def _wrong(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        found = "nothing"
        if isinstance(node, Scalar) and node.text:
            found = f"`{_short(node.text)}`"
        elif isinstance(node, Map):
            found = "a map of keys"
        elif isinstance(node, Sequence):
            found = "a list"
        example = f", such as `{key.example}`" if key.example and "such as" not in _says(
            type_
        ) else ""
        place = node.place if isinstance(node, Scalar) and node.text else self.where(path, node)
        return self.report(
            "PK006",
            f"`{key.name}` needs {_says(type_)}; found {found}.",
            place,
            path,
            f"write {_says(type_)}{example}",
        )

    def _scalar(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        """The scalar, or BAD: a map, a list, nothing, or a text that other tools misread."""
        if not isinstance(node, Scalar) or (not node.text and node.plain):
            return self._wrong(key, type_, node, path)
        if node.plain and is_ambiguous(node.text):
            return self.report(
                "PK003",
                f"Many YAML tools do not read `{_short(node.text)}` as that text.",
                node.place,
                path,
                f'put it in quotes: "{_short(node.text)}"',
            )
        return node

    def text(self, key: Key, type_: types.Text, node: Tree, path: Path) -> Any:
        scalar = self._scalar(key, type_, node, path)
        if scalar is BAD:
            return BAD
        if len(scalar.text) > type_.longest:
            return self.report(
                "PK006",
                f"`{key.name}` is longer than {type_.longest} characters.",
                scalar.place,
                path,
                "shorten it",
            )
        return scalar.text

    def label(self, key: Key, type_: types.LabelText, node: Tree, path: Path) -> Any:
        if isinstance(node, Map):
            texts: dict[str, str] = {}
            for tag, entry in node.entries.items():
                text = self.text(key, types.Text(), entry.value, (*path, tag))
                if text is BAD:
                    continue
                if not re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", tag):
                    self.report(
                        "PK006",
                        f"`{tag}` is not a language code.",
                        entry.key.place,
                        path,
                        "use codes such as `en` and `es`",
                    )
                    continue
                texts[tag] = text
            if not texts:
                return BAD
            return Label.of(texts.get("en", next(iter(texts.values()))), MappingProxyType(texts))
        text = self.text(key, types.Text(), node, path)
        return BAD if text is BAD else Label(text)

    def identifier(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        scalar = self._scalar(key, type_, node, path)
        return BAD if scalar is BAD else self.name(scalar, path, reserved=key.name != "id")

    def name(self, scalar: Scalar, path: Path, *, reserved: bool = True) -> Any:
        """A name of one's own choice; `reserved` when conditions and limits may say it."""
        if reserved and scalar.text in _RESERVED:
            return self.report(
                "PK006",
                f"`{scalar.text}` means something in conditions and limits; it cannot be a name.",
                scalar.place,
                path,
                f"choose another name, such as `{scalar.text}_1`",
            )
        if not _IDENTIFIER.match(scalar.text):
            proposal = re.sub(r"[^a-z0-9]+", "_", scalar.text.lower()).strip("_")
            return self.report(
                "PK006",
                f"`{_short(scalar.text)}` is not a name: names are small letters, digits and `_`, "
                "and start with a letter.",
                scalar.place,
                path,
                f"write `{proposal}` and put the words in `title`"
                if _IDENTIFIER.match(proposal)
                else "",
            )
        return scalar.text

    def flag(self, key: Key, type_: types.Flag, node: Tree, path: Path) -> Any:
        if isinstance(node, Scalar) and node.text in ("true", "false"):
            return node.text == "true"
        if isinstance(node, Scalar) and node.plain and is_ambiguous(node.text):
            yes = node.text.lower() in ("y", "yes", "on", "true", "1")
            return self.report(
                "PK003",
                f"`{key.name}` is `true` or `false`; `{node.text}` is read in different ways.",
                node.place,
                path,
                f"write `{'true' if yes else 'false'}`",
            )
        return self._wrong(key, type_, node, path)

    def whole(self, key: Key, type_: types.Whole, node: Tree, path: Path) -> Any:
        if isinstance(node, Scalar):
            if node.text in self.numbers:
                self.parameters_used.add(node.text)
                return self.numbers[node.text]
            if _WHOLE.match(node.text) and not (node.plain and is_ambiguous(node.text)):
                number = int(node.text)
                if type_.lowest <= number <= type_.highest:
                    return number
                return self.report(
                    "PK006",
                    f"`{key.name}` is {number}; it must be from {type_.lowest} to "
                    f"{type_.highest}.",
                    node.place,
                    path,
                )
        return self._wrong(key, type_, node, path)

    def range(self, key: Key, type_: types.Range, node: Tree, path: Path) -> Any:
        if isinstance(node, Scalar) and (found := _RANGE.match(node.text)):
            lowest, highest = int(found[1]), int(found[2])
            if lowest <= highest:
                return (lowest, highest)
            return self.report(
                "PK006",
                f"The range `{node.text}` runs backwards.",
                node.place,
                path,
                f"write `{highest}..{lowest}`",
            )
        return self._wrong(key, type_, node, path)

    def day(self, key: Key, type_: types.Day, node: Tree, path: Path) -> Any:
        if isinstance(node, Scalar) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", node.text):
            try:
                return date.fromisoformat(node.text)
            except ValueError:
                return self.report(
                    "PK006",
                    f"There is no day {node.text}.",
                    node.place,
                    path,
                    "write year, month, day: `2025-04-18`",
                )
        return self._wrong(key, type_, node, path)

    def word(self, key: Key, type_: types.Word, node: Tree, path: Path) -> Any:
        if isinstance(node, Scalar):
            text = node.text
            if text in self.words and text not in type_.words:
                self.parameters_used.add(text)
                text = self.words[text]
            if text in type_.words:
                return text
            if text:
                return self.report(
                    "PK006",
                    f"`{key.name}` cannot be `{_short(text)}`.",
                    node.place,
                    path,
                    did_you_mean(text, type_.words, listed=30),
                )
        return self._wrong(key, type_, node, path)

    def ref(self, key: Key, type_: types.Ref, node: Tree, path: Path) -> Any:
        if not isinstance(node, Scalar) or not node.text:
            return self._wrong(key, type_, node, path)
        text = node.text
        if text in type_.words:
            return text
        if text in self.words and not any(text in self.declared[kind] for kind in type_.kinds):
            self.parameters_used.add(text)
            text = self.words[text]
        self.uses.append(Use(kinds=type_.kinds, name=text, path=path, place=node.place))
        if not any(text in self.declared[kind] for kind in type_.kinds):
            known = {name for kind in type_.kinds for name in self.declared[kind]}
            elsewhere = [kind for kind, names in self.declared.items() if text in names]
            helps = did_you_mean(text, known | set(type_.words))
            if elsewhere:
                helps = f"`{text}` is a {_words(elsewhere[0])}; " + helps
            what = " or ".join(_words(kind) for kind in type_.kinds)
            return self.report(
                "PK101",
                f"There is no {what} `{_short(text)}`.",
                node.place,
                path,
                helps.removesuffix("; ") or f"declare it under `{_section(type_.kinds[0])}`",
            )
        return text

    def occurrence(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        return self._parsed(key, type_, node, path, parse_occurrence, self._occurs)

    def _occurs(self, found: OccurrenceRef, path: Path, node: Scalar) -> None:
        self.occurrences.append((found, path, node))

    def span(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        return self._parsed(key, type_, node, path, self._duration)

    def _duration(self, text: str) -> Duration:
        if text in self.spans:
            self.parameters_used.add(text)
        return parse_duration(text, self.spans)

    def limit(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        def checked(found: Limit, path: Path, scalar: Scalar) -> None:
            self.parameters_used.update(found.parameters)
            if found.anchor is not None:
                self.occurrences.append((found.anchor, path, scalar))

        return self._parsed(
            key, type_, node, path, lambda text: parse_limit(text, self.spans), checked
        )

    def condition(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        if not isinstance(node, Scalar) or (not node.text and node.plain):
            return self._wrong(key, type_, node, path)
        try:
            found = parse(node.text, self.booleans, self.spans, self.numbers)
        except ConditionError as error:
            return self.report(
                "PK401",
                _sentence(error.message),
                node.part(error.offset, error.length),
                path,
                error.help,
            )
        for name in (*self.spans, *self.numbers):
            if name not in self.parameters_used and re.search(rf"\b{name}\b", node.text):
                self.parameters_used.add(name)
        self.conditions.append((found, path, node))
        return found

    def open_hours(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        return self._parsed(key, type_, node, path, _canonical(parse_open))

    def closed_day(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        return self._parsed(key, type_, node, path, _canonical(parse_closed))

    def _parsed(
        self,
        key: Key,
        type_: types.ValueType,
        node: Tree,
        path: Path,
        read: Callable[[str], Any],
        then: Callable[[Any, Path, Scalar], None] | None = None,
    ) -> Any:
        scalar = self._scalar(key, type_, node, path)
        if scalar is BAD:
            return BAD
        try:
            found = read(scalar.text)
        except LimitSyntaxError as error:
            return self.report(
                "PK006",
                _sentence(error.message),
                scalar.part(error.offset, error.length),
                path,
                error.help,
            )
        if then is not None:
            then(found, path, scalar)
        return found

    def parameter_value(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        scalar = self._scalar(key, type_, node, path)
        if scalar is BAD:
            return BAD
        text = scalar.text
        if _WHOLE.match(text):
            return int(text)
        if _IDENTIFIER.match(text):
            return text
        return self._parsed(key, type_, node, path, parse_duration)

    def list_of(self, key: Key, type_: types.ListOf, node: Tree, path: Path) -> Any:
        if isinstance(node, Scalar) and node.plain and not node.text:
            return self._wrong(key, type_, node, path)
        if not isinstance(node, Sequence):
            value = self.value(key, type_.item, node, path)
            return BAD if value is BAD else (value,)
        values = [
            self.value(key, type_.item, item, (*path, index))
            for index, item in enumerate(node.items)
        ]
        return tuple(value for value in values if value is not BAD)

    def map_of(self, key: Key, type_: types.MapOf, node: Tree, path: Path) -> Any:
        if not isinstance(node, Map):
            return self._wrong(key, type_, node, path)
        values: dict[str, Any] = {}
        for name, entry in node.entries.items():
            entry_path = (*path, name)
            self.nodes[entry_path] = (entry.key, entry.value)
            if type_.keys is not None:
                if self.ref(key, type_.keys, entry.key, entry_path) is BAD:
                    continue
            elif key.name == "not_applicable":
                if not _CODE.match(name):
                    self.report(
                        "PK006",
                        f"`{_short(name)}` is not the code of a check.",
                        entry.key.place,
                        entry_path,
                        "codes look like `PK812`",
                    )
                    continue
            elif self.name(entry.key, entry_path) is BAD:
                continue
            if isinstance(type_.item, types.ElementOf):
                value = self.element(type_.item.kind, entry.value, entry_path, name)
            else:
                value = self.value(key, type_.item, entry.value, entry_path)
            if value is not BAD:
                values[name] = value
        return MappingProxyType(values)

    def element_of(self, key: Key, type_: types.ElementOf, node: Tree, path: Path) -> Any:
        return self.element(type_.kind, node, path)

    # -- parameters --------------------------------------------------------------------

    def _parameters(self, top: Map) -> None:
        """The values of the parameters, needed before anything that may use their names."""
        section = top.get("parameters")
        if not isinstance(section, Map):
            return
        for name, entry in section.entries.items():
            node: Tree | None = entry.value
            if isinstance(node, Map):
                node = node.get("value")
            if not isinstance(node, Scalar):
                continue
            if _WHOLE.match(node.text):
                self.numbers[name] = int(node.text)
            elif _IDENTIFIER.match(node.text):
                self.words[name] = node.text
            else:
                try:
                    self.spans[name] = parse_duration(node.text)
                except LimitSyntaxError:
                    continue  # reported when the parameter itself is read


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


def _declared(top: Map) -> dict[str, dict[str, Scalar]]:
    """Every id that the file declares, by kind, whether or not its element can be read."""
    found: dict[str, dict[str, Scalar]] = {kind: {} for kind in SECTIONS.values()}

    def take(kind: str, section: Tree | None) -> None:
        if isinstance(section, Map):
            for name, entry in section.entries.items():
                found[kind].setdefault(name, entry.key)

    for section, kind in SECTIONS.items():
        take(kind, top.get(section))
    if "states" in top.entries:
        found["strand"].setdefault("case", top.entries["states"].key)
    strands = top.get("strands")
    if isinstance(strands, Map):
        for entry in strands.entries.values():
            if isinstance(entry.value, Map):
                short = _is_short(KINDS["strand"], _KEYS["strand"], entry.value)
                take("state", entry.value if short else entry.value.get("states"))
    found["exception"] = {}
    for section in ("triggers", "meetings"):
        owners = top.get(section)
        if isinstance(owners, Map):
            for owner in owners.entries.values():
                if isinstance(owner.value, Map):
                    take("exception", owner.value.get("exceptions"))
    return found


def _booleans(top: Map) -> frozenset[str]:
    """The names that may stand alone in a condition: boolean facts and terms."""
    names: set[str] = set()
    facts, terms = top.get("facts"), top.get("terms")
    if isinstance(facts, Map):
        for name, entry in facts.entries.items():
            kind = entry.value.get("type") if isinstance(entry.value, Map) else None
            if isinstance(kind, Scalar) and kind.text == "boolean":
                names.add(name)
    if isinstance(terms, Map):
        names.update(terms.entries)
    return frozenset(names)


def _is_short(kind: Kind, keys: Mapping[str, Key], node: Map) -> bool:
    """Whether a map is the one item of the element's main list, not the element itself."""
    if not kind.short or not node.entries:
        return False
    main = keys[kind.short].type
    if isinstance(main, types.MapOf):
        return not any(name in keys for name in node.entries)
    item = main.item if isinstance(main, types.ListOf) else main
    if not isinstance(item, types.ElementOf):
        return False
    inner = _KEYS[item.kind]
    return not any(name in keys for name in node.entries) and any(
        name in inner or _is_short(KINDS[item.kind], inner, node) for name in node.entries
    )


def _takes_list(key: Key) -> bool:
    if isinstance(key.type, types.ElementOf):
        kind = KINDS[key.type.kind]
        return bool(kind.short) and _takes_list(_KEYS[kind.name][kind.short])
    return isinstance(key.type, types.ListOf)


def _canonical(read: Callable[[str], Any]) -> Callable[[str], str]:
    """Check a text by reading it, and keep the text: the calendar is put together later."""

    def keep(text: str) -> str:
        read(text)
        return text

    return keep


def _placeholder(key: Key) -> Any:
    if isinstance(key.type, types.ListOf):
        return ()
    if isinstance(key.type, types.MapOf):
        return MappingProxyType({})
    return ""


def _says(type_: types.ValueType) -> str:
    if isinstance(type_, types.Word):
        return "one of " + _listed(list(type_.words))
    if isinstance(type_, types.Ref):
        names = " or ".join(f"a {_words(kind)}" for kind in type_.kinds)
        return f"the name of {names}"
    if isinstance(type_, types.ListOf):
        return f"{_says(type_.item)}, or a list of them"
    if isinstance(type_, types.MapOf):
        return "`name: value` lines below it"
    return type_.says


def _subject(kind_name: str, id_: str) -> str:
    if kind_name == "protocol":
        return "This protocol"
    return f"The {_words(kind_name)} `{id_}`" if id_ else f"This {_words(kind_name)}"


def _words(kind_name: str) -> str:
    return {"follow_up": "follow-up", "met_by": "`met_by` entry", "recorded": "recorded fact"}.get(
        kind_name, kind_name.replace("_", " ")
    )


def _section(kind: str) -> str:
    return next((section for section, name in SECTIONS.items() if name == kind), kind)


def _skeleton(key: Key) -> str:
    text = f"add `{key.name}: {key.example or '...'}`"
    if key.silent:
        text += f", or `{key.name}: unspecified` if the source does not say"
    return text


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:37] + "..."


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."
