"""What every element of a protocol has in common.

Imports ground only. A model value says what the file says, typed and normalised: a key of
the YAML is a field of the same name (`if` and `from` get a trailing underscore). Where in
the file something stands is not here but in the reader's side table, found by `path`.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocolkit.ground.findings import Path
from protocolkit.ground.record import EMPTY, Record


class Label(str):
    """A text for people, with its translations by language tag."""

    translations: Mapping[str, str] = EMPTY

    @classmethod
    def of(cls, text: str, translations: Mapping[str, str] = EMPTY) -> Label:
        """A label; `translations` maps a language tag to the text in that language."""
        label = cls(text)
        label.translations = translations
        return label


class Element(Record):
    """Anything that a protocol declares.

    `unspecified` names the keys whose value is the word `unspecified`: the source is silent.
    `not_applicable` answers a practice check, `left_open` a gap, each with a reason.
    """

    id: str = ""
    path: Path = ()
    title: Label = Label()
    description: Label = Label()
    source: str = ""
    origin: str = "stated"
    topics: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    left_open: str = ""
    not_applicable: Mapping[str, str] = EMPTY
    formerly: str = ""
    unspecified: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The title, else the id in words."""
        return str(self.title) or self.id.replace("_", " ")

    def below(self, *more: str | int) -> Path:
        """The path of a key below this element."""
        return (*self.path, *more)
