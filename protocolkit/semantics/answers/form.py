"""Answers as JSON: their values, and the JSON Schema that says which there are.

The schema is made from the records themselves, so that the two cannot part. Imports the
answers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from protocolkit.ground.findings import Finding, Reason
from protocolkit.ground.record import EMPTY, Record
from protocolkit.semantics.answers.left import Left, Leg, Way
from protocolkit.semantics.answers.owed import Owed, Undecided
from protocolkit.semantics.answers.pending import Coming
from protocolkit.semantics.answers.standing import LeftOut, Offered, Planned, Proposed, Standing
from protocolkit.semantics.answers.watched import Watched
from protocolkit.semantics.answers.why import Able, Why
from protocolkit.semantics.changes import instant_text

VERSION = 1
"""Counts changes of the JSON shape that could break a reader."""

RECORDS: tuple[type[Record], ...] = (
    *(Standing, Owed, Undecided, Planned, Proposed, Offered, LeftOut, Watched),
    *(Why, Able, Coming, Left, Way, Leg),
)
"""What answers are made of."""


_ANSWERS = (
    ("case", "can_be_done", "left"),
    ("left",),
    ("todo", "undecided", "total", "next"),
    ("pending", "undecided", "total", "next"),
    ("why",),
    ("done", "key", "case"),
    ("done", "key", "reasons"),
)
"""Which keys come together in what a command prints."""


def to_json(value: Any) -> Any:
    """An answer as JSON values: instants in UTC, sets sorted, reasons flat."""
    if isinstance(value, Finding):
        return reason_to_json(value)
    if isinstance(value, Record):
        return {name: to_json(getattr(value, name)) for name in value._fields}
    if isinstance(value, Mapping):
        return {str(name): to_json(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def reason_to_json(reason: Reason) -> dict[str, Any]:
    """A reason as JSON values: what is wrong, where the rule stands, who can help by when."""
    place = reason.place
    return {
        "name": reason.name,
        "message": reason.message,
        "help": reason.help,
        "path": list(reason.path),
        "file": place.file if place else None,
        "line": place.start.line if place else None,
        "column": place.start.column if place else None,
        "source": reason.source,
        "needs": reason.needs,
        "supplied_by": list(reason.supplied_by),
        "by_when": to_json(reason.by_when),
        "by_when_is": reason.by_when_is,
        "otherwise": list(reason.otherwise),
    }


def schema() -> dict[str, Any]:
    """The JSON Schema of what `protocolkit case ... --format json` answers, and of `to_json`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:protocolkit:schema:answers:1",
        "title": "Answers about cases",
        "description": "What `protocolkit case` prints with `--format json`. A later release may "
        "add keys; keys are taken away, or change what they mean, only with another `version`.",
        "type": "object",
        "properties": {
            "version": {"const": VERSION},
            "case": _ref("Standing"),
            "can_be_done": _can_be_done(),
            "left": _ref("Left"),
            "todo": _list(_ref("Owed")),
            "pending": _list(_ref("Coming")),
            "undecided": _list(_ref("Undecided")),
            **_page(),
            "why": {"anyOf": [_ref("Why"), _list(_ref("Why"))]},
            "done": {"type": "boolean"},
            "key": {"type": "string"},
            "reasons": _list(_ref("Reason")),
        },
        "required": ["version"],
        "anyOf": [{"required": list(parts)} for parts in _ANSWERS],
        "$defs": {"Reason": _reason(), **shapes(RECORDS)},
    }


def _page() -> dict[str, Any]:
    return {
        "total": {
            "type": ["integer", "null"],
            "description": "How many there are in all; null when they are too many to count.",
        },
        "next": {
            "type": "string",
            "description": "What to give as `--after` for the page that follows; empty at the end.",
        },
    }


def _can_be_done() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "Each act that somebody may do now, with who.",
        "additionalProperties": _list({"type": "string"}),
    }


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def _list(of: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def shapes(
    records: Collection[type[Record]], more: Mapping[Any, dict[str, Any]] = EMPTY
) -> dict[str, Any]:
    """The schema of each record by its name, which may hold the others. `more`: the schemas of
    types that `to_json` leaves to others.
    """
    known = {**_PLAIN, **more, **{one: _ref(one.__name__) for one in records}}
    return {one.__name__: _record(one, known) for one in records}


def _record(cls: type[Record], known: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {
        "type": "object",
        "description": " ".join((cls.__doc__ or "").split()),
        "properties": {name: _type(hints[name], known) for name in cls._fields},
        "required": list(cls._fields),
    }


def _reason() -> dict[str, Any]:
    text, texts = {"type": "string"}, _list({"type": "string"})
    number = {"type": ["integer", "null"]}
    return {
        "type": "object",
        "description": "A reason against something: the rule's place and citation, what is "
        "missing and who can supply it, by when, and what follows otherwise.",
        "properties": {
            "name": text,
            "message": text,
            "help": text,
            "path": _list({"type": ["string", "integer"]}),
            "file": {"type": ["string", "null"]},
            "line": number,
            "column": number,
            "source": text,
            "needs": text,
            "supplied_by": texts,
            "by_when": {"type": ["string", "null"], "format": "date-time"},
            "by_when_is": text,
            "otherwise": texts,
        },
        "required": list(reason_to_json(Reason(code="", name="", severity="error", message=""))),
    }


_PLAIN: Mapping[Any, dict[str, Any]] = {
    Finding: _ref("Reason"),
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    NoneType: {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
}


def _type(hint: Any, known: Mapping[Any, dict[str, Any]]) -> dict[str, Any]:
    """What JSON a field's annotation comes to."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is None and hint in known:
        return known[hint]
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, UnionType):
        kinds = [_type(one, known) for one in inner]
        return {"anyOf": [one for n, one in enumerate(kinds) if one not in kinds[:n]]}
    if origin is frozenset or (origin is tuple and inner[-1] is Ellipsis):
        return _list(_type(inner[0], known))
    if origin is tuple:
        items = [_type(one, known) for one in inner]
        return {"type": "array", "prefixItems": items, "items": False}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _type(inner[1], known)}
    raise TypeError(f"an answer cannot hold {hint!r}")
