"""Reads single values by their types: texts, names, numbers, dates, words, references.

Every fault is noted with its place, and a value in error is `BAD`. Imports the vocabulary's
types, the tree and ground. Texts with a grammar of their own are read by `grammars`;
elements, lists and maps by `reader`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from protocolkit.conditions.tokens import RESERVED as CONDITION_WORDS
from protocolkit.ground.findings import Finding, Fix, Path, Place
from protocolkit.ground.limits import Duration
from protocolkit.ground.nearest import did_you_mean
from protocolkit.ground.record import EMPTY
from protocolkit.language import mending, types, wording
from protocolkit.language.shapes import Declared
from protocolkit.language.text import fault, is_ambiguous
from protocolkit.language.tree import Map, Scalar, Sequence, Tree, first_token, stretch
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

PROTOCOL_ID = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*\Z")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*\Z")
WHOLE = re.compile(r"[0-9]{1,9}\Z")
RANGE = re.compile(r"([0-9]{1,9})\s*\.\.\s*([0-9]{1,9})\Z")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")

RESERVED = CONDITION_WORDS | {
    "before",
    "the",
    words.CLOCK,
    words.ATTENDEES,
    words.ALWAYS,
    words.UNSPECIFIED,
    words.PROGRAMME_EVENT,
}
"""Words that mean something in conditions, limits or lists of roles: no name may be one."""


class Values:
    """Reads values; `nodes` (path -> key and value) is the side table of positions."""

    def __init__(self, top: Map, texts: Mapping[str, str] = EMPTY) -> None:
        self.findings: list[Finding] = []
        self.uncounted = 0
        self.texts = texts
        self.nodes: dict[Path, tuple[Scalar | None, Tree]] = {}
        self.declared = Declared(top)
        self.states_named: list[tuple[str, Path, Scalar]] = []
        self.numbers: dict[str, int] = {}
        self.spans: dict[str, Duration] = {}
        self.words: dict[str, str] = {}
        self.parameters_used: set[str] = set()

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

    def is_lost(self, text: str) -> bool:
        """Whether a text names a parameter whose own value is in error, and reported there."""
        return (
            text in self.declared.names["parameter"]
            and text not in self.numbers
            and text not in self.words
            and text not in self.spans
        )

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
            self.at(node, path),
            path,
            f"write {expected}{example}",
        )

    def at(self, node: Tree, path: Path) -> Place | None:
        """The token to point at for a value: its text, else what leads to it."""
        return node.place if isinstance(node, Scalar) and node.text else self.where(path, node)

    # -- texts and names ---------------------------------------------------------------

    def scalar(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        """The scalar, or BAD: a map, a list, nothing, or a text that other tools misread."""
        if not isinstance(node, Scalar) or (not node.text and node.plain):
            return self.wrong(key, type_, node, path)
        if node.plain and is_ambiguous(node.text) and not isinstance(type_, _LENGTHS):
            shown = wording.short(node.text)
            return self.report(
                "PK003",
                f"Many YAML tools do not read `{shown}` as that text.",
                node.place,
                path,
                f'put it in quotes: "{shown}"',
                fix=self._in_quotes(type_, node, path),
            )
        return node

    def _in_quotes(self, type_: types.ValueType, node: Scalar, path: Path) -> Fix | None:
        """Put a text in quotes, unless people must settle it."""
        is_theirs = isinstance(type_, _MEASURES) or "not_applicable" in path
        return None if is_theirs else mending.in_quotes(node)

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
            if not LANGUAGE.match(tag):
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
        if (said and text in RESERVED) or text in ("true", "false"):
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
        if not (PROTOCOL_ID if path == ("id",) else IDENTIFIER).match(text):
            proposal = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
            words = "citation" if path[:1] == ("sources",) else "title"
            return self.report(
                "PK006",
                f"`{wording.short(text)}` is not a name: names are small letters, digits and "
                "`_`, and start with a letter.",
                scalar.place,
                path,
                f"write `{proposal}` and put the words in `{words}`"
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
                fix=mending.another_word(node, "true" if yes else "false"),
            )
        return self.wrong(key, type_, node, path)

    # -- numbers and dates -------------------------------------------------------------

    def whole(self, key: Key, type_: types.Whole, node: Tree, path: Path) -> Any:
        if not isinstance(node, Scalar):
            return self.wrong(key, type_, node, path)
        text = node.text
        named = text in self.numbers
        if self.is_lost(text):
            return BAD
        if named:
            self.parameters_used.add(text)
        elif node.plain and is_ambiguous(text):
            return self.scalar(key, type_, node, path)
        elif not WHOLE.match(text):
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
        found = RANGE.match(node.text) if isinstance(node, Scalar) else None
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
        if not isinstance(node, Scalar) or not DATE.match(node.text):
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
        if self.is_lost(text):
            return BAD
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
        if type_.kinds == ("state",):
            self.states_named.append((text, path, node))
        if text in type_.words or known or self.declared.knows(type_.kinds, text):
            return text
        if self.is_lost(text):
            return BAD
        return self.report(
            "PK101",
            f"There is no {' or '.join(map(wording.words, type_.kinds))} {self._shown(node.text)}.",
            node.place,
            path,
            self._no_such(key, type_, text),
            fix=self._rename(type_, node, text),
        )

    def _rename(self, type_: types.Ref, node: Scalar, name: str) -> Fix | None:
        """Write the name that is meant; who acts is never guessed."""
        names = self.declared.names
        if "role" in type_.kinds or name != node.text or any(name in of for of in names.values()):
            return None
        if len(self.findings) >= MOST_NOTED:
            return None
        known = {*type_.words, *(one for kind in type_.kinds for one in names[kind])}
        return mending.renamed(node, known)

    def _no_such(self, key: Key, type_: types.Ref, name: str) -> str:
        if name == words.UNSPECIFIED and key.silent:
            return f"write `{key.name}: unspecified`, without a list"
        names = self.declared.names
        several = [one.strip() for one in re.split(r"/|,|\bor\b|\band\b", name[:_LONGEST_LIST])]
        if len(several) > 1 and all(self.declared.knows(type_.kinds, one) for one in several):
            listed = ", ".join(several)
            more = f", or `all_of: [{listed}]` in `who` if all must act" if " and " in name else ""
            return f"several make a list: `[{listed}]`{more}"
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


_LONGEST_LIST = 200
"""Characters of a text in which several names are looked for."""

_LENGTHS = (types.LimitText, types.SpanText)
"""Kinds of values that quotes cannot mend: as a limit `17:00` is wrong with quotes as well."""

_MEASURES = (types.Whole, types.LimitText, types.SpanText, types.ConditionText)
"""Kinds of values in which a number stands that only people can settle."""
