"""A protocol file with other names and in another order: nothing may depend on either."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

from protocolkit.language.types import MapOf
from protocolkit.language.vocabulary import COMMON, KINDS
from protocolkit.model.words import TOPICS

_KEYS = [key for kind in KINDS.values() for key in (*kind.keys, *COMMON)]
_ID_MAPS = {key.name for key in _KEYS if isinstance(key.type, MapOf)}
_WORDS: dict[str, set[str]] = {}
for _key in _KEYS:
    _WORDS.setdefault(_key.name, set()).update(
        getattr(getattr(_key.type, "item", _key.type), "words", ())
    )
_WORDS["topics"].update(TOPICS)
_SECTIONS_OF_IDS = _ID_MAPS - {"sharing", "parties", "assigns", "exclude"}
NAME = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*")


def ids_in(data: Any, key: str = "") -> Iterator[str]:
    """Every id declared in a file, also those of states and needs."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            if key in _SECTIONS_OF_IDS:
                yield name
            yield from ids_in(value, "" if key in _SECTIONS_OF_IDS else name)
    elif isinstance(data, list):
        for item in data:
            yield from ids_in(item, key)


def in_other_words(
    data: Any, names: Mapping[str, str], order: random.Random | None, key: str = ""
) -> Any:
    """The same with other names, and its maps in another order (None: as it was)."""
    if isinstance(data, Mapping):
        items = list(data.items())
        if order is not None:
            order.shuffle(items)
        if key in _ID_MAPS:
            inner = "exclude" if key == "sharing" else ""  # its maps have names for keys, too
            return {names.get(n, n): in_other_words(v, names, order, inner) for n, v in items}
        return {name: in_other_words(value, names, order, name) for name, value in items}
    if isinstance(data, list):
        return [in_other_words(item, names, order, key) for item in data]
    if data in _WORDS.get(key, ()):
        return data
    return renamed(data, names)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """A text in which names stand, with other names."""
    return NAME.sub(lambda name: names.get(name[0], name[0]), text)
