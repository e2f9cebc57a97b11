"""The JSON Schema of the language (draft 2020-12), made from the vocabulary.

For editors: hover, completion and the faults that a schema can tell. What it cannot tell
(names that do not exist, texts with a grammar, calendars) the reader does; a file without a
fault of the reader is always valid here. Imports the vocabulary, the rules and the tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from protocolkit.conditions.tokens import MAX_LENGTH
from protocolkit.language import types, values
from protocolkit.language.forms import FORMS, Form
from protocolkit.language.rules import CHOICES, TOGETHER
from protocolkit.language.shapes import KEYS
from protocolkit.language.text import MAX_SCALAR, parse
from protocolkit.language.tree import Map, typed_data
from protocolkit.language.types import Key, Kind
from protocolkit.language.unreadable import MAX_KEY
from protocolkit.language.vocabulary import COMMON, KINDS
from protocolkit.model import words

Schema: TypeAlias = dict[str, Any]

ID = "urn:protocolkit:schema:protocol:1"
_STEPS = ("set", "add", "change", "remove")
_EXTENSION = {"^x-": {"description": "A key of your own; protocolkit does not read it."}}

_NAME = r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*"
_HAPPENS = r"[a-z_][a-z0-9_]*(\s*\.\s*[a-z_]+)?"
_SPAN = (
    r"[0-9]{1,6}\s+(minutes?|hours?|calendar\s+(days?|weeks?|months?|years?)"
    rf"|business\s+days?(\s+of\s+{_NAME})?)"
)


def schema() -> Schema:
    """The schema of a protocol file.

    Shape: one definition for each kind of element, under `$defs`; a short form of an element
    is one of the alternatives of its `anyOf`.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "A response protocol, language version 1",
        **_protocol(),
        "$defs": {
            **_shared(),
            **{f"key.{key.name}": _property(KINDS["protocol"], key) for key in COMMON},
            **{kind.name: _kind(kind) for kind in KINDS.values() if kind.name != "protocol"},
        },
    }


def _protocol() -> Schema:
    """The top: what a file must say, unless another file that it extends says it."""
    kind = KINDS["protocol"]
    found = _object(kind)
    must = found.pop("required")
    needs_states = {"anyOf": [{"required": ["states"]}, {"required": ["strands"]}]}
    return {
        **found,
        "dependentRequired": {step: ["extends"] for step in _STEPS},
        "if": {"required": ["extends"]},
        "else": {"required": must, **needs_states},
    }


def _shared() -> dict[str, Schema]:
    """What is used all over: texts, names, the word for silence."""
    text = {"type": ["string", "integer", "boolean"], "maxLength": 2000}
    return {
        "unspecified": {
            "description": "The source does not say. The gap is shown, and is no error.",
            "const": words.UNSPECIFIED,
        },
        "name": {
            "type": "string",
            "pattern": _whole_text(values.IDENTIFIER),
            "maxLength": MAX_KEY,
            "not": {"enum": sorted(values.RESERVED)},
        },
        "id": {
            "type": "string",
            "pattern": _whole_text(values.IDENTIFIER),
            "maxLength": MAX_KEY,
            "not": {"enum": ["false", "true"]},
        },
        "label": {
            "anyOf": [
                text,
                {
                    "type": "object",
                    "propertyNames": {"pattern": _whole_text(values.LANGUAGE)},
                    "additionalProperties": text,
                    "minProperties": 1,
                },
            ]
        },
        "flag": {"anyOf": [{"type": "boolean"}, {"enum": ["true", "false"]}]},
        "day": {"type": "string", "pattern": _whole_text(values.DATE)},
        "range": {"type": "string", "pattern": _whole_text(values.RANGE)},
        "occurrence": {
            "type": "string",
            "pattern": rf"^\s*({_HAPPENS}|(first|last)\s*\(\s*{_HAPPENS}\s*\))\s*$",
        },
        "span": {"type": "string", "pattern": rf"^\s*({_SPAN}|{_NAME})\s*$"},
        "limit": {"type": "string", "minLength": 1, "maxLength": MAX_SCALAR},
        "condition": {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH},
        "hours": {"type": "string", "minLength": 1},
        "closed_day": {"type": "string", "minLength": 1},
        "parameter_value": {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": 999_999_999},
                {"type": "string", "pattern": rf"^\s*([0-9]{{1,9}}|{_NAME}|{_SPAN})\s*$"},
            ]
        },
    }


# -- kinds -----------------------------------------------------------------------------


def _kind(kind: Kind) -> Schema:
    """An element: with its keys, by the value of its main key, or empty."""
    forms = [_object(kind)]
    if kind.short:
        forms.append(_short(kind))
    if "required" not in forms[0] and kind.name not in CHOICES:
        forms.append({"type": "null"})
    if len(forms) == 1:
        return forms[0]
    description = forms[0].pop("description")
    return {"description": description, "anyOf": forms}


def _object(kind: Kind) -> Schema:
    keys = KEYS[kind.name]
    found: Schema = {
        "description": kind.doc,
        "type": "object",
        "properties": {name: _property_of(kind, key) for name, key in keys.items()},
        "patternProperties": _EXTENSION,
        "additionalProperties": False,
    }
    if required := [name for name, key in keys.items() if key.required]:
        found["required"] = required
    choices = [form for choice in CHOICES.get(kind.name, ()) for form in _choice(choice)]
    if kind.name in FORMS:
        choices += _forms(*FORMS[kind.name])
    if choices:
        found["allOf"] = choices
    if kind.name in TOGETHER:
        found["dependentRequired"] = {
            first: [second] for first, second in TOGETHER[kind.name].items()
        }
    return found


def _choice(choice: Any) -> Iterable[Schema]:
    yield {"anyOf": [{"required": [key]} for key in choice.keys]}
    if choice.exclusive:
        pairs = [
            {"required": [first, second]}
            for number, first in enumerate(choice.keys)
            for second in choice.keys[number + 1 :]
        ]
        yield {"not": {"anyOf": pairs}}


def _forms(key: str, forms: Mapping[str, Form]) -> Iterable[Schema]:
    """Which keys go with which word of a key."""
    every = dict.fromkeys(name for form in forms.values() for name in form.keys)
    for word, form in forms.items():
        then: Schema = {"properties": {name: False for name in every if name not in form.keys}}
        if form.needs:
            then["required"] = list(form.needs)
        if form.either:
            then["oneOf"] = [{"required": [name]} for name in form.either]
        yield {"if": {"properties": {key: {"const": word}}, "required": [key]}, "then": then}


def _short(kind: Kind) -> Schema:
    key = KEYS[kind.name][kind.short]
    type_ = key.type
    if isinstance(type_, types.LabelText):
        return _spoken(_text(types.Text()))  # a map would be the element itself
    found = _type(type_, key)
    if isinstance(type_, types.MapOf):  # no name in it may be one of the element's keys
        names = {**found["propertyNames"], "not": {"enum": sorted(KEYS[kind.name])}}
        own = {"propertyNames": {"allOf": [found["propertyNames"], names]}, "minProperties": 1}
        return {**found, **own}
    return _spoken(found) if isinstance(_item(type_), _FREE) else found


# -- keys and types --------------------------------------------------------------------


def _property_of(kind: Kind, key: Key) -> Schema:
    return {"$ref": f"#/$defs/key.{key.name}"} if key in COMMON else _property(kind, key)


def _property(kind: Kind, key: Key) -> Schema:
    if kind.name == "protocol" and key.name == "id":
        found = {"type": "string", "pattern": _whole_text(values.PROTOCOL_ID), "maxLength": MAX_KEY}
    elif kind.name == "protocol" and key.name == "add":
        found = _added()
    else:
        found = _type(key.type, key)
    if key.silent:
        found = {"anyOf": [found, {"$ref": "#/$defs/unspecified"}]}
    elif isinstance(_item(key.type), _FREE):
        found = _spoken(found)
    found = {"description": key.doc, **found}
    if key.example:
        found["examples"] = [example_of(key)]
    return found


def _item(type_: types.ValueType) -> types.ValueType:
    return type_.item if isinstance(type_, types.ListOf) else type_


def _spoken(found: Schema) -> Schema:
    """Not the word for silence: where it may not stand, no text may be that word."""
    return {**found, "not": {"const": words.UNSPECIFIED}}


def _added() -> Schema:
    """What an overlay adds stands in the same sections, written in the same way."""
    sections = {
        key.name: _type(key.type, key)
        for key in KINDS["protocol"].keys
        if isinstance(key.type, types.MapOf) and key.name not in _STEPS
    }
    return {"type": "object", "properties": sections, "additionalProperties": {"type": "object"}}


def example_of(key: Key) -> object:
    """The example of a key as a JSON value."""
    tree, _, _ = parse(f"{key.name}: {key.example}", "example")
    return typed_data(tree.entries[key.name].value) if isinstance(tree, Map) else None


def _type(type_: types.ValueType, key: Key) -> Schema:
    shared = _SHARED.get(type(type_))
    return {"$ref": f"#/$defs/{shared}"} if shared else _MADE[type(type_)](type_, key)


def _text(type_: Any, _key: Key | None = None) -> Schema:
    return {"type": ["string", "integer", "boolean"], "maxLength": type_.longest}


def _identifier(_type: Any, key: Key) -> Schema:
    return {"$ref": "#/$defs/id" if key.name == "id" else "#/$defs/name"}


def _number(type_: Any, _key: Key) -> Schema:
    number = {"type": "integer", "minimum": type_.lowest, "maximum": type_.highest}
    written = rf"^([0-9]{{1,9}}|{_NAME})$"
    return {"anyOf": [number, {"type": "string", "pattern": written}]}


def _word(type_: Any, _key: Key) -> Schema:
    numbers = [int(word) for word in type_.words if word.isdigit()]
    # A parameter may stand for a word, so a name that is none of them cannot be refused here.
    return {"anyOf": [{"enum": [*type_.words, *numbers]}, {"$ref": "#/$defs/name"}]}


def _ref(type_: Any, _key: Key) -> Schema:
    name: Schema = {"$ref": "#/$defs/name"}
    return {"anyOf": [{"enum": list(type_.words)}, name]} if type_.words else name


def _list(type_: Any, key: Key) -> Schema:
    item = _type(type_.item, key)
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _map(type_: Any, key: Key) -> Schema:
    names: Schema = {"$ref": "#/$defs/name"}
    if key.name == "not_applicable":
        names = {"pattern": "^PK[0-9]{3}$"}
    item = _type(type_.item, key)
    return {"type": "object", "propertyNames": names, "additionalProperties": item}


def _element(type_: Any, _key: Key) -> Schema:
    return {"$ref": f"#/$defs/{type_.kind}"}


def _anything(_type: Any, _key: Key) -> Schema:
    return {"type": "object"}


_FREE = (
    types.Text,
    types.LabelText,
    types.OccurrenceText,
    types.SpanText,
    types.LimitText,
    types.ConditionText,
    types.OpenHours,
    types.ClosedDay,
    types.ParameterValue,
)
"""Types that any text may be of, as far as a schema can tell."""

_SHARED: Mapping[type[types.ValueType], str] = {
    types.LabelText: "label",
    types.Flag: "flag",
    types.Day: "day",
    types.Range: "range",
    types.OccurrenceText: "occurrence",
    types.SpanText: "span",
    types.LimitText: "limit",
    types.ConditionText: "condition",
    types.OpenHours: "hours",
    types.ClosedDay: "closed_day",
    types.ParameterValue: "parameter_value",
}
_MADE: Mapping[type[types.ValueType], Callable[[Any, Key], Schema]] = {
    types.Text: _text,
    types.Identifier: _identifier,
    types.Whole: _number,
    types.Word: _word,
    types.Ref: _ref,
    types.ListOf: _list,
    types.MapOf: _map,
    types.ElementOf: _element,
    types.Anything: _anything,
}


def _whole_text(pattern: re.Pattern[str]) -> str:
    """A pattern of ours in the form that JSON Schema has for a whole text."""
    return "^" + pattern.pattern.removesuffix(r"\Z") + "$"
