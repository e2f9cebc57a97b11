"""Frozen, typed records: the one base of every value the project passes around.

A class that derives from `Record` and annotates its fields behaves like
`dataclass(frozen=True, slots=True, kw_only=True)`, and type checkers see it as one.
It is ours because generating a dataclass compiles source text at import: forty of them
cost a command more time than reading a protocol does (docs/decisions/0003).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Self, dataclass_transform

EMPTY: Mapping[str, Any] = MappingProxyType({})
"""The one empty mapping that fields default to."""

_REQUIRED: Any = object()


def _annotated(namespace: dict[str, Any]) -> list[str]:
    annotations = namespace.get("__annotations__")
    if annotations is None and (annotate := namespace.get("__annotate_func__")):
        annotations = annotate(1)  # Python 3.14 keeps a function instead of the mapping
    return [
        name
        for name, kind in (annotations or {}).items()
        if not name.startswith("__") and not str(kind).startswith("ClassVar")
    ]


class _RecordType(type):
    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        fields: dict[str, Any] = {}
        for base in reversed(bases):
            fields.update(getattr(base, "_fields", {}))
        own = _annotated(namespace)
        for field in own:
            fields[field] = namespace.pop(field, _REQUIRED)
        namespace["__slots__"] = tuple(own)
        namespace["_fields"] = fields
        namespace["__match_args__"] = tuple(fields)
        made: Any = super().__new__(mcls, name, bases, namespace)
        # The slots' own setters: what __setattr__ refuses, quicker than object.__setattr__.
        made._puts = tuple(
            (field, default, getattr(made, field).__set__) for field, default in fields.items()
        )
        return made


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Record(metaclass=_RecordType):
    """Base of every frozen value; equality is by class and fields.

    Raises: TypeError: a field is missing or unknown. AttributeError: on assignment.
    """

    _fields: ClassVar[dict[str, Any]]
    _puts: ClassVar[tuple[tuple[str, Any, Callable[[Any, Any], None]], ...]]

    def __init__(self, **values: Any) -> None:
        for name, default, put in self._puts:
            value = values.pop(name, default)
            if value is _REQUIRED:
                raise TypeError(f"{type(self).__name__} needs {name}")
            put(self, value)
        if values:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(values))}")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: make a new one with replace()")

    __delattr__ = __setattr__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or all(
            getattr(self, name) == getattr(other, name) for name in self._fields
        )

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, name) for name in self._fields)))

    def __repr__(self) -> str:
        shown = (
            f"{name}={value!r}"
            for name, default in self._fields.items()
            if (value := getattr(self, name)) != default
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    def replace(self, **changes: Any) -> Self:
        """The same record with some fields changed."""
        return type(self)(**{name: getattr(self, name) for name in self._fields} | changes)
