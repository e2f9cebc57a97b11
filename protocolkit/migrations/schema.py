"""The JSON Schema of a plan of migration (draft 2020-12), made from the table.

For editors; whether the names exist the reader tells. Imports the table.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from protocolkit.language.text import parse
from protocolkit.language.tree import Map, typed_data
from protocolkit.language.types import Key
from protocolkit.migrations.vocabulary import INNER, KEYS
from protocolkit.semantics.migration.plan import POLICIES

Schema: TypeAlias = dict[str, Any]

ID = "urn:protocolkit:schema:migration:1"
_TEXT: Schema = {"type": ["string", "integer"], "not": {"const": ""}}


def schema() -> Schema:
    """The schema of a plan."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "A plan of migration, version 1",
        "description": "How cases that began under one text of a protocol go on under another.",
        "type": "object",
        "properties": {key.name: _described(key) for key in KEYS},
        "required": [key.name for key in KEYS if key.required],
        "additionalProperties": False,
        "$defs": {"name": _TEXT, "policy": {"enum": list(POLICIES)}},
    }


def _described(key: Key) -> Schema:
    description = f"{key.doc[0].upper()}{key.doc[1:]}."
    tree, _, _ = parse(f"it: {key.example}", "example")
    example = typed_data(tree.entries["it"].value) if isinstance(tree, Map) else None
    return {"description": description, **_type(key), "examples": [example]}


def _type(key: Key) -> Schema:
    name = {"$ref": "#/$defs/name"}
    if key.name == "timers":
        policy = {"$ref": "#/$defs/policy"}
        return {"anyOf": [policy, _map(policy)]}
    if key.name in INNER:
        inner, doc = INNER[key.name]
        more = {
            "type": "object",
            "properties": {
                "to": {"description": "The new name; the old one if not said.", **name},
                inner: {"description": f"{doc[0].upper()}{doc[1:]}.", **_map(name)},
            },
            "additionalProperties": False,
        }
        return _map({"anyOf": [name, more]})
    if not key.required:
        return _map(name)
    words = getattr(key.type, "words", ())
    return {"enum": list(words)} if words else name


def _map(item: Schema) -> Schema:
    return {"type": ["object", "null"], "additionalProperties": item}
