"""Reads single values by their types: texts, names, numbers, dates, limits, conditions.

Every fault is noted with its place, and a value in error is `BAD`. What the whole must be
judged by (names used, occurrences, conditions, durations) is kept aside. Imports the
vocabulary's types, the tree, conditions and ground; elements, lists and maps are `reader`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from protocolkit.conditions.parse import ConditionError, parse
from protocolkit.conditions.syntax import Condition
from protocolkit.conditions.tokens import RESERVED as CONDITION_WORDS
from protocolkit.ground.calendars import OneDay, parse_closed, parse_open
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
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import EMPTY, Record
from protocolkit.language import types, wording
from protocolkit.language.shapes import Declared
from protocolkit.language.text import fault, is_ambiguous
from protocolkit.language.tree import Map, Scalar, Sequence, Tree, stretch
from protocolkit.language.types import Key
from protocolkit.language.unreadable import MAX_KEY
from protocolkit.model import words
from protocolkit.model.base import Label

BAD: Any = object()
"""Stands for a value in error; it never reaches the model."""

MOST_NOTED = 100
"""Beyond so many faults they are only counted: nobody reads them, and each costs time."""

YEARS = (1000, 9000)
"""The years that a date may be in: outside them counting on leaves the calendar."""

IDENTIFIER = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*\Z")
"""A name that conditions and limits can say."""

_PROTOCOL_ID = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
_WHOLE = re.compile(r"[0-9]{1,9}\Z")
_RANGE = re.compile(r"([0-9]{1,9})\s*\.\.\s*([0-9]{1,9})\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_NAMED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

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


class Said(NamedTuple):
    """A duration, an occurrence or a condition, and the text that says it."""

    what: Any
    path: Path
    node: Scalar
    key: str


class Values:
    """Reads values; `nodes` (path -> key and value) is the side table of positions."""

    def __init__(self, top: Map, texts: Mapping[str, str] = EMPTY) -> None:
        self.findings: list[Finding] = []
        self.uncounted = 0
        self.texts = texts
        self.nodes: dict[Path, tuple[Scalar | None, Tree]] = {}
        self.declared = Declared(top)
        self.uses: list[Use] = []
        self.occurrences: list[Said] = []
        self.conditions: list[Said] = []
        self.durations: list[Said] = []
        self.spans: dict[str, Duration] = {}
        self.numbers: dict[str, int] = {}
        self.words: dict[str, str] = {}
        self.parameters_used: set[str] = set()
        self._parameters(top)

    # -- faults ------------------------------------------------------------------------

    def report(
        self, code: str, message: str, place: Place | None, path: Path, help: str = "", **more: Any
    ) -> Any:
        """Note a fault; returns `BAD`."""
        if len(self.findings) < MOST_NOTED:
            self.findings.append(fault(code, message, place, help, path=path, **more))
        else:
            self.uncounted += 1
        return BAD

    @property
    def noted(self) -> int:
        """How many faults were found so far."""
        return len(self.findings) + self.uncounted

    def guess(self, name: str, known: Iterable[str], listed: int = 12) -> str:
        """Help with a name that does not exist: a close one, else those that there are."""
        return did_you_mean(name, known, listed) if len(self.findings) < MOST_NOTED else ""

    def part(self, node: Scalar, offset: int, length: int) -> Place:
        """The place of some characters of a text."""
        return stretch(node, offset, length, self.texts.get(node.file, ""))

    def where(self, path: Path, node: Tree | None = None) -> Place | None:
        """The token to point at for a path: a text, else the key, else the nearest above."""
        while path not in self.nodes and path:
            path = path[:-1]
        key, value = self.nodes.get(path, (None, node))
        if isinstance(value, Scalar) and (value.text or key is None):
            return value.place
        if key is not None:
            return key.place
        return first_token(value) if value is not None else None

    def wrong(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        """Note that a value is not of its type."""
        found = "nothing"
        if isinstance(node, Scalar) and node.text:
            found = f"`{wording.short(node.text)}`"
        elif isinstance(node, Map):
            found = "a map of keys"
        elif isinstance(node, Sequence):
            found = "a list"
        expected = wording.says(type_)
        example = f", such as `{key.example}`" if key.example and "such as" not in expected else ""
        return self.report(
            "PK006",
            f"`{key.name}` needs {expected}; found {found}.",
            self._at(node, path),
            path,
            f"write {expected}{example}",
        )

    def _at(self, node: Tree, path: Path) -> Place | None:
        return node.place if isinstance(node, Scalar) and node.text else self.where(path, node)

    # -- texts and names ---------------------------------------------------------------

    def scalar(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        """The scalar, or BAD: a map, a list, nothing, or a text that other tools misread."""
        if not isinstance(node, Scalar) or (not node.text and node.plain):
            return self.wrong(key, type_, node, path)
        if node.plain and is_ambiguous(node.text):
            shown = wording.short(node.text)
            return self.report(
                "PK003",
                f"Many YAML tools do not read `{shown}` as that text.",
                node.place,
                path,
                f'put it in quotes: "{shown}"',
            )
        return node

    def text(self, key: Key, type_: types.Text, node: Tree, path: Path) -> Any:
        scalar = self.scalar(key, type_, node, path)
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
        one = types.Text()
        if not isinstance(node, Map) or not node.entries:
            text = self.text(key, one, node, path) if isinstance(node, Scalar) else BAD
            if not isinstance(node, Scalar):
                self.wrong(key, type_, node, path)
            return BAD if text is BAD else Label(text)
        texts: dict[str, str] = {}
        for tag, entry in node.entries.items():
            self.nodes[(*path, tag)] = (entry.key, entry.value)
            text = self.text(key, one, entry.value, (*path, tag))
            if not _LANGUAGE.match(tag):
                self.report(
                    "PK006",
                    f"`{tag}` is not a language code.",
                    entry.key.place,
                    (*path, tag),
                    "use codes such as `en` and `es`",
                )
            elif text is not BAD:
                texts[tag] = text
        if not texts:
            return BAD
        return Label.of(texts.get("en", next(iter(texts.values()))), MappingProxyType(texts))

    def identifier(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        scalar = self.scalar(key, type_, node, path)
        return BAD if scalar is BAD else self.name(scalar, path, said=key.name != "id")

    def name(self, scalar: Scalar, path: Path, *, said: bool = True) -> Any:
        """A name of one's own choice; `said` when conditions and limits may say it."""
        text = scalar.text
        if (said and text in _RESERVED) or text in ("true", "false"):
            return self.report(
                "PK006",
                f"`{text}` means something in conditions and limits; it cannot be a name.",
                scalar.place,
                path,
                f"choose another name, such as `{text}_1`",
            )
        if len(text) > MAX_KEY:
            return self.report(
                "PK006",
                f"This name is longer than {MAX_KEY} characters.",
                scalar.place,
                path,
                "choose a short name, and put the words in `title`",
            )
        if not (_PROTOCOL_ID if path == ("id",) else IDENTIFIER).match(text):
            proposal = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
            return self.report(
                "PK006",
                f"`{wording.short(text)}` is not a name: names are small letters, digits and "
                "`_`, and start with a letter.",
                scalar.place,
                path,
                f"write `{proposal}` and put the words in `title`"
                if IDENTIFIER.match(proposal)
                else "write the name in small letters",
            )
        return text

    def flag(self, key: Key, type_: types.Flag, node: Tree, path: Path) -> Any:
        if isinstance(node, Scalar) and node.text in ("true", "false"):
            return node.text == "true"
        if isinstance(node, Scalar) and node.plain and node.text and is_ambiguous(node.text):
            yes = node.text.lower() in ("y", "yes", "on", "true", "1")
            return self.report(
                "PK003",
                f"`{key.name}` is `true` or `false`; `{wording.short(node.text)}` is read in "
                "different ways.",
                node.place,
                path,
                f"write `{'true' if yes else 'false'}`",
            )
        return self.wrong(key, type_, node, path)

    # -- numbers and dates -------------------------------------------------------------

    def whole(self, key: Key, type_: types.Whole, node: Tree, path: Path) -> Any:
        if not isinstance(node, Scalar):
            return self.wrong(key, type_, node, path)
        text = node.text
        named = text in self.numbers
        if named:
            self.parameters_used.add(text)
        elif not _WHOLE.match(text) or (node.plain and is_ambiguous(text)):
            return self.wrong(key, type_, node, path)
        number = self.numbers[text] if named else int(text)
        if type_.lowest <= number <= type_.highest:
            return number
        shown = f"`{text}`, which is {number}" if named else str(number)
        return self.report(
            "PK006",
            f"`{key.name}` is {shown}; it must be from {type_.lowest} to {type_.highest}.",
            node.place,
            path,
            f"give a number from {type_.lowest} on",
        )

    def range(self, key: Key, type_: types.Range, node: Tree, path: Path) -> Any:
        found = _RANGE.match(node.text) if isinstance(node, Scalar) else None
        if not found:
            return self.wrong(key, type_, node, path)
        lowest, highest = int(found[1]), int(found[2])
        if lowest <= highest:
            return (lowest, highest)
        return self.report(
            "PK006",
            f"The range `{found[0]}` runs backwards.",
            node.place,
            path,
            f"write `{highest}..{lowest}`",
        )

    def day(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        if not isinstance(node, Scalar) or not _DATE.match(node.text):
            return self.wrong(key, type_, node, path)
        try:
            day = date.fromisoformat(node.text)
        except ValueError:
            return self.report(
                "PK006",
                f"There is no day {node.text}.",
                node.place,
                path,
                "write year, month, day: `2025-04-18`",
            )
        return BAD if self.refuse_year(day.year, "PK006", node.place, path) else day

    def refuse_year(self, year: int, code: str, place: Place, path: Path) -> bool:
        """Note a year that nobody can mean; tells whether it did."""
        first, last = YEARS
        if first <= year <= last:
            return False
        self.report(
            code,
            f"The year {year:04} is not one that can be meant here.",
            place,
            path,
            f"give a year from {first} to {last}",
        )
        return True

    # -- words and references ----------------------------------------------------------

    def word(self, key: Key, type_: types.Word, node: Tree, path: Path) -> Any:
        if not isinstance(node, Scalar) or not node.text:
            return self.wrong(key, type_, node, path)
        text = self._meant(node.text, node.text in type_.words)
        if text in type_.words:
            return text
        return self.report(
            "PK006",
            f"`{key.name}` cannot be {self._shown(node.text)}.",
            node.place,
            path,
            self.guess(text, type_.words, 30),
        )

    def ref(self, key: Key, type_: types.Ref, node: Tree, path: Path) -> Any:
        if not isinstance(node, Scalar) or not node.text:
            return self.wrong(key, type_, node, path)
        if node.text in type_.words:
            return node.text
        known = self.declared.knows(type_.kinds, node.text)
        text = self._meant(node.text, known)
        self.uses.append(Use(kinds=type_.kinds, name=text, path=path, place=node.place))
        if text in type_.words or known or self.declared.knows(type_.kinds, text):
            return text
        return self.report(
            "PK101",
            f"There is no {' or '.join(map(wording.words, type_.kinds))} {self._shown(node.text)}.",
            node.place,
            path,
            self._no_such(key, type_, text),
        )

    def _no_such(self, key: Key, type_: types.Ref, name: str) -> str:
        if name == words.UNSPECIFIED and key.silent:
            return f"write `{key.name}: unspecified`, without a list"
        names = self.declared.names
        helps = self.guess(name, {*type_.words, *(n for kind in type_.kinds for n in names[kind])})
        helps = helps or f"declare it under `{wording.section(type_.kinds[0])}`"
        elsewhere = next((kind for kind, found in names.items() if name in found), "")
        what = wording.a(wording.words(elsewhere)) if elsewhere else ""
        return f"`{name}` is {what}; {helps}" if what else helps

    def _meant(self, text: str, known: bool) -> str:
        """The word that a parameter stands for, unless the text itself is known."""
        if known or text not in self.words:
            return text
        self.parameters_used.add(text)
        return self.words[text]

    def _shown(self, text: str) -> str:
        if text in self.words:
            return f"`{text}`, which is `{self.words[text]}`"
        return f"`{wording.short(text)}`"

    # -- texts with a grammar of their own ---------------------------------------------

    def occurrence(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        found = self._parsed(key, type_, node, path, parse_occurrence)
        if isinstance(found, OccurrenceRef) and isinstance(node, Scalar):
            self.occurrences.append(Said(found, path, node, key.name))
        return found

    def span(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        found = self._parsed(key, type_, node, path, lambda text: parse_duration(text, self.spans))
        if isinstance(found, Duration) and isinstance(node, Scalar):
            name = node.text.strip()
            if name in self.spans:
                self.parameters_used.add(name)
            else:
                self.durations.append(Said(found, path, node, key.name))
        return found

    def limit(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        found = self._parsed(key, type_, node, path, lambda text: parse_limit(text, self.spans))
        if isinstance(found, Limit) and isinstance(node, Scalar):
            self.parameters_used.update(found.parameters)
            named = {self.spans[name] for name in found.parameters}
            for span in (found.within, found.at_most):
                if span is not None and span not in named:  # those are judged where they stand
                    self.durations.append(Said(span, path, node, key.name))
            if found.anchor is not None:
                self.occurrences.append(Said(found.anchor, path, node, key.name))
        return found

    def condition(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        if not isinstance(node, Scalar) or (not node.text and node.plain):
            return self.wrong(key, type_, node, path)
        try:
            found: Condition = parse(node.text, self.declared.booleans, self.spans, self.numbers)
        except ConditionError as error:
            return self.report(
                "PK401",
                wording.sentence(error.message),
                self.part(node, error.offset, error.length),
                path,
                error.help,
            )
        self.conditions.append(Said(found, path, node, key.name))
        return found

    def open_hours(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        found = self._parsed(key, type_, node, path, parse_open)
        return node.text if isinstance(node, Scalar) and found is not BAD else BAD

    def closed_day(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        rule = self._parsed(key, type_, node, path, parse_closed)
        if rule is BAD or not isinstance(node, Scalar):
            return BAD
        years = [
            rule.first_year,
            rule.last_year,
            rule.on.year if isinstance(rule, OneDay) else None,
        ]
        for year in years:
            if year is not None:
                place = self.part(node, max(node.text.find(f"{year:04}"), 0), 4)
                if self.refuse_year(year, "PK006", place, path):
                    return BAD
        return node.text

    def _parsed(
        self,
        key: Key,
        type_: types.ValueType,
        node: Tree,
        path: Path,
        read: Callable[[str], Any],
    ) -> Any:
        scalar = self.scalar(key, type_, node, path)
        if scalar is BAD:
            return BAD
        try:
            return read(scalar.text)
        except LimitSyntaxError as error:
            message, help = error.message, error.help
            word = _NAMED.match(scalar.text, error.offset)
            if word and word[0] in {**self.numbers, **self.words} and "parameter" in message:
                what = "a number" if word[0] in self.numbers else "a word"
                message = f"The parameter `{word[0]}` is {what}, not a length of time"
                help = "name a parameter such as `6 hours`, or write the time here"
            return self.report(
                "PK006",
                wording.sentence(message),
                self.part(scalar, error.offset, error.length),
                path,
                help,
            )

    # -- parameters --------------------------------------------------------------------

    def parameter_value(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        scalar = self.scalar(key, type_, node, path)
        if scalar is BAD:
            return BAD
        found = self._parsed(key, type_, node, path, parameter_of)
        if isinstance(found, Duration):
            self.durations.append(Said(found, path, scalar, key.name))
        return found

    def _parameters(self, top: Map) -> None:
        """The values of the parameters, needed before anything that may use their names."""
        section = top.get("parameters")
        if not isinstance(section, Map):
            return
        for name, entry in section.entries.items():
            node: Tree | None = entry.value
            if isinstance(node, Map):
                node = node.get("value")
            if not isinstance(node, Scalar) or (node.plain and is_ambiguous(node.text)):
                continue
            try:
                value = parameter_of(node.text)
            except LimitSyntaxError:
                continue  # reported when the parameter itself is read
            if isinstance(value, Duration):
                self.spans[name] = value
            elif isinstance(value, int):
                self.numbers[name] = value
            else:
                self.words[name] = value


def parameter_of(text: str) -> Duration | int | str:
    """What a parameter stands for: a whole number, a word, or a length of time.

    Raises: LimitSyntaxError: it is none of these.
    """
    if _WHOLE.match(text):
        return int(text)
    if IDENTIFIER.match(text):
        return text
    return parse_duration(text)


def first_token(node: Tree) -> Place:
    """What to point at for a part without a key of its own: its first key or bracket."""
    place = node.place
    if isinstance(node, Map) and node.entries:
        first = next(iter(node.entries.values())).key
        if (first.line, first.column) == (node.line, node.column):
            return first.place
    if isinstance(node, Scalar):
        return place
    return place.replace(end=place.start.replace(column=place.start.column + 1))
