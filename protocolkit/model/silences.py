"""Where a protocol says `unspecified`: what its source is silent about.

Imports the base.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from protocolkit.ground.findings import Path
from protocolkit.model.base import Element


def silences(value: object) -> Iterator[Path]:
    """The path of every key, below an element or a collection of them, that is `unspecified`."""
    if isinstance(value, Element):
        for key in value.unspecified:
            yield value.below(key)
        for name in value._fields:
            inner = getattr(value, name)
            if inner and name != "path" and not isinstance(inner, str | bool):
                yield from silences(inner)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from silences(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from silences(item)
