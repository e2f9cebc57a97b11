"""The types that a key's value may have: a small algebra, read by reader and schema alike.

Imports ground only. Two short forms hold everywhere and nothing else does: where a list is
expected, one item may stand alone; where an element has a main key (`Kind.short`), its value
may stand for the whole element.
"""

from __future__ import annotations

from typing import ClassVar

from protocolkit.ground.record import Record


class ValueType(Record):
    """Base of the types; `says` is how a message names what is expected."""

    says: ClassVar[str] = "a value"


class Text(ValueType):
    """A short text, at most `longest` characters."""

    says = "a text"
    longest: int = 2000


class LabelText(ValueType):
    """A text for people, or a map from language tags to texts."""

    says = "a text, or a map from language codes to texts"


class Identifier(ValueType):
    """A name of one's own choice: small letters, digits, `_` and `-`."""

    says = "a name of small letters, digits and _"


class Flag(ValueType):
    """`true` or `false`, no other spelling."""

    says = "`true` or `false`"


class Whole(ValueType):
    """A whole number, or the name of a parameter that is one."""

    says = "a whole number"
    lowest: int = 0
    highest: int = 1_000_000


class Range(ValueType):
    """Two whole numbers, `0..20`, both included."""

    says = "a range such as `0..20`"


class Day(ValueType):
    """A calendar date, `2025-04-18`."""

    says = "a date such as `2025-04-18`"


class Word(ValueType):
    """One of a closed list of words."""

    words: tuple[str, ...]


class Ref(ValueType):
    """The id of something declared; `kinds` are the kinds it may be, `words` special words."""

    kinds: tuple[str, ...]
    words: tuple[str, ...] = ()


class OccurrenceText(ValueType):
    """Something that happens: `report`, `hearing.set`, `first(report)`."""

    says = "something that happens, such as `report` or `hearing.set`"


class SpanText(ValueType):
    """A length of time, `2 business days`."""

    says = "a length of time such as `24 hours` or `2 business days`"


class LimitText(ValueType):
    """A limit, `at once, within 2 hours`."""

    says = "a limit such as `within 24 hours` or `within 2 business days`"


class ConditionText(ValueType):
    """A condition, `age < 18 and certainty is confirmed`.

    `always`: the value may be the word `always`, where something else says otherwise.
    """

    says = "a condition such as `certainty is confirmed`"
    always: bool = False


class OpenHours(ValueType):
    """Office hours, `mon-fri 08:30-16:30`."""

    says = "office hours such as `mon-fri 08:30-16:30`"


class ClosedDay(ValueType):
    """A rule for closed days, `last monday of may`."""

    says = "a closed day such as `fixed 12-25`, `easter -2` or `last monday of may`"


class ParameterValue(ValueType):
    """A length of time, a whole number, or a word."""

    says = "a length of time, a whole number or a word"


class Anything(ValueType):
    """The content of an overlay's `set`, `add` or `change`: read in its place in the base."""


class ListOf(ValueType):
    """A list; one item may stand without brackets."""

    item: ValueType


class MapOf(ValueType):
    """A map. Its keys are new names, or refer to `keys` when that names kinds."""

    item: ValueType
    keys: Ref | None = None
    words: tuple[str, ...] = ()


class ElementOf(ValueType):
    """An element of a kind of the vocabulary."""

    kind: str


class Key(Record):
    """One key of a kind: its type, what it says, an example.

    `silent`: the value may be `unspecified`, where the source does not say.
    """

    name: str
    type: ValueType
    doc: str
    example: str = ""
    required: bool = False
    silent: bool = False

    @property
    def field(self) -> str:
        """The field of the model class: a key that is a Python word gets an underscore."""
        return self.name + "_" if self.name in ("if", "from", "with") else self.name


class Kind(Record):
    """A kind of element: its class, its keys, its short form.

    `common`: it also takes the keys of every element (title, source, origin ...).
    """

    name: str
    model: type[Record]
    doc: str
    keys: tuple[Key, ...]
    short: str = ""
    common: bool = True
