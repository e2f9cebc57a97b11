"""Every place in a protocol that uses a name declared elsewhere, parameters left out.

A parameter is replaced by its value when a file is read; the reader tells which were used.
What refers to what is not written down a second time here: the vocabulary says of each key
which kinds of names it holds. Imports the vocabulary, the model and conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from protocolkit.conditions.references import references
from protocolkit.conditions.syntax import Condition, Phrase, Span, inner
from protocolkit.ground.findings import Path
from protocolkit.ground.limits import Duration, Limit, OccurrenceRef
from protocolkit.ground.record import Record
from protocolkit.language import types
from protocolkit.language.vocabulary import KINDS, keys_of
from protocolkit.model.base import Element
from protocolkit.model.protocol import Protocol

HAPPENS = ("trigger", "meeting", "follow_up", "exception", "fact")
"""The kinds of names that occurrences are of."""
READS: Mapping[str, tuple[str, ...]] = {
    "name": ("fact", "strand", "follow_up", "term"),
    "fact": ("fact",),
    "occurrence": HAPPENS,
    "moment": HAPPENS,
    "role": ("role",),
    "parameter": ("parameter",),
}
"""The kinds of names that a reference of a condition may be of."""


class Mention(Record):
    """A use of a name. `kinds` are the kinds it may be of, `key` the key whose value uses it.

    `path` leads to the element with that key; `conditional` tells that a condition reads it.
    Business days that name no calendar mention a calendar with an empty name.
    """

    kinds: tuple[str, ...]
    name: str
    path: Path
    key: str
    conditional: bool = False


def mentions(protocol: Protocol) -> Iterator[Mention]:
    """Every use of a declared name, in the order of the vocabulary."""
    yield from _element("protocol", protocol)


def _element(kind: str, element: Element) -> Iterator[Mention]:
    for key in keys_of(KINDS[kind]).values():
        value = getattr(element, key.field, None)
        if value:
            yield from _value(key.type, value, element.path, key.name)
    if kind == "holder" and (ability := getattr(element, "with_", "")):
        yield Mention(kinds=("capability",), name=ability, path=element.path, key="with")


def _value(type_: types.ValueType, value: object, path: Path, key: str) -> Iterator[Mention]:
    match type_, value:
        case types.Ref(), str():
            if value and value not in type_.words:
                yield Mention(kinds=type_.kinds, name=value, path=path, key=key)
        case types.ListOf(), tuple():
            for item in value:
                yield from _value(type_.item, item, path, key)
        case types.MapOf(), Mapping():
            for name, item in value.items():
                if type_.keys is not None:
                    yield from _value(type_.keys, name, path, key)
                yield from _value(type_.item, item, path, key)
        case types.ElementOf(), Element():
            yield from _element(type_.kind, value)
        case _, OccurrenceRef():
            yield Mention(kinds=HAPPENS, name=value.name, path=path, key=key)
        case _, Limit():
            for one in value.anchor.each if value.anchor is not None else ():
                yield Mention(kinds=HAPPENS, name=one.name, path=path, key=key)
            for span in (value.within, value.at_most):
                yield from _span(span, path, key)
        case _, Duration():
            yield from _span(value, path, key)
        case types.ConditionText(), Phrase():
            yield from _condition(cast("Condition", value), path, key)


def _span(span: Duration | None, path: Path, key: str) -> Iterator[Mention]:
    if span is not None and span.unit == "business days":
        yield Mention(kinds=("calendar",), name=span.calendar or "", path=path, key=key)


def _condition(condition: Condition, path: Path, key: str) -> Iterator[Mention]:
    for found in references(condition):
        yield Mention(
            kinds=READS[found.kind], name=found.name, path=path, key=key, conditional=True
        )
    waiting: list[Phrase] = [condition]
    for phrase in waiting:
        waiting.extend(inner(phrase))
        if isinstance(phrase, Span):
            yield from _span(phrase.length, path, key)
