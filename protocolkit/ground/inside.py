"""What stands somewhere inside a value: a walk through records, maps and tuples.

Imports nothing of the project but the records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import TypeVar

from protocolkit.ground.record import Record

_T = TypeVar("_T")

_HOLDS_NOTHING = frozenset(
    (str, int, bool, type(None), float, bytes, date, datetime, time, timedelta, frozenset)
)
_MAPS = (dict, MappingProxyType, Mapping)
"""The two usual kinds first: to ask whether something is a `Mapping` takes ten times as long."""


def inside(value: object, kind: type[_T]) -> list[_T]:
    """Every value of a kind in another one, in the order in which they stand there; not what
    stands within such a value in turn.
    """
    found: list[_T] = []
    _collect(value, kind, found.append)
    return found


def _collect(value: object, kind: type[_T], take: Callable[[_T], None]) -> None:
    if isinstance(value, kind):
        take(value)
        return
    parts: list[object] = []
    if isinstance(value, Record):
        parts = [getattr(value, name) for name in value._fields]
    elif isinstance(value, tuple):
        parts = [*value]
    elif isinstance(value, _MAPS):
        parts = [*value.values()]
    for part in parts:
        if type(part) not in _HOLDS_NOTHING:
            _collect(part, kind, take)
