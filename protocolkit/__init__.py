"""A county writes its response protocol as YAML; protocolkit checks it, runs its cases, draws it.

The public names. Each is imported when it is first used, so that `import protocolkit` costs
next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from protocolkit.api import (
        Actor,
        Engine,
        LoadedProtocol,
        Report,
        Request,
        SystemClock,
        VirtualClock,
        check,
        draw,
        load,
        loads,
        open_store,
        verify,
    )
    from protocolkit.ground.errors import (
        Conflict,
        LayoutError,
        NotRunnable,
        ProtocolError,
        ProtocolkitError,
        Refused,
        StoreError,
        UsageError,
    )

__version__ = "0.1.0"

__all__ = [
    "Actor",
    "Conflict",
    "Engine",
    "LayoutError",
    "LoadedProtocol",
    "NotRunnable",
    "ProtocolError",
    "ProtocolkitError",
    "Refused",
    "Report",
    "Request",
    "StoreError",
    "SystemClock",
    "UsageError",
    "VirtualClock",
    "__version__",
    "check",
    "draw",
    "load",
    "loads",
    "open_store",
    "verify",
]

_ERRORS = (
    "Conflict",
    "LayoutError",
    "NotRunnable",
    "ProtocolError",
    "ProtocolkitError",
    "Refused",
    "StoreError",
    "UsageError",
)


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home = "protocolkit.ground.errors" if name in _ERRORS else "protocolkit.api"
    found = getattr(import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
