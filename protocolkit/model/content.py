"""What a protocol file says, as plain data: its one text and its digest.

Both are made when somebody asks for them, since a check never does. Imports only `ground`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from protocolkit.ground.record import EMPTY


class Content:
    """The content without comments, places and layout. Equal are those with the same digest."""

    def __init__(self, data: Mapping[str, object] = EMPTY) -> None:
        self._data = dict(data)

    @cached_property
    def text(self) -> str:
        """One text that reads back the same; empty if nothing was read."""
        return self._written(sort_keys=False) if self._data else ""

    @cached_property
    def digest(self) -> str:
        """The SHA-256, whatever the order of keys; empty if nothing was read."""
        from hashlib import sha256  # loads a large library

        return sha256(self._written(sort_keys=True).encode()).hexdigest() if self._data else ""

    def _written(self, *, sort_keys: bool) -> str:
        import json

        return json.dumps(
            self._data, sort_keys=sort_keys, ensure_ascii=False, separators=(",", ":")
        )

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Content) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Content(digest={self.digest!r})"


NO_CONTENT = Content()
"""That of a protocol that was not read from a text."""
