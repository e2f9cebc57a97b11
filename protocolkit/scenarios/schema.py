"""The JSON Schema of scenario files (draft 2020-12), made from the table.

For editors: hover, completion and the faults that a schema can tell. What it cannot tell
(names that do not exist, hours that no clock shows, the order of time) the reader does; a file
without a fault of the reader is always valid here. Imports the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from protocolkit.language.text import parse
from protocolkit.language.tree import Map, typed_data
from protocolkit.language.types import (
    Day,
    ElementOf,
    Flag,
    Key,
    ListOf,
    MapOf,
    ValueType,
    Word,
)
from protocolkit.scenarios.acts import ACTOR, ACTS, BECAUSE, PAST, actor_keys
from protocolkit.scenarios.shapes import Act, Facts, Form, Seats, Some, SomeOf, States, Time
from protocolkit.scenarios.vocabulary import FORMS

Schema: TypeAlias = dict[str, Any]

ID = "urn:protocolkit:schema:scenarios:1"
_TIME = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?"
    r"( ?([A-Z]{2,5}|[+-][0-9]{2}(:?[0-9]{2})?))?$"
)


def schema() -> Schema:
    """The schema of a scenario file. Shape: a definition for each form, under `$defs`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "Scenarios of a response protocol, version 1",
        **_form(FORMS["file"]),
        "$defs": {
            "text": {"type": ["string", "integer", "boolean"], "not": {"const": ""}},
            "time": {"type": "string", "pattern": _TIME},
            "day": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
            "flag": {"anyOf": [{"type": "boolean"}, {"enum": ["true", "false"]}]},
            **{f"key.{key.name}": _described(key) for key in ACTOR},
            **{name: _form(form) for name, form in FORMS.items() if name != "file"},
            "step": _step(),
            "past": {
                "description": "Something that happened before the case was kept here.",
                "anyOf": [_past(ACTS[name]) for name in PAST],
            },
            "open": _inside(ACTS["open"]),
            "adopt": _inside(ACTS["adopt"]),
        },
    }


# -- steps -----------------------------------------------------------------------------


def _step() -> Schema:
    """One step: exactly one of the ways to act, to wait or to expect."""
    wait = {"wait_until": {"description": "Time comes to this instant.", **_ref("time")}}
    expect = {"expect": _ref("expect"), "in": _ref("key.in")}
    forms = [
        *(_acted(act) for act in ACTS.values()),
        *(_refused(act) for act in ACTS.values()),
        _object("A trigger is refused.", _refused_keys(ACTS["do"], _ref("text")), _MUST),
        _object("Time passes and nobody acts.", wait, ("wait_until",)),
        _object("What must be so now.", expect, ("expect",)),
    ]
    return {"description": "One step of a story.", "anyOf": forms}


_MUST = ("refused", "by", "because")


def _acted(act: Act) -> Schema:
    """An act that must be allowed."""
    if act.inside:
        return _object(act.doc, {act.name: _ref(act.name)}, (act.name,), act.example)
    keys = {act.name: _type(act.about), **_actor(act), **_keys(act.keys)}
    must = (act.name, "by", *(key.name for key in act.keys if key.required))
    return _object(act.doc, keys, must, act.example)


def _refused(act: Act) -> Schema:
    """An act that must be refused, with every reason; what it lacks may be the reason."""
    about = _ref(act.name) if act.inside else _lenient(act.about)
    named: Schema = {
        "type": "object",
        "properties": {act.name: about},
        "required": [act.name],
        "additionalProperties": False,
    }
    if act.inside:
        keys = {"refused": named, "because": _described(BECAUSE)}
        return _object(f"Refused: {act.doc}", keys, ("refused", "because"))
    return _object(f"Refused: {act.doc}", _refused_keys(act, named), _MUST)


def _refused_keys(act: Act, named: Schema) -> dict[str, Schema]:
    because = {"because": _described(BECAUSE)}
    keys = {key.name: _type(key.type) for key in act.keys}  # described where they are allowed
    return {"refused": named, **because, **_actor(act, refused=True), **keys}


def _lenient(about: ValueType) -> Schema:
    """What a refused act is about: a map may be empty there."""
    found = _type(about)
    if found.pop("minProperties", 0):
        found["type"] = ["object", "null"]
    return found


def _past(act: Act) -> Schema:
    keys = {name: _ref(f"key.{name}") for name in ("by", "as", "can", "at")}
    return _object(
        act.doc,
        {act.name: _type(act.about), **keys, **_keys(act.keys)},
        (act.name, "by", "at", *(key.name for key in act.keys if key.required)),
    )


def _inside(act: Act) -> Schema:
    """An act whose keys stand in its own map."""
    return _object(act.doc, {**_actor(act), **_keys(act.keys)}, ("by",))


def _actor(act: Act, *, refused: bool = False) -> dict[str, Schema]:
    names = (key.name for key in actor_keys(act, refused=refused))
    return {name: _ref(f"key.{name}") for name in names}


# -- forms and types -------------------------------------------------------------------


def _form(form: Form) -> Schema:
    """A map with its keys, or the value of its main key alone."""
    required = [key.name for key in form.keys if key.required]
    found = _object(form.doc, _keys(form.keys), required)
    if form.some:
        found["minProperties"] = 1
    elif not required:
        found["type"] = ["object", "null"]
    if not form.short:
        return found
    main = next(key for key in form.keys if key.name == form.short)
    description = found.pop("description")
    return {"description": description, "anyOf": [_type(main.type), found]}


def _object(
    doc: str, keys: Mapping[str, Schema], required: Iterable[str], example: str = ""
) -> Schema:
    found: Schema = {
        "description": doc,
        "type": "object",
        "properties": dict(keys),
        "additionalProperties": False,
    }
    if required := list(required):
        found["required"] = required
    if example:
        found["examples"] = [_value_of(example)]
    return found


def _keys(keys: Iterable[Key]) -> dict[str, Schema]:
    return {key.name: _described(key) for key in keys}


def _described(key: Key) -> Schema:
    found = {"description": key.doc[0].upper() + key.doc[1:] + ".", **_type(key.type)}
    if key.example:
        found["examples"] = [_value_of(key.example)]
    return found


def _value_of(example: str) -> object:
    """An example as a JSON value."""
    tree, _, _ = parse(f"it: {example}", "example")
    return typed_data(tree.entries["it"].value) if isinstance(tree, Map) else None


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _type(type_: ValueType) -> Schema:
    match type_:
        case Flag():
            return _ref("flag")
        case Day():
            return _ref("day")
        case Time():
            word: Schema = {"enum": list(type_.words)}
            return {"anyOf": [word, _ref("time")]} if type_.words else _ref("time")
        case Word():
            return {"enum": list(type_.words)}
        case ListOf():
            item = _type(type_.item)
            least = {"minItems": 1} if isinstance(type_, Some) else {}
            return {"anyOf": [item, {"type": "array", "items": item, **least}]}
        case Facts():
            values = {"anyOf": [_ref("text"), {"type": "array", "items": _ref("text")}]}
            return _map(values, some=type_.some)
        case States():
            return _map(_ref("text"), some=True)
        case Seats():
            persons = {"anyOf": [_ref("text"), {"type": "array", "items": _ref("text")}]}
            return _map(persons, some=False)
        case MapOf():
            return _map(_type(type_.item), some=isinstance(type_, SomeOf))
        case ElementOf():
            return _ref(type_.kind)
        case _:
            return _ref("text")


def _map(item: Schema, *, some: bool) -> Schema:
    if some:
        return {"type": "object", "additionalProperties": item, "minProperties": 1}
    return {"type": ["object", "null"], "additionalProperties": item}
