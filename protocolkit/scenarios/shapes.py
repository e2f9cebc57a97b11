"""The types of values in scenario files, and what a form of the table is.

Imports the types of the language's own table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from protocolkit.ground.record import EMPTY, Record
from protocolkit.language.types import Key, ListOf, MapOf, Ref, Text, ValueType

NO_DATE = ("unspecified", "unanchored")
"""What may stand in place of an instant: no limit is stated; what it counts from has no
date yet."""
PAUSED = "paused"
"""What stands in place of an instant while the clock of a follow-up stands."""
UNKNOWN = "unknown"
NOBODY = "nobody"
NONE = "none"
PROGRAMME = "programme"


class Time(ValueType):
    """A local date and hour; `words` may stand in its place."""

    says = "a local date and hour such as `2025-03-04 09:30`"
    words: tuple[str, ...] = ()


class Facts(ValueType):
    """From facts to values; `unknown` may be one where it is expected (`some`: not empty)."""

    says: ClassVar[str] = "a map from facts to values"
    some: bool = False


class States(ValueType):
    """From strands to the state that each is in."""

    says: ClassVar[str] = "a map from strands to states"


class Seats(ValueType):
    """From roles to the person, or the persons, who were there in that role."""

    says: ClassVar[str] = "a map from roles to persons"


class SomeOf(MapOf):
    """A map that says something: an empty one could not fail."""


class Some(ListOf):
    """A list with at least one item; it may stand without brackets."""


class Form(Record):
    """A map of a scenario file: its keys, and the one whose value may stand for the whole.

    `some`: it must say something.
    """

    name: str
    doc: str
    keys: tuple[Key, ...]
    short: str = ""
    some: bool = False


class Act(Form):
    """A way of acting: the step's key is its name, and `about` the type of that key's value.

    `inside`: the keys stand in the map that is the value, not beside it. `method` is what the
    engine calls it, `renamed` are keys that it calls otherwise. `undated`: it is about the
    record and not about what happened, so it is always done now.
    """

    about: ValueType
    inside: bool = False
    undated: bool = False
    method: str = ""
    renamed: Mapping[str, str] = EMPTY
    example: str = ""


def key_of(name: str, type: ValueType, doc: str, example: str, *, required: bool = False) -> Key:
    """A key of the table."""
    return Key(name=name, type=type, doc=doc, example=example, required=required)


ROLE = Ref(kinds=("role",))
TIME = Time()
TEXT = Text()
