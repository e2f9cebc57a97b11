"""Reads the texts that have a grammar of their own: limits, conditions, occurrences, hours.

The grammars are `ground`'s and `conditions`'; here their errors get a place in the file, and
what the whole must be judged by (occurrences, conditions, durations) is kept aside. The
values of parameters are read first, because any of these texts may name one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from protocolkit.conditions.parse import ConditionError, parse
from protocolkit.conditions.syntax import Always, Condition
from protocolkit.ground.calendars import OneDay, parse_closed, parse_open
from protocolkit.ground.findings import Path
from protocolkit.ground.limits import (
    Duration,
    Limit,
    LimitSyntaxError,
    OccurrenceRef,
    parse_duration,
    parse_limit,
    parse_occurrence,
)
from protocolkit.ground.record import EMPTY
from protocolkit.language import types, wording
from protocolkit.language.text import is_ambiguous
from protocolkit.language.tree import Map, Scalar, Tree
from protocolkit.language.types import Key
from protocolkit.language.values import BAD, IDENTIFIER, WHOLE, Values
from protocolkit.model import words

_NAMED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Said(NamedTuple):
    """A duration, an occurrence or a condition, and the text that says it."""

    what: Any
    path: Path
    node: Scalar
    key: str


class Grammars(Values):
    """Reads values; keeps aside the durations, occurrences and conditions that it met."""

    def __init__(self, top: Map, texts: Mapping[str, str] = EMPTY) -> None:
        super().__init__(top, texts)
        self.occurrences: list[Said] = []
        self.conditions: list[Said] = []
        self.durations: list[Said] = []
        self.limits: list[Said] = []
        self._parameters(top)

    def occurrence(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        found = self._parsed(key, type_, node, path, parse_occurrence)
        if isinstance(found, OccurrenceRef) and isinstance(node, Scalar):
            if found.others:
                return self.report(
                    "PK006",
                    f"`{key.name}` takes one thing that happens; here are {len(found.each)}.",
                    node.place,
                    path,
                    "choose one, or write a list if any of them will do; `first(...)` and "
                    "`last(...)` of several are for limits and conditions",
                )
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
            self.limits.append(Said(found, path, node, key.name))
            self.parameters_used.update(found.parameters)
            named = {self.spans[name] for name in found.parameters}
            for span in (found.within, found.at_most):
                if span is not None and span not in named:  # those are judged where they stand
                    self.durations.append(Said(span, path, node, key.name))
            for one in found.anchor.each if found.anchor is not None else ():
                self.occurrences.append(Said(one, path, node, key.name))
        return found

    def condition(self, key: Key, type_: types.ValueType, node: Tree, path: Path) -> Any:
        if not isinstance(node, Scalar) or (not node.text and node.plain):
            return self.wrong(key, type_, node, path)
        if node.text == words.ALWAYS and isinstance(type_, types.ConditionText):
            return Always() if type_.always else self._always(key, node, path)
        try:
            found: Condition = parse(node.text, self.declared.booleans, self.spans, self.numbers)
        except ConditionError as error:
            if self.is_lost(_word_at(node.text, error.offset)):
                return BAD
            return self.report(
                "PK401",
                wording.sentence(error.message),
                self.part(node, error.offset, error.length),
                path,
                error.help,
            )
        self.conditions.append(Said(found, path, node, key.name))
        return found

    def _always(self, key: Key, node: Scalar, path: Path) -> Any:
        return self.report(
            "PK401",
            f"`{key.name}: always` says nothing here.",
            node.place,
            path,
            "leave the line out; `always` is for a follow-up or an escalation, where the protocol "
            "has an `applies_while` of its own",
        )

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
            word = _word_at(scalar.text, error.offset)
            if self.is_lost(word) and not isinstance(type_, types.ParameterValue):
                return BAD
            if "parameter" in message and word in {**self.numbers, **self.words}:
                what = "a number" if word in self.numbers else "a word"
                message = f"The parameter `{word}` is {what}, not a length of time"
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
        if scalar.text in ("true", "false"):
            return self.wrong(key, type_, node, path)
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


def _word_at(text: str, offset: int) -> str:
    found = _NAMED.match(text, offset)
    return found[0] if found else ""


def parameter_of(text: str) -> Duration | int | str:
    """What a parameter stands for: a whole number, a word, or a length of time.

    Raises: LimitSyntaxError: it is none of these.
    """
    if WHOLE.match(text):
        return int(text)
    if IDENTIFIER.match(text):
        return text
    return parse_duration(text)
