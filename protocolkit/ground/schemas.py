"""The few shapes that the JSON Schemas of our answers are built of, each with a description.

Every schema that is published in `schemas/` and not made from records is written with these,
so that an object is always closed and always whole. Imports nothing.
"""

from __future__ import annotations

from typing import Any, TypeAlias

DRAFT = "https://json-schema.org/draft/2020-12/schema"

Shape: TypeAlias = dict[str, Any]


def text(description: str, **more: object) -> Shape:
    """A text."""
    return {"description": description, "type": "string", **more}


def moment(description: str) -> Shape:
    """An instant, as a text."""
    return text(description, format="date-time")


def number(description: str, lowest: int = 0) -> Shape:
    """A whole number, from the lowest on."""
    return {"description": description, "type": "integer", "minimum": lowest}


def listed(description: str, item: Shape | None = None) -> Shape:
    """A list of texts, or of something else."""
    return {"description": description, "type": "array", "items": item or {"type": "string"}}


def mapped(description: str, item: Shape) -> Shape:
    """Things by name."""
    return {"description": description, "type": "object", "additionalProperties": item}


def whole(description: str, **properties: Shape) -> Shape:
    """An object that has every one of its keys, and no other."""
    return {
        "description": description,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def or_null(shape: Shape) -> Shape:
    """The shape, or null."""
    return {"anyOf": [shape, {"type": "null"}]}


def path() -> Shape:
    """Where in a protocol something is."""
    return {
        "description": "Where in the protocol: keys, and positions in lists from 0.",
        "type": "array",
        "items": {"type": ["string", "integer"]},
    }


def span() -> Shape:
    """From where to where something stands in a file."""
    point = whole(
        "A point; line and column count from 1, columns in code points.",
        line=number("The line.", 1),
        column=number("The column.", 1),
    )
    return whole("From where to where, without the end.", start=point, end=point)
